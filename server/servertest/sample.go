package servertest

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// sampleDepth bounds how deep schemas that contain themselves are followed.
const sampleDepth = 8

// SampleJSON is a JSON text that a schema accepts: the members that must be
// there, and one of an object that must not be empty.
func SampleJSON(schema *openapi3.Schema) string {
	text, _ := json.Marshal(sampleOf(schema, 0)) // of plain values: cannot fail
	return string(text)
}

func sampleOf(schema *openapi3.Schema, depth int) any {
	switch {
	case depth > sampleDepth:
		return nil
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Default != nil:
		return schema.Default
	case len(schema.AllOf) > 0:
		return sampleOfAll(schema, depth)
	case len(schema.AnyOf) > 0:
		return sampleOf(schema.AnyOf[0].Value, depth+1)
	case len(schema.OneOf) > 0:
		return sampleOf(schema.OneOf[0].Value, depth+1)
	case schema.Type.Includes(openapi3.TypeObject) || len(schema.Properties) > 0:
		return sampleOfObject(schema, depth)
	case schema.Type.Includes(openapi3.TypeArray):
		return []any{sampleOf(schema.Items.Value, depth+1)}
	}
	return sampleOfScalar(schema)
}

func sampleOfScalar(schema *openapi3.Schema) any {
	switch {
	case schema.Type.Includes(openapi3.TypeBoolean):
		return true
	case schema.Type.Includes(openapi3.TypeInteger), schema.Type.Includes(openapi3.TypeNumber):
		if schema.Min != nil {
			return *schema.Min + 1
		}
		return 1
	}
	switch {
	case schema.Format == "uuid":
		return "11111111-1111-4111-8111-111111111111"
	case schema.Format == "date-time":
		return "2026-01-01T00:00:00Z"
	case schema.Format == "date":
		return "2026-01-01"
	case schema.Pattern != "":
		return "10"
	}
	return "text"
}

// sampleOfObject has every member that must be there; one that need not be
// where all are optional, because an empty root counts as missing.
func sampleOfObject(schema *openapi3.Schema, depth int) map[string]any {
	object := map[string]any{}
	for _, name := range schema.Required {
		if member := schema.Properties[name]; member != nil {
			object[name] = sampleOf(member.Value, depth+1)
		}
	}
	if len(object) > 0 {
		return object
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if value := sampleOf(schema.Properties[name].Value, depth+1); value != nil {
			object[name] = value
			break
		}
	}
	return object
}

// sampleOfAll joins the parts first: one may insist on a member that another
// declares.
func sampleOfAll(schema *openapi3.Schema, depth int) any {
	whole := openapi3.NewObjectSchema()
	whole.Required = append(whole.Required, schema.Required...)
	maps.Copy(whole.Properties, schema.Properties)
	for _, part := range schema.AllOf {
		whole.Required = append(whole.Required, part.Value.Required...)
		maps.Copy(whole.Properties, part.Value.Properties)
	}
	if len(whole.Properties) == 0 {
		return sampleOf(schema.AllOf[0].Value, depth+1)
	}
	return sampleOfObject(whole, depth)
}
