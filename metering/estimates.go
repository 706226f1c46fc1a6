package metering

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/event"
	"tarn/billing/tax"
	"tarn/billing/usage"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// EstimateFees prices an event that would come now, for all charges of its
// metric that are paid in advance, on top of what has been used so far. Nothing
// is kept.
//
// It checks in this order: an active subscription (NotFound), the timestamp,
// which otherwise plays no part (Validation), the billable metric (NotFound), the
// number that the metric aggregates, a charge that is paid in advance, and the
// metric's expression (Validation).
func EstimateFees(tx *store.Tx, in EventInput) ([]AdvanceFee, error) {
	sub, err := estimatedSubscription(tx, in)
	if err != nil {
		return nil, err
	}
	if _, _, ok := event.Timestamp(in.Timestamp); !ok {
		return nil, fault.Invalid("timestamp", fault.CodeInvalidFormat)
	}
	metric, err := tx.BillableMetric(in.code())
	if err != nil {
		return nil, form.NotFound(err, "billable_metric")
	}
	if err := checkEstimatedNumber(metric, in.Properties); err != nil {
		return nil, err
	}
	charges := slices.DeleteFunc(slices.Clone(sub.Plan.Charges), func(row store.Charge) bool {
		return !row.PayInAdvance || row.BillableMetricID != metric.ID
	})
	if len(charges) == 0 {
		return nil, errNoInstantCharge()
	}
	in.TransactionID, in.Timestamp = uuid.NewString(), nil
	row, err := readEstimated(tx, metric, in)
	if err != nil {
		return nil, err
	}
	return estimateWith(tx, &sub, row, charges)
}

// estimatedSubscription finds the active subscription that an event names.
func estimatedSubscription(tx *store.Tx, in EventInput) (store.Subscription, error) {
	external, _ := event.Text(in.ExternalSubscriptionID)
	sub, err := tx.Subscription(external, store.SubscriptionActive)
	return sub, form.NotFound(err, "subscription")
}

// errNoInstantCharge is the refusal of an event that no charge is for.
func errNoInstantCharge() error { return fault.Invalid("code", "does_not_match_an_instant_charge") }

// checkEstimatedNumber refuses an event whose number is none. An event without
// it counts as zero. A weighted sum, which no charge in advance has, is refused
// for that instead.
func checkEstimatedNumber(metric store.BillableMetric, properties any) error {
	aggregation := usage.Aggregation(metric.AggregationType)
	if !aggregation.Numeric() || aggregation == usage.AggregationWeightedSum {
		return nil
	}
	object, _ := properties.(map[string]any)
	value := object[fieldOf(metric)]
	if _, isNumber := event.Number(value); value != nil && !isNumber {
		return fault.Invalid("properties", "value_is_not_valid_number")
	}
	return nil
}

// readEstimated reads an event as ingestion does.
func readEstimated(tx *store.Tx, metric store.BillableMetric, in EventInput) (store.Event, error) {
	reader := eventReader{tx: tx, metrics: newEventMetrics(map[string]store.EventMetric{metric.Code: {BillableMetric: metric}})}
	row, refusal := reader.read(in, uuid.Nil)
	return row, refusal.single()
}

// estimateWith prices an event as if it had come. It is there while it is priced,
// so that the estimate is the fee that it would really bring.
func estimateWith(tx *store.Tx, sub *store.Subscription, row store.Event, charges []store.Charge) ([]AdvanceFee, error) {
	if row.Value == nil && usage.Aggregation(charges[0].BillableMetric.AggregationType).Numeric() {
		row.Value = &decimal.Zero
	}
	rows := []*store.Event{&row}
	if _, err := tx.InsertEvents(rows); err != nil {
		return nil, err
	}
	fees, err := AdvanceFees(tx, sub, row, charges)
	if err != nil {
		return nil, err
	}
	return fees, tx.RemoveEvents(rows)
}

// AdvanceFees prices an event that has come, for charges of its metric that are
// paid in advance: a fee for each.
func AdvanceFees(tx *store.Tx, sub *store.Subscription, row store.Event, charges []store.Charge) ([]AdvanceFee, error) {
	if err := tx.LoadUsageTaxes(sub); err != nil {
		return nil, err
	}
	window := sub.Periods().Current(row.Timestamp).Charges
	pricing := usagePricing{tx: tx, sub: sub, window: window}
	fees := make([]AdvanceFee, len(charges))
	for i := range charges {
		fee, err := pricing.advanceFee(&charges[i], row)
		if err != nil {
			return nil, err
		}
		fee.Subscription, fee.From, fee.To, fee.TransactionID = sub, window.From, window.To, row.TransactionID
		fee.Taxes = sub.TaxesOr(charges[i].Taxes)
		fee.TaxAmounts = tax.Of(decimal.NewFromInt(fee.AmountCents), ratesOf(fee.Taxes))
		if err := form.CheckSums(fee.TaxAmounts.Cents); err != nil {
			return nil, err
		}
		fees[i] = fee
	}
	return fees, nil
}

