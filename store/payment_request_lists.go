package store

import (
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// PaymentRequestFilter says which payment requests a list has. Empty members do not
// restrict it; values within a member are alternatives.
type PaymentRequestFilter struct {
	// CustomerID names one customer, ExternalCustomerID all that ever had the
	// identifier.
	CustomerID         *uuid.UUID
	ExternalCustomerID *string
	Currency           *string
	PaymentStatus      string
	// BillingEntityIDs are those of any of a request's invoices.
	BillingEntityIDs []uuid.UUID
}

// PaymentRequests lists the payment requests, newest first, with their customers and
// invoices.
func (tx *Tx) PaymentRequests(filter PaymentRequestFilter, page Page) (List[PaymentRequest], error) {
	result, err := list[PaymentRequest](filter.apply(tx, tx.db.Model(&PaymentRequest{})), page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPaymentRequests)
}

func (f PaymentRequestFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.CustomerID != nil {
		query = query.Where("customer_id = ?", *f.CustomerID)
	}
	if f.ExternalCustomerID != nil {
		owners := tx.db.Model(&Customer{}).Select("id").Where("external_id = ?", *f.ExternalCustomerID)
		query = query.Where("customer_id IN (?)", owners)
	}
	if f.Currency != nil {
		query = query.Where("amount_currency = ?", *f.Currency)
	}
	if f.PaymentStatus != "" {
		query = query.Where("payment_status = ?", f.PaymentStatus)
	}
	if len(f.BillingEntityIDs) > 0 {
		billed := tx.db.Model(&Invoice{}).Select("id").Where("billing_entity_id IN ?", f.BillingEntityIDs)
		links := tx.db.Model(&paymentRequestInvoice{}).Select("payment_request_id").Where("invoice_id IN (?)", billed)
		query = query.Where("id IN (?)", links)
	}
	return query
}

// PaymentRequest finds a payment request with its customer and its invoices;
// ErrNotFound when there is none.
func (tx *Tx) PaymentRequest(id uuid.UUID) (PaymentRequest, error) {
	row, err := one[PaymentRequest](tx.db.Where("id = ?", id))
	if err != nil {
		return row, err
	}
	rows := []PaymentRequest{row}
	err = tx.loadPaymentRequests(rows)
	return rows[0], err
}

// loadPaymentRequests fills in the customers and the invoices of payment requests, in a
// fixed number of queries for any number of them. Invoices have their own members only.
func (tx *Tx) loadPaymentRequests(rows []PaymentRequest) error {
	if len(rows) == 0 {
		return nil
	}
	index := make(map[uuid.UUID]*PaymentRequest, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
	}
	var links []paymentRequestInvoice
	ids := rowIDs(rows, func(row *PaymentRequest) uuid.UUID { return row.ID })
	if err := tx.db.Where("payment_request_id IN ?", ids).Order("payment_request_id, position").Find(&links).Error; err != nil {
		return fmt.Errorf("find the invoices of payment requests: %w", err)
	}
	asked, err := tx.askedInvoices(links)
	if err != nil {
		return err
	}
	for _, link := range links {
		row := index[link.PaymentRequestID]
		row.Invoices = append(row.Invoices, asked[link.InvoiceID])
	}
	for i := range rows {
		rows[i].Customer = rows[i].Invoices[0].Customer
	}
	return nil
}

// askedInvoices are the invoices that links name, with their customers and billing
// entities.
func (tx *Tx) askedInvoices(links []paymentRequestInvoice) (map[uuid.UUID]Invoice, error) {
	asked := make(map[uuid.UUID]Invoice, len(links))
	ids := rowIDs(links, func(link *paymentRequestInvoice) uuid.UUID { return link.InvoiceID })
	err := inBatches(ids, func(part []uuid.UUID) error {
		var rows []Invoice
		if err := tx.db.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return fmt.Errorf("find the invoices of payment requests: %w", err)
		}
		if err := tx.loadInvoiceOwners(rows); err != nil {
			return err
		}
		for _, row := range rows {
			asked[row.ID] = row
		}
		return nil
	})
	return asked, err
}

// InvoicesOfCustomer finds those of the identifiers that are invoices of a customer and
// not deleted, oldest first, with their customers and billing entities. They are locked;
// the customer must be already.
func (tx *Tx) InvoicesOfCustomer(customer uuid.UUID, ids []uuid.UUID) ([]Invoice, error) {
	var rows []Invoice
	err := inBatches(ids, func(part []uuid.UUID) error {
		var found []Invoice
		err := tx.locked().Where("customer_id = ? AND id IN ? AND status <> ?", customer, part, InvoiceDeleted).Order("created_at, id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find invoices of a customer: %w", err)
	}
	return rows, inBatches(rows, tx.loadInvoiceOwners)
}
