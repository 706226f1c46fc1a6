package jobs

import "time"

// Rhythm is when work of one sort is done: in every interval, so long after its
// beginning. The intervals begin with the hour.
//
// Lago: all due work follows such rhythms, so that instants which it stamps are
// those of the next tick.
type Rhythm struct {
	Every, After time.Duration
}

// From is the first tick at an instant or later.
func (r Rhythm) From(at time.Time) time.Time {
	tick := at.UTC().Truncate(r.Every).Add(r.After)
	if tick.Before(at) {
		tick = tick.Add(r.Every)
	}
	return tick
}

// Later is the first tick at an instant or later that is still ahead.
func (r Rhythm) Later(at, now time.Time) time.Time {
	if !at.After(now) {
		at = now.Add(time.Microsecond)
	}
	return r.From(at)
}
