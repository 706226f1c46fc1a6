package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"tarn/billing/charge"
)

// Charge is what a plan takes for the units of a billable metric.
type Charge struct {
	ID               uuid.UUID `gorm:"primaryKey"`
	OrganizationID   uuid.UUID
	PlanID           uuid.UUID
	BillableMetricID uuid.UUID
	// ParentID is the charge of the catalogue's plan that this one was copied
	// from; nil for a charge of the catalogue.
	ParentID *uuid.UUID
	// Code is unique among the charges of a plan of the catalogue.
	Code               string
	ChargeModel        charge.Model
	InvoiceDisplayName *string
	Invoiceable        bool
	RegroupPaidFees    *string
	PayInAdvance       bool
	Prorated           bool
	// MinAmountCents is the least amount of a period in the smallest unit of
	// the plan's currency.
	MinAmountCents      int64
	AcceptsTargetWallet bool
	Properties          charge.Properties `gorm:"serializer:json"`
	DeletedAt           *time.Time
	CreatedAt           time.Time
	UpdatedAt           time.Time

	// What follows is read with the charge. SaveCharges writes the taxes and
	// the filters.

	BillableMetric BillableMetric `gorm:"-"`
	Taxes          []Tax          `gorm:"-"`
	Filters        []ChargeFilter `gorm:"-"`
}

// chargeTax attaches a tax to a charge.
type chargeTax struct {
	OrganizationID uuid.UUID
	ChargeID       uuid.UUID `gorm:"primaryKey"`
	TaxID          uuid.UUID `gorm:"primaryKey"`
}

// PlanID finds a plan of the catalogue by its code, without what belongs to it;
// ErrNotFound when there is none or it is deleted.
func (tx *Tx) PlanID(code string) (uuid.UUID, error) {
	plan, err := one[Plan](catalogue(tx.db).Where("code = ?", code))
	return plan.ID, err
}

// Charges lists the charges of a plan that are not deleted, newest first.
func (tx *Tx) Charges(plan uuid.UUID, page Page) (List[Charge], error) {
	query := tx.db.Model(&Charge{}).Where("plan_id = ? AND deleted_at IS NULL", plan)
	result, err := list[Charge](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadChargeParts)
}

// Charge finds a charge of a plan by its code; ErrNotFound when there is none
// or it is deleted. A plan that overrides another may have kept a charge whose
// code was free again, and got a new one of that code: the older one is meant.
func (tx *Tx) Charge(plan uuid.UUID, code string) (Charge, error) {
	row, err := one[Charge](tx.db.Where("plan_id = ? AND code = ? AND deleted_at IS NULL", plan, code).Order("created_at, id"))
	if err != nil {
		return row, err
	}
	rows := []Charge{row}
	err = tx.loadChargeParts(rows)
	return rows[0], err
}

// SaveCharges stores charges, new ones and changed ones, with their filters
// and taxes: those that the rows have replace what was there. Filters get
// their positions. ErrDuplicate when a code is taken.
func (tx *Tx) SaveCharges(rows []Charge) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Clauses(replacing(
		"billable_metric_id", "code", "charge_model", "invoice_display_name", "invoiceable", "regroup_paid_fees",
		"pay_in_advance", "prorated", "min_amount_cents", "accepts_target_wallet", "properties", "updated_at",
	)).CreateInBatches(&rows, batchSize).Error
	if err != nil {
		return fmt.Errorf("save charges: %w", known(err))
	}
	if err := inBatches(rows, tx.replaceChargeTaxes); err != nil {
		return err
	}
	return inBatches(rows, tx.replaceChargeFilters)
}

// replacing makes an insertion give a row that is there already the new values
// of some columns.
func replacing(columns ...string) clause.OnConflict {
	return clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns(columns),
	}
}

// DeleteCharges hides charges and their filters; their codes are free again.
func (tx *Tx) DeleteCharges(rows []Charge) error {
	return inBatches(rows, func(part []Charge) error {
		ids := chargeIDs(part)
		return tx.deleteCharges(func(query *gorm.DB, column string) *gorm.DB {
			return query.Where(column+" IN ?", ids)
		})
	})
}

