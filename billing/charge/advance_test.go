package charge_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// applied is an event that adds units to the period's peak and shows them.
func applied(units decimal.Decimal) charge.Event {
	return charge.Event{Applied: units, Units: units}
}

// advanced returns the fees in advance of events with values: the usage grows
// by each of them, and each applies what is given.
func advanced(t require.TestingT, model charge.Model, properties charge.Properties, values, applies []decimal.Decimal, options charge.Options) []charge.Fee {
	fees := make([]charge.Fee, len(values))
	for i := range values {
		usage := charge.Usage{Units: sum(values[:i+1]), EventsCount: int64(i + 1), Values: values[:i+1]}
		event := applied(applies[i])
		fees[i] = charge.FeeOf(charge.Advance(model, properties, usage, event, options), event.Usage(), options)
		require.Equal(t, int64(1), fees[i].EventsCount)
	}
	return fees
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name            string
		model           charge.Model
		sent            string
		values, applies string
		cents           []int64
	}{
		{"a count", "standard", `{"amount":"10"}`, "1 1", "1 1", []int64{1000, 1000}},
		{"a graduated count", "graduated", tiers("graduated", "0-2@0+0 3-null@2+0"), "1 1 1", "1 1 1", []int64{0, 0, 200}},
		{"a peak that is passed again", "standard", `{"amount":"1"}`, "10 -4 8", "10 0 4", []int64{1000, 0, 400}},
		{"a peak that is not", "standard", `{"amount":"1"}`, "10 -5 2", "10 0 0", []int64{1000, 0, 0}},
		{"from below zero", "standard", `{"amount":"1"}`, "-5 10", "0 10", []int64{0, 1000}},
		{"unique values", "standard", `{"amount":"12"}`, "1 -1 1 1 0", "1 0 0 1 0", []int64{1200, 0, 0, 1200, 0}},
		{"packages", "package", `{"amount":"100","package_size":2,"free_units":3}`, "3 1 2", "3 1 2", []int64{0, 10000, 10000}},
		{
			"the first event pays the first flat amount", "graduated", tiers("graduated", "0-5@0.02+0.01 6-null@0.01+0.01"),
			"3 1 2", "3 1 2",
			[]int64{7, 2, 4},
		},
		{
			"a percentage with free events", "percentage", `{"rate":"5","fixed_amount":"1","free_units_per_events":2}`,
			"8 5 3", "8 5 3",
			[]int64{0, 0, 115},
		},
		{
			"a percentage with a free total", "percentage", `{"rate":"5","fixed_amount":"1","free_units_per_total_aggregation":"120"}`,
			"100 10 20 20", "100 10 20 20",
			[]int64{0, 0, 150, 200},
		},
		{
			"a percentage with limits", "percentage", `{"rate":"2.99","per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"}`,
			"10 80 10000", "10 80 10000",
			[]int64{175, 239, 1200},
		},
		{
			"a graduated percentage", "graduated_percentage", tiers("graduated_percentage", "0-100@20+10 101-200@30+7 201-null@40+5"),
			"50 100 300", "50 100 300",
			[]int64{2000, 3200, 12000},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var cents []int64
			for _, fee := range advanced(t, c.model, accepted(t, c.model, c.sent), numbers(t, c.values), numbers(t, c.applies), euros()) {
				cents = append(cents, fee.AmountCents)
			}
			require.Equal(t, c.cents, cents)
		})
	}
}

// Every event of a count is worth one, whatever it holds.
func TestAdvance_Counts(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Aggregation = "count_agg"
	for _, c := range []struct {
		sent  string
		cents []int64
	}{
		{`{"rate":"5","fixed_amount":"1","free_units_per_events":2}`, []int64{0, 0, 105, 105}},
		{`{"rate":"5","fixed_amount":"1","free_units_per_total_aggregation":"2"}`, []int64{0, 100, 105, 105}},
		{`{"rate":"5","fixed_amount":"1","per_transaction_min_amount":"2"}`, []int64{200, 200, 200, 200}},
	} {
		var cents []int64
		for n := range int64(4) {
			usage := charge.Usage{Units: ones(n + 1), EventsCount: n + 1}
			event := applied(ones(1))
			price := charge.Advance("percentage", accepted(t, "percentage", c.sent), usage, event, options)
			cents = append(cents, charge.FeeOf(price, event.Usage(), options).AmountCents)
		}
		require.Equal(t, c.cents, cents, c.sent)
	}
}

func TestAdvance_Dynamic(t *testing.T) {
	t.Parallel()
	for precise, cents := range map[string]int64{"1234.56": 1235, "2.1": 2, "-5": 0} {
		event := charge.Event{Applied: ones(3), Units: ones(3), PreciseTotalAmountCents: number(t, precise)}
		price := charge.Advance("dynamic", nil, charge.Usage{Units: ones(9), EventsCount: 2}, event, euros())
		require.Equal(t, cents, charge.FeeOf(price, event.Usage(), euros()).AmountCents, precise)
	}
}

