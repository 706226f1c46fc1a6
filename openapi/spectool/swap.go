package spectool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// undoFolder keeps what bumps have replaced, below the root: a folder for each,
// numbered in their order, with its journal and the old files.
const undoFolder = ".bump"

// keptSteps is how many bumps can be taken back, one after the other.
const keptSteps = 20

// The contents of such a folder.
const (
	journalFile = "journal.json"
	oldFolder   = "old"
)

// journal says what a bump has replaced.
type journal struct {
	From, To Version
	Files    []replaced
	// Done is false from before the first file is replaced until the last one is,
	// and while a bump is taken back. A tree that was left in between is neither
	// the old nor the new one.
	Done bool
}

var (
	// errNoBump is returned when there is no bump to take back.
	errNoBump = errors.New("there is no bump to take back")
	// errMeanwhile is returned where a file that a bump changes has been changed
	// by somebody else while it was at work.
	errMeanwhile = errors.New("changed while the bump was at work; keep these changes and bump again")
	// errHalf is returned where a bump was cut off while it replaced files.
	errHalf = errors.New("a bump was cut off while it replaced files: take it back first, with make bump-undo (bin/tarnspec bump --undo)")
)

// swap brings the changes of the copy into the repository. What they replace is
// kept first, so that whatever happens the way back is there; where the swap
// itself fails, it is taken at once. Files that others have changed since the
// copy was made stop it.
func (s stage) swap(files []replaced, from, to Version) error {
	if len(files) == 0 {
		return nil
	}
	if err := asCopied(s.root, files); err != nil {
		return err
	}
	j := journal{From: from, To: to, Files: files}
	folder, err := keepOld(s.root, j)
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	for _, f := range files {
		err := asCopied(s.root, []replaced{f})
		if err == nil {
			err = bring(s.copy, s.root, f.Name, f.New != "")
		}
		if err != nil {
			err = fmt.Errorf("replace %s: %w", f.Name, err)
			if back := takeBack(s.root, folder, j); back != nil {
				err = errors.Join(errHalf, err, back)
			}
			return err
		}
	}
	j.Done = true
	if err := writeJournal(folder, j); err != nil {
		return errors.Join(errHalf, err)
	}
	return nil
}

// asCopied says which files of a repository are not as they were when the copy
// was made.
func asCopied(root string, files []replaced) error {
	var changed []string
	for _, f := range files {
		now, err := digestOf(filepath.Join(root, f.Name))
		if err != nil {
			return err
		}
		if now != f.Old {
			changed = append(changed, filepath.ToSlash(f.Name))
		}
	}
	if len(changed) > 0 {
		return fmt.Errorf("%s: %w", strings.Join(changed, ", "), errMeanwhile)
	}
	return nil
}

// keepOld writes the files that will be replaced and the journal, and returns
// the folder that has them. The journal comes last: a folder without one was
// not finished, and nothing was replaced by then.
func keepOld(root string, j journal) (string, error) {
	steps, err := stepsOf(root)
	if err != nil {
		return "", err
	}
	next := 1
	if len(steps) > 0 {
		last, err := strconv.Atoi(filepath.Base(steps[len(steps)-1]))
		if err != nil {
			return "", fmt.Errorf("keep what the bump replaces: %w", err)
		}
		next = last + 1
	}
	for len(steps) >= keptSteps {
		if err := os.RemoveAll(steps[0]); err != nil {
			return "", fmt.Errorf("keep what the bump replaces: %w", err)
		}
		steps = steps[1:]
	}
	folder := filepath.Join(root, undoFolder, fmt.Sprintf("%06d", next))
	if err := os.RemoveAll(folder); err != nil {
		return folder, fmt.Errorf("keep what the bump replaces: %w", err)
	}
	for _, f := range j.Files {
		if f.Old == "" {
			continue
		}
		if err := bring(root, filepath.Join(folder, oldFolder), f.Name, true); err != nil {
			return folder, fmt.Errorf("keep what the bump replaces: %w", err)
		}
	}
	return folder, writeJournal(folder, j)
}

// writeJournal keeps a journal in the folder of its bump.
func writeJournal(folder string, j journal) error {
	data, err := json.MarshalIndent(j, "", "  ")
	if err == nil {
		err = put(filepath.Join(folder, journalFile), data, 0o644)
	}
	if err != nil {
		return fmt.Errorf("keep what the bump replaces: %w", err)
	}
	return nil
}

