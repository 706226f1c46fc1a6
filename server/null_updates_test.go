package server_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

// TestUpdates_TakeNull sends, to every operation that updates and for every
// member of its body that may be null, a full body with null in that place. A
// single value is gone afterwards or its default; a list or an object stays as
// it was. What else may happen stands beside the body.
func TestUpdates_TakeNull(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	doc, err := openapi.Lago()
	require.NoError(t, err)
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		names := nullWorld(t, s)
		_, elsewhere := s.NewOrganization(t, "Elsewhere")
		var swept []string
		for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
			item := doc.Paths.Value(path)
			for method, spec := range item.Operations() {
				if !updates(s, elsewhere, method, path, spec) {
					continue
				}
				if members := nullableMembers(spec); len(members) > 0 {
					swept = append(swept, spec.OperationID)
					sweepNulls(t, s, names, method, spec.OperationID, members)
				}
			}
		}
		require.ElementsMatch(t, slices.Collect(maps.Keys(nullUpdates)), swept)
	})
}

// sweepNulls tries all members of one operation.
func sweepNulls(t *testing.T, s *servertest.Server, names map[string]string, method, operation string, members map[string]*openapi3.Schema) {
	t.Helper()
	var tried []string
	t.Run(operation, func(t *testing.T) {
		for _, update := range nullUpdates[operation] {
			sweep := nullSweep{s: s, method: method, nullUpdate: update.filled(names)}
			tried = append(tried, sweep.run(t, members)...)
		}
		for member := range members {
			require.NotEqual(t, slices.Contains(tried, member), untried[member] != "", "%s is tried, or there is a reason why not", member)
		}
	})
}

// updates reports whether an operation that is written changes what is there by
// a body. Another organization's key asks, so that nothing is changed.
func updates(s *servertest.Server, key, method, path string, spec *openapi3.Operation) bool {
	if spec.RequestBody == nil || method != http.MethodPut && method != http.MethodPatch && !upserts[spec.OperationID] {
		return false
	}
	body := servertest.SampleJSON(spec.RequestBody.Value.Content.Get("application/json").Schema.Value)
	target := strings.NewReplacer("{lago_id}", "00000000-0000-0000-0000-000000000000", "{", "", "}", "").Replace(path)
	return s.DoAs(key, method, target, body).Code != http.StatusNotImplemented
}

// upserts are the creations that update what is there.
var upserts = map[string]bool{"createCustomer": true}

// nullableMembers are the members of an operation's body that may be null, by
// their paths; [] stands for the entries of a list. Content that the contract
// takes whole has none.
func nullableMembers(spec *openapi3.Operation) map[string]*openapi3.Schema {
	members := map[string]*openapi3.Schema{}
	collectNullable(spec.RequestBody.Value.Content.Get("application/json").Schema.Value, "", members, nil)
	return members
}

func collectNullable(schema *openapi3.Schema, path string, members map[string]*openapi3.Schema, above []*openapi3.Schema) {
	if slices.Contains(above, schema) {
		return // a body that may hold itself
	}
	above = append(above, schema)
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range group {
			collectNullable(part.Value, path, members, above)
		}
	}
	properties := maps.Clone(schema.Properties)
	if any := schema.AdditionalProperties.Schema; any != nil {
		properties = openapi3.Schemas{"*": any}
	}
	for name, member := range properties {
		at := strings.TrimPrefix(path+"."+name, ".")
		if member.Value.PermitsNull() {
			members[at] = member.Value
		}
		if name != "properties" && !slices.Contains(above, member.Value) {
			collectNullable(member.Value, at, members, above)
		}
	}
	if schema.Items != nil {
		collectNullable(schema.Items.Value, path+"[]", members, above)
	}
}

// nullSweep tries the members that one update has.
type nullSweep struct {
	s      *servertest.Server
	method string
	nullUpdate
}

