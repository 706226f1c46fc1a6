package engine

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/billing/threshold"
	"tarn/fault"
	"tarn/form"
	"tarn/metering"
	"tarn/store"
)

// LifetimeUsage shows all usage of a subscription and of those that it
// followed, and how far that has come to each threshold. It refuses an unknown
// subscription, and one that was never active, with a NotFound fault.
func LifetimeUsage(tx *store.Tx, ref SubscriptionRef) (store.LifetimeUsage, error) {
	subscription, err := tx.Subscription(ref.ExternalID, statusOrActive(ref.Status))
	if err != nil {
		return store.LifetimeUsage{}, form.NotFound(err, "lifetime_usage")
	}
	row, err := tx.LifetimeUsage(subscription.ID)
	if err != nil {
		return row, form.NotFound(err, "lifetime_usage")
	}
	return measured(tx, row, subscription)
}

// UpdateLifetimeUsage sets what a subscription used before tarn counted, in the
// smallest unit of its plan's currency. It refuses what LifetimeUsage does, and
// a negative amount with a Validation fault. It is an update of the
// subscription.
func UpdateLifetimeUsage(tx *store.Tx, ref SubscriptionRef, historicalCents int64) (store.LifetimeUsage, error) {
	subscription, err := tx.SubscriptionForUpdate(ref.ExternalID, statusOrActive(ref.Status))
	if err != nil {
		return store.LifetimeUsage{}, form.NotFound(err, "lifetime_usage")
	}
	row, err := tx.LifetimeUsage(subscription.ID)
	if err != nil {
		return row, form.NotFound(err, "lifetime_usage")
	}
	if historicalCents < 0 || money.Beyond(historicalCents) {
		return row, fault.Invalid("historical_usage_amount_cents", fault.CodeOutOfRange)
	}
	row.ExternalHistoricalUsageAmountCents = historicalCents
	if err := tx.UpdateLifetimeUsage(&row); err != nil {
		return row, err
	}
	subject := audit.Subscription(subscription)
	if err := audit.Updated(tx, audit.Before(subject), subject); err != nil {
		return row, err
	}
	return measured(tx, row, subscription)
}

// measured fills in what of a lifetime usage is computed. It returns a Validation fault
// for more usage than an amount can be.
func measured(tx *store.Tx, row store.LifetimeUsage, subscription store.Subscription) (store.LifetimeUsage, error) {
	current, err := metering.CurrentAmountCents(tx, subscription)
	if err != nil {
		return row, err
	}
	invoiced, err := tx.InvoicedUsageCents(subscription)
	if err != nil {
		return row, err
	}
	total := money.Cents(decimal.Sum(invoiced, decimal.NewFromInt(row.ExternalHistoricalUsageAmountCents), decimal.NewFromInt(current)))
	if err := form.CheckSums(total); err != nil {
		return row, err
	}
	row.Subscription, row.CurrentUsageAmountCents, row.InvoicedUsageAmountCents = subscription, current, money.Cents(invoiced)
	applicable := subscription.ApplicableThresholds()
	thresholds := make([]threshold.Threshold, len(applicable))
	for i, each := range applicable {
		thresholds[i] = threshold.Threshold{AmountCents: each.AmountCents, Recurring: each.Recurring}
	}
	row.Thresholds = threshold.ProgressOf(thresholds, total)
	if len(applicable) == 0 {
		return row, nil
	}
	applied, err := tx.AppliedThresholds(subscription)
	row.ReachedAt = reachedAt(row.Thresholds, applicable, applied)
	return row, err
}

// reachedAt is when invoices were made for the amounts that usage has reached. Of a
// recurring threshold it is the first one that told of as much usage.
func reachedAt(progress []threshold.Progress, applicable []store.UsageThreshold, applied []store.InvoiceUsageThreshold) map[int64]time.Time {
	fixed, reached := map[int64]bool{}, map[int64]time.Time{}
	for _, each := range applicable {
		if !each.Recurring {
			fixed[each.AmountCents] = true
		}
	}
	for _, each := range progress {
		made := slices.IndexFunc(applied, func(row store.InvoiceUsageThreshold) bool {
			if fixed[each.AmountCents] {
				return !row.Recurring && row.AmountCents == each.AmountCents
			}
			return row.Recurring && row.LifetimeUsageAmountCents >= each.AmountCents
		})
		if each.Reached && made >= 0 {
			reached[each.AmountCents] = applied[made].CreatedAt
		}
	}
	return reached
}
