package store

import (
	"time"

	billingperiod "tarn/billing/period"
)

// Periods is what the rules of dates need to know of the subscription: its own
// dates, its plan's interval and its customer's time zone.
func (s *Subscription) Periods() billingperiod.Subscription {
	zone := s.Location()
	periods := billingperiod.Subscription{
		Schedule: billingperiod.Schedule{
			Interval:    billingperiod.Interval(s.Plan.Interval),
			BillingTime: billingperiod.BillingTime(s.BillingTime),
			Anchor:      billingperiod.DateOf(s.SubscriptionAt, zone),
		},
		Zone:                    zone,
		PayInAdvance:            s.Plan.PayInAdvance,
		BillChargesMonthly:      s.Plan.BillChargesMonthly != nil && *s.Plan.BillChargesMonthly,
		BillFixedChargesMonthly: s.Plan.BillFixedChargesMonthly != nil && *s.Plan.BillFixedChargesMonthly,
		StartedAt:               instantOr(s.StartedAt),
		EndingAt:                instantOr(s.EndingAt),
		TerminatedAt:            instantOr(s.TerminatedAt),
	}
	if s.Status == SubscriptionTerminated {
		periods.Ending = s.ending()
	}
	return periods
}

// ending says how a terminated subscription ended.
func (s *Subscription) ending() billingperiod.Ending {
	switch {
	case s.Next == nil || s.Next.StartedAt == nil:
		return billingperiod.EndingTermination
	case s.Next.Plan.Cheaper(s.Plan):
		return billingperiod.EndingDowngrade
	}
	return billingperiod.EndingUpgrade
}

// PreviousEnding says how the subscription ended that this one has replaced.
func (s *Subscription) PreviousEnding() billingperiod.Ending {
	switch {
	case s.Previous == nil:
		return billingperiod.EndingNone
	case s.Plan.Cheaper(s.Previous.Plan):
		return billingperiod.EndingDowngrade
	}
	return billingperiod.EndingUpgrade
}

// Cheaper reports whether the plan costs less in a year than another: a change
// to it is a downgrade, and every other one an upgrade.
func (p Plan) Cheaper(than Plan) bool {
	return billingperiod.Interval(p.Interval).YearlyAmount(p.AmountCents).
		LessThan(billingperiod.Interval(than.Interval).YearlyAmount(than.AmountCents))
}

// Day is the day of the subscription's time zone that holds an instant.
func (s *Subscription) Day(instant time.Time) billingperiod.Date {
	return billingperiod.DateOf(instant, s.Location())
}

// instantOr is an instant, or the zero time for a missing one.
func instantOr(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}
