package period

import "time"

// farthestOffset is more than any zone is away from UTC.
const farthestOffset = 24 * time.Hour

// afterTransition is how long after a change of the clock a day may still be
// shown a second time.
const afterTransition = 48 * time.Hour

// DateOf returns the day in a zone that holds an instant: the one day d with
// d.Start(zone) ≤ instant ≤ d.End(zone). It is what a wall clock shows, except
// where a clock that has struck midnight is put back before it (Saint John's
// until 2011): there the new day has begun and goes on, so that days never
// overlap.
//
// A nil zone is UTC, here and in the whole package.
func DateOf(instant time.Time, zone *time.Location) Date {
	local := in(instant, zone)
	date := NewDate(local.Date())
	changed, _ := local.ZoneBounds()
	if changed.IsZero() || local.Sub(changed) > afterTransition {
		return date
	}
	for next := date.AddDays(1); !instant.Before(next.Start(zone)); next = next.AddDays(1) {
		date = next
	}
	return date
}

// Start returns the first instant of the day in a zone, in UTC. That is
// midnight, or the instant to which the clock jumps where there is no midnight.
// Where the clock shows midnight twice, it is the first.
func (d Date) Start(zone *time.Location) time.Time {
	midnight := d.midnight()
	at := in(midnight.Add(-farthestOffset), zone)
	for {
		_, offset := at.Zone()
		since, until := offsetBounds(at)
		first := midnight.Add(-time.Duration(offset) * time.Second)
		if !since.IsZero() && first.Before(since) {
			first = since
		}
		if until.IsZero() || first.Before(until) {
			return first.UTC()
		}
		at = until
	}
}

// End returns the last microsecond of the day in a zone, in UTC. A day that the
// zone left out, such as 2011-12-30 in Apia, ends before it starts.
func (d Date) End(zone *time.Location) time.Time {
	return d.AddDays(1).Start(zone).Add(-time.Microsecond)
}

// offsetBounds returns from when until when the clock of an instant's zone is as
// far from UTC as at that instant; zero stands for always. It may return a part
// of that time.
func offsetBounds(at time.Time) (since, until time.Time) {
	since, until = at.ZoneBounds()
	if !until.IsZero() && !until.After(at) {
		// Go 1.26 ends leap years of the far future a day early, so that on
		// their last day the end has passed. No zone changes its clock then.
		until = at.Add(time.Hour)
	}
	return since, until
}

// in returns an instant with the clock of a zone.
func in(instant time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return instant.UTC()
	}
	return instant.In(zone)
}
