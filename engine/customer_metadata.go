package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The longest keys and values of metadata, in characters.
const (
	maxMetadataKey   = 20
	maxMetadataValue = 100
)

// CustomerMetadataInput is one pair of a customer's metadata.
type CustomerMetadataInput struct {
	// ID names the pair that shall change; absent, null and unknown ones make
	// a new pair.
	ID    form.Optional[uuid.UUID]
	Key   string
	Value string
	// DisplayInInvoice is false for a new pair that does not say.
	DisplayInInvoice form.Optional[bool]
}

// replaceCustomerMetadata makes the pairs the customer's metadata; absent
// leaves it as it is. The first pair that breaks a rule is reported.
//
// Lago: pairs are written one after the other, and those that the input leaves
// out go last. A pair that is sent again without its id therefore finds its
// key taken.
func replaceCustomerMetadata(tx *store.Tx, customer *store.Customer, input form.Optional[[]CustomerMetadataInput]) error {
	pairs, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: the metadata stays
	}
	rows := slices.Clone(customer.Metadata)
	present := len(rows)
	kept := make(map[uuid.UUID]bool, len(pairs))
	for _, pair := range pairs {
		place := metadataPlace(rows[:present], pair.ID)
		isNew := place < 0
		if isNew {
			place = len(rows)
			rows = append(rows, store.CustomerMetadata{ID: store.NewID(), CustomerID: customer.ID})
		}
		row := &rows[place]
		row.Key, row.Value = pair.Key, pair.Value
		form.Assign(&row.DisplayInInvoice, pair.DisplayInInvoice)
		if err := checkCustomerMetadata(rows, *row); err != nil {
			return err
		}
		if err := saveCustomerMetadata(tx, row, isNew); err != nil {
			return err
		}
		kept[row.ID] = true
	}
	var dropped []uuid.UUID
	customer.Metadata = nil
	for _, row := range rows {
		if kept[row.ID] {
			customer.Metadata = append(customer.Metadata, row)
		} else {
			dropped = append(dropped, row.ID)
		}
	}
	return tx.DeleteCustomerMetadata(customer.ID, dropped)
}

// metadataPlace finds the pair that an id names; -1 for none.
func metadataPlace(rows []store.CustomerMetadata, input form.Optional[uuid.UUID]) int {
	id, err := input.Get()
	if err != nil {
		return -1
	}
	return slices.IndexFunc(rows, func(row store.CustomerMetadata) bool { return row.ID == id })
}

func saveCustomerMetadata(tx *store.Tx, row *store.CustomerMetadata, isNew bool) error {
	if isNew {
		return form.Taken(tx.InsertCustomerMetadata(row), "key")
	}
	return form.Taken(tx.UpdateCustomerMetadata(row), "key")
}

// checkCustomerMetadata checks one pair, which is among the customer's rows.
func checkCustomerMetadata(rows []store.CustomerMetadata, row store.CustomerMetadata) error {
	details := fault.Details{}
	form.CheckFilled(details, "key", row.Key, maxMetadataKey)
	form.CheckFilled(details, "value", row.Value, maxMetadataValue)
	taken := slices.ContainsFunc(rows, func(other store.CustomerMetadata) bool {
		return other.ID != row.ID && other.Key == row.Key
	})
	if taken {
		details.Add("key", fault.CodeAlreadyExist)
	}
	return details.Err()
}
