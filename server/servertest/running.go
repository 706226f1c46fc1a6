package servertest

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/compat"
	"tarn/engine"
	"tarn/jobs"
	"tarn/notify"
	"tarn/server"
	"tarn/server/edge"
	"tarn/store"
	"tarn/store/storetest"
)

// running is a server on a database, whichever test it works for.
type running struct {
	watcher  *watcher
	store    *store.Store
	runner   *jobs.Runner
	handler  *server.Handler
	listener *httptest.Server
	// taken says that a test has had the handler in its hands.
	taken bool
	// oneByOne says that the test promises to send one request after the other, sending
	// is how many are under way.
	oneByOne atomic.Bool
	sending  atomic.Int32
}

// start serves a database for a test, beyond its end.
func start(t testing.TB, database string, mode compat.Mode, webhooks notify.Options, options []Option) *running {
	t.Helper()
	r := &running{watcher: &watcher{}}
	r.watcher.workFor(t)
	log := slog.New(slog.NewTextHandler(r.watcher, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	r.store, err = store.Open(t.Context(), store.Options{
		URL: database, Logger: log, Compat: mode, Statement: r.watcher.statement, Webhook: webhookCheck(t),
	})
	require.NoError(t, err)
	r.store.ServeAt(Address)
	r.runner = jobs.NewRunner(r.store, engine.Workers().With(notify.NewSender(webhooks).Workers()), log)
	settings := server.Options{Options: edge.Options{
		AdminKey: AdminKey, ValidateResponses: edge.ResponsesEnforced, Logger: log, Answered: r.watcher.answered, Check: modeCheck(),
	}}
	for _, option := range options {
		option(&settings)
	}
	r.handler, err = server.New(r.store, r.runner, settings)
	require.NoError(t, err)
	r.listener = httptest.NewServer(r.handler)
	return r
}

// send notes a request of a test until it is answered.
func (r *running) send(t testing.TB) (answered func()) {
	t.Helper()
	if r.sending.Add(1) > 1 && r.oneByOne.Load() {
		t.Error("the test sends several requests at a time: servertest.RunTogether is for that")
	}
	return func() { r.sending.Add(-1) }
}

// close ends the server, in the order in which its parts need each other.
func (r *running) close() error {
	r.listener.Close()
	r.runner.Wait()
	return errors.Join(r.handler.Close(), r.store.Close())
}

// serverOf is the server as a test sees it, with an organization of the test's own.
func (r *running) serverOf(t testing.TB) *Server {
	t.Helper()
	s := &Server{URL: r.listener.URL, Store: r.store, Runner: r.runner, running: r, t: t}
	s.Organization, s.Key = s.NewOrganization(t, "Acme")
	return s
}

// watcher hands what a server says to the test that it works for: its log and its
// statements, and notes what it has answered.
type watcher struct {
	mu       sync.Mutex
	test     testing.TB
	check    func(ctx context.Context, text string)
	byChance bool
}

// workFor begins the work for a test, or for nobody.
func (w *watcher) workFor(t testing.TB) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.test, w.check, w.byChance = t, nil, false
	if t != nil {
		w.check = storetest.Statement(t)
	}
}

// answered notes what was asked and answered, so long as that is the same in every run.
func (w *watcher) answered(operation string, status int, query url.Values, body []byte) {
	w.mu.Lock()
	byChance := w.byChance
	w.mu.Unlock()
	if !byChance {
		observed.note(operation, status, query, body)
	}
}

// Write puts the server's log into the test's, or where everybody reads it: where
// there is no test, and for a fuzz test, which must not speak while its target runs,
// be it of a slow query.
func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, fuzzes := w.test.(*testing.F); fuzzes || w.test == nil {
		return os.Stderr.Write(p)
	}
	w.test.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// statement keeps the statements of counted requests, and fails the test with those
// that ask for nothing.
func (w *watcher) statement(ctx context.Context, text string) {
	w.mu.Lock()
	check := w.check
	w.mu.Unlock()
	if check != nil {
		check(ctx, text)
	}
	noteStatement(ctx, text)
}
