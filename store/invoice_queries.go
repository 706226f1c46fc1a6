package store

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// InvoiceByID finds an invoice in any status, with everything that belongs to it;
// ErrNotFound when there is none.
func (tx *Tx) InvoiceByID(id uuid.UUID) (Invoice, error) {
	return tx.invoice(tx.db.Where("id = ?", id))
}

// ListedInvoiceByID is InvoiceByID with only what lists show.
func (tx *Tx) ListedInvoiceByID(id uuid.UUID) (Invoice, error) {
	row, err := one[Invoice](tx.db.Where("id = ?", id))
	if err != nil {
		return row, err
	}
	rows := []Invoice{row}
	err = tx.loadListedInvoices(rows)
	return rows[0], err
}

// InvoiceForUpdate is InvoiceByID for a transaction that will change the invoice,
// or what belongs to it: others that would do the same wait. Its customer is
// locked before it, so that everything that bills a customer follows one another.
func (tx *Tx) InvoiceForUpdate(id uuid.UUID) (Invoice, error) {
	if err := tx.LockInvoiced(id); err != nil {
		return Invoice{}, err
	}
	return tx.invoice(tx.locked().Where("id = ?", id))
}

// GateInvoice finds the open invoice on whose payment the activation of a subscription
// waits, with everything that belongs to it; ErrNotFound when there is none. Whoever
// changes it must have locked the customer.
func (tx *Tx) GateInvoice(subscription uuid.UUID) (Invoice, error) {
	billed := tx.db.Model(&BillingPeriod{}).Select("invoice_id").Where("subscription_id = ?", subscription)
	return tx.invoice(tx.db.Where("status = ? AND id IN (?)", InvoiceOpen, billed))
}

// LockInvoiced is LockCustomer for the customer of an invoice; ErrNotFound when
// there is no such invoice.
func (tx *Tx) LockInvoiced(invoice uuid.UUID) error {
	found, err := one[Invoice](tx.db.Select("id", "customer_id").Where("id = ?", invoice))
	if err != nil {
		return err
	}
	return tx.LockCustomer(found.CustomerID)
}

func (tx *Tx) invoice(query *gorm.DB) (Invoice, error) {
	row, err := one[Invoice](query)
	if err != nil {
		return row, err
	}
	rows := []Invoice{row}
	err = tx.loadInvoices(rows)
	return rows[0], err
}

// InsertInvoice adds an invoice without what belongs to it; ErrDuplicate when one
// of its numbers is taken.
func (tx *Tx) InsertInvoice(row *Invoice) error {
	row.fillSearches()
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the invoice: %w", known(err))
	}
	return nil
}

// InsertInvoices is InsertInvoice for some.
func (tx *Tx) InsertInvoices(rows []*Invoice) error {
	for _, row := range rows {
		row.fillSearches()
	}
	return insertAll(tx, rows, feeBatch, "invoices")
}

// UpdateInvoice stores the invoice's own fields; ErrDuplicate when one of its
// numbers is taken.
func (tx *Tx) UpdateInvoice(row *Invoice) error {
	row.fillSearches()
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "customer_id", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the invoice: %w", known(err))
	}
	return nil
}

// fillSearches writes what searches look through. Go makes the letters small,
// because databases know fewer of them, and not all the same ones.
func (i *Invoice) fillSearches() {
	i.NumberSearch, i.PurchaseOrderSearch = strings.ToLower(i.Number), nil
	if i.PurchaseOrderNumber != nil {
		search := strings.ToLower(*i.PurchaseOrderNumber)
		i.PurchaseOrderSearch = &search
	}
}
