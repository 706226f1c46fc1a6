package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// sqliteURL writes a copy of the migrated database into a directory.
func sqliteURL(t testing.TB, dir string) string {
	t.Helper()
	template, err := process.sqlite.get(sqliteTemplate)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	path := filepath.Join(dir, "tarn.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatalf("storetest: copy the SQLite template: %v", err)
	}
	return path
}

// lastingSQLite is sqliteURL in a directory that the caller removes.
func lastingSQLite(t testing.TB) (url string, drop func() error) {
	t.Helper()
	dir, err := os.MkdirTemp("", "tarn-storetest-")
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return sqliteURL(t, dir), func() error { return os.RemoveAll(dir) }
}

// sqliteTemplate returns the content of a migrated database file. A few hundred
// kilobytes in memory are quicker to copy than a file, and leave none behind.
func sqliteTemplate(ctx context.Context) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "tarn-storetest-")
	if err != nil {
		return nil, fmt.Errorf("make the SQLite template: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	path := filepath.Join(dir, "template.db")
	if err := migrate(ctx, path); err != nil {
		return nil, fmt.Errorf("make the SQLite template: %w", err)
	}
	// The last connection to close moves the write-ahead log into the file. If
	// one were left open, the file alone would lack the newest changes.
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, errors.New("make the SQLite template: a connection was left open by store.Close")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("make the SQLite template: %w", err)
	}
	return content, nil
}
