package period

import "time"

// Current is the period that is running.
type Current struct {
	// Charges is the window of current usage. It is always there, and is one
	// month of a longer plan whose usage is billed monthly. Charges.Period is
	// the whole period or month, so Charges.Period.Days() is charges_duration
	// even for a row that started in its midst.
	Charges Window
	// FixedCharges is the window of fixed charges in the same way. It is what
	// the fee of a fixed charge in advance is for.
	FixedCharges Window
	// Plan is the natural period of the plan.
	Plan Span
	// PlanEndsAt is the last instant of Plan.
	PlanEndsAt time.Time
	// IssuingDate is what usage shows as issuing_date.
	//
	// Lago: it is the UTC date of PlanEndsAt, so it is one day after Plan.Last
	// in zones west of UTC.
	IssuingDate Date
}

// Current returns the period that is running at an instant: the first one
// before the row starts, the last one after it has ended.
func (s Subscription) Current(now time.Time) Current {
	at := latest(now, s.StartedAt)
	if s.ended() {
		at = earliest(at, s.TerminatedAt)
	}
	day := s.date(at)
	plan := s.Schedule.Containing(day)
	endsAt := plan.Last.End(s.Zone)
	return Current{
		Charges:      s.chargesWindow(s.untilEnded(s.charges().Containing(day))),
		FixedCharges: s.fixedChargesWindow(s.untilEnded(s.fixedCharges().Containing(day))),
		Plan:         plan,
		PlanEndsAt:   endsAt,
		IssuingDate:  DateOf(endsAt, time.UTC),
	}
}

// untilEnded returns the instants of a span, up to the end of the row.
func (s Subscription) untilEnded(span Span) Window {
	window := s.window(span)
	if s.ended() {
		window.To = earliest(window.To, s.TerminatedAt).UTC()
	}
	return window
}

// CurrentBillingPeriod returns what current_billing_period_started_at and
// current_billing_period_ending_at show at an instant. It reports false for a
// row that has not started, which shows null.
//
// Lago: the end of the row plays no part. A terminated one goes on to show the
// period that it would be in.
func (s Subscription) CurrentBillingPeriod(now time.Time) (Window, bool) {
	if s.StartedAt.IsZero() {
		return Window{}, false
	}
	window := s.window(s.charges().Containing(s.date(latest(now, s.StartedAt))))
	window.From = latest(window.From, s.StartedAt).UTC()
	return window, true
}
