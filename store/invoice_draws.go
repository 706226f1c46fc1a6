package store

import (
	"fmt"

	"github.com/google/uuid"
)

// CouponSource is a coupon that an invoice may draw on.
type CouponSource struct {
	AppliedCoupon
	// UsedCents is what invoices have taken of it already.
	UsedCents int64
}

// uselessInvoices are those whose credits do not count: they are owed by nobody.
var uselessInvoices = []InvoiceStatus{InvoiceVoided, InvoiceClosed, InvoiceDeleted}

// CouponSources are the coupons of a customer that still count, oldest first, with
// what they are limited to. They are locked.
func (tx *Tx) CouponSources(customer uuid.UUID) ([]CouponSource, error) {
	rows, err := tx.ActiveAppliedCouponsOfCustomer(customer)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	coupons := make([]Coupon, len(rows))
	for i := range rows {
		coupons[i] = rows[i].Coupon
	}
	if err := tx.loadCouponTargets(coupons); err != nil {
		return nil, err
	}
	used, err := tx.creditsOf("applied_coupon_id", rowIDs(rows, func(row *AppliedCoupon) uuid.UUID { return row.ID }))
	if err != nil {
		return nil, err
	}
	sources := make([]CouponSource, len(rows))
	for i, row := range rows {
		row.Coupon = coupons[i]
		sources[i] = CouponSource{AppliedCoupon: row, UsedCents: used[row.ID]}
	}
	return sources, nil
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
