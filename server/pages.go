package server

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"tarn/invoicing"
	"tarn/jobs"
	"tarn/openapi"
	"tarn/web"
)

// servePages adds what lies beside the contracts.
func (h *Handler) servePages(administered bool, runner *jobs.Runner) error {
	if err := h.serveBrowsers(administered); err != nil {
		return err
	}
	pages, err := web.NewPortal()
	if err != nil {
		return err
	}
	h.servePortal(runner, pages)
	documents := &documentServer{store: h.store, pages: pages}
	h.echo.GET("/"+invoicing.DocumentsPath+":token", documents.serve)
	if err := h.serveCheckout(runner, pages); err != nil {
		return err
	}
	for _, doc := range openapi.Documents() {
		h.echo.GET("/openapi/"+doc.Name+".yaml", bytesOf("application/yaml", doc.YAML))
		h.echo.GET("/openapi/"+doc.Name+".json", bytesOf(echo.MIMEApplicationJSON, doc.JSON))
	}
	h.edge.Measure(runner.Collectors()...)
	h.echo.GET("/metrics", echo.WrapHandler(h.edge.Metrics()))
	h.echo.GET("/health", h.health)
	h.echo.GET("/ready", h.isReady)
	return nil
}

// serveBrowsers adds the pages for people who look around: the one at the
// server's own address, and the reference.
func (h *Handler) serveBrowsers(administered bool) error {
	doc, err := openapi.Lago()
	if err != nil {
		return err
	}
	pending, all := pendingOperations(doc)
	page, err := web.NewHome()
	if err != nil {
		return err
	}
	home := &homeServer{page: page, content: web.HomePage{
		Version: h.version, Administration: administered, Works: all - len(pending), All: all,
	}}
	h.echo.GET("/", home.serve)
	reference, err := web.Docs("/docs", web.DocsPage{Administration: administered, Pending: pending})
	if err != nil {
		return err
	}
	h.echo.GET("/docs", echo.WrapHandler(reference))
	h.echo.GET("/docs/*", echo.WrapHandler(reference))
	return nil
}

// pendingOperations are the operations of the billing API that answer 501, as
// method and path, in order, and the number of all its operations. Which they
// are, the methods of pending say.
func pendingOperations(doc *openapi3.T) (operations []string, all int) {
	unwritten := map[string]bool{}
	handlers := reflect.TypeFor[pending]()
	for i := range handlers.NumMethod() {
		unwritten[strings.ToLower(handlers.Method(i).Name)] = true
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			all++
			if unwritten[strings.ToLower(operation.OperationID)] {
				operations = append(operations, method+" "+path)
			}
		}
	}
	slices.Sort(operations)
	return operations, all
}

func bytesOf(contentType string, content []byte) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Blob(http.StatusOK, contentType, content) }
}
