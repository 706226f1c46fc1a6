package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// FixedChargeEvent says from when on a subscription has how many units of a
// fixed charge. Of two for the same time, the one made last counts.
type FixedChargeEvent struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	SubscriptionID uuid.UUID
	FixedChargeID  uuid.UUID
	Units          decimal.Decimal
	EffectiveAt    time.Time
	CreatedAt      time.Time
}

// FixedChargeEvents are the changes of units of subscriptions in the order in
// which they were made.
func (tx *Tx) FixedChargeEvents(subscriptions ...uuid.UUID) ([]FixedChargeEvent, error) {
	var events []FixedChargeEvent
	err := inBatches(subscriptions, func(part []uuid.UUID) error {
		var some []FixedChargeEvent
		err := tx.db.Where("subscription_id IN ?", part).Order("created_at, id").Find(&some).Error
		events = append(events, some...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the fixed charge events: %w", err)
	}
	return events, nil
}

// InsertFixedChargeEvents adds changes of units.
func (tx *Tx) InsertFixedChargeEvents(events []FixedChargeEvent) error {
	if len(events) == 0 {
		return nil
	}
	if err := tx.db.CreateInBatches(&events, batchSize).Error; err != nil {
		return fmt.Errorf("insert fixed charge events: %w", known(err))
	}
	return nil
}

// MoveFixedChargeEvents lets what was known of a fixed charge of a subscription
// be known of another: the copy of it in a plan of the subscription's own.
func (tx *Tx) MoveFixedChargeEvents(subscription, from, to uuid.UUID) error {
	err := tx.db.Model(&FixedChargeEvent{}).Where("subscription_id = ? AND fixed_charge_id = ?", subscription, from).
		Update("fixed_charge_id", to).Error
	if err != nil {
		return fmt.Errorf("move fixed charge events: %w", err)
	}
	return nil
}
