package invoice

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
)

// Kind is what a line is for, in the contract's spelling of fee types.
type Kind string

// The kinds of lines.
const (
	KindCharge       Kind = "charge"
	KindAddOn        Kind = "add_on"
	KindSubscription Kind = "subscription"
	KindCredit       Kind = "credit"
	KindCommitment   Kind = "commitment"
	KindFixedCharge  Kind = "fixed_charge"
)

// Input is what an invoice is made of: its lines, and what may be drawn on. A
// draft names no coupons, credit notes and wallets, since only an invoice that
// becomes final draws on them.
type Input struct {
	Lines []Line
	// Progressive are the progressive invoices whose usage the lines bill again.
	Progressive []Progressive
	// Coupons are those that the customer has, oldest first.
	Coupons []Coupon
	// CreditNotes are those with a balance, oldest first.
	CreditNotes []CreditNote
	// Wallets are those with a balance, in the order in which they pay.
	Wallets []Wallet
}

// Line is a fee before credits and taxes.
type Line struct {
	Kind Kind
	// AmountCents is zero or more, but for an add-on.
	AmountCents int64
	// Subscription is the one that the line bills; none for an add-on.
	Subscription uuid.UUID
	// Plans are the subscription's plan and the one that it overrides.
	Plans []uuid.UUID
	// Metric is the billable metric of a charge.
	Metric uuid.UUID
	// Usage tells which usage the line bills.
	Usage UsageKey
	// TargetWallet is the code of the one wallet that may pay; empty for any.
	TargetWallet string
	Taxes        []Tax
}

// UsageKey tells the usage of one group, of one filter, of one charge from any
// other. It is comparable.
type UsageKey struct {
	Charge, Filter uuid.UUID
	// Group is a text that two groups have in common only if they are the same.
	Group string
}

// Tax is a tax that applies to a line.
type Tax struct {
	ID uuid.UUID
	// Rate is in percent.
	Rate decimal.Decimal
}

// Progressive is an invoice that has billed usage before its period was over.
type Progressive struct {
	ID           uuid.UUID
	Subscription uuid.UUID
	// AvailableCents is what it has billed, without taxes: less what coupons and
	// earlier progressive invoices took off, what credit notes gave back, and
	// what other invoices have drawn already.
	AvailableCents int64
	Fees           []ProgressiveFee
}

// ProgressiveFee is what a progressive invoice has billed of some usage.
type ProgressiveFee struct {
	Usage       UsageKey
	AmountCents int64
}

// Frequency is on how many invoices a coupon counts, in the contract's spelling.
type Frequency string

// The frequencies.
const (
	FrequencyOnce      Frequency = "once"
	FrequencyRecurring Frequency = "recurring"
	FrequencyForever   Frequency = "forever"
)

// Coupon is a coupon as a customer has it.
type Coupon struct {
	ID uuid.UUID
	// Percentage is in percent, and makes the coupon one of a percentage.
	Percentage *decimal.Decimal
	// AmountCents is what a coupon of a fixed amount takes off: of one that
	// counts once, what is left of it.
	AmountCents int64
	Frequency   Frequency
	// InvoicesLeft is how many invoices a recurring coupon still counts on.
	InvoicesLeft int
	// Plans and Metrics limit the coupon; at most one of them is given.
	Plans, Metrics []uuid.UUID
	// OfAllFees makes a coupon without limits one that comes before other such
	// ones, and is reckoned of the fees before any other coupon.
	//
	// Lago: previews do so with coupons that are limited to plans.
	OfAllFees bool
}

// CreditNote is a credit note that has something left.
type CreditNote struct {
	ID           uuid.UUID
	BalanceCents int64
}

// Wallet is a wallet that may pay.
type Wallet struct {
	ID   uuid.UUID
	Code string
	// BalanceCents is over zero.
	BalanceCents int64
	// Kinds and Metrics limit what the wallet pays for; without any of them it
	// pays for everything.
	Kinds   []Kind
	Metrics []uuid.UUID
	// Funds are what the balance is made of, in the order in which it is used up; nil
	// where that does not matter.
	Funds []prepaid.Fund
}
