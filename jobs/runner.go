package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"tarn/store"
)

const (
	// pollEvery is how often Run looks for due work.
	pollEvery = 500 * time.Millisecond
	// turnLength is how many jobs of an organization are done before the
	// others have their turn.
	turnLength = 20
	// sideBySide is for how many organizations one process works at a time.
	sideBySide = 4
	// longest is the time after which a job is given up as hanging.
	longest = 5 * time.Minute
)

// Runner does due work. It is safe for concurrent use, also by several
// processes on one database.
type Runner struct {
	store   *store.Store
	workers Workers
	log     *slog.Logger
	// calling are the calls that are made beside other work; calls counts those of Run.
	calling sync.WaitGroup
	calls   *beside
	slow    slow
	// failures counts failed attempts, for those who watch.
	failures *prometheus.CounterVec
}

// NewRunner makes a runner; a nil log discards what goes wrong.
func NewRunner(s *store.Store, workers Workers, log *slog.Logger) *Runner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Runner{store: s, workers: workers, log: log, calls: newBeside(), slow: slow{calls: map[slowCall]bool{}}, failures: newFailures(workers)}
}

// RunDue does everything that is due at the organization's time, in order, and
// returns when nothing is left. A job that fails is no error of RunDue. When
// ctx ends it returns ctx's error, after the job it is at. It returns
// store.ErrNotFound for an organization that does not exist.
func (r *Runner) RunDue(ctx context.Context, organization uuid.UUID) error {
	return r.doAll(ctx, organization, r.takeDue)
}

// Settle does what a committed transaction left due: for an organization whose
// clock is frozen, a client shall find it done when its answer arrives. It
// costs nothing where the transaction added no such work. What it cannot do
// stays due.
func (r *Runner) Settle(ctx context.Context, committed *store.Tx) error {
	if !committed.WorkDue() || committed.Organization().FrozenAt == nil {
		return nil
	}
	return r.RunDue(ctx, committed.Organization().ID)
}

// Run does due work of all organizations, within a second of its time, until
// ctx ends; then it finishes the jobs it is at.
func (r *Runner) Run(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	defer r.calling.Wait()
	for ctx.Err() == nil {
		if r.round(ctx) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// round gives each organization with due work a turn, and reports whether some
// may have more.
func (r *Runner) round(ctx context.Context) (more bool) {
	var organizations []uuid.UUID
	err := r.store.SystemRead(ctx, func(sys *store.System) (err error) {
		organizations, err = sys.OrganizationsWithDueJobs()
		return err
	})
	if err != nil {
		if ctx.Err() == nil {
			r.log.ErrorContext(ctx, "due work cannot be looked for", "error", err)
		}
		return false
	}
	var anyMore atomic.Bool
	var working sync.WaitGroup
	slots := make(chan struct{}, sideBySide)
	for _, organization := range organizations {
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			if r.turn(ctx, organization) {
				anyMore.Store(true)
			}
		})
	}
	working.Wait()
	return anyMore.Load()
}

// turn does a few jobs of an organization and reports whether more may be due.
func (r *Runner) turn(ctx context.Context, organization uuid.UUID) bool {
	for done := 0; done < turnLength; {
		if ctx.Err() != nil {
			return false
		}
		more, err := r.doNext(ctx, organization, way{over: r.unable(organization), take: r.takeForRun, finish: r.callBeside})
		if errors.Is(err, store.ErrNotFound) {
			return false // it was deleted just now
		}
		if _, leased := errors.AsType[*leasedError](err); leased {
			return false // what follows it waits for it
		}
		if err != nil {
			r.log.ErrorContext(ctx, "due work cannot be done", "organization_id", organization, "error", err)
		}
		if err != nil || more == 0 {
			return false
		}
		done += more
	}
	return true
}
