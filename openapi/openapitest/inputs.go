package openapitest

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Input is something that a client may send to an operation.
type Input struct {
	// Operation is the operation's identifier.
	Operation string
	// Name is where it is sent: "?page" or "?metadata[]" in the query, "plan.charges[].code"
	// in the body.
	Name string
}

// String is the input as lists of inputs spell it.
func (i Input) String() string { return i.Operation + " " + i.Name }

// Inputs lists what clients may send to the operations of a document besides its paths:
// each parameter of a query, and each member of a body at any depth.
func Inputs(doc *openapi3.T) []Input {
	var inputs []Input
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
			operation := item.GetOperation(method)
			for _, name := range append(QueryInputs(item, operation), bodyInputs(operation)...) {
				inputs = append(inputs, Input{operation.OperationID, name})
			}
		}
	}
	return inputs
}

// QueryInputs lists the parameters of an operation's query. One that is spread over the
// query has a pair of brackets at its end, as a list has.
func QueryInputs(item *openapi3.PathItem, operation *openapi3.Operation) []string {
	var names []string
	for _, ref := range append(slices.Clone(item.Parameters), operation.Parameters...) {
		parameter := ref.Value
		if parameter.In != openapi3.ParameterInQuery {
			continue
		}
		name := "?" + parameter.Name
		if parameter.Schema != nil && parameter.Schema.Value.Type.Includes(openapi3.TypeObject) {
			name += "[]"
		}
		names = append(names, name)
	}
	return names
}

// BodySchema is the schema of an operation's body; nil where it has none.
func BodySchema(operation *openapi3.Operation) *openapi3.Schema {
	if operation.RequestBody == nil {
		return nil
	}
	media := operation.RequestBody.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil
	}
	return media.Schema.Value
}

// bodyInputs lists the members of an operation's body, each behind those that it is in.
func bodyInputs(operation *openapi3.Operation) []string {
	var names []string
	var list func(schema *openapi3.Schema, at string, around []*openapi3.Schema)
	list = func(schema *openapi3.Schema, at string, around []*openapi3.Schema) {
		if slices.Contains(around, schema) {
			return // a schema that holds itself is looked at once
		}
		around = append(slices.Clip(around), schema)
		if items := ItemsOf(schema); items != nil {
			list(items, at+"[]", around)
		}
		members := MembersOf(schema)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			below := name
			if at != "" {
				below = at + "." + name
			}
			names = append(names, below)
			list(members[name], below, around)
		}
	}
	if schema := BodySchema(operation); schema != nil {
		list(schema, "", nil)
	}
	return names
}

// MembersOf are the members that a schema declares, in all its parts and alternatives.
func MembersOf(schema *openapi3.Schema) map[string]*openapi3.Schema {
	members := map[string]*openapi3.Schema{}
	for _, part := range partsOf(schema) {
		for name, member := range part.Properties {
			if members[name] == nil {
				members[name] = member.Value
			}
		}
	}
	return members
}

// ItemsOf is the schema of a list's entries, which may be in a part or an alternative;
// nil where nothing is a list.
func ItemsOf(schema *openapi3.Schema) *openapi3.Schema {
	for _, part := range partsOf(schema) {
		if part.Items != nil {
			return part.Items.Value
		}
	}
	return nil
}

// partsOf are a schema and whatever it is made of.
func partsOf(schema *openapi3.Schema) []*openapi3.Schema {
	parts := []*openapi3.Schema{schema}
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range group {
			parts = append(parts, partsOf(part.Value)...)
		}
	}
	return parts
}
