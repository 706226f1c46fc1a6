package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/jobs"
	"tarn/store"
)

// Requests that follow each other without a pause never keep due work, or the
// move of a clock, from its turn: it ends while they go on.
func TestDueWork_EndsWhileOthersWriteWithoutAPause(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		for name, start := range map[string]*time.Time{"frozen": &noon, "real": nil} {
			t.Run(name, func(t *testing.T) {
				org := organization(t, s, start)
				var log diary
				r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
				now, _ := timeOf(t, s, org)
				for i := range 20 {
					enqueue(t, s, org, note(fmt.Sprint(i), now.Add(time.Duration(i)*time.Microsecond)))
				}
				wrote := make(chan struct{})
				ctx, stop := context.WithCancel(t.Context())
				var writing sync.WaitGroup
				for w := range 8 {
					writing.Go(func() {
						for ctx.Err() == nil {
							assert.NoError(t, s.Write(context.WithoutCancel(ctx), byRequest(org), func(tx *store.Tx) error {
								for i := range 10 {
									job := note("of a request", clock.Real().Now().AddDate(10, 0, 0))
									job.UniqueKey = fmt.Sprint(w, i)
									if err := jobs.Reschedule(tx, job); err != nil {
										return err
									}
								}
								return nil
							}))
							select {
							case wrote <- struct{}{}:
							default: // nobody waits for it yet
							}
						}
					})
				}
				patience, lost := context.WithTimeout(t.Context(), time.Minute)
				defer lost()
				var err error
				if start != nil {
					err = r.Advance(patience, org, noon.Add(time.Hour))
				} else {
					err = r.RunDue(patience, org)
				}
				<-wrote // they go on
				stop()
				writing.Wait()
				require.NoError(t, err)
				assert.Len(t, log.names(), 20)
			})
		}
	})
}

// A request locks what it changes and then moves the job that depends on it;
// due work takes the same way, so that neither costs the other its transaction.
func TestDueWork_LocksInTheOrderOfRequests(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		held, asked := make(chan struct{}), make(chan struct{})
		var log diary
		worker := log.noting(nil)
		worker.Lock = func(tx *store.Tx, _ store.Job) error {
			close(asked) // panics when it is tried again
			return tx.LockOrganization()
		}
		job := note("moved", time.Time{})
		job.UniqueKey = "moved"
		enqueue(t, s, org, job)
		var moving sync.WaitGroup
		moving.Go(func() {
			assert.NoError(t, s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
				if err := tx.LockOrganization(); err != nil {
					return err
				}
				close(held) // panics when it is tried again
				if s.Dialect() == store.Postgres {
					<-asked
				}
				job.At = tx.Now().Add(time.Hour)
				return jobs.Reschedule(tx, job)
			}))
		})
		<-held
		require.NoError(t, runner(t, s, jobs.Workers{"note": worker}).RunDue(t.Context(), org))
		moving.Wait()
		assert.Empty(t, log.names(), "the job has been moved")
		row := jobsOf(t, s, org, "note")[0]
		assert.Equal(t, store.JobAvailable, row.State)
		assert.Empty(t, row.Errors)
	})
}
