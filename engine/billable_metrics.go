package engine

import (
	"tarn/audit"
	"tarn/billing/expression"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/metering"
	"tarn/notify"
	"tarn/store"
)

// BillableMetricInput is what a client says of a billable metric. On creation,
// what is absent counts as empty; on update it stays as it is.
type BillableMetricInput struct {
	Name              form.Optional[string]
	Code              form.Optional[string]
	Description       form.Optional[string]
	AggregationType   form.Optional[string]
	FieldName         form.Optional[string]
	Recurring         form.Optional[bool]
	WeightedInterval  form.Optional[string]
	RoundingFunction  form.Optional[string]
	RoundingPrecision form.Optional[int]
	Expression        form.Optional[string]
	// Filters are all filters of the metric; null counts as absent.
	Filters form.Optional[[]BillableMetricFilterInput]
}

// BillableMetricFilterInput is an event property with its possible values.
type BillableMetricFilterInput struct {
	Key    string
	Values []string
}

// CreateBillableMetric adds a billable metric with its filters. It refuses
// missing and contradictory fields, a code that is taken, an expression that
// cannot be read, and filters without key or values.
func CreateBillableMetric(tx *store.Tx, in BillableMetricInput) (store.BillableMetric, error) {
	metric := store.BillableMetric{ID: store.NewID()}
	filters, err := setBillableMetric(tx, &metric, in)
	if err != nil {
		return metric, err
	}
	if err := tx.InsertBillableMetric(&metric); err != nil {
		return metric, form.Taken(err, "code")
	}
	if err := metering.ValueEvents(tx, metric); err != nil {
		return metric, err
	}
	if len(filters) > 0 {
		if err := tx.ReplaceMetricFilters(&metric, filters); err != nil {
			return metric, err
		}
	}
	notify.Happened(tx, notify.BillableMetricCreated(metric))
	return metric, audit.Created(tx, audit.BillableMetric(metric))
}

// UpdateBillableMetric changes a billable metric under the rules of its
// creation. Filters, when given, replace all that were there; one whose key
// stays keeps its identity.
//
// Lago: while a charge uses the metric, only name, description and filters
// change, and the rest is ignored. What goes from the filters goes from the
// filters of the charges too.
func UpdateBillableMetric(tx *store.Tx, code string, in BillableMetricInput) (store.BillableMetric, error) {
	metric, err := tx.BillableMetricForUpdate(code)
	if err != nil {
		return metric, form.NotFound(err, "billable_metric")
	}
	before, old := audit.Before(audit.BillableMetric(metric)), metric
	attached, err := tx.BillableMetricCharged(metric.ID)
	if err != nil {
		return metric, err
	}
	if attached {
		in = BillableMetricInput{Name: in.Name, Description: in.Description, Filters: in.Filters}
	}
	filters, err := setBillableMetric(tx, &metric, in)
	if err != nil {
		return metric, err
	}
	if err := tx.UpdateBillableMetric(&metric); err != nil {
		return metric, form.Taken(err, "code")
	}
	if err := metering.RevalueEvents(tx, old, metric); err != nil {
		return metric, err
	}
	if filters != nil {
		if err := tx.ReplaceMetricFilters(&metric, filters); err != nil {
			return metric, err
		}
		if err := trimFilters(tx, metric); err != nil {
			return metric, err
		}
	}
	notify.Happened(tx, notify.BillableMetricUpdated(metric))
	return metric, audit.Updated(tx, before, audit.BillableMetric(metric))
}

// DeleteBillableMetric hides a billable metric with its charges on all plans and
// its alerts, removes its filters and discards its events; its code is free
// again. The answer and the activity show it as it last was.
func DeleteBillableMetric(tx *store.Tx, code string) (store.BillableMetric, error) {
	metric, err := tx.BillableMetricForUpdate(code)
	if err != nil {
		return metric, form.NotFound(err, "billable_metric")
	}
	if err := settleUsage(tx, metric.Code); err != nil {
		return metric, err
	}
	if err := invoicing.DraftsChanged(tx, store.DraftsFor{Metric: &metric.ID}); err != nil {
		return metric, err
	}
	if err := tx.DeleteBillableMetric(&metric); err != nil {
		return metric, err
	}
	if err := tx.DeleteChargesOfMetric(metric.ID); err != nil {
		return metric, err
	}
	if err := tx.DeleteAlertsOfMetric(metric.ID); err != nil {
		return metric, err
	}
	if err := tx.DiscardEvents(metric.Code); err != nil {
		return metric, err
	}
	notify.Happened(tx, notify.BillableMetricDeleted(metric))
	return metric, audit.Deleted(tx, audit.BillableMetric(metric))
}

