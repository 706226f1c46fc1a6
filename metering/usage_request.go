package metering

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/billing/usage"
	"tarn/store"
)

// targetWalletKey is the property by which an event names the wallet that is to
// pay for it.
const targetWalletKey = "target_wallet_code"

// orderedFilters are the filters of a charge as usage shows them: those that
// were changed last come last.
func orderedFilters(row *store.Charge) []store.ChargeFilter {
	filters := slices.Clone(row.Filters)
	slices.SortStableFunc(filters, func(a, b store.ChargeFilter) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
	return filters
}

// request asks for the usage of one charge.
func (p usagePricing) request(row *store.Charge, filters []store.ChargeFilter) usage.Request {
	request := usage.Request{
		Subscription:     p.sub.ExternalID,
		Metric:           usageMetric(row.BillableMetric),
		Period:           usagePeriod(p.sub.Periods(), p.window),
		Prorated:         row.Prorated && !p.options.Renewed,
		PayInAdvance:     row.PayInAdvance && !p.options.Renewed,
		Precise:          row.ChargeModel == charge.ModelDynamic,
		Filters:          make([]usage.Filter, len(filters)),
		PresentationKeys: presentationKeys(row, p.options.PresentationKeys),
		Only:             p.options.Only,
		LevelSince:       levelSince(p.sub),
	}
	for i := range filters {
		request.Filters[i] = usageFilter(row, filters[i])
	}
	if p.options.SkipGrouping {
		for i := range request.Filters {
			request.Filters[i].GroupKeys = nil
		}
		return request
	}
	request.GroupKeys = groupKeys(row, row.Properties)
	return request
}

// usageMetric is what aggregations know of a billable metric.
func usageMetric(row store.BillableMetric) usage.Metric {
	metric := usage.Metric{
		Code: row.Code, Aggregation: usage.Aggregation(row.AggregationType), Field: fieldOf(row), Recurring: row.Recurring,
	}
	if row.RoundingFunction != nil {
		metric.Rounding.Function = usage.RoundingFunction(*row.RoundingFunction)
	}
	if row.RoundingPrecision != nil {
		metric.Rounding.Precision = *row.RoundingPrecision
	}
	return metric
}

// usagePeriod is what aggregations know of a window of usage.
func usagePeriod(periods period.Subscription, window period.Window) usage.Period {
	return usage.Period{
		From: window.From, To: window.To,
		Duration:  window.Period.Days(),
		DayStarts: window.DayStarts(periods.Zone),
		Upgraded:  periods.Ending == period.EndingUpgrade,
	}
}

// levelSince is from when on events make up the level that a recurring weighted
// sum begins with: the subscription's start, with its milliseconds rounded down
// like every beginning, or no instant at all where the subscription has taken
// over from another.
func levelSince(sub *store.Subscription) time.Time {
	if sub.PreviousSubscriptionID != nil || sub.StartedAt == nil {
		return time.Time{}
	}
	return sub.StartedAt.UTC().Truncate(time.Millisecond)
}

// usageFilter is what aggregations know of a charge filter. What stands for all
// values of a metric's filter is replaced by these.
func usageFilter(row *store.Charge, filter store.ChargeFilter) usage.Filter {
	values := make(map[string][]string, len(filter.Values))
	for key, texts := range filter.Values {
		if slices.Contains(texts, store.AllFilterValues) {
			texts = metricFilterValues(row.BillableMetric, key)
		}
		values[key] = texts
	}
	return usage.Filter{
		ID: filter.ID, CreatedAt: filter.CreatedAt, Values: values, GroupKeys: groupKeys(row, filter.Properties),
	}
}

func metricFilterValues(metric store.BillableMetric, key string) []string {
	for _, filter := range metric.Filters {
		if filter.Key == key {
			return filter.Values
		}
	}
	return nil
}

// groupKeys are the properties by which usage that has certain prices is priced
// apart.
func groupKeys(row *store.Charge, properties charge.Properties) []string {
	keys := properties.PricingGroupKeys()
	if row.AcceptsTargetWallet && !slices.Contains(keys, targetWalletKey) {
		keys = append(keys, targetWalletKey)
	}
	return keys
}

// presentationKeys are the keys by which the units of a charge are split for
// display, of those that are wanted.
func presentationKeys(row *store.Charge, wanted []string) []string {
	keys := row.Properties.PresentationGroupKeys()
	if wanted == nil {
		return keys
	}
	return slices.DeleteFunc(keys, func(key string) bool { return !slices.Contains(wanted, key) })
}

// readEventsOf adds to usage what pricing needs to know of its single events:
// those of the period, or the moves of a prorated charge with what was carried
// into it.
func readEventsOf(tx *store.Tx, used *charge.Usage, request usage.Request, selection usage.Selection, need charge.Need) error {
	if need.Reading == charge.ReadTotals {
		return nil
	}
	if need.Reading == charge.ReadMoves {
		moves := usage.NewMoves(request)
		err := tx.EachUsageEvent(request, &selection, func(event usage.Event) bool {
			moves.Add(event)
			return true
		})
		for _, move := range moves.List() {
			used.Moves = append(used.Moves, charge.Move{Full: move.Full, Prorated: move.Prorated})
		}
		return err
	}
	reader := charge.NewValueReader(need, string(request.Metric.Aggregation))
	err := tx.EachUsageEvent(request, &selection, func(event usage.Event) bool {
		if !event.Timestamp.Before(request.Start()) {
			reader.Add(valueOf(event))
		}
		return reader.Wanted()
	})
	used.Values = reader.Values()
	return err
}

// valueOf is the number that a single event stands for: its own, or one where
// events or items are counted.
func valueOf(event usage.Event) decimal.Decimal {
	if event.Value == nil {
		return decimal.NewFromInt(1)
	}
	return *event.Value
}
