package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// kind tells the contracts apart.
type kind int

const (
	billingAPI kind = iota
	requestLogAPI
	adminAPI
)

// The paths below which the contracts are served.
const (
	billingBase    = "/api/v1"
	requestLogBase = "/v1/organization/logs"
	adminBase      = "/admin"
)

// api is one of the contracts that tarn serves.
type api struct {
	kind kind
	// prefix begins every path of the contract; base is the part of it that
	// the document's own paths lack.
	prefix, base string
	doc          *openapi3.T
	// operations finds an operation by its method and route.
	operations map[string]*operation
}

func newAPI(kind kind, prefix, base string, doc *openapi3.T) *api {
	return &api{kind: kind, prefix: prefix, base: base, doc: doc, operations: map[string]*operation{}}
}

// lookUp finds the operation that a route of Echo serves; nil for none.
func (a *api) lookUp(method, route string) *operation {
	return a.operations[method+" "+route]
}

// registrar registers the generated routes and learns from them which
// operation each serves. Its methods are the generated code's EchoRouter.
type registrar struct {
	*echo.Echo
	api *api
	err error
}

func (r *registrar) add(method, path string, h echo.HandlerFunc, m []echo.MiddlewareFunc) *echo.Route {
	op, err := r.api.operation(method, path)
	if err != nil {
		r.err = err
		return nil
	}
	route := r.Echo.Add(method, path, h, m...)
	r.api.operations[method+" "+path] = op
	return route
}

// DELETE registers a deletion.
func (r *registrar) DELETE(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodDelete, path, h, m)
}

// GET registers a read.
func (r *registrar) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodGet, path, h, m)
}

// PATCH registers a partial update.
//
// Lago: the merge of metadata answers PUT too, that of entitlements does not.
func (r *registrar) PATCH(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	route := r.add(http.MethodPatch, path, h, m)
	if r.err == nil && r.api.kind == billingAPI && strings.HasSuffix(path, "/metadata") {
		r.Echo.Add(http.MethodPut, path, h, m...)
		r.api.operations[http.MethodPut+" "+path] = r.api.operations[http.MethodPatch+" "+path]
	}
	return route
}

// POST registers a creation or an action.
func (r *registrar) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPost, path, h, m)
}

// PUT registers an update.
//
// Lago: every update of the billing API answers PUT and PATCH alike, although
// the document lists one of them.
func (r *registrar) PUT(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	route := r.add(http.MethodPut, path, h, m)
	if r.err == nil && r.api.kind == billingAPI && r.api.item(path).Patch == nil && !putOnly[route.Path] {
		r.Echo.Add(http.MethodPatch, path, h, m...)
		r.api.operations[http.MethodPatch+" "+path] = r.api.operations[http.MethodPut+" "+path]
	}
	return route
}

// putOnly are the updates that know no PATCH.
var putOnly = map[string]bool{
	billingBase + "/customers/:external_customer_id/payment_methods/:lago_id/set_as_default": true,
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
	return newOperation(a.kind, method, template(strings.TrimPrefix(route, a.base)), item)
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
