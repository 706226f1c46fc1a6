package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// UsageThreshold is an amount of usage within a period at which a plan, or a
// subscription that has thresholds of its own, bills before the period ends.
type UsageThreshold struct {
	ID                   uuid.UUID `gorm:"primaryKey"`
	OrganizationID       uuid.UUID
	PlanID               *uuid.UUID
	SubscriptionID       *uuid.UUID
	ThresholdDisplayName *string
	// AmountCents is in the smallest unit of the plan's currency.
	AmountCents int64
	// Recurring thresholds are crossed again after every further amount.
	Recurring bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ApplicableThresholds are the thresholds that bill a subscription's usage: its
// own, or else its plan's, or else those of the plan that its plan overrides.
func (s *Subscription) ApplicableThresholds() []UsageThreshold {
	switch {
	case s.ProgressiveBillingDisabled:
		return nil
	case len(s.UsageThresholds) > 0:
		return s.UsageThresholds
	case len(s.Plan.UsageThresholds) > 0:
		return s.Plan.UsageThresholds
	}
	return s.Plan.ParentUsageThresholds
}

// thresholdKey tells the thresholds of a plan apart.
type thresholdKey struct {
	amountCents int64
	recurring   bool
}

func (t UsageThreshold) key() thresholdKey {
	return thresholdKey{amountCents: t.AmountCents, recurring: t.Recurring}
}

// ReplaceUsageThresholds makes these the plan's thresholds. One that the plan
// has already, with the same amount and recurrence, keeps its identity.
func (tx *Tx) ReplaceUsageThresholds(plan *Plan, thresholds []UsageThreshold) error {
	for i := range thresholds {
		thresholds[i].PlanID = &plan.ID
	}
	if err := tx.replaceThresholds("plan_id", plan.ID, plan.UsageThresholds, thresholds); err != nil {
		return err
	}
	return tx.loadUsageThresholds([]*Plan{plan})
}

// ReplaceSubscriptionThresholds makes these the subscription's own thresholds,
// under the rule of ReplaceUsageThresholds.
func (tx *Tx) ReplaceSubscriptionThresholds(row *Subscription, thresholds []UsageThreshold) error {
	for i := range thresholds {
		thresholds[i].SubscriptionID = &row.ID
	}
	if err := tx.replaceThresholds("subscription_id", row.ID, row.UsageThresholds, thresholds); err != nil {
		return err
	}
	return tx.loadSubscriptionThresholds([]*Subscription{row})
}

// replaceThresholds makes these all thresholds of an owner, which a column
// names.
func (tx *Tx) replaceThresholds(column string, owner uuid.UUID, present, thresholds []UsageThreshold) error {
	kept := make(map[thresholdKey]UsageThreshold, len(present))
	for _, threshold := range present {
		kept[threshold.key()] = threshold
	}
	for i := range thresholds {
		old, isKept := kept[thresholds[i].key()]
		if !isKept {
			thresholds[i].ID = NewID()
			continue
		}
		renamed := thresholds[i].ThresholdDisplayName
		thresholds[i] = old
		if !same(old.ThresholdDisplayName, renamed) {
			thresholds[i].ThresholdDisplayName, thresholds[i].UpdatedAt = renamed, tx.now
		}
	}
	if err := tx.db.Where(column+" = ?", owner).Delete(&UsageThreshold{}).Error; err != nil {
		return fmt.Errorf("delete usage thresholds: %w", err)
	}
	if len(thresholds) > 0 {
		if err := tx.db.CreateInBatches(&thresholds, batchSize).Error; err != nil {
			return fmt.Errorf("insert usage thresholds: %w", known(err))
		}
	}
	return nil
}

// same reports whether two texts that may be missing are alike.
func same(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }

// loadUsageThresholds reads the thresholds of plans and of those that they
// override, by amount, recurring ones last.
func (tx *Tx) loadUsageThresholds(plans []*Plan) error {
	ids := planIDs(plans)
	for _, plan := range plans {
		if plan.ParentID != nil {
			ids = append(ids, *plan.ParentID)
		}
	}
	var thresholds []UsageThreshold
	if err := tx.db.Where("plan_id IN ?", ids).Order("recurring, amount_cents").Find(&thresholds).Error; err != nil {
		return fmt.Errorf("find the usage thresholds of plans: %w", err)
	}
	byPlan := make(map[uuid.UUID][]UsageThreshold, len(plans))
	for _, threshold := range thresholds {
		byPlan[*threshold.PlanID] = append(byPlan[*threshold.PlanID], threshold)
	}
	for _, plan := range plans {
		plan.UsageThresholds = byPlan[plan.ID]
		if plan.ParentID != nil {
			plan.ParentUsageThresholds = byPlan[*plan.ParentID]
		}
	}
	return nil
}
