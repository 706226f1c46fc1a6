package store

import (
	"fmt"

	"github.com/google/uuid"
)

// underWay are the payment statuses of payments that a provider has.
var underWay = []PaymentStatus{PaymentPending, PaymentProcessing}

// UnderWay reports whether a provider has the payment.
func (p *Payment) UnderWay() bool {
	return p.PaymentStatus == PaymentPending || p.PaymentStatus == PaymentProcessing
}

// PaymentForUpdate finds a payment, shown or not, for a transaction that will change it:
// others that would do the same wait. Its customer is locked before it. ErrNotFound when
// there is none.
func (tx *Tx) PaymentForUpdate(id uuid.UUID) (Payment, error) {
	found, err := one[Payment](tx.db.Select("id", "customer_id").Where("id = ?", id))
	if err != nil {
		return found, err
	}
	if err := tx.LockCustomer(found.CustomerID); err != nil {
		return found, err
	}
	row, err := one[Payment](tx.locked().Where("id = ?", id))
	if err != nil {
		return row, err
	}
	rows := []Payment{row}
	err = tx.loadPayments(rows)
	return rows[0], err
}

// AllPayments lists all payments, those that clients do not see too, newest first.
func (tx *Tx) AllPayments(page Page) (List[Payment], error) {
	result, err := list[Payment](tx.db.Model(&Payment{}), page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPayments)
}

// InvoicesUnderWay are those of some invoices that a provider is collecting, by
// themselves or with a payment request.
func (tx *Tx) InvoicesUnderWay(ids []uuid.UUID) ([]uuid.UUID, error) {
	var found []uuid.UUID
	err := inBatches(ids, func(part []uuid.UUID) error {
		var alone, together []uuid.UUID
		err := tx.db.Model(&Payment{}).Where("invoice_id IN ? AND payment_status IN ?", part, underWay).Pluck("invoice_id", &alone).Error
		if err != nil {
			return fmt.Errorf("find payments of invoices that are under way: %w", err)
		}
		requests := tx.db.Model(&Payment{}).Select("payment_request_id").Where("payment_request_id IS NOT NULL AND payment_status IN ?", underWay)
		err = tx.db.Model(&paymentRequestInvoice{}).Where("invoice_id IN ? AND payment_request_id IN (?)", part, requests).Pluck("invoice_id", &together).Error
		if err != nil {
			return fmt.Errorf("find payment requests of invoices that are under way: %w", err)
		}
		found = append(append(found, alone...), together...)
		return nil
	})
	return found, err
}

// InvoiceUnderWay is InvoicesUnderWay for one invoice.
func (tx *Tx) InvoiceUnderWay(id uuid.UUID) (bool, error) {
	found, err := tx.InvoicesUnderWay([]uuid.UUID{id})
	return len(found) > 0, err
}

// LatestPayment is the last payment that has paid for an invoice, by itself or with a
// payment request; ErrNotFound when there is none.
func (tx *Tx) LatestPayment(invoice uuid.UUID) (Payment, error) {
	requests := tx.db.Model(&paymentRequestInvoice{}).Select("payment_request_id").Where("invoice_id = ?", invoice)
	return one[Payment](tx.db.Where("payment_status = ? AND (invoice_id = ? OR payment_request_id IN (?))", PaymentSucceeded, invoice, requests).
		Order("created_at DESC, id DESC"))
}
