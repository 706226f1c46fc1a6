package engine

import (
	"time"

	"github.com/google/uuid"

	"tarn/invoicing"
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets"
)

// The jobs of subscriptions. Each finds out for itself what is to be done when
// it runs; one that comes too early, because the customer's time zone or a date
// has moved, schedules itself again.
const (
	// KindActivateSubscription starts a subscription on its day.
	KindActivateSubscription = "subscription.activate"
	// KindEndSubscription terminates a subscription on the day of its end.
	KindEndSubscription = "subscription.end"
	// KindEndTrial notes that a trial is over.
	KindEndTrial = "subscription.end_trial"
	// KindAlertTermination tells that the end of a subscription comes nearer.
	KindAlertTermination = "subscription.alert_termination"
	// KindExpireActivation gives up an activation that has waited too long for
	// its payment.
	KindExpireActivation = "subscription.expire_activation"
	// KindBillSubscriptions bills the subscriptions of a customer, and puts
	// downgrades into effect, on a billing day. Since subscriptions of one
	// customer share invoices, it is one job for all of them.
	KindBillSubscriptions = "subscriptions.bill"
)

// The rhythms of subscriptions.
var (
	activationRhythm = jobs.Rhythm{Every: 5 * time.Minute}
	endRhythm        = jobs.Rhythm{Every: time.Hour, After: 5 * time.Minute}
	billingRhythm    = jobs.Rhythm{Every: time.Hour, After: 10 * time.Minute}
	expiryRhythm     = jobs.Rhythm{Every: time.Hour, After: 20 * time.Minute}
	trialRhythm      = jobs.Rhythm{Every: time.Hour, After: 35 * time.Minute}
	alertRhythm      = jobs.Rhythm{Every: time.Hour, After: 50 * time.Minute}
)

// subscriptionArgs say which subscription a job is for.
type subscriptionArgs struct {
	SubscriptionID uuid.UUID `json:"subscription_id"`
}

// scheduleSubscription lets everything that is ahead of a subscription happen at
// its time. It is called whenever something changes on which that time depends.
func scheduleSubscription(tx *store.Tx, row store.Subscription) error {
	switch row.Status {
	case store.SubscriptionPending:
		if row.PreviousSubscriptionID != nil {
			return nil // the billing run starts it
		}
		start := row.Day(row.SubscriptionAt).Start(row.Location())
		return schedule(tx, KindActivateSubscription, row, activationRhythm.Later(start, tx.Now()))
	case store.SubscriptionIncomplete:
		return scheduleActivationExpiry(tx, row)
	case store.SubscriptionActive:
		return scheduleActive(tx, row)
	case store.SubscriptionTerminated, store.SubscriptionCanceled:
	}
	return nil
}

func scheduleActive(tx *store.Tx, row store.Subscription) error {
	if row.EndingAt != nil {
		end := row.Day(*row.EndingAt).Start(row.Location())
		if err := schedule(tx, KindEndSubscription, row, endRhythm.Later(end, tx.Now())); err != nil {
			return err
		}
		if err := scheduleTerminationAlert(tx, row, tx.Now()); err != nil {
			return err
		}
	}
	trial, err := invoicing.TrialEndsAt(tx, row)
	if err != nil {
		return err
	}
	if !trial.IsZero() && row.TrialEndedAt == nil {
		if err := schedule(tx, KindEndTrial, row, trialRhythm.Later(trial, tx.Now())); err != nil {
			return err
		}
	}
	return scheduleBilling(tx, row, tx.Now())
}

func scheduleActivationExpiry(tx *store.Tx, row store.Subscription) error {
	for _, rule := range row.ActivationRules {
		if rule.Status == store.ActivationRulePending && rule.ExpiresAt != nil {
			return schedule(tx, KindExpireActivation, row, expiryRhythm.Later(*rule.ExpiresAt, tx.Now()))
		}
	}
	return nil
}

// schedule lets a job of a subscription be done at an instant.
func schedule(tx *store.Tx, kind string, row store.Subscription, at time.Time) error {
	return jobs.Reschedule(tx, jobs.Job{
		Kind: kind, At: at, Args: subscriptionArgs{SubscriptionID: row.ID}, UniqueKey: kind + ":" + row.ID.String(),
	})
}

// scheduleWaiting lets subscriptions start whose day has come, or whose payment,
// while another active one had their external id.
func scheduleWaiting(tx *store.Tx, externalIDs ...string) error {
	ids, err := tx.PendingSubscriptions(externalIDs...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, err := tx.SubscriptionByID(id)
		if err != nil {
			return err
		}
		if err := scheduleSubscription(tx, row); err != nil {
			return err
		}
		if row.Status == store.SubscriptionIncomplete {
			if err := followGateAgain(tx, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// rescheduleCustomer finds the times of a customer's subscriptions and wallets anew,
// after its time zone has changed.
func rescheduleCustomer(tx *store.Tx, customer uuid.UUID) error {
	if err := tx.LockCustomer(customer); err != nil {
		return err
	}
	rows, err := tx.LivingSubscriptionsOfCustomer(customer)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := scheduleSubscription(tx, row); err != nil {
			return err
		}
	}
	return wallets.Reschedule(tx, customer)
}

// rescheduleBillingEntity does the same for the customers whose days are those
// of a billing entity.
func rescheduleBillingEntity(tx *store.Tx, entity uuid.UUID) error {
	customers, err := tx.CustomersInZoneOf(entity)
	if err != nil {
		return err
	}
	for _, customer := range customers {
		if err := rescheduleCustomer(tx, customer); err != nil {
			return err
		}
	}
	return nil
}

// subscriptionWorker does jobs of one kind for subscriptions. What cannot be done today
// is tried again tomorrow.
func subscriptionWorker(run func(*store.Tx, subscriptionArgs) error) jobs.Worker {
	worker := jobs.Handle(run)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args subscriptionArgs) error { return tx.LockSubscriber(args.SubscriptionID) })
	worker.Discarded = jobs.NextDay
	return worker
}
