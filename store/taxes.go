package store

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Tax is a rate that can be attached to billing entities, customers and what
// is sold.
type Tax struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	Description    *string
	// Rate is in percent: 20 is 20 %.
	Rate      decimal.Decimal
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
	// BillingEntities are the billing entities that apply the tax, by code.
	// They are read with the tax and not written with it.
	BillingEntities []TaxedBillingEntity `gorm:"-"`
}

// TaxedBillingEntity is a billing entity that applies a tax.
type TaxedBillingEntity struct {
	TaxID     uuid.UUID
	Code      string
	IsDefault bool
}

// TaxesOr are the taxes of a fee: its own, or else those of the plan, of the
// customer, or of the customer's billing entity, which is so even where another
// one bills.
func (s *Subscription) TaxesOr(own []Tax) []Tax {
	switch {
	case len(own) > 0:
		return own
	case len(s.Plan.Taxes) > 0:
		return s.Plan.Taxes
	}
	return s.Customer.TaxesOr(nil)
}

// TaxesOr are the taxes of a fee that belongs to no plan: its own, or else those
// of the customer, or of its billing entity.
func (c *Customer) TaxesOr(own []Tax) []Tax {
	switch {
	case len(own) > 0:
		return own
	case len(c.Taxes) > 0:
		return c.Taxes
	}
	return c.BillingEntity.Taxes
}

// LoadSellerTaxes fills in the taxes of the billing entities of customers that have
// none of their own, which are read with customers nowhere else, in one query for
// all.
func (tx *Tx) LoadSellerTaxes(customers ...*Customer) error {
	var ids []uuid.UUID
	for _, customer := range customers {
		if len(customer.Taxes) == 0 && !slices.Contains(ids, customer.BillingEntityID) {
			ids = append(ids, customer.BillingEntityID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var links []taxLink
	err := tx.db.Model(&billingEntityTax{}).Select("billing_entity_id AS owner_id, tax_id").
		Where("billing_entity_id IN ?", ids).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of billing entities: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for _, customer := range customers {
		customer.BillingEntity.Taxes = taxes[customer.BillingEntityID]
	}
	return err
}

// billingEntityTax attaches a tax to a billing entity.
type billingEntityTax struct {
	OrganizationID  uuid.UUID
	BillingEntityID uuid.UUID `gorm:"primaryKey"`
	TaxID           uuid.UUID `gorm:"primaryKey"`
}

// Taxes lists the taxes that are not deleted, by name.
func (tx *Tx) Taxes(page Page) (List[Tax], error) {
	result, err := list[Tax](tx.db.Model(&Tax{}).Where("deleted_at IS NULL"), page, "name, created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadTaxedEntities)
}

// Tax finds a tax by its code; ErrNotFound when there is none or it is
// deleted.
func (tx *Tx) Tax(code string) (Tax, error) { return tx.tax(tx.db, code) }

// TaxForUpdate is Tax for a transaction that will change it: others that would
// do the same wait.
func (tx *Tx) TaxForUpdate(code string) (Tax, error) { return tx.tax(tx.locked(), code) }

func (tx *Tx) tax(query *gorm.DB, code string) (Tax, error) {
	row, err := one[Tax](query.Where("code = ? AND deleted_at IS NULL", code))
	if err != nil {
		return row, err
	}
	rows := []Tax{row}
	err = tx.loadTaxedEntities(rows)
	return rows[0], err
}

// TaxesByCode finds those of the codes that exist, by name.
func (tx *Tx) TaxesByCode(codes []string) ([]Tax, error) {
	var rows []Tax
	err := inBatches(codes, func(part []string) error {
		var found []Tax
		err := tx.db.Where("code IN ? AND deleted_at IS NULL", part).Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find taxes: %w", err)
	}
	slices.SortFunc(rows, compareTaxes)
	return rows, inBatches(rows, tx.loadTaxedEntities)
}

// compareTaxes orders taxes as their list does.
func compareTaxes(a, b Tax) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), b.CreatedAt.Compare(a.CreatedAt), bytes.Compare(a.ID[:], b.ID[:]))
}

// TaxCodeTaken reports whether a tax has or had the code.
//
// Lago: the code of a deleted tax cannot be used again.
func (tx *Tx) TaxCodeTaken(code string, except uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&Tax{}).Where("code = ? AND id <> ?", code, except).Count(&count).Error
	return count > 0, err
}

// InsertTax adds a tax; ErrDuplicate when the code is or was taken.
func (tx *Tx) InsertTax(row *Tax) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the tax: %w", known(err))
	}
	return nil
}

