package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/store"
)

// LoseDispute records that a dispute about an invoice's payment was lost. The
// first time counts, and nothing is overdue any more; once more changes nothing.
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
	return row, audit.Happened(tx, audit.Invoice(row), actionDisputeLost)
}
