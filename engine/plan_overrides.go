package engine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// ownPlan is the plan that a subscription, which must be locked, has for itself
// alone. On the first call it is made: a copy of the plan of the catalogue with
// all charges and fixed charges, each of which names the one that it was copied
// from. Units of fixed charges that the subscription had of its own become
// those of the copies.
//
// Lago: the copy has none of the plan's taxes, of the taxes of its charges, of
// its minimum commitment and of its metadata. Its thresholds and its features
// stay those of the plan of the catalogue.
//
// Nobody else changes the plan until the transaction ends. It returns a NotFound
// fault for a plan that was deleted, which ended its subscriptions.
func ownPlan(tx *store.Tx, subscription *store.Subscription) (_ store.Plan, err error) {
	if subscription.Plan.ParentID != nil {
		subscription.Plan, err = tx.PlanByIDForUpdate(subscription.PlanID)
		return subscription.Plan, form.NotFound(err, "plan")
	}
	own, err := clonePlan(tx, subscription.PlanID)
	if err != nil {
		return own, err
	}
	if err := adoptUnits(tx, subscription, own); err != nil {
		return own, err
	}
	subscription.PlanID = own.ID
	if err := tx.UpdateSubscription(subscription); err != nil {
		return own, err
	}
	subscription.Plan, err = tx.PlanByID(own.ID)
	return subscription.Plan, err
}

// clonePlan copies a plan of the catalogue for one subscription. It returns a
// NotFound fault for a plan that was deleted.
func clonePlan(tx *store.Tx, id uuid.UUID) (store.Plan, error) {
	parent, err := tx.PlanByIDShared(id)
	if err != nil {
		return parent, form.NotFound(err, "plan")
	}
	own := copyPlan(parent)
	if err := tx.InsertPlan(&own); err != nil {
		return own, err
	}
	if err := tx.SaveCharges(own.Charges); err != nil {
		return own, err
	}
	return own, tx.SaveFixedCharges(own.FixedCharges)
}

// copyPlan is a plan that overrides another and differs in nothing yet.
func copyPlan(parent store.Plan) store.Plan {
	own := store.Plan{
		ID: store.NewID(), ParentID: &parent.ID, Code: parent.Code, Name: parent.Name,
		InvoiceDisplayName: parent.InvoiceDisplayName, Description: parent.Description,
		Interval: parent.Interval, AmountCents: parent.AmountCents, AmountCurrency: parent.AmountCurrency,
		PayInAdvance: parent.PayInAdvance, TrialPeriod: parent.TrialPeriod,
		BillChargesMonthly: parent.BillChargesMonthly, BillFixedChargesMonthly: parent.BillFixedChargesMonthly,
	}
	for _, row := range parent.Charges {
		own.Charges = append(own.Charges, untaxedCopy(row, own.ID))
	}
	for _, row := range parent.FixedCharges {
		own.FixedCharges = append(own.FixedCharges, untaxedFixedCopy(row, own.ID))
	}
	return own
}

// untaxedCopy is a charge of another plan with all that a charge has but taxes.
// It is as old as its plan.
func untaxedCopy(parent store.Charge, plan uuid.UUID) store.Charge {
	row := copyCharge(parent, plan)
	row.Taxes = nil
	row.CreatedAt, row.UpdatedAt = time.Time{}, time.Time{}
	for i := range row.Filters {
		row.Filters[i].CreatedAt, row.Filters[i].UpdatedAt = time.Time{}, time.Time{}
	}
	return row
}

// untaxedFixedCopy is a fixed charge of another plan with all that a fixed charge
// has but taxes. It is as old as its plan.
func untaxedFixedCopy(parent store.FixedCharge, plan uuid.UUID) store.FixedCharge {
	row := copyFixedCharge(parent, plan)
	row.Taxes = nil
	row.CreatedAt, row.UpdatedAt = time.Time{}, time.Time{}
	return row
}

// adoptUnits makes units that a subscription has of its own those of its own
// plan, and lets the changes of units that are known count for the copies.
func adoptUnits(tx *store.Tx, subscription *store.Subscription, own store.Plan) error {
	var adopted []uuid.UUID
	fixedCharges := slices.Clone(own.FixedCharges)
	for i := range fixedCharges {
		row := &fixedCharges[i]
		parent := *row.ParentID
		if err := tx.MoveFixedChargeEvents(subscription.ID, parent, row.ID); err != nil {
			return err
		}
		for _, units := range subscription.FixedUnits {
			if units.FixedChargeID == parent {
				row.Units = units.Units
				adopted = append(adopted, parent)
			}
		}
	}
	if len(adopted) == 0 {
		return nil
	}
	if err := tx.SaveFixedCharges(fixedCharges); err != nil {
		return err
	}
	return tx.DeleteFixedUnits(subscription, adopted...)
}
