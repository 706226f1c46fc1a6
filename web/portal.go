package web

import (
	_ "embed"
	"io"
	"net/http"

	"tarn/locale"
)

//go:embed portal.html
var portalTemplates string

//go:embed portal.css
var portalStyle string

// Portal makes the pages of the customers' portal.
type Portal struct{ page page }

// NewPortal reads the embedded pages. It fails only if they are not well-formed
// templates.
func NewPortal() (*Portal, error) {
	page, err := newPage("portal", portalTemplates, portalStyle, "'self'")
	if err != nil {
		return nil, err
	}
	return &Portal{page: page}, nil
}

// SetHeaders sets the headers of both pages. They allow the page its own style and its
// own forms and nothing else, keep the address, which opens the page to whoever has it,
// from other sites, and let nobody store what is shown.
func (p *Portal) SetHeaders(header http.Header) { p.page.setPrivateHeaders(header) }

// WritePage writes a customer's page.
func (p *Portal) WritePage(w io.Writer, page PortalPage) error {
	return p.page.write(w, "page", inWords(page.Language, portalWordsOf(page.Language), page))
}

// WriteNotFound writes the page for links that open nothing, in the language of whoever
// asks.
func (p *Portal) WriteNotFound(w io.Writer, language locale.Language) error {
	return p.page.write(w, "not found", inWords(language, portalWordsOf(language), nil))
}