// DeleteChargesOfMetric hides all charges for a billable metric, on any plan,
// and their filters.
func (tx *Tx) DeleteChargesOfMetric(metric uuid.UUID) error {
	return tx.deleteCharges(func(query *gorm.DB, column string) *gorm.DB {
		return query.Where(column+" IN (?)", tx.db.Model(&Charge{}).Select("id").Where("billable_metric_id = ?", metric))
	})
}

// deleteCharges hides the filters of charges, and then the charges. which
// limits a query to the charges, of which a column is given.
func (tx *Tx) deleteCharges(which func(query *gorm.DB, column string) *gorm.DB) error {
	err := which(tx.db.Model(&ChargeFilter{}), "charge_id").Where("deleted_at IS NULL").Update("deleted_at", tx.now).Error
	if err != nil {
		return fmt.Errorf("delete the filters of charges: %w", err)
	}
	err = which(tx.db.Model(&Charge{}), "id").Where("deleted_at IS NULL").Update("deleted_at", tx.now).Error
	if err != nil {
		return fmt.Errorf("delete charges: %w", err)
	}
	return nil
}

// BillableMetricCharged reports whether a charge that is not deleted, on a plan
// that is not deleted, is for the metric.
func (tx *Tx) BillableMetricCharged(metric uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&Charge{}).
		Joins("JOIN plans p ON p.id = charges.plan_id AND p.deleted_at IS NULL").
		Where("charges.billable_metric_id = ? AND charges.deleted_at IS NULL", metric).Limit(1).Count(&count).Error
	if err != nil {
		return false, fmt.Errorf("find charges of the billable metric: %w", err)
	}
	return count > 0, nil
}

// loadCharges fills in the charges of plans, oldest first, in a fixed number
// of queries for any number of plans.
func (tx *Tx) loadCharges(plans []*Plan) error {
	var charges []Charge
	err := tx.db.Where("plan_id IN ? AND deleted_at IS NULL", planIDs(plans)).Order("created_at, id").Find(&charges).Error
	if err != nil {
		return fmt.Errorf("find the charges of plans: %w", err)
	}
	if err := inBatches(charges, tx.loadChargeParts); err != nil {
		return err
	}
	partsOf(plans, charges, func(row Charge) uuid.UUID { return row.PlanID }, func(plan *Plan, rows []Charge) { plan.Charges = rows })
	return nil
}

// loadChargeParts fills in what is read with charges.
func (tx *Tx) loadChargeParts(charges []Charge) error {
	if len(charges) == 0 {
		return nil
	}
	if err := tx.loadChargeMetrics(charges); err != nil {
		return err
	}
	if err := tx.loadChargeTaxes(charges); err != nil {
		return err
	}
	return tx.loadChargeFilters(charges)
}

// chargeIDs are the identifiers of charges.
func chargeIDs(charges []Charge) []uuid.UUID {
	ids := make([]uuid.UUID, len(charges))
	for i := range charges {
		ids[i] = charges[i].ID
	}
	return ids
}

func (tx *Tx) loadChargeMetrics(charges []Charge) error {
	ids := make([]uuid.UUID, len(charges))
	for i := range charges {
		ids[i] = charges[i].BillableMetricID
	}
	metrics, err := tx.anyBillableMetrics(ids)
	for i := range charges {
		charges[i].BillableMetric = metrics[charges[i].BillableMetricID]
	}
	return err
}

func (tx *Tx) loadChargeTaxes(charges []Charge) error {
	var links []taxLink
	err := tx.db.Model(&chargeTax{}).Select("charge_id AS owner_id, tax_id").
		Where("charge_id IN ?", chargeIDs(charges)).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of charges: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for i := range charges {
		charges[i].Taxes = taxes[charges[i].ID]
	}
	return err
}

func (tx *Tx) replaceChargeTaxes(charges []Charge) error {
	var links []chargeTax
	for _, row := range charges {
		for _, tax := range row.Taxes {
			links = append(links, chargeTax{ChargeID: row.ID, TaxID: tax.ID})
		}
	}
	return relinkTaxes(tx, tx.db.Where("charge_id IN ?", chargeIDs(charges)), links, "charges")
}
