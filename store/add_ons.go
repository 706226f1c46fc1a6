package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// AddOn is what is sold once, or as a fixed charge of a plan.
type AddOn struct {
	ID                 uuid.UUID `gorm:"primaryKey"`
	OrganizationID     uuid.UUID
	Code               string
	Name               string
	InvoiceDisplayName *string
	Description        *string
	// AmountCents is the price in the smallest unit of the currency.
	AmountCents    int64
	AmountCurrency string
	DeletedAt      *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
	// Taxes are read with the add-on, sorted by name; SetAddOnTaxes writes
	// them.
	Taxes []Tax `gorm:"-"`
}

// addOnTax attaches a tax to an add-on.
type addOnTax struct {
	OrganizationID uuid.UUID
	AddOnID        uuid.UUID `gorm:"primaryKey"`
	TaxID          uuid.UUID `gorm:"primaryKey"`
}

// AddOns lists the add-ons that are not deleted, newest first.
func (tx *Tx) AddOns(page Page) (List[AddOn], error) {
	query := tx.db.Model(&AddOn{}).Where("deleted_at IS NULL")
	result, err := list[AddOn](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadAddOnTaxes)
}

// AddOn finds an add-on by its code; ErrNotFound when there is none or it is
// deleted.
func (tx *Tx) AddOn(code string) (AddOn, error) { return tx.addOn(tx.db, code) }

// AddOnForUpdate is AddOn for a transaction that will change it: others that
// would do the same wait.
func (tx *Tx) AddOnForUpdate(code string) (AddOn, error) { return tx.addOn(tx.locked(), code) }

func (tx *Tx) addOn(query *gorm.DB, code string) (AddOn, error) {
	row, err := one[AddOn](query.Where("code = ? AND deleted_at IS NULL", code))
	if err != nil {
		return row, err
	}
	rows := []AddOn{row}
	err = tx.loadAddOnTaxes(rows)
	return rows[0], err
}

// AddOnsByID finds those of the add-ons that exist and are not deleted, without
// their taxes. Until the transaction ends, nobody else changes or deletes them.
func (tx *Tx) AddOnsByID(ids []uuid.UUID) ([]AddOn, error) {
	var rows []AddOn
	err := inBatches(ids, func(part []uuid.UUID) error {
		var found []AddOn
		err := tx.shared().Where("id IN ? AND deleted_at IS NULL", part).Order("id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find add-ons: %w", err)
	}
	return rows, nil
}

// AddOnsByCode finds those of the codes that are add-ons, with their taxes, by
// code.
func (tx *Tx) AddOnsByCode(codes []string) (map[string]AddOn, error) {
	byCode := make(map[string]AddOn, len(codes))
	err := inBatches(codes, func(part []string) error {
		var found []AddOn
		if err := tx.db.Where("code IN ? AND deleted_at IS NULL", part).Find(&found).Error; err != nil {
			return err
		}
		if err := inBatches(found, tx.loadAddOnTaxes); err != nil {
			return err
		}
		for _, row := range found {
			byCode[row.Code] = row
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find add-ons: %w", err)
	}
	return byCode, nil
}

// AddOnCodeTaken reports whether another add-on that is not deleted has the
// code.
func (tx *Tx) AddOnCodeTaken(code string, except uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&AddOn{}).
		Where("code = ? AND id <> ? AND deleted_at IS NULL", code, except).Count(&count).Error
	return count > 0, err
}

// InsertAddOn adds an add-on without its taxes; ErrDuplicate when the code is
// taken.
func (tx *Tx) InsertAddOn(row *AddOn) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the add-on: %w", known(err))
	}
	return nil
}

// UpdateAddOn stores all fields of an add-on but its taxes; ErrDuplicate when
// the code is taken.
func (tx *Tx) UpdateAddOn(row *AddOn) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the add-on: %w", known(err))
	}
	return nil
}

// DeleteAddOn hides an add-on; its code is free again.
func (tx *Tx) DeleteAddOn(row *AddOn) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the add-on: %w", err)
	}
	return nil
}

// SetAddOnTaxes makes these the add-on's taxes.
func (tx *Tx) SetAddOnTaxes(row *AddOn, taxes []Tax) error {
	links := make([]addOnTax, len(taxes))
	for i, tax := range taxes {
		links[i] = addOnTax{AddOnID: row.ID, TaxID: tax.ID}
	}
	if err := relinkTaxes(tx, tx.db.Where("add_on_id = ?", row.ID), links, "the add-on"); err != nil {
		return err
	}
	row.Taxes = taxes
	return nil
}

// loadAddOnTaxes fills in the taxes of add-ons, in a fixed number of queries
// for any number of them.
func (tx *Tx) loadAddOnTaxes(addOns []AddOn) error {
	ids := make([]uuid.UUID, len(addOns))
	for i := range addOns {
		ids[i] = addOns[i].ID
	}
	var links []taxLink
	err := tx.db.Model(&addOnTax{}).Select("add_on_id AS owner_id, tax_id").Where("add_on_id IN ?", ids).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of add-ons: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for i := range addOns {
		addOns[i].Taxes = taxes[addOns[i].ID]
	}
	return err
}
