package invoice_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"tarn/billing/invoice"
)

// ended is a month of 31 days for 3100 cents and 20 % of taxes, with 16 days
// unused: the example of section 9.3 of the facts.
func ended(change func(*invoice.Termination)) invoice.Termination {
	t := invoice.Termination{
		UnusedCents: dec("1600"), UsedCents: dec("1500"), FeeCents: 3100, WorthCents: dec("3720"),
		BilledCents: dec("3720"), OwedCents: 7440, DueCents: 7440, GiveBack: invoice.GiveRefund,
	}
	change(&t)
	return t
}

func TestTermination_WorkedExamples(t *testing.T) {
	t.Parallel()
	type wanted struct {
		item  string
		split invoice.NoteSplit
	}
	note := func(item string, credit, refund, offset int64) wanted {
		return wanted{item, invoice.NoteSplit{CreditCents: credit, RefundCents: refund, OffsetCents: offset}}
	}
	for name, c := range map[string]struct {
		change   func(*invoice.Termination)
		expected wanted
	}{
		"nothing paid, credit": {func(t *invoice.Termination) { t.GiveBack = invoice.GiveCredit }, note("1600", 1920, 0, 0)},
		"the plan cost 6200 when it was billed": {func(t *invoice.Termination) {
			t.GiveBack, t.FeeCents, t.WorthCents, t.UnusedCents = invoice.GiveCredit, 6200, dec("7440"), dec("3200")
		}, note("3200", 3840, 0, 0)},
		"all paid":     {func(t *invoice.Termination) { t.PaidCents = 7440 }, note("1600", 0, 1920, 0)},
		"5580 paid":    {func(t *invoice.Termination) { t.PaidCents = 5580 }, note("1600", 930, 990, 0)},
		"930 paid":     {func(t *invoice.Termination) { t.PaidCents = 930 }, note("1600", 1920, 0, 0)},
		"200 credited": {func(t *invoice.Termination) { t.PaidCents, t.UnusedCents = 5580, dec("1400") }, note("1400", 690, 990, 0)},
		"all paid, but credit is wanted": {func(t *invoice.Termination) {
			t.PaidCents, t.GiveBack = 7440, invoice.GiveCredit
		}, note("1600", 1920, 0, 0)},
		"more than all paid": {func(t *invoice.Termination) { t.PaidCents = 20000 }, note("1600", 0, 1920, 0)},
		"an offset":          {func(t *invoice.Termination) { t.PaidCents, t.GiveBack = 5580, invoice.GiveOffset }, note("1600", 0, 990, 930)},
		"an offset of more than is due": {func(t *invoice.Termination) {
			t.PaidCents, t.DueCents, t.GiveBack = 5580, 400, invoice.GiveOffset
		}, note("1600", 530, 990, 400)},
		"an offset of nothing due": {func(t *invoice.Termination) { t.DueCents, t.GiveBack = -1, invoice.GiveOffset }, note("1600", 1920, 0, 0)},
		// Section 1.9: 3100 in January without taxes, 2000 of it paid.
		"without taxes, refund": {func(t *invoice.Termination) {
			t.WorthCents, t.BilledCents, t.OwedCents, t.PaidCents = dec("3100"), dec("3100"), 3100, 2000
		}, note("1600", 1100, 500, 0)},
		"without taxes, offset": {func(t *invoice.Termination) {
			t.WorthCents, t.BilledCents, t.OwedCents, t.PaidCents, t.GiveBack = dec("3100"), dec("3100"), 3100, 2000, invoice.GiveOffset
		}, note("1600", 0, 500, 1100)},
		"12000 for April, ended on the 10th": {func(t *invoice.Termination) {
			t.FeeCents, t.WorthCents, t.UnusedCents, t.GiveBack = 12000, dec("14400"), dec("8000"), invoice.GiveCredit
		}, note("8000", 9600, 0, 0)},
		// Section 1.3: the notes become 5416 and 2709 when they are made.
		"adjusted down": {func(t *invoice.Termination) {
			t.FeeCents, t.WorthCents, t.UnusedCents, t.GiveBack = 10000, dec("12500"), dec("4333.333333333333333"), invoice.GiveCredit
		}, note("4333.33333", 5417, 0, 0)},
		"adjusted up": {func(t *invoice.Termination) {
			t.FeeCents, t.WorthCents, t.UnusedCents, t.GiveBack = 5000, dec("6250"), dec("2166.666666666666667"), invoice.GiveCredit
		}, note("2166.66666", 2708, 0, 0)},
		// Section 20.4 of the facts of subscriptions.
		"7500 paid of 9000": {func(t *invoice.Termination) {
			t.FeeCents, t.WorthCents, t.BilledCents, t.OwedCents, t.PaidCents = 7500, dec("9000"), dec("9000"), 9000, 7500
			t.UnusedCents, t.UsedCents = dec("2500"), dec("5000")
		}, note("2500", 1500, 1500, 0)},
		"with a coupon": {func(t *invoice.Termination) {
			t.FeeCents, t.WorthCents, t.UnusedCents, t.GiveBack = 10000, dec("8250"), dec("4000"), invoice.GiveCredit
		}, note("4000", 3300, 0, 0)},
		"nothing unused":           {func(t *invoice.Termination) { t.UnusedCents, t.PaidCents = decimal.Zero, 7440 }, note("0", 0, 0, 0)},
		"a fee of nothing":         {func(t *invoice.Termination) { t.FeeCents = 0 }, note("1600", 0, 0, 0)},
		"an invoice of nothing":    {func(t *invoice.Termination) { t.OwedCents, t.PaidCents = 0, 100 }, note("1600", 1920, 0, 0)},
		"a coupon that took all":   {func(t *invoice.Termination) { t.WorthCents = decimal.Zero }, note("1600", 0, 0, 0)},
		"less than half of a cent": {func(t *invoice.Termination) { t.UnusedCents = dec("0.4") }, note("0.4", 0, 0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			item, split := ended(c.change).Note()
			assert.Equal(t, c.expected, wanted{item.String(), split})
		})
	}
}

