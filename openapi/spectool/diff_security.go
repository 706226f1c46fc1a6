package spectool

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// securityEffect compares what two lists of security requirements demand of a
// client: it fails when no alternative is left that asks for no more than the
// one it meets.
func securityEffect(a, b *yaml.Node) effect {
	for _, was := range demands(a) {
		if !slices.ContainsFunc(demands(b), func(is *yaml.Node) bool { return asksNoMore(was, is) }) {
			return narrowing
		}
	}
	return neutral
}

// demands lists the alternatives; where there is none, nothing is demanded.
func demands(n *yaml.Node) []*yaml.Node {
	if n == nil || len(n.Content) == 0 {
		return []*yaml.Node{{Kind: yaml.MappingNode}}
	}
	return n.Content
}

// asksNoMore reports whether who meets the one alternative meets the other.
func asksNoMore(was, is *yaml.Node) bool {
	for _, e := range entries(is) {
		had := lookup(was, e.key)
		if had == nil || len(without(scalarList(e.value), scalarList(had))) > 0 {
			return false
		}
	}
	return is.Kind == yaml.MappingNode
}

// securityOf is what an operation demands, which is what the document does
// unless it says something itself.
func securityOf(root *yaml.Node, op Operation) *yaml.Node {
	if own := lookup(op.node, "security"); own != nil {
		return own
	}
	return lookup(root, "security")
}
