package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

// queue lets transactions wait behind one that holds the only turn, and tells
// in which order they had theirs.
func queue(t *testing.T, turns *store.Turns, waiting string) (order string) {
	t.Helper()
	end, err := turns.Begin(t.Context(), waiting[0] == 'D')
	require.NoError(t, err)
	var mu sync.Mutex
	for i, kind := range waiting[1:] {
		go func() {
			end, err := turns.Begin(t.Context(), kind == 'D')
			assert.NoError(t, err)
			mu.Lock()
			order += fmt.Sprintf("%c%d ", kind, i)
			mu.Unlock()
			end()
		}()
		synctest.Wait()
	}
	end()
	synctest.Wait()
	return order
}

func TestTurns_AlternateBetweenRequestsAndDueWork(t *testing.T) {
	t.Parallel()
	for waiting, order := range map[string]string{
		"RRRRDD": "D3 R0 D4 R1 R2 ", // due work waits for one request, then takes every other turn
		"DDDDRR": "R3 D0 R4 D1 D2 ",
		"RRR":    "R0 R1 ",
		"DDD":    "D0 D1 ",
		"RDDR":   "D0 R2 D1 ",
	} {
		synctest.Test(t, func(t *testing.T) {
			turns := store.NewTurns(1)
			assert.Equal(t, order, queue(t, turns, waiting), waiting)
			assert.Equal(t, order, queue(t, turns, waiting), "%s: the turn is free again", waiting)
		})
	}
}

// Due work learns of requests that waited for it, and of none once they are served.
func TestTurns_KnowWhetherDueWorkDelaysRequests(t *testing.T) {
	t.Parallel()
	for waiting, want := range map[string][2]bool{ // while the first has its turn, and at the turn of due work that follows
		"DD": {false, false},
		"DR": {true, false},
		"RD": {false, false},
		"RR": {true, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			turns := store.NewTurns(1)
			end, err := turns.Begin(t.Context(), waiting[0] == 'D')
			require.NoError(t, err)
			go func() {
				end, err := turns.Begin(t.Context(), waiting[1] == 'D')
				assert.NoError(t, err)
				end()
			}()
			synctest.Wait()
			assert.Equal(t, want[0], turns.Delays(), waiting)
			end()
			synctest.Wait()
			end, err = turns.Begin(t.Context(), true)
			require.NoError(t, err)
			assert.Equal(t, want[1], turns.Delays(), waiting)
			end()
		})
	}
}

// Who stops waiting leaves neither a gap nor a turn behind.
func TestTurns_OfThoseThatGoAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := store.NewTurns(1)
		end, err := turns.Begin(t.Context(), false)
		require.NoError(t, err)
		ctx, leave := context.WithCancel(t.Context())
		for _, dueWork := range []bool{false, true} {
			go func() {
				_, err := turns.Begin(ctx, dueWork)
				assert.ErrorIs(t, err, context.Canceled)
			}()
		}
		began := false
		go func() {
			end, err := turns.Begin(t.Context(), false)
			assert.NoError(t, err)
			began = true
			end()
		}()
		synctest.Wait()
		leave()
		synctest.Wait()
		assert.False(t, began)
		end()
		synctest.Wait()
		assert.True(t, began)
		end, err = turns.Begin(t.Context(), true)
		require.NoError(t, err)
		end()
	})
}

// A turn that comes at the moment in which its transaction goes away is passed on.
func TestTurns_AreNeverLost(t *testing.T) {
	t.Parallel()
	turns := store.NewTurns(2)
	var trying sync.WaitGroup
	for i := range 8 {
		trying.Go(func() {
			for range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				go cancel()
				if end, err := turns.Begin(ctx, i%2 == 0); err == nil {
					end()
				}
			}
		})
	}
	trying.Wait()
	for range 2 {
		_, err := turns.Begin(t.Context(), false)
		require.NoError(t, err)
	}
}

// A transaction whose context has ended does not begin, and leaves no trace.
func TestWrite_WaitsForItsTurnNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	org := uuid.Must(uuid.NewV7())
	held, release := make(chan struct{}), make(chan struct{})
	var holding sync.WaitGroup
	holding.Go(func() {
		assert.NoError(t, s.System(t.Context(), func(*store.System) error {
			close(held)
			<-release
			return nil
		}))
	})
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Write(ctx, store.Scope{Organization: org, Source: store.SourceAPI}, func(*store.Tx) error {
		t.Error("it has begun")
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	close(release)
	holding.Wait()
}
