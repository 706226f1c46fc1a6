package invoicing

import (
	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// shown finds an invoice that clients see, locked against other changes; the
// contract's 404 for every other one.
func shown(tx *store.Tx, id uuid.UUID) (store.Invoice, error) {
	row, err := tx.InvoiceForUpdate(id)
	if err == nil && !row.Visible() {
		err = store.ErrNotFound
	}
	return row, form.NotFound(err, "invoice")
}
