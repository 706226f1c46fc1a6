package engine

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// ChargeFilterInput is what a client says of a filter of a charge. On update,
// what is absent stays as it is; the values cannot change.
type ChargeFilterInput struct {
	InvoiceDisplayName form.Optional[string]
	Properties         form.Optional[map[string]json.RawMessage]
	// Values are those that the filter takes, by the key of a filter of the
	// billable metric.
	Values map[string][]string
}

// ChargeFinder finds the charge whose filters a request changes, and its plan,
// locked against other changes. What has charges has a finder of its own; the
// filters are the same everywhere.
type ChargeFinder func(tx *store.Tx) (store.Plan, store.Charge, error)

// ChargeOfPlan finds a charge of a plan of the catalogue by the codes of both.
// It returns a NotFound fault for the plan and then for the charge.
func ChargeOfPlan(planCode, code string) ChargeFinder {
	return func(tx *store.Tx) (store.Plan, store.Charge, error) {
		plan, err := tx.PlanForUpdate(planCode)
		if err != nil {
			return plan, store.Charge{}, form.NotFound(err, "plan")
		}
		for _, row := range plan.Charges {
			if row.Code == code {
				return plan, row, nil
			}
		}
		return plan, store.Charge{}, fault.Missing("charge")
	}
}

// CreateChargeFilter adds a filter to a charge. It refuses values that the
// metric's filters do not have, and properties that break the rules of the
// charge's model, with a Validation fault. With cascade the charges that were
// copied from this one get the filter too.
//
// Lago: another filter with the same values is no reason to refuse one.
func CreateChargeFilter(tx *store.Tx, find ChargeFinder, in ChargeFilterInput, cascade bool) (store.ChargeFilter, error) {
	plan, before, err := find(tx)
	if err != nil {
		return store.ChargeFilter{}, err
	}
	filter, err := newFilter(tx, before, in)
	if err != nil {
		return filter, err
	}
	after := before
	after.Filters = append(slices.Clone(before.Filters), filter)
	kept, err := chargeParts().change(tx, plan, changedPart(before, after), cascade)
	filters := kept.changed[0].after.Filters
	return filters[len(filters)-1], err
}

// UpdateChargeFilter changes the name and the properties of a filter. With
// cascade the charges that were copied from this one follow.
//
// Lago: filters are ordered by their last change, so this one becomes the last.
func UpdateChargeFilter(tx *store.Tx, find ChargeFinder, id uuid.UUID, in ChargeFilterInput, cascade bool) (store.ChargeFilter, error) {
	plan, before, place, err := findFilter(tx, find, id)
	if err != nil {
		return store.ChargeFilter{}, err
	}
	filter := before.Filters[place]
	form.AssignNullable(&filter.InvoiceDisplayName, in.InvoiceDisplayName)
	if form.Given(in.Properties) {
		filter.Properties = charge.Normalize(before.ChargeModel, in.Properties.MustGet(), filterContext(tx, before))
	}
	if err := checkFilterPrice(tx, before, filter); err != nil {
		return filter, err
	}
	filter.UpdatedAt = tx.Now()
	after := before
	after.Filters = append(slices.Delete(slices.Clone(before.Filters), place, place+1), filter)
	kept, err := chargeParts().change(tx, plan, changedPart(before, after), cascade)
	filters := kept.changed[0].after.Filters
	return filters[len(filters)-1], err
}

// DeleteChargeFilter hides a filter. With cascade the charges that were copied
// from this one lose it too.
func DeleteChargeFilter(tx *store.Tx, find ChargeFinder, id uuid.UUID, cascade bool) (store.ChargeFilter, error) {
	plan, before, place, err := findFilter(tx, find, id)
	if err != nil {
		return store.ChargeFilter{}, err
	}
	filter, now := before.Filters[place], tx.Now()
	filter.DeletedAt = &now
	after := before
	after.Filters = slices.Delete(slices.Clone(before.Filters), place, place+1)
	_, err = chargeParts().change(tx, plan, changedPart(before, after), cascade)
	return filter, err
}

// findFilter finds a charge and the place of one of its filters.
func findFilter(tx *store.Tx, find ChargeFinder, id uuid.UUID) (store.Plan, store.Charge, int, error) {
	plan, row, err := find(tx)
	if err != nil {
		return plan, row, 0, err
	}
	place := slices.IndexFunc(row.Filters, func(filter store.ChargeFilter) bool { return filter.ID == id })
	if place < 0 {
		return plan, row, 0, fault.Missing("charge_filter")
	}
	return plan, row, place, nil
}

