package period_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/period"
)

// zones are time zones on both sides of the date line, with offsets of all
// kinds, with clocks that change at midnight or by half an hour, and with a day
// left out.
func zones() []string {
	return []string{
		"UTC", "Europe/Paris", "Europe/London", "America/New_York", "America/Denver", "Asia/Tokyo",
		"Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Chatham",
		"Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Asia/Karachi",
		"America/Sao_Paulo", "America/Havana", "America/Asuncion", "Asia/Beirut", "Asia/Tehran", "Africa/Cairo",
		"America/Scoresbysund", "Antarctica/Troll", "Antarctica/Casey",
	}
}

// drawZone draws a time zone.
func drawZone(t *rapid.T) *time.Location {
	return zone(rapid.SampledFrom(zones()).Draw(t, "zone"))
}

// drawInstant draws an instant of the years 1990 to 2045, about half of them
// near a change of the zone's clock.
func drawInstant(t *rapid.T, location *time.Location) time.Time {
	const from, to = 631_152_000, 2_366_841_600
	at := time.Unix(rapid.Int64Range(from, to).Draw(t, "second"), 0).
		Add(time.Duration(rapid.Int64Range(0, 999_999).Draw(t, "microsecond")) * time.Microsecond).UTC()
	_, change := at.In(location).ZoneBounds()
	if change.IsZero() || rapid.Bool().Draw(t, "anywhere") {
		return at
	}
	near := rapid.Int64Range(-26*3600, 26*3600).Draw(t, "seconds from the change")
	return change.Add(time.Duration(near) * time.Second).UTC()
}

// drawDate draws a day on which a zone's clock may change.
func drawDate(t *rapid.T, location *time.Location) period.Date {
	return period.DateOf(drawInstant(t, location), location).AddDays(rapid.IntRange(-2, 2).Draw(t, "days off"))
}

// drawSchedule draws a schedule with an anchor before or after any other day.
func drawSchedule(t *rapid.T) period.Schedule {
	return period.Schedule{
		Interval:    rapid.SampledFrom(period.Intervals()).Draw(t, "interval"),
		BillingTime: rapid.SampledFrom([]period.BillingTime{period.BillingTimeCalendar, period.BillingTimeAnniversary}).Draw(t, "billing time"),
		Anchor:      drawDate(t, time.UTC),
	}
}

// exists reports whether a zone did not leave a day out.
func exists(day period.Date, location *time.Location) bool {
	return day.Start(location).Before(day.End(location))
}

// Every instant lies in one day of every zone, and days follow each other.
func TestDate_DaysTileTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		location := drawZone(t)
		at := drawInstant(t, location)
		day := period.DateOf(at, location)
		start, end := day.Start(location), day.End(location)
		require.False(t, at.Before(start), "%s is before %s", at, start)
		require.False(t, at.After(end), "%s is after %s", at, end)
		require.Equal(t, end.Add(time.Microsecond), day.AddDays(1).Start(location))
		require.Equal(t, day, period.DateOf(start, location))
		require.Equal(t, day, period.DateOf(end, location))
		require.False(t, day.AddDays(-1).Start(location).After(start))

		// A clock shows the day, except when it was put back over midnight.
		year, month, number := at.In(location).Date()
		require.Contains(t, []int{0, 1}, day.DaysSince(period.NewDate(year, month, number)))
		first := start.In(location)
		require.Equal(t, day, period.NewDate(first.Date()))
	})
}

func TestDays_CountsWholeDaysWhateverClocksDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		location := drawZone(t)
		first := drawDate(t, location)
		last := first.AddDays(rapid.IntRange(0, 800).Draw(t, "length"))
		if !exists(first, location) || !exists(last, location) {
			t.Skip("a day that was left out has no length")
		}
		from, to := first.Start(location), last.End(location)
		require.Equal(t, last.DaysSince(first)+1, period.Days(from, to, location))
		require.Equal(t, last.DaysSince(first)+1, period.Days(from, last.Start(location), location))
	})
}

func TestSchedule_PeriodsTileTheCalendar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		schedule, day := drawSchedule(t), drawDate(t, time.UTC)
		current := schedule.Containing(day)
		require.True(t, current.Contains(day))
		require.True(t, schedule.Starts(current.First))
		require.Equal(t, day == current.First, schedule.Starts(day))
		require.Equal(t, current, schedule.Containing(current.First))
		require.Equal(t, current, schedule.Containing(current.Last))

		next, previous := schedule.Next(current), schedule.Previous(current)
		require.Equal(t, current.Last.AddDays(1), next.First)
		require.Equal(t, current.First.AddDays(-1), previous.Last)
		require.Equal(t, current, schedule.Previous(next))
		require.Equal(t, current, schedule.Next(previous))
		if schedule.BillingTime == period.BillingTimeAnniversary {
			require.Equal(t, schedule.Anchor, schedule.Containing(schedule.Anchor).First)
		}
	})
}

