// Package store keeps tarn's rows. It alone knows GORM and SQL. Every query is
// a method of a transaction (Tx for one organization, System for what lies
// above organizations), so a query outside a transaction or without a tenant
// cannot be written elsewhere. It holds no rules: what may be written is
// decided by the engine.
//
// Two dialects are served with the same behaviour: embedded SQLite (one
// writing connection, many readers) and PostgreSQL.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"tarn/clock"
	"tarn/compat"
	"tarn/store/internal/session"
)

// The dialects.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Options say which database to open and how.
type Options struct {
	// URL is a path of an SQLite file, ":memory:", or a postgres:// URL.
	// Empty means the file tarn.db in the working directory.
	URL string
	// Logger receives slow and failing queries; nil discards them.
	Logger *slog.Logger
	// Clock is the real time for organizations whose own clock is not frozen;
	// nil means the operating system's.
	Clock clock.Clock
	// MaxConnections bounds the PostgreSQL pool; zero means 32.
	MaxConnections int
	// SynchronousFull makes SQLite wait for the disk at every commit. Without
	// it a commit survives the death of the process at any moment, but the
	// last ones may be lost when the machine itself loses power.
	SynchronousFull bool
	// Statement is told of every statement after it ran, without its values,
	// and in which context. Tests count with it.
	Statement func(ctx context.Context, text string)
	// Webhook is shown every webhook before it is kept: its type, the name of what it is
	// about, and the value of that; its error fails the transaction. Test harnesses use it.
	Webhook func(eventType, objectType string, object any) error
	// Compat is whom the objects in logs follow, like the answers.
	Compat compat.Mode
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect string
	writer  *gorm.DB
	reader  *gorm.DB
	// writers and readers say who gets the next connection of each.
	writers    *turns
	readers    *turns
	clock      clock.Clock
	compat     compat.Mode
	address    string
	marked     markedUsage
	webhook    func(eventType, objectType string, object any) error
	partitions *partitions
}

// Open connects to the database. It does not change it; see Migrate.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Clock == nil {
		opts.Clock = clock.Real()
	}
	if opts.URL == "" {
		opts.URL = "tarn.db"
	}
	s := &Store{clock: opts.Clock, compat: opts.Compat, webhook: opts.Webhook}
	var err error
	if strings.HasPrefix(opts.URL, "postgres://") || strings.HasPrefix(opts.URL, "postgresql://") {
		err = s.openPostgres(opts)
	} else {
		err = s.openSQLite(ctx, opts)
	}
	if err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the %s database: %w", s.dialect, err), s.Close())
	}
	return s, nil
}

func (s *Store) openPostgres(opts Options) error {
	s.dialect = Postgres
	db, err := openGORM(postgresDialector{&postgres.Dialector{Config: &postgres.Config{DSN: opts.URL}}}, opts)
	if err != nil {
		return err
	}
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("open the PostgreSQL pool: %w", err)
	}
	limit := opts.MaxConnections
	if limit <= 0 {
		limit = 32
	}
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	s.writer, s.reader = db, db
	s.writers = newTurns(limit)
	s.readers = s.writers
	s.partitions = newPartitions()
	return nil
}

// Compat says whom answers follow, and with them the objects in logs.
func (s *Store) Compat() compat.Mode { return s.compat }

func openGORM(dialector gorm.Dialector, opts Options) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, &gorm.Config{
		Logger:                 logger.Discard, // of GORM's words on what follows
		TranslateError:         true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		NowFunc:                opts.Clock.Now,
		NamingStrategy:         tableNames{schema.NamingStrategy{IdentifierMaxLength: 64}},
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := errors.Join(guardTenancy(db), db.Callback().Query().Replace("gorm:query", session.Query)); err != nil {
		return nil, err
	}
	db.Logger = newQueryLogger(opts)
	return db, nil
}

// ServeAt says at which address clients and customers reach the server that the store
// works for, before it does. What is sent to them names it, and links in it begin there.
func (s *Store) ServeAt(address string) { s.address = address }

// Dialect is SQLite or Postgres.
func (s *Store) Dialect() string { return s.dialect }

// DueWorkDelays reports whether a request has waited for a connection to write since due
// work last began to use one. Due work that takes long lets others in between then.
func (s *Store) DueWorkDelays() bool { return s.writers.delays() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.writer.DB()
	if err != nil {
		return fmt.Errorf("reach the database pool: %w", err)
	}
	return pool.PingContext(ctx)
}

// Close closes all connections. Transactions that are still open fail; on SQLite they have
// a moment to end before.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reader, s.writer} {
		pool, err := db.DB()
		if err == nil {
			if s.dialect == SQLite {
				settle(pool)
			}
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// sqlPool is the writing pool for the migration library.
func (s *Store) sqlPool() (*sql.DB, error) { return s.writer.DB() }
