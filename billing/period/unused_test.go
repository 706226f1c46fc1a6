package period_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"tarn/billing/period"
)

// The examples of sections 20.1 and 20.4.
func TestUnused(t *testing.T) {
	t.Parallel()
	calendar := inAdvance(monthly(period.BillingTimeCalendar, "2025-02-08T10:00Z"))
	march := inAdvance(monthly(period.BillingTimeCalendar, "2024-01-01T10:00Z"))
	anchored := inAdvance(monthly(period.BillingTimeAnniversary, "2024-01-31T10:00Z"))
	september := inAdvance(monthly(period.BillingTimeAnniversary, "2023-06-29T10:00Z"))
	for _, c := range []struct {
		name     string
		sub      period.Subscription
		facts    period.UnusedInput
		days, of int
		cents    int64
	}{
		{
			"terminated", ended(calendar, period.EndingTermination, "2025-02-21T12:00Z"),
			period.UnusedInput{PlanAmountCents: 10_000, FeeCents: 7500},
			7, 28, 2500,
		},
		{
			"terminated on the first day", ended(calendar, period.EndingTermination, "2025-02-08T12:00Z"),
			period.UnusedInput{PlanAmountCents: 10_000, FeeCents: 7500},
			20, 28, 7143,
		},
		{
			"terminated on the last day", ended(calendar, period.EndingTermination, "2025-02-28T12:00Z"),
			period.UnusedInput{PlanAmountCents: 10_000, FeeCents: 7500},
			0, 28, 0,
		},
		{
			"example B", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100},
			20, 31, 2000,
		},
		{
			"example C", ended(anchored, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100},
			19, 31, 1900,
		},
		{
			"example E", ended(september, period.EndingUpgrade, "2023-09-28T12:00Z"),
			period.UnusedInput{PlanAmountCents: 1000, FeeCents: 1000},
			1, 31, 32,
		},
		{
			"a second upgrade on a day gives back the whole fee", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 1500, FeeCents: 968},
			20, 31, 968,
		},
		{
			"never more than the fee", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 1999},
			20, 31, 1999,
		},
		{
			"less by what was given back", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100, CreditedCents: 1500},
			20, 31, 500,
		},
		{
			"nor less than nothing", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100, CreditedCents: 4000},
			20, 31, 0,
		},
		{
			"a trial that ended before does not count", ended(march, period.EndingTermination, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100, TrialEndsAt: instant("2024-03-12T10:00Z")},
			19, 31, 1900,
		},
		{
			"a trial that ends later", ended(march, period.EndingTermination, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100, TrialEndsAt: instant("2024-03-21T10:00Z")},
			10, 31, 1000,
		},
		{
			"a trial that outlives the period", ended(march, period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100, TrialEndsAt: instant("2024-04-21T10:00Z")},
			0, 31, 0,
		},
		{
			"downgraded", ended(march, period.EndingDowngrade, "2024-04-01T00:10Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100},
			0, 0, 0,
		},
		{"not ended", march, period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100}, 0, 0, 0},
		{
			"in arrears", ended(monthly(period.BillingTimeCalendar, "2024-01-01T10:00Z"), period.EndingTermination, "2024-03-12T12:00Z"),
			period.UnusedInput{PlanAmountCents: 3100, FeeCents: 3100},
			0, 0, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			unused := c.sub.Unused(c.facts)
			assert.Equal(t, []int{c.days, c.of}, []int{unused.Days, unused.Of})
			assert.Equal(t, c.cents, unused.Cents)
			assert.Equal(t, c.cents, unused.Precise.Round(0).IntPart())
		})
	}
}

func TestUsed(t *testing.T) {
	t.Parallel()
	sub := ended(inAdvance(monthly(period.BillingTimeCalendar, "2025-02-08T10:00Z")), period.EndingTermination, "2025-02-21T12:00Z")
	for _, c := range []struct {
		name        string
		trialEndsAt time.Time
		days        int
		cents       int64
	}{
		{"from the start of the row", time.Time{}, 14, 5000},
		{"from the end of the trial", instant("2025-02-15T10:00Z"), 7, 2500},
		{"a trial that was over before", instant("2025-02-01T10:00Z"), 14, 5000},
		{"a trial that goes on", instant("2025-02-25T10:00Z"), 0, 0},
	} {
		used := sub.Used(10_000, c.trialEndsAt)
		assert.Equal(t, []int{c.days, 28}, []int{used.Days, used.Of}, c.name)
		assert.Equal(t, c.cents, used.Cents, c.name)
	}
	sub.TerminatedAt = instant("2025-04-03T12:00Z")
	assert.Equal(t, 3, sub.Used(10_000, time.Time{}).Days, "a later period counts from its own start")
	sub.Ending = period.EndingNone
	assert.Zero(t, sub.Used(10_000, time.Time{}))
}

