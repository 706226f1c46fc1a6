package storetest

import "github.com/jackc/pgx/v5/pgconn"

// Conflict is an error with which a database gives a transaction up so that it
// is tried again. Tests return it where a real conflict would depend on time.
func Conflict() error {
	return &pgconn.PgError{Severity: "ERROR", Code: "40001", Message: "could not serialize access (as a test wishes)"}
}
