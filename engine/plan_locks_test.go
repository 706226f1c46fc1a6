package engine_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/store"
)

// errUndone lets a transaction be rolled back, so that it can be raced again.
var errUndone = errors.New("undone")

// TestPlans_DoNotWaitInACircle races changes of a plan that reach its
// subscriptions with changes of a subscription that need its plan. Where the two
// wait for each other, the database gives one of them up, which then runs twice.
func TestPlans_DoNotWaitInACircle(t *testing.T) {
	t.Parallel()
	dearer := planInput("big")
	dearer.AmountCents = set(int64(10))
	for name, change := range map[string]func(*store.Tx) error{
		"update": func(tx *store.Tx) error { _, err := engine.UpdatePlan(tx, "big", dearer); return err },
		"delete": func(tx *store.Tx) error { _, err := engine.DeletePlan(tx, "big"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEveryDialect(t, func(t *testing.T, w *world) {
				w.downgrading(t)
				subscription := w.active(t)
				const rounds = 20
				var runs atomic.Int32
				race := func(do func(*store.Tx) error) {
					err := w.try(t, func(tx *store.Tx) error {
						runs.Add(1)
						return errors.Join(do(tx), errUndone)
					})
					require.ErrorIs(t, err, errUndone)
				}
				for range rounds {
					var racing sync.WaitGroup
					racing.Go(func() { race(change) })
					race(func(tx *store.Tx) error {
						if err := tx.LockCustomer(subscription.CustomerID); err != nil {
							return err
						}
						_, err := tx.PlanByIDShared(subscription.PlanID)
						return err
					})
					racing.Wait()
				}
				require.Equal(t, int32(2*rounds), runs.Load())
			})
		})
	}
}
