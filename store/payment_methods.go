package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// PaymentMethod is a way in which a customer pays through a payment provider.
type PaymentMethod struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	// PaymentProviderType is the kind of provider, such as stripe; code and
	// name are those of the connection to it.
	PaymentProviderType string
	PaymentProviderCode *string
	PaymentProviderName *string
	// ProviderMethodID is the provider's own identifier.
	ProviderMethodID string
	// IsDefault marks the one that is charged when none is named; at most one
	// of a customer's.
	IsDefault bool
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// PaymentMethods lists a customer's payment methods that are not deleted,
// newest first.
func (tx *Tx) PaymentMethods(customer uuid.UUID, page Page) (List[PaymentMethod], error) {
	query := tx.db.Model(&PaymentMethod{}).Where("customer_id = ? AND deleted_at IS NULL", customer)
	return list[PaymentMethod](query, page, "created_at DESC, id")
}

// AllPaymentMethods are a customer's payment methods that are not deleted.
func (tx *Tx) AllPaymentMethods(customer uuid.UUID) ([]PaymentMethod, error) {
	var rows []PaymentMethod
	if err := tx.db.Where("customer_id = ? AND deleted_at IS NULL", customer).Order("created_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the payment methods of a customer: %w", err)
	}
	return rows, nil
}

// PaymentMethodForUpdate finds a customer's payment method for a transaction
// that will change it: others that would do the same wait. ErrNotFound when
// there is none or it is deleted.
func (tx *Tx) PaymentMethodForUpdate(customer, id uuid.UUID) (PaymentMethod, error) {
	return one[PaymentMethod](tx.locked().Where("id = ? AND customer_id = ? AND deleted_at IS NULL", id, customer))
}

// InsertPaymentMethod adds a payment method as its provider reports it;
// ErrDuplicate when it is the default and the customer has another one.
func (tx *Tx) InsertPaymentMethod(row *PaymentMethod) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the payment method: %w", known(err))
	}
	return nil
}

// SetDefaultPaymentMethod makes a payment method the only default of its
// customer, whose row the transaction must have locked.
func (tx *Tx) SetDefaultPaymentMethod(row *PaymentMethod) error {
	err := tx.db.Model(&PaymentMethod{}).Where("customer_id = ? AND id <> ? AND is_default", row.CustomerID, row.ID).
		Updates(map[string]any{"is_default": false}).Error
	if err != nil {
		return fmt.Errorf("unset the default payment method: %w", err)
	}
	row.IsDefault = true
	return tx.updatePaymentMethod(row)
}

// DeletePaymentMethod hides a payment method, which is no default any more.
func (tx *Tx) DeletePaymentMethod(row *PaymentMethod) error {
	now := tx.now
	row.DeletedAt, row.IsDefault = &now, false
	return tx.updatePaymentMethod(row)
}

func (tx *Tx) updatePaymentMethod(row *PaymentMethod) error {
	if err := tx.db.Model(row).Select("is_default", "deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("update the payment method: %w", known(err))
	}
	return nil
}
