package store

import (
	"time"

	"github.com/google/uuid"
)

// PaymentRequest asks a customer to pay what is overdue of several invoices at once.
type PaymentRequest struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// DunningCampaignID is what made the request; nil where a client did.
	DunningCampaignID *uuid.UUID
	AmountCents       int64
	AmountCurrency    string
	Email             *string
	PaymentStatus     PaymentStatus
	CreatedAt         time.Time
	UpdatedAt         time.Time

	// Customer and Invoices are read with the request; a method of their own writes
	// which invoices these are.
	Customer Customer  `gorm:"-"`
	Invoices []Invoice `gorm:"-"`
}

// paymentRequestInvoice is an invoice that a payment request asks for.
type paymentRequestInvoice struct {
	OrganizationID   uuid.UUID
	PaymentRequestID uuid.UUID `gorm:"primaryKey"`
	InvoiceID        uuid.UUID `gorm:"primaryKey"`
	Position         int
}
