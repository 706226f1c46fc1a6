package store

import (
	"fmt"
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

// PaymentRequestForUpdate finds a payment request, its customer and its invoices, with
// everything that belongs to these, for a transaction that will change them: others
// that would do the same wait. Its customer is locked before it. ErrNotFound when there
// is none.
func (tx *Tx) PaymentRequestForUpdate(id uuid.UUID) (PaymentRequest, error) {
	found, err := one[PaymentRequest](tx.db.Select("id", "customer_id").Where("id = ?", id))
	if err != nil {
		return found, err
	}
	if err := tx.LockCustomer(found.CustomerID); err != nil {
		return found, err
	}
	row, err := one[PaymentRequest](tx.locked().Where("id = ?", id))
	if err != nil {
		return row, err
	}
	requested := tx.db.Model(&paymentRequestInvoice{}).Select("invoice_id").Where("payment_request_id = ?", id)
	if err := tx.locked().Where("id IN (?)", requested).Order("id").Find(&row.Invoices).Error; err != nil {
		return row, fmt.Errorf("find the invoices of a payment request: %w", err)
	}
	if err := tx.loadInvoices(row.Invoices); err != nil {
		return row, err
	}
	row.Customer = row.Invoices[0].Customer
	return row, nil
}

// UpdatePaymentRequest stores how a payment request is paid.
func (tx *Tx) UpdatePaymentRequest(row *PaymentRequest) error {
	if err := tx.db.Model(row).Select("payment_status", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("update the payment request: %w", known(err))
	}
	return nil
}

// InsertPaymentRequest adds a payment request, and which invoices it asks for, in their
// order.
func (tx *Tx) InsertPaymentRequest(row *PaymentRequest) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the payment request: %w", known(err))
	}
	links := make([]paymentRequestInvoice, len(row.Invoices))
	for i := range row.Invoices {
		links[i] = paymentRequestInvoice{PaymentRequestID: row.ID, InvoiceID: row.Invoices[i].ID, Position: i}
	}
	return insertAll(tx, links, batchSize, "the invoices of a payment request")
}
