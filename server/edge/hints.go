package edge

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"tarn/fault"
)

// HintHeader is the header that says why, where the contract's answer may not.
const HintHeader = "X-Tarn-Hint"

// The bounds of hints: of all together, of one name in them in bytes, and how
// many there are.
const (
	longestHint     = 500
	longestHintName = 60
	mostHints       = 5
)

// Hint notes something that the client should know and the contract's answer has
// no room for. It must hold names only, never values that may be secret.
func (x *Exchange) Hint(format string, args ...any) {
	if len(x.hints) >= mostHints {
		return
	}
	for i, arg := range args {
		if text, isText := arg.(string); isText {
			args[i] = clip(text, longestHintName)
		}
	}
	if text := fmt.Sprintf(format, args...); !slices.Contains(x.hints, text) {
		x.hints = append(x.hints, text)
	}
}

// hint is all hints on one line that any header can hold; empty for none.
func (x *Exchange) hint() string {
	if len(x.hints) == 0 {
		return ""
	}
	return clip(printable(strings.Join(x.hints, "; ")), longestHint)
}

// hinted adds the hints to what the request log tells of an error.
func (x *Exchange) hinted(detail string) string {
	if hint := x.hint(); hint != "" {
		return detail + " (" + hint + ")"
	}
	return detail
}

func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit-len("...")], "") + "..."
}

// printable replaces what is not printable ASCII.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// explain hints at why a request was refused. It is asked only then, so that
// other requests pay nothing for it.
func (x *Exchange) explain(err error) {
	f := faultOf(err)
	if f == nil {
		return
	}
	if f.Hint != "" {
		x.Hint("%s", hintSentence(f.Hint))
	}
	if x.op == nil {
		return
	}
	switch f.Kind {
	case fault.BadRequest:
		x.explainJSON()
	case fault.Validation:
		for _, field := range slices.Sorted(maps.Keys(f.Details)) {
			if words := x.op.wordsFor(field); len(words) > 0 {
				x.Hint("%s is one of: %s", field, hintSentence(clip(strings.Join(words, ", "), longestHint/2)))
			}
		}
	default: // the rule says it
	}
}

// hintSentence is a text of ours, which is not cut as names are.
type hintSentence string

// explainJSON says where a body stops being JSON.
func (x *Exchange) explainJSON() {
	if x.op.body == nil || len(x.body) == 0 || x.form {
		return
	}
	var value any
	var broken *json.SyntaxError
	if errors.As(json.Unmarshal(x.body, &value), &broken) {
		x.Hint("the body is no JSON: byte %d of %d, %s", broken.Offset, len(x.body), hintSentence(broken.Error()))
	}
}

// wordsFor are the words that a field of the body or of the query may have; none
// where it may have others.
func (op *operation) wordsFor(field string) []string {
	path := strings.Split(field, ".")
	if op.root != "" {
		if words := wordsOf(memberSchema(op.body, append([]string{op.root}, path...))); len(words) > 0 {
			return words
		}
	}
	if words := wordsOf(memberSchema(op.body, path)); len(words) > 0 {
		return words
	}
	for _, p := range op.parameters {
		if p.in != openapi3.ParameterInQuery || p.label() != field {
			continue
		}
		if p.array && p.schema.Items != nil {
			return wordsOf(p.schema.Items.Value)
		}
		return wordsOf(p.schema)
	}
	return nil
}

// wordsOf are the words of an enumeration, which may be one of several parts.
func wordsOf(schema *openapi3.Schema) []string {
	if schema == nil || schema.Type.Is(openapi3.TypeBoolean) {
		return nil
	}
	words := allowedWords(schema)
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range group {
			words = append(words, wordsOf(part.Value)...)
		}
	}
	return words
}

// HintMembers hints at members of a decoded body that the contract does not know
// and lets pass.
func (x *Exchange) HintMembers(body any) {
	if x.op.names == nil {
		return
	}
	found := x.op.names.strangers(body)
	slices.SortFunc(found, func(a, b stranger) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.name, b.name))
	})
	for _, each := range found[:min(len(found), mostHints)] {
		x.hintName("member "+each.path, each.name, each.known)
	}
}

// hintQuery hints at parameters that the operation does not have and lets pass.
func (x *Exchange) hintQuery(query url.Values) {
	if len(query) == 0 {
		return
	}
	var known []string
	for _, p := range x.op.parameters {
		if p.in == openapi3.ParameterInQuery {
			known = append(known, p.label())
		}
	}
	for _, written := range slices.Sorted(maps.Keys(query)) {
		name, _, _ := strings.Cut(written, "[")
		isKnown := slices.ContainsFunc(known, func(label string) bool {
			return label == name || label == written || strings.HasPrefix(label, name+"[")
		})
		if !isKnown {
			x.hintName("parameter ", name, known)
		}
	}
}

// hintName hints at an unknown name and the known one that is most like it.
func (x *Exchange) hintName(what, name string, known []string) {
	if strings.ContainsAny(name, ` {}"':,;=@`) {
		x.Hint("unknown %s?", what) // it looks like a value
		return
	}
	if near := nearest(clip(name, longestHintName), known); near != "" {
		x.Hint("unknown %s%s, did you mean %s", what, name, near)
		return
	}
	x.Hint("unknown %s%s", what, name)
}

// nearest is the known name that is most like another, of letters of either case; empty
// when none is.
func nearest(name string, known []string) string {
	name = fold(name)
	best, distance := "", len(name)/3+1
	for _, candidate := range known {
		if d := editDistance(name, fold(candidate)); d <= distance && (best == "" || d < distance) {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts the bytes to add, drop or replace to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// hintPath hints at the path of the billing API that a request without its
// beginning may have meant.
func (e *Edge) hintPath(c echo.Context, x *Exchange) {
	path := c.Request().URL.Path
	for _, a := range e.apis {
		if a.kind != BillingAPI {
			continue
		}
		for _, prefix := range []string{"", "/v1", "/api"} {
			below, found := strings.CutPrefix(path, prefix)
			if !found {
				continue
			}
			route := c.Echo().NewContext(nil, nil)
			method := c.Request().Method
			c.Echo().Router().Find(method, a.base+below, route)
			if op := a.lookUp(method, route.Path()); op != nil {
				// The route and not the path, which may hold what no header should.
				x.Hint("the API is below %s: %s %s", a.base, method, hintSentence(a.base+op.path))
				return
			}
		}
	}
}

// setHint puts the hints into the header of an answer.
func (x *Exchange) setHint(header http.Header) {
	if hint := x.hint(); hint != "" {
		header.Set(HintHeader, hint)
	}
}
