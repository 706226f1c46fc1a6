//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// directoryPrefix begins the name of every cluster's directory.
const directoryPrefix = "tarn-pgcluster-"

// errTaken says that a directory has an owner that is alive, or has just been
// removed.
var errTaken = errors.New("directory is taken")

// directory is a cluster's directory, locked for as long as its owner lives.
type directory struct {
	path string
	lock *os.File // the directory itself; closing it releases the lock
}

// createDirectory makes a new locked directory below base. Between being made
// and being locked a directory looks stale to others, who may then remove it;
// so it tries again with another one.
func createDirectory(base string) (*directory, error) {
	const attempts = 10
	for range attempts {
		path, err := os.MkdirTemp(base, directoryPrefix)
		if err != nil {
			return nil, fmt.Errorf("pgcluster: make directory: %w", err)
		}
		dir, err := lockDirectory(path)
		if errors.Is(err, errTaken) {
			continue
		}
		return dir, err
	}
	return nil, fmt.Errorf("pgcluster: make directory below %s: lost %d of them to other processes", base, attempts)
}

// lockDirectory takes the ownership of the directory at path. It returns
// errTaken when another process has it or the directory is gone.
func lockDirectory(path string) (*directory, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errTaken
	}
	if err != nil {
		return nil, fmt.Errorf("pgcluster: open directory: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errTaken
	}
	if err == nil && !isStillAt(file, path) {
		err = errTaken
	}
	if err != nil {
		return nil, fmt.Errorf("pgcluster: lock %s: %w", path, errors.Join(err, file.Close()))
	}
	return &directory{path: path, lock: file}, nil
}

// isStillAt says whether path still leads to the open file.
func isStillAt(file *os.File, path string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(opened, named)
}

// data returns the path of the server's data directory.
func (d *directory) data() string {
	return filepath.Join(d.path, "data")
}

// serverLog returns the path of the file with the server's messages.
func (d *directory) serverLog() string {
	return filepath.Join(d.path, "server.log")
}

// remove deletes the directory with all it holds and gives up its ownership.
func (d *directory) remove() error {
	if err := errors.Join(os.RemoveAll(d.path), d.lock.Close()); err != nil {
		return fmt.Errorf("pgcluster: remove directory: %w", err)
	}
	return nil
}

// staleDirectories locks and returns the clusters' directories below base whose
// owners have died. Those it may not open belong to other users, who will
// remove them.
func staleDirectories(base string) ([]*directory, error) {
	paths, err := filepath.Glob(filepath.Join(base, directoryPrefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("pgcluster: look for stale directories: %w", err)
	}
	var stale []*directory
	for _, path := range paths {
		dir, err := lockDirectory(path)
		switch {
		case err == nil:
			stale = append(stale, dir)
		case !errors.Is(err, errTaken) && !errors.Is(err, os.ErrPermission):
			return stale, err
		}
	}
	return stale, nil
}
