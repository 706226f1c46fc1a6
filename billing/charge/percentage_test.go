package charge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestPriceOf_Percentage(t *testing.T) {
	t.Parallel()
	fe3, ft15 := `"free_units_per_events":3`, `"free_units_per_total_aggregation":"15"`
	limits := `"per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"`
	cases := []struct{ name, sent, values, amount string }{
		{"a share", `{"rate":"1.2"}`, "100 50", "1.8"},
		{"nothing", `{"rate":"1.2","fixed_amount":"5"}`, "", "0"},
		{"a fixed amount per event", `{"rate":"1","fixed_amount":"5"}`, "10 10", "10.2"},
		{"no fixed amount without units", `{"rate":"1","fixed_amount":"5"}`, "10 -10", "0"},
		{"free events", `{"rate":"1","fixed_amount":"5",` + fe3 + `}`, "10 10 10", "0"},
		{"free events are used up", `{"rate":"1","fixed_amount":"5",` + fe3 + `}`, "10 10 10 10", "5.10"},
		{"a free total", `{"rate":"1","fixed_amount":"5",` + ft15 + `}`, "4 4 4", "0"},
		{"a free total is passed", `{"rate":"1","fixed_amount":"5",` + ft15 + `}`, "4 4 4 4", "5.01"},
		{"a free total is used up", `{"rate":"1","fixed_amount":"5",` + ft15 + `}`, "4 4 4 4 10", "10.11"},
		{"both, events first", `{"rate":"1","fixed_amount":"5",` + fe3 + `,` + ft15 + `}`, "1 1 1 1", "5.01"},
		{"both, total first", `{"rate":"1","fixed_amount":"5",` + fe3 + `,` + ft15 + `}`, "10 10", "5.05"},
		{"both, total long passed", `{"rate":"1","fixed_amount":"5",` + fe3 + `,` + ft15 + `}`, "10 10 10", "10.15"},
		{"both, plain", `{"rate":"1","free_units_per_events":2,"free_units_per_total_aggregation":"100"}`, "5 5 5 5", "0.10"},
		{"limits", `{"rate":"1","fixed_amount":"1",` + limits + `}`, "100 1000 10000", "25"},
		{"limits of a share", `{"rate":"2.99",` + limits + `}`, "10 80 10000", "16.142"},
		{"limits after free events", `{"rate":"2.99","free_units_per_events":2,` + limits + `}`, "10 80 10000", "12"},
		{"limits after a free total", `{"rate":"2.99","free_units_per_total_aggregation":"30",` + limits + `}`, "10 80 10000", "13.794"},
		{
			"limits, with a free total that is not used up",
			`{"rate":"1","free_units_per_events":2,"free_units_per_total_aggregation":"100","per_transaction_min_amount":"1"}`, "5 5 5 5", "0",
		},
		{"a maximum alone", `{"rate":"10","per_transaction_max_amount":"2"}`, "10 100", "3"},
		{"a free total that ends with an event", `{"rate":"10","free_units_per_total_aggregation":"10","per_transaction_min_amount":"1"}`, "10 5", "2"},
		{"a fall that is free", `{"rate":"10","free_units_per_events":1}`, "-5 10", "1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			usage := summed(t, c.values)
			price := charge.PriceOf("percentage", accepted(t, "percentage", c.sent), usage, euros())
			requireAmount(t, c.amount, price.Amount)
		})
	}
}

func TestPriceOf_PercentageLimitsNeedPremium(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Premium = false
	properties := accepted(t, "percentage", `{"rate":"2.99","per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"}`)
	requireAmount(t, "301.691", charge.PriceOf("percentage", properties, summed(t, "10 80 10000"), options).Amount)
}

