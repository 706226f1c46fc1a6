package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// AppliedCoupon is a coupon that a customer has, under terms of its own.
type AppliedCoupon struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	CouponID       uuid.UUID
	CustomerID     uuid.UUID
	Status         CouponStatus
	// AmountCents is in the smallest unit of the currency.
	AmountCents    *int64
	AmountCurrency *string
	// PercentageRate is in percent.
	PercentageRate *decimal.Decimal
	Frequency      CouponFrequency
	// FrequencyDuration is the number of invoices that a recurring coupon
	// reduces, FrequencyDurationRemaining what is left of it.
	FrequencyDuration          *int
	FrequencyDurationRemaining *int
	TerminatedAt               *time.Time
	CreatedAt                  time.Time
	UpdatedAt                  time.Time
	// Coupon, also a deleted one, ExternalCustomerID, and Credits, oldest first,
	// are read with the applied coupon.
	Coupon             Coupon         `gorm:"-"`
	ExternalCustomerID string         `gorm:"-"`
	Credits            []CouponCredit `gorm:"-"`
}

// CouponCredit is what an invoice that counts has taken of an applied coupon.
type CouponCredit struct {
	Credit
	// PaymentStatus is that of the invoice.
	PaymentStatus PaymentStatus
}

// UsedCents is what invoices have taken of the coupon, in the smallest unit of the
// currency.
func (c *AppliedCoupon) UsedCents() int64 {
	var used int64
	for _, credit := range c.Credits {
		used += credit.AmountCents
	}
	return used
}

// AppliedCouponFilter limits a list of applied coupons. Empty fields do not.
type AppliedCouponFilter struct {
	Status             CouponStatus
	ExternalCustomerID *string
	// CouponCodes are alternatives. They also name deleted coupons.
	CouponCodes []string
}

// AppliedCoupons lists the coupons of customers that are not deleted, newest
// first.
func (tx *Tx) AppliedCoupons(filter AppliedCouponFilter, page Page) (List[AppliedCoupon], error) {
	customers := tx.db.Model(&Customer{}).Select("id").Where("deleted_at IS NULL")
	if filter.ExternalCustomerID != nil {
		customers = customers.Where("external_id = ?", *filter.ExternalCustomerID)
	}
	query := tx.db.Model(&AppliedCoupon{}).Where("customer_id IN (?)", customers)
	if filter.Status != "" {
		query = query.Where("status = ?", filter.Status)
	}
	if len(filter.CouponCodes) > 0 {
		query = query.Where("coupon_id IN (?)", tx.db.Model(&Coupon{}).Select("id").Where("code IN ?", filter.CouponCodes))
	}
	result, err := list[AppliedCoupon](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadAppliedCoupons)
}

// AppliedCouponForUpdate finds a coupon of a customer, for a transaction that
// will change it; ErrNotFound when the customer has none of that identifier.
func (tx *Tx) AppliedCouponForUpdate(customer, id uuid.UUID) (AppliedCoupon, error) {
	row, err := one[AppliedCoupon](tx.locked().Where("customer_id = ? AND id = ?", customer, id))
	if err != nil {
		return row, err
	}
	rows := []AppliedCoupon{row}
	err = tx.loadAppliedCoupons(rows)
	return rows[0], err
}

// ActiveAppliedCouponsOfCoupon are those that a coupon was applied as and that
// still count, oldest first, for a transaction that will change them.
func (tx *Tx) ActiveAppliedCouponsOfCoupon(coupon uuid.UUID) ([]AppliedCoupon, error) {
	return tx.activeAppliedCoupons(tx.locked().Where("coupon_id = ?", coupon))
}

// ActiveAppliedCouponsOfCustomer are those of a customer that still count,
// oldest first, for a transaction that will change them.
func (tx *Tx) ActiveAppliedCouponsOfCustomer(customer uuid.UUID) ([]AppliedCoupon, error) {
	return tx.activeAppliedCoupons(tx.locked().Where("customer_id = ?", customer))
}

