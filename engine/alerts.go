package engine

import (
	"encoding/json"
	"slices"
	"strconv"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// AlertInput is what a client says of an alert. On creation, what is absent
// counts as empty; on update it stays as it is.
type AlertInput struct {
	// Params are the alert as it was sent. The refusal of a list repeats them.
	Params map[string]any
	// AlertType counts on creation only: it never changes.
	AlertType          form.Optional[string]
	Code               form.Optional[string]
	Name               form.Optional[string]
	BillableMetricCode form.Optional[string]
	// Thresholds are all of the alert. None counts as absent.
	Thresholds []AlertThresholdInput
}

// AlertThresholdInput is a value at which an alert tells.
type AlertThresholdInput struct {
	Code form.Optional[string]
	// Value is the JSON that was sent; nil for none.
	Value     json.RawMessage
	Recurring bool
}

// AlertFinder finds what the alerts of a request belong to, locked against
// other changes of its alerts. What has alerts has a finder of its own; the
// alerts are the same everywhere.
type AlertFinder func(tx *store.Tx) (alertFamily, error)

// alertFamily is what alerts belong to, with the rules of its kind.
type alertFamily struct {
	owner store.AlertOwner
	// rule finds the rule of a type; false for a type of another kind.
	rule func(store.AlertType) (alertRule, bool)
	// subject is an alert as a subject of activities.
	subject func(store.Alert) audit.Subject
}

// alertRule is what a type of alerts is like.
type alertRule struct {
	direction store.AlertDirection
	// ofMetric says that the alert watches one billable metric.
	ofMetric bool
	// addOns are the premium add-ons of which the type needs one; nil for none.
	addOns []string
}

// AlertsOfSubscription finds the alerts of a subscription, under the rules of
// subscriptionByExternalID. They belong to its external id, so they stay when
// the subscription changes its plan.
func AlertsOfSubscription(ref SubscriptionRef) AlertFinder {
	return func(tx *store.Tx) (alertFamily, error) {
		subscription, err := subscriptionByExternalIDForUpdate(tx, ref.ExternalID, ref.Status)
		return alertFamily{
			owner: store.AlertOwner{SubscriptionExternalID: subscription.ExternalID},
			rule:  subscriptionAlertRule,
			subject: func(row store.Alert) audit.Subject {
				return audit.SubscriptionAlert(row, subscription.Customer.ExternalID)
			},
		}, err
	}
}

// subscriptionAlertRule is the rule of a type of alerts on subscriptions.
func subscriptionAlertRule(kind store.AlertType) (alertRule, bool) {
	rule := alertRule{direction: store.AlertIncreasing}
	switch kind {
	case store.AlertCurrentUsageAmount:
	case store.AlertMetricCurrentUsageAmount, store.AlertMetricCurrentUsageUnits:
		rule.ofMetric = true
	case store.AlertLifetimeUsageAmount:
		rule.addOns = []string{addOnLifetimeUsage, addOnProgressiveBilling}
	case store.AlertMetricLifetimeUsageUnits:
		rule.ofMetric, rule.addOns = true, []string{addOnGranularLifetimeUsage}
	default:
		return rule, false
	}
	return rule, true
}

// The premium add-ons for the usage of a subscription's whole life.
const (
	addOnLifetimeUsage         = "lifetime_usage"
	addOnGranularLifetimeUsage = "granular_lifetime_usage"
)

// CreateAlert adds an alert. It refuses an unknown metric with a NotFound
// fault, and values that break a rule with a Validation fault: the first rule
// that is broken decides.
func CreateAlert(tx *store.Tx, find AlertFinder, in AlertInput) (store.Alert, error) {
	book, err := openAlerts(tx, find)
	if err != nil {
		return store.Alert{}, err
	}
	row, err := book.create(in)
	if err != nil {
		return row, err
	}
	return row, book.added([]store.Alert{row})
}

// CreateAlerts adds several alerts, all or none. When some break a rule, the
// Validation fault says for each of them, by its place in the list, what was
// sent and what is wrong with it.
func CreateAlerts(tx *store.Tx, find AlertFinder, inputs []AlertInput) ([]store.Alert, error) {
	book, err := openAlerts(tx, find)
	if err != nil {
		return nil, err
	}
	rows, refused := make([]store.Alert, 0, len(inputs)), fault.Details{}
	for i, in := range inputs {
		row, err := book.create(in)
		if refusal, isFault := fault.As(err); isFault {
			refused[strconv.Itoa(i)] = map[string]any{"params": in.Params, "errors": inWords(refusal)}
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if err := refused.Err(); err != nil {
		return nil, err
	}
	return rows, book.added(rows)
}

// inWords tells a refusal in one text.
func inWords(refusal *fault.Error) string {
	if len(refusal.Details) == 0 {
		return refusal.Code
	}
	details, _ := json.Marshal(refusal.Details) // of texts: cannot fail
	return "Validation errors: " + string(details)
}

// UpdateAlert changes an alert under the rules of its creation.
func UpdateAlert(tx *store.Tx, find AlertFinder, code string, in AlertInput) (store.Alert, error) {
	book, row, err := findAlert(tx, find, code)
	if err != nil {
		return row, err
	}
	before := audit.Before(book.family.subject(row))
	row, err = book.update(row, in)
	if err != nil {
		return row, err
	}
	if err := form.Taken(tx.SaveAlerts([]store.Alert{row}), "code"); err != nil {
		return row, err
	}
	return row, audit.Updated(tx, before, book.family.subject(row))
}

// DeleteAlert hides an alert; its code is free again. The answer shows it as it
// last was.
func DeleteAlert(tx *store.Tx, find AlertFinder, code string) (store.Alert, error) {
	book, row, err := findAlert(tx, find, code)
	if err != nil {
		return row, err
	}
	return row, book.remove([]store.Alert{row})
}

// DeleteAlerts hides all alerts of an owner.
func DeleteAlerts(tx *store.Tx, find AlertFinder) error {
	book, err := openAlerts(tx, find)
	if err != nil {
		return err
	}
	return book.remove(book.present)
}

// findAlert finds an alert by its code; a NotFound fault for its owner, and
// then for the alert.
func findAlert(tx *store.Tx, find AlertFinder, code string) (*alertBook, store.Alert, error) {
	book, err := openAlerts(tx, find)
	if err != nil {
		return nil, store.Alert{}, err
	}
	place := slices.IndexFunc(book.present, func(row store.Alert) bool { return row.Code == code })
	if place < 0 {
		return nil, store.Alert{}, fault.Missing("alert")
	}
	return book, book.present[place], nil
}
