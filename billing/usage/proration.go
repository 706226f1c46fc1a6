package usage

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"
)

// proratedPlaces is how many decimal places prorated units have.
const proratedPlaces = 5

// begun is how many of the days that start at given instants have begun.
func begun(starts []time.Time, at time.Time) int {
	return sort.Search(len(starts), func(i int) bool { return starts[i].After(at) })
}

// daysLeft are the days from the one with an index to the last of the period,
// both included. What is before the first day counts for all days.
func (p Period) daysLeft(index int) int64 {
	return int64(max(len(p.DayStarts)-max(index, 1)+1, 0))
}

// carriedDays are the days for which units count that were there before the
// period.
func (p Period) carriedDays() int64 {
	days := int64(len(p.DayStarts))
	if p.Upgraded {
		days--
	}
	return max(days, 0)
}

// share is what so many units times days are of a whole period, rounded up to
// five decimal places.
func (p Period) share(unitDays decimal.Decimal) decimal.Decimal {
	if p.Duration <= 0 {
		return decimal.Zero
	}
	quotient, rest := unitDays.Shift(proratedPlaces).QuoRem(decimal.NewFromInt(int64(p.Duration)), 0)
	if rest.IsPositive() {
		quotient = quotient.Add(decimal.NewFromInt(1))
	}
	return quotient.Shift(-proratedPlaces)
}
