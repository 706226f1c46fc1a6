package invoice_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"tarn/billing/invoice"
)

// owed is the invoice of the facts' example of voiding, changed: fees of 10000 at
// 20 % and of 5000 at 10 %, of which 6000 are paid.
func owed(change func(*invoice.CreditedInvoice)) invoice.CreditedInvoice {
	c := invoice.CreditedInvoice{
		Fees:      []invoice.CreditableFee{{AmountCents: 10000, TaxesRate: dec("20")}, {AmountCents: 5000, TaxesRate: dec("10")}},
		FeesCents: 15000, TotalCents: 17500, PaidCents: 6000, DueCents: 11500,
	}
	change(&c)
	return c
}

func TestCreditedInvoice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of                      invoice.CreditedInvoice
		creditable              string
		refundable, offsettable int64
	}{
		"nothing is given back": {owed(func(*invoice.CreditedInvoice) {}), "17500", 6000, 11500},
		"a part is given back": {owed(func(c *invoice.CreditedInvoice) {
			c.Fees[0].CreditedCents, c.RefundedCents = 4000, 4000
		}), "12700", 2000, 11500},
		"all is given back": {owed(func(c *invoice.CreditedInvoice) {
			c.Fees[0].CreditedCents, c.Fees[1].CreditedCents = 10001, 5000
		}), "0", 0, 0},
		"coupons": {owed(func(c *invoice.CreditedInvoice) { c.CouponsCents = 3000 }), "14000", 6000, 11500},
		"coupons of which a part is left": {owed(func(c *invoice.CreditedInvoice) {
			c.CouponsCents, c.Fees[0].CreditedCents = 1000, 9999
		}), "5134.6", 5135, 5135},
		"a draft": {owed(func(c *invoice.CreditedInvoice) { c.Draft = true }), "0", 0, 0},
		"all is paid without a mark of it": {owed(func(c *invoice.CreditedInvoice) {
			c.PaidCents, c.DueCents = 17500, 0
		}), "17500", 0, 0},
		"all is paid": {owed(func(c *invoice.CreditedInvoice) {
			c.PaidCents, c.DueCents, c.Succeeded = 17500, 0, true
		}), "17500", 17500, 0},
		"more is refunded than was paid": {owed(func(c *invoice.CreditedInvoice) { c.RefundedCents = 7000 }), "17500", 0, 11500},
		"prepaid credits, paid": {owed(func(c *invoice.CreditedInvoice) {
			c.IsCredit, c.BackedCents, c.PaidCents, c.DueCents, c.Succeeded = true, 4000, 17500, 0, true
		}), "0", 4000, 0},
		"prepaid credits, not paid": {owed(func(c *invoice.CreditedInvoice) {
			c.IsCredit, c.PaidCents, c.DueCents = true, 0, 17500
		}), "0", 0, 17500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.creditable, c.of.CreditableCents().String())
			assert.Equal(t, []int64{c.refundable, c.offsettable}, []int64{c.of.RefundableCents(), c.of.OffsettableCents()})
		})
	}
}

func TestCreditedInvoice_Limits(t *testing.T) {
	t.Parallel()
	c := owed(func(c *invoice.CreditedInvoice) {
		c.Credited = invoice.NoteSplit{CreditCents: 100, RefundCents: 20, OffsetCents: 3}
		c.DueCents = 11497
	})
	want := invoice.NoteLimits{NoteSplit: invoice.NoteSplit{CreditCents: 17397, RefundCents: 5980, OffsetCents: 11497}, TotalCents: 17377}
	assert.Equal(t, want, c.Limits())

	c.DueCents = 17500
	assert.Equal(t, int64(17397), c.Limits().OffsetCents)
}

// noted is a computed invoice on which credit notes are made.
type noted struct {
	input  invoice.Input
	result invoice.Result
	left   []decimal.Decimal
	// surplus is what the notes so far gave back in taxes by rounding.
	surplus decimal.Decimal
}

func (n *noted) note(parts []decimal.Decimal) invoice.NoteAmounts {
	var items []invoice.NoteItem
	sum, last := decimal.Zero, true
	for i, line := range n.input.Lines {
		fee := invoice.CreditedFee{AmountCents: line.AmountCents, CouponsCents: n.result.Lines[i].CouponsCents}
		fee.Taxes = append(fee.Taxes, line.Taxes...)
		items = append(items, invoice.NoteItem{Fee: fee, Cents: parts[i]})
		n.left[i] = n.left[i].Sub(parts[i])
		sum, last = sum.Add(parts[i]), last && n.left[i].IsZero()
	}
	surplus := decimal.Zero
	if last && sum.IsPositive() {
		surplus = n.surplus
	}
	amounts := invoice.AmountsOfNote(items, surplus)
	n.surplus = n.surplus.Add(decimal.NewFromInt(amounts.TaxesCents).Sub(amounts.PreciseTaxesCents))
	return amounts
}