// The months inside a longer period divide it without a rest.
func TestSchedule_MonthsDivideLongerPeriods(t *testing.T) {
	t.Parallel()
	months := map[period.Interval]int{
		period.IntervalMonthly: 1, period.IntervalQuarterly: 3, period.IntervalSemiannual: 6, period.IntervalYearly: 12,
	}
	rapid.Check(t, func(t *rapid.T) {
		schedule := drawSchedule(t)
		if schedule.Interval == period.IntervalWeekly {
			t.Skip("months do not divide weeks")
		}
		whole := schedule.Containing(drawDate(t, time.UTC))
		month := schedule.Monthly().Containing(whole.First)
		require.Equal(t, whole.First, month.First)
		for range months[schedule.Interval] - 1 {
			require.True(t, whole.Contains(month.Last))
			month = schedule.Monthly().Next(month)
		}
		require.Equal(t, whole.Last, month.Last)
	})
}

// Parts of a period cost together what the period costs.
func TestProrate_PartsSumToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		location := drawZone(t)
		whole := drawSchedule(t).Containing(drawDate(t, location))
		cents := rapid.Int64Range(0, 1<<53).Draw(t, "cents")
		amount := decimal.NewFromInt(cents)

		precise, rounded, parts := decimal.Zero, decimal.Zero, 0
		for first := whole.First; !first.After(whole.Last); parts++ {
			last := first.AddDays(rapid.IntRange(0, whole.Last.DaysSince(first)).Draw(t, "part"))
			if !exists(first, location) || !exists(last, location) {
				t.Skip("a day that was left out has no length")
			}
			days := period.Days(first.Start(location), last.End(location), location)
			share := period.Prorate(amount, days, whole.Days())
			precise, rounded = precise.Add(share), rounded.Add(share.Round(0))
			first = last.AddDays(1)
		}
		require.True(t, precise.Round(period.PreciseScale-3).Equal(amount), "%s is not %s", precise, amount)
		off := rounded.Sub(amount).Abs()
		require.True(t, off.LessThanOrEqual(decimal.NewFromInt(int64(parts))), "%s off in %d parts", off, parts)
	})
}

// drawSubscription draws a subscription that has started.
func drawSubscription(t *rapid.T) period.Subscription {
	location := drawZone(t)
	started := drawInstant(t, location)
	sub := period.Subscription{
		Schedule:                drawSchedule(t),
		Zone:                    location,
		PayInAdvance:            rapid.Bool().Draw(t, "in advance"),
		BillChargesMonthly:      rapid.Bool().Draw(t, "charges monthly"),
		BillFixedChargesMonthly: rapid.Bool().Draw(t, "fixed charges monthly"),
		StartedAt:               started,
	}
	if rapid.Bool().Draw(t, "anchored at its start") {
		sub.Schedule.Anchor = period.DateOf(started, location)
	}
	return sub
}

// tiles checks that windows follow each other, beginning at an instant.
type tiles struct{ next time.Time }

// add checks that a window begins where the one before ended.
func (s *tiles) add(t *rapid.T, window period.Window) {
	t.Helper()
	require.Equal(t, s.next, window.From)
	require.False(t, window.To.Before(window.From))
	s.next = window.To.Add(time.Microsecond)
}

// requireNotEmpty checks that a part of a run that is there covers something.
func requireNotEmpty(t *rapid.T, window *period.Window) bool {
	t.Helper()
	if window == nil {
		return false
	}
	require.False(t, window.Empty())
	return true
}

