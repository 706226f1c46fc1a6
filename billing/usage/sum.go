package usage

import "github.com/shopspring/decimal"

// tallySum adds a value. For proration it keeps apart what came before the
// period, and weighs the rest with the days that were left.
func (r Request) tallySum(event Event, value decimal.Decimal) Tally {
	tally := Tally{Events: 1, Sum: value}
	if !r.Prorates() {
		return tally
	}
	if event.Timestamp.Before(r.Start()) {
		tally.Carried = value
	} else {
		days := r.Period.daysLeft(r.Period.DayIndex(event.Timestamp))
		tally.ValueDays = value.Mul(decimal.NewFromInt(days))
	}
	return tally
}

// sumUnits are the sum of all values, which may be below zero. A recurring
// metric has those of all time.
func (r Request) sumUnits(tally Tally) units {
	sum := plain(tally.Sum, tally.Events)
	if r.Prorates() {
		carried := tally.Carried.Mul(decimal.NewFromInt(r.Period.carriedDays()))
		sum.units = r.Period.share(carried.Add(tally.ValueDays))
	}
	return sum
}
