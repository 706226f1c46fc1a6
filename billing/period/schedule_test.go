package period_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/billing/period"
)

// chain is a row of natural periods that follow each other.
type chain struct {
	interval period.Interval
	anchor   string
	spans    []string
	days     []int
}

// The month-end sequences of section 8.1.
func monthEnds() []chain {
	return []chain{
		{
			period.IntervalMonthly, "2024-01-31",
			[]string{
				"2024-01-31..2024-02-28", "2024-02-29..2024-03-30", "2024-03-31..2024-04-29", "2024-04-30..2024-05-30",
				"2024-05-31..2024-06-29", "2024-06-30..2024-07-30", "2024-07-31..2024-08-30", "2024-08-31..2024-09-29",
				"2024-09-30..2024-10-30", "2024-10-31..2024-11-29", "2024-11-30..2024-12-30", "2024-12-31..2025-01-30",
				"2025-01-31..2025-02-27", "2025-02-28..2025-03-30",
			},
			[]int{29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31},
		},
		{
			period.IntervalMonthly, "2024-01-30",
			[]string{"2024-01-30..2024-02-28", "2024-02-29..2024-03-29", "2024-03-30..2024-04-29", "2024-04-30..2024-05-29"},
			[]int{30, 30, 31, 30},
		},
		{
			period.IntervalMonthly, "2023-01-29",
			[]string{"2023-01-29..2023-02-27", "2023-02-28..2023-03-28", "2023-03-29..2023-04-28"},
			[]int{30, 29, 31},
		},
		{
			period.IntervalQuarterly, "2023-08-31",
			[]string{
				"2023-08-31..2023-11-29", "2023-11-30..2024-02-28", "2024-02-29..2024-05-30", "2024-05-31..2024-08-30",
				"2024-08-31..2024-11-29", "2024-11-30..2025-02-27",
			},
			[]int{91, 91, 92, 92, 91, 90},
		},
		{
			period.IntervalSemiannual, "2023-08-31",
			[]string{"2023-08-31..2024-02-28", "2024-02-29..2024-08-30", "2024-08-31..2025-02-27"},
			[]int{182, 184, 181},
		},
		{
			period.IntervalYearly, "2024-02-29",
			[]string{
				"2024-02-29..2025-02-27", "2025-02-28..2026-02-27", "2026-02-28..2027-02-27", "2027-02-28..2028-02-28",
				"2028-02-29..2029-02-27",
			},
			[]int{365, 365, 365, 366, 365},
		},
		{
			period.IntervalYearly, "2024-03-01",
			[]string{"2024-03-01..2025-02-28", "2025-03-01..2026-02-28"},
			[]int{365, 365},
		},
	}
}

func TestSchedule_ReappliesTheAnchorEveryPeriod(t *testing.T) {
	t.Parallel()
	for _, c := range monthEnds() {
		t.Run(string(c.interval)+" "+c.anchor, func(t *testing.T) {
			t.Parallel()
			schedule := period.Schedule{
				Interval: c.interval, BillingTime: period.BillingTimeAnniversary, Anchor: date(c.anchor),
			}
			current := schedule.Containing(date(c.anchor))
			for i, want := range c.spans {
				assert.Equal(t, span(want), current, want)
				assert.Equal(t, c.days[i], current.Days(), want)
				assert.Equal(t, current, schedule.Containing(current.First), want)
				assert.Equal(t, current, schedule.Containing(current.Last), want)
				assert.Equal(t, current, schedule.Previous(schedule.Next(current)), want)
				assert.True(t, schedule.Starts(current.First), want)
				assert.False(t, schedule.Starts(current.Last), want)
				current = schedule.Next(current)
			}
		})
	}
}

