package invoicing

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/billing/money"
	"tarn/billing/threshold"
	"tarn/form"
	"tarn/jobs"
	"tarn/metering"
	"tarn/notify"
	"tarn/store"
)

// KindBillProgressively is the job that bills the usage of a subscription before
// its period is over, if it has reached thresholds. A subscription has one
// waiting.
const KindBillProgressively = "subscription.bill_progressively"

// progressiveArgs say whose usage is looked at.
type progressiveArgs struct {
	ExternalSubscriptionID string `json:"external_subscription_id"`
}

func progressiveJob(tx *store.Tx, externalSubscriptionID string) jobs.Job {
	return jobs.Job{
		Kind: KindBillProgressively, At: tx.Now(), Args: progressiveArgs{ExternalSubscriptionID: externalSubscriptionID},
		UniqueKey: KindBillProgressively + ":" + externalSubscriptionID,
	}
}

// billProgressively bills what a subscription has used so far in its period, if
// that lets it reach thresholds.
func billProgressively(tx *store.Tx, args progressiveArgs) error {
	sub, err := tx.SubscriptionForUpdate(args.ExternalSubscriptionID, store.SubscriptionActive)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	applicable := sub.ApplicableThresholds()
	if err != nil || len(applicable) == 0 || !tx.Organization().AddOn(addOnProgressiveBilling) {
		return err
	}
	run := Run{At: tx.Now(), Items: []Item{{Subscription: &sub, Reason: store.ReasonProgressive}}}
	b, err := newProgressiveBill(tx, run)
	if err != nil {
		return err
	}
	usage, lifetime, err := b.usage()
	if err != nil {
		return err
	}
	crossed := threshold.Crossed(thresholdsOf(applicable), usage)
	if len(crossed) == 0 {
		return nil
	}
	if err := b.findSources(); err != nil {
		return err
	}
	if err := b.compute(); err != nil {
		return err
	}
	for _, i := range crossed {
		b.invoice.AppliedThresholds = append(b.invoice.AppliedThresholds, appliedThreshold(applicable[i], lifetime))
	}
	if err := b.keep(); err != nil {
		return err
	}
	for _, i := range crossed {
		notify.Happened(tx, notify.UsageThresholdReached(sub, applicable[i]))
	}
	return nil
}

// addOnProgressiveBilling is the premium add-on without which thresholds do
// nothing.
const addOnProgressiveBilling = "progressive_billing"

// newProgressiveBill is the invoice of the usage of a period that runs, before
// coupons and taxes.
func newProgressiveBill(tx *store.Tx, run Run) (*bill, error) {
	sub := run.Items[0].Subscription
	if err := tx.LoadSellerTaxes(&sub.Customer); err != nil {
		return nil, err
	}
	histories, err := tx.BillingHistories([]uuid.UUID{sub.ID}, run.At.Add(time.Microsecond), run.At.AddDate(-1, 0, 0))
	if err != nil {
		return nil, err
	}
	s := newStatement(run.Items[0], run.At, run.At.Add(time.Microsecond), histories[sub.ID])
	window := s.periods.Current(run.At).Charges
	s.windows.Charges, s.windows.FixedCharges = &window, nil
	asked := metering.Billed{Subscription: sub, Window: window}
	for _, row := range sub.Plan.Charges {
		if !row.PayInAdvance {
			asked.Charges = append(asked.Charges, row)
		}
	}
	used, err := metering.BilledUsage(tx, []metering.Billed{asked})
	if err != nil {
		return nil, err
	}
	for i := range used[0] {
		lines, err := s.pricedLines(used[0][i].Fees, window)
		if err != nil {
			return nil, err
		}
		s.lines = append(s.lines, lines...)
	}
	b := newBill(tx, run.At, []statement{s})
	b.invoice.InvoiceType, b.invoice.Status = store.InvoiceProgressiveBilling, store.InvoiceFinalized
	b.setDates(sub.Day(run.At), datesOf(&sub.Customer))
	err = b.findProgressive()
	return b, err
}

// usage is how far the usage has come that the bill is for, and all usage of the
// subscription together in cents. It returns a Validation fault for more than an amount
// can be.
func (b *bill) usage() (threshold.Usage, int64, error) {
	sub := *b.statements[0].Subscription
	invoiced, err := b.tx.InvoicedUsageCents(sub)
	if err != nil {
		return threshold.Usage{}, 0, err
	}
	kept, err := b.tx.LifetimeUsage(sub.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return threshold.Usage{}, 0, err
	}
	current, err := metering.CurrentAmountCents(b.tx, sub)
	if err != nil {
		return threshold.Usage{}, 0, err
	}
	usage := threshold.Usage{InvoicedCents: money.Add(money.Cents(invoiced), kept.ExternalHistoricalUsageAmountCents), CurrentCents: current}
	for _, billed := range b.sources.progressive {
		usage.ProgressiveCents = money.Add(usage.ProgressiveCents, billed.invoice.FeesAmountCents)
	}
	lifetime := money.Add(usage.InvoicedCents, current)
	return usage, lifetime, form.CheckSums(lifetime, usage.ProgressiveCents)
}

func thresholdsOf(rows []store.UsageThreshold) []threshold.Threshold {
	thresholds := make([]threshold.Threshold, len(rows))
	for i, row := range rows {
		thresholds[i] = threshold.Threshold{AmountCents: row.AmountCents, Recurring: row.Recurring}
	}
	return thresholds
}

// appliedThreshold is a threshold that an invoice was made for, as it was then.
func appliedThreshold(row store.UsageThreshold, lifetimeCents int64) store.InvoiceUsageThreshold {
	return store.InvoiceUsageThreshold{
		ID: store.NewID(), UsageThresholdID: row.ID, ThresholdDisplayName: row.ThresholdDisplayName, AmountCents: row.AmountCents,
		Recurring: row.Recurring, LifetimeUsageAmountCents: lifetimeCents, ThresholdCreatedAt: row.CreatedAt, ThresholdUpdatedAt: row.UpdatedAt,
	}
}
