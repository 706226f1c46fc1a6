package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/store"
)

// What happens to invoices, beside being created, updated and deleted, as
// activities name it.
const (
	actionPaymentStatusUpdated = "payment_status_updated"
	actionDisputeLost          = "payment_dispute_lost"
	actionRetried              = "retried"
)

// RetryInvoice tries again to make an invoice final that failed for want of its
// taxes. It waits for them then.
//
// Lago records no activity of it; tarn does, since the invoice changes.
func RetryInvoice(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	if row.Status != store.InvoiceFailed {
		return row, fault.Refused("invalid_status")
	}
	row.Status = store.InvoicePending
	if err := tx.UpdateInvoice(&row); err != nil {
		return row, err
	}
	return row, audit.Happened(tx, audit.Invoice(row), actionRetried)
}
