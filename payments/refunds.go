package payments

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// actionRefundFailure is what happens to a credit note whose refund a provider has
// refused, as activities name it.
const actionRefundFailure = "refund_failure"

// RefundWorker asks providers to give back what credit notes refund, outside of
// transactions, in the way in which payments are collected.
func RefundWorker() jobs.Worker {
	return jobs.Worker{
		Outside:   &jobs.Outside{Limit: longestCall, Begin: jobs.Beginning(beginRefund)},
		Lock:      jobs.Locking(func(tx *store.Tx, args invoicing.RefundArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Discarded: jobs.Handle(giveUpRefund).Run,
	}
}

// beginRefund is the call for the refund of a credit note, which is noted before. There is
// none where nobody waits for it any more, or the last payment of the invoice was made by
// hand.
func beginRefund(tx *store.Tx, args invoicing.RefundArgs) (jobs.Call, error) {
	note, err := tx.CreditNoteForUpdate(args.CreditNoteID)
	if err != nil || !refundPending(&note) {
		return nil, notThere(err)
	}
	payment, err := tx.LatestPayment(note.InvoiceID)
	if err != nil || payment.Type != store.PaymentByProvider {
		return nil, notThere(err)
	}
	refund, err := tx.RefundOfCreditNote(note.ID)
	if errors.Is(err, store.ErrNotFound) {
		refund = store.Refund{
			ID: store.NewID(), CreditNoteID: note.ID, PaymentID: payment.ID, AmountCents: note.RefundAmountCents,
			AmountCurrency: note.Currency, Status: store.RefundPending,
		}
		err = tx.InsertRefund(&refund)
	}
	if err != nil || refund.Status != store.RefundPending {
		return nil, err
	}
	gateway, order := gatewayOf(tx), Order{
		Key: refund.ID, Provider: *payment.PaymentProvider, Method: payment.PaymentMethodID,
		AmountCents: refund.AmountCents, Currency: refund.AmountCurrency,
	}
	return func(ctx context.Context) (func(*store.Tx) error, error) {
		answer, err := gateway.Refund(ctx, order)
		if err != nil {
			return nil, fmt.Errorf("give the refund %s back: %w", order.Key, err)
		}
		return func(tx *store.Tx) error { return keepRefund(tx, args.CreditNoteID, answer) }, nil
	}, nil
}

// refundPending reports whether the refund of a credit note has not come to anything yet.
func refundPending(note *store.CreditNote) bool {
	return note.RefundStatus != nil && *note.RefundStatus == store.RefundPending
}

// keepRefund keeps what a provider has said to a refund, in its own row and, unless a
// client has said something else meanwhile, in the credit note.
func keepRefund(tx *store.Tx, id uuid.UUID, answer Answer) error {
	note, err := tx.CreditNoteForUpdate(id)
	if err != nil {
		return notThere(err)
	}
	refund, err := tx.RefundOfCreditNote(id)
	if err != nil || refund.Status != store.RefundPending {
		return notThere(err)
	}
	refund.Status = refundStatuses[answer.Status]
	refund.ErrorCode, refund.ErrorMessage = answer.Code, answer.Message
	if answer.ProviderID != "" {
		refund.ProviderRefundID = &answer.ProviderID
	}
	if err := tx.UpdateRefund(&refund); err != nil {
		return err
	}
	if !refundPending(&note) || refund.Status == store.RefundPending {
		return nil
	}
	before := audit.Before(audit.CreditNote(note))
	note.RefundStatus = &refund.Status
	if refund.Status == store.RefundSucceeded {
		now := tx.Now()
		note.RefundedAt = &now
	}
	if err := tx.UpdateCreditNote(&note); err != nil {
		return err
	}
	if refund.Status == store.RefundFailed {
		notify.Happened(tx, notify.CreditNoteRefundFailure(note, &notify.Refusal{Code: refund.ErrorCode, Message: refund.ErrorMessage}))
		return audit.Happened(tx, audit.CreditNote(note), actionRefundFailure)
	}
	return audit.Updated(tx, before, audit.CreditNote(note))
}

// refundStatuses are what becomes of a refund when its provider says that.
var refundStatuses = map[store.PaymentStatus]store.RefundStatus{
	store.PaymentSucceeded:  store.RefundSucceeded,
	store.PaymentFailed:     store.RefundFailed,
	store.PaymentProcessing: store.RefundPending,
}

// giveUpRefund lets a refund fail whose provider gave no answer.
func giveUpRefund(tx *store.Tx, args invoicing.RefundArgs) error {
	code, message := codeUnavailable, "The payment provider gave no answer."
	return keepRefund(tx, args.CreditNoteID, Answer{Status: store.PaymentFailed, Code: &code, Message: &message})
}
