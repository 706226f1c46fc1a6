package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

// mutation is a change of one fact of a document.
type mutation struct {
	place string
	what  string
	apply func()
}

// mutator knows every place of a document's facts.
type mutator struct {
	sheet *sheet
	spots []*yaml.Node // parents of what is mutated
}

func newMutator(root *yaml.Node) *mutator {
	m := &mutator{sheet: newSheet(root)}
	m.collect(root)
	return m
}

// collect notes every mapping and sequence below n that holds facts. What the
// document says of itself is told by its version.
func (m *mutator) collect(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		return
	}
	if len(n.Content) > 0 {
		m.spots = append(m.spots, n)
	}
	for i, child := range n.Content {
		isInfo := n == m.sheet.root && i > 0 && n.Content[i-1].Value == "info"
		if !isInfo && (n.Kind == yaml.SequenceNode || i%2 == 1) {
			m.collect(child)
		}
	}
}

// draw chooses a mutation somewhere in the document.
func (m *mutator) draw(t *rapid.T) mutation {
	for {
		spot := m.spots[rapid.IntRange(0, len(m.spots)-1).Draw(t, "spot")]
		var list []mutation
		if spot.Kind == yaml.MappingNode {
			list = m.ofMapping(t, spot)
		} else {
			list = m.ofSequence(t, spot)
		}
		if len(list) > 0 {
			return rapid.SampledFrom(list).Draw(t, "mutation")
		}
	}
}

// ofMapping lists what can be done to one key of a mapping.
func (m *mutator) ofMapping(t *rapid.T, n *yaml.Node) []mutation {
	i := 2 * rapid.IntRange(0, len(n.Content)/2-1).Draw(t, "key")
	key, value := n.Content[i], n.Content[i+1]
	if key.Value == "info" || key.Value == "openapi" || void(key.Value, value) {
		return nil
	}
	place := m.sheet.place(value)
	list := []mutation{
		{place, "removed", func() { n.Content = slices.Delete(n.Content, i, i+2) }},
		{place, "renamed", func() { n.Content[i] = stringNode(key.Value + "Other") }},
	}
	if value.Kind == yaml.ScalarNode {
		list = append(list, mutation{place, "changed", func() { n.Content[i+1] = otherScalar(value) }})
	}
	if isSchema(place) {
		added := rapid.SampledFrom([]string{"minLength", "maximum", "pattern", "format", "enum", "newKeyword", "const"}).Draw(t, "keyword")
		if lookup(n, added) == nil {
			list = append(list, mutation{place, added + " added", func() { setKey(n, added, addedValue(added)) }})
		}
	}
	return list
}

// ofSequence lists what can be done to one entry of a sequence.
func (m *mutator) ofSequence(t *rapid.T, n *yaml.Node) []mutation {
	i := rapid.IntRange(0, len(n.Content)-1).Draw(t, "entry")
	entry := n.Content[i]
	place := m.sheet.place(entry)
	list := []mutation{{place, "removed", func() { n.Content = slices.Delete(n.Content, i, i+1) }}}
	if entry.Kind == yaml.ScalarNode {
		list = append(list,
			mutation{place, "changed", func() { n.Content[i] = otherScalar(entry) }},
			mutation{place, "entry added", func() { n.Content = append(n.Content, stringNode("other")) }})
	}
	return list
}

// void reports whether a key says only what holds without it.
func void(key string, value *yaml.Node) bool {
	return key == "required" && value.Value == "false"
}

// isSchema reports whether the holder of a place is a schema: its place ends in
// a keyword, below a name that somebody has chosen or below "schema" or "items".
func isSchema(place string) bool {
	steps := strings.Split(place, "/")
	if len(steps) < 4 {
		return false
	}
	holder := steps[len(steps)-2]
	return holder == "schema" || holder == "items" || steps[len(steps)-3] == "properties"
}

// otherScalar is a value of the same kind that differs.
func otherScalar(n *yaml.Node) *yaml.Node {
	out := copyNode(n)
	switch n.ShortTag() {
	case "!!bool":
		out.Value = map[string]string{"true": "false", "false": "true"}[n.Value]
	case "!!int", "!!float":
		out.Value = "1" + n.Value
		if strings.HasPrefix(n.Value, "-") {
			out.Value = n.Value + "1"
		}
	case "!!null":
		return stringNode("other")
	default:
		others := map[string]string{"string": "integer", "integer": "string", "object": "array", "array": "object", "number": "boolean", "boolean": "string"}
		if other, isType := others[n.Value]; isType {
			return stringNode(other)
		}
		return stringNode(n.Value + "Other")
	}
	return out
}

// addedValue is what a keyword says where there was none.
func addedValue(keyword string) *yaml.Node {
	switch keyword {
	case "minLength", "maximum":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: "7"}
	case "enum":
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{stringNode("only")}}
	default:
		return stringNode("x")
	}
}
