package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// SubscriptionFixedUnits are the units of a fixed charge that a subscription has
// of its own while its plan is that of the catalogue.
type SubscriptionFixedUnits struct {
	OrganizationID uuid.UUID
	SubscriptionID uuid.UUID `gorm:"primaryKey"`
	FixedChargeID  uuid.UUID `gorm:"primaryKey"`
	Units          decimal.Decimal
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName says whose units they are.
func (SubscriptionFixedUnits) TableName() string { return "subscription_fixed_charge_units" }

// UnitsOf is how many units of a fixed charge of its plan the subscription has:
// its own, or else those of the fixed charge.
func (s *Subscription) UnitsOf(row FixedCharge) decimal.Decimal {
	for _, own := range s.FixedUnits {
		if own.FixedChargeID == row.ID {
			return own.Units
		}
	}
	return row.Units
}

// HasUnitsOf reports whether the subscription has units of its own of a fixed
// charge.
func (s *Subscription) HasUnitsOf(row FixedCharge) bool {
	return slices.ContainsFunc(s.FixedUnits, func(own SubscriptionFixedUnits) bool { return own.FixedChargeID == row.ID })
}

// SetFixedUnits gives the subscription units of its own of a fixed charge of its
// plan.
func (tx *Tx) SetFixedUnits(row *Subscription, charge uuid.UUID, units decimal.Decimal) error {
	own := SubscriptionFixedUnits{SubscriptionID: row.ID, FixedChargeID: charge, Units: units}
	if err := tx.DeleteFixedUnits(row, charge); err != nil {
		return err
	}
	if err := tx.db.Create(&own).Error; err != nil {
		return fmt.Errorf("insert the units of a fixed charge: %w", known(err))
	}
	return tx.loadFixedUnits([]*Subscription{row})
}

// DeleteFixedUnits takes units away that the subscription has of its own, of
// these fixed charges.
func (tx *Tx) DeleteFixedUnits(row *Subscription, charges ...uuid.UUID) error {
	if len(charges) == 0 {
		return nil
	}
	err := tx.db.Where("subscription_id = ? AND fixed_charge_id IN ?", row.ID, charges).Delete(&SubscriptionFixedUnits{}).Error
	if err != nil {
		return fmt.Errorf("delete the units of fixed charges: %w", err)
	}
	return tx.loadFixedUnits([]*Subscription{row})
}

// DeleteAllFixedUnits takes all units away that the subscription has of its own.
func (tx *Tx) DeleteAllFixedUnits(row *Subscription) error {
	row.FixedUnits = nil
	if err := tx.db.Where("subscription_id = ?", row.ID).Delete(&SubscriptionFixedUnits{}).Error; err != nil {
		return fmt.Errorf("delete the units of fixed charges: %w", err)
	}
	return nil
}

// loadFixedUnits fills in the units that subscriptions have of their own.
func (tx *Tx) loadFixedUnits(rows []*Subscription) error {
	var units []SubscriptionFixedUnits
	err := tx.db.Where("subscription_id IN ?", subscriptionIDs(rows)).Order("fixed_charge_id").Find(&units).Error
	if err != nil {
		return fmt.Errorf("find the units of subscriptions: %w", err)
	}
	owned := map[uuid.UUID][]SubscriptionFixedUnits{}
	for _, own := range units {
		owned[own.SubscriptionID] = append(owned[own.SubscriptionID], own)
	}
	for _, row := range rows {
		row.FixedUnits = owned[row.ID]
	}
	return nil
}
