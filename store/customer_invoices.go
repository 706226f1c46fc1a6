package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// OpenAmount is what a customer has left to pay of one invoice, in the smallest unit of
// the currency.
type OpenAmount struct {
	Currency       string
	AmountCents    int64
	PaymentOverdue bool
}

// IssuedInvoices lists the invoices of a customer that were issued, voided ones too, those
// that were issued last first. Nothing that belongs to them is read.
func (tx *Tx) IssuedInvoices(customer uuid.UUID, page Page) (List[Invoice], error) {
	query := tx.db.Model(&Invoice{}).Where("customer_id = ? AND status IN ?", customer, []InvoiceStatus{InvoiceFinalized, InvoiceVoided})
	return list[Invoice](query, page, newestInvoice)
}

// OpenInvoices lists the invoices that a customer has to pay, those that are due first at
// the top: the final ones of which something is due, that the customer has not written
// itself, and about which no dispute was lost. Nothing that belongs to them is read.
func (tx *Tx) OpenInvoices(customer uuid.UUID, page Page) (List[Invoice], error) {
	return list[Invoice](openInvoices(tx.db.Model(&Invoice{}), customer), page, "payment_due_date, created_at, id")
}

// OpenAmounts are what is due of all invoices that OpenInvoices lists. Databases add
// within 64 bits only, which the amounts of many may leave, so the caller does.
func (tx *Tx) OpenAmounts(customer uuid.UUID) ([]OpenAmount, error) {
	var rows []OpenAmount
	err := openInvoices(tx.db.Model(&Invoice{}), customer).
		Select("currency, total_amount_cents - total_paid_amount_cents - offset_amount_cents AS amount_cents, payment_overdue").
		Order("currency").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find what a customer has to pay: %w", err)
	}
	return rows, nil
}

func openInvoices(query *gorm.DB, customer uuid.UUID) *gorm.DB {
	return query.Where("customer_id = ? AND status = ? AND payment_status <> ? AND payment_dispute_lost_at IS NULL AND NOT self_billed",
		customer, InvoiceFinalized, PaymentSucceeded).
		Where("total_amount_cents > total_paid_amount_cents + offset_amount_cents")
}
