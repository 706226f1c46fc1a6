package prepaid

import (
	"time"

	"tarn/billing/period"
)

// Recurrence is on which days a rule tops a wallet up.
type Recurrence struct {
	Interval period.Interval
	// Anchor gives the weekday, or the day of the month and the month, on which
	// the days fall; nothing happens before it. In a month too short for it they
	// fall on the last.
	Anchor time.Time
	// CreatedAt is when the wallet was made. Nothing happens on that day.
	CreatedAt time.Time
	// Zone is where days begin and end.
	Zone *time.Location
}

// DueOn reports whether a wallet is topped up on a day.
func (r Recurrence) DueOn(day period.Date) bool { return r.Next(day) == day }

// Next is the first day, from one on, on which a wallet is topped up.
func (r Recurrence) Next(from period.Date) period.Date {
	first := period.DateOf(r.CreatedAt, r.Zone).AddDays(1)
	for _, earliest := range []period.Date{first, r.anchor()} {
		if from.Before(earliest) {
			from = earliest
		}
	}
	schedule := period.Schedule{Interval: r.Interval, BillingTime: period.BillingTimeAnniversary, Anchor: r.anchor()}
	if schedule.Starts(from) {
		return from
	}
	return schedule.Next(schedule.Containing(from)).First
}

func (r Recurrence) anchor() period.Date { return period.DateOf(r.Anchor, r.Zone) }
