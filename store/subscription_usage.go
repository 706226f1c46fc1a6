package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/store/internal/named"
)

// MeteredSubscription finds the active subscription of a customer with what its
// usage is counted by: the customer with its billing entity, and the plan with
// its charges, their metrics and their filters. Nothing else that belongs to it
// is read; the taxes come by LoadUsageTaxes.
//
// The customer is there also where the customer has no such subscription, which
// is ErrNotFound.
func (tx *Tx) MeteredSubscription(customer Customer, externalID string) (Subscription, error) {
	row, err := one[Subscription](tx.db.Where("external_id = ? AND status = ? AND customer_id = ?",
		externalID, SubscriptionActive, customer.ID).Order(newestSubscription))
	if err != nil {
		return row, err
	}
	row.ReadAt, row.Customer = tx.now, customer
	if row.Plan, err = one[Plan](tx.db.Where("id = ?", row.PlanID)); err != nil {
		return row, err
	}
	row.Plan.Charges, err = tx.meteredCharges(row.PlanID)
	return row, err
}

// SubscriptionOfEvent finds the subscription that an event of an instant belongs
// to, with everything that belongs to it: one that ran then, and rather one that
// still runs; ErrNotFound when none did.
//
// Lago: instants are compared in milliseconds, cut off.
func (tx *Tx) SubscriptionOfEvent(externalID string, at time.Time) (Subscription, error) {
	return tx.subscription(tx.db.Where("external_id = ? AND started_at < ? AND (terminated_at IS NULL OR terminated_at >= ?)",
		externalID, at.Truncate(time.Millisecond).Add(time.Millisecond), at.Truncate(time.Millisecond)).
		Where("status IN ?", []SubscriptionStatus{SubscriptionActive, SubscriptionTerminated}).
		Order("terminated_at IS NULL DESC, terminated_at DESC, started_at DESC, id DESC"))
}

// MeteredCustomer finds a customer with its billing entity and nothing else;
// ErrNotFound when there is none or it is deleted.
func (tx *Tx) MeteredCustomer(externalID string) (Customer, error) {
	row, err := one[Customer](tx.db.Where("external_id = ? AND deleted_at IS NULL", externalID))
	if err != nil {
		return row, err
	}
	row.BillingEntity, err = one[BillingEntity](tx.db.Where("id = ?", row.BillingEntityID))
	return row, err
}

// meteredCharges are the charges of a plan, oldest first, without their taxes.
func (tx *Tx) meteredCharges(plan uuid.UUID) ([]Charge, error) {
	var charges []Charge
	err := tx.db.Where("plan_id = ? AND deleted_at IS NULL", plan).Order("created_at, id").Find(&charges).Error
	if err != nil {
		return nil, fmt.Errorf("find the charges of a plan: %w", err)
	}
	return charges, inBatches(charges, tx.loadMeteredParts)
}

// loadMeteredParts fills in the metrics and filters of charges. The filters of
// metrics matter only to those of charges.
func (tx *Tx) loadMeteredParts(charges []Charge) error {
	if err := tx.loadChargeFilters(charges); err != nil {
		return err
	}
	filtered := false
	for _, row := range charges {
		filtered = filtered || len(row.Filters) > 0
	}
	if filtered {
		return tx.loadChargeMetrics(charges)
	}
	ids := make([]uuid.UUID, len(charges))
	for i := range charges {
		ids[i] = charges[i].BillableMetricID
	}
	var metrics []BillableMetric
	if err := tx.db.Where("id IN ?", ids).Find(&metrics).Error; err != nil {
		return fmt.Errorf("find the metrics of charges: %w", err)
	}
	index := make(map[uuid.UUID]BillableMetric, len(metrics))
	for _, metric := range metrics {
		index[metric.ID] = metric
	}
	for i := range charges {
		charges[i].BillableMetric = index[charges[i].BillableMetricID]
	}
	return nil
}

// usageTaxes is the statement for all taxes that usage may have: of the plan, of
// the customer, of its billing entity, and of charges.
const usageTaxes = `SELECT l.owner_id, t.* FROM (
    SELECT p.plan_id AS owner_id, p.tax_id FROM plan_taxes p WHERE {tenant:p} AND p.plan_id = {plan}
    UNION ALL SELECT c.customer_id, c.tax_id FROM customer_taxes c WHERE {tenant:c} AND c.customer_id = {customer}
    UNION ALL SELECT b.billing_entity_id, b.tax_id FROM billing_entity_taxes b WHERE {tenant:b} AND b.billing_entity_id = {entity}
    UNION ALL SELECT h.charge_id, h.tax_id FROM charge_taxes h JOIN charges o ON {tenant:o} AND o.id = h.charge_id
        WHERE {tenant:h} AND o.plan_id = {plan} AND o.deleted_at IS NULL
) l JOIN taxes t ON {tenant:t} AND t.id = l.tax_id AND t.deleted_at IS NULL
ORDER BY t.name, t.created_at DESC, t.id`

// LoadUsageTaxes fills in the taxes that the usage of a subscription may have:
// those of its plan and of the plan's charges, of its customer, and of the
// customer's billing entity. The taxes come without what else has them.
func (tx *Tx) LoadUsageTaxes(row *Subscription) error {
	var taxes []struct {
		OwnerID uuid.UUID
		Tax     `gorm:"embedded"`
	}
	err := tx.sql(usageTaxes, named.Arguments{
		"plan": row.PlanID, "customer": row.CustomerID, "entity": row.Customer.BillingEntityID,
	}).Scan(&taxes).Error
	if err != nil {
		return fmt.Errorf("find the taxes of usage: %w", err)
	}
	owned := map[uuid.UUID][]Tax{}
	for _, found := range taxes {
		owned[found.OwnerID] = append(owned[found.OwnerID], found.Tax)
	}
	row.Plan.Taxes, row.Customer.Taxes = owned[row.PlanID], owned[row.CustomerID]
	row.Customer.BillingEntity.Taxes = owned[row.Customer.BillingEntityID]
	for i := range row.Plan.Charges {
		row.Plan.Charges[i].Taxes = owned[row.Plan.Charges[i].ID]
	}
	return nil
}
