package money

import "github.com/shopspring/decimal"

// MaxCents is the greatest amount in minor units of a fee, of an invoice, of a payment
// and of the balance of a wallet, on either side of zero.
const MaxCents int64 = 100_000_000_000_000_000

// beyond is what stands for every amount that is greater than MaxCents.
const beyond = MaxCents + 1

// Beyond reports whether any of some amounts is greater than MaxCents, so that it stands
// for more than it shows.
func Beyond(cents ...int64) bool {
	for _, amount := range cents {
		if amount > MaxCents || amount < -MaxCents {
			return true
		}
	}
	return false
}

// Add adds two amounts. A sum that is greater than MaxCents is one that Beyond reports,
// and stays one where more is added to it.
func Add(a, b int64) int64 { return within(within(a) + within(b)) }

func within(cents int64) int64 { return max(-beyond, min(cents, beyond)) }

// Cents rounds an amount half away from zero. One that is greater than MaxCents becomes
// one that Beyond reports.
func Cents(amount decimal.Decimal) int64 { return Held(amount.Round(0)).IntPart() }

// Held is an amount that an integer can hold: one that is greater than MaxCents becomes
// one that Beyond reports.
func Held(amount decimal.Decimal) decimal.Decimal {
	return decimal.Max(decimal.NewFromInt(-beyond), decimal.Min(amount, decimal.NewFromInt(beyond)))
}