// The natural periods around 15 February 2024, a Thursday: by the calendar, and
// with anchors on either side.
func TestSchedule_Containing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		interval    period.Interval
		billingTime period.BillingTime
		anchor      string
		want        string
	}{
		{period.IntervalWeekly, period.BillingTimeCalendar, "2024-02-15", "2024-02-12..2024-02-18"},
		{period.IntervalMonthly, period.BillingTimeCalendar, "2024-02-15", "2024-02-01..2024-02-29"},
		{period.IntervalQuarterly, period.BillingTimeCalendar, "2024-02-15", "2024-01-01..2024-03-31"},
		{period.IntervalSemiannual, period.BillingTimeCalendar, "2024-02-15", "2024-01-01..2024-06-30"},
		{period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15", "2024-01-01..2024-12-31"},
		{period.IntervalWeekly, period.BillingTimeAnniversary, "2019-07-05", "2024-02-09..2024-02-15"},
		{period.IntervalWeekly, period.BillingTimeAnniversary, "2024-02-15", "2024-02-15..2024-02-21"},
		{period.IntervalWeekly, period.BillingTimeAnniversary, "2030-01-04", "2024-02-09..2024-02-15"},
		{period.IntervalMonthly, period.BillingTimeAnniversary, "2024-02-16", "2024-01-16..2024-02-15"},
		{period.IntervalMonthly, period.BillingTimeAnniversary, "2031-12-15", "2024-02-15..2024-03-14"},
		{period.IntervalQuarterly, period.BillingTimeAnniversary, "2024-03-15", "2023-12-15..2024-03-14"},
		{period.IntervalQuarterly, period.BillingTimeAnniversary, "2026-05-31", "2023-11-30..2024-02-28"},
		{period.IntervalSemiannual, period.BillingTimeAnniversary, "2023-08-31", "2023-08-31..2024-02-28"},
		{period.IntervalSemiannual, period.BillingTimeAnniversary, "2025-09-02", "2023-09-02..2024-03-01"},
		{period.IntervalYearly, period.BillingTimeAnniversary, "2024-02-29", "2023-02-28..2024-02-28"},
		{period.IntervalYearly, period.BillingTimeAnniversary, "2040-02-10", "2024-02-10..2025-02-09"},
		{"daily", period.BillingTimeAnniversary, "2024-02-10", "2024-02-10..2024-03-09"},
	} {
		t.Run(string(c.interval)+" "+string(c.billingTime)+" "+c.anchor, func(t *testing.T) {
			t.Parallel()
			schedule := period.Schedule{Interval: c.interval, BillingTime: c.billingTime, Anchor: date(c.anchor)}
			assert.Equal(t, span(c.want), schedule.Containing(date("2024-02-15")))
		})
	}
}

func TestSchedule_CalendarNeedsNoAnchor(t *testing.T) {
	t.Parallel()
	for _, interval := range period.Intervals() {
		with := period.Schedule{Interval: interval, BillingTime: period.BillingTimeCalendar, Anchor: date("2023-08-31")}
		without := period.Schedule{Interval: interval, BillingTime: period.BillingTimeCalendar}
		assert.Equal(t, with.Containing(date("2024-02-29")), without.Containing(date("2024-02-29")), interval)
	}
}

func TestSpan_CountsItsDays(t *testing.T) {
	t.Parallel()
	march := span("2024-03-01..2024-03-31")
	assert.Equal(t, 31, march.Days())
	assert.Equal(t, 31, march.DaysFrom(date("2024-02-10")))
	assert.Equal(t, 31, march.DaysFrom(date("2024-03-01")))
	assert.Equal(t, 20, march.DaysFrom(date("2024-03-12")))
	assert.Equal(t, 1, march.DaysFrom(date("2024-03-31")))
	assert.Equal(t, 0, march.DaysFrom(date("2024-04-01")))
	assert.Equal(t, 0, march.DaysFrom(date("2024-05-01")))
	assert.True(t, march.Contains(date("2024-03-01")))
	assert.True(t, march.Contains(date("2024-03-31")))
	assert.False(t, march.Contains(date("2024-02-29")))
	assert.False(t, march.Contains(date("2024-04-01")))
}

// Section 15: a fixed charge raised from 16 April counts from that day on.
func TestSpan_DaysOfAChange(t *testing.T) {
	t.Parallel()
	april := span("2024-04-01..2024-04-30")
	assert.Equal(t, 15, april.DaysFrom(date("2024-04-16")))
	assert.Equal(t, 15, april.Days()-april.DaysFrom(date("2024-04-16")))
}

// Section 3: plans are compared by what they cost in a year.
func TestInterval_YearlyAmount(t *testing.T) {
	t.Parallel()
	want := map[period.Interval]int64{
		period.IntervalWeekly: 52, period.IntervalMonthly: 12, period.IntervalQuarterly: 4,
		period.IntervalSemiannual: 2, period.IntervalYearly: 1, "daily": 0,
	}
	for interval, factor := range want {
		assert.Equal(t, factor, interval.PerYear(), interval)
	}
	assert.Len(t, period.Intervals(), 5)
	assert.True(t, period.IntervalMonthly.YearlyAmount(1000).Equal(period.IntervalYearly.YearlyAmount(12_000)))
	assert.True(t, period.IntervalWeekly.YearlyAmount(1000).GreaterThan(period.IntervalMonthly.YearlyAmount(4333)))
	assert.Equal(t, "479615345916448341964",
		period.IntervalWeekly.YearlyAmount(math.MaxInt64).String(), "more than an int64 holds")
}
