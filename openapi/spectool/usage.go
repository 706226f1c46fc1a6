package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// direction says which way a value travels: a request reaches the server, an
// answer or a webhook leaves it. A component can travel both ways.
type direction int

const (
	inbound  direction = 1 << iota // parameters and bodies of requests
	outbound                       // answers and webhooks
)

// user is an operation that reaches a component, with the directions in which
// it does.
type user struct {
	operation Operation
	direction direction
}

// usage maps a component's reference to the operations that reach it, directly
// or through other components.
type usage map[string][]user

// usageOf works out who uses which component of the document.
func usageOf(root *yaml.Node) usage {
	out := usage{}
	for _, op := range operations(root) {
		reached := map[string]direction{}
		for _, part := range parts(op) {
			reach(root, part.node, part.direction, reached)
		}
		for ref, dir := range reached {
			out[ref] = append(out[ref], user{operation: op, direction: dir})
		}
	}
	return out
}

// part is a piece of an operation that travels in one direction.
type part struct {
	node      *yaml.Node
	direction direction
}

// parts cuts an operation into its inbound and outbound pieces. What a webhook
// calls its request is what the server sends.
func parts(op Operation) []part {
	body := inbound
	if op.IsWebhook() {
		body = outbound
	}
	return []part{
		{lookup(op.item, "parameters"), body},
		{lookup(op.node, "parameters"), body},
		{lookup(op.node, "requestBody"), body},
		{lookup(op.node, "responses"), inbound + outbound - body},
	}
}

// reach adds every component below n to reached.
func reach(root, n *yaml.Node, dir direction, reached map[string]direction) {
	if n == nil {
		return
	}
	if ref := text(n, "$ref"); ref != "" && reached[ref]&dir == 0 {
		reached[ref] |= dir
		reach(root, resolve(root, ref), dir, reached)
	}
	for _, child := range n.Content {
		reach(root, child, dir, reached)
	}
}

// merge adds to u the users of the same components in another version.
func (u usage) merge(other usage) {
	for ref, users := range other {
		for _, candidate := range users {
			same := func(known user) bool { return known.operation.same(candidate.operation) }
			if i := slices.IndexFunc(u[ref], same); i >= 0 {
				u[ref][i].direction |= candidate.direction
			} else {
				u[ref] = append(u[ref], candidate)
			}
		}
	}
}

// resolve finds what a local reference such as "#/components/schemas/Tax"
// points to, or nil.
func resolve(root *yaml.Node, ref string) *yaml.Node {
	path, local := strings.CutPrefix(ref, "#/")
	if !local {
		return nil
	}
	n := root
	for _, step := range strings.Split(path, "/") {
		n = lookup(n, pointerKey(step))
	}
	return n
}

// refName is the last step of a reference.
func refName(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }
