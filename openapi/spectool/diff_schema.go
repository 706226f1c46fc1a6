package spectool

import (
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// effect says what a change does to the set of values that fit.
type effect int

const (
	neutral   effect = 0
	narrowing effect = 1 << (iota - 1) // values that fitted no longer do
	widening                           // values fit that did not
	vanishing                          // a member that could be read is gone
)

// change is one difference below an operation or a component.
type change struct {
	where  string
	kind   Kind
	text   string
	effect effect
}

// differ compares two documents. It passes over prose.
type differ struct {
	old, new *yaml.Node
	// open holds the pairs of referenced schemas that are being compared, so
	// that schemas which contain themselves come to an end.
	open map[[2]*yaml.Node]bool
}

func newDiffer(before, after *yaml.Node) *differ {
	return &differ{old: before, new: after, open: map[[2]*yaml.Node]bool{}}
}

// schema lists the differences between two schemas; either may be nil.
func (d *differ) schema(where string, a, b *yaml.Node) []change {
	switch {
	case equalNodes(a, b) || a == nil && b == nil:
		return nil
	case a == nil:
		return []change{{where, Added, "now described: " + brief(b), narrowing}}
	case b == nil:
		return []change{{where, Removed, "no longer described", widening}}
	case a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode:
		return []change{{where, Changed, brief(a) + " -> " + brief(b), openness(a, b)}}
	}
	if text(a, "$ref") != text(b, "$ref") {
		return d.references(where, a, b)
	}
	a, b = canonical(a), canonical(b)
	var out []change
	for _, f := range fieldsOf(kindSchema) {
		out = append(out, d.keyword(where, f, lookup(a, f.key), lookup(b, f.key))...)
	}
	return append(out, unknownKeys(where, kindSchema, a, b)...)
}

// references compares two schemas that refer to different components, or of
// which only one refers to a component. Where the components say the same, there
// is no difference; where one has become a branch of the other, the branches
// beside it are the difference.
func (d *differ) references(where string, a, b *yaml.Node) []change {
	fullA, fullB := d.target(d.old, a), d.target(d.new, b)
	if fullA == nil || fullB == nil {
		return []change{{where, Changed, brief(a) + " -> " + brief(b), narrowing | widening}}
	}
	pair := [2]*yaml.Node{fullA, fullB}
	if d.open[pair] {
		return nil
	}
	d.open[pair] = true
	defer delete(d.open, pair)
	var inner []change
	if key := branchWith(fullB, text(a, "$ref")); key != "" {
		inner = d.schema(where, asBranch(a, key), fullB)
	} else if key := branchWith(fullA, text(b, "$ref")); key != "" {
		inner = d.schema(where, fullA, asBranch(b, key))
	} else {
		inner = d.schema(where, fullA, fullB)
	}
	if len(inner) == 0 || text(a, "$ref") == "" || text(b, "$ref") == "" {
		return inner
	}
	all := neutral
	for _, c := range inner {
		all |= c.effect
	}
	return []change{{where, Changed, brief(a) + " -> " + brief(b), all}}
}

// keyword compares one keyword of two schemas.
func (d *differ) keyword(where string, f field, a, b *yaml.Node) []change {
	if f.form == formProse || equalNodes(a, b) || a == nil && b == nil {
		return nil
	}
	switch {
	case f.key == "type":
		return typeChanges(where, a, b)
	case f.key == "enum":
		return setChanges(where, f.key, a, b, setEffects{added: widening, removed: narrowing, appeared: narrowing, gone: widening})
	case f.key == "required":
		return setChanges(where, f.key, a, b, setEffects{added: narrowing, removed: widening, appeared: narrowing, gone: widening})
	case f.form == formDict:
		return d.members(where, f.key, a, b)
	case f.form == formList:
		return d.alternatives(where, f.key, a, b)
	case f.form == formObject:
		return d.schema(where+suffix(f.key), a, b)
	}
	return []change{valueChange(where, f.key, a, b)}
}

// suffix is how a nested schema's place is written.
func suffix(key string) string {
	switch key {
	case "items":
		return "[]"
	case "additionalProperties":
		return "{}"
	default:
		return "(" + key + ")"
	}
}

// members compares two maps of schemas, such as properties.
func (d *differ) members(where, key string, a, b *yaml.Node) []change {
	var out []change
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		place := where + "." + name
		if key != "properties" {
			place = where + "(" + key + ")." + name
		}
		switch {
		case was == nil:
			out = append(out, change{place, Added, brief(is), neutral})
		case is == nil:
			out = append(out, change{place, Removed, "was " + brief(was), vanishing})
		default:
			out = append(out, d.schema(place, was, is)...)
		}
	}
	return out
}

// alternatives compares the branches of allOf, anyOf, oneOf and prefixItems:
// equal ones and those that refer to the same component belong together, the
// rest in their order.
func (d *differ) alternatives(where, key string, a, b *yaml.Node) []change {
	var listA, listB []*yaml.Node
	if a != nil {
		listA = slices.Clone(a.Content)
	}
	if b != nil {
		listB = slices.Clone(b.Content)
	}
	same := func(x, y *yaml.Node) bool {
		ref := text(x, "$ref")
		return equalNodes(x, y) || ref != "" && ref == text(y, "$ref")
	}
	var out []change
	var restA []*yaml.Node
	for _, branch := range listA {
		i := slices.IndexFunc(listB, func(other *yaml.Node) bool { return same(branch, other) })
		if i < 0 {
			restA = append(restA, branch)
			continue
		}
		out = append(out, d.schema(where, branch, listB[i])...)
		listB = slices.Delete(listB, i, i+1)
	}
	for i := range max(len(restA), len(listB)) {
		switch {
		case i >= len(restA):
			out = append(out, change{where, Added, key + " branch: " + brief(listB[i]), branchEffect(key, listB[i], Added)})
		case i >= len(listB):
			out = append(out, change{where, Removed, key + " branch: " + brief(restA[i]), branchEffect(key, restA[i], Removed)})
		default:
			out = append(out, d.schema(where+"("+key+" "+strconv.Itoa(i+1)+")", restA[i], listB[i])...)
		}
	}
	return out
}

// branchEffect says what one branch more or less does. One more choice of anyOf
// or oneOf lets more values fit, one more part of allOf fewer; but a part that
// only describes optional members adds these.
func branchEffect(key string, branch *yaml.Node, kind Kind) effect {
	describing := key == "allOf" && lookup(branch, "properties") != nil
	for _, e := range entries(branch) {
		describing = describing && (e.key == "type" || e.key == "properties")
	}
	switch {
	case describing && kind == Added:
		return neutral
	case describing:
		return vanishing
	case (key == "allOf") == (kind == Added):
		return narrowing
	default:
		return widening
	}
}
