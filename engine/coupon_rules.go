package engine

import (
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The words that fields of coupons may hold.
var (
	couponTypes       = [...]store.CouponType{store.CouponFixedAmount, store.CouponPercentage}
	couponFrequencies = [...]store.CouponFrequency{store.CouponOnce, store.CouponRecurring, store.CouponForever}
	couponExpirations = [...]store.CouponExpiration{store.CouponNoExpiration, store.CouponTimeLimit}
)

// checkCoupon checks the values of a coupon.
func checkCoupon(tx *store.Tx, coupon *store.Coupon, in CouponInput) error {
	details := fault.Details{}
	if form.Blank(coupon.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if form.Blank(coupon.Code) {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.CouponCodeTaken(coupon.Code, coupon.ID); err != nil {
		return err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	form.CheckWord(details, "coupon_type", coupon.CouponType, couponTypes[:])
	form.CheckWord(details, "frequency", coupon.Frequency, couponFrequencies[:])
	form.CheckWord(details, "expiration", coupon.Expiration, couponExpirations[:])
	if in.Reusable.IsNull() {
		details.Add("reusable", fault.CodeReserved)
	}
	checkCouponValue(details, coupon)
	checkDuration(details, "frequency_duration", coupon.Frequency, coupon.FrequencyDuration)
	return details.Err()
}

// checkCouponValue checks how much a coupon is worth.
func checkCouponValue(details fault.Details, coupon *store.Coupon) {
	fixed := coupon.CouponType == store.CouponFixedAmount
	switch {
	case coupon.AmountCents == nil && fixed:
		details.Add("amount_cents", fault.CodeMandatory)
	case coupon.AmountCents != nil && (*coupon.AmountCents <= 0 || money.Beyond(*coupon.AmountCents)):
		details.Add("amount_cents", fault.CodeOutOfRange)
	}
	if fixed && form.Unfilled(coupon.AmountCurrency) {
		details.Add("amount_currency", fault.CodeMandatory)
	}
	switch {
	case coupon.PercentageRate == nil && coupon.CouponType == store.CouponPercentage:
		details.Add("percentage_rate", fault.CodeMandatory)
	case coupon.PercentageRate != nil && !form.Representable(*coupon.PercentageRate):
		details.Add("percentage_rate", fault.CodeOutOfRange)
	}
}

// checkDuration checks for how many invoices a coupon recurs. Other coupons
// may have any number, which counts for nothing.
func checkDuration(details fault.Details, field string, frequency store.CouponFrequency, duration *int) {
	recurring := frequency == store.CouponRecurring
	switch {
	case duration == nil && recurring:
		// Lago: two rules ask for the number, and both report.
		details.Add(field, fault.CodeMandatory, fault.CodeNotANumber)
	case duration != nil && (!form.FitsColumn(*duration) || recurring && *duration <= 0):
		details.Add(field, fault.CodeOutOfRange)
	}
}
