package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
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
		var told []string
		r := runner(t, s, jobs.Workers{"chain": {
			Run: func(*store.Tx, store.Job) error { return errBroken },
			Discarded: func(tx *store.Tx, job store.Job) error {
				told = job.Errors
				return jobs.Enqueue(tx, jobs.Job{Kind: "chain", At: tx.Now().Add(time.Hour), UniqueKey: "chain"})
			},
		}})
		enqueue(t, s, org, jobs.Job{Kind: "chain", MaxAttempts: 2, UniqueKey: "chain"})
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, []string{"broken", "broken"}, told)
		list := jobsOf(t, s, org, "chain")
		require.Len(t, list, 2)
		assert.Equal(t, store.JobDiscarded, list[0].State)
		assert.Equal(t, store.JobAvailable, list[1].State)
	})
}

// Who cannot be told that its job is given up keeps it, and waits.
func TestDiscarded_ThatFailsKeepsTheJobAndLetsOthersPass(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		frozen, running := organization(t, s, &noon), organization(t, s, nil)
		var log diary
		refusals := 0
		r := runner(t, s, jobs.Workers{"note": log.noting(nil), "chain": {
			Run: func(*store.Tx, store.Job) error { return errBroken },
			Discarded: func(*store.Tx, store.Job) error {
				if refusals++; refusals <= 2 {
					panic("not yet")
				}
				return nil
			},
		}})
		for _, org := range []uuid.UUID{frozen, running} {
			enqueue(t, s, org, jobs.Job{Kind: "chain", MaxAttempts: 1}, note("behind it", time.Time{}))
			before, _ := timeOf(t, s, org)
			require.NoError(t, r.RunDue(t.Context(), org))
			job := jobsOf(t, s, org, "chain")[0]
			assert.Equal(t, store.JobAvailable, job.State)
			assert.Equal(t, []string{"broken", "give up: panic: not yet"}, job.Errors)
			assert.False(t, job.ScheduledAt.Before(before.Add(time.Second)), "it waits")
		}
		assert.Equal(t, []string{"behind it", "behind it"}, log.names())
		require.NoError(t, r.Advance(t.Context(), frozen, noon.Add(time.Minute)))
		assert.Equal(t, store.JobDiscarded, jobsOf(t, s, frozen, "chain")[0].State)
	})
}

// What is kept of failures is bounded, and fits into both databases.
func TestFailures_OfAnyTextAreKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var log diary
		attempt := 0
		r := runner(t, s, jobs.Workers{"note": log.noting(nil), "bad": {Run: func(*store.Tx, store.Job) error {
			attempt++
			return fmt.Errorf("%d: NUL \x00, no UTF-8 \xff, %s", attempt, strings.Repeat("\u00e9", 2000))
		}}})
		enqueue(t, s, org, jobs.Job{Kind: "bad", MaxAttempts: 30}, note("behind it", time.Time{}))
		require.NoError(t, r.RunDue(t.Context(), org))
		job := jobsOf(t, s, org, "bad")[0]
		assert.Equal(t, store.JobDiscarded, job.State)
		require.Len(t, job.Errors, 20, "the last ones")
		assert.True(t, strings.HasPrefix(job.Errors[19], "30: NUL , no UTF-8 \ufffd, \u00e9\u00e9"), job.Errors[19])
		assert.True(t, utf8.ValidString(job.Errors[19]))
		assert.LessOrEqual(t, len(job.Errors[19]), 2000)
		assert.Equal(t, []string{"behind it"}, log.names())
	})
}

// A job whose effects cannot be committed has failed, like one that says so.
func TestCommitThatFails_CountsAsFailure(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil), "twice": {Run: func(tx *store.Tx, _ store.Job) error {
			row := store.RequestLog{ID: store.NewID(), LoggedAt: tx.Now()}
			return errors.Join(tx.InsertRequestLog(&row), tx.InsertRequestLog(&row))
		}}})
		enqueue(t, s, org, jobs.Job{Kind: "twice", MaxAttempts: 2}, note("behind it", time.Time{}))
		require.NoError(t, r.RunDue(t.Context(), org))
		job := jobsOf(t, s, org, "twice")[0]
		assert.Equal(t, store.JobDiscarded, job.State)
		assert.Len(t, job.Errors, 2)
		assert.Equal(t, []string{"behind it"}, log.names())
	})
}

// A second process has its attempt between the failure of the first one's and
// the moment in which that is counted.
func TestFailure_IsCountedOnceByTwoProcesses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		for _, frozenAt := range []*time.Time{nil, &noon} {
			org := organization(t, s, frozenAt)
			failing := jobs.Workers{"bad": {Run: func(*store.Tx, store.Job) error { return errBroken }}}
			second := runner(t, s, failing)
			first := jobs.NewRunner(s, failing, slog.New(told{func() { assert.NoError(t, second.RunDue(t.Context(), org)) }}))
			enqueue(t, s, org, jobs.Job{Kind: "bad", MaxAttempts: 3})
			require.NoError(t, first.RunDue(t.Context(), org))
			job := jobsOf(t, s, org, "bad")[0]
			wanted := 1
			if frozenAt != nil {
				wanted = 3 // there the second one goes on at once, until it gives up
			}
			assert.Equal(t, wanted, job.Attempt)
			assert.Len(t, job.Errors, wanted)
		}
	})
}

// told is a log that does something when a line is written.
type told struct{ hear func() }

func (told) Enabled(context.Context, slog.Level) bool { return true }

func (l told) Handle(context.Context, slog.Record) error {
	l.hear()
	return nil
}

func (l told) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l told) WithGroup(string) slog.Handler { return l }

// TestNextDay_ComesAgain with the same arguments, under its key where it has one.
func TestNextDay_ComesAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var attemptedAt []time.Time
		r := runner(t, s, jobs.Workers{"stubborn": {
			Run: func(tx *store.Tx, _ store.Job) error {
				if attemptedAt = append(attemptedAt, tx.Now()); len(attemptedAt) <= 2 {
					return errBroken
				}
				return nil
			},
			Discarded: jobs.NextDay,
		}})
		enqueue(t, s, org, jobs.Job{Kind: "stubborn", Args: named{Name: "a"}, MaxAttempts: 1}, jobs.Job{Kind: "stubborn", UniqueKey: "k", MaxAttempts: 1})
		require.NoError(t, r.Advance(t.Context(), org, noon.AddDate(0, 0, 3)))
		next := noon.AddDate(0, 0, 1)
		assert.Equal(t, []time.Time{noon, noon, next, next}, attemptedAt)
		list := jobsOf(t, s, org, "stubborn")
		require.Len(t, list, 4)
		assert.JSONEq(t, string(list[0].Args), string(list[2].Args))
		assert.Nil(t, list[2].UniqueKey)
		assert.Equal(t, "k", *list[3].UniqueKey)
	})
}
