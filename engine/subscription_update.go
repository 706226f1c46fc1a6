package engine

import (
	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// UpdateSubscription changes a subscription: the only one of its external id
// whatever its status, or else the one of the status. It refuses one that does
// not exist with a NotFound fault, one that waits for its payment and another
// purchase order of one that is over with a NotAllowed fault, and values that
// break a rule with a Validation fault.
//
// Lago: when it starts can be changed of a subscription that starts in the
// future; of any other, that is ignored.
func UpdateSubscription(tx *store.Tx, externalID string, status store.SubscriptionStatus, in SubscriptionUpdate) (store.Subscription, error) {
	row, err := subscriptionToUpdate(tx, externalID, status)
	if err != nil {
		return row, err
	}
	before := audit.Before(audit.Subscription(row))
	entity, err := checkSubscriptionUpdate(tx, row, in)
	if err != nil {
		return row, err
	}
	assignSubscription(&row, in)
	if err := pickSections(tx, &row, in.SubscriptionInput); err != nil {
		return row, err
	}
	switch {
	case entity != nil:
		row.BillingEntityID, row.BillingEntity = &entity.ID, *entity
	case in.BillingEntityCode.IsNull() || in.BillingEntityID.IsNull():
		row.BillingEntityID, row.BillingEntity = nil, row.Customer.BillingEntity
	}
	if err := tx.UpdateSubscription(&row); err != nil {
		return row, err
	}
	if err := updateSubscriptionParts(tx, &row, in.SubscriptionInput); err != nil {
		return row, err
	}
	if isFuture(row) {
		err = restart(tx, &row, in.SubscriptionInput)
	} else {
		err = scheduleSubscription(tx, row)
	}
	if err != nil {
		return row, err
	}
	notify.Happened(tx, notify.SubscriptionUpdated(row))
	return row, audit.Updated(tx, before, audit.Subscription(row))
}

// subscriptionToUpdate finds the subscription that an update means, locked
// against other changes.
func subscriptionToUpdate(tx *store.Tx, externalID string, status store.SubscriptionStatus) (store.Subscription, error) {
	named, err := tx.SubscriptionsNamed(externalID)
	if err != nil {
		return store.Subscription{}, err
	}
	if status != store.SubscriptionPending && status != store.SubscriptionIncomplete {
		status = store.SubscriptionActive
	}
	for _, each := range named {
		if len(named) == 1 || each.Status == status {
			row, err := tx.SubscriptionByIDForUpdate(each.ID)
			return row, form.NotFound(err, "subscription")
		}
	}
	return store.Subscription{}, fault.Missing("subscription")
}

// checkSubscriptionUpdate checks the rules of an update, and finds the billing
// entity that it names.
func checkSubscriptionUpdate(tx *store.Tx, row store.Subscription, in SubscriptionUpdate) (*store.BillingEntity, error) {
	if row.Status == store.SubscriptionIncomplete {
		return nil, fault.Refused("subscription_incomplete")
	}
	if isOver(row) && in.PurchaseOrderNumber.IsSpecified() {
		after := row
		form.AssignNullable(&after.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
		if !form.Equal(after.PurchaseOrderNumber, row.PurchaseOrderNumber) {
			return nil, fault.Refused("purchase_order_number_not_editable")
		}
	}
	entity, err := subscriptionEntity(tx, in.SubscriptionInput)
	if err != nil {
		return nil, err
	}
	checked := in.SubscriptionInput
	if !isFuture(row) {
		checked.SubscriptionAt.SetUnspecified() // ignored
	}
	if checked.SubscriptionAt.IsNull() {
		return nil, fault.Invalid("subscription_at", codeInvalidDate)
	}
	if form.Given(in.ActivationRules) && row.Status != store.SubscriptionPending {
		return nil, fault.Invalid("activation_rules", "subscription_not_pending")
	}
	if err := checkSubscriptionInput(tx, row, checked); err != nil {
		return nil, err
	}
	if err := checkTermination(in.Termination); err != nil {
		return nil, err
	}
	if in.overridesPlan() {
		if err := licensed(tx); err != nil {
			return nil, err
		}
	}
	return entity, checkThresholdsOnce(in.SubscriptionInput)
}

// isFuture reports whether a subscription starts in the future, by itself.
func isFuture(row store.Subscription) bool {
	return row.Status == store.SubscriptionPending && row.PreviousSubscriptionID == nil
}

// isOver reports whether a subscription has ended.
func isOver(row store.Subscription) bool {
	return row.Status == store.SubscriptionTerminated || row.Status == store.SubscriptionCanceled
}

// assignSubscription puts the fields of the subscription itself into the row.
func assignSubscription(row *store.Subscription, in SubscriptionUpdate) {
	form.AssignNullable(&row.Name, form.Trimmed(in.Name))
	form.AssignNullable(&row.EndingAt, in.EndingAt)
	form.Assign(&row.ConsolidateInvoice, in.ConsolidateInvoice)
	form.Assign(&row.ProgressiveBillingDisabled, in.ProgressiveBillingDisabled)
	form.AssignNullable(&row.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
	form.AssignPaymentMethod(&row.PaymentMethodType, &row.PaymentMethodID, in.PaymentMethod)
	setTermination(row, in.Termination)
	if isFuture(*row) {
		form.Assign(&row.SubscriptionAt, in.SubscriptionAt)
	}
}

// updateSubscriptionParts changes what belongs to a subscription.
func updateSubscriptionParts(tx *store.Tx, row *store.Subscription, in SubscriptionInput) error {
	if err := setActivationRules(tx, row, in.ActivationRules); err != nil {
		return err
	}
	if in.overridesPlan() {
		if err := overridePlan(tx, row, in.PlanOverrides.MustGet()); err != nil {
			return err
		}
	}
	return replaceSubscriptionThresholds(tx, row, in.UsageThresholds)
}

// restart looks at a subscription that starts in the future once more, since its
// day may be another now: an earlier day starts it without billing, and today
// does so at once unless there are conditions, which the next tick looks at.
func restart(tx *store.Tx, row *store.Subscription, in SubscriptionInput) error {
	start, today := row.Day(row.SubscriptionAt), row.Day(tx.Now())
	switch {
	case !form.Given(in.SubscriptionAt) || start.After(today):
		return scheduleSubscription(tx, *row)
	case start.Before(today):
		return activateUnbilled(tx, row, row.SubscriptionAt)
	case len(row.ActivationRules) > 0:
		return scheduleSubscription(tx, *row)
	}
	return activate(tx, row, row.SubscriptionAt)
}
