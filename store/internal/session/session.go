// Package session is how store talks to its database: GORM builds statements,
// which keep to their tenant by its callbacks, and this package carries queries
// out and reads their rows. GORM looks at the type of each value of each row
// anew, and takes one statement at a time.
package session

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
)

// session is one transaction on a connection of PostgreSQL. Where GORM would
// ask database/sql, queries go to the driver itself: it decodes columns without
// boxing them, takes several statements in one round trip, and so begins the
// transaction together with its first statement.
//
// It is GORM's connection too, for whatever is no query.
type session struct {
	conn *sql.Conn
	// begin starts the transaction; it is empty when it has begun.
	begin string
}

// Kind is how a transaction begins.
type Kind string

// The kinds of transactions: one that may change rows, and one that sees one
// unchanging state and changes nothing.
const (
	Writing Kind = "BEGIN"
	Reading Kind = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
)

// rollbackTime is how long a transaction that failed is waited for; after it
// the connection is given up.
const rollbackTime = 5 * time.Second

// Run runs fn in a transaction of PostgreSQL, and commits it when fn returns nil.
func Run(ctx context.Context, db *gorm.DB, kind Kind, fn func(*gorm.DB) error) (err error) {
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("reach the database pool: %w", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	s := &session{conn: conn, begin: string(kind)}
	committed := false
	defer func() {
		if !committed {
			s.rollback(ctx)
		}
		_ = conn.Close() // gives it back to the pool, which finds out what is wrong with it
	}()
	bound := db.Session(&gorm.Session{NewDB: true, Context: ctx})
	bound.Statement.ConnPool = s
	if err := fn(bound); err != nil {
		return abandoned(ctx, err)
	}
	if err := s.commit(ctx); err != nil {
		return fmt.Errorf("commit the transaction: %w", abandoned(ctx, err))
	}
	committed = true
	return nil
}

// abandoned is an error with its reason, where the caller has given up: the driver
// closes the connection then, and all that comes after it says no more than that.
func abandoned(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// native hands out the driver's connection.
func (s *session) native(use func(*pgx.Conn) error) error {
	return s.conn.Raw(func(conn any) error { return use(driverOf(conn)) })
}

func driverOf(conn any) *pgx.Conn {
	return conn.(*stdlib.Conn).Conn() //nolint:errcheck // PostgreSQL has one driver
}

// command runs a statement that has no values and returns no rows.
func (s *session) command(ctx context.Context, text string) (tag string, err error) {
	err = s.native(func(conn *pgx.Conn) error {
		done, err := conn.Exec(ctx, text)
		tag = done.String()
		return err
	})
	return tag, err
}

func (s *session) commit(ctx context.Context) error {
	if s.begin != "" {
		return nil // nothing has happened
	}
	tag, err := s.command(ctx, "COMMIT")
	if err == nil && tag != "COMMIT" {
		err = pgx.ErrTxCommitRollback
	}
	return err
}

// rollback ends a transaction that failed, whether or not its caller still
// waits. A connection that does not even do that is not used again.
func (s *session) rollback(ctx context.Context) {
	const idle = 'I'
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_ = s.conn.Raw(func(conn any) error {
		c := driverOf(conn)
		if c.PgConn().TxStatus() == idle {
			return nil
		}
		if _, err := c.Exec(ctx, "ROLLBACK"); err != nil {
			return driver.ErrBadConn
		}
		return nil
	})
}

// begun sees to it that the transaction has begun.
func (s *session) begun(ctx context.Context) error {
	if s.begin == "" {
		return nil
	}
	_, err := s.command(ctx, s.begin)
	if err == nil {
		s.begin = ""
	}
	return err
}

// read runs queries in one round trip and hands out the rows of each.
func (s *session) read(ctx context.Context, queries []query) error {
	return s.native(func(conn *pgx.Conn) error {
		if s.begin == "" && len(queries) == 1 {
			rows, err := conn.Query(ctx, queries[0].text, encodable(queries[0].values)...)
			if err != nil {
				return err
			}
			return queries[0].scan(nativeRows{rows, conn.TypeMap()})
		}
		return s.readBatch(ctx, conn, queries)
	})
}

func (s *session) readBatch(ctx context.Context, conn *pgx.Conn, queries []query) (err error) {
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(queries)+1)}
	begins := s.begin != ""
	if begins {
		batch.Queue(s.begin)
	}
	for _, q := range queries {
		batch.Queue(q.text, encodable(q.values)...)
	}
	results := conn.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, results.Close()) }()
	if begins {
		if _, err := results.Exec(); err != nil {
			return err
		}
		s.begin = ""
	}
	for _, q := range queries {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		if err := q.scan(nativeRows{rows, conn.TypeMap()}); err != nil {
			return err
		}
	}
	return nil
}

// encodable are values in forms that the driver writes at once. What else can name
// its own value, it would write as text, fail to send that, and read it again: an
// identifier, and every number of an amount.
func encodable(values []any) []any {
	own := make([]any, len(values))
	for i, value := range values {
		switch value := value.(type) {
		case uuid.UUID:
			own[i] = pgtype.UUID{Bytes: value, Valid: true}
		case *uuid.UUID:
			if value != nil {
				own[i] = pgtype.UUID{Bytes: *value, Valid: true}
			}
		case decimal.Decimal:
			own[i] = value.String()
		case *decimal.Decimal:
			if value != nil {
				own[i] = value.String()
			}
		default:
			own[i] = value
		}
	}
	return own
}

// PrepareContext is part of GORM's connection.
func (s *session) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	return s.conn.PrepareContext(ctx, text)
}

// ExecContext is part of GORM's connection.
func (s *session) ExecContext(ctx context.Context, text string, values ...any) (sql.Result, error) {
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	return s.conn.ExecContext(ctx, text, encodable(values)...)
}

// QueryContext is part of GORM's connection.
func (s *session) QueryContext(ctx context.Context, text string, values ...any) (*sql.Rows, error) {
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	return s.conn.QueryContext(ctx, text, encodable(values)...)
}

// QueryRowContext is part of GORM's connection. A row can only have the error of
// its own statement, so that is not run where the transaction cannot begin.
func (s *session) QueryRowContext(ctx context.Context, text string, values ...any) *sql.Row {
	if err := s.begun(ctx); err != nil {
		given, giveUp := context.WithCancelCause(ctx)
		giveUp(err)
		ctx = given
	}
	return s.conn.QueryRowContext(ctx, text, encodable(values)...)
}
