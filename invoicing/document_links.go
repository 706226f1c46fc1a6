package invoicing

import (
	"time"

	"tarn/form"
	"tarn/store"
)

// documentLinkLifetime is how long a link to a document opens.
const documentLinkLifetime = 24 * time.Hour

// documentToken makes a token with which a document can be opened for a day of
// the organization's time.
func documentToken(tx *store.Tx, document store.Document) (string, error) {
	return tx.SignLink(store.LinkToDocument, store.Link{Subject: document.ID, ExpiresAt: tx.Now().Add(documentLinkLifetime)})
}

// OpenDocument finds the document that a token opens. A token that opens nothing,
// and one whose document is gone, is refused with a NotFound fault that does not
// tell why.
func OpenDocument(tx *store.Tx, token string) (store.Document, error) {
	link, err := tx.OpenLink(store.LinkToDocument, token)
	if err != nil {
		return store.Document{}, form.NotFound(err, "document")
	}
	document, err := tx.DocumentByID(link.Subject)
	return document, form.NotFound(err, "document")
}
