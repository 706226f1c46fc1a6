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
type taking func(tx *store.Tx, over store.PassedOver) (job store.Job, found bool, err error)

// finishing makes the call of a job that has begun, and keeps its outcome.
type finishing func(ctx context.Context, job store.Job, call Call) error

// way is how somebody does due work: what of it is not looked at, how a job is taken, and
// how a call is made.
type way struct {
	over   store.PassedOver
	take   taking
	finish finishing
}

// errTaken is the error of a transaction whose job another process has done, or
// a request has moved, while it waited for the locks of the work.
var errTaken = errors.New("the job has been taken")

// takeDue takes the first job that is due at the organization's time. On real
// time, where others write meanwhile, the locks of its work come first.
func (r *Runner) takeDue(tx *store.Tx, over store.PassedOver) (job store.Job, found bool, err error) {
	if tx.Organization().FrozenAt != nil {
		return r.takeInOrder(tx, over)
	}
	if job, found, err = tx.PeekDueJob(tx.Now(), over); err != nil || !found {
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

// takeInOrder is takeDue while a clock is frozen. A call that somebody else makes is
// waited for where calls always are, since what comes of it belongs to this instant; any
// other one is passed over, or whoever is called could not call back.
func (r *Runner) takeInOrder(tx *store.Tx, over store.PassedOver) (job store.Job, found bool, err error) {
	for {
		job, found, err = tx.NextJob(tx.Now(), over)
		if err != nil || !found || !tx.Leased(job) {
			return job, found, err
		}
		if outside := r.workers[job.Kind].Outside; outside == nil || outside.Patience == nil {
			return store.Job{}, false, &leasedError{job}
		}
		over = over.With(job)
	}
}

// doAll does jobs until none is found, or ctx ends. It waits for calls as long as their
// kinds say.
func (r *Runner) doAll(ctx context.Context, organization uuid.UUID, take taking) error {
	p := r.newPatience()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := r.doNext(ctx, organization, way{over: p.over, take: take, finish: p.finish})
		if leased, is := errors.AsType[*leasedError](err); is {
			if err := p.wait(ctx, leased.job); err != nil {
				return err
			}
			continue
		}
		if err != nil || done == 0 {
			return err
		}
	}
}

// doNext does the next job of an organization, with those that may be done together
// with it, and reports how many there were. What has begun is finished even when ctx
// ends. Whatever goes wrong from the taking of a job to its commit is a failure of
// that job alone, so that it cannot hold up the others. A job that calls somebody is
// handed to finish when it has begun.
func (r *Runner) doNext(ctx context.Context, organization uuid.UUID, on way) (done int, err error) {
	ctx = context.WithoutCancel(ctx)
	made, err := r.attempt(ctx, organization, on, r.groupSize())
	if err == nil && made.call != nil {
		return 1, on.finish(ctx, made.jobs[0], made.call)
	}
	if err == nil || !made.together {
		return r.conclude(ctx, organization, made.jobs, err)
	}
	for range max(len(made.jobs), 1) { // one of them failed, or could not be read
		made, err = r.attempt(ctx, organization, on, 1)
		one, err := r.conclude(ctx, organization, made.jobs, err)
		if done += one; err != nil || one == 0 {
			return done, err
		}
	}
	return done, nil
}

// Groups of jobs are done in one transaction. Everybody else who writes to the embedded
// database waits for it, so the groups are small there while somebody does.
const (
	largeGroup  = 50
	middleGroup = 32
	smallGroup  = 8
)

func (r *Runner) groupSize() int {
	switch {
	case r.store.Dialect() != store.SQLite:
		return largeGroup
	case r.store.DueWorkDelays():
		return smallGroup
	}
	return middleGroup
}

// attempt is a transaction that was to do jobs.
type attempt struct {
	jobs []store.Job
	// together says that it was more than the first job.
	together bool
	// call is to be made when the one job is one that calls somebody.
	call Call
}

// attempt does the next job, and others together with it, as many as size in all.
func (r *Runner) attempt(ctx context.Context, organization uuid.UUID, on way, size int) (made attempt, err error) {
	limited, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	err = r.store.Write(limited, scopeOf(organization), func(tx *store.Tx) error {
		made = attempt{}
		job, found, err := on.take(tx, on.over)
		if found {
			made.jobs = []store.Job{job}
		}
		if err != nil || !found {
			return err
		}
		if outside := r.workers[job.Kind].Outside; outside != nil {
			made.call, err = r.begin(tx, &made.jobs[0], outside)
			return err
		}
		others, err := r.beside(tx, job, size-1)
		made.jobs, made.together = append(made.jobs, others...), err != nil || len(others) > 0
		if err != nil {
			return err
		}
		return r.perform(tx, made.jobs)
	})
	return made, err
}

// beside takes more jobs that can be done together with one, so many at most.
func (r *Runner) beside(tx *store.Tx, job store.Job, limit int) ([]store.Job, error) {
	together := r.workers[job.Kind].Together
	if together == nil || limit == 0 || job.Attempt > 0 {
		return nil, nil
	}
	others, err := tx.DueJobsBeside(job, limit)
	if err != nil || len(others) == 0 {
		return nil, err
	}
	err = fault.Guard(func() (err error) { others, err = together.Lock(tx, others); return err })
	return others, err
}

// conclude finds out what an attempt has come to, and reports how many jobs it has
// dealt with.
func (r *Runner) conclude(ctx context.Context, organization uuid.UUID, taken []store.Job, err error) (done int, _ error) {
	var unreadable *store.UnreadableJobError
	switch {
	case err == nil:
		return len(taken), nil
	case errors.Is(err, errTaken):
		return 1, nil
	case errors.As(err, new(*leasedError)):
		return 0, err
	case errors.As(err, &unreadable):
		return 1, r.setAside(ctx, organization, unreadable)
	case len(taken) > 0:
		return 1, r.fail(ctx, taken[0], err)
	}
	return 0, err
}

// perform finishes the rows of jobs and does their work. The rows come first, so
// that the work may enqueue other jobs under the same unique keys.
func (r *Runner) perform(tx *store.Tx, jobs []store.Job) error {
	worker, known := r.workers[jobs[0].Kind]
	if !known {
		return fmt.Errorf("no worker for jobs of kind %q", jobs[0].Kind)
	}
	if err := tx.CompleteJobs(jobs); err != nil {
		return err
	}
	return fault.Guard(func() error {
		if len(jobs) == 1 {
			return worker.Run(tx, jobs[0])
		}
		return worker.Together.Run(tx, jobs)
	})
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
		current.LeaseID, current.LeasedUntil = nil, nil
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
	r.failures.WithLabelValues(unreadable.Kind).Inc()
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
	r.failures.WithLabelValues(job.Kind).Inc()
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
