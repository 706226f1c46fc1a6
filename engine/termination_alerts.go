package engine

import (
	"time"

	"tarn/billing/period"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// alertedDays are how many days before the last one of a subscription webhooks tell of
// it, the earlier day first.
var alertedDays = []int{45, 15}

// alertDays are the days on which webhooks tell that a subscription is going to end.
//
// Lago: they are days of UTC, whatever the customer's zone.
func alertDays(row store.Subscription) []period.Date {
	last, days := period.DateOf(*row.EndingAt, time.UTC), make([]period.Date, len(alertedDays))
	for i, before := range alertedDays {
		days[i] = last.AddDays(-before)
	}
	return days
}

// scheduleTerminationAlert lets the next alert come before the end of a subscription that
// has one: at the first tick of its day after an instant.
func scheduleTerminationAlert(tx *store.Tx, row store.Subscription, after time.Time) error {
	for _, day := range alertDays(row) {
		at := alertRhythm.Later(day.Start(time.UTC), after)
		if period.DateOf(at, time.UTC) == day {
			return jobs.Hasten(tx, jobs.Job{
				Kind: KindAlertTermination, At: at, Args: subscriptionArgs{SubscriptionID: row.ID},
				UniqueKey: KindAlertTermination + ":" + row.ID.String(),
			})
		}
	}
	return nil
}

// terminationAlertDue tells that a subscription is going to end, once on each of the days
// on which that is told, and lets the next alert come.
func terminationAlertDue(tx *store.Tx, args subscriptionArgs) error {
	row, active, err := scheduledSubscription(tx, args, store.SubscriptionActive)
	if err != nil || !active || row.EndingAt == nil {
		return err
	}
	today := period.DateOf(tx.Now(), time.UTC)
	for _, day := range alertDays(row) {
		if day != today {
			continue
		}
		told, err := alertedToday(tx, row, today)
		if err != nil {
			return err
		}
		if !told {
			notify.Happened(tx, notify.SubscriptionTerminationNears(row))
		}
	}
	return scheduleTerminationAlert(tx, row, today.AddDays(1).Start(time.UTC).Add(-time.Microsecond))
}

// alertedToday reports whether it was told on a day already that a subscription is going
// to end. Nothing was where nobody listens.
func alertedToday(tx *store.Tx, row store.Subscription, today period.Date) (bool, error) {
	if !tx.Organization().TellsOfEvents() {
		return false, nil
	}
	last, err := tx.WebhookEvents(store.WebhookFilter{Type: notify.SubscriptionTerminationAlert, ObjectID: &row.ID}, 1)
	return len(last) > 0 && !last[0].CreatedAt.Before(today.Start(time.UTC)), err
}
