package wire

import (
	"github.com/google/uuid"

	"tarn/gen"
	"tarn/store"
)

// Payment is what a customer has paid, or was asked to pay.
//
// Lago: the document has the payment method, which the original sends in webhooks
// alone.
func Payment(row store.Payment) gen.PaymentObject {
	object := gen.PaymentObject{
		LagoID:              row.ID,
		LagoCustomerID:      row.CustomerID,
		ExternalCustomerID:  row.Customer.ExternalID,
		InvoiceIds:          Each(row.Invoices, func(invoice store.Invoice) uuid.UUID { return invoice.ID }),
		InvoiceNumbers:      some(Each(row.Invoices, func(invoice store.Invoice) string { return invoice.Number })),
		AmountCents:         int(row.AmountCents),
		AmountCurrency:      gen.Currency(row.AmountCurrency),
		Status:              row.Status,
		PaymentStatus:       gen.PaymentObjectPaymentStatus(row.PaymentStatus),
		Type:                gen.PaymentObjectType(row.Type),
		Reference:           optional(row.Reference),
		PaymentProviderCode: optional(row.PaymentProviderCode),
		PaymentProviderType: optionalWord[gen.PaymentObjectPaymentProviderType](row.PaymentProvider),
		PaymentMethodID:     optional(row.PaymentMethodID),
		ExternalPaymentID:   optional(row.ProviderPaymentID),
		ProviderPaymentID:   optional(row.ProviderPaymentID),
		ProviderCustomerID:  optional(row.ProviderCustomerID),
		NextAction:          row.NextAction,
		CreatedAt:           instant(row.CreatedAt),
	}
	if row.InvoiceID != nil {
		object.LagoPayableID, object.PayableType = *row.InvoiceID, gen.PaymentObjectPayableTypeInvoice
	} else {
		object.LagoPayableID, object.PayableType = *row.PaymentRequestID, gen.PaymentObjectPayableTypePaymentRequest
	}
	if object.NextAction == nil {
		object.NextAction = map[string]any{}
	}
	return object
}
