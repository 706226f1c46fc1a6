package spectool

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A stage is a copy of the repository in which a bump is carried out, so that
// the repository itself changes at once or not at all.
type stage struct {
	root string // the repository
	copy string // its copy
}

// notStaged are folders that no build needs.
var notStaged = []string{".git", "bin", "coverage", "node_modules", undoFolder}

// undoFolder keeps what a bump has replaced, below the root.
const undoFolder = ".bump"

// newStage copies the repository at root.
func newStage(root string) (stage, error) {
	s := stage{root: root}
	folder, err := os.MkdirTemp("", "tarn-bump-")
	if err != nil {
		return s, fmt.Errorf("copy the repository: %w", err)
	}
	// The system's folder may be named by a link, which go list would resolve.
	if s.copy, err = filepath.EvalSymlinks(folder); err != nil {
		return s, fmt.Errorf("copy the repository: %w", err)
	}
	files, err := staged(root)
	if err != nil {
		return s, err
	}
	for name, mode := range files {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err == nil {
			err = put(filepath.Join(s.copy, name), data, mode)
		}
		if err != nil {
			return s, fmt.Errorf("copy the repository: %w", err)
		}
	}
	return s, nil
}

// remove deletes the copy.
func (s stage) remove() { _ = os.RemoveAll(s.copy) }

// staged lists the regular files below a folder that belong into a stage.
func staged(root string) (map[string]fs.FileMode, error) {
	files := map[string]fs.FileMode{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(notStaged, entry.Name()) {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		files[name] = info.Mode()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the repository: %w", err)
	}
	return files, nil
}

// put writes a file that is whole at any moment: another one takes its name when
// it is written.
func put(path string, data []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as any folder of a repository
		return err
	}
	temporary := path + ".bump"
	if err := os.WriteFile(temporary, data, mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// replaced is a file that a bump has changed, made or removed.
type replaced struct {
	Name string
	// Before says that there was one, After that there is one.
	Before, After bool
	// Digest is that of the new content.
	Digest string
}

// journal says what a bump has replaced; the old files lie beside it.
type journal struct {
	From, To Version
	Files    []replaced
}

const journalFile = "journal.json"

// changes lists the files in which the copy differs from the repository.
func (s stage) changes() ([]replaced, error) {
	before, err := staged(s.root)
	if err != nil {
		return nil, err
	}
	after, err := staged(s.copy)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(before))
	for name := range before {
		names = append(names, name)
	}
	for name := range after {
		if _, known := before[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []replaced
	for _, name := range names {
		_, was := before[name]
		_, is := after[name]
		old, err := contentIf(was, filepath.Join(s.root, name))
		if err != nil {
			return nil, err
		}
		current, err := contentIf(is, filepath.Join(s.copy, name))
		if err != nil {
			return nil, err
		}
		if was != is || !bytes.Equal(old, current) {
			out = append(out, replaced{Name: name, Before: was, After: is, Digest: digest(current)})
		}
	}
	return out, nil
}

// contentIf reads a file if there is one.
func contentIf(there bool, path string) ([]byte, error) {
	if !there {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("compare the copy: %w", err)
	}
	return data, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// swap brings the changes of the copy into the repository. What they replace is
// kept first, so that whatever happens the way back is there; where the swap
// itself fails, it is taken at once.
func (s stage) swap(from, to Version) ([]replaced, error) {
	files, err := s.changes()
	if err != nil || len(files) == 0 {
		return files, err
	}
	if err := s.keepOld(journal{From: from, To: to, Files: files}); err != nil {
		return nil, fmt.Errorf("keep what the bump replaces: %w", err)
	}
	for _, f := range files {
		if err := bring(s.copy, s.root, f.Name, f.After); err != nil {
			_, back := restore(s.root, true)
			return nil, errors.Join(fmt.Errorf("replace %s: %w", f.Name, err), back)
		}
	}
	return files, nil
}

// keepOld writes the files that will be replaced and the journal.
func (s stage) keepOld(j journal) error {
	folder := filepath.Join(s.root, undoFolder)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for _, f := range j.Files {
		if f.Before {
			if err := bring(s.root, filepath.Join(folder, "old"), f.Name, true); err != nil {
				return err
			}
		}
	}
	data, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	return put(filepath.Join(folder, journalFile), data, 0o644)
}

// bring gives a file of one folder to another, or takes it away there.
func bring(from, to, name string, there bool) error {
	target := filepath.Join(to, name)
	if !there {
		return os.Remove(target)
	}
	info, err := os.Stat(filepath.Join(from, name))
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		return err
	}
	return put(target, data, info.Mode())
}

// errNoBump is returned when there is no bump to take back.
var errNoBump = errors.New("there is no bump to take back")

// Undo takes the last bump of the repository at root back, and returns how many
// files it has restored. It refuses where a file was changed since, because the
// change would be lost.
func Undo(root string) (int, error) { return restore(root, false) }

// restore is Undo; forced, it asks nothing.
func restore(root string, forced bool) (int, error) {
	folder := filepath.Join(root, undoFolder)
	data, err := os.ReadFile(filepath.Join(folder, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errNoBump
	}
	if err != nil {
		return 0, fmt.Errorf("take the bump back: %w", err)
	}
	var j journal
	if err := json.Unmarshal(data, &j); err != nil {
		return 0, fmt.Errorf("take the bump back: %w", err)
	}
	if changed := changedSince(root, j); len(changed) > 0 && !forced {
		return 0, fmt.Errorf("changed since the bump, and would be lost: %s", strings.Join(changed, ", "))
	}
	for _, f := range j.Files {
		err := bring(filepath.Join(folder, "old"), root, f.Name, f.Before)
		if err != nil && !(errors.Is(err, fs.ErrNotExist) && !f.Before) {
			return 0, fmt.Errorf("take the bump back: %w", err)
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		return 0, fmt.Errorf("take the bump back: %w", err)
	}
	return len(j.Files), nil
}

// changedSince lists the files that are neither as the bump left them nor as it
// found them, which is so after a swap that was cut off.
func changedSince(root string, j journal) []string {
	var out []string
	for _, f := range j.Files {
		now, err := os.ReadFile(filepath.Join(root, f.Name))
		if err == nil && f.After && digest(now) == f.Digest || err != nil && !f.After {
			continue
		}
		old, errOld := os.ReadFile(filepath.Join(root, undoFolder, "old", f.Name))
		if err == nil && errOld == nil && bytes.Equal(now, old) || err != nil && !f.Before {
			continue
		}
		out = append(out, f.Name)
	}
	return out
}
