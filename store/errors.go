package store

import (
	"errors"
	"iter"
	"reflect"

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

// TooLongError is returned where a text that an index holds is longer than
// PostgreSQL's indexes take. SQLite has no such limit and keeps to it all the
// same.
type TooLongError struct {
	// Field is the column's name.
	Field string
}

// Error names the field.
func (e *TooLongError) Error() string { return "store: the text is too long: " + e.Field }

// maxIndexedText is the longest text, in bytes, that an index takes beside the
// other columns.
const maxIndexedText = 2000

// indexedTexts are the columns of clients' texts that indexes hold.
var indexedTexts = []string{"code", "external_id", "name", "key", "webhook_url"}

// limitTexts refuses rows whose indexed texts are too long.
func limitTexts(db *gorm.DB) {
	if db.Statement.Schema == nil {
		return
	}
	check := func(row reflect.Value) {
		for _, column := range indexedTexts {
			field := db.Statement.Schema.LookUpField(column)
			if field == nil {
				continue
			}
			value, _ := field.ValueOf(db.Statement.Context, row)
			if optional, isOptional := value.(*string); isOptional && optional != nil {
				value = *optional
			}
			if text, isText := value.(string); isText && len(text) > maxIndexedText {
				_ = db.AddError(&TooLongError{Field: column})
			}
		}
	}
	for row := range rowsOf(db.Statement.ReflectValue) {
		check(row)
	}
}

// rowsOf are the rows that a statement writes: those of a list, or the one.
func rowsOf(rows reflect.Value) iter.Seq[reflect.Value] {
	return func(yield func(reflect.Value) bool) {
		switch rows.Kind() {
		case reflect.Slice, reflect.Array:
			for i := range rows.Len() {
				if !yield(reflect.Indirect(rows.Index(i))) {
					return
				}
			}
		case reflect.Struct:
			yield(rows)
		default:
		}
	}
}

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

// checkViolation is PostgreSQL's code for a row that no partition takes, and for
// one that breaks a check. Checks have names.
const checkViolation = "23514"

// partitionGone reports whether a log row found its month's table dropped by
// another process.
func partitionGone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == checkViolation && pg.ConstraintName == ""
}

// transient reports whether the transaction may be tried again.
func transient(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == serializationFailure || pg.Code == deadlockDetected)
}
