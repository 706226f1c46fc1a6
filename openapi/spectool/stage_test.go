package spectool

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// staged copies a repository, changes the copy, and returns it with the changes.
func staged(t *testing.T, root string, changes map[string]string) (stage, []replaced) {
	t.Helper()
	s, err := newStage(t.Context(), root)
	t.Cleanup(s.remove)
	require.NoError(t, err)
	for name, content := range changes {
		if content == "" {
			require.NoError(t, os.Remove(filepath.Join(s.copy, name)))
			continue
		}
		write(t, s.copy, name, content)
	}
	files, err := s.changes()
	require.NoError(t, err)
	return s, files
}

// A server that runs in the repository keeps its database there. It is not
// copied, and so is nothing else that version control would not take.
func TestStage_CopiesWhatVersionControlWouldTake(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, content := range map[string]string{
		".gitignore": "*.db*\n/bin/\n", "known.go": "k", "new.go": "n", "tarn.db": "d", "tarn.db-wal": "w", "bin/tarn": "b", "gone.go": "g",
	} {
		write(t, root, name, content)
	}
	git := exec.CommandContext(t.Context(), "git", "init", "-q")
	git.Dir = root
	require.NoError(t, git.Run())
	git = exec.CommandContext(t.Context(), "git", "add", "known.go", "gone.go")
	git.Dir = root
	require.NoError(t, git.Run())
	require.NoError(t, os.Remove(filepath.Join(root, "gone.go")))
	s, files := staged(t, root, nil)
	require.Empty(t, files)
	require.Equal(t, map[string]string{".gitignore": "*.db*\n/bin/\n", "known.go": "k", "new.go": "n"}, tree(t, s.copy))
}

// Only what was changed in the copy comes into the repository. Whoever works
// there in the meantime keeps what he does: files of a database included where
// no version control says that they are none of the source.
func TestSwap_LeavesTheWorkOfOthers(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"a", "README.md", "gone", "tarn.db"} {
		write(t, root, name, "old")
	}
	s, files := staged(t, root, map[string]string{"a": "new"})
	write(t, root, "README.md", "edited")
	write(t, root, "newfile.txt", "hello")
	write(t, root, "tarn.db", "more taxes")
	require.NoError(t, os.Remove(filepath.Join(root, "gone")))
	require.NoError(t, s.swap(files, Version{}, Version{}))
	require.Equal(t, map[string]string{"a": "new", "README.md": "edited", "newfile.txt": "hello", "tarn.db": "more taxes"}, tree(t, root))
	_, err := Undo(root)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "old", "README.md": "edited", "newfile.txt": "hello", "tarn.db": "more taxes"}, tree(t, root))
}

// A file that the bump changes and somebody else too, made or removed, stops it.
func TestSwap_StopsWhereBothHaveChangedAFile(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(root string){
		"edited":  func(root string) { write(t, root, "a", "edited") },
		"removed": func(root string) { require.NoError(t, os.Remove(filepath.Join(root, "a"))) },
		"made":    func(root string) { write(t, root, "b", "made") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write(t, root, "a", "old")
			write(t, root, "c", "old")
			s, files := staged(t, root, map[string]string{"a": "new", "b": "new", "c": ""})
			meanwhile(root)
			before := tree(t, root)
			require.ErrorIs(t, s.swap(files, Version{}, Version{}), errMeanwhile)
			require.Equal(t, before, tree(t, root))
			require.NoDirExists(t, filepath.Join(root, undoFolder))
		})
	}
}

// What others change while files are being replaced is kept, and what was
// replaced by then is taken back.
func TestTakeBack_LeavesTheWorkOfOthers(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "a", "old")
	write(t, root, "b", "old")
	s, files := staged(t, root, map[string]string{"a": "new", "b": "new"})
	require.NoError(t, s.swap(files, Version{}, Version{}))
	write(t, root, "b", "edited")
	folder, j, _, err := lastStep(root)
	require.NoError(t, err)
	require.NoError(t, takeBack(root, folder, j))
	require.Equal(t, map[string]string{"a": "old", "b": "edited"}, tree(t, root))
}

// A swap that was cut off in the middle, by the end of the process or of power,
// can be taken back, and nothing else is done before it is.
func TestUndo_AfterHalfASwap(t *testing.T) {
	t.Parallel()
	root := bumpable(t)
	before := tree(t, root)
	s, files := staged(t, root, map[string]string{"server/items.go": "new", "made/new.go": "new", "server/errors.go": ""})
	require.Len(t, files, 3)
	require.NoError(t, s.swap(files, Version{}, Version{}))
	after := tree(t, root)
	require.NotEqual(t, before, after)

	// when: it had not come that far
	folder, j, _, err := lastStep(root)
	require.NoError(t, err)
	j.Done = false
	require.NoError(t, writeJournal(folder, j))
	write(t, root, "server/errors.go", before["server/errors.go"])
	write(t, root, "server/items.go.bump", "ne")
	_, err = Bump(t.Context(), BumpInput{Root: root, File: "testdata/old.yaml"})
	require.ErrorIs(t, err, errHalf)
	_, err = Undo(root)
	require.NoError(t, err)
	require.Equal(t, before, tree(t, root))
	require.NoDirExists(t, filepath.Join(root, "made"))
	require.NoDirExists(t, filepath.Join(root, undoFolder))
	require.NoError(t, checkWhole(root))
}

// An undo that was cut off goes on where it was.
func TestUndo_AfterHalfAnUndo(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "a", "old")
	write(t, root, "b", "old")
	s, files := staged(t, root, map[string]string{"a": "new", "b": ""})
	require.NoError(t, s.swap(files, Version{}, Version{}))
	folder, j, _, err := lastStep(root)
	require.NoError(t, err)
	j.Done = false
	require.NoError(t, writeJournal(folder, j))
	write(t, root, "a", "old")
	require.ErrorIs(t, checkWhole(root), errHalf)
	_, err = Undo(root)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "old", "b": "old"}, tree(t, root))
}

// Bumps are taken back one after the other.
func TestUndo_GoesBackStepByStep(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "a", "0")
	for _, content := range []string{"1", "2", "3"} {
		s, files := staged(t, root, map[string]string{"a": content, "retired/server/b": content})
		require.NoError(t, s.swap(files, Version{}, Version{Number: content}))
	}
	for _, want := range []string{"2", "1"} {
		undone, err := Undo(root)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"a": want, "retired/server/b": want}, tree(t, root))
		require.Equal(t, 2, undone.Files)
	}
	undone, err := Undo(root)
	require.NoError(t, err)
	require.Equal(t, Undone{Files: 2, From: Version{Number: "1"}}, undone)
	require.Equal(t, map[string]string{"a": "0"}, tree(t, root))
	require.NoDirExists(t, filepath.Join(root, "retired"), "a folder that only the bump has made")
	_, err = Undo(root)
	require.ErrorIs(t, err, errNoBump)
}

// A bump that is told to stop leaves neither its copy nor a change.
func TestBump_Interrupted(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	root := bumpable(t)
	before := tree(t, root)
	for _, when := range []string{"generating", "building"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Bump(ctx, BumpInput{Root: root, File: "testdata/old.yaml", Progress: func(line string) {
			if strings.HasPrefix(line, when) {
				cancel()
			}
		}})
		cancel()
		require.ErrorIs(t, err, errInterrupted)
		require.Equal(t, before, tree(t, root))
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.False(t, slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "tarn-bump-") }))
	}
}
