package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

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
	URL     string `name:"url" env:"TARN_URL" default:"http://127.0.0.1:3000" help:"Address of the server."`
	Key     string `env:"TARN_API_KEY" required:"" help:"API key of the organization."`
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
	client := seed.Client{URL: s.URL, Key: s.Key, HTTP: &http.Client{Timeout: seedTimeout}}
	report, err := client.Apply(ctx, steps)
	return errors.Join(err, printReport(app, report))
}

// printReport prints a line for each kind of object, and nothing where nothing
// was done.
func printReport(app *kong.Context, report seed.Report) error {
	if len(report) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(app.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "OBJECTS\tMADE\tALREADY THERE") // Flush tells
	for _, line := range report {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\n", line.Kind, line.Made, line.Unchanged)
	}
	return table.Flush()
}
