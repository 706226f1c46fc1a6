package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/store"
)

// stopClock lets the clock stand at an instant without doing what is due before,
// as after a time in which no process ran.
func (w *world) stopClock(t *testing.T, at time.Time) {
	t.Helper()
	scope := store.Scope{Organization: w.organization.ID, Source: store.SourceSystem}
	require.NoError(t, w.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.SetClock(&at) }))
}

// downgrading makes a subscription that gives way to another one on 1 April 2026
// in Paris, for which the billing run is due at 22:10 UTC on the day before.
func (w *world) downgrading(t *testing.T) {
	t.Helper()
	for code, cents := range map[string]int64{"big": 100, "small": 50} {
		w.write(t, func(tx *store.Tx) error {
			plan := planInput(code)
			plan.AmountCents = set(cents)
			_, err := engine.CreatePlan(tx, plan)
			return err
		})
	}
	for _, code := range []string{"big", "small"} {
		w.write(t, func(tx *store.Tx) error {
			_, err := engine.CreateSubscription(tx, engine.NewSubscriptionInput{
				ExternalCustomerID: "c", ExternalID: "sub", PlanCode: code,
			})
			return err
		})
	}
}

// active is the active subscription of "sub".
func (w *world) active(t *testing.T) (row store.Subscription) {
	t.Helper()
	w.write(t, func(tx *store.Tx) (err error) {
		row, err = tx.Subscription("sub", store.SubscriptionActive)
		return err
	})
	return row
}

// billingRuns are when the billing runs that wait are due.
func (w *world) billingRuns(t *testing.T) (due []string) {
	t.Helper()
	w.write(t, func(tx *store.Tx) error {
		list, err := tx.Jobs(engine.KindBillSubscriptions)
		for _, job := range list {
			if job.State == store.JobAvailable {
				due = append(due, job.ScheduledAt.UTC().Format(time.RFC3339))
			}
		}
		return err
	})
	return due
}

// TestBillingRun_ComesLate does what it was due for: a day that was missed is
// not lost.
func TestBillingRun_ComesLate(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.downgrading(t)
		require.Equal(t, []string{"2026-03-31T22:10:00Z"}, w.billingRuns(t))
		late := time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC)
		w.stopClock(t, late)
		require.NoError(t, jobs.NewRunner(w.Store, engine.Workers(), nil).RunDue(t.Context(), w.organization.ID))
		row := w.active(t)
		require.Equal(t, "small", row.Plan.Code)
		require.True(t, row.StartedAt.Equal(late))
		require.Equal(t, []string{"2026-04-30T22:10:00Z"}, w.billingRuns(t))
	})
}

// TestBillingRun_IsNotPutOff by a request that comes when the run is due and has
// not begun.
func TestBillingRun_IsNotPutOff(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.downgrading(t)
		w.stopClock(t, time.Date(2026, 3, 31, 22, 10, 0, 0, time.UTC))
		w.write(t, func(tx *store.Tx) error {
			_, err := engine.UpdateSubscription(tx, "sub", store.SubscriptionActive, engine.SubscriptionUpdate{
				SubscriptionInput: engine.SubscriptionInput{Name: set("Main")},
			})
			return err
		})
		require.Equal(t, []string{"2026-03-31T22:10:00Z"}, w.billingRuns(t))
		require.NoError(t, jobs.NewRunner(w.Store, engine.Workers(), nil).RunDue(t.Context(), w.organization.ID))
		require.Equal(t, "small", w.active(t).Plan.Code)
	})
}

// TestJobsOfSubscriptions_ThatComeForNothing do nothing: the subscription has
// changed since, or its day is still ahead.
func TestJobsOfSubscriptions_ThatComeForNothing(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.downgrading(t)
		before := w.active(t)
		for _, kind := range []string{
			engine.KindActivateSubscription, engine.KindEndSubscription, engine.KindEndTrial, engine.KindExpireActivation,
		} {
			w.write(t, func(tx *store.Tx) error {
				return jobs.Enqueue(tx, jobs.Job{Kind: kind, Args: map[string]any{"subscription_id": before.ID}})
			})
			w.write(t, func(tx *store.Tx) error {
				return jobs.Enqueue(tx, jobs.Job{Kind: kind, Args: map[string]any{"subscription_id": store.NewID()}})
			})
		}
		w.write(t, func(tx *store.Tx) error {
			return jobs.Enqueue(tx, jobs.Job{Kind: engine.KindBillSubscriptions, Args: map[string]any{"customer_id": before.CustomerID}})
		})
		require.NoError(t, jobs.NewRunner(w.Store, engine.Workers(), nil).RunDue(t.Context(), w.organization.ID))
		requireSame(t, before, w.active(t))
		require.Equal(t, []string{"2026-03-31T22:10:00Z"}, w.billingRuns(t))
	})
}
