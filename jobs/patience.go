package jobs

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/store"
)

// patience is what somebody who lets due work be done waits for.
type patience struct {
	runner *Runner
	// over are the jobs that are not waited for any more, and not begun either.
	over store.PassedOver
	// waited is how long a leased job was waited for, by its name.
	waited map[string]time.Duration
}

func (r *Runner) newPatience() *patience {
	p := &patience{runner: r, waited: map[string]time.Duration{}}
	for kind, worker := range r.workers {
		if worker.Outside != nil && worker.Outside.Patience != nil && *worker.Outside.Patience <= 0 {
			p.over.Kinds = append(p.over.Kinds, kind)
		}
	}
	return p
}

// limit is for how long a job is waited for; bounded is false for as long as it takes.
func (p *patience) limit(job store.Job) (limit time.Duration, bounded bool) {
	outside := p.runner.workers[job.Kind].Outside
	if outside == nil || outside.Patience == nil {
		return 0, false
	}
	if p.runner.slow.is(job) {
		return 0, true
	}
	return *outside.Patience, true
}

// finish makes the call of a job. If it takes too long, it goes on beside.
func (p *patience) finish(ctx context.Context, job store.Job, call Call) error {
	limit, bounded := p.limit(job)
	if !bounded {
		return p.runner.finish(ctx, job, call)
	}
	done := make(chan error, 1)
	p.runner.calling.Go(func() { done <- p.runner.finish(ctx, job, call) })
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		p.giveUp(job, limit)
		return nil
	}
}

// giveUp passes over a job from now on. If it was waited for, nobody waits for the next one
// under its key; otherwise that is so already, unless the call has come in time meanwhile.
func (p *patience) giveUp(job store.Job, waited time.Duration) {
	p.over = p.over.With(job)
	if waited > 0 {
		p.runner.slow.set(job, true)
	}
}

// wait passes the time until a leased job may have been finished.
func (p *patience) wait(ctx context.Context, job store.Job) error {
	begun := clock.Monotonic()
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	name := nameOf(job)
	p.waited[name] += clock.Since(begun)
	if limit, bounded := p.limit(job); bounded && p.waited[name] > limit {
		p.giveUp(job, limit)
	}
	return nil
}

// slow are the calls that took longer than they are waited for. They are begun like all
// others, but nobody waits for them until one has come in time: otherwise an endpoint that
// never answers would cost every move of a clock the whole wait. It is safe for concurrent
// use.
type slow struct {
	mu    sync.Mutex
	calls map[slowCall]bool
}

// slowCall names calls that take alike: an organization's jobs under one unique key, or of
// one kind if they have none.
type slowCall struct {
	organization uuid.UUID
	name         string
}

func slowCallOf(job store.Job) slowCall { return slowCall{job.OrganizationID, nameOf(job)} }

func (s *slow) is(job store.Job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[slowCallOf(job)]
}

func (s *slow) set(job store.Job, isSlow bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if isSlow {
		s.calls[slowCallOf(job)] = true
	} else {
		delete(s.calls, slowCallOf(job))
	}
}

// nameOf is a job's unique key, or its kind if it has none.
func nameOf(job store.Job) string {
	if job.UniqueKey != nil {
		return *job.UniqueKey
	}
	return job.Kind
}
