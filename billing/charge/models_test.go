package charge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestValidate_Amounts(t *testing.T) {
	t.Parallel()
	good := []string{`"0"`, `"0.05"`, `"1e2"`, `"1E+2"`, `"1e-2"`, `"+5"`, `".5"`, `"5."`, `"-0"`, `"000"`, `"` + strings.Repeat("9", 64) + `"`, `"0.` + strings.Repeat("1", 64) + `"`}
	bad := []string{
		`1`, `0`, `1.5`, `null`, `true`, `[]`, `["1"]`, `{}`, `""`, `" "`, `"."`, `"e2"`, `"abc"`, `"-1"`, `"-0.01"`,
		`" 1"`, `"1 "`, `"1\n"`, `"1,5"`, `"1_000"`, `"0x10"`, `"NaN"`, `"Infinity"`, `"1e"`, `"1e5.5"`, `"1.2.3"`, `".-5"`, `"--5"`,
		`"٣"`, `"−0"`, `"1\u0000"`, `"1e64"`, `"1e-65"`, `"0e99"`, `"1e999999999"`, `"1e-999999999"`, `"1e99999999999999999999"`,
		`"` + strings.Repeat("9", 65) + `"`, `"` + strings.Repeat("0", 161) + `"`, `"0.` + strings.Repeat("1", 65) + `"`,
	}
	for _, amount := range good {
		require.Empty(t, validated(t, "standard", `{"amount":`+amount+`}`, metered()), amount)
	}
	for _, amount := range bad {
		require.Equal(t, []string{"invalid_amount"}, validated(t, "standard", `{"amount":`+amount+`}`, metered()), amount)
	}
}

func TestValidate_Standard(t *testing.T) {
	t.Parallel()
	check(t, "standard", metered(), []validation{
		{"an amount", `{"amount":"0.335"}`, nil},
		{"of another model only", `{"rate":"1"}`, []string{"invalid_amount"}},
		{"group keys come after the amount", `{"amount":1,"grouped_by":"a"}`, []string{"invalid_amount", "invalid_type"}},
	})
}

func TestValidate_Package(t *testing.T) {
	t.Parallel()
	check(t, "package", metered(), []validation{
		{"complete", `{"amount":"5","package_size":1000,"free_units":100}`, nil},
		{"integers may be written as decimals", `{"amount":"5","package_size":1e3,"free_units":0.0}`, nil},
		{"free units are mandatory", `{"amount":"5","package_size":10}`, []string{"invalid_free_units"}},
		{"free units are not null", `{"amount":"5","package_size":10,"free_units":null}`, []string{"invalid_free_units"}},
		{"free units are not negative", `{"amount":"5","package_size":10,"free_units":-1}`, []string{"invalid_free_units"}},
		{"free units are no text", `{"amount":"5","package_size":10,"free_units":"1"}`, []string{"invalid_free_units"}},
		{"package size is mandatory", `{"amount":"5","free_units":1}`, []string{"invalid_package_size"}},
		{"package size is over zero", `{"amount":"5","package_size":0,"free_units":1}`, []string{"invalid_package_size"}},
		{"package size is whole", `{"amount":"5","package_size":1.5,"free_units":1}`, []string{"invalid_package_size"}},
		{
			"package size has 64 bits", `{"amount":"5","package_size":9223372036854775808,"free_units":9223372036854775807}`,
			[]string{"invalid_package_size"},
		},
		{
			"immense exponents", `{"amount":"5","package_size":1e999999999,"free_units":1e-999999999}`,
			[]string{"invalid_free_units", "invalid_package_size"},
		},
		{
			"all wrong, in order", `{"amount":"x","package_size":"y","free_units":true}`,
			[]string{"invalid_amount", "invalid_free_units", "invalid_package_size"},
		},
	})
	require.Equal(t, `{"amount":"5","free_units":0,"package_size":1000}`,
		written(t, normalized(t, "package", `{"amount":"5","package_size":1e3,"free_units":0.0}`, metered())))
}

func TestValidate_Percentage(t *testing.T) {
	t.Parallel()
	check(t, "percentage", metered(), []validation{
		{"only a rate", `{"rate":"1.2"}`, nil},
		{
			"complete", `{"rate":"1","fixed_amount":"5","free_units_per_events":3,"free_units_per_total_aggregation":"15.5",` +
				`"per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"}`, nil,
		},
		{
			"optional members may be null", `{"rate":"1","fixed_amount":null,"free_units_per_events":null,` +
				`"free_units_per_total_aggregation":null,"per_transaction_min_amount":null,"per_transaction_max_amount":null}`, nil,
		},
		{"rate is mandatory", `{"fixed_amount":"1"}`, []string{"invalid_rate"}},
		{"rate is a text", `{"rate":1}`, []string{"invalid_rate"}},
		{"fixed amount", `{"rate":"1","fixed_amount":1}`, []string{"invalid_fixed_amount"}},
		{"free events over zero", `{"rate":"1","free_units_per_events":0}`, []string{"invalid_free_units_per_events"}},
		{"free events are whole", `{"rate":"1","free_units_per_events":1.5}`, []string{"invalid_free_units_per_events"}},
		{"free events are no text", `{"rate":"1","free_units_per_events":"3"}`, []string{"invalid_free_units_per_events"}},
		{
			"free total is a text", `{"rate":"1","free_units_per_total_aggregation":15}`,
			[]string{"invalid_free_units_per_total_aggregation"},
		},
		{"minimum", `{"rate":"1","per_transaction_min_amount":"-1"}`, []string{"invalid_amount"}},
		{"maximum", `{"rate":"1","per_transaction_max_amount":12}`, []string{"invalid_amount"}},
		{
			"both limits", `{"rate":"1","per_transaction_min_amount":"a","per_transaction_max_amount":"b"}`,
			[]string{"invalid_amount", "invalid_amount"},
		},
		{"equal limits", `{"rate":"1","per_transaction_min_amount":"2.0","per_transaction_max_amount":"2"}`, nil},
		{
			"limits crossed", `{"rate":"1","per_transaction_min_amount":"10","per_transaction_max_amount":"9"}`,
			[]string{"per_transaction_max_lower_than_per_transaction_min"},
		},
		{
			"all wrong, in order", `{"rate":"-1","fixed_amount":"x","free_units_per_events":-1,"free_units_per_total_aggregation":"y",` +
				`"per_transaction_min_amount":"z","per_transaction_max_amount":"1"}`,
			[]string{
				"invalid_rate", "invalid_fixed_amount", "invalid_free_units_per_events",
				"invalid_free_units_per_total_aggregation", "invalid_amount",
			},
		},
	})
}

