package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// InvoicesPastDue are the final invoices of customers that were to be paid before
// a day, such as 2024-02-29, and are not, in the order of their due dates, for a
// transaction that will change them. Those that are overdue already, and those of
// a lost dispute, are left out. The customers must be locked.
func (tx *Tx) InvoicesPastDue(customers []uuid.UUID, day string) ([]Invoice, error) {
	var rows []Invoice
	err := unpaid(tx.locked(), customers).Where("payment_due_date < ?", day).Order("payment_due_date, created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find invoices past their due date: %w", err)
	}
	return rows, inBatches(rows, tx.loadInvoices)
}

// NextPaymentDueDates are, by customer, the first day by which one of its final
// invoices is to be paid that is not yet, and is not overdue. One without such an
// invoice is left out.
func (tx *Tx) NextPaymentDueDates(customers []uuid.UUID) (map[uuid.UUID]string, error) {
	var rows []Invoice
	err := unpaid(tx.db.Model(&Invoice{}), customers).Select("customer_id, min(payment_due_date) AS payment_due_date").
		Group("customer_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the next due dates: %w", err)
	}
	days := make(map[uuid.UUID]string, len(rows))
	for _, row := range rows {
		days[row.CustomerID] = row.PaymentDueDate
	}
	return days, nil
}

// unpaid keeps the invoices of customers that can become overdue. The condition is
// spelled like that of the index invoices_awaiting_payment, which neither database
// would use without seeing that it fits.
func unpaid(query *gorm.DB, customers []uuid.UUID) *gorm.DB {
	return query.Where("customer_id IN ?", customers).
		Where("status = 'finalized' AND payment_status <> 'succeeded' AND NOT payment_overdue AND payment_dispute_lost_at IS NULL")
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
