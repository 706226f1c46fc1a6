package engine

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/form"
)

// SubscriptionInput is what a client says of a subscription. On creation, what
// is absent counts as empty; on update it stays as it is. Null for a list or an
// object counts as absent.
type SubscriptionInput struct {
	Name form.Optional[string]
	// SubscriptionAt is when the subscription starts; absent means now. On
	// update it counts only for one that has not started.
	SubscriptionAt form.Optional[time.Time]
	// EndingAt lies in the day on which the subscription ends by itself.
	EndingAt form.Optional[time.Time]
	// BillingEntityID counts before BillingEntityCode. On update, null makes the
	// customer's billing entity that of the subscription again.
	BillingEntityID            form.Optional[uuid.UUID]
	BillingEntityCode          form.Optional[string]
	ConsolidateInvoice         form.Optional[bool]
	ProgressiveBillingDisabled form.Optional[bool]
	PurchaseOrderNumber        form.Optional[string]
	PaymentMethod              form.Optional[form.PaymentMethod]
	ActivationRules            form.Optional[[]ActivationRuleInput]
	CustomSections             form.CustomSections
	// UsageThresholds count only with the add-on progressive_billing.
	UsageThresholds form.Optional[[]UsageThresholdInput]
	// PlanOverrides need the premium licence.
	PlanOverrides form.Optional[PlanOverridesInput]
}

// NewSubscriptionInput is what a client says of a new subscription, or of a
// change to another plan.
type NewSubscriptionInput struct {
	SubscriptionInput
	ExternalCustomerID string
	PlanCode           string
	ExternalID         string
	// BillingTime is calendar or anniversary; absent means calendar.
	BillingTime form.Optional[string]
	// Authorization asks for a payment to be authorized beforehand, for which
	// none of the simulated providers has an answer.
	Authorization bool
}

// SubscriptionUpdate is a SubscriptionInput with what only updates know.
type SubscriptionUpdate struct {
	SubscriptionInput
	Termination TerminationInput
}

// TerminationInput says what happens to the rest of the period when a
// subscription ends.
type TerminationInput struct {
	// OnTerminationCreditNote is credit, refund, offset or skip. It counts only
	// for a plan that is paid in advance.
	OnTerminationCreditNote form.Optional[string]
	// OnTerminationInvoice is generate or skip.
	OnTerminationInvoice form.Optional[string]
}

// ActivationRuleInput is a condition for the activation of a subscription.
type ActivationRuleInput struct {
	Type string
	// TimeoutHours is after how many hours the activation is given up; absent
	// and zero mean never.
	TimeoutHours form.Optional[int]
}

// PlanOverridesInput says in what the plan of one subscription differs from
// that of the catalogue.
type PlanOverridesInput struct {
	AmountCents        form.Optional[int64]
	AmountCurrency     form.Optional[string]
	Description        form.Optional[string]
	InvoiceDisplayName form.Optional[string]
	Name               form.Optional[string]
	// TrialPeriod is in days.
	TrialPeriod       form.Optional[decimal.Decimal]
	TaxCodes          form.Optional[[]string]
	MinimumCommitment form.Optional[MinimumCommitmentInput]
	UsageThresholds   form.Optional[[]UsageThresholdInput]
	Charges           form.Optional[[]ChargeInput]
	FixedCharges      form.Optional[[]FixedChargeOverrideInput]
}

// FixedChargeOverrideInput says in what a fixed charge of one subscription
// differs from that of the catalogue. What is absent stays as it is.
type FixedChargeOverrideInput struct {
	// ID names the fixed charge of the catalogue, or the copy of it that the
	// subscription has already.
	ID                 form.Optional[string]
	InvoiceDisplayName form.Optional[string]
	Units              form.Optional[decimal.Decimal]
	// ApplyUnitsImmediately lets other units count from now on, not only from
	// the next period.
	ApplyUnitsImmediately bool
	// ChargeModel may only be the one that the fixed charge has.
	ChargeModel form.Optional[string]
	Properties  form.Optional[map[string]json.RawMessage]
	TaxCodes    form.Optional[[]string]
}

// unitsOnly reports whether the input says nothing but how many units there
// are.
func (in FixedChargeOverrideInput) unitsOnly() bool {
	return form.Given(in.ID) && form.Given(in.Units) && !in.InvoiceDisplayName.IsSpecified() &&
		!form.Given(in.ChargeModel) && !form.Given(in.Properties) && !form.Given(in.TaxCodes)
}

// overridesPlan reports whether the input lets the plan differ in something. An
// object without members does not: it would only cut the subscription off from
// its plan.
func (in SubscriptionInput) overridesPlan() bool {
	overrides, err := in.PlanOverrides.Get()
	return err == nil && (overrides.FixedCharges.IsSpecified() || overrides.beyondFixedCharges())
}

// unitsOnly reports whether the overrides say nothing but how many units of
// fixed charges there are. For that no plan of its own is needed.
func (in PlanOverridesInput) unitsOnly() bool {
	if !form.Given(in.FixedCharges) || in.beyondFixedCharges() {
		return false
	}
	for _, override := range in.FixedCharges.MustGet() {
		if !override.unitsOnly() {
			return false
		}
	}
	return len(in.FixedCharges.MustGet()) > 0
}

// beyondFixedCharges reports whether something else than fixed charges is
// overridden.
func (in PlanOverridesInput) beyondFixedCharges() bool {
	return in.AmountCents.IsSpecified() || in.AmountCurrency.IsSpecified() || in.Description.IsSpecified() ||
		in.InvoiceDisplayName.IsSpecified() || in.Name.IsSpecified() || in.TrialPeriod.IsSpecified() ||
		form.Given(in.TaxCodes) || form.Given(in.MinimumCommitment) || form.Given(in.UsageThresholds) || form.Given(in.Charges)
}
