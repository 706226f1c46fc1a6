package spectool

import (
	"slices"
	"strconv"
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

// spot is a mapping or a sequence of a document.
type spot struct {
	node *yaml.Node
	// kind is that of the object, or of the objects that the node holds; it is
	// empty for data.
	kind kind
	// holds says that the node holds objects of the kind and is none itself.
	holds bool
	// ordered says that the order of a sequence means something.
	ordered bool
}

// mutator knows every place of a document's facts.
type mutator struct {
	sheet *sheet
	spots []spot // parents of what is mutated
	count int    // makes names that nothing else has
}

func newMutator(root *yaml.Node) *mutator {
	m := &mutator{sheet: newSheet(root)}
	m.collect(spot{node: root, kind: kindDocument})
	m.count = 1000 * len(m.sheet.parents)
	return m
}

// collect notes every mapping and sequence at or below a spot. What the document
// says of itself is told by its version.
func (m *mutator) collect(s spot) {
	if s.node.Kind == yaml.ScalarNode {
		return
	}
	m.spots = append(m.spots, s)
	if s.node.Kind == yaml.SequenceNode {
		for _, child := range s.node.Content {
			m.collect(spot{node: child, kind: s.kind, ordered: s.kind == ""})
		}
		return
	}
	for _, e := range entries(s.node) {
		switch f := fieldOf(s.kind, e.key); {
		case e.key == "info" && s.kind == kindDocument:
		case s.holds:
			m.collect(spot{node: e.value, kind: s.kind})
		case f.form == formObject:
			m.collect(spot{node: e.value, kind: f.kind})
		case e.key == "callbacks":
			for _, callback := range entries(e.value) {
				m.collect(spot{node: callback.value, kind: kindPathItem, holds: true})
			}
		default:
			ordered := e.key == "prefixItems" || e.key == "default" || s.ordered
			m.collect(spot{node: e.value, kind: f.kind, holds: f.form != formValue, ordered: ordered})
		}
	}
}

// fieldOf is the field of a kind with a key, those included that OpenAPI 3.2 has
// added.
func fieldOf(k kind, key string) field {
	for _, f := range append(newFields(k), fieldsOf(k)...) {
		if f.key == key {
			return f
		}
	}
	return field{key: key}
}

// newFields are keys that the table of kinds does not have (yet).
func newFields(k kind) []field {
	if k != kindPathItem {
		return []field{{key: "newKeyword"}}
	}
	return []field{
		{key: "newKeyword"},
		{key: "query", form: formObject, kind: kindOperation},
		{key: "additionalOperations", form: formDict, kind: kindOperation},
	}
}

// draw chooses a mutation somewhere in the document.
func (m *mutator) draw(t *rapid.T) mutation {
	for {
		s := rapid.SampledFrom(m.spots).Draw(t, "spot")
		list := m.additions(t, s)
		switch {
		case len(s.node.Content) == 0:
		case s.node.Kind == yaml.MappingNode:
			list = append(list, m.ofMapping(t, s)...)
		default:
			list = append(list, m.ofSequence(t, s)...)
		}
		if len(list) > 0 {
			return rapid.SampledFrom(list).Draw(t, "mutation")
		}
	}
}

// additions lists what can be added to a spot that it does not have: any keyword
// that the kind knows and one that nobody knows, or one thing more.
func (m *mutator) additions(t *rapid.T, s spot) []mutation {
	m.count++
	place := m.sheet.place(s.node) + "/"
	name := "other" + strconv.Itoa(m.count)
	switch {
	case s.node.Kind == yaml.SequenceNode && s.kind != "":
		value := m.sample(t, s.kind)
		return []mutation{{place + name, "entry added", func() { s.node.Content = append(s.node.Content, value) }}}
	case s.node.Kind == yaml.SequenceNode || s.kind == "":
		return nil
	case s.holds:
		name = map[kind]string{kindResponse: "4" + name[5:]}[s.kind] + name
		if s.kind == kindPathItem {
			name = "/" + name
		}
		value := m.sample(t, s.kind)
		return []mutation{{place + name, "added", func() { setKey(s.node, name, value) }}}
	}
	var list []mutation
	for range 2 {
		f := rapid.SampledFrom(append(newFields(s.kind), fieldsOf(s.kind)...)).Draw(t, "field")
		if f.form == formProse || lookup(s.node, f.key) != nil || s.kind == kindInfo || f.key == "openapi" || f.key == "info" {
			continue
		}
		if f.key == "nullable" && slices.Contains(scalarList(lookup(s.node, "type")), "null") {
			continue
		}
		value := m.valueOf(t, f)
		list = append(list, mutation{place + f.key, "added", func() { setKey(s.node, f.key, value) }})
	}
	return list
}

// ofMapping lists what can be done to one key of a mapping.
func (m *mutator) ofMapping(t *rapid.T, s spot) []mutation {
	n := s.node
	i := 2 * rapid.IntRange(0, len(n.Content)/2-1).Draw(t, "key")
	key, value := n.Content[i], n.Content[i+1]
	if s.kind == kindDocument && (key.Value == "info" || key.Value == "openapi") || void(key.Value, value) {
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
	if s.kind == "" || key.Value == "const" || key.Value == "default" {
		list = append(list, mutation{place, "of another kind", func() { n.Content[i+1] = otherKind(value) }})
	}
	return list
}

// ofSequence lists what can be done to one entry of a sequence.
func (m *mutator) ofSequence(t *rapid.T, s spot) []mutation {
	n := s.node
	i := rapid.IntRange(0, len(n.Content)-1).Draw(t, "entry")
	entry := n.Content[i]
	place := m.sheet.place(entry)
	list := []mutation{{place, "removed", func() { n.Content = slices.Delete(n.Content, i, i+1) }}}
	if entry.Kind == yaml.ScalarNode {
		list = append(list,
			mutation{place, "changed", func() { n.Content[i] = otherScalar(entry) }},
			mutation{place, "entry added", func() { n.Content = append(n.Content, stringNode("other"+strconv.Itoa(m.count))) }})
	}
	if steps := strings.Split(place, "/"); steps[len(steps)-2] == "enum" {
		list = append(list, mutation{place, "of another kind", func() { n.Content[i] = otherKind(entry) }})
	}
	if s.ordered && i > 0 && !equalNodes(n.Content[0], entry) {
		list = append(list, mutation{place, "swapped", func() { n.Content[0], n.Content[i] = n.Content[i], n.Content[0] }})
	}
	return list
}

// void reports whether a key says only what holds without it.
func void(key string, value *yaml.Node) bool {
	isFalse := value.ShortTag() == "!!bool" && value.Value == "false"
	switch key {
	case "required", "nullable", "exclusiveMinimum", "exclusiveMaximum":
		return isFalse
	default:
		return value.Kind != yaml.ScalarNode && len(value.Content) == 0
	}
}

// otherKind is a value that looks the same and is of another kind.
func otherKind(n *yaml.Node) *yaml.Node {
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() != "!!str":
		return stringNode(n.Value)
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		out := copyNode(n)
		out.Content[1] = otherKind(out.Content[1])
		return out
	default:
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{n}}
	}
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

// yamlOf is a node written as YAML.
func yamlOf(s string) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(s), &doc); err != nil {
		panic(err)
	}
	return copyNode(doc.Content[0])
}

