package spectool

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// effect says what a change does to the set of values that fit.
type effect int

const (
	neutral   effect = 0
	narrowing effect = 1 << (iota - 1) // values that fitted no longer do
	widening                           // values fit that did not
	vanishing                          // a member that could be read is gone

	undecided = narrowing | widening // nobody can say
)

// change is one difference below an operation or a component.
type change struct {
	where  string
	kind   Kind
	text   string
	effect effect
}

// effectOf joins the effects of several changes.
func effectOf(list []change) effect {
	all := neutral
	for _, c := range list {
		all |= c.effect
	}
	return all
}

// differ compares two documents. It passes over prose.
type differ struct {
	old, new *yaml.Node
	// open holds the pairs of schemas that are being compared, of which one is
	// referred to, so that those which contain themselves come to an end. They go by
	// their spelling: some are made only to be compared.
	open map[[2]string]bool
	// sealed says that what is being compared can be a part of a schema that
	// refuses members which no part knows.
	sealed bool
	// sealedRefs are the components for which that is so.
	sealedRefs map[string]bool
}

func newDiffer(before, after *yaml.Node) *differ {
	return &differ{old: before, new: after, open: map[[2]string]bool{}}
}

// schema lists the differences between two schemas; either may be nil.
func (d *differ) schema(where string, a, b *yaml.Node) []change {
	switch {
	case equalNodes(a, b):
		return nil
	case a == nil && isOpen(b):
		return []change{{where, Added, brief(b), neutral}}
	case b == nil && isOpen(a):
		return []change{{where, Removed, "was " + brief(a), neutral}}
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
	a, b = canonicalPair(a, b)
	if key := partIn(b, a); key != "" {
		a = asPart(a, key)
	} else if key := partIn(a, b); key != "" {
		b = asPart(b, key)
	}
	defer func(before bool) { d.sealed = before }(d.sealed)
	d.sealed = d.sealed || seals(a) || seals(b)
	var out []change
	for _, f := range fieldsOf(kindSchema) {
		out = append(out, d.keyword(where, f, a, b)...)
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
		return []change{{where, Changed, brief(a) + " -> " + brief(b), undecided}}
	}
	pair := [2]string{spell(a), spell(b)}
	if d.open[pair] {
		return nil
	}
	d.open[pair] = true
	defer delete(d.open, pair)
	var inner []change
	if key := partIn(fullB, a); key != "" && text(a, "$ref") != "" {
		inner = d.schema(where, asPart(a, key), fullB)
	} else if key := partIn(fullA, b); key != "" && text(b, "$ref") != "" {
		inner = d.schema(where, fullA, asPart(b, key))
	} else {
		inner = d.schema(where, fullA, fullB)
	}
	if len(inner) == 0 || text(a, "$ref") == "" || text(b, "$ref") == "" {
		return inner
	}
	return []change{{where, Changed, brief(a) + " -> " + brief(b), effectOf(inner)}}
}

// keyword compares one keyword of two schemas.
func (d *differ) keyword(where string, f field, a, b *yaml.Node) []change {
	was, is := lookup(a, f.key), lookup(b, f.key)
	if f.form == formProse || equalNodes(was, is) {
		return nil
	}
	shape := map[form]yaml.Kind{formDict: yaml.MappingNode, formList: yaml.SequenceNode}[f.form]
	for _, n := range []*yaml.Node{was, is} {
		if shape != 0 && n != nil && n.Kind != shape {
			return []change{valueChange(where, f.key, was, is, undecided)}
		}
	}
	switch f.key {
	case "type":
		return typeChanges(where, was, is)
	case "enum":
		return setChanges(where, f.key, was, is, setEffects{added: widening, removed: narrowing, appeared: narrowing, gone: widening})
	case "required":
		return setChanges(where, f.key, was, is, demanded)
	case "dependentRequired":
		return dependentRequired(where, was, is)
	case "properties":
		return d.properties(where, a, b)
	case "patternProperties", "dependentSchemas", "$defs":
		return d.conditional(where, f.key, a, b)
	case "prefixItems":
		return d.positions(where, a, b)
	case "allOf", "anyOf", "oneOf":
		return d.alternatives(where, f.key, was, is)
	}
	if f.form == formObject {
		return d.nested(where, f.key, a, b)
	}
	return []change{valueChange(where, f.key, was, is, keywordEffect(f.key, was, is))}
}

// demanded are the effects of lists of names that must be there.
var demanded = setEffects{added: narrowing, removed: widening, appeared: narrowing, gone: widening}

// nested compares the schema below a keyword.
func (d *differ) nested(where, key string, a, b *yaml.Node) []change {
	was, is := lookup(a, key), lookup(b, key)
	list := d.schema(where+suffix(key), was, is)
	oneSided := was == nil || is == nil
	switch key {
	case "not", "if", "contains":
		if oneSided { // unlike other keywords, these demand something even if they are empty
			list[0].effect = either(was, narrowing, widening)
			return list
		}
	}
	counted := slices.ContainsFunc([]*yaml.Node{a, b}, func(n *yaml.Node) bool {
		return lookup(n, "minContains") != nil || lookup(n, "maxContains") != nil
	})
	switch {
	case key == "not":
		return inverted(list)
	case key == "if" || key == "contains" && counted:
		return blurred(list)
	}
	return list
}

// inverted are changes of what must not fit: less of it lets more values fit.
// Members that come or go make nobody fail elsewhere, but here nobody knows.
func inverted(list []change) []change {
	for i, c := range list {
		switch {
		case c.effect == narrowing:
			list[i].effect = widening
		case c.effect == widening:
			list[i].effect = narrowing
		case c.effect != neutral || c.kind != Changed:
			list[i].effect = undecided
		}
	}
	return list
}

// blurred are changes where more can mean less.
func blurred(list []change) []change {
	for i, c := range list {
		if c.effect != neutral || c.kind != Changed {
			list[i].effect |= undecided
		}
	}
	return list
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
