package period

import "time"

// Reason is why a billing run bills a subscription: invoicing_reason, in the
// contract's spelling.
type Reason string

// The reasons that have rules for the subscription fee.
const (
	// ReasonStarting is the invoice on the start of a row, and the one on the
	// end of its trial.
	ReasonStarting Reason = "subscription_starting"
	// ReasonPeriodic is the invoice on a billing day.
	ReasonPeriodic Reason = "subscription_periodic"
	// ReasonTerminating is the closing invoice of a row that has ended.
	ReasonTerminating Reason = "subscription_terminating"
)

// FeeDue reports whether a run at an instant makes a subscription fee. It does
// not
//
//   - on starting a row paid in arrears (the invoice has fixed charges only);
//   - on a month in the midst of a longer period;
//   - on the end of a row paid in advance;
//   - during a trial, unless it ends on the day of the run.
//
// Nor is there one for a row paid in advance that another invoice has billed on
// the same day, which is for the caller to know.
func (s Subscription) FeeDue(reason Reason, at, trialEndsAt time.Time) bool {
	if InTrial(at, trialEndsAt) && s.date(at) != s.date(trialEndsAt) {
		return false
	}
	switch reason {
	case ReasonStarting:
		return s.PayInAdvance
	case ReasonTerminating:
		return !s.PayInAdvance
	case ReasonPeriodic:
		return s.begins(s.Schedule, s.date(at))
	default:
		return false
	}
}

// FeeInput are the facts of one subscription fee that its row does not tell.
type FeeInput struct {
	// PlanAmountCents is the plan's amount for a whole period, in cents.
	PlanAmountCents int64
	// Window is Windows(at).Subscription.
	Window Window
	// Billed says that the row has a subscription fee already.
	Billed bool
	// Previous says how the row before this one ended. EndingNone means that
	// there is none.
	Previous Ending
	// CreatedAt is when the row was made.
	CreatedAt time.Time
	// TrialEndsAt is when the trial ends or ended; zero without a trial.
	TrialEndsAt time.Time
}

// Fee returns the subscription fee for a window: the plan's amount, or the
// share of its days in the natural period that the window lies in. It does not
// ask whether a fee is due: see FeeDue. Of these cases the first that holds
// counts:
//
//   - Terminated or upgraded, in arrears: the days of the window. The day of an
//     upgrade belongs to the new plan.
//   - First fee after an upgrade: the days of the window.
//   - The whole amount: in advance by anniversary without a previous row; not
//     the row's first fee; or backdated, and either in advance or for a period
//     that began after the row.
//   - Otherwise it is the row's first period: the days of the window.
//
// Days of a trial are free, in each case.
func (s Subscription) Fee(in FeeInput) Amount {
	of := s.Schedule.Containing(s.date(in.Window.From)).Days()
	trial := in.TrialEndsAt.After(in.Window.From)
	if !trial && s.feeIsWhole(in) {
		return share(in.PlanAmountCents, of, of)
	}
	days := Days(latest(in.Window.From, in.TrialEndsAt), in.Window.To, s.Zone)
	if trial && !in.TrialEndsAt.Before(in.Window.To) {
		days = 0
	}
	if s.ended() && s.Ending == EndingUpgrade && s.date(in.Window.To) == s.date(s.TerminatedAt) {
		days = max(0, days-1)
	}
	return share(in.PlanAmountCents, days, of)
}

// feeIsWhole reports whether the plan's amount is due undivided, trials aside.
func (s Subscription) feeIsWhole(in FeeInput) bool {
	if s.ended() && !s.PayInAdvance && s.Ending != EndingDowngrade {
		return false
	}
	if !in.Billed && in.Previous == EndingUpgrade {
		return false
	}
	if s.PayInAdvance && s.Schedule.BillingTime == BillingTimeAnniversary && in.Previous == EndingNone {
		return true
	}
	return in.Billed || s.backdated(in.CreatedAt) &&
		(s.PayInAdvance || s.StartedAt.Before(in.Window.From))
}

// backdated reports whether the row started on an earlier day than it was made.
//
// Lago: the days are those of UTC, not of the customer's zone.
func (s Subscription) backdated(createdAt time.Time) bool {
	return DateOf(s.StartedAt, time.UTC).Before(DateOf(createdAt, time.UTC))
}
