package store

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// LinkPurpose is what links are for. A link of one purpose opens nothing of
// another.
type LinkPurpose string

// The purposes of links. That of the portal is empty, since its links were the
// first.
const (
	LinkToPortal   LinkPurpose = ""
	LinkToDocument LinkPurpose = "document:"
	// LinkToPay leads to where an invoice is paid, LinkToCheckout to where a customer
	// leaves a way to pay.
	LinkToPay      LinkPurpose = "pay:"
	LinkToCheckout LinkPurpose = "checkout:"
)

// Link is what a link says: what it opens, and until when.
type Link struct {
	Subject   uuid.UUID
	ExpiresAt time.Time
}

// A link's token is what it says and the signature of that, together in base64. It
// says the organization, the subject, until when it opens (Unix seconds), and some
// random bytes that make each one different.
const (
	linkSubjectAt  = 16
	linkExpiryAt   = 32
	linkNonceAt    = 40
	linkSignedSize = 56
	linkTokenSize  = linkSignedSize + 32
)

// SignLink makes a token that opens what a link says. Each call makes another one.
func (tx *Tx) SignLink(purpose LinkPurpose, link Link) (string, error) {
	tokens, err := tx.SignLinks(purpose, []Link{link})
	if err != nil {
		return "", err
	}
	return tokens[0], nil
}

// SignLinks is SignLink for some, in their order.
func (tx *Tx) SignLinks(purpose LinkPurpose, links []Link) ([]string, error) {
	if len(links) == 0 {
		return nil, nil
	}
	sign, err := tx.linkSigner(purpose)
	if err != nil {
		return nil, err
	}
	organization := tx.organizationID()
	tokens := make([]string, len(links))
	for i, link := range links {
		token := make([]byte, linkSignedSize, linkTokenSize)
		copy(token, organization[:])
		copy(token[linkSubjectAt:], link.Subject[:])
		binary.BigEndian.PutUint64(token[linkExpiryAt:], uint64(link.ExpiresAt.Unix())) //nolint:gosec // two's complement, read back the same way
		_, _ = rand.Read(token[linkNonceAt:])                                           // never fails
		tokens[i] = base64.RawURLEncoding.EncodeToString(append(token, sign(token)...))
	}
	return tokens, nil
}

// LinkOrganization is the organization of which a token claims to be. Whether it is,
// OpenLink finds out. It returns ErrNotFound for what is no token.
func LinkOrganization(token string) (uuid.UUID, error) {
	decoded, err := decodeLink(token)
	if err != nil {
		return uuid.Nil, err
	}
	organization := uuid.UUID(decoded[:linkSubjectAt])
	if organization == uuid.Nil {
		return uuid.Nil, ErrNotFound // no organization's, and no scope for a transaction
	}
	return organization, nil
}

// OpenLink reads a token. It returns ErrNotFound for one that the organization has
// not made for the purpose, and for one that has expired; it does not tell which.
func (tx *Tx) OpenLink(purpose LinkPurpose, token string) (Link, error) {
	decoded, err := decodeLink(token)
	if err != nil {
		return Link{}, err
	}
	signed, signature := decoded[:linkSignedSize], decoded[linkSignedSize:]
	sign, err := tx.linkSigner(purpose)
	if err != nil {
		return Link{}, err
	}
	expected := sign(signed)
	expiry := int64(binary.BigEndian.Uint64(signed[linkExpiryAt:])) //nolint:gosec // written the same way
	link := Link{Subject: uuid.UUID(signed[linkSubjectAt:linkExpiryAt]), ExpiresAt: time.Unix(expiry, 0).UTC()}
	if !hmac.Equal(expected, signature) || uuid.UUID(signed[:linkSubjectAt]) != tx.organizationID() || !tx.now.Before(link.ExpiresAt) {
		return Link{}, ErrNotFound
	}
	return link, nil
}

func decodeLink(token string) ([]byte, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(decoded) != linkTokenSize {
		return nil, ErrNotFound
	}
	return decoded, nil
}
