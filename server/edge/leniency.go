package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Clients of Lago's own server send what its framework takes and the document
// does not mention. A body that breaks the contract is mended where that server
// would have read it as something valid, and held against the contract again.

// mendingRounds bounds how often a body is mended: a list inside a list whose
// members are at fault takes one round each.
const mendingRounds = 4

// absent marks a member that a body is to lose.
type absent struct{}

// edit puts another value in the place of one at fault.
type edit struct {
	pointer []string
	value   func(old any) any
}

// mended is a body as Lago's server would read it, with asWire all its leniency
// and otherwise what the documented API takes too; false where nothing can be
// mended.
func (op *operation) mended(body []byte, broken error, asWire bool) ([]byte, bool) {
	var edits []edit
	for _, finding := range schemaErrors(broken) {
		pointer := finding.JSONPointer()
		if len(pointer) == 0 || op.takesWhole(pointer) {
			continue
		}
		value := op.mend(finding)
		if value == nil && asWire {
			value = mendAsWire(finding)
		}
		if value != nil {
			edits = append(edits, edit{pointer, value})
		}
	}
	if len(edits) == 0 {
		return nil, false
	}
	return rewrite(body, func(value any) any {
		for _, each := range edits {
			value = edited(value, each.pointer, each.value)
		}
		return value
	}), true
}

// takesWhole reports whether a place in a body belongs to content that is taken
// as it is.
func (op *operation) takesWhole(pointer []string) bool {
	for depth := range pointer {
		if schema := memberSchema(op.body, pointer[:depth+1]); schema != nil && schema.Extensions["x-tarn-whole"] == true {
			return true
		}
	}
	return false
}

// schemaErrors are the single findings of the validator.
func schemaErrors(err error) []*openapi3.SchemaError {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var all []*openapi3.SchemaError
		for _, each := range many {
			all = append(all, schemaErrors(each)...)
		}
		return all
	}
	var finding *openapi3.SchemaError
	if errors.As(err, &finding) {
		return []*openapi3.SchemaError{finding}
	}
	return nil
}

// mend is what both modes take: an empty text for an instant that may be null, or
// for anything else that has a format,
// and null for an optional member of something new, which then has its default.
// A member that is required is missed in the next round.
func (op *operation) mend(finding *openapi3.SchemaError) func(any) any {
	schema := finding.Schema
	switch {
	case finding.Value == "" && schema != nil && schema.PermitsNull() && schema.Format != "":
		return func(any) any { return nil }
	case finding.Value == nil && finding.SchemaField != "required" && op.method == http.MethodPost && !reservesNull(schema):
		return func(any) any { return absent{} }
	}
	return nil
}

// reservesNull reports whether null is refused in a word of its own, for
// something new too: another one than what is missing is.
func reservesNull(schema *openapi3.Schema) bool {
	codes := ownCodes(schema, "null")
	return len(codes) > 0 && schema.Extensions["x-tarn-null-of-new"] == nil && !slices.Equal(codes, ownCodes(schema, "missing"))
}

// upserts are the creations that change what is there, where null takes a value away.
var upserts = map[string]bool{"createCustomer": true, "createSubscription": true}

// withoutNulls takes the members of something new that are null out of a body, so that
// nobody can tell them from absent ones, whatever the contract and the engine make of
// null. Those that must be there stay, and those of content that is taken whole.
func (op *operation) withoutNulls(body []byte) []byte {
	if op.method != http.MethodPost || !bytes.Contains(body, []byte("null")) {
		return body
	}
	return rewrite(body, func(value any) any {
		nulls{everywhere: !upserts[op.ID]}.drop(value, op.body)
		return value
	})
}

// nulls is where withoutNulls looks: everywhere, or only where the overlay says so.
type nulls struct{ everywhere bool }

func (n nulls) drop(value any, schema *openapi3.Schema) {
	if schema == nil {
		return
	}
	n.everywhere = n.everywhere && schema.Extensions["x-tarn-whole"] != true
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			of := memberSchema(schema, []string{name})
			if member == nil && declares(schema, name) && n.drops(of) && !requires(schema, name) {
				delete(v, name)
			}
			n.drop(member, of)
		}
	case []any:
		for _, entry := range v {
			n.drop(entry, memberSchema(schema, []string{"0"}))
		}
	}
}

