package jobs_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/jobs"
	"tarn/store"
)

// grouping is a worker that notes jobs in the diary, and how many it has done
// together. Jobs of busy names cannot be locked; one of the name "bad" fails.
type grouping struct {
	diary

	busy  []string
	mu    sync.Mutex
	sizes []int
}

func (g *grouping) worker() jobs.Worker {
	one := g.noting(func(_ *store.Tx, name string) error {
		if name == "bad" {
			return errBroken
		}
		return nil
	})
	return jobs.Worker{Run: one.Run, Together: &jobs.Together{
		Lock: func(_ *store.Tx, due []store.Job) ([]store.Job, error) {
			return slices.DeleteFunc(due, func(job store.Job) bool { return slices.Contains(g.busy, nameOf(job)) }), nil
		},
		Run: func(tx *store.Tx, due []store.Job) error {
			g.mu.Lock()
			g.sizes = append(g.sizes, len(due))
			g.mu.Unlock()
			for _, job := range due {
				if err := one.Run(tx, job); err != nil {
					return err
				}
			}
			return nil
		},
	}}
}

// nameOf is the name that a job has for its argument.
func nameOf(job store.Job) string {
	var args named
	if err := json.Unmarshal(job.Args, &args); err != nil {
		return err.Error()
	}
	return args.Name
}

// Jobs of one kind and instant are done together, as far as nothing else comes
// between them, and the order of all stays what it is.
func TestTogether_KeepsTheOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var g grouping
		r := runner(t, s, jobs.Workers{"note": g.worker(), "other": g.noting(nil)})
		at := noon.Add(time.Hour)
		other := note("between", at)
		other.Kind = "other"
		enqueue(t, s, org, note("later", at.Add(time.Second)), note("one", at), note("two", at), note("three", at), other, note("four", at))
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(2*time.Hour)))
		assert.Equal(t, []string{"one", "two", "three", "between", "four", "later"}, g.names())
		assert.Equal(t, []int{3}, g.sizes)
		for _, line := range g.read() {
			assert.True(t, line.at.Equal(line.due), "%s has its own instant", line.name)
		}
		for _, job := range jobsOf(t, s, org, "note") {
			assert.Equal(t, store.JobCompleted, job.State)
			assert.Equal(t, 1, job.Attempt)
		}
	})
}

// Where one of several jobs fails, the others are done, each once, and it is tried
// again.
func TestTogether_FailsAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		for name, at := range map[string]*time.Time{"frozen": &noon, "real": nil} {
			org := organization(t, s, at)
			var g grouping
			kept := &diary{}
			worker := g.worker()
			run := worker.Run
			worker.Run = func(tx *store.Tx, job store.Job) error {
				require.NoError(t, jobs.Enqueue(tx, jobs.Job{Kind: "kept", Args: named{Name: nameOf(job)}}))
				return run(tx, job)
			}
			r := runner(t, s, jobs.Workers{"note": worker, "kept": kept.noting(nil)})
			bad := note("bad", time.Time{})
			bad.MaxAttempts = 2
			enqueue(t, s, org, note("one", time.Time{}), bad, note("two", time.Time{}))
			require.NoError(t, r.RunDue(t.Context(), org))
			assert.ElementsMatch(t, []string{"one", "two"}, kept.names(), name)
			failed := jobsOf(t, s, org, "note")[slices.IndexFunc(jobsOf(t, s, org, "note"), func(job store.Job) bool { return len(job.Errors) > 0 })]
			assert.Contains(t, failed.Errors, "broken")
			if at == nil {
				assert.Equal(t, store.JobAvailable, failed.State)
				assert.Equal(t, 1, failed.Attempt)
			} else {
				assert.Equal(t, store.JobDiscarded, failed.State)
			}
		}
	})
}

// A job whose locks somebody else has is not waited for: it is done by itself.
func TestTogether_LeavesWhatIsLocked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		g := grouping{busy: []string{"two"}}
		enqueue(t, s, org, note("one", time.Time{}), note("two", time.Time{}), note("three", time.Time{}))
		require.NoError(t, runner(t, s, jobs.Workers{"note": g.worker()}).RunDue(t.Context(), org))
		assert.Equal(t, []string{"one", "three", "two"}, g.names())
		assert.Equal(t, []int{2}, g.sizes)
	})
}

// Several processes share jobs that may be done together, and do each once.
func TestTogether_InSeveralProcesses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		const count = 300
		due := make([]jobs.Job, count)
		for i := range due {
			due[i] = note("job", time.Time{})
		}
		enqueue(t, s, org, due...)
		var g grouping
		var working sync.WaitGroup
		for range 3 {
			working.Go(func() {
				assert.NoError(t, runner(t, s, jobs.Workers{"note": g.worker()}).RunDue(t.Context(), org))
			})
		}
		working.Wait()
		assert.Len(t, g.names(), count)
		for _, job := range jobsOf(t, s, org, "note") {
			require.Equal(t, store.JobCompleted, job.State)
		}
	})
}
