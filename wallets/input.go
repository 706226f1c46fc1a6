package wallets

import (
	"encoding/json"

	"tarn/form"
	"tarn/store"
)

// Input is what a client says of a wallet. On creation, what is absent counts as
// empty; on update it stays as it is.
type Input struct {
	Name form.Optional[string]
	// Code is made of the name where a new wallet comes without one. Null stays
	// as it is on update.
	Code form.Optional[string]
	// Priority is 1 to 50; 50 where nobody says anything. Null stays as it is on
	// update.
	Priority form.Optional[int]
	// BillingEntityCode names the seller; null takes the customer's.
	BillingEntityCode form.Optional[string]
	// ExpirationAt is an instant as the client spelled it; null is never.
	ExpirationAt                     form.Optional[string]
	PurchaseOrderNumber              form.Optional[string]
	InvoiceRequiresSuccessfulPayment form.Optional[bool]
	CustomSections                   form.CustomSections
	// PaidTopUpMinAmountCents and PaidTopUpMaxAmountCents bound what is paid at
	// once; null is no bound.
	PaidTopUpMinAmountCents form.Optional[int64]
	PaidTopUpMaxAmountCents form.Optional[int64]
	Limitations             Limitations
	// Metadata replaces what was there; null stays as it is.
	Metadata      form.Optional[store.ItemMetadata]
	PaymentMethod form.Optional[form.PaymentMethod]
	// Rules are all recurring rules of the wallet, of which there is at most one;
	// null counts as absent. They count only with the premium licence.
	Rules form.Optional[[]RuleInput]
}

// Limitations say what a wallet pays for: fees of a type, or usage of a metric.
// Null counts as absent.
type Limitations struct {
	FeeTypes            form.Optional[[]string]
	BillableMetricCodes form.Optional[[]string]
}

// NewInput is an Input with what only new wallets know.
type NewInput struct {
	Input

	// Currency is the customer's where it is absent.
	Currency form.Optional[string]
	// RateAmount is what a credit is worth, in units of the currency, as digits.
	RateAmount string
	// PaidCredits and GrantedCredits come into the wallet after the answer. They are
	// JSON as it was sent, nil where they are absent: a number is not a text.
	PaidCredits    json.RawMessage
	GrantedCredits json.RawMessage
	// IgnorePaidTopUpLimits lets more or less be paid on creation than the limits
	// say.
	IgnorePaidTopUpLimits bool
	// TransactionMetadata is a list of pairs as JSON. It, the name and the
	// priority are those of the transactions that the creation makes.
	TransactionMetadata form.Optional[json.RawMessage]
	TransactionName     form.Optional[string]
	TransactionPriority form.Optional[int]
}

// RuleInput is what a client says of a recurring rule. The credits are JSON as it
// was sent, nil where they are absent: a number is not a text.
type RuleInput struct {
	// ID names the rule that changes; another one, or none, makes a new rule.
	ID       form.Optional[string]
	Trigger  form.Optional[string]
	Interval form.Optional[string]
	// Method is fixed where nobody says anything.
	Method               form.Optional[string]
	PaidCredits          json.RawMessage
	GrantedCredits       json.RawMessage
	ThresholdCredits     json.RawMessage
	TargetOngoingBalance json.RawMessage
	GrantsTargetTopUp    form.Optional[bool]
	// StartedAt and ExpirationAt are instants as the client spelled them.
	StartedAt                        form.Optional[string]
	ExpirationAt                     form.Optional[string]
	InvoiceRequiresSuccessfulPayment form.Optional[bool]
	IgnorePaidTopUpLimits            form.Optional[bool]
	CustomSections                   form.CustomSections
	// TransactionMetadata is a list of pairs as JSON.
	TransactionMetadata form.Optional[json.RawMessage]
	TransactionName     form.Optional[string]
	PurchaseOrderNumber form.Optional[string]
	PaymentMethod       form.Optional[form.PaymentMethod]
}
