package edge

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"tarn/fault"
)

// lenientSchema has a member of every sort that leniency knows.
const lenientSchema = `{"type":"object","required":["thing"],"properties":{"thing":{"type":"object","required":["name"],"properties":{
	"name":{"type":"string"},
	"word":{"type":"string"},
	"count":{"type":"integer"},
	"rate":{"type":["number","null"]},
	"flag":{"type":"boolean"},
	"maybe":{"type":["boolean","null"]},
	"at":{"type":["string","null"],"format":"date-time"},
	"day":{"type":"string","format":"date-time"},
	"kept":{"type":"boolean","x-tarn-code":{"null":["value_is_reserved"]}},
	"list":{"type":"array","items":{"type":"object","properties":{"n":{"type":"integer"}}}},
	"part":{"type":"object","properties":{"n":{"type":"integer"}}},
	"properties":{"type":"object","x-tarn-whole":true,"properties":{"amount":{"type":"string"}}}}}}}`

func lenientOperation(t *testing.T, method string) *operation {
	t.Helper()
	var schema openapi3.Schema
	require.NoError(t, json.Unmarshal([]byte(lenientSchema), &schema))
	return &operation{ID: "x", method: method, body: &schema, root: "thing", roots: []string{"thing"}, names: namesIn(&schema, map[*openapi3.Schema]*names{})}
}

// What only Lago's own server takes is taken on the wire and refused by the
// document.
func TestLeniency_OfTheWire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sent, read string }{
		"number for a text":           {`{"word":12.50}`, `{"word":"12.50"}`},
		"boolean for a text":          {`{"word":true}`, `{"word":"true"}`},
		"text for a whole number":     {`{"count":"100"}`, `{"count":100}`},
		"text with a fraction":        {`{"count":"10.9"}`, `{"count":10}`},
		"fraction for a whole number": {`{"count":10.9}`, `{"count":10}`},
		"text for a number":           {`{"rate":"1.5"}`, `{"rate":1.5}`},
		"text for a boolean":          {`{"flag":"on"}`, `{"flag":true}`},
		"number for a boolean":        {`{"flag":0}`, `{"flag":false}`},
		"empty text for a boolean":    {`{"maybe":""}`, `{"maybe":null}`},
		"empty text for a must":       {`{"flag":""}`, `{}`},
		"list for a text":             {`{"word":[1]}`, `{}`},
		"object for a number":         {`{"count":{}}`, `{}`},
		"text for a list":             {`{"list":"a"}`, `{}`},
		"number for an object":        {`{"part":1}`, `{}`},
		"inside a list":               {`{"list":[{"n":"1"},5]}`, `{"list":[{"n":1}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := lenientOperation(t, http.MethodPut)
			body := named(t, c.sent)
			read, err := op.checkBody(body, true)
			require.NoError(t, err)
			require.JSONEq(t, string(named(t, c.read)), string(read))
			_, err = op.checkBody(body, false)
			require.Error(t, err)
		})
	}
}

// Texts that are no numbers stay refused, and so do the amounts of charges.
func TestLeniency_Ends(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{
		`{"count":"many"}`, `{"count":"null"}`, `{"count":"\"1\""}`, `{"flag":"yes please"}`, `{"properties":{"amount":1}}`, `{"day":""}`,
	} {
		_, err := lenientOperation(t, http.MethodPut).checkBody(named(t, sent), true)
		_, isFault := fault.As(err)
		require.True(t, isFault, sent)
	}
}

// Null for an optional member of something new is its default, unless null is
// reserved; an update means null.
func TestLeniency_OfNull(t *testing.T) {
	t.Parallel()
	for _, asWire := range []bool{false, true} {
		create, update := lenientOperation(t, http.MethodPost), lenientOperation(t, http.MethodPut)
		read, err := create.checkBody(named(t, `{"flag":null,"count":null,"list":[{"n":null}]}`), asWire)
		require.NoError(t, err)
		require.JSONEq(t, string(named(t, `{"list":[{}]}`)), string(read))
		_, err = update.checkBody(named(t, `{"flag":null}`), asWire)
		require.Error(t, err)
		_, err = create.checkBody(named(t, `{"kept":null}`), asWire)
		require.Error(t, err)
		_, err = create.checkBody([]byte(`{"thing":{"name":null,"word":"w"}}`), asWire)
		refusal, _ := fault.As(err)
		require.Equal(t, fault.Details{"name": []string{fault.CodeMandatory}}, refusal.Details)

		read, err = update.checkBody(named(t, `{"at":""}`), asWire)
		require.NoError(t, err)
		require.JSONEq(t, string(named(t, `{"at":null}`)), string(read))
	}
}

// named is a body of a thing with a name beside the given members.
func named(t *testing.T, members string) []byte {
	t.Helper()
	var raw map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(members), &raw))
	raw["name"] = json.RawMessage(`"n"`)
	body, err := json.Marshal(map[string]any{"thing": raw})
	require.NoError(t, err)
	return body
}
