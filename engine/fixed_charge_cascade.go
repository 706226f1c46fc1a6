package engine

import (
	"time"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/store"
)

// fixedChargeParts are fixed charges as parts of a plan. Other units of those that
// are immediate, and of their copies, count from now on.
func fixedChargeParts(immediate map[uuid.UUID]bool) planParts[store.FixedCharge] {
	return planParts[store.FixedCharge]{
		of: func(plan store.Plan) []store.FixedCharge { return plan.FixedCharges },
		key: func(row store.FixedCharge) partKey {
			return partKey{id: row.ID, parent: row.ParentID, code: row.Code}
		},
		store:  (*store.Tx).SaveFixedCharges,
		hide:   (*store.Tx).DeleteFixedCharges,
		copied: copyFixedCharge, followed: followFixedCharge,
		written: func(tx *store.Tx, plan store.Plan, changes partChanges[store.FixedCharge]) error {
			return emitPlanUnits(tx, plan, changedUnits(changes, immediate))
		},
	}
}

// changedUnits are the fixed charges that are new or have other units than
// before.
func changedUnits(changes partChanges[store.FixedCharge], immediate map[uuid.UUID]bool) []unitsChange {
	var changed []unitsChange
	add := func(row store.FixedCharge) {
		immediately := immediate[row.ID] || row.ParentID != nil && immediate[*row.ParentID]
		changed = append(changed, unitsChange{charge: row, immediately: immediately})
	}
	for _, row := range changes.created {
		add(row)
	}
	for _, change := range changes.changed {
		if !change.after.Units.Equal(change.before.Units) {
			add(change.after)
		}
	}
	return changed
}

// copyFixedCharge is a new fixed charge of another plan with all that a fixed
// charge has.
func copyFixedCharge(parent store.FixedCharge, plan uuid.UUID) store.FixedCharge {
	row := parent
	row.ID, row.PlanID, row.ParentID = store.NewID(), plan, &parent.ID
	return row
}

// followFixedCharge changes a copy of a fixed charge as the fixed charge was
// changed, if the copy still is what the fixed charge was: units and properties
// follow together, or not at all. They do not follow to another model.
func followFixedCharge(row store.FixedCharge, change partChange[store.FixedCharge], now time.Time) (store.FixedCharge, bool) {
	before, after := change.before, change.after
	if row.ChargeModel != before.ChargeModel || row.ChargeModel != after.ChargeModel ||
		!row.Units.Equal(before.Units) || !charge.Equal(row.Properties, before.Properties) {
		return row, false
	}
	row.Units, row.Properties, row.UpdatedAt = after.Units, after.Properties, now
	return row, true
}
