// Command tarn serves Lago's billing API from one binary. This package reads
// the configuration and wires the rooms together; it holds no behaviour of its
// own.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // time zones work without the operating system's

	"github.com/alecthomas/kong"

	"tarn/openapi/spectool"
)

// commandLine is every command with its flags.
type commandLine struct {
	Serve   serveCommand      `cmd:"" default:"withargs" help:"Serve the API (the default command)."`
	Migrate migrateCommand    `cmd:"" help:"Bring the database's schema to the newest version."`
	Org     orgCommand        `cmd:"" help:"Manage organizations."`
	Key     keyCommand        `cmd:"" help:"Manage API keys."`
	Seed    seedCommand       `cmd:"" help:"Fill an organization with example data, through the API of a running server."`
	Spec    spectool.Commands `cmd:"" help:"Work on the contract: import, bundle, diff, coverage, bump."`
	Version versionCommand    `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed := kong.Parse(&commandLine{},
		kong.Name("tarn"),
		kong.Description("Lago's billing API as one binary: generated from its contract, with real state and a full audit trail."),
		kong.ShortUsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tarn:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// versionCommand prints the version.
type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	_, err := fmt.Fprintln(os.Stdout, "tarn", version())
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
