package charge

import (
	"github.com/shopspring/decimal"

	"tarn/billing/iso"
	"tarn/billing/money"
)

// pricingUnitPlaces is how many decimal places amounts of pricing units have.
const pricingUnitPlaces = 2

// Fee is what a price becomes on an invoice or in current usage. Amounts that no fee can
// hold are shown as less: Beyond tells.
type Fee struct {
	// Units are those that clients see, zero or more.
	Units decimal.Decimal
	// EventsCount is how many events were aggregated.
	EventsCount int64
	// AmountCents is the amount in minor units, rounded half away from zero.
	AmountCents int64
	// PreciseAmountCents is the amount in minor units with 15 decimal places.
	PreciseAmountCents decimal.Decimal
	// UnitAmountCents is the amount per unit in minor units, cut off.
	UnitAmountCents int64
	// PreciseUnitAmount is the amount per unit in units of the currency, with
	// 15 decimal places.
	PreciseUnitAmount decimal.Decimal
	// PricingUnit has the amounts in pricing units; nil when the charge has
	// none.
	PricingUnit *PricingUnitAmounts
	// Details explain the amount, as the contract's amount_details. They are
	// never nil.
	Details Details
}

// PricingUnitAmounts are the amounts of a fee in pricing units, of which a
// hundredth is the minor unit.
type PricingUnitAmounts struct {
	// AmountCents is the amount in hundredths, rounded half away from zero.
	AmountCents int64
	// PreciseAmountCents is the amount in hundredths with 15 decimal places.
	PreciseAmountCents decimal.Decimal
	// UnitAmountCents is the amount per unit in hundredths, cut off.
	UnitAmountCents int64
	// PreciseUnitAmount is the amount per unit in pricing units, with 15
	// decimal places.
	PreciseUnitAmount decimal.Decimal
	// ConversionRate is what one pricing unit is worth in the currency.
	ConversionRate decimal.Decimal
}

// FeeOf rounds a price of usage to a fee. Negative units or a negative amount
// make it zero, without details; the number of events stays. Every fee is
// rounded on its own, so sums are made of fees, not of prices.
func FeeOf(price Price, usage Usage, options Options) Fee {
	usage = usage.bounded()
	fee := Fee{EventsCount: usage.EventsCount, Details: price.Details}
	if usage.Units.IsNegative() || price.Amount.IsNegative() {
		price, fee.Details = Price{}, nil
	} else {
		fee.Units = options.shownUnits(usage)
	}
	if fee.Details == nil {
		fee.Details = NoDetails{}
	}
	amount, unitAmount := price.Amount, positive(price.UnitAmount)
	if options.hasPricingUnit() {
		fee.PricingUnit = pricingUnitAmounts(price, options)
		amount, unitAmount = fee.PricingUnit.converted()
	}
	fee.setAmounts(amount, unitAmount, options.Currency)
	return fee
}

// setAmounts sets the amounts in the currency, given in units of it.
func (f *Fee) setAmounts(amount, unitAmount decimal.Decimal, currency string) {
	exponent := iso.Exponent(currency)
	cents, unitCents := money.Held(amount.Shift(exponent)), money.Held(unitAmount.Shift(exponent))
	f.AmountCents = cents.Round(0).IntPart()
	f.PreciseAmountCents = cents.Round(precisePlaces)
	f.UnitAmountCents = unitCents.IntPart()
	f.PreciseUnitAmount = unitCents.Shift(-exponent).Round(precisePlaces)
}

// Empty reports whether there is nothing in a fee: no units, no amount and no
// events. An invoice leaves it out, unless a true-up hangs on it.
func (f Fee) Empty() bool {
	return f.Units.IsZero() && f.AmountCents == 0 && f.EventsCount == 0
}

// Beyond reports whether usage or its price is beyond what a fee can hold, so that
// the fee shows less than there is.
func (f Fee) Beyond() bool {
	if unit := f.PricingUnit; unit != nil && money.Beyond(unit.AmountCents, unit.UnitAmountCents) {
		return true
	}
	return money.Beyond(f.AmountCents, f.UnitAmountCents) || longest(f.Units)
}

// hasPricingUnit reports whether prices are in pricing units.
func (o Options) hasPricingUnit() bool { return o.ConversionRate.IsPositive() }

// places is how many decimal places the amounts of fees have.
func (o Options) places() int32 {
	if o.hasPricingUnit() {
		return pricingUnitPlaces
	}
	return iso.Exponent(o.Currency)
}

// pricingUnitAmounts rounds a price that is in pricing units.
func pricingUnitAmounts(price Price, options Options) *PricingUnitAmounts {
	cents := money.Held(price.Amount.Shift(pricingUnitPlaces))
	unitCents := money.Held(positive(price.UnitAmount).Shift(pricingUnitPlaces))
	return &PricingUnitAmounts{
		AmountCents:        cents.Round(0).IntPart(),
		PreciseAmountCents: cents.Round(precisePlaces),
		UnitAmountCents:    unitCents.IntPart(),
		PreciseUnitAmount:  unitCents.Shift(-pricingUnitPlaces).Round(precisePlaces),
		ConversionRate:     bounded(options.ConversionRate),
	}
}

// converted returns the amount and the amount per unit in units of the
// currency.
//
// Lago: both are made of the hundredths of pricing units, the precise amount
// as well.
func (a PricingUnitAmounts) converted() (amount, unitAmount decimal.Decimal) {
	rate := a.ConversionRate.Shift(-pricingUnitPlaces)
	return integer(a.AmountCents).Mul(rate), integer(a.UnitAmountCents).Mul(rate)
}

// majorUnits turns minor units of a currency into units of it.
func majorUnits(cents decimal.Decimal, currency string) decimal.Decimal {
	return cents.Shift(-iso.Exponent(currency))
}
