package audit

import (
	"tarn/store"
	"tarn/wire"
)

// Payment is a payment as a subject of activities, which hang on what is paid.
func Payment(row store.Payment) Subject {
	object := wire.Payment(row)
	return Subject{
		Name: "payment", ResourceType: string(object.PayableType), ResourceID: object.LagoPayableID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: object,
	}
}
