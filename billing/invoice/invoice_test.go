package invoice_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/billing/invoice"
	"tarn/billing/money"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// id is an identifier that a test can tell from others.
func id(n byte) uuid.UUID { return uuid.UUID{15: n} }

func rate(n byte, percent string) invoice.Tax { return invoice.Tax{ID: id(n), Rate: dec(percent)} }

// charged is a line of a charge on a metric.
func charged(cents int64, metric byte, taxes ...invoice.Tax) invoice.Line {
	return invoice.Line{
		Kind: invoice.KindCharge, AmountCents: cents, Metric: id(metric),
		Usage: invoice.UsageKey{Charge: id(metric)}, Taxes: taxes,
	}
}

func couponsOf(result invoice.Result) []string {
	texts := make([]string, len(result.Lines))
	for i, line := range result.Lines {
		texts[i] = line.CouponsCents.String()
	}
	return texts
}

// The example of section 17 of the facts: three fees and a coupon between them.
func TestCompute_RoundsTheTaxesOfTheInvoiceOnce(t *testing.T) {
	t.Parallel()
	a, b := rate(1, "20"), rate(2, "5")
	in := invoice.Input{
		Lines:   []invoice.Line{charged(7333, 1, a), charged(2500, 2, a, b), charged(167, 3)},
		Coupons: []invoice.Coupon{{ID: id(9), AmountCents: 1000, Frequency: invoice.FrequencyOnce}},
	}
	result := invoice.Compute(in)
	assert.Equal(t, []string{"733.3", "250", "16.7"}, couponsOf(result))
	assert.Equal(t, int64(1320), result.Lines[0].TaxesCents)
	assert.Equal(t, int64(563), result.Lines[1].TaxesCents)
	assert.Equal(t, int64(0), result.Lines[2].TaxesCents)
	assert.Equal(t, []invoice.TaxLine{{Tax: a, Cents: 1770, FeesCents: 8849}, {Tax: b, Cents: 113, FeesCents: 2250}}, result.Taxes)
	assert.Equal(t, int64(1882), result.TaxesCents)
	assert.Equal(t, "20.916", result.TaxesRate.String())
	assert.Equal(t, int64(10882), result.SubTotalIncludingTaxesCents)

	in.CreditNotes = []invoice.CreditNote{{ID: id(1), BalanceCents: 500}}
	in.Wallets = []invoice.Wallet{{ID: id(2), BalanceCents: 4000}}
	result = invoice.Compute(in)
	assert.Equal(t, int64(500), result.CreditNotesCents)
	assert.Equal(t, int64(4000), result.PrepaidCents)
	assert.Equal(t, int64(6382), result.TotalCents)
}

func TestCompute_Taxes(t *testing.T) {
	t.Parallel()
	ten, twelve := rate(1, "10"), rate(2, "12")
	for name, c := range map[string]struct {
		fees    [2]int64
		coupon  int64
		lines   []invoice.TaxLine
		taxes   int64
		percent string
	}{
		"two fees":     {[2]int64{1000, 2000}, 0, []invoice.TaxLine{{Tax: ten, Cents: 300, FeesCents: 3000}, {Tax: twelve, Cents: 240, FeesCents: 2000}}, 540, "18"},
		"a coupon":     {[2]int64{1000, 2000}, 1000, []invoice.TaxLine{{Tax: ten, Cents: 200, FeesCents: 2000}, {Tax: twelve, Cents: 160, FeesCents: 1333}}, 360, "18"},
		"nothing owed": {[2]int64{0, 0}, 0, []invoice.TaxLine{{Tax: ten}, {Tax: twelve}}, 0, "16"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := invoice.Input{Lines: []invoice.Line{charged(c.fees[0], 1, ten), charged(c.fees[1], 2, ten, twelve)}}
			if c.coupon > 0 {
				in.Coupons = []invoice.Coupon{{AmountCents: c.coupon, Frequency: invoice.FrequencyForever}}
			}
			result := invoice.Compute(in)
			assert.Equal(t, c.lines, result.Taxes)
			assert.Equal(t, c.taxes, result.TaxesCents)
			assert.True(t, dec(c.percent).Equal(result.TaxesRate.Round(2)), result.TaxesRate)
		})
	}
}

