package edge

import (
	"bytes"
	"encoding/json"
	"mime"
	"strings"
)

// maxFormDepth bounds how deep the names of a form nest.
const maxFormDepth = 32

// isForm reports whether a body is a form.
func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// readForm takes the body for a form. JSON is none: it would be one long name.
func (x *Exchange) readForm() error {
	x.form = true
	if bytes.HasPrefix(bytes.TrimSpace(x.body), []byte("{")) {
		x.Hint("JSON came as a form: send it with Content-Type: application/json")
		x.body = []byte("{}")
		return nil
	}
	body, err := formBody(x.body)
	if err != nil {
		x.Hint("the form cannot be read: its names contradict each other, or it has a %% before something else than a byte, or bytes that are no UTF-8")
		return err
	}
	x.body = body
	return nil
}

// formBody is a form as the JSON that it stands for: a[b]=1 is a member of a
// member, a[]=1 an entry of a list, and a[][b]=1 a member of an entry, which is a
// new one where the last has that member already. It refuses names that
// contradict each other, and what is no form, as a bad request.
//
// Lago: forms are understood beside JSON. All their values are texts.
func formBody(form []byte) ([]byte, error) {
	body := map[string]any{}
	if !eachPair(string(form), func(name, value string) bool {
		steps := formSteps(name)
		return len(steps) <= maxFormDepth && putForm(body, steps, value)
	}) {
		return nil, badRequest()
	}
	return json.Marshal(body)
}

// formSteps are the names in a[b][]: a, b and the empty one of an entry.
func formSteps(name string) []string {
	first, rest, nested := strings.Cut(name, "[")
	steps := []string{first}
	for nested {
		var step string
		step, rest, nested = strings.Cut(rest, "]")
		if nested {
			steps = append(steps, step)
			_, rest, nested = strings.Cut(rest, "[")
		}
	}
	return steps
}

// putForm puts a value where its steps lead; false where something else is on
// the way.
func putForm(object map[string]any, steps []string, value string) bool {
	name := steps[0]
	old, there := object[name]
	switch {
	case len(steps) == 1:
		object[name] = value
		return true
	case steps[1] == "":
		list, isList := old.([]any)
		if there && !isList {
			return false
		}
		list, ok := putEntry(list, steps[2:], value)
		object[name] = list
		return ok
	}
	inner, isObject := old.(map[string]any)
	if there && !isObject {
		return false
	}
	if inner == nil {
		inner = map[string]any{}
		object[name] = inner
	}
	return putForm(inner, steps[1:], value)
}

// putEntry adds a value to a list, or a member to its last entry.
func putEntry(list []any, steps []string, value string) ([]any, bool) {
	if len(steps) == 0 {
		return append(list, value), true
	}
	if steps[0] == "" {
		return list, false // a list in a list has no name
	}
	if len(list) > 0 {
		last, isObject := list[len(list)-1].(map[string]any)
		if !isObject {
			return list, false
		}
		if !hasForm(last, steps) {
			return list, putForm(last, steps, value)
		}
	}
	entry := map[string]any{}
	return append(list, entry), putForm(entry, steps, value)
}

// hasForm reports whether an object has a single value where steps lead.
func hasForm(object map[string]any, steps []string) bool {
	old, there := object[steps[0]]
	if !there || len(steps) > 1 && steps[1] == "" {
		return false
	}
	inner, isObject := old.(map[string]any)
	return !isObject || len(steps) > 1 && hasForm(inner, steps[1:])
}
