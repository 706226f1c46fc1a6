package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/session"
)

// PaymentFilter says which payments a list has. Empty members do not restrict it.
type PaymentFilter struct {
	// CustomerID names one customer, ExternalCustomerID all that ever had the
	// identifier.
	CustomerID         *uuid.UUID
	ExternalCustomerID *string
	// InvoiceID finds also payments of payment requests that ask for the invoice.
	InvoiceID *uuid.UUID
}

// Payments lists the payments that clients see, newest first.
func (tx *Tx) Payments(filter PaymentFilter, page Page) (List[Payment], error) {
	result, err := list[Payment](filter.apply(tx, tx.shownPayments()), page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPayments)
}

// PaymentByID finds a payment with its customer and invoices, whether clients see it or
// not; ErrNotFound when there is none.
func (tx *Tx) PaymentByID(id uuid.UUID) (Payment, error) {
	return tx.payment(tx.db.Where("id = ?", id))
}

// ShownPayment finds a payment that clients see; ErrNotFound when there is none.
func (tx *Tx) ShownPayment(id uuid.UUID) (Payment, error) {
	return tx.payment(tx.shownPayments().Where("payments.id = ?", id))
}

func (tx *Tx) payment(query *gorm.DB) (Payment, error) {
	row, err := one[Payment](query)
	if err != nil {
		return row, err
	}
	rows := []Payment{row}
	err = tx.loadPayments(rows)
	return rows[0], err
}

// shownPayments are the payments that clients see: all but those of invoices that they
// do not see.
func (tx *Tx) shownPayments() *gorm.DB {
	visible := tx.db.Model(&Invoice{}).Select("id").Where("invoices.id = payments.invoice_id AND status IN ?", VisibleInvoiceStatuses())
	return tx.db.Model(&Payment{}).Where("(payment_request_id IS NOT NULL OR EXISTS (?))", visible)
}

func (f PaymentFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.CustomerID != nil {
		query = query.Where("customer_id = ?", *f.CustomerID)
	}
	if f.ExternalCustomerID != nil {
		owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ?", *f.ExternalCustomerID)
		query = query.Where("customer_id IN (?)", owners)
	}
	if f.InvoiceID != nil {
		requests := tx.db.Model(&paymentRequestInvoice{}).Select("payment_request_id").Where("invoice_id = ?", *f.InvoiceID)
		query = query.Where("(invoice_id = ? OR payment_request_id IN (?))", *f.InvoiceID, requests)
	}
	return query
}

// loadPayments fills in the customers and the invoices of payments.
func (tx *Tx) loadPayments(rows []Payment) error {
	if len(rows) == 0 {
		return nil
	}
	var requested []paymentRequestInvoice
	var customers []Customer
	owners := session.RowsOf(tx.db.Where("id IN ?", rowIDs(rows, func(row *Payment) uuid.UUID { return row.CustomerID })), &customers)
	asked := tx.db.Where("payment_request_id IN ?", rowIDs(rows, func(row *Payment) uuid.UUID { return own(row.PaymentRequestID, uuid.Nil) }))
	if err := session.Fetch(owners, session.RowsOf(asked.Order("payment_request_id, position"), &requested)); err != nil {
		return fmt.Errorf("read what belongs to payments: %w", err)
	}
	index := make(map[uuid.UUID]Customer, len(customers))
	for _, customer := range customers {
		index[customer.ID] = customer
	}
	paid := map[uuid.UUID][]uuid.UUID{}
	for _, link := range requested {
		paid[link.PaymentRequestID] = append(paid[link.PaymentRequestID], link.InvoiceID)
	}
	for i := range rows {
		rows[i].Customer = index[rows[i].CustomerID]
		if rows[i].InvoiceID != nil {
			paid[rows[i].ID] = []uuid.UUID{*rows[i].InvoiceID}
		} else {
			paid[rows[i].ID] = paid[*rows[i].PaymentRequestID]
		}
	}
	return tx.loadPaidInvoices(rows, paid)
}

// loadPaidInvoices fills in the invoices of payments, which are given by the identifiers
// of these.
func (tx *Tx) loadPaidInvoices(rows []Payment, paid map[uuid.UUID][]uuid.UUID) error {
	var ids []uuid.UUID
	for i := range rows {
		ids = append(ids, paid[rows[i].ID]...)
	}
	index := map[uuid.UUID]Invoice{}
	err := inBatches(ids, func(part []uuid.UUID) error {
		var invoices []Invoice
		if err := tx.db.Select("id", "number", "issuing_date", "total_amount_cents").Where("id IN ?", part).Find(&invoices).Error; err != nil {
			return fmt.Errorf("find the invoices of payments: %w", err)
		}
		for _, invoice := range invoices {
			index[invoice.ID] = invoice
		}
		return nil
	})
	for i := range rows {
		for _, id := range paid[rows[i].ID] {
			rows[i].Invoices = append(rows[i].Invoices, index[id])
		}
	}
	return err
}

// PaidByRequest reports whether an invoice belongs to a payment request that was paid.
func (tx *Tx) PaidByRequest(invoice uuid.UUID) (bool, error) {
	requests := tx.db.Model(&paymentRequestInvoice{}).Select("payment_request_id").Where("invoice_id = ?", invoice)
	var paid int64
	err := tx.db.Model(&PaymentRequest{}).Where("payment_status = ? AND id IN (?)", PaymentSucceeded, requests).Count(&paid).Error
	if err != nil {
		return false, fmt.Errorf("look for payment requests of an invoice: %w", err)
	}
	return paid > 0, nil
}
