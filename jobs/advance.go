package jobs

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/fault"
	"tarn/store"
)

const (
	// longestMove is how many years a clock may be moved at once.
	longestMove = 5
	// lastYear is the last year that a clock can show.
	lastYear = 9999
)

// Advance moves an organization's clock forward to an instant and does
// everything that falls due on the way, in order, each job at its own instant.
// It returns when the clock is there and nothing is left to do. A clock on real
// time is frozen first. Jobs that fail do not stop the move; the log names them.
//
// It refuses an instant that lies behind the clock, or further ahead than five
// years, with a Validation fault under "now", and returns store.ErrNotFound for
// an organization that does not exist. When ctx ends it returns ctx's error;
// the clock then stands on the way, with everything before it done, and can be
// moved on.
//
// Moves of one clock may happen at the same time, in any processes: none of
// them passes work that is not done, and a move that another one has overtaken
// is refused.
func (r *Runner) Advance(ctx context.Context, organization uuid.UUID, to time.Time) error {
	to = clock.Normalize(to)
	return r.travel(ctx, organization, "now", func(now time.Time) (time.Time, bool) {
		return to, !to.Before(now)
	})
}

// AdvanceBy is Advance for a duration from where the clock stands. It refuses
// one that does not lead forward, or too far, under "advance".
func (r *Runner) AdvanceBy(ctx context.Context, organization uuid.UUID, by clock.Duration) error {
	return r.travel(ctx, organization, "advance", func(now time.Time) (time.Time, bool) {
		to := by.After(now)
		return to, to.After(now)
	})
}

// travel moves a clock to where an input, named by its field, leads from its
// present instant, if that is forward.
func (r *Runner) travel(ctx context.Context, organization uuid.UUID, field string, lead func(now time.Time) (to time.Time, forward bool)) error {
	refusal := fault.Invalid(field, fault.CodeOutOfRange)
	var to time.Time
	err := r.store.Write(ctx, scopeOf(organization), func(tx *store.Tx) error {
		if err := tx.LockOrganization(); err != nil {
			return err
		}
		now, forward := tx.Now(), false
		if to, forward = lead(now); !forward || to.After(now.AddDate(longestMove, 0, 0)) || to.Year() > lastYear {
			return refusal
		}
		if tx.Organization().FrozenAt != nil {
			return nil
		}
		return tx.SetClock(&now)
	})
	if err != nil {
		return err
	}
	return r.doAll(ctx, organization, func(tx *store.Tx, over store.PassedOver) (store.Job, bool, error) {
		if to.Before(tx.Now()) {
			return store.Job{}, false, refusal
		}
		return takeOnTheWay(tx, to, over)
	})
}

// takeOnTheWay takes the first job that is due until the end of a move, and
// moves the clock to its instant; when there is none, the clock arrives. Since
// that is one transaction, no clock ever passes a job, and requests find the
// clock at an instant only when its first job is done.
func takeOnTheWay(tx *store.Tx, end time.Time, over store.PassedOver) (job store.Job, found bool, err error) {
	job, found, err = tx.NextJob(end, over)
	switch {
	case err != nil:
		return job, found, err
	case found && tx.Leased(job):
		return store.Job{}, false, &leasedError{job}
	case !found:
		return job, false, tx.SetClock(&end)
	}
	return job, true, moveTo(tx, job.ScheduledAt)
}

// moveTo moves a frozen clock forward to the instant at which a job is due. A
// job that was due before finds the clock where it stands.
func moveTo(tx *store.Tx, due time.Time) error {
	if tx.Organization().FrozenAt == nil || !due.After(tx.Now()) {
		return nil
	}
	due = due.UTC()
	return tx.SetClock(&due)
}
