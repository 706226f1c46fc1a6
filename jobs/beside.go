package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/store"
)

const (
	// callsAtOnce is how many calls Run makes at a time, callsOfOne how many of them for
	// one organization: whoever is called and does not answer holds up neither other
	// organizations nor any other work.
	callsAtOnce = 128
	callsOfOne  = 12
)

// beside are the calls that Run makes beside all other work.
type beside struct {
	mu    sync.Mutex
	count int
	// of counts the calls of each organization.
	of map[uuid.UUID]int
	// seen is when jobs of frozen clocks were first found due, by their identifiers.
	seen map[uuid.UUID]time.Time
}

func newBeside() *beside {
	return &beside{of: map[uuid.UUID]int{}, seen: map[uuid.UUID]time.Time{}}
}

// full reports whether no further call can be made for an organization.
func (b *beside) full(organization uuid.UUID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count >= callsAtOnce || b.of[organization] >= callsOfOne
}

func (b *beside) begin(organization uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count++
	b.of[organization]++
}

func (b *beside) end(organization uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count--
	if b.of[organization]--; b.of[organization] == 0 {
		delete(b.of, organization)
	}
}

// forgetSeen is after which time it is forgotten that a job was found due.
const forgetSeen = time.Hour

// overdue reports whether a job was found due that long ago.
func (b *beside) overdue(job uuid.UUID, after time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	first, known := b.seen[job]
	if known {
		return clock.Since(first) >= after
	}
	for id, at := range b.seen {
		if clock.Since(at) > forgetSeen {
			delete(b.seen, id)
		}
	}
	b.seen[job] = clock.Monotonic()
	return after <= 0
}

// unable are the jobs that Run cannot begin now, because they make calls of which there
// are enough.
func (r *Runner) unable(organization uuid.UUID) store.PassedOver {
	var over store.PassedOver
	if !r.calls.full(organization) {
		return over
	}
	for kind, worker := range r.workers {
		if worker.Outside != nil {
			over.Kinds = append(over.Kinds, kind)
		}
	}
	return over
}

// takeForRun is takeDue for Run. While a clock is frozen, whoever made a call due makes it
// too, if that is waited for; Run takes over what is left when the wait must be over.
func (r *Runner) takeForRun(tx *store.Tx, over store.PassedOver) (job store.Job, found bool, err error) {
	for {
		job, found, err = r.takeDue(tx, over)
		if err != nil || !found || tx.Organization().FrozenAt == nil {
			return job, found, err
		}
		outside := r.workers[job.Kind].Outside
		if outside == nil || outside.Patience == nil || r.calls.overdue(job.ID, *outside.Patience) {
			return job, found, err
		}
		over = over.With(job)
	}
}

// callBeside makes the call of a job beside everything else that is due.
func (r *Runner) callBeside(ctx context.Context, job store.Job, call Call) error {
	r.calls.begin(job.OrganizationID)
	r.calling.Go(func() {
		defer r.calls.end(job.OrganizationID)
		if err := r.finish(ctx, job, call); err != nil && !errors.Is(err, store.ErrNotFound) {
			r.log.ErrorContext(ctx, "what a call has come to cannot be kept", append(describe(job), "error", err)...)
		}
	})
	return nil
}

// Wait waits for the calls that are made beside other work.
func (r *Runner) Wait() { r.calling.Wait() }
