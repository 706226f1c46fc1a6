package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

func TestCurrent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, now string
		sub             period.Subscription
		charges, fixed  string
		duration        int
		plan, issuing   string
	}{
		{
			"the start is exact, the days are the whole month's", utc, "2024-03-20T00:00Z",
			monthly(period.BillingTimeCalendar, "2024-03-05T10:11:12Z"),
			"2024-03-05T10:11:12Z..2024-03-31T23:59:59Z", "2024-03-05T10:11:12Z..2024-03-31T23:59:59Z", 31,
			"2024-03-01..2024-03-31", "2024-03-31",
		},
		{
			"months of a year; the year's end is issued", utc, "2024-04-20T00:00Z",
			with(subscription(period.IntervalYearly, period.BillingTimeAnniversary, "2024-03-05T10:11:12Z"), true, false),
			"2024-04-05T00:00:00Z..2024-05-04T23:59:59Z", "2024-03-05T10:11:12Z..2025-03-04T23:59:59Z", 30,
			"2024-03-05..2025-03-04", "2025-03-04",
		},
		{
			"fixed charges by the month", utc, "2024-04-20T00:00Z",
			with(subscription(period.IntervalSemiannual, period.BillingTimeCalendar, "2024-03-05T10:11:12Z"), false, true),
			"2024-03-05T10:11:12Z..2024-06-30T23:59:59Z", "2024-04-01T00:00:00Z..2024-04-30T23:59:59Z", 182,
			"2024-01-01..2024-06-30", "2024-06-30",
		},
		{
			"west of UTC the issuing date is the day after", "America/New_York", "2024-03-20T00:00Z",
			monthly(period.BillingTimeCalendar, "2024-01-05T10:00Z"),
			"2024-03-01T05:00:00Z..2024-04-01T03:59:59Z", "2024-03-01T05:00:00Z..2024-04-01T03:59:59Z", 31,
			"2024-03-01..2024-03-31", "2024-04-01",
		},
		{
			"east of UTC it is not", "Asia/Tokyo", "2024-02-29T16:00Z",
			monthly(period.BillingTimeCalendar, "2024-01-05T10:00Z"),
			"2024-02-29T15:00:00Z..2024-03-31T14:59:59Z", "2024-02-29T15:00:00Z..2024-03-31T14:59:59Z", 31,
			"2024-03-01..2024-03-31", "2024-03-31",
		},
		{
			"in advance it is the same", utc, "2024-03-20T00:00Z",
			inAdvance(monthly(period.BillingTimeAnniversary, "2024-01-31T10:00Z")),
			"2024-02-29T00:00:00Z..2024-03-30T23:59:59Z", "2024-02-29T00:00:00Z..2024-03-30T23:59:59Z", 31,
			"2024-02-29..2024-03-30", "2024-03-30",
		},
		{
			"before the start it is the first period", utc, "2024-01-01T00:00Z",
			monthly(period.BillingTimeCalendar, "2024-03-05T10:00Z"),
			"2024-03-05T10:00:00Z..2024-03-31T23:59:59Z", "2024-03-05T10:00:00Z..2024-03-31T23:59:59Z", 31,
			"2024-03-01..2024-03-31", "2024-03-31",
		},
		{
			"after the end it is the last", utc, "2024-09-01T00:00Z",
			ended(monthly(period.BillingTimeCalendar, "2024-03-05T10:00Z"), period.EndingTermination, "2024-04-10T12:00Z"),
			"2024-04-01T00:00:00Z..2024-04-10T12:00:00Z", "2024-04-01T00:00:00Z..2024-04-10T12:00:00Z", 30,
			"2024-04-01..2024-04-30", "2024-04-30",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.sub.Zone = zone(c.zone)
			current := c.sub.Current(instant(c.now))
			assert.Equal(t, c.charges, shown(current.Charges))
			assert.Equal(t, c.fixed, shown(current.FixedCharges))
			assert.Equal(t, c.duration, current.Charges.Period.Days())
			assert.Equal(t, span(c.plan), current.Plan)
			assert.Equal(t, current.Plan.Last.End(c.sub.Zone), current.PlanEndsAt)
			assert.Equal(t, c.issuing, current.IssuingDate.String())
		})
	}
}

func TestCurrentBillingPeriod(t *testing.T) {
	t.Parallel()
	sub := with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-03-05T10:00Z"), true, false)
	for now, want := range map[string]string{
		"2024-01-01T00:00Z": "2024-03-05T10:00:00Z..2024-03-31T23:59:59Z",
		"2024-03-20T00:00Z": "2024-03-05T10:00:00Z..2024-03-31T23:59:59Z",
		"2024-04-01T00:00Z": "2024-04-01T00:00:00Z..2024-04-30T23:59:59Z",
	} {
		window, started := sub.CurrentBillingPeriod(instant(now))
		require.True(t, started)
		assert.Equal(t, want, shown(window), now)
	}

	gone := ended(sub, period.EndingTermination, "2024-03-10T12:00Z")
	window, started := gone.CurrentBillingPeriod(instant("2024-05-05T00:00Z"))
	require.True(t, started)
	assert.Equal(t, "2024-05-01T00:00:00Z..2024-05-31T23:59:59Z", shown(window), "the end plays no part")

	sub.StartedAt = time.Time{}
	window, started = sub.CurrentBillingPeriod(instant("2024-04-01T00:00Z"))
	assert.False(t, started)
	assert.Zero(t, window)
}
