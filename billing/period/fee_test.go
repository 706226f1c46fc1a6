package period_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

// firstPeriod is one row of the tables of section 11: a plan of 10 000 cents
// that starts on Thursday, 2024-02-15 at 10:00 UTC.
type firstPeriod struct {
	interval    period.Interval
	billingTime period.BillingTime

	window      string
	days        int
	natural     int
	fee         int64
	billingDays [2]string
	next        string
	nextDays    int

	terminatedAt string
	used         int
	usedFee      int64
	unused       int
	unusedCredit int64
}

// firstPeriods are the tables of section 11, both halves.
func firstPeriods() []firstPeriod {
	return []firstPeriod{
		{
			"weekly", "calendar", "2024-02-15..2024-02-18", 4, 7, 5714,
			[2]string{"2024-02-19", "2024-02-26"},
			"2024-02-19..2024-02-25", 7,
			"2024-02-17T14:00Z", 3, 4286, 1, 1429,
		},
		{
			"weekly", "anniversary", "2024-02-15..2024-02-21", 7, 7, 10000,
			[2]string{"2024-02-22", "2024-02-29"},
			"2024-02-22..2024-02-28", 7,
			"2024-02-18T14:00Z", 4, 5714, 3, 4286,
		},
		{
			"monthly", "calendar", "2024-02-15..2024-02-29", 15, 29, 5172,
			[2]string{"2024-03-01", "2024-04-01"},
			"2024-03-01..2024-03-31", 31,
			"2024-02-20T14:00Z", 6, 2069, 9, 3103,
		},
		{
			"monthly", "anniversary", "2024-02-15..2024-03-14", 29, 29, 10000,
			[2]string{"2024-03-15", "2024-04-15"},
			"2024-03-15..2024-04-14", 31,
			"2024-03-10T14:00Z", 25, 8621, 4, 1379,
		},
		{
			"quarterly", "calendar", "2024-02-15..2024-03-31", 46, 91, 5055,
			[2]string{"2024-04-01", "2024-07-01"},
			"2024-04-01..2024-06-30", 91,
			"2024-03-10T14:00Z", 25, 2747, 21, 2308,
		},
		{
			"quarterly", "anniversary", "2024-02-15..2024-05-14", 90, 90, 10000,
			[2]string{"2024-05-15", "2024-08-15"},
			"2024-05-15..2024-08-14", 92,
			"2024-03-10T14:00Z", 25, 2778, 65, 7222,
		},
		{
			"semiannual", "calendar", "2024-02-15..2024-06-30", 137, 182, 7527,
			[2]string{"2024-07-01", "2025-01-01"},
			"2024-07-01..2024-12-31", 184,
			"2024-03-10T14:00Z", 25, 1374, 112, 6154,
		},
		{
			"semiannual", "anniversary", "2024-02-15..2024-08-14", 182, 182, 10000,
			[2]string{"2024-08-15", "2025-02-15"},
			"2024-08-15..2025-02-14", 184,
			"2024-03-10T14:00Z", 25, 1374, 157, 8626,
		},
		{
			"yearly", "calendar", "2024-02-15..2024-12-31", 321, 366, 8770,
			[2]string{"2025-01-01", "2026-01-01"},
			"2025-01-01..2025-12-31", 365,
			"2024-03-10T14:00Z", 25, 683, 296, 8087,
		},
		{
			"yearly", "anniversary", "2024-02-15..2025-02-14", 366, 366, 10000,
			[2]string{"2025-02-15", "2026-02-15"},
			"2025-02-15..2026-02-14", 365,
			"2024-03-10T14:00Z", 25, 683, 341, 9317,
		},
	}
}

