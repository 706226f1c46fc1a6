package invoicing

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

// documentLinkLifetime is how long a link to a document opens.
const documentLinkLifetime = 24 * time.Hour

// A document link's token is what it says and the signature of that, together in
// base64. It says the organization, the document and until when it opens (Unix
// seconds).
const (
	documentAt         = 16
	documentExpiryAt   = 32
	documentSignedSize = 40
	documentTokenSize  = documentSignedSize + 32
)

// errNoDocument is the refusal of every token that opens nothing. It does not
// tell why.
var errNoDocument = fault.Missing("document")

// documentToken makes a token with which a document can be opened for a day of
// the organization's time.
func documentToken(tx *store.Tx, document uuid.UUID) (string, error) {
	organization := tx.Organization().ID
	token := make([]byte, documentSignedSize, documentTokenSize)
	copy(token, organization[:])
	copy(token[documentAt:], document[:])
	expiry := tx.Now().Add(documentLinkLifetime).Unix()
	binary.BigEndian.PutUint64(token[documentExpiryAt:], uint64(expiry)) //nolint:gosec // two's complement, read back the same way
	signature, err := tx.SignDocumentLink(token)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(token, signature...)), nil
}

// DocumentOrganization is the organization of which a token claims to be. Whether
// it is, OpenDocument finds out. What is no token is refused with a NotFound
// fault.
func DocumentOrganization(token string) (uuid.UUID, error) {
	decoded, err := decodeDocumentToken(token)
	if err != nil {
		return uuid.Nil, err
	}
	organization := uuid.UUID(decoded[:documentAt])
	if organization == uuid.Nil {
		return uuid.Nil, errNoDocument // no organization's, and no scope for a transaction
	}
	return organization, nil
}

// OpenDocument finds the document that a token opens. A token that was not made
// by the organization, or has expired, or whose document is gone, is refused with
// a NotFound fault.
func OpenDocument(tx *store.Tx, token string) (store.Document, error) {
	decoded, err := decodeDocumentToken(token)
	if err != nil {
		return store.Document{}, err
	}
	signed, signature := decoded[:documentSignedSize], decoded[documentSignedSize:]
	expected, err := tx.SignDocumentLink(signed)
	if err != nil {
		return store.Document{}, err
	}
	expiry := int64(binary.BigEndian.Uint64(signed[documentExpiryAt:])) //nolint:gosec // written the same way
	if !hmac.Equal(expected, signature) || uuid.UUID(signed[:documentAt]) != tx.Organization().ID || tx.Now().Unix() >= expiry {
		return store.Document{}, errNoDocument
	}
	document, err := tx.DocumentByID(uuid.UUID(signed[documentAt:documentExpiryAt]))
	if errors.Is(err, store.ErrNotFound) {
		return store.Document{}, errNoDocument
	}
	return document, err
}

func decodeDocumentToken(token string) ([]byte, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(decoded) != documentTokenSize {
		return nil, errNoDocument
	}
	return decoded, nil
}
