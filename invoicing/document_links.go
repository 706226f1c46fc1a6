package invoicing

import (
	"time"

	"tarn/form"
	"tarn/store"
)

// DocumentsPath is where documents lie, below the server's address.
const DocumentsPath = "documents/"

// documentLinkLifetime is how long a link to a document opens.
const documentLinkLifetime = 24 * time.Hour

// DocumentTokens makes tokens, in the order of the documents, with which these can be
// opened for a day of the organization's time.
func DocumentTokens(tx *store.Tx, documents []store.Document) ([]string, error) {
	links := make([]store.Link, len(documents))
	for i, document := range documents {
		links[i] = store.Link{Subject: document.ID, ExpiresAt: tx.Now().Add(documentLinkLifetime)}
	}
	return tx.SignLinks(store.LinkToDocument, links)
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
