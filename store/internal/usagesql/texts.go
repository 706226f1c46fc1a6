package usagesql

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
	elements := make([]string, len(keys))
	for i, key := range keys {
		elements[i] = c.text(key)
	}
	if len(elements) == 0 {
		return noTexts
	}
	return "ARRAY[" + strings.Join(elements, ", ") + "]"
}

// noTexts is an array of no texts.
const noTexts = "'{}'::text[]"

func (c *textColumns) text(key usage.Key) string {
	if !Storable(key.Name) {
		return "NULL::text"
	}
	c.names = append(c.names, key.Name)
	text := fmt.Sprintf(`(e.properties->>k.names[%d]) COLLATE "C"`, len(c.names))
	if key.Texts == nil {
		return text
	}
	known := slices.DeleteFunc(slices.Clone(key.Texts), func(text string) bool { return !Storable(text) })
	first := len(c.texts) + 1
	c.texts = append(c.texts, known...)
	return fmt.Sprintf("CASE WHEN %s = ANY (k.texts[%d:%d]) THEN %s END", text, first, len(c.texts), text)
}

// join joins the two arguments to the events, once all tuples are known.
func (c *textColumns) join(w *writer) string {
	if len(c.names) == 0 {
		return ""
	}
	return " CROSS JOIN (SELECT " + w.mark("names", textArray(c.names)) + "::text[] AS names, " +
		w.mark("texts", textArray(c.texts)) + "::text[] AS texts) k"
}
