package store

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
)

// InvoiceCount is the number of invoices that share what lists filter on most.
// Triggers keep it, so it is right at every moment; PostgreSQL spreads it over
// shards.
type InvoiceCount struct {
	OrganizationID uuid.UUID
	Status         InvoiceStatus
	PaymentStatus  PaymentStatus
	PaymentOverdue bool
	InvoiceType    InvoiceType
	Shard          int
	RowsCounted    int64
}

// countable reports whether the kept counts can answer the filter: it has no
// members but those that they are kept by.
func (f InvoiceFilter) countable() bool {
	f.Statuses, f.PaymentStatuses, f.PaymentOverdue, f.Types = nil, nil, nil, nil
	return blank(f)
}

// counts are the kept counts of the invoices that the filter lets through.
func (f InvoiceFilter) counts(tx *Tx) *gorm.DB {
	query := anyOf(tx.db.Model(&InvoiceCount{}), "status", f.statuses())
	query = anyOf(query, "payment_status", f.PaymentStatuses)
	query = anyOf(query, "invoice_type", f.Types)
	if f.PaymentOverdue != nil {
		query = query.Where("payment_overdue = ?", *f.PaymentOverdue)
	}
	return query
}
