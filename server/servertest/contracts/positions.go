package contracts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Where a Position is.
const (
	InPath  = "path"
	InQuery = "query"
	InBody  = "body"
)

// How a Position in a body leads through lists, and through objects whose members have
// names of their own.
const (
	Element = "[]"
	Name    = "*"
)

// Position is a place at which an operation takes an identifier.
type Position struct {
	// In is InPath, InQuery or InBody; Kind is what the identifier is of, as in KindOf.
	In, Kind string
	// At is the segment of a path, Name the parameter of a query, Way what leads there in
	// a body: names of members, Element and Name.
	At   int
	Name string
	Way  []string
}

// String names the position.
func (p Position) String() string {
	if p.In == InBody {
		return p.In + " " + strings.Join(p.Way, ".")
	}
	return p.In + " " + p.Name
}

// Positions lists where an operation takes identifiers.
func (o Operation) Positions() []Position {
	var all []Position
	for i, segment := range strings.Split(o.Path, "/") {
		if name, is := Parameter(segment); is {
			all = append(all, Position{In: InPath, Kind: o.KindOfSegment(i), At: i, Name: name})
		}
	}
	for _, parameter := range o.Parameters {
		if kind := KindOf(o.Listed(), parameter.Name); parameter.In == openapi3.ParameterInQuery && kind != "" {
			all = append(all, Position{In: InQuery, Kind: kind, Name: parameter.Name})
		}
	}
	return append(all, bodyPositions(o.Listed(), "", o.Body, nil)...)
}

// keyed are what the names of members identify in objects whose members have names of
// their own.
var keyed = map[string][]string{
	"entitlements": {"feature.code", "privilege.code"}, "metadata": {"metadata.key"},
}

func bodyPositions(parent, name string, schema *openapi3.Schema, way []string) []Position {
	if schema == nil || len(way) > deepest || slices.Contains(way[:max(0, len(way)-1)], name) && name != "" {
		return nil // it contains itself
	}
	items, values := Items(schema)
	members := Members(schema)
	switch {
	case items != nil && isScalar(items):
		return position(parent, name, append(slices.Clone(way), Element))
	case items != nil:
		return bodyPositions(name, "", items, append(slices.Clone(way), Element))
	case len(members) == 0 && values != nil:
		return keyPositions(name, values, way)
	case len(members) == 0:
		return position(parent, name, way)
	}
	if name != "" {
		parent = name
	}
	var all []Position
	for _, member := range slices.Sorted(maps.Keys(members)) {
		all = append(all, bodyPositions(parent, member, members[member], append(slices.Clone(way), member))...)
	}
	return all
}

func isScalar(schema *openapi3.Schema) bool {
	items, values := Items(schema)
	return items == nil && values == nil && len(Members(schema)) == 0
}

func position(parent, name string, way []string) []Position {
	kind := KindOf(parent, name)
	if kind == "" {
		return nil
	}
	return []Position{{In: InBody, Kind: kind, Name: name, Way: way}}
}

// keyPositions are the names of members themselves, on each level.
func keyPositions(name string, values *openapi3.Schema, way []string) []Position {
	var all []Position
	for _, kind := range keyed[name] {
		way = append(slices.Clone(way), Name)
		all = append(all, Position{In: InBody, Kind: kind, Name: name, Way: way})
		_, values = Items(values)
		if values == nil {
			break
		}
	}
	return all
}

// Put puts an identifier, or what is none, to a position of a body, of decoded JSON, and
// makes what is missing on the way. It returns the body, which may be changed.
func Put(body any, way []string, identifier any) any {
	if len(way) == 0 {
		return identifier
	}
	switch step, rest := way[0], way[1:]; step {
	case Element:
		all, _ := body.([]any)
		if len(all) == 0 {
			all = []any{nil}
		}
		all[0] = Put(all[0], rest, identifier)
		return all
	case Name:
		return putName(body, rest, identifier)
	default:
		object, isObject := body.(map[string]any)
		if !isObject {
			object = map[string]any{}
		}
		object[step] = Put(object[step], rest, identifier)
		return object
	}
}

// putName puts an identifier into the name of a member, or below the first one.
func putName(body any, rest []string, identifier any) any {
	object, _ := body.(map[string]any)
	first, inside := "any", any("1")
	if names := slices.Sorted(maps.Keys(object)); len(names) > 0 {
		first, inside = names[0], object[names[0]]
	}
	if len(rest) == 0 {
		return map[string]any{fmt.Sprint(identifier): inside}
	}
	return map[string]any{first: Put(inside, rest, identifier)}
}

// Rewrite lets all identifiers of a body be others.
func Rewrite(parent string, body any, as func(kind, identifier string) string) any {
	return rewrite(parent, "", body, as)
}

func rewrite(parent, name string, body any, as func(kind, identifier string) string) any {
	switch body := body.(type) {
	case map[string]any:
		if name != "" {
			parent = name
		}
		object := map[string]any{}
		for member, value := range body {
			object[member] = rewrite(parent, member, value, as)
		}
		return object
	case []any:
		all := make([]any, len(body))
		for i, element := range body {
			if _, isText := element.(string); isText {
				all[i] = rewrite(parent, name, element, as)
			} else {
				all[i] = rewrite(name, "", element, as)
			}
		}
		return all
	case string:
		if kind := KindOf(parent, name); kind != "" {
			return as(kind, body)
		}
	}
	return body
}
