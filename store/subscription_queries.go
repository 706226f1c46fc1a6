package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// living are the statuses of subscriptions that are not over.
var living = []SubscriptionStatus{SubscriptionPending, SubscriptionIncomplete, SubscriptionActive}

// EditableSubscription finds the subscription of a customer that a creation
// under the same external id would change: the one that is active, or the one
// that starts in the future. ErrNotFound when there is none. The customer must
// be locked. What belongs to the plan that the creation is for is read with it.
func (tx *Tx) EditableSubscription(customer Customer, externalID string, plan *Plan) (Subscription, error) {
	row, err := one[Subscription](tx.locked().
		Where("customer_id = ? AND external_id = ?", customer.ID, externalID).
		Where("(status = ? OR status = ? AND previous_subscription_id IS NULL)", SubscriptionActive, SubscriptionPending).
		Order(newestSubscription))
	if err != nil {
		return row, err
	}
	row.Customer = customer
	rows := []Subscription{row}
	err = tx.loadSubscriptions(rows, plan)
	return rows[0], err
}

// SubscriptionBeside finds another subscription of the customer whose
// subscription is at hand, locked as that one is; ErrNotFound when there is none.
func (tx *Tx) SubscriptionBeside(at Subscription, id uuid.UUID) (Subscription, error) {
	row, err := one[Subscription](tx.locked().Where("id = ? AND customer_id = ?", id, at.CustomerID))
	if err != nil {
		return row, err
	}
	row.Customer = at.Customer
	rows := []Subscription{row}
	err = tx.loadSubscriptions(rows)
	return rows[0], err
}

// SubscriptionTaken reports whether a subscription of a status has an external
// id; of one customer, or of any when that is nil.
func (tx *Tx) SubscriptionTaken(externalID string, status SubscriptionStatus, customer *uuid.UUID) (bool, error) {
	query := tx.db.Model(&Subscription{}).Where("external_id = ? AND status = ?", externalID, status)
	if customer != nil {
		query = query.Where("customer_id = ?", *customer)
	}
	return exists(query)
}

// exists reports whether a query finds a row.
func exists(query *gorm.DB) (bool, error) {
	var count int64
	if err := query.Limit(1).Count(&count).Error; err != nil {
		return false, fmt.Errorf("look for a row: %w", err)
	}
	return count > 0, nil
}

// PlanAttached reports whether a subscription is or was one to this very plan.
func (tx *Tx) PlanAttached(plan uuid.UUID) (bool, error) {
	return exists(tx.db.Model(&Subscription{}).Where("plan_id = ?", plan))
}

// CustomerSubscribed reports whether a customer has or had a subscription.
func (tx *Tx) CustomerSubscribed(customer uuid.UUID) (bool, error) {
	return exists(tx.db.Model(&Subscription{}).Where("customer_id = ?", customer))
}

