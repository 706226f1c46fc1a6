package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
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

// SaveSimulatedMethod adds or replaces what the simulated provider knows of a payment
// method.
func (tx *Tx) SaveSimulatedMethod(row *SimulatedMethod) error {
	if row.Outcomes == nil {
		row.Outcomes = []SimulatedOutcome{}
	}
	conflict := clause.OnConflict{Columns: []clause.Column{{Name: "payment_method_id"}}, DoUpdates: clause.AssignmentColumns([]string{"outcomes", "played"})}
	if err := tx.db.Clauses(conflict).Create(row).Error; err != nil {
		return fmt.Errorf("save the simulated payment method: %w", known(err))
	}
	return nil
}

// SimulatedMethods are what the simulated provider knows of payment methods, by their
// identifiers.
func (tx *Tx) SimulatedMethods(ids []uuid.UUID) (map[uuid.UUID]SimulatedMethod, error) {
	found := make(map[uuid.UUID]SimulatedMethod, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []SimulatedMethod
	if err := tx.db.Where("payment_method_id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find simulated payment methods: %w", err)
	}
	for _, row := range rows {
		found[row.PaymentMethodID] = row
	}
	return found, nil
}

// SimulatedMethodForUpdate is what the simulated provider knows of one payment method,
// for a transaction that will play its next outcome: others that would do the same wait.
// ErrNotFound when it knows nothing.
func (tx *Tx) SimulatedMethodForUpdate(id uuid.UUID) (SimulatedMethod, error) {
	return one[SimulatedMethod](tx.locked().Where("payment_method_id = ?", id))
}

// SimulatedCharge finds an entry by the key of its order; ErrNotFound when there is none.
func (tx *Tx) SimulatedCharge(key string) (SimulatedCharge, error) {
	return one[SimulatedCharge](tx.db.Where("idempotency_key = ?", key))
}

// InsertSimulatedCharge adds an entry; ErrDuplicate when there is one of the same key.
func (tx *Tx) InsertSimulatedCharge(row *SimulatedCharge) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the simulated charge: %w", known(err))
	}
	return nil
}
