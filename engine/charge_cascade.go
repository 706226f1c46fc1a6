package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/store"
)

// chargeChanges are what a request does to the charges of a plan.
type chargeChanges struct {
	created []store.Charge
	changed []chargeChange
	removed []store.Charge
}

// chargeChange is a charge as it was and as it will be.
type chargeChange struct{ before, after store.Charge }

// saveChargeChanges writes changes to the charges of a plan. With cascade the
// plans that override it follow.
func saveChargeChanges(tx *store.Tx, plan store.Plan, changes chargeChanges, cascade bool) error {
	if err := tx.DeleteCharges(changes.removed); err != nil {
		return err
	}
	changed := make([]store.Charge, len(changes.changed))
	for i, change := range changes.changed {
		changed[i] = change.after
	}
	if err := tx.SaveCharges(changed); err != nil {
		return err
	}
	if err := tx.SaveCharges(changes.created); err != nil || !cascade {
		return err
	}
	return cascadeCharges(tx, plan, changes)
}

// cascadeCharges lets the plans that override a plan follow changes to its
// charges. What did not change does not reach them. A plan whose subscription is
// over neither gets nor loses charges.
//
// Lago: the plans follow later, in the background. Here they have followed
// before the answer.
func cascadeCharges(tx *store.Tx, plan store.Plan, changes chargeChanges) error {
	children, err := tx.ChildPlans(plan)
	if err != nil {
		return err
	}
	used, err := tx.PlansInUse(children)
	if err != nil {
		return err
	}
	for _, child := range children {
		changes := changes
		if !used[child.ID] {
			changes.created, changes.removed = nil, nil
		}
		copies := map[uuid.UUID]store.Charge{}
		for _, row := range child.Charges {
			if row.ParentID != nil {
				copies[*row.ParentID] = row
			}
		}
		var removed, saved []store.Charge
		for _, parent := range changes.removed {
			if row, exists := copies[parent.ID]; exists {
				removed = append(removed, row)
			}
		}
		for _, change := range changes.changed {
			if row, exists := copies[change.after.ID]; exists && row.ChargeModel == change.after.ChargeModel {
				row.UpdatedAt = tx.Now()
				saved = append(saved, followCharge(row, change))
			}
		}
		for _, parent := range changes.created {
			saved = append(saved, copyCharge(parent, child.ID))
		}
		if err := tx.DeleteCharges(removed); err != nil {
			return err
		}
		if err := tx.SaveCharges(saved); err != nil {
			return err
		}
	}
	return nil
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

// followCharge changes a copy of a charge as the charge was changed. Its name,
// its taxes and its least amount are its own.
func followCharge(row store.Charge, change chargeChange) store.Charge {
	row.Properties = followProperties(row.Properties, change.before.Properties, change.after.Properties)
	row.Filters = followFilters(row.Filters, change.before.Filters, change.after.Filters)
	return row
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
