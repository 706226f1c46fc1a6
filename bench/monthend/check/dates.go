package check

import "time"

// day is a calendar day, counted from the first of January 1970.
type day int

const secondsOfADay = 24 * 60 * 60

// dayIn is the day that an instant belongs to in a zone.
func dayIn(at time.Time, zone *time.Location) day {
	year, month, date := at.In(zone).Date()
	return dayOf(year, month, date)
}

// dayOf is the day of a date.
func dayOf(year int, month time.Month, date int) day {
	return day(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Unix() / secondsOfADay)
}

// date is the day's year, month and day of the month.
func (d day) date() (year int, month time.Month, date int) {
	return time.Unix(int64(d)*secondsOfADay, 0).UTC().Date()
}

// begins is the first instant of the day in a zone.
func (d day) begins(zone *time.Location) time.Time {
	year, month, date := d.date()
	return time.Date(year, month, date, 0, 0, 0, 0, zone).UTC()
}

// ends is the last instant of the day in a zone, to the microsecond.
func (d day) ends(zone *time.Location) time.Time {
	return (d + 1).begins(zone).Add(-time.Microsecond)
}

// daysBetween is how many days the clocks of a zone show between two instants, rounded up.
func daysBetween(from, to time.Time, zone *time.Location) int {
	shown := func(at time.Time) int64 {
		_, offset := at.In(zone).Zone()
		return at.Unix() + int64(offset)
	}
	return int((shown(to) - shown(from) + secondsOfADay - 1) / secondsOfADay)
}

// String is the day as the contract writes it.
func (d day) String() string {
	year, month, date := d.date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// weekday counts from Monday, which is 0.
func (d day) weekday() int { return int((d + 3) % 7) }

// span is a period of days, both of which belong to it.
type span struct{ from, to day }

func (s span) days() int { return int(s.to-s.from) + 1 }

// rhythm is how periods follow each other.
type rhythm struct {
	interval string
	// byAnniversary says that periods begin on the days of anchor.
	byAnniversary bool
	anchor        day
}

// months is how many months a period has; 0 is a week.
func (r rhythm) months() int {
	return map[string]int{"weekly": 0, "monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12}[r.interval]
}

// yearly is how many periods count as a year where plans are compared.
func (r rhythm) yearly() int64 {
	return map[string]int64{"weekly": 52, "monthly": 12, "quarterly": 4, "semiannual": 2, "yearly": 1}[r.interval]
}

// around is the whole period that a day belongs to.
func (r rhythm) around(d day) span {
	if r.months() == 0 {
		first := 0
		if r.byAnniversary {
			first = r.anchor.weekday()
		}
		from := d - day((d.weekday()-first+7)%7)
		return span{from, from + 6}
	}
	year, month, _ := d.date()
	count := year*12 + int(month) - 1
	for r.first(count) > d || !r.begins(count) {
		count--
	}
	next := count + r.months()
	return span{r.first(count), r.first(next) - 1}
}

// begins reports whether a period begins in a month, which is counted from the year 0.
func (r rhythm) begins(month int) bool {
	offset := 0
	if r.byAnniversary {
		year, anchored, _ := r.anchor.date()
		offset = year*12 + int(anchored) - 1
	}
	return (month-offset)%r.months() == 0
}

// first is the day of a month on which a period would begin: that of the anchor, or the
// last one of a month that is too short for it.
func (r rhythm) first(month int) day {
	date := 1
	if r.byAnniversary {
		_, _, date = r.anchor.date()
	}
	year, number := month/12, time.Month(month%12+1)
	last := dayOf(year, number+1, 1) - 1
	return min(dayOf(year, number, 1)+day(date-1), last)
}

// stamp writes an instant as the contract does.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
