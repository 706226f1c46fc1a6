package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store/storetest"
)

const (
	// webhookCrashes is how often the program is killed on each database.
	webhookCrashes = 2
	// toldBeforeCrash is how many webhooks have come when it is killed.
	toldBeforeCrash = 25
	// aheadOfWebhooks is how many customers are made of which the endpoint has not heard:
	// after a crash nobody tells it anything until the lease of who has died is over.
	aheadOfWebhooks = 100
)

// told is an endpoint that remembers what it was told: the bodies by their unique keys.
type told struct {
	mu     sync.Mutex
	bodies map[string]string
	// twice are the keys that came again.
	twice int
	// changed are keys that came with another body.
	changed []string
}

// ServeHTTP takes a webhook.
func (e *told) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a program that is killed cuts it off
	if !json.Valid(body) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	key := r.Header.Get("X-Lago-Unique-Key")
	before, again := e.bodies[key]
	switch {
	case again && before != string(body):
		e.changed = append(e.changed, key)
	case again:
		e.twice++
	}
	e.bodies[key] = string(body)
}

// again is how many webhooks came again, of which some may still come.
func (e *told) again() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.twice
}

// customers are the clients' identifiers of the customers that it was told of.
func (e *told) customers(t *testing.T) map[string]int {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	require.Empty(t, e.changed, "a key that came again has the same body")
	seen := map[string]int{}
	for _, body := range e.bodies {
		var webhook struct {
			Customer struct {
				ExternalID string `json:"external_id"`
			}
		}
		require.NoError(t, json.Unmarshal([]byte(body), &webhook))
		seen[webhook.Customer.ExternalID]++
	}
	return seen
}

// Killing the program while it sends loses no webhook of a change that was committed, and
// sends none of one that was not: each comes at least once, under one key, with the same
// bytes.
func TestCrash_TellsOfEveryChange(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		endpoint := &told{bodies: map[string]string{}}
		listener := httptest.NewServer(endpoint)
		t.Cleanup(listener.Close)
		env := environment{"TARN_DATABASE_URL": url, "TARN_WEBHOOK_TIMEOUT": "100ms", "TARN_WEBHOOK_ALLOW_PRIVATE": "true"}
		p := start(t, watched(env))
		key := p.Key
		reply, err := p.send(t.Context(), http.MethodPost, "/api/v1/webhook_endpoints", fmt.Sprintf(`{"webhook_endpoint":{"webhook_url":%q}}`, listener.URL), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, reply.status, "%s", reply.body)
		made := 0
		for range webhookCrashes {
			made = tellUntilKilled(t, p, endpoint, made)
			p.wait(t)
			waitForSessions(t, url)
			p = start(t, watched(env))
			p.Key = key
		}
		kept := keptCustomers(t, p)
		require.Eventually(t, func() bool { return len(endpoint.customers(t)) >= len(kept) }, time.Minute, 20*time.Millisecond)
		require.Equal(t, kept, endpoint.customers(t), "each under one key")
		t.Logf("%d customers, %d webhooks came again", len(kept), endpoint.again())
	})
}

// tellUntilKilled makes customers until enough webhooks have come, and kills the program
// then. It returns how many customers it has asked for in all.
func tellUntilKilled(t *testing.T, p *program, endpoint *told, made int) int {
	t.Helper()
	already := len(endpoint.customers(t))
	for {
		require.Eventually(t, func() bool { return made-len(endpoint.customers(t)) < aheadOfWebhooks }, time.Minute, 20*time.Millisecond)
		body := fmt.Sprintf(`{"customer":{"external_id":"c%d"}}`, made)
		made++
		reply, err := p.send(t.Context(), http.MethodPost, "/api/v1/customers", body, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, reply.status, "%s", reply.body)
		if len(endpoint.customers(t))-already >= toldBeforeCrash {
			_ = p.command.Process.Kill() // it lives: nobody else ends it
			return made
		}
	}
}

// keptCustomers are the customers that were committed, each once.
func keptCustomers(t *testing.T, p *program) map[string]int {
	t.Helper()
	reply, err := p.send(t.Context(), http.MethodGet, "/api/v1/customers?per_page=1000", "", nil)
	require.NoError(t, err)
	var list struct {
		Customers []struct {
			ExternalID string `json:"external_id"`
		}
	}
	require.NoError(t, json.NewDecoder(strings.NewReader(string(reply.body))).Decode(&list))
	require.NotEmpty(t, list.Customers)
	kept := map[string]int{}
	for _, customer := range list.Customers {
		kept[customer.ExternalID] = 1
	}
	return kept
}
