package spectool

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// pathParameter is the name of a parameter in the template of a path.
var pathParameter = regexp.MustCompile(`\{[^{}]*\}`)

// shapeOf is a path without the names of its parameters, which no client sends.
func shapeOf(path string) string { return pathParameter.ReplaceAllString(path, "{}") }

// operations compares the path items, operations and webhooks of both
// documents.
func (d *differ) operations() []Subject {
	before, after := operations(d.old), operations(d.new)
	pairs := pairOperations(before, after)
	out := d.pathItems()
	kept := map[int]bool{}
	for i, op := range after {
		from, known := pairs[i]
		if !known {
			out = append(out, whole(op.String(), op.pointer(), Difference{Kind: Added, Text: summaryOf(op)}))
			continue
		}
		kept[from] = true
		out = append(out, d.pair(before[from], op))
	}
	for i, op := range before {
		if !kept[i] {
			out = append(out, whole(op.String(), op.pointer(), Difference{Kind: Removed, Breaking: true}))
		}
	}
	slices.SortStableFunc(out, func(a, b Subject) int { return compareSubjects(a.Name, b.Name) })
	return out
}

// whole is a subject that is new or gone.
func whole(name, place string, difference Difference) Subject {
	return Subject{Name: name, place: place, Whole: true, Differences: []Difference{difference}}
}

// pairOperations gives, by the position of a new operation, that of the old one
// that it is: it has its method and path, or a path that differs in the names of
// parameters only, or the same id.
func pairOperations(before, after []Operation) map[int]int {
	return pairUp(before, after,
		func(o Operation) string { return o.Method + " " + o.Path },
		func(o Operation) string {
			if o.IsWebhook() {
				return ""
			}
			return o.Method + " " + shapeOf(o.Path)
		},
		func(o Operation) string {
			if o.ID == "" || !o.IsWebhook() {
				return o.ID
			}
			return "webhook " + o.ID
		})
}

// pairUp pairs things that have a key in common. Of several keys the first that
// finds a pair decides; an empty key and one that several share find none.
func pairUp[T any](before, after []T, keys ...func(T) string) map[int]int {
	pairs, taken := map[int]int{}, map[int]bool{}
	for _, key := range keys {
		open, count := map[string]int{}, map[string]int{}
		for i, thing := range before {
			if !taken[i] {
				open[key(thing)] = i
				count[key(thing)]++
			}
		}
		wanted := map[string]int{}
		for i, thing := range after {
			if _, done := pairs[i]; !done {
				wanted[key(thing)]++
			}
		}
		for i, thing := range after {
			k := key(thing)
			if _, done := pairs[i]; !done && k != "" && count[k] == 1 && wanted[k] == 1 {
				pairs[i] = open[k]
				taken[open[k]] = true
			}
		}
	}
	return pairs
}

// pair compares two versions of an operation. Whoever calls a place that it has
// left fails, but the names in a path's template are nobody's concern.
func (d *differ) pair(was, is Operation) Subject {
	s := Subject{Name: is.String(), place: is.pointer()}
	unmoved := was.Method == is.Method && was.Path == is.Path
	if unmoved && equalNodes(was.node, is.node) && equalNodes(lookup(was.item, "parameters"), lookup(is.item, "parameters")) {
		return s // what it refers to is compared on its own
	}
	for _, c := range d.operation(was, is) {
		s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: c.breaking()})
	}
	if unmoved {
		return s
	}
	from := Difference{Kind: Moved, Text: "from " + was.Method + " " + was.Path, Breaking: true}
	if samePlace(was, is) {
		from.Text, from.Breaking = from.Text+", another name for the same path", false
	}
	s.Differences = slices.Insert(s.Differences, 0, from)
	return s
}

// samePlace reports whether the same requests find two operations.
func samePlace(was, is Operation) bool {
	return was.Method == is.Method && (was.Path == is.Path || !is.IsWebhook() && shapeOf(was.Path) == shapeOf(is.Path))
}

// namedPath is a path item under its template, or a webhook under its name.
type namedPath struct {
	section, path string
	item          *yaml.Node
}

// pathsOf lists the path items and webhooks of a document.
func pathsOf(root *yaml.Node) []namedPath {
	var list []namedPath
	for _, section := range []string{"paths", "webhooks"} {
		for _, e := range entries(lookup(root, section)) {
			list = append(list, namedPath{section, e.key, pathItem(root, e.value)})
		}
	}
	return list
}

// subject is the path itself as a subject.
func (p namedPath) subject() Subject {
	return Subject{Name: strings.TrimSuffix(p.section, "s") + " " + p.path, place: "#/" + p.section + "/" + pointerStep(p.path)}
}

