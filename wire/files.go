package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// InvoiceWithFile is how the webhook of an invoice's file shows the invoice: with the
// address where the file opens.
func InvoiceWithFile(address string) func(store.Invoice) gen.InvoiceObjectExtended {
	return func(row store.Invoice) gen.InvoiceObjectExtended {
		object := GeneratedWebhookInvoice(row)
		object.FileURL = nullable.NewNullableWithValue(address)
		return object
	}
}

// CreditNoteWithFile is InvoiceWithFile for a credit note.
func CreditNoteWithFile(address string) func(store.CreditNote) gen.CreditNoteExtendedObject {
	return func(row store.CreditNote) gen.CreditNoteExtendedObject {
		object := GeneratedWebhookCreditNote(row)
		object.FileURL = nullable.NewNullableWithValue(address)
		return object
	}
}

// PaymentReceiptWithFile is a payment receipt with the address where its file opens.
func PaymentReceiptWithFile(address string) func(store.PaymentReceipt) gen.PaymentReceiptObject {
	return func(row store.PaymentReceipt) gen.PaymentReceiptObject {
		object := PaymentReceipt(row)
		object.FileURL = nullable.NewNullableWithValue(address)
		return object
	}
}
