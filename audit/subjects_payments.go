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

// PaymentReceipt is a receipt as a subject of activities.
func PaymentReceipt(row store.PaymentReceipt) Subject {
	return Subject{
		Name: "payment_receipt", ResourceType: "PaymentReceipt", ResourceID: row.ID,
		ExternalCustomerID: &row.Payment.Customer.ExternalID, Object: wire.PaymentReceipt(row),
	}
}
