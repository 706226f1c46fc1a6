package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"

	billingperiod "tarn/billing/period"
	"tarn/store/internal/named"
)

// BillingHistory is what invoices have billed of a subscription so far.
type BillingHistory struct {
	// LastFeeAt is when its last subscription fee was made; nil when none was.
	LastFeeAt *time.Time
	// LastRun is what the last periodic run billed; nil when there was none.
	LastRun *BillingPeriod
	// Progressive are what progressive invoices have billed, newest first.
	Progressive []BillingPeriod
}

// BilledOn reports whether a periodic run has billed the subscription on a day.
func (h BillingHistory) BilledOn(day billingperiod.Date) bool {
	return h.LastRun != nil && h.LastRun.BilledDay != nil && *h.LastRun.BilledDay == day.String()
}

// BillingHistories are what invoices have billed of subscriptions before an
// instant, by the subscriptions' identifiers. The progressive ones are those
// whose window ends after another instant.
func (tx *Tx) BillingHistories(subscriptions []uuid.UUID, before, progressiveSince time.Time) (map[uuid.UUID]BillingHistory, error) {
	histories := make(map[uuid.UUID]BillingHistory, len(subscriptions))
	return histories, inBatches(subscriptions, func(part []uuid.UUID) error {
		if err := tx.loadLastFees(histories, part, before); err != nil {
			return err
		}
		return tx.loadRuns(histories, part, before, progressiveSince)
	})
}

func (tx *Tx) loadLastFees(histories map[uuid.UUID]BillingHistory, subscriptions []uuid.UUID, before time.Time) error {
	var fees []Fee
	newest := tx.db.Model(&Fee{}).Select("subscription_id, max(created_at)").
		Where("subscription_id IN ? AND fee_type = ? AND created_at < ? AND deleted_at IS NULL", subscriptions, FeeSubscription, before).
		Group("subscription_id")
	err := tx.db.Select("subscription_id", "created_at").
		Where("fee_type = ? AND (subscription_id, created_at) IN (?)", FeeSubscription, newest).Find(&fees).Error
	if err != nil {
		return fmt.Errorf("find the last subscription fees: %w", err)
	}
	for _, fee := range fees {
		history := histories[*fee.SubscriptionID]
		history.LastFeeAt = &fee.CreatedAt
		histories[*fee.SubscriptionID] = history
	}
	return nil
}

// LastSubscriptionFee finds the newest fee of a subscription's plan, without what
// belongs to it; ErrNotFound when there is none.
func (tx *Tx) LastSubscriptionFee(subscription uuid.UUID) (Fee, error) {
	return one[Fee](tx.db.Where("subscription_id = ? AND fee_type = ? AND invoice_id IS NOT NULL AND deleted_at IS NULL", subscription, FeeSubscription).
		Order("created_at DESC, id DESC"))
}

func (tx *Tx) loadRuns(histories map[uuid.UUID]BillingHistory, subscriptions []uuid.UUID, before, progressiveSince time.Time) error {
	var runs []BillingPeriod
	last := tx.db.Model(&BillingPeriod{}).Select("subscription_id, max(billed_day)").
		Where("subscription_id IN ? AND billed_day IS NOT NULL AND created_at < ?", subscriptions, before).Group("subscription_id")
	err := tx.db.Where("((subscription_id, billed_day) IN (?) OR subscription_id IN ? AND reason = ? AND charges_to >= ?)",
		last, subscriptions, ReasonProgressive, progressiveSince).Order("created_at DESC, id DESC").Find(&runs).Error
	if err != nil {
		return fmt.Errorf("find what was billed of subscriptions: %w", err)
	}
	for i := range runs {
		history := histories[runs[i].SubscriptionID]
		if runs[i].Reason == ReasonProgressive {
			history.Progressive = append(history.Progressive, runs[i])
		} else {
			history.LastRun = &runs[i]
		}
		histories[runs[i].SubscriptionID] = history
	}
	return nil
}

