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
	require.Zero(t, testing.AllocsPerRun(100, func() { known.strangers(value); known.mistakes(value) }))
}

// What Go would read as a member that the contract names is none, and the last of two
// members counts as a whole.
func TestNames_AreExact(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		`{"thing":{"A":"x","a":"y"}}`:                            `{"thing":{"a":"y"}}`,
		`{"thing":{"b":[{"C":1},{"c":2,"x":3}]}}`:                `{"thing":{"b":[{},{"c":2,"x":3}]}}`,
		`{"THING":{},"again":{"Thing":{},"free":{"A":1,"a":2}}}`: `{"again":{"free":{"A":1,"a":2}}}`,
		`{"map":{"A":"1","a":"2"},"either":{"D":1,"x":2}}`:       `{"map":{"A":"1","a":"2"},"either":{"x":2}}`,
		`{"whole":{"E":1,"x":[{"E":2}]}}`:                        `{"whole":{"x":[{"E":2}]}}`,
		"{\"either\":{\"\\u0044\":1}}":                           `{"either":{}}`,
		`{"thing":{"a":"x"},"thing":{"b":[]}}`:                   `{"thing":{"b":[]}}`,
		`{"free":{"a":":","b":"\":\\"},"map":{"a":"1","a":"2"}}`: `{"free":{"a":":","b":"\":\\"},"map":{"a":"2"}}`,
		`[{"a":1,"a":1.50}]`:                                     `[{"a":1.50}]`,
	} {
		value, body := namesOf(t).exact(decoded([]byte(sent)), []byte(sent))
		require.JSONEq(t, want, string(body), sent)
		require.Equal(t, decoded(body), value, sent)
	}
	require.Equal(t, fold("task"), fold("TA\u017f\u212a"), "a long s, and the sign of Kelvin")
	sent := []byte(`{"free":{"a":":","b":"\":\\"},"thing":{"x":1.50}}`)
	_, body := namesOf(t).exact(decoded(sent), sent)
	require.Equal(t, sent, body, "what is exact is left as it was written")
}
