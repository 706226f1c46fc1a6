package usage

import (
	"time"

	"github.com/shopspring/decimal"
)

// uniqueCountUnits are how many items are active at the end. Each has had an
// operation last that adds it: one that repeats what is so already changes
// nothing, and neither does the removal of what was never added. Events without
// the property share one item.
func (r Request) uniqueCountUnits(tally Tally) units {
	active := plain(decimal.NewFromInt(tally.Active), tally.Active)
	if r.Prorates() {
		active.units = r.Period.share(decimal.NewFromInt(tally.ActiveDays))
	}
	return active
}

// item follows one item of a cell from operation to operation.
type item struct {
	// active says that the last operation added the item.
	active bool
	// since is the place of the operation that made it active, and sinceDay
	// the day from which on that counts.
	since    Place
	sinceDay int
	// removed is the removal that has not taken effect yet: the item may be
	// added again on the same day.
	removed *removal
}

// removal is when an item was removed.
type removal struct {
	place Place
	day   int
}

// use is a time in which an item was active during the period.
type use struct {
	from Place
	// to is the removal that ended it; nil when it lasts.
	to *Place
	// days are the calendar days on which the item was active.
	days int64
}

// operate applies an operation, and returns the use that it shows to be over.
//
// A removal that is followed by an addition on the same day is none, and the
// day of a removal counts in full.
func (i *item) operate(p Period, event Event) *use {
	if event.Removal {
		if i.active && i.removed == nil {
			i.removed = &removal{place: event.Place(), day: p.DayIndex(event.Timestamp)}
		}
		return nil
	}
	day := p.DayIndex(event.Timestamp)
	var ended *use
	if i.removed != nil && i.removed.day != day {
		ended = i.end(p)
	}
	i.removed = nil
	if !i.active {
		i.active, i.since, i.sinceDay = true, event.Place(), max(day, 1)
	}
	return ended
}

// end ends the item's use with what is known at the end of the events: the use
// that lasts, or the one that the last removal ended. It returns nil when the
// item is not in use, or was no longer when the period began.
func (i *item) end(p Period) *use {
	if !i.active {
		return nil
	}
	last := use{from: i.since, days: p.daysLeft(i.sinceDay)}
	if i.removed != nil {
		i.active = false
		if i.removed.place.Timestamp.Before(p.floor()) {
			return nil
		}
		last.to = &i.removed.place
		last.days = int64(max(i.removed.day, 1) - i.sinceDay + 1)
	}
	return &last
}

// isActive reports whether the last operation added the item.
func (i *item) isActive() bool { return i.active && i.removed == nil }

// DayIndex is how many of the period's days have begun at an instant: 1 on its
// first day, 0 before that.
func (p Period) DayIndex(at time.Time) int { return begun(p.DayStarts, at) }
