package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/period"
)

func TestWindow_DayStarts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, from, to string
		want                 []string
	}{
		{"within a day", utc, "2024-03-05T10:11:12Z", "2024-03-05T23:59:59.999999Z", []string{"2024-03-05T00:00:00Z"}},
		{
			"the clock is put forward", "Europe/Paris", "2024-03-30T12:00Z", "2024-04-01T21:59:59Z",
			[]string{"2024-03-29T23:00:00Z", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"},
		},
		{
			"a day that is left out", "Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T09:00Z",
			[]string{"2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			starts := period.Window{From: instant(c.from), To: instant(c.to)}.DayStarts(zone(c.zone))
			require.Len(t, starts, len(c.want))
			for i, want := range c.want {
				assert.Equal(t, want, starts[i].Format(time.RFC3339))
			}
		})
	}
}

func TestWindow_DayStartsHaveTheDaysOfTheWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		location := zone(rapid.SampledFrom([]string{utc, "America/New_York", "Asia/Kolkata", "Pacific/Auckland"}).Draw(t, "zone"))
		from := time.Unix(rapid.Int64Range(1_600_000_000, 1_800_000_000).Draw(t, "from"), 0)
		to := from.Add(time.Duration(rapid.Int64Range(0, 400*24).Draw(t, "hours")) * time.Hour)
		starts := period.Window{From: from, To: to}.DayStarts(location)
		if starts[0].After(from) || starts[len(starts)-1].After(to) {
			t.Fatalf("%v begins and ends outside of %v..%v", starts, from, to)
		}
		for i := 1; i < len(starts); i++ {
			if length := starts[i].Sub(starts[i-1]); length < 23*time.Hour || length > 25*time.Hour {
				t.Fatalf("a day of %v", length)
			}
		}
		if next := period.DateOf(to, location).AddDays(1).Start(location); !next.After(to) {
			t.Fatalf("%v is not in the last day", to)
		}
	})
}

func TestSubscription_FullUsage(t *testing.T) {
	t.Parallel()
	sub := monthly(period.BillingTimeCalendar, "2024-01-05T10:11:12Z")
	current := sub.Current(instant("2024-03-20T00:00Z")).Charges
	full := sub.FullUsage(current)
	assert.Equal(t, "2024-01-05T10:11:12Z..2024-03-31T23:59:59Z", shown(full))
	assert.Equal(t, current.Period, full.Period, "prices are still divided by the days of the month")
}

func TestSubscription_Elapsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, now string
		sub       period.Subscription
		days, of  int
	}{
		{"the third day has begun", "2024-07-03T10:00Z", monthly(period.BillingTimeCalendar, "2024-07-01T00:00:00Z"), 3, 31},
		{"from the day of the start", "2024-07-12T00:00Z", monthly(period.BillingTimeCalendar, "2024-07-10T23:00:00Z"), 3, 22},
		{"the last day counts from its first moment", "2024-07-31T00:00Z", monthly(period.BillingTimeCalendar, "2024-01-01T00:00:00Z"), 31, 31},
		{"not before the start", "2024-06-30T10:00Z", monthly(period.BillingTimeCalendar, "2024-07-01T00:00:00Z"), 0, 31},
		{
			"months of a year count by the year", "2024-04-20T00:00Z",
			with(subscription(period.IntervalYearly, period.BillingTimeCalendar, "2023-03-05T10:11:12Z"), true, false), 111, 366,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			days, of := c.sub.Elapsed(instant(c.now))
			assert.Equal(t, c.days, days)
			assert.Equal(t, c.of, of)
		})
	}
}
