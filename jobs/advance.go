package jobs

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/fault"
	"tarn/store"
)

// longestMove is how many years a clock may be moved at once.
const longestMove = 5

// Advance moves an organization's clock forward to an instant and does
// everything that falls due on the way, in order, each job at its own instant.
// It returns when the clock is there and nothing is left to do. A clock on real
// time is frozen first.
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
	if err := r.depart(ctx, organization, to); err != nil {
		return err
	}
	for {
		if err := r.RunDue(ctx, organization); err != nil {
			return err
		}
		arrived, err := r.moveOn(ctx, organization, to)
		if err != nil || arrived {
			return err
		}
	}
}

// depart checks the move and freezes a clock that runs.
func (r *Runner) depart(ctx context.Context, organization uuid.UUID, to time.Time) error {
	return r.store.Write(ctx, scopeOf(organization), func(tx *store.Tx) error {
		if err := tx.LockOrganization(); err != nil {
			return err
		}
		now := tx.Now()
		if to.Before(now) || to.After(now.AddDate(longestMove, 0, 0)) {
			return fault.Invalid("now", fault.CodeOutOfRange)
		}
		if tx.Organization().FrozenAt != nil {
			return nil
		}
		return tx.SetClock(&now)
	})
}

// moveOn moves the clock to the next due instant, or to the end of the move
// when nothing is due before. It stays where it is while work is due there: no
// clock ever passes a job. Arrived says that the move has come to its end.
func (r *Runner) moveOn(ctx context.Context, organization uuid.UUID, to time.Time) (arrived bool, err error) {
	err = r.store.Write(ctx, scopeOf(organization), func(tx *store.Tx) error {
		arrived = false
		if to.Before(tx.Now()) {
			return fault.Invalid("now", fault.CodeOutOfRange)
		}
		next, err := tx.NextJobAt(to)
		switch {
		case err != nil:
			return err
		case next == nil:
			arrived = true
			return tx.SetClock(&to)
		case next.After(tx.Now()):
			return tx.SetClock(next)
		}
		return nil
	})
	return arrived, err
}
