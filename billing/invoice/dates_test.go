package invoice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/invoice"
	"tarn/billing/period"
)

func day(t *testing.T, text string) period.Date {
	t.Helper()
	date, err := period.ParseDate(text)
	require.NoError(t, err)
	return date
}

func TestDatesOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules    invoice.DateRules
		issuing  string
		due      string
		becoming string
	}{
		"nothing special":        {invoice.DateRules{GraceDays: 3, TermDays: 30}, "2024-03-01", "2024-03-31", "2024-03-01"},
		"not periodic":           {invoice.DateRules{Graced: true, GraceDays: 3}, "2024-03-04", "2024-03-04", "2024-03-04"},
		"the defaults":           {invoice.DateRules{Graced: true, Periodic: true, GraceDays: 3, TermDays: 30, Anchor: invoice.AnchorNextPeriodStart, Adjustment: invoice.AdjustmentAlign}, "2024-03-04", "2024-04-03", "2024-03-04"},
		"next, kept":             {invoice.DateRules{Graced: true, Periodic: true, GraceDays: 3, Anchor: invoice.AnchorNextPeriodStart, Adjustment: invoice.AdjustmentKeep}, "2024-03-01", "2024-03-01", "2024-03-04"},
		"end, kept":              {invoice.DateRules{Graced: true, Periodic: true, GraceDays: 3, Anchor: invoice.AnchorCurrentPeriodEnd, Adjustment: invoice.AdjustmentKeep}, "2024-02-29", "2024-02-29", "2024-03-04"},
		"end, aligned":           {invoice.DateRules{Graced: true, Periodic: true, GraceDays: 3, Anchor: invoice.AnchorCurrentPeriodEnd, Adjustment: invoice.AdjustmentAlign}, "2024-03-04", "2024-03-04", "2024-03-04"},
		"end, aligned, no grace": {invoice.DateRules{Graced: true, Periodic: true, Anchor: invoice.AnchorCurrentPeriodEnd, Adjustment: invoice.AdjustmentAlign}, "2024-02-29", "2024-02-29", "2024-03-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dates := invoice.DatesOf(day(t, "2024-03-01"), c.rules)
			assert.Equal(t, c.issuing, dates.Issuing.String())
			assert.Equal(t, c.due, dates.Due.String())
			assert.Equal(t, c.becoming, dates.Finalization.String())
		})
	}
}

func TestDates_Finalized(t *testing.T) {
	t.Parallel()
	rules := invoice.DateRules{Graced: true, Periodic: true, GraceDays: 3, TermDays: 30, Anchor: invoice.AnchorNextPeriodStart, Adjustment: invoice.AdjustmentAlign}
	early := invoice.DatesOf(day(t, "2024-03-01"), rules).Finalized(day(t, "2024-03-02"), 30)
	assert.Equal(t, "2024-03-02", early.Issuing.String())
	assert.Equal(t, "2024-04-01", early.Due.String())
	rules.Adjustment = invoice.AdjustmentKeep
	kept := invoice.DatesOf(day(t, "2024-03-01"), rules).Finalized(day(t, "2024-03-02"), 10)
	assert.Equal(t, "2024-03-01", kept.Issuing.String())
	assert.Equal(t, "2024-03-11", kept.Due.String())
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	assert.Equal(t, "LAG-1234-DRAFT", invoice.DraftNumber("LAG-1234"))
	assert.Equal(t, "LAG-1234-001-003", invoice.CustomerNumber("LAG-1234", 1, 3))
	assert.Equal(t, "LAG-1234-1000-1001", invoice.CustomerNumber("LAG-1234", 1000, 1001))
	at := time.Date(2024, 2, 29, 20, 0, 0, 0, time.UTC)
	assert.Equal(t, "LAG-1234-202402-016", invoice.EntityNumber("LAG-1234", at, time.UTC, 16))
	assert.Equal(t, "LAG-1234-202403-016", invoice.EntityNumber("LAG-1234", at, tokyo, 16))
}

