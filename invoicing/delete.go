package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/notify"
	"tarn/store"
)

// Delete takes a draft away, with its credit notes; nobody sees it any more. The period
// that it bills is not billed again. It returns a NotFound fault for an invoice that clients do not
// see, and a NotAllowed one for an invoice that is no draft.
//
// The contract's next version has the operation.
func Delete(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	if row.Status != store.InvoiceDraft {
		return row, fault.Refused("not_deletable")
	}
	row.Status = store.InvoiceDeleted
	if err := tx.UpdateInvoice(&row); err != nil {
		return row, err
	}
	if err := deleteDraftNotes(tx, row); err != nil {
		return row, err
	}
	if err := unpaidChanged(tx, &row); err != nil {
		return row, err
	}
	notify.Happened(tx, notify.InvoiceDeleted(row))
	return row, audit.Deleted(tx, audit.Invoice(row))
}
