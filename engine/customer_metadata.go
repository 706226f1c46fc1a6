package engine

import (
	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// maxMetadataValue is how many characters a value of a customer's metadata has at
// most.
const maxMetadataValue = 100

// CustomerMetadataInput is one pair of a customer's metadata.
type CustomerMetadataInput struct {
	form.Pair

	// DisplayInInvoice is false for a new pair that does not say.
	DisplayInInvoice form.Optional[bool]
}

// replaceCustomerMetadata makes the pairs the customer's metadata; absent
// leaves it as it is. It returns what form.Pairs does.
func replaceCustomerMetadata(tx *store.Tx, customer *store.Customer, input form.Optional[[]CustomerMetadataInput]) error {
	inputs, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: the metadata stays
	}
	sent := make([]form.Pair, len(inputs))
	for i, in := range inputs {
		sent[i] = in.Pair
	}
	pairs := form.Pairs[store.CustomerMetadata]{
		MaxValue: maxMetadataValue,
		New: func() store.CustomerMetadata {
			return store.CustomerMetadata{ID: store.NewID(), CustomerID: customer.ID}
		},
		Pair: func(row *store.CustomerMetadata) (uuid.UUID, *string, *string) {
			return row.ID, &row.Key, &row.Value
		},
		Insert: tx.InsertCustomerMetadata, Update: tx.UpdateCustomerMetadata,
	}
	kept, dropped, err := pairs.Replace(customer.Metadata, sent, func(i int, row *store.CustomerMetadata) {
		form.Assign(&row.DisplayInInvoice, inputs[i].DisplayInInvoice)
	})
	if err != nil {
		return err
	}
	customer.Metadata = kept
	return tx.DeleteCustomerMetadata(customer.ID, dropped)
}