// drops reports whether null of a schema is as good as nothing.
func (n nulls) drops(schema *openapi3.Schema) bool {
	return schema.Extensions["x-tarn-null-of-new"] == "absent" ||
		n.everywhere && schema.Extensions["x-tarn-whole"] != true && !reservesNull(schema)
}

// declares reports whether some part of a schema has a member of a name.
func declares(schema *openapi3.Schema, name string) bool {
	return inPart(schema, func(part *openapi3.Schema) bool { return part.Properties[name] != nil })
}

// requires reports whether some part of a schema must have a member.
func requires(schema *openapi3.Schema, name string) bool {
	return inPart(schema, func(part *openapi3.Schema) bool { return slices.Contains(part.Required, name) })
}

// inPart reports whether a schema, or one of its parts and alternatives, is such a one.
func inPart(schema *openapi3.Schema, is func(*openapi3.Schema) bool) bool {
	return is(schema) || slices.ContainsFunc(slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf),
		func(part *openapi3.SchemaRef) bool { return inPart(part.Value, is) })
}

// mendAsWire is what only Lago's own server takes: numbers for texts, texts for
// numbers and booleans, fractions for whole numbers; a container where a single
// value belongs, or the other way round, counts as absent.
func mendAsWire(finding *openapi3.SchemaError) func(any) any {
	if finding.SchemaField != "type" || finding.Schema == nil || finding.Schema.Type == nil {
		return nil
	}
	wanted := finding.Schema.Type
	single := !wanted.Includes(openapi3.TypeObject) && !wanted.Includes(openapi3.TypeArray)
	switch old := finding.Value.(type) {
	case map[string]any, []any:
		return func(any) any { return absent{} }
	case nil:
		return nil
	case string:
		return textAs(old, wanted, single)
	default:
		switch {
		case !single:
			return func(any) any { return absent{} }
		case wanted.Includes(openapi3.TypeBoolean):
			return booleanOf(literal(old), wanted)
		case wanted.Includes(openapi3.TypeString):
			return func(old any) any { return literal(old) }
		case wanted.Includes(openapi3.TypeInteger):
			return func(old any) any { return whole(literal(old)) }
		}
	}
	return nil
}

// textAs reads a text as the type that is wanted.
func textAs(text string, wanted *openapi3.Types, single bool) func(any) any {
	switch {
	case !single:
		return func(any) any { return absent{} }
	case wanted.Includes(openapi3.TypeBoolean):
		return booleanOf(text, wanted)
	case !isNumber(text):
		return nil
	case wanted.Includes(openapi3.TypeInteger):
		return func(any) any { return whole(text) }
	case wanted.Includes(openapi3.TypeNumber):
		return func(any) any { return json.Number(text) }
	}
	return nil
}

// booleanOf reads a word as a boolean; an empty one is none.
func booleanOf(word string, wanted *openapi3.Types) func(any) any {
	switch strings.ToLower(word) {
	case "true", "t", "1", "on":
		return func(any) any { return true }
	case "false", "f", "0", "off":
		return func(any) any { return false }
	case "":
		return func(any) any {
			if wanted.Includes(openapi3.TypeNull) {
				return nil
			}
			return absent{}
		}
	}
	return nil
}

// whole cuts off the fraction of a plain number.
func whole(text string) json.Number {
	if strings.ContainsAny(text, "eE") {
		return json.Number(text)
	}
	text, _, _ = strings.Cut(text, ".")
	if text == "-0" {
		text = "0"
	}
	return json.Number(text)
}

// literal is a number or a boolean as it was written.
func literal(value any) string {
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// edited is a decoded value with another in the place to which a pointer leads.
// An entry of a list that is to go becomes null, and lists lose those anyway.
func edited(value any, pointer []string, change func(any) any) any {
	switch v := value.(type) {
	case map[string]any:
		old, there := v[pointer[0]]
		if !there {
			return value
		}
		if len(pointer) > 1 {
			v[pointer[0]] = edited(old, pointer[1:], change)
		} else if next := change(old); next == (absent{}) {
			delete(v, pointer[0])
		} else {
			v[pointer[0]] = next
		}
	case []any:
		index, err := strconv.Atoi(pointer[0])
		if err != nil || index < 0 || index >= len(v) {
			return value
		}
		if len(pointer) > 1 {
			v[index] = edited(v[index], pointer[1:], change)
		} else if v[index] = change(v[index]); v[index] == (absent{}) {
			v[index] = nil
		}
	}
	return value
}
