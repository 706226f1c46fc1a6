package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

const (
	// eventCrashes is how often the program is killed on each database.
	eventCrashes = 3
	// eventClients send at once, so that their requests share transactions.
	eventClients = 12
	// largestBatch is how many events a request of the load has at most.
	largestBatch = 20
)

// Killing the program while it takes events leaves every event that it has
// acknowledged, once, and no batch by half; sending all of them again doubles
// none.
func TestCrash_KeepsEventsOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		random := rand.New(rand.NewPCG(seedOf(t), 0))
		env := environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8"}
		p := start(t, watched(env))
		key := p.Key
		m := &meter{}
		for range eventCrashes {
			m.run(t.Context(), p, 30+random.Int64N(200))
			require.Empty(t, m.failures)
			p.wait(t)
			waitForSessions(t, url)
			p = start(t, env)
			p.Key = key
			m.check(t, keptEvents(t, p, url))
		}
		m.sendAgain(t, p)
		kept := keptEvents(t, p, url)
		m.check(t, kept)
		for _, r := range m.sent {
			require.NotEmpty(t, kept[r.transactions[0]], "what was cut off was sent again")
		}
	})
}

// eventRequest is a request of the load: one event, or a batch.
type eventRequest struct {
	transactions []string
	// acknowledged says that its success was received.
	acknowledged bool
}

func (r *eventRequest) path() string {
	if len(r.transactions) == 1 {
		return "/api/v1/events"
	}
	return "/api/v1/events/batch"
}

func (r *eventRequest) body() string {
	entries := make([]string, len(r.transactions))
	for i, transaction := range r.transactions {
		entries[i] = fmt.Sprintf(`{"transaction_id":%q,"code":"calls","external_subscription_id":"s","properties":{"n":1}}`, transaction)
	}
	if len(entries) == 1 {
		return `{"event":` + entries[0] + `}`
	}
	return `{"events":[` + strings.Join(entries, ",") + `]}`
}

// meter sends events until the program is killed, and remembers all of them.
type meter struct {
	mu       sync.Mutex
	sent     []*eventRequest
	failures []error
}

// next makes a request with new events: every third is a batch.
func (m *meter) next() *eventRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	number := len(m.sent)
	r := &eventRequest{transactions: []string{fmt.Sprint("t", number)}}
	if number%3 == 0 {
		for i := range 1 + number%largestBatch {
			r.transactions = append(r.transactions, fmt.Sprintf("t%d-%d", number, i))
		}
	}
	m.sent = append(m.sent, r)
	return r
}

// run lets all clients send until so many requests are acknowledged; whoever
// receives the last of them kills the program.
func (m *meter) run(ctx context.Context, p *program, enough int64) {
	var clients sync.WaitGroup
	var acknowledged atomic.Int64
	var killed atomic.Bool
	kill := func() {
		if killed.CompareAndSwap(false, true) {
			_ = p.command.Process.Kill() // it lives: nobody else ends it
		}
	}
	for range eventClients {
		clients.Go(func() {
			for !killed.Load() {
				r := m.next()
				reply, err := p.send(ctx, http.MethodPost, r.path(), r.body(), nil)
				switch {
				case err == nil && reply.status == http.StatusOK:
					r.acknowledged = true
					if acknowledged.Add(1) >= enough {
						kill()
					}
				case err == nil:
					m.fail(fmt.Errorf("%s: status %d: %s", r.path(), reply.status, reply.body))
					kill()
				case !killed.Load():
					m.fail(err)
					kill()
				}
			}
		})
	}
	clients.Wait()
}

func (m *meter) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures = append(m.failures, err)
}

// keptEvents reads all events from the database, past the API, by their
// transactions. Each must have the log of the request that brought it.
func keptEvents(t *testing.T, p *program, url string) map[string][]store.Event {
	t.Helper()
	logs := readTrail(t, p, url).requests
	db, err := store.Open(t.Context(), store.Options{URL: url, MaxConnections: 2})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	kept := map[string][]store.Event{}
	require.NoError(t, db.Read(t.Context(), scopeOfOnly(t, db), func(tx *store.Tx) error {
		all, err := tx.Events(store.EventFilter{}, everything)
		for _, event := range all.Rows {
			kept[event.TransactionID] = append(kept[event.TransactionID], event)
			require.Equal(t, http.StatusOK, logs[event.RequestID].StatusCode, "the log of the request that brought %s", event.TransactionID)
		}
		return err
	}))
	return kept
}

// check holds what is kept against what was sent.
func (m *meter) check(t *testing.T, kept map[string][]store.Event) {
	t.Helper()
	count := 0
	for _, r := range m.sent {
		there := len(kept[r.transactions[0]])
		if r.acknowledged {
			require.Equal(t, 1, there, "%s was acknowledged", r.transactions[0])
		}
		for _, transaction := range r.transactions {
			require.Len(t, kept[transaction], there, "%s is kept as the rest of its request", transaction)
			require.LessOrEqual(t, there, 1, "%s is kept once", transaction)
			count += there
		}
	}
	total := 0
	for _, events := range kept {
		total += len(events)
	}
	require.Equal(t, count, total, "nothing is kept that nobody sent")
}

// sendAgain sends every request once more. What is there is refused; what the
// crashes had cut off is kept now.
func (m *meter) sendAgain(t *testing.T, p *program) {
	t.Helper()
	before := 0
	for _, r := range m.sent {
		reply, err := p.send(t.Context(), http.MethodPost, r.path(), r.body(), nil)
		require.NoError(t, err)
		if reply.status == http.StatusOK {
			require.False(t, r.acknowledged, "%s was acknowledged before", r.transactions[0])
			r.acknowledged = true
			continue
		}
		before++
		require.Equal(t, http.StatusUnprocessableEntity, reply.status, "%s", reply.body)
		require.Equal(t, len(r.transactions), strings.Count(string(reply.body), "value_already_exist"))
	}
	require.NotZero(t, before)
	t.Logf("%d requests were sent, %d of them were there already", len(m.sent), before)
}
