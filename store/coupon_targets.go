package store

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Target is a plan or a billable metric that a coupon or a wallet is limited to.
type Target struct {
	ID   uuid.UUID
	Code string
}

// couponPlan limits a coupon to a plan.
type couponPlan struct {
	OrganizationID uuid.UUID
	CouponID       uuid.UUID `gorm:"primaryKey"`
	PlanID         uuid.UUID `gorm:"primaryKey"`
}

// couponBillableMetric limits a coupon to a billable metric.
type couponBillableMetric struct {
	OrganizationID   uuid.UUID
	CouponID         uuid.UUID `gorm:"primaryKey"`
	BillableMetricID uuid.UUID `gorm:"primaryKey"`
}

// PlanTargets finds those of the codes that are plans of the catalogue.
func (tx *Tx) PlanTargets(codes []string) ([]Target, error) {
	var targets []Target
	err := inBatches(codes, func(part []string) error {
		var found []Target
		err := catalogue(tx.db.Model(&Plan{})).Where("code IN ?", part).Select("id, code").Scan(&found).Error
		targets = append(targets, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find plans by their codes: %w", err)
	}
	return targets, nil
}

// BillableMetricTargets finds those of the codes that are billable metrics.
func (tx *Tx) BillableMetricTargets(codes []string) ([]Target, error) {
	var targets []Target
	err := inBatches(codes, func(part []string) error {
		var found []Target
		err := tx.db.Model(&BillableMetric{}).Where("code IN ? AND deleted_at IS NULL", part).Select("id, code").Scan(&found).Error
		targets = append(targets, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find billable metrics by their codes: %w", err)
	}
	return targets, nil
}

// SetCouponTargets makes these what the coupon is limited to.
func (tx *Tx) SetCouponTargets(row *Coupon, plans, metrics []Target) error {
	for _, link := range []any{&couponPlan{}, &couponBillableMetric{}} {
		if err := tx.db.Where("coupon_id = ?", row.ID).Delete(link).Error; err != nil {
			return fmt.Errorf("remove the coupon's targets: %w", err)
		}
	}
	toPlans := make([]couponPlan, len(plans))
	for i, plan := range plans {
		toPlans[i] = couponPlan{CouponID: row.ID, PlanID: plan.ID}
	}
	if len(toPlans) > 0 {
		if err := tx.db.CreateInBatches(&toPlans, batchSize).Error; err != nil {
			return fmt.Errorf("limit the coupon to plans: %w", known(err))
		}
	}
	toMetrics := make([]couponBillableMetric, len(metrics))
	for i, metric := range metrics {
		toMetrics[i] = couponBillableMetric{CouponID: row.ID, BillableMetricID: metric.ID}
	}
	if len(toMetrics) > 0 {
		if err := tx.db.CreateInBatches(&toMetrics, batchSize).Error; err != nil {
			return fmt.Errorf("limit the coupon to billable metrics: %w", known(err))
		}
	}
	rows := []Coupon{*row}
	err := tx.loadCouponTargets(rows)
	*row = rows[0]
	return err
}

// couponTarget is a target with the coupon that it belongs to.
type couponTarget struct {
	CouponID uuid.UUID
	Target
}

// loadCouponTargets fills in the targets of coupons, in two queries for any
// number of them. Deleted plans and billable metrics are left out. One coupon may be
// there several times, as where many customers have it.
func (tx *Tx) loadCouponTargets(coupons []Coupon) error {
	ids := rowIDs(coupons, func(row *Coupon) uuid.UUID { return row.ID })
	var plans, metrics []couponTarget
	err := tx.db.Model(&couponPlan{}).Select("coupon_plans.coupon_id, p.id, p.code").
		Joins("JOIN plans p ON p.id = coupon_plans.plan_id AND p.deleted_at IS NULL").
		Where("coupon_plans.coupon_id IN ?", ids).Scan(&plans).Error
	if err != nil {
		return fmt.Errorf("find the plans of coupons: %w", err)
	}
	err = tx.db.Model(&couponBillableMetric{}).Select("coupon_billable_metrics.coupon_id, m.id, m.code").
		Joins("JOIN billable_metrics m ON m.id = coupon_billable_metrics.billable_metric_id AND m.deleted_at IS NULL").
		Where("coupon_billable_metrics.coupon_id IN ?", ids).Scan(&metrics).Error
	if err != nil {
		return fmt.Errorf("find the billable metrics of coupons: %w", err)
	}
	plansOf, metricsOf := targetsByCoupon(plans), targetsByCoupon(metrics)
	for i := range coupons {
		coupons[i].Plans, coupons[i].BillableMetrics = slices.Clone(plansOf[coupons[i].ID]), slices.Clone(metricsOf[coupons[i].ID])
	}
	return nil
}

// targetsByCoupon are targets by their coupons, in their order.
func targetsByCoupon(rows []couponTarget) map[uuid.UUID][]Target {
	targets := map[uuid.UUID][]Target{}
	for _, row := range rows {
		targets[row.CouponID] = append(targets[row.CouponID], row.Target)
	}
	for _, some := range targets {
		sortTargets(some)
	}
	return targets
}

// sortTargets orders targets by code, alike on both databases.
func sortTargets(targets []Target) {
	slices.SortFunc(targets, func(a, b Target) int { return cmp.Compare(a.Code, b.Code) })
}

// CouponOverlaps reports whether a coupon reduces something that an active
// coupon of the customer reduces too: one plan, one billable metric, or a
// metric that is charged for in a plan. Coupons without targets overlap with
// none.
func (tx *Tx) CouponOverlaps(coupon Coupon, customer uuid.UUID) (bool, error) {
	applied := tx.db.Model(&AppliedCoupon{}).Select("coupon_id").
		Where("customer_id = ? AND status = ?", customer, CouponActive)
	plans := tx.db.Model(&couponPlan{}).Select("plan_id").Where("coupon_id = ?", coupon.ID)
	takenPlans := tx.db.Model(&couponPlan{}).Select("plan_id").Where("coupon_id IN (?)", applied)
	metrics := tx.db.Model(&couponBillableMetric{}).Select("billable_metric_id").Where("coupon_id = ?", coupon.ID)
	takenMetrics := tx.db.Model(&couponBillableMetric{}).Select("billable_metric_id").Where("coupon_id IN (?)", applied)
	for _, overlap := range []*gorm.DB{
		tx.db.Model(&couponPlan{}).Where("coupon_id = ? AND plan_id IN (?)", coupon.ID, takenPlans),
		tx.db.Model(&couponBillableMetric{}).Where("coupon_id = ? AND billable_metric_id IN (?)", coupon.ID, takenMetrics),
		tx.db.Model(&Charge{}).Where("deleted_at IS NULL AND plan_id IN (?) AND billable_metric_id IN (?)", plans, takenMetrics),
		tx.db.Model(&Charge{}).Where("deleted_at IS NULL AND plan_id IN (?) AND billable_metric_id IN (?)", takenPlans, metrics),
	} {
		var count int64
		if err := overlap.Count(&count).Error; err != nil {
			return false, fmt.Errorf("compare the targets of coupons: %w", err)
		}
		if count > 0 {
			return true, nil
		}
	}
	return false, nil
}
