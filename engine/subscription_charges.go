package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

// OverrideSubscriptionCharge gives a subscription its own version of a charge.
// What is absent stays as it is. It refuses an unknown subscription, charge or
// tax with a NotFound fault, organizations without the licence with a Forbidden
// fault, and values that break a rule with a Validation fault.
//
// Lago: the first override copies the whole plan, so the charge gets another
// identifier then.
func OverrideSubscriptionCharge(tx *store.Tx, ref SubscriptionRef, code string, in ChargeInput) (store.Charge, error) {
	var overridden store.Charge
	err := overridingPlan(tx, ref, func(row *store.Subscription) error {
		shown, err := chargeOfSubscription(*row, code)
		if err != nil {
			return err
		}
		if err := licensed(tx); err != nil {
			return err
		}
		in.ID.Set(shown.ID.String())
		var overrides PlanOverridesInput
		overrides.Charges.Set([]ChargeInput{in})
		if err := overridePlan(tx, row, overrides); err != nil {
			return err
		}
		overridden, err = copiedCharge(row.Plan, shown.ID)
		return err
	})
	return overridden, err
}

// chargeOfSubscription finds a charge of a subscription's plan by its code; a
// NotFound fault when there is none.
func chargeOfSubscription(row store.Subscription, code string) (store.Charge, error) {
	place := slices.IndexFunc(row.Plan.Charges, func(each store.Charge) bool { return each.Code == code })
	if place < 0 {
		return store.Charge{}, fault.Missing("charge")
	}
	return row.Plan.Charges[place], nil
}

// copiedCharge finds the charge of a subscription's own plan that has the
// identifier or was copied from the one that has it.
func copiedCharge(own store.Plan, id uuid.UUID) (store.Charge, error) {
	for _, row := range own.Charges {
		if row.ID == id || row.ParentID != nil && *row.ParentID == id {
			return row, nil
		}
	}
	return store.Charge{}, fault.Missing("charge")
}