// The example of section 18 of the facts: two plans with four fees each, and
// three coupons that come oldest last.
func TestCompute_OrdersCouponsByTheirLimits(t *testing.T) {
	t.Parallel()
	ten, twenty := rate(1, "10"), rate(2, "20")
	plans := map[byte]uuid.UUID{0: id(101), 1: id(102)}
	var lines []invoice.Line
	for plan := range byte(2) {
		for n := range byte(4) {
			line := charged(1000*int64(n+1), plan*4+n+1, ten)
			if n == 1 {
				line.Taxes = []invoice.Tax{twenty}
			}
			line.Plans = []uuid.UUID{plans[plan]}
			lines = append(lines, line)
		}
	}
	result := invoice.Compute(invoice.Input{Lines: lines, Coupons: []invoice.Coupon{
		{ID: id(3), AmountCents: 500, Frequency: invoice.FrequencyOnce},
		{ID: id(2), AmountCents: 1000, Frequency: invoice.FrequencyOnce, Plans: []uuid.UUID{plans[1]}},
		{ID: id(1), AmountCents: 2000, Frequency: invoice.FrequencyOnce, Metrics: []uuid.UUID{id(1), id(2)}},
	}})
	assert.Equal(t, []string{
		"676.47059", "1352.94117", "88.23529", "117.64706", "126.47059", "252.94118", "379.41176", "505.88235",
	}, couponsOf(result))
	assert.Equal(t, []invoice.CouponDraw{
		{ID: id(1), Cents: 2000, UsedUp: true}, {ID: id(2), Cents: 1000, UsedUp: true}, {ID: id(3), Cents: 500, UsedUp: true},
	}, result.Coupons)
	assert.Equal(t, int64(16500), result.SubTotalExcludingTaxesCents)
	assert.Equal(t, int64(1889), result.TaxesCents)
	assert.Equal(t, int64(18389), result.TotalCents)
}

func TestCompute_ShowsWholeCentsOfACoupon(t *testing.T) {
	t.Parallel()
	result := invoice.Compute(invoice.Input{
		Lines: []invoice.Line{charged(1000, 1), charged(2000, 2)},
		Coupons: []invoice.Coupon{
			{ID: id(1), AmountCents: 100, Frequency: invoice.FrequencyOnce, Metrics: []uuid.UUID{id(1), id(2)}},
			{ID: id(2), AmountCents: 5000, Frequency: invoice.FrequencyOnce, Metrics: []uuid.UUID{id(1)}},
		},
	})
	assert.Equal(t, []string{"1000", "66.66667"}, couponsOf(result))
	assert.Equal(t, int64(1066), result.CouponsCents)
	assert.Equal(t, int64(1934), result.SubTotalExcludingTaxesCents)
	assert.Equal(t, []invoice.CouponDraw{{ID: id(1), Cents: 100, UsedUp: true}, {ID: id(2), Cents: 966}}, result.Coupons)
}

func TestCompute_StateOfCoupons(t *testing.T) {
	t.Parallel()
	half, all := dec("50"), dec("150")
	for name, c := range map[string]struct {
		coupon invoice.Coupon
		draw   invoice.CouponDraw
	}{
		"once, all of it":     {invoice.Coupon{AmountCents: 300, Frequency: invoice.FrequencyOnce}, invoice.CouponDraw{Cents: 300, UsedUp: true}},
		"once, a part":        {invoice.Coupon{AmountCents: 3000, Frequency: invoice.FrequencyOnce}, invoice.CouponDraw{Cents: 999}},
		"a percentage once":   {invoice.Coupon{Percentage: &half, Frequency: invoice.FrequencyOnce}, invoice.CouponDraw{Cents: 500, UsedUp: true}},
		"more than all":       {invoice.Coupon{Percentage: &all, Frequency: invoice.FrequencyForever}, invoice.CouponDraw{Cents: 999}},
		"the last of three":   {invoice.Coupon{AmountCents: 300, Frequency: invoice.FrequencyRecurring, InvoicesLeft: 1}, invoice.CouponDraw{Cents: 300, UsedUp: true}},
		"the second of three": {invoice.Coupon{AmountCents: 300, Frequency: invoice.FrequencyRecurring, InvoicesLeft: 2}, invoice.CouponDraw{Cents: 300, InvoicesLeft: 1}},
		"for ever":            {invoice.Coupon{AmountCents: 300, Frequency: invoice.FrequencyForever}, invoice.CouponDraw{Cents: 300}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(999, 1)}, Coupons: []invoice.Coupon{c.coupon}})
			assert.Equal(t, []invoice.CouponDraw{c.draw}, result.Coupons)
		})
	}
}

