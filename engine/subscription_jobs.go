package engine

import (
	"errors"

	"tarn/audit"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/store"
)

// scheduledSubscription finds the subscription of a job, locked against other
// changes, if it still has the status that the job is for.
func scheduledSubscription(tx *store.Tx, args subscriptionArgs, status store.SubscriptionStatus) (row store.Subscription, found bool, err error) {
	row, err = tx.SubscriptionByIDForUpdate(args.SubscriptionID)
	if errors.Is(err, store.ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil && row.Status == status, err
}

// activationDue starts a subscription whose day has come in its zone.
// While another active one has its external id it waits; the end of that one
// schedules it again.
//
// Lago: it starts at the tick, not at the hour that it was given.
func activationDue(tx *store.Tx, args subscriptionArgs) error {
	row, waiting, err := scheduledSubscription(tx, args, store.SubscriptionPending)
	if err != nil || !waiting || row.PreviousSubscriptionID != nil {
		return err
	}
	if row.Day(row.SubscriptionAt).After(row.Day(tx.Now())) {
		return scheduleSubscription(tx, row)
	}
	taken, err := tx.SubscriptionTaken(row.ExternalID, store.SubscriptionActive, nil)
	if err != nil || taken {
		return err
	}
	return activate(tx, &row, tx.Now())
}

// endDue terminates a subscription on the day of its end in its zone.
//
// Lago: a day on which no tick came is missed for good. Here the next tick makes
// up for it.
func endDue(tx *store.Tx, args subscriptionArgs) error {
	row, active, err := scheduledSubscription(tx, args, store.SubscriptionActive)
	if err != nil || !active || row.EndingAt == nil {
		return err
	}
	if row.Day(*row.EndingAt).After(row.Day(tx.Now())) {
		return scheduleSubscription(tx, row)
	}
	return terminate(tx, &row)
}

// trialEndDue records when a subscription's trial ended.
func trialEndDue(tx *store.Tx, args subscriptionArgs) error {
	row, active, err := scheduledSubscription(tx, args, store.SubscriptionActive)
	if err != nil || !active || row.TrialEndedAt != nil {
		return err
	}
	end, err := invoicing.TrialEndsAt(tx, row)
	switch {
	case err != nil || end.IsZero():
		return err
	case end.After(tx.Now()):
		return scheduleSubscription(tx, row)
	}
	row.TrialEndedAt = &end
	if err := tx.UpdateSubscription(&row); err != nil {
		return err
	}
	if err := billTrialEnd(tx, row); err != nil {
		return err
	}
	notify.Happened(tx, notify.SubscriptionTrialEnded(row))
	return audit.Happened(tx, audit.Subscription(row), actionTrialEnded)
}