func TestFee_FirstPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range firstPeriods() {
		arrears := subscription(c.interval, c.billingTime, "2024-02-15T10:00Z")
		facts := period.FeeInput{PlanAmountCents: 10_000, CreatedAt: arrears.StartedAt}
		name := string(c.interval) + " " + string(c.billingTime)

		t.Run(name+" in arrears", func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.billingDays[:], billingDays(t, arrears, 2))
			first := date(c.billingDays[0]).Start(time.UTC).Add(10 * time.Minute)
			requireFee(t, arrears, period.ReasonPeriodic, first, facts, want{c.window, c.days, c.natural, c.fee})
			billed := facts
			billed.Billed = true
			second := date(c.billingDays[1]).Start(time.UTC).Add(10 * time.Minute)
			requireFee(t, arrears, period.ReasonPeriodic, second, billed, want{c.next, c.nextDays, c.nextDays, 10_000})
			assert.False(t, arrears.FeeDue(period.ReasonStarting, arrears.StartedAt, time.Time{}))
		})
		t.Run(name+" in advance", func(t *testing.T) {
			t.Parallel()
			sub := inAdvance(arrears)
			requireFee(t, sub, period.ReasonStarting, sub.StartedAt, facts, want{c.window, c.days, c.natural, c.fee})
			billed := facts
			billed.Billed = true
			next := date(c.billingDays[0]).Start(time.UTC).Add(10 * time.Minute)
			requireFee(t, sub, period.ReasonPeriodic, next, billed, want{c.next, c.nextDays, c.nextDays, 10_000})
		})
		t.Run(name+" terminated in arrears", func(t *testing.T) {
			t.Parallel()
			sub := ended(arrears, period.EndingTermination, c.terminatedAt)
			window := "2024-02-15.." + period.DateOf(sub.TerminatedAt, time.UTC).String()
			requireFee(t, sub, period.ReasonTerminating, sub.TerminatedAt, facts, want{window, c.used, c.natural, c.usedFee})
		})
		t.Run(name+" terminated in advance", func(t *testing.T) {
			t.Parallel()
			sub := inAdvance(ended(arrears, period.EndingTermination, c.terminatedAt))
			unused := sub.Unused(period.UnusedInput{PlanAmountCents: 10_000, FeeCents: c.fee})
			assert.Equal(t, []int{c.unused, c.natural}, []int{unused.Days, unused.Of})
			assert.Equal(t, c.unusedCredit, unused.Cents)
			used := sub.Used(10_000, time.Time{})
			assert.Equal(t, []int{c.used, c.natural}, []int{used.Days, used.Of})
			assert.Equal(t, c.usedFee, used.Cents)
			assert.False(t, sub.FeeDue(period.ReasonTerminating, sub.TerminatedAt, time.Time{}))
		})
	}
}

// want is a subscription fee: the days of its window, those that are paid for,
// those of the natural period, and the amount.
type want struct {
	window   string
	days, of int
	cents    int64
}

// requireFee checks the fee that a run makes.
func requireFee(
	t *testing.T, sub period.Subscription, reason period.Reason, at time.Time, facts period.FeeInput, fee want,
) {
	t.Helper()
	require.True(t, sub.FeeDue(reason, at, facts.TrialEndsAt), "a fee is due at %s", at)
	facts.Window = sub.Windows(at).Subscription
	assert.Equal(t, fee.window, days(facts.Window, sub.Zone))
	got := sub.Fee(facts)
	assert.Equal(t, []int{fee.days, fee.of}, []int{got.Days, got.Of})
	assert.Equal(t, fee.cents, got.Cents)
	precise := period.Prorate(decimal.NewFromInt(facts.PlanAmountCents), fee.days, fee.of)
	assert.True(t, precise.Equal(got.Precise), "%s is not %s", got.Precise, precise)
}

// Section 8.4: the weekday on which a week starts is that of the zone.
func TestFee_WeekOfAZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, startedAt, window string
		days                    int
		cents                   int64
	}{
		{"America/Denver", "2023-06-16T05:00Z", "2023-06-15..2023-06-18", 4, 400},
		{"UTC", "2023-06-16T05:00Z", "2023-06-16..2023-06-18", 3, 300},
		{"Asia/Karachi", "2023-06-16T20:00Z", "2023-06-17..2023-06-18", 2, 200},
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			sub := inAdvance(subscription(period.IntervalWeekly, period.BillingTimeCalendar, c.startedAt))
			sub.Zone = zone(c.zone)
			facts := period.FeeInput{PlanAmountCents: 700, CreatedAt: sub.StartedAt}
			requireFee(t, sub, period.ReasonStarting, sub.StartedAt, facts, want{c.window, c.days, 7, c.cents})
		})
	}
}

