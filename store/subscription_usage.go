package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

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
	charges, err := tx.meteredCharges([]uuid.UUID{row.PlanID})
	row.Plan.Charges = charges[row.PlanID]
	return row, err
}

// MeteredSubscriptions are the active subscriptions under some external ids, read like
// MeteredSubscription. An external id without one is left out.
func (tx *Tx) MeteredSubscriptions(externalIDs []string) ([]Subscription, error) {
	var rows []Subscription
	err := inBatches(externalIDs, func(part []string) error {
		found, err := tx.meteredSubscriptions(tx.db.Where("external_id IN ?", part))
		rows = append(rows, found...)
		return err
	})
	return rows, err
}

// MeteredSubscriptionsOf are the active subscriptions of some customers, read like
// MeteredSubscription.
func (tx *Tx) MeteredSubscriptionsOf(customers []uuid.UUID) ([]Subscription, error) {
	var rows []Subscription
	err := inBatches(customers, func(part []uuid.UUID) error {
		found, err := tx.meteredSubscriptions(tx.db.Where("customer_id IN ?", part))
		rows = append(rows, found...)
		return err
	})
	return rows, err
}

// meteredSubscriptions reads the active ones of the subscriptions that a query finds,
// with what their usage is counted by.
func (tx *Tx) meteredSubscriptions(query *gorm.DB) ([]Subscription, error) {
	var rows []Subscription
	err := query.Where("status = ?", SubscriptionActive).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the subscriptions to meter: %w", err)
	}
	return rows, tx.loadMetered(rows)
}

// loadMetered fills in what the usage of subscriptions is counted by.
func (tx *Tx) loadMetered(rows []Subscription) error {
	if len(rows) == 0 {
		return nil
	}
	customers, err := tx.meteredCustomers(rowIDs(rows, func(row *Subscription) uuid.UUID { return row.CustomerID }))
	if err != nil {
		return err
	}
	plans, err := tx.meteredPlans(rowIDs(rows, func(row *Subscription) uuid.UUID { return row.PlanID }))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].ReadAt, rows[i].Customer, rows[i].Plan = tx.now, customers[rows[i].CustomerID], plans[rows[i].PlanID]
	}
	return nil
}

// meteredCustomers are customers with their billing entities and nothing else.
func (tx *Tx) meteredCustomers(ids []uuid.UUID) (map[uuid.UUID]Customer, error) {
	var customers []Customer
	if err := tx.db.Where("id IN ?", ids).Find(&customers).Error; err != nil {
		return nil, fmt.Errorf("find the customers to meter: %w", err)
	}
	var entities []BillingEntity
	err := tx.db.Where("id IN ?", rowIDs(customers, func(row *Customer) uuid.UUID { return row.BillingEntityID })).Find(&entities).Error
	if err != nil {
		return nil, fmt.Errorf("find the billing entities of customers: %w", err)
	}
	entityOf := make(map[uuid.UUID]BillingEntity, len(entities))
	for _, row := range entities {
		entityOf[row.ID] = row
	}
	index := make(map[uuid.UUID]Customer, len(customers))
	for _, row := range customers {
		row.BillingEntity = entityOf[row.BillingEntityID]
		index[row.ID] = row
	}
	return index, nil
}

// meteredPlans are plans with their charges and nothing else.
func (tx *Tx) meteredPlans(ids []uuid.UUID) (map[uuid.UUID]Plan, error) {
	var plans []Plan
	if err := tx.db.Where("id IN ?", ids).Find(&plans).Error; err != nil {
		return nil, fmt.Errorf("find the plans to meter: %w", err)
	}
	charges, err := tx.meteredCharges(ids)
	index := make(map[uuid.UUID]Plan, len(plans))
	for _, row := range plans {
		row.Charges = charges[row.ID]
		index[row.ID] = row
	}
	return index, err
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

// meteredCharges are the charges of plans, those of each oldest first, without their
// taxes.
func (tx *Tx) meteredCharges(plans []uuid.UUID) (map[uuid.UUID][]Charge, error) {
	var charges []Charge
	err := tx.db.Where("plan_id IN ? AND deleted_at IS NULL", plans).Order("created_at, id").Find(&charges).Error
	if err != nil {
		return nil, fmt.Errorf("find the charges of plans: %w", err)
	}
	if err := inBatches(charges, tx.loadMeteredParts); err != nil {
		return nil, err
	}
	of := make(map[uuid.UUID][]Charge, len(plans))
	for _, row := range charges {
		of[row.PlanID] = append(of[row.PlanID], row)
	}
	return of, nil
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

// usageTaxes is the statement for all taxes that usage may have: of plans, of
// customers, of their billing entities, and of charges.
const usageTaxes = `SELECT l.owner_id, t.* FROM (
    SELECT p.plan_id AS owner_id, p.tax_id FROM plan_taxes p WHERE {tenant:p} AND p.plan_id IN {plans}
    UNION ALL SELECT c.customer_id, c.tax_id FROM customer_taxes c WHERE {tenant:c} AND c.customer_id IN {customers}
    UNION ALL SELECT b.billing_entity_id, b.tax_id FROM billing_entity_taxes b WHERE {tenant:b} AND b.billing_entity_id IN {entities}
    UNION ALL SELECT h.charge_id, h.tax_id FROM charge_taxes h JOIN charges o ON {tenant:o} AND o.id = h.charge_id
        WHERE {tenant:h} AND o.plan_id IN {plans} AND o.deleted_at IS NULL
) l JOIN taxes t ON {tenant:t} AND t.id = l.tax_id AND t.deleted_at IS NULL
ORDER BY t.name, t.created_at DESC, t.id`

// LoadUsageTaxes fills in the taxes that the usage of subscriptions may have: those of
// their plans and of the plans' charges, of their customers, and of the customers'
// billing entities. The taxes come without what else has them.
func (tx *Tx) LoadUsageTaxes(rows ...*Subscription) error {
	for part := range slices.Chunk(rows, batchSize) {
		if err := tx.loadUsageTaxes(part); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) loadUsageTaxes(rows []*Subscription) error {
	var plans, customers, entities []uuid.UUID
	for _, row := range rows {
		plans, customers = append(plans, row.PlanID), append(customers, row.CustomerID)
		entities = append(entities, row.Customer.BillingEntityID)
	}
	var taxes []struct {
		OwnerID uuid.UUID
		Tax     `gorm:"embedded"`
	}
	err := tx.sql(usageTaxes, named.Arguments{"plans": plans, "customers": customers, "entities": entities}).Scan(&taxes).Error
	if err != nil {
		return fmt.Errorf("find the taxes of usage: %w", err)
	}
	owned := map[uuid.UUID][]Tax{}
	for _, found := range taxes {
		owned[found.OwnerID] = append(owned[found.OwnerID], found.Tax)
	}
	for _, row := range rows {
		row.Plan.Taxes, row.Customer.Taxes = owned[row.PlanID], owned[row.CustomerID]
		row.Customer.BillingEntity.Taxes = owned[row.Customer.BillingEntityID]
		for i := range row.Plan.Charges {
			row.Plan.Charges[i].Taxes = owned[row.Plan.Charges[i].ID]
		}
	}
	return nil
}
