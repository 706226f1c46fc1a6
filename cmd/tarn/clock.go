package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/alecthomas/kong"

	"tarn/clock"
	"tarn/engine"
	"tarn/fault"
	"tarn/jobs"
	"tarn/store"
)

// clockCommand shows and moves the clock of an organization.
type clockCommand struct {
	Show    clockShowCommand    `cmd:"" help:"Show what the clock of an organization says."`
	Set     clockSetCommand     `cmd:"" help:"Move the clock to an instant, and do what falls due on the way."`
	Advance clockAdvanceCommand `cmd:"" help:"Move the clock by a duration, and do what falls due on the way."`
}

// clockShowCommand shows a clock.
type clockShowCommand struct {
	organizationFlags
}

// Run shows the clock.
func (c clockShowCommand) Run(ctx context.Context, app *kong.Context) error {
	return c.in(ctx, func(s *store.Store, scope store.Scope) error { return printClock(ctx, app, s, scope) })
}

// clockMoveFlags are what commands take that move a clock: webhooks are due on its way.
type clockMoveFlags struct {
	organizationRecordingFlags
	webhookFlags
}

// defaultAPIURL is where a server listens unless it is told otherwise.
const defaultAPIURL = "http://127.0.0.1:3000"

// Validate refuses settings that make no sense.
func (f clockMoveFlags) Validate() error {
	return errors.Join(f.recordingFlags.Validate(), f.webhookFlags.Validate())
}

// clockSetCommand moves a clock to an instant.
type clockSetCommand struct {
	clockMoveFlags
	To time.Time `arg:"" help:"The instant, such as 2030-01-01T00:00:00Z. A clock on real time stands from then on."`
}

// Run moves the clock.
func (c clockSetCommand) Run(ctx context.Context, app *kong.Context) error {
	return c.move(ctx, app, func(runner *jobs.Runner, scope store.Scope) error {
		return runner.Advance(ctx, scope.Organization, c.To)
	})
}

// clockAdvanceCommand moves a clock by a duration.
type clockAdvanceCommand struct {
	clockMoveFlags
	By string `arg:"" help:"The duration as ISO 8601 writes it, such as P1M, P10D or PT12H. A clock on real time stands from then on."`
}

// Validate refuses what is no duration.
func (c clockAdvanceCommand) Validate() error {
	if err := c.clockMoveFlags.Validate(); err != nil || c.By == "" {
		return err // a duration that is missing is refused by its name
	}
	if _, err := clock.ParseDuration(c.By); err != nil {
		return fmt.Errorf("%w; one month is P1M, twelve hours are PT12H", err)
	}
	return nil
}

// Run moves the clock.
func (c clockAdvanceCommand) Run(ctx context.Context, app *kong.Context) error {
	by, err := clock.ParseDuration(c.By)
	if err != nil {
		return err
	}
	return c.move(ctx, app, func(runner *jobs.Runner, scope store.Scope) error {
		return runner.AdvanceBy(ctx, scope.Organization, by)
	})
}

// move moves the clock of the organization and shows where it stands.
func (f clockMoveFlags) move(ctx context.Context, app *kong.Context, move func(*jobs.Runner, store.Scope) error) error {
	return f.in(ctx, func(s *store.Store, scope store.Scope) error {
		sender := f.sender(s, defaultAPIURL)
		runner := jobs.NewRunner(s, engine.Workers().With(sender.Workers()), slog.Default())
		err := move(runner, scope)
		runner.Wait()
		if fault.Is(err, fault.Validation) {
			return fmt.Errorf("a clock only moves forward, and by five years at most at once: %w", err)
		}
		if err != nil {
			return err
		}
		return printClock(ctx, app, s, scope)
	})
}

// printClock prints what the clock of an organization says.
func printClock(ctx context.Context, app *kong.Context, s *store.Store, scope store.Scope) error {
	var org store.Organization
	var now time.Time
	err := s.Read(ctx, scope, func(tx *store.Tx) error {
		org, now = tx.Organization(), tx.Now()
		return nil
	})
	if err != nil {
		return err
	}
	way := "real time"
	if org.FrozenAt != nil {
		way = "stands until it is moved"
	}
	return printLines(app.Stdout, "organization", org.Slug, "clock", fmt.Sprintf("%s   (%s)", now.Format(time.RFC3339Nano), way))
}