// The examples of sections 2, 8.5, 10, 20.1 and 20.2.
func TestFee_Examples(t *testing.T) {
	t.Parallel()
	const created = "2024-03-10T09:00Z"
	yearly := func(anchor, startedAt string) period.Subscription {
		sub := inAdvance(subscription(period.IntervalYearly, period.BillingTimeAnniversary, startedAt))
		sub.Schedule.Anchor = date(anchor)
		return sub
	}
	calendarYear := inAdvance(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2024-04-01T00:10Z"))
	upgraded := inAdvance(monthly(period.BillingTimeAnniversary, "2024-03-12T12:00Z"))
	upgraded.Schedule.Anchor = date("2024-01-31")
	billed := func(sub period.Subscription) period.Subscription {
		sub.PrecedingBilled = true
		return sub
	}
	paris := ended(monthly(period.BillingTimeAnniversary, "2023-09-05T08:00Z"), period.EndingTermination, "2023-09-06T00:05Z")
	paris.Zone = zone("Europe/Paris")

	for _, c := range []struct {
		name   string
		sub    period.Subscription
		reason period.Reason
		at     string
		facts  period.FeeInput
		want   want
	}{
		{
			"backdated in arrears: the month after is full",
			monthly("calendar", "2024-01-15T00:00Z"), period.ReasonPeriodic, "2024-04-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, CreatedAt: instant(created)},
			want{"2024-03-01..2024-03-31", 31, 31, 10_000},
		},
		{
			"backdated in arrears within the month",
			monthly("calendar", "2024-03-05T00:00Z"), period.ReasonPeriodic, "2024-04-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, CreatedAt: instant(created)},
			want{"2024-03-05..2024-03-31", 27, 31, 8710},
		},
		{
			"backdated in advance",
			inAdvance(monthly("calendar", "2024-03-05T00:00Z")), period.ReasonPeriodic, "2024-04-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, CreatedAt: instant(created)},
			want{"2024-04-01..2024-04-30", 30, 30, 10_000},
		},
		{
			"ends on its billing day: the whole period",
			ended(monthly("anniversary", "2023-09-05T08:00Z"), period.EndingTermination, "2023-10-05T00:05Z"),
			period.ReasonTerminating, "2023-10-05T00:05Z",
			period.FeeInput{PlanAmountCents: 1000},
			want{"2023-09-05..2023-10-04", 30, 30, 1000},
		},
		{
			"terminated on a billing day that was billed: the new day",
			billed(ended(monthly("calendar", "2023-08-01T08:00Z"), period.EndingTermination, "2023-10-01T15:00Z")),
			period.ReasonTerminating, "2023-10-01T15:00Z",
			period.FeeInput{PlanAmountCents: 1000, Billed: true},
			want{"2023-10-01..2023-10-01", 1, 31, 32},
		},
		{
			"started and terminated in a day",
			ended(monthly("anniversary", "2023-09-05T08:00Z"), period.EndingTermination, "2023-09-05T20:00Z"),
			period.ReasonTerminating, "2023-09-05T20:00Z",
			period.FeeInput{PlanAmountCents: 1000},
			want{"2023-09-05..2023-09-05", 1, 30, 33},
		},
		{
			"terminated on the second day, in Paris", paris, period.ReasonTerminating, "2023-09-06T00:05Z",
			period.FeeInput{PlanAmountCents: 1000},
			want{"2023-09-05..2023-09-06", 2, 30, 67},
		},
		{
			"terminated at the very midnight of its only day",
			ended(monthly("anniversary", "2023-09-05T00:00Z"), period.EndingTermination, "2023-09-05T00:00Z"),
			period.ReasonTerminating, "2023-09-05T00:00Z",
			period.FeeInput{PlanAmountCents: 1000},
			want{"2023-09-05..2023-09-05", 1, 30, 33},
		},
		{
			"example A, the old plan",
			ended(monthly("calendar", "2024-01-01T00:00Z"), period.EndingUpgrade, "2024-03-12T12:00Z"),
			period.ReasonTerminating, "2024-03-12T12:00:01Z",
			period.FeeInput{PlanAmountCents: 3000, Billed: true},
			want{"2024-03-01..2024-03-12", 11, 31, 1065},
		},
		{
			"example A, the new plan",
			monthly("calendar", "2024-03-12T12:00Z"), period.ReasonPeriodic, "2024-04-01T00:10Z",
			period.FeeInput{PlanAmountCents: 6200, Previous: period.EndingUpgrade, CreatedAt: instant("2024-03-12T12:00Z")},
			want{"2024-03-12..2024-03-31", 20, 31, 4000},
		},
		{
			"example B, the new plan",
			inAdvance(monthly("calendar", "2024-03-12T12:00Z")), period.ReasonStarting, "2024-03-12T12:00:01Z",
			period.FeeInput{PlanAmountCents: 6200, Previous: period.EndingUpgrade, CreatedAt: instant("2024-03-12T12:00Z")},
			want{"2024-03-12..2024-03-31", 20, 31, 4000},
		},
		{
			"example C, the new plan", upgraded, period.ReasonStarting, "2024-03-12T12:00:01Z",
			period.FeeInput{PlanAmountCents: 6200, Previous: period.EndingUpgrade, CreatedAt: instant("2024-03-12T12:00Z")},
			want{"2024-03-12..2024-03-30", 19, 31, 3800},
		},
		{
			"example D, the new plan", yearly("2024-01-31", "2024-03-12T12:00Z"), period.ReasonStarting, "2024-03-12T12:00:01Z",
			period.FeeInput{PlanAmountCents: 120_000, Previous: period.EndingUpgrade, CreatedAt: instant("2024-03-12T12:00Z")},
			want{"2024-03-12..2025-01-30", 325, 366, 106_557},
		},
		{
			"example D, a year on", yearly("2024-01-31", "2024-03-12T12:00Z"), period.ReasonPeriodic, "2025-01-31T00:10Z",
			period.FeeInput{PlanAmountCents: 120_000, Previous: period.EndingUpgrade, Billed: true},
			want{"2025-01-31..2026-01-30", 365, 365, 120_000},
		},
		{
			"example E, the new plan", yearly("2023-06-29", "2023-09-28T12:00Z"), period.ReasonStarting, "2023-09-28T12:00:01Z",
			period.FeeInput{PlanAmountCents: 12_000, Previous: period.EndingUpgrade, CreatedAt: instant("2023-09-28T12:00Z")},
			want{"2023-09-28..2024-06-28", 275, 366, 9016},
		},
		{
			"example F, terminated",
			ended(monthly("calendar", "2023-12-01T09:00Z"), period.EndingTermination, "2023-12-18T12:00Z"),
			period.ReasonTerminating, "2023-12-18T12:00Z",
			period.FeeInput{PlanAmountCents: 3100},
			want{"2023-12-01..2023-12-18", 18, 31, 1800},
		},
		{
			"example F, upgraded",
			ended(monthly("calendar", "2023-12-01T09:00Z"), period.EndingUpgrade, "2023-12-18T12:00Z"),
			period.ReasonTerminating, "2023-12-18T12:00:01Z",
			period.FeeInput{PlanAmountCents: 3100},
			want{"2023-12-01..2023-12-18", 17, 31, 1700},
		},
		{
			"upgraded on its first day: nothing",
			ended(monthly("calendar", "2023-12-18T09:00Z"), period.EndingUpgrade, "2023-12-18T12:00Z"),
			period.ReasonTerminating, "2023-12-18T12:00:01Z",
			period.FeeInput{PlanAmountCents: 3100},
			want{"2023-12-18..2023-12-18", 0, 31, 0},
		},
		{
			"upgraded on a billing day before its run: the month before in full",
			ended(monthly("calendar", "2023-10-01T09:00Z"), period.EndingUpgrade, "2023-12-01T00:01Z"),
			period.ReasonTerminating, "2023-12-01T00:01:01Z",
			period.FeeInput{PlanAmountCents: 3100, Billed: true},
			want{"2023-11-01..2023-11-30", 30, 30, 3100},
		},
		{
			"downgraded in arrears, billed before",
			ended(monthly("anniversary", "2024-02-15T10:00Z"), period.EndingDowngrade, "2024-04-15T00:10Z"),
			period.ReasonTerminating, "2024-04-15T00:10Z",
			period.FeeInput{PlanAmountCents: 3100, Billed: true},
			want{"2024-03-15..2024-04-14", 31, 31, 3100},
		},
		{
			"downgraded in arrears in its first period",
			ended(monthly("calendar", "2024-02-15T10:00Z"), period.EndingDowngrade, "2024-03-01T00:10Z"),
			period.ReasonTerminating, "2024-03-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000},
			want{"2024-02-15..2024-02-29", 15, 29, 5172},
		},
		{
			"after a downgrade to a year by anniversary",
			yearly("2024-02-15", "2024-04-15T00:10Z"), period.ReasonStarting, "2024-04-15T00:10Z",
			period.FeeInput{PlanAmountCents: 90_000, Previous: period.EndingDowngrade, CreatedAt: instant("2024-03-20T08:00Z")},
			want{"2024-04-15..2025-02-14", 306, 366, 75_246},
		},
		{
			"after a downgrade to a year of the calendar", calendarYear, period.ReasonStarting, "2024-04-01T00:10Z",
			period.FeeInput{PlanAmountCents: 90_000, Previous: period.EndingDowngrade, CreatedAt: instant("2024-03-20T08:00Z")},
			want{"2024-04-01..2024-12-31", 275, 366, 67_623},
		},
		{
			"after a downgrade in the upstream scenario",
			yearly("2023-07-19", "2023-11-19T00:10Z"), period.ReasonStarting, "2023-11-19T00:10Z",
			period.FeeInput{PlanAmountCents: 118_800, Previous: period.EndingDowngrade, CreatedAt: instant("2023-10-20T08:00Z")},
			want{"2023-11-19..2024-07-18", 243, 366, 78_875},
		},
		{
			"after a downgrade from month to month: one full period",
			inAdvance(monthly("anniversary", "2024-04-15T00:10Z")), period.ReasonStarting, "2024-04-15T00:10Z",
			period.FeeInput{PlanAmountCents: 900, Previous: period.EndingDowngrade, CreatedAt: instant("2024-03-20T08:00Z")},
			want{"2024-04-15..2024-05-14", 30, 30, 900},
		},
		{
			"a trial of 10 days in advance",
			inAdvance(monthly("calendar", "2024-02-15T10:00Z")), period.ReasonStarting, "2024-02-25T10:35Z",
			period.FeeInput{PlanAmountCents: 10_000, TrialEndsAt: instant("2024-02-25T10:00Z")},
			want{"2024-02-15..2024-02-29", 5, 29, 1724},
		},
		{
			"a trial in the upstream scenario",
			inAdvance(monthly("calendar", "2024-03-05T12:12Z")), period.ReasonStarting, "2024-03-15T12:35Z",
			period.FeeInput{PlanAmountCents: 5_000_000, TrialEndsAt: instant("2024-03-15T12:12Z")},
			want{"2024-03-05..2024-03-31", 17, 31, 2_741_935},
		},
		{
			"a trial by anniversary divides the whole amount",
			inAdvance(monthly("anniversary", "2024-02-15T10:00Z")), period.ReasonStarting, "2024-02-25T10:35Z",
			period.FeeInput{PlanAmountCents: 10_000, TrialEndsAt: instant("2024-02-25T10:00Z")},
			want{"2024-02-15..2024-03-14", 19, 29, 6552},
		},
		{
			"a trial in arrears",
			monthly("calendar", "2024-02-15T10:00Z"), period.ReasonPeriodic, "2024-03-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, TrialEndsAt: instant("2024-02-25T10:00Z")},
			want{"2024-02-15..2024-02-29", 5, 29, 1724},
		},
		{
			"a trial that ends on the day of the run: nothing for the period before",
			monthly("calendar", "2024-02-15T10:00Z"), period.ReasonPeriodic, "2024-03-01T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, TrialEndsAt: instant("2024-03-01T10:00Z")},
			want{"2024-02-15..2024-02-29", 0, 29, 0},
		},
		{
			"a trial that is over changes nothing",
			inAdvance(monthly("anniversary", "2024-02-15T10:00Z")), period.ReasonPeriodic, "2024-03-15T00:10Z",
			period.FeeInput{PlanAmountCents: 10_000, TrialEndsAt: instant("2024-02-25T10:00Z"), Billed: true},
			want{"2024-03-15..2024-04-14", 31, 31, 10_000},
		},
		{
			"upgraded after a trial within the month",
			ended(monthly("calendar", "2024-03-01T08:00Z"), period.EndingUpgrade, "2024-03-20T12:00Z"),
			period.ReasonTerminating, "2024-03-20T12:00:01Z",
			period.FeeInput{PlanAmountCents: 3100, TrialEndsAt: instant("2024-03-11T08:00Z")},
			want{"2024-03-01..2024-03-20", 9, 31, 900},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.facts.CreatedAt.IsZero() {
				c.facts.CreatedAt = c.sub.StartedAt
			}
			requireFee(t, c.sub, c.reason, instant(c.at), c.facts, c.want)
		})
	}
}

