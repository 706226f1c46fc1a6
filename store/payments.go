package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// PaymentType tells who says that something was paid, in the contract's spelling.
type PaymentType string

// The types of payments.
const (
	// PaymentManual was reported by a client.
	PaymentManual PaymentType = "manual"
	// PaymentByProvider was collected by a payment provider.
	PaymentByProvider PaymentType = "provider"
)

// Payment is what a customer has paid, or was asked to pay through a provider, of an
// invoice or of a payment request.
type Payment struct {
	// ID is also the key by which the provider knows the payment.
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// One of these two says what is paid.
	InvoiceID        *uuid.UUID
	PaymentRequestID *uuid.UUID
	Type             PaymentType
	AmountCents      int64
	AmountCurrency   string
	// Status is the provider's own word; "succeeded" of a manual payment.
	Status string
	// PaymentStatus is pending or processing while the provider has it. Nothing has
	// two such payments.
	PaymentStatus PaymentStatus
	// Reference is what a client calls a manual payment.
	Reference *string

	// What follows is nil of a manual payment.

	PaymentProviderID *uuid.UUID
	// PaymentProvider is the kind of provider, such as stripe.
	PaymentProvider     *string
	PaymentProviderCode *string
	PaymentMethodID     *uuid.UUID
	ProviderCustomerID  *string
	ProviderPaymentID   *string
	// NextAction is what the provider asks the customer to do.
	NextAction map[string]any `gorm:"serializer:json"`
	// ErrorCode and ErrorMessage say why the provider did not collect it.
	ErrorCode    *string
	ErrorMessage *string

	CreatedAt time.Time
	UpdatedAt time.Time

	// Customer is read with the payment, also when it is deleted; so are Invoices, in
	// the order of the payment request, with nothing but their numbers, days and totals.
	Customer Customer  `gorm:"-"`
	Invoices []Invoice `gorm:"-"`
}

// InsertPayment adds a payment; ErrDuplicate when a provider has another one of the same
// invoice or payment request.
func (tx *Tx) InsertPayment(row *Payment) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the payment: %w", known(err))
	}
	return nil
}

// UpdatePayment stores what has become of a payment.
func (tx *Tx) UpdatePayment(row *Payment) error {
	err := tx.db.Model(row).Select("status", "payment_status", "provider_payment_id", "next_action", "error_code", "error_message", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the payment: %w", known(err))
	}
	return nil
}
