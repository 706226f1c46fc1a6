package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/notify"
	"tarn/store"
)

// LoseDispute records that a dispute about an invoice's payment was lost. The
// first time counts, and nothing is overdue any more; once more changes nothing.
//
// Lago: webhooks tell of each time.
//
// Lago records no activity of it; tarn does, since the invoice changes.
func LoseDispute(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	if row.Status != store.InvoiceFinalized && row.Status != store.InvoiceVoided {
		return row, fault.Refused("not_disputable")
	}
	if row.PaymentDisputeLostAt != nil && !row.PaymentOverdue {
		notify.Happened(tx, notify.InvoicePaymentDisputeLost(row))
		return row, nil
	}
	if row.PaymentDisputeLostAt == nil {
		now := tx.Now()
		row.PaymentDisputeLostAt = &now
	}
	row.PaymentOverdue = false
	if err := tx.UpdateInvoice(&row); err != nil {
		return row, err
	}
	notify.Happened(tx, notify.InvoicePaymentDisputeLost(row))
	return row, audit.Happened(tx, audit.Invoice(row), actionDisputeLost)
}
