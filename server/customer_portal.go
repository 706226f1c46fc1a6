package server

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tarn/engine"
	"tarn/fault"
	"tarn/jobs"
	"tarn/payments"
	"tarn/store"
	"tarn/web"
)

// portalPath is where the customers' portal lies, below the server's address.
const portalPath = "customer-portal/"

// How many lines of a list one page of the portal shows.
const (
	portalSubscriptions = 50
	portalLines         = 20
)

// portalServer serves the customers' portal. What opens it is the token in the
// address, not a key.
type portalServer struct {
	store  *store.Store
	runner *jobs.Runner
	pages  *web.Portal
}

// servePortal adds the portal. Everything else of it lies below its page, so that the
// same token opens it.
func (h *Handler) servePortal(runner *jobs.Runner, pages *web.Portal) {
	served := &portalServer{store: h.store, runner: runner, pages: pages}
	page := "/" + portalPath + ":token"
	h.echo.GET(page, served.show)
	h.echo.GET(page+"/invoices/:id", func(c echo.Context) error { return served.file(c, store.DocumentOfInvoice) })
	h.echo.GET(page+"/credit-notes/:id", func(c echo.Context) error { return served.file(c, store.DocumentOfCreditNote) })
	h.echo.POST(page+"/invoices/:id/pay", served.pay)
	h.echo.POST(page+"/payment-methods", served.addPaymentMethod)
}

// show answers with the page of the customer that the token names, or with one that
// says that the link opens nothing, for whatever reason. It changes nothing.
func (p *portalServer) show(c echo.Context) error {
	token, lists := c.Param("token"), portalListsOf(c)
	var content engine.PortalContent
	err := openLink(c.Request().Context(), p.store, token, func(tx *store.Tx) (err error) {
		content, err = engine.ReadPortal(tx, token, lists.pages())
		return err
	})
	if err != nil {
		return unopened(c, p.pages, err)
	}
	shown := newPortalView(token, lists, content).page()
	shown.Unavailable = c.QueryParams().Has(portalUnavailable)
	var page bytes.Buffer
	if err := p.pages.WritePage(&page, shown); err != nil {
		return err
	}
	p.pages.SetHeaders(c.Response().Header())
	return c.HTMLBlob(http.StatusOK, page.Bytes())
}

// file answers with a file of the portal, which is made when it is asked for the first
// time.
func (p *portalServer) file(c echo.Context, kind store.DocumentKind) error {
	token := c.Param("token")
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return unopened(c, p.pages, fault.Missing("document"))
	}
	ctx := c.Request().Context()
	var document store.Document
	missing := false
	err = openLink(ctx, p.store, token, func(tx *store.Tx) (err error) {
		if document, err = engine.PortalFile(tx, token, kind, id); errors.Is(err, store.ErrNotFound) {
			missing, err = true, nil
		}
		return err
	})
	if err == nil && missing {
		err = pressLink(ctx, p.store, p.runner, token, func(tx *store.Tx) (err error) {
			document, err = engine.MakePortalFile(tx, token, kind, id)
			return err
		})
	}
	if err != nil {
		return unopened(c, p.pages, err)
	}
	return sendDocument(c, document)
}

// pay leads to the page where an invoice is paid.
func (p *portalServer) pay(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return unopened(c, p.pages, fault.Missing("invoice"))
	}
	return p.lead(c, "../../../", func(tx *store.Tx) (payments.PageLink, error) {
		return engine.PortalPayment(tx, c.Param("token"), id)
	})
}

// addPaymentMethod leads to the page where the customer leaves a way to pay.
func (p *portalServer) addPaymentMethod(c echo.Context) error {
	return p.lead(c, "../", func(tx *store.Tx) (payments.PageLink, error) {
		return engine.PortalCheckout(tx, c.Param("token"))
	})
}

// portalUnavailable is the parameter with which the page says that what was pressed
// could not be done.
const portalUnavailable = "unavailable"

// lead leads to a page that a link opens, or back to the portal where there is none now:
// the portal shows what has changed. The folder is the way up to where the portal lies.
func (p *portalServer) lead(c echo.Context, folder string, link func(tx *store.Tx) (payments.PageLink, error)) error {
	var page payments.PageLink
	err := pressLink(c.Request().Context(), p.store, p.runner, c.Param("token"), func(tx *store.Tx) (err error) {
		page, err = link(tx)
		return err
	})
	target := folder + c.Param("token")
	switch {
	case fault.Is(err, fault.Validation):
		target += "?" + portalUnavailable
	case err != nil:
		return unopened(c, p.pages, err)
	case strings.Contains(page.Address, "://"):
		target = page.Address
	case page.Address != "":
		target = folder + "../" + page.Address
	}
	p.pages.SetHeaders(c.Response().Header())
	return c.Redirect(http.StatusSeeOther, target)
}

// portalLists are the pages of lists that the query of the portal's page asks for.
type portalLists struct{ subscriptions, open, invoices, creditNotes int }

// The parameters of the query, which are the sections that the lists are in.
const (
	subscriptionsList = "subscriptions"
	openList          = "open"
	invoicesList      = "invoices"
	creditNotesList   = "credit-notes"
)

func portalListsOf(c echo.Context) portalLists {
	number := func(list string) int {
		asked, _ := strconv.Atoi(c.QueryParam(list)) // what is no number asks for the first page
		return max(asked, 1)
	}
	return portalLists{number(subscriptionsList), number(openList), number(invoicesList), number(creditNotesList)}
}

func (l portalLists) pages() engine.PortalPages {
	return engine.PortalPages{
		Subscriptions: store.Page{Number: l.subscriptions, Size: portalSubscriptions},
		Open:          store.Page{Number: l.open, Size: portalLines},
		Invoices:      store.Page{Number: l.invoices, Size: portalLines},
		CreditNotes:   store.Page{Number: l.creditNotes, Size: portalLines},
	}
}
