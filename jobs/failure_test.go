package jobs_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/jobs"
	"tarn/store"
)

var errBroken = errors.New("broken")

// A failing job leaves nothing behind but its count, and on a frozen clock
// neither waits nor holds up what comes after it.
func TestFrozenClock_RetriesAtOnceAndThenDiscards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		attempts := 0
		var attemptedAt []time.Time
		var log diary
		r := runner(t, s, jobs.Workers{
			"note": log.noting(nil),
			"bad": {Run: func(tx *store.Tx, _ store.Job) error {
				attempts++
				attemptedAt = append(attemptedAt, tx.Now())
				require.NoError(t, jobs.Enqueue(tx, note("rolled back", time.Time{})))
				if attempts%2 == 0 {
					panic("worse")
				}
				return errBroken
			}},
		})
		due := noon.Add(time.Hour)
		enqueue(t, s, org, jobs.Job{Kind: "bad", At: due, MaxAttempts: 3}, note("after it", due.Add(time.Minute)))
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(2*time.Hour)))

		assert.Equal(t, []string{"after it"}, log.names())
		assert.Equal(t, []time.Time{due, due, due}, attemptedAt)
		job := jobsOf(t, s, org, "bad")[0]
		assert.Equal(t, store.JobDiscarded, job.State)
		assert.Equal(t, 3, job.Attempt)
		assert.Equal(t, []string{"broken", "panic: worse", "broken"}, job.Errors)
		require.NotNil(t, job.FinalizedAt)
		assert.True(t, job.FinalizedAt.Equal(due))
	})
}

func TestFrozenClock_SecondAttemptMaySucceed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		attempts := 0
		r := runner(t, s, jobs.Workers{"flaky": {Run: func(*store.Tx, store.Job) error {
			if attempts++; attempts == 1 {
				return errBroken
			}
			return nil
		}}})
		enqueue(t, s, org, jobs.Job{Kind: "flaky"})
		require.NoError(t, r.RunDue(t.Context(), org))
		job := jobsOf(t, s, org, "flaky")[0]
		assert.Equal(t, store.JobCompleted, job.State)
		assert.Equal(t, 2, job.Attempt)
		assert.Equal(t, []string{"broken"}, job.Errors)
	})
}

func TestRealTime_RetriesAfterGrowingPauses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		r := runner(t, s, jobs.Workers{"bad": {Run: func(*store.Tx, store.Job) error { return errBroken }}})
		enqueue(t, s, org, jobs.Job{Kind: "bad", MaxAttempts: 3})
		wanted := []time.Duration{time.Second, 16 * time.Second}
		for attempt, pause := range wanted {
			before, _ := timeOf(t, s, org)
			require.NoError(t, r.RunDue(t.Context(), org))
			after, _ := timeOf(t, s, org)
			job := jobsOf(t, s, org, "bad")[0]
			assert.Equal(t, attempt+1, job.Attempt)
			assert.Equal(t, store.JobAvailable, job.State)
			assert.WithinRange(t, job.ScheduledAt, before.Add(pause), after.Add(pause))
			require.NoError(t, r.RunDue(t.Context(), org), "nothing is due before the pause has passed")
			assert.Equal(t, attempt+1, jobsOf(t, s, org, "bad")[0].Attempt)
			makeDue(t, s, job)
		}
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, store.JobDiscarded, jobsOf(t, s, org, "bad")[0].State)
	})
}

// makeDue lets a job's pause be over.
func makeDue(t *testing.T, s *store.Store, job store.Job) {
	t.Helper()
	require.NoError(t, s.Write(t.Context(), bySystem(job.OrganizationID), func(tx *store.Tx) error {
		job.ScheduledAt = tx.Now()
		return tx.UpdateJob(&job)
	}))
}

func TestUnknownKind_CountsAsFailure(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		enqueue(t, s, org, jobs.Job{Kind: "of a later version"}, jobs.Job{Kind: "typed", Args: []int{1}})
		r := runner(t, s, jobs.Workers{"typed": jobs.Handle(func(*store.Tx, named) error { return nil })})
		require.NoError(t, r.RunDue(t.Context(), org))
		unknown := jobsOf(t, s, org, "of a later version")[0]
		assert.Equal(t, store.JobAvailable, unknown.State, "a process that knows the kind may still do it")
		assert.Equal(t, []string{`no worker for jobs of kind "of a later version"`}, unknown.Errors)
		typed := jobsOf(t, s, org, "typed")[0]
		require.Len(t, typed.Errors, 1)
		assert.Contains(t, typed.Errors[0], "read the arguments")
	})
}

func TestDiscarded_IsToldInTheTransactionThatGivesUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		refusals := 0
		r := runner(t, s, jobs.Workers{"chain": {
			Run: func(*store.Tx, store.Job) error { return errBroken },
			Discarded: func(tx *store.Tx, job store.Job) error {
				if refusals++; refusals == 1 {
					panic("not yet")
				}
				assert.Equal(t, []string{"broken", "broken"}, job.Errors)
				return jobs.Enqueue(tx, jobs.Job{Kind: "chain", At: tx.Now().Add(time.Hour), UniqueKey: "chain"})
			},
		}})
		enqueue(t, s, org, jobs.Job{Kind: "chain", MaxAttempts: 2, UniqueKey: "chain"})
		assert.ErrorContains(t, r.RunDue(t.Context(), org), "not yet")
		assert.Equal(t, store.JobAvailable, jobsOf(t, s, org, "chain")[0].State, "who cannot tell does not give up")
		require.NoError(t, r.RunDue(t.Context(), org))
		list := jobsOf(t, s, org, "chain")
		require.Len(t, list, 2)
		assert.Equal(t, store.JobDiscarded, list[0].State)
		assert.Equal(t, store.JobAvailable, list[1].State)
	})
}
