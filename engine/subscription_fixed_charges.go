package engine

import (
	"slices"

	"tarn/fault"
	"tarn/store"
)

// OverrideSubscriptionFixedCharge gives a subscription its own version of a
// fixed charge. What is absent stays as it is. It refuses an unknown
// subscription, fixed charge or tax with a NotFound fault, organizations without
// the licence with a Forbidden fault, and values that break a rule with a
// Validation fault.
//
// Lago: the first override copies the whole plan, so the fixed charge gets
// another identifier then, even where nothing but its units differs.
func OverrideSubscriptionFixedCharge(
	tx *store.Tx, ref SubscriptionRef, code string, in FixedChargeOverrideInput,
) (store.FixedCharge, error) {
	var overridden store.FixedCharge
	err := overridingPlan(tx, ref, func(row *store.Subscription) error {
		shown, err := FixedChargeOfSubscription(*row, code)
		if err != nil {
			return err
		}
		if err := licensed(tx); err != nil {
			return err
		}
		if row.Status == store.SubscriptionIncomplete {
			return fault.Invalid("base", "subscription_incomplete")
		}
		if in.Units.IsNull() {
			return fault.Invalid("units", fault.CodeNotANumber)
		}
		if _, err := ownPlan(tx, row); err != nil {
			return err
		}
		in.ID.Set(shown.ID.String())
		var overrides PlanOverridesInput
		overrides.FixedCharges.Set([]FixedChargeOverrideInput{in})
		if err := overridePlan(tx, row, overrides); err != nil {
			return err
		}
		own, _ := referredFixedCharge(row.Plan, in) // it was changed just now
		overridden = own
		return nil
	})
	return overridden, err
}

// FixedChargeOfSubscription finds a fixed charge of a subscription's plan by its
// code, with the units that the subscription has; a NotFound fault when there is
// none.
func FixedChargeOfSubscription(row store.Subscription, code string) (store.FixedCharge, error) {
	place := slices.IndexFunc(row.Plan.FixedCharges, func(each store.FixedCharge) bool { return each.Code == code })
	if place < 0 {
		return store.FixedCharge{}, fault.Missing("fixed_charge")
	}
	own := row.Plan.FixedCharges[place]
	own.Units = row.UnitsOf(own)
	return own, nil
}