// pathItems compares what path items say besides their operations. One without
// any is told of itself, as no operation tells of it.
func (d *differ) pathItems() []Subject {
	before, after := pathsOf(d.old), pathsOf(d.new)
	pairs := pairUp(before, after,
		func(p namedPath) string { return p.section + " " + p.path },
		func(p namedPath) string {
			if p.section != "paths" {
				return ""
			}
			return shapeOf(p.path)
		})
	var out []Subject
	bare := func(p namedPath, kind Kind) {
		if len(methodsOf(p.item)) == 0 {
			unread := lookup(p.item, "$ref") != nil && kind == Removed // who knows what was there
			s := p.subject()
			out = append(out, whole(s.Name, s.place, Difference{Kind: kind, Breaking: unread}))
		}
	}
	kept := map[int]bool{}
	for i, p := range after {
		from, known := pairs[i]
		if !known {
			bare(p, Added)
			continue
		}
		kept[from] = true
		s := p.subject()
		for _, c := range d.pathItem(before[from].item, p.item) {
			s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: c.effect != neutral})
		}
		out = append(out, s)
	}
	for i, p := range before {
		if !kept[i] {
			bare(p, Removed)
		}
	}
	return slices.DeleteFunc(out, func(s Subject) bool { return len(s.Differences) == 0 })
}

// pathItem compares two path items without their operations. Their parameters
// are compared with those of each operation, unless all have their own instead.
func (d *differ) pathItem(a, b *yaml.Node) []change {
	skip := append(proseOf(kindPathItem), "parameters", "servers", "additionalOperations")
	skip = append(skip, httpMethods[:]...)
	out := keysExcept("", a, b, skip, undecided)
	if was, is := lookup(a, "servers"), lookup(b, "servers"); !equalNodes(was, is) {
		out = append(out, valueChange("", "servers", was, is, neutral))
	}
	shared := func(root, item *yaml.Node) map[string]*yaml.Node { return d.parametersOf(root, Operation{item: item}) }
	was, is := shared(d.old, a), shared(d.new, b)
	for _, name := range unionNames(was, is) {
		hidden := d.allOverride(d.old, a, name) && d.allOverride(d.new, b, name)
		if hidden && !equalNodes(was[name], is[name]) {
			out = append(out, valueChange(name, "parameter without effect", was[name], is[name], neutral))
		}
	}
	return out
}

// allOverride reports whether every operation of a path item has a parameter of
// its own by a name.
func (d *differ) allOverride(root, item *yaml.Node, name string) bool {
	for _, method := range methodsOf(item) {
		if d.parametersOf(root, Operation{node: method.value})[name] == nil {
			return false
		}
	}
	return true
}

// compareSubjects orders operations by path, and webhooks after them.
func compareSubjects(a, b string) int {
	methodA, restA, _ := strings.Cut(a, " ")
	methodB, restB, _ := strings.Cut(b, " ")
	hookA, hookB := strings.EqualFold(methodA, "webhook"), strings.EqualFold(methodB, "webhook")
	if hookA != hookB {
		if hookA {
			return 1
		}
		return -1
	}
	return cmp.Or(strings.Compare(restA, restB), strings.Compare(methodA, methodB))
}

// callbacks compares what the server sends to addresses that an operation was
// told. These are operations of their own, of which the client is the server.
func (d *differ) callbacks(a, b *yaml.Node) []partChange {
	var out []partChange
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		where := "callback " + name
		switch {
		case was == nil:
			out = append(out, partChange{change{where, Added, brief(is), neutral}, outbound})
		case is == nil:
			out = append(out, partChange{change{where, Removed, "was " + brief(was), vanishing}, outbound})
		case text(was, "$ref") == "" || text(was, "$ref") != text(is, "$ref"):
			out = append(out, d.callback(where, resolved(d.old, was), resolved(d.new, is))...)
		}
	}
	return out
}

// callback compares two versions of one callback.
func (d *differ) callback(where string, a, b *yaml.Node) []partChange {
	if a == nil || b == nil {
		return []partChange{{change{where, Changed, brief(a) + " -> " + brief(b), undecided}, outbound}}
	}
	var out []partChange
	for _, address := range unionKeys(a, b) {
		place := where + " " + address
		itemA, itemB := callbackItem(d.old, a, address), callbackItem(d.new, b, address)
		for _, c := range d.pathItem(itemA, itemB) {
			c.where = strings.TrimSpace(place + " " + c.where)
			out = append(out, partChange{c, outbound})
		}
		out = append(out, d.sentOperations(place, address, itemA, itemB)...)
	}
	return out
}

// callbackItem is the path item of a callback for an address, or nil.
func callbackItem(root, callback *yaml.Node, address string) *yaml.Node {
	if item := lookup(callback, address); item != nil {
		return pathItem(root, item)
	}
	return nil
}

// sentOperations compares the operations of two path items of a callback.
func (d *differ) sentOperations(where, address string, a, b *yaml.Node) []partChange {
	byMethod := func(item *yaml.Node) map[string]Operation {
		out := map[string]Operation{}
		for _, method := range methodsOf(item) {
			op := newOperation(address, method, item)
			op.Method = "WEBHOOK"
			out[method.key] = op
		}
		return out
	}
	before, after := byMethod(a), byMethod(b)
	var out []partChange
	for _, method := range unionNames(before, after) {
		was, existed := before[method]
		is, exists := after[method]
		place := where + " " + method
		switch {
		case !existed:
			out = append(out, partChange{change{place, Added, summaryOf(is), neutral}, outbound})
		case !exists:
			out = append(out, partChange{change{place, Removed, "was " + summaryOf(was), vanishing}, outbound})
		default:
			for _, c := range d.operation(was, is) {
				c.where = strings.TrimSpace(place + " " + c.where)
				out = append(out, c)
			}
		}
	}
	return out
}
