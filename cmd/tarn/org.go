package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"tarn/clock"
	"tarn/engine"
	"tarn/nullable"
	"tarn/store"
	"tarn/wire"
)

// orgCommand manages organizations.
type orgCommand struct {
	Create orgCreateCommand `cmd:"" help:"Make an organization and print its first API key, once."`
	List   orgListCommand   `cmd:"" help:"List the organizations."`
}

// orgCreateCommand makes an organization.
type orgCreateCommand struct {
	recordingFlags
	Name            string     `arg:"" help:"Name of the organization."`
	Plan            string     `default:"free" enum:"free,starter,beta,pro,enterprise" help:"Plan: free, starter, beta, pro or enterprise."`
	Email           *string    `help:"Address of the organization."`
	Currency        string     `default:"USD" help:"Default currency."`
	Country         *string    `help:"Country, two letters."`
	Timezone        string     `default:"UTC" help:"Time zone, such as Europe/Paris."`
	AuditLogsPeriod *int       `help:"Days for which API and activity logs are kept; for ever when left out."`
	Clock           *time.Time `help:"Instant at which the organization's time stands, such as 2030-01-01T00:00:00Z; real time when left out."`
	Quiet           bool       `short:"q" help:"Print the key alone."`
}

// Run makes the organization.
func (o orgCreateCommand) Run(ctx context.Context, app *kong.Context) error {
	if !wire.KnownCurrency(o.Currency) {
		return fmt.Errorf("no such currency: %s", o.Currency)
	}
	if !wire.KnownTimezone(o.Timezone) {
		return fmt.Errorf("no such time zone: %s", o.Timezone)
	}
	s, err := o.openLasting(ctx, databaseFlags(o.recordingFlags).options(), (*store.Store).Migrate)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var made engine.NewOrganization
	err = s.System(ctx, func(sys *store.System) (err error) {
		made, err = engine.CreateOrganization(sys, uuid.Nil, o.frozenAt(), o.input())
		return err
	})
	if err != nil {
		return err
	}
	if o.Quiet {
		_, err = fmt.Fprintln(app.Stdout, made.KeyValue)
		return err
	}
	return printLines(app.Stdout,
		"organization", made.Organization.ID.String(),
		"short name", made.Organization.Slug,
		"API key", made.KeyValue+"   (shown once)",
	)
}

func (o orgCreateCommand) frozenAt() *time.Time {
	if o.Clock == nil {
		return nil
	}
	at := clock.Normalize(*o.Clock)
	return &at
}

func (o orgCreateCommand) input() engine.OrganizationInput {
	return engine.OrganizationInput{
		Name:            nullable.NewNullableWithValue(o.Name),
		Email:           given(o.Email),
		Plan:            nullable.NewNullableWithValue(o.Plan),
		AuditLogsPeriod: given(o.AuditLogsPeriod),
		DefaultCurrency: nullable.NewNullableWithValue(o.Currency),
		Country:         given(o.Country),
		Timezone:        nullable.NewNullableWithValue(o.Timezone),
	}
}

// given is a flag as an input that is absent when the flag is.
func given[T any](flag *T) nullable.Nullable[T] {
	if flag == nil {
		return nullable.Nullable[T]{}
	}
	return nullable.NewNullableWithValue(*flag)
}

// orgListCommand lists organizations.
type orgListCommand struct {
	databaseFlag
}

// Run lists the organizations, newest first.
func (o orgListCommand) Run(ctx context.Context, app *kong.Context) error {
	s, err := o.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var orgs []store.Organization
	err = s.SystemRead(ctx, func(sys *store.System) (err error) {
		orgs, err = allOrganizations(sys)
		return err
	})
	if err != nil {
		return err
	}
	lines := make([][]string, len(orgs))
	for i, org := range orgs {
		time := "real"
		if org.FrozenAt != nil {
			time = written(org.FrozenAt)
		}
		lines[i] = []string{org.ID.String(), org.Slug, string(org.Plan), time, written(&org.CreatedAt), org.Name}
	}
	return printTable(app.Stdout, []string{"ID", "SHORT NAME", "PLAN", "CLOCK", "CREATED", "NAME"}, lines)
}

// allOrganizations reads every page of the organizations, newest first.
func allOrganizations(sys *store.System) ([]store.Organization, error) {
	var all []store.Organization
	for page := 1; ; page++ {
		list, err := sys.Organizations(store.Page{Number: page})
		if err != nil || len(list.Rows) == 0 {
			return all, err
		}
		all = append(all, list.Rows...)
	}
}

// printTable prints lines under a heading, in columns.
func printTable(out io.Writer, heading []string, lines [][]string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, line := range append([][]string{heading}, lines...) {
		_, _ = fmt.Fprintln(table, strings.Join(line, "\t")) // Flush tells
	}
	return table.Flush()
}

// printLines prints pairs of a label and a value, one on each line.
func printLines(out io.Writer, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if _, err := fmt.Fprintf(out, "%-13s %s\n", pairs[i], pairs[i+1]); err != nil {
			return err
		}
	}
	return nil
}