// The metric decides what an event is worth, and which units are free.
func TestPriceOf_PercentageOfOtherMetrics(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, aggregation, sent, units string
		events                         int64
		values, amount                 string
	}{
		{"a count, free events", "count_agg", `{"rate":"10","free_units_per_events":2}`, "5", 5, "", "0.3"},
		{"a count, fewer than are free", "count_agg", `{"rate":"10","fixed_amount":"1","free_units_per_events":9}`, "5", 5, "", "0"},
		{"a count, free total", "count_agg", `{"rate":"10","fixed_amount":"1","free_units_per_total_aggregation":"2.5"}`, "5", 5, "", "3.25"},
		{"a count, both", "count_agg", `{"rate":"10","fixed_amount":"1","free_units_per_events":4,"free_units_per_total_aggregation":"2"}`, "4", 4, "", "3.2"},
		{"a count, both, events decide", "count_agg", `{"rate":"10","fixed_amount":"1","free_units_per_events":4,"free_units_per_total_aggregation":"2"}`, "5", 5, "", "4.1"},
		{"a count, immense free total", "count_agg", `{"rate":"10","fixed_amount":"1","free_units_per_total_aggregation":"1e30"}`, "5", 5, "", "0"},
		{
			"a count, limits, immense free total", "count_agg",
			`{"rate":"10","free_units_per_total_aggregation":"1e30","per_transaction_min_amount":"1"}`, "5", 5, "", "0",
		},
		{"a count of nothing", "count_agg", `{"rate":"10","free_units_per_events":4}`, "0", 0, "", "0"},
		{"a count, limits", "count_agg", `{"rate":"10","per_transaction_min_amount":"1"}`, "5", 5, "", "5"},
		{"a count, limits, free events", "count_agg", `{"rate":"10","free_units_per_events":2,"per_transaction_min_amount":"1"}`, "5", 5, "", "3"},
		{
			"a count, limits, more free events", "count_agg",
			`{"rate":"10","free_units_per_events":9,"per_transaction_min_amount":"1"}`, "5", 5, "", "0",
		},
		{
			"a count, limits, free total", "count_agg",
			`{"rate":"100","free_units_per_total_aggregation":"2.75","per_transaction_max_amount":"9"}`, "5", 5, "", "2.25",
		},
		{
			"a count, limits, free total that is whole", "count_agg",
			`{"rate":"100","fixed_amount":"1","free_units_per_total_aggregation":"2","per_transaction_max_amount":"9"}`, "5", 5, "", "7",
		},
		{
			"a count, limits, greater free total", "count_agg",
			`{"rate":"100","free_units_per_total_aggregation":"6","per_transaction_min_amount":"1"}`, "5", 5, "", "0",
		},
		{
			"a unique count, limits, every event counts", "unique_count_agg",
			`{"rate":"10","per_transaction_min_amount":"1"}`, "2", 2, "1 1 1 1", "4",
		},
		{"a unique count, free events", "unique_count_agg", `{"rate":"10","free_units_per_events":1}`, "2", 2, "", "0.1"},
		{"a maximum", "max_agg", `{"rate":"10","fixed_amount":"1"}`, "20", 3, "", "5"},
		{"a maximum, free total", "max_agg", `{"rate":"10","free_units_per_total_aggregation":"8"}`, "20", 3, "5 20", "1.2"},
		{"a maximum, free events", "max_agg", `{"rate":"10","fixed_amount":"1","free_units_per_events":1}`, "20", 3, "5", "3.5"},
		{"a maximum, limits", "max_agg", `{"rate":"10","fixed_amount":"1","per_transaction_min_amount":"2"}`, "20", 4, "5 20 20 3", "9"},
		{"a weighted sum, limits are ignored", "weighted_sum_agg", `{"rate":"10","per_transaction_min_amount":"2"}`, "5", 3, "", "0.5"},
		{"a weighted sum, free total", "weighted_sum_agg", `{"rate":"10","free_units_per_total_aggregation":"2"}`, "5", 3, "", "0.3"},
		{"a weighted sum, free events", "weighted_sum_agg", `{"rate":"10","fixed_amount":"1","free_units_per_events":2}`, "5", 3, "", "1.5"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options := charge.Options{Aggregation: c.aggregation, Currency: "EUR", Premium: true}
			usage := charge.Usage{Units: number(t, c.units), EventsCount: c.events, Values: numbers(t, c.values)}
			price := charge.PriceOf("percentage", accepted(t, "percentage", c.sent), usage, options)
			requireAmount(t, c.amount, price.Amount)
		})
	}
}

// Counting events one by one and all at once comes to the same.
func TestPriceOf_PercentageOfOnes(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{
		`{"rate":"10","fixed_amount":"1","per_transaction_min_amount":"1.05"}`,
		`{"rate":"10","free_units_per_events":3,"per_transaction_min_amount":"1"}`,
		`{"rate":"100","free_units_per_total_aggregation":"2.75","per_transaction_max_amount":"0.5"}`,
		`{"rate":"100","free_units_per_total_aggregation":"3","per_transaction_min_amount":"0.1"}`,
		`{"rate":"100","free_units_per_events":2,"free_units_per_total_aggregation":"0.5","per_transaction_max_amount":"0.9"}`,
	} {
		properties := accepted(t, "percentage", sent)
		for n := range int64(8) {
			count := euros()
			count.Aggregation = "count_agg"
			all := charge.PriceOf("percentage", properties, charge.Usage{Units: ones(n), EventsCount: n}, count)
			single := charge.Usage{Units: ones(n), EventsCount: n}
			for range n {
				single.Values = append(single.Values, ones(1))
			}
			requireAmount(t, charge.PriceOf("percentage", properties, single, euros()).Amount.String(), all.Amount, sent, n)
		}
	}
}

func TestPriceOf_PercentageDetails(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, sent, values, details string }{
		{
			"free units by total", `{"rate":"1","fixed_amount":"5","free_units_per_total_aggregation":"15"}`, "4 4 4 4 10",
			`{"units":"26.0","free_units":"15.0","free_events":3,"paid_units":"11.0","rate":"1.0","per_unit_total_amount":"0.11",` +
				`"paid_events":2,"fixed_fee_unit_amount":"5.0","fixed_fee_total_amount":"10.0","min_max_adjustment_total_amount":"0.0"}`,
		},
		{
			"all is free", `{"rate":"1","fixed_amount":"5","free_units_per_events":3}`, "10 10",
			`{"units":"20.0","free_units":"20.0","free_events":3,"paid_units":"0.0","rate":"1.0","per_unit_total_amount":"0.0",` +
				`"paid_events":0,"fixed_fee_unit_amount":"0.0","fixed_fee_total_amount":"0.0","min_max_adjustment_total_amount":"0.0"}`,
		},
		{
			"limits", `{"rate":"1","fixed_amount":"1","per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"}`, "100 1000 10000",
			`{"units":"11100.0","free_units":"0.0","free_events":0,"paid_units":"11100.0","rate":"1.0","per_unit_total_amount":"111.0",` +
				`"paid_events":3,"fixed_fee_unit_amount":"1.0","fixed_fee_total_amount":"3.0","min_max_adjustment_total_amount":"-89.0"}`,
		},
		{
			"nothing", `{"rate":"0"}`, "",
			`{"units":"0.0","free_units":"0.0","free_events":0,"paid_units":"0.0","rate":"0.0","per_unit_total_amount":"0.0",` +
				`"paid_events":0,"fixed_fee_unit_amount":"0.0","fixed_fee_total_amount":"0.0","min_max_adjustment_total_amount":"0.0"}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			price := charge.PriceOf("percentage", accepted(t, "percentage", c.sent), summed(t, c.values), euros())
			require.Equal(t, c.details, encode(t, price.Details))
		})
	}
}
