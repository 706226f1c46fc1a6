package jobs

import (
	"context"
	"time"

	"tarn/clock"
	"tarn/fault"
	"tarn/store"
)

const (
	// leaseMargin is for how long a job stays leased after the time that its call may
	// take.
	leaseMargin = 5 * time.Second
	// lookAgain is after which time a clock that waits for a leased job looks again.
	lookAgain = 5 * time.Millisecond
)

// Outside is what a worker does outside of transactions: it calls somebody who may be
// slow, or may not answer. The job is begun in one transaction and finished in another
// one, and leased in between, so that nobody else does it. If the process dies
// meanwhile, or the call takes longer than its limit, the job is begun once more: what
// was called must know by a key whether it has been called before.
type Outside struct {
	// Limit is how long the call may take.
	Limit time.Duration
	// Patience is for how long those wait for the call who let due work be done at once:
	// a clock that moves, and whoever has written on a frozen one. A call that takes
	// longer goes on beside, and its key is passed over on their way from then on; later
	// ones begin calls under that key without waiting, until one has come in time. Zero
	// leaves all calls to Run; nil waits for as long as they take.
	Patience *time.Duration
	// Begin reads what the call needs, and may write that it is made. Without a call
	// the job is finished.
	Begin func(tx *store.Tx, job store.Job) (Call, error)
}

// Call is done outside of transactions, and returns what keeps its outcome, in the
// transaction that finishes the job. What it returns as an error is a failed attempt of
// the job; an answer that is not wanted is an outcome.
type Call func(ctx context.Context) (keep func(tx *store.Tx) error, err error)

// Beginning is an Outside's Begin for jobs with arguments of the type A.
func Beginning[A any](begin func(tx *store.Tx, args A) (Call, error)) func(tx *store.Tx, job store.Job) (Call, error) {
	return func(tx *store.Tx, job store.Job) (call Call, err error) {
		handle := Handle(func(tx *store.Tx, args A) error {
			call, err = begin(tx, args)
			return err
		})
		return call, handle.Run(tx, job)
	}
}

// leasedError is the error of a transaction that has to wait for a job which somebody is
// about to finish.
type leasedError struct{ job store.Job }

// Error names the job.
func (e *leasedError) Error() string { return "the job " + e.job.ID.String() + " is leased" }

// begin begins a job that calls somebody: it is leased, or finished if there is nothing
// to call.
func (r *Runner) begin(tx *store.Tx, job *store.Job, outside *Outside) (call Call, err error) {
	err = fault.Guard(func() (err error) { call, err = outside.Begin(tx, *job); return err })
	switch {
	case err != nil:
		return nil, err
	case call == nil:
		return nil, tx.CompleteJobs([]store.Job{*job})
	}
	return call, tx.LeaseJob(job, outside.Limit+leaseMargin)
}

// finish makes the call of a job and keeps its outcome. What goes wrong is a failed
// attempt of the job.
func (r *Runner) finish(ctx context.Context, job store.Job, call Call) error {
	worker, begun := r.workers[job.Kind], clock.Monotonic()
	var keep func(tx *store.Tx) error
	err := fault.Guard(func() (err error) {
		limited, cancel := context.WithTimeout(ctx, worker.Outside.Limit)
		defer cancel()
		keep, err = call(limited)
		return err
	})
	if patience := worker.Outside.Patience; patience != nil && clock.Since(begun) < *patience {
		r.slow.set(job, false)
	}
	if err == nil {
		err = r.keep(ctx, worker, job, keep)
	}
	_, err = r.conclude(ctx, job.OrganizationID, []store.Job{job}, err)
	return err
}

// keep stores the outcome of a call and finishes its job, unless its lease is over.
func (r *Runner) keep(ctx context.Context, worker Worker, job store.Job, keep func(tx *store.Tx) error) error {
	limited, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return r.store.Write(limited, scopeOf(job.OrganizationID), func(tx *store.Tx) error {
		if worker.Lock != nil {
			if err := fault.Guard(func() error { return worker.Lock(tx, job) }); err != nil {
				return err
			}
		}
		leased, err := tx.ClaimLeasedJob(job)
		if err != nil {
			return err
		}
		if !leased {
			return errTaken
		}
		if err := tx.CompleteJobs([]store.Job{job}); err != nil {
			return err
		}
		return fault.Guard(func() error { return keep(tx) })
	})
}
