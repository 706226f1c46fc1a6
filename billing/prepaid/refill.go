package prepaid

import "github.com/shopspring/decimal"

// Refill is how much a recurring rule puts into a wallet.
type Refill struct {
	// Paid and Granted are the credits of a rule with fixed amounts.
	Paid, Granted decimal.Decimal
	// Target is the ongoing balance, in credits, that the rule aims at; nil for
	// a rule with fixed amounts.
	Target *decimal.Decimal
	// GrantsTarget says that what a target needs is given, not paid.
	GrantsTarget bool
	// Limits bound what is paid.
	Limits Limits
	// IgnoreLimits says that they do not.
	IgnoreLimits bool
	Terms        Terms
}

// State is what a rule looks at, in credits.
type State struct {
	// Ongoing is the ongoing balance, which may be below zero.
	Ongoing decimal.Decimal
	// Pending is what waits for its payment.
	Pending decimal.Decimal
}

// Low reports whether a wallet has fallen to a threshold, also with what waits for
// its payment.
func (s State) Low(threshold decimal.Decimal) bool {
	return s.Ongoing.LessThanOrEqual(threshold) && s.Ongoing.Add(s.Pending).LessThanOrEqual(threshold)
}

// AtInterval is what is paid and given on a day of the rule.
func (r Refill) AtInterval(state State) (paid, granted decimal.Decimal) {
	if r.Target != nil {
		return r.toTarget(state)
	}
	return r.Paid, r.Granted
}

// AtThreshold is what is paid and given when a wallet has fallen to a threshold.
// Fixed amounts are paid as often as it takes to get over it.
//
// Lago: a gap of exactly so many amounts takes one more.
func (r Refill) AtThreshold(state State, threshold decimal.Decimal) (paid, granted decimal.Decimal) {
	if r.Target != nil {
		return r.toTarget(state)
	}
	gap := threshold.Sub(state.Ongoing).Sub(r.Granted).Sub(state.Pending)
	paid = r.Paid
	if paid.IsPositive() && gap.GreaterThanOrEqual(paid) {
		times, _ := gap.QuoRem(paid, 0)
		paid = paid.Mul(times.Add(decimal.NewFromInt(1)))
	}
	if most := r.Limits.Max; most != nil && !r.IgnoreLimits {
		paid = decimal.Min(paid, r.Terms.Of(*most).Credits)
	}
	return paid, r.Granted
}

// toTarget is what lacks to the target. What is paid is no less than the limit,
// and may be more.
func (r Refill) toTarget(state State) (paid, granted decimal.Decimal) {
	gap := r.Target.Sub(state.Ongoing)
	switch {
	case !gap.IsPositive():
		return decimal.Zero, decimal.Zero
	case r.GrantsTarget:
		return decimal.Zero, gap
	case r.Limits.Min != nil && !r.IgnoreLimits:
		return decimal.Max(gap, r.Terms.Of(*r.Limits.Min).Credits), decimal.Zero
	}
	return gap, decimal.Zero
}
