package invoicing

import (
	"encoding/json"
	"time"

	"tarn/billing/charge"
	"tarn/render"
	"tarn/store"
)

// What tests look at without a database.

func DocumentOf(row store.Invoice, entity store.BillingEntity, now time.Time) render.Document {
	return documentOf(row, entity, now)
}

func NoteDocumentOf(note store.CreditNote, row store.Invoice, entity store.BillingEntity) render.Note {
	return noteDocumentOf(note, row, entity)
}

func DetailsOf(stored json.RawMessage) charge.Details { return detailsOf(stored) }
