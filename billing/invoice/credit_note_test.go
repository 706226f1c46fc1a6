package invoice_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"tarn/billing/invoice"
)

// credited is a fee of an invoice with what coupons took off it.
func credited(cents int64, coupons string, taxes ...invoice.Tax) invoice.CreditedFee {
	fee := invoice.CreditedFee{AmountCents: cents, CouponsCents: dec(coupons)}
	fee.Taxes = append(fee.Taxes, taxes...)
	return fee
}

func item(cents string, fee invoice.CreditedFee) invoice.NoteItem {
	return invoice.NoteItem{Fee: fee, Cents: dec(cents)}
}

// note is what a test expects of a credit note.
type note struct {
	coupons, subTotal, taxes, total int64
	precise, rate                   string
	lines                           []invoice.NoteTax
}

func noteOf(amounts invoice.NoteAmounts) note {
	return note{
		coupons: amounts.CouponsCents, subTotal: amounts.SubTotalCents, taxes: amounts.TaxesCents, total: amounts.TotalCents(),
		precise: amounts.PreciseTaxesCents.Round(5).String(), rate: amounts.TaxesRate.String(), lines: amounts.Taxes,
	}
}

// The worked examples of the facts.
func TestAmountsOfNote(t *testing.T) {
	t.Parallel()
	ten, other, twenty, quarter := rate(1, "10"), rate(2, "10"), rate(3, "20"), rate(4, "25")
	for name, c := range map[string]struct {
		items   []invoice.NoteItem
		surplus string
		want    note
	}{
		"a part of a fee with a coupon": {
			[]invoice.NoteItem{item("4000", credited(10000, "2500", ten))},
			"0",
			note{1000, 3000, 300, 3300, "300", "10", []invoice.NoteTax{{Tax: ten, BaseCents: 3000, Cents: 300}}},
		},
		"13 of 30 days": {
			[]invoice.NoteItem{item("4333.33333", credited(10000, "0", quarter))},
			"0",
			note{0, 4333, 1083, 5417, "1083.33333", "25", []invoice.NoteTax{{Tax: quarter, BaseCents: 4333, Cents: 1083}}},
		},
		"13 of 30 days of half as much": {
			[]invoice.NoteItem{item("2166.66666", credited(5000, "0", quarter))},
			"0",
			note{0, 2167, 542, 2708, "541.66667", "25", []invoice.NoteTax{{Tax: quarter, BaseCents: 2167, Cents: 542}}},
		},
		"the first of two notes": {
			[]invoice.NoteItem{item("6833", credited(6833, "0", twenty))},
			"0",
			note{0, 6833, 1367, 8200, "1366.6", "20", []invoice.NoteTax{{Tax: twenty, BaseCents: 6833, Cents: 1367}}},
		},
		"the last of two notes": {
			[]invoice.NoteItem{item("6833", credited(6833, "0", twenty))},
			"0.4",
			note{0, 6833, 1366, 8199, "1366.2", "20", []invoice.NoteTax{{Tax: twenty, BaseCents: 6833, Cents: 1367}}},
		},
		"two taxes": {
			[]invoice.NoteItem{item("17900", credited(17900, "0", ten)), item("39900", credited(39900, "25000", ten, other))},
			"0",
			note{25000, 32800, 4770, 37570, "4770", "14.54268", []invoice.NoteTax{
				{Tax: ten, BaseCents: 32800, Cents: 3280}, {Tax: other, BaseCents: 14900, Cents: 1490},
			}},
		},
		"two taxes, a part": {
			[]invoice.NoteItem{item("26260", credited(39900, "25000", ten, other))},
			"0",
			note{16454, 9806, 1961, 11768, "1961.27318", "20", []invoice.NoteTax{
				{Tax: ten, BaseCents: 9806, Cents: 981}, {Tax: other, BaseCents: 9806, Cents: 981},
			}},
		},
		"a last note with fewer taxes than were given back too many": {
			[]invoice.NoteItem{item("1", credited(10, "0", ten))},
			"0.5",
			note{0, 1, 0, 1, "0", "10", []invoice.NoteTax{{Tax: ten, BaseCents: 1, Cents: 0}}},
		},
		"a half that lacks a little": {
			[]invoice.NoteItem{item("100", credited(30000, "20000", rate(5, "1.5")))},
			"0",
			note{67, 33, 1, 34, "0.5", "1.5", []invoice.NoteTax{{Tax: rate(5, "1.5"), BaseCents: 33, Cents: 1}}},
		},
		"a fee that coupons paid": {
			[]invoice.NoteItem{item("500", credited(500, "500", ten))},
			"0",
			note{500, 0, 0, 0, "0", "0", []invoice.NoteTax{{Tax: ten}}},
		},
		"a fee of nothing": {[]invoice.NoteItem{item("0", credited(0, "0"))}, "0", note{precise: "0", rate: "0"}},
		"no items":         {nil, "0", note{precise: "0", rate: "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, noteOf(invoice.AmountsOfNote(c.items, dec(c.surplus))))
		})
	}
}

