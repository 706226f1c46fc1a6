package charge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// number reads a decimal.
func number(t require.TestingT, text string) decimal.Decimal {
	d, err := decimal.NewFromString(text)
	require.NoError(t, err, text)
	return d
}

// numbers reads decimals between spaces.
func numbers(t require.TestingT, texts string) []decimal.Decimal {
	var list []decimal.Decimal
	for _, text := range strings.Fields(texts) {
		list = append(list, number(t, text))
	}
	return list
}

// sum returns the sum of decimals.
func sum(values []decimal.Decimal) decimal.Decimal {
	total := decimal.Zero
	for _, value := range values {
		total = total.Add(value)
	}
	return total
}

// ones returns an integer as a decimal.
func ones(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// euros are the options of a charge on a sum, in euros and with the premium
// features.
func euros() charge.Options {
	return charge.Options{Aggregation: "sum_agg", Currency: "EUR", Premium: true}
}

// summed is the usage of events with values.
func summed(t require.TestingT, values string) charge.Usage {
	list := numbers(t, values)
	return charge.Usage{Units: sum(list), EventsCount: int64(len(list)), Values: list}
}

// units is usage of so many units by one event.
func units(t require.TestingT, text string) charge.Usage {
	return charge.Usage{Units: number(t, text), EventsCount: 1}
}

// tiers writes the ranges of a model from "0-10@2+5 11-null@1+0": bounds, then
// the amount per unit or the rate, then the flat amount.
func tiers(model charge.Model, list string) string {
	price := "per_unit_amount"
	if model == "graduated_percentage" {
		price = "rate"
	}
	var ranges []string
	for _, tier := range strings.Fields(list) {
		bounds, amounts, _ := strings.Cut(tier, "@")
		from, to, _ := strings.Cut(bounds, "-")
		perUnit, flat, _ := strings.Cut(amounts, "+")
		ranges = append(ranges, fmt.Sprintf(`{"from_value":%s,"to_value":%s,%q:%q,"flat_amount":%q}`, from, to, price, perUnit, flat))
	}
	return fmt.Sprintf(`{"%s_ranges":[%s]}`, model, strings.Join(ranges, ","))
}

// accepted returns properties that break no rule.
func accepted(t require.TestingT, model charge.Model, sent string) charge.Properties {
	properties := normalized(t, model, sent, metered())
	require.Empty(t, charge.Validate(model, properties, metered()), sent)
	return properties
}

// requireAmount compares a decimal with its text by value.
func requireAmount(t require.TestingT, expected string, actual decimal.Decimal, about ...any) {
	require.Equal(t, charge.FormatDecimal(number(t, expected)), charge.FormatDecimal(actual), about...)
}

// worked is a worked case: units, their amount and that in minor units.
type worked struct {
	units, amount string
	cents         int64
}

// checkWorked runs the worked cases of a model.
func checkWorked(t *testing.T, model charge.Model, sent string, options charge.Options, cases []worked) {
	t.Helper()
	properties := accepted(t, model, sent)
	for _, c := range cases {
		usage := units(t, c.units)
		price := charge.PriceOf(model, properties, usage, options)
		requireAmount(t, c.amount, price.Amount, c.units)
		require.Equal(t, c.cents, charge.FeeOf(price, usage, options).AmountCents, c.units)
	}
}

func TestPriceOf_Standard(t *testing.T) {
	t.Parallel()
	checkWorked(t, "standard", `{"amount":"0.335"}`, euros(), []worked{{"3", "1.005", 101}, {"0", "0", 0}, {"-3", "-1.005", 0}})
	checkWorked(t, "standard", `{"amount":"0.01"}`, euros(), []worked{{"2.5", "0.025", 3}, {"0.5", "0.005", 1}})
	checkWorked(t, "standard", `{"amount":"0.0001234"}`, euros(), []worked{{"1000", "0.1234", 12}})
	checkWorked(t, "standard", `{"amount":"1e2"}`, euros(), []worked{{"2", "200", 20000}})
	yen := charge.Options{Currency: "JPY"}
	checkWorked(t, "standard", `{"amount":"0.335"}`, yen, []worked{{"3", "1.005", 1}})
	dinars := charge.Options{Currency: "KWD"}
	checkWorked(t, "standard", `{"amount":"0.335"}`, dinars, []worked{{"3", "1.005", 1005}})

	price := charge.PriceOf("standard", accepted(t, "standard", `{"amount":"0.335"}`), units(t, "3"), euros())
	requireAmount(t, "0.335", price.UnitAmount)
	require.JSONEq(t, `{}`, encode(t, price.Details))
}

// A prorated charge shows the units in use and spreads its amount over them.
func TestPriceOf_StandardProrated(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Prorated = true
	properties := accepted(t, "standard", `{"amount":"29"}`)
	usage := charge.Usage{Units: number(t, "8.27587"), FullUnits: number(t, "10"), EventsCount: 1}
	price := charge.PriceOf("standard", properties, usage, options)
	requireAmount(t, "240.00023", price.Amount)
	requireAmount(t, "24.000023", price.UnitAmount)
	fee := charge.FeeOf(price, usage, options)
	require.Equal(t, int64(24000), fee.AmountCents)
	requireAmount(t, "10", fee.Units)

	// More was taken away than was added: nobody has units of less than zero.
	usage.FullUnits = number(t, "-2")
	price = charge.PriceOf("standard", properties, usage, options)
	requireAmount(t, "0", price.UnitAmount)
	fee = charge.FeeOf(price, usage, options)
	require.Equal(t, int64(24000), fee.AmountCents)
	requireAmount(t, "0", fee.Units)
}

// The units of a fixed charge that is prorated come prorated.
func TestPriceOf_FixedCharges(t *testing.T) {
	t.Parallel()
	options := charge.Options{Currency: "EUR", Prorated: true}
	usage := charge.Usage{Units: number(t, "4.193548"), FullUnits: number(t, "10")}
	price := charge.PriceOf("standard", accepted(t, "standard", `{"amount":"1.00"}`), usage, options)
	require.Equal(t, int64(419), charge.FeeOf(price, usage, options).AmountCents)

	usage = charge.Usage{Units: number(t, "2.096774"), FullUnits: number(t, "5")}
	price = charge.PriceOf("standard", accepted(t, "standard", `{"amount":"3.00"}`), usage, options)
	require.Equal(t, int64(629), charge.FeeOf(price, usage, options).AmountCents)

	ranges := accepted(t, "graduated", tiers("graduated", "0-2@1+1 3-null@2+3"))
	usage = charge.Usage{Units: number(t, "2.5"), FullUnits: number(t, "5")}
	price = charge.PriceOf("graduated", ranges, usage, options)
	requireAmount(t, "7", price.Amount)
	requireAmount(t, "1.4", price.UnitAmount)

	ranges = accepted(t, "volume", tiers("volume", "0-2@1+1 3-null@2+3"))
	price = charge.PriceOf("volume", ranges, usage, options)
	requireAmount(t, "8", price.Amount)
}

func TestPriceOf_Package(t *testing.T) {
	t.Parallel()
	sent := `{"amount":"5","package_size":1000,"free_units":100}`
	checkWorked(t, "package", sent, euros(), []worked{
		{"0", "0", 0},
		{"100", "0", 0},
		{"100.01", "5", 500},
		{"1100", "5", 500},
		{"1101", "10", 1000},
		{"2350", "15", 1500},
		{"-1", "0", 0},
	})
	checkWorked(t, "package", `{"amount":"100","package_size":10,"free_units":0}`, euros(), []worked{{"121", "1300", 130000}})

	cases := []struct{ units, unitAmount, details string }{
		{"0", "0", `{"free_units":"0.0","paid_units":"0.0","per_package_size":0,"per_package_unit_amount":"0.0"}`},
		{"50", "0", `{"free_units":"100.0","paid_units":"0.0","per_package_size":1000,"per_package_unit_amount":"5.0"}`},
		{"1101", "0.00999000999001", `{"free_units":"100.0","paid_units":"1001.0","per_package_size":1000,"per_package_unit_amount":"5.0"}`},
	}
	for _, c := range cases {
		price := charge.PriceOf("package", accepted(t, "package", sent), units(t, c.units), euros())
		requireAmount(t, c.unitAmount, price.UnitAmount.Round(15), c.units)
		require.Equal(t, c.details, encode(t, price.Details), c.units)
	}
	price := charge.PriceOf("package", accepted(t, "package", `{"amount":"100","package_size":10,"free_units":0}`), units(t, "121"), euros())
	requireAmount(t, "10.743801652892562", price.UnitAmount.Round(15))
}

func TestPriceOf_Volume(t *testing.T) {
	t.Parallel()
	sent := tiers("volume", "0-100@2+10 101-200@1+0 201-null@0.5+50")
	checkWorked(t, "volume", sent, euros(), []worked{
		{"0", "10", 1000},
		{"1", "12", 1200},
		{"100", "210", 21000},
		{"100.5", "100.5", 10050},
		{"200", "200", 20000},
		{"200.01", "150.005", 15001},
		{"300", "200", 20000},
	})
	price := charge.PriceOf("volume", accepted(t, "volume", sent), units(t, "300"), euros())
	require.Equal(t, `{"flat_unit_amount":"50.0","per_unit_amount":"0.5","per_unit_total_amount":"150.0"}`, encode(t, price.Details))
	requireAmount(t, "0.666666666666667", price.UnitAmount.Round(15))
	price = charge.PriceOf("volume", accepted(t, "volume", sent), units(t, "0"), euros())
	require.Equal(t, `{"flat_unit_amount":"10.0","per_unit_amount":"0.0","per_unit_total_amount":"0.0"}`, encode(t, price.Details))

	options := euros()
	options.Prorated = true
	usage := charge.Usage{Units: number(t, "198.6"), FullUnits: number(t, "300"), EventsCount: 1}
	price = charge.PriceOf("volume", accepted(t, "volume", sent), usage, options)
	requireAmount(t, "149.30", price.Amount)
	require.Equal(t, `{"flat_unit_amount":"50.0","per_unit_amount":"0.331","per_unit_total_amount":"99.3"}`, encode(t, price.Details))
}

// Where the original fails, nothing is charged.
func TestPriceOf_VolumeOutsideOfRanges(t *testing.T) {
	t.Parallel()
	nothing := `{"flat_unit_amount":"0.0","per_unit_amount":"0.0","per_unit_total_amount":"0.0"}`
	for _, c := range []struct{ ranges, units string }{
		{"0-null@2+10", "-1"},
		{"0-null@2+10", "-0.5"},
		{"1-null@2+10", "0"},
		{"0-10@2+10 12-null@1+5", "11"},
	} {
		price := charge.PriceOf("volume", accepted(t, "volume", tiers("volume", c.ranges)), units(t, c.units), euros())
		requireAmount(t, "0", price.Amount, c)
		require.Equal(t, nothing, encode(t, price.Details), c)
	}
	checkWorked(t, "volume", tiers("volume", "1-null@2+10"), euros(), []worked{{"0.5", "11", 1100}, {"1", "12", 1200}})
	checkWorked(t, "volume", tiers("volume", "0-10@2+10 12-null@1+5"), euros(), []worked{{"11.5", "16.5", 1650}})
}

func TestPriceOf_Dynamic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		units, cents string
		rounded      int64
	}{
		{"1", "10.1", 10},
		{"2", "912.0", 912},
		{"1", "10.5", 11},
		{"1", "1234.56", 1235},
		{"0", "1234.56", 0},
		{"1", "-10", 0},
	} {
		usage := charge.Usage{Units: number(t, c.units), EventsCount: 1, PreciseTotalAmountCents: number(t, c.cents)}
		price := charge.PriceOf("dynamic", accepted(t, "dynamic", `{}`), usage, euros())
		fee := charge.FeeOf(price, usage, euros())
		require.Equal(t, c.rounded, fee.AmountCents, c)
		require.Equal(t, `{}`, encode(t, price.Details))
	}
	usage := charge.Usage{Units: number(t, "2"), PreciseTotalAmountCents: number(t, "912")}
	requireAmount(t, "9.12", charge.PriceOf("dynamic", nil, usage, euros()).Amount)
	requireAmount(t, "4.56", charge.PriceOf("dynamic", nil, usage, euros()).UnitAmount)
	requireAmount(t, "0.912", charge.PriceOf("dynamic", nil, usage, charge.Options{Currency: "KWD"}).Amount)
}

