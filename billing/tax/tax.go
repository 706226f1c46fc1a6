package tax

import (
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// precisePlaces is how many decimal places a precise amount has.
const precisePlaces = 15

// Amount is what taxes make of a base, in minor units. Taxes that are more than an amount
// can be are ones that money.Beyond reports.
type Amount struct {
	// Cents is rounded half away from zero.
	Cents int64
	// Precise has 15 decimal places.
	Precise decimal.Decimal
}

// Taxes are what all taxes of one fee make together.
type Taxes struct {
	Amount

	// Rate is the sum of the rates, in percent.
	Rate decimal.Decimal
	// Parts are the amounts of the taxes, in the order of the rates. Each is
	// rounded on its own, so they need not add up to the whole.
	Parts []Amount
}

// Of returns what taxes with some rates make of one base.
func Of(base decimal.Decimal, rates []decimal.Decimal) Taxes {
	taxes := Taxes{Rate: total(rates), Parts: make([]Amount, len(rates))}
	taxes.Amount = amount(share(base, taxes.Rate))
	for i, rate := range rates {
		taxes.Parts[i] = amount(share(base, rate))
	}
	return taxes
}

// Sum are the taxes of many fees. Its zero value is the sum of none.
type Sum struct{ precise decimal.Decimal }

// Add adds the taxes of a fee.
func (s *Sum) Add(base decimal.Decimal, rates []decimal.Decimal) {
	s.precise = s.precise.Add(share(base, total(rates)))
}

// AmountCents is the sum in minor units, rounded once: it need not be the sum
// of what the fees show.
func (s *Sum) AmountCents() int64 { return money.Cents(s.precise) }

// Rounded is AmountCents without an end.
func (s *Sum) Rounded() decimal.Decimal { return s.precise.Round(0) }

// share is the part of a base that a rate takes. It is exact.
func share(base, rate decimal.Decimal) decimal.Decimal { return base.Mul(rate).Shift(-2) }

func total(rates []decimal.Decimal) decimal.Decimal {
	return decimal.Sum(decimal.Zero, rates...)
}

func amount(precise decimal.Decimal) Amount {
	return Amount{Cents: money.Cents(precise), Precise: money.Held(precise).Round(precisePlaces)}
}
