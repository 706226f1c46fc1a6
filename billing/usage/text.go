package usage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"tarn/billing/event"
)

// Text is the text of a property, nil when the event has none: the property is
// absent or null.
type Text = *string

// PropertyText returns the text of a JSON value as PostgreSQL's ->> gives it
// for jsonb: a string is itself, a number has no exponent, an object or a list
// has its members in jsonb's order and spacing. It returns nil for null, for
// nothing, and for what is no JSON.
func PropertyText(value json.RawMessage) Text {
	decoded, err := decode(value)
	if err != nil || decoded == nil {
		return nil
	}
	if text, isText := decoded.(string); isText {
		return &text
	}
	text := string(appendJSON(nil, decoded))
	return &text
}

func decode(value json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var decoded any
	err := decoder.Decode(&decoded)
	return decoded, err
}

// appendJSON writes a value as jsonb does.
func appendJSON(to []byte, value any) []byte {
	switch value := value.(type) {
	case nil:
		return append(to, "null"...)
	case bool:
		return strconv.AppendBool(to, value)
	case json.Number:
		return append(to, plainNumber(value)...)
	case string:
		return appendString(to, value)
	case []any:
		to = append(to, '[')
		for i, element := range value {
			to = appendJSON(separate(to, i), element)
		}
		return append(to, ']')
	case map[string]any:
		to = append(to, '{')
		for i, name := range memberOrder(value) {
			to = append(appendString(separate(to, i), name), ": "...)
			to = appendJSON(to, value[name])
		}
		return append(to, '}')
	default:
		return to // the decoder makes nothing else
	}
}

// separate writes what is between two elements.
func separate(to []byte, index int) []byte {
	if index == 0 {
		return to
	}
	return append(to, ", "...)
}

// memberOrder are the names of an object's members in jsonb's order: shorter
// ones first, those of one length by their bytes.
func memberOrder(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return names
}

// escapes are the characters that jsonb writes with a letter.
var escapes = map[rune]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

// appendString writes a string literal as jsonb does: what need not be escaped
// is not.
func appendString(to []byte, text string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for _, character := range text {
		switch escape, escaped := escapes[character]; {
		case escaped:
			to = append(to, escape...)
		case character < ' ':
			to = append(to, `\u00`...)
			to = append(to, hex[character>>4], hex[character&0xf])
		default:
			to = append(to, string(character)...)
		}
	}
	return append(to, '"')
}

// plainNumber writes a JSON number without an exponent, as PostgreSQL's numeric
// does: its decimal places stay, also when they are zeros, and zero has no sign.
// One that no event can have stays as it is.
func plainNumber(number json.Number) string {
	if digits, ok := event.Digits(number); ok {
		return digits
	}
	return number.String()
}

// compareTexts orders texts; none comes last.
func compareTexts(a, b Text) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	default:
		return cmp.Compare(*a, *b)
	}
}
