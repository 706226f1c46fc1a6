package edge

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"tarn/fault"
)

// Checker holds requests and answers that were recorded against a version of
// the billing API's contract, by the rules of the edge.
type Checker struct {
	api      *api
	router   *echo.Echo
	families map[string][]route
}

// NewChecker returns a checker for the document. Requests find their operations
// as they do when the document is served.
func NewChecker(doc *openapi3.T) (*Checker, error) {
	c := &Checker{api: newAPI(BillingAPI, doc), router: echo.New()}
	registrar := &Registrar{Echo: c.router, api: c.api}
	nothing := func(echo.Context) error { return nil }
	register := map[string]func(string, echo.HandlerFunc, ...echo.MiddlewareFunc) *echo.Route{
		http.MethodGet: registrar.GET, http.MethodPost: registrar.POST, http.MethodPut: registrar.PUT,
		http.MethodPatch: registrar.PATCH, http.MethodDelete: registrar.DELETE,
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			add, known := register[method]
			if !known {
				return nil, fmt.Errorf("the contract has an operation that is never served: %s %s", method, path)
			}
			add(c.api.base+routeOf(path), nothing)
		}
	}
	if err := registrar.Err(); err != nil {
		return nil, err
	}
	c.families = c.api.families()
	return c, nil
}

// routeOf turns a path of the document into a route of Echo; see template.
func routeOf(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// Recorded is an operation with the request's path, as a checker has found it.
type Recorded struct {
	op   *operation
	path func(name string) string
}

// Find finds the operation of a request whose path lies below the API's base.
// It reports whether the document has one.
func (c *Checker) Find(method, path string) (Recorded, bool) {
	request := &http.Request{Method: method, URL: &url.URL{Path: c.api.base + "/" + strings.TrimPrefix(path, "/")}}
	c.api.joinCode(request, c.families)
	found := c.router.NewContext(request, nil)
	c.router.Router().Find(method, echo.GetPath(request), found)
	op := c.api.lookUp(method, found.Path())
	return Recorded{op: op, path: inPath(found)}, op != nil
}

// Place is the method and path of an operation; empty where the document has
// none of that identifier.
func (c *Checker) Place(id string) string {
	for path, item := range c.api.doc.Paths.Map() {
		for method, spec := range item.Operations() {
			if spec.OperationID == id {
				return method + " " + path
			}
		}
	}
	return ""
}

// ID is the operation's identifier.
func (r Recorded) ID() string { return r.op.ID }

// Request says what is wrong with a request's path and body; nothing where the
// contract allows them. Queries are not recorded, so they are not checked, and
// bodies that the engine alone judges have no rules here.
func (r Recorded) Request(body []byte) []string {
	op := *r.op
	op.parameters = slices.DeleteFunc(slices.Clone(op.parameters), func(p parameter) bool { return p.in != openapi3.ParameterInPath })
	if err := op.checkParameters(r.path, url.Values{}); err != nil {
		return []string{"path: " + err.Error()}
	}
	_, err := op.checkBody(body, false)
	if err == nil {
		return nil
	}
	refusal, isFault := fault.As(err)
	if !isFault {
		return []string{err.Error()}
	}
	if len(refusal.Details) == 0 {
		return []string{"body: " + refusal.Error()}
	}
	var out []string
	for field, codes := range refusal.Details {
		out = append(out, fmt.Sprintf("%s: %v", field, codes))
	}
	slices.Sort(out)
	return out
}

// Answer says what is wrong with an answer; nothing where the contract promises
// it, or says nothing of its status.
func (r Recorded) Answer(status int, body []byte) []string {
	err := r.op.checkResponse(status, body)
	var broken *violation
	if !errors.As(err, &broken) {
		return nil
	}
	out := findings(broken.err)
	slices.Sort(out)
	return slices.Compact(out)
}

// findings spells every finding of the validator by its place, entries of lists
// without their number.
func findings(err error) []string {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var out []string
		for _, one := range many {
			out = append(out, findings(one)...)
		}
		return out
	}
	var finding *openapi3.SchemaError
	if !errors.As(err, &finding) {
		return []string{err.Error()}
	}
	place := finding.JSONPointer()
	for i, step := range place {
		if strings.Trim(step, "0123456789") == "" {
			place[i] = "[]"
		}
	}
	return []string{strings.ReplaceAll(strings.Join(place, "."), ".[]", "[]") + ": " + finding.Reason}
}
