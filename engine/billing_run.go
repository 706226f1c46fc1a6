package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/billing/period"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/store"
)

// billSubscriptions bills the active subscriptions of some customers that have their
// billing day on the day for which their jobs were due. A subscription with a
// downgrade ahead gives way to the one that follows, if one of its own periods
// begins; while that one waits for its payment nothing is billed, see billPassedOver.
func billSubscriptions(tx *store.Tx, customers []uuid.UUID, due time.Time) error {
	if err := tx.LockCustomers(customers); err != nil {
		return err
	}
	rows, err := tx.LivingSubscriptionsOfCustomers(customers)
	if err != nil {
		return err
	}
	var billed []store.Subscription
	for _, row := range active(rows) {
		day := row.Day(due)
		if !row.Periods().BillingDay(day) {
			continue
		}
		switch follows := row.Next != nil && row.Periods().DowngradeDay(day); {
		case follows && row.Next.Status == store.SubscriptionPending:
			if err := rotate(tx, row, rows); err != nil {
				return err
			}
		case follows && row.Next.Status == store.SubscriptionIncomplete && row.Next.Plan.Cheaper(row.Plan):
			// what it will pay decides
		default:
			billed = append(billed, *row)
		}
	}
	if err := billPeriod(tx, billed, due); err != nil {
		return err
	}
	return scheduleNextBilling(tx, rows, due)
}

// active are those of some subscriptions that run now.
func active(rows []store.Subscription) []*store.Subscription {
	var running []*store.Subscription
	for i := range rows {
		if rows[i].Status == store.SubscriptionActive {
			running = append(running, &rows[i])
		}
	}
	return running
}

// rotate puts a downgrade into effect. The subscription that follows is among the
// customer's that are not over.
func rotate(tx *store.Tx, current *store.Subscription, rows []store.Subscription) error {
	for i := range rows {
		if rows[i].ID == current.Next.SubscriptionID {
			return takeOver(tx, current, &rows[i])
		}
	}
	return fmt.Errorf("subscription %s does not follow any of its customer's: %w", current.Next.SubscriptionID, store.ErrNotFound)
}

// billingArgs say of which customer a day is billed: the one of an instant. What is
// tried again on another day is still billed for that one.
type billingArgs struct {
	invoicing.CustomerArgs

	Due time.Time `json:"due"`
}

// scheduleBilling lets the billing run come on the first billing day of an active
// subscription after an instant, at the latest. A run that finds nothing to bill does
// no harm.
func scheduleBilling(tx *store.Tx, row store.Subscription, after time.Time) error {
	at := nextBilling(row, after)
	return jobs.Hasten(tx, jobs.Job{
		Kind: KindBillSubscriptions, At: at, UniqueKey: KindBillSubscriptions + ":" + row.CustomerID.String(),
		Args: billingArgs{CustomerArgs: invoicing.CustomerArgs{CustomerID: row.CustomerID}, Due: at},
	})
}

// scheduleNextBilling lets the billing run of each customer come on the first billing
// day after the one that was due of those of its subscriptions that are active. Where
// that is over too, because the run came late, it comes at once.
func scheduleNextBilling(tx *store.Tx, rows []store.Subscription, due time.Time) error {
	for _, row := range active(rows) {
		if err := scheduleBilling(tx, *row, due); err != nil {
			return err
		}
	}
	return nil
}

// nextBilling is the first tick of the next billing day of a subscription, which
// is today while that tick is still ahead.
func nextBilling(row store.Subscription, now time.Time) time.Time {
	periods, today := row.Periods(), row.Day(now)
	tick := func(day period.Date) time.Time { return billingRhythm.From(day.Start(row.Location())) }
	if at := tick(today); periods.BillingDay(today) && at.After(now) {
		return at
	}
	return tick(periods.NextBillingDay(today))
}

// passedBillingDays are the instants of the billing runs of a subscription that have
// passed by now, of the days after a day.
func passedBillingDays(row store.Subscription, after period.Date, now time.Time) []time.Time {
	var passed []time.Time
	for day := row.Periods().NextBillingDay(after); ; day = row.Periods().NextBillingDay(day) {
		at := billingRhythm.From(day.Start(row.Location()))
		if at.After(now) {
			return passed
		}
		passed = append(passed, at)
	}
}

// billingWorker does the billing runs. Runs that are due at one instant are one. One
// that was given up comes again a day later, for the day that it was for.
func billingWorker() jobs.Worker {
	return jobs.Worker{
		Lock:      jobs.Locking(func(tx *store.Tx, args billingArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Run:       func(tx *store.Tx, job store.Job) error { return billDue(tx, []store.Job{job}) },
		Discarded: jobs.NextDay,
		Together:  &jobs.Together{Lock: invoicing.LockFreeCustomers, Run: billDue},
	}
}

// billDue does billing runs, together those that are for one instant.
func billDue(tx *store.Tx, due []store.Job) error {
	customers := map[time.Time][]uuid.UUID{}
	var instants []time.Time
	for _, job := range due {
		args := billingArgs{Due: job.ScheduledAt}
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return fmt.Errorf("read the arguments: %w", err)
		}
		at := args.Due.UTC()
		if customers[at] == nil {
			instants = append(instants, at)
		}
		customers[at] = append(customers[at], args.CustomerID)
	}
	for _, at := range instants {
		if err := billSubscriptions(tx, customers[at], at); err != nil {
			return err
		}
	}
	return nil
}
