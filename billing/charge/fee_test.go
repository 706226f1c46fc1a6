package charge_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/billing/money"
)

func TestFeeOf(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "graduated", tiers("graduated", "0-10@10+2 11-20@5+3 21-null@5+3"))
	usage := units(t, "12")
	usage.EventsCount = 4
	fee := charge.FeeOf(charge.PriceOf("graduated", properties, usage, euros()), usage, euros())
	require.Equal(t, int64(11500), fee.AmountCents)
	require.Equal(t, int64(958), fee.UnitAmountCents, "cut off, not rounded")
	require.Equal(t, int64(4), fee.EventsCount)
	requireAmount(t, "11500", fee.PreciseAmountCents)
	requireAmount(t, "9.583333333333333", fee.PreciseUnitAmount)
	requireAmount(t, "12", fee.Units)
	require.Nil(t, fee.PricingUnit)

	usage = units(t, "1000")
	fee = charge.FeeOf(charge.PriceOf("standard", accepted(t, "standard", `{"amount":"0.0001234"}`), usage, euros()), usage, euros())
	require.Equal(t, int64(12), fee.AmountCents)
	requireAmount(t, "12.34", fee.PreciseAmountCents)
	require.Zero(t, fee.UnitAmountCents)
	requireAmount(t, "0.0001234", fee.PreciseUnitAmount)
}

func TestFeeOf_PreciseAmountsHaveFifteenPlaces(t *testing.T) {
	t.Parallel()
	price := charge.Price{Amount: number(t, "0.12345678901234567890"), UnitAmount: number(t, "0.9999999999999999")}
	fee := charge.FeeOf(price, units(t, "1"), euros())
	requireAmount(t, "12.345678901234568", fee.PreciseAmountCents)
	requireAmount(t, "1", fee.PreciseUnitAmount)
	require.Equal(t, int64(12), fee.AmountCents)
	require.Equal(t, int64(99), fee.UnitAmountCents)

	yen := charge.FeeOf(price, units(t, "1"), charge.Options{Currency: "JPY"})
	requireAmount(t, "0.123456789012346", yen.PreciseAmountCents)
	require.Zero(t, yen.AmountCents)
}

func TestFeeOf_NegativeIsZero(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "graduated", tiers("graduated", "0-null@1+100"))
	usage := summed(t, "5 -8")
	fee := charge.FeeOf(charge.PriceOf("graduated", properties, usage, euros()), usage, euros())
	requireAmount(t, "0", fee.Units)
	require.Zero(t, fee.AmountCents)
	require.Equal(t, int64(2), fee.EventsCount)
	require.Equal(t, `{}`, encode(t, fee.Details))
	require.False(t, fee.Empty(), "there were events")

	usage = charge.Usage{Units: number(t, "3"), EventsCount: 1, PreciseTotalAmountCents: number(t, "-10")}
	fee = charge.FeeOf(charge.PriceOf("dynamic", nil, usage, euros()), usage, euros())
	requireAmount(t, "0", fee.Units)
	requireAmount(t, "0", fee.PreciseAmountCents)
	requireAmount(t, "0", fee.PreciseUnitAmount)
}

// Groups are rounded one by one: three halves of a cent are three cents.
func TestFeeOf_RoundsEachFee(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "standard", `{"amount":"0.005"}`)
	total := int64(0)
	for range 3 {
		usage := units(t, "1")
		total += charge.FeeOf(charge.PriceOf("standard", properties, usage, euros()), usage, euros()).AmountCents
	}
	require.Equal(t, int64(3), total)
}

func TestFeeOf_ShownUnits(t *testing.T) {
	t.Parallel()
	usage := charge.Usage{Units: number(t, "10"), FullUnits: number(t, "5")}
	for _, c := range []struct {
		name    string
		options charge.Options
		units   string
	}{
		{"plain", charge.Options{}, "10"},
		{"current usage", charge.Options{CurrentUsage: true}, "10"},
		{"in advance, on an invoice", charge.Options{PayInAdvance: true}, "10"},
		{"in advance, current usage", charge.Options{PayInAdvance: true, CurrentUsage: true}, "5"},
		{"prorated, on an invoice", charge.Options{Prorated: true}, "5"},
		{"prorated, current usage", charge.Options{Prorated: true, CurrentUsage: true}, "5"},
	} {
		requireAmount(t, c.units, charge.FeeOf(charge.Price{}, usage, c.options).Units, c.name)
	}
}

