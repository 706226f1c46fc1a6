package storetest_test

import (
	"database/sql"
	"errors"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"weak"

	"github.com/jackc/pgx/v5/pgconn"

	"tarn/store"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestRun_VisitsEveryDialect(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	var mu sync.Mutex
	var visited, expected []string
	t.Run("group", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T, url string) {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			mu.Lock()
			defer mu.Unlock()
			visited = append(visited, s.Dialect())
		})
	})
	for _, dialect := range storetest.Dialects() {
		if dialect == store.SQLite || hasPostgres(t) {
			expected = append(expected, dialect)
		}
	}
	slices.Sort(visited)
	slices.Sort(expected)
	if !slices.Equal(visited, expected) {
		t.Errorf("Run visited %v, want %v", visited, expected)
	}
}

func TestOpen_IsMigrated(t *testing.T) {
	t.Parallel()
	for _, dialect := range storetest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, dialect)
			if s.Dialect() != dialect {
				t.Errorf("Open(%s) opened %s", dialect, s.Dialect())
			}
			before, err := s.SchemaVersion(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if before == 0 {
				t.Error("the database has no schema")
			}
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			after, err := s.SchemaVersion(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if before != after {
				t.Errorf("the database had version %d of the schema, the newest is %d", before, after)
			}
		})
	}
}

func TestURL_DatabasesAreIsolated(t *testing.T) {
	t.Parallel()
	for _, dialect := range storetest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			one, two := open(t, dialect), open(t, dialect)
			for _, statement := range []string{"CREATE TABLE things (name text)", "INSERT INTO things VALUES ('mine')"} {
				if _, err := one.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			var count int
			if err := one.QueryRowContext(t.Context(), "SELECT count(*) FROM things").Scan(&count); err != nil || count != 1 {
				t.Errorf("the first database has %d things (%v), want 1", count, err)
			}
			if err := two.QueryRowContext(t.Context(), "SELECT count(*) FROM things").Scan(&count); err == nil {
				t.Error("the second database has the table of the first")
			}
			if err := open(t, dialect).QueryRowContext(t.Context(), "SELECT count(*) FROM things").Scan(&count); err == nil {
				t.Error("a database made later has the table of the first: the template has changed")
			}
		})
	}
}

func TestURL_IsRemovedWithTheTest(t *testing.T) {
	t.Parallel()
	urls := map[string]string{}
	t.Run("group", func(t *testing.T) {
		for _, dialect := range storetest.Dialects() {
			t.Run(dialect, func(t *testing.T) {
				urls[dialect] = storetest.URL(t, dialect)
			})
		}
	})

	if _, err := os.Stat(urls[store.SQLite]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stat of the SQLite file: %v, want it gone", err)
	}
	if urls[store.Postgres] == "" {
		t.Skip("no PostgreSQL to look at")
	}
	db, err := sql.Open("pgx", urls[store.Postgres])
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	const noSuchDatabase = "3D000"
	err = db.PingContext(t.Context())
	if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != noSuchDatabase {
		t.Errorf("connecting to the PostgreSQL database: %v, want code %s", err, noSuchDatabase)
	}
}

// BenchmarkFreshDatabase measures a database from before it is made until after
// it is removed, without the template that all share.
func BenchmarkFreshDatabase(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		b.Run(dialect, func(b *testing.B) {
			storetest.URL(b, dialect)
			for b.Loop() {
				one := &scope{TB: b}
				storetest.URL(one, dialect)
				one.end()
			}
		})
	}
}

// TestOpen_KeepsNothing although the testing package keeps every parallel test
// until the last one has ended.
func TestOpen_KeepsNothing(t *testing.T) {
	t.Parallel()
	var opened weak.Pointer[store.Store]
	t.Cleanup(func() {
		runtime.GC()
		if opened.Value() != nil {
			t.Error("the store of a test that has ended is still there")
		}
	})
	t.Run("opens a store", func(t *testing.T) {
		t.Parallel()
		opened = weak.Make(storetest.Open(t, store.SQLite))
	})
}

// scope is a part of a benchmark with an end of its own.
type scope struct {
	testing.TB
	cleanups []func()
}

// Cleanup registers a function for the end of the scope.
func (s *scope) Cleanup(f func()) {
	s.cleanups = append(s.cleanups, f)
}

// TempDir makes a directory that is removed at the end of the scope.
func (s *scope) TempDir() string {
	dir, err := os.MkdirTemp("", "scope")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			s.Error(err)
		}
	})
	return dir
}

// end ends the scope.
func (s *scope) end() {
	for _, cleanup := range slices.Backward(s.cleanups) {
		cleanup()
	}
}

// open opens a fresh database without the store, whose drivers it uses.
func open(t *testing.T, dialect string) *sql.DB {
	t.Helper()
	driver := map[string]string{store.SQLite: "sqlite", store.Postgres: "pgx"}[dialect]
	db, err := sql.Open(driver, storetest.URL(t, dialect))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// hasPostgres says whether tests on this machine run on PostgreSQL.
func hasPostgres(t *testing.T) bool {
	t.Helper()
	skipped := true
	t.Run("ask for PostgreSQL", func(t *testing.T) {
		storetest.URL(t, store.Postgres)
		skipped = false
	})
	return !skipped
}
