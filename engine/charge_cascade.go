package engine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/store"
)

// chargeParts are charges as parts of a plan.
func chargeParts() planParts[store.Charge] {
	return planParts[store.Charge]{
		of:     func(plan store.Plan) []store.Charge { return plan.Charges },
		key:    func(row store.Charge) partKey { return partKey{id: row.ID, parent: row.ParentID, code: row.Code} },
		store:  (*store.Tx).SaveCharges,
		hide:   (*store.Tx).DeleteCharges,
		copied: copyCharge, followed: followCharge,
		written: func(*store.Tx, store.Plan, partChanges[store.Charge]) error { return nil },
	}
}

// copyCharge is a new charge of another plan with all that a charge has.
func copyCharge(parent store.Charge, plan uuid.UUID) store.Charge {
	row := parent
	row.ID, row.PlanID, row.ParentID = store.NewID(), plan, &parent.ID
	row.Filters = slices.Clone(parent.Filters)
	for i := range row.Filters {
		row.Filters[i].ID = store.NewID()
	}
	return row
}

// followCharge changes a copy of a charge as the charge was changed, unless they
// have different models. Its name, its taxes and its least amount are its own.
func followCharge(row store.Charge, change partChange[store.Charge], now time.Time) (store.Charge, bool) {
	if row.ChargeModel != change.after.ChargeModel {
		return row, false
	}
	row.Properties = followProperties(row.Properties, change.before.Properties, change.after.Properties)
	row.Filters = followFilters(row.Filters, change.before.Filters, change.after.Filters)
	row.UpdatedAt = now
	return row, true
}

// followProperties changes the properties of a copy. A price that is the copy's
// own stays; the group keys always follow.
func followProperties(own, before, after charge.Properties) charge.Properties {
	switch {
	case charge.Equal(before, after):
		return own
	case charge.Equal(own.Prices(), before.Prices()):
		return after
	default:
		return own.WithGroupKeys(after)
	}
}

// followFilters changes the filters of a copy: it gets new ones, loses those
// that are gone, and follows those that were changed.
func followFilters(own, before, after []store.ChargeFilter) []store.ChargeFilter {
	old, current := filtersByValues(before), filtersByValues(after)
	var result []store.ChargeFilter
	present := map[string]bool{}
	for _, filter := range own {
		key := filterKey(filter.Values)
		present[key] = true
		was, had := old[key]
		is, has := current[key]
		if had && !has {
			continue
		}
		if had {
			filter.Properties = followProperties(filter.Properties, was.Properties, is.Properties)
		}
		result = append(result, filter)
	}
	for _, filter := range after {
		key := filterKey(filter.Values)
		was, had := old[key]
		if present[key] || had && charge.Equal(was.Properties, filter.Properties) {
			continue
		}
		filter.ID = store.NewID()
		result = append(result, filter)
	}
	return result
}

// filtersByValues finds filters by what they take.
func filtersByValues(filters []store.ChargeFilter) map[string]store.ChargeFilter {
	index := make(map[string]store.ChargeFilter, len(filters))
	for _, filter := range filters {
		index[filterKey(filter.Values)] = filter
	}
	return index
}
