// Package listen follows the webhooks of an organization from anywhere: it asks a running
// server's administration for what has happened, prints it, and sends it on, signed, to
// an address that the server itself need not reach.
package listen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
	"tarn/notify"
)

const (
	// page is how many events are asked for at a time.
	page = 100
	// settled is after which time no event is added any more that stands before others:
	// events have their place when they happen, and are seen when they are committed.
	settled = 30 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 64 << 20
)

// Listener follows the webhooks of an organization.
type Listener struct {
	// Server is the address of the server, without a path; AdminKey opens its
	// administration.
	Server, AdminKey string
	// Organization is the identifier or the short name of the organization; empty means
	// the only one.
	Organization string
	// Forward is where events are sent on to; empty means nowhere.
	Forward string
	// Every is the time between two questions.
	Every time.Duration
	// Out is where events are printed.
	Out  io.Writer
	HTTP *http.Client
}

// organization is what administration says of the organization.
type organization struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Slug    string `json:"slug"`
	HMACKey string `json:"hmac_key"`
	Inbox   *bool  `json:"webhook_inbox"`
	Clock   struct {
		Frozen bool `json:"frozen"`
	} `json:"clock"`
}

// event is something that has happened.
type event struct {
	ID     uuid.UUID `json:"id"`
	Type   string    `json:"type"`
	Object struct {
		ID *string `json:"id"`
	} `json:"object"`
	Body      json.RawMessage `json:"body"`
	CreatedAt time.Time       `json:"created_at"`
}

// Run prints and sends on what happens until ctx ends, which is no error. It opens the
// organization's inbox when that is closed, and says so.
func (l *Listener) Run(ctx context.Context) error {
	err := l.run(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // it was told to end
	}
	return err
}

func (l *Listener) run(ctx context.Context) error {
	org, err := l.find(ctx)
	if err != nil {
		return err
	}
	if err := l.open(ctx, org); err != nil {
		return err
	}
	f := &following{listener: l, organization: org, seen: map[uuid.UUID]bool{}}
	if err := f.begin(ctx); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(l.Out, "listening to %s\n", org.Name); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	ticker := time.NewTicker(l.Every)
	defer ticker.Stop()
	for {
		if err := f.look(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// find finds the organization.
func (l *Listener) find(ctx context.Context) (organization, error) {
	var list struct{ Organizations []organization }
	if err := l.ask(ctx, http.MethodGet, "/admin/organizations?per_page=1000", "", &list); err != nil {
		return organization{}, err
	}
	if l.Organization == "" && len(list.Organizations) == 1 {
		return list.Organizations[0], nil
	}
	var names []string
	for _, org := range list.Organizations {
		if l.Organization != "" && (l.Organization == org.ID || l.Organization == org.Slug) {
			return org, nil
		}
		names = append(names, org.Slug)
	}
	return organization{}, fmt.Errorf("say which organization: %s", strings.Join(names, ", "))
}

// open opens an inbox that is closed.
func (l *Listener) open(ctx context.Context, org organization) error {
	if org.Inbox != nil && *org.Inbox || org.Inbox == nil && org.Clock.Frozen {
		return nil
	}
	if err := l.ask(ctx, http.MethodPatch, "/admin/organizations/"+org.ID, `{"webhook_inbox":true}`, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintln(l.Out, "the organization's inbox is open from now on (webhook_inbox)")
	return err
}

// ask sends a request to the administration and decodes the answer.
func (l *Listener) ask(ctx context.Context, method, path, body string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, l.Server+path, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	request.Header.Set("X-Admin-Api-Key", l.AdminKey)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := l.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the answer of the server: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s to %s %s: %s", response.Status, method, path, answer)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("read the answer of the server: %w", err)
	}
	return nil
}

// following is how far a listener has come.
type following struct {
	listener     *Listener
	organization organization
	// after is the event before which nothing new can appear; seen are those behind it
	// that were handed on.
	after *uuid.UUID
	seen  map[uuid.UUID]bool
}

// events asks for the events after one, or for the newest one.
func (f *following) events(ctx context.Context, query url.Values) ([]event, error) {
	var list struct{ Webhooks []event }
	err := f.listener.ask(ctx, http.MethodGet, "/admin/organizations/"+f.organization.ID+"/webhooks?"+query.Encode(), "", &list)
	return list.Webhooks, err
}

// begin stands behind what has happened already.
func (f *following) begin(ctx context.Context) error {
	newest, err := f.events(ctx, url.Values{"limit": {"1"}})
	if err == nil && len(newest) > 0 {
		f.after = &newest[0].ID
	}
	return err
}

// look hands on what is new, in order.
func (f *following) look(ctx context.Context) error {
	after := f.after
	for {
		query := url.Values{"order": {"oldest"}, "limit": {fmt.Sprint(page)}}
		if after != nil {
			query.Set("after", after.String())
		}
		list, err := f.events(ctx, query)
		if err != nil {
			return err
		}
		for _, one := range list {
			if !f.seen[one.ID] {
				f.seen[one.ID] = true
				if err := f.listener.handOn(ctx, f.organization, one); err != nil {
					return err
				}
			}
			if older(one.ID) {
				delete(f.seen, one.ID)
				f.after = &one.ID
			}
			after = &one.ID
		}
		if len(list) < page {
			return nil
		}
	}
}

// older reports whether an event has happened so long ago that none is added before it.
func older(id uuid.UUID) bool {
	seconds, nanoseconds := id.Time().UnixTime()
	return clock.Since(time.Unix(seconds, nanoseconds)) > settled
}

// handOn prints an event and sends it on.
func (l *Listener) handOn(ctx context.Context, org organization, one event) error {
	object := "-"
	if one.Object.ID != nil {
		object = *one.Object.ID
	}
	line := fmt.Sprintf("%s  %-40s  %s", one.CreatedAt.UTC().Format(time.RFC3339), one.Type, object)
	if l.Forward != "" {
		line += "  " + l.forward(ctx, org, one)
	}
	if _, err := fmt.Fprintln(l.Out, line); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return ctx.Err()
}

// forward sends an event on, signed with the organization's HMAC key, and says what was
// answered.
func (l *Listener) forward(ctx context.Context, org organization, one event) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.Forward, bytes.NewReader(one.Body))
	if err != nil {
		return err.Error()
	}
	notify.SignHMAC(request.Header, org.HMACKey, one.ID, one.Body)
	response, err := l.HTTP.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return err.Error()
	}
	_ = response.Body.Close()
	return response.Status
}
