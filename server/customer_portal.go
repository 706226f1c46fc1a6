package server

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tarn/engine"
	"tarn/fault"
	"tarn/store"
	"tarn/web"
)

// portalPath is where the customers' portal lies, below the server's address.
const portalPath = "customer-portal/"

// portalServer serves the customers' portal. What opens it is the token in the
// address, not a key.
type portalServer struct {
	store *store.Store
	pages *web.Portal
}

// serve answers with the page of the customer that the token names, or with one
// that says that the link opens nothing, for whatever reason.
func (p *portalServer) serve(c echo.Context) error {
	portal, seller, err := p.open(c.Request().Context(), c.Param("token"))
	var page bytes.Buffer
	status := http.StatusOK
	switch {
	case err == nil:
		err = p.pages.WritePage(&page, portalPage(portal, seller))
	case fault.Is(err, fault.NotFound):
		status = http.StatusNotFound
		err = p.pages.WriteNotFound(&page)
	}
	if err != nil {
		return err
	}
	p.pages.SetHeaders(c.Response().Header())
	return c.HTMLBlob(status, page.Bytes())
}

// open finds what a token opens, with the billing entity that sells to the
// customer.
func (p *portalServer) open(ctx context.Context, token string) (portal engine.Portal, seller store.BillingEntity, err error) {
	organization, err := engine.PortalOrganization(token)
	if err != nil {
		return portal, seller, err
	}
	scope := store.Scope{Organization: organization, Source: store.SourceAPI}
	err = p.store.Read(ctx, scope, func(tx *store.Tx) (err error) {
		portal, err = engine.OpenCustomerPortal(tx, token)
		return err
	})
	return portal, portal.Customer.BillingEntity, missing(err, "organization")
}

// portalPage is what the page shows.
func portalPage(portal engine.Portal, seller store.BillingEntity) web.PortalPage {
	return web.PortalPage{
		Seller:    seller.Name,
		Customer:  customerName(portal.Customer),
		ExpiresAt: portal.ExpiresAt.Format("2 January 2006, 15:04 MST"),
	}
}

// customerName is how a page addresses a customer: the name, the person's, the
// company's legal one, or the seller's own word for the customer.
func customerName(row store.Customer) string {
	person := strings.TrimSpace(filledText(row.Firstname) + " " + filledText(row.Lastname))
	for _, name := range []string{filledText(row.Name), person, filledText(row.LegalName)} {
		if name != "" {
			return name
		}
	}
	return row.ExternalID
}

func filledText(text *string) string {
	if text == nil {
		return ""
	}
	return strings.TrimSpace(*text)
}
