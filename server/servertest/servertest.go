// Package servertest runs tarn inside a test: the real handler on a fresh
// database with one organization, its key and its clock. It is how tarn tests
// itself, and how Go programs can test what they build against the API.
//
//	func TestMyIntegration(t *testing.T) {
//		s := servertest.New(t, storetest.URL(t, store.SQLite))
//		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
//	}
//
// Every answer is held against the contracts in both modes, whichever the server
// is in: one that breaks them is answered 500, and an answer 500 fails the test.
package servertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/compat"
	"tarn/engine"
	"tarn/jobs"
	"tarn/notify"
	"tarn/nullable"
	"tarn/server"
	"tarn/store"
	"tarn/store/storetest"
)

// AdminKey opens the administration of every server of this package.
const AdminKey = "servertest-admin-key"

// Epoch is the instant at which the clock of the first organization stands.
var Epoch = time.Date(2026, time.January, 15, 10, 30, 0, 0, time.UTC)

// Server is a running tarn with one organization.
type Server struct {
	// URL is the server's address, without a slash at its end.
	URL    string
	Store  *store.Store
	Runner *jobs.Runner
	// Organization is the first organization, Key one of its API keys.
	Organization store.Organization
	Key          string

	running *running
	t       testing.TB
}

// Handler is what answers. Whoever has taken it may have changed it, so no other
// test gets this server.
func (s *Server) Handler() *server.Handler {
	s.running.taken = true
	return s.running.handler
}

// Run runs f once on each database, in parallel subtests, each time with a
// server that no other test uses meanwhile, and an organization that no other
// test ever sees. A test calls t.Parallel before it, so that it runs beside
// other tests too. Its requests come one after the other; RunTogether is for
// tests that send several at a time.
//
// The databases, and the servers themselves, are used again by tests that come
// later (see Main): a test that looks beyond its organizations, or changes the
// server, calls RunAlone.
func Run(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	run(t, compat.Document, f)
}

// RunOnWire is Run with servers that answer as Lago's own does: for tests that
// say which members are null, and which values only Lago's own server has.
func RunOnWire(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	run(t, compat.Wire, f)
}

func run(t *testing.T, mode compat.Mode, f func(t *testing.T, s *Server)) {
	t.Helper()
	storetest.OneByOne(t, func(t *testing.T, dialect string) {
		t.Helper()
		s := Borrow(t, dialect, mode)
		s.running.oneByOne.Store(true)
		f(t, s)
	})
}

// RunTogether is Run for a test that sends several requests at a time. The race
// detector sees all of these tests, and some of the others (storetest.OneByOne).
func RunTogether(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		f(t, Borrow(t, dialect, compat.Document))
	})
}

// RunAlone is Run on fresh databases, with servers that nobody uses before or
// after.
func RunAlone(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		f(t, New(t, url))
	})
}

// Option changes the settings of a server.
type Option func(*server.Options)

// New serves the database at url until the test ends. The database may hold
// data already; the organization is a new one.
func New(t testing.TB, url string, options ...Option) *Server {
	t.Helper()
	return serve(t, url, compat.Document, delivering, options)
}

// Address is where clients reach the server: the tokens that sign webhooks name it, and
// links in webhooks begin with it.
const Address = "https://api.servertest.example"

// delivering is how webhooks are delivered unless a test says otherwise.
var delivering = notify.Options{AllowPrivate: true, Wait: notify.DefaultTimeout}

// NewDelivering is New for a server with other settings for webhooks.
func NewDelivering(t testing.TB, url string, webhooks notify.Options) *Server {
	t.Helper()
	return serve(t, url, compat.Document, webhooks, nil)
}

// NewOnWire is New for a server that answers as Lago's own does.
func NewOnWire(t testing.TB, url string, options ...Option) *Server {
	t.Helper()
	return serve(t, url, compat.Wire, delivering, options)
}

func serve(t testing.TB, url string, mode compat.Mode, webhooks notify.Options, options []Option) *Server {
	t.Helper()
	r := start(t, url, mode, webhooks, options)
	storetest.Closing(t, r.close)
	return r.serverOf(t)
}

// SendsByChance says that what this server is asked until the test ends is drawn at
// random. It does not count as exercised, for the next run may draw other things.
func (s *Server) SendsByChance() {
	s.running.watcher.mu.Lock()
	defer s.running.watcher.mu.Unlock()
	s.running.watcher.byChance = true
}

// CheckAny is rapid.Check of a property of this server; see SendsByChance.
func (s *Server) CheckAny(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	s.SendsByChance()
	rapid.Check(t, property)
}

// NewOrganization makes another organization, whose clock stands at Epoch.
func (s *Server) NewOrganization(t testing.TB, name string) (store.Organization, string) {
	t.Helper()
	var created engine.NewOrganization
	epoch := Epoch
	err := s.Store.System(context.WithoutCancel(t.Context()), func(sys *store.System) (err error) {
		created, err = engine.CreateOrganization(sys, uuid.Nil, &epoch, engine.OrganizationInput{
			Name: nullable.NewNullableWithValue(name), Plan: nullable.NewNullableWithValue(string(store.OrganizationPlanPro)),
		})
		return err
	})
	require.NoError(t, err)
	return created.Organization, created.KeyValue
}

