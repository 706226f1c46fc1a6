package audit

import (
	"tarn/store"
	"tarn/wire"
)

// couponType is what coupons and their applications hang on.
const couponType = "Coupon"

// Coupon is a coupon as a subject of activities.
func Coupon(row store.Coupon) Subject {
	return Subject{Name: "coupon", ResourceType: couponType, ResourceID: row.ID, Object: wire.Coupon(row)}
}

// AppliedCoupon is an applied coupon as a subject of activities.
//
// Lago: its activities hang on the coupon, and those of coupons name no
// customer; the object does.
func AppliedCoupon(row store.AppliedCoupon) Subject {
	return Subject{Name: "applied_coupon", ResourceType: couponType, ResourceID: row.CouponID, Object: wire.AppliedCoupon(row)}
}
