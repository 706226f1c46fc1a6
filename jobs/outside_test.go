package jobs_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/jobs"
	"tarn/store"
)

// caller is a worker that calls somebody and counts what happens.
type caller struct {
	begun, called, kept atomic.Int32
	// call is what the call does; nil is nothing.
	call func(ctx context.Context) error
}

func (c *caller) workers() jobs.Workers {
	return jobs.Workers{"call": {Outside: &jobs.Outside{Limit: time.Minute, Begin: func(*store.Tx, store.Job) (jobs.Call, error) {
		c.begun.Add(1)
		return func(ctx context.Context) (func(tx *store.Tx) error, error) {
			c.called.Add(1)
			if c.call != nil {
				if err := c.call(ctx); err != nil {
					return nil, err
				}
			}
			return func(*store.Tx) error { c.kept.Add(1); return nil }, nil
		}, nil
	}}}}
}

func (c *caller) counts() [3]int32 { return [3]int32{c.begun.Load(), c.called.Load(), c.kept.Load()} }

var theCall = jobs.Job{Kind: "call"}

func TestOutside_CallsBetweenTwoTransactions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var c caller
		r := runner(t, s, c.workers())
		c.call = func(ctx context.Context) error { // a transaction of its own, which would wait for an open one
			return s.Write(ctx, byRequest(org), func(*store.Tx) error { return nil })
		}
		enqueue(t, s, org, theCall)
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
		assert.Equal(t, store.JobCompleted, jobsOf(t, s, org, "call")[0].State)
	})
}

func TestOutside_FinishesWhatHasNothingToCall(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		r := runner(t, s, jobs.Workers{"call": {Outside: &jobs.Outside{Limit: time.Minute, Begin: jobs.Beginning(
			func(*store.Tx, struct{}) (jobs.Call, error) { return nil, nil },
		)}}})
		enqueue(t, s, org, theCall)
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, store.JobCompleted, jobsOf(t, s, org, "call")[0].State)
	})
}

func TestOutside_CountsCallsThatFail(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("planned") },
		"panic": func(context.Context) error { panic("planned") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, s *store.Store) {
				org := organization(t, s, &noon)
				c := caller{call: failure}
				r := runner(t, s, c.workers())
				enqueue(t, s, org, jobs.Job{Kind: "call", MaxAttempts: 3})
				require.NoError(t, r.RunDue(t.Context(), org))
				assert.Equal(t, [3]int32{3, 3, 0}, c.counts())
				job := jobsOf(t, s, org, "call")[0]
				assert.Equal(t, store.JobDiscarded, job.State)
				assert.Nil(t, job.LeasedUntil)
				assert.Len(t, job.Errors, 3)
			})
		})
	}
}

// While one runner calls, no other one does: whoever does what is due waits for the
// outcome, and so does a clock that moves.
func TestOutside_LeasesTheJob(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		calls, answer := make(chan struct{}), make(chan struct{})
		c := caller{call: func(context.Context) error {
			calls <- struct{}{}
			<-answer
			return nil
		}}
		r, other := runner(t, s, c.workers()), runner(t, s, c.workers())
		enqueue(t, s, org, theCall)
		var working sync.WaitGroup
		working.Go(func() { assert.NoError(t, r.RunDue(t.Context(), org)) })
		<-calls
		working.Go(func() {
			assert.NoError(t, other.RunDue(t.Context(), org))
			assert.Equal(t, [3]int32{1, 1, 1}, c.counts(), "what is due is done when the call is kept")
		})
		working.Go(func() {
			assert.NoError(t, other.Advance(t.Context(), org, noon.Add(time.Hour)))
			assert.Equal(t, [3]int32{1, 1, 1}, c.counts(), "the clock moves when the call is kept")
		})
		close(answer)
		working.Wait()
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(time.Hour), now)
	})
}

// A call that is waited for only so long may call back: whoever does passes over it.
func TestOutside_PassesOverWhatOthersCallPatiently(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var c caller
		workers, patience := c.workers(), time.Minute
		workers["call"].Outside.Patience = &patience
		r, other := runner(t, s, workers), runner(t, s, workers)
		c.call = func(ctx context.Context) error { return other.RunDue(ctx, org) }
		enqueue(t, s, org, theCall)
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
	})
}

// A process that dies while it calls leaves a lease behind. When that is over, the job
// is begun again; what the first one brings after that is not kept.
func TestOutside_BeginsAgainWhenTheLeaseIsOver(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		first, late := make(chan struct{}), make(chan struct{})
		c := caller{}
		c.call = func(context.Context) error {
			if c.called.Load() == 1 {
				close(first)
				<-late
			}
			return nil
		}
		enqueue(t, s, org, theCall)
		dying, next := runner(t, s, c.workers()), runner(t, s, c.workers())
		var working sync.WaitGroup
		working.Go(func() { assert.NoError(t, dying.RunDue(t.Context(), org)) })
		<-first
		stop := running(t, next)
		<-time.After(30 * time.Second)
		assert.Equal(t, [3]int32{1, 1, 0}, c.counts(), "leased")
		<-time.After(2 * time.Minute)
		assert.Equal(t, [3]int32{2, 2, 1}, c.counts(), "begun again")
		close(late)
		working.Wait()
		stop()
		assert.Equal(t, [3]int32{2, 2, 1}, c.counts(), "kept once")
	})
}

// On real time a call that takes long holds up nothing else of its organization.
func TestOutside_HoldsUpNobody(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		answer := make(chan struct{})
		c := caller{call: func(context.Context) error { <-answer; return nil }}
		workers := c.workers()
		done := make(chan struct{})
		workers["note"] = jobs.Worker{Run: func(*store.Tx, store.Job) error { close(done); return nil }}
		r := runner(t, s, workers)
		enqueue(t, s, org, theCall, jobs.Job{Kind: "note"})
		stop := running(t, r)
		<-done
		close(answer)
		stop()
		assert.Equal(t, int32(1), c.kept.Load(), "Run ends when its calls have")
	})
}
