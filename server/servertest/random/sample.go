package random

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/server/servertest/contracts"
)

// sample makes a value that a schema accepts, most of the time. The names are those of
// the member and of what is around it.
func (g *Generator) sample(parent, name string, schema *openapi3.Schema, depth int) value {
	if told := g.stories.values[name]; len(told) > 0 && g.chance(0.5) && (depth > 0 || name != "") {
		return g.renewed(copied(pick(g.rand, told)), parent, name, schema)
	}
	if schema == nil {
		return edge(g.rand)
	}
	if kind := contracts.KindOf(parent, name); kind != "" && !isContainer(schema) {
		if found, known := g.known(kind); known {
			return text(found)
		}
	}
	switch {
	case len(schema.Enum) > 0:
		return enumerated(pick(g.rand, schema.Enum))
	case schema.Type.Includes(openapi3.TypeObject) || len(schema.Properties) > 0 || len(schema.AllOf) > 0:
		return g.sampleObject(parent, name, schema, depth)
	case schema.Type.Includes(openapi3.TypeArray):
		return g.sampleList(parent, name, schema, depth)
	case len(schema.AnyOf) > 0:
		return g.sample(parent, name, pick(g.rand, schema.AnyOf).Value, depth+1)
	case len(schema.OneOf) > 0:
		return g.sample(parent, name, pick(g.rand, schema.OneOf).Value, depth+1)
	case schema.Type.Includes(openapi3.TypeBoolean):
		return raw(strconv.FormatBool(g.chance(0.5)))
	case schema.Type.Includes(openapi3.TypeInteger), schema.Type.Includes(openapi3.TypeNumber):
		return raw(g.number())
	}
	return text(g.text(name, schema))
}

// isContainer reports whether a schema is of objects or lists.
func isContainer(schema *openapi3.Schema) bool {
	return schema.Type.Includes(openapi3.TypeObject) || schema.Type.Includes(openapi3.TypeArray)
}

func enumerated(one any) value { return valueOf(one, func(text string) string { return text }) }

// deepest bounds how deep schemas that contain themselves are followed.
const deepest = 7

func (g *Generator) sampleObject(parent, name string, schema *openapi3.Schema, depth int) value {
	all := &object{}
	if depth > deepest {
		return all
	}
	if name != "" {
		parent = name
	}
	members := contracts.Members(schema)
	must := required(schema)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if must[name] || depth == 0 || g.chance(0.35) {
			all.members = append(all.members, member{name, g.sample(parent, name, members[name], depth+1)})
		}
	}
	if _, values := contracts.Items(schema); values != nil && len(members) == 0 {
		for range g.rand.IntN(3) {
			key := pick(g.rand, []string{"a", "b", "region", "count"})
			if found, known := g.known(keyKinds[name]); known {
				key = found
			}
			all.members = append(all.members, member{key, g.sample(parent, "", values, depth+1)})
		}
	}
	return all
}

// keyKinds are what the names of members identify in objects whose members have names of
// their own.
var keyKinds = map[string]string{"entitlements": "feature.code"}

// required are the members that an object of a schema must have.
func required(schema *openapi3.Schema) map[string]bool {
	must := map[string]bool{}
	for _, name := range schema.Required {
		must[name] = true
	}
	for _, part := range schema.AllOf {
		maps.Copy(must, required(part.Value))
	}
	return must
}

func (g *Generator) sampleList(parent, name string, schema *openapi3.Schema, depth int) value {
	all := &list{}
	if depth > deepest || schema.Items == nil {
		return all
	}
	for range 1 + g.rand.IntN(2) {
		all.items = append(all.items, g.sample(parent, name, schema.Items.Value, depth+1))
	}
	return all
}

// number is a number as clients would send.
func (g *Generator) number() string {
	return pick(g.rand, []string{"0", "1", "2", "3", "5", "10", "100", "250", "1000", "4900", "100000"})
}

// text is a text that fits a member, by its name and format.
func (g *Generator) text(name string, schema *openapi3.Schema) string {
	switch {
	case schema.Format == "uuid":
		return nobody
	case schema.Format == "date-time" || strings.HasSuffix(name, "_at") || strings.HasPrefix(name, "timestamp"):
		return g.instant().Format(time.RFC3339)
	case schema.Format == "date" || strings.HasSuffix(name, "_date"):
		return g.instant().Format(time.DateOnly)
	case schema.Format == "uri" || strings.HasSuffix(name, "url"):
		return receiver + "/" + pick(g.rand, []string{"200", "500"})
	case strings.Contains(name, "email"):
		return pick(g.rand, []string{"a@example.com", "b@example.com,c@example.com"})
	case strings.HasSuffix(name, "amount") || strings.HasSuffix(name, "rate") || strings.HasSuffix(name, "credits") || schema.Pattern != "":
		return pick(g.rand, []string{"0", "1", "0.5", "10", "12.345", "100", "2500.00"})
	case name == "code" || name == "external_id" || name == "transaction_id" || name == "reference":
		g.made++
		return fmt.Sprintf("made-%d", g.made)
	}
	return pick(g.rand, []string{"Name", "something", "10", "France", "a-b_c", "Ünï"})
}

// instant is one near the organization's clock.
func (g *Generator) instant() time.Time {
	days := pick(g.rand, []int{-400, -40, -31, -10, -1, 0, 0, 0, 1, 2, 14, 30, 31, 45, 365})
	at := g.now.AddDate(0, 0, days)
	if g.chance(0.3) {
		at = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return at.Add(time.Duration(g.rand.IntN(3)) * time.Hour)
}
