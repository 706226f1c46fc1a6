package threshold

import (
	"cmp"
	"slices"
)

// Usage is how far the usage of a subscription has come, in cents; none is beyond what an
// amount can be.
type Usage struct {
	// InvoicedCents is what was used in periods that are over, and before tarn
	// counted.
	InvoicedCents int64
	// CurrentCents is what was used in the period that runs, ProgressiveCents what
	// progressive invoices have billed of that.
	CurrentCents, ProgressiveCents int64
}

// Crossed returns which thresholds usage has reached since it was billed last, as
// indexes: fixed ones by amount, then the one that recurs.
func Crossed(thresholds []Threshold, usage Usage) []int {
	billed := usage.InvoicedCents + usage.ProgressiveCents
	unbilled := usage.CurrentCents - usage.ProgressiveCents
	if unbilled < 0 {
		return nil
	}
	var crossed []int
	var last int64
	recurring := -1
	for i, each := range thresholds {
		switch {
		case each.Recurring:
			recurring = i
		case each.AmountCents > billed && each.AmountCents <= billed+unbilled:
			crossed = append(crossed, i)
		}
		if !each.Recurring {
			last = max(last, each.AmountCents)
		}
	}
	slices.SortStableFunc(crossed, func(a, b int) int {
		return cmp.Compare(thresholds[a].AmountCents, thresholds[b].AmountCents)
	})
	if recurring >= 0 && recurs(thresholds[recurring].AmountCents, last, billed, unbilled) {
		crossed = append(crossed, recurring)
	}
	return crossed
}

// recurs reports whether the amount of a recurring threshold was used again.
func recurs(every, last, billed, unbilled int64) bool {
	if every <= 0 {
		return false
	}
	if billed < last {
		return billed+unbilled-last >= every
	}
	return billed%every+unbilled >= every
}
