package payments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// KindCollect is the job that collects a payment through its provider.
const KindCollect = "payment.collect"

const (
	// maxAttempts is how often a provider is asked that gives no answer.
	maxAttempts = 5
	// longestCall is how long a provider may take to answer.
	longestCall = 30 * time.Second
	// codeUnavailable is why something failed whose provider gave no answer.
	codeUnavailable = "provider_unavailable"
)

// What happens to payments, as activities name it.
const (
	actionSucceeded      = "succeeded"
	actionRequiresAction = "requires_action"
)

// Payable is something that a provider shall collect: an invoice or a payment request.
type Payable struct {
	// Customer owes it, and must be locked.
	Customer *store.Customer
	// One of these two says what it is.
	InvoiceID        *uuid.UUID
	PaymentRequestID *uuid.UUID
	AmountCents      int64
	Currency         string
	// Choices say how it is paid, in their order; without any it is paid by the
	// customer's default.
	Choices []Choice
	// Outcome is what the customer has done on a page of the provider, where no
	// payment method is needed; nil for all others.
	Outcome *store.SimulatedOutcome
}

// Collect lets something be collected through the payment provider of its customer, and
// returns the payment, which a job makes. It is nil where nothing is due, the customer is
// not known to a provider, pays by hand or has no payment method. It must not be under way
// already.
func Collect(tx *store.Tx, due Payable) (*store.Payment, error) {
	customer := due.Customer
	if due.AmountCents <= 0 || customer.PaymentProviderID == nil || customer.ProviderCustomerID == nil {
		return nil, nil //nolint:nilnil // nothing is collected
	}
	method, err := choose(tx, customer.ID, due.Choices...)
	if err != nil || method == nil && due.Outcome == nil {
		return nil, err
	}
	row := store.Payment{
		ID: store.NewID(), CustomerID: customer.ID, InvoiceID: due.InvoiceID, PaymentRequestID: due.PaymentRequestID,
		Type: store.PaymentByProvider, AmountCents: due.AmountCents, AmountCurrency: due.Currency,
		Status: string(store.PaymentPending), PaymentStatus: store.PaymentPending,
		PaymentProviderID: customer.PaymentProviderID, PaymentProvider: customer.PaymentProvider,
		PaymentProviderCode: customer.PaymentProviderCode, ProviderCustomerID: customer.ProviderCustomerID,
	}
	if due.Outcome == nil {
		row.PaymentMethodID = &method.ID
	}
	if err := tx.InsertPayment(&row); err != nil {
		return nil, err
	}
	args := collectArgs{PaymentID: row.ID, CustomerID: row.CustomerID, Outcome: due.Outcome}
	return &row, jobs.Enqueue(tx, jobs.Job{Kind: KindCollect, At: tx.Now(), Args: args, MaxAttempts: maxAttempts})
}

// collectArgs say which payment a job collects.
type collectArgs struct {
	PaymentID  uuid.UUID               `json:"payment_id"`
	CustomerID uuid.UUID               `json:"customer_id"`
	Outcome    *store.SimulatedOutcome `json:"outcome,omitempty"`
}

