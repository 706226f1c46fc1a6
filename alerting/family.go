package alerting

import (
	"slices"

	"tarn/audit"
	"tarn/store"
)

// Family is what alerts belong to, with the rules of its kind.
type Family struct {
	owner store.AlertOwner
	// rule finds the rule of a type; false for a type of another kind.
	rule func(store.AlertType) (rule, bool)
	// begin gives a new alert what it knows of the past.
	begin func(*store.Alert)
	// subject is an alert as a subject of activities.
	subject func(store.Alert) audit.Subject
	// changed lets the alerts be looked at that were made or changed.
	changed func(tx *store.Tx) error
}

// rule is what a type of alerts is like.
type rule struct {
	direction store.AlertDirection
	// ofMetric says that the alert watches one billable metric.
	ofMetric bool
	// addOns are the premium add-ons of which the type needs one; nil for none.
	addOns []string
}

// permitted reports whether an organization has one of the add-ons that a type needs.
func (r rule) permitted(organization store.Organization) bool {
	return len(r.addOns) == 0 || slices.ContainsFunc(r.addOns, organization.AddOn)
}

// OfSubscription is the family of a subscription, which must be locked. Its alerts
// belong to its external id, so they stay when the subscription changes its plan.
func OfSubscription(subscription store.Subscription) Family {
	return Family{
		owner: store.AlertOwner{SubscriptionExternalID: subscription.ExternalID},
		rule:  subscriptionRule,
		begin: func(*store.Alert) {}, // nothing was used before it
		subject: func(row store.Alert) audit.Subject {
			return audit.SubscriptionAlert(row, subscription.Customer.ExternalID)
		},
		changed: func(tx *store.Tx) error { return Watch(tx, subscription.CustomerID, subscription.ExternalID) },
	}
}

// The premium add-ons for the usage of a subscription's whole life.
const (
	addOnLifetimeUsage         = "lifetime_usage"
	addOnProgressiveBilling    = "progressive_billing"
	addOnGranularLifetimeUsage = "granular_lifetime_usage"
)

// subscriptionRule is the rule of a type of alerts on subscriptions.
func subscriptionRule(kind store.AlertType) (rule, bool) {
	found := rule{direction: store.AlertIncreasing}
	switch kind {
	case store.AlertCurrentUsageAmount:
	case store.AlertMetricCurrentUsageAmount, store.AlertMetricCurrentUsageUnits:
		found.ofMetric = true
	case store.AlertLifetimeUsageAmount:
		found.addOns = []string{addOnLifetimeUsage, addOnProgressiveBilling}
	case store.AlertMetricLifetimeUsageUnits:
		found.ofMetric, found.addOns = true, []string{addOnGranularLifetimeUsage}
	default:
		return found, false
	}
	return found, true
}
