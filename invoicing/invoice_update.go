package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// InvoiceInput is what a client changes of an invoice.
type InvoiceInput struct {
	// PaymentStatus is pending, succeeded or failed. Null is none of them.
	PaymentStatus form.Optional[string]
	// Metadata replaces all pairs; absent and null leave them as they are.
	Metadata form.Optional[[]form.Pair]
}

// payable are the payment statuses of invoices.
var payable = []store.PaymentStatus{store.PaymentPending, store.PaymentSucceeded, store.PaymentFailed}

// UpdateInvoice notes how an invoice is paid, and replaces its metadata.
//
// Lago: any status may follow any other. What is paid in all stays as it is, and
// nothing that a payment has brought about is taken back. It records no activity
// of metadata; tarn does, since the invoice changes.
func UpdateInvoice(tx *store.Tx, id uuid.UUID, in InvoiceInput) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	if err := checkUpdate(row, in); err != nil {
		return row, err
	}
	before := audit.Before(audit.Invoice(row))
	if err := replaceMetadata(tx, &row, in.Metadata); err != nil {
		return row, err
	}
	status := row.PaymentStatus
	form.AssignText(&status, in.PaymentStatus)
	changed, err := SetPaymentStatus(tx, &row, status)
	if err != nil {
		return row, err
	}
	if form.Given(in.Metadata) {
		if err := audit.Updated(tx, before, audit.Invoice(row)); err != nil {
			return row, err
		}
	}
	if !changed {
		return row, nil
	}
	notify.Happened(tx, notify.InvoicePaymentStatusUpdated(row))
	return row, audit.Happened(tx, audit.Invoice(row), actionPaymentStatusUpdated)
}

// checkUpdate refuses what an invoice does not take, in Lago's order.
func checkUpdate(row store.Invoice, in InvoiceInput) error {
	pairs, _ := in.Metadata.Get() // none for absent and null
	status, _ := in.PaymentStatus.Get()
	draft := row.Status == store.InvoiceDraft
	switch {
	case row.Status == store.InvoiceVoided:
		return fault.Refused("update_on_voided_invoice")
	case draft && form.Given(in.Metadata):
		return fault.Refused("metadata_on_draft_invoice")
	case in.PaymentStatus.IsSpecified() && !slices.Contains(payable, store.PaymentStatus(status)):
		return fault.Invalid("payment_status", fault.CodeInvalid)
	case len(pairs) > maxPairs:
		return fault.Invalid("metadata", "invalid_count")
	case draft && form.Given(in.PaymentStatus) && store.PaymentStatus(status) != row.PaymentStatus:
		return fault.Refused("payment_status_update_on_draft_invoice")
	}
	return nil
}

// SetPaymentStatus gives an invoice and its fees a payment status, and reports
// whether it is another one. What is paid is no longer overdue; what is not paid any
// more becomes overdue again by the clock. What else follows is due at once. The
// invoice must be locked, with its customer.
func SetPaymentStatus(tx *store.Tx, row *store.Invoice, status store.PaymentStatus) (changed bool, err error) {
	if status == row.PaymentStatus {
		return false, nil
	}
	row.PaymentStatus = status
	if status == store.PaymentSucceeded && row.PaymentOverdue {
		row.PaymentOverdue = false
		if err := forgetDunning(tx, row); err != nil {
			return true, err
		}
	}
	if err := tx.UpdateInvoice(row); err != nil {
		return true, err
	}
	if err := tx.SetFeesPaymentStatus(row); err != nil {
		return true, err
	}
	if err := FollowPayment(tx, row); err != nil {
		return true, err
	}
	return true, ScheduleOverdue(tx, *row)
}

// Paid makes an invoice paid, unless it is, and tells of it where clients see it. The
// invoice must be locked, with its customer.
func Paid(tx *store.Tx, row *store.Invoice) error {
	changed, err := SetPaymentStatus(tx, row, store.PaymentSucceeded)
	if err != nil || !changed || !row.Visible() {
		return err
	}
	notify.Happened(tx, notify.InvoicePaymentStatusUpdated(*row))
	return audit.Happened(tx, audit.Invoice(*row), actionPaymentStatusUpdated)
}
