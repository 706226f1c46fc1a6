package charge_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/charge"
	"tarn/billing/money"
	"tarn/openapi"
)

// drawUnits draws units of zero or more, some of them whole.
func drawUnits(t *rapid.T, label string) decimal.Decimal {
	coefficient := rapid.Int64Range(0, 1_000_000).Draw(t, label)
	return decimal.New(coefficient, rapid.Int32Range(-4, 0).Draw(t, label+" places"))
}

// drawNumber draws a number of any sign and size.
func drawNumber(t *rapid.T, label string) decimal.Decimal {
	coefficient := rapid.Int64().Draw(t, label)
	exponents := rapid.OneOf(rapid.Int32Range(-20, 2), rapid.Int32Range(-200, 200), rapid.SampledFrom([]int32{math.MinInt32, math.MaxInt32}))
	return decimal.New(coefficient, exponents.Draw(t, label+" exponent"))
}

// drawAnyUsage draws usage that need not make sense.
func drawAnyUsage(t *rapid.T) charge.Usage {
	usage := charge.Usage{
		Units: drawNumber(t, "units"), FullUnits: drawNumber(t, "full units"),
		EventsCount: rapid.Int64().Draw(t, "events"), PreciseTotalAmountCents: drawNumber(t, "cents"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "values") {
		usage.Values = append(usage.Values, drawNumber(t, "value"))
		usage.Moves = append(usage.Moves, charge.Move{Full: drawNumber(t, "full"), Prorated: drawNumber(t, "prorated")})
	}
	return usage
}

// drawOptions draws any options.
func drawOptions(t *rapid.T) charge.Options {
	options := charge.Options{
		Aggregation: rapid.SampledFrom(append(aggregations(), "")).Draw(t, "aggregation"),
		Currency:    rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CLF", ""}).Draw(t, "currency"),
		Prorated:    rapid.Bool().Draw(t, "prorated"), PayInAdvance: rapid.Bool().Draw(t, "in advance"),
		CurrentUsage: rapid.Bool().Draw(t, "current usage"), Recurring: rapid.Bool().Draw(t, "recurring"),
		Premium: rapid.Bool().Draw(t, "premium"),
	}
	if rapid.Bool().Draw(t, "pricing unit") {
		options.ConversionRate = drawNumber(t, "rate")
	}
	return options
}

// requireFee checks what holds for the fee of any price.
func requireFee(t require.TestingT, price charge.Price, usage charge.Usage, options charge.Options) {
	fee := charge.FeeOf(price, usage, options)
	require.False(t, fee.Units.IsNegative())
	require.GreaterOrEqual(t, fee.EventsCount, int64(0))
	for _, cents := range []int64{fee.AmountCents, fee.UnitAmountCents} {
		require.GreaterOrEqual(t, cents, int64(0))
		require.True(t, fee.Beyond() || cents <= money.MaxCents)
	}
	half := decimal.New(5, -1)
	require.True(t, fee.PreciseAmountCents.Sub(ones(fee.AmountCents)).Abs().LessThanOrEqual(half))
	require.LessOrEqual(t, int32(-15), fee.PreciseUnitAmount.Exponent())
	require.NotPanics(t, func() { _ = charge.FormatDecimal(fee.Units) + charge.FormatDecimal(fee.PreciseUnitAmount) })
	require.Contains(t, encode(t, fee.Details), "{")
}

// requirePriced prices usage in every way.
func requirePriced(t require.TestingT, model charge.Model, properties charge.Properties, usage charge.Usage, options charge.Options) {
	charge.Needs(model, properties, options)
	requireFee(t, charge.PriceOf(model, properties, usage, options), usage, options)

	event := charge.Event{Applied: usage.FullUnits, Units: usage.Units, PreciseTotalAmountCents: usage.PreciseTotalAmountCents}
	requireFee(t, charge.Advance(model, properties, usage, event, options), event.Usage(), options)

	for _, elapsed := range []charge.Elapsed{{Days: 3, Of: 31}, {Days: 31, Of: 31}, {Of: 31}, {Days: math.MaxInt, Of: math.MinInt}} {
		projected := charge.Project(model, properties, usage, elapsed, options)
		require.False(t, projected.Units.IsNegative())
		requireFee(t, projected.Price, projected.Usage(), options)
		require.False(t, charge.ProjectUnits(usage.Units, elapsed, options).IsNegative())
	}
	estimate, _ := charge.InstantEstimate(model, properties, usage.Units, options)
	require.GreaterOrEqual(t, estimate.AmountCents, int64(0))
	charge.TrueUp(charge.Minimum{AmountCents: usage.EventsCount, BilledDays: 3, PeriodDays: 7}, usage.EventsCount, options)
}

func TestPricing_AnyUsageHasAPrice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(charge.Models()).Draw(t, "model")
		properties := normalized(t, model, encode(t, drawGood(t, model)), metered())
		requirePriced(t, model, properties, drawAnyUsage(t), drawOptions(t))
	})
}

