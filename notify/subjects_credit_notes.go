package notify

import (
	"tarn/store"
	"tarn/wire"
)

// CreditNoteCreated tells that a credit note is final.
func CreditNoteCreated(row store.CreditNote) Subject {
	return creditNote("credit_note.created", row, wire.CreatedWebhookCreditNote)
}

// CreditNoteGenerated tells that the file of a credit note was made, and at which address
// it opens.
func CreditNoteGenerated(row store.CreditNote) func(address string) Subject {
	return func(address string) Subject {
		return creditNote("credit_note.generated", row, wire.CreditNoteWithFile(address))
	}
}

// creditNote shows a credit note as the transaction leaves it: what it gives may be used
// at once.
func creditNote[Object any](eventType string, row store.CreditNote, render func(store.CreditNote) Object) Subject {
	return Subject{
		Type: eventType, ObjectType: "credit_note", ObjectID: row.ID,
		Object: func(tx *store.Tx) (any, error) {
			last, err := tx.CreditNote(row.ID)
			return render(last), err
		},
	}
}
