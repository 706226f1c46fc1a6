package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

const (
	// sqliteReaders is how many transactions read an SQLite file at a time.
	sqliteReaders = 8
	// longestBusy is how long others who write to the file are waited for.
	longestBusy = 10 * time.Second
	// longestReturn is how long connections in use are waited for.
	longestReturn = 5 * time.Second
	// lookAgain is how often is looked whether somebody is done.
	lookAgain = time.Millisecond
)

// openSQLite opens one connection that writes and a pool that reads. A
// database in memory belongs to its connection, so there the one connection
// does both.
func (s *Store) openSQLite(ctx context.Context, opts Options) error {
	s.dialect = SQLite
	var writer *gorm.DB
	if err := whenFree(ctx, func() (err error) {
		writer, err = openGORM(sqliteDialector{&sqlite.Dialector{DSN: sqliteDSN(opts, "immediate")}}, opts)
		return err
	}); err != nil {
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

// whenFree opens an SQLite file, again as long as somebody else has locked it. Where
// another process is about to give a new file its log, SQLite refuses at once, however
// long the connection was told to wait.
func whenFree(ctx context.Context, open func() error) error {
	patience, cancel := context.WithTimeout(ctx, longestBusy)
	defer cancel()
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for {
		err := open()
		if !busy(err) {
			return err
		}
		select {
		case <-patience.Done():
			return err
		case <-ticker.C:
		}
	}
}

// busy reports whether somebody else has locked an SQLite file.
func busy(err error) bool {
	const code = 5
	var refused interface{ Code() int }
	return errors.As(err, &refused) && refused.Code()&0xff == code // the rest says why
}

func sqliteDSN(opts Options, lock string) string {
	synchronous := "NORMAL"
	if opts.SynchronousFull {
		synchronous = "FULL"
	}
	q := url.Values{"_txlock": {lock}}
	for _, pragma := range []string{
		fmt.Sprintf("busy_timeout(%d)", longestBusy.Milliseconds()), "journal_mode(WAL)", "synchronous(" + synchronous + ")",
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

// settle waits until nobody uses a connection of a pool. A transaction whose context has
// ended returns before its connection is back, and the last connection to an SQLite file
// must be closed before the process ends: until then the newest commits are in another
// file beside it. Bringing them back would be interrupted where the connection's last
// statement was, so there is one more.
func settle(pool *sql.DB) {
	timeout := time.NewTimer(longestReturn)
	defer timeout.Stop()
	ticker := time.NewTicker(lookAgain)
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
