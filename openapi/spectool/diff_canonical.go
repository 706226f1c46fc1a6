package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// target is the schema that n refers to, or n itself. It is nil when the
// reference leads nowhere. Keywords beside a reference become a branch of allOf,
// which is what they mean.
func (d *differ) target(root, n *yaml.Node) *yaml.Node {
	ref := text(n, "$ref")
	if ref == "" {
		return n
	}
	component := resolve(root, ref)
	if component == nil || len(n.Content) == 2 {
		return component
	}
	return canonical(n)
}

// canonicalPair is canonical for two schemas that are compared. A choice that
// both have stays one unless it goes from both.
func canonicalPair(a, b *yaml.Node) (was, is *yaml.Node) {
	was, is = canonical(a), canonical(b)
	for _, key := range []string{"anyOf", "oneOf"} {
		both := lookup(a, key) != nil && lookup(b, key) != nil
		if both && (lookup(was, key) == nil) != (lookup(is, key) == nil) {
			return spelledOut(a), spelledOut(b)
		}
	}
	return was, is
}

// canonical gives different spellings of the same schema one form.
func canonical(n *yaml.Node) *yaml.Node {
	out := spelledOut(n)
	joinTypes(out)
	foldNull(out)
	return out
}

// joinTypes makes a choice between plain types a list of types.
func joinTypes(n *yaml.Node) {
	for _, key := range []string{"anyOf", "oneOf"} {
		if types := plainTypes(lookup(n, key), key == "oneOf"); types != nil && lookup(n, "type") == nil {
			deleteKey(n, key)
			setKey(n, "type", types)
		}
	}
}

// foldNull makes a choice between a schema with a type and null one schema that
// null fits too. The keywords for one type say nothing of null.
func foldNull(n *yaml.Node) {
	for _, key := range []string{"anyOf", "oneOf"} {
		list := lookup(n, key)
		if list == nil || len(list.Content) != 2 {
			continue
		}
		for i, branch := range list.Content {
			other := list.Content[1-i]
			alone := !slices.ContainsFunc(entries(n), func(e entry) bool { return e.key != key && !isAnnotation(e.key) })
			if alone && len(branch.Content) == 2 && slices.Equal(scalarList(lookup(branch, "type")), []string{"null"}) && sparesNull(other) {
				deleteKey(n, key)
				for _, e := range entries(other) {
					setKey(n, e.key, e.value)
				}
				allowNull(n)
				return
			}
		}
	}
}

// sparesNull reports whether a schema has a type, and besides only keywords that
// let null fit once the type does.
func sparesNull(n *yaml.Node) bool {
	for _, e := range entries(n) {
		switch e.key {
		case "$ref", "$defs", "const", "enum", "not", "if", "then", "else", "allOf", "anyOf", "oneOf", "discriminator", "nullable":
			return false
		}
		if !slices.ContainsFunc(fieldsOf(kindSchema), func(f field) bool { return f.key == e.key }) {
			return false
		}
	}
	return lookup(n, "type") != nil
}

// allowNull adds null to the types of a schema.
func allowNull(n *yaml.Node) {
	types := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, name := range without(scalarList(lookup(n, "type")), []string{"null"}) {
		types.Content = append(types.Content, stringNode(name))
	}
	types.Content = append(types.Content, stringNode("null"))
	setKey(n, "type", types)
}

