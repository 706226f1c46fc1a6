package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
)

// TestInstants_ThatCannotBeStoredAreRefused in rows and in changes, whatever zone
// they are written in. Those at the very ends are stored and read again.
func TestInstants_ThatCannotBeStoredAreRefused(t *testing.T) {
	t.Parallel()
	west, east := time.FixedZone("west", -12*3600), time.FixedZone("east", 14*3600)
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		for _, at := range []time.Time{
			time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
			time.Date(9999, 12, 31, 23, 59, 59, 0, west),
			time.Date(1, 1, 1, 13, 0, 0, 0, east),
			time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
			time.Date(5_000_000, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			var refused *store.OutOfTimeError
			coupon := newCoupon("x", &at)
			err := s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertCoupon(coupon) })
			require.ErrorAs(t, err, &refused, at)
			require.Equal(t, "expiration_at", refused.Field)
			coupon.ExpirationAt = nil
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
				if err := tx.InsertCoupon(coupon); err != nil {
					return err
				}
				coupon.ExpirationAt = &at
				require.ErrorAs(t, tx.UpdateCoupon(coupon), &refused, at)
				require.ErrorAs(t, tx.DB().Model(coupon).Update("terminated_at", at).Error, &refused, at)
				require.Equal(t, "terminated_at", refused.Field)
				coupon.ExpirationAt = nil
				return tx.DeleteCoupon(coupon)
			}))
		}
		for _, at := range []time.Time{
			time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
			time.Date(10000, 1, 1, 13, 59, 59, 0, east),
			time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
				coupon := newCoupon(at.Format(time.RFC3339Nano), &at)
				require.NoError(t, tx.InsertCoupon(coupon))
				found, err := tx.Coupon(coupon.Code)
				require.NoError(t, err)
				require.True(t, at.Equal(*found.ExpirationAt), found.ExpirationAt)
				return nil
			}))
		}
	})
}

func newCoupon(code string, expiration *time.Time) *store.Coupon {
	return &store.Coupon{
		ID: store.NewID(), Code: code, Name: code, ExpirationAt: expiration, Expiration: store.CouponTimeLimit,
		Status: store.CouponActive, CouponType: "fixed_amount", Frequency: "once",
	}
}

// TestJobs_BeyondTheLastInstant are never due. They are not kept, and hold up no
// other.
func TestJobs_BeyondTheLastInstant(t *testing.T) {
	t.Parallel()
	never := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			job := func(key string, at time.Time) *store.Job {
				return &store.Job{
					ID: store.NewID(), Kind: "k", Args: json.RawMessage("{}"), State: store.JobAvailable, MaxAttempts: 1,
					UniqueKey: &key, Errors: []string{}, ScheduledAt: at,
				}
			}
			keys := func() (keys []string) {
				list, err := tx.Jobs("k")
				require.NoError(t, err)
				for _, row := range list {
					keys = append(keys, *row.UniqueKey)
				}
				return keys
			}
			require.NoError(t, tx.InsertJob(job("never", never)))
			require.Empty(t, keys())
			for _, key := range []string{"a", "b", "c"} {
				require.NoError(t, tx.InsertJob(job(key, epoch.Add(time.Hour))))
			}
			require.NoError(t, tx.RescheduleJob(job("a", never)))
			tx.HastenJob(job("b", never))
			require.Equal(t, []string{"b", "c"}, keys())
			require.False(t, tx.WorkDue())
			return nil
		}))
	})
}

// TestInstants_BeyondTheLastOneCompareAsSuch with the texts that SQLite keeps.
func TestInstants_BeyondTheLastOneCompareAsSuch(t *testing.T) {
	t.Parallel()
	inUsage(t, []metered{{march, `{"value":1}`}}, func(t *testing.T, tx *store.Tx) {
		never, before := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
		found, err := tx.Events(store.EventFilter{From: &before, To: &never}, store.Page{})
		require.NoError(t, err)
		require.Len(t, found.Rows, 1)
		request := requestOf("sum_agg")
		request.Period.From, request.Period.To = before, never
		require.Equal(t, []string{"1"}, units(t, tx, request))
	})
}