func (tx *Tx) activeAppliedCoupons(query *gorm.DB) ([]AppliedCoupon, error) {
	var rows []AppliedCoupon
	err := query.Where("status = ?", CouponActive).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find active applied coupons: %w", err)
	}
	return rows, inBatches(rows, tx.loadAppliedCoupons)
}

// CouponApplied reports whether a coupon was ever applied.
func (tx *Tx) CouponApplied(coupon uuid.UUID) (bool, error) {
	return tx.anyAppliedCoupon(tx.db.Where("coupon_id = ?", coupon))
}

// CouponAppliedTo reports whether a coupon was ever applied to a customer.
func (tx *Tx) CouponAppliedTo(coupon, customer uuid.UUID) (bool, error) {
	return tx.anyAppliedCoupon(tx.db.Where("coupon_id = ? AND customer_id = ?", coupon, customer))
}

func (tx *Tx) anyAppliedCoupon(query *gorm.DB) (bool, error) {
	var ids []uuid.UUID
	err := query.Model(&AppliedCoupon{}).Limit(1).Pluck("id", &ids).Error
	if err != nil {
		return false, fmt.Errorf("find applications of a coupon: %w", err)
	}
	return len(ids) > 0, nil
}

// InsertAppliedCoupon gives a customer a coupon.
func (tx *Tx) InsertAppliedCoupon(row *AppliedCoupon) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the applied coupon: %w", known(err))
	}
	return nil
}

// TerminateAppliedCoupons ends applied coupons now. The rows that are handed
// in say so afterwards.
func (tx *Tx) TerminateAppliedCoupons(rows []AppliedCoupon) error {
	now := tx.now
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].Status, rows[i].TerminatedAt, rows[i].UpdatedAt = CouponTerminated, &now, now
	}
	return inBatches(ids, func(part []uuid.UUID) error {
		err := tx.db.Model(&AppliedCoupon{}).Where("id IN ?", part).
			Updates(map[string]any{"status": CouponTerminated, "terminated_at": now}).Error
		if err != nil {
			return fmt.Errorf("terminate applied coupons: %w", err)
		}
		return nil
	})
}

// loadAppliedCoupons fills in what is read with applied coupons, in a fixed
// number of queries for any number of them.
func (tx *Tx) loadAppliedCoupons(rows []AppliedCoupon) error {
	couponIDs := make([]uuid.UUID, len(rows))
	customerIDs := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		couponIDs[i], customerIDs[i] = row.CouponID, row.CustomerID
	}
	var coupons []Coupon
	if err := tx.db.Where("id IN ?", couponIDs).Find(&coupons).Error; err != nil {
		return fmt.Errorf("find the coupons that were applied: %w", err)
	}
	var customers []Customer
	if err := tx.db.Select("id", "external_id").Where("id IN ?", customerIDs).Find(&customers).Error; err != nil {
		return fmt.Errorf("find the customers of applied coupons: %w", err)
	}
	couponByID := make(map[uuid.UUID]Coupon, len(coupons))
	for _, coupon := range coupons {
		couponByID[coupon.ID] = coupon
	}
	externalIDs := make(map[uuid.UUID]string, len(customers))
	for _, customer := range customers {
		externalIDs[customer.ID] = customer.ExternalID
	}
	for i := range rows {
		rows[i].Coupon, rows[i].ExternalCustomerID = couponByID[rows[i].CouponID], externalIDs[rows[i].CustomerID]
	}
	return tx.loadCouponCredits(rows)
}

// CustomerHasMoneyOff reports whether a customer has or had a coupon of a fixed
// amount.
func (tx *Tx) CustomerHasMoneyOff(customer uuid.UUID) (bool, error) {
	return exists(tx.db.Model(&AppliedCoupon{}).Where("customer_id = ? AND amount_cents IS NOT NULL", customer))
}
