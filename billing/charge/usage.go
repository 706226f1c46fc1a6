package charge

import "github.com/shopspring/decimal"

// Usage is what one charge consumed in a period, or one filter of it, or one
// group: each is priced on its own. Only the totals are always read; Needs says
// what else a model has to know.
type Usage struct {
	// Units is what the model prices: prorated units when the charge is
	// prorated; the peak of the period in the current usage of a charge paid
	// in advance.
	Units decimal.Decimal
	// FullUnits is the plain aggregation, which is what clients see of a
	// charge that is prorated or, in current usage, paid in advance. It is not
	// read otherwise.
	FullUnits decimal.Decimal
	// EventsCount is how many events were aggregated.
	EventsCount int64
	// PreciseTotalAmountCents is the sum of what the events say they cost, in
	// minor units, for the dynamic model.
	PreciseTotalAmountCents decimal.Decimal
	// Values are the values of single events by their order in time, from the
	// period's first event on.
	Values []decimal.Decimal
	// Moves are the changes of the units in their order, for the graduated
	// model of a prorated charge.
	Moves []Move
}

// Move is one change of the units of a prorated charge: an event, or all
// events before the period together.
type Move struct {
	// Full is by how many units the level changes, below zero when it falls.
	Full decimal.Decimal
	// Prorated is how much of that counts in the period.
	Prorated decimal.Decimal
}

// bounded returns the usage with totals within the limits of usage. Values and
// moves are bounded where they are read.
func (u Usage) bounded() Usage {
	u.Units, u.FullUnits = bounded(u.Units), bounded(u.FullUnits)
	u.PreciseTotalAmountCents = bounded(u.PreciseTotalAmountCents)
	u.EventsCount = max(u.EventsCount, 0)
	return u
}

// Options are the circumstances of a charge that its price depends on.
type Options struct {
	// Aggregation is the aggregation type of the charge's billable metric,
	// such as "sum_agg". It is empty for a fixed charge, which has no metric.
	Aggregation string
	// Currency is the ISO 4217 code of the amounts, in upper case.
	Currency string
	// ConversionRate is what one pricing unit is worth in the currency. It is
	// zero without a pricing unit.
	ConversionRate decimal.Decimal
	// Prorated says that the units count by the part of the period they are in
	// use.
	Prorated bool
	// PayInAdvance says that each event is charged at once.
	PayInAdvance bool
	// CurrentUsage says that a running period is shown, not billed.
	CurrentUsage bool
	// Recurring says that the metric carries its units from period to period.
	Recurring bool
	// Premium says that the organization has the premium features.
	Premium bool
}

// countedUnits are the units that prices are spread over: what is really in
// use, for a prorated charge.
func (o Options) countedUnits(usage Usage) decimal.Decimal {
	if o.Prorated {
		return usage.FullUnits
	}
	return usage.Units
}

// shownUnits are the units that clients see, never below zero.
func (o Options) shownUnits(usage Usage) decimal.Decimal {
	if o.Prorated || o.PayInAdvance && o.CurrentUsage {
		return positive(usage.FullUnits)
	}
	return positive(usage.Units)
}
