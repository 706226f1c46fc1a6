// Command tarn serves Lago's billing API from one binary. This package reads
// the configuration and wires the rooms together; it holds no behaviour of its
// own.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones work without the operating system's

	"github.com/alecthomas/kong"
)

// commandLine is every command with its flags.
type commandLine struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the API (the default command)."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema to the newest version."`
	Org     orgCommand     `cmd:"" help:"Manage organizations."`
	Key     keyCommand     `cmd:"" help:"Manage API keys."`
	Clock   clockCommand   `cmd:"" help:"Show and move the clocks of organizations."`
	Listen  listenCommand  `cmd:"" help:"Print the webhooks of an organization as they come, and send them on."`
	Ready   readyCommand   `cmd:"" help:"Ask whether a running server is ready; the status is 0 if it is."`
	Seed    seedCommand    `cmd:"" help:"Fill an organization with example data, through the API of a running server."`
	Spec    specCommand    `cmd:"" help:"Work on the contract: import, bundle, diff, bump, coverage, replay."`
	Version versionCommand `cmd:"" help:"Print the version."`
	Help    helpCommand    `cmd:"" help:"Explain a command."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() {
	app := kong.Must(&commandLine{},
		kong.Name("tarn"),
		kong.Description("Lago's billing API as one binary: generated from its contract, with real state and a full audit trail."),
		kong.Vars{"version": "tarn " + version()},
	)
	app.FatalIfErrorf(execute(app, os.Args[1:]))
}

// execute runs the command that the arguments name. A refusal is one line; a
// command line that cannot be understood has a status of its own.
func execute(app *kong.Kong, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		// A command is named, so the default one is not meant: a typing error
		// is one in the command's name, and is answered with the nearest.
		app.Model.DefaultCmd = nil
	}
	parsed, err := app.Parse(args)
	if err == nil {
		parsed.BindTo(ctx, (*context.Context)(nil))
		err = parsed.Run()
	}
	if failed, ok := errors.AsType[*kong.ParseError](err); ok && failed.Context.Command() == "" {
		err = fmt.Errorf("%w (tarn help lists the commands)", err)
	}
	if err != nil {
		return oneLine{err}
	}
	return nil
}

// oneLine is an error whose text has no line breaks, as those of joined errors
// have.
type oneLine struct{ error }

// Error is the text of the error.
func (e oneLine) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }

// Unwrap is the error itself, which may know the status to end with.
func (e oneLine) Unwrap() error { return e.error }

// helpCommand explains a command as its --help does.
type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command, such as: key create."`
}

// Run prints the help, and ends the program.
func (h helpCommand) Run(app *kong.Kong) error {
	_, err := app.Parse(append(h.Command, "--help"))
	return err
}

// versionCommand prints the version.
type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(app *kong.Kong) error {
	_, err := fmt.Fprintln(app.Stdout, "tarn", version())
	return err
}

// released is set by the linker for releases.
var released = "" //nolint:gochecknoglobals // the linker sets variables only

// version is the release, or what the build knows of its source.
func version() string {
	if released != "" {
		return released
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
