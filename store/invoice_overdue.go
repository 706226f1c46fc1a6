package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// InvoicesPastDue are the final invoices of a customer that were to be paid before
// a day, such as 2024-02-29, and are not, in the order of their due dates, for a
// transaction that will change them. Those that are overdue already, and those of
// a lost dispute, are left out. The customer must be locked.
func (tx *Tx) InvoicesPastDue(customer uuid.UUID, day string) ([]Invoice, error) {
	var rows []Invoice
	err := unpaid(tx.locked(), customer).Where("payment_due_date < ?", day).Order("payment_due_date, created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find invoices past their due date: %w", err)
	}
	return rows, inBatches(rows, tx.loadInvoices)
}

// NextPaymentDueDate is the first day by which one of a customer's final invoices
// is to be paid that is not yet, and is not overdue; empty when there is none.
func (tx *Tx) NextPaymentDueDate(customer uuid.UUID) (string, error) {
	var days []string
	err := unpaid(tx.db.Model(&Invoice{}), customer).Order("payment_due_date").Limit(1).Pluck("payment_due_date", &days).Error
	if err != nil {
		return "", fmt.Errorf("find the next due date: %w", err)
	}
	if len(days) == 0 {
		return "", nil
	}
	return days[0], nil
}

// unpaid keeps the invoices of a customer that can become overdue.
func unpaid(query *gorm.DB, customer uuid.UUID) *gorm.DB {
	return query.Where("customer_id = ? AND status = ? AND payment_status <> ?", customer, InvoiceFinalized, PaymentSucceeded).
		Where("NOT payment_overdue AND payment_dispute_lost_at IS NULL")
}

// MarkInvoicesOverdue makes invoices overdue. The rows that are handed in say so
// afterwards.
func (tx *Tx) MarkInvoicesOverdue(rows []Invoice) error {
	ids := rowIDs(rows, func(row *Invoice) uuid.UUID { return row.ID })
	for i := range rows {
		rows[i].PaymentOverdue, rows[i].UpdatedAt = true, tx.now
	}
	return inBatches(ids, func(part []uuid.UUID) error {
		if err := tx.db.Model(&Invoice{}).Where("id IN ?", part).Update("payment_overdue", true).Error; err != nil {
			return fmt.Errorf("mark invoices as overdue: %w", err)
		}
		return nil
	})
}
