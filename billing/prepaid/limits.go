package prepaid

import (
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// Limits are how many cents may be paid at once; nil is no limit.
type Limits struct{ Min, Max *int64 }

// Side is on which side of limits an amount lies.
type Side int

// The sides of limits.
const (
	Below  Side = -1
	Within Side = 0
	Above  Side = 1
)

// Side says whether an amount is within the limits, which are part of it.
func (l Limits) Side(cents int64) Side {
	switch {
	case l.Min != nil && cents < *l.Min:
		return Below
	case l.Max != nil && cents > *l.Max:
		return Above
	}
	return Within
}

// Holds reports whether a balance can hold further amounts: together they are no
// more than an amount can be.
func Holds(cents ...int64) bool {
	sum := decimal.Zero
	for _, amount := range cents {
		sum = sum.Add(decimal.NewFromInt(amount))
	}
	return !money.Beyond(money.Cents(sum))
}
