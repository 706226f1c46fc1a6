package random

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/server/servertest/contracts"
)

// A value is JSON that need not be valid: a raw text, a *list or an *object.
type value any

// raw is written as it is.
type raw string

// list is a list.
type list struct{ items []value }

// object is an object whose members have an order, and may have a name twice.
type object struct{ members []member }

type member struct {
	name  string
	value value
}

// text is a value with a text.
func text(content string) raw { return raw(quoted(content)) }

func quoted(content string) string {
	encoded, _ := json.Marshal(content) // texts cannot fail
	return string(encoded)
}

// written is a value as JSON.
func written(v value) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v value) {
	switch v := v.(type) {
	case raw:
		b.WriteString(string(v))
	case *list:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, item)
		}
		b.WriteByte(']')
	case *object:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(m.name))
			b.WriteByte(':')
			write(b, m.value)
		}
		b.WriteByte('}')
	}
}

// valueOf is what a decoded value of YAML or JSON is here; its texts are changed by a
// function.
func valueOf(decoded any, change func(string) string) value {
	switch decoded := decoded.(type) {
	case string:
		return text(change(decoded))
	case time.Time:
		return text(decoded.UTC().Format(time.RFC3339Nano))
	case []any:
		all := &list{}
		for _, item := range decoded {
			all.items = append(all.items, valueOf(item, change))
		}
		return all
	case map[string]any:
		all := &object{}
		for _, name := range slices.Sorted(maps.Keys(decoded)) {
			all.members = append(all.members, member{change(name), valueOf(decoded[name], change)})
		}
		return all
	default:
		encoded, err := json.Marshal(decoded)
		if err != nil {
			return raw("null")
		}
		return raw(encoded)
	}
}

// copied is a value that shares nothing with the one that it is like.
func copied(v value) value {
	switch v := v.(type) {
	case *list:
		all := &list{}
		for _, item := range v.items {
			all.items = append(all.items, copied(item))
		}
		return all
	case *object:
		all := &object{}
		for _, m := range v.members {
			all.members = append(all.members, member{m.name, copied(m.value)})
		}
		return all
	}
	return v
}

// place is somewhere in a body: a value with what is known of it.
type place struct {
	at *value
	// name is the member that it is, or that lists it; parent is the one around it.
	name, parent string
	schema       *openapi3.Schema
	// within and index are what it lies in: one of a *list or of an *object.
	within value
	index  int
}

// places lists all values of a body.
func places(root *value, schema *openapi3.Schema, parent string) []place {
	all := []place{{at: root, parent: parent, schema: schema}}
	return inner(all, *root, "", parent, schema)
}

// inner adds what lies in a value to a list. The names are those of the value and of
// what is around it.
func inner(all []place, v value, name, parent string, schema *openapi3.Schema) []place {
	switch v := v.(type) {
	case *list:
		items, _ := contracts.Items(schema)
		for i := range v.items {
			all = append(all, place{&v.items[i], name, parent, items, v, i})
			all = inner(all, v.items[i], name, parent, items)
		}
	case *object:
		if name != "" {
			parent = name
		}
		known := contracts.Members(schema)
		_, values := contracts.Items(schema)
		for i := range v.members {
			of := known[v.members[i].name]
			if of == nil {
				of = values
			}
			all = append(all, place{&v.members[i].value, v.members[i].name, parent, of, v, i})
			all = inner(all, v.members[i].value, v.members[i].name, parent, of)
		}
	}
	return all
}