// spelledOut says in the words of JSON Schema what OpenAPI 3.0 has its own for
// (nullable types, exclusive bounds), a constant as a set of one value, and what
// stands beside a reference as a branch of allOf.
func spelledOut(schema *yaml.Node) *yaml.Node {
	if lookup(schema, "$ref") != nil {
		if len(schema.Content) == 2 {
			return schema
		}
		return asBranch(schema, "allOf")
	}
	n := &yaml.Node{Kind: schema.Kind, Tag: schema.Tag, Value: schema.Value, Content: slices.Clone(schema.Content)}
	if lookup(n, "type") != nil {
		if isTrue(lookup(n, "nullable")) {
			allowNull(n)
		}
		deleteKey(n, "nullable")
	}
	if value := lookup(n, "const"); value != nil && lookup(n, "enum") == nil {
		deleteKey(n, "const")
		setKey(n, "enum", &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{value}})
	}
	for exclusive, bound := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		limit := lookup(n, bound)
		switch is := lookup(n, exclusive); {
		case is == nil || is.ShortTag() != "!!bool":
		case !isTrue(is):
			deleteKey(n, exclusive)
		case limit != nil:
			deleteKey(n, bound)
			setKey(n, exclusive, limit)
		}
	}
	return n
}

// asBranch spells the reference in n as the first branch of key, and what stands
// beside the reference as the second.
func asBranch(n *yaml.Node, key string) *yaml.Node {
	beside := copyNode(n)
	deleteKey(beside, "$ref")
	first := mapping("$ref", stringNode(text(n, "$ref")))
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{first}}
	if len(beside.Content) > 0 {
		list.Content = append(list.Content, beside)
	}
	return mapping(key, list)
}

// mapping makes a mapping of one key.
func mapping(key string, value *yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	setKey(n, key, value)
	return n
}

// asPart makes n a part of a schema that has only the keyword key.
func asPart(n *yaml.Node, key string) *yaml.Node {
	if key == "allOf" && lookup(n, "$ref") != nil {
		return asBranch(n, key)
	}
	return mapping(key, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{n}})
}

// partIn names the keyword of whole among whose branches there is one that says
// just what n says, or refers to just what n refers to, or "".
func partIn(whole, n *yaml.Node) string {
	ref := text(n, "$ref")
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		list := lookup(whole, key)
		if list == nil {
			continue
		}
		for _, branch := range list.Content {
			if equalNodes(branch, n) || ref != "" && text(branch, "$ref") == ref && len(branch.Content) == 2 {
				return key
			}
		}
	}
	return ""
}

// plainTypes gives the types of a choice whose branches say nothing but their
// type, or nil. Where exactly one branch must fit, "integer" and "number"
// exclude integers, and a type that two branches have is excluded too, so such a
// choice is no list of types.
func plainTypes(branches *yaml.Node, exactlyOne bool) *yaml.Node {
	if branches == nil || branches.Kind != yaml.SequenceNode {
		return nil
	}
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, branch := range branches.Content {
		if len(branch.Content) != 2 || lookup(branch, "type") == nil {
			return nil
		}
		for _, name := range scalarList(lookup(branch, "type")) {
			out.Content = append(out.Content, stringNode(name))
		}
	}
	names := scalarList(out)
	slices.Sort(names)
	twice := len(slices.Compact(slices.Clone(names))) < len(names)
	if exactlyOne && (twice || slices.Contains(names, "integer") && slices.Contains(names, "number")) {
		return nil
	}
	return out
}

// typeChanges compares two lists of types; a missing one allows every type.
func typeChanges(where string, a, b *yaml.Node) []change {
	was, is := scalarList(a), scalarList(b)
	if len(without(was, is)) == 0 && len(without(is, was)) == 0 {
		return nil
	}
	c := change{where: where, kind: Changed, text: "type: " + typeWords(was) + " -> " + typeWords(is)}
	if !covers(is, was) {
		c.effect |= narrowing
	}
	if !covers(was, is) {
		c.effect |= widening
	}
	return []change{c}
}

// typeWords spells a list of types.
func typeWords(types []string) string {
	if len(types) == 0 {
		return "any"
	}
	return strings.Join(types, " or ")
}

// covers reports whether every value of the inner types has one of the outer.
func covers(outer, inner []string) bool {
	if len(outer) == 0 {
		return true
	}
	if len(inner) == 0 {
		return false
	}
	for _, name := range inner {
		if !slices.Contains(outer, name) && !(name == "integer" && slices.Contains(outer, "number")) {
			return false
		}
	}
	return true
}
