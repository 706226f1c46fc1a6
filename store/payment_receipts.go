package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// PaymentReceipt confirms a payment.
type PaymentReceipt struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID
	PaymentID      uuid.UUID
	Number         string
	// SequentialID counts the customer's receipts from 1.
	SequentialID int64
	CreatedAt    time.Time

	// Payment is read with the receipt.
	Payment Payment `gorm:"-"`
}

// InsertPaymentReceipt adds a receipt; ErrDuplicate when its payment has one, or its
// number is taken.
func (tx *Tx) InsertPaymentReceipt(row *PaymentReceipt) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the payment receipt: %w", known(err))
	}
	return nil
}

// ReceiptedPayment reports whether a payment has its receipt.
func (tx *Tx) ReceiptedPayment(payment uuid.UUID) (bool, error) {
	_, err := one[PaymentReceipt](tx.db.Where("payment_id = ?", payment))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// NextReceiptNumber is the number of a customer's next receipt. The customer must be
// locked.
func (tx *Tx) NextReceiptNumber(customer uuid.UUID) (int64, error) {
	var last []int64
	query := tx.db.Model(&PaymentReceipt{}).Where("customer_id = ?", customer).Order("sequential_id DESC").Limit(1)
	if err := query.Pluck("sequential_id", &last).Error; err != nil {
		return 0, fmt.Errorf("find the last receipt of a customer: %w", err)
	}
	if len(last) == 0 {
		return 1, nil
	}
	return last[0] + 1, nil
}

// PaymentReceiptByID finds a receipt with its payment; ErrNotFound when there is none.
func (tx *Tx) PaymentReceiptByID(id uuid.UUID) (PaymentReceipt, error) {
	row, err := one[PaymentReceipt](tx.db.Where("id = ?", id))
	if err != nil {
		return row, err
	}
	rows := []PaymentReceipt{row}
	err = tx.loadPaymentReceipts(rows)
	return rows[0], err
}

// PaymentReceipts lists receipts with their payments, newest first. An invoice, if one is
// named, finds those of its payments and of payment requests that ask for it.
func (tx *Tx) PaymentReceipts(invoice *uuid.UUID, page Page) (List[PaymentReceipt], error) {
	query := tx.db.Model(&PaymentReceipt{})
	if invoice != nil {
		query = query.Where("payment_id IN (?)", PaymentFilter{InvoiceID: invoice}.apply(tx, tx.db.Model(&Payment{}).Select("id")))
	}
	result, err := list[PaymentReceipt](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPaymentReceipts)
}

// loadPaymentReceipts fills in the payments of receipts.
func (tx *Tx) loadPaymentReceipts(rows []PaymentReceipt) error {
	if len(rows) == 0 {
		return nil
	}
	var payments []Payment
	ids := rowIDs(rows, func(row *PaymentReceipt) uuid.UUID { return row.PaymentID })
	if err := tx.db.Where("id IN ?", ids).Find(&payments).Error; err != nil {
		return fmt.Errorf("find the payments of receipts: %w", err)
	}
	if err := tx.loadPayments(payments); err != nil {
		return err
	}
	index := make(map[uuid.UUID]Payment, len(payments))
	for _, payment := range payments {
		index[payment.ID] = payment
	}
	for i := range rows {
		rows[i].Payment = index[rows[i].PaymentID]
	}
	return nil
}
