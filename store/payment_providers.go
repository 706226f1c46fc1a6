package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// PaymentProvider is an organization's connection to a payment provider.
type PaymentProvider struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// Type is the kind of provider, such as stripe, in the contract's spelling.
	Type      string
	Code      string
	Name      string
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// InsertPaymentProvider adds a connection; ErrDuplicate when the code is taken.
func (tx *Tx) InsertPaymentProvider(row *PaymentProvider) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the payment provider: %w", known(err))
	}
	return nil
}

// PaymentProviders are the organization's connections, newest first.
func (tx *Tx) PaymentProviders() ([]PaymentProvider, error) {
	var rows []PaymentProvider
	if err := tx.db.Where("deleted_at IS NULL").Order("created_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the payment providers: %w", err)
	}
	return rows, nil
}

// PaymentProvider finds a connection by its code; ErrNotFound when there is none.
func (tx *Tx) PaymentProvider(code string) (PaymentProvider, error) {
	return one[PaymentProvider](tx.db.Where("code = ? AND deleted_at IS NULL", code))
}

// PaymentProviderForUpdate is PaymentProvider for a transaction that will change it.
func (tx *Tx) PaymentProviderForUpdate(code string) (PaymentProvider, error) {
	return one[PaymentProvider](tx.locked().Where("code = ? AND deleted_at IS NULL", code))
}

// DeletePaymentProvider hides a connection; its code is free again.
func (tx *Tx) DeletePaymentProvider(row *PaymentProvider) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the payment provider: %w", err)
	}
	return nil
}

// CustomersOfProvider are the customers that are linked to a connection, locked against
// other changes.
func (tx *Tx) CustomersOfProvider(id uuid.UUID) ([]Customer, error) {
	var rows []Customer
	if err := tx.locked().Where("payment_provider_id = ? AND deleted_at IS NULL", id).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the customers of a payment provider: %w", err)
	}
	return rows, inBatches(rows, tx.loadCustomers)
}
