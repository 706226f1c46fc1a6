package period

import "time"

// DayStarts returns the first instants of the days in a zone from the day that
// holds the beginning of the window to the one that holds its end. A day that
// the zone left out has the instant of the next one.
func (w Window) DayStarts(zone *time.Location) []time.Time {
	first, last := DateOf(w.From, zone), DateOf(w.To, zone)
	starts := make([]time.Time, 0, max(last.DaysSince(first)+1, 0))
	for day := first; !day.After(last); day = day.AddDays(1) {
		starts = append(starts, day.Start(zone))
	}
	return starts
}

// FullUsage returns a window of usage that begins with the row instead of with its
// period. The period, by whose days prices are divided, stays.
func (s Subscription) FullUsage(window Window) Window {
	window.From = earliest(s.StartedAt, window.To).UTC()
	return window
}

// Elapsed returns how many days of the plan's running period have begun at an
// instant, the first one included, and how many days it has. The period begins
// with the row when that started in its midst. It has passed to no part before
// the row starts, and as a whole once it is over.
//
// Lago: it is the period of the plan even where usage is billed month by month.
func (s Subscription) Elapsed(now time.Time) (days, of int) {
	plan := s.Current(now).Plan
	first := later(plan.First, s.startDay())
	of = max(plan.Last.DaysSince(first)+1, 0)
	return min(max(s.date(now).DaysSince(first)+1, 0), of), of
}
