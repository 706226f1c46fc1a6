package period

import "github.com/shopspring/decimal"

// Interval is how often a plan is billed, in the contract's spelling.
type Interval string

// The intervals.
const (
	IntervalWeekly     Interval = "weekly"
	IntervalMonthly    Interval = "monthly"
	IntervalQuarterly  Interval = "quarterly"
	IntervalSemiannual Interval = "semiannual"
	IntervalYearly     Interval = "yearly"
)

// PerYear returns how many periods of the interval a year is reckoned to have:
// 52, 12, 4, 2 or 1. It is 0 for an unknown interval.
func (i Interval) PerYear() int64 {
	switch i {
	case IntervalWeekly:
		return 52
	case IntervalMonthly:
		return 12
	case IntervalQuarterly:
		return 4
	case IntervalSemiannual:
		return 2
	case IntervalYearly:
		return 1
	default:
		return 0
	}
}

// YearlyAmount returns what a plan with an amount in cents costs in a year, in
// cents. The amounts of two plans tell an upgrade (the new one is at least the
// old one) from a downgrade.
func (i Interval) YearlyAmount(amountCents int64) decimal.Decimal {
	return decimal.NewFromInt(amountCents).Mul(decimal.NewFromInt(i.PerYear()))
}

// months returns the length in months: 0 for a week. An unknown interval is as
// long as a month.
func (i Interval) months() int {
	switch i {
	case IntervalWeekly:
		return 0
	case IntervalQuarterly:
		return 3
	case IntervalSemiannual:
		return 6
	case IntervalYearly:
		return 12
	case IntervalMonthly:
		return 1
	default:
		return 1
	}
}

// divisible reports whether usage or fixed charges of the interval may be
// billed month by month.
func (i Interval) divisible() bool {
	return i == IntervalSemiannual || i == IntervalYearly
}

// BillingTime says where the periods of a subscription begin, in the contract's
// spelling.
type BillingTime string

// The billing times.
const (
	// BillingTimeCalendar begins periods with the week (Monday), the month,
	// the quarter, the half or the year of the calendar.
	BillingTimeCalendar BillingTime = "calendar"
	// BillingTimeAnniversary begins periods on the weekday or the day of the
	// month of the subscription's anchor.
	BillingTimeAnniversary BillingTime = "anniversary"
)
