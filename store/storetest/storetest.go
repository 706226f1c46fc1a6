// Package storetest gives every test a migrated database of its own, in
// milliseconds, on both dialects. It owns how such databases come and go, and
// nothing of what is in them.
//
// A test that must hold on both dialects is written once:
//
//	func TestCustomers(t *testing.T) {
//		t.Parallel()
//		storetest.Run(t, func(t *testing.T, url string) {
//			...
//		})
//	}
//
// Open returns the open store instead of a URL; both also serve benchmarks:
//
//	for _, dialect := range storetest.Dialects() {
//		b.Run(dialect, func(b *testing.B) {
//			s := storetest.Open(b, dialect)
//			...
//		})
//	}
//
// A package that uses the harness ends its tests through it, so that the server
// has stopped and everything is removed when the process exits:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
// Tests of package store itself belong in package store_test, because this
// package imports store.
//
// # Where PostgreSQL comes from
//
// The migrations run once per process and dialect; each test gets a copy of the
// result. For PostgreSQL the copy is made on the server whose URL is in
// TARN_TEST_POSTGRES. Its role must be allowed to create databases; it may be
// shared by any number of processes, since names contain the process that made
// them, and what a killed process left behind is dropped by the next one.
// Without the variable the first test that asks for PostgreSQL starts a private
// cluster (see package pgcluster) that ends with the process, Main or not. The
// command withpostgres starts one cluster for many test processes.
//
// On a machine that has neither, the tests for PostgreSQL are skipped with a
// message on standard error, unless TARN_REQUIRE_POSTGRES is true ("1"): then
// they fail.
package storetest

import (
	"context"
	"hash/fnv"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"tarn/store"
)

// patience bounds every operation of the harness on a database.
const patience = 2 * time.Minute

// Dialects returns the dialects that every test of stored data must pass, in
// the words of store.Store.Dialect.
func Dialects() []string {
	return []string{store.SQLite, store.Postgres}
}

// Run runs f once for each dialect, as parallel subtests named after it, each
// with the URL of a fresh migrated database. They begin when t has returned or
// been paused, as parallel subtests do.
func Run(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		f(t, URL(t, dialect))
	})
}

// Each runs f once for each dialect, like Run. Where TARN_TEST_HALF is "1" or "2" it runs
// for one of the two, the other one with the other value: which one depends on the name
// of the test. So two runs make one whole run, and need not be made in the same way.
func Each(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Helper()
	each(t, halfOf(half(t), t.Name()), f)
}

// OneByOne is Each for a test whose requests come one after the other. A race detector
// has little to do with it, so every second such test, as its name says, belongs to the
// second half as a whole.
func OneByOne(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Helper()
	each(t, quarterOf(half(t), t.Name()), f)
}

func each(t *testing.T, dialects []string, f func(t *testing.T, dialect string)) {
	t.Helper()
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			f(t, dialect)
		})
	}
}

// half is the half that is run of a test, empty for the whole.
func half(t *testing.T) string {
	t.Helper()
	root, _, _ := strings.Cut(t.Name(), "/")
	if _, whole := undivided.Load(root); whole {
		return ""
	}
	return os.Getenv("TARN_TEST_HALF")
}

// undivided are the names of tests that belong to the second half as a whole.
//
//nolint:gochecknoglobals // which tests a process runs is the same for all of it
var undivided sync.Map

// InSecondHalf gives a test to the second half as a whole. It is for long tests whose
// requests come one after the other, with which a race detector has nothing to do but
// to make them last.
func InSecondHalf(t *testing.T) {
	t.Helper()
	if FirstHalf() {
		t.Skip("belongs to the second half")
	}
	undivided.Store(t.Name(), true)
}

// FirstHalf reports whether only the first half of the tests is run.
func FirstHalf() bool { return os.Getenv("TARN_TEST_HALF") == "1" }

// halfOf is what a half of a run holds of a test.
func halfOf(half, test string) []string {
	all := Dialects()
	if half != "1" && half != "2" {
		return all
	}
	first := int(lot(test)) % len(all)
	if half == "2" {
		first = len(all) - 1 - first
	}
	return all[first : first+1]
}

// quarterOf is halfOf for tests of which the first half has every second one alone.
func quarterOf(half, test string) []string {
	switch {
	case lot(test)>>1%2 == 0:
		return halfOf(half, test)
	case half == "1":
		return nil
	default:
		return Dialects()
	}
}

// lot is what a test has drawn, by its name.
func lot(test string) uint32 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(test)) // a hash takes everything
	return sum.Sum32() >> 8
}

// URL makes a migrated database that belongs to the test alone and returns its
// URL, fit for store.Options. It is removed when the test ends, with all
// sessions that are still open. The test fails when the database cannot be
// made, and is skipped when the machine has no PostgreSQL; see the package
// comment.
func URL(t testing.TB, dialect string) string {
	t.Helper()
	switch dialect {
	case store.SQLite:
		return sqliteURL(t, t.TempDir())
	case store.Postgres:
		return postgresURL(t)
	}
	t.Fatalf("storetest: no such dialect: %q", dialect)
	return ""
}

// Lasting is URL for a database that does not end with the test: whoever wants it
// longer calls drop when all connections to it are closed, before Main ends.
func Lasting(t testing.TB, dialect string) (url string, drop func() error) {
	t.Helper()
	if dialect == store.Postgres {
		return lastingPostgres(t)
	}
	return lastingSQLite(t)
}

// Open opens a database made by URL, with a logger that writes to the test's
// output, and closes it when the test ends.
func Open(t testing.TB, dialect string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{
		URL:       URL(t, dialect),
		Logger:    slog.New(slog.NewTextHandler(t.Output(), nil)),
		Statement: Statement(t),
	})
	if err != nil {
		t.Fatalf("storetest: open: %v", err)
	}
	Closing(t, s.Close)
	return s
}

// Closing closes what a test has opened when it ends, and lets go of it. What
// t.Cleanup is given is kept, with all that it holds, until the last parallel test
// of the process has ended.
func Closing(t testing.TB, close func() error) {
	t.Helper()
	t.Cleanup(func() {
		if err := close(); err != nil {
			t.Errorf("storetest: close: %v", err)
		}
		close = nil
	})
}

// Statement looks at the statements that a test sends, for store.Options.Statement.
// The test fails with one that asks for nothing: the list of values that it looks
// for is empty, so it can find no row, and whoever sends it should know that.
func Statement(t testing.TB) func(ctx context.Context, text string) {
	return func(_ context.Context, statement string) {
		if strings.Contains(statement, "(NULL)") {
			t.Errorf("storetest: a query for nothing: %s", statement)
		}
	}
}

// migrate brings the empty database behind url to the newest schema and leaves
// no connection to it.
func migrate(ctx context.Context, url string) (err error) {
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	return s.Migrate(ctx)
}
