package web

import (
	_ "embed"
	"io"
	"net/http"
)

//go:embed portal.html
var portalTemplates string

//go:embed portal.css
var portalStyle string

// Portal makes the pages of the customers' portal.
type Portal struct{ page page }

// PortalPage is what the portal shows a customer. Its texts are shown as they
// are: the caller has put dates and amounts into words.
type PortalPage struct {
	// Seller and Customer are the names of both sides.
	Seller   string
	Customer string
	// ExpiresAt is until when the link opens the page.
	ExpiresAt     string
	Subscriptions []PortalSubscription
	Invoices      []PortalInvoice
}

// PortalSubscription is one line of the subscriptions.
type PortalSubscription struct {
	Name      string
	Status    string
	StartedOn string
}

// PortalInvoice is one line of the invoices.
type PortalInvoice struct {
	Number   string
	IssuedOn string
	Status   string
	Total    string
}

// NewPortal reads the embedded pages. It fails only if they are not well-formed
// templates.
func NewPortal() (*Portal, error) {
	page, err := newPage("portal", portalTemplates, portalStyle, "'none'")
	if err != nil {
		return nil, err
	}
	return &Portal{page: page}, nil
}

// SetHeaders sets the headers of both pages. They allow the page its own style
// and nothing else, keep the address, which opens the page to whoever has it,
// from other sites, and let nobody store what is shown.
func (p *Portal) SetHeaders(header http.Header) { p.page.setPrivateHeaders(header) }

// WritePage writes a customer's page.
func (p *Portal) WritePage(w io.Writer, page PortalPage) error {
	return p.page.write(w, "page", page)
}

// WriteNotFound writes the page for links that open nothing.
func (p *Portal) WriteNotFound(w io.Writer) error {
	return p.page.write(w, "not found", nil)
}
