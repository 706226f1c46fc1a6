package prepaid_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/period"
	"tarn/billing/prepaid"
)

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func day(t *testing.T, text string) period.Date {
	t.Helper()
	date, err := period.ParseDate(text)
	require.NoError(t, err)
	return date
}

// TestRecurrence_FallsOnTheDaysOfTheFacts: the days of sections 2.6 and 10.6.
func TestRecurrence_FallsOnTheDaysOfTheFacts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		interval       period.Interval
		anchor, from   string
		wanted         string
		created, zoned string
	}{
		"weekly, on the same weekday":            {interval: period.IntervalWeekly, anchor: "2024-03-06T10:00:00Z", from: "2024-03-08", wanted: "2024-03-13"},
		"monthly, on a day that every month has": {interval: period.IntervalMonthly, anchor: "2024-03-15T10:00:00Z", from: "2024-03-16", wanted: "2024-04-15"},
		"monthly, on the last of a short month":  {interval: period.IntervalMonthly, anchor: "2024-03-31T10:00:00Z", from: "2024-04-01", wanted: "2024-04-30"},
		"monthly, back on the 31st":              {interval: period.IntervalMonthly, anchor: "2024-03-31T10:00:00Z", from: "2024-05-01", wanted: "2024-05-31"},
		"quarterly, on the last of June":         {interval: period.IntervalQuarterly, anchor: "2024-03-31T10:00:00Z", from: "2024-04-01", wanted: "2024-06-30"},
		"semiannual":                             {interval: period.IntervalSemiannual, anchor: "2024-03-15T10:00:00Z", from: "2024-03-16", wanted: "2024-09-15"},
		"yearly, of a leap day":                  {interval: period.IntervalYearly, anchor: "2020-02-29T10:00:00Z", from: "2022-01-01", wanted: "2022-02-28"},
		"yearly, on the leap day again":          {interval: period.IntervalYearly, anchor: "2020-02-29T10:00:00Z", from: "2024-01-01", wanted: "2024-02-29"},
		"not before an anchor ahead":             {interval: period.IntervalMonthly, anchor: "2025-04-15T10:00:00Z", created: "2025-01-30T00:00:00Z", from: "2025-01-31", wanted: "2025-04-15"},
		"by the anchor, not by the creation":     {interval: period.IntervalMonthly, anchor: "2025-04-15T10:00:00Z", created: "2025-03-30T00:00:00Z", from: "2025-04-16", wanted: "2025-05-15"},
		"not on the day of the creation":         {interval: period.IntervalMonthly, anchor: "2025-01-15T10:00:00Z", created: "2025-04-15T00:00:00Z", from: "2025-04-15", wanted: "2025-05-15"},
		"in the days of the zone": {
			interval: period.IntervalMonthly, anchor: "2024-03-31T23:30:00Z", from: "2024-04-02", wanted: "2024-05-01", zoned: "Europe/Paris",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(row.zoned)
			require.NoError(t, err)
			if row.created == "" {
				row.created = row.anchor
			}
			recurrence := prepaid.Recurrence{Interval: row.interval, Anchor: moment(t, row.anchor), CreatedAt: moment(t, row.created), Zone: zone}
			next := recurrence.Next(day(t, row.from))
			assert.Equal(t, row.wanted, next.String())
			assert.True(t, recurrence.DueOn(next))
			assert.Equal(t, row.from == row.wanted, recurrence.DueOn(day(t, row.from)))
		})
	}
}

// TestRecurrence_NextPassesOverNoDay: between a day and the next one that is due
// there is no other.
func TestRecurrence_NextPassesOverNoDay(t *testing.T) {
	t.Parallel()
	intervals := []period.Interval{
		period.IntervalWeekly, period.IntervalMonthly, period.IntervalQuarterly, period.IntervalSemiannual, period.IntervalYearly,
	}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		days := func(name string) int { return rapid.IntRange(0, 1500).Draw(t, name) }
		recurrence := prepaid.Recurrence{
			Interval: rapid.SampledFrom(intervals).Draw(t, "interval"), Zone: time.UTC,
			Anchor: start.AddDate(0, 0, days("anchor")), CreatedAt: start.AddDate(0, 0, days("created")),
		}
		from := period.DateOf(start.AddDate(0, 0, days("from")), time.UTC)
		next := recurrence.Next(from)
		if next.Before(from) || !recurrence.DueOn(next) {
			t.Fatalf("%s after %s", next, from)
		}
		for between := from; between.Before(next); between = between.AddDays(1) {
			if recurrence.DueOn(between) {
				t.Fatalf("%s is due before %s", between, next)
			}
		}
	})
}
