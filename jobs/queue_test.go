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

func TestEnqueue_ExistsOnlyIfItsTransactionDoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		refusal := errors.New("refused")
		err := s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
			require.NoError(t, jobs.Enqueue(tx, note("never", time.Time{})))
			return refusal
		})
		require.ErrorIs(t, err, refusal)
		assert.Empty(t, jobsOf(t, s, org, "note"))
	})
}

func TestEnqueue_FillsInDefaults(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		enqueue(t, s, org,
			jobs.Job{Kind: "bare"},
			jobs.Job{Kind: "late", At: noon.Add(-time.Hour)},
			jobs.Job{Kind: "zoned", At: noon.Add(time.Hour).In(time.FixedZone("", 7200)).Add(1500 * time.Nanosecond), MaxAttempts: 3},
		)
		bare := jobsOf(t, s, org, "bare")[0]
		assert.JSONEq(t, `{}`, string(bare.Args))
		assert.Equal(t, jobs.DefaultMaxAttempts, bare.MaxAttempts)
		assert.Equal(t, store.JobAvailable, bare.State)
		assert.Nil(t, bare.UniqueKey)
		assert.True(t, bare.ScheduledAt.Equal(noon), "no instant means the transaction's")
		assert.True(t, jobsOf(t, s, org, "late")[0].ScheduledAt.Equal(noon), "a past instant becomes the transaction's")
		zoned := jobsOf(t, s, org, "zoned")[0]
		assert.True(t, zoned.ScheduledAt.Equal(noon.Add(time.Hour+time.Microsecond)), "instants are kept in microseconds")
		assert.Equal(t, 3, zoned.MaxAttempts)
	})
}

func TestEnqueue_RefusesArgumentsThatAreNoJSON(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		err := s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
			return jobs.Enqueue(tx, jobs.Job{Kind: "bad", Args: make(chan int)})
		})
		assert.ErrorContains(t, err, "arguments of the job bad")
	})
}

func TestUniqueKey_LetsOneWaitInEachOrganization(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		mine, theirs := organization(t, s, &noon), organization(t, s, &noon)
		key := func(name string) jobs.Job {
			job := note(name, noon.Add(time.Hour))
			job.UniqueKey = "once"
			return job
		}
		enqueue(t, s, mine, key("first"), key("second"))
		enqueue(t, s, theirs, key("third"))
		assert.Len(t, jobsOf(t, s, mine, "note"), 1)
		assert.Len(t, jobsOf(t, s, theirs, "note"), 1)
	})
}

// A periodic job enqueues its successor under its own key while it runs.
func TestUniqueKey_IsFreeForTheJobsOwnSuccessor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var log diary
		periodic := func(at time.Time) jobs.Job {
			job := note("beat", at)
			job.UniqueKey = "beat"
			return job
		}
		r := runner(t, s, jobs.Workers{"note": log.noting(func(tx *store.Tx, _ string) error {
			return jobs.Enqueue(tx, periodic(tx.Now().Add(24*time.Hour)))
		})})
		enqueue(t, s, org, periodic(noon.Add(24*time.Hour)))
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(72*time.Hour)))
		assert.Len(t, log.read(), 3)
		waiting := jobsOf(t, s, org, "note")[3]
		assert.Equal(t, store.JobAvailable, waiting.State)
		assert.True(t, waiting.ScheduledAt.Equal(noon.Add(96*time.Hour)))
	})
}

func TestReschedule_MovesTheWaitingJobOrAddsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		move := func(to time.Time) (due bool) {
			err := s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
				job := note("moved", to)
				job.UniqueKey = "moved"
				defer func() { due = tx.WorkDue() }()
				return jobs.Reschedule(tx, job)
			})
			require.NoError(t, err)
			return due
		}
		for _, at := range []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour), noon} {
			assert.Equal(t, at.Equal(noon), move(at), "the transaction knows whether work is due at once")
			list := jobsOf(t, s, org, "note")
			require.Len(t, list, 1)
			assert.True(t, list[0].ScheduledAt.Equal(at))
		}
	})
}

