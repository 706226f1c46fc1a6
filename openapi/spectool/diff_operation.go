package spectool

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// operation lists the differences between two versions of one operation. Only
// what the operation itself says is compared: a component that both versions
// refer to is compared once, on its own.
func (d *differ) operation(a, b Operation) []partChange {
	var out []partChange
	plain := func(list ...change) {
		for _, c := range list {
			out = append(out, partChange{c, inbound | outbound})
		}
	}
	for _, key := range []string{"operationId", "tags", "deprecated", "security", "servers", "callbacks"} {
		was, is := lookup(a.node, key), lookup(b.node, key)
		if equalNodes(was, is) || was == nil && is == nil {
			continue
		}
		c := valueChange("", key, was, is)
		if key != "security" {
			c.effect = neutral
		}
		plain(c)
	}
	plain(unknownKeys("", kindOperation, a.node, b.node)...)
	body := inbound
	if a.IsWebhook() {
		body = outbound
	}
	for _, c := range d.parameters(d.parametersOf(d.old, a), d.parametersOf(d.new, b)) {
		out = append(out, partChange{c, body})
	}
	for _, c := range d.content("body", lookup(a.node, "requestBody"), lookup(b.node, "requestBody")) {
		out = append(out, partChange{c, body})
	}
	for _, c := range d.responses(lookup(a.node, "responses"), lookup(b.node, "responses")) {
		out = append(out, partChange{c, inbound + outbound - body})
	}
	return out
}

// partChange is a change with the way its values travel.
type partChange struct {
	change
	direction direction
}

// breaking reports whether the change can break a client: a value that it sends
// no longer fits, or one that it gets no longer fits what it was promised.
func (c partChange) breaking() bool {
	return c.direction&inbound != 0 && c.effect&narrowing != 0 ||
		c.direction&outbound != 0 && c.effect&(widening|vanishing) != 0
}

// parametersOf gives an operation's parameters by place and name, those of its
// path included. The value is the parameter or the reference to it.
func (d *differ) parametersOf(root *yaml.Node, op Operation) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, list := range []*yaml.Node{lookup(op.item, "parameters"), lookup(op.node, "parameters")} {
		if list == nil {
			continue
		}
		for _, parameter := range list.Content {
			if target := d.target(root, parameter); target != nil {
				out[text(target, "in")+" "+text(target, "name")] = parameter
			}
		}
	}
	return out
}

// parameters compares two sets of parameters.
func (d *differ) parameters(a, b map[string]*yaml.Node) []change {
	var out []change
	for _, name := range unionNames(a, b) {
		was, is := a[name], b[name]
		switch {
		case was == nil:
			c := change{name, Added, d.describeParameter(is), neutral}
			if text(d.target(d.new, is), "required") == "true" {
				c.effect = narrowing
			}
			out = append(out, c)
		case is == nil:
			out = append(out, change{name, Removed, "parameter no longer known", narrowing})
		case text(was, "$ref") == "" || text(was, "$ref") != text(is, "$ref"):
			out = append(out, d.parameter(name, d.target(d.old, was), d.target(d.new, is))...)
		}
	}
	return out
}

// describeParameter gives a new parameter in a few words.
func (d *differ) describeParameter(n *yaml.Node) string {
	target := d.target(d.new, n)
	words := "optional parameter: "
	if text(target, "required") == "true" {
		words = "required parameter: "
	}
	return words + brief(lookup(target, "schema"))
}

// parameter compares two resolved parameters or headers.
func (d *differ) parameter(where string, a, b *yaml.Node) []change {
	var out []change
	for _, f := range fieldsOf(kindParameter) {
		was, is := lookup(a, f.key), lookup(b, f.key)
		switch {
		case f.form == formProse || equalNodes(was, is):
		case f.key == "schema":
			out = append(out, d.schema(where, was, is)...)
		case f.key == "content":
			out = append(out, d.content(where, a, b)...)
		case f.key == "required" && isTrue(was) == isTrue(is):
		case f.key == "required" && isTrue(was):
			out = append(out, change{where, Changed, "no longer required", widening})
		case f.key == "required":
			out = append(out, change{where, Changed, "now required", narrowing})
		default:
			out = append(out, valueChange(where, f.key, was, is))
		}
	}
	return append(out, unknownKeys(where, kindParameter, a, b)...)
}

// isTrue reports whether n is the scalar true.
func isTrue(n *yaml.Node) bool { return n != nil && n.Value == "true" }

// content compares two request bodies or responses: whether they are required,
// their media types and the schemas of these, their headers and links.
func (d *differ) content(where string, a, b *yaml.Node) []change {
	if a != nil && text(a, "$ref") == text(b, "$ref") && text(a, "$ref") != "" {
		return nil
	}
	switch {
	case a == nil && b == nil:
		return nil
	case a == nil:
		c := change{where, Added, "now has content: " + brief(b), neutral}
		if isTrue(lookup(d.target(d.new, b), "required")) {
			c.effect = narrowing
		}
		return []change{c}
	case b == nil:
		return []change{{where, Removed, "no longer has content", vanishing}}
	}
	a, b = d.target(d.old, a), d.target(d.new, b)
	var out []change
	if isTrue(lookup(a, "required")) != isTrue(lookup(b, "required")) {
		c := change{where, Changed, "now required", narrowing}
		if isTrue(lookup(a, "required")) {
			c = change{where, Changed, "no longer required", widening}
		}
		out = append(out, c)
	}
	for _, media := range unionKeys(lookup(a, "content"), lookup(b, "content")) {
		was, is := lookup(a, "content", media), lookup(b, "content", media)
		place := where
		if media != "application/json" {
			place += " (" + media + ")"
		}
		switch {
		case was == nil:
			out = append(out, change{place, Added, "media type " + media, neutral})
		case is == nil:
			out = append(out, change{place, Removed, "media type " + media, narrowing | vanishing})
		default:
			out = append(out, d.schema(place, lookup(was, "schema"), lookup(is, "schema"))...)
			out = append(out, otherKeys(place, kindMediaType, was, is, "schema")...)
		}
	}
	return append(out, d.headers(where, lookup(a, "headers"), lookup(b, "headers"))...)
}

// headers compares the headers of two responses.
func (d *differ) headers(where string, a, b *yaml.Node) []change {
	var out []change
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		place := where + " header " + name
		switch {
		case was == nil:
			out = append(out, change{place, Added, brief(is), neutral})
		case is == nil:
			out = append(out, change{place, Removed, "was " + brief(was), vanishing})
		case text(was, "$ref") == "" || text(was, "$ref") != text(is, "$ref"):
			out = append(out, d.parameter(place, d.target(d.old, was), d.target(d.new, is))...)
		}
	}
	return out
}

// responses compares two sets of responses by their status.
func (d *differ) responses(a, b *yaml.Node) []change {
	var out []change
	for _, status := range unionKeys(a, b) {
		was, is := lookup(a, status), lookup(b, status)
		switch {
		case was == nil:
			out = append(out, change{status, Added, "new status: " + brief(is), neutral})
		case is == nil:
			c := change{status, Removed, "status no longer described", neutral}
			if strings.HasPrefix(status, "2") {
				c.effect = vanishing
			}
			out = append(out, c)
		default:
			out = append(out, d.content(status, was, is)...)
		}
	}
	return out
}
