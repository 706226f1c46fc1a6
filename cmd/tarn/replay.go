package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/getkin/kin-openapi/openapi3"

	"tarn/audit"
	"tarn/openapi"
	"tarn/openapi/spectool"
	"tarn/server/edge"
	"tarn/store"
)

// specCommand works on the contract.
type specCommand struct {
	spectool.Commands
	Replay replayCommand `cmd:"" help:"Hold recorded requests and answers against another version of the published document."`
}

// replayCommand holds what clients have sent and were answered against another
// version of the document.
type replayCommand struct {
	databaseFlag
	Organization string `name:"org" help:"Identifier or short name of the organization whose logs are read; those of all when left out."`
	spectool.ReportFlags
	File        string `arg:"" type:"existingfile" help:"The published document to hold them against."`
	Since       string `help:"Day or instant from which on, such as 2030-01-31; everything that is kept when left out."`
	Logs        string `placeholder:"FILE" help:"Read API logs from a file instead of the database, one JSON object a line as the API shows them; - is the standard input."`
	AsPublished bool   `help:"Compare the documents as they are published, without our corrections."`
}

// Validate refuses what no database can be, where one is read.
func (r replayCommand) Validate() error {
	if r.Logs != "" {
		return nil
	}
	return r.databaseFlag.Validate()
}

// Run replays.
func (r replayCommand) Run(ctx context.Context, app *kong.Context) error {
	since, err := r.since()
	if err != nil {
		return err
	}
	report, err := r.prepare()
	if err != nil {
		return err
	}
	if r.Logs != "" {
		err = r.fromFile(since, report.judge)
	} else {
		err = r.fromDatabase(ctx, since, report.judge)
	}
	if err != nil {
		return err
	}
	report.settle()
	if err := r.Write(app.Stdout, report); err != nil {
		return err
	}
	return r.Verdict(len(report.Findings) > 0, len(report.Findings) > 0)
}

// since is the instant from which on logs are read, if one is given.
func (r replayCommand) since() (*time.Time, error) {
	if r.Since == "" {
		return nil, nil
	}
	at, _, ok := edge.ParseDay(r.Since)
	if !ok {
		return nil, fmt.Errorf("--since: neither a day nor an instant: %s", r.Since)
	}
	return &at, nil
}

// prepare reads both versions of the contract.
func (r replayCommand) prepare() (*replayReport, error) {
	current, corrections := openapi.Documents()[0].JSON, openapi.Corrections()
	if r.AsPublished {
		current, corrections = openapi.Published(), nil
	}
	next, version, err := spectool.Contract(r.File, corrections)
	if err != nil {
		return nil, err
	}
	report := &replayReport{Version: version, found: map[replayFinding]*replayCount{}}
	if report.current, err = checkerOf(current); err != nil {
		return nil, err
	}
	if report.next, err = checkerOf(next); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	return report, nil
}

// checkerOf makes a checker of a contract.
func checkerOf(contract []byte) (*edge.Checker, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, err
	}
	return edge.NewChecker(doc)
}

// fromDatabase reads the API logs of one organization, or of all.
func (r replayCommand) fromDatabase(ctx context.Context, since *time.Time, judge func(recorded)) error {
	s, err := r.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var organizations []store.Organization
	err = s.SystemRead(ctx, func(sys *store.System) (err error) {
		if r.Organization == "" {
			organizations, err = allOrganizations(sys)
			return err
		}
		org, err := organizationFlag{r.Organization}.find(sys)
		organizations = []store.Organization{org}
		return err
	})
	if err != nil {
		return err
	}
	for _, org := range organizations {
		scope := store.Scope{Organization: org.ID, Source: store.SourceSystem}
		err := s.Read(ctx, scope, func(tx *store.Tx) error {
			return tx.EachAPILog(since, func(row store.APILog) error {
				judge(recordedOf(row))
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// recordedOf is a row of the API logs as it is judged.
func recordedOf(row store.APILog) recorded {
	out := recorded{
		RequestID: audit.FormatRequestID(row.ID), Client: row.Client, Method: row.HTTPMethod, Status: row.HTTPStatus,
		Path: row.RequestPath, Body: json.RawMessage(row.RequestBody), LoggedAt: row.LoggedAt,
	}
	if row.RequestResponse != nil {
		out.Answer = json.RawMessage(*row.RequestResponse)
	}
	return out
}

// longestLog bounds a line of a file of logs.
const longestLog = 16 << 20

// fromFile reads API logs as the API shows them.
func (r replayCommand) fromFile(since *time.Time, judge func(recorded)) error {
	var in io.Reader = os.Stdin
	if r.Logs != "-" {
		file, err := os.Open(r.Logs)
		if err != nil {
			return fmt.Errorf("--logs: %w", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLog)
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var log struct {
			recorded
			Wrapped *recorded `json:"api_log"`
		}
		if err := json.Unmarshal(line, &log); err != nil {
			return fmt.Errorf("--logs: line %d: %w", number, err)
		}
		one := log.recorded
		if log.Wrapped != nil {
			one = *log.Wrapped
		}
		if one.Method == "" || one.Path == "" {
			return fmt.Errorf("--logs: line %d is no API log: it has no http_method or no request_path", number)
		}
		if since == nil || !one.LoggedAt.Before(*since) {
			judge(one.copied())
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("--logs: a line is longer than %d bytes", longestLog)
	}
	return lines.Err()
}

// recorded is a request with its answer, as the API logs show it.
type recorded struct {
	RequestID string          `json:"request_id"`
	Client    string          `json:"client"`
	Method    string          `json:"http_method"`
	Status    int             `json:"http_status"`
	Path      string          `json:"request_path"`
	Body      json.RawMessage `json:"request_body"`
	Answer    json.RawMessage `json:"request_response"`
	LoggedAt  time.Time       `json:"logged_at"`

	// shown says that this is what the API shows of a log, not the log itself.
	shown bool
}

// copied is a log as the API shows it, which holds on to nothing of the line it was
// read from.
func (r recorded) copied() recorded {
	r.Body, r.Answer, r.shown = bytes.Clone(spelled(r.Body)), bytes.Clone(spelled(r.Answer)), true
	return r
}

// spelled is a body as it was sent: logs that follow the document show its text as a string.
func spelled(body json.RawMessage) json.RawMessage {
	var text string
	if err := json.Unmarshal(body, &text); err == nil && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return body
}

// methods are those with which the request may have come. The published document has
// no word for PATCH, so that logs which follow it spell it as PUT; and a HEAD is
// answered as a GET.
func (r recorded) methods() []string {
	switch method := strings.ToUpper(r.Method); {
	case method == http.MethodPut && r.shown:
		return []string{method, http.MethodPatch}
	case method == http.MethodHead:
		return []string{method, http.MethodGet}
	default:
		return []string{method}
	}
}

// below is the path below the API's base, where a log spells it whole.
func (r recorded) below() string { return strings.TrimPrefix(r.Path, edge.BillingBase) }