func TestTrialEnd(t *testing.T) {
	t.Parallel()
	start := instant("2024-02-15T10:00Z")
	for _, c := range []struct{ days, want string }{
		{"10", "2024-02-25T10:00:00Z"},
		{"0.5", "2024-02-15T22:00:00Z"},
		{"15.25", "2024-03-01T16:00:00Z"},
		{"0.00000000001", "2024-02-15T10:00:00.000001Z"}, // 0.864 µs
		{"1e-9999", "2024-02-15T10:00:00Z"},
		{"1000000", "4762-01-12T10:00:00Z"},
		{"1000000.5", "4762-01-12T10:00:00Z"},
		{"1e9999", "4762-01-12T10:00:00Z"},
	} {
		ends := period.TrialEnd(start, decimal.RequireFromString(c.days))
		assert.Equal(t, c.want, ends.Format(time.RFC3339Nano), c.days)
	}
	assert.Zero(t, period.TrialEnd(start, decimal.Zero))
	assert.Zero(t, period.TrialEnd(start, decimal.NewFromInt(-3)))
	assert.Equal(t, instant("2024-03-31T00:00Z"),
		period.TrialEnd(instant("2024-03-30T01:00:00+01:00").In(zone("Europe/Paris")), decimal.NewFromInt(1)),
		"a day has 24 hours, whatever the zone's clock does")
}

func TestInTrial(t *testing.T) {
	t.Parallel()
	ends := instant("2024-02-25T10:00Z")
	assert.True(t, period.InTrial(ends.Add(-time.Microsecond), ends))
	assert.False(t, period.InTrial(ends, ends))
	assert.False(t, period.InTrial(ends, time.Time{}), "without a trial")
}

// Day counts of sections 15 and 16: fixed charges and commitments of a first
// period are divided like its fee.
func TestProrate_FixedChargesAndCommitments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		sub      period.Subscription
		at       string
		days, of int
		amount   int64
		cents    string
	}{
		{"fixed charges from 07-19", monthly("calendar", "2023-07-19T12:12Z"), "2023-08-01T00:10Z", 13, 31, 1000, "419.354838709677419"},
		{"a commitment of a month", monthly("calendar", "2023-02-04T10:00Z"), "2023-03-01T00:10Z", 25, 28, 1_000_000, "892857.142857142857143"},
		{"a fee of a month", monthly("calendar", "2023-02-04T10:00Z"), "2023-03-01T00:10Z", 25, 28, 100_000, "89285.714285714285714"},
		{"of a quarter", subscription("quarterly", "calendar", "2023-02-04T10:00Z"), "2023-04-01T00:10Z", 56, 90, 1_000_000, "622222.222222222222222"},
		{"of a year", subscription("yearly", "calendar", "2022-02-01T10:00Z"), "2023-01-01T00:10Z", 334, 365, 1_000_000, "915068.493150684931507"},
		{"of two days", monthly("calendar", "2024-02-28T10:00Z"), "2024-03-01T00:10Z", 2, 29, 1_000_000, "68965.517241379310345"},
		{"of half a month", monthly("calendar", "2024-02-15T10:00Z"), "2024-03-01T00:10Z", 15, 29, 50_000, "25862.068965517241379"},
		{
			"the day of an upgrade counts for the commitment",
			ended(monthly("calendar", "2024-05-01T10:00Z"), period.EndingUpgrade, "2024-06-01T10:00Z"), "", 1, 30, 30_000, "1000",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.sub.PrecedingBilled = true
			var at time.Time
			if c.at != "" {
				at = instant(c.at)
			}
			window := c.sub.Windows(at).Subscription
			assert.Equal(t, c.days, period.Days(window.From, window.To, c.sub.Zone))
			assert.Equal(t, c.of, window.Period.Days())
			assert.Equal(t, c.cents, period.Prorate(decimal.NewFromInt(c.amount), c.days, c.of).String())
		})
	}
}

func TestProrate_OfNothingIsNothing(t *testing.T) {
	t.Parallel()
	assert.True(t, period.Prorate(decimal.NewFromInt(100), 3, 0).IsZero())
	assert.True(t, period.Prorate(decimal.NewFromInt(100), 3, -1).IsZero())
}
