package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// EntitlementRemoval says that a subscription does without a feature of its
// plan, or without one of the feature's privileges.
type EntitlementRemoval struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	SubscriptionID uuid.UUID
	FeatureID      uuid.UUID
	// PrivilegeID is nil where the whole feature is removed.
	PrivilegeID *uuid.UUID
	CreatedAt   time.Time
}

// ReplaceEntitlementRemovals makes these all that a subscription does without
// of a feature: the feature itself, or some of its privileges.
func (tx *Tx) ReplaceEntitlementRemovals(subscription, feature uuid.UUID, removals []EntitlementRemoval) error {
	err := tx.db.Where("subscription_id = ? AND feature_id = ?", subscription, feature).Delete(&EntitlementRemoval{}).Error
	if err != nil {
		return fmt.Errorf("delete entitlement removals: %w", err)
	}
	if len(removals) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&removals, batchSize).Error; err != nil {
		return fmt.Errorf("insert entitlement removals: %w", known(err))
	}
	return nil
}

// entitlementRemovals are what subscriptions do without, by subscription.
func (tx *Tx) entitlementRemovals(subscriptions []uuid.UUID) (map[uuid.UUID][]EntitlementRemoval, error) {
	var rows []EntitlementRemoval
	if err := tx.db.Where("subscription_id IN ?", subscriptions).Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find entitlement removals: %w", err)
	}
	removals := make(map[uuid.UUID][]EntitlementRemoval, len(subscriptions))
	for _, row := range rows {
		removals[row.SubscriptionID] = append(removals[row.SubscriptionID], row)
	}
	return removals, nil
}