func TestPriceOf_ModelsWithoutAPrice(t *testing.T) {
	t.Parallel()
	for _, model := range []charge.Model{"custom", "tiered", ""} {
		price := charge.PriceOf(model, charge.Properties{"amount": "5"}, units(t, "3"), euros())
		requireAmount(t, "0", price.Amount)
		require.Equal(t, `{}`, encode(t, price.Details))
		advance := charge.Advance(model, charge.Properties{"amount": "5"}, units(t, "3"), charge.Event{Applied: number(t, "1")}, euros())
		requireAmount(t, "0", advance.Amount)
		require.Equal(t, `{}`, encode(t, advance.Details))
		projected := charge.Project(model, charge.Properties{"amount": "5"}, units(t, "3"), charge.Elapsed{Days: 1, Of: 2}, euros())
		requireAmount(t, "6", projected.Units)
		requireAmount(t, "0", projected.Price.Amount)
	}
}

// What is missing costs nothing: a filter may come without properties.
func TestPriceOf_NoProperties(t *testing.T) {
	t.Parallel()
	for _, model := range charge.Models() {
		usage := units(t, "3")
		price := charge.PriceOf(model, nil, usage, euros())
		require.Zero(t, charge.FeeOf(price, usage, euros()).AmountCents, model)
	}
	prorated := euros()
	prorated.Prorated = true
	requireAmount(t, "0", charge.PriceOf("graduated", nil, walked(t, "2:1"), prorated).Amount)
}
