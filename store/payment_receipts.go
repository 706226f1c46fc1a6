package store

import (
	"time"

	"github.com/google/uuid"
)

// PaymentReceipt confirms a payment.
type PaymentReceipt struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	PaymentID      uuid.UUID
	Number         string
	// SequentialID counts the customer's receipts from 1.
	SequentialID int64
	CreatedAt    time.Time

	// Payment is read with the receipt.
	Payment Payment `gorm:"-"`
}