// Consecutive billing runs and the closing invoice bill every instant from the
// start of the row to its end once, the plan's amount as well as usage and
// fixed charges.
func TestWindows_ConsecutiveRunsTileTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sub := drawSubscription(t)
		startDay := period.DateOf(sub.StartedAt, sub.Zone)
		plan, usage, fixed := tiles{startDay.Start(sub.Zone)}, tiles{sub.StartedAt}, tiles{sub.StartedAt}
		if sub.PayInAdvance {
			plan.add(t, sub.Windows(sub.StartedAt).Subscription)
		}
		due, last := sub.StartedAt, startDay
		for range rapid.IntRange(0, 30).Draw(t, "runs") {
			last = sub.NextBillingDay(last)
			due = last.Start(sub.Zone).Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "hour")) * time.Hour)
			require.True(t, sub.BillingDay(period.DateOf(due, sub.Zone)))
			windows := sub.Windows(due)
			if sub.FeeDue(period.ReasonPeriodic, due, time.Time{}) {
				plan.add(t, windows.Subscription)
			}
			if requireNotEmpty(t, windows.Charges) {
				usage.add(t, *windows.Charges)
			}
			if requireNotEmpty(t, windows.FixedCharges) {
				fixed.add(t, *windows.FixedCharges)
			}
			sub.PrecedingBilled = true
		}

		next := sub.NextBillingDay(last).Start(sub.Zone).Sub(due)
		sub.Ending = period.EndingTermination
		sub.TerminatedAt = due.Add(time.Duration(rapid.Int64Range(0, next.Microseconds()-1).Draw(t, "microseconds to the end")) * time.Microsecond)
		closing := sub.Windows(sub.TerminatedAt)
		if !sub.PayInAdvance {
			plan.add(t, closing.Subscription)
		}
		usage.add(t, *closing.Charges)
		fixed.add(t, *closing.FixedCharges)
		require.Equal(t, sub.TerminatedAt.Add(time.Microsecond), usage.next)
		require.Equal(t, sub.TerminatedAt.Add(time.Microsecond), fixed.next)
	})
}

// What a run bills is what was shown as current usage right before its day.
func TestCurrent_IsWhatTheNextRunBills(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sub := drawSubscription(t)
		now := drawInstant(t, sub.Zone)
		if now.Before(sub.StartedAt) {
			now = sub.StartedAt
		}
		current := sub.Current(now)
		require.False(t, now.Before(current.Charges.From))
		require.False(t, now.After(current.Charges.To))
		require.True(t, current.Plan.Contains(period.DateOf(now, sub.Zone)))
		require.False(t, current.PlanEndsAt.Before(current.Charges.To))

		shown, started := sub.CurrentBillingPeriod(now)
		require.True(t, started)
		require.Equal(t, current.Charges, shown)

		run := sub.Windows(current.Charges.Period.Last.AddDays(1).Start(sub.Zone))
		if run.Charges != nil {
			require.Equal(t, current.Charges, *run.Charges)
		}
		run = sub.Windows(current.FixedCharges.Period.Last.AddDays(1).Start(sub.Zone))
		if run.FixedCharges != nil {
			require.Equal(t, current.FixedCharges, *run.FixedCharges)
		}
	})
}

// A fee is never less than nothing nor more than the plan's amount, and what is
// used and unused of a period in advance is the fee of its first day.
func TestFee_StaysWithinThePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sub := drawSubscription(t)
		at := sub.StartedAt.Add(time.Duration(rapid.Int64Range(0, 800*24*3600).Draw(t, "seconds")) * time.Second)
		sub.Ending = rapid.SampledFrom([]period.Ending{
			period.EndingNone, period.EndingTermination, period.EndingUpgrade, period.EndingDowngrade,
		}).Draw(t, "ending")
		if sub.Ending != period.EndingNone {
			sub.TerminatedAt = at
		}
		facts := period.FeeInput{
			PlanAmountCents: rapid.Int64Range(0, 1<<53).Draw(t, "cents"),
			Window:          sub.Windows(at).Subscription,
			Billed:          rapid.Bool().Draw(t, "billed"),
			Previous:        rapid.SampledFrom([]period.Ending{period.EndingNone, period.EndingUpgrade, period.EndingDowngrade}).Draw(t, "previous"),
			CreatedAt:       drawInstant(t, sub.Zone),
			TrialEndsAt:     rapid.SampledFrom([]time.Time{{}, drawInstant(t, sub.Zone), at.AddDate(0, 0, 3)}).Draw(t, "trial"),
		}
		fee := sub.Fee(facts)
		require.GreaterOrEqual(t, fee.Cents, int64(0))
		require.LessOrEqual(t, fee.Cents, facts.PlanAmountCents)
		require.Equal(t, fee.Cents, fee.Precise.Round(0).IntPart())
		require.LessOrEqual(t, fee.Days, fee.Of)

		unused := sub.Unused(period.UnusedInput{PlanAmountCents: facts.PlanAmountCents, FeeCents: facts.PlanAmountCents})
		used := sub.Used(facts.PlanAmountCents, time.Time{})
		if sub.PayInAdvance && sub.Ending == period.EndingTermination {
			whole := sub.Schedule.Containing(period.DateOf(at, sub.Zone))
			first := period.DateOf(sub.StartedAt, sub.Zone)
			if !exists(whole.First, sub.Zone) {
				t.Skip("a day that was left out has no length")
			}
			require.Equal(t, whole.DaysFrom(first), used.Days+unused.Days)
		}
	})
}
