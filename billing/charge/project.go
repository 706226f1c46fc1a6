package charge

import (
	"github.com/shopspring/decimal"

	"tarn/billing/iso"
)

// projectedPlaces is how many decimal places projected units have.
const projectedPlaces = 2

// Elapsed is how much of a period has passed, in days.
type Elapsed struct {
	// Days have begun since the beginning of the period, the first included.
	Days int
	// Of is how many days the period has.
	Of int
}

// whole extends a number from what has passed to the whole period, with a
// number of decimal places. Nothing grows out of nothing, and a period that is
// over is the whole.
func (e Elapsed) whole(number decimal.Decimal, places int32) decimal.Decimal {
	switch {
	case e.Days <= 0 || e.Of <= 0:
		return decimal.Zero
	case e.Days >= e.Of:
		return number.Round(places)
	default:
		return number.Mul(integer(int64(e.Of))).DivRound(integer(int64(e.Days)), places)
	}
}

// Projection is what usage is expected to be at the end of its period.
type Projection struct {
	// Units have two decimal places, unless the metric is recurring.
	Units decimal.Decimal
	// Price is the price of the units, unrounded; it has no details.
	Price Price
}

// Usage returns the projected usage, as FeeOf shows it.
func (p Projection) Usage() Usage {
	return Usage{Units: p.Units, FullUnits: p.Units}
}

// Project extends usage to the whole period. The standard, graduated, package
// and volume models price the projected units; the amount of any other model
// grows like the units do. A recurring metric keeps its units, and they their
// amount. Negative usage and amounts become zero.
//
// Projected units without a part of the period that has passed are none, and
// cost nothing: not even a flat amount.
func Project(model Model, properties Properties, usage Usage, elapsed Elapsed, options Options) Projection {
	usage = usage.bounded()
	price := PriceOf(model, properties, usage, options)
	price.Details = NoDetails{}
	shown := options.shownUnits(usage)
	if usage.Units.IsNegative() || price.Amount.IsNegative() {
		return Projection{Price: Price{Details: NoDetails{}}}
	}
	if options.Recurring {
		return Projection{Units: shown, Price: price}
	}
	units := elapsed.whole(shown, projectedPlaces)
	amount := decimal.Zero
	specification, known := specifications[model]
	switch {
	case known && specification.project == nil:
		amount = elapsed.whole(price.Amount, divisionPlaces)
	case known && units.IsPositive():
		amount = specification.project(properties, units)
	}
	return Projection{
		Units: units,
		Price: Price{Amount: amount, UnitAmount: quotient(amount, units), Details: NoDetails{}},
	}
}

// ProjectUnits extends units of a presentation group to the whole period,
// rounded to the decimal places of the currency.
func ProjectUnits(units decimal.Decimal, elapsed Elapsed, options Options) decimal.Decimal {
	units = positive(bounded(units))
	if options.Recurring {
		return units
	}
	return elapsed.whole(units, iso.Exponent(options.Currency))
}
