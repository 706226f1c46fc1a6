// Package web holds the pages that people open in a browser. It owns their assets and the headers that keep them
// from loading anything from elsewhere; it reads the contracts only as the server serves them, over HTTP.
package web

import (
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

// documents are the contracts of the page's selector, as the JavaScript value that Swagger UI takes for its "urls".
const documents = `[
	{url: "/openapi/lago.json", name: "Billing API"},
	{url: "/openapi/requestlogs.json", name: "Request logs"},
	{url: "/openapi/admin.json", name: "Administration"}
]`

// Docs returns the handler of the API reference page, which is to be mounted at base (such as "/docs") and at
// everything below it. The page shows one of the three contracts at a time, chosen by a selector, reads each from
// where the server serves it under /openapi, and sends try-it calls with the key typed into its Authorize form. The
// key stays in the browser's local storage. Every asset is in the binary; the page needs no internet.
func Docs(base string) http.Handler {
	page := v5emb.NewHandlerWithConfig(swgui.Config{
		Title:       "tarn API reference",
		SwaggerJSON: defaultDocument,
		BasePath:    base,
		ShowTopBar:  true,
		SettingsUI: map[string]string{
			"urls":                   documents,
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
	})
}
