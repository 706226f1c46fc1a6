package charge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestNormalize_PricingGroupKeys(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, sent, kept string }{
		{"kept", `{"pricing_group_keys":["b","a"]}`, `{"pricing_group_keys":["b","a"]}`},
		{"empty texts are dropped", `{"pricing_group_keys":["","a",null,""]}`, `{"pricing_group_keys":["a"]}`},
		{"nothing left is nothing", `{"pricing_group_keys":["",null]}`, `{}`},
		{"the former name", `{"grouped_by":["","a"]}`, `{"pricing_group_keys":["a"]}`},
		{"the present name wins", `{"grouped_by":["a"],"pricing_group_keys":["b"]}`, `{"pricing_group_keys":["b"]}`},
		{"even with nothing in it", `{"grouped_by":["a"],"pricing_group_keys":[]}`, `{}`},
		{"but not as null", `{"grouped_by":["a"],"pricing_group_keys":null}`, `{"pricing_group_keys":["a"]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, ctx := range []charge.Context{metered(), filtered()} {
				properties := normalized(t, "dynamic", c.sent, ctx)
				require.Equal(t, c.kept, written(t, properties))
				require.Empty(t, charge.Validate("dynamic", properties, ctx))
			}
		})
	}
}

func TestValidate_PricingGroupKeys(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`"a"`, `""`, `1`, `{}`, `true`, `[1]`, `["a",1]`, `[["a"]]`, `[{}]`, `[" "]`, `["a\u0000"]`} {
		for _, name := range []string{"pricing_group_keys", "grouped_by"} {
			for _, model := range charge.Models() {
				properties := charge.Defaults(model).WithGroupKeys(normalized(t, model, `{"`+name+`":`+value+`}`, metered()))
				require.Equal(t, []string{"invalid_type"}, charge.Validate(model, properties, metered()), "%s %s %s", model, name, value)
			}
		}
	}
}

func TestValidate_PresentationGroupKeys(t *testing.T) {
	t.Parallel()
	invalid := []string{"invalid_type"}
	cases := []struct {
		name, keys string
		codes      []string
	}{
		{"one", `[{"value":"a"}]`, nil},
		{"two", `[{"value":"a"},{"value":"b","options":{"display_in_invoice":true}}]`, nil},
		{"none", `[]`, nil},
		{"nulls count for nothing", `[null,{"value":"a","options":null}]`, nil},
		{"no list", `{"value":"a"}`, invalid},
		{"a text", `"a"`, invalid},
		{"texts", `["a"]`, invalid},
		{"no value", `[{}]`, invalid},
		{"options only", `[{"options":{"display_in_invoice":true}}]`, invalid},
		{"null value", `[{"value":null}]`, invalid},
		{"empty value", `[{"value":""}]`, invalid},
		{"number as value", `[{"value":1}]`, invalid},
		{"NUL in value", `[{"value":"\u0000"}]`, invalid},
		{"another member", `[{"value":"a","name":"b"}]`, invalid},
		{"another member in place of options", `[{"value":"a","display_in_invoice":true}]`, invalid},
		{"options are no object", `[{"value":"a","options":[]}]`, invalid},
		{"options without members", `[{"value":"a","options":{}}]`, invalid},
		{"options with another member", `[{"value":"a","options":{"display_in_invoice":true,"x":1}}]`, invalid},
		{"options with only another member", `[{"value":"a","options":{"x":true}}]`, invalid},
		{"options are no booleans", `[{"value":"a","options":{"display_in_invoice":"true"}}]`, invalid},
		{"three", `[{"value":"a"},{"value":"b"},{"value":"c"}]`, []string{"too_many_keys"}},
		{"twice the same", `[{"value":"a"},{"value":"a","options":{"display_in_invoice":true}}]`, []string{"value_is_duplicated"}},
		{"three with two the same", `[{"value":"a"},{"value":"b"},{"value":"a"}]`, []string{"too_many_keys", "value_is_duplicated"}},
		{"three of which one has no shape", `[{"value":"a"},{"value":"a"},1]`, invalid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sent := `{"presentation_group_keys":` + c.keys + `}`
			require.Equal(t, c.codes, validated(t, "dynamic", sent, metered()), sent)

			require.Equal(t, `{}`, written(t, normalized(t, "dynamic", sent, filtered())), "filters have none")
			require.Empty(t, charge.Validate("dynamic", parsed(t, sent), filtered()))
		})
	}
}

// Both kinds of group keys are looked at, the pricing groups first; the order
// of what was sent stays.
func TestValidate_BothGroupKeys(t *testing.T) {
	t.Parallel()
	sent := `{"presentation_group_keys":[{"value":"b"},{"value":"a"},{"value":"c"}],"pricing_group_keys":"a"}`
	properties := normalized(t, "dynamic", sent, metered())
	require.Equal(t, []string{"invalid_type", "too_many_keys"}, charge.Validate("dynamic", properties, metered()))
	require.Equal(t, sent, written(t, properties))
}

func TestNormalize_FixedChargesHaveNoGroups(t *testing.T) {
	t.Parallel()
	sent := `{"amount":"1","grouped_by":["a"],"pricing_group_keys":["a"],"presentation_group_keys":[{"value":"a"}]}`
	require.Equal(t, `{"amount":"1"}`, written(t, normalized(t, "standard", sent, fixed())))
}