// setBillableMetric puts the input into the row and checks the rules. It
// returns the filters that shall replace those of the metric; nil leaves them.
func setBillableMetric(tx *store.Tx, metric *store.BillableMetric, in BillableMetricInput) ([]store.BillableMetricFilter, error) {
	// Lago: custom aggregations are switched on for an organization by hand,
	// which tarn has no switch for.
	if kind, err := in.AggregationType.Get(); err == nil && kind == string(store.AggregationCustom) {
		return nil, fault.Denied("feature_unavailable")
	}
	assignBillableMetric(metric, in)
	if err := checkBillableMetric(tx, metric); err != nil {
		return nil, err
	}
	return billableMetricFilters(in.Filters)
}

func assignBillableMetric(metric *store.BillableMetric, in BillableMetricInput) {
	if in.Name.IsNull() {
		metric.Name = ""
	}
	if in.Code.IsNull() {
		metric.Code = ""
	}
	form.Assign(&metric.Name, in.Name)
	form.Assign(&metric.Code, in.Code)
	form.Assign(&metric.Recurring, in.Recurring)
	if kind, err := in.AggregationType.Get(); err == nil {
		metric.AggregationType = store.AggregationType(kind)
	}
	form.AssignNullable(&metric.Description, in.Description)
	form.AssignNullable(&metric.FieldName, in.FieldName)
	form.AssignNullable(&metric.WeightedInterval, in.WeightedInterval)
	form.AssignNullable(&metric.RoundingFunction, in.RoundingFunction)
	form.AssignNullable(&metric.RoundingPrecision, in.RoundingPrecision)
	form.AssignNullable(&metric.Expression, in.Expression)
	if metric.AggregationType == store.AggregationCount {
		metric.FieldName = nil
	}
	if form.Unfilled(metric.Expression) {
		metric.Expression = nil
	}
}

func checkBillableMetric(tx *store.Tx, metric *store.BillableMetric) error {
	details := fault.Details{}
	if form.Blank(metric.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if form.Blank(metric.Code) {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.BillableMetricCodeTaken(metric.Code, metric.ID); err != nil {
		return err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	checkAggregation(details, metric)
	if precision := metric.RoundingPrecision; precision != nil && !form.FitsColumn(*precision) {
		details.Add("rounding_precision", fault.CodeOutOfRange)
	}
	if metric.Expression != nil {
		if _, err := expression.Parse(*metric.Expression); err != nil {
			details.Add("expression", metering.CodeInvalidExpression)
		}
	}
	return details.Err()
}

// checkAggregation checks what depends on how the metric aggregates.
func checkAggregation(details fault.Details, metric *store.BillableMetric) {
	recurs := false
	switch metric.AggregationType {
	case store.AggregationCount, store.AggregationMax, store.AggregationLatest:
	case store.AggregationSum, store.AggregationUniqueCount, store.AggregationWeightedSum:
		recurs = true
	default:
		details.Add("aggregation_type", fault.CodeInvalid)
		recurs = true
	}
	if metric.AggregationType != store.AggregationCount && form.Unfilled(metric.FieldName) {
		details.Add("field_name", fault.CodeMandatory)
	}
	if metric.Recurring && !recurs {
		details.Add("recurring", "not_compatible_with_aggregation_type")
	}
	if metric.AggregationType == store.AggregationWeightedSum && form.Unfilled(metric.WeightedInterval) {
		details.Add("weighted_interval", fault.CodeInvalid)
	}
}

// billableMetricFilters turns the input into rows: none when it is absent, and
// an empty list when it removes all filters.
//
// Lago: of two filters with one key the last one counts, values that are named
// twice count once, and an empty list of values is reported before a missing
// key.
func billableMetricFilters(in form.Optional[[]BillableMetricFilterInput]) ([]store.BillableMetricFilter, error) {
	inputs, err := in.Get()
	if err != nil {
		return nil, nil //nolint:nilerr // absent or null: the filters stay
	}
	filters := make([]store.BillableMetricFilter, 0, len(inputs))
	index := make(map[string]int, len(inputs))
	details := fault.Details{}
	for _, input := range inputs {
		if len(input.Values) == 0 {
			return nil, fault.Invalid("values", fault.CodeMandatory)
		}
		if form.Blank(input.Key) {
			details["key"] = []string{fault.CodeMandatory}
		}
		place, repeated := index[input.Key]
		if !repeated {
			place = len(filters)
			index[input.Key] = place
			filters = append(filters, store.BillableMetricFilter{Key: input.Key})
		}
		filters[place].Values = form.Distinct(input.Values)
	}
	return filters, details.Err()
}
