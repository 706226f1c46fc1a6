package charge

import "github.com/shopspring/decimal"

// percentageTerms are the properties of the percentage model, read.
type percentageTerms struct {
	rate, fixed decimal.Decimal
	// freeEvents and freeTotal are the free units by events and by their
	// total; zero without.
	freeEvents int64
	freeTotal  decimal.Decimal
	// minimum and maximum are the limits per event; nil without.
	minimum, maximum *decimal.Decimal
}

// readPercentage reads the properties. Limits per event count with the premium
// features only, and only for metrics that have values of single events.
func readPercentage(p Properties, options Options) percentageTerms {
	terms := percentageTerms{
		rate: amountOf(p[keyRate]), fixed: amountOf(p[keyFixedAmount]),
		freeTotal: amountOf(p[keyFreeUnitsPerTotal]),
	}
	terms.freeEvents, _ = readInteger(p[keyFreeUnitsPerEvents])
	terms.freeEvents = max(terms.freeEvents, 0)
	if options.Premium && options.Aggregation != aggregationWeightedSum {
		terms.readLimits(p)
	}
	return terms
}

// readLimits reads the limits per event.
func (t *percentageTerms) readLimits(p Properties) {
	if minimum, ok := readAmount(p[keyPerTransactionMinimum]); ok {
		t.minimum = &minimum
	}
	if maximum, ok := readAmount(p[keyPerTransactionMaximum]); ok {
		t.maximum = &maximum
	}
}

// limited reports whether there are limits per event.
func (t percentageTerms) limited() bool { return t.minimum != nil || t.maximum != nil }

// PercentageDetails are the amount_details of the percentage model.
type PercentageDetails struct {
	Units      Decimal `json:"units"`
	FreeUnits  Decimal `json:"free_units"`
	FreeEvents int64   `json:"free_events"`
	PaidUnits  Decimal `json:"paid_units"`
	// Rate is in percent.
	Rate                Decimal `json:"rate"`
	PerUnitTotalAmount  Decimal `json:"per_unit_total_amount"`
	PaidEvents          int64   `json:"paid_events"`
	FixedFeeUnitAmount  Decimal `json:"fixed_fee_unit_amount"`
	FixedFeeTotalAmount Decimal `json:"fixed_fee_total_amount"`
	// MinMaxAdjustmentTotalAmount is what the limits per event add, or take
	// away when it is below zero.
	MinMaxAdjustmentTotalAmount Decimal `json:"min_max_adjustment_total_amount"`
}

func (PercentageDetails) isDetails() {}

// amount is the sum of the parts.
func (d PercentageDetails) amount() decimal.Decimal {
	return d.PerUnitTotalAmount.Add(d.FixedFeeTotalAmount.Decimal).Add(d.MinMaxAdjustmentTotalAmount.Decimal)
}

// less returns the details of what was added to others.
func (d PercentageDetails) less(before PercentageDetails) PercentageDetails {
	added := PercentageDetails{
		Units:                       d.Units.sub(before.Units),
		FreeUnits:                   d.FreeUnits.sub(before.FreeUnits),
		FreeEvents:                  d.FreeEvents - before.FreeEvents,
		PaidUnits:                   d.PaidUnits.sub(before.PaidUnits),
		Rate:                        d.Rate,
		PerUnitTotalAmount:          d.PerUnitTotalAmount.sub(before.PerUnitTotalAmount),
		PaidEvents:                  d.PaidEvents - before.PaidEvents,
		FixedFeeTotalAmount:         d.FixedFeeTotalAmount.sub(before.FixedFeeTotalAmount),
		MinMaxAdjustmentTotalAmount: d.MinMaxAdjustmentTotalAmount.sub(before.MinMaxAdjustmentTotalAmount),
	}
	if added.PaidEvents > 0 {
		added.FixedFeeUnitAmount = d.FixedFeeUnitAmount
	}
	return added
}

// pricePercentage charges the share of the units that are not free and the
// fixed amount of the events that are not. Limits per event change the sum to
// that of the single events.
func pricePercentage(p Properties, usage Usage, options Options) Price {
	terms := readPercentage(p, options)
	free := terms.allowance(usage, options)
	details := terms.price(usage.Units, usage.EventsCount, free)
	if terms.limited() {
		details = terms.adjust(details, eventsOf(usage, options))
	}
	return spread(details.amount(), usage, options, details)
}

// price prices units and events without limits.
func (t percentageTerms) price(units decimal.Decimal, events int64, free allowance) PercentageDetails {
	paid := positive(units.Sub(free.units))
	details := PercentageDetails{
		Units:              Decimal{units},
		FreeUnits:          Decimal{positive(free.units)},
		FreeEvents:         free.events,
		PaidUnits:          Decimal{paid},
		Rate:               Decimal{t.rate},
		PerUnitTotalAmount: Decimal{percent(t.rate, paid)},
		PaidEvents:         max(events-free.events, 0),
	}
	if details.PaidEvents > 0 {
		details.FixedFeeUnitAmount = Decimal{t.fixed}
	}
	if !units.IsZero() {
		details.FixedFeeTotalAmount = Decimal{t.fixed.Mul(integer(details.PaidEvents))}
	}
	return details
}

// adjust adds what the limits per event make of the amount.
func (t percentageTerms) adjust(details PercentageDetails, events events) PercentageDetails {
	adjustment := t.limitedAmount(events).Sub(details.amount())
	details.MinMaxAdjustmentTotalAmount = Decimal{adjustment}
	return details
}
