package wire

import (
	"github.com/shopspring/decimal"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Coupon is a coupon as its endpoints show it.
func Coupon(row store.Coupon) gen.CouponObject {
	plans, metrics := Each(row.Plans, targetCode), Each(row.BillableMetrics, targetCode)
	return gen.CouponObject{
		LagoID:                 row.ID,
		Name:                   row.Name,
		Code:                   row.Code,
		Description:            optional(row.Description),
		CouponType:             gen.CouponObjectCouponType(row.CouponType),
		AmountCents:            optionalCents(row.AmountCents),
		AmountCurrency:         optionalWord[gen.CurrencyOrNull](row.AmountCurrency),
		PercentageRate:         optionalDecimal(row.PercentageRate),
		Frequency:              gen.CouponObjectFrequency(row.Frequency),
		FrequencyDuration:      optional(row.FrequencyDuration),
		Reusable:               row.Reusable,
		LimitedPlans:           row.LimitedPlans,
		LimitedBillableMetrics: row.LimitedBillableMetrics,
		PlanCodes:              &plans,
		BillableMetricCodes:    &metrics,
		CreatedAt:              instant(row.CreatedAt),
		Expiration:             gen.CouponObjectExpiration(row.Expiration),
		ExpirationAt:           optionalInstant(row.ExpirationAt),
		TerminatedAt:           optionalInstant(row.TerminatedAt),
	}
}

func targetCode(target store.Target) string { return target.Code }

// AppliedCoupon is an applied coupon as every endpoint but the lists shows it.
func AppliedCoupon(row store.AppliedCoupon) gen.AppliedCouponObject {
	return gen.AppliedCouponObject{
		LagoID:                     row.ID,
		LagoCouponID:               row.CouponID,
		CouponCode:                 row.Coupon.Code,
		CouponName:                 row.Coupon.Name,
		CouponDescription:          optional(row.Coupon.Description),
		CouponStatus:               some(gen.AppliedCouponObjectCouponStatus(row.Coupon.Status)),
		CouponDeletedAt:            optionalInstant(row.Coupon.DeletedAt),
		LagoCustomerID:             row.CustomerID,
		ExternalCustomerID:         row.ExternalCustomerID,
		Status:                     gen.AppliedCouponObjectStatus(row.Status),
		AmountCents:                optionalCents(row.AmountCents),
		AmountCentsRemaining:       optionalCents(remainingCents(row)),
		AmountCurrency:             optionalWord[gen.CurrencyOrNull](row.AmountCurrency),
		PercentageRate:             optionalDecimal(row.PercentageRate),
		Frequency:                  gen.AppliedCouponObjectFrequency(row.Frequency),
		FrequencyDuration:          optional(row.FrequencyDuration),
		FrequencyDurationRemaining: optional(row.FrequencyDurationRemaining),
		ExpirationAt:               optionalInstant(row.Coupon.ExpirationAt),
		CreatedAt:                  instant(row.CreatedAt),
		TerminatedAt:               optionalInstant(row.TerminatedAt),
	}
}

// ListedAppliedCoupon is an applied coupon as the lists show it: with the
// credits that invoices took from it.
func ListedAppliedCoupon(row store.AppliedCoupon) gen.AppliedCouponObjectExtended {
	object := AppliedCoupon(row)
	return gen.AppliedCouponObjectExtended{
		LagoID:                     object.LagoID,
		LagoCouponID:               object.LagoCouponID,
		CouponCode:                 object.CouponCode,
		CouponName:                 object.CouponName,
		CouponDescription:          object.CouponDescription,
		CouponStatus:               some(gen.AppliedCouponObjectExtendedCouponStatus(row.Coupon.Status)),
		CouponDeletedAt:            object.CouponDeletedAt,
		LagoCustomerID:             object.LagoCustomerID,
		ExternalCustomerID:         object.ExternalCustomerID,
		Status:                     gen.AppliedCouponObjectExtendedStatus(row.Status),
		AmountCents:                object.AmountCents,
		AmountCentsRemaining:       object.AmountCentsRemaining,
		AmountCurrency:             object.AmountCurrency,
		PercentageRate:             object.PercentageRate,
		Frequency:                  gen.AppliedCouponObjectExtendedFrequency(row.Frequency),
		FrequencyDuration:          object.FrequencyDuration,
		FrequencyDurationRemaining: object.FrequencyDurationRemaining,
		ExpirationAt:               object.ExpirationAt,
		CreatedAt:                  object.CreatedAt,
		TerminatedAt:               object.TerminatedAt,
		Credits:                    Each(row.Credits, couponCredit),
	}
}

func couponCredit(row store.CouponCredit) gen.CreditObject {
	return Credit(row.Credit, row.PaymentStatus)
}

// remainingCents is what is left of a fixed amount that is used once; nil for
// every other coupon.
func remainingCents(row store.AppliedCoupon) *int64 {
	if row.Coupon.CouponType != store.CouponFixedAmount || row.Frequency != store.CouponOnce {
		return nil
	}
	if row.AmountCents == nil {
		return nil
	}
	left := *row.AmountCents - row.UsedCents()
	return &left
}

// optionalCents is optional for amounts.
func optionalCents(cents *int64) nullable.Nullable[int] {
	if cents == nil {
		return nullable.NewNullNullable[int]()
	}
	return nullable.NewNullableWithValue(int(*cents))
}

// optionalDecimal is Decimal for a number that may be missing.
func optionalDecimal(d *decimal.Decimal) nullable.Nullable[string] {
	if d == nil {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(Decimal(*d))
}
