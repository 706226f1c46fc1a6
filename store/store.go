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
	"net/url"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
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
		err = s.openSQLite(opts)
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

// sqliteReaders is how many transactions read an SQLite file at a time.
const sqliteReaders = 8

// Compat says whom answers follow, and with them the objects in logs.
func (s *Store) Compat() compat.Mode { return s.compat }

// openSQLite opens one connection that writes and a pool that reads. A
// database in memory belongs to its connection, so there the one connection
// does both.
func (s *Store) openSQLite(opts Options) error {
	s.dialect = SQLite
	writer, err := openGORM(sqliteDialector{&sqlite.Dialector{DSN: sqliteDSN(opts, "immediate")}}, opts)
	if err != nil {
		return err
	}
	pool, err := writer.DB()
	if err != nil {
		return fmt.Errorf("open the SQLite writer: %w", err)
	}
	pool.SetMaxOpenConns(1)
	pool.SetMaxIdleConns(1)
	s.writer, s.reader = writer, writer
	s.writers = newTurns(1)
	s.readers = s.writers
	if opts.URL == ":memory:" {
		return nil
	}
	reader, err := openGORM(sqliteDialector{&sqlite.Dialector{DSN: sqliteDSN(opts, "deferred")}}, opts)
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	readers, err := reader.DB()
	if err != nil {
		return errors.Join(fmt.Errorf("open the SQLite readers: %w", err), pool.Close())
	}
	readers.SetMaxOpenConns(sqliteReaders)
	readers.SetMaxIdleConns(sqliteReaders)
	s.reader = reader
	s.readers = newTurns(sqliteReaders)
	return nil
}

func sqliteDSN(opts Options, lock string) string {
	synchronous := "NORMAL"
	if opts.SynchronousFull {
		synchronous = "FULL"
	}
	q := url.Values{"_txlock": {lock}}
	for _, pragma := range []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")",
		"foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-16000)",
	} {
		q.Add("_pragma", pragma)
	}
	name := opts.URL
	if name != ":memory:" {
		name = "file:" + (&url.URL{Path: name}).EscapedPath()
	}
	return name + "?" + q.Encode()
}

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

const (
	// longestReturn is how long connections in use are waited for.
	longestReturn = 5 * time.Second
	lookForReturn = time.Millisecond
)

// settle waits until nobody uses a connection of a pool. A transaction whose context has
// ended returns before its connection is back, and the last connection to an SQLite file
// must be closed before the process ends: until then the newest commits are in another
// file beside it. Bringing them back would be interrupted where the connection's last
// statement was, so there is one more.
func settle(pool *sql.DB) {
	timeout := time.NewTimer(longestReturn)
	defer timeout.Stop()
	ticker := time.NewTicker(lookForReturn)
	defer ticker.Stop()
	for pool.Stats().InUse > 0 {
		select {
		case <-timeout.C:
			return
		case <-ticker.C:
		}
	}
	_ = pool.Ping() //nolint:noctx // nobody waits for it; what is wrong, closing tells
}

// sqlPool is the writing pool for the migration library.
func (s *Store) sqlPool() (*sql.DB, error) { return s.writer.DB() }