func TestNoteSplit_IsAdjustedByACent(t *testing.T) {
	t.Parallel()
	quarter := rate(4, "25")
	down := invoice.AmountsOfNote([]invoice.NoteItem{item("4333.33333", credited(10000, "0", quarter))}, decimal.Zero)
	up := invoice.AmountsOfNote([]invoice.NoteItem{item("2166.66666", credited(5000, "0", quarter))}, decimal.Zero)
	for name, c := range map[string]struct {
		amounts     invoice.NoteAmounts
		given, want invoice.NoteSplit
	}{
		"a credit loses one":            {down, invoice.NoteSplit{CreditCents: 5417}, invoice.NoteSplit{CreditCents: 5416}},
		"a credit gains one":            {up, invoice.NoteSplit{CreditCents: 2708}, invoice.NoteSplit{CreditCents: 2709}},
		"a refund gains one":            {up, invoice.NoteSplit{RefundCents: 2708}, invoice.NoteSplit{RefundCents: 2709}},
		"an offset gains one":           {up, invoice.NoteSplit{OffsetCents: 2708}, invoice.NoteSplit{OffsetCents: 2709}},
		"the credit beside a refund":    {up, invoice.NoteSplit{CreditCents: 8, RefundCents: 2700}, invoice.NoteSplit{CreditCents: 9, RefundCents: 2700}},
		"the credit beside an offset":   {up, invoice.NoteSplit{CreditCents: 8, OffsetCents: 2700}, invoice.NoteSplit{CreditCents: 9, OffsetCents: 2700}},
		"the refund beside an offset":   {up, invoice.NoteSplit{RefundCents: 8, OffsetCents: 2700}, invoice.NoteSplit{RefundCents: 9, OffsetCents: 2700}},
		"what fits stays":               {up, invoice.NoteSplit{CreditCents: 2709}, invoice.NoteSplit{CreditCents: 2709}},
		"one cent, whatever the gap is": {up, invoice.NoteSplit{CreditCents: 2700}, invoice.NoteSplit{CreditCents: 2701}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, c.given.Adjusted(&c.amounts))
		})
	}
}

func TestCreditedInvoice_Estimate(t *testing.T) {
	t.Parallel()
	ten, other, twenty, quarter := rate(1, "10"), rate(2, "10"), rate(3, "20"), rate(4, "25")
	fee := func(cents int64, rate string) invoice.CreditableFee {
		return invoice.CreditableFee{AmountCents: cents, TaxesRate: dec(rate)}
	}
	large := invoice.CreditedInvoice{
		Fees: []invoice.CreditableFee{fee(17900, "10"), fee(39900, "20")}, FeesCents: 57800, CouponsCents: 25000,
		TotalCents: 37570, PaidCents: 1200, DueCents: 36370,
	}
	for name, c := range map[string]struct {
		of                                         invoice.CreditedInvoice
		items                                      []invoice.NoteItem
		creditable, refundable, offsettable, taxes int64
	}{
		"both fees": {
			large,
			[]invoice.NoteItem{item("17900", credited(17900, "0", ten)), item("39900", credited(39900, "25000", ten, other))},
			37570, 1200, 36370, 4770,
		},
		"a cent is taken off what can be credited": {
			large, []invoice.NoteItem{item("26260", credited(39900, "25000", ten, other))}, 11767, 1200, 11767, 1961,
		},
		"a cent is taken off the taxes": {
			invoice.CreditedInvoice{
				Fees: []invoice.CreditableFee{fee(10, "20"), fee(10, "20")}, FeesCents: 20, CouponsCents: 10, TotalCents: 12, PaidCents: 9, DueCents: 3,
			},
			[]invoice.NoteItem{item("10", credited(10, "5", twenty)), item("5", credited(10, "5", twenty))},
			9, 9, 3, 1,
		},
		"all is paid": {
			invoice.CreditedInvoice{Fees: []invoice.CreditableFee{fee(20000, "25")}, FeesCents: 20000, TotalCents: 25000, PaidCents: 25000, Succeeded: true},
			[]invoice.NoteItem{item("19333", credited(20000, "0", quarter))},
			24166, 24166, 0, 4833,
		},
		"prepaid credits": {
			invoice.CreditedInvoice{
				Fees: []invoice.CreditableFee{fee(200, "0")}, FeesCents: 200, TotalCents: 200, PaidCents: 200, Succeeded: true, IsCredit: true, BackedCents: 100,
			},
			[]invoice.NoteItem{item("50", credited(200, "0"))},
			0, 50, 0, 0,
		},
		"prepaid credits that are not paid": {
			invoice.CreditedInvoice{Fees: []invoice.CreditableFee{fee(200, "0")}, FeesCents: 200, TotalCents: 200, DueCents: 200, IsCredit: true},
			[]invoice.NoteItem{item("50", credited(200, "0"))},
			0, 0, 200, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estimate := c.of.Estimate(invoice.AmountsOfNote(c.items, decimal.Zero))
			assert.Equal(t, []int64{c.creditable, c.refundable, c.offsettable, c.taxes},
				[]int64{estimate.CreditableCents, estimate.RefundableCents, estimate.OffsettableCents, estimate.TaxesCents})
		})
	}
}