func TestValidate_PercentageLimitsNeedPremium(t *testing.T) {
	t.Parallel()
	ctx := charge.Context{Aggregation: "sum_agg"}
	crossed := `{"per_transaction_max_amount":"9","per_transaction_min_amount":"10","rate":"1"}`
	require.Empty(t, validated(t, "percentage", crossed, ctx))
	require.Equal(t, crossed, written(t, normalized(t, "percentage", crossed, ctx)), "ignored, not forgotten")

	unusable := `{"rate":"1","per_transaction_max_amount":9,"per_transaction_min_amount":"x"}`
	require.Empty(t, validated(t, "percentage", unusable, ctx))
	require.Equal(t, `{"rate":"1"}`, written(t, normalized(t, "percentage", unusable, ctx)))
	require.Empty(t, charge.Validate("percentage", parsed(t, unusable), ctx))
}

func TestValidate_LatestValuesHaveNoShares(t *testing.T) {
	t.Parallel()
	ctx := charge.Context{Aggregation: "latest_agg", Premium: true}
	for _, model := range charge.Models() {
		codes := charge.Validate(model, charge.Defaults(model), ctx)
		if model == "percentage" || model == "graduated_percentage" {
			require.Equal(t, []string{"invalid_value"}, codes, model)
		} else {
			require.Empty(t, codes, model)
		}
	}
	require.Equal(t, []string{"invalid_value", "invalid_rate"}, validated(t, "percentage", `{"rate":1}`, ctx))
	require.Equal(t, []string{"invalid_value", "missing_graduated_percentage_ranges"},
		validated(t, "graduated_percentage", `{"rate":"1"}`, ctx))
}

func TestValidate_DynamicHasNoProperties(t *testing.T) {
	t.Parallel()
	check(t, "dynamic", metered(), []validation{
		{"others are dropped", `{"amount":1,"rate":"x"}`, nil},
		{"group keys are checked", `{"pricing_group_keys":[1]}`, []string{"invalid_type"}},
	})
}

func TestNormalize_CustomProperties(t *testing.T) {
	t.Parallel()
	ctx := charge.Context{Aggregation: "custom_agg", Premium: true}
	nested := func(depth int) string {
		return strings.Repeat(`{"a":`, depth) + `1` + strings.Repeat(`}`, depth)
	}
	cases := []struct{ name, sent, kept string }{
		{"an object", `{"a":{"b":[1,"x",true,1.50]}}`, `{"a":{"b":[1,"x",true,1.50]}}`},
		{"a text", `"{\"a\": 1e300}"`, `{"a":1e300}`},
		{"nulls in lists are dropped", `{"a":[null,1,[null]],"b":null}`, `{"a":[1,[]],"b":null}`},
		{"so are those of a text", `"{\"a\":[null,1]}"`, `{"a":[1]}`},
		{"a text that is no JSON", `"{a}"`, `{}`},
		{"a text of two objects", `"{} {}"`, `{}`},
		{"an empty text", `""`, `{}`},
		{"a text that holds a list", `"[1]"`, `{}`},
		{"a text that holds a text", `"\"{}\""`, `{}`},
		{"a number", `7`, `{}`},
		{"a list", `[{"a":1}]`, `{}`},
		{"a NUL character in a value", `{"a":["\u0000"]}`, `{}`},
		{"a NUL character in a name", `{"\u0000":1}`, `{}`},
		{"an immense number", `{"a":1e999999999}`, `{}`},
		{"a number beyond all exponents", `{"a":1e99999999999999999999}`, `{}`},
		{"a long number", `{"a":` + strings.Repeat("1", 1001) + `}`, `{}`},
		{"deep enough", nested(64), nested(64)},
		{"too deep", nested(65), `{}`},
		{"half a surrogate pair", `{"a":"\ud800"}`, "{\"a\":\"\ufffd\"}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sent := fmt.Sprintf(`{"custom_properties":%s}`, c.sent)
			properties := normalized(t, "custom", sent, ctx)
			require.Equal(t, fmt.Sprintf(`{"custom_properties":%s}`, c.kept), written(t, properties))
			require.Empty(t, charge.Validate("custom", properties, ctx))
		})
	}
	require.Equal(t, `{}`, written(t, normalized(t, "custom", `{"custom_properties":null,"amount":"1"}`, ctx)))
}
