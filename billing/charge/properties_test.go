package charge_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestModels(t *testing.T) {
	t.Parallel()
	require.Equal(t, []charge.Model{
		"standard", "graduated", "package", "percentage",
		"volume", "graduated_percentage", "custom", "dynamic",
	}, charge.Models())
	require.Equal(t, []charge.Model{"standard", "graduated", "volume"}, charge.FixedModels())
	for _, model := range charge.Models() {
		require.True(t, charge.Known(model), model)
	}
	for _, model := range []charge.Model{"", "Standard", "tiered"} {
		require.False(t, charge.Known(model), model)
		require.False(t, charge.KnownFixed(model), model)
	}
	require.True(t, charge.KnownFixed("volume"))
	require.False(t, charge.KnownFixed("package"))
}

// defaults are the facts' defaults, as stored.
func defaults() map[charge.Model]string {
	return map[charge.Model]string{
		"standard":   `{"amount":"0"}`,
		"graduated":  `{"graduated_ranges":[{"flat_amount":"0","from_value":0,"per_unit_amount":"0","to_value":null}]}`,
		"volume":     `{"volume_ranges":[{"flat_amount":"0","from_value":0,"per_unit_amount":"0","to_value":null}]}`,
		"package":    `{"amount":"0","free_units":0,"package_size":1}`,
		"percentage": `{"rate":"0"}`,
		"graduated_percentage": `{"graduated_percentage_ranges":` +
			`[{"flat_amount":"0","from_value":0,"rate":"0","to_value":null}]}`,
		"dynamic": `{}`,
		"custom":  `{}`,
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, model := range charge.Models() {
		require.Equal(t, defaults()[model], written(t, charge.Defaults(model)), model)
	}
	require.Equal(t, charge.Properties{}, charge.Defaults("tiered"))
}

func TestNormalize_NothingSentBecomesTheDefaults(t *testing.T) {
	t.Parallel()
	for _, model := range charge.Models() {
		for _, ctx := range []charge.Context{metered(), fixed()} {
			require.Equal(t, charge.Defaults(model), charge.Normalize(model, nil, ctx), model)
			require.Equal(t, charge.Defaults(model), normalized(t, model, `{}`, ctx), model)
		}
	}
}

func TestValidate_AcceptsTheDefaults(t *testing.T) {
	t.Parallel()
	for _, model := range charge.Models() {
		stored := written(t, charge.Defaults(model))
		require.Empty(t, validated(t, model, stored, metered()), model)
	}
	for _, model := range charge.FixedModels() {
		stored := written(t, charge.Defaults(model))
		require.Empty(t, validated(t, model, stored, fixed()), model)
	}
}

// A filter that brings no properties has none, so that its model misses them.
func TestNormalize_FiltersHaveNoDefaults(t *testing.T) {
	t.Parallel()
	codes := map[charge.Model][]string{
		"standard":             {"invalid_amount"},
		"graduated":            {"missing_graduated_ranges"},
		"package":              {"invalid_amount", "invalid_free_units", "invalid_package_size"},
		"percentage":           {"invalid_rate"},
		"volume":               {"missing_volume_ranges"},
		"graduated_percentage": {"missing_graduated_percentage_ranges"},
		"custom":               nil,
		"dynamic":              nil,
	}
	for _, model := range charge.Models() {
		properties := charge.Normalize(model, nil, filtered())
		require.Equal(t, charge.Properties{}, properties, model)
		require.Equal(t, codes[model], charge.Validate(model, properties, filtered()), model)
	}
}

func TestNormalize_DropsWhatTheModelDoesNotHave(t *testing.T) {
	t.Parallel()
	sent := `{"amount":"1","rate":"2","package_size":3,"free_units":0,"nonsense":{"a":[1]},"fixed_amount":null}`
	cases := map[charge.Model]string{
		"standard":   `{"amount":"1"}`,
		"package":    `{"amount":"1","free_units":0,"package_size":3}`,
		"percentage": `{"rate":"2"}`,
		"graduated":  `{}`,
		"dynamic":    `{}`,
		"tiered":     `{}`,
	}
	for model, kept := range cases {
		require.Equal(t, kept, written(t, normalized(t, model, sent, metered())), model)
	}
}

func TestNormalize_KeepsAmountsAsSent(t *testing.T) {
	t.Parallel()
	for _, amount := range []string{"0.10", "1e2", "007", "12.", ".5"} {
		properties := normalized(t, "standard", `{"amount":"`+amount+`"}`, metered())
		require.Equal(t, `{"amount":"`+amount+`"}`, written(t, properties))
		require.Empty(t, charge.Validate("standard", properties, metered()), amount)
	}
}

func TestNormalize_MalformedMembersAreAbsent(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "{", `"1" "2"`, `"1"]`, "nil"} {
		sent := map[string]json.RawMessage{"amount": json.RawMessage(raw)}
		require.Equal(t, charge.Properties{}, charge.Normalize("standard", sent, metered()), "%q", raw)
	}
}

