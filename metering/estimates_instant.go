package metering

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/event"
	"tarn/billing/usage"
	"tarn/form"
	"tarn/store"
)

// EstimateInstantFees prices an event by itself, for all charges of its metric
// that are paid in advance by a standard or a percentage model. Nothing is kept.
//
// It returns a NotFound fault without an active subscription, and a Validation
// fault for an event that no such charge is for or that the metric's expression
// has no value for.
func EstimateInstantFees(tx *store.Tx, in EventInput) ([]InstantFee, error) {
	sub, charges, err := instantCharges(tx, in)
	if err != nil {
		return nil, err
	}
	fees, err := instantFees(tx, sub, charges, in)
	if err == nil && len(fees) == 0 {
		err = errNoInstantCharge()
	}
	return fees, err
}

// EstimateInstantFeesOfBatch prices events one by one as EstimateInstantFees
// does. The fees come by subscription, in the order in which the events name
// these. An event of another metric has no fee; a subscription that does not
// exist, or whose plan has no such charge at all, refuses the whole batch.
func EstimateInstantFeesOfBatch(tx *store.Tx, batch []EventInput) ([]InstantFee, error) {
	fees := []InstantFee{}
	for _, events := range bySubscription(batch) {
		sub, charges, err := instantCharges(tx, events[0])
		if err != nil {
			return nil, err
		}
		for _, in := range events {
			found, err := instantFees(tx, sub, charges, in)
			if err != nil {
				return nil, err
			}
			fees = append(fees, found...)
		}
	}
	return fees, nil
}

// bySubscription puts the events of each subscription together, in the order in
// which the subscriptions come up.
func bySubscription(batch []EventInput) [][]EventInput {
	var groups [][]EventInput
	index := map[string]int{}
	for _, in := range batch {
		external, _ := event.Text(in.ExternalSubscriptionID)
		at, known := index[external]
		if !known {
			at = len(groups)
			index[external] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], in)
	}
	return groups
}

// instantCharges finds the subscription of an event and the charges of its plan
// that have instant estimates, of all metrics.
func instantCharges(tx *store.Tx, in EventInput) (*store.Subscription, []store.Charge, error) {
	sub, err := estimatedSubscription(tx, in)
	if err != nil {
		return nil, nil, err
	}
	charges := slices.DeleteFunc(slices.Clone(sub.Plan.Charges), func(row store.Charge) bool {
		return !row.PayInAdvance || row.ChargeModel != charge.ModelStandard && row.ChargeModel != charge.ModelPercentage
	})
	if len(charges) == 0 {
		return nil, nil, errNoInstantCharge()
	}
	return &sub, charges, nil
}

// instantFees prices an event for those of the charges that are for its metric.
func instantFees(tx *store.Tx, sub *store.Subscription, charges []store.Charge, in EventInput) ([]InstantFee, error) {
	charges = slices.DeleteFunc(slices.Clone(charges), func(row store.Charge) bool { return row.BillableMetric.Code != in.code() })
	if len(charges) == 0 {
		return nil, nil
	}
	if transaction, _ := event.Text(in.TransactionID); form.Blank(transaction) {
		in.TransactionID = uuid.NewString()
	}
	in.Timestamp = nil
	row, err := readEstimated(tx, charges[0].BillableMetric, in)
	if err != nil {
		return nil, err
	}
	fees := make([]InstantFee, len(charges))
	for i := range charges {
		fees[i] = instantFee(sub, &charges[i], row)
		if err := CheckHeld(fees[i].Estimate); err != nil {
			return nil, err
		}
	}
	return fees, nil
}

// instantFee prices an event for one charge.
func instantFee(sub *store.Subscription, row *store.Charge, of store.Event) InstantFee {
	var properties map[string]json.RawMessage
	_ = json.Unmarshal(of.Properties, &properties) // what was read is an object
	filters := orderedFilters(row)
	request := usage.Request{Filters: make([]usage.Filter, len(filters))}
	for i := range filters {
		request.Filters[i] = usageFilter(row, filters[i])
		request.Filters[i].GroupKeys = nil
	}
	texts := make([]usage.Text, 0, len(request.Keys()))
	for _, key := range request.Keys() {
		texts = append(texts, usage.PropertyText(properties[key.Name]))
	}
	fee := InstantFee{Subscription: sub, Charge: row, TransactionID: of.TransactionID}
	prices := row.Properties
	if bucket := request.AdvanceBuckets()[usage.NewAdvanceLayout(request).Buckets(texts)[0]]; !bucket.IsDefault() {
		fee.Filter = &filters[bucket.Filter]
		prices = fee.Filter.Properties
	}
	options := charge.Options{
		Aggregation: string(row.BillableMetric.AggregationType), Currency: sub.Plan.AmountCurrency, PayInAdvance: true,
	}
	fee.Estimate, _ = charge.InstantEstimate(row.ChargeModel, prices, instantUnits(row.BillableMetric, of), options)
	return fee
}

// instantUnits are the units of an event by itself: its number, which is zero
// where it has none, or one for a metric that only counts.
func instantUnits(metric store.BillableMetric, of store.Event) decimal.Decimal {
	units := decimal.Zero
	switch {
	case metric.FieldName == nil:
		units = decimal.NewFromInt(1)
	case of.Value != nil:
		units = *of.Value
	}
	return usageMetric(metric).Rounding.Apply(units)
}
