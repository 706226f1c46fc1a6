package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// target is the schema, parameter or the like that n refers to, or n itself. It
// is nil when the reference leads nowhere. Keywords beside a schema's reference
// become a branch of allOf, which is what they mean.
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

// canonical gives different spellings of the same schema one form: keywords
// beside a reference are a branch of allOf, and a choice between plain types is
// a list of types.
func canonical(n *yaml.Node) *yaml.Node {
	if lookup(n, "$ref") != nil && len(n.Content) > 2 {
		return asBranch(n, "allOf")
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if types := plainTypes(lookup(n, key), key == "oneOf"); types != nil && lookup(n, "type") == nil {
			out := copyNode(n)
			deleteKey(out, key)
			setKey(out, "type", types)
			return out
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

// branchWith names the keyword of n among whose branches there is one that is
// just a reference to ref, or "".
func branchWith(n *yaml.Node, ref string) string {
	if ref == "" {
		return ""
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		list := lookup(n, key)
		if list == nil {
			continue
		}
		for _, branch := range list.Content {
			if text(branch, "$ref") == ref && len(branch.Content) == 2 {
				return key
			}
		}
	}
	return ""
}

// plainTypes gives the types of a choice whose branches say nothing but their
// type, or nil. Where exactly one branch must fit, "integer" and "number"
// exclude integers, so such a choice is no list of types.
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
	if exactlyOne && slices.Contains(names, "integer") && slices.Contains(names, "number") {
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
