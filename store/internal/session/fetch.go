package session

import (
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"tarn/clock"
)

// Wanted is a query that has been built and not been sent.
type Wanted struct {
	query
	log logger.Interface
}

// RowsOf wants the rows of a query in a slice.
func RowsOf[T any](db *gorm.DB, into *[]T) Wanted { return want(db, unsent(db).Find(into)) }

// CountOf wants the number of rows that a query has.
func CountOf(db *gorm.DB, into *int64) Wanted { return want(db, unsent(db).Count(into)) }

// unsent makes GORM build a statement and go no further.
func unsent(db *gorm.DB) *gorm.DB {
	return db.Session(&gorm.Session{DryRun: true, Logger: logger.Discard})
}

func want(db, built *gorm.DB) Wanted {
	return Wanted{query{text: built.Statement.SQL.String(), values: built.Statement.Vars, db: built}, db.Logger}
}

// Fetch sends queries of one transaction that do not need each other's rows:
// in one round trip, where the database can be asked so.
func Fetch(queries ...Wanted) error {
	for _, q := range queries {
		if q.db.Error != nil {
			return q.db.Error
		}
	}
	if len(queries) == 0 {
		return nil
	}
	first := queries[0].db.Statement
	s, ok := first.ConnPool.(*session)
	if !ok {
		for _, q := range queries {
			if err := noted(q.run, q); err != nil {
				return err
			}
		}
		return nil
	}
	batch := make([]query, len(queries))
	for i, q := range queries {
		batch[i] = q.query
	}
	return noted(func() error { return s.read(first.Context, batch) }, queries...)
}

// noted runs queries and tells the log of them, as GORM does of its own.
func noted(run func() error, queries ...Wanted) error {
	begin := clock.Monotonic()
	err := run()
	for _, q := range queries {
		if err != nil {
			_ = q.db.AddError(err)
		}
		q.log.Trace(q.db.Statement.Context, begin, func() (string, int64) { return q.text, q.db.RowsAffected }, q.db.Error)
	}
	return queries[0].db.Error
}
