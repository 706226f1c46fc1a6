package spectool

import (
	"cmp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// operation lists the differences between two versions of one operation. Only
// what the operation itself says is compared: a component that both versions
// refer to is compared once, on its own.
func (d *differ) operation(a, b Operation) []partChange {
	body := inbound
	if a.IsWebhook() {
		body = outbound
	}
	var out []partChange
	travelling := func(way direction, list ...change) {
		for _, c := range list {
			out = append(out, partChange{c, way})
		}
	}
	for _, key := range []string{"operationId", "tags", "deprecated", "security", "servers"} {
		was, is := lookup(a.node, key), lookup(b.node, key)
		if equalNodes(was, is) {
			continue
		}
		does := neutral
		if key == "security" {
			does = securityEffect(securityOf(d.old, a), securityOf(d.new, b))
		}
		travelling(inbound|outbound, valueChange("", key, was, is, does))
	}
	travelling(inbound|outbound, unknownKeys("", kindOperation, a.node, b.node)...)
	before := d.parametersOf(d.old, a)
	if samePlace(a, b) {
		before = renamed(before, a.Path, b.Path)
	}
	travelling(body, d.parameters(before, d.parametersOf(d.new, b))...)
	travelling(body, d.content("body", kindRequestBody, lookup(a.node, "requestBody"), lookup(b.node, "requestBody"))...)
	travelling(inbound+outbound-body, d.responses(lookup(a.node, "responses"), lookup(b.node, "responses"))...)
	return append(out, d.callbacks(lookup(a.node, "callbacks"), lookup(b.node, "callbacks"))...)
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
// path included. The value is the parameter or the reference to it; one that
// leads nowhere is its own name. One that a list has twice is counted.
func (d *differ) parametersOf(root *yaml.Node, op Operation) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, list := range []*yaml.Node{lookup(op.item, "parameters"), lookup(op.node, "parameters")} {
		if list == nil {
			continue
		}
		count := map[string]int{}
		for _, parameter := range list.Content {
			name := "parameter " + text(parameter, "$ref")
			if target := resolved(root, parameter); target != nil {
				name = text(target, "in") + " " + text(target, "name")
			}
			if count[name]++; count[name] > 1 {
				name += " (" + strconv.Itoa(count[name]) + ")"
			}
			out[name] = parameter
		}
	}
	return out
}

// renamed gives the parameters in a path's template the names that another
// version of it has for them.
func renamed(parameters map[string]*yaml.Node, before, after string) map[string]*yaml.Node {
	names := map[string]string{}
	now := pathParameter.FindAllString(after, -1)
	for i, was := range pathParameter.FindAllString(before, -1) {
		names["path "+strings.Trim(was, "{}")] = "path " + strings.Trim(now[i], "{}")
	}
	out := map[string]*yaml.Node{}
	for name, parameter := range parameters {
		if other, known := names[name]; known {
			name = other
		}
		out[name] = parameter
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
			if target := resolved(d.new, is); target == nil || isTrue(lookup(target, "required")) {
				c.effect = narrowing
			}
			out = append(out, c)
		case is == nil:
			out = append(out, change{name, Removed, "parameter no longer known", narrowing | vanishing})
		default:
			out = append(out, d.referred(name, was, is, d.parameter)...)
		}
	}
	return out
}

// referred compares two objects of which each can be a reference to a shared
// one. What both refer to is compared on its own; what stands beside a reference
// is ignored by all readers, so it is only named.
func (d *differ) referred(where string, a, b *yaml.Node, compare func(where string, a, b *yaml.Node) []change) []change {
	beside := func(n *yaml.Node) *yaml.Node {
		if text(n, "$ref") == "" {
			return nil
		}
		return n
	}
	out := keysExcept(where, beside(a), beside(b), []string{"$ref", "summary", "description"}, neutral)
	if ref := text(a, "$ref"); ref != "" && ref == text(b, "$ref") {
		return out
	}
	was, is := resolved(d.old, a), resolved(d.new, b)
	if was == nil || is == nil {
		return append(out, change{where, Changed, brief(a) + " -> " + brief(b), undecided})
	}
	return append(out, compare(where, was, is)...)
}

// describeParameter gives a new parameter in a few words.
func (d *differ) describeParameter(n *yaml.Node) string {
	target := resolved(d.new, n)
	if target == nil {
		return brief(n)
	}
	words := "optional parameter: "
	if isTrue(lookup(target, "required")) {
		words = "required parameter: "
	}
	return words + brief(lookup(target, "schema"))
}

// parameter compares two parameters or headers.
func (d *differ) parameter(where string, a, b *yaml.Node) []change {
	var out []change
	for _, f := range fieldsOf(kindParameter) {
		was, is := lookup(a, f.key), lookup(b, f.key)
		switch {
		case f.form == formProse || equalNodes(was, is):
		case f.key == "schema" && (lookup(a, "content") == nil) == (lookup(b, "content") == nil):
			out = append(out, d.schema(where, was, is)...)
		case f.key == "schema":
			out = append(out, valueChange(where, "schema or content", written(a), written(b), undecided))
		case f.key == "content" && was != nil && is != nil:
			out = append(out, d.mediaTypes(where, was, is)...)
		case f.key == "content" && (lookup(a, "schema") == nil) == (lookup(b, "schema") == nil):
			out = append(out, valueChange(where, f.key, was, is, undecided))
		case f.key == "content": // told with the schema
		case f.key == "required":
			out = append(out, requirement(where, was, is)...)
		default:
			out = append(out, valueChange(where, f.key, was, is, parameterEffect(f.key, a, b)))
		}
	}
	return append(out, unknownKeys(where, kindParameter, a, b)...)
}

// written is what says how a parameter's values are written.
func written(n *yaml.Node) *yaml.Node {
	if content := lookup(n, "content"); content != nil {
		return content
	}
	return lookup(n, "schema")
}

// parameterEffect says what a key of a parameter does that is neither its schema
// nor its content. What decides how values are written must stay; to say what
// holds anyway changes nothing.
func parameterEffect(key string, a, b *yaml.Node) effect {
	style := func(n *yaml.Node) string {
		return cmp.Or(text(n, "style"), map[string]string{"query": "form", "cookie": "form"}[text(n, "in")], "simple")
	}
	explode := func(n *yaml.Node) bool {
		if own := lookup(n, "explode"); own != nil {
			return isTrue(own)
		}
		return style(n) == "form"
	}
	same := false
	switch key {
	case "deprecated":
		same = true
	case "name": // in a path it is a matter of the template alone
		same = text(a, "in") == "path" && text(b, "in") == "path"
	case "style":
		same = style(a) == style(b)
	case "explode":
		same = explode(a) == explode(b)
	case "allowReserved":
		same = isTrue(lookup(a, key)) == isTrue(lookup(b, key))
	case "allowEmptyValue":
		return flagEffect(lookup(a, key), lookup(b, key), widening, narrowing)
	}
	if same {
		return neutral
	}
	return undecided
}

// requirement compares whether something must be there.
func requirement(where string, a, b *yaml.Node) []change {
	switch {
	case isTrue(a) == isTrue(b):
		return nil
	case isTrue(a):
		return []change{{where, Changed, "no longer required", widening}}
	default:
		return []change{{where, Changed, "now required", narrowing}}
	}
}

// isTrue reports whether n is the scalar true.
func isTrue(n *yaml.Node) bool { return n != nil && n.Value == "true" }
