package invoicing

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// feeStatuses are the payment statuses of fees.
var feeStatuses = []store.PaymentStatus{
	store.PaymentPending, store.PaymentSucceeded, store.PaymentFailed, store.PaymentRefunded,
}

// UpdateFee notes how a fee is paid that is on no invoice; absent changes nothing
// of any fee. Only the time of the newest status is kept.
//
// Lago records no activity of it; tarn does, since the fee changes.
func UpdateFee(tx *store.Tx, id uuid.UUID, input form.Optional[string]) (store.Fee, error) {
	row, err := tx.FeeForUpdate(id)
	if err != nil || !input.IsSpecified() {
		return row, form.NotFound(err, "fee")
	}
	if row.InvoiceID != nil {
		return row, fault.Refused(codeInvoicedFee)
	}
	text, _ := input.Get() // null is no status
	status := store.PaymentStatus(text)
	if !slices.Contains(feeStatuses, status) {
		return row, fault.Invalid("payment_status", fault.CodeInvalid)
	}
	before := audit.Before(audit.Fee(row))
	at := func(of store.PaymentStatus) *time.Time {
		now := tx.Now()
		if status != of {
			return nil
		}
		return &now
	}
	row.PaymentStatus = status
	row.SucceededAt, row.FailedAt, row.RefundedAt = at(store.PaymentSucceeded), at(store.PaymentFailed), at(store.PaymentRefunded)
	if err := tx.UpdateFee(&row); err != nil {
		return row, err
	}
	return row, audit.Updated(tx, before, audit.Fee(row))
}

// DeleteFee removes a fee that is on no invoice.
//
// Lago records no activity of it; tarn does, since the fee is gone.
func DeleteFee(tx *store.Tx, id uuid.UUID) (store.Fee, error) {
	row, err := tx.FeeForUpdate(id)
	if err != nil {
		return row, form.NotFound(err, "fee")
	}
	if row.InvoiceID != nil {
		return row, fault.Refused(codeInvoicedFee)
	}
	if err := tx.DeleteFee(&row); err != nil {
		return row, err
	}
	return row, audit.Deleted(tx, audit.Fee(row))
}

// codeInvoicedFee refuses changes of a fee that an invoice has.
const codeInvoicedFee = "invoiced_fee"