// Properties that were never checked have a price too, whatever it is.
func TestPricing_AnyPropertiesHaveAPrice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(append(charge.Models(), "", "tiered")).Draw(t, "model")
		requirePriced(t, model, parsed(t, drawObject(t, 3)), drawAnyUsage(t), drawOptions(t))
	})
}

// More units never cost less, where the model says so.
func TestPricing_MoreUnitsCostNoLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom([]charge.Model{"standard", "package", "graduated"}).Draw(t, "model")
		properties := normalized(t, model, encode(t, drawGood(t, model)), metered())
		fewer := drawUnits(t, "units")
		more := fewer.Add(drawUnits(t, "more"))
		less := charge.PriceOf(model, properties, charge.Usage{Units: fewer}, euros()).Amount
		greater := charge.PriceOf(model, properties, charge.Usage{Units: more}, euros()).Amount
		require.True(t, less.LessThanOrEqual(greater), "%s cost %s, %s cost %s", fewer, less, more, greater)
	})
}

// In one range of volume, more units never cost less.
func TestPricing_MoreUnitsOfAVolumeCostNoLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		properties := normalized(t, "volume", encode(t, drawGood(t, "volume")), metered())
		listed := properties["volume_ranges"].([]any)
		chosen := listed[rapid.IntRange(0, len(listed)-1).Draw(t, "range")].(map[string]any)
		from := number(t, chosen["from_value"].(json.Number).String())
		end := from.Add(ones(1000))
		if to, ends := chosen["to_value"].(json.Number); ends {
			end = number(t, to.String())
		}
		share := decimal.New(rapid.Int64Range(0, 1000).Draw(t, "share"), -3)
		inside := from.Add(end.Sub(from).Mul(share))
		amount := func(units decimal.Decimal) decimal.Decimal {
			return charge.PriceOf("volume", properties, charge.Usage{Units: units}, euros()).Amount
		}
		require.True(t, amount(from).LessThanOrEqual(amount(inside)))
		require.True(t, amount(inside).LessThanOrEqual(amount(end)))
	})
}

// The parts of a graduated amount add up to it.
func TestPricing_GraduatedPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		properties := normalized(t, "graduated", encode(t, drawGood(t, "graduated")), metered())
		price := charge.PriceOf("graduated", properties, charge.Usage{Units: drawUnits(t, "units")}, euros())
		total := decimal.Zero
		for _, part := range price.Details.(charge.GraduatedDetails).Ranges {
			require.True(t, part.TotalWithFlatAmount.Equal(part.Units.Mul(part.PerUnitAmount.Decimal).Add(part.FlatUnitAmount.Decimal)))
			total = total.Add(part.TotalWithFlatAmount.Decimal)
		}
		requireAmount(t, price.Amount.String(), total)

		properties = normalized(t, "graduated_percentage", encode(t, drawGood(t, "graduated_percentage")), metered())
		price = charge.PriceOf("graduated_percentage", properties, charge.Usage{Units: drawUnits(t, "units")}, euros())
		total = decimal.Zero
		for _, part := range price.Details.(charge.GraduatedPercentageDetails).Ranges {
			total = total.Add(part.TotalWithFlatAmount.Decimal)
		}
		requireAmount(t, price.Amount.String(), total)
	})
}

// Contiguous ranges without gaps price every unit once.
func TestPricing_GraduatedUnitsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]int{0, 1}).Draw(t, "step")
		list, start := []any{}, 0
		for range rapid.IntRange(0, 4).Draw(t, "ranges") {
			end := start + rapid.IntRange(1, 100).Draw(t, "size")
			list = append(list, map[string]any{"from_value": start, "to_value": end, "per_unit_amount": "1", "flat_amount": "0"})
			start = end + step
		}
		list = append(list, map[string]any{"from_value": start, "to_value": nil, "per_unit_amount": "1", "flat_amount": "0"})
		properties := accepted(t, "graduated", encode(t, map[string]any{"graduated_ranges": list}))
		usage := charge.Usage{Units: drawUnits(t, "units")}
		requireAmount(t, usage.Units.String(), charge.PriceOf("graduated", properties, usage, euros()).Amount)
		projected := charge.Project("graduated", properties, usage, charge.Elapsed{Days: 1, Of: 1}, euros())
		requireAmount(t, projected.Units.String(), projected.Price.Amount)
	})
}

