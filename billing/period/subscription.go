package period

import "time"

// Ending says how a row of a subscription ended.
type Ending int

// The endings.
const (
	// EndingNone is a row that has not ended.
	EndingNone Ending = iota
	// EndingTermination is a row that was terminated and has no successor.
	EndingTermination
	// EndingUpgrade is a row that an upgrade has replaced at once.
	EndingUpgrade
	// EndingDowngrade is a row that a downgrade has replaced, which a billing
	// run does on the first day of a period.
	EndingDowngrade
)

// Subscription is what the rules of dates need to know of one row of a
// subscription and its plan.
type Subscription struct {
	// Schedule has the plan's interval, and the anchor in Zone.
	Schedule Schedule
	// Zone is the customer's applicable time zone; nil is UTC.
	Zone *time.Location
	// PayInAdvance is the plan's: the fee of a period falls due on its first
	// day, not after its last.
	PayInAdvance bool
	// BillChargesMonthly bills usage charges of a yearly or semiannual plan
	// month by month. On other plans it has no effect.
	BillChargesMonthly bool
	// BillFixedChargesMonthly does the same for fixed charges.
	BillFixedChargesMonthly bool
	// StartedAt is the instant from which the row counts; zero while pending.
	StartedAt time.Time
	// EndingAt is the instant on whose day the row is to end; zero for none.
	EndingAt time.Time

	// Ending says how the row ended, and TerminatedAt when.
	Ending       Ending
	TerminatedAt time.Time
	// PrecedingBilled says that the period or month before the one that holds
	// TerminatedAt has its recurring invoice already. It decides what a
	// termination on a billing day bills, and nothing else.
	PrecedingBilled bool

	// PreviousChargesTo and PreviousFixedChargesTo are the ends of the windows
	// on the row's last invoice. Set them only if the customer's zone has
	// changed since: the windows then follow on without a gap.
	PreviousChargesTo      time.Time
	PreviousFixedChargesTo time.Time
}

// BillingDay reports whether the periodic run bills an active row on a day in
// its zone. That is the first day of every natural period, and of every month
// where usage or fixed charges are billed monthly; never the day on which the
// row starts or an earlier one, and not the day of EndingAt, on which the row is
// terminated. Whether the run has already been on that day, and whether the row
// existed by then, is for the caller to know.
func (s Subscription) BillingDay(day Date) bool {
	return day.After(s.startDay()) && !s.endsOn(day) && s.begins(s.ticks(), day)
}

// NextBillingDay returns the first billing day that is later than a day. Its
// Start is the instant at which the run is due. Where the zone left that day out,
// this is the start of the day after, which is then the BillingDay.
func (s Subscription) NextBillingDay(after Date) Date {
	ticks := s.ticks()
	next := ticks.Next(ticks.Containing(later(after, s.startDay())))
	if s.endsOn(next.First) {
		next = ticks.Next(next)
	}
	return next.First
}

// DowngradeDay reports whether the periodic run puts a scheduled downgrade into
// effect on a day: on the billing day that begins a natural period. On a month
// in the midst of a longer period, a row with a downgrade ahead is billed as any
// other, since it goes on until the date that downgrade_plan_date has promised.
func (s Subscription) DowngradeDay(day Date) bool {
	return s.BillingDay(day) && s.begins(s.Schedule, day)
}

// NextPeriodStart returns the day on which the natural period after the running
// one begins: the next DowngradeDay, unless the row ends before.
func (s Subscription) NextPeriodStart(now time.Time) Date {
	return s.Schedule.Next(s.running(now)).First
}

// DowngradePlanDate returns what downgrade_plan_date shows for a downgrade that
// is still ahead.
//
// Lago: it is the UTC date of the running period's last instant, plus a day. So
// it is NextPeriodStart in UTC and east of it, and one day later west of it.
func (s Subscription) DowngradePlanDate(now time.Time) Date {
	return DateOf(s.running(now).Last.End(s.Zone), time.UTC).AddDays(1)
}

// begins reports whether a period of a schedule begins on a day, or on a day
// right before it that the zone left out.
func (s Subscription) begins(schedule Schedule, day Date) bool {
	for !schedule.Starts(day) {
		before := day.AddDays(-1)
		if before.Start(s.Zone).Before(day.Start(s.Zone)) {
			return false
		}
		day = before
	}
	return true
}

// running returns the natural period that holds an instant, or the first one
// before the row starts.
func (s Subscription) running(now time.Time) Span {
	return s.Schedule.Containing(s.date(latest(now, s.StartedAt)))
}

// date returns the day of an instant in the subscription's zone.
func (s Subscription) date(instant time.Time) Date { return DateOf(instant, s.Zone) }

// startDay returns the day on which the row starts.
func (s Subscription) startDay() Date { return s.date(s.StartedAt) }

// endsOn reports whether a day is that of EndingAt.
func (s Subscription) endsOn(day Date) bool {
	return !s.EndingAt.IsZero() && s.date(s.EndingAt) == day
}

// ended reports whether the row has ended.
func (s Subscription) ended() bool { return s.Ending != EndingNone && !s.TerminatedAt.IsZero() }

// charges returns the schedule by which usage charges are billed.
func (s Subscription) charges() Schedule { return s.dividedIf(s.BillChargesMonthly) }

// fixedCharges returns the schedule by which fixed charges are billed.
func (s Subscription) fixedCharges() Schedule { return s.dividedIf(s.BillFixedChargesMonthly) }

// ticks returns the schedule of billing days.
func (s Subscription) ticks() Schedule {
	return s.dividedIf(s.BillChargesMonthly || s.BillFixedChargesMonthly)
}

// dividedIf returns the subscription's schedule, month by month if that is
// wanted and the interval allows it.
func (s Subscription) dividedIf(monthly bool) Schedule {
	if monthly && s.Schedule.Interval.divisible() {
		return s.Schedule.Monthly()
	}
	return s.Schedule
}

// earliest returns the earlier of two instants.
func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// latest returns the later of two instants.
func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
