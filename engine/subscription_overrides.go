package engine

import (
	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// SubscriptionRef names a subscription as the operations below a subscription
// do.
type SubscriptionRef struct {
	ExternalID string
	// Status is that of the subscription; empty means active.
	Status store.SubscriptionStatus
}

// FindSubscription finds a subscription for reading; a NotFound fault when there
// is none.
func FindSubscription(tx *store.Tx, ref SubscriptionRef) (store.Subscription, error) {
	return subscriptionByExternalID(tx, ref.ExternalID, ref.Status)
}

// overridingPlan is overriding for changes of what the plan charges: until the
// transaction ends, nobody else changes that.
func overridingPlan(tx *store.Tx, ref SubscriptionRef, change func(*store.Subscription) error) error {
	return overriding(tx, ref, func(row *store.Subscription) (err error) {
		lock := tx.PlanByIDShared
		if row.Plan.ParentID != nil {
			lock = tx.PlanByIDForUpdate
		}
		if row.Plan, err = lock(row.PlanID); err != nil {
			return form.NotFound(err, "plan")
		}
		return change(row)
	})
}

// overriding lets a request change something for one subscription that its plan
// says for all of them. It is an update of the subscription.
func overriding(tx *store.Tx, ref SubscriptionRef, change func(*store.Subscription) error) error {
	row, err := subscriptionByExternalIDForUpdate(tx, ref.ExternalID, ref.Status)
	if err != nil {
		return err
	}
	before := audit.Before(audit.Subscription(row))
	if err := change(&row); err != nil {
		return err
	}
	return audit.Updated(tx, before, audit.Subscription(row))
}

// licensed refuses organizations without the premium licence.
func licensed(tx *store.Tx) error {
	if !tx.Organization().Premium() {
		return fault.Denied("feature_unavailable")
	}
	return nil
}
