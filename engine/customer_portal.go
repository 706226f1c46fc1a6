package engine

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// portalLinkLifetime is how long a link into the customers' portal opens.
const portalLinkLifetime = 12 * time.Hour

// A portal link's token is what it says and the signature of that, together in
// base64. It says the organization, the customer, until when it opens (Unix
// seconds), and some random bytes that make each one different.
const (
	portalCustomerAt = 16
	portalExpiryAt   = 32
	portalNonceAt    = 40
	portalSignedSize = 56
	portalTokenSize  = portalSignedSize + 32
)

// errNoPortal is the refusal of every token that opens nothing. It does not
// tell why.
var errNoPortal = fault.Missing("portal")

// Portal is what a link into the customers' portal opens.
type Portal struct {
	Customer store.Customer
	// ExpiresAt is until when the link opens it.
	ExpiresAt time.Time
}

// CustomerPortalToken makes a token with which a customer's portal can be
// opened for twelve hours of the organization's time. Each call makes another
// one. It refuses an unknown customer with a NotFound fault.
func CustomerPortalToken(tx *store.Tx, externalCustomerID string) (string, error) {
	customer, err := tx.Customer(externalCustomerID)
	if err != nil {
		return "", form.NotFound(err, "customer")
	}
	organization := tx.Organization().ID
	expiry := tx.Now().Add(portalLinkLifetime).Unix()
	token := make([]byte, portalSignedSize, portalTokenSize)
	copy(token, organization[:])
	copy(token[portalCustomerAt:], customer.ID[:])
	binary.BigEndian.PutUint64(token[portalExpiryAt:], uint64(expiry)) //nolint:gosec // two's complement, read back the same way
	_, _ = rand.Read(token[portalNonceAt:])                            // never fails
	signature, err := tx.SignPortalLink(token)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(token, signature...)), nil
}

// PortalOrganization is the organization of which a token claims to be. Whether
// it is, OpenCustomerPortal finds out. What is no token is refused with a
// NotFound fault.
func PortalOrganization(token string) (uuid.UUID, error) {
	decoded, err := decodePortalToken(token)
	if err != nil {
		return uuid.Nil, err
	}
	organization := uuid.UUID(decoded[:portalCustomerAt])
	if organization == uuid.Nil {
		return uuid.Nil, errNoPortal // no organization's, and no scope for a transaction
	}
	return organization, nil
}

// OpenCustomerPortal finds what a token opens. A token that was not made by the
// organization, or has expired, or whose customer is gone, is refused with a
// NotFound fault.
func OpenCustomerPortal(tx *store.Tx, token string) (Portal, error) {
	decoded, err := decodePortalToken(token)
	if err != nil {
		return Portal{}, err
	}
	signed, signature := decoded[:portalSignedSize], decoded[portalSignedSize:]
	expected, err := tx.SignPortalLink(signed)
	if err != nil {
		return Portal{}, err
	}
	if !hmac.Equal(expected, signature) || uuid.UUID(signed[:portalCustomerAt]) != tx.Organization().ID {
		return Portal{}, errNoPortal
	}
	expiry := int64(binary.BigEndian.Uint64(signed[portalExpiryAt:])) //nolint:gosec // written the same way
	portal := Portal{ExpiresAt: time.Unix(expiry, 0).UTC()}
	if !tx.Now().Before(portal.ExpiresAt) {
		return Portal{}, errNoPortal
	}
	portal.Customer, err = tx.CustomerByID(uuid.UUID(signed[portalCustomerAt:portalExpiryAt]))
	if errors.Is(err, store.ErrNotFound) {
		return Portal{}, errNoPortal
	}
	return portal, err
}

func decodePortalToken(token string) ([]byte, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(decoded) != portalTokenSize {
		return nil, errNoPortal
	}
	return decoded, nil
}

// RequestCheckoutURL asks the customer's payment provider for an address where
// the customer leaves payment details. It refuses an unknown customer with a
// NotFound fault. No provider can be connected to tarn, so for all others it
// refuses too.
func RequestCheckoutURL(tx *store.Tx, externalCustomerID string) error {
	if _, err := tx.Customer(externalCustomerID); err != nil {
		return form.NotFound(err, "customer")
	}
	return fault.Invalid("base", "no_linked_payment_provider")
}
