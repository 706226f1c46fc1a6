package invoicing

import (
	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// The longest values of metadata, in characters, and the most pairs of an invoice.
const (
	maxMetadataValue = 140
	maxPairs         = 5
)

// replaceMetadata makes the pairs the invoice's metadata; absent and null leave it
// as it is. It returns what form.Pairs does.
func replaceMetadata(tx *store.Tx, invoice *store.Invoice, input form.Optional[[]form.Pair]) error {
	inputs, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: the metadata stays
	}
	pairs := form.Pairs[store.InvoiceMetadata]{
		MaxValue: maxMetadataValue,
		New: func() store.InvoiceMetadata {
			return store.InvoiceMetadata{ID: store.NewID(), InvoiceID: invoice.ID}
		},
		Pair: func(row *store.InvoiceMetadata) (uuid.UUID, *string, *string) {
			return row.ID, &row.Key, &row.Value
		},
		Insert: tx.InsertInvoiceMetadata, Update: tx.UpdateInvoiceMetadata,
	}
	kept, dropped, err := pairs.Replace(invoice.Metadata, inputs, nil)
	if err != nil {
		return err
	}
	invoice.Metadata = kept
	return tx.DeleteInvoiceMetadata(invoice.ID, dropped)
}
