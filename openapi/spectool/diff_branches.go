package spectool

import (
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// alternatives compares the branches of allOf, anyOf and oneOf: equal ones and
// those that refer to the same component belong together, the rest in their
// order. A choice that is new limits what had none, whatever it offers.
func (d *differ) alternatives(where, key string, a, b *yaml.Node) []change {
	if key != "allOf" && (a == nil || b == nil) {
		c := valueChange(where, key, asChoice(key, a), asChoice(key, b), either(a, narrowing, widening|vanishing))
		return []change{c}
	}
	var restA, restB []*yaml.Node
	if b != nil {
		restB = slices.Clone(b.Content)
	}
	same := func(x, y *yaml.Node) bool {
		ref := text(x, "$ref")
		return equalNodes(x, y) || ref != "" && ref == text(y, "$ref")
	}
	var out []change
	if a != nil {
		for _, branch := range a.Content {
			i := slices.IndexFunc(restB, func(other *yaml.Node) bool { return same(branch, other) })
			if i < 0 {
				restA = append(restA, branch)
				continue
			}
			out = append(out, d.schema(where, branch, restB[i])...)
			restB = slices.Delete(restB, i, i+1)
		}
	}
	for i := range max(len(restA), len(restB)) {
		switch {
		case i >= len(restA):
			out = append(out, change{where, Added, key + " branch: " + brief(restB[i]), d.branchEffect(key, restB[i], Added)})
		case i >= len(restB):
			out = append(out, change{where, Removed, key + " branch: " + brief(restA[i]), d.branchEffect(key, restA[i], Removed)})
		default:
			out = append(out, d.schema(where+"("+key+" "+strconv.Itoa(i+1)+")", restA[i], restB[i])...)
		}
	}
	if key == "oneOf" && !(exclusive(d.old, a) && exclusive(d.new, b)) {
		return blurred(out)
	}
	return out
}

// branchEffect says what one branch more or less does. One more choice of anyOf
// or oneOf lets more values fit, one more part of allOf fewer, unless it says
// nothing of that kind; but a part that only describes optional members adds
// these.
func (d *differ) branchEffect(key string, branch *yaml.Node, kind Kind) effect {
	nothing := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	describing := lookup(branch, "properties") != nil
	for _, e := range entries(branch) {
		describing = describing && (e.key == "type" || e.key == "properties")
	}
	switch added := kind == Added; {
	case key != "allOf" && added:
		return widening
	case key != "allOf":
		return narrowing
	case describing && added:
		return neutral
	case describing:
		return vanishing
	case added:
		return effectOf(d.schema("", nothing, branch))
	default:
		return effectOf(d.schema("", branch, nothing))
	}
}

// exclusive reports whether no value can fit two branches of a choice. Where
// one can, oneOf refuses it, and a branch more or a wider one can refuse what
// fitted.
func exclusive(root, list *yaml.Node) bool {
	for i, branch := range list.Content {
		for _, other := range list.Content[:i] {
			if !exclude(root, branch, other, exclusionDepth) {
				return false
			}
		}
	}
	return true
}

// exclusionDepth bounds how deep in their members two schemas are searched for
// what tells them apart.
const exclusionDepth = 3

// exclude reports whether it is clear that no value fits both schemas: their
// types or values have nothing in common, or those of a member that both demand.
func exclude(root, a, b *yaml.Node, depth int) bool {
	a, b = resolved(root, a), resolved(root, b)
	if a == nil || b == nil || depth == 0 {
		return false
	}
	a, b = canonical(a), canonical(b)
	apart := func(x, y []string) bool {
		return len(x) > 0 && len(y) > 0 && len(without(x, y)) == len(x)
	}
	types := func(n *yaml.Node) []string {
		list := scalarList(lookup(n, "type"))
		if slices.Contains(list, "number") {
			list = append(slices.Clone(list), "integer")
		}
		return list
	}
	if apart(types(a), types(b)) || apart(spellings(lookup(a, "enum")), spellings(lookup(b, "enum"))) {
		return true
	}
	isObject := func(n *yaml.Node) bool { return slices.Equal(types(n), []string{"object"}) }
	for _, name := range scalarList(lookup(a, "required")) {
		memberA, memberB := lookup(a, "properties", name), lookup(b, "properties", name)
		demanded := slices.Contains(scalarList(lookup(b, "required")), name)
		if isObject(a) && isObject(b) && demanded && memberA != nil && memberB != nil && exclude(root, memberA, memberB, depth-1) {
			return true
		}
	}
	return false
}

// resolved follows references from n to what they stand for, which is nil where
// they lead nowhere.
func resolved(root, n *yaml.Node) *yaml.Node {
	seen := map[*yaml.Node]bool{}
	for n != nil && text(n, "$ref") != "" && !seen[n] {
		seen[n] = true
		n = resolve(root, text(n, "$ref"))
	}
	return n
}

// asChoice is a schema with nothing but the branches, to be named by its parts.
func asChoice(key string, branches *yaml.Node) *yaml.Node {
	if branches == nil {
		return nil
	}
	return mapping(key, branches)
}