// advanceFee prices an event for one charge: by the difference that it makes to
// the usage of its filter and group.
func (p usagePricing) advanceFee(row *store.Charge, of store.Event) (AdvanceFee, error) {
	filters := orderedFilters(row)
	request := p.advanceRequest(row, filters, of)
	arrived, step, err := lastEvent(p.tx, request, of)
	if err != nil {
		return AdvanceFee{}, err
	}
	cell := usage.NewAdvanceLayout(request).Cells(arrived.Texts)[0]
	bucket := request.AdvanceBuckets()[cell.Bucket]
	fee := AdvanceFee{PricedFee: PricedFee{Charge: row}}
	properties := row.Properties
	if !bucket.IsDefault() {
		fee.Filter = &filters[bucket.Filter]
		properties = fee.Filter.Properties
	}
	total, err := p.totalOf(request, bucket, cell.Group)
	if err != nil {
		return fee, err
	}
	fee.GroupedBy = total.Group
	used := charge.Usage{
		Units: total.FullUnits, FullUnits: total.FullUnits, EventsCount: total.EventsCount,
		PreciseTotalAmountCents: total.PreciseTotalAmountCents,
	}
	model, options := row.ChargeModel, p.pricingOptions(row)
	options.Prorated = false // what the event adds is prorated, and nothing else
	need := charge.Needs(model, properties, options)
	if err := readEventsOf(p.tx, &used, request, total.Selection(), need); err != nil {
		return fee, err
	}
	single := charge.Event{Applied: step.Charged, Units: step.Shown, PreciseTotalAmountCents: arrived.PreciseTotalAmountCents}
	if row.Prorated {
		single.Applied = request.Period.ProratedStep(step, arrived)
	}
	price := charge.Advance(model, properties, used, single, options)
	fee.PricedFee.Fee = charge.FeeOf(price, single.Usage(), options)
	fee.TotalAggregatedUnits = fee.Units
	return fee, CheckHeld(fee)
}

// advanceRequest asks for the usage up to an event and with it, neither rounded
// nor prorated.
//
// Lago: an event that names no wallet is not grouped by the wallet.
func (p usagePricing) advanceRequest(row *store.Charge, filters []store.ChargeFilter, last store.Event) usage.Request {
	request := p.request(row, filters)
	request.Metric.Rounding = usage.Rounding{}
	request.Prorated, request.PresentationKeys = false, nil
	request.Until = &usage.Place{Timestamp: last.Timestamp, ID: last.ID}
	if row.AcceptsTargetWallet && !namesWallet(last) {
		named := func(key string) bool { return key == targetWalletKey }
		request.GroupKeys = slices.DeleteFunc(request.GroupKeys, named)
		for i := range request.Filters {
			request.Filters[i].GroupKeys = slices.DeleteFunc(request.Filters[i].GroupKeys, named)
		}
	}
	return request
}

// namesWallet reports whether an event says which wallet is to pay for it.
func namesWallet(row store.Event) bool {
	var properties map[string]json.RawMessage
	if json.Unmarshal(row.Properties, &properties) != nil {
		return false
	}
	text := usage.PropertyText(properties[targetWalletKey])
	return text != nil && *text != ""
}

// lastEvent finds the event that a request ends with, and what it adds to those
// of its period before it.
func lastEvent(tx *store.Tx, request usage.Request, of store.Event) (usage.Event, usage.Step, error) {
	if !request.InAdvance() {
		request.Period.From = of.Timestamp // it adds one unit, whatever came before
	}
	last, step := usage.Event{ID: of.ID, Timestamp: of.Timestamp}, usage.CountStep()
	fold := usage.NewAdvanceFold(request)
	err := tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
		if request.InAdvance() {
			step = fold.Add(event)
		}
		if event.ID == of.ID {
			last = event
		}
		return true
	})
	return last, step, err
}

// totalOf is the usage of one group of a bucket.
func (p usagePricing) totalOf(request usage.Request, bucket usage.Bucket, group []usage.Text) (usage.Result, error) {
	request.PayInAdvance = false // the plain units, not their peak
	counted, err := p.tx.UsageCells(request)
	if err != nil {
		return usage.Result{}, err
	}
	texts := make(map[string]usage.Text, len(group))
	for i, key := range bucket.GroupKeys {
		texts[key] = group[i]
	}
	for _, result := range usage.Compute(request, counted[0]) {
		if result.Filter == bucket.Filter && sameTexts(result.Group, texts) {
			return result, nil
		}
	}
	return usage.Result{Filter: bucket.Filter, Group: texts}, nil
}

// sameTexts compares the texts of two groups with the same keys.
func sameTexts(a, b map[string]usage.Text) bool {
	for key, text := range b {
		other := a[key]
		if (text == nil) != (other == nil) || text != nil && *text != *other {
			return false
		}
	}
	return true
}
