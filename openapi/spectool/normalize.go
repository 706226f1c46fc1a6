package spectool

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// normalizer rewrites a document in our fixed order, so that two versions of it
// differ only where they say different things.
type normalizer struct {
	// dropProse removes what is written for people, and vendor extensions.
	dropProse bool
}

// document returns root rewritten; root itself is left alone.
func (z normalizer) document(root *yaml.Node) *yaml.Node {
	return z.object(root, kindDocument)
}

// object rewrites one object of kind k. Scalars (a boolean schema, say) are
// copied.
func (z normalizer) object(n *yaml.Node, k kind) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return copyNode(n)
	}
	fields := fieldsOf(k)
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fields {
		value := lookup(n, f.key)
		if value == nil || (f.form == formProse && z.dropProse) {
			continue
		}
		setKey(out, f.key, z.value(value, f))
	}
	var unknown []entry
	for _, e := range entries(n) {
		known := slices.ContainsFunc(fields, func(f field) bool { return f.key == e.key })
		if !known && !(z.dropProse && isExtension(e.key)) {
			unknown = append(unknown, e)
		}
	}
	sortEntries(unknown)
	for _, e := range unknown {
		setKey(out, e.key, plain(e.value))
	}
	return out
}

// value rewrites what a known key holds.
func (z normalizer) value(n *yaml.Node, f field) *yaml.Node {
	switch {
	case f.form == formObject:
		return z.object(n, f.kind)
	case f.form == formList && n.Kind == yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range n.Content {
			out.Content = append(out.Content, z.object(item, f.kind))
		}
		return out
	case f.form == formDict && n.Kind == yaml.MappingNode:
		out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		list := entries(n)
		sortEntries(list)
		for _, e := range list {
			setKey(out, e.key, z.object(e.value, f.kind))
		}
		return out
	case f.form == formNames && n.Kind == yaml.SequenceNode:
		out := copyNode(n)
		slices.SortStableFunc(out.Content, func(a, b *yaml.Node) int { return cmp.Compare(a.Value, b.Value) })
		return out
	default:
		return plain(n)
	}
}

// plain copies data without a grammar of its own: mappings by key, sequences in
// their own order, short lists of scalars on one line.
func plain(n *yaml.Node) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		list := entries(n)
		sortEntries(list)
		for _, e := range list {
			setKey(out, e.key, plain(e.value))
		}
		return out
	case yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range n.Content {
			out.Content = append(out.Content, plain(item))
		}
		return out
	default:
		return copyNode(n)
	}
}

// isExtension reports whether a key of an object is a vendor extension, which
// is addressed to some tool and no part of the contract.
func isExtension(key string) bool { return strings.HasPrefix(key, "x-") }

// sortEntries orders entries by key.
func sortEntries(list []entry) {
	slices.SortStableFunc(list, func(a, b entry) int { return strings.Compare(a.key, b.key) })
}
