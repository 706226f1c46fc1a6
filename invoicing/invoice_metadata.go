package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The longest keys and values of metadata, in characters, and the most pairs of
// an invoice.
const (
	maxMetadataKey   = 20
	maxMetadataValue = 140
	maxPairs         = 5
)

// MetadataInput is one pair of an invoice's metadata.
type MetadataInput struct {
	// ID names the pair that shall change; absent, null and unknown ones make a
	// new pair.
	ID    form.Optional[uuid.UUID]
	Key   string
	Value string
}

// replaceMetadata makes the pairs the invoice's metadata; absent and null leave it
// as it is. The first pair that breaks a rule is reported.
//
// Lago: pairs are written one after the other, and those that the input leaves
// out go last. A pair that is sent again without its id therefore finds its key
// taken.
func replaceMetadata(tx *store.Tx, invoice *store.Invoice, input form.Optional[[]MetadataInput]) error {
	pairs, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: the metadata stays
	}
	rows := slices.Clone(invoice.Metadata)
	present, kept := len(rows), map[uuid.UUID]bool{}
	for _, pair := range pairs {
		place := pairPlace(rows[:present], pair.ID)
		isNew := place < 0
		if isNew {
			place = len(rows)
			rows = append(rows, store.InvoiceMetadata{ID: store.NewID(), InvoiceID: invoice.ID})
		}
		row := &rows[place]
		row.Key, row.Value = pair.Key, pair.Value
		if err := checkPair(rows, *row); err != nil {
			return err
		}
		if err := savePair(tx, row, isNew); err != nil {
			return err
		}
		kept[row.ID] = true
	}
	var dropped []uuid.UUID
	invoice.Metadata = nil
	for _, row := range rows {
		if kept[row.ID] {
			invoice.Metadata = append(invoice.Metadata, row)
		} else {
			dropped = append(dropped, row.ID)
		}
	}
	return tx.DeleteInvoiceMetadata(invoice.ID, dropped)
}

// pairPlace finds the pair that an id names; -1 for none.
func pairPlace(rows []store.InvoiceMetadata, input form.Optional[uuid.UUID]) int {
	id, err := input.Get()
	if err != nil {
		return -1
	}
	return slices.IndexFunc(rows, func(row store.InvoiceMetadata) bool { return row.ID == id })
}

func savePair(tx *store.Tx, row *store.InvoiceMetadata, isNew bool) error {
	if isNew {
		return form.Taken(tx.InsertInvoiceMetadata(row), "key")
	}
	return form.Taken(tx.UpdateInvoiceMetadata(row), "key")
}

// checkPair checks one pair, which is among the invoice's rows.
func checkPair(rows []store.InvoiceMetadata, row store.InvoiceMetadata) error {
	details := fault.Details{}
	form.CheckFilled(details, "key", row.Key, maxMetadataKey)
	form.CheckFilled(details, "value", row.Value, maxMetadataValue)
	taken := slices.ContainsFunc(rows, func(other store.InvoiceMetadata) bool {
		return other.ID != row.ID && other.Key == row.Key
	})
	if taken {
		details.Add("key", fault.CodeAlreadyExist)
	}
	return details.Err()
}
