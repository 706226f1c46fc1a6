package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
)

// FixedCharge is what a plan takes for a number of units of an add-on that is
// known in advance.
type FixedCharge struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	PlanID         uuid.UUID
	AddOnID        uuid.UUID
	// ParentID is the fixed charge of the catalogue's plan that this one was
	// copied from; nil for a fixed charge of the catalogue.
	ParentID *uuid.UUID
	// Code is unique among the fixed charges of a plan of the catalogue.
	Code               string
	ChargeModel        charge.Model
	InvoiceDisplayName *string
	PayInAdvance       bool
	Prorated           bool
	Properties         charge.Properties `gorm:"serializer:json"`
	Units              decimal.Decimal
	DeletedAt          *time.Time
	CreatedAt          time.Time
	UpdatedAt          time.Time

	// What follows is read with the fixed charge. SaveFixedCharges writes the
	// taxes.

	AddOn AddOn `gorm:"-"`
	Taxes []Tax `gorm:"-"`
}

// fixedChargeTax attaches a tax to a fixed charge.
type fixedChargeTax struct {
	OrganizationID uuid.UUID
	FixedChargeID  uuid.UUID `gorm:"primaryKey"`
	TaxID          uuid.UUID `gorm:"primaryKey"`
}

// FixedCharges lists the fixed charges of a plan that are not deleted, newest
// first.
func (tx *Tx) FixedCharges(plan uuid.UUID, page Page) (List[FixedCharge], error) {
	query := tx.db.Model(&FixedCharge{}).Where("plan_id = ? AND deleted_at IS NULL", plan)
	result, err := list[FixedCharge](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadFixedChargeParts)
}

// FixedCharge finds a fixed charge of a plan by its code; ErrNotFound when
// there is none or it is deleted. Of two the older one is meant; see Charge.
func (tx *Tx) FixedCharge(plan uuid.UUID, code string) (FixedCharge, error) {
	row, err := one[FixedCharge](tx.db.Where("plan_id = ? AND code = ? AND deleted_at IS NULL", plan, code).Order("created_at, id"))
	if err != nil {
		return row, err
	}
	rows := []FixedCharge{row}
	err = tx.loadFixedChargeParts(rows)
	return rows[0], err
}

// SaveFixedCharges stores fixed charges, new ones and changed ones, with their
// taxes: those that the rows have replace what was there. ErrDuplicate when a
// code is taken.
func (tx *Tx) SaveFixedCharges(rows []FixedCharge) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Clauses(replacing(
		"code", "charge_model", "invoice_display_name", "properties", "units", "updated_at",
	)).CreateInBatches(&rows, batchSize).Error
	if err != nil {
		return fmt.Errorf("save fixed charges: %w", known(err))
	}
	return inBatches(rows, tx.replaceFixedChargeTaxes)
}

// DeleteFixedCharges hides fixed charges; their codes are free again.
func (tx *Tx) DeleteFixedCharges(rows []FixedCharge) error {
	return inBatches(rows, func(part []FixedCharge) error {
		err := tx.db.Model(&FixedCharge{}).Where("id IN ?", fixedChargeIDs(part)).Update("deleted_at", tx.now).Error
		if err != nil {
			return fmt.Errorf("delete fixed charges: %w", err)
		}
		return nil
	})
}

// DeleteFixedChargesOfAddOn hides all fixed charges for an add-on, on any
// plan.
func (tx *Tx) DeleteFixedChargesOfAddOn(addOn uuid.UUID) error {
	err := tx.db.Model(&FixedCharge{}).Where("add_on_id = ? AND deleted_at IS NULL", addOn).Update("deleted_at", tx.now).Error
	if err != nil {
		return fmt.Errorf("delete the fixed charges of the add-on: %w", err)
	}
	return nil
}

// loadFixedCharges fills in the fixed charges of plans, oldest first, in a
// fixed number of queries for any number of plans.
func (tx *Tx) loadFixedCharges(plans []*Plan) error {
	var charges []FixedCharge
	err := tx.db.Where("plan_id IN ? AND deleted_at IS NULL", planIDs(plans)).Order("created_at, id").Find(&charges).Error
	if err != nil {
		return fmt.Errorf("find the fixed charges of plans: %w", err)
	}
	if err := inBatches(charges, tx.loadFixedChargeParts); err != nil {
		return err
	}
	partsOf(plans, charges, func(row FixedCharge) uuid.UUID { return row.PlanID }, func(plan *Plan, rows []FixedCharge) { plan.FixedCharges = rows })
	return nil
}

// loadFixedChargeParts fills in what is read with fixed charges.
func (tx *Tx) loadFixedChargeParts(charges []FixedCharge) error {
	if len(charges) == 0 {
		return nil
	}
	addOns := make(map[uuid.UUID]AddOn, len(charges))
	ids := make([]uuid.UUID, 0, len(charges))
	for _, row := range charges {
		ids = append(ids, row.AddOnID)
	}
	var found []AddOn
	if err := tx.db.Where("id IN ?", ids).Find(&found).Error; err != nil {
		return fmt.Errorf("find the add-ons of fixed charges: %w", err)
	}
	for _, addOn := range found {
		addOns[addOn.ID] = addOn
	}
	for i := range charges {
		charges[i].AddOn = addOns[charges[i].AddOnID]
	}
	return tx.loadFixedChargeTaxes(charges)
}

// fixedChargeIDs are the identifiers of fixed charges.
func fixedChargeIDs(charges []FixedCharge) []uuid.UUID {
	ids := make([]uuid.UUID, len(charges))
	for i := range charges {
		ids[i] = charges[i].ID
	}
	return ids
}

func (tx *Tx) loadFixedChargeTaxes(charges []FixedCharge) error {
	var links []taxLink
	err := tx.db.Model(&fixedChargeTax{}).Select("fixed_charge_id AS owner_id, tax_id").
		Where("fixed_charge_id IN ?", fixedChargeIDs(charges)).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of fixed charges: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for i := range charges {
		charges[i].Taxes = taxes[charges[i].ID]
	}
	return err
}

func (tx *Tx) replaceFixedChargeTaxes(charges []FixedCharge) error {
	var links []fixedChargeTax
	for _, row := range charges {
		for _, tax := range row.Taxes {
			links = append(links, fixedChargeTax{FixedChargeID: row.ID, TaxID: tax.ID})
		}
	}
	return relinkTaxes(tx, tx.db.Where("fixed_charge_id IN ?", fixedChargeIDs(charges)), links, "fixed charges")
}
