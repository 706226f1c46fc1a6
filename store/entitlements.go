package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Entitlement says that a plan grants a feature, or that a subscription has it
// on terms of its own.
type Entitlement struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	PlanID         *uuid.UUID
	SubscriptionID *uuid.UUID
	FeatureID      uuid.UUID
	CreatedAt      time.Time
	UpdatedAt      time.Time

	// What follows is read with the entitlement. SaveEntitlements writes the
	// values.

	Feature Feature `gorm:"-"`
	// Values are in the order of the feature's privileges; not every privilege
	// need have one.
	Values []EntitlementValue `gorm:"-"`
}

// EntitlementValue is the value that an entitlement gives a privilege.
type EntitlementValue struct {
	OrganizationID uuid.UUID
	EntitlementID  uuid.UUID `gorm:"primaryKey"`
	PrivilegeID    uuid.UUID `gorm:"primaryKey"`
	// Value is a canonical text: the digits of an integer, "true" or "false",
	// or the text itself.
	Value     string
	CreatedAt time.Time
	// Privilege is read with the value.
	Privilege Privilege `gorm:"-"`
}

// PlanEntitlements are the features that a plan grants of its own, in the order
// in which it got them.
func (tx *Tx) PlanEntitlements(plan uuid.UUID) ([]Entitlement, error) {
	granted, err := tx.entitlements([]uuid.UUID{plan})
	return granted[plan], err
}

// PlansWithFeature are the plans of the catalogue that grant a feature and are
// not deleted, oldest first.
func (tx *Tx) PlansWithFeature(feature uuid.UUID) ([]Plan, error) {
	granting := tx.db.Model(&Entitlement{}).Select("plan_id").Where("feature_id = ?", feature)
	var plans []Plan
	if err := catalogue(tx.db).Where("id IN (?)", granting).Order("created_at, id").Find(&plans).Error; err != nil {
		return nil, fmt.Errorf("find the plans that grant a feature: %w", err)
	}
	return plans, inBatches(plans, tx.loadPlans)
}

// ReloadEntitlements reads again what plans grant, after it was changed.
func (tx *Tx) ReloadEntitlements(plans []Plan) error {
	return inBatches(plans, func(part []Plan) error {
		pointers := make([]*Plan, len(part))
		for i := range part {
			pointers[i] = &part[i]
		}
		return tx.loadEntitlements(pointers)
	})
}

// SaveEntitlements stores entitlements, new ones and changed ones, with their
// values: those that the rows have replace what was there. ErrDuplicate when a
// plan would grant a feature twice.
func (tx *Tx) SaveEntitlements(rows []Entitlement) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.db.Clauses(replacing("updated_at")).CreateInBatches(&rows, batchSize).Error; err != nil {
		return fmt.Errorf("save entitlements: %w", known(err))
	}
	var values []EntitlementValue
	for _, row := range rows {
		for _, value := range row.Values {
			value.EntitlementID = row.ID
			values = append(values, value)
		}
	}
	err := inBatches(rows, func(part []Entitlement) error {
		return tx.db.Where("entitlement_id IN ?", entitlementIDs(part)).Delete(&EntitlementValue{}).Error
	})
	if err != nil {
		return fmt.Errorf("delete the values of entitlements: %w", err)
	}
	if len(values) > 0 {
		if err := tx.db.CreateInBatches(&values, batchSize).Error; err != nil {
			return fmt.Errorf("insert the values of entitlements: %w", known(err))
		}
	}
	return nil
}

// DeleteEntitlements removes entitlements with their values.
func (tx *Tx) DeleteEntitlements(rows []Entitlement) error {
	return inBatches(rows, func(part []Entitlement) error {
		ids := entitlementIDs(part)
		return tx.deleteEntitlements(func(query *gorm.DB) *gorm.DB { return query.Where("id IN ?", ids) })
	})
}

