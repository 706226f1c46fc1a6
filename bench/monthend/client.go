package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"tarn/bench/monthend/check"
)

// client sends requests to any process of the fleet, and keeps the ledger.
type client struct {
	fleet *fleet
	// key opens the billing API of the organization.
	key string

	mu     sync.Mutex
	ledger *json.Encoder
	// now is the organization's time.
	now time.Time
}

// note writes an entry to the ledger.
func (c *client) note(entry check.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry.At = c.now
	return c.ledger.Encode(entry)
}

// answer is what a process has answered.
type answer struct {
	status int
	id     string
	body   []byte
}

// send sends one request to one process.
func (c *client) send(ctx context.Context, p *process, method, path, body string) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, method, p.address+path, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	request.Header.Set("X-Admin-API-Key", adminKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a.status, a.id = response.StatusCode, response.Header.Get("X-Request-Id")
	a.body, err = io.ReadAll(response.Body)
	return a, err
}

// insist sends a request until a process has answered it, or done says that one that was
// killed has carried it out. Then there is no answer.
func (c *client) insist(ctx context.Context, method, path, body string, done func() (bool, error)) (*answer, error) {
	for {
		m, p := c.fleet.any()
		a, err := c.send(ctx, p, method, path, body)
		if err == nil {
			return &a, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if waited := c.fleet.gone(ctx, m, p); waited != nil {
			return nil, fmt.Errorf("%s %s: %w: %w", method, path, waited, err)
		}
		if done == nil {
			continue
		}
		if is, err := done(); err != nil || is {
			return nil, err
		}
	}
}

// read reads a path of the billing API into a value, if it is there.
func (c *client) read(ctx context.Context, path string, into any) (found bool, err error) {
	return c.readAny(ctx, "/api/v1"+path, into)
}

func (c *client) readAny(ctx context.Context, path string, into any) (found bool, err error) {
	a, err := c.insist(ctx, http.MethodGet, path, "", nil)
	switch {
	case err != nil:
		return false, err
	case a.status == http.StatusNotFound:
		return false, nil
	case a.status != http.StatusOK:
		return false, fmt.Errorf("GET %s: status %d: %s", path, a.status, a.body)
	}
	return true, json.Unmarshal(a.body, into)
}

// call is a write, and the action that it means, if any.
type call struct {
	method, path, body string
	action             *check.Action
}

// write sends a write to the billing API, once: a write whose process died is looked up
// before it is sent again. The ledger gets to know what was done.
func (c *client) write(ctx context.Context, of call, done func() (bool, error)) error {
	a, err := c.insist(ctx, of.method, "/api/v1"+of.path, of.body, done)
	if err != nil {
		return err
	}
	address, _, _ := strings.Cut(of.path, "?")
	request := check.Request{Method: of.method, Path: address}
	if a != nil {
		if a.status != http.StatusOK {
			return fmt.Errorf("%s %s %s: status %d: %s", of.method, of.path, of.body, a.status, a.body)
		}
		request.ID, request.Answer = a.id, check.Digest(a.body)
	}
	if err := c.note(check.Entry{Request: &request}); err != nil || of.action == nil {
		return err
	}
	return c.note(check.Entry{Action: of.action})
}

// administer sends a write to the administration, below the organization's path.
func (c *client) administer(ctx context.Context, method, path, body string, done func() (bool, error)) error {
	a, err := c.insist(ctx, method, path, body, done)
	if err != nil || a == nil {
		return err
	}
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		return fmt.Errorf("%s %s: status %d: %s", method, path, a.status, a.body)
	}
	return nil
}
