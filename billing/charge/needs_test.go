package charge_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestNeeds(t *testing.T) {
	t.Parallel()
	free := `{"rate":"1","free_units_per_events":3,"free_units_per_total_aggregation":"15"}`
	total := `{"rate":"1","free_units_per_total_aggregation":"15"}`
	limits := `{"rate":"1","free_units_per_events":3,"per_transaction_min_amount":"1"}`
	nothing := charge.Need{Reading: charge.ReadTotals}
	first := charge.Need{Reading: charge.ReadFirstValues, Events: 3}
	until := charge.Need{Reading: charge.ReadValuesUntil, Total: decimal.RequireFromString("15")}
	all := charge.Need{Reading: charge.ReadAllValues}
	cases := []struct {
		model             charge.Model
		sent, aggregation string
		need              charge.Need
	}{
		{"percentage", `{"rate":"1","fixed_amount":"1"}`, "sum_agg", nothing},
		{"percentage", free, "sum_agg", first},
		{"percentage", free, "count_agg", nothing},
		{"percentage", free, "unique_count_agg", nothing},
		{"percentage", free, "max_agg", first},
		{"percentage", free, "weighted_sum_agg", nothing},
		{"percentage", total, "sum_agg", until},
		{"percentage", total, "count_agg", nothing},
		{"percentage", total, "max_agg", until},
		{"percentage", limits, "sum_agg", all},
		{"percentage", limits, "count_agg", nothing},
		{"percentage", limits, "unique_count_agg", all},
		{"percentage", limits, "max_agg", all},
		{"percentage", limits, "weighted_sum_agg", nothing},
		{"standard", `{"amount":"1"}`, "sum_agg", nothing},
		{"graduated", tiers("graduated", "0-null@1+1"), "sum_agg", nothing},
		{"volume", tiers("volume", "0-null@1+1"), "sum_agg", nothing},
		{"dynamic", `{}`, "sum_agg", nothing},
		{"tiered", `{}`, "sum_agg", nothing},
	}
	for _, c := range cases {
		options := charge.Options{Aggregation: c.aggregation, Premium: true}
		require.Equal(t, c.need, charge.Needs(c.model, accepted(t, c.model, c.sent), options), c)
	}

	plain := charge.Options{Aggregation: "sum_agg"}
	require.Equal(t, first, charge.Needs("percentage", accepted(t, "percentage", limits), plain), "limits need premium")

	for _, model := range []charge.Model{"standard", "volume", "graduated"} {
		prorated := charge.Options{Aggregation: "sum_agg", Prorated: true}
		need := nothing
		if model == "graduated" {
			need.Reading = charge.ReadMoves
		}
		require.Equal(t, need, charge.Needs(model, charge.Defaults(model), prorated), model)
		require.Equal(t, nothing, charge.Needs(model, charge.Defaults(model), charge.Options{Prorated: true}), "a fixed charge")
	}
}