// deleteEntitlements removes the entitlements that which limits a query to. The
// database removes their values with them.
func (tx *Tx) deleteEntitlements(which func(*gorm.DB) *gorm.DB) error {
	if err := which(tx.db).Delete(&Entitlement{}).Error; err != nil {
		return fmt.Errorf("delete entitlements: %w", err)
	}
	return nil
}

func entitlementIDs(rows []Entitlement) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// loadEntitlements fills in what plans grant: a plan that overrides another
// grants what that one does.
func (tx *Tx) loadEntitlements(plans []*Plan) error {
	owners := make([]uuid.UUID, len(plans))
	for i, plan := range plans {
		owners[i] = plan.ID
		if plan.ParentID != nil {
			owners[i] = *plan.ParentID
		}
	}
	granted, err := tx.entitlements(owners)
	for i, plan := range plans {
		plan.Entitlements = granted[owners[i]]
	}
	return err
}

// entitlements reads what plans grant, by plan.
func (tx *Tx) entitlements(plans []uuid.UUID) (map[uuid.UUID][]Entitlement, error) {
	return tx.entitlementsOf("plan_id", plans, func(row Entitlement) uuid.UUID { return *row.PlanID })
}

// entitlementsOf reads the entitlements of owners, oldest first, by owner: the
// column and ownerOf say where an entitlement names its owner.
func (tx *Tx) entitlementsOf(column string, owners []uuid.UUID, ownerOf func(Entitlement) uuid.UUID) (map[uuid.UUID][]Entitlement, error) {
	var rows []Entitlement
	if err := tx.db.Where(column+" IN ?", owners).Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find entitlements: %w", err)
	}
	if err := tx.loadEntitledFeatures(rows); err != nil {
		return nil, err
	}
	if err := inBatches(rows, tx.loadEntitlementValues); err != nil {
		return nil, err
	}
	owned := make(map[uuid.UUID][]Entitlement, len(owners))
	for _, row := range rows {
		owned[ownerOf(row)] = append(owned[ownerOf(row)], row)
	}
	return owned, nil
}

// loadEntitledFeatures fills in the features of entitlements.
func (tx *Tx) loadEntitledFeatures(rows []Entitlement) error {
	index := map[uuid.UUID]Feature{}
	var ids []uuid.UUID
	for _, row := range rows {
		if _, listed := index[row.FeatureID]; !listed {
			index[row.FeatureID] = Feature{}
			ids = append(ids, row.FeatureID)
		}
	}
	err := inBatches(ids, func(part []uuid.UUID) error {
		var features []Feature
		if err := tx.db.Where("id IN ?", part).Find(&features).Error; err != nil {
			return fmt.Errorf("find the features of entitlements: %w", err)
		}
		if err := tx.loadPrivileges(features); err != nil {
			return err
		}
		for _, feature := range features {
			index[feature.ID] = feature
		}
		return nil
	})
	for i := range rows {
		rows[i].Feature = index[rows[i].FeatureID]
	}
	return err
}

// loadEntitlementValues fills in the values of entitlements, whose features are
// there already.
func (tx *Tx) loadEntitlementValues(rows []Entitlement) error {
	var values []EntitlementValue
	if err := tx.db.Where("entitlement_id IN ?", entitlementIDs(rows)).Find(&values).Error; err != nil {
		return fmt.Errorf("find the values of entitlements: %w", err)
	}
	byEntitlement := map[uuid.UUID]map[uuid.UUID]EntitlementValue{}
	for _, value := range values {
		if byEntitlement[value.EntitlementID] == nil {
			byEntitlement[value.EntitlementID] = map[uuid.UUID]EntitlementValue{}
		}
		byEntitlement[value.EntitlementID][value.PrivilegeID] = value
	}
	for i := range rows {
		rows[i].Values = nil
		for _, privilege := range rows[i].Feature.Privileges {
			if value, granted := byEntitlement[rows[i].ID][privilege.ID]; granted {
				value.Privilege = privilege
				rows[i].Values = append(rows[i].Values, value)
			}
		}
	}
	return nil
}
