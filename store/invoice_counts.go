package store

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/session"
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
	members := reflect.ValueOf(f)
	for i := range members.NumField() {
		member := members.Field(i)
		empty := member.IsZero()
		if kind := member.Kind(); kind == reflect.Map || kind == reflect.Slice {
			empty = member.Len() == 0
		}
		if !empty {
			return false
		}
	}
	return true
}

// counts are the kept counts of the invoices that the filter lets through.
func (f InvoiceFilter) counts(tx *Tx) *gorm.DB {
	query := anyOf(tx.db.Model(&InvoiceCount{}), "status", f.statuses())
	query = anyOf(query, "payment_status", f.PaymentStatuses)
	query = anyOf(query, "invoice_type", f.Types)
	if f.PaymentOverdue != nil {
		query = query.Where("payment_overdue = ?", *f.PaymentOverdue)
	}
	return query.Select("CAST(COALESCE(SUM(rows_counted), 0) AS BIGINT) AS rows_counted")
}

// countedInvoices is list for a filter whose total the kept counts say.
func (tx *Tx) countedInvoices(filter InvoiceFilter, page Page, order string) (List[Invoice], error) {
	result := List[Invoice]{Page: page.Normalized()}
	rows := filter.apply(tx, tx.db.Model(&Invoice{})).Order(order).Offset(result.Page.offset()).Limit(result.Page.Size)
	var totals []InvoiceCount
	if err := session.Fetch(session.RowsOf(filter.counts(tx), &totals), session.RowsOf(rows, &result.Rows)); err != nil {
		return result, fmt.Errorf("read the list of invoices: %w", err)
	}
	for _, total := range totals {
		result.Total += total.RowsCounted
	}
	return result, nil
}
