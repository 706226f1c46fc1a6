package invoice

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// LargestFirst takes an amount off what can be credited of fees, the largest one
// first, and says how much of each: less than the amount in all where the fees do
// not hold it.
func LargestFirst(creditable []int64, cents int64) []int64 {
	order := make([]int, len(creditable))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(creditable[b], creditable[a]) })
	taken := make([]int64, len(creditable))
	for _, i := range order {
		taken[i] = max(0, min(creditable[i], cents))
		cents -= taken[i]
	}
	return taken
}

// InProportion is which part of what can be credited of each fee is given back, so
// that all of them together are worth what is asked for: everything together is
// worth the whole, with taxes and less coupons. The parts have ShareScale places.
func InProportion(creditable []int64, asked, whole int64) []decimal.Decimal {
	parts := make([]decimal.Decimal, len(creditable))
	for i, cents := range creditable {
		if whole > 0 {
			parts[i] = share(decimal.NewFromInt(cents), decimal.NewFromInt(asked), decimal.NewFromInt(whole))
		}
		parts[i] = decimal.Min(parts[i], decimal.NewFromInt(cents))
	}
	return parts
}
