package revenue_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/period"
	"tarn/billing/revenue"
)

// fee is a fee of a period of whole days, the last one included.
func fee(t require.TestingT, interval period.Interval, inAdvance bool, from, to, issued string, cents int64) revenue.Fee {
	day := func(text string) period.Date {
		date, err := period.ParseDate(text)
		require.NoError(t, err)
		return date
	}
	return revenue.Fee{
		Interval: interval, PayInAdvance: inAdvance, From: day(from).Start(time.UTC), To: day(to).End(time.UTC),
		Issued: day(issued), Cents: decimal.NewFromInt(cents),
	}
}

func TestSpread_WorkedNumbers(t *testing.T) {
	t.Parallel()
	const quarterly, semiannual, yearly = period.IntervalQuarterly, period.IntervalSemiannual, period.IntervalYearly
	full := "10007.690"
	cases := map[string]struct {
		fee  revenue.Fee
		want []string
	}{
		"a quarter in advance":                   {fee(t, quarterly, true, "2026-01-01", "2026-03-31", "2026-01-01", 30000), []string{"2026-01 10146.745", "2026-02 10146.745", "2026-03 9706.510"}},
		"a quarter that begins in a month":       {fee(t, quarterly, true, "2026-01-15", "2026-04-14", "2026-01-15", 30000), []string{"2026-01 5564.344", "2026-02 10146.745", "2026-03 14288.911"}},
		"a quarter in arrears":                   {fee(t, quarterly, false, "2026-01-01", "2026-03-31", "2026-04-01", 30000), []string{"2026-04 10146.745", "2026-03 10146.745", "2026-02 9706.510"}},
		"the rest of a quarter in arrears":       {fee(t, quarterly, false, "2024-02-15", "2024-03-31", "2024-04-01", 5055), []string{"2024-04 3345.142", "2024-03 1709.858"}},
		"a year in advance":                      {fee(t, yearly, true, "2026-01-01", "2026-12-31", "2026-01-01", 120000), []string{"2026-01 " + full, "2026-02 " + full, "2026-03 " + full, "2026-04 " + full, "2026-05 " + full, "2026-06 " + full, "2026-07 " + full, "2026-08 " + full, "2026-09 " + full, "2026-10 " + full, "2026-11 " + full, "2026-12 9915.407"}},
		"half a year in advance, as Lago has it": {fee(t, semiannual, true, "2026-01-01", "2026-06-30", "2026-01-01", 60000), []string{"2026-01 10090.646", "2026-02 10090.646", "2026-03 39818.707", "2026-04 29728.061", "2026-05 19637.414", "2026-06 9546.768"}},
		"half a year in arrears":                 {fee(t, semiannual, false, "2026-01-01", "2026-06-30", "2026-07-01", 60000), []string{"2026-07 10090.646", "2026-06 10090.646", "2026-05 10090.646", "2026-04 10090.646", "2026-03 10090.646", "2026-02 9546.768"}},
		"the rest of a month in advance":         {fee(t, yearly, true, "2026-12-17", "2026-12-31", "2026-12-17", 4932), []string{"2026-12 4843.130"}},
		"the rest of a month in arrears":         {fee(t, yearly, false, "2026-12-17", "2026-12-31", "2027-01-01", 4932), []string{"2027-01 4932.000"}},
		"a month":                                {fee(t, period.IntervalMonthly, true, "2026-01-01", "2026-01-31", "2026-01-01", 100), []string{"2026-01 100.000"}},
		"a week":                                 {fee(t, period.IntervalWeekly, false, "2026-01-05", "2026-01-11", "2026-01-12", 100), []string{"2026-01 100.000"}},
		"no time":                                {revenue.Fee{Interval: yearly, Issued: period.NewDate(2026, time.May, 9), Cents: decimal.NewFromInt(7)}, []string{"2026-05 7.000"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, share := range c.fee.Spread() {
				got = append(got, share.Month.String()+" "+share.Cents.StringFixed(3))
			}
			require.Equal(t, c.want, got)
		})
	}
}

// What is paid in arrears is spread without a rest, and so is what is paid in
// advance for a year or a quarter that begins with a month.
func TestSpread_AddsUpToTheFee(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := revenue.MonthAt(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)) + revenue.Month(rapid.IntRange(0, 60).Draw(t, "month"))
		interval := rapid.SampledFrom([]period.Interval{period.IntervalQuarterly, period.IntervalYearly}).Draw(t, "interval")
		inAdvance := rapid.Bool().Draw(t, "in advance")
		from, months := start.First(), revenue.Month(12/interval.PerYear())
		if !inAdvance {
			from = from.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))
		}
		next := (start + months).First()
		cents := rapid.Int64Range(-1_000_000, 1_000_000_000).Draw(t, "cents")
		one := fee(t, interval, inAdvance, from.String(), next.AddDays(-1).String(), from.String(), cents)
		if !inAdvance {
			one.Issued = next
		}
		var sum decimal.Decimal
		shares := one.Spread()
		for i, share := range shares {
			sum = sum.Add(share.Cents)
			require.Equal(t, i, max(int(share.Month-shares[0].Month), int(shares[0].Month-share.Month)), "the months follow each other")
		}
		require.Equal(t, decimal.NewFromInt(cents).StringFixed(9), sum.StringFixed(9), "%v", shares)
	})
}

func TestRecurring_AddsUpByMonth(t *testing.T) {
	t.Parallel()
	var sums revenue.Recurring
	january := revenue.MonthAt(time.Date(2026, time.January, 31, 23, 59, 59, 0, time.UTC))
	_, found := sums.In(january)
	require.False(t, found)
	sums.Add(fee(t, period.IntervalMonthly, true, "2026-01-01", "2026-01-31", "2026-01-01", 500), 2)
	sums.Add(fee(t, period.IntervalQuarterly, true, "2026-01-01", "2026-03-31", "2026-01-01", 30000), 1)
	sums.Add(fee(t, period.IntervalWeekly, false, "2026-01-05", "2026-01-11", "2026-01-12", 2000), 2)
	sums.Add(fee(t, period.IntervalWeekly, false, "2026-01-12", "2026-01-18", "2026-01-19", 6000), 2)
	cents, found := sums.In(january)
	require.True(t, found)
	require.Equal(t, "19306.745", cents.StringFixed(3), "500 + 10146.745 + 2000 * 4.33")
	february, found := sums.In(january + 1)
	require.True(t, found)
	require.Equal(t, "10146.745", february.StringFixed(3))
	_, found = sums.In(january + 3)
	require.False(t, found)
}

func TestMonth_KnowsItsDays(t *testing.T) {
	t.Parallel()
	month := revenue.MonthOf(period.NewDate(2024, time.February, 29))
	require.Equal(t, "2024-02", month.String())
	require.Equal(t, 29, month.Days())
	require.Equal(t, "2024-12", (month + 10).String())
	require.Equal(t, "2023-12", (month - 2).String())
}
