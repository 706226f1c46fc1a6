package charge_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"tarn/billing/charge"
)

func TestValueReader_TakesWhatIsNeeded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		need        charge.Need
		aggregation string
		given       []int64
		taken       int
	}{
		"nothing":                  {charge.Need{}, "sum_agg", []int64{1, 2}, 0},
		"moves are no values":      {charge.Need{Reading: charge.ReadMoves}, "sum_agg", []int64{1, 2}, 0},
		"all":                      {charge.Need{Reading: charge.ReadAllValues}, "sum_agg", []int64{1, 2, 3}, 3},
		"the first":                {charge.Need{Reading: charge.ReadFirstValues, Events: 2}, "sum_agg", []int64{1, 2, 3}, 2},
		"until the sum is over":    {charge.Need{Reading: charge.ReadValuesUntil, Total: decimal.NewFromInt(5)}, "sum_agg", []int64{3, 2, 1, 1}, 3},
		"until the greatest is":    {charge.Need{Reading: charge.ReadValuesUntil, Total: decimal.NewFromInt(5)}, "max_agg", []int64{-3, 5, 4, 6, 7}, 4},
		"fewer than wanted":        {charge.Need{Reading: charge.ReadValuesUntil, Total: decimal.NewFromInt(5)}, "sum_agg", []int64{3}, 1},
		"below zero to begin with": {charge.Need{Reading: charge.ReadValuesUntil}, "max_agg", []int64{-3, -2, 1, 1}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader := charge.NewValueReader(c.need, c.aggregation)
			for _, value := range c.given {
				if reader.Wanted() {
					reader.Add(decimal.NewFromInt(value))
				}
			}
			assert.Len(t, reader.Values(), c.taken)
		})
	}
}

func TestProperties_GroupKeys(t *testing.T) {
	t.Parallel()
	properties := charge.Properties{
		"pricing_group_keys":      []any{"region", "team"},
		"presentation_group_keys": []any{map[string]any{"value": "env"}, map[string]any{"value": "user", "options": map[string]any{"display_in_invoice": true}}},
	}
	assert.Equal(t, []string{"region", "team"}, properties.PricingGroupKeys())
	assert.Equal(t, []string{"env", "user"}, properties.PresentationGroupKeys())
	assert.Empty(t, charge.Properties{}.PricingGroupKeys())
	assert.Empty(t, charge.Properties{}.PresentationGroupKeys())
}
