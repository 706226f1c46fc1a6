package charge

import (
	"math"

	"github.com/shopspring/decimal"
)

// allowance is what is free under the percentage model without limits per
// event.
type allowance struct {
	units  decimal.Decimal
	events int64
}

// usedBy returns the part of the allowance that there is usage for.
func (a allowance) usedBy(units decimal.Decimal, events int64) allowance {
	return allowance{units: decimal.Min(a.units, positive(units)), events: min(a.events, events)}
}

// allowance finds what is free, by the running totals of the units: the value
// of the aggregation after each event. The events have an order, and their
// free ones are the first. When both kinds of free units are given, the one
// that ends first counts.
func (t percentageTerms) allowance(usage Usage, options Options) allowance {
	if t.freeEvents == 0 && !t.freeTotal.IsPositive() {
		return allowance{}
	}
	if options.countsEvents() {
		return t.countedAllowance(usage.Units)
	}
	totals := t.runningTotals(usage, options)
	var free allowance
	if len(totals) > 0 {
		free.units = t.limitToTotal(totals[len(totals)-1])
	}
	below := int64(0)
	for _, total := range totals {
		if total.LessThan(t.freeTotal) {
			below++
		}
	}
	free.events = t.limitToEvents(below)
	return free
}

// countedAllowance is the allowance of a metric whose running totals are 1, 2
// and so on up to the units.
//
// Lago: of both kinds of free units, those by events decide here as long as
// there are more units than free events.
func (t percentageTerms) countedAllowance(units decimal.Decimal) allowance {
	last := positive(units.Floor())
	below := decimal.Min(last, positive(t.freeTotal.Ceil().Sub(integer(1))))
	free := allowance{events: t.limitToEvents(wholeEvents(below))}
	if byEvents := integer(t.freeEvents); byEvents.IsPositive() && byEvents.LessThan(last) {
		free.units = byEvents
	} else {
		free.units = t.limitToTotal(last)
	}
	return free
}

// limitToTotal cuts free units to the free total, if there is one.
func (t percentageTerms) limitToTotal(units decimal.Decimal) decimal.Decimal {
	if t.freeTotal.IsPositive() {
		return decimal.Min(units, t.freeTotal)
	}
	return units
}

// limitToEvents returns how many events are free: the fewer of the free events
// and of those that stay below the free total, where none stands for no limit.
func (t percentageTerms) limitToEvents(below int64) int64 {
	switch {
	case below == 0 || !t.freeTotal.IsPositive():
		return t.freeEvents
	case t.freeEvents == 0:
		return below
	default:
		return min(t.freeEvents, below)
	}
}

// wholeEvents is a number of events, of any size, as an integer.
func wholeEvents(count decimal.Decimal) int64 {
	if count.GreaterThan(integer(math.MaxInt64)) {
		return math.MaxInt64
	}
	return count.IntPart()
}

// runningTotals are the aggregation after each of the free events, or else
// after each event up to the first that goes over the free total.
//
// A maximum has its greatest value so far. A weighted sum has no value after
// single events: only a free total applies, to all of it.
func (t percentageTerms) runningTotals(usage Usage, options Options) []decimal.Decimal {
	if options.Aggregation == aggregationWeightedSum {
		if t.freeTotal.IsPositive() {
			return []decimal.Decimal{usage.Units}
		}
		return nil
	}
	var totals []decimal.Decimal
	total := decimal.Zero
	for i, value := range usage.Values {
		if t.freeEvents > 0 && int64(i) >= t.freeEvents {
			break
		}
		value = bounded(value)
		switch {
		case options.Aggregation != aggregationMax:
			total = bounded(total.Add(value))
		case i == 0 || value.GreaterThan(total):
			total = value
		}
		totals = append(totals, total)
		if t.freeEvents == 0 && total.GreaterThan(t.freeTotal) {
			break
		}
	}
	return totals
}
