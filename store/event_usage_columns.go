package store

import (
	"fmt"
	"slices"
	"strings"

	"tarn/billing/usage"
)

// textColumns writes the texts of properties as one array of PostgreSQL. The
// names of all keys and the texts that filters know travel in two arguments,
// however many there are.
type textColumns struct {
	names []string
	texts []string
}

// tuple is an expression for the texts of keys. Where a key only filters, a
// text that no filter takes becomes NULL, so that few different tuples come of
// many different texts.
func (c *textColumns) tuple(keys []usage.Key) string {
	if len(keys) == 0 {
		return "'{}'::text[]"
	}
	elements := make([]string, len(keys))
	for i, key := range keys {
		elements[i] = c.text(key)
	}
	return "ARRAY[" + strings.Join(elements, ", ") + "]"
}

func (c *textColumns) text(key usage.Key) string {
	if !storable(key.Name) {
		return "NULL::text"
	}
	c.names = append(c.names, key.Name)
	text := fmt.Sprintf(`(e.properties->>k.names[%d]) COLLATE "C"`, len(c.names))
	if key.Texts == nil {
		return text
	}
	known := slices.DeleteFunc(slices.Clone(key.Texts), func(text string) bool { return !storable(text) })
	first := len(c.texts) + 1
	c.texts = append(c.texts, known...)
	return fmt.Sprintf("CASE WHEN %s = ANY (k.texts[%d:%d]) THEN %s END", text, first, len(c.texts), text)
}

// join joins the two arguments to the events.
func (c *textColumns) join() string {
	if len(c.names) == 0 {
		return ""
	}
	return " CROSS JOIN (SELECT ?::text[] AS names, ?::text[] AS texts) k"
}

// arguments are those of join.
func (c *textColumns) arguments() []any {
	if len(c.names) == 0 {
		return nil
	}
	return []any{textArray(c.names), textArray(c.texts)}
}