// At is the server as another organization sees it, whose clock stands at an
// instant of RFC 3339.
func (s *Server) At(t testing.TB, instant string) *Server {
	t.Helper()
	created := s.Admin(http.MethodPost, "/admin/organizations", fmt.Sprintf(`{"name":"Then","clock":{"now":%q}}`, instant)).Status(t, http.StatusCreated)
	var answer struct {
		Organization struct{ ID uuid.UUID }
		APIKey       string `json:"api_key"`
	}
	created.Decode(t, &answer)
	other := *s
	other.Organization.ID, other.Key = answer.Organization.ID, answer.APIKey
	return &other
}

// NewKey makes another key of the first organization; body is the
// administration's input.
func (s *Server) NewKey(t testing.TB, body string) string {
	t.Helper()
	created := s.Admin(http.MethodPost, "/admin/organizations/"+s.Organization.ID.String()+"/api_keys", body).Status(t, http.StatusCreated)
	key, _ := created.JSON(t)["api_key"].(map[string]any)
	value, _ := key["value"].(string)
	require.NotEmpty(t, value)
	return value
}

// Travel moves the first organization's clock to an instant and does
// everything that is due on the way.
func (s *Server) Travel(t testing.TB, to time.Time) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"now": to})
	require.NoError(t, err)
	s.Admin(http.MethodPut, "/admin/organizations/"+s.Organization.ID.String()+"/clock", string(body)).Status(t, http.StatusOK)
}

// Response is an answer with its body read.
type Response struct {
	Code   int
	Header http.Header
	Body   []byte
}

// Status fails the test unless the answer has the status.
func (r *Response) Status(t testing.TB, status int) *Response {
	t.Helper()
	require.Equal(t, status, r.Code, "body: %s", r.Body)
	return r
}

// JSON is the body as decoded JSON; numbers are json.Number.
func (r *Response) JSON(t testing.TB) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(r.Body))
	decoder.UseNumber()
	var value map[string]any
	require.NoError(t, decoder.Decode(&value), "body: %s", r.Body)
	return value
}

// Decode reads the body into target.
func (r *Response) Decode(t testing.TB, target any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(r.Body, target), "body: %s", r.Body)
}

// Details are the error details of a refused request.
func (r *Response) Details(t testing.TB) map[string]any {
	t.Helper()
	r.Status(t, http.StatusUnprocessableEntity)
	details, _ := r.JSON(t)["error_details"].(map[string]any)
	return details
}

// RequestID is the identifier of the request.
func (r *Response) RequestID() string { return r.Header.Get("X-Request-Id") }

// Get sends a GET to the billing API; the path lies below its base. Post, Put,
// Patch and Delete do alike, with a JSON text for a body.
func (s *Server) Get(path string) *Response { return s.Do(http.MethodGet, path, "") }

// Post sends a POST; see Get.
func (s *Server) Post(path, body string) *Response { return s.Do(http.MethodPost, path, body) }

// Put sends a PUT; see Get.
func (s *Server) Put(path, body string) *Response { return s.Do(http.MethodPut, path, body) }

// Patch sends a PATCH; see Get.
func (s *Server) Patch(path, body string) *Response { return s.Do(http.MethodPatch, path, body) }

// Delete sends a DELETE; see Get.
func (s *Server) Delete(path string) *Response { return s.Do(http.MethodDelete, path, "") }

// Do sends a request to the billing API with the first organization's key.
func (s *Server) Do(method, path, body string) *Response {
	return s.DoAs(s.Key, method, path, body)
}

// DoAs is Do with another key; an empty one sends none.
func (s *Server) DoAs(key, method, path, body string) *Response {
	header := http.Header{}
	if key != "" {
		header.Set("Authorization", "Bearer "+key)
	}
	return s.Send(method, "/api/v1"+path, body, header)
}

// Admin sends a request to the administration API.
func (s *Server) Admin(method, path, body string) *Response {
	return s.Send(method, path, body, http.Header{"X-Admin-Api-Key": {AdminKey}})
}

// Logs sends a request to the request-log API; the path lies below its base.
func (s *Server) Logs(path string) *Response {
	return s.Send(http.MethodGet, "/v1/organization/logs"+path, "", http.Header{"Authorization": {"Bearer " + s.Key}})
}

// Send sends any request to the server. An answer 500 fails the test, unless
// the header X-Expect-Failure was given.
func (s *Server) Send(method, path, body string, header http.Header) *Response {
	s.t.Helper()
	defer s.running.send(s.t)()
	request, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.URL+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for name, values := range header {
		request.Header[name] = values
	}
	if body != "" && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	if header.Get(ExpectFailure) == "" {
		require.NotEqual(s.t, http.StatusInternalServerError, response.StatusCode, "%s %s: %s", method, path, content)
	}
	require.NotEmpty(s.t, response.Header.Get("X-Request-Id"), "%s %s has no request identifier", method, path)
	return &Response{Code: response.StatusCode, Header: response.Header, Body: content}
}

// ExpectFailure is the header of requests that may be answered 500.
const ExpectFailure = "X-Expect-Failure"
