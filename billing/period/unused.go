package period

import (
	"time"

	"github.com/shopspring/decimal"
)

// UnusedInput are the facts of a period paid in advance whose row has ended.
type UnusedInput struct {
	// PlanAmountCents is the plan's amount as the fee keeps it
	// (plan_amount_cents), so later changes of the plan do not count.
	PlanAmountCents int64
	// FeeCents is the amount of the row's last subscription fee, and
	// CreditedCents what credit notes have given back of it. The unused amount
	// is never more than the fee, and less by what was given back.
	FeeCents, CreditedCents int64
	// TrialEndsAt is when the trial ends or ended; zero without a trial.
	TrialEndsAt time.Time
}

// Unused returns what a row paid in advance has not used of the period in which
// it ended, before coupons and taxes. The day of a termination is used; that of
// an upgrade is not, since the new plan bills it. The days of a trial are never
// unused. A row in arrears, one that was downgraded and one that has not ended
// have nothing unused.
//
// Whether the period has been billed at all is for the caller to know.
func (s Subscription) Unused(in UnusedInput) Amount {
	if !s.ended() || !s.PayInAdvance || s.Ending == EndingDowngrade {
		return Amount{}
	}
	terminated := s.date(s.TerminatedAt)
	whole := s.Schedule.Containing(terminated)
	firstUnused := terminated.AddDays(1)
	if s.Ending == EndingUpgrade {
		firstUnused = terminated
	}
	if !in.TrialEndsAt.IsZero() && s.date(in.TrialEndsAt).After(terminated) {
		firstUnused = s.date(in.TrialEndsAt).AddDays(1)
	}
	unused := share(in.PlanAmountCents, whole.DaysFrom(firstUnused), whole.Days())
	unused.Precise = decimal.Min(unused.Precise, decimal.NewFromInt(in.FeeCents)).Sub(decimal.NewFromInt(in.CreditedCents))
	unused.Precise = decimal.Max(decimal.Zero, unused.Precise)
	unused.Cents = unused.Precise.Round(0).IntPart()
	return unused
}

// Used returns what a row paid in advance has used of the period in which it
// ended, before coupons and taxes: the days from the period's start, the row's
// or the end of the trial, up to and with the day it ended. A refund is never
// more than was paid for beyond it.
func (s Subscription) Used(planAmountCents int64, trialEndsAt time.Time) Amount {
	if !s.ended() {
		return Amount{}
	}
	whole := s.Schedule.Containing(s.date(s.TerminatedAt))
	from := latest(s.subscriptionWindow(s.window(whole)).From, trialEndsAt)
	return share(planAmountCents, Days(from, s.TerminatedAt, s.Zone), whole.Days())
}
