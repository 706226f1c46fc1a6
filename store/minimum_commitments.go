package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// MinimumCommitment is what a period of a plan costs at least.
type MinimumCommitment struct {
	ID                 uuid.UUID `gorm:"primaryKey"`
	OrganizationID     uuid.UUID
	PlanID             uuid.UUID
	InvoiceDisplayName *string
	// AmountCents is in the smallest unit of the plan's currency.
	AmountCents int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	// Taxes are read with the commitment; SetMinimumCommitmentTaxes writes
	// them.
	Taxes []Tax `gorm:"-"`
}

// minimumCommitmentTax attaches a tax to a minimum commitment.
type minimumCommitmentTax struct {
	OrganizationID      uuid.UUID
	MinimumCommitmentID uuid.UUID `gorm:"primaryKey"`
	TaxID               uuid.UUID `gorm:"primaryKey"`
}

// InsertMinimumCommitment adds a commitment without its taxes; ErrDuplicate
// when the plan has one.
func (tx *Tx) InsertMinimumCommitment(row *MinimumCommitment) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the minimum commitment: %w", known(err))
	}
	return nil
}

// UpdateMinimumCommitment stores the amount and the name of a commitment.
func (tx *Tx) UpdateMinimumCommitment(row *MinimumCommitment) error {
	err := tx.db.Model(row).Select("invoice_display_name", "amount_cents", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the minimum commitment: %w", err)
	}
	return nil
}

// DeleteMinimumCommitment removes a commitment.
func (tx *Tx) DeleteMinimumCommitment(row *MinimumCommitment) error {
	if err := tx.db.Delete(row).Error; err != nil {
		return fmt.Errorf("delete the minimum commitment: %w", err)
	}
	return nil
}

// SetMinimumCommitmentTaxes makes these the commitment's taxes.
func (tx *Tx) SetMinimumCommitmentTaxes(row *MinimumCommitment, taxes []Tax) error {
	err := tx.db.Where("minimum_commitment_id = ?", row.ID).Delete(&minimumCommitmentTax{}).Error
	if err != nil {
		return fmt.Errorf("detach the minimum commitment's taxes: %w", err)
	}
	links := make([]minimumCommitmentTax, len(taxes))
	for i, tax := range taxes {
		links[i] = minimumCommitmentTax{MinimumCommitmentID: row.ID, TaxID: tax.ID}
	}
	if len(links) > 0 {
		if err := tx.db.CreateInBatches(&links, batchSize).Error; err != nil {
			return fmt.Errorf("attach the minimum commitment's taxes: %w", known(err))
		}
	}
	row.Taxes = taxes
	return nil
}

// loadMinimumCommitments fills in the commitments of plans with their taxes.
func (tx *Tx) loadMinimumCommitments(plans []*Plan) error {
	var commitments []MinimumCommitment
	if err := tx.db.Where("plan_id IN ?", planIDs(plans)).Find(&commitments).Error; err != nil {
		return fmt.Errorf("find the minimum commitments of plans: %w", err)
	}
	if err := tx.loadMinimumCommitmentTaxes(commitments); err != nil {
		return err
	}
	byPlan := make(map[uuid.UUID]*MinimumCommitment, len(commitments))
	for i := range commitments {
		byPlan[commitments[i].PlanID] = &commitments[i]
	}
	for _, plan := range plans {
		plan.MinimumCommitment = byPlan[plan.ID]
	}
	return nil
}

func (tx *Tx) loadMinimumCommitmentTaxes(commitments []MinimumCommitment) error {
	if len(commitments) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(commitments))
	for i := range commitments {
		ids[i] = commitments[i].ID
	}
	var links []taxLink
	err := tx.db.Model(&minimumCommitmentTax{}).Select("minimum_commitment_id AS owner_id, tax_id").
		Where("minimum_commitment_id IN ?", ids).Scan(&links).Error
	if err != nil {
		return fmt.Errorf("find the taxes of minimum commitments: %w", err)
	}
	taxes, err := tx.linkedTaxes(links)
	for i := range commitments {
		commitments[i].Taxes = taxes[commitments[i].ID]
	}
	return err
}
