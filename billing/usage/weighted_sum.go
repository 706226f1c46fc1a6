package usage

import (
	"time"

	"github.com/shopspring/decimal"
)

// weightedPlaces is how many decimal places a weighted sum has at most.
const weightedPlaces = 16

// tallyWeightedSum adds a change of the level. One before the period belongs to
// the level that the period begins with, and is no event of it.
func (r Request) tallyWeightedSum(event Event, value decimal.Decimal) Tally {
	if event.Timestamp.Before(r.Start()) {
		return Tally{Sum: value, Carried: value}
	}
	return Tally{Events: 1, Sum: value, ValueSeconds: value.Mul(r.Period.secondsLeft(event.Timestamp))}
}

// secondsLeft are the seconds from an instant of the period to its end.
func (p Period) secondsLeft(at time.Time) decimal.Decimal {
	if at.Before(p.From) {
		at = p.From
	}
	return decimal.New(p.End().Sub(at).Microseconds(), -6)
}

// weightedSumUnits are the average over the whole period of a level that the
// values of the events change. The level holds until the end of the period,
// also while the period is running.
func (r Request) weightedSumUnits(tally Tally) units {
	level := units{full: decimal.Zero, total: tally.Sum, events: tally.Events}
	if r.Period.Duration > 0 {
		carried := tally.Carried.Mul(r.Period.secondsLeft(r.Period.From))
		level.full = carried.Add(tally.ValueSeconds).DivRound(r.Period.seconds(), weightedPlaces)
	}
	level.units = level.full
	return level
}