// collectWorker asks providers for money, outside of transactions. The payment is there
// before the provider is asked and is the key of the order, so that whoever asks again,
// after a process has died, takes nothing twice. A provider that gives no answer is asked
// a few times; then the payment has failed.
func collectWorker() jobs.Worker {
	return jobs.Worker{
		Outside:   &jobs.Outside{Limit: longestCall, Begin: jobs.Beginning(beginCharge)},
		Lock:      jobs.Locking(func(tx *store.Tx, args collectArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Discarded: jobs.Handle(giveUpCharge).Run,
	}
}

// beginCharge is the call for a payment that waits for its provider.
func beginCharge(tx *store.Tx, args collectArgs) (jobs.Call, error) {
	payment, err := tx.PaymentForUpdate(args.PaymentID)
	if err != nil || payment.PaymentStatus != store.PaymentPending {
		return nil, notThere(err)
	}
	gateway, order := gatewayOf(tx), Order{
		Key: payment.ID, Provider: *payment.PaymentProvider, Method: payment.PaymentMethodID,
		AmountCents: payment.AmountCents, Currency: payment.AmountCurrency, Outcome: args.Outcome,
	}
	return func(ctx context.Context) (func(*store.Tx) error, error) {
		answer, err := gateway.Charge(ctx, order)
		if err != nil {
			return nil, fmt.Errorf("charge the payment %s: %w", order.Key, err)
		}
		return func(tx *store.Tx) error { return keepCharge(tx, order.Key, answer) }, nil
	}, nil
}

// notThere is no error where something is not there any more.
func notThere(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// keepCharge keeps what a provider has said to a payment, which somebody may have settled
// meanwhile.
func keepCharge(tx *store.Tx, id uuid.UUID, answer Answer) error {
	payment, err := tx.PaymentForUpdate(id)
	if err != nil || !payment.UnderWay() {
		return notThere(err)
	}
	payment.PaymentStatus, payment.Status, payment.NextAction = answer.Status, answer.Word, answer.NextAction
	payment.ErrorCode, payment.ErrorMessage = answer.Code, answer.Message
	if answer.ProviderID != "" {
		payment.ProviderPaymentID = &answer.ProviderID
	}
	return conclude(tx, &payment)
}

// conclude stores what has become of a payment by a provider, and lets follow what that
// brings about.
func conclude(tx *store.Tx, payment *store.Payment) error {
	if err := tx.UpdatePayment(payment); err != nil {
		return err
	}
	switch {
	case payment.PaymentStatus == store.PaymentSucceeded:
		notify.Happened(tx, notify.PaymentSucceeded(*payment))
		if err := audit.Happened(tx, audit.Payment(*payment), actionSucceeded); err != nil {
			return err
		}
		return settle(tx, payment)
	case payment.PaymentStatus == store.PaymentFailed:
		return fail(tx, payment)
	case payment.NextAction != nil:
		notify.Happened(tx, notify.PaymentRequiresAction(*payment))
		return audit.Happened(tx, audit.Payment(*payment), actionRequiresAction)
	}
	return nil
}

// SettlementInput is what a provider reports of a payment that it had in hand.
type SettlementInput struct {
	// Succeeded tells whether the money came.
	Succeeded bool
	// Code and Message say why it did not.
	Code, Message *string
}

// Settle keeps what a provider reports of a payment that it had in hand, for itself or
// for the customer to act. It returns a NotFound fault for an unknown payment, and a
// Validation fault for one that no provider has in hand.
func Settle(tx *store.Tx, id uuid.UUID, in SettlementInput) (store.Payment, error) {
	payment, err := tx.PaymentForUpdate(id)
	if err != nil {
		return payment, form.NotFound(err, "payment")
	}
	if payment.PaymentStatus != store.PaymentProcessing {
		return payment, fault.Invalid("payment", "not_under_way")
	}
	result := resultSucceed
	payment.PaymentStatus = store.PaymentSucceeded
	if !in.Succeeded {
		code := codeDeclined
		result, payment.PaymentStatus = resultDecline, store.PaymentFailed
		payment.ErrorCode, payment.ErrorMessage = cmp.Or(in.Code, &code), in.Message
	}
	payment.Status, payment.NextAction = wordOf(*payment.PaymentProvider, result), nil
	err = conclude(tx, &payment)
	return payment, err
}

// giveUpCharge lets a payment fail whose provider gave no answer.
func giveUpCharge(tx *store.Tx, args collectArgs) error {
	code, message := codeUnavailable, "The payment provider gave no answer."
	return keepCharge(tx, args.PaymentID, Answer{Status: store.PaymentFailed, Word: string(store.PaymentFailed), Code: &code, Message: &message})
}
