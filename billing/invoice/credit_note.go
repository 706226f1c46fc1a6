package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
)

// NoteItem is what a credit note gives back of one fee, before coupons and taxes.
type NoteItem struct {
	Fee CreditedFee
	// Cents has at most ShareScale places.
	Cents decimal.Decimal
}

// CreditedFee is a fee as a credit note sees it.
type CreditedFee struct {
	AmountCents int64
	// CouponsCents is what coupons and progressive invoices took off the fee.
	CouponsCents decimal.Decimal
	Taxes        []Tax
}

// NoteAmounts are the amounts of a credit note that follow from its items.
type NoteAmounts struct {
	// ItemsCents is the sum of the items.
	ItemsCents decimal.Decimal
	// CouponsCents is the part of coupons in the items.
	CouponsCents        int64
	PreciseCouponsCents decimal.Decimal
	// SubTotalCents is what is given back without taxes.
	SubTotalCents int64
	// Taxes are one for each tax of any item, in the order in which they appear.
	Taxes []NoteTax
	// TaxesCents is rounded once, of the sum of the precise amounts, so it may differ
	// from the sum of the taxes.
	TaxesCents        int64
	PreciseTaxesCents decimal.Decimal
	// TaxesRate is in percent, by the weight of the items.
	TaxesRate         decimal.Decimal
	PreciseTotalCents decimal.Decimal
}

// NoteTax is a tax of a whole credit note.
type NoteTax struct {
	Tax Tax
	// BaseCents is what the tax was taken of.
	BaseCents, Cents int64
}

// TotalCents is the total of a credit note of these amounts.
func (a *NoteAmounts) TotalCents() int64 { return sharedCents(a.PreciseTotalCents) }

// AmountsOfNote reckons a credit note. Surplus is what the notes that the invoice
// has already gave back in taxes by rounding: it is taken off the last note, which
// gives back all that is left, so that the notes together give back the taxes of the
// invoice; zero for any other note. No amount is below zero.
func AmountsOfNote(items []NoteItem, surplus decimal.Decimal) NoteAmounts {
	var a NoteAmounts
	weight, sums := decimal.Zero, taxSums{index: map[uuid.UUID]int{}}
	for _, item := range items {
		coupons := item.coupons()
		a.ItemsCents = a.ItemsCents.Add(item.Cents)
		a.PreciseCouponsCents = a.PreciseCouponsCents.Add(coupons)
		net := item.Cents.Sub(coupons)
		for _, applied := range item.Fee.Taxes {
			weight = weight.Add(net.Mul(applied.Rate))
			sums.add(applied, net)
		}
	}
	net := a.ItemsCents.Sub(a.PreciseCouponsCents)
	a.CouponsCents, a.SubTotalCents = sharedCents(a.PreciseCouponsCents), sharedCents(net)
	if net.IsPositive() {
		a.TaxesRate = weight.DivRound(net, ShareScale)
	}
	for _, sum := range sums.taxes {
		amount := sum.amount()
		a.PreciseTaxesCents = a.PreciseTaxesCents.Add(amount)
		a.Taxes = append(a.Taxes, NoteTax{Tax: sum.tax, BaseCents: sharedCents(sum.base), Cents: sharedCents(amount)})
	}
	a.PreciseTaxesCents = decimal.Max(decimal.Zero, a.PreciseTaxesCents.Sub(surplus))
	a.TaxesCents = sharedCents(a.PreciseTaxesCents)
	a.PreciseTotalCents = net.Add(a.PreciseTaxesCents)
	return a
}

// sharedCents rounds what notes share. Their parts of coupons are divided, so a half may
// lack a little of one, and is one all the same.
func sharedCents(amount decimal.Decimal) int64 {
	const halfScale = preciseScale - 3
	return money.Cents(amount.Round(halfScale))
}

// coupons is the part of the fee's coupons in the item.
func (i *NoteItem) coupons() decimal.Decimal {
	if i.Fee.AmountCents == 0 {
		return decimal.Zero
	}
	return i.Fee.CouponsCents.Mul(i.Cents).DivRound(decimal.NewFromInt(i.Fee.AmountCents), preciseScale)
}

// NoteSplit is what a credit note gives: credit for later invoices, a refund, and
// what it takes off the invoice's due amount.
type NoteSplit struct {
	CreditCents, RefundCents, OffsetCents int64
}

// TotalCents is the sum of the parts.
func (s NoteSplit) TotalCents() int64 { return s.CreditCents + s.RefundCents + s.OffsetCents }

// Adjusted moves the total by one cent towards what the items and their taxes come
// to, if it is another amount. The credit bears it, or else the refund, or else the
// offset.
//
// Lago: the offset is forgotten, so that the parts of a note of credit and offset do
// not add up any more, and one of nothing but offset becomes a refund.
func (s NoteSplit) Adjusted(a *NoteAmounts) NoteSplit {
	net := s.TotalCents() - a.TaxesCents
	var step int64
	switch {
	case net > a.SubTotalCents:
		step = -1
	case net < a.SubTotalCents:
		step = 1
	}
	switch {
	case s.CreditCents > 0:
		s.CreditCents += step
	case s.RefundCents > 0:
		s.RefundCents += step
	case s.OffsetCents > 0:
		s.OffsetCents += step
	}
	return s
}
