package engine

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// This file is about subscriptions that become active when their start is paid: the
// gate is the open invoice of the start, on whose payment they wait.

// suspend lets a subscription wait for the payment of its start. It becomes active at
// once where there is nothing to pay in the end. The one whose place it takes is nil
// where there is none.
func suspend(tx *store.Tx, row, previous *store.Subscription, startedAt time.Time) error {
	row.Status, row.StartedAt = store.SubscriptionIncomplete, &startedAt
	if err := tx.UpdateSubscription(row); err != nil {
		return err
	}
	if err := emitActivationUnits(tx, *row); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionIncomplete(*row))
	if err := audit.Happened(tx, audit.Subscription(*row), actionIncomplete); err != nil {
		return err
	}
	gate, made, err := billGate(tx, row, previous)
	switch {
	case err != nil:
		return err
	case !made:
		return enter(tx, row, previous, nil)
	case gate.PaymentStatus == store.PaymentSucceeded:
		return enter(tx, row, previous, &gate)
	}
	return scheduleSubscription(tx, *row)
}

// enter lets a subscription become active whose start is paid. There is no gate where
// nothing was to be paid.
func enter(tx *store.Tx, row, previous *store.Subscription, gate *store.Invoice) error {
	if err := settleRules(tx, row, store.ActivationRuleSatisfied); err != nil {
		return err
	}
	tell := func() error { return nil }
	if gate != nil {
		var err error
		if tell, err = invoicing.IssueGate(tx, *gate); err != nil {
			return err
		}
	}
	if err := startPaid(tx, row, previous); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionStarted(*row))
	if err := audit.Happened(tx, audit.Subscription(*row), actionStarted); err != nil {
		return err
	}
	if err := tell(); err != nil {
		return err
	}
	if err := scheduleSubscription(tx, *row); err != nil || previous != nil {
		return err
	}
	return billLastPassed(tx, *row)
}

// settleRules gives the conditions of an activation their end.
func settleRules(tx *store.Tx, row *store.Subscription, status store.ActivationRuleStatus) error {
	rules := row.ActivationRules
	for i := range rules {
		rules[i].Status, rules[i].UpdatedAt = status, tx.Now()
	}
	return tx.ReplaceActivationRules(row, rules)
}

// startPaid makes a subscription active, and ends and bills the one whose place it
// takes: now, or with the period that is over after a downgrade, since its successor
// counts from then on.
func startPaid(tx *store.Tx, row, previous *store.Subscription) error {
	if previous == nil {
		return becomeActive(tx, row)
	}
	end := tx.Now()
	if row.Plan.Cheaper(previous.Plan) {
		end = *row.StartedAt
	}
	if err := markTerminated(tx, previous, end); err != nil {
		return err
	}
	if err := becomeActive(tx, row); err != nil {
		return err
	}
	row.Previous, previous.Next = previous.AsChange(), row.AsChange()
	if err := billReplaced(tx, previous, row); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionTerminated(*previous))
	return audit.Happened(tx, audit.Subscription(*previous), actionTerminated)
}

// billLastPassed bills the last of the billing days that have passed while a
// subscription waited.
//
// Lago: those before it are billed by nobody.
func billLastPassed(tx *store.Tx, row store.Subscription) error {
	passed := passedBillingDays(row, row.Day(*row.StartedAt), tx.Now())
	if len(passed) == 0 {
		return nil
	}
	return billPeriod(tx, []store.Subscription{row}, passed[len(passed)-1])
}

// closeGate closes the invoice on which a subscription waited.
func closeGate(tx *store.Tx, row *store.Subscription) error {
	gate, err := tx.GateInvoice(row.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return invoicing.CloseGate(tx, gate)
}

// billPassedOver bills the days on which billing runs have passed over a subscription,
// because it was to give way to a cheaper one that waited for its payment. It goes on
// now.
func billPassedOver(tx *store.Tx, canceled *store.Subscription) error {
	if canceled.Previous == nil || !canceled.Plan.Cheaper(canceled.Previous.Plan) {
		return nil
	}
	row, err := tx.SubscriptionBeside(*canceled, canceled.Previous.SubscriptionID)
	if err != nil || row.Status != store.SubscriptionActive {
		return err
	}
	row.Next = nil
	for _, at := range passedBillingDays(row, row.Day(*canceled.StartedAt).AddDays(-1), tx.Now()) {
		if err := billPeriod(tx, []store.Subscription{row}, at); err != nil {
			return err
		}
	}
	return nil
}

// followGate decides about the subscription that waits for the payment of an invoice,
// if one does.
func followGate(tx *store.Tx, invoice uuid.UUID) error {
	gate, err := tx.InvoiceForUpdate(invoice)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || gate.Status != store.InvoiceOpen || len(gate.BillingPeriods) == 0 {
		return err
	}
	row, err := tx.SubscriptionByIDForUpdate(gate.BillingPeriods[0].SubscriptionID)
	if err != nil || row.Status != store.SubscriptionIncomplete {
		return err
	}
	switch gate.PaymentStatus {
	case store.PaymentSucceeded:
		return admit(tx, &row, &gate)
	case store.PaymentFailed:
		return reject(tx, &row, store.ActivationRuleFailed, store.CancellationPaymentFailed)
	case store.PaymentPending, store.PaymentProcessing, store.PaymentRefunded:
	}
	return nil
}

// admit is enter for a subscription that has waited. While another active one has its
// external id it waits on; the end of that one calls it again.
func admit(tx *store.Tx, row *store.Subscription, gate *store.Invoice) error {
	if row.Previous == nil {
		taken, err := tx.SubscriptionTaken(row.ExternalID, store.SubscriptionActive, nil)
		if err != nil || taken {
			return err
		}
		return enter(tx, row, nil, gate)
	}
	previous, err := tx.SubscriptionBeside(*row, row.Previous.SubscriptionID)
	if err != nil {
		return err
	}
	return enter(tx, row, &previous, gate)
}

// reject cancels a subscription whose start was not paid. What it was to replace goes
// on.
func reject(tx *store.Tx, row *store.Subscription, status store.ActivationRuleStatus, reason string) error {
	if err := settleRules(tx, row, status); err != nil {
		return err
	}
	row.CancellationReason = &reason
	return cancel(tx, row, actionCanceled)
}

// followGateAgain lets a subscription become active that has waited for its external
// id after it was paid.
func followGateAgain(tx *store.Tx, row store.Subscription) error {
	gate, err := tx.GateInvoice(row.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || gate.PaymentStatus != store.PaymentSucceeded {
		return err
	}
	return invoicing.FollowPayment(tx, &gate)
}

// activationExpiryDue gives up an activation whose payment did not come in time. One
// that has come just before counts.
func activationExpiryDue(tx *store.Tx, args subscriptionArgs) error {
	row, incomplete, err := scheduledSubscription(tx, args, store.SubscriptionIncomplete)
	if err != nil || !incomplete {
		return err
	}
	for _, rule := range row.ActivationRules {
		if rule.Status != store.ActivationRulePending || rule.ExpiresAt == nil || rule.ExpiresAt.After(tx.Now()) {
			return scheduleSubscription(tx, row)
		}
	}
	gate, err := tx.GateInvoice(row.ID)
	if err == nil && gate.PaymentStatus == store.PaymentSucceeded {
		return admit(tx, &row, &gate)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return reject(tx, &row, store.ActivationRuleExpired, store.CancellationTimeout)
}
