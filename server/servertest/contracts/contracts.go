// Package contracts knows what the three contracts take: their operations, and what the
// identifiers in paths, queries and bodies name. Tests that walk everything are made of
// it. It sends nothing.
package contracts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/openapi"
)

// jsonContent is the type of the bodies that are looked at.
const jsonContent = "application/json"

// Operation is an operation of one of the contracts.
type Operation struct {
	// ID is the operation's name, Contract the name of its document.
	ID, Contract string
	Method       string
	// Path is the whole path, with parameters in braces.
	Path string
	// Parameters are those of the operation and those of its path.
	Parameters []*openapi3.Parameter
	// Body is the schema of the body; nil where there is none.
	Body *openapi3.Schema
}

// Operations lists all operations of the three contracts, ordered by contract, path and
// method.
func Operations() ([]Operation, error) {
	loaders := map[string]func() (*openapi3.T, error){"lago": openapi.Lago, "requestlogs": openapi.RequestLogs, "admin": openapi.Admin}
	var all []Operation
	for _, document := range openapi.Documents() {
		doc, err := loaders[document.Name]()
		if err != nil {
			return nil, err
		}
		for path, item := range doc.Paths.Map() {
			for method, spec := range item.Operations() {
				all = append(all, operationOf(document, method, path, item, spec))
			}
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Contract, b.Contract), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return all, nil
}

func operationOf(document openapi.Document, method, path string, item *openapi3.PathItem, spec *openapi3.Operation) Operation {
	operation := Operation{ID: spec.OperationID, Contract: document.Name, Method: method, Path: document.Base + path}
	for _, ref := range slices.Concat(item.Parameters, spec.Parameters) {
		operation.Parameters = append(operation.Parameters, ref.Value)
	}
	if spec.RequestBody != nil {
		if media := spec.RequestBody.Value.Content.Get(jsonContent); media != nil && media.Schema != nil {
			operation.Body = media.Schema.Value
		}
	}
	return operation
}

// Listed is the last part of the path that is no parameter: what the operation is about.
func (o Operation) Listed() string {
	segments := strings.Split(o.Path, "/")
	for _, segment := range slices.Backward(segments) {
		if segment != "" && !strings.HasPrefix(segment, "{") {
			return segment
		}
	}
	return ""
}

// Matches reports whether a path, without its query, is one of the operation's, and what
// its parameters are then.
func (o Operation) Matches(method, path string) (values map[string]string, matches bool) {
	if method != o.Method {
		return nil, false
	}
	wanted, got := strings.Split(o.Path, "/"), strings.Split(path, "/")
	if len(wanted) != len(got) {
		return nil, false
	}
	values = map[string]string{}
	for i, segment := range wanted {
		switch name, isParameter := Parameter(segment); {
		case isParameter && got[i] != "":
			values[name] = got[i]
		case segment != got[i]:
			return nil, false
		}
	}
	return values, true
}

// Parameter is the name of the parameter that a segment of a path stands for.
func Parameter(segment string) (name string, is bool) {
	name, is = strings.CutPrefix(segment, "{")
	return strings.TrimSuffix(name, "}"), is
}

// Find finds the operation of a path, which may have a query: of several the one that
// has the fewest parameters.
func Find(operations []Operation, method, path string) (found Operation, known bool) {
	path, _, _ = strings.Cut(path, "?")
	for _, operation := range operations {
		if _, matches := operation.Matches(method, path); matches && (!known || strings.Count(operation.Path, "{") < strings.Count(found.Path, "{")) {
			found, known = operation, true
		}
	}
	return found, known
}

// Members are the members that an object of a schema may have, those of all its parts
// and alternatives.
func Members(schema *openapi3.Schema) map[string]*openapi3.Schema {
	members := map[string]*openapi3.Schema{}
	addMembers(members, schema, 0)
	return members
}

func addMembers(members map[string]*openapi3.Schema, schema *openapi3.Schema, depth int) {
	if schema == nil || depth > deepest {
		return
	}
	for name, member := range schema.Properties {
		members[name] = member.Value
	}
	for _, part := range parts(schema) {
		addMembers(members, part, depth+1)
	}
}

// Items is the schema of a list's elements, and of the values of an object whose members
// have names of their own.
func Items(schema *openapi3.Schema) (items, values *openapi3.Schema) {
	if schema == nil {
		return nil, nil
	}
	if schema.Items != nil {
		items = schema.Items.Value
	}
	if schema.AdditionalProperties.Schema != nil {
		values = schema.AdditionalProperties.Schema.Value
	}
	for _, part := range parts(schema) {
		of, each := Items(part)
		if items == nil {
			items = of
		}
		if values == nil {
			values = each
		}
	}
	return items, values
}

// parts are the parts and alternatives of a schema.
func parts(schema *openapi3.Schema) []*openapi3.Schema {
	var all []*openapi3.Schema
	for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, ref := range refs {
			all = append(all, ref.Value)
		}
	}
	return all
}

// deepest bounds how deep schemas that contain themselves are followed.
const deepest = 9
