package server

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
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
	portal, err := p.open(c.Request().Context(), c.Param("token"))
	var page bytes.Buffer
	status := http.StatusOK
	switch {
	case err == nil:
		err = p.pages.WritePage(&page, portalPage(portal))
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

// shownPortal is what a link opens.
type shownPortal struct {
	engine.Portal
	subscriptions []store.Subscription
}

// open finds what a token opens.
func (p *portalServer) open(ctx context.Context, token string) (portal shownPortal, err error) {
	err = openLink(ctx, p.store, token, func(tx *store.Tx) (err error) {
		if portal.Portal, err = engine.OpenCustomerPortal(tx, token); err != nil {
			return err
		}
		portal.subscriptions, err = portalSubscriptions(tx, portal.Customer)
		return err
	})
	return portal, err
}

// openLink reads what a token opens, in the organization that it claims to be of.
// What is no token, or of no organization, is refused with a NotFound fault.
func openLink(ctx context.Context, s *store.Store, token string, read func(tx *store.Tx) error) error {
	organization, err := store.LinkOrganization(token)
	if err == nil {
		err = s.Read(ctx, store.Scope{Organization: organization, Source: store.SourceAPI}, read)
	}
	return form.NotFound(err, "link")
}

// portalSubscriptions are the subscriptions that a customer sees: those that run
// or are to come.
func portalSubscriptions(tx *store.Tx, customer store.Customer) ([]store.Subscription, error) {
	list, err := tx.Subscriptions(store.SubscriptionFilter{
		CustomerID: &customer.ID, Statuses: []store.SubscriptionStatus{store.SubscriptionActive, store.SubscriptionPending},
	}, store.Page{Size: maxPortalLines})
	return list.Rows, err
}

// maxPortalLines is how many lines of one sort a page shows.
const maxPortalLines = 1000

// portalPage is what the page shows. The seller is the customer's billing
// entity.
func portalPage(portal shownPortal) web.PortalPage {
	page := web.PortalPage{
		Seller:    portal.Customer.BillingEntity.Name,
		Customer:  customerName(portal.Customer),
		ExpiresAt: portal.ExpiresAt.Format(instantOnPages),
	}
	for _, row := range portal.subscriptions {
		page.Subscriptions = append(page.Subscriptions, portalSubscription(row))
	}
	return page
}

// portalSubscription is a subscription in the customer's words: by its name or
// else by that of its plan, with the day of its start in the customer's zone.
func portalSubscription(row store.Subscription) web.PortalSubscription {
	start := row.SubscriptionAt
	if row.StartedAt != nil {
		start = *row.StartedAt
	}
	name := filledText(row.Name)
	for _, other := range []string{filledText(row.Plan.InvoiceDisplayName), row.Plan.Name} {
		if name == "" {
			name = other
		}
	}
	return web.PortalSubscription{
		Name: name, Status: string(row.Status), StartedOn: start.In(row.Location()).Format(dayOnPages),
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