// A job that is moved is another one: it has all its attempts before it.
func TestMovedJob_BeginsItsAttemptsAnew(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		for name, move := range map[string]func(*store.Tx, jobs.Job) error{"reschedule": jobs.Reschedule, "hasten": jobs.Hasten} {
			org := organization(t, s, nil)
			r := runner(t, s, jobs.Workers{"bad": {Run: func(*store.Tx, store.Job) error { return errBroken }}})
			job := jobs.Job{Kind: "bad", UniqueKey: "bad", MaxAttempts: 2}
			enqueue(t, s, org, job)
			require.NoError(t, r.RunDue(t.Context(), org))
			require.Equal(t, 1, jobsOf(t, s, org, "bad")[0].Attempt, name)

			require.NoError(t, s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error { return move(tx, job) }))
			assert.Equal(t, 0, jobsOf(t, s, org, "bad")[0].Attempt, name)
			require.NoError(t, r.RunDue(t.Context(), org))
			moved := jobsOf(t, s, org, "bad")[0]
			assert.Equal(t, 1, moved.Attempt, name)
			assert.Equal(t, store.JobAvailable, moved.State, "%s: it has another attempt", name)
		}
	})
}

func TestHasten_NeverMovesAJobBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		for _, c := range []struct{ to, want time.Time }{
			{noon.Add(2 * time.Hour), noon.Add(2 * time.Hour)},
			{noon.Add(3 * time.Hour), noon.Add(2 * time.Hour)},
			{noon.Add(time.Hour), noon.Add(time.Hour)},
			{noon.Add(-time.Hour), noon},
			{noon.Add(time.Hour), noon},
		} {
			err := s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
				job := note("hastened", c.to)
				job.UniqueKey = "hastened"
				return jobs.Hasten(tx, job)
			})
			require.NoError(t, err)
			list := jobsOf(t, s, org, "note")
			require.Len(t, list, 1)
			assert.True(t, list[0].ScheduledAt.Equal(c.want), "%s: %s", c.to, list[0].ScheduledAt)
		}
	})
}

func TestRunDue_TakesInstantThenPriorityThenCreation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		urgent := note("urgent", noon)
		urgent.Priority = -1
		enqueue(t, s, org, note("first", noon), note("second", noon), urgent, note("later", noon.Add(time.Second)))
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, []string{"urgent", "first", "second"}, log.names())
		for _, job := range jobsOf(t, s, org, "note")[:3] {
			assert.Equal(t, store.JobCompleted, job.State)
			assert.Equal(t, 1, job.Attempt)
			require.NotNil(t, job.FinalizedAt)
			assert.True(t, job.FinalizedAt.Equal(noon))
		}
	})
}

func TestRunDue_KnowsNoSuchOrganization(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		assert.ErrorIs(t, runner(t, s, nil).RunDue(t.Context(), store.NewID()), store.ErrNotFound)
	})
}

func TestSettle_DoesWhatTheCommittedTransactionLeftDue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		frozen, running := organization(t, s, &noon), organization(t, s, nil)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		for _, org := range []struct {
			id   string
			jobs []jobs.Job
			want []string
		}{
			{id: "nothing due", jobs: []jobs.Job{note("later", noon.Add(time.Minute))}, want: []string{}},
			{id: "due at once", jobs: []jobs.Job{note("now", time.Time{})}, want: []string{"now"}},
		} {
			var committed *store.Tx
			require.NoError(t, s.Write(t.Context(), byRequest(frozen), func(tx *store.Tx) error {
				committed = tx
				return jobs.Enqueue(tx, org.jobs[0])
			}))
			require.NoError(t, r.Settle(t.Context(), committed))
			assert.Equal(t, org.want, log.names(), org.id)
		}
		var committed *store.Tx
		require.NoError(t, s.Write(t.Context(), byRequest(running), func(tx *store.Tx) error {
			committed = tx
			return jobs.Enqueue(tx, note("on real time", time.Time{}))
		}))
		require.NoError(t, r.Settle(t.Context(), committed))
		assert.Equal(t, []string{"now"}, log.names(), "on real time Run does it")
	})
}
