package wire

import (
	"tarn/gen"
	"tarn/store"
)

// SubscriptionWebhook is a subscription as webhooks show it: with its plan and its
// customer.
type SubscriptionWebhook struct {
	gen.SubscriptionObject

	Plan     gen.PlanObject     `json:"plan"`
	Customer gen.CustomerObject `json:"customer"`
	// Entitlements are the features that the subscription has; nil where they are not
	// shown.
	Entitlements *[]gen.SubscriptionEntitlementObject `json:"entitlements,omitempty"`
	// UsageThreshold is one that was reached, and the applicable thresholds are shown
	// with it alone.
	UsageThreshold            *gen.UsageThresholdObject       `json:"usage_threshold,omitempty"`
	ApplicableUsageThresholds *[]gen.ApplicableUsageThreshold `json:"applicable_usage_thresholds,omitempty"`
}

// WebhookSubscription is a subscription with what all of its webhooks show.
func WebhookSubscription(row store.Subscription) SubscriptionWebhook {
	return SubscriptionWebhook{SubscriptionObject: Subscription(row), Plan: ListedPlan(row.Plan), Customer: webhookOwner(row.Customer)}
}

// EntitledWebhookSubscription is WebhookSubscription with the features that the
// subscription has.
func EntitledWebhookSubscription(row store.Subscription) SubscriptionWebhook {
	object := WebhookSubscription(row)
	object.Entitlements = some(Each(row.Entitlements(), SubscriptionEntitlement))
	return object
}

// ThresholdWebhookSubscription is WebhookSubscription with a threshold that its usage
// has reached.
func ThresholdWebhookSubscription(row store.Subscription, reached store.UsageThreshold) SubscriptionWebhook {
	object := WebhookSubscription(row)
	object.UsageThreshold = some(usageThreshold(reached))
	object.ApplicableUsageThresholds = some(Each(row.ApplicableThresholds(), applicableUsageThreshold))
	return object
}

// webhookOwner is the customer inside of what a webhook tells of: without its
// integrations.
func webhookOwner(row store.Customer) gen.CustomerObject {
	object := invoiceCustomer(row)
	object.IntegrationCustomers = nil
	return object
}
