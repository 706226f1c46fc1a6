package invoicing

import (
	"encoding/json"
	"strconv"

	"tarn/billing/period"
	"tarn/store"
)

// addSubscriptionFee adds what the plan costs in the window, if the run bills it.
func (s *statement) addSubscriptionFee() {
	sub := s.Subscription
	if !s.periods.FeeDue(period.Reason(s.Reason), s.at, s.trialEndsAt) || s.feeMadeToday() {
		return
	}
	added := s.newLine(store.FeeSubscription, nil)
	added.setPlan(&sub.Plan, sub.Plan.InvoiceDisplayName)
	added.setWindow(s.windows.Subscription)
	added.setAmount(s.periods.Fee(period.FeeInput{
		PlanAmountCents: sub.Plan.AmountCents, Window: s.windows.Subscription, Billed: s.history.LastFeeAt != nil,
		Previous: sub.PreviousEnding(), CreatedAt: sub.CreatedAt, TrialEndsAt: s.trialEndsAt,
	}))
	added.fee.PayInAdvance, added.fee.PlanAmountCents = sub.Plan.PayInAdvance, &sub.Plan.AmountCents
	added.fee.AmountDetails = json.RawMessage(`{"plan_amount_cents":` + strconv.FormatInt(sub.Plan.AmountCents, 10) + `}`)
	s.lines = append(s.lines, added)
}

// feeMadeToday reports whether another invoice has the fee of a plan that is paid
// in advance: one that was made on the same day.
func (s *statement) feeMadeToday() bool {
	last := s.history.LastFeeAt
	return s.Subscription.Plan.PayInAdvance && last != nil && s.Subscription.Day(*last) == s.day()
}
