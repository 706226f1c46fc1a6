package edge

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// names are the members that the contract has names for, in one place of a body.
// They are found out once, so that a body without strange ones costs no more than
// looking them up.
type names struct {
	// members are those of an object. Where open, others may be there too.
	members map[string]*names
	open    bool
	// folded are their names as Go reads them, which takes letters of either case.
	folded map[string]bool
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
	n := &names{members: map[string]*names{}, folded: map[string]bool{}, open: open(schema)}
	seen[schema] = n
	n.declare(schema, seen)
	return n
}

// declare adds the members and entries that a schema declares, in all its parts and
// alternatives.
func (n *names) declare(schema *openapi3.Schema, seen map[*openapi3.Schema]*names) {
	if schema.Items != nil {
		n.entries = namesIn(schema.Items.Value, seen)
	}
	for name, member := range schema.Properties {
		n.members[name] = namesIn(member.Value, seen)
		n.folded[fold(name)] = true
	}
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range group {
			n.declare(part.Value, seen)
		}
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
		if n.open {
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

// A body is held against the contract as a tree, in which names are exact and the last
// of two members of one name counts. Go decodes it into structs otherwise: names may be
// of either case, and objects of one name are parts of one. So the body is written anew
// where that makes a difference, without members that would be taken for others.

// exact is a decoded body, and the same body as the handler shall see it, with nothing
// in it but what has been decoded.
func (n *names) exact(value any, body []byte) (any, []byte) {
	if !n.mistakes(value) && membersOf(value) == membersWritten(body) {
		return value, body
	}
	body = rewrite(body, n.withoutMistaken)
	return decoded(body), body
}

// mistaken reports whether a member without a name would be taken for one that has it.
func (n *names) mistaken(name string) bool {
	return n.members[name] == nil && len(n.folded) > 0 && n.folded[fold(name)]
}

// mistakes reports whether there are such members in a value, at any depth.
func (n *names) mistakes(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if known := n.members[name]; known != nil && known.mistakes(member) || n.mistaken(name) {
				return true
			}
		}
	case []any:
		for _, entry := range value {
			if n.entries != nil && n.entries.mistakes(entry) {
				return true
			}
		}
	}
	return false
}

// withoutMistaken removes them.
func (n *names) withoutMistaken(value any) any {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(name string, _ any) bool { return n.mistaken(name) })
		for name, known := range n.members {
			if member, there := value[name]; there {
				value[name] = known.withoutMistaken(member)
			}
		}
	case []any:
		for i := range value {
			if n.entries != nil {
				value[i] = n.entries.withoutMistaken(value[i])
			}
		}
	}
	return value
}

// fold is what names of either case have in common. Two letters beyond ASCII are some of
// it too: the long s and the sign of Kelvin.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// membersOf counts the members of all objects in a value.
func membersOf(value any) (count int) {
	switch value := value.(type) {
	case map[string]any:
		count = len(value)
		for _, member := range value {
			count += membersOf(member)
		}
	case []any:
		for _, entry := range value {
			count += membersOf(entry)
		}
	}
	return count
}

// membersWritten counts the members that are written in JSON, those of one name each for
// itself: by the colons that are not in texts.
func membersWritten(body []byte) (count int) {
	inText := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\':
			i++ // of a text: what follows ends none
		case c == '"':
			inText = !inText
		case c == ':' && !inText:
			count++
		}
	}
	return count
}
