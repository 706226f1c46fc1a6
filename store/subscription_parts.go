package store

import (
	"fmt"

	"github.com/google/uuid"
)

// loadSubscriptions fills in everything that is read with subscriptions, and
// what belongs to further plans, in a fixed number of queries for all of them.
func (tx *Tx) loadSubscriptions(rows []Subscription, further ...*Plan) error {
	if len(rows) == 0 {
		return nil
	}
	plans := further
	for i := range rows {
		if !rows[i].hasPlan() {
			plans = append(plans, &rows[i].Plan)
		}
	}
	if err := tx.loadListedSubscriptions(rows); err != nil {
		return err
	}
	if err := tx.loadPlanParts(plans); err != nil {
		return err
	}
	for _, load := range []func([]*Subscription) error{
		tx.loadSubscriptionThresholds, tx.loadFixedUnits, tx.loadSubscriptionEntitlements, tx.loadSubscriptionSections,
	} {
		if err := load(pointers(rows)); err != nil {
			return err
		}
	}
	return nil
}

// loadListedSubscriptions fills in what lists show of subscriptions, in a fixed
// number of queries for any number of them.
func (tx *Tx) loadListedSubscriptions(rows []Subscription) error {
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		rows[i].ReadAt = tx.now
	}
	for _, load := range []func([]*Subscription) error{
		tx.loadSubscriptionOwners, tx.loadPlanChanges, tx.loadActivationRules,
	} {
		if err := load(pointers(rows)); err != nil {
			return err
		}
	}
	return nil
}

// hasPlan reports whether the plan of a subscription is at hand, with its parts.
func (s *Subscription) hasPlan() bool { return s.Plan.ID == s.PlanID }

func pointers[T any](rows []T) []*T {
	list := make([]*T, len(rows))
	for i := range rows {
		list[i] = &rows[i]
	}
	return list
}

// loadSubscriptionOwners fills in the customers, the plans' own fields and the
// billing entities of subscriptions, deleted ones included. A customer or a plan
// that is at hand is not read again.
func (tx *Tx) loadSubscriptionOwners(rows []*Subscription) error {
	var customerIDs, planIDs, entityIDs []uuid.UUID
	for _, row := range rows {
		if !row.hasPlan() {
			planIDs = append(planIDs, row.PlanID)
		}
		if row.Customer.ID != row.CustomerID {
			customerIDs = append(customerIDs, row.CustomerID)
		}
		if row.BillingEntityID != nil {
			entityIDs = append(entityIDs, *row.BillingEntityID)
		}
	}
	customers, err := tx.customersByID(customerIDs)
	if err != nil {
		return err
	}
	plans, err := tx.plansByID(planIDs)
	if err != nil {
		return err
	}
	own, err := tx.ownBillingEntities(entityIDs)
	if err != nil {
		return err
	}
	owners := map[uuid.UUID]Customer{}
	for _, customer := range customers {
		owners[customer.ID] = customer
	}
	for _, row := range rows {
		if !row.hasPlan() {
			row.Plan = plans[row.PlanID]
		}
		if row.Customer.ID != row.CustomerID {
			row.Customer = owners[row.CustomerID]
		}
		row.BillingEntity = row.Customer.BillingEntity
		if row.BillingEntityID != nil {
			row.BillingEntity = own[*row.BillingEntityID]
		}
	}
	return nil
}

// customersByID reads customers, deleted ones included.
func (tx *Tx) customersByID(ids []uuid.UUID) ([]Customer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var customers []Customer
	if err := tx.db.Where("id IN ?", ids).Find(&customers).Error; err != nil {
		return nil, fmt.Errorf("find the customers of subscriptions: %w", err)
	}
	return customers, tx.loadCustomers(customers)
}

// ownBillingEntities reads the billing entities that subscriptions have of their
// own, deleted ones included.
func (tx *Tx) ownBillingEntities(ids []uuid.UUID) (map[uuid.UUID]BillingEntity, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var entities []BillingEntity
	if err := tx.db.Where("id IN ?", ids).Find(&entities).Error; err != nil {
		return nil, fmt.Errorf("find the billing entities of subscriptions: %w", err)
	}
	own := make(map[uuid.UUID]BillingEntity, len(entities))
	for _, entity := range entities {
		own[entity.ID] = entity
	}
	return own, nil
}

// plansByID reads plans without their parts, deleted ones included.
func (tx *Tx) plansByID(ids []uuid.UUID) (map[uuid.UUID]Plan, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var plans []Plan
	if err := tx.db.Where("id IN ?", ids).Find(&plans).Error; err != nil {
		return nil, fmt.Errorf("find the plans of subscriptions: %w", err)
	}
	index := make(map[uuid.UUID]Plan, len(plans))
	for _, plan := range plans {
		index[plan.ID] = plan
	}
	return index, nil
}

// loadPlanChanges fills in what comes before and after subscriptions.
func (tx *Tx) loadPlanChanges(rows []*Subscription) error {
	var ids, previous []uuid.UUID
	for _, row := range rows {
		ids = append(ids, row.ID)
		if row.PreviousSubscriptionID != nil {
			previous = append(previous, *row.PreviousSubscriptionID)
		}
	}
	query := tx.db.Where("previous_subscription_id IN ? AND status <> ?", ids, SubscriptionCanceled)
	if len(previous) > 0 {
		query = tx.db.Where("(id IN ? OR previous_subscription_id IN ? AND status <> ?)", previous, ids, SubscriptionCanceled)
	}
	var others []Subscription
	err := query.Order("created_at, id").Find(&others).Error
	if err != nil {
		return fmt.Errorf("find what subscriptions changed from and to: %w", err)
	}
	if len(others) == 0 {
		return nil
	}
	planIDs := make([]uuid.UUID, len(others))
	for i := range others {
		planIDs[i] = others[i].PlanID
	}
	plans, err := tx.plansByID(planIDs)
	if err != nil {
		return err
	}
	before, after := map[uuid.UUID]*PlanChange{}, map[uuid.UUID]*PlanChange{}
	for _, other := range others {
		other.Plan = plans[other.PlanID]
		change := other.AsChange()
		before[other.ID] = change
		if other.PreviousSubscriptionID != nil && other.Status != SubscriptionCanceled {
			after[*other.PreviousSubscriptionID] = change // the newest one comes last
		}
	}
	for _, row := range rows {
		row.Previous, row.Next = nil, after[row.ID]
		if row.PreviousSubscriptionID != nil {
			row.Previous = before[*row.PreviousSubscriptionID]
		}
	}
	return nil
}

func subscriptionIDs(rows []*Subscription) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

// loadSubscriptionThresholds fills in the thresholds that subscriptions have of
// their own, by amount, recurring ones last.
func (tx *Tx) loadSubscriptionThresholds(rows []*Subscription) error {
	var thresholds []UsageThreshold
	err := tx.db.Where("subscription_id IN ?", subscriptionIDs(rows)).Order("recurring, amount_cents").Find(&thresholds).Error
	if err != nil {
		return fmt.Errorf("find the usage thresholds of subscriptions: %w", err)
	}
	owned := make(map[uuid.UUID][]UsageThreshold, len(rows))
	for _, threshold := range thresholds {
		owned[*threshold.SubscriptionID] = append(owned[*threshold.SubscriptionID], threshold)
	}
	for _, row := range rows {
		row.UsageThresholds = owned[row.ID]
	}
	return nil
}
