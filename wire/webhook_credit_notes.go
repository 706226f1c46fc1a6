package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// CreatedWebhookCreditNote is a credit note as the webhook of its making shows it.
func CreatedWebhookCreditNote(row store.CreditNote) gen.CreditNoteExtendedObject {
	object := CreditNote(row)
	object.Customer = some(webhookOwner(row.Invoice.Customer))
	object.ErrorDetails = nullable.Nullable[[]gen.CreditNoteErrorDetailsObject]{}
	return object
}

// GeneratedWebhookCreditNote is a credit note as the webhook of its file shows it: with
// its customer alone.
func GeneratedWebhookCreditNote(row store.CreditNote) gen.CreditNoteExtendedObject {
	object := CreatedWebhookCreditNote(row)
	object.Items, object.AppliedTaxes = nil, nil
	return object
}