// PlansInUse are those of some plans that have a subscription which is active or
// pending.
func (tx *Tx) PlansInUse(plans []Plan) (map[uuid.UUID]bool, error) {
	used := map[uuid.UUID]bool{}
	err := inBatches(plans, func(part []Plan) error {
		ids := make([]uuid.UUID, len(part))
		for i := range part {
			ids[i] = part[i].ID
		}
		var found []uuid.UUID
		err := tx.db.Model(&Subscription{}).Distinct("plan_id").
			Where("plan_id IN ? AND status IN ?", ids, []SubscriptionStatus{SubscriptionActive, SubscriptionPending}).
			Scan(&found).Error
		for _, id := range found {
			used[id] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the plans in use: %w", err)
	}
	return used, nil
}

// LivingSubscriptionsOfCustomer are the customer's subscriptions that are not
// over, in the order in which they were made. The customer must be locked.
func (tx *Tx) LivingSubscriptionsOfCustomer(customer uuid.UUID) ([]Subscription, error) {
	return tx.LivingSubscriptionsOfCustomers([]uuid.UUID{customer})
}

// LivingSubscriptionsOfCustomers is LivingSubscriptionsOfCustomer for some, one
// after the other.
func (tx *Tx) LivingSubscriptionsOfCustomers(customers []uuid.UUID) ([]Subscription, error) {
	rows, err := tx.subscriptions(tx.locked().Where("customer_id IN ? AND status IN ?", customers, living))
	slices.SortStableFunc(rows, func(a, b Subscription) int {
		return cmp.Compare(slices.Index(customers, a.CustomerID), slices.Index(customers, b.CustomerID))
	})
	return rows, err
}

// LivingSubscriptionsNamed are those of a customer's subscriptions that are not
// over and have one of some external ids, in the order in which they were made.
func (tx *Tx) LivingSubscriptionsNamed(customer uuid.UUID, externalIDs []string) ([]Subscription, error) {
	var rows []Subscription
	err := inBatches(externalIDs, func(part []string) error {
		found, err := tx.subscriptions(tx.db.Where("customer_id = ? AND external_id IN ? AND status IN ?", customer, part, living))
		rows = append(rows, found...)
		return err
	})
	slices.SortStableFunc(rows, func(a, b Subscription) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return rows, err
}

// LivingSubscriptionsOfPlan are the subscriptions to a plan that are not over,
// in the order in which they were made, locked after their customers. The plan must have
// been read with its parts.
func (tx *Tx) LivingSubscriptionsOfPlan(plan Plan) ([]Subscription, error) {
	subscribed := tx.db.Model(&Subscription{}).Select("customer_id").Where("plan_id = ? AND status IN ?", plan.ID, living)
	if err := tx.lockCustomers(subscribed); err != nil {
		return nil, err
	}
	return tx.subscriptionsTo(plan, tx.locked().Where("plan_id = ? AND status IN ?", plan.ID, living))
}

// StartedSubscriptionsOfPlan are the subscriptions to a plan that are active, or wait
// for the payment of their start, in the order in which they were made, as lists show
// them and with their units of fixed charges.
func (tx *Tx) StartedSubscriptionsOfPlan(plan uuid.UUID) ([]Subscription, error) {
	var rows []Subscription
	started := []SubscriptionStatus{SubscriptionActive, SubscriptionIncomplete}
	err := tx.db.Where("plan_id = ? AND status IN ?", plan, started).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the subscriptions of a plan: %w", err)
	}
	return rows, inBatches(rows, func(part []Subscription) error {
		if err := tx.loadListedSubscriptions(part); err != nil {
			return err
		}
		return tx.loadFixedUnits(pointers(part))
	})
}

// PendingPlanChanges are the identifiers of pending subscriptions that will
// replace another one, where either is one to the plan.
func (tx *Tx) PendingPlanChanges(plan uuid.UUID) ([]uuid.UUID, error) {
	replaced := tx.db.Model(&Subscription{}).Select("id").Where("plan_id = ?", plan)
	return tx.subscriptionIDs(tx.db.Where("status = ? AND previous_subscription_id IS NOT NULL", SubscriptionPending).
		Where("(plan_id = ? OR previous_subscription_id IN (?))", plan, replaced))
}

// PendingSubscriptions are the identifiers of subscriptions that start in the
// future under some external ids, or when they are paid.
func (tx *Tx) PendingSubscriptions(externalIDs ...string) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := inBatches(externalIDs, func(part []string) error {
		found, err := tx.subscriptionIDs(tx.db.Where("external_id IN ? AND status IN ? AND previous_subscription_id IS NULL",
			part, []SubscriptionStatus{SubscriptionPending, SubscriptionIncomplete}))
		ids = append(ids, found...)
		return err
	})
	return ids, err
}

// CustomersInZoneOf are the identifiers of customers with subscriptions that are
// not over, or with active wallets, whose days are those of a billing entity's time
// zone.
func (tx *Tx) CustomersInZoneOf(entity uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	subscribed := tx.db.Model(&Subscription{}).Select("customer_id").Where("status IN ?", living)
	prepaying := tx.db.Model(&Wallet{}).Select("customer_id").Where("status = ?", WalletActive)
	err := tx.db.Model(&Customer{}).
		Where("billing_entity_id = ? AND timezone IS NULL AND (id IN (?) OR id IN (?))", entity, subscribed, prepaying).
		Order("id").Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("find the customers of a billing entity: %w", err)
	}
	return ids, nil
}

// LastTermination is when the last of a customer's subscriptions with an
// external id ended that was billed at its end; nil when none did.
func (tx *Tx) LastTermination(customer uuid.UUID, externalID string) (*time.Time, error) {
	row, err := one[Subscription](tx.db.
		Where("customer_id = ? AND external_id = ? AND status = ?", customer, externalID, SubscriptionTerminated).
		Where("on_termination_invoice = ?", TerminationGenerate).Order("terminated_at DESC"))
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	return row.TerminatedAt, err
}

// FirstSubscriptionStart is when the first of a customer's subscriptions with an external id
// started; nil when none did.
func (tx *Tx) FirstSubscriptionStart(customer uuid.UUID, externalID string) (*time.Time, error) {
	row, err := one[Subscription](tx.db.
		Where("customer_id = ? AND external_id = ? AND started_at IS NOT NULL", customer, externalID).Order("started_at"))
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // no instant is an answer
	}
	return row.StartedAt, err
}

