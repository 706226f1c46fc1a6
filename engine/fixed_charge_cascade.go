package engine

import (
	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/store"
)

// fixedChargeChanges are what a request does to the fixed charges of a plan.
type fixedChargeChanges struct {
	created []store.FixedCharge
	changed []fixedChargeChange
	removed []store.FixedCharge
	// immediate are the fixed charges whose units count from now on.
	immediate map[uuid.UUID]bool
}

// note remembers when the units of a fixed charge shall count.
func (c *fixedChargeChanges) note(row store.FixedCharge, in FixedChargeInput) {
	if c.immediate == nil {
		c.immediate = map[uuid.UUID]bool{}
	}
	c.immediate[row.ID] = in.ApplyUnitsImmediately
}

// units are the fixed charges that are new or have other units than before.
func (c *fixedChargeChanges) units() []unitsChange {
	var changes []unitsChange
	for _, row := range c.created {
		changes = append(changes, unitsChange{charge: row, immediately: c.immediate[row.ID]})
	}
	for _, change := range c.changed {
		if !change.after.Units.Equal(change.before.Units) {
			changes = append(changes, unitsChange{charge: change.after, immediately: c.immediate[change.after.ID]})
		}
	}
	return changes
}

// fixedChargeChange is a fixed charge as it was and as it will be.
type fixedChargeChange struct{ before, after store.FixedCharge }

// saveFixedChargeChanges writes changes to the fixed charges of a plan. With
// cascade the plans that override it follow.
func saveFixedChargeChanges(tx *store.Tx, plan store.Plan, changes fixedChargeChanges, cascade bool) error {
	if err := tx.DeleteFixedCharges(changes.removed); err != nil {
		return err
	}
	changed := make([]store.FixedCharge, len(changes.changed))
	for i, change := range changes.changed {
		changed[i] = change.after
	}
	if err := tx.SaveFixedCharges(changed); err != nil {
		return err
	}
	if err := tx.SaveFixedCharges(changes.created); err != nil {
		return err
	}
	if err := emitPlanUnits(tx, plan, changes.units()); err != nil || !cascade {
		return err
	}
	return cascadeFixedCharges(tx, plan, changes)
}

// cascadeFixedCharges lets the plans that override a plan follow changes to its
// fixed charges. A plan whose subscription is over neither gets nor loses any.
//
// Lago: the plans follow later, in the background. Here they have followed
// before the answer.
func cascadeFixedCharges(tx *store.Tx, plan store.Plan, changes fixedChargeChanges) error {
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
		copies := map[uuid.UUID]store.FixedCharge{}
		for _, row := range child.FixedCharges {
			if row.ParentID != nil {
				copies[*row.ParentID] = row
			}
		}
		var removed, saved []store.FixedCharge
		var units []unitsChange
		for _, parent := range changes.removed {
			if row, exists := copies[parent.ID]; exists {
				removed = append(removed, row)
			}
		}
		for _, change := range changes.changed {
			if row, exists := copies[change.after.ID]; exists && followsFixedCharge(row, change) {
				followed := !row.Units.Equal(change.after.Units)
				row.Units, row.Properties, row.UpdatedAt = change.after.Units, change.after.Properties, tx.Now()
				saved = append(saved, row)
				if followed {
					units = append(units, unitsChange{charge: row, immediately: changes.immediate[change.after.ID]})
				}
			}
		}
		for _, parent := range changes.created {
			row := parent
			row.ID, row.PlanID, row.ParentID = store.NewID(), child.ID, &parent.ID
			saved = append(saved, row)
			units = append(units, unitsChange{charge: row, immediately: changes.immediate[parent.ID]})
		}
		if err := tx.DeleteFixedCharges(removed); err != nil {
			return err
		}
		if err := tx.SaveFixedCharges(saved); err != nil {
			return err
		}
		if err := emitPlanUnits(tx, child, units); err != nil {
			return err
		}
	}
	return nil
}

// followsFixedCharge reports whether a copy of a fixed charge still is what the
// fixed charge was: units and properties follow together, or not at all. They
// do not follow to another model.
func followsFixedCharge(row store.FixedCharge, change fixedChargeChange) bool {
	before := change.before
	return row.ChargeModel == before.ChargeModel && row.ChargeModel == change.after.ChargeModel &&
		row.Units.Equal(before.Units) && charge.Equal(row.Properties, before.Properties)
}