// 10 units on 6 February 2024, in use for 24 of 29 days.
func TestAdvance_Prorated(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Prorated, options.PayInAdvance = true, true
	event := charge.Event{Applied: number(t, "8.27587"), Units: ones(10)}
	price := charge.Advance("standard", accepted(t, "standard", `{"amount":"29"}`), charge.Usage{Units: ones(10), EventsCount: 1}, event, options)
	fee := charge.FeeOf(price, event.Usage(), options)
	require.Equal(t, int64(24000), fee.AmountCents)
	requireAmount(t, "10", fee.Units)
	requireAmount(t, "24", fee.PreciseUnitAmount)
}

// The amount per unit is made of the rounded amount.
func TestAdvance_UnitAmount(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "standard", `{"amount":"0.335"}`)
	price := charge.Advance("standard", properties, units(t, "3"), applied(ones(3)), euros())
	requireAmount(t, "1.005", price.Amount)
	requireAmount(t, "0.336666666666667", price.UnitAmount.Round(15))

	// An event may show units that cost nothing.
	event := charge.Event{Units: ones(2)}
	fee := charge.FeeOf(charge.Advance("standard", properties, units(t, "7"), event, euros()), event.Usage(), euros())
	require.Zero(t, fee.AmountCents)
	requireAmount(t, "2", fee.Units)

	pricingUnits := euros()
	pricingUnits.ConversionRate = number(t, "0.5")
	price = charge.Advance("standard", accepted(t, "standard", `{"amount":"1.235"}`), units(t, "3"), applied(ones(3)), pricingUnits)
	requireAmount(t, "1.236666666666667", price.UnitAmount.Round(15))
}

// Without units before it, every event pays the first flat amount.
func TestAdvance_FlatAmountOfTheFirstRange(t *testing.T) {
	t.Parallel()
	for _, model := range []charge.Model{"graduated", "graduated_percentage"} {
		properties := accepted(t, model, tiers(model, "0-null@0+3"))
		fees := advanced(t, model, properties, numbers(t, "0 5 5"), numbers(t, "0 5 5"), euros())
		require.Equal(t, []int64{300, 300, 0}, []int64{fees[0].AmountCents, fees[1].AmountCents, fees[2].AmountCents}, model)
	}
}

func TestAdvance_Details(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ model, sent string }{
		{"standard", `{"amount":"1"}`},
		{"graduated", tiers("graduated", "0-null@1+1")},
		{"package", `{"amount":"1","package_size":1,"free_units":0}`},
		{"dynamic", `{}`},
	} {
		price := charge.Advance(charge.Model(c.model), accepted(t, charge.Model(c.model), c.sent), units(t, "3"), applied(ones(1)), euros())
		require.Equal(t, `{}`, encode(t, price.Details), c.model)
	}

	properties := accepted(t, "percentage", `{"rate":"5","fixed_amount":"1","free_units_per_total_aggregation":"120"}`)
	fees := advanced(t, "percentage", properties, numbers(t, "100 10 20"), numbers(t, "100 10 20"), euros())
	require.Equal(t, `{"units":"10.0","free_units":"10.0","free_events":1,"paid_units":"0.0","rate":"5.0","per_unit_total_amount":"0.0",`+
		`"paid_events":0,"fixed_fee_unit_amount":"0.0","fixed_fee_total_amount":"0.0","min_max_adjustment_total_amount":"0.0"}`,
		encode(t, fees[1].Details))
	require.Equal(t, `{"units":"20.0","free_units":"10.0","free_events":0,"paid_units":"10.0","rate":"5.0","per_unit_total_amount":"0.5",`+
		`"paid_events":1,"fixed_fee_unit_amount":"1.0","fixed_fee_total_amount":"1.0","min_max_adjustment_total_amount":"0.0"}`,
		encode(t, fees[2].Details))

	properties = accepted(t, "percentage", `{"rate":"1","fixed_amount":"1","per_transaction_min_amount":"5"}`)
	fees = advanced(t, "percentage", properties, numbers(t, "100 200"), numbers(t, "100 200"), euros())
	require.Equal(t, `{"units":"200.0","free_units":"0.0","free_events":0,"paid_units":"200.0","rate":"1.0","per_unit_total_amount":"2.0",`+
		`"paid_events":1,"fixed_fee_unit_amount":"1.0","fixed_fee_total_amount":"1.0","min_max_adjustment_total_amount":"2.0"}`,
		encode(t, fees[1].Details))

	properties = accepted(t, "graduated_percentage", tiers("graduated_percentage", "0-100@20+10 101-null@30+7"))
	fees = advanced(t, "graduated_percentage", properties, numbers(t, "50 100"), numbers(t, "50 100"), euros())
	first := `{"from_value":0,"to_value":100,"flat_unit_amount":"10.0","rate":"20.0","units":"50.0","per_unit_total_amount":"10.0","total_with_flat_amount":"20.0"}`
	require.Equal(t, `{"graduated_percentage_ranges":[`+first+`]}`, encode(t, fees[0].Details))
	require.Equal(t, `{"graduated_percentage_ranges":[`+strings.Replace(strings.Replace(first,
		`"flat_unit_amount":"10.0"`, `"flat_unit_amount":"0.0"`, 1), `"total_with_flat_amount":"20.0"`, `"total_with_flat_amount":"10.0"`, 1)+
		`,{"from_value":101,"to_value":null,"flat_unit_amount":"7.0","rate":"30.0","units":"50.0","per_unit_total_amount":"15.0","total_with_flat_amount":"22.0"}]}`,
		encode(t, fees[1].Details))
}
