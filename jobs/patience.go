package jobs

import (
	"context"
	"time"

	"tarn/clock"
	"tarn/store"
)

// patience is what somebody who lets due work be done waits for.
type patience struct {
	runner *Runner
	// over are the jobs that are not waited for any more, and not begun either.
	over store.PassedOver
	// waited is how long a leased job was waited for, by its unique key.
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
		p.giveUp(job)
		return nil
	}
}

// giveUp passes over a job from now on.
func (p *patience) giveUp(job store.Job) {
	p.over = p.over.With(job)
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
	key := job.Kind
	if job.UniqueKey != nil {
		key = *job.UniqueKey
	}
	p.waited[key] += clock.Since(begun)
	if limit, bounded := p.limit(job); bounded && p.waited[key] > limit {
		p.giveUp(job)
	}
	return nil
}
