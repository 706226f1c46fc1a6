package engine

import (
	"tarn/alerting"
	"tarn/store"
)

// AlertsOfSubscription finds the alerts of a subscription, under the rules of
// subscriptionByExternalID.
func AlertsOfSubscription(ref SubscriptionRef) alerting.Finder {
	return func(tx *store.Tx) (alerting.Family, error) {
		subscription, err := subscriptionByExternalIDForUpdate(tx, ref.ExternalID, ref.Status)
		return alerting.OfSubscription(subscription), err
	}
}
