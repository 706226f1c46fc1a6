package spectool

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// setEffects says what changes of a set-valued keyword do: a value more, a
// value less, the keyword itself more or less.
type setEffects struct{ added, removed, appeared, gone effect }

// setChanges compares keywords whose value is a set.
func setChanges(where, key string, a, b *yaml.Node, effects setEffects) []change {
	was, is := spellings(a), spellings(b)
	added, removed := without(is, was), without(was, is)
	switch {
	case len(added) == 0 && len(removed) == 0:
		if a != nil && b != nil {
			return nil
		}
		return []change{valueChange(where, key, a, b, either(a, effects.appeared, effects.gone))}
	case a == nil:
		return []change{{where, Changed, key + ": " + strings.Join(is, ", "), effects.appeared}}
	case b == nil:
		return []change{{where, Changed, key + ": none, was " + strings.Join(was, ", "), effects.gone}}
	}
	var out []change
	if len(added) > 0 {
		out = append(out, change{where, Changed, key + ": now also " + strings.Join(added, ", "), effects.added})
	}
	if len(removed) > 0 {
		out = append(out, change{where, Changed, key + ": no longer " + strings.Join(removed, ", "), effects.removed})
	}
	return out
}

// without lists what is in a and not in b, in a's order.
func without(a, b []string) []string {
	var out []string
	for _, v := range a {
		if !slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

// either is one of two effects: of a keyword that was not there before, or that
// no longer is.
func either(before *yaml.Node, appeared, gone effect) effect {
	if before == nil {
		return appeared
	}
	return gone
}

// valueChange describes a keyword that has appeared, vanished or got another
// value.
func valueChange(where, key string, a, b *yaml.Node, does effect) change {
	return change{where, Changed, fmt.Sprintf("%s: %s -> %s", key, brief(a), brief(b)), does}
}

// unknownKeys compares the keys that the grammar does not list. What they do
// nobody knows.
func unknownKeys(where string, k kind, a, b *yaml.Node) []change {
	known := make([]string, 0, len(fieldsOf(k)))
	for _, f := range fieldsOf(k) {
		known = append(known, f.key)
	}
	return keysExcept(where, a, b, known, undecided)
}

// keysExcept compares the values of all keys that are not to be skipped.
func keysExcept(where string, a, b *yaml.Node, skip []string, does effect) []change {
	if a != nil && b != nil && (a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode) && !equalNodes(a, b) {
		return []change{{where, Changed, brief(a) + " -> " + brief(b), does}}
	}
	var out []change
	for _, key := range unionKeys(a, b) {
		was, is := lookup(a, key), lookup(b, key)
		if !slices.Contains(skip, key) && !isExtension(key) && !equalNodes(was, is) {
			out = append(out, valueChange(where, key, was, is, does))
		}
	}
	return out
}

// proseOf lists the keys of a kind that are written for people.
func proseOf(k kind) []string {
	var out []string
	for _, f := range fieldsOf(k) {
		if f.form == formProse {
			out = append(out, f.key)
		}
	}
	return out
}

// unionKeys lists the keys of two mappings, each once, in order.
func unionKeys(a, b *yaml.Node) []string {
	keysA, keysB := map[string]*yaml.Node{}, map[string]*yaml.Node{}
	for _, e := range entries(a) {
		keysA[e.key] = e.value
	}
	for _, e := range entries(b) {
		keysB[e.key] = e.value
	}
	return unionNames(keysA, keysB)
}

// unionNames lists the keys of two maps, each once, in order.
func unionNames[T any](a, b map[string]T) []string {
	var out []string
	for name := range a {
		out = append(out, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// briefLength bounds the text that stands for a value in a report.
const briefLength = 100

// brief gives a value in at most briefLength characters: a reference by its
// name, a schema by its type, anything else as compact JSON.
func brief(n *yaml.Node) string {
	if n == nil {
		return "none"
	}
	if ref := text(n, "$ref"); ref != "" {
		return refName(ref)
	}
	if n.Kind == yaml.MappingNode {
		if t := scalarList(lookup(n, "type")); len(t) > 0 {
			return briefSchema(n, strings.Join(t, " or "))
		}
		for _, key := range []string{"allOf", "anyOf", "oneOf"} {
			if branches := lookup(n, key); branches != nil {
				return briefBranches(key, branches)
			}
		}
		if schema := lookup(n, "schema"); schema != nil {
			return brief(schema)
		}
		if content := lookup(n, "content", "application/json", "schema"); content != nil {
			return brief(content)
		}
	}
	if n.Kind == yaml.ScalarNode {
		return shorten(spell(n))
	}
	data, err := encodeJSON(plain(n)) // whatever the order of its keys
	if err != nil {
		return n.Value
	}
	return shorten(string(data))
}

// briefBranches describes a schema made of branches.
func briefBranches(key string, branches *yaml.Node) string {
	var words []string
	for _, branch := range branches.Content {
		words = append(words, brief(branch))
	}
	return shorten(key + " of " + strings.Join(words, ", "))
}

// briefSchema describes a schema of the given type.
func briefSchema(n *yaml.Node, words string) string {
	if items := lookup(n, "items"); items != nil {
		words += " of " + brief(items)
	}
	if format := text(n, "format"); format != "" {
		words += " (" + format + ")"
	}
	if values := spellings(lookup(n, "enum")); len(values) > 0 {
		words += " in " + strings.Join(values, ", ")
	}
	return shorten(words)
}

// shorten cuts s to briefLength characters.
func shorten(s string) string {
	runes := []rune(s)
	if len(runes) <= briefLength {
		return s
	}
	return string(runes[:briefLength-3]) + "..."
}

// isOpen reports whether a schema lets everything fit.
func isOpen(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) == 0 || isTrue(n)
}

// openness says whether a boolean or empty schema has become more or less
// permissive than it was.
func openness(a, b *yaml.Node) effect {
	rank := func(n *yaml.Node) int {
		switch {
		case isOpen(n):
			return 2
		case n.Value == "false":
			return 0
		default:
			return 1
		}
	}
	switch {
	case rank(a) < rank(b):
		return widening
	case rank(a) > rank(b):
		return narrowing
	case isOpen(a):
		return neutral
	default:
		return undecided
	}
}