// stepsOf lists the folders of the bumps that can be taken back, oldest first.
func stepsOf(root string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(root, undoFolder, "[0-9]*", journalFile))
	if err != nil {
		return nil, fmt.Errorf("find the last bump: %w", err)
	}
	slices.Sort(found)
	for i, name := range found {
		found[i] = filepath.Dir(name)
	}
	return found, nil
}

// lastStep reads the journal of the last bump; the folder is empty where there
// is none.
func lastStep(root string) (folder string, j journal, left int, err error) {
	steps, err := stepsOf(root)
	if err != nil || len(steps) == 0 {
		return "", j, 0, err
	}
	folder = steps[len(steps)-1]
	data, err := os.ReadFile(filepath.Join(folder, journalFile))
	if err == nil {
		err = json.Unmarshal(data, &j)
	}
	if err != nil {
		return "", j, 0, fmt.Errorf("read the last bump: %w", err)
	}
	return folder, j, len(steps) - 1, nil
}

// checkWhole reports an error where a bump was cut off in the middle.
func checkWhole(root string) error {
	folder, j, _, err := lastStep(root)
	if err == nil && folder != "" && !j.Done {
		err = errHalf
	}
	return err
}

// bring gives a file of one folder to another, or takes it away there, with the
// folders that are empty then.
func bring(from, to, name string, there bool) error {
	target := filepath.Join(to, name)
	if !there {
		if err := os.Remove(target); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removeEmpty(to, filepath.Dir(name))
		return nil
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

// removeEmpty removes a folder below another, and those above it, as far as
// nothing is in them.
func removeEmpty(root, folder string) {
	for ; folder != "." && folder != string(filepath.Separator); folder = filepath.Dir(folder) {
		if os.Remove(filepath.Join(root, folder)) != nil {
			return // something is in it
		}
	}
}

// Undone says what was taken back.
type Undone struct {
	// Files is how many files are as they were.
	Files int
	// From is the version that was left, To the one that the repository is on now.
	From, To Version
	// Left is how many earlier bumps can be taken back too.
	Left int
}

// Undo takes the last bump of the repository at root back. It refuses where a
// file was changed since, because the change would be lost.
func Undo(root string) (Undone, error) {
	folder, j, left, err := lastStep(root)
	if err != nil {
		return Undone{}, err
	}
	if folder == "" {
		return Undone{}, errNoBump
	}
	if changed := changedSince(root, j); len(changed) > 0 {
		return Undone{}, fmt.Errorf("changed since the bump, and would be lost: %s", strings.Join(changed, ", "))
	}
	return Undone{Files: len(j.Files), From: j.To, To: j.From, Left: left}, takeBack(root, folder, j)
}

// takeBack restores the files of a bump, and forgets it. What somebody else has
// changed stays as it is.
func takeBack(root, folder string, j journal) error {
	changed := changedSince(root, j)
	j.Done = false
	err := writeJournal(folder, j)
	for _, f := range j.Files {
		_ = os.Remove(filepath.Join(root, f.Name+temporarySuffix)) // left only where a bump was cut off
		if err == nil && !slices.Contains(changed, filepath.ToSlash(f.Name)) {
			err = bringBack(root, folder, f)
		}
	}
	if err == nil {
		err = os.Remove(filepath.Join(folder, journalFile))
	}
	if err == nil {
		err = os.RemoveAll(folder)
	}
	if err != nil {
		return fmt.Errorf("take the bump back: %w", err)
	}
	_ = os.Remove(filepath.Dir(folder)) // where it was the only one
	return nil
}

// bringBack restores a file that is not as it was.
func bringBack(root, folder string, f replaced) error {
	if now, err := digestOf(filepath.Join(root, f.Name)); err != nil || now == f.Old {
		return err
	}
	return bring(filepath.Join(folder, oldFolder), root, f.Name, f.Old != "")
}

// changedSince lists the files that are neither as the bump left them nor as it
// found them, which is so after a swap that was cut off.
func changedSince(root string, j journal) []string {
	var out []string
	for _, f := range j.Files {
		now, err := digestOf(filepath.Join(root, f.Name))
		if err != nil || now != f.Old && now != f.New {
			out = append(out, filepath.ToSlash(f.Name))
		}
	}
	return out
}
