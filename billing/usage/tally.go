package usage

import (
	"time"

	"github.com/shopspring/decimal"
)

// Tally is what was counted of some events. An aggregation fills in what its
// units are made of and leaves the rest zero.
type Tally struct {
	// Events is how many events count, as events_count shows it: those with a
	// number for a numeric aggregation, those of the period itself for
	// the weighted sum. A unique count leaves it zero.
	Events int64
	// Sum is the sum of all values, those before the period included.
	Sum decimal.Decimal
	// Carried is the sum of the values before the period.
	Carried decimal.Decimal
	// Max is the greatest value, when there are events.
	Max decimal.Decimal
	// Last is the value of the last event, when there are events.
	Last Last
	// ValueDays is the sum of the values of the period, each times the days
	// that were left when it came.
	ValueDays decimal.Decimal
	// ValueSeconds is the sum of the values of the period, each times the
	// seconds that were left when it came.
	ValueSeconds decimal.Decimal
	// Active is how many items are active at the end.
	Active int64
	// ActiveDays are the days of the period on which items were active, all
	// items together.
	ActiveDays int64
	// PreciseTotalAmountCents is the sum of what the events say they cost, in
	// minor units.
	PreciseTotalAmountCents decimal.Decimal
}

// Last is the value of an event and where it stood among the events that were
// read together: higher is later. Zero stands for no event.
type Last struct {
	Position int64
	Value    decimal.Decimal
}

// Merge returns the tally of the events of both; they must have been read
// together. Of a unique count they must have no item in common.
func (t Tally) Merge(other Tally) Tally {
	merged := Tally{
		Events:                  t.Events + other.Events,
		Sum:                     t.Sum.Add(other.Sum),
		Carried:                 t.Carried.Add(other.Carried),
		Max:                     t.Max,
		Last:                    t.Last,
		ValueDays:               t.ValueDays.Add(other.ValueDays),
		ValueSeconds:            t.ValueSeconds.Add(other.ValueSeconds),
		Active:                  t.Active + other.Active,
		ActiveDays:              t.ActiveDays + other.ActiveDays,
		PreciseTotalAmountCents: t.PreciseTotalAmountCents.Add(other.PreciseTotalAmountCents),
	}
	if t.Events == 0 || other.Events > 0 && other.Max.GreaterThan(t.Max) {
		merged.Max = other.Max
	}
	if other.Last.Position > t.Last.Position {
		merged.Last = other.Last
	}
	return merged
}

// End is the instant at which a level stops to count: the end of the period,
// rounded up to a second.
func (p Period) End() time.Time {
	end := p.To.Truncate(time.Second)
	if end.Before(p.To) {
		end = end.Add(time.Second)
	}
	return end
}

// tallyOf is the tally of one event, at a position among the events that are
// read together.
func (r Request) tallyOf(event Event, position int64) Tally {
	var tally Tally
	value := event.number()
	switch r.Metric.Aggregation {
	case AggregationCount:
		tally = tallyCount()
	case AggregationSum:
		tally = r.tallySum(event, value)
	case AggregationMax:
		tally = tallyMax(value)
	case AggregationLatest:
		tally = tallyLatest(value, position)
	case AggregationWeightedSum:
		tally = r.tallyWeightedSum(event, value)
	case AggregationUniqueCount: // made by a Fold, which knows what came before
	}
	if r.IsPrecise() {
		tally.PreciseTotalAmountCents = event.PreciseTotalAmountCents
	}
	return tally
}
