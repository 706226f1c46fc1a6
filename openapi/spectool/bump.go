package spectool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrIncomplete is returned by Bump when the tree does not compile with the new
// version of the contract. The report says what is missing.
var ErrIncomplete = errors.New("the tree does not compile with the new contract yet")

// BumpInput says what to bump and where.
type BumpInput struct {
	// Root is the repository's root.
	Root string
	// File is the published document to move to.
	File string
	// AllNames names every operation that uses a changed component.
	AllNames bool
}

// Bump moves the repository at Root to the published document File: it imports
// the facts, lays the overlays over them, generates the code, and writes to w
// what the version adds, changes, removes and breaks by operation, the handlers
// to write and to delete, and what the compiler says. Nothing is rolled back:
// version control does that better. It returns ErrIncomplete when the tree does
// not compile afterwards.
func Bump(ctx context.Context, w io.Writer, in BumpInput) error {
	folder := filepath.Join(in.Root, "openapi")
	bundle := BundleInput{
		Upstream: filepath.Join(folder, "upstream.yaml"),
		Overlays: []string{filepath.Join(folder, "overlay.yaml"), filepath.Join(folder, "summaries.yaml")},
		YAML:     filepath.Join(folder, "lago.yaml"),
		Written:  []string{filepath.Join(folder, "requestlogs.yaml"), filepath.Join(folder, "admin.yaml")},
	}
	previous, err := readDocument(bundle.YAML)
	if err != nil {
		return err
	}
	if err := Import(in.File, bundle.Upstream); err != nil {
		return err
	}
	bundled, err := Bundle(bundle)
	if err != nil {
		return err
	}
	current, err := readDocument(bundle.YAML)
	if err != nil {
		return err
	}
	diffDocuments(previous, current).Print(w, PrintOptions{AllNames: in.AllNames})
	if bundled.findings() {
		heading(w, "Overlay")
		bundled.Print(w)
	}
	return bumpCode(ctx, w, in.Root)
}

// bumpCode generates the code for the contract on disk and reports what the
// source lacks.
func bumpCode(ctx context.Context, w io.Writer, root string) error {
	generated := runGo(ctx, w, root, "Code generation failed", "generate", "./gen/...")
	coverage, err := Coverage(root)
	if err != nil {
		return err
	}
	heading(w, "Handlers")
	coverage.printWork(w)
	compiled := runGo(ctx, w, root, "The compiler says", "build", "./...")
	if !generated || !compiled {
		return ErrIncomplete
	}
	fmt.Fprintln(w, "\nThe tree compiles.")
	return nil
}

// printWork lists the handlers to write, with their signatures, and those to
// delete.
func (r CoverageReport) printWork(w io.Writer) {
	if r.Count(Missing) == 0 && len(r.Orphans) == 0 {
		fmt.Fprintf(w, "Every operation has one: %d implemented, %d pending.\n", r.Count(Implemented), r.Count(Pending))
		return
	}
	if n := r.Count(Missing); n > 0 {
		fmt.Fprintf(w, "%s to write:\n", plural(n, "handler"))
	}
	for _, h := range r.Handlers {
		if h.State == Missing {
			fmt.Fprintf(w, "  %s\n    %s\n", h.Operation, h.Signature())
		}
	}
	if n := len(r.Orphans); n > 0 {
		fmt.Fprintf(w, "%s to delete, the operation is gone:\n", plural(n, "handler"))
	}
	for _, o := range r.Orphans {
		fmt.Fprintf(w, "  %s (%s)\n", o.Method, o.Position)
	}
}

// runGo executes a go command in dir and reports whether it succeeded. If it did
// not, its output goes to w under a heading.
func runGo(ctx context.Context, w io.Writer, dir, title string, args ...string) bool {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err == nil {
		return true
	}
	heading(w, title)
	fmt.Fprintf(w, "%sgo %s: %v\n", output, strings.Join(args, " "), err)
	return false
}

// heading writes the title of a part of the report.
func heading(w io.Writer, title string) { fmt.Fprintf(w, "\n== %s\n", title) }
