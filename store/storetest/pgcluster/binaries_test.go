package pgcluster

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFindBinaries_TakesTheHighestVersion(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9", "15", "16", "17", "tools"} {
		install(t, filepath.Join(root, version, "bin"), "postgres", "initdb", "pg_ctl")
	}
	install(t, filepath.Join(root, "18", "bin"), "postgres") // a client's or a broken installation
	if err := os.Chmod(filepath.Join(root, "17", "bin", "initdb"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())

	found, err := findBinaries(filepath.Join(root, "*", "bin"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(root, "16", "bin", "pg_ctl"); found.pgCtl != want {
		t.Errorf("pg_ctl is %s, want %s", found.pgCtl, want)
	}
}

func TestFindBinaries_PrefersPath(t *testing.T) {
	root, path := t.TempDir(), t.TempDir()
	install(t, filepath.Join(root, "15", "bin"), "postgres", "initdb", "pg_ctl")
	install(t, filepath.Join(root, "16", "bin"), "postgres", "initdb", "pg_ctl")
	linked := filepath.Join(root, "15", "bin")
	if err := os.Symlink(filepath.Join(linked, "postgres"), filepath.Join(path, "postgres")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", path)

	found, err := findBinaries(filepath.Join(root, "*", "bin"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := filepath.EvalSymlinks(linked)
	if err != nil {
		t.Fatal(err)
	}
	if found.initdb != filepath.Join(want, "initdb") {
		t.Errorf("initdb is %s, want the one in %s, which PATH leads to", found.initdb, want)
	}
}

func TestFindBinaries_None(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	found, err := findBinaries(filepath.Join(t.TempDir(), "*", "bin"))
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("findBinaries = %v, %v; want ErrUnavailable", found, err)
	}
}

// install makes a directory with programs of these names.
func install(t *testing.T, dir string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
