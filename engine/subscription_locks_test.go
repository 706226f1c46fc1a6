package engine_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/fault"
	"tarn/store"
)

// TestSubscriptions_EndOnce races two requests to end one subscription. Whoever
// waits for the other finds it ended and is told that there is none.
func TestSubscriptions_EndOnce(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *store.Tx) error { _, err := engine.CreatePlan(tx, planInput("plan")); return err })
		for round := range 20 {
			externalID := fmt.Sprintf("sub-%d", round)
			w.write(t, func(tx *store.Tx) error {
				_, err := engine.CreateSubscription(tx, engine.NewSubscriptionInput{
					ExternalCustomerID: "c", ExternalID: externalID, PlanCode: "plan",
				})
				return err
			})
			var racing sync.WaitGroup
			var ended, refused atomic.Int32
			for range 2 {
				racing.Go(func() {
					err := w.try(t, func(tx *store.Tx) error {
						_, err := engine.TerminateSubscription(tx, externalID, false, engine.TerminationInput{})
						return err
					})
					var refusal *fault.Error
					switch {
					case err == nil:
						ended.Add(1)
					case errors.As(err, &refusal) && refusal.Kind == fault.NotFound:
						refused.Add(1)
					default:
						t.Errorf("neither ended nor refused: %v", err)
					}
				})
			}
			racing.Wait()
			require.Equal(t, []int32{1, 1}, []int32{ended.Load(), refused.Load()}, "ended and refused in round %d", round)
		}
	})
}

// TestSubscriptions_LockTheirCustomerFirst races transactions that have a
// customer and take its subscription with transactions that have the subscription
// and take its customer. Where the subscription is locked without its customer,
// the two wait for each other, and the database lets one of them run twice.
func TestSubscriptions_LockTheirCustomerFirst(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.downgrading(t)
		subscription := w.active(t)
		const rounds = 20
		var runs atomic.Int32
		lockCustomer := func(tx *store.Tx) error { return tx.LockCustomer(subscription.CustomerID) }
		lockSubscription := func(tx *store.Tx) error { _, err := tx.SubscriptionByIDForUpdate(subscription.ID); return err }
		race := func(first, second func(*store.Tx) error) {
			err := w.try(t, func(tx *store.Tx) error {
				runs.Add(1)
				return errors.Join(first(tx), second(tx), errUndone)
			})
			if !errors.Is(err, errUndone) {
				t.Errorf("not undone: %v", err)
			}
		}
		for range rounds {
			var racing sync.WaitGroup
			racing.Go(func() { race(lockCustomer, lockSubscription) })
			racing.Go(func() { race(lockSubscription, lockCustomer) })
			racing.Wait()
		}
		require.Equal(t, int32(2*rounds), runs.Load())
	})
}
