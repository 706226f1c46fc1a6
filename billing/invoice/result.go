package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
)

// Result is an invoice with every amount, and what it drew.
type Result struct {
	// Lines are those of the input, in their order.
	Lines []LineResult

	FeesCents int64
	// ProgressiveCents and CouponsCents are what progressive invoices and coupons
	// take off before taxes.
	ProgressiveCents, CouponsCents int64
	SubTotalExcludingTaxesCents    int64
	TaxesCents                     int64
	// TaxesRate is in percent, by the weight of the lines.
	TaxesRate                   decimal.Decimal
	SubTotalIncludingTaxesCents int64
	// CreditNotesCents and PrepaidCents are what credit notes and wallets take
	// off after taxes.
	CreditNotesCents, PrepaidCents int64
	TotalCents                     int64

	// Taxes are one for each tax of any line, in the order in which they appear.
	Taxes []TaxLine
	// Progressive, Coupons, CreditNotes and Wallets are those that were drawn on.
	Progressive []ProgressiveDraw
	Coupons     []CouponDraw
	CreditNotes []CreditNoteDraw
	Wallets     []WalletDraw
}

// Sums are the amounts that all others are part of. Where money.Beyond reports one of
// them, no invoice can hold it.
func (r *Result) Sums() []int64 {
	sums := []int64{r.FeesCents, r.TaxesCents, r.SubTotalIncludingTaxesCents}
	for i := range r.Lines {
		sums = append(sums, r.Lines[i].TaxesCents)
	}
	return sums
}

// LineResult is what becomes of a line.
type LineResult struct {
	// CouponsCents is what coupons and progressive invoices take off the line.
	CouponsCents decimal.Decimal
	// CreditNotesCents is what credit notes pay of it.
	CreditNotesCents decimal.Decimal
	// Taxes are the amounts of the line's taxes, in their order.
	Taxes []TaxAmount
	// TaxesCents is rounded once, of the sum of the precise amounts.
	TaxesCents        int64
	TaxesPreciseCents decimal.Decimal
	// TaxesRate is the sum of the rates, in percent.
	TaxesRate decimal.Decimal
}

// TaxAmount is what one tax makes of something.
type TaxAmount struct {
	Cents        int64
	PreciseCents decimal.Decimal
}

// TaxLine is a tax of the whole invoice.
type TaxLine struct {
	Tax   Tax
	Cents int64
	// FeesCents is what the tax was taken of, cut to whole cents.
	FeesCents int64
}

// ProgressiveDraw is what was taken over from a progressive invoice.
type ProgressiveDraw struct {
	ID    uuid.UUID
	Cents int64
	// ExcessCents is what it has billed above the usage of the period, which a
	// credit note gives back.
	ExcessCents int64
}

// CouponDraw is what a coupon took off, and its state afterwards.
type CouponDraw struct {
	ID    uuid.UUID
	Cents int64
	// InvoicesLeft is that of a recurring coupon.
	InvoicesLeft int
	// UsedUp says that the coupon counts on no further invoice.
	UsedUp bool
}

// CreditNoteDraw is what a credit note paid, and its balance afterwards.
type CreditNoteDraw struct {
	ID                  uuid.UUID
	Cents, BalanceCents int64
}

// WalletDraw is what a wallet paid, and its balance afterwards.
type WalletDraw struct {
	ID                  uuid.UUID
	Cents, BalanceCents int64
	// Funds are the parts of the balance that were used; nil where they are not
	// known.
	Funds []prepaid.Use
}
