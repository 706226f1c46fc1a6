package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

// run is what one billing run covers, as answers show it.
type run struct {
	at                         string
	subscription, usage, fixed string
}

// requireRuns compares what billing runs cover.
func requireRuns(t *testing.T, sub period.Subscription, runs []run) {
	t.Helper()
	for _, want := range runs {
		windows := sub.Windows(instant(want.at))
		assert.Equal(t, want.subscription, shown(windows.Subscription), "subscription at %s", want.at)
		assert.Equal(t, want.usage, shownOrNull(windows.Charges), "charges at %s", want.at)
		assert.Equal(t, want.fixed, shownOrNull(windows.FixedCharges), "fixed charges at %s", want.at)
	}
}

// Section 8.2: monthly by anniversary in advance, started in the day.
func TestWindows_InAdvance(t *testing.T) {
	t.Parallel()
	sub := inAdvance(monthly(period.BillingTimeAnniversary, "2023-07-19T12:12Z"))
	const empty = "2023-07-19T12:12:00Z..2023-07-19T12:12:00Z"
	const first = "2023-07-19T12:12:00Z..2023-08-18T23:59:59Z"
	const second = "2023-08-19T00:00:00Z..2023-09-18T23:59:59Z"
	requireRuns(t, sub, []run{
		{"2023-07-19T12:12Z", "2023-07-19T00:00:00Z..2023-08-18T23:59:59Z", empty, empty},
		{"2023-08-19T00:10Z", second, first, first},
		{"2023-09-19T00:10Z", "2023-09-19T00:00:00Z..2023-10-18T23:59:59Z", second, second},
	})
	windows := sub.Windows(sub.StartedAt)
	assert.True(t, windows.Charges.Empty())
	assert.False(t, windows.Subscription.Empty())
	assert.Equal(t, span("2023-07-19..2023-08-18"), windows.Subscription.Period)
}

func TestWindows_InArrears(t *testing.T) {
	t.Parallel()
	sub := monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z")
	const usage = "2024-02-15T10:00:00Z..2024-02-29T23:59:59Z"
	const march = "2024-03-01T00:00:00Z..2024-03-31T23:59:59Z"
	requireRuns(t, sub, []run{
		{"2024-03-01T00:10Z", "2024-02-15T00:00:00Z..2024-02-29T23:59:59Z", usage, usage},
		{"2024-04-01T00:10Z", march, march, march},
	})
	windows := sub.Windows(instant("2024-03-01T00:10Z"))
	assert.Equal(t, 29, windows.Charges.Period.Days(), "the whole month, though the row started in its midst")
	assert.Equal(t, 15, period.Days(windows.Charges.From, windows.Charges.To, sub.Zone))
	assert.Equal(t, 999_999_000, windows.Charges.To.Nanosecond())
}

// Section 8.3: a year by anniversary from 31 January, in arrears.
func TestWindows_YearWithMonths(t *testing.T) {
	t.Parallel()
	start := subscription(period.IntervalYearly, period.BillingTimeAnniversary, "2024-01-31T01:00Z")
	const (
		before   = "2024-01-31T00:00:00Z..2024-01-31T01:00:00Z" // the year before, cut off
		year     = "2024-01-31T00:00:00Z..2025-01-30T23:59:59Z"
		yearFrom = "2024-01-31T01:00:00Z..2025-01-30T23:59:59Z"
		january  = "2024-01-31T01:00:00Z..2024-02-28T23:59:59Z"
		february = "2024-02-29T00:00:00Z..2024-03-30T23:59:59Z"
		december = "2024-12-31T00:00:00Z..2025-01-30T23:59:59Z"
	)
	for _, c := range []struct {
		name           string
		charges, fixed bool
		runs           []run
	}{
		{"charges monthly", true, false, []run{
			{"2024-02-29T00:10Z", before, january, "null"},
			{"2024-03-31T00:10Z", before, february, "null"},
			{"2025-01-31T00:10Z", year, december, yearFrom},
		}},
		{"fixed charges monthly", false, true, []run{
			{"2024-02-29T00:10Z", before, "null", january},
			{"2024-03-31T00:10Z", before, "null", february},
			{"2025-01-31T00:10Z", year, yearFrom, december},
		}},
		{"both monthly", true, true, []run{
			{"2024-02-29T00:10Z", before, january, january},
			{"2024-03-31T00:10Z", before, february, february},
			{"2025-01-31T00:10Z", year, december, december},
		}},
		{"neither", false, false, []run{
			{"2025-01-31T00:10Z", year, yearFrom, yearFrom},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			requireRuns(t, with(start, c.charges, c.fixed), c.runs)
		})
	}
}