// sample is an object of a kind.
func (m *mutator) sample(t *rapid.T, k kind) *yaml.Node {
	m.count++
	name := "n" + strconv.Itoa(m.count)
	samples := map[kind][]string{
		kindSchema: {
			"{type: string}", "{type: integer, minimum: 1}", "{type: object, properties: {a: {type: string}}}",
			"{enum: [1, '1', null, 'null', true, {x: 1}, [2]]}", "{const: 1}", "{default: {x: [1, 2]}}", "{$ref: '#/components/schemas/In'}",
			"{prefixItems: [{type: string}, {type: integer}]}", "{anyOf: [{type: string, format: date}, {type: object}]}", "{not: {type: string}}",
		},
		kindServer:      {"{url: /" + name + ", variables: {v: {default: a}}}"},
		kindTag:         {"{name: " + name + "}"},
		kindPathItem:    {"{get: {responses: {'200': {}}}}", "{servers: [{url: /x}]}"},
		kindOperation:   {"{operationId: " + name + ", responses: {'200': {}}}"},
		kindParameter:   {"{name: " + name + ", in: query, schema: {type: string}}", "{$ref: './other.yaml#/" + name + "'}"},
		kindRequestBody: {"{content: {application/json: {schema: {type: object}}}}"},
		kindResponse:    {"{content: {application/json: {schema: {type: object}}}}", "{links: {next: {operationId: x}}}"},
		kindMediaType:   {"{schema: {type: string}}", "{encoding: {a: {contentType: text/plain}}}"},
		kindEncoding:    {"{contentType: text/plain}"},
		kindHeader:      {"{schema: {type: string}}"},

		kindSecurityScheme: {"{type: http, scheme: basic}"},
	}
	return yamlOf(rapid.SampledFrom(samples[k]).Draw(t, "sample"))
}

// valueOf is what a key says where there was none.
func (m *mutator) valueOf(t *rapid.T, f field) *yaml.Node {
	switch f.form {
	case formObject:
		if f.kind == kindComponents {
			return yamlOf("{newSection: {A: {x: 1}}}")
		}
		return m.sample(t, f.kind)
	case formList:
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{m.sample(t, f.kind)}}
	case formDict:
		return mapping("/d", m.sample(t, f.kind))
	case formNames:
		return yamlOf("[a]")
	case formValue, formProse:
	}
	values := map[string]string{
		"type": "string", "enum": "[only, 1, null]", "const": "1", "default": "{x: [1, 2]}", "dependentRequired": "{a: [b]}",
		"discriminator": "{propertyName: a}", "security": "[{basic: []}]", "callbacks": "{c: {'{$url}': {post: {responses: {'200': {}}}}}}",
		"links": "{l: {operationId: a}}", "variables": "{v: {default: a}}", "xml": "{name: a}", "tags": "[a]", "license": "{name: a}",
	}
	for _, key := range []string{"nullable", "deprecated", "readOnly", "writeOnly", "uniqueItems", "required", "explode", "allowReserved", "allowEmptyValue"} {
		values[key] = "true"
	}
	for _, key := range []string{"multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties"} {
		values[key] = "7"
	}
	if value, known := values[f.key]; known {
		return yamlOf(value)
	}
	return stringNode("x")
}
