package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// BillingEntity is the seller that an organization bills as.
type BillingEntity struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	Timezone       string
	// IsDefault marks the one that customers get when none is named.
	IsDefault bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// InsertBillingEntity adds a billing entity; ErrDuplicate when the code is
// taken.
func (tx *Tx) InsertBillingEntity(row *BillingEntity) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the billing entity: %w", known(err))
	}
	return nil
}

// DefaultBillingEntity is the one that was made with the organization.
func (tx *Tx) DefaultBillingEntity() (BillingEntity, error) {
	var row BillingEntity
	err := tx.db.Take(&row, "is_default").Error
	return row, known(err)
}

// BillingEntity finds a billing entity by its code; ErrNotFound when there is
// none.
func (tx *Tx) BillingEntity(code string) (BillingEntity, error) {
	var row BillingEntity
	err := tx.db.Take(&row, "code = ?", code).Error
	return row, known(err)
}

// BillingEntitiesByCode finds those of the codes that exist.
func (tx *Tx) BillingEntitiesByCode(codes []string) ([]BillingEntity, error) {
	var rows []BillingEntity
	err := tx.db.Where("code IN ?", codes).Order("created_at, id").Find(&rows).Error
	return rows, err
}
