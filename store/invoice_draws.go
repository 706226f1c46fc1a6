package store

import (
	"fmt"

	"github.com/google/uuid"
)

// uselessInvoices are those whose credits do not count: they are owed by nobody.
var uselessInvoices = []InvoiceStatus{InvoiceVoided, InvoiceClosed, InvoiceDeleted}

// CouponsToDraw are the coupons of customers that still count, by customer and oldest
// first, with what they are limited to. They are locked.
func (tx *Tx) CouponsToDraw(customers []uuid.UUID) (map[uuid.UUID][]AppliedCoupon, error) {
	if len(customers) == 0 {
		return nil, nil //nolint:nilnil // no rows are an answer
	}
	rows, err := tx.activeAppliedCoupons(tx.locked().Where("customer_id IN ?", customers))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	coupons := make([]Coupon, len(rows))
	for i := range rows {
		coupons[i] = rows[i].Coupon
	}
	if err := inBatches(coupons, tx.loadCouponTargets); err != nil {
		return nil, err
	}
	found := map[uuid.UUID][]AppliedCoupon{}
	for i, row := range rows {
		row.Coupon = coupons[i]
		found[row.CustomerID] = append(found[row.CustomerID], row)
	}
	return found, nil
}

// loadCouponCredits fills in what invoices that count have taken of applied
// coupons.
func (tx *Tx) loadCouponCredits(rows []AppliedCoupon) error {
	ids := rowIDs(rows, func(row *AppliedCoupon) uuid.UUID { return row.ID })
	var credits []Credit
	if err := tx.db.Where("applied_coupon_id IN ?", ids).Order("created_at, id").Find(&credits).Error; err != nil {
		return fmt.Errorf("find the credits of coupons: %w", err)
	}
	if len(credits) == 0 {
		return nil
	}
	var invoices []Invoice
	err := tx.db.Select("id", "payment_status").Where("status NOT IN ?", uselessInvoices).
		Where("id IN ?", rowIDs(credits, func(row *Credit) uuid.UUID { return row.InvoiceID })).Find(&invoices).Error
	if err != nil {
		return fmt.Errorf("find the invoices that used coupons: %w", err)
	}
	counting := make(map[uuid.UUID]PaymentStatus, len(invoices))
	for _, invoice := range invoices {
		counting[invoice.ID] = invoice.PaymentStatus
	}
	taken := map[uuid.UUID][]CouponCredit{}
	for _, credit := range credits {
		if status, counts := counting[credit.InvoiceID]; counts {
			taken[*credit.AppliedCouponID] = append(taken[*credit.AppliedCouponID], CouponCredit{Credit: credit, PaymentStatus: status})
		}
	}
	for i := range rows {
		rows[i].Credits = taken[rows[i].ID]
	}
	return nil
}

// creditsOf is how much invoices have taken from sources, by their identifiers,
// which a column of credits names.
func (tx *Tx) creditsOf(column string, ids []uuid.UUID) (map[uuid.UUID]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var sums []struct {
		SourceID uuid.UUID
		Cents    int64
	}
	counting := tx.db.Model(&Invoice{}).Select("id").Where("status NOT IN ?", uselessInvoices)
	err := tx.db.Model(&Credit{}).Select(column+" AS source_id, SUM(amount_cents) AS cents").
		Where(column+" IN ? AND invoice_id IN (?)", ids, counting).Group(column).Scan(&sums).Error
	if err != nil {
		return nil, fmt.Errorf("add up credits: %w", err)
	}
	taken := make(map[uuid.UUID]int64, len(sums))
	for _, sum := range sums {
		taken[sum.SourceID] = sum.Cents
	}
	return taken, nil
}

// ProgressiveCredits is what invoices have taken over from progressive ones, by
// the identifiers of these.
func (tx *Tx) ProgressiveCredits(invoices []uuid.UUID) (map[uuid.UUID]int64, error) {
	return tx.creditsOf("progressive_invoice_id", invoices)
}

// UpdateAppliedCoupon stores what of an applied coupon changes when it is used.
func (tx *Tx) UpdateAppliedCoupon(row *AppliedCoupon) error {
	err := tx.db.Model(row).Select("status", "frequency_duration_remaining", "terminated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the applied coupon: %w", err)
	}
	return nil
}