// However a termination gives back, it is the same amount, no part of it is below
// zero, and what is refunded was paid.
func TestTermination_GivesBackTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fee := rapid.Int64Range(1, 1_000_000).Draw(t, "fee")
		days, of := rapid.Int64Range(0, 31).Draw(t, "unused"), int64(31)
		share := func(days int64) decimal.Decimal {
			return decimal.NewFromInt(fee*days).DivRound(decimal.NewFromInt(of), 15)
		}
		net := decimal.NewFromInt(fee - rapid.Int64Range(0, fee).Draw(t, "coupon"))
		rate := decimal.New(rapid.Int64Range(0, 3000).Draw(t, "rate"), -2)
		worth := net.Add(net.Mul(rate).Shift(-2))
		owed := worth.Round(0).IntPart() + rapid.Int64Range(0, 1_000_000).Draw(t, "others")
		in := invoice.Termination{
			UnusedCents: share(days), UsedCents: share(of - days), FeeCents: fee, WorthCents: worth, BilledCents: worth.Round(0),
			OwedCents: owed, PaidCents: rapid.Int64Range(0, owed).Draw(t, "paid"), GiveBack: invoice.GiveCredit,
		}
		in.DueCents = owed - in.PaidCents
		_, credit := in.Note()
		in.GiveBack = invoice.GiveRefund
		_, refund := in.Note()
		in.GiveBack = invoice.GiveOffset
		_, offset := in.Note()
		assert.Equal(t, credit.TotalCents(), refund.TotalCents())
		assert.Equal(t, credit.TotalCents(), offset.TotalCents())
		assert.Zero(t, credit.RefundCents+credit.OffsetCents+refund.OffsetCents)
		assert.LessOrEqual(t, offset.OffsetCents, in.DueCents)
		assert.Equal(t, refund.RefundCents, offset.RefundCents)
		assert.GreaterOrEqual(t, refund.RefundCents, int64(0))
		assert.GreaterOrEqual(t, refund.CreditCents, int64(0))
		assert.LessOrEqual(t, refund.RefundCents, in.PaidCents)
		assert.LessOrEqual(t, credit.TotalCents(), worth.Round(0).IntPart())
	})
}
