package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"tarn/clock"
	"tarn/seed"
)

// seedTimeout bounds each request of the command.
const seedTimeout = 30 * time.Second

// bothCompanies stands for all companies of the example.
const bothCompanies = "both"

// seedCommand fills an organization with data.
type seedCommand struct {
	Example bool   `required:"" help:"Fill the organization with the example: two companies with customers and what they use."`
	Company string `enum:"ai,saas,both" default:"both" help:"Whose data: an AI API's (ai), a SaaS company's (saas), or both."`
	serverFlags
	Key string `env:"TARN_API_KEY" help:"API key of the organization."`

	History  bool   `help:"Tell a year of it in an organization of its own, whose clock goes from month to month."`
	AdminKey string `env:"TARN_ADMIN_KEY" help:"Key of the administration, which makes the organization of --history."`
}

// Validate asks for the key that the command needs. Without --example that is
// what is missing.
func (s seedCommand) Validate() error {
	switch {
	case !s.Example:
		return nil
	case s.History && s.AdminKey == "":
		return errors.New("missing flags: --admin-key=STRING")
	case !s.History && s.Key == "":
		return errors.New("missing flags: --key=STRING")
	}
	return nil
}

// Run sends the example to the server and prints what it made. What is there
// already stays as it is.
func (s seedCommand) Run(ctx context.Context, app *kong.Context) error {
	companies := []string{s.Company}
	if s.Company == bothCompanies {
		companies = []string{seed.AI, seed.SaaS}
	}
	steps, err := seed.Example(companies...)
	if err != nil {
		return err
	}
	server, err := s.server()
	if err != nil {
		return err
	}
	client := seed.Client{URL: server, Key: s.Key, HTTP: &http.Client{Timeout: seedTimeout}}
	report, err := s.apply(ctx, app, client, steps)
	if _, unreachable := errors.AsType[*net.OpError](err); unreachable {
		err = fmt.Errorf("no server answers at %s; --listen (TARN_LISTEN) or --url (TARN_URL) say where it is: %w", server, err)
	}
	return errors.Join(err, printReport(app, report))
}

// apply does the steps in the organization of the key, or in one of its own whose
// key it prints.
func (s seedCommand) apply(ctx context.Context, app *kong.Context, client seed.Client, steps []seed.Step) (seed.Report, error) {
	if !s.History {
		return client.Apply(ctx, steps)
	}
	client.Key = s.AdminKey
	told, err := client.Tell(ctx, steps, clock.Real().Now())
	if told.Key != "" {
		_, printErr := fmt.Fprintf(app.Stdout, "organization %s, API key %s\n", told.ID, told.Key)
		err = errors.Join(err, printErr)
	}
	return told.Report, err
}

// printReport prints a line for each kind of object, and nothing where nothing
// was done.
func printReport(app *kong.Context, report seed.Report) error {
	if len(report) == 0 {
		return nil
	}
	lines := make([][]string, len(report))
	for i, line := range report {
		lines[i] = []string{line.Kind, strconv.Itoa(line.Made), strconv.Itoa(line.Unchanged)}
	}
	return printTable(app.Stdout, []string{"OBJECTS", "MADE", "ALREADY THERE"}, lines)
}
