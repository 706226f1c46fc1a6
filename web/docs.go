// Package web holds the pages that people open in a browser. It owns their assets and the headers that keep them
// from loading anything from elsewhere; it reads the contracts only as the server serves them, over HTTP.
package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"

	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// contentSecurityPolicy confines the reference page to its own origin: no script, style, font, image or call of it
// may come from or go to another host. Swagger UI starts from an inline script, sets inline styles and draws its icons
// from data URLs.
const contentSecurityPolicy = "default-src 'none'; " +
	"script-src 'self' 'unsafe-inline'; " +
	"style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; " +
	"connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// defaultDocument is the path of the contract that the page shows first.
const defaultDocument = "/openapi/lago.json"

// document is a contract of the page's selector, as Swagger UI takes it.
type document struct {
	URL  string `json:"url"`
	Name string `json:"name"`
}

// DocsPage is what the reference page has to know of the server.
type DocsPage struct {
	// Administration says whether there is one to be tried.
	Administration bool
	// Pending are the operations of the billing API that answer 501, as method
	// and path of the document, such as "POST /wallets".
	Pending []string
}

//go:embed docs.js
var docsScript string

//go:embed docs.css
var docsStyle string

// Docs returns the handler of the API reference page, which is to be mounted at base (such as "/docs") and at
// everything below it. The page shows one of the contracts at a time, chosen by a selector, reads each from where the
// server serves it under /openapi, marks the operations that answer 501, and sends try-it calls with the key typed into
// its Authorize form. The key stays in the browser's local storage. Every asset is in the binary; the page needs no
// internet.
func Docs(base string, shown DocsPage) (http.Handler, error) {
	documents := []document{{defaultDocument, "Billing API"}, {"/openapi/requestlogs.json", "Request logs"}}
	if shown.Administration {
		documents = append(documents, document{"/openapi/admin.json", "Administration"})
	}
	urls, err := json.Marshal(documents)
	if err != nil {
		return nil, fmt.Errorf("list the contracts of the reference page: %w", err)
	}
	pending, err := json.Marshal(append([]string{}, shown.Pending...)) // a list, even if it is empty
	if err != nil {
		return nil, fmt.Errorf("list the pending operations of the reference page: %w", err)
	}
	page := v5emb.NewHandlerWithConfig(swgui.Config{
		Title:       "tarn API reference",
		SwaggerJSON: defaultDocument,
		BasePath:    base,
		ShowTopBar:  true,
		AppendHead:  template.HTML("<style>" + docsStyle + "</style>\n<script>" + docsScript + "</script>"), //nolint:gosec // our own, embedded
		SettingsUI: map[string]string{
			"urls":                   string(urls),
			"plugins":                "[SwaggerUIBundle.plugins.DownloadUrl, markPending(" + string(pending) + ")]",
			"docExpansion":           `"list"`,
			"filter":                 "true",
			"persistAuthorization":   "true",
			"tryItOutEnabled":        "true",
			"displayRequestDuration": "true",
			"showExtensions":         "false",
		},
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		page.ServeHTTP(w, r)
	}), nil
}
