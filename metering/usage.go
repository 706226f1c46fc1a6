package metering

import (
	"tarn/billing/charge"
	"tarn/billing/money"
	"tarn/billing/period"
	"tarn/billing/usage"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// usageOptions say what of the usage is wanted, and for what. The zero value is
// everything, for an invoice.
type usageOptions struct {
	// Current says that a running period is shown, not billed.
	Current bool
	// Only keeps the events whose properties have one of the texts, for every
	// key, and takes these keys out of the grouping.
	Only map[string][]string
	// SkipGrouping prices all groups of a charge as one.
	SkipGrouping bool
	// PresentationKeys are those by which units are split for display, of those
	// that a charge has; nil stands for all.
	PresentationKeys []string
	// Renewed bills the plain units at the end of the window for the period after
	// it.
	Renewed bool
	// Elapsed is how much of the period has passed; it asks for projections.
	Elapsed *charge.Elapsed
}

// usageOf prices what a subscription has used of charges in a window: a fee for
// each filter and each group, also for those without any use.
//
// The events of a window are counted by their external subscription id at this
// very moment, so those of a subscription that was made later than its events
// count too.
func usageOf(tx *store.Tx, sub *store.Subscription, window period.Window, charges []store.Charge, options usageOptions) ([]ChargeUsage, error) {
	pricing := usagePricing{tx: tx, sub: sub, window: window, options: options}
	return pricing.charges(charges)
}

// CurrentAmountCents is the price of what a subscription has used in its running
// period, in the smallest unit of the currency and without taxes.
func CurrentAmountCents(tx *store.Tx, sub store.Subscription) (int64, error) {
	window := sub.Periods().Current(tx.Now()).Charges
	charges, err := usageOf(tx, &sub, window, sub.Plan.Charges, usageOptions{Current: true})
	return Usage{Charges: charges}.AmountCents(), err
}

// usagePricing prices usage of one subscription in one window.
type usagePricing struct {
	tx      *store.Tx
	sub     *store.Subscription
	window  period.Window
	options usageOptions
}

// charges prices charges, each on its own. The events of all are counted
// together.
func (p usagePricing) charges(charges []store.Charge) ([]ChargeUsage, error) {
	return priceParts(p.tx, p.parts(charges))
}

// pricedPart is the usage of one charge that is to be priced.
type pricedPart struct {
	pricing usagePricing
	charge  *store.Charge
	filters []store.ChargeFilter
	request usage.Request
}

func (p usagePricing) parts(charges []store.Charge) []pricedPart {
	parts := make([]pricedPart, len(charges))
	for i := range charges {
		filters := orderedFilters(&charges[i])
		parts[i] = pricedPart{pricing: p, charge: &charges[i], filters: filters, request: p.request(&charges[i], filters)}
	}
	return parts
}

// priceParts prices parts in their order. The events of all are counted together. It
// returns a Validation fault for usage that no fee can hold: nothing is cut off
// silently.
func priceParts(tx *store.Tx, parts []pricedPart) ([]ChargeUsage, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	requests := make([]usage.Request, len(parts))
	for i := range parts {
		requests[i] = parts[i].request
	}
	counted, err := tx.UsageCells(requests...)
	if err != nil {
		return nil, err
	}
	usages := make([]ChargeUsage, len(parts))
	for i, part := range parts {
		fees, err := part.pricing.fees(part.charge, part.filters, part.request, counted[i])
		if err != nil {
			return nil, err
		}
		usages[i] = ChargeUsage{Charge: *part.charge, Fees: fees}
	}
	return usages, checkHeld(usages)
}

// checkHeld refuses usage of which a fee, or the sum of all, shows less than there is.
func checkHeld(usages []ChargeUsage) error {
	var sum, projected int64
	for _, used := range usages {
		for _, fee := range used.Fees {
			if err := CheckHeld(fee); err != nil {
				return err
			}
			sum = money.Add(sum, fee.AmountCents)
			if fee.Projected != nil {
				projected = money.Add(projected, fee.Projected.AmountCents)
			}
		}
	}
	return form.CheckSums(sum, projected)
}

// CheckHeld returns a Validation fault for usage or a price that is beyond what a fee
// can hold.
func CheckHeld(priced interface{ Beyond() bool }) error {
	if priced.Beyond() {
		return fault.Invalid("amount_cents", fault.CodeOutOfRange)
	}
	return nil
}

// fees prices one charge, whose filters are in the order of its request.
func (p usagePricing) fees(row *store.Charge, filters []store.ChargeFilter, request usage.Request, cells []usage.Cell) ([]PricedFee, error) {
	results := usage.Compute(request, cells)
	fees := make([]PricedFee, len(results))
	for i, result := range results {
		fees[i] = PricedFee{Charge: row, GroupedBy: result.Group}
		properties := row.Properties
		if result.Filter >= 0 {
			fees[i].Filter = &filters[result.Filter]
			properties = fees[i].Filter.Properties
		}
		if err := p.price(&fees[i], properties, request, result); err != nil {
			return nil, err
		}
	}
	return fees, nil
}

// price sets the units and amounts of a fee. Its total aggregated units are the
// units that it shows, except for the level of a weighted sum.
func (p usagePricing) price(fee *PricedFee, properties charge.Properties, request usage.Request, result usage.Result) error {
	model, options := fee.Charge.ChargeModel, p.pricingOptions(fee.Charge)
	used := charge.Usage{
		Units: result.Units, FullUnits: result.FullUnits, EventsCount: result.EventsCount,
		PreciseTotalAmountCents: result.PreciseTotalAmountCents,
	}
	err := readEventsOf(p.tx, &used, request, result.Selection(), charge.Needs(model, properties, options))
	if err != nil {
		return err
	}
	fee.Fee = charge.FeeOf(charge.PriceOf(model, properties, used, options), used, options)
	fee.TotalAggregatedUnits = result.TotalAggregatedUnits
	if request.Metric.Aggregation != usage.AggregationWeightedSum {
		fee.TotalAggregatedUnits = fee.Units
	}
	for _, part := range result.Breakdowns {
		breakdown := UnitsBreakdown{By: part.By, Units: part.FullUnits}
		if p.options.Elapsed != nil {
			breakdown.ProjectedUnits = charge.ProjectUnits(part.FullUnits, *p.options.Elapsed, options)
		}
		fee.Breakdowns = append(fee.Breakdowns, breakdown)
	}
	if p.options.Elapsed != nil {
		projection := charge.Project(model, properties, used, *p.options.Elapsed, options)
		projected := charge.FeeOf(projection.Price, projection.Usage(), options)
		fee.Projected = &ProjectedFee{Units: projected.Units, AmountCents: projected.AmountCents}
	}
	return nil
}

// pricingOptions are the circumstances that prices of a charge depend on.
// Pricing units cannot be made through the API, so no charge has one.
func (p usagePricing) pricingOptions(row *store.Charge) charge.Options {
	return charge.Options{
		Aggregation:  string(row.BillableMetric.AggregationType),
		Currency:     p.sub.Plan.AmountCurrency,
		Prorated:     row.Prorated && !p.options.Renewed,
		PayInAdvance: row.PayInAdvance && !p.options.Renewed,
		CurrentUsage: p.options.Current,
		Recurring:    row.BillableMetric.Recurring,
		Premium:      p.tx.Organization().Premium(),
	}
}
