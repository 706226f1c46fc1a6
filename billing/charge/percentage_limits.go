package charge

import "github.com/shopspring/decimal"

// countsEvents reports whether every event counts as one unit.
func (o Options) countsEvents() bool {
	return o.Aggregation == aggregationCount || o.Aggregation == aggregationUniqueCount
}

// events are the single events of a period, priced one by one.
type events struct {
	// ones is how many events there are that count as one unit each.
	ones int64
	// values are the values of the others.
	values []decimal.Decimal
}

// eventsOf returns the single events of usage. Of a maximum only the first
// event that reaches it counts; the others are worth nothing.
//
// Lago: for a unique count every event counts, also one that adds nothing.
func eventsOf(usage Usage, options Options) events {
	switch options.Aggregation {
	case aggregationCount:
		return events{ones: usage.EventsCount}
	case aggregationUniqueCount:
		return events{ones: int64(len(usage.Values))}
	case aggregationMax:
		return events{values: onlyMaximum(usage.Values)}
	default:
		return events{values: usage.Values}
	}
}

// onlyMaximum returns values of which all but the first greatest are zero.
func onlyMaximum(values []decimal.Decimal) []decimal.Decimal {
	greatest := 0
	for i, value := range values {
		if bounded(value).GreaterThan(bounded(values[greatest])) {
			greatest = i
		}
	}
	only := make([]decimal.Decimal, len(values))
	if len(values) > 0 {
		only[greatest] = values[greatest]
	}
	return only
}

// withoutLast returns the events before the last one.
func (e events) withoutLast() events {
	return events{ones: max(e.ones-1, 0), values: e.values[:max(len(e.values)-1, 0)]}
}

// limitedAmount prices events one by one, each within the limits.
//
// Lago: the free total goes on after the last free event. Of both kinds of
// free units, those by their total alone decide.
func (t percentageTerms) limitedAmount(events events) decimal.Decimal {
	amount := t.limitedOnes(events.ones)
	freeEvents, freeTotal := t.freeEvents, t.freeTotal
	for _, value := range events.values {
		value = bounded(value)
		if freeEvents > 0 || freeTotal.IsPositive() {
			freeEvents--
			if freeTotal.IsZero() {
				continue
			}
			if freeTotal.GreaterThan(value) {
				freeTotal = freeTotal.Sub(value)
				continue
			}
			value, freeEvents, freeTotal = value.Sub(freeTotal), 0, decimal.Zero
		}
		amount = amount.Add(t.eventAmount(value))
	}
	return amount
}

// limitedOnes is limitedAmount for events of one unit, which need no counting:
// some are free, one may be so in part, and all others cost the same.
func (t percentageTerms) limitedOnes(events int64) decimal.Decimal {
	one := integer(1)
	if !t.freeTotal.IsPositive() {
		return t.eventAmount(one).Mul(integer(max(events-t.freeEvents, 0)))
	}
	free := wholeEvents(t.freeTotal.Ceil().Sub(one))
	if events <= free {
		return decimal.Zero
	}
	partly := t.eventAmount(one.Sub(t.freeTotal.Sub(integer(free))))
	return partly.Add(t.eventAmount(one).Mul(integer(events - free - 1)))
}

// eventAmount prices one event: the share of its value and the fixed amount,
// raised to the minimum, or else lowered to the maximum.
func (t percentageTerms) eventAmount(value decimal.Decimal) decimal.Decimal {
	amount := percent(t.rate, value).Add(t.fixed)
	switch {
	case t.minimum != nil && amount.LessThan(*t.minimum):
		return *t.minimum
	case t.maximum != nil && amount.GreaterThan(*t.maximum):
		return *t.maximum
	default:
		return amount
	}
}
