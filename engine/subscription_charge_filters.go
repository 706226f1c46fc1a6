package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

// CreateSubscriptionChargeFilter adds a filter to a charge for one subscription,
// under the rules of CreateChargeFilter. It refuses an unknown subscription or
// charge with a NotFound fault, and organizations without the licence with a
// Forbidden fault.
//
// Lago: unlike a plan, a subscription refuses a second filter with the same
// values.
func CreateSubscriptionChargeFilter(tx *store.Tx, ref SubscriptionRef, code string, in ChargeFilterInput) (store.ChargeFilter, error) {
	var created store.ChargeFilter
	err := overridingPlan(tx, ref, func(row *store.Subscription) error {
		find, err := ownCharge(tx, row, code)
		if err != nil {
			return err
		}
		created, err = CreateChargeFilter(tx, func(tx *store.Tx) (store.Plan, store.Charge, error) {
			plan, charge, err := find(tx)
			if err == nil && len(in.Values) > 0 && hasFilter(charge, in.Values) {
				err = fault.Invalid("values", "value_already_exists")
			}
			return plan, charge, err
		}, in, false)
		return err
	})
	return created, err
}

// hasFilter reports whether a charge has a filter with the same values.
func hasFilter(charge store.Charge, values map[string][]string) bool {
	return slices.ContainsFunc(charge.Filters, func(filter store.ChargeFilter) bool {
		return filterKey(filter.Values) == filterKey(values)
	})
}

// UpdateSubscriptionChargeFilter changes the name and the properties of a filter
// for one subscription. It refuses what CreateSubscriptionChargeFilter does, and
// an unknown filter.
func UpdateSubscriptionChargeFilter(
	tx *store.Tx, ref SubscriptionRef, code string, id uuid.UUID, in ChargeFilterInput,
) (store.ChargeFilter, error) {
	return overrideFilter(tx, ref, code, id, func(find ChargeFinder, own uuid.UUID) (store.ChargeFilter, error) {
		return UpdateChargeFilter(tx, find, own, in, false)
	})
}

// DeleteSubscriptionChargeFilter hides a filter of a charge for one
// subscription. It refuses what UpdateSubscriptionChargeFilter does.
func DeleteSubscriptionChargeFilter(tx *store.Tx, ref SubscriptionRef, code string, id uuid.UUID) (store.ChargeFilter, error) {
	return overrideFilter(tx, ref, code, id, func(find ChargeFinder, own uuid.UUID) (store.ChargeFilter, error) {
		return DeleteChargeFilter(tx, find, own, false)
	})
}

// overrideFilter changes the filter of a subscription's own charge that stands
// where the named filter stands in the charge that the subscription has so far.
func overrideFilter(
	tx *store.Tx, ref SubscriptionRef, code string, id uuid.UUID,
	change func(find ChargeFinder, own uuid.UUID) (store.ChargeFilter, error),
) (store.ChargeFilter, error) {
	var changed store.ChargeFilter
	err := overridingPlan(tx, ref, func(row *store.Subscription) error {
		_, _, place, err := findFilter(tx, func(*store.Tx) (store.Plan, store.Charge, error) {
			shown, err := chargeOfSubscription(*row, code)
			return row.Plan, shown, err
		}, id)
		if err != nil {
			return err
		}
		find, err := ownCharge(tx, row, code)
		if err != nil {
			return err
		}
		_, own, err := find(tx)
		if err != nil {
			return err
		}
		changed, err = change(find, own.Filters[place].ID)
		return err
	})
	return changed, err
}

// ownCharge finds a charge of a subscription by its code, which the
// subscription has for itself alone from here on, and the licence that this
// needs.
func ownCharge(tx *store.Tx, row *store.Subscription, code string) (ChargeFinder, error) {
	shown, err := chargeOfSubscription(*row, code)
	if err != nil {
		return nil, err
	}
	if err := licensed(tx); err != nil {
		return nil, err
	}
	plan, err := ownPlan(tx, row)
	if err != nil {
		return nil, err
	}
	own, err := copiedCharge(plan, shown.ID)
	return func(*store.Tx) (store.Plan, store.Charge, error) { return plan, own, nil }, err
}
