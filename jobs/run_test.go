package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/jobs"
	"tarn/store"
	"tarn/store/storetest"
)

// inBubble runs a test whose time passes when everybody waits.
func inBubble(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, url string) {
		synctest.Test(t, func(t *testing.T) {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			test(t, s)
		})
	})
}

// running starts Run and returns what ends it.
func running(t *testing.T, r *jobs.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func TestRun_DoesWorkWithinASecondOfItsTime(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		start := clock.Real().Now()
		running1, running2, frozen := organization(t, s, nil), organization(t, s, nil), organization(t, s, &start)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		enqueue(t, s, running1, note("at once", time.Time{}), note("in a minute", start.Add(time.Minute)))
		enqueue(t, s, running2, note("in ten seconds", start.Add(10*time.Second)))
		enqueue(t, s, frozen, note("left by a dead process", start), note("in frozen time", start.Add(time.Second)))
		stop := running(t, r)
		defer stop()
		<-time.After(2 * time.Minute)

		lines := log.read()
		slices.SortFunc(lines, func(a, b done) int { return a.due.Compare(b.due) })
		names := []string{}
		for _, line := range lines {
			names = append(names, line.name)
			assert.WithinRange(t, line.at, line.due, line.due.Add(time.Second), line.name)
		}
		assert.ElementsMatch(t, []string{"at once", "left by a dead process", "in ten seconds", "in a minute"}, names)
	})
}

func TestRun_FinishesTheJobItIsAt(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		begun, release := make(chan struct{}), make(chan struct{})
		r := runner(t, s, jobs.Workers{"slow": {Run: func(tx *store.Tx, _ store.Job) error {
			close(begun)
			<-release
			return tx.Context().Err()
		}}})
		enqueue(t, s, org, jobs.Job{Kind: "slow"})
		stop := running(t, r)
		<-begun
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			stop()
		}()
		synctest.Wait()
		select {
		case <-stopped:
			t.Fatal("Run ended before its job")
		default:
		}
		close(release)
		<-stopped
		assert.Equal(t, store.JobCompleted, jobsOf(t, s, org, "slow")[0].State)
	})
}

// A job that never ends is given up, and the others go on.
func TestRun_GivesUpOnAHangingJob(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		r := runner(t, s, jobs.Workers{"hanging": {Run: func(tx *store.Tx, _ store.Job) error {
			<-tx.Context().Done()
			return tx.Context().Err()
		}}})
		enqueue(t, s, org, jobs.Job{Kind: "hanging", MaxAttempts: 1})
		stop := running(t, r)
		defer stop()
		<-time.After(6 * time.Minute)
		job := jobsOf(t, s, org, "hanging")[0]
		assert.Equal(t, store.JobDiscarded, job.State)
		assert.Equal(t, []string{context.DeadlineExceeded.Error()}, job.Errors)
	})
}

// An organization with much to do does not keep the others waiting.
func TestRun_GivesEveryOrganizationItsTurn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		var busy []uuid.UUID
		for range 4 {
			org := organization(t, s, nil)
			busy = append(busy, org)
			list := make([]jobs.Job, 60)
			for i := range list {
				list[i] = note("busy", time.Time{})
			}
			enqueue(t, s, org, list...)
		}
		modest := organization(t, s, nil)
		enqueue(t, s, modest, note("modest", time.Time{}))
		var log diary
		stop := running(t, runner(t, s, jobs.Workers{"note": log.noting(nil)}))
		defer stop()
		<-time.After(time.Second)
		names := log.names()
		require.Len(t, names, len(busy)*60+1)
		assert.Less(t, slices.Index(names, "modest"), 4*20+1, "it waits for one turn of the others at most")
	})
}

// Two processes work on one database, also for one organization.
func TestRunDue_InSeveralProcessesDoesEachJobOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		var log diary
		workers := jobs.Workers{"note": log.noting(nil)}
		open := func() *store.Store {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		}
		stores := []*store.Store{open(), open()}
		orgs := []uuid.UUID{organization(t, stores[0], nil), organization(t, stores[0], &noon)}
		const each = 60
		for _, org := range orgs {
			list := make([]jobs.Job, each)
			for i := range list {
				list[i] = note(fmt.Sprintf("%s/%d", org, i), time.Time{})
			}
			enqueue(t, stores[0], org, list...)
		}
		var working sync.WaitGroup
		for _, s := range stores {
			for range 2 {
				for _, org := range orgs {
					working.Go(func() { assert.NoError(t, runner(t, s, workers).RunDue(t.Context(), org)) })
				}
			}
		}
		working.Wait()
		names := log.names()
		slices.Sort(names)
		assert.Len(t, slices.Compact(names), len(orgs)*each)
		assert.Len(t, log.names(), len(orgs)*each, "nothing is done twice")
	})
}
