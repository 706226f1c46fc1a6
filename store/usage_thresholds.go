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
	present := make(map[thresholdKey]UsageThreshold, len(plan.UsageThresholds))
	for _, threshold := range plan.UsageThresholds {
		present[threshold.key()] = threshold
	}
	for i := range thresholds {
		old, known := present[thresholds[i].key()]
		if !known {
			thresholds[i].ID, thresholds[i].PlanID = NewID(), &plan.ID
			continue
		}
		renamed := thresholds[i].ThresholdDisplayName
		thresholds[i] = old
		if !same(old.ThresholdDisplayName, renamed) {
			thresholds[i].ThresholdDisplayName, thresholds[i].UpdatedAt = renamed, tx.now
		}
	}
	if err := tx.db.Where("plan_id = ?", plan.ID).Delete(&UsageThreshold{}).Error; err != nil {
		return fmt.Errorf("delete usage thresholds: %w", err)
	}
	if len(thresholds) > 0 {
		if err := tx.db.CreateInBatches(&thresholds, batchSize).Error; err != nil {
			return fmt.Errorf("insert usage thresholds: %w", known(err))
		}
	}
	return tx.loadUsageThresholds([]*Plan{plan})
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
