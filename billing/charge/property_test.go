package charge_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/charge"
	"tarn/openapi"
)

// names are members that some model, range or group key has, and one that none
// has.
func names() []string {
	return []string{
		"amount", "package_size", "free_units", "rate", "fixed_amount", "free_units_per_events",
		"free_units_per_total_aggregation", "per_transaction_min_amount", "per_transaction_max_amount",
		"graduated_ranges", "volume_ranges", "graduated_percentage_ranges", "custom_properties",
		"pricing_group_keys", "grouped_by", "presentation_group_keys",
		"from_value", "to_value", "per_unit_amount", "flat_amount", "value", "options", "display_in_invoice", "nonsense",
	}
}

// scalars are JSON values without members, those that numbers are made of and
// those that break them.
func scalars() []string {
	return []string{
		`null`, `true`, `false`, `0`, `1`, `-1`, `10`, `1.5`, `1e1`, `1e999999999`, `-0.0`, `9223372036854775808`,
		`""`, `" "`, `"0"`, `"1.0"`, `"1e2"`, `"-1"`, `"abc"`, `"1e999999999"`, `"{\"a\":[null]}"`, `"\u0000"`, `"\ud800"`, `"é"`,
	}
}

// drawValue draws the text of a JSON value.
func drawValue(t *rapid.T, depth int) string {
	kinds := 5
	if depth == 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 3:
		elements := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) json.RawMessage {
			return json.RawMessage(drawValue(t, depth-1))
		}), 0, 4).Draw(t, "list")
		return encode(t, elements)
	case 4:
		return drawObject(t, depth-1)
	default:
		return rapid.SampledFrom(scalars()).Draw(t, "scalar")
	}
}

// drawObject draws the text of a JSON object.
func drawObject(t *rapid.T, depth int) string {
	members := map[string]json.RawMessage{}
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		members[rapid.SampledFrom(names()).Draw(t, "name")] = json.RawMessage(drawValue(t, depth))
	}
	return encode(t, members)
}

// encode writes a value as JSON.
func encode(t require.TestingT, value any) string {
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return string(data)
}

// drawContext draws one of all contexts.
func drawContext(t *rapid.T) charge.Context {
	return charge.Context{
		Aggregation: rapid.SampledFrom(append(aggregations(), "")).Draw(t, "aggregation"),
		Premium:     rapid.Bool().Draw(t, "premium"),
		Filter:      rapid.Bool().Draw(t, "filter"),
	}
}

// codes are all codes that properties can get.
func codes() []string {
	return []string{
		"value_is_mandatory", "invalid_type", "too_many_keys", "value_is_duplicated", "invalid_value",
		"invalid_amount", "invalid_rate", "invalid_fixed_amount", "invalid_free_units", "invalid_package_size",
		"invalid_free_units_per_events", "invalid_free_units_per_total_aggregation",
		"per_transaction_max_lower_than_per_transaction_min",
		"missing_graduated_ranges", "invalid_graduated_ranges", "missing_volume_ranges", "invalid_volume_ranges",
		"missing_graduated_percentage_ranges", "invalid_graduated_percentage_ranges",
	}
}

// requireConsistent checks what holds for every object that is sent.
func requireConsistent(t require.TestingT, model charge.Model, sent string, ctx charge.Context) {
	kept := normalized(t, model, sent, ctx)
	found := charge.Validate(model, kept, ctx)
	require.Subset(t, codes(), found)

	// What is stored and read again is the same and is judged the same.
	stored := parsed(t, written(t, kept))
	require.Equal(t, kept, stored)
	require.True(t, charge.Equal(kept, stored))
	require.Equal(t, found, charge.Validate(model, stored, ctx))

	// What is read and sent again changes nothing, once there is something.
	if len(kept) > 0 {
		require.Equal(t, kept, normalized(t, model, written(t, kept.Shown()), ctx))
	}

	// What is accepted has a price, and so has what is not.
	options := charge.Options{Aggregation: ctx.Aggregation, Currency: "EUR", Premium: ctx.Premium}
	requirePriced(t, model, kept, summed(t, "10.5 -2 1"), options)

	// What was sent has a verdict even where nothing has put it in order.
	require.Subset(t, codes(), charge.Validate(model, parsed(t, sent), ctx))
}

func TestProperties_AnyJSONHasAVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(append(charge.Models(), "", "tiered")).Draw(t, "model")
		requireConsistent(t, model, drawObject(t, 3), drawContext(t))
	})
}

