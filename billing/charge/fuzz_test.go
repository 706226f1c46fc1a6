package charge_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"tarn/billing/charge"
)

// FuzzValidate looks for an object that breaks the rules themselves: one that
// panics, gets an unknown code, or is judged otherwise once it was stored.
func FuzzValidate(f *testing.F) {
	for i, model := range charge.Models() {
		f.Add(byte(i), byte(i), []byte(defaults()[model]))
		for _, name := range names() {
			f.Add(byte(i), byte(0), fmt.Appendf(nil, `{%q:[null,{%q:"1e2","options":{}},"",1e400]}`, name, name))
		}
	}
	f.Add(byte(1), byte(3), []byte(ranges("graduated", "0-10 10-20 21-null")))
	f.Add(byte(4), byte(5), []byte(ranges("volume", "0-10 11-20 22-null")))
	f.Add(byte(6), byte(7), []byte(`{"custom_properties":"{\"a\":[null,{\"b\":1.50}]}"}`))
	f.Add(byte(0), byte(8), []byte(`{"amount":"1e-64","presentation_group_keys":[{"value":"a","options":{"display_in_invoice":true}}]}`))

	f.Fuzz(func(t *testing.T, model, circumstances byte, sent []byte) {
		var object map[string]json.RawMessage
		if json.Unmarshal(sent, &object) != nil {
			return
		}
		models := append(charge.Models(), "tiered")
		aggregations := append(aggregations(), "")
		requireConsistent(t, models[int(model)%len(models)], string(sent), charge.Context{
			Aggregation: aggregations[int(circumstances>>2)%len(aggregations)],
			Premium:     circumstances&1 != 0,
			Filter:      circumstances&2 != 0,
		})
	})
}