// OnlyStarted are those of some subscriptions of which a single invoice has billed
// anything so far, the one on their start.
func (tx *Tx) OnlyStarted(subscriptions []uuid.UUID) (map[uuid.UUID]bool, error) {
	started := map[uuid.UUID]bool{}
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var ids []uuid.UUID
		err := tx.db.Model(&BillingPeriod{}).Where("subscription_id IN ?", part).Group("subscription_id").
			Having("COUNT(*) = 1 AND MIN(reason) = ?", ReasonStarting).Pluck("subscription_id", &ids).Error
		for _, id := range ids {
			started[id] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what was billed once: %w", err)
	}
	return started, nil
}

// subscriptionSum is what fees of a subscription bring, in the two parts of a sum.
type subscriptionSum struct {
	SubscriptionID uuid.UUID
	High, Low      decimal.Decimal
}

// CountedTowardsCommitments are what the fees of subscriptions bring that begin in
// a range of time and were made before an instant, in cents and before coupons:
// those of the plan, of usage and of fixed charges. A subscription without such a
// fee is left out.
func (tx *Tx) CountedTowardsCommitments(subscriptions []uuid.UUID, from, to, before time.Time) (map[uuid.UUID]decimal.Decimal, error) {
	sums := make(map[uuid.UUID]decimal.Decimal, len(subscriptions))
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var rows []subscriptionSum
		err := tx.db.Model(&Fee{}).Select("subscription_id, "+tx.sumOf("amount_cents")).
			Where("subscription_id IN ? AND fee_type IN ?", part, []FeeType{FeeSubscription, FeeCharge, FeeFixedCharge}).
			Where("from_datetime >= ? AND from_datetime <= ? AND created_at < ? AND deleted_at IS NULL", from, to, before).
			Group("subscription_id").Scan(&rows).Error
		for _, row := range rows {
			sums[row.SubscriptionID] = whole(row.High, row.Low)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add up fees: %w", err)
	}
	return sums, nil
}

// InvoicedUsageCents is what invoices have billed of the usage of a subscription,
// without taxes, and of those that it followed by changes of plans: those with its
// external id and its date. What progressive invoices have billed is billed again
// by them.
func (tx *Tx) InvoicedUsageCents(row Subscription) (decimal.Decimal, error) {
	cents, err := tx.InvoicedUsagesCents([]uuid.UUID{row.ID})
	return cents[row.ID], err
}

// invoicedUsages is the statement for a sum over what invoices have billed of the usage
// of subscriptions.
const invoicedUsages = `SELECT s.id AS subscription_id, %s
FROM subscriptions s
JOIN subscriptions c ON {tenant:c} AND c.external_id = s.external_id AND c.customer_id = s.customer_id
    AND c.subscription_at = s.subscription_at AND c.status <> {canceled}
JOIN fees f ON {tenant:f} AND f.subscription_id = c.id AND f.fee_type = {charge} AND f.deleted_at IS NULL
JOIN invoices i ON {tenant:i} AND i.id = f.invoice_id AND i.customer_id = s.customer_id
    AND i.invoice_type = {subscription} AND i.status IN ({finalized}, {draft})
WHERE {tenant:s} AND s.id IN {ids}
GROUP BY s.id`

// InvoicedUsagesCents is InvoicedUsageCents for some, by their identifiers. What is
// not there is nothing.
func (tx *Tx) InvoicedUsagesCents(subscriptions []uuid.UUID) (map[uuid.UUID]decimal.Decimal, error) {
	cents := make(map[uuid.UUID]decimal.Decimal, len(subscriptions))
	statement := fmt.Sprintf(invoicedUsages, tx.sumOf("f.amount_cents"))
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var rows []subscriptionSum
		err := tx.sql(statement, named.Arguments{
			"ids": part, "canceled": SubscriptionCanceled, "charge": FeeCharge, "subscription": InvoiceSubscription,
			"finalized": InvoiceFinalized, "draft": InvoiceDraft,
		}).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("add up the invoiced usage: %w", err)
		}
		for _, row := range rows {
			cents[row.SubscriptionID] = whole(row.High, row.Low)
		}
		return nil
	})
	return cents, err
}