// What events pay in advance adds up to the price of all of them.
func TestPricing_AdvanceFeesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom([]charge.Model{"standard", "graduated", "package", "graduated_percentage"}).Draw(t, "model")
		properties := normalized(t, model, encode(t, drawGood(t, model)), metered())
		usage, paid := charge.Usage{}, decimal.Zero
		for range rapid.IntRange(1, 6).Draw(t, "events") {
			value := drawUnits(t, "value").Add(decimal.New(1, -4))
			usage.Units, usage.EventsCount = usage.Units.Add(value), usage.EventsCount+1
			paid = paid.Add(charge.Advance(model, properties, usage, applied(value), euros()).Amount)
		}
		requireAmount(t, charge.PriceOf(model, properties, usage, euros()).Amount.String(), paid)
	})
}

// With the free units known from the start, so do those of a percentage.
func TestPricing_AdvanceFeesOfAPercentageAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		good := map[string]any{"rate": drawAmount(t), "fixed_amount": drawAmount(t)}
		if rapid.Bool().Draw(t, "limited") {
			good["per_transaction_min_amount"] = drawAmount(t)
		} else {
			good["free_units_per_events"] = rapid.IntRange(1, 4).Draw(t, "free events")
		}
		properties := accepted(t, "percentage", encode(t, good))
		usage, paid := charge.Usage{}, decimal.Zero
		for range rapid.IntRange(1, 6).Draw(t, "events") {
			value := drawUnits(t, "value").Add(decimal.New(1, -4))
			usage.Units, usage.EventsCount = usage.Units.Add(value), usage.EventsCount+1
			usage.Values = append(usage.Values, value)
			price := charge.Advance("percentage", properties, usage, applied(value), euros())
			require.Equal(t, value.String(), price.Details.(charge.PercentageDetails).Units.String())
			paid = paid.Add(price.Amount)
		}
		requireAmount(t, charge.PriceOf("percentage", properties, usage, euros()).Amount.String(), paid)
	})
}

// Units that are in use all the time make prorated graduated the plain one.
func TestPricing_ProratedGraduatedOfWholePeriods(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list, start := []any{}, 0
		for range rapid.IntRange(0, 3).Draw(t, "ranges") {
			end := start + rapid.IntRange(1, 100).Draw(t, "size")
			list = append(list, map[string]any{"from_value": start, "to_value": end, "per_unit_amount": drawAmount(t), "flat_amount": drawAmount(t)})
			start = end
		}
		list = append(list, map[string]any{"from_value": start, "to_value": nil, "per_unit_amount": drawAmount(t), "flat_amount": drawAmount(t)})
		properties := accepted(t, "graduated", encode(t, map[string]any{"graduated_ranges": list}))
		usage := charge.Usage{}
		for range rapid.IntRange(0, 5).Draw(t, "moves") {
			value := drawUnits(t, "value").Round(2)
			usage.Units = usage.Units.Add(value)
			usage.Moves = append(usage.Moves, charge.Move{Full: value, Prorated: value})
		}
		usage.FullUnits = usage.Units
		prorated := euros()
		prorated.Prorated = true
		plain := charge.PriceOf("graduated", properties, usage, euros())
		requireAmount(t, plain.Amount.String(), charge.PriceOf("graduated", properties, usage, prorated).Amount)
	})
}

// What explains a fee fits the contract.
func TestPricing_DetailsFitTheContract(t *testing.T) {
	t.Parallel()
	contract, err := openapi.Lago()
	require.NoError(t, err)
	schema := contract.Components.Schemas["FeeAmountDetails"].Value
	require.Error(t, schema.VisitJSON(map[string]any{"units": "x"}), "the schema has to refuse something")
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(charge.Models()).Draw(t, "model")
		properties := normalized(t, model, encode(t, drawGood(t, model)), metered())
		usage := charge.Usage{EventsCount: rapid.Int64Range(1, 9).Draw(t, "events"), Units: drawNumber(t, "units")}
		event := applied(drawUnits(t, "applied"))
		for _, fee := range []charge.Fee{
			charge.FeeOf(charge.PriceOf(model, properties, usage, euros()), usage, euros()),
			charge.FeeOf(charge.Advance(model, properties, usage, event, euros()), event.Usage(), euros()),
		} {
			var details any
			require.NoError(t, json.Unmarshal([]byte(encode(t, fee.Details)), &details))
			require.NoError(t, schema.VisitJSON(details, openapi3.VisitAsResponse()), "%v", details)
		}
	})
}
