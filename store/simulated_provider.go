package store

import (
	"time"

	"github.com/google/uuid"
)

// SimulatedMethod is what the simulated provider knows of a payment method.
type SimulatedMethod struct {
	PaymentMethodID uuid.UUID `gorm:"primaryKey"`
	OrganizationID  uuid.UUID
	// Outcomes are played from the first to the last, which repeats; Played counts
	// those that were.
	Outcomes []SimulatedOutcome `gorm:"serializer:json"`
	Played   int
}

// SimulatedOutcome is what the simulated provider answers.
type SimulatedOutcome struct {
	// Result is succeed, decline, pending, requires_action or error.
	Result string `json:"result"`
	// Code and Message say why, where a payment is declined.
	Code    *string `json:"code,omitempty"`
	Message *string `json:"message,omitempty"`
}

// SimulatedCharge is an entry in the books of the simulated provider: money that was
// taken or given back, or was not.
type SimulatedCharge struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// IdempotencyKey makes an order that comes again the same order.
	IdempotencyKey string
	// Kind is charge or refund.
	Kind            string
	PaymentMethodID *uuid.UUID
	AmountCents     int64
	AmountCurrency  string
	Result          string
	Code            *string
	Message         *string
	CreatedAt       time.Time
}
