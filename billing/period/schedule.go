package period

import "time"

// Span is a row of days, both ends included.
type Span struct {
	First, Last Date
}

// Days returns how many days a span has.
func (s Span) Days() int { return s.Last.DaysSince(s.First) + 1 }

// Contains reports whether a day lies in a span.
func (s Span) Contains(day Date) bool { return !day.Before(s.First) && !day.After(s.Last) }

// DaysFrom returns how many days of a span are left from a day on, that day
// included: all for an earlier day, 0 for a later one than the last.
func (s Span) DaysFrom(day Date) int {
	return max(0, s.Last.DaysSince(later(day, s.First))+1)
}

// Schedule knows the natural periods of a subscription: rows of whole days that
// follow each other without a gap, before the anchor too. Calendar periods
// begin on Monday or on the first of a month, quarter, half or year.
// Anniversary periods begin on the anchor's weekday, or on the anchor's day of
// the month; in a month too short for it, on the last. Each period is reckoned
// from the anchor itself, so a short month moves no later period.
type Schedule struct {
	Interval    Interval
	BillingTime BillingTime
	// Anchor is the day of subscription_at in the zone of the customer.
	// Calendar periods do not depend on it.
	Anchor Date
}

// Containing returns the natural period that holds a day.
func (s Schedule) Containing(day Date) Span {
	length := s.Interval.months()
	if length == 0 {
		first := day.AddDays(-modulo(day.DaysSince(s.anchor()), 7))
		return Span{First: first, Last: first.AddDays(6)}
	}
	month := monthOf(day)
	month -= modulo(month-monthOf(s.anchor()), length)
	if day.Before(s.startIn(month)) {
		month -= length
	}
	return Span{First: s.startIn(month), Last: s.startIn(month + length).AddDays(-1)}
}

// Next returns the natural period after one.
func (s Schedule) Next(current Span) Span { return s.Containing(current.Last.AddDays(1)) }

// Previous returns the natural period before one.
func (s Schedule) Previous(current Span) Span { return s.Containing(current.First.AddDays(-1)) }

// Starts reports whether a natural period begins on a day.
func (s Schedule) Starts(day Date) bool { return s.Containing(day).First == day }

// Monthly returns the schedule of the months inside the periods of a longer
// one: the same anchor, month by month. Every period of a quarter, half or
// year begins with one of these months.
func (s Schedule) Monthly() Schedule {
	s.Interval = IntervalMonthly
	return s
}

// anchor returns the day from which periods are reckoned. The zero Date is a
// Monday, the first of a month and of a year, as the calendar wants it.
func (s Schedule) anchor() Date {
	if s.BillingTime == BillingTimeAnniversary {
		return s.Anchor
	}
	return Date{}
}

// startIn returns the day of a month on which a period may begin.
func (s Schedule) startIn(month int) Date {
	_, _, day := s.anchor().Civil()
	first := NewDate(0, time.January+time.Month(month), 1)
	last := NewDate(0, time.February+time.Month(month), 1).AddDays(-1)
	if start := first.AddDays(day - 1); start.Before(last) {
		return start
	}
	return last
}

// monthOf counts the months from the beginning of the year 0.
func monthOf(day Date) int {
	year, month, _ := day.Civil()
	return 12*year + int(month-time.January)
}

// modulo returns the remainder of a division that rounds down: 6 for -1 by 7.
func modulo(number, by int) int {
	return ((number % by) + by) % by
}
