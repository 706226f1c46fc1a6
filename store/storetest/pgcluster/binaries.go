package pgcluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// installations matches the directories in which the packages of Debian and
// Ubuntu put the binaries of each major version, outside of PATH.
const installations = "/usr/lib/postgresql/*/bin"

// binaries holds the paths of the programs that a cluster needs.
type binaries struct {
	initdb, pgCtl string
}

// findBinaries looks for PostgreSQL on PATH, then among installations. It
// returns ErrUnavailable, wrapped, when there is none.
func findBinaries(installations string) (binaries, error) {
	if postgres, err := exec.LookPath("postgres"); err == nil {
		// The programs must be of one version: take those beside the server,
		// wherever a link on PATH leads to.
		if target, err := filepath.EvalSymlinks(postgres); err == nil {
			if found, ok := binariesIn(filepath.Dir(target)); ok {
				return found, nil
			}
		}
	}
	matches, err := filepath.Glob(installations)
	if err != nil {
		return binaries{}, fmt.Errorf("pgcluster: look for PostgreSQL: %w", err)
	}
	var newest binaries
	highest := -1
	for _, dir := range matches {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err != nil || version <= highest {
			continue
		}
		if found, ok := binariesIn(dir); ok {
			newest, highest = found, version
		}
	}
	if highest < 0 {
		return binaries{}, fmt.Errorf("%w: postgres, initdb and pg_ctl are neither on PATH nor in %s", ErrUnavailable, installations)
	}
	return newest, nil
}

// binariesIn returns the programs of the directory dir if all of them are there.
func binariesIn(dir string) (binaries, bool) {
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
			return binaries{}, false
		}
	}
	return binaries{initdb: filepath.Join(dir, "initdb"), pgCtl: filepath.Join(dir, "pg_ctl")}, true
}