func TestCompute_CouponsThatDoNotCount(t *testing.T) {
	t.Parallel()
	whole := dec("100")
	forever := func(n byte, limits ...uuid.UUID) invoice.Coupon {
		return invoice.Coupon{ID: id(n), Percentage: &whole, Frequency: invoice.FrequencyForever, Metrics: limits}
	}
	for name, in := range map[string]invoice.Input{
		"nothing is owed":       {Lines: []invoice.Line{charged(0, 1)}, Coupons: []invoice.Coupon{forever(1)}},
		"no fee matches":        {Lines: []invoice.Line{charged(10, 1)}, Coupons: []invoice.Coupon{forever(1, id(2))}},
		"not a charge":          {Lines: []invoice.Line{{Kind: invoice.KindAddOn, AmountCents: 10, Metric: id(1)}}, Coupons: []invoice.Coupon{forever(1, id(1))}},
		"all is billed already": {Lines: []invoice.Line{charged(10, 1)}, Progressive: []invoice.Progressive{{AvailableCents: 10, Fees: []invoice.ProgressiveFee{{Usage: invoice.UsageKey{Charge: id(1)}, AmountCents: 10}}}}, Coupons: []invoice.Coupon{forever(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, invoice.Compute(in).Coupons)
		})
	}
	t.Run("the first took everything", func(t *testing.T) {
		t.Parallel()
		result := invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(10, 1)}, Coupons: []invoice.Coupon{forever(1), forever(2)}})
		assert.Equal(t, []invoice.CouponDraw{{ID: id(1), Cents: 10}}, result.Coupons)
	})
}

func TestCompute_TakesProgressiveInvoicesOff(t *testing.T) {
	t.Parallel()
	billed := invoice.Progressive{ID: id(7), AvailableCents: 20, Fees: []invoice.ProgressiveFee{{Usage: invoice.UsageKey{Charge: id(1)}, AmountCents: 20}}}
	result := invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(500, 1), charged(500, 2)}, Progressive: []invoice.Progressive{billed}})
	assert.Equal(t, []invoice.ProgressiveDraw{{ID: id(7), Cents: 20}}, result.Progressive)
	assert.Equal(t, []string{"20", "0"}, couponsOf(result))

	result = invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(19, 1), charged(500, 2)}, Progressive: []invoice.Progressive{billed}})
	assert.Equal(t, []invoice.ProgressiveDraw{{ID: id(7), Cents: 19, ExcessCents: 1}}, result.Progressive)
	assert.Equal(t, []string{"19", "0"}, couponsOf(result))

	// Section 19: a plan of 3100 and usage of 40000, half of which was billed.
	billed.AvailableCents, billed.Fees[0].AmountCents = 20000, 20000
	result = invoice.Compute(invoice.Input{
		Lines:       []invoice.Line{{Kind: invoice.KindSubscription, AmountCents: 3100}, charged(40000, 1)},
		Progressive: []invoice.Progressive{billed},
	})
	assert.Equal(t, int64(43100), result.FeesCents)
	assert.Equal(t, int64(20000), result.ProgressiveCents)
	assert.Equal(t, int64(23100), result.TotalCents)
}

func TestCompute_CreditNotesPayOldestFirst(t *testing.T) {
	t.Parallel()
	notes := []invoice.CreditNote{{ID: id(1), BalanceCents: 20}, {ID: id(2), BalanceCents: 50}}
	result := invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(60, 1), charged(40, 2)}, CreditNotes: notes})
	assert.Equal(t, []invoice.CreditNoteDraw{{ID: id(1), Cents: 20}, {ID: id(2), Cents: 50}}, result.CreditNotes)
	assert.Equal(t, "42", result.Lines[0].CreditNotesCents.String())
	assert.Equal(t, "28", result.Lines[1].CreditNotesCents.String())
	assert.Equal(t, int64(70), result.CreditNotesCents)

	result = invoice.Compute(invoice.Input{Lines: []invoice.Line{charged(10, 1)}, CreditNotes: notes})
	assert.Equal(t, []invoice.CreditNoteDraw{{ID: id(1), Cents: 10, BalanceCents: 10}}, result.CreditNotes)
	assert.Zero(t, result.TotalCents)
}

func TestCompute_ALineThatCostsNothing(t *testing.T) {
	t.Parallel()
	result := invoice.Compute(invoice.Input{
		Lines:       []invoice.Line{charged(0, 1)},
		CreditNotes: []invoice.CreditNote{{BalanceCents: 5}, {BalanceCents: 0}},
	})
	assert.Empty(t, result.CreditNotes)
}

