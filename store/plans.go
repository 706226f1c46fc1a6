package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// PlanInterval is how long a billing period of a plan is.
type PlanInterval string

// The intervals of the contract.
const (
	PlanIntervalWeekly     PlanInterval = "weekly"
	PlanIntervalMonthly    PlanInterval = "monthly"
	PlanIntervalQuarterly  PlanInterval = "quarterly"
	PlanIntervalSemiannual PlanInterval = "semiannual"
	PlanIntervalYearly     PlanInterval = "yearly"
)

// Known reports whether there is such an interval.
func (i PlanInterval) Known() bool {
	return slices.Contains([]PlanInterval{
		PlanIntervalWeekly, PlanIntervalMonthly, PlanIntervalQuarterly, PlanIntervalSemiannual, PlanIntervalYearly,
	}, i)
}

// Plan is what a customer subscribes to: a price for a period, and charges for
// what is used in it.
type Plan struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// ParentID is the plan of the catalogue that this one overrides for one
	// subscription; nil for a plan of the catalogue.
	ParentID *uuid.UUID
	// Code is unique among the plans of the catalogue; a plan that overrides
	// another has the same.
	Code               string
	Name               string
	InvoiceDisplayName *string
	Description        *string
	Interval           PlanInterval
	// AmountCents is the price of a period in the smallest unit of the
	// currency.
	AmountCents    int64
	AmountCurrency string
	PayInAdvance   bool
	// TrialPeriod is in days.
	TrialPeriod *decimal.Decimal
	// BillChargesMonthly and BillFixedChargesMonthly are nil unless the
	// interval is yearly or semiannual.
	BillChargesMonthly      *bool
	BillFixedChargesMonthly *bool
	Metadata                ItemMetadata `gorm:"serializer:json"`
	PendingDeletion         bool
	DeletedAt               *time.Time
	CreatedAt               time.Time
	UpdatedAt               time.Time

	// What follows is read with the plan; methods of its own write it.

	Taxes           []Tax            `gorm:"-"`
	UsageThresholds []UsageThreshold `gorm:"-"`
	// ParentUsageThresholds are those of the plan that this one overrides.
	ParentUsageThresholds []UsageThreshold   `gorm:"-"`
	MinimumCommitment     *MinimumCommitment `gorm:"-"`
	Charges               []Charge           `gorm:"-"`
	FixedCharges          []FixedCharge      `gorm:"-"`
	// Entitlements are what the plan grants; for a plan that overrides
	// another, what that one grants.
	Entitlements []Entitlement `gorm:"-"`
}

// planTax attaches a tax to a plan.
type planTax struct {
	OrganizationID uuid.UUID
	PlanID         uuid.UUID `gorm:"primaryKey"`
	TaxID          uuid.UUID `gorm:"primaryKey"`
}

// Plans lists the plans of the catalogue that are not deleted, newest first.
func (tx *Tx) Plans(page Page) (List[Plan], error) {
	result, err := list[Plan](catalogue(tx.db.Model(&Plan{})), page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPlans)
}

// Plan finds a plan of the catalogue by its code; ErrNotFound when there is
// none or it is deleted.
func (tx *Tx) Plan(code string) (Plan, error) {
	return tx.plan(catalogue(tx.db).Where("code = ?", code))
}

// PlanForUpdate is Plan for a transaction that will change the plan, or what
// belongs to it: others that would do the same wait.
func (tx *Tx) PlanForUpdate(code string) (Plan, error) {
	return tx.plan(catalogue(tx.locked()).Where("code = ?", code))
}

// PlanByID finds any plan that is not deleted, also one that overrides
// another; ErrNotFound when there is none.
func (tx *Tx) PlanByID(id uuid.UUID) (Plan, error) {
	return tx.plan(tx.db.Where("id = ? AND deleted_at IS NULL", id))
}

// PlanByIDShared is PlanByID for a transaction that copies the plan, or
// subscribes to it: until it ends, nobody changes the plan.
func (tx *Tx) PlanByIDShared(id uuid.UUID) (Plan, error) {
	return tx.plan(tx.shared().Where("id = ? AND deleted_at IS NULL", id))
}

// PlanByIDForUpdate is PlanByID for a transaction that will change the plan, or
// what belongs to it: others that would do the same wait.
func (tx *Tx) PlanByIDForUpdate(id uuid.UUID) (Plan, error) {
	return tx.plan(tx.locked().Where("id = ? AND deleted_at IS NULL", id))
}

// PlanShared is Plan under the terms of PlanByIDShared, and without what belongs
// to the plan; see LoadPlan.
func (tx *Tx) PlanShared(code string) (Plan, error) {
	return one[Plan](catalogue(tx.shared()).Where("code = ?", code))
}

