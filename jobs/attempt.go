package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"tarn/store"
)

// longestPause bounds the pause before another attempt.
const longestPause = 24 * time.Hour

// panicked is a panic of a worker on its way to the log.
type panicked struct {
	cause any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }

// scopeOf is on whose behalf jobs of an organization run.
func scopeOf(organization uuid.UUID) store.Scope {
	return store.Scope{Organization: organization, Source: store.SourceSystem}
}

// doNext does the first due job of an organization. Found is false when none is
// due. A job that has begun is finished even when ctx ends.
func (r *Runner) doNext(ctx context.Context, organization uuid.UUID) (found bool, err error) {
	ctx = context.WithoutCancel(ctx)
	limited, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	var job store.Job
	var failure error
	err = r.store.Write(limited, scopeOf(organization), func(tx *store.Tx) (err error) {
		failure = nil
		if job, found, err = tx.DueJob(); err != nil || !found {
			return err
		}
		failure = r.perform(tx, job)
		return failure
	})
	if failure != nil && err != nil {
		return true, r.fail(ctx, job, failure)
	}
	return found, err
}

// perform finishes a job's row and does its work. The row comes first, so that
// the work may enqueue another job under the same unique key.
func (r *Runner) perform(tx *store.Tx, job store.Job) error {
	worker, known := r.workers[job.Kind]
	if !known {
		return fmt.Errorf("no worker for jobs of kind %q", job.Kind)
	}
	now := tx.Now()
	done := job
	done.State, done.Attempt, done.FinalizedAt = store.JobCompleted, job.Attempt+1, &now
	if err := tx.UpdateJob(&done); err != nil {
		return err
	}
	return guarded(func() error { return worker.Run(tx, job) })
}

// fail counts a failed attempt, and decides whether there will be another.
func (r *Runner) fail(ctx context.Context, job store.Job, failure error) error {
	r.report(ctx, job, failure)
	return r.store.Write(ctx, scopeOf(job.OrganizationID), func(tx *store.Tx) error {
		current, err := tx.JobByID(job.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if current.State != store.JobAvailable || current.Attempt != job.Attempt {
			return nil // another process has had its own attempt meanwhile
		}
		now := tx.Now()
		current.Attempt++
		current.Errors = append(current.Errors, failure.Error())
		discarded := current.Attempt >= current.MaxAttempts
		if discarded {
			current.State, current.FinalizedAt = store.JobDiscarded, &now
		} else if tx.Organization().FrozenAt == nil {
			current.ScheduledAt = now.Add(pause(current.Attempt))
		}
		if err := tx.UpdateJob(&current); err != nil {
			return err
		}
		if tell := r.workers[job.Kind].Discarded; discarded && tell != nil {
			return guarded(func() error { return tell(tx, current) })
		}
		return nil
	})
}

func (r *Runner) report(ctx context.Context, job store.Job, failure error) {
	attrs := []any{
		"organization_id", job.OrganizationID, "job_id", job.ID, "kind", job.Kind,
		"attempt", job.Attempt + 1, "max_attempts", job.MaxAttempts, "error", failure,
	}
	var p *panicked
	if errors.As(failure, &p) {
		attrs = append(attrs, "stack", string(p.stack))
	}
	r.log.ErrorContext(ctx, "job failed", attrs...)
}

// guarded turns a panic of work into an error.
func guarded(work func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &panicked{cause: cause, stack: debug.Stack()}
		}
	}()
	return work()
}

// pause is how long a job waits after so many failed attempts: a second, then
// 16, 81 and so on by the fourth power.
func pause(attempts int) time.Duration {
	n := min(time.Duration(attempts), 100)
	return min(n*n*n*n*time.Second, longestPause)
}
