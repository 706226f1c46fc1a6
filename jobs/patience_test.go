package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/jobs"
	"tarn/store"
)

// patient are the workers of a caller that is waited for so long.
func (c *caller) patient(limit time.Duration) jobs.Workers {
	workers := c.workers()
	workers["call"].Outside.Patience = &limit
	return workers
}

// keyed is a call with a unique key.
func keyed(key string) jobs.Job { return jobs.Job{Kind: "call", UniqueKey: key} }

// A clock that moves waits for a call for a while. Then it goes on without it, and does
// not wait for its key again.
func TestPatience_IsOverForAKey(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		answer := make(chan struct{})
		var c caller
		c.call = func(context.Context) error {
			if c.called.Load() == 1 {
				<-answer
			}
			return nil
		}
		r := runner(t, s, c.patient(time.Second))
		enqueue(t, s, org, keyed("slow"), keyed("prompt"))
		begun := clock.Monotonic()
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(time.Hour)))
		assert.Equal(t, time.Second, clock.Since(begun))
		assert.Equal(t, [3]int32{2, 2, 1}, c.counts(), "the other key is done")
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(time.Hour), now)
		close(answer)
		r.Wait()
		assert.Equal(t, [3]int32{2, 2, 2}, c.counts(), "what comes late is kept")
	})
}

// Who has made a clock wait too long is called without a wait, until a call has come in
// time.
func TestPatience_ReturnsWhenACallComesInTime(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		takes := time.Minute / 2
		c := caller{call: func(context.Context) error { <-time.After(takes); return nil }}
		r := runner(t, s, c.patient(time.Second))
		moved := 0
		move := func() time.Duration {
			t.Helper()
			enqueue(t, s, org, keyed("one"))
			begun := clock.Monotonic()
			moved++
			require.NoError(t, r.Advance(t.Context(), org, noon.Add(time.Duration(moved)*time.Hour)))
			return clock.Since(begun)
		}
		assert.Equal(t, time.Second, move(), "the first one waits")
		r.Wait()
		assert.Less(t, move(), 100*time.Millisecond, "it is called, and not waited for")
		r.Wait()
		assert.Equal(t, [3]int32{2, 2, 2}, c.counts())
		takes = time.Second / 2
		assert.Less(t, move(), 100*time.Millisecond, "nobody knows yet that it has come to itself")
		r.Wait()
		assert.Equal(t, time.Second/2, move(), "waited for again")
		assert.Equal(t, [3]int32{4, 4, 4}, c.counts())
		takes = time.Minute / 2
		move()
		r.Wait()
		takes = 0
		move()
		r.Wait()
		takes = time.Second / 2
		assert.Equal(t, takes, move(), "a call may come in time before anybody has looked")
	})
}

// A clock waits for a call that somebody else makes just as long.
func TestPatience_IsOverForTheCallsOfOthers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		calls, answer := make(chan struct{}), make(chan struct{})
		c := caller{call: func(context.Context) error { close(calls); <-answer; return nil }}
		other, r := runner(t, s, c.patient(time.Minute)), runner(t, s, c.patient(time.Second))
		enqueue(t, s, org, keyed("slow"))
		var working sync.WaitGroup
		working.Go(func() { assert.NoError(t, other.RunDue(t.Context(), org)) })
		<-calls
		begun := clock.Monotonic()
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(time.Hour)))
		assert.InDelta(t, time.Second, clock.Since(begun), float64(100*time.Millisecond))
		close(answer)
		working.Wait()
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
	})
}

// On a frozen clock Run takes over a call only when nobody waits for it any more.
func TestPatience_KeepsRunFromTheCallsOfOthers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var c caller
		var log diary
		workers := c.patient(10 * time.Second)
		workers["note"] = log.noting(nil)
		enqueue(t, s, org, keyed("left"), note("behind it", time.Time{}))
		stop := running(t, runner(t, s, workers))
		defer stop()
		<-time.After(5 * time.Second)
		assert.Equal(t, []string{"behind it"}, log.names())
		assert.Equal(t, [3]int32{}, c.counts())
		<-time.After(6 * time.Second)
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
	})
}

// Without patience only Run makes calls.
func TestPatience_CanBeNone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var c caller
		r := runner(t, s, c.patient(0))
		enqueue(t, s, org, keyed("left"))
		require.NoError(t, r.RunDue(t.Context(), org))
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(time.Hour)))
		assert.Equal(t, [3]int32{}, c.counts())
		stop := running(t, r)
		defer stop()
		<-time.After(time.Second)
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
	})
}

// However many calls of an organization do not return, those of others are made, and all
// other work is done.
func TestRun_KeepsSlotsForOtherOrganizations(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		stuck, other := organization(t, s, nil), organization(t, s, nil)
		answer := make(chan struct{})
		var c caller
		var log diary
		var hanging atomic.Int32
		workers := jobs.Workers{"note": log.noting(nil), "call": c.workers()["call"]}
		workers["hang"] = jobs.Worker{Outside: &jobs.Outside{Limit: time.Hour, Begin: func(*store.Tx, store.Job) (jobs.Call, error) {
			hanging.Add(1)
			return func(context.Context) (func(*store.Tx) error, error) {
				<-answer
				return func(*store.Tx) error { return nil }, nil
			}, nil
		}}}
		for i := range 30 {
			enqueue(t, s, stuck, jobs.Job{Kind: "hang", UniqueKey: fmt.Sprint(i)})
		}
		enqueue(t, s, stuck, note("mine", time.Time{}))
		enqueue(t, s, other, keyed("theirs"), note("theirs", time.Time{}))
		stop := running(t, runner(t, s, workers))
		<-time.After(5 * time.Second)
		assert.ElementsMatch(t, []string{"mine", "theirs"}, log.names())
		assert.Equal(t, [3]int32{1, 1, 1}, c.counts())
		assert.Equal(t, int32(12), hanging.Load(), "its share")
		close(answer)
		<-time.After(5 * time.Second)
		assert.Equal(t, int32(30), hanging.Load(), "the others come when there is room")
		stop()
	})
}
