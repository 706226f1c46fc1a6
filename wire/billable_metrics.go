package wire

import (
	"slices"

	"tarn/gen"
	"tarn/store"
)

// BillableMetric is a billable metric as its endpoint shows it. Filters come
// by key, their values in alphabetical order.
func BillableMetric(row store.BillableMetric) gen.BillableMetricObject {
	filters := Each(row.Filters, func(filter store.BillableMetricFilter) gen.BillableMetricFilterObject {
		return gen.BillableMetricFilterObject{Key: filter.Key, Values: slices.Sorted(slices.Values(filter.Values))}
	})
	return gen.BillableMetricObject{
		LagoID:            row.ID,
		Name:              row.Name,
		Code:              row.Code,
		Description:       optional(row.Description),
		AggregationType:   gen.BillableMetricObjectAggregationType(row.AggregationType),
		WeightedInterval:  optionalWord[gen.BillableMetricObjectWeightedInterval](row.WeightedInterval),
		Recurring:         row.Recurring,
		RoundingFunction:  optionalWord[gen.BillableMetricObjectRoundingFunction](row.RoundingFunction),
		RoundingPrecision: optional(row.RoundingPrecision),
		CreatedAt:         instant(row.CreatedAt),
		FieldName:         optional(row.FieldName),
		Expression:        optional(row.Expression),
		Filters:           &filters,
	}
}

// CountedBillableMetric is a billable metric as every endpoint but the one for
// a single metric shows it.
//
// Lago: three counters, which are always 0.
func CountedBillableMetric(row store.BillableMetric) gen.BillableMetricObject {
	object := BillableMetric(row)
	object.ActiveSubscriptionsCount, object.DraftInvoicesCount, object.PlansCount = some(0), some(0), some(0)
	return object
}
