package engine

import (
	"time"

	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// CouponInput is what a client says of a coupon. On creation, what is absent
// counts as empty; on update it stays as it is, and null empties it.
type CouponInput struct {
	Name        form.Optional[string]
	Code        form.Optional[string]
	Description form.Optional[string]
	CouponType  form.Optional[string]
	// AmountCents is in the smallest unit of the currency.
	AmountCents    form.Optional[int64]
	AmountCurrency form.Optional[string]
	// PercentageRate is in percent. It has no bounds.
	PercentageRate form.Optional[decimal.Decimal]
	Frequency      form.Optional[string]
	// FrequencyDuration is a number of invoices.
	FrequencyDuration form.Optional[int]
	Expiration        form.Optional[string]
	// ExpirationAt is an instant as the client spelled it.
	ExpirationAt form.Optional[string]
	// Reusable is true unless something else is said.
	Reusable form.Optional[bool]
	// PlanCodes and BillableMetricCodes are all targets of one kind; null
	// counts as absent. Targets of one kind replace those of the other.
	PlanCodes           form.Optional[[]string]
	BillableMetricCodes form.Optional[[]string]
}

// changeable is what an input may still change of a coupon that was applied.
func (in CouponInput) changeable() CouponInput {
	return CouponInput{Name: in.Name, Description: in.Description, Expiration: in.Expiration, ExpirationAt: in.ExpirationAt}
}

// CreateCoupon adds a coupon. It refuses an expiration that is no instant or
// not in the future, then unknown plans and billable metrics with a NotFound
// fault, then targets of both kinds with a NotAllowed fault, and then values
// that are missing or contradict each other and a code that is taken.
func CreateCoupon(tx *store.Tx, in CouponInput) (store.Coupon, error) {
	coupon := store.Coupon{ID: store.NewID(), Status: store.CouponActive, Reusable: true}
	targets, err := setCoupon(tx, &coupon, in)
	if err != nil {
		return coupon, err
	}
	if err := tx.InsertCoupon(&coupon); err != nil {
		return coupon, form.Taken(err, "code")
	}
	if err := completeCoupon(tx, &coupon, targets); err != nil {
		return coupon, err
	}
	return coupon, audit.Created(tx, audit.Coupon(coupon))
}

// UpdateCoupon changes a coupon under the rules of its creation.
//
// Lago: once a coupon was applied, to whomever, only name, description and
// expiration change, and the rest is ignored.
func UpdateCoupon(tx *store.Tx, code string, in CouponInput) (store.Coupon, error) {
	coupon, err := tx.CouponForUpdate(code)
	if err != nil {
		return coupon, form.NotFound(err, "coupon")
	}
	applied, err := tx.CouponApplied(coupon.ID)
	if err != nil {
		return coupon, err
	}
	if applied {
		in = in.changeable()
	}
	before := audit.Before(audit.Coupon(coupon))
	targets, err := setCoupon(tx, &coupon, in)
	if err != nil {
		return coupon, err
	}
	if err := tx.UpdateCoupon(&coupon); err != nil {
		return coupon, form.Taken(err, "code")
	}
	if err := completeCoupon(tx, &coupon, targets); err != nil {
		return coupon, err
	}
	return coupon, audit.Updated(tx, before, audit.Coupon(coupon))
}

// completeCoupon gives a coupon that was saved its targets, where there are new
// ones, and lets it end at its time.
func completeCoupon(tx *store.Tx, coupon *store.Coupon, targets *couponTargets) error {
	if targets != nil {
		if err := tx.SetCouponTargets(coupon, targets.plans, targets.metrics); err != nil {
			return err
		}
	}
	return scheduleCouponExpiry(tx, *coupon)
}

// DeleteCoupon hides a coupon, removes its targets and ends what it was applied
// as; its code is free again. The activity shows the coupon as it last was, the
// answer without its targets.
func DeleteCoupon(tx *store.Tx, code string) (store.Coupon, error) {
	coupon, err := tx.CouponForUpdate(code)
	if err != nil {
		return coupon, form.NotFound(err, "coupon")
	}
	last := coupon
	if err := tx.DeleteCoupon(&coupon); err != nil {
		return coupon, err
	}
	if err := audit.Deleted(tx, audit.Coupon(last)); err != nil {
		return coupon, err
	}
	applied, err := tx.ActiveAppliedCouponsOfCoupon(coupon.ID)
	if err != nil {
		return coupon, err
	}
	return coupon, terminateAppliedCoupons(tx, applied)
}

// setCoupon puts the input into the row and checks the rules in Lago's order:
// the first group that is broken is the one that is reported. It returns the
// targets that shall replace those of the coupon; nil leaves them.
func setCoupon(tx *store.Tx, coupon *store.Coupon, in CouponInput) (*couponTargets, error) {
	if err := setCouponExpiration(coupon, in.ExpirationAt, tx.Now()); err != nil {
		return nil, err
	}
	targets, err := findCouponTargets(tx, coupon, in)
	if err != nil {
		return nil, err
	}
	form.AssignText(&coupon.Name, in.Name)
	form.AssignText(&coupon.Code, in.Code)
	form.AssignText(&coupon.CouponType, in.CouponType)
	form.AssignText(&coupon.Frequency, in.Frequency)
	form.AssignText(&coupon.Expiration, in.Expiration)
	form.Assign(&coupon.Reusable, in.Reusable)
	form.AssignNullable(&coupon.Description, in.Description)
	form.AssignNullable(&coupon.AmountCents, in.AmountCents)
	form.AssignNullable(&coupon.AmountCurrency, in.AmountCurrency)
	form.AssignNullable(&coupon.PercentageRate, in.PercentageRate)
	form.AssignNullable(&coupon.FrequencyDuration, in.FrequencyDuration)
	return targets, checkCoupon(tx, coupon, in)
}

// setCouponExpiration puts the instant at which a coupon ends into the row. An
// instant that is no future one is refused whatever else is wrong.
func setCouponExpiration(coupon *store.Coupon, input form.Optional[string], now time.Time) error {
	if !input.IsSpecified() {
		return nil
	}
	text, err := input.Get()
	if err != nil || form.Blank(text) {
		coupon.ExpirationAt = nil
		return nil
	}
	at, err := form.Instant(text)
	if err != nil || !at.After(now) {
		refusal, _ := fault.As(fault.Invalid("expiration_at", "invalid_date"))
		refusal.First = true
		return refusal
	}
	coupon.ExpirationAt = &at
	return nil
}

// couponTargets are the plans or the billable metrics that a coupon is limited
// to.
type couponTargets struct{ plans, metrics []store.Target }

// findCouponTargets finds the targets that an input names and says in the row
// of which kind they are; nil when it says nothing of targets.
func findCouponTargets(tx *store.Tx, coupon *store.Coupon, in CouponInput) (*couponTargets, error) {
	if !form.Given(in.PlanCodes) && !form.Given(in.BillableMetricCodes) {
		return nil, nil //nolint:nilnil // no targets are an answer
	}
	plans, err := targetsOfCodes(in.PlanCodes, tx.PlanTargets, "plans")
	if err != nil {
		return nil, err
	}
	metrics, err := targetsOfCodes(in.BillableMetricCodes, tx.BillableMetricTargets, "billable_metrics")
	if err != nil {
		return nil, err
	}
	if len(plans) > 0 && len(metrics) > 0 {
		return nil, fault.Refused("only_one_limitation_type_per_coupon_allowed")
	}
	targets := &couponTargets{plans: coupon.Plans, metrics: coupon.BillableMetrics}
	if form.Given(in.PlanCodes) || len(metrics) > 0 {
		targets.plans, coupon.LimitedPlans = plans, len(plans) > 0
	}
	if form.Given(in.BillableMetricCodes) || len(plans) > 0 {
		targets.metrics, coupon.LimitedBillableMetrics = metrics, len(metrics) > 0
	}
	return targets, nil
}

// targetsOfCodes finds the targets of one kind that an input names, each once.
// All must exist.
func targetsOfCodes(
	input form.Optional[[]string], find func([]string) ([]store.Target, error), resources string,
) ([]store.Target, error) {
	codes, err := input.Get()
	if err != nil {
		return nil, nil //nolint:nilerr // absent or null: none is named
	}
	codes = form.Distinct(codes)
	targets, err := find(codes)
	if err != nil {
		return nil, err
	}
	if len(targets) < len(codes) {
		return nil, fault.Missing(resources)
	}
	return targets, nil
}