func TestValidate_FixedChargesNeedProperties(t *testing.T) {
	t.Parallel()
	for _, model := range charge.FixedModels() {
		require.Equal(t, []string{"value_is_mandatory"}, validated(t, model, `{"nonsense":1}`, fixed()), model)
	}
	require.Equal(t, []string{"invalid_amount"}, validated(t, "standard", `{"amount":"x"}`, fixed()))
}

func TestValidate_UnknownModelsHaveNoRules(t *testing.T) {
	t.Parallel()
	require.Empty(t, charge.Validate("tiered", charge.Properties{"amount": 1}, metered()))
	require.Empty(t, charge.Validate("", nil, fixed()))
}

func TestValidate_BoundsTheNumberOfCodes(t *testing.T) {
	t.Parallel()
	sent := `{"volume_ranges":[` + strings.TrimSuffix(strings.Repeat("{},", 10_000), ",") + `]}`
	require.Len(t, validated(t, "volume", sent, metered()), 1000)
}

func TestProperties_UnmarshalJSON(t *testing.T) {
	t.Parallel()
	require.Equal(t, charge.Properties{"a": json.Number("1.50"), "b": []any{"x", nil}}, parsed(t, `{"a":1.50,"b":["x",null]}`))
	require.Nil(t, parsed(t, `null`))

	var properties charge.Properties
	require.Error(t, json.Unmarshal([]byte(`["a"]`), &properties))
	require.Error(t, properties.UnmarshalJSON([]byte(`{} {}`)))
	require.Error(t, properties.UnmarshalJSON([]byte(`{`)))
}

func TestProperties_Shown(t *testing.T) {
	t.Parallel()
	stored := parsed(t, `{"amount":"1","pricing_group_keys":["region"]}`)
	require.Equal(t, `{"amount":"1","grouped_by":["region"],"pricing_group_keys":["region"]}`, written(t, stored.Shown()))
	require.NotContains(t, stored, "grouped_by", "what is stored must not change")

	plain := parsed(t, `{"amount":"1"}`)
	require.Equal(t, plain, plain.Shown())
	require.Empty(t, charge.Properties(nil).Shown())
}

// What a client reads and sends back changes nothing.
func TestProperties_ShownSurvivesARoundTrip(t *testing.T) {
	t.Parallel()
	sent := `{"amount":"1.0","grouped_by":["region",""],"presentation_group_keys":[{"value":"team","options":null}]}`
	stored := normalized(t, "standard", sent, metered())
	require.Equal(t, stored, normalized(t, "standard", written(t, stored.Shown()), metered()))
}

func TestProperties_PricesAndGroupKeys(t *testing.T) {
	t.Parallel()
	mine := parsed(t, `{"amount":"1","pricing_group_keys":["a"],"presentation_group_keys":[{"value":"b"}]}`)
	theirs := parsed(t, `{"amount":"2","pricing_group_keys":["c"]}`)

	require.Equal(t, `{"amount":"1"}`, written(t, mine.Prices()))
	require.Equal(t, `{"amount":"1","pricing_group_keys":["c"]}`, written(t, mine.WithGroupKeys(theirs)))
	require.Equal(t, `{"amount":"1"}`, written(t, mine.WithGroupKeys(nil)))
	require.Equal(t, theirs.WithGroupKeys(mine).Prices(), theirs.Prices())
	require.Len(t, mine, 3, "the original must not change")

	var none charge.Properties
	require.Empty(t, none.Prices())
	require.Equal(t, `{"pricing_group_keys":["c"]}`, written(t, none.WithGroupKeys(theirs)))
}
