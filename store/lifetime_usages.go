package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"tarn/billing/threshold"
)

// LifetimeUsage is what is kept of all usage of a subscription and of those
// that it followed. It comes into being with the first activation and moves
// from each subscription to the next.
type LifetimeUsage struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	SubscriptionID uuid.UUID
	// ExternalHistoricalUsageAmountCents is what was used before tarn counted,
	// in the smallest unit of the plan's currency.
	ExternalHistoricalUsageAmountCents int64
	CreatedAt                          time.Time
	UpdatedAt                          time.Time

	// What follows is computed when the row is shown; nothing of it is stored.

	// InvoicedUsageAmountCents and CurrentUsageAmountCents are what invoices
	// have billed, and what is not billed yet, without taxes.
	InvoicedUsageAmountCents int64 `gorm:"-"`
	CurrentUsageAmountCents  int64 `gorm:"-"`
	// Subscription is the one that the usage is shown for.
	Subscription Subscription `gorm:"-"`
	// Thresholds are how far the usage has come to each threshold that applies.
	Thresholds []threshold.Progress `gorm:"-"`
	// ReachedAt is when an invoice was made for an amount that the usage has
	// reached, by the amount; there is none yet for the others.
	ReachedAt map[int64]time.Time `gorm:"-"`
}

// InsertLifetimeUsage adds the lifetime usage of a subscription that has none.
func (tx *Tx) InsertLifetimeUsage(row *LifetimeUsage) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the lifetime usage: %w", known(err))
	}
	return nil
}

// MoveLifetimeUsage hands the lifetime usage of a subscription on to the one
// that follows it, and reports whether there was one.
func (tx *Tx) MoveLifetimeUsage(from, to uuid.UUID) (bool, error) {
	moved := tx.db.Model(&LifetimeUsage{}).Where("subscription_id = ?", from).Update("subscription_id", to)
	if moved.Error != nil {
		return false, fmt.Errorf("move the lifetime usage: %w", known(moved.Error))
	}
	return moved.RowsAffected > 0, nil
}

// LifetimeUsage finds the lifetime usage of a subscription; ErrNotFound when
// there is none.
func (tx *Tx) LifetimeUsage(subscription uuid.UUID) (LifetimeUsage, error) {
	return one[LifetimeUsage](tx.db.Where("subscription_id = ?", subscription))
}

// LifetimeUsages are the lifetime usages of subscriptions, by the identifiers of
// these.
func (tx *Tx) LifetimeUsages(subscriptions []uuid.UUID) (map[uuid.UUID]LifetimeUsage, error) {
	index := make(map[uuid.UUID]LifetimeUsage, len(subscriptions))
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var rows []LifetimeUsage
		if err := tx.db.Where("subscription_id IN ?", part).Find(&rows).Error; err != nil {
			return fmt.Errorf("find the lifetime usage of subscriptions: %w", err)
		}
		for _, row := range rows {
			index[row.SubscriptionID] = row
		}
		return nil
	})
	return index, err
}

// UpdateLifetimeUsage stores what was used before tarn counted.
func (tx *Tx) UpdateLifetimeUsage(row *LifetimeUsage) error {
	err := tx.db.Model(row).Select("external_historical_usage_amount_cents", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the lifetime usage: %w", err)
	}
	return nil
}
