package store

import (
	"context"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"gorm.io/gorm"
)

// DB gives tests the statement builder of a transaction.
func (tx *Tx) DB() *gorm.DB { return tx.db }

// Statement runs a text as a statement of the tenant.
func (tx *Tx) Statement(text string) error {
	_, err := tx.exec(text, nil)
	return err
}

// Command runs a text as one that concerns no rows.
func (tx *Tx) Command(text string) error { return tx.command(text, nil) }

// DB gives tests the statement builder of a system transaction.
func (sys *System) DB() *gorm.DB { return sys.db }

// Bare gives tests the database without any scope.
func (s *Store) Bare() *gorm.DB { return s.writer }

// MigrateTo brings an empty database's schema to an earlier version.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	provider, err := s.migrator()
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// Turns are the turns of a pool's connections.
type Turns = turns

// NewTurns lets so many transactions run at a time.
func NewTurns(limit int) *turns { return newTurns(limit) }

// Begin waits for the turn of a transaction.
func (t *turns) Begin(ctx context.Context, dueWork bool) (func(), error) {
	return t.begin(ctx, dueWork)
}

// Delays reports whether a request has waited since due work began its last turn.
func (t *turns) Delays() bool { return t.delays() }

// CountUsageMarks counts the marks of usage.
func (tx *Tx) CountUsageMarks() (count int64, err error) {
	err = tx.db.Model(&UsageMark{}).Count(&count).Error
	return count, err
}

// NoteStep notes in an SQLite file that a step was made, as whoever makes it does.
func (s *Store) NoteStep(ctx context.Context, version int64) error {
	pool, err := s.sqlPool()
	if err != nil {
		return err
	}
	kept, err := database.NewStore(database.DialectSQLite3, goose.DefaultTablename)
	if err != nil {
		return err
	}
	return sqliteVersions{kept}.Insert(ctx, pool, database.InsertRequest{Version: version})
}

// WhenFree opens an SQLite file as the store does.
func WhenFree(ctx context.Context, open func() error) error { return whenFree(ctx, open) }
