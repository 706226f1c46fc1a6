// Package jobs is the durable queue and the schedule that follows each
// organization's own clock. It knows when work is due, in which order, and what
// happens when it fails; what the work is, its workers know.
//
// A job is a row, written in the transaction of the change that asks for it: it
// exists if the change does. It is done in a transaction of its own, in which
// the row is finished too, so its effects happen once. Nothing that matters is
// kept in memory: any number of processes may work on one PostgreSQL.
//
// Jobs are due at an instant of the organization's time and are taken in the
// order of instant, priority and creation. On real time, several processes may
// work for one organization side by side. While its clock is frozen they take
// turns, so that the order is exact, and the clock moves from due instant to
// due instant: each job finds Tx.Now at its own (see Runner.Advance).
//
// A job that returns an error or panics is rolled back, and the attempt is
// counted. On real time it is tried again after a pause that grows with the
// attempts. On a frozen clock a pause would not end by itself, and would make
// the job miss its instant; so there it is tried again at once. After its last
// attempt it is discarded, which its worker may answer; one whose worker cannot
// is kept and waits for a pause on either clock. A job whose row cannot be read
// is discarded at once. So neither holds up the work behind it. Jobs that are done
// in one transaction (see Together) are done one by one where it fails, so that only
// those fail that must.
package jobs

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"tarn/clock"
	"tarn/store"
)

// DefaultMaxAttempts is how often a job is tried. On real time the attempts are
// spread over a day and a half.
const DefaultMaxAttempts = 15

// Job is work to be done.
type Job struct {
	// Kind names the work; a worker must be registered under it.
	Kind string
	// Args are what the worker is told, as JSON; nil is an empty object.
	Args any
	// At is the instant at which the job is due. The zero time and past
	// instants are the present of the transaction.
	At time.Time
	// UniqueKey, if not empty, lets the job be passed over while another one
	// of the organization waits under the same key.
	UniqueKey string
	// Priority orders jobs of one instant: smaller first.
	Priority int
	// MaxAttempts is how often the job is tried; zero is DefaultMaxAttempts.
	MaxAttempts int
}

// Enqueue adds a job to the transaction. One whose unique key waits already is passed
// over, on PostgreSQL even while that one is under way and sees nothing of this
// transaction: where that matters, Hasten is the way. It fails only where the arguments
// cannot be written as JSON or the database fails.
func Enqueue(tx *store.Tx, job Job) error {
	row, err := job.row(tx.Now())
	if err != nil {
		return err
	}
	return tx.InsertJob(row)
}

// EnqueueAll is Enqueue for many jobs, which it adds together.
func EnqueueAll(tx *store.Tx, jobs []Job) error {
	rows := make([]*store.Job, len(jobs))
	for i, job := range jobs {
		var err error
		if rows[i], err = job.row(tx.Now()); err != nil {
			return err
		}
	}
	return tx.InsertJobs(rows)
}

// Reschedule is Enqueue for a job with a unique key that shall be due at the
// new instant, whether it waits already or not.
func Reschedule(tx *store.Tx, job Job) error {
	row, err := job.row(tx.Now())
	if err != nil {
		return err
	}
	return tx.RescheduleJob(row)
}

// Hasten is Reschedule for a job that shall be due at the new instant at the
// latest: one that waits for an earlier instant goes on to do so. It is there when
// the transaction is committed.
func Hasten(tx *store.Tx, job Job) error {
	row, err := job.row(tx.Now())
	if err != nil {
		return err
	}
	tx.HastenJob(row)
	return nil
}

func (j Job) row(now time.Time) (*store.Job, error) {
	args := json.RawMessage("{}")
	if j.Args != nil {
		var err error
		if args, err = json.Marshal(j.Args); err != nil {
			return nil, fmt.Errorf("write the arguments of the job %s: %w", j.Kind, err)
		}
	}
	row := &store.Job{
		ID: store.NewID(), Kind: j.Kind, Args: args, Priority: j.Priority,
		State: store.JobAvailable, MaxAttempts: j.MaxAttempts, Errors: []string{},
		ScheduledAt: clock.Normalize(j.At),
	}
	if row.MaxAttempts <= 0 {
		row.MaxAttempts = DefaultMaxAttempts
	}
	if row.ScheduledAt.Before(now) {
		row.ScheduledAt = now
	}
	if j.UniqueKey != "" {
		row.UniqueKey = &j.UniqueKey
	}
	return row, nil
}

// Worker does the jobs of one kind.
type Worker struct {
	// Run does the work in the job's transaction. It must do nothing slow and
	// have no effects outside the transaction, which may be tried again.
	Run func(tx *store.Tx, job store.Job) error
	// Lock, if not nil, takes the locks that the work begins with. It is called
	// before the job's row is taken: requests hold these locks already when they
	// move the job to another instant, and both must go in one order.
	Lock func(tx *store.Tx, job store.Job) error
	// Discarded, if not nil, is told in the transaction that gives a job up.
	// When it fails the job is not given up yet: it is tried once more after a
	// pause. Of a job that cannot be read it is told the kind and the arguments.
	Discarded func(tx *store.Tx, job store.Job) error
	// Outside, if not nil, takes the place of Run for work that calls somebody
	// outside of transactions.
	Outside *Outside
	// Together, if not nil, does jobs that are due at one instant, one after the
	// other in the queue, in one transaction. Where that fails, they are done alone.
	Together *Together
}

// Together is how a worker does several jobs at once.
type Together struct {
	// Lock takes the locks that the work begins with, and returns the jobs whose
	// locks it has. It must not wait for any: rows of jobs are locked before it.
	Lock func(tx *store.Tx, jobs []store.Job) ([]store.Job, error)
	// Run does the work, as that of a Worker does. The first job's locks were taken
	// by that of the Worker.
	Run func(tx *store.Tx, jobs []store.Job) error
}

// Workers are the workers of a process by the kind of their jobs.
type Workers map[string]Worker

// With are these workers and others, whose kinds are different.
func (w Workers) With(others Workers) Workers {
	all := maps.Clone(w)
	maps.Copy(all, others)
	return all
}

// Locking is a worker's Lock for what its arguments name. What is no more needs
// none.
func Locking[A any](lock func(tx *store.Tx, args A) error) func(tx *store.Tx, job store.Job) error {
	return func(tx *store.Tx, job store.Job) error {
		err := Handle(lock).Run(tx, job)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	}
}

// Handle is a worker whose jobs have arguments of the type A.
func Handle[A any](run func(tx *store.Tx, args A) error) Worker {
	return Worker{Run: func(tx *store.Tx, job store.Job) error {
		var args A
		if err := json.Unmarshal(job.Args, &args); err != nil {
			return fmt.Errorf("read the arguments: %w", err)
		}
		return run(tx, args)
	}}
}

// attemptsNextDay is how often work is tried on each day after the one on which it was
// given up: a clock that passes a year over something that can never be done must not
// take hours to do so.
const attemptsNextDay = 3

// NextDay is a worker's Discarded for work that cannot be left undone: the job comes
// again a day later, for fewer attempts.
func NextDay(tx *store.Tx, given store.Job) error {
	again := Job{
		Kind: given.Kind, Args: given.Args, At: tx.Now().AddDate(0, 0, 1), Priority: given.Priority,
		MaxAttempts: min(cmp.Or(given.MaxAttempts, attemptsNextDay), attemptsNextDay),
	}
	if given.UniqueKey == nil {
		return Enqueue(tx, again)
	}
	again.UniqueKey = *given.UniqueKey
	return Reschedule(tx, again)
}
