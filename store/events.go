package store

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Event is something that was metered. It names a billable metric and a
// subscription that need not exist when it comes.
//
// Events of one instant are in the order of their identifiers.
type Event struct {
	ID             uuid.UUID
	OrganizationID uuid.UUID
	// TransactionID is the client's identifier; a subscription takes it once.
	TransactionID          string
	ExternalSubscriptionID *string
	// Code is that of the billable metric.
	Code string
	// Timestamp is when it happened: UTC, in microseconds.
	Timestamp time.Time
	// Properties are an object in the form that both databases keep: numbers
	// without exponents, no repeated members.
	Properties json.RawMessage `gorm:"serializer:json"`
	// Value is the number that the metric's field has in the properties; nil
	// when it has none, or the metric is unknown.
	Value *decimal.Decimal
	// PreciseTotalAmountCents is what the client says the event costs, in the
	// smallest unit of the currency with up to 15 decimal places.
	PreciseTotalAmountCents *decimal.Decimal
	// RequestID is the request that brought the event.
	RequestID uuid.UUID
	// DeletedAt is set with the deletion of the billable metric: the event no
	// longer counts, yet its transaction stays taken.
	DeletedAt *time.Time
	CreatedAt time.Time
}