// replacedFilters are the filters that inputs make of those of a charge. An
// input with the values of a filter that is there keeps its identity; filters
// that no input has the values of are gone.
func replacedFilters(tx *store.Tx, row store.Charge, inputs []ChargeFilterInput) ([]store.ChargeFilter, error) {
	present := map[string][]store.ChargeFilter{}
	for _, filter := range row.Filters {
		key := filterKey(filter.Values)
		present[key] = append(present[key], filter)
	}
	filters := make([]store.ChargeFilter, len(inputs))
	for i, in := range inputs {
		filter, err := newFilter(tx, row, in)
		if err != nil {
			return nil, err
		}
		key := filterKey(filter.Values)
		if same := present[key]; len(same) > 0 {
			filter.ID, filter.Values = same[0].ID, same[0].Values
			filter.CreatedAt, filter.UpdatedAt = same[0].CreatedAt, tx.Now()
			present[key] = same[1:]
		}
		filters[i] = filter
	}
	return filters, nil
}

// filterKey tells filters apart: the same values in another order are the same
// filter.
func filterKey(values map[string][]string) string {
	sorted := make(map[string][]string, len(values))
	for key, list := range values {
		sorted[key] = slices.Sorted(slices.Values(list))
	}
	text, _ := json.Marshal(sorted) // of texts: cannot fail
	return string(text)
}

// newFilter makes a filter of an input. Missing values are refused before
// anything else, and properties before values that do not exist.
func newFilter(tx *store.Tx, row store.Charge, in ChargeFilterInput) (store.ChargeFilter, error) {
	filter := store.ChargeFilter{ID: store.NewID(), ChargeID: row.ID, ChargeCode: row.Code, Values: in.Values}
	if len(in.Values) == 0 {
		return filter, fault.Invalid("values", fault.CodeMandatory)
	}
	form.AssignNullable(&filter.InvoiceDisplayName, in.InvoiceDisplayName)
	properties, _ := in.Properties.Get() // absent and null are none
	filter.Properties = charge.Normalize(row.ChargeModel, properties, filterContext(tx, row))
	return filter, checkFilter(tx, row, filter)
}

// filterContext is what the rules of a filter's properties need to know.
func filterContext(tx *store.Tx, row store.Charge) charge.Context {
	ctx := chargeContext(tx, row)
	ctx.Filter = true
	return ctx
}

// checkFilters checks the filters of a charge that has got another model or
// another metric, and so may have filters that it cannot use.
func checkFilters(tx *store.Tx, row store.Charge) error {
	for _, filter := range row.Filters {
		if err := checkFilter(tx, row, filter); err != nil {
			return err
		}
	}
	return nil
}

// checkFilter checks the properties of a filter and then its values, key by
// key. The first key that breaks a rule decides the fault.
func checkFilter(tx *store.Tx, row store.Charge, filter store.ChargeFilter) error {
	if err := checkFilterPrice(tx, row, filter); err != nil {
		return err
	}
	known := make(map[string][]string, len(row.BillableMetric.Filters))
	for _, of := range row.BillableMetric.Filters {
		known[of.Key] = of.Values
	}
	for _, key := range slices.Sorted(maps.Keys(filter.Values)) {
		details := fault.Details{}
		values := filter.Values[key]
		allowed, exists := known[key]
		if !exists {
			details.Add("billable_metric_filter", codeRelation)
		}
		if len(values) == 0 {
			details.Add("values", fault.CodeMandatory)
		} else if !allAmong(values, allowed) {
			details.Add("values", fault.CodeInvalid)
		}
		if err := details.Err(); err != nil {
			return err
		}
	}
	return nil
}

// allAmong reports whether all values are allowed. The value that stands for
// all of them is, where it is alone.
func allAmong(values, allowed []string) bool {
	if len(values) == 1 && values[0] == store.AllFilterValues {
		return true
	}
	return !slices.ContainsFunc(values, func(value string) bool { return !slices.Contains(allowed, value) })
}

// checkFilterPrice checks the properties of a filter.
func checkFilterPrice(tx *store.Tx, row store.Charge, filter store.ChargeFilter) error {
	codes := charge.Validate(row.ChargeModel, filter.Properties, filterContext(tx, row))
	if len(codes) > 0 {
		return fault.Invalid("properties", codes...)
	}
	return nil
}

// trimFilters takes what a billable metric no longer has out of the filters of
// its charges, on any plan: values, lists that are left empty, and filters that
// are left without values.
func trimFilters(tx *store.Tx, metric store.BillableMetric) error {
	filters, err := tx.ChargeFiltersOfMetric(metric.ID)
	if err != nil {
		return err
	}
	known := make(map[string][]string, len(metric.Filters))
	for _, of := range metric.Filters {
		known[of.Key] = of.Values
	}
	now := tx.Now()
	var changed []store.ChargeFilter
	for _, filter := range filters {
		kept := map[string][]string{}
		for key, values := range filter.Values {
			allowed, exists := known[key]
			rest := slices.DeleteFunc(slices.Clone(values), func(value string) bool {
				return value != store.AllFilterValues && !slices.Contains(allowed, value)
			})
			if exists && len(rest) > 0 {
				kept[key] = rest
			}
		}
		if filterKey(kept) == filterKey(filter.Values) {
			continue
		}
		filter.Values, filter.UpdatedAt = kept, now
		if len(kept) == 0 {
			filter.DeletedAt = &now
		}
		changed = append(changed, filter)
	}
	return tx.SaveChargeFilters(changed)
}
