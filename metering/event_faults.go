package metering

import (
	"encoding/json"
	"maps"
	"slices"

	"tarn/store"
)

// EventFaults are what is wrong with events that were kept nevertheless, by their
// transactions.
type EventFaults struct {
	// InvalidCode are the events that name no billable metric, by the code that they name.
	InvalidCode map[string][]string `json:"invalid_code,omitempty"`
	// MissingAggregationProperty are those without a value that their metric can
	// aggregate.
	MissingAggregationProperty []string `json:"missing_aggregation_property,omitempty"`
	// InvalidFilterValues are those with a value that a filter of their metric does not
	// know.
	InvalidFilterValues []string `json:"invalid_filter_values,omitempty"`
}

// Empty reports whether nothing is wrong.
func (f *EventFaults) Empty() bool {
	return len(f.InvalidCode)+len(f.MissingAggregationProperty)+len(f.InvalidFilterValues) == 0
}

// FaultsOf says what is wrong with events, which were kept. The metrics come with their
// filters, by their codes.
func FaultsOf(events []store.Event, metrics map[string]store.BillableMetric) EventFaults {
	faults := EventFaults{InvalidCode: map[string][]string{}}
	for i := range events {
		row := &events[i]
		metric, known := metrics[row.Code]
		if !known {
			faults.InvalidCode[row.Code] = append(faults.InvalidCode[row.Code], row.TransactionID)
			continue
		}
		if lacksValue(row, &metric) {
			faults.MissingAggregationProperty = append(faults.MissingAggregationProperty, row.TransactionID)
		}
		if passesFilters(row, &metric) {
			faults.InvalidFilterValues = append(faults.InvalidFilterValues, row.TransactionID)
		}
	}
	return faults
}

// lacksValue reports whether an event has nothing that its metric can aggregate.
func lacksValue(row *store.Event, metric *store.BillableMetric) bool {
	if metric.FieldName == nil {
		return false
	}
	return !hasProperty(row, *metric.FieldName) || metric.AggregationType.Numeric() && row.Value == nil
}

// passesFilters reports whether an event has a value that a filter of its metric does not
// know.
func passesFilters(row *store.Event, metric *store.BillableMetric) bool {
	if len(metric.Filters) == 0 {
		return false
	}
	var properties map[string]json.RawMessage
	if json.Unmarshal(row.Properties, &properties) != nil {
		return false
	}
	return slices.ContainsFunc(metric.Filters, func(filter store.BillableMetricFilter) bool {
		value, present := properties[filter.Key]
		return present && !slices.Contains(filter.Values, filterText(value))
	})
}

// filterText is the value of a property as filters know it: a text as it is, anything
// else as JSON.
func filterText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// TargetWalletCode is the property of an event that names the wallet which shall pay for
// it; empty for none.
func TargetWalletCode(row *store.Event) string {
	var properties struct {
		Code json.RawMessage `json:"target_wallet_code"`
	}
	if json.Unmarshal(row.Properties, &properties) != nil || properties.Code == nil || string(properties.Code) == "null" {
		return ""
	}
	return filterText(properties.Code)
}

// Limited are the faults with at most so many transactions in each list.
func (f *EventFaults) Limited(most int) EventFaults {
	limited := EventFaults{
		InvalidCode:                map[string][]string{},
		MissingAggregationProperty: f.MissingAggregationProperty[:min(most, len(f.MissingAggregationProperty))],
		InvalidFilterValues:        f.InvalidFilterValues[:min(most, len(f.InvalidFilterValues))],
	}
	left := most
	for _, code := range slices.Sorted(maps.Keys(f.InvalidCode)) {
		taken := f.InvalidCode[code][:min(left, len(f.InvalidCode[code]))]
		if len(taken) > 0 {
			limited.InvalidCode[code] = taken
		}
		left -= len(taken)
	}
	return limited
}

// With are these faults and others.
func (f *EventFaults) With(others *EventFaults) EventFaults {
	all := EventFaults{
		InvalidCode:                map[string][]string{},
		MissingAggregationProperty: slices.Concat(f.MissingAggregationProperty, others.MissingAggregationProperty),
		InvalidFilterValues:        slices.Concat(f.InvalidFilterValues, others.InvalidFilterValues),
	}
	for _, part := range []map[string][]string{f.InvalidCode, others.InvalidCode} {
		for code, transactions := range part {
			all.InvalidCode[code] = append(all.InvalidCode[code], transactions...)
		}
	}
	return all
}
