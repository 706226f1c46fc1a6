package charge

import "github.com/shopspring/decimal"

// Minimum is the least amount that a charge paid in arrears brings in a period.
type Minimum struct {
	// AmountCents is the amount of a whole period, in minor units; in
	// hundredths of pricing units when the charge has them.
	AmountCents int64
	// BilledDays are the days of the period that are billed.
	BilledDays int
	// PeriodDays are the days of the whole period.
	PeriodDays int
}

// ProRated returns the part of the amount that the billed days make, in minor
// units, unrounded. A period without days has none.
func (m Minimum) ProRated() decimal.Decimal {
	amount := integer(m.AmountCents).Mul(integer(int64(m.BilledDays)))
	return quotient(amount, integer(int64(m.PeriodDays)))
}

// TrueUp returns the fee that raises what a charge brought in a period to its
// minimum, and false when it brought enough. What it brought is the sum of the
// charge's fees, of all filters and groups, in the same minor units as the
// minimum.
func TrueUp(minimum Minimum, usedCents int64, options Options) (Fee, bool) {
	missing := minimum.ProRated().Sub(integer(usedCents))
	if !missing.IsPositive() {
		return Fee{}, false
	}
	amount := missing.Shift(-options.places())
	price := Price{Amount: amount, UnitAmount: amount}
	return FeeOf(price, Usage{Units: integer(1), FullUnits: integer(1)}, options), true
}
