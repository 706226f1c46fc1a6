package charge

import (
	"github.com/shopspring/decimal"

	"tarn/billing/iso"
	"tarn/billing/money"
)

// Estimate is the instant estimate of one event's fee.
type Estimate struct {
	// Units are zero or more.
	Units decimal.Decimal
	// AmountCents is the amount in minor units, rounded half away from zero.
	AmountCents int64
	// PreciseAmountCents is the amount in minor units with 15 decimal places.
	PreciseAmountCents decimal.Decimal
	// UnitAmountCents is the rounded amount per unit, in minor units with 15
	// decimal places; zero without units.
	UnitAmountCents decimal.Decimal
}

// Beyond reports whether units or their price are beyond what a fee can hold, so that the
// estimate shows less than there is.
func (e Estimate) Beyond() bool { return money.Beyond(e.AmountCents) || longest(e.Units) }

// InstantEstimate prices the units of one event by themselves, without any
// other event, free units, groups and pricing units. It reports false for a
// model that has no instant estimates: all but standard and percentage.
// Negative units cost nothing.
//
// Lago: the limits per event count here without the premium features too.
func InstantEstimate(model Model, properties Properties, units decimal.Decimal, options Options) (Estimate, bool) {
	units = bounded(units)
	var amount decimal.Decimal
	switch model {
	case ModelStandard:
		amount = standardAmount(properties, units)
	case ModelPercentage:
		terms := readPercentage(properties, options)
		terms.readLimits(properties)
		amount = terms.eventAmount(units)
	default:
		return Estimate{}, false
	}
	if units.IsNegative() {
		return Estimate{}, true
	}
	cents := money.Held(amount.Shift(iso.Exponent(options.Currency)))
	rounded := cents.Round(0)
	return Estimate{
		Units:              units,
		AmountCents:        rounded.IntPart(),
		PreciseAmountCents: cents.Round(precisePlaces),
		UnitAmountCents:    quotient(rounded, units).Round(precisePlaces),
	}, true
}
