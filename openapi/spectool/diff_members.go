package spectool

import (
	"regexp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// properties compares the members that two schemas describe by name. One that
// only one of them describes is compared with what the other says of members
// that it does not know: if that is nothing, a new member harms nobody.
func (d *differ) properties(where string, a, b *yaml.Node) []change {
	var out []change
	membersA, membersB := lookup(a, "properties"), lookup(b, "properties")
	for _, name := range unionKeys(membersA, membersB) {
		was, is := lookup(membersA, name), lookup(membersB, name)
		place := where + "." + name
		switch {
		case was == nil:
			does := neutral
			if rest := d.rest(a, name); rest != nil && !isOpen(rest) {
				does = effectOf(d.schema(place, rest, is))
			}
			out = append(out, change{place, Added, brief(is), does})
		case is == nil:
			does := vanishing
			if rest := d.rest(b, name); rest != nil && !isOpen(rest) {
				does |= effectOf(d.schema(place, was, rest))
			}
			out = append(out, change{place, Removed, "was " + brief(was), does})
		default:
			out = append(out, d.schema(place, was, is)...)
			mustSend := slices.Contains(scalarList(lookup(b, "required")), name)
			if mustSend && isTrue(lookup(was, "readOnly")) && !isTrue(lookup(is, "readOnly")) {
				out = append(out, change{place, Changed, "now required in requests, as no longer readOnly", narrowing})
			}
		}
	}
	return out
}

// rest is the schema of a member that a schema does not know by name, or nil.
func (d *differ) rest(n *yaml.Node, name string) *yaml.Node {
	for _, e := range entries(lookup(n, "patternProperties")) {
		pattern, err := regexp.Compile(e.key)
		if err != nil || pattern.MatchString(name) {
			return e.value // a pattern that only JavaScript understands may fit
		}
	}
	if others := lookup(n, "additionalProperties"); others != nil {
		return others
	}
	if others := lookup(n, "unevaluatedProperties"); others != nil || !d.sealed {
		return others
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "false"}
}

// seals reports whether a schema refuses members that no part of it knows.
func seals(n *yaml.Node) bool {
	others := lookup(n, "unevaluatedProperties")
	return others != nil && !isOpen(others)
}

// conditional compares the schemas that hold for some members (by their names)
// or with some member. Definitions hold for nothing by themselves.
func (d *differ) conditional(where, key string, a, b *yaml.Node) []change {
	var out []change
	listA, listB := lookup(a, key), lookup(b, key)
	restOf := func(n *yaml.Node) *yaml.Node {
		if key == "patternProperties" {
			return lookup(n, "additionalProperties")
		}
		return nil
	}
	for _, name := range unionKeys(listA, listB) {
		was, is := lookup(listA, name), lookup(listB, name)
		c := change{where: where + "(" + key + ")." + name}
		switch {
		case was == nil:
			c.kind, c.text, c.effect = Added, brief(is), effectOf(d.schema(c.where, restOf(a), is))
		case is == nil:
			c.kind, c.text, c.effect = Removed, "was "+brief(was), effectOf(d.schema(c.where, was, restOf(b)))
		default:
			out = append(out, d.schema(c.where, was, is)...)
			continue
		}
		if key == "$defs" {
			c.effect = neutral
		}
		out = append(out, c)
	}
	return out
}

// dependentRequired compares what must be there beside some members.
func dependentRequired(where string, a, b *yaml.Node) []change {
	if a != nil && a.Kind != yaml.MappingNode || b != nil && b.Kind != yaml.MappingNode {
		return []change{valueChange(where, "dependentRequired", a, b, undecided)}
	}
	var out []change
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		if !equalNodes(was, is) {
			out = append(out, setChanges(where+"(dependentRequired)."+name, "required", was, is, demanded)...)
		}
	}
	return out
}

// positions compares the first items of arrays, one by one. Where one of the
// schemas says nothing of a position, what it says of all items holds there.
func (d *differ) positions(where string, a, b *yaml.Node) []change {
	at := func(n *yaml.Node, i int) (item *yaml.Node, own bool) {
		if list := lookup(n, "prefixItems"); list != nil && i < len(list.Content) {
			return list.Content[i], true
		}
		return lookup(n, "items"), false
	}
	var out []change
	for i := 0; ; i++ {
		was, ownA := at(a, i)
		is, ownB := at(b, i)
		if !ownA && !ownB {
			return out
		}
		place := where + "[" + strconv.Itoa(i) + "]"
		list := d.schema(place, was, is)
		switch {
		case len(list) > 0 || ownA && ownB:
		case ownB:
			list = []change{{place, Added, brief(is), neutral}}
		default:
			list = []change{{place, Removed, "was " + brief(was), neutral}}
		}
		out = append(out, list...)
	}
}