// The current usage of a charge in advance is priced by the period's peak,
// whatever is left of the units.
func TestFeeOf_CurrentUsageInAdvance(t *testing.T) {
	t.Parallel()
	options := euros()
	options.PayInAdvance, options.CurrentUsage = true, true
	cases := []struct {
		model            charge.Model
		sent, peak, left string
		shown            string
		cents            int64
	}{
		{"standard", `{"amount":"10"}`, "3", "3", "3", 3000},
		{"graduated", tiers("graduated", "0-2@0+0 3-null@2+0"), "3", "3", "3", 200},
		{"standard", `{"amount":"1"}`, "14", "14", "14", 1400},
		{"standard", `{"amount":"1"}`, "10", "7", "7", 1000},
		{"standard", `{"amount":"1"}`, "10", "5", "5", 1000},
		{"standard", `{"amount":"1"}`, "10", "-5", "0", 1000},
		{"standard", `{"amount":"12"}`, "2", "2", "2", 2400},
		{"package", `{"amount":"100","package_size":2,"free_units":3}`, "6", "6", "6", 20000},
		{"graduated", tiers("graduated", "0-5@0.02+0.01 6-null@0.01+0.01"), "6", "6", "6", 13},
	}
	for _, c := range cases {
		usage := charge.Usage{Units: number(t, c.peak), FullUnits: number(t, c.left), EventsCount: 3}
		fee := charge.FeeOf(charge.PriceOf(c.model, accepted(t, c.model, c.sent), usage, options), usage, options)
		require.Equal(t, c.cents, fee.AmountCents, c)
		requireAmount(t, c.shown, fee.Units, c)
	}
}

func TestFeeOf_PricingUnits(t *testing.T) {
	t.Parallel()
	options := euros()
	options.ConversionRate = number(t, "0.5")
	usage := units(t, "300")
	fee := charge.FeeOf(charge.PriceOf("standard", accepted(t, "standard", `{"amount":"1"}`), usage, options), usage, options)
	require.Equal(t, int64(30000), fee.PricingUnit.AmountCents)
	require.Equal(t, int64(15000), fee.AmountCents)
	require.Equal(t, int64(100), fee.PricingUnit.UnitAmountCents)
	require.Equal(t, int64(50), fee.UnitAmountCents)
	requireAmount(t, "0.5", fee.PricingUnit.ConversionRate)

	usage = units(t, "3")
	fee = charge.FeeOf(charge.PriceOf("standard", accepted(t, "standard", `{"amount":"1.235"}`), usage, options), usage, options)
	require.Equal(t, int64(371), fee.PricingUnit.AmountCents)
	requireAmount(t, "370.5", fee.PricingUnit.PreciseAmountCents)
	requireAmount(t, "1.235", fee.PricingUnit.PreciseUnitAmount)
	require.Equal(t, int64(123), fee.PricingUnit.UnitAmountCents)
	require.Equal(t, int64(186), fee.AmountCents)
	requireAmount(t, "185.5", fee.PreciseAmountCents)
	requireAmount(t, "0.615", fee.PreciseUnitAmount)
	require.Equal(t, int64(61), fee.UnitAmountCents)

	fee = charge.FeeOf(charge.Price{}, charge.Usage{}, options)
	require.NotNil(t, fee.PricingUnit, "zero usage has its pricing unit")
	require.Zero(t, fee.PricingUnit.AmountCents)
}

func TestFee_Empty(t *testing.T) {
	t.Parallel()
	require.True(t, charge.FeeOf(charge.Price{}, charge.Usage{}, euros()).Empty())
	require.False(t, charge.FeeOf(charge.Price{}, units(t, "1"), euros()).Empty())
	require.False(t, charge.FeeOf(charge.Price{}, charge.Usage{EventsCount: 1}, euros()).Empty())
	flat := charge.PriceOf("graduated", accepted(t, "graduated", tiers("graduated", "0-null@1+100")), charge.Usage{}, euros())
	require.False(t, charge.FeeOf(flat, charge.Usage{}, euros()).Empty())
}

func TestFee_Beyond(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "standard", `{"amount":"0.01"}`)
	free, dear := accepted(t, "standard", `{"amount":"0"}`), accepted(t, "standard", `{"amount":"1e20"}`)
	for _, c := range []struct {
		properties charge.Properties
		units      decimal.Decimal
		beyond     bool
	}{
		{properties, decimal.New(1, 17), false},
		{properties, decimal.New(1, 17).Add(decimal.New(1, 0)), true},
		{dear, decimal.New(1, -20), true},
		{properties, decimal.New(-1, 200), false},
		{free, decimal.New(1, 126), false},
		{free, decimal.New(12345, -3), false},
		{free, decimal.New(1, 200), true},
	} {
		usage := charge.Usage{Units: c.units, FullUnits: c.units}
		fee := charge.FeeOf(charge.PriceOf("standard", c.properties, usage, euros()), usage, euros())
		require.Equal(t, c.beyond, fee.Beyond(), c.units)
	}
}