// run sends null for each of the members and says which of them it could.
func (w nullSweep) run(t *testing.T, members map[string]*openapi3.Schema) (tried []string) {
	for _, member := range slices.Sorted(maps.Keys(members)) {
		nulled := w.decoded(t)
		if untried[member] != "" || !setNull(nulled, strings.Split(member, ".")) {
			continue
		}
		t.Run(member, func(t *testing.T) {
			answer := w.send(t, w.decoded(t)).Status(t, http.StatusOK)
			outcome, differs := w.otherwise[member]
			if outcome.code != "" {
				require.Contains(t, string(w.send(t, nulled).Status(t, outcome.status).Body), outcome.code)
				return
			}
			before := valueAt(w.shown(t, answer), w.shownAt(member))
			require.NotNil(t, before, "nobody could see what null does: %s", answer.Body)
			answer = w.send(t, nulled)
			after := valueAt(w.shown(t, answer.Status(t, http.StatusOK)), w.shownAt(member))
			switch {
			case differs && outcome == anew:
				require.NotEmpty(t, after)
				require.NotEqual(t, before, after)
			case differs:
				require.Equal(t, outcome.wanted(before), after)
			case structured(members[member]):
				require.Equal(t, before, after, "null says nothing of a list or an object")
			case after != nil:
				require.NotEqual(t, before, after, "null changes nothing")
				require.Equal(t, members[member].Default, after, "null is the default")
			}
		})
		tried = append(tried, member)
	}
	return tried
}

// structured reports whether a schema describes objects or lists.
func structured(schema *openapi3.Schema) bool {
	return schema.Type.Includes(openapi3.TypeObject) || schema.Type.Includes(openapi3.TypeArray)
}

func (w nullSweep) decoded(t *testing.T) any {
	t.Helper()
	var body any
	require.NoError(t, json.Unmarshal([]byte(w.body), &body), w.body)
	return body
}

func (w nullSweep) send(t *testing.T, body any) *servertest.Response {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return w.s.Do(w.method, w.path, string(text))
}

// shown is the object after an update.
func (w nullSweep) shown(t *testing.T, answer *servertest.Response) any {
	t.Helper()
	if w.read != "" {
		answer = w.s.Get(w.read).Status(t, http.StatusOK)
	}
	var object any
	answer.Decode(t, &object)
	return object
}

// shownAt is where an answer shows a member of the body.
func (w nullSweep) shownAt(member string) string {
	if at := w.at[member]; at != "" {
		return at
	}
	if at, moved := strings.CutPrefix(member, w.from); moved {
		member = w.to + at
	}
	for sent, shown := range shownAs {
		if before, is := strings.CutSuffix(member, "."+sent); is {
			return before + "." + shown
		}
	}
	return member
}

// shownAs are the names of what is shown of members that are sent by another.
var shownAs = map[string]string{
	"tax_codes": "taxes[].code", "billable_metric_id": "lago_billable_metric_id", "add_on_id": "lago_add_on_id",
	"billable_metric_code": "billable_metric.code", "billing_entity_id": "billing_entity_code",
}

// setNull puts null into a place of a body; false where the body has no such
// place.
func setNull(value any, path []string) bool {
	name, isList := strings.CutSuffix(path[0], "[]")
	object, isObject := value.(map[string]any)
	if !isObject {
		return false
	}
	if name == "*" {
		name = slices.Collect(maps.Keys(object))[0]
	}
	next, there := object[name]
	switch {
	case !there:
		return false
	case len(path) == 1:
		object[name] = nil
		return true
	case isList:
		entries, _ := next.([]any)
		return len(entries) > 0 && setNull(entries[0], path[1:])
	}
	return setNull(next, path[1:])
}

// valueAt is the value in a place of an answer; nil where there is none. Of a list
// it is that of the first entry.
func valueAt(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		name, isList := strings.CutSuffix(name, "[]")
		object, _ := value.(map[string]any)
		if name == "*" && len(object) > 0 {
			name = slices.Collect(maps.Keys(object))[0]
		}
		value = object[name]
		if isList {
			entries, _ := value.([]any)
			if len(entries) == 0 {
				return nil
			}
			value = entries[0]
		}
	}
	return value
}