func TestFeeDue(t *testing.T) {
	t.Parallel()
	half := with(subscription(period.IntervalSemiannual, period.BillingTimeCalendar, "2024-02-15T10:00Z"), true, false)
	trial := instant("2024-07-01T10:00Z")
	for _, c := range []struct {
		name          string
		reason        period.Reason
		at            string
		trialEndsAt   time.Time
		arrears, paid bool
	}{
		{"on the start", period.ReasonStarting, "2024-02-15T10:00Z", time.Time{}, false, true},
		{"on the start of a trial", period.ReasonStarting, "2024-02-15T10:00Z", trial, false, false},
		{"on the end of a trial", period.ReasonStarting, "2024-07-01T10:35Z", trial, false, true},
		{"on a month", period.ReasonPeriodic, "2024-03-01T00:10Z", time.Time{}, false, false},
		{"on a half", period.ReasonPeriodic, "2024-07-01T00:10Z", time.Time{}, true, true},
		{"on a half in a trial that ends that day", period.ReasonPeriodic, "2024-07-01T00:10Z", trial, true, true},
		{"on a half in a trial", period.ReasonPeriodic, "2024-07-01T00:10Z", trial.AddDate(0, 0, 1), false, false},
		{"on the end", period.ReasonTerminating, "2024-05-10T12:00Z", time.Time{}, true, false},
		{"on the end in a trial", period.ReasonTerminating, "2024-05-10T12:00Z", trial, false, false},
		{"on something else", "in_advance_charge", "2024-07-01T00:10Z", time.Time{}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.arrears, half.FeeDue(c.reason, instant(c.at), c.trialEndsAt), "in arrears")
			assert.Equal(t, c.paid, inAdvance(half).FeeDue(c.reason, instant(c.at), c.trialEndsAt), "in advance")
		})
	}
}

// Whether a row is backdated is told by dates in UTC: one that was made at one
// in the morning, for an hour before that was the same day in New York, is.
func TestFee_BackdatedIsToldInUTC(t *testing.T) {
	t.Parallel()
	sub := inAdvance(monthly(period.BillingTimeCalendar, "2024-03-09T23:00Z"))
	sub.Zone = zone("America/New_York")
	facts := period.FeeInput{PlanAmountCents: 3100, Window: sub.Windows(sub.StartedAt).Subscription}

	facts.CreatedAt = instant("2024-03-10T01:00Z")
	assert.Equal(t, int64(3100), sub.Fee(facts).Cents)
	facts.CreatedAt = instant("2024-03-09T23:59Z")
	assert.Equal(t, int64(2300), sub.Fee(facts).Cents)
}
