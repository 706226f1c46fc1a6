package edge

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// names are the members that the contract has names for, in one place of a body.
// They are found out once, so that a body without strange ones costs no more than
// looking them up.
type names struct {
	// members are those of an object; nil where others may be there too.
	members map[string]*names
	// entries are the names in each entry of a list.
	entries *names
}

// stranger is a member without a name in the contract.
type stranger struct {
	// path is where its object is, name its own name; known are those that it
	// might have had.
	path, name string
	known      []string
}

// namesIn are the names of a schema's members. A schema that holds itself is
// looked at once.
func namesIn(schema *openapi3.Schema, seen map[*openapi3.Schema]*names) *names {
	if found := seen[schema]; found != nil {
		return found
	}
	n := &names{}
	seen[schema] = n
	if schema.Items != nil {
		n.entries = namesIn(schema.Items.Value, seen)
	}
	if !open(schema) {
		n.members = map[string]*names{}
		n.declare(schema, seen)
	}
	return n
}

// declare adds the members that a schema declares, in all its parts.
func (n *names) declare(schema *openapi3.Schema, seen map[*openapi3.Schema]*names) {
	for name, member := range schema.Properties {
		n.members[name] = namesIn(member.Value, seen)
	}
	for _, part := range schema.AllOf {
		n.declare(part.Value, seen)
	}
}

// open reports whether objects may have members that a schema does not name:
// those of free content, of a map and of alternatives.
func open(schema *openapi3.Schema) bool {
	if len(schema.AnyOf)+len(schema.OneOf) > 0 || schema.AdditionalProperties.Schema != nil || schema.Extensions["x-tarn-whole"] == true {
		return true
	}
	if len(schema.Properties)+len(schema.AllOf) == 0 {
		return true
	}
	return slices.ContainsFunc(schema.AllOf, func(part *openapi3.SchemaRef) bool {
		return len(part.Value.Properties)+len(part.Value.AllOf) > 0 && open(part.Value)
	})
}

// strangers are the members of a value that have no name, at any depth.
func (n *names) strangers(value any) (found []stranger) {
	switch value := value.(type) {
	case map[string]any:
		if n.members == nil {
			return nil
		}
		for name, member := range value {
			if known := n.members[name]; known != nil {
				found = append(found, below(name, known.strangers(member))...)
			} else {
				found = append(found, stranger{name: name, known: slices.Sorted(maps.Keys(n.members))})
			}
		}
	case []any:
		if n.entries == nil {
			return nil
		}
		for i, entry := range value {
			if strange := n.entries.strangers(entry); strange != nil {
				found = append(found, below(strconv.Itoa(i), strange)...)
			}
		}
	}
	return found
}

// below are strangers in a member or an entry of where they were looked for.
func below(place string, found []stranger) []stranger {
	for i := range found {
		found[i].path = place + "." + found[i].path
	}
	return found
}
