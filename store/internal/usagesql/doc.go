// Package usagesql writes the statements that read usage: it makes texts and
// arguments of requests, and needs no database for it. What the statements mean
// is defined by the folds of package usage.
//
// All texts are of package named. Fragments ask the writer for the name of each
// argument, so they can be put together in any order, and used twice.
package usagesql

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tarn/store/internal/named"
)

// writer collects the arguments of one statement.
type writer struct{ arguments named.Arguments }

func newWriter() *writer { return &writer{arguments: named.Arguments{}} }

// mark keeps an argument and returns the mark that stands for it. The name only
// has to say something to whoever reads the text.
func (w *writer) mark(name string, value any) string {
	name = fmt.Sprintf("%s_%d", name, len(w.arguments)+1)
	w.arguments[name] = value
	return "{" + name + "}"
}

// statement is a text with all arguments that the writer has kept.
func (w *writer) statement(text string) named.Statement {
	return named.Statement{Text: text, Arguments: w.arguments}
}

// Storable reports whether PostgreSQL can hold a text. No event has one that it
// cannot.
func Storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// textArray writes texts as PostgreSQL's array, without those that cannot be
// in one.
func textArray(texts []string) string {
	return quotedArray(slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return !Storable(text) }))
}

// quotedArray writes texts as PostgreSQL's array.
func quotedArray(texts []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, text := range texts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		for n := range len(text) {
			if text[n] == '"' || text[n] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(text[n])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// timeArray writes instants as PostgreSQL's array.
func timeArray(instants []time.Time) string {
	texts := make([]string, len(instants))
	for i, instant := range instants {
		texts[i] = instant.UTC().Format(time.RFC3339Nano)
	}
	return textArray(texts)
}