// Pricing units have the same bound: an amount of them that is cut would be converted, and
// so would what one unit costs, however few there are.
func TestFee_BeyondInPricingUnits(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "standard", `{"amount":"1e16"}`)
	options := euros()
	options.ConversionRate = decimal.New(1, -10)
	for units, beyond := range map[string]bool{"0": false, "1": true, "0.0001": true} {
		usage := charge.Usage{Units: number(t, units), FullUnits: number(t, units)}
		fee := charge.FeeOf(charge.PriceOf("standard", properties, usage, options), usage, options)
		require.Equal(t, beyond, fee.Beyond(), units)
		require.False(t, money.Beyond(fee.AmountCents, fee.UnitAmountCents))
	}
}

func TestEstimate_Beyond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount string
		units  decimal.Decimal
		beyond bool
	}{
		{"0.01", decimal.NewFromInt(5), false},
		{"1e20", decimal.NewFromInt(5), true},
		{"0", decimal.New(1, 126), false},
		{"0", decimal.New(1, 200), true},
	} {
		estimate, known := charge.InstantEstimate("standard", accepted(t, "standard", `{"amount":"`+c.amount+`"}`), c.units, euros())
		require.True(t, known)
		require.Equal(t, c.beyond, estimate.Beyond(), "%s of %s", c.units, c.amount)
	}
}

// Numbers that nobody is billed are cut instead of overflowing.
func TestFeeOf_ImmenseNumbers(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "standard", `{"amount":"1e60"}`)
	for _, c := range []struct {
		units decimal.Decimal
		cents int64
	}{
		{decimal.New(1, math.MaxInt32), money.MaxCents + 1},
		{decimal.New(-1, math.MaxInt32), 0},
		{decimal.New(1, math.MinInt32), 0},
		{decimal.New(1, 127), money.MaxCents + 1},
		{decimal.New(1, 128), money.MaxCents + 1},
		{decimal.New(1, -62), 1},
		{decimal.New(0, math.MaxInt32), 0},
		{number(t, "1"+digits(300)), money.MaxCents + 1},
		{number(t, "0."+digits(300)+"1"), 0},
		{number(t, "0."+digits(64)+"1"+digits(64)+"1"), 0},
	} {
		usage := charge.Usage{Units: c.units, FullUnits: c.units, EventsCount: math.MinInt64}
		fee := charge.FeeOf(charge.PriceOf("standard", properties, usage, euros()), usage, euros())
		require.Equal(t, c.cents, fee.AmountCents)
		require.Zero(t, fee.EventsCount)
	}
}

func TestTrueUp(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		minimum charge.Minimum
		used    int64
		rate    string
		cents   int64
		due     bool
	}{
		{"a whole period", charge.Minimum{AmountCents: 1000, BilledDays: 31, PeriodDays: 31}, 700, "0", 300, true},
		{"a part of it", charge.Minimum{AmountCents: 1000, BilledDays: 15, PeriodDays: 31}, 200, "0", 284, true},
		{"enough", charge.Minimum{AmountCents: 1000, BilledDays: 31, PeriodDays: 31}, 1000, "0", 0, false},
		{"enough for a part", charge.Minimum{AmountCents: 1000, BilledDays: 15, PeriodDays: 31}, 484, "0", 0, false},
		{"no minimum", charge.Minimum{BilledDays: 31, PeriodDays: 31}, 0, "0", 0, false},
		{"no days", charge.Minimum{AmountCents: 1000}, 0, "0", 0, false},
		{"pricing units", charge.Minimum{AmountCents: 1000, BilledDays: 30, PeriodDays: 30}, 700, "0.25", 75, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options := euros()
			options.ConversionRate = number(t, c.rate)
			fee, due := charge.TrueUp(c.minimum, c.used, options)
			require.Equal(t, c.due, due)
			require.Equal(t, c.cents, fee.AmountCents)
			if due {
				requireAmount(t, "1", fee.Units)
				require.Zero(t, fee.EventsCount)
			}
			if c.rate != "0" {
				require.Equal(t, int64(300), fee.PricingUnit.AmountCents)
			}
		})
	}
	part := charge.Minimum{AmountCents: 1000, BilledDays: 15, PeriodDays: 31}
	requireAmount(t, "483.870967741935484", part.ProRated().Round(15))
	fee, _ := charge.TrueUp(part, 200, euros())
	requireAmount(t, "283.870967741935484", fee.PreciseAmountCents)
	requireAmount(t, "2.838709677419355", fee.PreciseUnitAmount)
	fee, _ = charge.TrueUp(charge.Minimum{AmountCents: 1000, BilledDays: 1, PeriodDays: 1}, 1, charge.Options{Currency: "JPY"})
	require.Equal(t, int64(999), fee.AmountCents)
}
