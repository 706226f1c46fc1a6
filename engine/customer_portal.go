package engine

import (
	"time"

	"tarn/form"
	"tarn/store"
)

// portalLinkLifetime is how long a link into the customers' portal opens.
const portalLinkLifetime = 12 * time.Hour

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
	return tx.SignLink(store.LinkToPortal, store.Link{Subject: customer.ID, ExpiresAt: tx.Now().Add(portalLinkLifetime)})
}

// OpenCustomerPortal finds what a token opens. A token that opens nothing, and one
// whose customer is gone, is refused with a NotFound fault that does not tell why.
func OpenCustomerPortal(tx *store.Tx, token string) (Portal, error) {
	link, err := tx.OpenLink(store.LinkToPortal, token)
	if err != nil {
		return Portal{}, form.NotFound(err, "portal")
	}
	customer, err := tx.CustomerByID(link.Subject)
	return Portal{Customer: customer, ExpiresAt: link.ExpiresAt}, form.NotFound(err, "portal")
}