// On a month in its midst, a year in advance shows the year that is running.
func TestWindows_YearInAdvanceWithMonths(t *testing.T) {
	t.Parallel()
	sub := inAdvance(with(subscription(period.IntervalSemiannual, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, false))
	const half = "2024-02-15T00:00:00Z..2024-06-30T23:59:59Z"
	requireRuns(t, sub, []run{
		// What starts with the row has fixed charges in advance, up to the end of the half.
		{"2024-02-15T10:00Z", half, "2024-02-15T10:00:00Z..2024-02-15T10:00:00Z", "2024-02-15T10:00:00Z..2024-06-30T23:59:59Z"},
		{"2024-03-01T00:10Z", half, "2024-02-15T10:00:00Z..2024-02-29T23:59:59Z", "null"},
		{"2024-04-01T00:10Z", half, "2024-03-01T00:00:00Z..2024-03-31T23:59:59Z", "null"},
		{
			"2024-07-01T00:10Z", "2024-07-01T00:00:00Z..2024-12-31T23:59:59Z",
			"2024-06-01T00:00:00Z..2024-06-30T23:59:59Z", "2024-02-15T10:00:00Z..2024-06-30T23:59:59Z",
		},
	})
}

// A row that starts in the first month of its year has the usual empty windows.
func TestWindows_StartInTheBoundaryMonth(t *testing.T) {
	t.Parallel()
	const empty = "2024-01-15T10:00:00Z..2024-01-15T10:00:00Z"
	const year = "2024-01-15T00:00:00Z..2024-12-31T23:59:59Z"
	sub := inAdvance(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-01-15T10:00Z"))
	requireRuns(t, with(sub, true, false), []run{{"2024-01-15T10:00Z", year, empty, empty}})
	requireRuns(t, with(sub, false, true), []run{{"2024-01-15T10:00Z", year, empty, empty}})
	sub = inAdvance(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15T10:00Z"))
	requireRuns(t, with(sub, false, true), []run{{
		"2024-02-15T10:00Z", "2024-02-15T00:00:00Z..2024-12-31T23:59:59Z", "null", "2024-02-15T10:00:00Z..2024-02-15T10:00:00Z",
	}})
}

// Section 8.4: months in other zones, with the same dates.
func TestWindows_Zones(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"UTC":              "2024-03-01T00:00:00Z..2024-03-31T23:59:59Z",
		"America/New_York": "2024-03-01T05:00:00Z..2024-04-01T03:59:59Z",
		"Asia/Tokyo":       "2024-02-29T15:00:00Z..2024-03-31T14:59:59Z",
		"Europe/Paris":     "2024-02-29T23:00:00Z..2024-03-31T21:59:59Z",
	} {
		sub := monthly(period.BillingTimeCalendar, "2024-01-15T10:00Z")
		sub.Zone = zone(name)
		due := sub.NextBillingDay(date("2024-03-10")).Start(sub.Zone)
		assert.Equal(t, want, shown(sub.Windows(due).Subscription), name)
		assert.Equal(t, want, shown(*sub.Windows(due).Charges), name)
	}
}

// Section 8.4: after a change of zone the windows follow on.
func TestWindows_FollowOnAfterAChangeOfZone(t *testing.T) {
	t.Parallel()
	utcEnd := instant("2024-02-29T23:59:59.999999Z")
	for _, c := range []struct {
		name, zone string
		previousTo time.Time
		from       string
	}{
		{"to the west there is no overlap and no gap", "America/New_York", utcEnd, "2024-03-01T00:00:00Z"},
		{"to the east there is no gap", "Asia/Tokyo", utcEnd, "2024-03-01T00:00:00Z"},
		{"an end too far away does not count", "Asia/Tokyo", instant("2024-02-28T12:59:59.999999Z"), "2024-02-29T15:00:00Z"},
		{"nor one too late", "America/New_York", instant("2024-03-02T06:59:59.999999Z"), "2024-03-01T05:00:00Z"},
		{"an end within 26 hours does", "Asia/Tokyo", instant("2024-02-28T13:00:00Z"), "2024-02-28T13:00:00.000001Z"},
		{"without a change it is the zone's", "Asia/Tokyo", time.Time{}, "2024-02-29T15:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sub := monthly(period.BillingTimeCalendar, "2024-01-15T10:00Z")
			sub.Zone, sub.PreviousChargesTo = zone(c.zone), c.previousTo
			due := date("2024-04-01").Start(sub.Zone)
			windows := sub.Windows(due)
			assert.Equal(t, instant(c.from), windows.Charges.From)
			assert.Equal(t, date("2024-03-31").End(sub.Zone), windows.Charges.To)
			assert.Equal(t, date("2024-03-01").Start(sub.Zone), windows.FixedCharges.From)
			assert.Equal(t, date("2024-03-01").Start(sub.Zone), windows.Subscription.From)
			assert.Equal(t, instant(c.from), sub.Current(instant("2024-03-10T00:00Z")).Charges.From)

			sub.PreviousFixedChargesTo = c.previousTo
			assert.Equal(t, instant(c.from), sub.Windows(due).FixedCharges.From)
		})
	}
}

// Usage up to the last window's end is never billed twice, nor is the start's.
func TestWindows_ChangeOfZoneAtTheEnds(t *testing.T) {
	t.Parallel()
	sub := ended(monthly(period.BillingTimeCalendar, "2024-01-15T10:00Z"), period.EndingTermination, "2024-02-29T16:00Z")
	sub.Zone, sub.PreviousChargesTo, sub.PrecedingBilled = zone("Asia/Tokyo"), instant("2024-02-29T23:59:59.999999Z"), true
	charges := sub.Windows(sub.TerminatedAt).Charges
	assert.True(t, charges.Empty())
	assert.Equal(t, sub.TerminatedAt, charges.To)

	sub = inAdvance(monthly(period.BillingTimeAnniversary, "2024-01-15T10:00Z"))
	sub.Zone, sub.PreviousChargesTo = zone("Asia/Tokyo"), sub.StartedAt // the empty window of the first invoice
	assert.Equal(t, sub.StartedAt, sub.Windows(date("2024-02-15").Start(sub.Zone)).Charges.From)
}

// Section 8.5: what closing invoices cover.
func TestWindows_Ended(t *testing.T) {
	t.Parallel()
	start := monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z")
	const (
		toMarch  = "2024-03-01T00:00:00Z..2024-03-12T14:00:00Z"
		march    = "2024-03-01T00:00:00Z..2024-03-31T23:59:59Z"
		february = "2024-02-15T00:00:00Z..2024-02-29T23:59:59Z"
		usage    = "2024-02-15T10:00:00Z..2024-02-29T23:59:59Z"
		firstDay = "2024-03-01T00:00:00Z..2024-03-01T14:00:00Z"
	)
	for _, c := range []struct {
		name         string
		ending       period.Ending
		terminatedAt string
		billed       bool
		want         [2]string // subscription; charges and fixed charges
	}{
		{"terminated", period.EndingTermination, "2024-03-12T14:00Z", true, [2]string{toMarch, toMarch}},
		{"upgraded", period.EndingUpgrade, "2024-03-12T14:00Z", true, [2]string{toMarch, toMarch}},
		{"unbilled before makes no difference in the midst", period.EndingTermination, "2024-03-12T14:00Z", false, [2]string{toMarch, toMarch}},
		{"downgraded", period.EndingDowngrade, "2024-04-01T00:10Z", false, [2]string{march, march}},
		{"in the first period", period.EndingTermination, "2024-02-20T14:00Z", false, [2]string{
			"2024-02-15T00:00:00Z..2024-02-20T14:00:00Z", "2024-02-15T10:00:00Z..2024-02-20T14:00:00Z",
		}},
		{"on a billing day before its run", period.EndingTermination, "2024-03-01T14:00Z", false, [2]string{february, usage}},
		{"on a billing day after its run", period.EndingTermination, "2024-03-01T14:00Z", true, [2]string{firstDay, firstDay}},
		{"upgraded before the run", period.EndingUpgrade, "2024-03-01T14:00Z", false, [2]string{february, usage}},
	} {
		for _, paidInAdvance := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				sub := ended(start, c.ending, c.terminatedAt)
				sub.PayInAdvance, sub.PrecedingBilled = paidInAdvance, c.billed
				requireRuns(t, sub, []run{{c.terminatedAt, c.want[0], c.want[1], c.want[1]}})
				requireRuns(t, sub, []run{{"2030-01-01T00:00Z", c.want[0], c.want[1], c.want[1]}})
			})
		}
	}
}

