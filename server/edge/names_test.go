package edge

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// namedSchema has objects that name all their members and some that do not.
const namedSchema = `{"type":"object","properties":{
	"thing":{"type":"object","allOf":[{"properties":{"a":{"type":"string"}}},{"required":["b"],"properties":{"b":{"type":"array","items":{"type":"object","properties":{"c":{}}}}}}]},
	"free":{"type":"object"},
	"map":{"type":"object","additionalProperties":{"type":"string"}},
	"either":{"anyOf":[{"properties":{"d":{}}},{}]},
	"whole":{"type":"object","x-tarn-whole":true,"properties":{"e":{}}}}}`

func namesOf(t *testing.T) *names {
	t.Helper()
	var schema openapi3.Schema
	require.NoError(t, json.Unmarshal([]byte(namedSchema), &schema))
	schema.Properties["again"] = &openapi3.SchemaRef{Value: &schema}
	return namesIn(&schema, map[*openapi3.Schema]*names{})
}

func TestNames_FindStrangersAtAnyDepth(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string][]stranger{
		`{"thing":{"a":"","b":[{"c":1}]},"free":{"x":1},"map":{"x":1},"either":{"x":1},"whole":{"x":1}}`: nil,
		`{"x":1}`:                             {{name: "x", known: []string{"again", "either", "free", "map", "thing", "whole"}}},
		`{"thing":{"x":1}}`:                   {{path: "thing.", name: "x", known: []string{"a", "b"}}},
		`{"thing":{"b":[{},{"x":1}]}}`:        {{path: "thing.b.1.", name: "x", known: []string{"c"}}},
		`{"again":{"thing":{"b":[{"x":1}]}}}`: {{path: "again.thing.b.0.", name: "x", known: []string{"c"}}},
		`{"thing":[{"x":1}],"free":5}`:        nil,
		`[{"x":1}]`:                           nil,
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(sent), &value))
		require.Equal(t, want, namesOf(t).strangers(value), sent)
	}
}

// A body with known names only costs no memory.
func TestNames_CostNothingWhereAllAreKnown(t *testing.T) { //nolint:paralleltest // allocations are those of the process
	var value any
	require.NoError(t, json.Unmarshal([]byte(`{"thing":{"a":"","b":[{"c":1},{"c":2}]},"free":{"x":1},"again":{"thing":{}}}`), &value))
	known := namesOf(t)
	require.Zero(t, testing.AllocsPerRun(100, func() { known.strangers(value) }))
}