// chain finds the identifiers of a subscription and of those that it followed by
// changes of plans.
func (tx *Tx) chain(row Subscription) *gorm.DB {
	return tx.db.Model(&Subscription{}).Select("id").Where("external_id = ? AND customer_id = ? AND subscription_at = ? AND status <> ?",
		row.ExternalID, row.CustomerID, row.SubscriptionAt, SubscriptionCanceled)
}

// AppliedThresholds are the usage thresholds for which invoices that count were
// made of a subscription, and of those that it followed, oldest first.
func (tx *Tx) AppliedThresholds(row Subscription) ([]InvoiceUsageThreshold, error) {
	billed := tx.db.Model(&BillingPeriod{}).Select("invoice_id").Where("reason = ? AND subscription_id IN (?)", ReasonProgressive, tx.chain(row))
	counting := tx.db.Model(&Invoice{}).Select("id").
		Where("customer_id = ? AND status NOT IN ? AND id IN (?)", row.CustomerID, uselessInvoices, billed)
	var applied []InvoiceUsageThreshold
	if err := tx.db.Where("invoice_id IN (?)", counting).Order("created_at, id").Find(&applied).Error; err != nil {
		return nil, fmt.Errorf("find the usage thresholds of invoices: %w", err)
	}
	return applied, nil
}

// FixedChargeFees are the fees of subscriptions' fixed charges that are paid in
// advance and cover an instant, oldest first.
func (tx *Tx) FixedChargeFees(subscriptions []uuid.UUID, at time.Time) ([]Fee, error) {
	var fees []Fee
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var some []Fee
		err := tx.db.Where("subscription_id IN ? AND fee_type = ? AND pay_in_advance AND deleted_at IS NULL", part, FeeFixedCharge).
			Where("from_datetime <= ? AND to_datetime >= ?", at, at).Order("created_at, id").Find(&some).Error
		fees = append(fees, some...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the fees of fixed charges: %w", err)
	}
	return fees, nil
}

// PaidFeesToRegroup are the fees of subscriptions that were paid one by one, are
// on no invoice, and are to come together on one, oldest first, with their taxes.
func (tx *Tx) PaidFeesToRegroup(subscriptions []uuid.UUID) ([]Fee, error) {
	if len(subscriptions) == 0 {
		return nil, nil
	}
	regrouped := tx.db.Model(&Charge{}).Select("id").Where("regroup_paid_fees IS NOT NULL")
	var fees []Fee
	err := tx.locked().Where("subscription_id IN ? AND fee_type = ? AND invoice_id IS NULL AND payment_status = ? AND deleted_at IS NULL",
		subscriptions, FeeCharge, PaymentSucceeded).Where("charge_id IN (?)", regrouped).Order("created_at, id").Find(&fees).Error
	if err != nil {
		return nil, fmt.Errorf("find the fees that were paid one by one: %w", err)
	}
	return fees, inBatches(fees, tx.loadFees)
}

// PutOnInvoice puts fees on an invoice that were on none.
func (tx *Tx) PutOnInvoice(invoice uuid.UUID, fees []Fee) error {
	ids := rowIDs(fees, func(row *Fee) uuid.UUID { return row.ID })
	return inBatches(ids, func(part []uuid.UUID) error {
		err := tx.db.Model(&Fee{}).Where("id IN ? AND invoice_id IS NULL", part).Update("invoice_id", invoice).Error
		if err != nil {
			return fmt.Errorf("put fees on an invoice: %w", err)
		}
		return nil
	})
}

// InvoicesByID reads invoices with what belongs to them, of any status.
func (tx *Tx) InvoicesByID(ids []uuid.UUID) ([]Invoice, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Invoice
	if err := tx.db.Where("id IN ?", ids).Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find invoices: %w", err)
	}
	return rows, tx.loadInvoices(rows)
}

// EventBilled reports whether there is a fee for an event of a transaction that is
// on no invoice, of whatever subscription.
func (tx *Tx) EventBilled(transactionID string) (bool, error) {
	return exists(tx.db.Model(&Fee{}).Where("event_transaction_id = ? AND pay_in_advance AND invoice_id IS NULL AND deleted_at IS NULL", transactionID))
}