// drawAmount draws an amount in a form that the contract documents.
func drawAmount(t *rapid.T) string {
	return rapid.StringMatching(`[0-9]{1,9}(\.[0-9]{1,9})?`).Draw(t, "amount")
}

// drawRanges draws ranges that follow each other with the least gap, or a unit
// more.
func drawRanges(t *rapid.T, gap int, amounts ...string) []any {
	count := rapid.IntRange(1, 5).Draw(t, "ranges")
	list := make([]any, count)
	for i, start := 0, 0; i < count; i++ {
		from := start + rapid.IntRange(0, 1).Draw(t, "begins later")
		end := from + rapid.IntRange(1, 100).Draw(t, "size")
		element := map[string]any{"from_value": from, "to_value": end}
		if i == count-1 {
			element["to_value"] = nil
		}
		for _, name := range amounts {
			element[name] = drawAmount(t)
		}
		list[i], start = element, end+gap
	}
	return list
}

// drawGood draws properties that break no rule.
func drawGood(t *rapid.T, model charge.Model) map[string]any {
	good := map[string]any{}
	switch model {
	case charge.ModelStandard:
		good["amount"] = drawAmount(t)
	case charge.ModelGraduated:
		good["graduated_ranges"] = drawRanges(t, 0, "per_unit_amount", "flat_amount")
	case charge.ModelVolume:
		good["volume_ranges"] = drawRanges(t, 1, "per_unit_amount", "flat_amount")
	case charge.ModelGraduatedPercentage:
		good["graduated_percentage_ranges"] = drawRanges(t, 0, "rate", "flat_amount")
	case charge.ModelPackage:
		good["amount"] = drawAmount(t)
		good["package_size"] = rapid.Int64Range(1, 1<<62).Draw(t, "package size")
		good["free_units"] = rapid.Int64Range(0, 1<<62).Draw(t, "free units")
	case charge.ModelPercentage:
		good["rate"], good["fixed_amount"] = drawAmount(t), drawAmount(t)
		good["free_units_per_events"] = rapid.Int64Range(1, 1<<62).Draw(t, "free events")
		good["free_units_per_total_aggregation"], good["per_transaction_min_amount"] = drawAmount(t), drawAmount(t)
	case charge.ModelCustom:
		good["custom_properties"] = map[string]any{"scale": drawAmount(t)}
	case charge.ModelDynamic:
	}
	if rapid.Bool().Draw(t, "grouped") {
		good["grouped_by"] = []any{"region", ""}
		good["presentation_group_keys"] = []any{map[string]any{"value": drawAmount(t)}}
	}
	return good
}

// contractSchema is the schema of the properties in answers.
func contractSchema(t *testing.T) *openapi3.Schema {
	t.Helper()
	contract, err := openapi.Lago()
	require.NoError(t, err)
	schema := contract.Components.Schemas["ChargeObjectProperties"]
	require.NotNil(t, schema)
	require.Error(t, schema.Value.VisitJSON(map[string]any{"package_size": "x"}), "the schema has to refuse something")
	return schema.Value
}

// Properties that break no rule are kept, and are shown as the contract says.
func TestProperties_GoodOnesFitTheContract(t *testing.T) {
	t.Parallel()
	schema := contractSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(charge.Models()).Draw(t, "model")
		sent := encode(t, drawGood(t, model))
		kept := normalized(t, model, sent, metered())
		require.Empty(t, charge.Validate(model, kept, metered()), sent)

		var shown any
		require.NoError(t, json.Unmarshal([]byte(written(t, kept.Shown())), &shown))
		require.NoError(t, schema.VisitJSON(shown, openapi3.VisitAsResponse()), sent)
	})
}

// One wrong bound in ranges that follow each other is found.
func TestProperties_AWrongBoundIsFound(t *testing.T) {
	t.Parallel()
	gaps := map[charge.Model]int{"graduated": 0, "volume": 1}
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom([]charge.Model{"graduated", "volume"}).Draw(t, "model")
		list := drawRanges(t, gaps[model], "per_unit_amount", "flat_amount")
		broken, _ := list[rapid.IntRange(0, len(list)-1).Draw(t, "broken")].(map[string]any)
		from, _ := broken["from_value"].(int)
		broken["from_value"] = from + rapid.SampledFrom([]int{-3, -2, 2, 3}).Draw(t, "shift")

		sent := encode(t, map[string]any{string(model) + "_ranges": list})
		require.Contains(t, validated(t, model, sent, metered()), fmt.Sprintf("invalid_%s_ranges", model), sent)
	})
}
