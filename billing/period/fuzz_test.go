package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/billing/period"
)

// Any text is refused or is a date that is written the same way.
func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2024-02-29", "0000-01-01", "9999-12-31", "2023-02-29", "2024-2-9", "", "-001-01-01"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := period.ParseDate(text)
		if err != nil {
			return
		}
		require.Equal(t, text, day.String())
		require.Equal(t, day, day.AddDays(1).AddDays(-1))
		require.Equal(t, day, period.DateOf(day.Start(nil), nil))
	})
}

// Any instants, anchor and interval have windows, days and a fee.
func FuzzSubscription(f *testing.F) {
	f.Add(int64(1_708_000_000), int64(1_709_000_000), int64(0), 19768, uint8(0b1101), 1)
	f.Add(int64(-1<<62), int64(1<<62), int64(1<<40), -800_000_000, uint8(255), 3)
	intervals := append(period.Intervals(), "", "daily")
	f.Fuzz(func(t *testing.T, started, at, terminated int64, anchor int, flags uint8, ending int) {
		names := zones()
		sub := period.Subscription{
			Schedule: period.Schedule{
				Interval:    intervals[int(flags)%len(intervals)],
				BillingTime: []period.BillingTime{"calendar", "anniversary", ""}[int(flags)%3],
				Anchor:      period.Date{}.AddDays(anchor % 5_000_000),
			},
			Zone:                    zone(names[int(flags)%len(names)]),
			PayInAdvance:            flags&1 != 0,
			BillChargesMonthly:      flags&2 != 0,
			BillFixedChargesMonthly: flags&4 != 0,
			PrecedingBilled:         flags&8 != 0,
			StartedAt:               reasonable(started),
			Ending:                  period.Ending(ending & 3),
			TerminatedAt:            reasonable(terminated),
		}
		now := reasonable(at)
		windows := sub.Windows(now)
		for _, window := range []*period.Window{&windows.Subscription, windows.Charges, windows.FixedCharges} {
			require.True(t, window == nil || !window.To.Before(sub.StartedAt))
		}
		fee := sub.Fee(period.FeeInput{PlanAmountCents: 10_000, Window: windows.Subscription, TrialEndsAt: now})
		require.GreaterOrEqual(t, fee.Days, 0)
		require.True(t, sub.NextBillingDay(period.DateOf(now, sub.Zone)).After(period.DateOf(now, sub.Zone)))
		require.True(t, sub.NextPeriodStart(now).After(period.DateOf(now, sub.Zone)))
		require.Positive(t, sub.Current(now).Charges.Period.Days())
	})
}

// reasonable returns an instant within ten thousand years of 1970.
func reasonable(seconds int64) time.Time {
	const tenThousandYears = 10_000 * 366 * 24 * 3600
	return time.Unix(seconds%tenThousandYears, 0).UTC()
}