// EnsureTax adds a tax unless one that is not deleted has its code, and reports
// whether it did. A deleted tax of that code comes back with the row's values,
// because codes of deleted taxes are never free.
func (tx *Tx) EnsureTax(row *Tax) (bool, error) {
	revive := clause.OnConflict{
		Columns:   []clause.Column{{Name: "organization_id"}, {Name: "code"}},
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "taxes.deleted_at IS NOT NULL"}}},
		DoUpdates: clause.AssignmentColumns([]string{"name", "description", "rate", "deleted_at", "updated_at"}),
	}
	result := tx.db.Clauses(revive).Create(row)
	if result.Error != nil {
		return false, fmt.Errorf("ensure the tax: %w", known(result.Error))
	}
	if result.RowsAffected == 0 {
		return false, nil
	}
	var err error
	*row, err = tx.Tax(row.Code)
	return true, err
}

// UpdateTax stores all fields of a tax; ErrDuplicate when the code is taken.
func (tx *Tx) UpdateTax(row *Tax) error {
	err := tx.db.Model(row).Select("code", "name", "description", "rate", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the tax: %w", known(err))
	}
	return nil
}

// DeleteTax hides a tax and detaches it from everything.
func (tx *Tx) DeleteTax(row *Tax) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the tax: %w", err)
	}
	for _, attachment := range []any{
		&billingEntityTax{}, &customerTax{}, &addOnTax{}, &planTax{}, &minimumCommitmentTax{}, &chargeTax{}, &fixedChargeTax{},
	} {
		if err := tx.db.Where("tax_id = ?", row.ID).Delete(attachment).Error; err != nil {
			return fmt.Errorf("detach the tax: %w", err)
		}
	}
	return nil
}

// AttachTax makes a billing entity apply a tax; it is no error when it does
// already.
func (tx *Tx) AttachTax(tax *Tax, entity BillingEntity) error {
	row := billingEntityTax{BillingEntityID: entity.ID, TaxID: tax.ID}
	if err := tx.db.Clauses(ignoreDuplicates).Create(&row).Error; err != nil {
		return fmt.Errorf("attach the tax: %w", known(err))
	}
	return tx.reloadTaxedEntities(tax)
}

// DetachTax makes a billing entity no longer apply a tax.
func (tx *Tx) DetachTax(tax *Tax, entity BillingEntity) error {
	err := tx.db.Where("billing_entity_id = ? AND tax_id = ?", entity.ID, tax.ID).Delete(&billingEntityTax{}).Error
	if err != nil {
		return fmt.Errorf("detach the tax: %w", err)
	}
	return tx.reloadTaxedEntities(tax)
}

func (tx *Tx) reloadTaxedEntities(tax *Tax) error {
	rows := []Tax{*tax}
	rows[0].BillingEntities = nil
	err := tx.loadTaxedEntities(rows)
	tax.BillingEntities = rows[0].BillingEntities
	return err
}

func (tx *Tx) loadTaxedEntities(taxes []Tax) error {
	if len(taxes) == 0 {
		return nil
	}
	index := make(map[uuid.UUID]*Tax, len(taxes))
	ids := make([]uuid.UUID, len(taxes))
	for i := range taxes {
		ids[i] = taxes[i].ID
		index[taxes[i].ID] = &taxes[i]
	}
	var entities []TaxedBillingEntity
	err := tx.db.Model(&billingEntityTax{}).Select("billing_entity_taxes.tax_id, e.code, e.is_default").
		Joins("JOIN billing_entities e ON e.id = billing_entity_taxes.billing_entity_id").
		Where("billing_entity_taxes.tax_id IN ?", ids).Order("e.code").Scan(&entities).Error
	if err != nil {
		return fmt.Errorf("find the billing entities of taxes: %w", err)
	}
	for _, entity := range entities {
		tax := index[entity.TaxID]
		tax.BillingEntities = append(tax.BillingEntities, entity)
	}
	return nil
}

// one finds a single row of a query; ErrNotFound when there is none.
func one[T any](query *gorm.DB) (T, error) {
	var row T
	err := query.Take(&row).Error
	return row, known(err)
}
