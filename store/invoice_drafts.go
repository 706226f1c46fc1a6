package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// DraftsFor says which drafts rest on something; exactly one member is given.
type DraftsFor struct {
	// Plan is one that a billed subscription has, or the one that its own plan
	// overrides.
	Plan *uuid.UUID
	// Customer is whose drafts are meant, BillingEntity that of the customers.
	Customer, BillingEntity *uuid.UUID
	// Tax is one that a draft bears, Metric one that a billed plan charges for.
	Tax, Metric *uuid.UUID
}

// Drafts are the drafts that rest on something, in the order of their identifiers.
func (tx *Tx) Drafts(resting DraftsFor) ([]uuid.UUID, error) {
	return resting.find(tx, tx.db.Where("status = ?", InvoiceDraft))
}

// FlagDrafts notes of drafts that they have to be made again, and returns them. One of
// which that is known already may be in the making just now.
func (tx *Tx) FlagDrafts(resting DraftsFor) ([]uuid.UUID, error) {
	ids, err := tx.Drafts(resting)
	if err != nil {
		return nil, err
	}
	return ids, inBatches(ids, func(part []uuid.UUID) error {
		if err := tx.db.Model(&Invoice{}).Where("id IN ?", part).UpdateColumn("stale", true).Error; err != nil {
			return fmt.Errorf("flag drafts: %w", err)
		}
		return nil
	})
}

func (d DraftsFor) find(tx *Tx, drafts *gorm.DB) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	if err := d.apply(tx, drafts.Model(&Invoice{})).Order("id").Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("find drafts: %w", err)
	}
	return ids, nil
}

func (d DraftsFor) apply(tx *Tx, drafts *gorm.DB) *gorm.DB {
	billing := func(subscriptions *gorm.DB) *gorm.DB {
		periods := tx.db.Model(&BillingPeriod{}).Select("invoice_id").Where("subscription_id IN (?)", subscriptions)
		return drafts.Where("id IN (?)", periods)
	}
	switch {
	case d.Plan != nil:
		plans := tx.db.Model(&Plan{}).Select("id").Where("(id = ? OR parent_id = ?)", *d.Plan, *d.Plan)
		return billing(tx.db.Model(&Subscription{}).Select("id").Where("plan_id IN (?)", plans))
	case d.Metric != nil:
		plans := tx.db.Model(&Charge{}).Select("plan_id").Where("billable_metric_id = ?", *d.Metric)
		return billing(tx.db.Model(&Subscription{}).Select("id").Where("plan_id IN (?)", plans))
	case d.Customer != nil:
		return drafts.Where("customer_id = ?", *d.Customer)
	case d.BillingEntity != nil:
		return drafts.Where("customer_id IN (?)", tx.db.Model(&Customer{}).Select("id").Where("billing_entity_id = ?", *d.BillingEntity))
	}
	return drafts.Where("id IN (?)", tx.db.Model(&InvoiceTax{}).Select("invoice_id").Where("tax_id = ?", d.Tax))
}
