package engine

import (
	"tarn/form"
	"tarn/store"
)

// subscriptionByExternalID finds the subscription that a nested operation means:
// the newest one of a status, active when none is named. It returns a NotFound
// fault when there is none.
func subscriptionByExternalID(tx *store.Tx, externalID string, status store.SubscriptionStatus) (store.Subscription, error) {
	row, err := tx.Subscription(externalID, statusOrActive(status))
	return row, form.NotFound(err, "subscription")
}

// subscriptionByExternalIDForUpdate is subscriptionByExternalID for a
// transaction that will change the subscription, or what belongs to it.
func subscriptionByExternalIDForUpdate(tx *store.Tx, externalID string, status store.SubscriptionStatus) (store.Subscription, error) {
	row, err := tx.SubscriptionForUpdate(externalID, statusOrActive(status))
	return row, form.NotFound(err, "subscription")
}

// statusOrActive is active where no status is named.
func statusOrActive(status store.SubscriptionStatus) store.SubscriptionStatus {
	if status == "" {
		return store.SubscriptionActive
	}
	return status
}
