package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"tarn/clock"
)

// System is a transaction above organizations: for finding the key of a
// request, for administration and for finding due work. Its methods lie in the
// files of organizations, keys and jobs.
type System struct {
	db    *gorm.DB
	ctx   context.Context //nolint:containedctx // lives and dies with its transaction
	clock clock.Clock
	store *Store
	// within are the transactions that As has made of this one.
	within []*Tx
}

// System runs fn in a transaction that is not bound to one organization, and
// commits it when fn returns nil. Like Write it may run fn more than once.
func (s *Store) System(ctx context.Context, fn func(*System) error) error {
	return s.retry(ctx, func() error {
		end, err := s.writers.begin(ctx, true)
		if err != nil {
			return err
		}
		defer end()
		return inTransaction(ctx, s.writer, nil, func(db *gorm.DB) error {
			sys := s.system(ctx, db)
			if err := fn(sys); err != nil {
				return err
			}
			for _, tx := range sys.within {
				if err := tx.conclude(); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// SystemRead is System for reading: it waits for no writer.
func (s *Store) SystemRead(ctx context.Context, fn func(*System) error) error {
	end, err := s.readers.begin(ctx, true)
	if err != nil {
		return err
	}
	defer end()
	return inTransaction(ctx, s.reader, nil, func(db *gorm.DB) error {
		return fn(s.system(ctx, db))
	})
}

func (s *Store) system(ctx context.Context, db *gorm.DB) *System {
	return &System{db: db.Set(scopeKey, systemScope{}).Session(&gorm.Session{}), ctx: ctx, clock: s.clock, store: s}
}

// As is this transaction as one of an organization, for what has to happen
// together with its creation. It must be a writing one; what is written through
// both is committed together. ErrNotFound when there is no such organization.
func (sys *System) As(scope Scope) (*Tx, error) {
	tx, err := sys.store.enter(sys.ctx, sys.db, scope, true)
	if err != nil {
		return nil, err
	}
	sys.within = append(sys.within, tx)
	return tx, sys.store.partitions.require(tx.now)
}

// Lock makes other system transactions that lock the same name wait until this
// one ends.
func (sys *System) Lock(name string) error {
	if sys.store.dialect == SQLite {
		return nil // it has one writer
	}
	if err := sys.sql().Exec("SELECT pg_advisory_xact_lock(hashtext(?))", name).Error; err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	return nil
}
