package invoice

import "github.com/shopspring/decimal"

// GiveBack is how a credit note gives back what was not used, in the contract's
// spelling of on_termination_credit_note.
type GiveBack string

// The ways. Each but the first pays back, before anything else, what was paid for
// the time that was not used.
const (
	GiveCredit GiveBack = "credit"
	GiveRefund GiveBack = "refund"
	GiveOffset GiveBack = "offset"
)

// Termination is the end of a subscription whose period was paid in advance, and
// billed.
type Termination struct {
	// UnusedCents and UsedCents are the shares of the period, before coupons and
	// taxes.
	UnusedCents, UsedCents decimal.Decimal
	// FeeCents is the amount of the fee for the period, WorthCents the same less
	// what coupons took off and with the precise taxes.
	FeeCents   int64
	WorthCents decimal.Decimal
	// BilledCents is what the fee costs with its rounded taxes, OwedCents all of
	// its invoice with taxes, PaidCents what was paid for the invoice, and DueCents
	// what is not paid of it yet.
	BilledCents                    decimal.Decimal
	OwedCents, PaidCents, DueCents int64
	GiveBack                       GiveBack
}

// Note returns what is given back of the fee, before coupons and taxes, and how,
// with both. Nothing is to be made of a note of nothing; making one may move the
// amounts by a cent.
//
// Lago: all that is not refunded is an offset, also where less than that is due. Here
// the rest is credit, which would be lost.
func (t Termination) Note() (item decimal.Decimal, split NoteSplit) {
	total := t.worth(t.UnusedCents)
	if t.GiveBack == GiveRefund || t.GiveBack == GiveOffset {
		split.RefundCents = min(t.paidBeyond(t.worth(t.UsedCents)), total)
	}
	if t.GiveBack == GiveOffset {
		split.OffsetCents = min(total-split.RefundCents, max(0, t.DueCents))
	}
	split.CreditCents = total - split.RefundCents - split.OffsetCents
	return t.UnusedCents.Truncate(ShareScale), split
}

// worth is what a share of the fee costs less coupons and with taxes.
func (t Termination) worth(share decimal.Decimal) int64 {
	if t.FeeCents <= 0 {
		return 0
	}
	cut := share.Truncate(ShareScale)
	return sharedCents(cut.Mul(t.WorthCents).DivRound(decimal.NewFromInt(t.FeeCents), preciseScale))
}

// preciseScale is how many decimal places a precise amount has.
const preciseScale = 15

// paidBeyond is what was paid for the fee beyond what was used of it: of what was
// paid for the invoice, the fee has the part that it has of the whole.
func (t Termination) paidBeyond(used int64) int64 {
	if t.OwedCents <= 0 {
		return 0
	}
	paid := decimal.NewFromInt(t.PaidCents).Mul(t.BilledCents).DivRound(decimal.NewFromInt(t.OwedCents), preciseScale)
	return max(0, sharedCents(paid)-used)
}
