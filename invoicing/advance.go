package invoicing

import (
	"errors"

	"tarn/billing/period"
	"tarn/jobs"
	"tarn/metering"
	"tarn/store"
)

// KindBillEvents is the job that bills events of a subscription at once, for
// charges that are paid in advance.
const KindBillEvents = "events.bill"

// eventsArgs say which events of which subscription are billed.
type eventsArgs struct {
	ExternalSubscriptionID string   `json:"external_subscription_id"`
	TransactionIDs         []string `json:"transaction_ids"`
}

// FollowEvents lets come what events set off that were kept: fees in advance, and
// progressive invoices.
func FollowEvents(tx *store.Tx, outcomes []metering.Ingested) error {
	charged, watched := map[string][]string{}, map[string]bool{}
	var order, due []string
	for _, outcome := range outcomes {
		for _, row := range outcome.Charged {
			subscription := *row.ExternalSubscriptionID
			if charged[subscription] == nil {
				order = append(order, subscription)
			}
			charged[subscription] = append(charged[subscription], row.TransactionID)
		}
		for _, row := range outcome.Watched {
			if subscription := *row.ExternalSubscriptionID; !watched[subscription] {
				watched[subscription] = true
				due = append(due, subscription)
			}
		}
	}
	var work []jobs.Job
	for _, subscription := range order {
		work = append(work, jobs.Job{Kind: KindBillEvents, At: tx.Now(), Args: eventsArgs{
			ExternalSubscriptionID: subscription, TransactionIDs: charged[subscription],
		}})
	}
	for _, subscription := range due {
		if err := jobs.Hasten(tx, progressiveJob(tx, subscription)); err != nil {
			return err
		}
	}
	return jobs.EnqueueAll(tx, work)
}

// eventsWorker bills events at once.
func eventsWorker() jobs.Worker {
	worker := ofSubscription(billEvents, func(args eventsArgs) string { return args.ExternalSubscriptionID })
	worker.Run = func(tx *store.Tx, job store.Job) error {
		return jobs.Handle(func(tx *store.Tx, args eventsArgs) error { return eventsDue(tx, job, args) }).Run(tx, job)
	}
	return worker
}

// eventsDue bills events. Where that has failed they are billed one by one, so that
// one that cannot be billed does not keep the others.
func eventsDue(tx *store.Tx, job store.Job, args eventsArgs) error {
	if job.Attempt == 0 || len(args.TransactionIDs) == 1 {
		return billEvents(tx, args)
	}
	alone := make([]jobs.Job, len(args.TransactionIDs))
	for i, transaction := range args.TransactionIDs {
		alone[i] = jobs.Job{Kind: KindBillEvents, At: tx.Now(), Args: eventsArgs{
			ExternalSubscriptionID: args.ExternalSubscriptionID, TransactionIDs: []string{transaction},
		}}
	}
	return jobs.EnqueueAll(tx, alone)
}

// billEvents bills events that are still there, in the order in which they came.
func billEvents(tx *store.Tx, args eventsArgs) error {
	for _, transaction := range args.TransactionIDs {
		event, err := tx.EventOf(args.ExternalSubscriptionID, transaction)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			err = billEvent(tx, event)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// billEvent makes the fees of one event: each on an invoice of its own, or by
// itself where the charge is not invoiced.
//
// Lago: an event is passed over while a fee for the same transaction is on no
// invoice, be it of another subscription.
func billEvent(tx *store.Tx, event store.Event) error {
	sub, err := tx.SubscriptionOfEvent(*event.ExternalSubscriptionID, event.Timestamp)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var charges []store.Charge
	for _, row := range sub.Plan.Charges {
		if row.PayInAdvance && row.BillableMetric.Code == event.Code {
			charges = append(charges, row)
		}
	}
	if len(charges) == 0 {
		return nil
	}
	if err := tx.LockCustomer(sub.CustomerID); err != nil {
		return err
	}
	if billed, err := tx.EventBilled(event.TransactionID); err != nil || billed {
		return err
	}
	fees, err := metering.AdvanceFees(tx, &sub, event, charges)
	if err != nil {
		return err
	}
	for i := range fees {
		if err := billAdvanceFee(tx, &sub, &fees[i]); err != nil {
			return err
		}
	}
	return nil
}

// billAdvanceFee keeps one fee of an event.
func billAdvanceFee(tx *store.Tx, sub *store.Subscription, priced *metering.AdvanceFee) error {
	s := statement{Item: Item{Subscription: sub, Reason: store.ReasonInAdvance}, at: tx.Now(), periods: sub.Periods()}
	window := period.Window{From: priced.From, To: priced.To}
	s.windows = s.periods.Windows(tx.Now())
	s.windows.Charges, s.windows.FixedCharges = &window, nil
	added, err := s.usageLine(&priced.PricedFee, window)
	if err != nil {
		return err
	}
	added.fee.EventTransactionID = &priced.TransactionID
	if !priced.Charge.Invoiceable {
		return keepLines(tx, []line{added})
	}
	s.lines = []line{added}
	return billGroups(tx, tx.Now(), [][]statement{{s}})
}
