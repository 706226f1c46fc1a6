package charge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, a, b string
		equal      bool
	}{
		{"nothing", `{}`, `null`, true},
		{"the same amount", `{"amount":"1.0"}`, `{"amount":"1.00"}`, true},
		{"the same amount in another form", `{"amount":"100"}`, `{"amount":"1e2"}`, true},
		{"another amount", `{"amount":"1.0"}`, `{"amount":"1.01"}`, false},
		{"texts that are no amounts", `{"amount":"x"}`, `{"amount":"y"}`, false},
		{"an amount and no amount", `{"amount":"1"}`, `{"amount":"y"}`, false},
		{"the same text that is no amount", `{"amount":"x"}`, `{"amount":"x"}`, true},
		{"an amount and a number", `{"amount":"1"}`, `{"amount":1}`, false},
		{"a number and an amount", `{"amount":1}`, `{"amount":"1"}`, false},
		{"a member more", `{"amount":"1"}`, `{"amount":"1","rate":"1"}`, false},
		{"other members", `{"amount":"1"}`, `{"rate":"1"}`, false},
		{"null and absent", `{"amount":null}`, `{}`, false},
		{"the same integer", `{"package_size":10}`, `{"package_size":10.0}`, true},
		{"another integer", `{"package_size":10}`, `{"package_size":11}`, false},
		{"the same immense number", `{"package_size":1e999999999}`, `{"package_size":1e999999999}`, true},
		{"immense numbers are not compared", `{"package_size":1e999999999}`, `{"package_size":10e999999998}`, false},
		{"booleans", `{"a":true}`, `{"a":false}`, false},
		{"boolean and list", `{"a":true}`, `{"a":[]}`, false},
		{"list and boolean", `{"a":[]}`, `{"a":true}`, false},
		{"object and null", `{"a":{}}`, `{"a":null}`, false},
		{
			"the same ranges",
			`{"volume_ranges":[{"from_value":0,"to_value":null,"per_unit_amount":"1","flat_amount":"0"}]}`,
			`{"volume_ranges":[{"to_value":null,"from_value":0.0,"per_unit_amount":"1.0","flat_amount":"0.00"}]}`, true,
		},
		{"another bound", `{"volume_ranges":[{"to_value":10}]}`, `{"volume_ranges":[{"to_value":null}]}`, false},
		{"another member in a range", `{"volume_ranges":[{"a":1}]}`, `{"volume_ranges":[{"b":1}]}`, false},
		{"a member more in a range", `{"volume_ranges":[{"a":1}]}`, `{"volume_ranges":[{"a":1,"b":1}]}`, false},
		{"a range more", `{"volume_ranges":[{}]}`, `{"volume_ranges":[{},{}]}`, false},
		{"group keys are names", `{"pricing_group_keys":["1"]}`, `{"pricing_group_keys":["1.0"]}`, false},
		{"group keys have an order", `{"pricing_group_keys":["a","b"]}`, `{"pricing_group_keys":["b","a"]}`, false},
		{
			"presentation keys are names",
			`{"presentation_group_keys":[{"value":"1"}]}`, `{"presentation_group_keys":[{"value":"1.0"}]}`, false,
		},
		{"custom texts are texts", `{"custom_properties":{"a":"1"}}`, `{"custom_properties":{"a":"1.0"}}`, false},
		{"custom numbers are numbers", `{"custom_properties":{"a":1}}`, `{"custom_properties":{"a":1.0}}`, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, b := parsed(t, c.a), parsed(t, c.b)
			require.Equal(t, c.equal, charge.Equal(a, b))
			require.Equal(t, c.equal, charge.Equal(b, a))
		})
	}
}
