package store

import (
	"fmt"

	"github.com/google/uuid"
)

// InsertInvoiceMetadata adds a pair; ErrDuplicate when the invoice has the key
// already.
func (tx *Tx) InsertInvoiceMetadata(row *InvoiceMetadata) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert invoice metadata: %w", known(err))
	}
	return nil
}

// UpdateInvoiceMetadata stores a pair; ErrDuplicate when another pair of the
// invoice has the key.
func (tx *Tx) UpdateInvoiceMetadata(row *InvoiceMetadata) error {
	if err := tx.db.Model(row).Select("key", "value", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("update invoice metadata: %w", known(err))
	}
	return nil
}

// DeleteInvoiceMetadata removes pairs by their identifiers.
func (tx *Tx) DeleteInvoiceMetadata(invoice uuid.UUID, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := tx.db.Where("invoice_id = ? AND id IN ?", invoice, ids).Delete(&InvoiceMetadata{}).Error; err != nil {
		return fmt.Errorf("delete invoice metadata: %w", err)
	}
	return nil
}
