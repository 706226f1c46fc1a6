package spectool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Commands are the contract's commands, made to be embedded in a kong command
// line: "tarnspec" has them at its top and "tarn" below "spec". Every command
// takes its paths relative to the current folder, which is the repository's
// root unless a flag says otherwise.
type Commands struct {
	Import   ImportCommand   `cmd:"" help:"Reduce a published document to its facts (openapi/upstream.yaml)."`
	Bundle   BundleCommand   `cmd:"" help:"Lay the overlays over the facts (openapi/lago.yaml), and write every contract as JSON."`
	Diff     DiffCommand     `cmd:"" help:"Say what one document adds to, changes in and takes from another, by operation."`
	Bump     BumpCommand     `cmd:"" help:"Move to another version: import, bundle, generate, make the tree build, and say what is left to do."`
	Coverage CoverageCommand `cmd:"" help:"List which operations are implemented."`
}

// ImportCommand is "import FILE".
type ImportCommand struct {
	File string `arg:"" type:"existingfile" help:"The published document, YAML or JSON."`
	To   string `type:"path" default:"openapi/upstream.yaml" help:"Where to write the facts."`
}

// Run performs the command.
func (c *ImportCommand) Run() error { return Import(c.File, c.To) }

// BundleCommand is "bundle".
type BundleCommand struct {
	Upstream string   `type:"path" default:"openapi/upstream.yaml" help:"The facts."`
	Overlay  []string `type:"path" default:"openapi/overlay.yaml,openapi/summaries.yaml" help:"The overlays, in order."`
	YAML     string   `name:"yaml" type:"path" default:"openapi/lago.yaml" help:"Where to write the contract."`
	Written  []string `type:"path" default:"openapi/requestlogs.yaml,openapi/admin.yaml" help:"Contracts written by hand, which only get their JSON."`
}

// Run performs the command.
func (c *BundleCommand) Run(k *kong.Context) error {
	report, err := Bundle(BundleInput{Upstream: c.Upstream, Overlays: c.Overlay, YAML: c.YAML, Written: c.Written})
	if err != nil {
		return err
	}
	report.Print(k.Stdout)
	return nil
}

// DiffCommand is "diff OLD NEW".
type DiffCommand struct {
	Old string `arg:"" type:"existingfile" help:"The earlier document."`
	New string `arg:"" type:"existingfile" help:"The later document."`
	ReportFlags
}

// Run performs the command.
func (c *DiffCommand) Run(k *kong.Context) error {
	report, err := Diff(c.Old, c.New)
	if err != nil {
		return err
	}
	if err := c.Write(k.Stdout, report); err != nil {
		return err
	}
	return c.Verdict(len(report.Subjects) > 0, report.Breaking())
}

// BumpCommand is "bump FILE" and "bump --undo".
type BumpCommand struct {
	File   string `arg:"" optional:"" help:"The published document to move to."`
	Root   string `type:"existingdir" default:"." help:"The repository's root."`
	DryRun bool   `help:"Say what would happen; change nothing."`
	Undo   bool   `help:"Take the last bump back; again, the one before."`
	ReportFlags
}

// Run performs the command.
func (c *BumpCommand) Run(k *kong.Context) error {
	if c.Undo {
		undone, err := Undo(c.Root)
		if err != nil {
			return err
		}
		fmt.Fprintf(k.Stdout, "%s restored: back from contract %s on %s\n", plural(undone.Files, "file"), undone.From, undone.To)
		if undone.Left > 0 {
			fmt.Fprintf(k.Stdout, "%s before that can be taken back likewise\n", plural(undone.Left, "bump"))
		}
		return nil
	}
	if c.File == "" {
		return errors.New("bump: name the published document to move to")
	}
	// Told to stop, a bump removes its copy. Told so again, it ends at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop)
	report, err := Bump(ctx, BumpInput{
		Root: c.Root, File: c.File, DryRun: c.DryRun,
		Progress: func(line string) { fmt.Fprintln(k.Stderr, line) },
	})
	if err != nil {
		return err
	}
	if err := c.Write(k.Stdout, report); err != nil {
		return err
	}
	return c.Verdict(len(report.Published.Subjects) > 0, report.Breaking())
}

// CoverageCommand is "coverage".
type CoverageCommand struct {
	Root string `type:"existingdir" default:"." help:"The repository's root."`
}

// Run performs the command.
func (c *CoverageCommand) Run(k *kong.Context) error {
	report, err := Coverage(c.Root)
	if err != nil {
		return err
	}
	report.Print(k.Stdout)
	return nil
}
