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
