package engine

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/jobs"
	"tarn/store"
)

// KindExpireCoupon is the job that ends a coupon whose time is over. A coupon
// that ends by itself has one waiting.
const KindExpireCoupon = "coupon.expire"

// couponRhythm is when coupons end.
//
// Lago: a coupon can be applied until that minute, although its time is over.
var couponRhythm = jobs.Rhythm{Every: time.Hour, After: 30 * time.Minute}

// expireCouponArgs say which coupon ends.
type expireCouponArgs struct {
	CouponID uuid.UUID `json:"coupon_id"`
}

// scheduleCouponExpiry lets a coupon end at the first run after its time.
func scheduleCouponExpiry(tx *store.Tx, coupon store.Coupon) error {
	if coupon.Status != store.CouponActive || coupon.Expiration != store.CouponTimeLimit || coupon.ExpirationAt == nil {
		return nil
	}
	after := tx.Now()
	if coupon.ExpirationAt.After(after) {
		after = *coupon.ExpirationAt
	}
	return jobs.Reschedule(tx, couponExpiry(coupon.ID, couponRhythm.Later(after, after)))
}

func couponExpiry(coupon uuid.UUID, at time.Time) jobs.Job {
	return jobs.Job{
		Kind: KindExpireCoupon, At: at, Args: expireCouponArgs{CouponID: coupon},
		UniqueKey: KindExpireCoupon + ":" + coupon.String(),
	}
}

// expireCoupon ends a coupon, if its time is still over: it may have been
// given more time, or been deleted. What it was applied as stays.
//
// Lago records no activity of it; tarn does, since the coupon changes.
func expireCoupon(tx *store.Tx, args expireCouponArgs) error {
	coupon, err := tx.CouponByIDForUpdate(args.CouponID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now := tx.Now()
	if !couponOver(coupon, now) {
		return nil
	}
	coupon.Status, coupon.TerminatedAt = store.CouponTerminated, &now
	if err := tx.UpdateCoupon(&coupon); err != nil {
		return err
	}
	return audit.Happened(tx, audit.Coupon(coupon), "terminated")
}

// couponOver reports whether an active coupon's time is over.
func couponOver(coupon store.Coupon, now time.Time) bool {
	return coupon.Status == store.CouponActive && coupon.Expiration == store.CouponTimeLimit &&
		coupon.ExpirationAt != nil && coupon.ExpirationAt.Before(now)
}

// couponExpiryWorker does the jobs that end coupons. What cannot be done today is tried
// again tomorrow.
func couponExpiryWorker() jobs.Worker {
	worker := jobs.Handle(expireCoupon)
	worker.Lock = jobs.Locking(func(tx *store.Tx, args expireCouponArgs) error {
		_, err := tx.CouponByIDForUpdate(args.CouponID)
		return err
	})
	worker.Discarded = jobs.NextDay
	return worker
}
