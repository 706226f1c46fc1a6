package invoice

import "tarn/billing/period"

// The settings of issuing dates, in the contract's spelling.
const (
	// AnchorNextPeriodStart and AnchorCurrentPeriodEnd say whether a periodic
	// invoice is issued on the day that begins a period, or on the last one of
	// the period before.
	AnchorNextPeriodStart  = "next_period_start"
	AnchorCurrentPeriodEnd = "current_period_end"
	// AdjustmentAlign and AdjustmentKeep say whether finalizing moves that date.
	AdjustmentAlign = "align_with_finalization_date"
	AdjustmentKeep  = "keep_anchor"
)

// DateRules are what the dates of an invoice depend on.
type DateRules struct {
	// Graced says that the invoice is a draft for some days: one of
	// subscriptions, and not of what is paid at once.
	Graced bool
	// Periodic says that a billing run makes the invoice.
	Periodic bool
	// GraceDays and TermDays are the customer's, or else the billing entity's.
	GraceDays, TermDays int
	// Anchor and Adjustment are the settings of issuing dates.
	Anchor, Adjustment string
}

// Dates are the days that an invoice bears.
type Dates struct {
	Issuing, Due period.Date
	// Finalization is the day on which a draft becomes final.
	Finalization period.Date
	// Kept says that finalizing leaves the issuing date alone.
	Kept bool
}

// DatesOf returns the dates of an invoice that bills on a day of the customer's
// zone.
func DatesOf(day period.Date, rules DateRules) Dates {
	grace := 0
	if rules.Graced {
		grace = rules.GraceDays
	}
	dates := Dates{Issuing: day.AddDays(grace), Finalization: day.AddDays(grace)}
	if rules.Graced && rules.Periodic {
		dates.Kept = rules.Adjustment == AdjustmentKeep
		dates.Issuing = periodicIssuing(day, grace, rules)
	}
	dates.Due = dates.Issuing.AddDays(rules.TermDays)
	return dates
}

// periodicIssuing is the issuing date of an invoice that a billing run makes.
func periodicIssuing(day period.Date, grace int, rules DateRules) period.Date {
	ended := rules.Anchor == AnchorCurrentPeriodEnd
	switch {
	case ended && (rules.Adjustment == AdjustmentKeep || grace == 0):
		return day.AddDays(-1)
	case rules.Adjustment == AdjustmentKeep:
		return day
	}
	return day.AddDays(grace)
}

// Finalized returns the dates of a draft that becomes final on a day. The term
// is the one that is valid then.
func (d Dates) Finalized(day period.Date, termDays int) Dates {
	if !d.Kept {
		d.Issuing = day
	}
	d.Due = d.Issuing.AddDays(termDays)
	return d
}
