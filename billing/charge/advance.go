package charge

import "github.com/shopspring/decimal"

// Event is one event of a charge that is paid in advance.
type Event struct {
	// Applied is by how many units the event raises the peak of the period,
	// zero or more; prorated when the charge is.
	Applied decimal.Decimal
	// Units are what the fee shows, which may be more than was applied.
	Units decimal.Decimal
	// PreciseTotalAmountCents is what the event says it costs, in minor units,
	// for the dynamic model.
	PreciseTotalAmountCents decimal.Decimal
}

// Usage returns the usage that the fee of the event shows:
//
//	price := charge.Advance(model, properties, usage, event, options)
//	fee := charge.FeeOf(price, event.Usage(), options)
func (e Event) Usage() Usage {
	return Usage{Units: e.Units, FullUnits: e.Units, EventsCount: 1}
}

// Advance prices one event that is paid in advance: by the difference between
// the price of all usage up to and with the event, and the price without it.
// The usage is the former; of its values, the last is the event's. The unit
// amount is the amount, rounded to minor units, over the units of the event.
// A volume charge cannot be paid in advance and costs nothing.
//
// Only the percentage models have details, of the difference.
func Advance(model Model, properties Properties, usage Usage, event Event, options Options) Price {
	usage = usage.bounded()
	amount, details := advanceAmount(model, properties, usage, event, options)
	rounded := amount.Round(options.places())
	return Price{
		Amount:     amount,
		UnitAmount: quotient(rounded, bounded(event.Units)),
		Details:    details,
	}
}

// advanceAmount is the amount of one event and its details.
func advanceAmount(model Model, p Properties, usage Usage, event Event, options Options) (decimal.Decimal, Details) {
	applied := bounded(event.Applied)
	switch model {
	case ModelStandard:
		return standardAmount(p, applied), NoDetails{}
	case ModelDynamic:
		return majorUnits(bounded(event.PreciseTotalAmountCents), options.Currency), NoDetails{}
	case ModelPercentage:
		return advancePercentage(p, usage, applied, options)
	case ModelGraduated, ModelGraduatedPercentage, ModelPackage:
		options.Prorated = false
		return advanceDifference(model, p, usage, applied, options)
	default:
		return decimal.Zero, NoDetails{}
	}
}

// advanceDifference prices the totals with the event and without it. A charge
// in ranges has no price at all before its first unit: so the event that
// brings it pays the first flat amount.
//
// Lago: that holds for every event that finds no units, not just for the first
// event of the period.
func advanceDifference(model Model, p Properties, usage Usage, applied decimal.Decimal, options Options) (decimal.Decimal, Details) {
	with := PriceOf(model, p, usage, options)
	before := Usage{Units: usage.Units.Sub(applied), EventsCount: usage.EventsCount - 1}
	without := Price{Details: GraduatedPercentageDetails{}}
	if !before.Units.IsZero() {
		without = PriceOf(model, p, before, options)
	}
	amount := with.Amount.Sub(without.Amount)
	details, explained := with.Details.(GraduatedPercentageDetails)
	beforeDetails, _ := without.Details.(GraduatedPercentageDetails)
	if !explained {
		return amount, NoDetails{}
	}
	return amount, details.less(beforeDetails)
}

// advancePercentage prices the totals with the event and without it. What is
// free is found once, with the event.
func advancePercentage(p Properties, usage Usage, applied decimal.Decimal, options Options) (decimal.Decimal, Details) {
	terms := readPercentage(p, options)
	free := terms.allowance(usage, options)
	unitsBefore, eventsBefore := usage.Units.Sub(applied), max(usage.EventsCount-1, 0)
	with := terms.price(usage.Units, usage.EventsCount, free.usedBy(usage.Units, usage.EventsCount))
	without := terms.price(unitsBefore, eventsBefore, free.usedBy(unitsBefore, eventsBefore))
	if terms.limited() {
		single := eventsOf(usage, options)
		with = terms.adjust(with, single)
		without = terms.adjust(without, single.withoutLast())
	}
	details := with.less(without)
	return details.amount(), details
}
