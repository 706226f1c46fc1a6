package edge

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// The overlay leaves values to the engine where Lago reads them in an order of its own:
// an alternative that allows everything stands beside what the document says. The engine
// then reads a number as the text of its digits, as Lago does, and would say that the
// record of that name does not exist. By the document such a value has the wrong type,
// and that is what is to be told.

// namesRecord reports whether a member names a record, or is its name.
func namesRecord(name string) bool {
	one := strings.TrimSuffix(name, "s")
	return one == "id" || one == "code" || strings.HasSuffix(one, "_id") || strings.HasSuffix(one, "_code")
}

// misnamed are the places in a body where the document wants the text that names a
// record, and the value that is left to the engine is none.
func (op *operation) misnamed(value any) [][]string {
	if !op.loose {
		return nil
	}
	return search{}.misnamed(value, op.body, nil)
}

// search is where misnamed looks: names says that the value is that of a member that
// names records, loose that it is left to the engine.
type search struct{ names, loose bool }

func (s search) misnamed(value any, schema *openapi3.Schema, pointer []string) [][]string {
	if schema == nil || value == nil || schema.Extensions["x-tarn-whole"] == true {
		return nil
	}
	s.loose = s.loose || leaves(schema)
	var found [][]string
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			at := append(slices.Clip(pointer), name)
			below := search{names: namesRecord(name), loose: s.loose}
			found = append(found, below.misnamed(member, memberSchema(schema, at[len(pointer):]), at)...)
		}
	case []any:
		for i, entry := range v {
			at := append(slices.Clip(pointer), strconv.Itoa(i))
			found = append(found, s.misnamed(entry, memberSchema(schema, at[len(pointer):]), at)...)
		}
	}
	if _, isText := value.(string); s.names && s.loose && !isText && wantsText(schema) {
		return append(found, pointer)
	}
	return found
}

// wantsText reports whether a schema is of texts alone, but for what it leaves to the
// engine.
func wantsText(schema *openapi3.Schema) bool {
	if len(schema.AnyOf) > 0 && leaves(schema) {
		schema = schema.AnyOf[0].Value
	}
	others := slices.DeleteFunc(slices.Clone(schema.Type.Slice()), func(one string) bool {
		return one == openapi3.TypeString || one == openapi3.TypeNull
	})
	return schema.Type.Includes(openapi3.TypeString) && len(others) == 0
}

// leaves reports whether a schema leaves its values to the engine.
func leaves(schema *openapi3.Schema) bool {
	return slices.ContainsFunc(schema.AnyOf, func(part *openapi3.SchemaRef) bool { return part.Value.IsEmpty() })
}

// leavesValues reports whether a schema leaves any value to the engine, at any depth.
func leavesValues(schema *openapi3.Schema, seen map[*openapi3.Schema]bool) bool {
	if seen[schema] {
		return false
	}
	seen[schema] = true
	if leaves(schema) {
		return true
	}
	parts := slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf, openapi3.SchemaRefs{schema.Items, schema.AdditionalProperties.Schema})
	for _, member := range schema.Properties {
		parts = append(parts, member)
	}
	return slices.ContainsFunc(parts, func(part *openapi3.SchemaRef) bool { return part != nil && leavesValues(part.Value, seen) })
}
