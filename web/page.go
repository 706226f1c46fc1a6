package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"

	"tarn/locale"
)

// page is a set of pages with one style, which is all that they load.
type page struct {
	templates *template.Template
	style     template.CSS
	policy    string
}

// newPage reads embedded pages whose forms go to where a source of the policy says, such
// as 'none'. It fails only if they are not well-formed templates.
func newPage(name, templates, style, forms string) (page, error) {
	parsed, err := template.New(name).Funcs(template.FuncMap{"fill": locale.Fill}).Parse(templates)
	if err != nil {
		return page{}, fmt.Errorf("read the pages of the %s: %w", name, err)
	}
	digest := sha256.Sum256([]byte(style))
	return page{
		templates: parsed,
		style:     template.CSS(style), //nolint:gosec // our own, embedded
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'; " +
			"base-uri 'none'; form-action " + forms + "; frame-ancestors 'none'",
	}, nil
}

// setHeaders allows a page its own style and nothing else, and keeps its
// address from other sites.
func (p page) setHeaders(header http.Header) {
	header.Set("Content-Security-Policy", p.policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
}

// setPrivateHeaders does the same for a page that is for whoever has its address: nobody
// may store it or find it.
func (p page) setPrivateHeaders(header http.Header) {
	p.setHeaders(header)
	header.Set("X-Robots-Tag", "noindex, nofollow")
	header.Set("Cache-Control", "no-store")
}

// write writes one of the pages.
func (p page) write(w io.Writer, name string, content any) error {
	filled := struct {
		Style template.CSS
		Page  any
	}{p.style, content}
	if err := p.templates.ExecuteTemplate(w, name, filled); err != nil {
		return fmt.Errorf("write the page %s of the %s: %w", name, p.templates.Name(), err)
	}
	return nil
}

// worded is what a page shows, with the words of its language.
type worded struct {
	// Language names it for machines.
	Language string
	Words    any
	Shown    any
}

func inWords(language locale.Language, words, shown any) worded {
	return worded{Language: language.Tag(), Words: words, Shown: shown}
}