// LockSubscribers locks, in one order, the customers with subscriptions that are
// not over to a plan of the catalogue or to one that overrides it. Whatever
// changes subscriptions locks their customers before their plans; who changes a
// plan and then its subscriptions calls this before it locks the plan, or the two
// would wait for each other.
func (tx *Tx) LockSubscribers(planCode string) error {
	return tx.lockSubscribers(planCode, tx.db)
}

// LockPlanChangers is LockSubscribers for those customers only who have a change
// of plans ahead.
func (tx *Tx) LockPlanChangers(planCode string) error {
	changing := tx.db.Model(&Subscription{}).Select("customer_id").
		Where("status = ? AND previous_subscription_id IS NOT NULL", SubscriptionPending)
	return tx.lockSubscribers(planCode, tx.db.Where("customer_id IN (?)", changing))
}

func (tx *Tx) lockSubscribers(planCode string, subscriptions *gorm.DB) error {
	plan := catalogue(tx.db.Model(&Plan{})).Select("id").Where("code = ?", planCode)
	family := tx.db.Model(&Plan{}).Select("id").Where("id IN (?) OR parent_id IN (?)", plan, plan)
	return tx.lockCustomers(subscriptions.Model(&Subscription{}).Select("customer_id").
		Where("plan_id IN (?) AND status IN ?", family, living))
}

// lockCustomers locks the customers whose identifiers a query finds, in one
// order.
func (tx *Tx) lockCustomers(found *gorm.DB) error {
	var ids []uuid.UUID
	err := tx.locked().Model(&Customer{}).Where("id IN (?)", found).Order("id").Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("lock the customers of a plan: %w", err)
	}
	return nil
}

// LockCustomer makes other transactions that would change a customer, or its
// subscriptions, wait for this one.
func (tx *Tx) LockCustomer(id uuid.UUID) error {
	_, err := one[Customer](tx.locked().Where("id = ?", id))
	return err
}

// LockCustomers is LockCustomer for some. It returns ErrNotFound when one of them is
// not there.
func (tx *Tx) LockCustomers(ids []uuid.UUID) error {
	if len(ids) == 1 {
		return tx.LockCustomer(ids[0])
	}
	found, err := tx.lockOf(forUpdate, ids)
	if err == nil && len(found) < len(ids) {
		err = ErrNotFound
	}
	return err
}

// LockFreeCustomers is LockCustomers for those of some customers that are there and
// that no other transaction has locked. It waits for nobody.
func (tx *Tx) LockFreeCustomers(ids []uuid.UUID) ([]uuid.UUID, error) {
	return tx.lockOf(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}, ids)
}

func (tx *Tx) lockOf(lock clause.Locking, ids []uuid.UUID) ([]uuid.UUID, error) {
	var found []uuid.UUID
	err := tx.db.Clauses(lock).Model(&Customer{}).Where("id IN ?", ids).Order("id").Pluck("id", &found).Error
	if err != nil {
		return nil, fmt.Errorf("lock customers: %w", err)
	}
	return found, nil
}

// subscriptions reads subscriptions with everything that belongs to them.
func (tx *Tx) subscriptions(query *gorm.DB) ([]Subscription, error) {
	return tx.subscriptionsTo(Plan{}, query)
}

// subscriptionsTo is subscriptions for those to a plan that is at hand with its parts.
func (tx *Tx) subscriptionsTo(plan Plan, query *gorm.DB) ([]Subscription, error) {
	var rows []Subscription
	if err := query.Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find subscriptions: %w", err)
	}
	for i := range rows {
		rows[i].Plan = plan
	}
	return rows, inBatches(rows, func(part []Subscription) error { return tx.loadSubscriptions(part) })
}

// SubscriptionsByID reads subscriptions with everything that belongs to them, by
// their identifiers.
func (tx *Tx) SubscriptionsByID(ids []uuid.UUID) (map[uuid.UUID]*Subscription, error) {
	index := make(map[uuid.UUID]*Subscription, len(ids))
	return index, inBatches(ids, func(part []uuid.UUID) error {
		rows, err := tx.subscriptions(tx.db.Where("id IN ?", part))
		for i := range rows {
			index[rows[i].ID] = &rows[i]
		}
		return err
	})
}

func (tx *Tx) subscriptionIDs(query *gorm.DB) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	if err := query.Model(&Subscription{}).Order("created_at, id").Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("find subscriptions: %w", err)
	}
	return ids, nil
}