// Notes that together give everything back give back the invoice: its net amount
// and its taxes to the cent where no coupon makes fractions, and else as exactly as
// the net amounts of so many notes are rounded.
func TestAmountsOfNote_AddUpToTheInvoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		in.CreditNotes, in.Wallets = nil, nil
		n := noted{input: in, result: invoice.Compute(in)}
		for _, line := range in.Lines {
			n.left = append(n.left, decimal.NewFromInt(line.AmountCents))
		}
		var net, taxes, total int64
		clamped := false
		notes := rapid.IntRange(1, 4).Draw(t, "notes")
		for i := range notes {
			parts := make([]decimal.Decimal, len(n.left))
			for j, left := range n.left {
				parts[j] = left
				if i < notes-1 {
					parts[j] = decimal.NewFromInt(rapid.Int64Range(0, left.IntPart()).Draw(t, "part"))
				}
			}
			before := n.surplus
			amounts := n.note(parts)
			clamped = clamped || amounts.PreciseTaxesCents.IsZero() && before.IsPositive()
			for _, amount := range []int64{amounts.CouponsCents, amounts.SubTotalCents, amounts.TaxesCents, amounts.TotalCents()} {
				assert.GreaterOrEqual(t, amount, int64(0))
			}
			given := invoice.NoteSplit{CreditCents: amounts.TotalCents()}.Adjusted(&amounts)
			assert.GreaterOrEqual(t, given.CreditCents, int64(0))
			net, taxes, total = net+amounts.SubTotalCents, taxes+amounts.TaxesCents, total+given.CreditCents
		}
		if clamped {
			return // more was given back in taxes than the last note could take back
		}
		assert.Equal(t, n.result.TaxesCents, taxes)
		off := int64(0)
		if len(n.result.Coupons)+len(n.result.Progressive) > 0 {
			off = int64(notes + len(in.Coupons) + len(in.Lines))
		}
		assert.InDelta(t, net, sumOfNets(&n), float64(off))
		if off == 0 {
			assert.Equal(t, n.result.SubTotalIncludingTaxesCents, total)
		}
	})
}

// sumOfNets is what the lines of an invoice cost less coupons.
func sumOfNets(n *noted) int64 {
	sum := decimal.Zero
	for i, line := range n.input.Lines {
		sum = sum.Add(decimal.NewFromInt(line.AmountCents)).Sub(n.result.Lines[i].CouponsCents)
	}
	return sum.Round(0).IntPart()
}

// What can be given back falls with every note, and is never below zero.
func TestCreditedInvoice_IsNeverBelowZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		result := invoice.Compute(in)
		c := invoice.CreditedInvoice{
			FeesCents: result.FeesCents, CouponsCents: result.CouponsCents + result.ProgressiveCents,
			TotalCents: result.TotalCents, PaidCents: rapid.Int64Range(0, result.TotalCents).Draw(t, "paid"),
		}
		c.DueCents, c.Succeeded = c.TotalCents-c.PaidCents, c.PaidCents == c.TotalCents
		for i, line := range in.Lines {
			c.Fees = append(c.Fees, invoice.CreditableFee{AmountCents: line.AmountCents, TaxesRate: result.Lines[i].TaxesRate})
		}
		before := c.AvailableCents()
		for range rapid.IntRange(0, 3).Draw(t, "notes") {
			for i := range c.Fees {
				c.Fees[i].CreditedCents += rapid.Int64Range(0, c.Fees[i].CreditableCents()).Draw(t, "credited")
			}
			c.RefundedCents += rapid.Int64Range(0, c.RefundableCents()).Draw(t, "refunded")
			after := c.AvailableCents()
			assert.False(t, after.IsNegative())
			assert.True(t, after.LessThanOrEqual(before), "%s after %s", after, before)
			assert.GreaterOrEqual(t, c.RefundableCents(), int64(0))
			assert.GreaterOrEqual(t, c.OffsettableCents(), int64(0))
			before = after
		}
	})
}

func TestCreditedInvoice_FeeOfPrepaidCredits(t *testing.T) {
	t.Parallel()
	c := invoice.CreditedInvoice{Fees: []invoice.CreditableFee{{AmountCents: 200, CreditedCents: 20}}, FeesCents: 200, IsCredit: true, BackedCents: 150}
	assert.Equal(t, int64(150), c.FeeCreditableCents(&c.Fees[0]))
	assert.Equal(t, "150", c.AvailableCents().String())
	c.BackedCents = 190
	assert.Equal(t, int64(180), c.FeeCreditableCents(&c.Fees[0]))
}
