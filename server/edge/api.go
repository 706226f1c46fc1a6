package edge

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// Kind tells the contracts apart.
type Kind int

const (
	// BillingAPI is Lago's.
	BillingAPI Kind = iota
	// RequestLogAPI shows every request that was answered.
	RequestLogAPI
	// AdminAPI stands above organizations: its handlers open their transactions
	// themselves.
	AdminAPI
)

// The paths below which the contracts are served.
const (
	BillingBase    = "/api/v1"
	RequestLogBase = "/v1/organization/logs"
	AdminBase      = "/admin"
)

// api is one of the contracts that tarn serves.
type api struct {
	kind Kind
	// prefix begins every path of the contract; base is the part of it that
	// the document's own paths lack.
	prefix, base string
	doc          *openapi3.T
	// published is the document that answers are held against where that is not
	// the contract itself.
	published *openapi3.T
	// operations finds an operation by its method and route.
	operations map[string]*operation
}

func newAPI(kind Kind, doc *openapi3.T) *api {
	a := &api{kind: kind, doc: doc, operations: map[string]*operation{}}
	switch kind {
	case BillingAPI:
		a.prefix, a.base = BillingBase, BillingBase
	case RequestLogAPI:
		a.prefix = RequestLogBase
	case AdminAPI:
		a.prefix = AdminBase
	}
	return a
}

// lookUp finds the operation that a route of Echo serves; nil for none.
func (a *api) lookUp(method, route string) *operation {
	return a.operations[method+" "+route]
}

// Registrar registers the generated routes and learns from them which
// operation each serves. Its methods are the generated code's EchoRouter.
type Registrar struct {
	*echo.Echo
	api *api
	err error
}

// Err says which route the contract does not have; nil when it has all.
func (r *Registrar) Err() error { return r.err }

func (r *Registrar) add(method, path string, h echo.HandlerFunc, m []echo.MiddlewareFunc) *echo.Route {
	op, err := r.api.operation(method, path)
	if err != nil {
		r.err = err
		return nil
	}
	route := r.Echo.Add(method, path, h, m...)
	r.api.operations[method+" "+path] = op
	if other := twin(r.api.kind, method, path, r.api.item(path)); other != "" {
		r.Echo.Add(other, path, h, m...)
		r.api.operations[other+" "+path] = op
	}
	return route
}

// twin is the other method with which an operation is served; empty for none.
//
// Lago: every update of the billing API answers PUT and PATCH alike, although
// the document lists one of them. The merge of metadata answers PUT too, that of
// entitlements does not.
func twin(kind Kind, method, route string, item *openapi3.PathItem) string {
	switch {
	case kind != BillingAPI:
	case method == http.MethodPut && item.Patch == nil && !putOnly[route]:
		return http.MethodPatch
	case method == http.MethodPatch && item.Put == nil && strings.HasSuffix(route, "/metadata"):
		return http.MethodPut
	}
	return ""
}

// DELETE registers a deletion.
func (r *Registrar) DELETE(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodDelete, path, h, m)
}

// GET registers a read.
func (r *Registrar) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodGet, path, h, m)
}

// PATCH registers a partial update.
func (r *Registrar) PATCH(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPatch, path, h, m)
}

// POST registers a creation or an action.
func (r *Registrar) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPost, path, h, m)
}

// PUT registers an update.
func (r *Registrar) PUT(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPut, path, h, m)
}

// putOnly are the updates that know no PATCH.
var putOnly = map[string]bool{
	BillingBase + "/customers/:external_customer_id/payment_methods/:lago_id/set_as_default": true,
}

// item is the document's entry for a route of Echo.
func (a *api) item(route string) *openapi3.PathItem {
	return a.doc.Paths.Value(template(strings.TrimPrefix(route, a.base)))
}

// operation finds what the document says of a route.
func (a *api) operation(method, route string) (*operation, error) {
	item := a.item(route)
	if item == nil || item.GetOperation(method) == nil {
		return nil, fmt.Errorf("the contract has no operation for %s %s", method, route)
	}
	return operationOf(a.kind, method, template(strings.TrimPrefix(route, a.base)), item), nil
}

// template turns a route of Echo into a path of the document.
func template(route string) string {
	segments := strings.Split(route, "/")
	for i, segment := range segments {
		if name, isParameter := strings.CutPrefix(segment, ":"); isParameter {
			segments[i] = "{" + name + "}"
		}
	}
	return strings.Join(segments, "/")
}
