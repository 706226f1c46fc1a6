package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Refund is what a provider was asked to give back of a payment, for a credit note.
type Refund struct {
	// ID is also the key by which the provider knows the refund.
	ID               uuid.UUID `gorm:"primaryKey"`
	OrganizationID   uuid.UUID
	CreditNoteID     uuid.UUID
	PaymentID        uuid.UUID
	AmountCents      int64
	AmountCurrency   string
	Status           RefundStatus
	ProviderRefundID *string
	ErrorCode        *string
	ErrorMessage     *string
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// InsertRefund adds a refund.
func (tx *Tx) InsertRefund(row *Refund) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the refund: %w", known(err))
	}
	return nil
}

// UpdateRefund stores what has become of a refund.
func (tx *Tx) UpdateRefund(row *Refund) error {
	if err := tx.db.Model(row).Select("status", "provider_refund_id", "error_code", "error_message", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("update the refund: %w", known(err))
	}
	return nil
}

// RefundOfCreditNote finds what a provider was asked to give back for a credit note;
// ErrNotFound when none was asked.
func (tx *Tx) RefundOfCreditNote(note uuid.UUID) (Refund, error) {
	return one[Refund](tx.db.Where("credit_note_id = ?", note))
}