// LoadPlan fills in what belongs to a plan that was read without it.
func (tx *Tx) LoadPlan(plan *Plan) error { return tx.loadPlanParts([]*Plan{plan}) }

// ChildPlans are the plans that override a plan of the catalogue and are not
// deleted, oldest first.
func (tx *Tx) ChildPlans(plan Plan) ([]Plan, error) {
	var children []Plan
	err := tx.locked().Where("parent_id = ? AND deleted_at IS NULL", plan.ID).Order("created_at, id").Find(&children).Error
	if err != nil {
		return nil, fmt.Errorf("find the plans that override another: %w", err)
	}
	return children, inBatches(children, tx.loadPlans)
}

// catalogue limits a query to plans that clients can name by their code.
func catalogue(query *gorm.DB) *gorm.DB {
	return query.Where("parent_id IS NULL AND deleted_at IS NULL")
}

func (tx *Tx) plan(query *gorm.DB) (Plan, error) {
	row, err := one[Plan](query)
	if err != nil {
		return row, err
	}
	rows := []Plan{row}
	err = tx.loadPlans(rows)
	return rows[0], err
}

// PlanCodeTaken reports whether another plan of the catalogue that is not
// deleted has the code.
func (tx *Tx) PlanCodeTaken(code string, except uuid.UUID) (bool, error) {
	var count int64
	err := catalogue(tx.db.Model(&Plan{})).Where("code = ? AND id <> ?", code, except).Count(&count).Error
	return count > 0, err
}

// InsertPlan adds a plan without what belongs to it; ErrDuplicate when the code
// is taken.
func (tx *Tx) InsertPlan(row *Plan) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the plan: %w", known(err))
	}
	return nil
}

// UpdatePlan stores the plan's own fields; ErrDuplicate when the code is taken.
func (tx *Tx) UpdatePlan(row *Plan) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "parent_id", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the plan: %w", known(err))
	}
	return nil
}

// FollowPlanAmount gives those plans that override a plan its amount that
// still have the amount it had before.
func (tx *Tx) FollowPlanAmount(plan Plan, before int64) error {
	err := tx.db.Model(&Plan{}).
		Where("parent_id = ? AND amount_cents = ? AND deleted_at IS NULL", plan.ID, before).
		Updates(map[string]any{"amount_cents": plan.AmountCents, "updated_at": tx.now}).Error
	if err != nil {
		return fmt.Errorf("update the plans that override another: %w", err)
	}
	return nil
}

// DeletePlan hides a plan; its code is free again. What belongs to the plan
// stays with it.
func (tx *Tx) DeletePlan(row *Plan) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the plan: %w", err)
	}
	return nil
}

// SetPlanTaxes makes these the plan's taxes.
func (tx *Tx) SetPlanTaxes(row *Plan, taxes []Tax) error {
	links := make([]planTax, len(taxes))
	for i, tax := range taxes {
		links[i] = planTax{PlanID: row.ID, TaxID: tax.ID}
	}
	if err := relinkTaxes(tx, tx.db.Where("plan_id = ?", row.ID), links, "the plan"); err != nil {
		return err
	}
	row.Taxes = taxes
	return nil
}

// loadPlans fills in what is read with plans, in a fixed number of queries for
// any number of them.
func (tx *Tx) loadPlans(plans []Plan) error { return tx.loadPlanParts(pointers(plans)) }

func (tx *Tx) loadPlanParts(plans []*Plan) error {
	if len(plans) == 0 {
		return nil
	}
	for _, load := range []func([]*Plan) error{
		tx.loadPlanTaxes, tx.loadUsageThresholds, tx.loadMinimumCommitments, tx.loadCharges, tx.loadFixedCharges,
		tx.loadEntitlements,
	} {
		if err := load(plans); err != nil {
			return err
		}
	}
	return nil
}

// partsOf puts what belongs to plans into them, in its order.
func partsOf[Part any](plans []*Plan, parts []Part, planOf func(Part) uuid.UUID, put func(*Plan, []Part)) {
	byPlan := make(map[uuid.UUID][]Part, len(plans))
	for _, part := range parts {
		byPlan[planOf(part)] = append(byPlan[planOf(part)], part)
	}
	for _, plan := range plans {
		put(plan, byPlan[plan.ID])
	}
}

// planIDs are the identifiers of plans.
func planIDs(plans []*Plan) []uuid.UUID {
	ids := make([]uuid.UUID, len(plans))
	for i, plan := range plans {
		ids[i] = plan.ID
	}
	return ids
}

func (tx *Tx) loadPlanTaxes(plans []*Plan) error {
	var links []taxLink
	err := tx.db.Model(&planTax{}).Select("plan_id AS owner_id, tax_id").Where("plan_id IN ?", planIDs(plans)).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of plans: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for _, plan := range plans {
		plan.Taxes = taxes[plan.ID]
	}
	return err
}
