package notify

import (
	"tarn/store"
	"tarn/wire"
)

// SubscriptionTerminationAlert is the type of what SubscriptionTerminationNears tells.
const SubscriptionTerminationAlert = "subscription.termination_alert"

// SubscriptionStarted tells that a subscription is active from now on.
func SubscriptionStarted(row store.Subscription) Subject {
	return subscription("subscription.started", row, wire.EntitledWebhookSubscription)
}

// SubscriptionUpdated tells of an update of a subscription, of what it grants, or of the
// change of plans that lies ahead of it.
func SubscriptionUpdated(row store.Subscription) Subject {
	return subscription("subscription.updated", row, wire.EntitledWebhookSubscription)
}

// SubscriptionTerminated tells that a subscription is over.
//
// Lago: also one that has never started, if a client has canceled it.
func SubscriptionTerminated(row store.Subscription) Subject {
	return subscription("subscription.terminated", row, wire.WebhookSubscription)
}

// SubscriptionCanceled tells that a subscription will not become active, since its start
// was not paid.
func SubscriptionCanceled(row store.Subscription) Subject {
	return subscription("subscription.canceled", row, wire.WebhookSubscription)
}

// SubscriptionIncomplete tells that a subscription waits for the payment of its start.
func SubscriptionIncomplete(row store.Subscription) Subject {
	return subscription("subscription.incomplete", row, wire.WebhookSubscription)
}

// SubscriptionTrialEnded tells that the trial of a subscription is over.
func SubscriptionTrialEnded(row store.Subscription) Subject {
	return subscription("subscription.trial_ended", row, wire.WebhookSubscription)
}

// SubscriptionTerminationNears tells that the last day of a subscription comes nearer.
func SubscriptionTerminationNears(row store.Subscription) Subject {
	return subscription(SubscriptionTerminationAlert, row, wire.WebhookSubscription)
}

// UsageThresholdReached tells that the usage of a subscription has reached a threshold.
func UsageThresholdReached(row store.Subscription, reached store.UsageThreshold) Subject {
	return subscription("subscription.usage_threshold_reached", row, func(row store.Subscription) wire.SubscriptionWebhook {
		return wire.ThresholdWebhookSubscription(row, reached)
	})
}

func subscription(eventType string, row store.Subscription, render func(store.Subscription) wire.SubscriptionWebhook) Subject {
	return Subject{Type: eventType, ObjectType: "subscription", ObjectID: row.ID, Object: rendered(row, render)}
}
