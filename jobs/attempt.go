package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

const (
	// longestPause bounds the pause before another attempt.
	longestPause = 24 * time.Hour
	// errorsKept is how many failures a job remembers: the last ones.
	errorsKept = 20
	// errorLength bounds, in bytes, what is kept of one failure.
	errorLength = 2000
)

// scopeOf is on whose behalf jobs of an organization run.
func scopeOf(organization uuid.UUID) store.Scope {
	return store.Scope{Organization: organization, Source: store.SourceSystem}
}

// taking finds the next job to be done in its transaction; found is false when
// there is none.
type taking func(tx *store.Tx) (job store.Job, found bool, err error)

// errTaken is the error of a transaction whose job another process has done, or
// a request has moved, while it waited for the locks of the work.
var errTaken = errors.New("the job has been taken")

// takeDue takes the first job that is due at the organization's time. On real
// time, where others write meanwhile, the locks of its work come first.
func (r *Runner) takeDue(tx *store.Tx) (job store.Job, found bool, err error) {
	if tx.Organization().FrozenAt != nil {
		return tx.DueJob(tx.Now())
	}
	if job, found, err = tx.PeekDueJob(tx.Now()); err != nil || !found {
		return job, false, err
	}
	if lock := r.workers[job.Kind].Lock; lock != nil {
		if err := fault.Guard(func() error { return lock(tx, job) }); err != nil {
			return job, true, err
		}
	}
	claimed, err := tx.ClaimJob(job)
	if err == nil && !claimed {
		err = errTaken
	}
	return job, true, err
}

// doAll does jobs until none is found, or ctx ends.
func (r *Runner) doAll(ctx context.Context, organization uuid.UUID, take taking) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := r.doNext(ctx, organization, take)
		if err != nil || !found {
			return err
		}
	}
}

// doNext does one job of an organization, and reports whether there was one. A
// job that has begun is finished even when ctx ends. Whatever goes wrong from
// the taking of a job to its commit is a failure of that job alone, so that it
// cannot hold up the others.
func (r *Runner) doNext(ctx context.Context, organization uuid.UUID, take taking) (found bool, err error) {
	ctx = context.WithoutCancel(ctx)
	limited, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	var job store.Job
	err = r.store.Write(limited, scopeOf(organization), func(tx *store.Tx) (err error) {
		if job, found, err = take(tx); err != nil || !found {
			return err
		}
		return r.perform(tx, job)
	})
	var unreadable *store.UnreadableJobError
	switch {
	case errors.Is(err, errTaken):
		return true, nil
	case errors.As(err, &unreadable):
		return true, r.setAside(ctx, organization, unreadable)
	case err != nil && found:
		return true, r.fail(ctx, job, err)
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
	return fault.Guard(func() error { return worker.Run(tx, job) })
}

// fail counts a failed attempt, and decides whether there will be another. A
// job whose worker cannot even be told that it is given up is kept, and waits.
func (r *Runner) fail(ctx context.Context, job store.Job, failure error) error {
	r.report(ctx, job, failure)
	var untold error
	err := r.recount(ctx, job, func(tx *store.Tx, current *store.Job) error {
		untold = nil
		remember(current, failure)
		now := tx.Now()
		if current.Attempt < current.MaxAttempts {
			if tx.Organization().FrozenAt == nil {
				current.ScheduledAt = now.Add(pause(current.Attempt))
			}
			return tx.UpdateJob(current)
		}
		current.State, current.FinalizedAt = store.JobDiscarded, &now
		if err := tx.UpdateJob(current); err != nil {
			return err
		}
		untold = r.tell(tx, *current)
		return untold
	})
	if err == nil || untold == nil {
		return err
	}
	r.log.ErrorContext(ctx, "job cannot be given up", append(describe(job), "error", untold)...)
	return r.recount(ctx, job, func(tx *store.Tx, current *store.Job) error {
		remember(current, failure)
		remember(current, fmt.Errorf("give up: %w", untold))
		current.ScheduledAt = tx.Now().Add(pause(current.Attempt))
		return tx.UpdateJob(current)
	})
}

// recount changes the row of a job after one more failed attempt, at the job's
// own instant, unless another process has had an attempt meanwhile.
func (r *Runner) recount(ctx context.Context, job store.Job, change func(tx *store.Tx, current *store.Job) error) error {
	return r.store.Write(ctx, scopeOf(job.OrganizationID), func(tx *store.Tx) error {
		current, err := tx.JobByID(job.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if current.State != store.JobAvailable || current.Attempt != job.Attempt {
			return nil
		}
		if err := moveTo(tx, current.ScheduledAt); err != nil {
			return err
		}
		current.Attempt++
		return change(tx, &current)
	})
}

// tell lets the worker of a job answer that it is given up.
func (r *Runner) tell(tx *store.Tx, job store.Job) error {
	discarded := r.workers[job.Kind].Discarded
	if discarded == nil {
		return nil
	}
	return fault.Guard(func() error { return discarded(tx, job) })
}

// setAside gives up a job whose row cannot be read. Its worker is told, as far
// as its kind and its arguments can be read; if it can make nothing of them, the
// job is given up all the same.
func (r *Runner) setAside(ctx context.Context, organization uuid.UUID, unreadable *store.UnreadableJobError) error {
	job := store.Job{OrganizationID: organization, Kind: unreadable.Kind, Args: unreadable.Args, State: store.JobDiscarded}
	attrs := []any{"organization_id", organization, "job_id", unreadable.Key, "kind", unreadable.Kind, "error", unreadable.Cause}
	r.log.ErrorContext(ctx, "job cannot be read and is given up", attrs...)
	discard := func(answer func(*store.Tx, store.Job) error) error {
		return r.store.Write(ctx, scopeOf(organization), func(tx *store.Tx) error {
			waiting, err := tx.DiscardUnreadableJob(unreadable, lasting(unreadable))
			if err != nil || !waiting {
				return err
			}
			return answer(tx, job)
		})
	}
	err := discard(r.tell)
	if err == nil {
		return nil
	}
	r.log.ErrorContext(ctx, "worker of an unreadable job cannot be told", append(attrs, "answer", err)...)
	return discard(func(*store.Tx, store.Job) error { return nil })
}

// remember adds a failure to those that a job keeps.
func remember(job *store.Job, failure error) {
	job.Errors = append(job.Errors, lasting(failure))
	job.Errors = job.Errors[max(0, len(job.Errors)-errorsKept):]
}

// lasting is what is kept of a failure: text that both databases take, and not
// too much of it.
func lasting(failure error) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(failure.Error(), "�"), "\x00", "")
	if len(text) <= errorLength {
		return text
	}
	end := errorLength
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// describe names a job in the log.
func describe(job store.Job) []any {
	return []any{
		"organization_id", job.OrganizationID, "job_id", job.ID, "kind", job.Kind, "args", string(job.Args),
		"attempt", job.Attempt + 1, "max_attempts", job.MaxAttempts,
	}
}

func (r *Runner) report(ctx context.Context, job store.Job, failure error) {
	attrs := append(describe(job), "error", failure)
	var p *fault.Panic
	if errors.As(failure, &p) {
		attrs = append(attrs, "stack", string(p.Stack))
	}
	r.log.ErrorContext(ctx, "job failed", attrs...)
}

// pause is how long a job waits after so many failed attempts: a second, then
// 16, 81 and so on by the fourth power.
func pause(attempts int) time.Duration {
	n := min(time.Duration(attempts), 100)
	return min(n*n*n*n*time.Second, longestPause)
}
