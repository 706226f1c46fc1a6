package charge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// ranges writes the ranges of a model with good amounts from bounds such as
// "0-10 11-null"; the property's name is the model's and "_ranges".
func ranges(model charge.Model, bounds string) string {
	price := "per_unit_amount"
	if model == "graduated_percentage" {
		price = "rate"
	}
	var list []string
	for _, pair := range strings.Fields(bounds) {
		from, to, _ := strings.Cut(pair, "-")
		list = append(list, fmt.Sprintf(`{"from_value":%s,"to_value":%s,%q:"1","flat_amount":"0"}`, from, to, price))
	}
	return fmt.Sprintf(`{"%s_ranges":[%s]}`, model, strings.Join(list, ","))
}

func TestValidate_RangeBounds(t *testing.T) {
	t.Parallel()
	graduated := []charge.Model{"graduated", "graduated_percentage"}
	volume := []charge.Model{"volume"}
	all := []charge.Model{"graduated", "graduated_percentage", "volume"}
	cases := []struct {
		bounds string
		models []charge.Model
		wrong  int
	}{
		{"0-null", all, 0},
		{"1-null", all, 0},
		{"2-null", all, 1},
		{"0.5-null", all, 1},
		{"0-10", all, 1},
		{`0-""`, all, 1},
		{`"0"-null`, all, 1},
		{"null-null", all, 1},
		{"true-null", all, 1},
		{"0e999999999-null", all, 1},
		// The range after 10 may begin at 10 or 11 ...
		{"0-10 10-null", graduated, 0},
		{"0-10 11-null", graduated, 0},
		{"0-10 12-null", graduated, 1},
		{"0-10 9-null", graduated, 1},
		{"0-10 10.5-null", graduated, 1},
		// ... and for volume at 11 or 12.
		{"0-10 10-null", volume, 1},
		{"0-10 11-null", volume, 0},
		{"0-10 12-null", volume, 0},
		{"0-10 13-null", volume, 1},
		{"0-10 11.5-null", volume, 1},
		{"0-10 11-20 21-30 31-null", all, 0},
		{"0-10 11-20 22-null", volume, 0},
		{"0-10 10-20 21-null", graduated, 0},
		{"0-0.1 0.1-1 1-null", graduated, 0},
		{"0-0.1 1.1-2 3-null", all, 0},
		// Bounds are compared as numbers, however they are written.
		{"0.0-1e1 11.0-null", all, 0},
		{"0-10 11-null", all, 0},
		// Every range but the last ends, and after its beginning.
		{"0-0 1-null", all, 1},
		{"1-0.5 1.5-null", all, 1},
		{"0-10 11-5 6-null", all, 1},
		{"0-null 1-null", all, 1},
		{"0-null 11-null", all, 2},
		{"0-10 11-20", all, 1},
		{`0-"10" 11-null`, all, 2},
		{"5-10 20-30 40-50", all, 3},
	}
	for _, c := range cases {
		for _, model := range c.models {
			var codes []string
			for range c.wrong {
				codes = append(codes, fmt.Sprintf("invalid_%s_ranges", model))
			}
			require.Equal(t, codes, validated(t, model, ranges(model, c.bounds), metered()), "%s %s", model, c.bounds)
		}
	}
}

func TestValidate_MissingRanges(t *testing.T) {
	t.Parallel()
	for _, model := range []charge.Model{"graduated", "graduated_percentage", "volume"} {
		missing := []string{fmt.Sprintf("missing_%s_ranges", model)}
		for _, value := range []string{`null`, `[]`, `[null]`, `"x"`, `{}`, `7`} {
			sent := fmt.Sprintf(`{"%s_ranges":%s}`, model, value)
			require.Equal(t, missing, validated(t, model, sent, metered()), sent)
		}
		require.Equal(t, missing, validated(t, model, `{"amount":"1"}`, metered()), "the key is absent")
	}
}

func TestValidate_Graduated(t *testing.T) {
	t.Parallel()
	for _, model := range []charge.Model{"graduated", "volume"} {
		invalid := fmt.Sprintf("invalid_%s_ranges", model)
		wrap := func(list string) string { return fmt.Sprintf(`{"%s_ranges":%s}`, model, list) }
		check(t, model, metered(), []validation{
			{"decimal amounts", wrap(`[{"from_value":0,"to_value":null,"per_unit_amount":"0.01","flat_amount":"1e2"}]`), nil},
			{
				"no end is an end at null, nulls between ranges are nothing",
				wrap(`[null,{"from_value":0,"per_unit_amount":"1","flat_amount":"0"}]`), nil,
			},
			{"per unit", wrap(`[{"from_value":0,"to_value":null,"per_unit_amount":1,"flat_amount":"0"}]`), []string{"invalid_amount"}},
			{"flat", wrap(`[{"from_value":0,"to_value":null,"per_unit_amount":"1"}]`), []string{"invalid_amount"}},
			{
				"amounts, then bounds", wrap(`[{"from_value":2,"to_value":null,"per_unit_amount":"-1","flat_amount":"0"}]`),
				[]string{"invalid_amount", invalid},
			},
			{"nothing in a range", wrap(`[{}]`), []string{"invalid_amount", "invalid_amount", invalid}},
			{"no range at all", wrap(`["x"]`), []string{"invalid_amount", "invalid_amount", invalid}},
			{
				"range by range",
				wrap(`[{"from_value":0,"to_value":0,"per_unit_amount":"1","flat_amount":"0"},{"from_value":1,"per_unit_amount":"1"}]`),
				[]string{invalid, "invalid_amount"},
			},
		})
	}
}

func TestValidate_GraduatedPercentage(t *testing.T) {
	t.Parallel()
	wrap := func(list string) string { return fmt.Sprintf(`{"graduated_percentage_ranges":%s}`, list) }
	check(t, "graduated_percentage", metered(), []validation{
		{"complete", wrap(`[{"from_value":0,"to_value":null,"rate":"5","flat_amount":"0"}]`), nil},
		{"rate", wrap(`[{"from_value":0,"to_value":null,"rate":5,"flat_amount":"0"}]`), []string{"invalid_rate"}},
		{"flat", wrap(`[{"from_value":0,"to_value":null,"rate":"5","flat_amount":0}]`), []string{"invalid_amount"}},
		{"all wrong, in order", wrap(`[{}]`), []string{"invalid_amount", "invalid_rate", "invalid_graduated_percentage_ranges"}},
	})
}

func TestNormalize_Ranges(t *testing.T) {
	t.Parallel()
	sent := `{"volume_ranges":[null,` +
		`{"from_value":0.0,"to_value":1e1,"per_unit_amount":"1.0","flat_amount":"0","rate":"9","name":"x"},` +
		`{"from_value":11,"per_unit_amount":"1","flat_amount":null}]}`
	kept := `{"volume_ranges":[` +
		`{"flat_amount":"0","from_value":0,"per_unit_amount":"1.0","to_value":10},` +
		`{"from_value":11,"per_unit_amount":"1","to_value":null}]}`
	require.Equal(t, kept, written(t, normalized(t, "volume", sent, metered())))
}
