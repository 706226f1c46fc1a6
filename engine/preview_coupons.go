package engine

import (
	"github.com/shopspring/decimal"

	"tarn/form"
	"tarn/store"
)

// PreviewCoupon is a coupon that a preview takes off: the one of its code, or else
// one that the members describe.
type PreviewCoupon struct {
	Code, Name, CouponType string
	// AmountCents is in the smallest unit of the currency.
	AmountCents    form.Optional[int64]
	AmountCurrency form.Optional[string]
	// PercentageRate is in percent.
	PercentageRate form.Optional[decimal.Decimal]
}

// previewedCoupons are coupons as if they were applied.
//
// Lago: whether they have expired, and were used before, is not asked.
func previewedCoupons(tx *store.Tx, inputs []PreviewCoupon) ([]store.AppliedCoupon, error) {
	codes := make([]string, len(inputs))
	for i, in := range inputs {
		codes[i] = in.Code
	}
	known, err := tx.CouponsByCode(form.Distinct(codes))
	if err != nil {
		return nil, err
	}
	var rows []store.AppliedCoupon
	for _, in := range inputs {
		coupon, exists := known[in.Code]
		if !exists {
			coupon = in.coupon()
		}
		if exists || in.takesOff() {
			rows = append(rows, appliedCoupon(store.Customer{}, coupon, AppliedCouponInput{}))
		}
	}
	return rows, nil
}

// percentage reports whether the input describes a coupon of a percentage.
func (in PreviewCoupon) percentage() bool {
	return in.CouponType == string(store.CouponPercentage) || in.CouponType == "" && form.Given(in.PercentageRate)
}

// takesOff reports whether the coupon that the input describes takes off anything.
func (in PreviewCoupon) takesOff() bool {
	if in.percentage() {
		rate, _ := in.PercentageRate.Get()
		return rate.IsPositive()
	}
	cents, _ := in.AmountCents.Get()
	return cents > 0
}

// coupon is the coupon that the input describes.
func (in PreviewCoupon) coupon() store.Coupon {
	row := store.Coupon{ID: store.NewID(), Code: in.Code, Name: in.Name, CouponType: store.CouponFixedAmount, Frequency: store.CouponOnce}
	if in.percentage() {
		row.CouponType = store.CouponPercentage
		form.AssignGiven(&row.PercentageRate, in.PercentageRate)
		return row
	}
	form.AssignGiven(&row.AmountCents, in.AmountCents)
	form.AssignGiven(&row.AmountCurrency, in.AmountCurrency)
	return row
}
