package store

import (
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
