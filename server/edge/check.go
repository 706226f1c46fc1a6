package edge

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/fault"
)

// Checker holds requests and answers that were recorded against a version of
// the billing API's contract, by the rules of the edge.
type Checker struct {
	doc *openapi3.T
	// places are the paths under which operations are served, by method; those
	// that say most of a path come first.
	places map[string][]place
}

// place is a path of the document with the operation that a method finds there.
type place struct {
	op       *operation
	segments []string
	pattern  *regexp.Regexp
}

// NewChecker returns a checker for the document.
func NewChecker(doc *openapi3.T) (*Checker, error) {
	c := &Checker{doc: doc, places: map[string][]place{}}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			one, err := newPlace(operationOf(BillingAPI, method, path, item))
			if err != nil {
				return nil, err
			}
			c.places[method] = append(c.places[method], one)
			if other := twin(BillingAPI, method, BillingBase+routeOf(path), item); other != "" {
				c.places[other] = append(c.places[other], one)
			}
		}
	}
	for _, places := range c.places {
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(bySegments(a, b), strings.Compare(a.op.path, b.op.path))
		})
	}
	return c, nil
}

// routeOf turns a path of the document into a route of Echo; see template.
func routeOf(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// inBraces is a parameter in a path of the document.
var inBraces = regexp.MustCompile(`\{[^{}]*\}`)

// newPlace makes the pattern of an operation's path.
//
// Logs keep paths unescaped, so that each parameter may hold slashes.
func newPlace(op *operation) (place, error) {
	path := strings.Trim(op.path, "/")
	var pattern strings.Builder
	end := 0
	for _, at := range inBraces.FindAllStringIndex(path, -1) {
		pattern.WriteString(regexp.QuoteMeta(path[end:at[0]]) + "(.+?)")
		end = at[1]
	}
	compiled, err := regexp.Compile("(?s)^" + pattern.String() + regexp.QuoteMeta(path[end:]) + "$")
	if err != nil {
		return place{}, fmt.Errorf("%s %s: %w", op.method, op.path, err)
	}
	return place{op: op, segments: strings.Split(path, "/"), pattern: compiled}, nil
}

// bySegments sorts places by how much they say of a path. The longest comes
// first: of two that take a path, the other one lets a parameter swallow more
// of it. Among equals it is the one with a word where the other has a parameter.
func bySegments(a, b place) int {
	if len(a.segments) != len(b.segments) {
		return len(b.segments) - len(a.segments)
	}
	for i, segment := range a.segments {
		one, other := strings.Contains(segment, "{"), strings.Contains(b.segments[i], "{")
		if one != other {
			if other {
				return -1
			}
			return 1
		}
	}
	return 0
}

// Recorded is an operation with the request's method and path, as a checker has
// found it.
type Recorded struct {
	op *operation
	// Method is the one of those asked for with which it was found.
	Method string
	values map[string]string
}

// Find finds the operation of a request whose path lies below the API's base,
// and is not escaped. Where nobody knows which of several methods the request
// had, it is the one whose operation says most of the path, the first of equals.
// Find reports whether the document has one.
func (c *Checker) Find(path string, methods ...string) (found Recorded, ok bool) {
	path = strings.Trim(path, "/")
	var best place
	for _, method := range methods {
		for _, one := range c.places[method] {
			if ok && bySegments(one, best) >= 0 {
				break
			}
			if values := one.pattern.FindStringSubmatch(path); values != nil {
				best, ok = one, true
				found = Recorded{op: one.op, Method: method, values: one.named(values[1:])}
				break
			}
		}
	}
	return found, ok
}

// named are the values of a path's parameters by their names.
func (p place) named(values []string) map[string]string {
	named := map[string]string{}
	for i, name := range inBraces.FindAllString(p.op.path, -1) {
		named[strings.Trim(name, "{}")] = values[i]
	}
	return named
}

// Place is the method and path of an operation; empty where the document has
// none of that identifier.
func (c *Checker) Place(id string) string {
	for path, item := range c.doc.Paths.Map() {
		for method, spec := range item.Operations() {
			if spec.OperationID == id {
				return method + " " + path
			}
		}
	}
	return ""
}

// SamePlace reports whether two versions have their operations in the same
// place, whatever the parameters of its path are called.
func (r Recorded) SamePlace(other Recorded) bool {
	bare := func(path string) string { return inBraces.ReplaceAllString(strings.Trim(path, "/"), "{}") }
	return bare(r.op.path) == bare(other.op.path)
}

// ID is the operation's identifier.
func (r Recorded) ID() string { return r.op.ID }

// Request says what is wrong with a request's path and body; nothing where the
// contract allows them. Queries are not recorded, so they are not checked. Bodies
// that the engine alone judges are held against their schema like others: the
// engine's rules are of no version.
func (r Recorded) Request(body []byte) []string {
	op := *r.op
	op.judged = false
	op.parameters = slices.DeleteFunc(slices.Clone(op.parameters), func(p parameter) bool { return p.in != openapi3.ParameterInPath })
	if err := op.checkParameters(func(name string) string { return r.values[name] }, url.Values{}); err != nil {
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
		out = append(out, fmt.Sprintf("%s: %v", unnumbered(strings.Split(field, ".")), codes))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Answer says what is wrong with an answer; nothing where the contract promises
// it, or says nothing of its status (see LostAnswer).
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

// LostBody says why the next version takes no body of the kind that is
// recorded, where this one does; it is empty where it does too.
func (r Recorded) LostBody(next Recorded) string {
	was, is := r.op.spec.RequestBody, next.op.spec.RequestBody
	switch {
	case was == nil || was.Value.Content.Get(jsonContent) == nil:
		return ""
	case is == nil || len(is.Value.Content) == 0:
		return "no body is taken any more"
	case is.Value.Content.Get(jsonContent) == nil:
		return fmt.Sprintf("no %s is taken any more, only %s", jsonContent, kinds(is.Value.Content))
	}
	return ""
}

// LostAnswer says why the next version promises no answer of a status, where this
// one does, or none of the kind that is recorded; it is empty where it does too.
func (r Recorded) LostAnswer(next Recorded, status int) string {
	was, is := promise(r.op.spec, status), promise(next.op.spec, status)
	switch {
	case was == nil:
		return ""
	case is == nil:
		return fmt.Sprintf("the status %d is not promised any more", status)
	case was.Content.Get(jsonContent) == nil || is.Content.Get(jsonContent) != nil:
		return ""
	case len(is.Content) == 0:
		return fmt.Sprintf("the status %d has no body any more", status)
	}
	return fmt.Sprintf("the status %d has no %s any more, only %s", status, jsonContent, kinds(is.Content))
}

// kinds are the media types of contents.
func kinds(content openapi3.Content) string {
	return strings.Join(slices.Sorted(maps.Keys(content)), ", ")
}

// findings spells every finding of the validator by its place.
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
	return []string{unnumbered(finding.JSONPointer()) + ": " + finding.Reason}
}

// unnumbered spells a place, entries of lists without their number: what is wrong
// with each of them is one reason.
func unnumbered(place []string) string {
	place = slices.Clone(place)
	for i, step := range place {
		if step != "" && strings.Trim(step, "0123456789") == "" {
			place[i] = "[]"
		}
	}
	return strings.ReplaceAll(strings.Join(place, "."), ".[]", "[]")
}
