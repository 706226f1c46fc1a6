package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

var (
	// ErrNotFound is returned where no row of the organization matches.
	ErrNotFound = errors.New("store: no such row")
	// ErrDuplicate is returned where a unique key is taken. On PostgreSQL the
	// transaction is lost with it.
	ErrDuplicate = errors.New("store: the key is taken")
	// ErrReferenced is returned where a row that others refer to would go, or
	// a row that does not exist would be referred to.
	ErrReferenced = errors.New("store: the reference does not hold")
)

// known turns the drivers' errors into the store's.
func known(err error) error {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return ErrNotFound
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return ErrDuplicate
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return ErrReferenced
	}
	return err
}

// PostgreSQL's codes for a transaction that may well succeed when it is tried
// again.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
)

// checkViolation is PostgreSQL's code for a row that no partition takes; the
// schema has no other checks.
const checkViolation = "23514"

// partitionGone reports whether a log row found its month's table dropped by
// another process.
func partitionGone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == checkViolation
}

// transient reports whether the transaction may be tried again.
func transient(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == serializationFailure || pg.Code == deadlockDetected)
}
