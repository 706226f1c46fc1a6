package random

import (
	"fmt"
	"net/http"
	"strings"

	"tarn/server/servertest/contracts"
)

// body is a body for an operation: one of a story or one by the contract, with
// identifiers that are known, and often with something wrong in it.
func (g *Generator) body(operation contracts.Operation) string {
	var made value
	if told := g.stories.bodies[operation.ID]; len(told) > 0 && !g.chance(0.2) {
		made = g.renewed(valueOf(pick(g.rand, told), foreign), operation.Listed(), "", operation.Body)
	} else if operation.Body != nil {
		made = g.sample(operation.Listed(), "", operation.Body, 0)
	} else {
		made = edge(g.rand)
	}
	g.named(operation, made)
	if g.chance(0.45) {
		for range 1 + g.rand.IntN(3) {
			g.change(&made, operation)
		}
	}
	body := written(made)
	if g.chance(0.02) {
		body = spoil(g.rand, body)
	}
	return body
}

// named gives what is made a name that nothing has, most of the time.
func (g *Generator) named(operation contracts.Operation, made value) {
	if operation.Method != http.MethodPost || strings.HasSuffix(operation.Path, "}") {
		return
	}
	of := contracts.Singular(operation.Listed())
	for _, at := range places(&made, operation.Body, operation.Listed()) {
		kind := contracts.KindOf(at.parent, at.name)
		own := kind == of+".code" || kind == of+".external_id" || kind == "event.transaction_id" || at.name == "reference"
		if isMember(at) && own && g.chance(0.75) {
			g.made++
			*at.at = text(fmt.Sprintf("made-%d", g.made))
		}
	}
}

// change changes a place of a body.
func (g *Generator) change(made *value, operation contracts.Operation) {
	all := places(made, operation.Body, operation.Listed())
	at := pick(g.rand, all)
	around, isMember := at.within.(*object)
	switch inside, isObject := (*at.at).(*object); {
	case g.chance(0.35):
		*at.at = edge(g.rand)
	case g.chance(0.4):
		*at.at = g.sample(at.parent, at.name, at.schema, 1)
	case isMember && g.chance(0.3):
		around.members = append(around.members[:at.index:at.index], around.members[at.index+1:]...)
	case isMember && g.chance(0.2):
		around.members = append(around.members, member{at.name, edge(g.rand)})
	case isObject:
		g.extend(inside, at)
	case g.chance(0.3):
		*at.at = &list{items: []value{*at.at, *at.at}}
	default:
		*at.at = edge(g.rand)
	}
}

// extend adds a member that the contract knows, or one that it does not.
func (g *Generator) extend(inside *object, at place) {
	known := contracts.Members(at.schema)
	if len(known) == 0 || g.chance(0.15) {
		inside.members = append(inside.members, member{pick(g.rand, []string{"unknown", "", "lago_id", "Code", "code ", "é\u0000"}), edge(g.rand)})
		return
	}
	name := pick(g.rand, sorted(known))
	parent := at.name
	if parent == "" {
		parent = at.parent
	}
	inside.members = append(inside.members, member{name, g.sample(parent, name, known[name], 1)})
}
