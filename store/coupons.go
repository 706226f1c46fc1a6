package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// CouponStatus says whether a coupon can be applied, or an applied one still
// counts.
type CouponStatus string

// The statuses of coupons and of applied coupons. Their alphabetical order is
// that of the list of coupons.
const (
	CouponActive     CouponStatus = "active"
	CouponTerminated CouponStatus = "terminated"
)

// CouponType says how a coupon reduces an invoice.
type CouponType string

// The types of coupons.
const (
	CouponFixedAmount CouponType = "fixed_amount"
	CouponPercentage  CouponType = "percentage"
)

// CouponFrequency says how often an applied coupon reduces an invoice.
type CouponFrequency string

// The frequencies of coupons. A coupon that is used once carries over what the
// first invoice leaves of a fixed amount.
const (
	CouponOnce      CouponFrequency = "once"
	CouponRecurring CouponFrequency = "recurring"
	CouponForever   CouponFrequency = "forever"
)

// CouponExpiration says whether a coupon ends by itself.
type CouponExpiration string

// The expirations of coupons. Their alphabetical order is that of the list of
// coupons.
const (
	CouponNoExpiration CouponExpiration = "no_expiration"
	CouponTimeLimit    CouponExpiration = "time_limit"
)

// Coupon is a discount that can be given to customers.
type Coupon struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	Description    *string
	Status         CouponStatus
	CouponType     CouponType
	// AmountCents is in the smallest unit of the currency; coupons of a fixed
	// amount have both.
	AmountCents    *int64
	AmountCurrency *string
	// PercentageRate is in percent: 20 is 20 %. Coupons of a percentage have
	// one.
	PercentageRate *decimal.Decimal
	Frequency      CouponFrequency
	// FrequencyDuration is the number of invoices that a recurring coupon
	// reduces.
	FrequencyDuration *int
	Expiration        CouponExpiration
	ExpirationAt      *time.Time
	// Reusable coupons can be applied to one customer more than once.
	Reusable bool
	// LimitedPlans and LimitedBillableMetrics say that only what belongs to
	// the targets is reduced; at most one of them is set.
	LimitedPlans           bool
	LimitedBillableMetrics bool
	TerminatedAt           *time.Time
	DeletedAt              *time.Time
	CreatedAt              time.Time
	UpdatedAt              time.Time
	// Plans and BillableMetrics are the targets that are not deleted, sorted
	// by code. They are read with the coupon; SetCouponTargets writes them.
	Plans           []Target `gorm:"-"`
	BillableMetrics []Target `gorm:"-"`
}

// Coupons lists the coupons that are not deleted: active ones first, then
// those that do not expire, then what expires first, then the newest.
func (tx *Tx) Coupons(page Page) (List[Coupon], error) {
	query := tx.db.Model(&Coupon{}).Where("deleted_at IS NULL")
	result, err := list[Coupon](query, page, "status, expiration, expiration_at ASC NULLS LAST, created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadCouponTargets)
}

// Coupon finds a coupon by its code; ErrNotFound when there is none or it is
// deleted.
func (tx *Tx) Coupon(code string) (Coupon, error) {
	return tx.coupon(tx.db.Where("code = ? AND deleted_at IS NULL", code))
}

// CouponsByCode finds those of the codes that are coupons and not deleted, with what
// they are limited to, by code.
func (tx *Tx) CouponsByCode(codes []string) (map[string]Coupon, error) {
	byCode := make(map[string]Coupon, len(codes))
	err := inBatches(codes, func(part []string) error {
		var found []Coupon
		if err := tx.db.Where("code IN ? AND deleted_at IS NULL", part).Find(&found).Error; err != nil {
			return fmt.Errorf("find coupons by their codes: %w", err)
		}
		if err := inBatches(found, tx.loadCouponTargets); err != nil {
			return err
		}
		for _, row := range found {
			byCode[row.Code] = row
		}
		return nil
	})
	return byCode, err
}

// CouponForUpdate is Coupon for a transaction that will change the coupon or
// apply it: others that would do the same wait.
func (tx *Tx) CouponForUpdate(code string) (Coupon, error) {
	return tx.coupon(tx.locked().Where("code = ? AND deleted_at IS NULL", code))
}

// CouponByIDForUpdate is CouponForUpdate by the coupon's own identifier.
func (tx *Tx) CouponByIDForUpdate(id uuid.UUID) (Coupon, error) {
	return tx.coupon(tx.locked().Where("id = ? AND deleted_at IS NULL", id))
}

func (tx *Tx) coupon(query *gorm.DB) (Coupon, error) {
	row, err := one[Coupon](query)
	if err != nil {
		return row, err
	}
	rows := []Coupon{row}
	err = tx.loadCouponTargets(rows)
	return rows[0], err
}

// CouponCodeTaken reports whether another coupon that is not deleted has the
// code.
func (tx *Tx) CouponCodeTaken(code string, except uuid.UUID) (bool, error) {
	var count int64
	err := tx.db.Model(&Coupon{}).
		Where("code = ? AND id <> ? AND deleted_at IS NULL", code, except).Count(&count).Error
	return count > 0, err
}

// InsertCoupon adds a coupon without its targets; ErrDuplicate when the code
// is taken.
func (tx *Tx) InsertCoupon(row *Coupon) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the coupon: %w", known(err))
	}
	return nil
}

// UpdateCoupon stores all fields of a coupon but its targets; ErrDuplicate
// when the code is taken.
func (tx *Tx) UpdateCoupon(row *Coupon) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the coupon: %w", known(err))
	}
	return nil
}

// DeleteCoupon hides a coupon and removes its targets; its code is free again.
// What it was applied to stays.
func (tx *Tx) DeleteCoupon(row *Coupon) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the coupon: %w", err)
	}
	return tx.SetCouponTargets(row, nil, nil)
}
