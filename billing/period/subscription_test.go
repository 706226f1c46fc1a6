package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

// billingDays returns the first billing days after a subscription's start.
func billingDays(t *testing.T, sub period.Subscription, count int) []string {
	t.Helper()
	var found []string
	day := period.DateOf(sub.StartedAt, sub.Zone)
	for range count {
		next := sub.NextBillingDay(day)
		for between := day.AddDays(1); between.Before(next); between = between.AddDays(1) {
			require.False(t, sub.BillingDay(between), between)
		}
		require.True(t, sub.BillingDay(next), next)
		found, day = append(found, next.String()), next
	}
	return found
}

// The billing days of section 11 and of the month-end rules of section 9.
func TestSubscription_BillingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sub   period.Subscription
		dates []string
	}{
		{
			"a month short of the anchor's day is billed on its last",
			monthly(period.BillingTimeAnniversary, "2024-01-31T01:00Z"),
			[]string{"2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"},
		},
		{
			"28 February serves an anchor on the 29th",
			subscription(period.IntervalYearly, period.BillingTimeAnniversary, "2024-02-29T10:00Z"),
			[]string{"2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"},
		},
		{
			"months congruent with the anchor's",
			subscription(period.IntervalQuarterly, period.BillingTimeAnniversary, "2023-08-31T10:00Z"),
			[]string{"2023-11-30", "2024-02-29", "2024-05-31", "2024-08-31"},
		},
		{
			"not on the day it starts",
			monthly(period.BillingTimeCalendar, "2024-03-01T00:00Z"),
			[]string{"2024-04-01", "2024-05-01"},
		},
		{
			"usage by the month",
			with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, false),
			[]string{"2024-03-01", "2024-04-01", "2024-05-01"},
		},
		{
			"fixed charges by the month",
			with(subscription(period.IntervalSemiannual, period.BillingTimeAnniversary, "2024-01-31T10:00Z"), false, true),
			[]string{"2024-02-29", "2024-03-31", "2024-04-30"},
		},
		{
			"a quarter has no months",
			with(subscription(period.IntervalQuarterly, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, true),
			[]string{"2024-04-01", "2024-07-01"},
		},
		{
			"a week has no months",
			with(subscription(period.IntervalWeekly, period.BillingTimeAnniversary, "2024-02-15T10:00Z"), true, true),
			[]string{"2024-02-22", "2024-02-29", "2024-03-07"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.dates, billingDays(t, c.sub, len(c.dates)))
			assert.False(t, c.sub.BillingDay(period.DateOf(c.sub.StartedAt, time.UTC)))
			assert.Equal(t, c.dates[0], c.sub.NextBillingDay(date("2010-01-01")).String())
		})
	}
}

// with returns a subscription whose usage and fixed charges are billed by the
// month or not.
func with(sub period.Subscription, charges, fixedCharges bool) period.Subscription {
	sub.BillChargesMonthly, sub.BillFixedChargesMonthly = charges, fixedCharges
	return sub
}

func TestSubscription_IsNotBilledOnItsEndingDay(t *testing.T) {
	t.Parallel()
	sub := monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z")
	sub.Zone, sub.EndingAt = zone("America/New_York"), instant("2024-04-02T03:00Z")
	assert.False(t, sub.BillingDay(date("2024-04-01")), "it is still 1 April in New York")
	assert.True(t, sub.BillingDay(date("2024-05-01")))
	assert.Equal(t, date("2024-05-01"), sub.NextBillingDay(date("2024-03-15")))
	assert.Equal(t, date("2024-03-01"), sub.NextBillingDay(date("2024-02-15")))
}

// Days are those of the customer, not of UTC.
func TestSubscription_BillingDayOfItsZone(t *testing.T) {
	t.Parallel()
	sub := monthly(period.BillingTimeCalendar, "2024-03-01T04:00Z")
	sub.Zone = zone("America/New_York") // 29 February there
	assert.True(t, sub.BillingDay(date("2024-03-01")))
	sub.Zone = time.UTC
	assert.False(t, sub.BillingDay(date("2024-03-01")))
}

// A billing day that a zone left out comes on the day after.
func TestSubscription_BillingDayThatWasLeftOut(t *testing.T) {
	t.Parallel()
	sub := monthly(period.BillingTimeAnniversary, "2011-11-30T12:00Z")
	sub.Zone = zone("Pacific/Apia")
	sub.Schedule.Anchor = date("2011-11-30")
	left := date("2011-12-30")
	require.Equal(t, left, sub.NextBillingDay(date("2011-12-01")))
	due := left.Start(sub.Zone)
	assert.Equal(t, date("2011-12-31"), period.DateOf(due, sub.Zone))
	assert.True(t, sub.BillingDay(date("2011-12-31")))
	assert.True(t, sub.DowngradeDay(date("2011-12-31")))
	assert.True(t, sub.FeeDue(period.ReasonPeriodic, due, time.Time{}))
	assert.False(t, sub.BillingDay(date("2012-01-01")))
	assert.Equal(t, date("2012-01-30"), sub.NextBillingDay(date("2011-12-31")))
}

func TestSubscription_NextPeriodStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, now string
		sub             period.Subscription
		start, shown    string
	}{
		{
			"anniversary", utc, "2024-03-20T12:00Z",
			monthly(period.BillingTimeAnniversary, "2024-02-15T10:00Z"), "2024-04-15", "2024-04-15",
		},
		{
			"calendar", utc, "2024-03-20T12:00Z",
			monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z"), "2024-04-01", "2024-04-01",
		},
		{
			"east of UTC", "Asia/Tokyo", "2024-03-31T16:00Z",
			monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z"), "2024-05-01", "2024-05-01",
		},
		{
			"west of UTC the date shown is a day late", "America/New_York", "2024-03-20T12:00Z",
			monthly(period.BillingTimeCalendar, "2024-02-15T10:00Z"), "2024-04-01", "2024-04-02",
		},
		{
			"the months of a year do not count", utc, "2024-03-20T12:00Z",
			with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, true),
			"2025-01-01", "2025-01-01",
		},
		{
			"before the start it is the first period's", utc, "2024-01-01T12:00Z",
			monthly(period.BillingTimeAnniversary, "2024-02-15T10:00Z"), "2024-03-15", "2024-03-15",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.sub.Zone = zone(c.zone)
			next := c.sub.NextPeriodStart(instant(c.now))
			assert.Equal(t, c.start, next.String())
			assert.Equal(t, c.shown, c.sub.DowngradePlanDate(instant(c.now)).String())
			assert.True(t, c.sub.DowngradeDay(next))
		})
	}
}

func TestSubscription_DowngradeWaitsForThePeriod(t *testing.T) {
	t.Parallel()
	sub := with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, false)
	assert.True(t, sub.BillingDay(date("2024-04-01")))
	assert.False(t, sub.DowngradeDay(date("2024-04-01")))
	assert.True(t, sub.DowngradeDay(date("2025-01-01")))
	sub.EndingAt = instant("2025-01-01T00:00Z")
	assert.False(t, sub.DowngradeDay(date("2025-01-01")))
}
