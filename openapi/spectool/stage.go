package spectool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A stage is a copy of the repository in which a bump is carried out, so that
// the repository itself changes at once or not at all.
type stage struct {
	root string // the repository
	copy string // its copy
	// copied has the digests of what was copied. What a bump has changed is told
	// from it and not from the repository, in which others go on working.
	copied map[string]string
}

// notStaged are folders that no build needs.
var notStaged = []string{".git", "bin", "coverage", "node_modules", undoFolder}

// newStage copies the repository at root. The stage is to be removed even where
// this fails.
func newStage(ctx context.Context, root string) (stage, error) {
	s := stage{root: root, copied: map[string]string{}}
	folder, err := os.MkdirTemp("", "tarn-bump-")
	if err != nil {
		return s, fmt.Errorf("copy the repository: %w", err)
	}
	s.copy = folder
	// The system's folder may be named by a link, which go list would resolve.
	if resolved, err := filepath.EvalSymlinks(folder); err == nil {
		s.copy = resolved
	}
	names, err := sources(ctx, root)
	if err != nil {
		return s, err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return s, fmt.Errorf("copy the repository: %w", err)
		}
		if err := s.take(name); err != nil {
			return s, fmt.Errorf("copy the repository: %w", err)
		}
	}
	return s, nil
}

// take copies a file. One that is gone by now, or is none, is no part of it.
func (s stage) take(name string) error {
	info, err := os.Lstat(filepath.Join(s.root, name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(s.root, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	s.copied[name] = digest(data)
	return put(filepath.Join(s.copy, name), data, info.Mode())
}

// remove deletes the copy.
func (s stage) remove() {
	if s.copy != "" {
		_ = os.RemoveAll(s.copy)
	}
}

// sources lists what a repository is made of: what version control knows or
// would take. Databases and documents that a server has left in the folder are
// nobody's source. Where there is no version control every file counts, which
// copies more than is needed and changes nothing else.
func sources(ctx context.Context, root string) ([]string, error) {
	command := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = root
	listed, err := command.Output()
	if err != nil || len(listed) == 0 {
		return regularFiles(root)
	}
	var names []string
	for name := range strings.SplitSeq(string(bytes.TrimRight(listed, "\x00")), "\x00") {
		if name != "" && !slices.ContainsFunc(strings.Split(name, "/"), isNotStaged) {
			names = append(names, filepath.FromSlash(name))
		}
	}
	return names, nil
}

func isNotStaged(folder string) bool { return slices.Contains(notStaged, folder) }

// regularFiles lists the files below a folder that may belong into a stage.
func regularFiles(root string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != root:
			return nil // it went while the others were listed
		case err != nil:
			return err
		case entry.IsDir() && isNotStaged(entry.Name()):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		name, err := filepath.Rel(root, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the repository: %w", err)
	}
	return names, nil
}

// put writes a file that is whole at any moment: another one takes its name when
// it is written.
func put(path string, data []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as any folder of a repository
		return err
	}
	temporary := path + temporarySuffix
	if err := os.WriteFile(temporary, data, mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// temporarySuffix ends the name of a file that is not written to its end.
const temporarySuffix = ".bump"

// replaced is a file that a bump has changed, made or removed.
type replaced struct {
	Name string
	// Old and New are the digests of what it said before and says after; empty
	// where there was no such file, or is none.
	Old, New string
}

// changes lists what was changed in the copy since it was made.
func (s stage) changes() ([]replaced, error) {
	names, err := regularFiles(s.copy)
	if err != nil {
		return nil, err
	}
	for name := range s.copied {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []replaced
	for _, name := range slices.Compact(names) {
		current, err := digestOf(filepath.Join(s.copy, name))
		if err != nil {
			return nil, fmt.Errorf("compare the copy: %w", err)
		}
		if old := s.copied[name]; old != current {
			out = append(out, replaced{Name: name, Old: old, New: current})
		}
	}
	return out, nil
}

// digestOf is the digest of a file; empty where there is none.
func digestOf(path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return digest(data), nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