func TestCompute_WhatNoInvoiceHolds(t *testing.T) {
	t.Parallel()
	const most = money.MaxCents
	for name, c := range map[string]struct {
		lines  []invoice.Line
		beyond bool
	}{
		"the most":         {[]invoice.Line{charged(most-10, 1), charged(10, 1)}, false},
		"given back":       {[]invoice.Line{charged(most, 1), charged(most, 1), charged(-most, 1)}, false},
		"one line":         {[]invoice.Line{charged(most+1, 1)}, true},
		"the largest line": {[]invoice.Line{charged(math.MaxInt64, 1)}, true},
		"many lines":       {slices.Repeat([]invoice.Line{charged(most, 1)}, 200), true},
		"of 2^64":          {slices.Repeat([]invoice.Line{charged(most, 1)}, 184), true},
		"given back more":  {slices.Repeat([]invoice.Line{charged(-most, 1)}, 200), true},
		"taxes":            {[]invoice.Line{charged(most, 1, rate(1, "1000"))}, true},
		"taxes of a line":  {[]invoice.Line{charged(most, 1, rate(1, "1e300")), charged(-most, 1, rate(1, "1e300"))}, true},
		"with taxes":       {[]invoice.Line{charged(most, 1, rate(1, "1"))}, true},
	} {
		result := invoice.Compute(invoice.Input{Lines: c.lines})
		assert.Equal(t, c.beyond, money.Beyond(result.Sums()...), name)
	}
	paid := slices.Repeat([]invoice.PaidFee{{AmountCents: most, TaxesCents: most}}, 100)
	regrouped := invoice.Regroup(paid)
	assert.True(t, money.Beyond(regrouped.Sums()...))
}

// What a tax is taken of, in sum, is an amount too: one that no invoice holds shows as such
// instead of wrapping round.
func TestCompute_WhatNoTaxIsTakenOf(t *testing.T) {
	t.Parallel()
	for sign, lines := range map[int64][]invoice.Line{
		1:  slices.Repeat([]invoice.Line{charged(money.MaxCents, 1, rate(1, "0"))}, 184), // more than 2^64
		-1: slices.Repeat([]invoice.Line{charged(-money.MaxCents, 1, rate(1, "0"))}, 184),
	} {
		result := invoice.Compute(invoice.Input{Lines: lines})
		require.Len(t, result.Taxes, 1)
		assert.Equal(t, sign*(money.MaxCents+1), result.Taxes[0].FeesCents)
	}
}

func TestRegroup(t *testing.T) {
	t.Parallel()
	twenty := rate(1, "20")
	result := invoice.Regroup([]invoice.PaidFee{
		{AmountCents: 100, TaxesCents: 20, Taxes: []invoice.PaidTax{{Tax: twenty, Cents: 20}}},
		{AmountCents: 50, TaxesCents: 10, Taxes: []invoice.PaidTax{{Tax: twenty, Cents: 10}}},
		{AmountCents: 10},
	})
	assert.Equal(t, int64(160), result.FeesCents)
	assert.Equal(t, int64(190), result.TotalCents)
	assert.Equal(t, "18.75", result.TaxesRate.String())
	assert.Equal(t, []invoice.TaxLine{{Tax: twenty, Cents: 30, FeesCents: 150}}, result.Taxes)
	assert.True(t, invoice.Regroup(nil).TaxesRate.IsZero())
}

func TestGroups(t *testing.T) {
	t.Parallel()
	require.Equal(t, [][]int{{0, 2}, {1}, {3}}, invoice.Groups([]invoice.Share{
		{Currency: "EUR"}, {Currency: "USD"}, {Currency: "EUR"}, {Currency: "EUR", Alone: id(1)},
	}))
}

// Coupons of all fees come before others without limits, and are reckoned of what
// the fees are before any coupon.
func TestCompute_TakesCouponsOfAllFees(t *testing.T) {
	t.Parallel()
	half, fifth, tenth := dec("50"), dec("20"), dec("10")
	in := invoice.Input{Lines: []invoice.Line{charged(6000, 1), charged(4000, 2)}, Coupons: []invoice.Coupon{
		{ID: id(1), Percentage: &tenth}, {ID: id(2), Percentage: &half, OfAllFees: true}, {ID: id(3), Percentage: &fifth, OfAllFees: true},
	}}
	result := invoice.Compute(in)
	assert.Equal(t, []invoice.CouponDraw{{ID: id(2), Cents: 5000}, {ID: id(3), Cents: 2000}, {ID: id(1), Cents: 300}}, result.Coupons)
	assert.Equal(t, []string{"4380", "2920"}, couponsOf(result))
	assert.Equal(t, int64(2700), result.TotalCents)

	in.Coupons = []invoice.Coupon{{ID: id(2), Percentage: &half, OfAllFees: true}, {ID: id(3), AmountCents: 9000, OfAllFees: true}}
	assert.Equal(t, int64(0), invoice.Compute(in).TotalCents)
}
