package store

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// NextSequentialIDs are the numbers of customers' next invoices of their billing
// entities, counted from 1, in the order of invoices of different customers. The
// customers must be locked.
func (tx *Tx) NextSequentialIDs(invoices []*Invoice) ([]int64, error) {
	if len(invoices) == 0 {
		return nil, nil
	}
	next, customers := make([]int64, len(invoices)), make([]uuid.UUID, len(invoices))
	for i, row := range invoices {
		customers[i] = row.CustomerID
	}
	var last []Invoice
	err := tx.db.Model(&Invoice{}).Select("customer_id, billing_entity_id, max(sequential_id) AS sequential_id").
		Where("customer_id IN ? AND sequential_id IS NOT NULL", customers).Group("customer_id, billing_entity_id").Find(&last).Error
	if err != nil {
		return nil, fmt.Errorf("find the last numbers of invoices: %w", err)
	}
	for i, row := range invoices {
		next[i] = 1
		for _, other := range last {
			if other.CustomerID == row.CustomerID && other.BillingEntityID == row.BillingEntityID {
				next[i] = *other.SequentialID + 1
			}
		}
	}
	return next, nil
}

// NextEntitySequentialID is the number of a billing entity's next invoice,
// counted from 1. Other transactions that ask for one of the same billing entity
// wait for this one. Where the newest invoice was numbered by customer, the
// numbers go on behind the count of all invoices so far. Those that the customer
// makes out itself do not count.
func (tx *Tx) NextEntitySequentialID(entity uuid.UUID) (int64, error) {
	if err := tx.lockSequence("invoices of " + entity.String()); err != nil {
		return 0, err
	}
	issued := func() *gorm.DB {
		return tx.db.Model(&Invoice{}).Where("billing_entity_id = ? AND NOT self_billed AND status IN ?",
			entity, []InvoiceStatus{InvoiceFinalized, InvoiceVoided})
	}
	newest, err := one[Invoice](issued().Select("id", "entity_sequential_id").
		Order("finalized_at DESC NULLS LAST, entity_sequential_id DESC NULLS LAST"))
	if errors.Is(err, ErrNotFound) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	last, err := tx.lastNumber(issued(), "entity_sequential_id")
	if err != nil || newest.EntitySequentialID != nil {
		return last + 1, err
	}
	var count int64
	if err := issued().Count(&count).Error; err != nil {
		return 0, fmt.Errorf("count the invoices of a billing entity: %w", err)
	}
	return max(last, count) + 1, nil
}

// lastNumber is the highest value of a column among some invoices, zero when none
// has one.
func (tx *Tx) lastNumber(invoices *gorm.DB, column string) (int64, error) {
	var numbers []int64
	err := invoices.Model(&Invoice{}).Where(column+" IS NOT NULL").Order(column+" DESC").Limit(1).Pluck(column, &numbers).Error
	if err != nil {
		return 0, fmt.Errorf("find the last number of invoices: %w", err)
	}
	if len(numbers) == 0 {
		return 0, nil
	}
	return numbers[0], nil
}
