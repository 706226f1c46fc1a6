package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"tarn/clock"
)

// slowQuery is the duration from which a query is worth a line in the log.
const slowQuery = 500 * time.Millisecond

// queryLogger hands GORM's messages to slog. It names statements without their
// values: values are customers' data and secrets.
type queryLogger struct {
	log *slog.Logger
	// statement is told of every statement; nil for nobody.
	statement func(ctx context.Context, text string)
}

func newQueryLogger(opts Options) logger.Interface {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return queryLogger{log: opts.Logger, statement: opts.Statement}
}

func (q queryLogger) LogMode(logger.LogLevel) logger.Interface { return q }

func (q queryLogger) Info(ctx context.Context, message string, _ ...any) {
	q.log.InfoContext(ctx, message)
}

func (q queryLogger) Warn(ctx context.Context, message string, _ ...any) {
	q.log.WarnContext(ctx, message)
}

func (q queryLogger) Error(ctx context.Context, message string, _ ...any) {
	q.log.ErrorContext(ctx, message)
}

// ParamsFilter keeps the values out of the statement.
func (q queryLogger) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func (q queryLogger) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	took := clock.Since(begin)
	if q.statement != nil {
		text, _ := statement()
		q.statement(ctx, text)
	}
	// SQLite's driver has an error of its own for what a caller gave up.
	expected := err == nil || ctx.Err() != nil || errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, context.Canceled)
	switch {
	case transient(err) || partitionGone(err): // its transaction is tried again
		sql, _ := statement()
		q.log.WarnContext(ctx, "query gave way", "sql", sql, "duration", took, "error", err)
	case !expected:
		sql, _ := statement()
		q.log.ErrorContext(ctx, "query failed", "sql", sql, "duration", took, "error", err)
	case took >= slowQuery:
		sql, rows := statement()
		q.log.WarnContext(ctx, "slow query", "sql", sql, "duration", took, "rows", rows)
	}
}
