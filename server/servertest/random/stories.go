package random

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/server/servertest"
	"tarn/server/servertest/contracts"
)

// stories are what scenarios know of requests that succeed: their bodies by operation,
// and values by the names of members.
type stories struct {
	all    []servertest.Scenario
	bodies map[string][]any
	values map[string][]value
}

// read takes the scenarios of a folder apart.
func read(t testing.TB, folder string, operations []contracts.Operation) *stories {
	t.Helper()
	told := servertest.Scenarios(t, folder)
	all := &stories{bodies: map[string][]any{}, values: map[string][]value{}}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		scenario := told[name]
		all.all = append(all.all, scenario)
		for _, step := range scenario.Steps {
			method, path, _ := strings.Cut(step.Do, " ")
			operation, known := contracts.Find(operations, method, base(path))
			if !known || step.Body == nil || step.Status >= 300 {
				continue
			}
			all.bodies[operation.ID] = append(all.bodies[operation.ID], step.Body)
			all.addValues(step.Body, operation)
		}
	}
	return all
}

// base is the whole path of a step.
func base(path string) string {
	if strings.HasPrefix(path, "/admin/") {
		return path
	}
	return "/api/v1" + path
}

// addValues notes lists and objects by the names of the members that hold them.
func (s *stories) addValues(body any, operation contracts.Operation) {
	root := valueOf(body, foreign)
	for _, at := range places(&root, operation.Body, operation.Listed()) {
		if _, isRaw := (*at.at).(raw); !isRaw && at.name != "" && at.parent != operation.Listed() && isMember(at) {
			s.values[at.name] = append(s.values[at.name], *at.at)
		}
	}
}

// isMember reports whether a place is a member of an object.
func isMember(at place) bool {
	_, is := at.within.(*object)
	return is
}

// foreign is a text of a story as another one can use it: what was saved means nobody,
// and addresses lead to the receiver.
func foreign(text string) string {
	switch {
	case strings.Contains(text, "${"):
		return nobody
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		return receiver + "/200"
	}
	return text
}

// renewed lets the identifiers of a value be such as are known, most of the time.
func (g *Generator) renewed(v value, parent, name string, schema *openapi3.Schema) value {
	all := inner([]place{{at: &v, name: name, parent: parent, schema: schema}}, v, name, parent, schema)
	for _, at := range all {
		content, isRaw := (*at.at).(raw)
		if !isRaw || !strings.HasPrefix(string(content), `"`) {
			continue
		}
		kind := contracts.KindOf(at.parent, at.name)
		if kind == "" {
			continue
		}
		if !strings.Contains(string(content), nobody) && g.chance(0.3) {
			continue
		}
		if found, known := g.known(kind); known {
			*at.at = text(found)
		}
	}
	return v
}
