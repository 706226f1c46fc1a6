package wire

import (
	"github.com/google/uuid"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Event shows an event.
//
// Lago: an event never tells its customer nor its subscription, even when both
// are known.
func Event(row store.Event) gen.EventObject {
	properties := row.Properties
	return gen.EventObject{
		LagoID:                  nullable.NewNullableWithValue(row.ID.String()),
		TransactionID:           row.TransactionID,
		LagoCustomerID:          nullable.NewNullNullable[uuid.UUID](),
		Code:                    row.Code,
		Timestamp:               row.Timestamp.UTC().Format(milliseconds),
		PreciseTotalAmountCents: optionalDecimal(row.PreciseTotalAmountCents),
		Properties:              &properties,
		LagoSubscriptionID:      nullable.NewNullNullable[uuid.UUID](),
		ExternalSubscriptionID:  optional(row.ExternalSubscriptionID),
		CreatedAt:               nullable.NewNullableWithValue(instant(row.CreatedAt)),
	}
}
