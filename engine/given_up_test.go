package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// TestGivenUp_WaitsADay whatever its kind: otherwise a clock that passes
// months over something that can never be done would try it at every tick of these.
func TestGivenUp_WaitsADay(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		type work struct{ kind, args string }
		triedAt := map[work][]time.Time{}
		workers := engine.Workers().With(notify.NewSender(notify.Options{}).Workers())
		for kind, worker := range workers {
			workers[kind] = jobs.Worker{Discarded: worker.Discarded, Run: func(tx *store.Tx, job store.Job) error {
				of := work{kind, string(job.Args)}
				if at := triedAt[of]; len(at) == 0 || !at[len(at)-1].Equal(tx.Now()) {
					triedAt[of] = append(at, tx.Now())
				}
				return errors.New("can never be done")
			}}
		}
		w.waitsForMuch(t)
		w.write(t, func(tx *store.Tx) error {
			for kind := range workers {
				if err := jobs.Enqueue(tx, jobs.Job{Kind: kind, At: tx.Now(), Args: struct{}{}}); err != nil {
					return err
				}
			}
			return nil
		})

		require.NoError(t, jobs.NewRunner(w.Store, workers, nil).Advance(t.Context(), w.organization.ID, noon.AddDate(0, 0, 4)))

		tried := map[string]bool{}
		for of, at := range triedAt {
			tried[of.kind] = true
			for i := range at[1:] {
				assert.GreaterOrEqual(t, at[i+1].Sub(at[i]), 12*time.Hour, "%s %s at %s and %s", of.kind, of.args, at[i], at[i+1])
			}
		}
		assert.Len(t, tried, len(workers))
	})
}

// waitsForMuch lets something be due for subscriptions and a coupon within two days.
func (w *world) waitsForMuch(t *testing.T) {
	t.Helper()
	w.downgrading(t)
	coupon := fixedCoupon("limited")
	coupon.Expiration, coupon.ExpirationAt = set("time_limit"), set("2026-03-01T12:10:00Z")
	w.createCoupon(t, coupon)
	w.write(t, func(tx *store.Tx) error {
		later := engine.NewSubscriptionInput{ExternalCustomerID: "c", ExternalID: "later", PlanCode: "big"}
		later.SubscriptionAt = set(noon.AddDate(0, 0, 1))
		ends := engine.NewSubscriptionInput{ExternalCustomerID: "c", ExternalID: "ends", PlanCode: "big"}
		ends.EndingAt = set(noon.AddDate(0, 0, 2))
		for _, in := range []engine.NewSubscriptionInput{later, ends} {
			if _, err := engine.CreateSubscription(tx, in); err != nil {
				return err
			}
		}
		return nil
	})
}
