package event

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// MaxDepth is how many objects and lists of an event's properties may lie
// inside one another. Lago's own server reads no more either.
const MaxDepth = 100

// The reasons for which properties cannot be kept.
var (
	ErrTooDeep   = errors.New("event: the properties are nested too deeply")
	ErrTooLarge  = errors.New("event: a number of the properties has too many digits")
	ErrNotObject = errors.New("event: the properties are no object")
)

// Properties writes properties in the form in which they are kept: an object
// whose numbers have no exponents and whose texts and names have no NUL
// characters, which no database takes, with its members by the length of their
// names and then by their bytes, as PostgreSQL orders them. The error is
// ErrTooDeep or ErrTooLarge.
func Properties(properties map[string]any) (json.RawMessage, error) {
	return appendObject(make([]byte, 0, 64), properties, MaxDepth)
}

// ReadProperties decodes properties that Properties has written. The error is
// ErrNotObject for anything that is no object.
func ReadProperties(raw json.RawMessage) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	var properties map[string]any
	if err := decoder.Decode(&properties); err != nil || properties == nil {
		return nil, ErrNotObject
	}
	return properties, nil
}

func appendObject(to []byte, object map[string]any, depth int) ([]byte, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	to = append(to, '{')
	object = withCleanNames(object)
	for i, name := range inOrder(object) {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, name), ':')
		var err error
		if to, err = appendValue(to, object[name], depth-1); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}

// inOrder are the names of an object as PostgreSQL orders them.
func inOrder(object map[string]any) []string {
	return slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
}

// withCleanNames is an object whose names have no NUL characters. Of two that
// become one, that with more of them stays.
func withCleanNames(object map[string]any) map[string]any {
	dirty := func(name string) bool { return strings.Contains(name, "\x00") }
	if !slices.ContainsFunc(slices.Collect(maps.Keys(object)), dirty) {
		return object
	}
	clean := make(map[string]any, len(object))
	for _, name := range inOrder(object) {
		clean[WithoutNUL(name)] = object[name]
	}
	return clean
}

func appendList(to []byte, list []any, depth int) ([]byte, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	to = append(to, '[')
	for i, entry := range list {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendValue(to, entry, depth-1); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func appendValue(to []byte, value any, depth int) ([]byte, error) {
	switch v := value.(type) {
	case string:
		return appendText(to, v), nil
	case json.Number:
		text, ok := Digits(v)
		if !ok {
			return nil, ErrTooLarge
		}
		return append(to, text...), nil
	case bool:
		if v {
			return append(to, "true"...), nil
		}
		return append(to, "false"...), nil
	case map[string]any:
		return appendObject(to, v, depth)
	case []any:
		return appendList(to, v, depth)
	}
	return append(to, "null"...), nil
}

// appendText writes a JSON string.
func appendText(to []byte, text string) []byte {
	text = WithoutNUL(text)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, _ := json.Marshal(text) // of a text: cannot fail
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

// WithoutNUL is a text without its NUL characters.
func WithoutNUL(text string) string { return strings.ReplaceAll(text, "\x00", "") }

// Text is a scalar as the text that it counts as: a text itself, the digits of
// a number, "true" or "false". False for null, objects and lists, and for
// numbers that are too large.
func Text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return WithoutNUL(v), true
	case json.Number:
		return Digits(v)
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}
