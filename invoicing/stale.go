package invoicing

import (
	"errors"
	"slices"
	"time"

	"tarn/jobs"
	"tarn/store"
)

// KindRefresh is the job that makes a draft again because what it rests on has
// changed. Such a draft has one waiting.
const KindRefresh = "invoice.refresh"

// refreshRhythm is how often drafts are made again.
var refreshRhythm = jobs.Rhythm{Every: 5 * time.Minute}

// DraftsChanged lets drafts be made again at the next tick that rest on something
// which has changed: a plan, a tax, a metric. New events are no such change; they
// count when a draft is refreshed or becomes final.
func DraftsChanged(tx *store.Tx, resting store.DraftsFor) error {
	ids, err := tx.FlagDrafts(resting)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := jobs.Hasten(tx, invoiceJob(KindRefresh, id, refreshRhythm.Later(tx.Now(), tx.Now()))); err != nil {
			return err
		}
	}
	return nil
}

// refreshDue makes a draft again, if it still has to be.
//
// Lago: only one that bills an active subscription is.
func refreshDue(tx *store.Tx, args invoiceArgs) error {
	row, err := tx.InvoiceForUpdate(args.InvoiceID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	active := slices.ContainsFunc(row.BillingPeriods, func(billed store.BillingPeriod) bool {
		return billed.Subscription.Status == store.SubscriptionActive
	})
	if err != nil || row.Status != store.InvoiceDraft || !row.Stale || !active {
		return err
	}
	return refreshDraft(tx, row)
}