// window is one of a period of whole days, in UTC.
func window(t *testing.T, from, to, first, last string) period.Window {
	t.Helper()
	return period.Window{
		From: day(t, from).Start(time.UTC), To: day(t, to).End(time.UTC),
		Period: period.Span{First: day(t, first), Last: day(t, last)},
	}
}

func TestUnitsIn(t *testing.T) {
	t.Parallel()
	april := window(t, "2024-04-01", "2024-04-30", "2024-04-01", "2024-04-30")
	at := func(units, date string) invoice.UnitsChange {
		return invoice.UnitsChange{Units: dec(units), From: day(t, date).Start(time.UTC).Add(12 * time.Hour)}
	}
	for name, c := range map[string]struct {
		changes  []invoice.UnitsChange
		window   period.Window
		full     string
		prorated string
	}{
		"never any":                    {nil, april, "0", "0"},
		"always the same":              {[]invoice.UnitsChange{at("10", "2024-01-01")}, april, "10", "10"},
		"more from the middle":         {[]invoice.UnitsChange{at("10", "2024-01-01"), at("20", "2024-04-16")}, april, "20", "15"},
		"twice on one day":             {[]invoice.UnitsChange{at("10", "2024-01-01"), at("20", "2024-04-16"), {Units: dec("30"), From: day(t, "2024-04-16").Start(time.UTC).Add(13 * time.Hour)}}, april, "30", "20"},
		"taken back":                   {[]invoice.UnitsChange{at("10", "2024-01-01"), at("20", "2024-04-20"), at("30", "2024-04-16")}, april, "30", "20"},
		"later than the window":        {[]invoice.UnitsChange{at("10", "2024-01-01"), at("20", "2024-05-01")}, april, "10", "10"},
		"a first period in its midst":  {[]invoice.UnitsChange{at("10", "2023-07-19")}, window(t, "2023-07-19", "2023-07-31", "2023-07-01", "2023-07-31"), "10", "4.193548"},
		"changed before the window":    {[]invoice.UnitsChange{at("10", "2024-01-01"), at("4", "2024-03-16")}, april, "4", "4"},
		"with the beginning of window": {[]invoice.UnitsChange{at("10", "2024-01-01"), {Units: dec("5"), From: april.From.Add(time.Second)}}, april, "5", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			units := invoice.UnitsIn(c.changes, c.window, time.UTC)
			assert.True(t, dec(c.full).Equal(units.Full), units.Full)
			assert.True(t, dec(c.prorated).Equal(units.Prorated), units.Prorated)
		})
	}
	assert.Equal(t, "2.5", invoice.UnitsFrom(dec("5"), day(t, "2024-04-16").Start(time.UTC), april, time.UTC).String())
}

func TestCommitment_TrueUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		commitment invoice.Commitment
		cents      int64
	}{
		"monthly":        {invoice.Commitment{AmountCents: 1_000_000, Days: 25, Of: 28, BilledCents: 89286}, 803571},
		"quarterly":      {invoice.Commitment{AmountCents: 1_000_000, Days: 56, Of: 90, BilledCents: 62222}, 560000},
		"yearly":         {invoice.Commitment{AmountCents: 1_000_000, Days: 334, Of: 365, BilledCents: 91507}, 823561},
		"in advance":     {invoice.Commitment{AmountCents: 1_000_000, Days: 2, Of: 29, BilledCents: 7690}, 61276},
		"with usage":     {invoice.Commitment{AmountCents: 50000, Days: 15, Of: 29, BilledCents: 5172 + 1200}, 19490},
		"brought more":   {invoice.Commitment{AmountCents: 100, Days: 30, Of: 30, BilledCents: 101}, 0},
		"no days at all": {invoice.Commitment{AmountCents: 100}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.cents, c.commitment.TrueUp().Cents)
		})
	}
}
