package invoice

import (
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// CreditedInvoice is an invoice with what credit notes have given back of it.
type CreditedInvoice struct {
	Fees []CreditableFee
	// FeesCents is the sum of the fees; CouponsCents is what coupons and progressive
	// invoices took off it.
	FeesCents, CouponsCents int64
	// TotalCents, PaidCents and DueCents are what was owed, is paid and is still owed.
	TotalCents, PaidCents, DueCents int64
	// Draft says that the invoice is not final, so nothing of it can be given back
	// yet; Succeeded that it counts as paid.
	Draft, Succeeded bool
	// IsCredit says that the invoice sells prepaid credits; BackedCents is then what
	// is left of these in the wallet, in cents.
	IsCredit    bool
	BackedCents int64
	// Credited is what the notes of the invoice gave that are final; RefundedCents is
	// what all of them refund, drafts too.
	Credited      NoteSplit
	RefundedCents int64
}

// CreditableFee is a fee of an invoice with what can be given back of it.
type CreditableFee struct {
	AmountCents int64
	// CreditedCents is what items of credit notes have given back.
	CreditedCents int64
	// TaxesRate is the sum of the rates, in percent.
	TaxesRate decimal.Decimal
}

// CreditableCents is what is left of a fee to be given back, without coupons and
// taxes; never below zero.
func (f *CreditableFee) CreditableCents() int64 { return max(0, f.AmountCents-f.CreditedCents) }

// FeeCreditableCents is what is left of a fee of the invoice to be given back: of
// prepaid credits no more than the wallet has of them.
func (c *CreditedInvoice) FeeCreditableCents(fee *CreditableFee) int64 {
	if c.IsCredit {
		return min(fee.CreditableCents(), c.BackedCents)
	}
	return fee.CreditableCents()
}

// AvailableCents is what is left of the invoice to be given back, with taxes and
// without coupons, before rounding.
func (c *CreditedInvoice) AvailableCents() decimal.Decimal {
	creditable := int64(0)
	for i := range c.Fees {
		creditable += c.FeeCreditableCents(&c.Fees[i])
	}
	if c.Draft || creditable == 0 {
		return decimal.Zero
	}
	whole := decimal.NewFromInt(creditable)
	coupons := share(decimal.NewFromInt(c.CouponsCents), whole, decimal.NewFromInt(c.FeesCents))
	taxes := decimal.Zero
	for i := range c.Fees {
		left := decimal.NewFromInt(c.FeeCreditableCents(&c.Fees[i]))
		net := left.Sub(share(coupons, left, whole))
		taxes = taxes.Add(percent(net, c.Fees[i].TaxesRate))
	}
	return whole.Sub(coupons).Add(taxes.Round(0))
}

// percent is a part of an amount, in percent.
func percent(amount, rate decimal.Decimal) decimal.Decimal { return amount.Mul(rate).Shift(-2) }

// CreditableCents is AvailableCents; zero for prepaid credits, which come back as a
// refund only.
func (c *CreditedInvoice) CreditableCents() decimal.Decimal {
	if c.IsCredit {
		return decimal.Zero
	}
	return c.AvailableCents()
}

// OffsettableCents is what a note can take off what is due. Prepaid credits that
// are not paid are taken off as a whole.
func (c *CreditedInvoice) OffsettableCents() int64 {
	switch {
	case !c.IsCredit:
		return max(0, min(c.DueCents, c.CreditableCents().Round(0).IntPart()))
	case !c.Succeeded && c.DueCents > 0:
		return c.TotalCents
	}
	return 0
}

// RefundableCents is what can be refunded: no more than was paid and was not
// refunded yet.
func (c *CreditedInvoice) RefundableCents() int64 {
	if c.Draft || !c.Succeeded && c.PaidCents == c.TotalCents {
		return 0
	}
	most := c.BackedCents
	if !c.IsCredit {
		most = c.CreditableCents().Round(0).IntPart()
	}
	return max(0, min(c.PaidCents-c.RefundedCents, most))
}

// FeesTotalCents is what the fees cost with their taxes, as if there were no
// coupons.
func (c *CreditedInvoice) FeesTotalCents() int64 {
	sum, taxes := int64(0), decimal.Zero
	for _, fee := range c.Fees {
		sum += fee.AmountCents
		taxes = taxes.Add(percent(decimal.NewFromInt(fee.AmountCents), fee.TaxesRate))
	}
	return sum + money.Cents(taxes)
}

// NoteLimits are the most that a further credit note of an invoice may give.
type NoteLimits struct {
	// NoteSplit bounds each part, TotalCents all of them together.
	NoteSplit
	TotalCents int64
}

// Limits are the most that a further credit note may give. Coupons are not counted,
// and notes that are voided are.
func (c *CreditedInvoice) Limits() NoteLimits {
	fees := c.FeesTotalCents()
	given := c.Credited.CreditCents + c.Credited.OffsetCents
	limits := NoteLimits{TotalCents: fees - c.Credited.TotalCents()}
	limits.CreditCents = fees - given
	limits.RefundCents = c.PaidCents - c.Credited.RefundCents
	limits.OffsetCents = min(c.DueCents, fees-given)
	return limits
}

// NoteEstimate is what a credit note of some items may give at most.
type NoteEstimate struct {
	NoteAmounts
	CreditableCents, RefundableCents, OffsettableCents int64
}

// Estimate says what a note of such amounts may give. Where rounding adds a cent,
// the creditable amount loses one; where it takes a cent away, the taxes do.
//
// Lago: a note that is made gains a cent instead.
func (c *CreditedInvoice) Estimate(a NoteAmounts) NoteEstimate {
	total := a.TotalCents()
	e := NoteEstimate{NoteAmounts: a, CreditableCents: total, RefundableCents: min(total, c.RefundableCents())}
	net := total - a.TaxesCents
	switch {
	case net > a.SubTotalCents:
		e.CreditableCents--
	case net < a.SubTotalCents && a.TaxesCents > 0:
		e.TaxesCents--
	}
	e.OffsettableCents = c.OffsettableCents()
	if c.IsCredit {
		e.CreditableCents = 0
	} else {
		e.OffsettableCents = min(e.CreditableCents, e.OffsettableCents)
	}
	return e
}
