package spectool

import (
	"encoding/json"
	"fmt"
	"io"
)

// ReportFlags are how a command writes its report and when it fails.
type ReportFlags struct {
	JSON     bool   `name:"json" xor:"form" help:"Write the report as JSON."`
	Markdown bool   `xor:"form" help:"Write the report as Markdown, for a pull request."`
	FailOn   string `enum:"never,breaking,any" default:"never" help:"Differences on which to exit with status 3: never, breaking or any."`
	All      bool   `help:"Name every operation that uses a shared component."`
}

// Printable is a report.
type Printable interface {
	Print(w io.Writer, options PrintOptions)
}

// Write writes a report in the form that was asked for.
func (f ReportFlags) Write(w io.Writer, r Printable) error {
	if !f.JSON {
		r.Print(w, PrintOptions{AllNames: f.All, Markdown: f.Markdown})
		return nil
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Verdict is the error by which a command says that there are differences of
// the kind on which it is to fail.
func (f ReportFlags) Verdict(differs, breaking bool) error {
	switch {
	case f.FailOn == "any" && differs:
		return errDiffers
	case f.FailOn == "breaking" && breaking:
		return errBreaks
	}
	return nil
}

// A finding is an error that says nothing went wrong, but that the report has
// what the command was told to fail on. The command line ends with its status.
type finding string

// Error is what was found.
func (f finding) Error() string { return string(f) }

// ExitCode is the status of a command that has found something.
func (finding) ExitCode() int { return 3 }

const (
	errDiffers finding = "the documents differ"
	errBreaks  finding = "the later document breaks the earlier"
)
