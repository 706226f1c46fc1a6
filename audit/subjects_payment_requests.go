package audit

import (
	"tarn/store"
	"tarn/wire"
)

// PaymentRequest is a payment request as a subject of activities.
func PaymentRequest(row store.PaymentRequest) Subject {
	return Subject{
		Name: "payment_request", ResourceType: "PaymentRequest", ResourceID: row.ID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: wire.PaymentRequest(row),
	}
}
