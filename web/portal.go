package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
)

//go:embed portal.html
var portalTemplates string

//go:embed portal.css
var portalStyle string

// Portal makes the pages of the customers' portal.
type Portal struct {
	templates *template.Template
	policy    string
}

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
	templates, err := template.New("portal").Parse(portalTemplates)
	if err != nil {
		return nil, fmt.Errorf("read the portal's pages: %w", err)
	}
	digest := sha256.Sum256([]byte(portalStyle))
	return &Portal{
		templates: templates,
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'; " +
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}, nil
}

// SetHeaders sets the headers of both pages. They allow the page its own style
// and nothing else, keep the address, which opens the page to whoever has it,
// from other sites, and let nobody store what is shown.
func (p *Portal) SetHeaders(header http.Header) {
	header.Set("Content-Security-Policy", p.policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Robots-Tag", "noindex, nofollow")
	header.Set("Cache-Control", "no-store")
}

// WritePage writes a customer's page.
func (p *Portal) WritePage(w io.Writer, page PortalPage) error {
	return p.write(w, "page", page)
}

// WriteNotFound writes the page for links that open nothing.
func (p *Portal) WriteNotFound(w io.Writer) error {
	return p.write(w, "not found", nil)
}

func (p *Portal) write(w io.Writer, name string, page any) error {
	style := template.CSS(portalStyle) //nolint:gosec // our own, embedded
	content := struct {
		Style template.CSS
		Page  any
	}{style, page}
	if err := p.templates.ExecuteTemplate(w, name, content); err != nil {
		return fmt.Errorf("write the portal's %s: %w", name, err)
	}
	return nil
}
