package period

import "time"

// longestShift is more than the start of a day moves between any two zones.
const longestShift = 26 * time.Hour

// Window is a range of instants in UTC, both ends included.
type Window struct {
	From, To time.Time
	// Period is the whole natural period or month that the window lies in. Its
	// days are what prices of the period are divided by; for the charges
	// window they are charges_duration.
	Period Span
}

// Empty reports whether no time passes in a window, as in the charges window of
// the first invoice in advance. Usage is not billed for an empty window; fixed
// charges may be.
func (w Window) Empty() bool { return !w.From.Before(w.To) }

// Windows are the ranges that one billing run covers for one subscription, as
// the invoice's billing period keeps and shows them.
type Windows struct {
	// Subscription is what the plan's amount is for. On a month in the midst of
	// a longer period it is still shown, but no fee is made: see FeeDue.
	Subscription Window
	// Charges is the usage that is billed. It is nil on a run that bills none.
	Charges *Window
	// FixedCharges is for fixed charges in arrears. It is nil on a run that
	// bills no fixed charges. A fixed charge paid in advance has the window
	// Current(at).FixedCharges on its fee.
	FixedCharges *Window
}

// Windows returns what a billing run at an instant covers.
//
// For an active row these are the natural period before the one that holds the
// instant, and for the subscription itself of a plan paid in advance, the one
// that holds it. Nothing begins before the row does: the subscription window
// begins with the day of StartedAt, the others with StartedAt exactly; and a
// window that lies before it is empty at StartedAt.
//
// For a row that has ended they are what its closing invoice covers, whatever
// the instant: the period in which it ended, up to TerminatedAt. A row that was
// downgraded, or that ended on a billing day whose run has not been, is billed
// for the period before instead, as the run would have done, and the day it
// ended on is not billed; but a row less than a day old is billed for that day.
func (s Subscription) Windows(at time.Time) Windows {
	if s.ended() {
		return s.closingWindows()
	}
	day := s.date(at)
	covered := s.Schedule.Containing(day)
	if !s.PayInAdvance {
		covered = s.Schedule.Previous(covered)
	}
	windows := Windows{Subscription: s.subscriptionWindow(s.window(covered))}
	if schedule := s.charges(); s.runs(schedule, day) {
		window := s.chargesWindow(s.window(schedule.Previous(schedule.Containing(day))))
		windows.Charges = &window
	}
	schedule := s.fixedCharges()
	switch {
	case s.runs(schedule, day):
		window := s.fixedChargesWindow(s.window(schedule.Previous(schedule.Containing(day))))
		windows.FixedCharges = &window
	case day == s.startDay():
		// Fixed charges in advance are billed when the row starts, though it
		// starts in the midst of a period and charges are billed by the month.
		window := s.fixedChargesWindow(s.window(schedule.Containing(day)))
		windows.FixedCharges = &window
	}
	return windows
}

// runs reports whether a run on a day bills what follows a schedule: on the
// months of a longer period only what is billed monthly, on the first of them
// everything.
func (s Subscription) runs(schedule Schedule, day Date) bool {
	ticks := s.ticks()
	return ticks == schedule || ticks.Containing(day).First == schedule.Containing(day).First
}

// closingWindows returns what the last invoice of an ended row covers.
func (s Subscription) closingWindows() Windows {
	last, end := s.date(s.TerminatedAt), s.TerminatedAt.UTC()
	if s.Ending == EndingDowngrade || s.closesPreceding() {
		last = last.AddDays(-1)
		end = last.End(s.Zone)
	}
	until := func(schedule Schedule) Window {
		window := s.window(schedule.Containing(last))
		window.To = end
		return window
	}
	charges := s.chargesWindow(until(s.charges()))
	fixed := s.fixedChargesWindow(until(s.fixedCharges()))
	return Windows{
		Subscription: s.subscriptionWindow(until(s.Schedule)),
		Charges:      &charges,
		FixedCharges: &fixed,
	}
}

// closesPreceding reports whether the closing invoice takes the place of the
// periodic one, which the day of the termination would have brought.
func (s Subscription) closesPreceding() bool {
	return !s.PrecedingBilled &&
		s.begins(s.ticks(), s.date(s.TerminatedAt)) &&
		!s.TerminatedAt.Add(-24*time.Hour).Before(s.StartedAt)
}

// window returns the instants of a span.
func (s Subscription) window(span Span) Window {
	return Window{From: span.First.Start(s.Zone), To: span.Last.End(s.Zone), Period: span}
}

// subscriptionWindow returns a window without what lies before the day on which
// the row starts.
func (s Subscription) subscriptionWindow(window Window) Window {
	if window.From.Before(s.StartedAt) {
		window.From = s.startDay().Start(s.Zone)
	}
	window.To = latest(window.To, s.StartedAt).UTC()
	return window
}

// chargesWindow returns a window without what lies before the row, or with the
// time that a change of zone would leave out or bill twice.
func (s Subscription) chargesWindow(window Window) Window {
	return s.usageWindow(window, s.PreviousChargesTo)
}

// fixedChargesWindow does for fixed charges what chargesWindow does for usage.
func (s Subscription) fixedChargesWindow(window Window) Window {
	return s.usageWindow(window, s.PreviousFixedChargesTo)
}

// usageWindow cuts off what lies before the row, and begins the window right
// after the end of the previous one if that is given and near.
func (s Subscription) usageWindow(window Window, previousTo time.Time) Window {
	window.From = latest(window.From, s.StartedAt).UTC()
	window.To = latest(window.To, s.StartedAt).UTC()
	if !previousTo.After(s.StartedAt) {
		return window // there is none, or it was empty
	}
	from := previousTo.Add(time.Microsecond).UTC()
	if from.Sub(window.From).Abs() < longestShift {
		window.From = earliest(from, window.To)
	}
	return window
}
