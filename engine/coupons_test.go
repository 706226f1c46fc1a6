package engine_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"tarn/engine"
	"tarn/fault"
	"tarn/jobs"
	"tarn/store"
)

// fixedCoupon is an input that breaks no rule.
func fixedCoupon(code string) engine.CouponInput {
	return engine.CouponInput{
		Name: set("Welcome"), Code: set(code), CouponType: set("fixed_amount"), AmountCents: set(int64(500)),
		AmountCurrency: set("USD"), Frequency: set("once"), Expiration: set("no_expiration"),
	}
}

func (w *world) createCoupon(t *testing.T, in engine.CouponInput) store.Coupon {
	t.Helper()
	var coupon store.Coupon
	w.write(t, func(tx *store.Tx) (err error) {
		coupon, err = engine.CreateCoupon(tx, in)
		return err
	})
	return coupon
}

// couponJobs are the waiting jobs that end coupons.
func (w *world) couponJobs(t *testing.T) []store.Job {
	t.Helper()
	var waiting []store.Job
	w.write(t, func(tx *store.Tx) error {
		all, err := tx.Jobs(engine.KindExpireCoupon)
		for _, job := range all {
			if job.State == store.JobAvailable {
				waiting = append(waiting, job)
			}
		}
		return err
	})
	return waiting
}

// TestCreateCoupon_RefusesWhatTheContractWould lets no caller get by without
// the contract.
func TestCreateCoupon_RefusesWhatTheContractWould(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		err := w.try(t, func(tx *store.Tx) error {
			_, err := engine.CreateCoupon(tx, engine.CouponInput{Reusable: null[bool](), Expiration: set("never")})
			return err
		})
		mandatory, invalid := codes("value_is_mandatory"), codes("value_is_invalid")
		requireInvalid(t, err, fault.Details{
			"name": mandatory, "code": mandatory, "coupon_type": invalid, "frequency": invalid, "expiration": invalid,
			"reusable": codes("value_is_reserved"),
		})
	})
}

// TestApplyCoupon_OnceIsOnce for customers that ask many times at once.
func TestApplyCoupon_OnceIsOnce(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := fixedCoupon("once")
		in.Reusable = set(false)
		w.createCoupon(t, in)
		w.upsert(t, engine.CustomerInput{ExternalID: "c"})
		var applied, refused atomic.Int32
		var group errgroup.Group
		for range 8 {
			group.Go(func() error {
				err := w.try(t, func(tx *store.Tx) error {
					_, err := engine.ApplyCoupon(tx, engine.AppliedCouponInput{ExternalCustomerID: "c", CouponCode: "once"})
					return err
				})
				switch {
				case err == nil:
					applied.Add(1)
				case fault.Is(err, fault.Validation):
					refused.Add(1)
				default:
					return err
				}
				return nil
			})
		}
		require.NoError(t, group.Wait())
		require.Equal(t, []int32{1, 7}, []int32{applied.Load(), refused.Load()})
	})
}

func TestCouponExpiry_WaitsOnceForEachCoupon(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.createCoupon(t, fixedCoupon("endless"))
		in := fixedCoupon("limited")
		in.Expiration, in.ExpirationAt = set("time_limit"), set("2026-04-01T10:30:00Z")
		coupon := w.createCoupon(t, in)
		due := func() time.Time {
			waiting := w.couponJobs(t)
			require.Len(t, waiting, 1)
			require.JSONEq(t, `{"coupon_id":"`+coupon.ID.String()+`"}`, string(waiting[0].Args))
			return waiting[0].ScheduledAt.UTC()
		}
		require.Equal(t, time.Date(2026, 4, 1, 11, 30, 0, 0, time.UTC), due())
		for sent, want := range map[string]time.Time{
			"2026-04-01T10:29:59.999Z": time.Date(2026, 4, 1, 10, 30, 0, 0, time.UTC),
			"2026-04-01T23:45:00Z":     time.Date(2026, 4, 2, 0, 30, 0, 0, time.UTC),
		} {
			w.write(t, func(tx *store.Tx) error {
				_, err := engine.UpdateCoupon(tx, "limited", engine.CouponInput{ExpirationAt: set(sent)})
				return err
			})
			require.Equal(t, want, due())
		}
	})
}

// TestCouponExpiry_IsTriedAgainAfterItWasGivenUp a day later.
func TestCouponExpiry_IsTriedAgainAfterItWasGivenUp(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := fixedCoupon("limited")
		in.Expiration, in.ExpirationAt = set("time_limit"), set("2026-03-01T12:10:00Z")
		w.createCoupon(t, in)
		failing := engine.Workers()[engine.KindExpireCoupon]
		failing.Run = func(*store.Tx, store.Job) error { return errors.New("out of order") }
		runner := jobs.NewRunner(w.Store, jobs.Workers{engine.KindExpireCoupon: failing}, nil)

		require.NoError(t, runner.Advance(t.Context(), w.organization.ID, noon.Add(45*time.Minute)))
		waiting := w.couponJobs(t)
		require.Len(t, waiting, 1)
		require.Equal(t, noon.Add(30*time.Minute).AddDate(0, 0, 1), waiting[0].ScheduledAt.UTC())

		runner = jobs.NewRunner(w.Store, engine.Workers(), nil)
		require.NoError(t, runner.Advance(t.Context(), w.organization.ID, noon.AddDate(0, 0, 2)))
		w.write(t, func(tx *store.Tx) error {
			coupon, err := tx.Coupon("limited")
			require.Equal(t, store.CouponTerminated, coupon.Status)
			require.True(t, coupon.TerminatedAt.Equal(noon.Add(30*time.Minute).AddDate(0, 0, 1)))
			return err
		})
		require.Empty(t, w.couponJobs(t))
	})
}