// A row of less than a day that ends on a billing day is billed for that day.
func TestWindows_EndedOnItsFirstDay(t *testing.T) {
	t.Parallel()
	sub := ended(monthly(period.BillingTimeAnniversary, "2023-09-05T08:00Z"), period.EndingTermination, "2023-09-05T20:00Z")
	requireRuns(t, sub, []run{{
		"2023-09-05T20:00Z", "2023-09-05T00:00:00Z..2023-09-05T20:00:00Z",
		"2023-09-05T08:00:00Z..2023-09-05T20:00:00Z", "2023-09-05T08:00:00Z..2023-09-05T20:00:00Z",
	}})
	late := ended(monthly(period.BillingTimeCalendar, "2023-09-30T12:00Z"), period.EndingTermination, "2023-10-01T11:59Z")
	assert.Equal(t, "2023-10-01T00:00:00Z..2023-10-01T11:59:00Z", shown(late.Windows(late.TerminatedAt).Subscription))
	late.TerminatedAt = instant("2023-10-01T12:00Z")
	assert.Equal(t, "2023-09-30T00:00:00Z..2023-09-30T23:59:59Z", shown(late.Windows(late.TerminatedAt).Subscription))
}

// Ended in a month in the midst of a year, everything is billed to the end; on
// the first day of the month, before the run, to the day before.
func TestWindows_EndedInAYearWithMonths(t *testing.T) {
	t.Parallel()
	start := with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, false)
	requireRuns(t, ended(start, period.EndingTermination, "2024-05-10T14:00Z"), []run{{
		"2024-05-10T14:00Z", "2024-02-15T00:00:00Z..2024-05-10T14:00:00Z",
		"2024-05-01T00:00:00Z..2024-05-10T14:00:00Z", "2024-02-15T10:00:00Z..2024-05-10T14:00:00Z",
	}})
	requireRuns(t, ended(start, period.EndingTermination, "2024-05-01T14:00Z"), []run{{
		"2024-05-01T14:00Z", "2024-02-15T00:00:00Z..2024-04-30T23:59:59Z",
		"2024-04-01T00:00:00Z..2024-04-30T23:59:59Z", "2024-02-15T10:00:00Z..2024-04-30T23:59:59Z",
	}})
	requireRuns(t, ended(start, period.EndingDowngrade, "2025-01-01T00:10Z"), []run{{
		"2025-01-01T00:10Z", "2024-02-15T00:00:00Z..2024-12-31T23:59:59Z",
		"2024-12-01T00:00:00Z..2024-12-31T23:59:59Z", "2024-02-15T10:00:00Z..2024-12-31T23:59:59Z",
	}})
}

// Section 2: the re-created row keeps its anchor and is billed from where it starts.
func TestWindows_Recreated(t *testing.T) {
	t.Parallel()
	sub := subscription(period.IntervalYearly, period.BillingTimeAnniversary, "2026-03-13T00:00Z")
	sub.Schedule.Anchor = date("2025-03-15")
	next := sub.NextBillingDay(date("2026-03-13"))
	require.Equal(t, date("2026-03-15"), next)
	windows := sub.Windows(next.Start(time.UTC))
	assert.Equal(t, "2026-03-13..2026-03-14", days(windows.Subscription, time.UTC))
}
