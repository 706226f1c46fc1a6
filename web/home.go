package web

import (
	_ "embed"
	"io"
	"net/http"
)

//go:embed home.html
var homeTemplate string

//go:embed home.css
var homeStyle string

// Home makes the page at the server's own address, which says what there is and
// where.
type Home struct{ page page }

// HomePage is what the page shows.
type HomePage struct {
	// Version is the server's.
	Version string
	// Administration says whether there is one.
	Administration bool
	// Works and All are how many operations of the contract have an answer of
	// their own, and how many there are.
	Works, All int
}

// NewHome reads the embedded page. It fails only if that is not a well-formed
// template.
func NewHome() (*Home, error) {
	page, err := newPage("home", homeTemplate, homeStyle, "'none'")
	if err != nil {
		return nil, err
	}
	return &Home{page: page}, nil
}

// SetHeaders sets the page's headers. They allow it its own style and nothing
// else.
func (h *Home) SetHeaders(header http.Header) { h.page.setHeaders(header) }

// Write writes the page.
func (h *Home) Write(w io.Writer, content HomePage) error { return h.page.write(w, "home", content) }
