package period

import "github.com/shopspring/decimal"

// PreciseScale is how many decimal places a precise amount has.
const PreciseScale = 15

// Prorate returns the share of an amount that falls on some days of a whole:
// amount × days ÷ of, to PreciseScale decimal places. It is 0 when "of" is not
// positive.
func Prorate(amount decimal.Decimal, days, of int) decimal.Decimal {
	if of <= 0 {
		return decimal.Zero
	}
	return amount.Mul(decimal.NewFromInt(int64(days))).DivRound(decimal.NewFromInt(int64(of)), PreciseScale)
}

// Amount is an amount for some days of a natural period.
type Amount struct {
	// Cents is the amount in whole cents, rounded half away from zero.
	Cents int64
	// Precise is the amount in cents before rounding, to PreciseScale decimal
	// places.
	Precise decimal.Decimal
	// Days are the days that the amount is for, and Of those of the whole
	// natural period.
	Days, Of int
}

// share returns what some days of a period cost.
func share(amountCents int64, days, of int) Amount {
	precise := Prorate(decimal.NewFromInt(amountCents), days, of)
	return Amount{Cents: precise.Round(0).IntPart(), Precise: precise, Days: days, Of: of}
}
