package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

func TestServe_ShowsTheKeyOnceAndItGoesOnWorking(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url}
		first := start(t, env)
		require.NotEmpty(t, first.Key)
		first.get(t, "/api/v1/taxes")
		require.Zero(t, first.stop(t))
		require.Equal(t, 1, strings.Count(first.output.String()+first.log.String(), first.Key))

		second := start(t, env)
		require.Empty(t, second.Key)
		second.Key = first.Key
		second.get(t, "/api/v1/taxes")
		require.NotContains(t, second.output.String()+second.log.String(), first.Key)
	})
}

func TestServe_MakesTheFileThatItIsToldTo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a name with spaces & 100%.db")
	p := start(t, nil, "--database", path)
	require.NotEmpty(t, p.Key)
	require.FileExists(t, path)
}

func TestServe_TakesFileURLs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a name with spaces.db")
	for _, url := range []string{"file:" + strings.ReplaceAll(path, " ", "%20"), "file://" + path, "file://localhost" + path} {
		p := start(t, environment{"TARN_DATABASE_URL": url})
		require.FileExists(t, path)
		require.Zero(t, p.stop(t))
		require.NoError(t, os.Remove(path))
	}
	relative := start(t, environment{"TARN_DATABASE_URL": "file:relative.db"})
	require.FileExists(t, filepath.Join(relative.command.Dir, "relative.db"))
}

// A key of one's own is made by the first start and by no other.
func TestServe_MakesTheKeyThatItIsGiven(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		const mine, other = "a-key-of-my-own-choice", "another-key-of-my-choice"
		env := environment{"TARN_DATABASE_URL": url, "TARN_API_KEY": mine}
		for range 2 {
			p := start(t, env)
			require.Empty(t, p.Key, "a key that is known needs no showing")
			p.as(mine).get(t, "/api/v1/taxes")
			require.Zero(t, p.stop(t))
			require.NotContains(t, p.output.String()+p.log.String(), mine)
			require.NotContains(t, p.log.String(), "opens nothing")
		}
		require.Equal(t, 1, strings.Count(says(t, environment{"TARN_DATABASE_URL": url}, "key", "list"), "a-key-of-my "))

		late := start(t, environment{"TARN_DATABASE_URL": url, "TARN_API_KEY": other})
		late.await(t, late.log, regexp.MustCompile("TARN_API_KEY opens nothing"))
		r, err := late.as(other).send(t.Context(), http.MethodGet, "/api/v1/taxes", "", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, r.status)
	})
}

func TestServe_LogsALineForEveryRequest(t *testing.T) {
	t.Parallel()
	p := start(t, nil, "-v")
	id := p.do(t, http.StatusUnprocessableEntity, http.MethodPost, "/api/v1/taxes?secret=hunter2", `{"tax":{"name":"VAT"}}`).header.Get("X-Request-Id")
	p.do(t, http.StatusNotFound, http.MethodGet, "/taxes", "")
	p.do(t, http.StatusNotFound, http.MethodGet, "/customer-portal/hunter2", "")
	p.do(t, http.StatusNotFound, http.MethodGet, "/customer-portal/hunter2/more", "")
	p.do(t, http.StatusNotFound, http.MethodPost, "/customer-portal/hunter2/payment-methods", "")
	p.do(t, http.StatusNotFound, http.MethodGet, "/pay/hunter2", "")
	p.do(t, http.StatusNotFound, http.MethodPost, "/checkout/hunter2/pay", "")
	p.get(t, "/health")
	require.Zero(t, p.stop(t))
	var lines []string
	for _, line := range regexp.MustCompile(`"msg":"request","method":"(\S+?)","path":"(\S+?)","status":(\d+),"took":"\S+?","request_id":"(\S+?)"`).FindAllStringSubmatch(p.log.String(), -1) {
		lines = append(lines, strings.Join(line[1:4], " "))
		if line[3] == "422" {
			require.Equal(t, id, line[4])
		}
	}
	require.Equal(t, []string{
		"POST /api/v1/taxes 422", "GET /taxes 404", "GET /customer-portal/:token 404", "GET /customer-portal/:token 404",
		"POST /customer-portal/:token 404", "GET /pay/:token 404", "POST /checkout/:token 404", "GET /health 200",
	}, lines, "%s", p.log)
	require.NotContains(t, p.log.String(), "hunter2")

	quiet := start(t, nil)
	quiet.get(t, "/api/v1/taxes")
	require.Zero(t, quiet.stop(t))
	require.NotContains(t, quiet.log.String(), `"msg":"request"`)
}

func TestServe_WithoutAnySettingKeepsItsDataInTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	p := launch(t, nil) // serve is the default command
	p.greeted(t)
	require.NotEmpty(t, p.Key)
	require.FileExists(t, filepath.Join(p.command.Dir, "tarn.db"))
}

func TestServe_NamesAnAddressThatCanBeReached(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_LISTEN": "127.0.0.1:0"})
	require.Regexp(t, `^http://127\.0\.0\.1:[1-9]\d*$`, p.URL)
	p.get(t, "/ready")
	everywhere := start(t, environment{"TARN_LISTEN": ":0"})
	require.Regexp(t, `^http://localhost:[1-9]\d*$`, everywhere.URL)
	everywhere.get(t, "/ready")
}

func TestServe_HelpListsTheVariables(t *testing.T) {
	t.Parallel()
	p := run(t, nil, "serve", "--help")
	require.Zero(t, p.wait(t))
	for _, name := range []string{
		"TARN_LISTEN", "TARN_DATABASE_URL", "TARN_DATABASE_CONNECTIONS", "TARN_SQLITE_SYNC_FULL", "TARN_ADMIN_KEY",
		"TARN_LOG_LEVEL", "TARN_VALIDATE_RESPONSES", "TARN_COMPAT", "TARN_LOG_EVENTS", "TARN_LOG_BODY_LIMIT", "TARN_SECRET_NAMES",
		"TARN_API_KEY", "TARN_VERBOSE", "TARN_RATE_LIMIT", "TARN_REQUEST_TIMEOUT", "TARN_SHUTDOWN_DELAY", "TARN_SHUTDOWN_TIMEOUT",
	} {
		assert.Contains(t, p.output.String(), "$"+name)
	}
}

func TestServe_RefusesSettingsByName(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	taken, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	text := filepath.Join(t.TempDir(), "text.db")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("This is not a database. ", 100)), 0o600))
	for name, refusal := range map[string]struct {
		env  environment
		says []string
	}{
		"port in use":             {environment{"TARN_LISTEN": taken.Addr().String()}, []string{"--listen", taken.Addr().String()}},
		"no port":                 {environment{"TARN_LISTEN": "somewhere"}, []string{"--listen", "somewhere"}},
		"other database":          {environment{"TARN_DATABASE_URL": "mysql://root:hunter2@127.0.0.1/tarn"}, []string{"--database", "mysql"}},
		"database unreachable":    {environment{"TARN_DATABASE_URL": "postgres://root:hunter2@127.0.0.1:1/tarn"}, []string{"--database", "127.0.0.1"}},
		"database unreadable":     {environment{"TARN_DATABASE_URL": "postgres://root:hunter2@127.0.0.1:port/tarn"}, []string{"--database", "127.0.0.1"}},
		"directory missing":       {environment{"TARN_DATABASE_URL": "no/such/directory/tarn.db"}, []string{"--database", "no/such/directory", "directory does not exist"}},
		"file of another machine": {environment{"TARN_DATABASE_URL": "file://elsewhere/tarn.db"}, []string{"--database", "another machine", "file:elsewhere/tarn.db"}},
		"file with parameters":    {environment{"TARN_DATABASE_URL": "file:tarn.db?mode=ro"}, []string{"--database", "file:tarn.db?mode=ro", "a path and nothing else"}},
		"other URL":               {environment{"TARN_DATABASE_URL": "sqlite:tarn.db"}, []string{"--database", "no sqlite databases"}},
		"directory":               {environment{"TARN_DATABASE_URL": "."}, []string{"--database", "is a directory"}},
		"device":                  {environment{"TARN_DATABASE_URL": os.DevNull}, []string{"--database", os.DevNull}},
		"not a database":          {environment{"TARN_DATABASE_URL": text}, []string{"--database", text, "not a database"}},
		"not writable":            {environment{"TARN_DATABASE_URL": "/proc/self/tarn.db"}, []string{"--database", "/proc/self/tarn.db", "not writable"}},
		"key":                     {environment{"TARN_API_KEY": "hunter2"}, []string{"--api-key", "TARN_API_KEY", "16 to 255 characters"}},
		"log level":               {environment{"TARN_LOG_LEVEL": "loud"}, []string{"--log-level", "loud"}},
		"response check":          {environment{"TARN_VALIDATE_RESPONSES": "sometimes"}, []string{"--validate-responses", "sometimes", `"fail"`}},
		"duration":                {environment{"TARN_REQUEST_TIMEOUT": "soon"}, []string{"--request-timeout", "soon"}},
		"negative duration":       {environment{"TARN_REQUEST_TIMEOUT": "-1s"}, []string{"--request-timeout", "-1s"}},
		"negative limit":          {environment{"TARN_RATE_LIMIT": "-5"}, []string{"--rate-limit", "-5"}},
		"body limit":              {environment{"TARN_LOG_BODY_LIMIT": "0"}, []string{"--log-body-limit", "0"}},
		"connections":             {environment{"TARN_DATABASE_CONNECTIONS": "0"}, []string{"--max-connections", "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := run(t, refusal.env, "serve")
			require.NotZero(t, p.wait(t))
			for _, words := range refusal.says {
				assert.Contains(t, p.log.String(), words)
			}
			assert.NotContains(t, p.log.String()+p.output.String(), "hunter2")
			assert.NotContains(t, p.output.String(), "API key", "nobody would see the key again")
			assert.NotContains(t, p.log.String(), "goroutine")
			assert.Equal(t, 1, strings.Count(p.log.String(), "\n"), "one line: %s", p.log)
		})
	}
}

// A connection that the server has accepted and that it treats by hand.
type rawConnection struct {
	net.Conn
	reader *bufio.Reader
}

func dial(t *testing.T, p *program) rawConnection {
	t.Helper()
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(p.URL, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return rawConnection{Conn: connection, reader: bufio.NewReader(connection)}
}

func (c rawConnection) write(t *testing.T, text string) {
	t.Helper()
	_, err := c.Write([]byte(text))
	require.NoError(t, err)
}

// begin sends a request up to its body, and returns when the server waits for
// that.
func (c rawConnection) begin(t *testing.T, p *program, request, body string) {
	t.Helper()
	c.write(t, fmt.Sprintf("%s HTTP/1.1\r\nHost: tarn\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", request, p.Key, len(body)))
	line, err := c.reader.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
	_, err = c.reader.ReadString('\n')
	require.NoError(t, err)
}

// answer reads the status of an answer and the request's identifier.
func (c rawConnection) answer(t *testing.T) (status int, id string) {
	t.Helper()
	response, err := http.ReadResponse(c.reader, nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode, response.Header.Get("X-Request-Id")
}

var shuttingDown = regexp.MustCompile(`shutting down`)

func TestServe_FinishesWhatHasBegun(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url}
		p := start(t, watched(env))
		const tax = `{"tax":{"name":"Late","code":"late","rate":1}}`
		write, read := dial(t, p), dial(t, p)
		write.begin(t, p, "POST /api/v1/taxes", tax)
		read.begin(t, p, "GET /api/v1/taxes", "{}")
		var reads []string
		for range 20 {
			reads = append(reads, p.get(t, "/api/v1/taxes").header.Get("X-Request-Id"))
		}
		p.signal(t, syscall.SIGTERM)
		p.await(t, p.log, shuttingDown)

		write.write(t, tax)
		status, writeID := write.answer(t)
		require.Equal(t, http.StatusOK, status)
		read.write(t, "{}")
		status, readID := read.answer(t)
		require.Equal(t, http.StatusOK, status)
		require.Zero(t, p.wait(t))

		again := start(t, env)
		again.Key = p.Key
		again.get(t, "/api/v1/taxes/late")
		again.get(t, "/api/v1/api_logs/"+writeID)
		for _, id := range append(reads, writeID, readID) {
			again.get(t, "/v1/organization/logs/"+id)
		}
	})
}

func TestServe_DoesNotWaitForeverOnShutdown(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_SHUTDOWN_TIMEOUT": "100ms"})
	stuck := dial(t, p)
	stuck.begin(t, p, "POST /api/v1/taxes", `{"tax":{}}`)
	require.Equal(t, 1, p.stop(t))
	assert.Contains(t, p.log.String(), "--shutdown-timeout")
	assert.NotContains(t, p.log.String(), "panic")
	_, err := stuck.reader.ReadByte()
	require.Error(t, err, "the connection is closed")
}

// Whoever stops a server before it serves was obeyed, so nothing has failed, wherever in
// its start that was.
func TestServe_IsToldToStopBeforeItServes(t *testing.T) {
	t.Parallel()
	command := serveCommand{Listen: "127.0.0.1:0"}
	late, over := context.WithTimeout(t.Context(), 0)
	defer over()
	require.ErrorIs(t, command.Run(late), context.DeadlineExceeded)
	require.NoError(t, unlessStopped(stopAfter(t, 0), errors.New("interrupted (9)")), "as SQLite says it")
	for looks := int64(1); ; looks *= 2 {
		command.DatabaseURL = filepath.Join(t.TempDir(), "tarn.db")
		ctx := stopAfter(t, looks)
		prepared, err := command.prepare(ctx)
		err = errors.Join(err, prepared.close())
		if ctx.Err() == nil {
			require.NoError(t, err)
			require.Greater(t, looks, int64(64), "all the while nobody looked whether to stop")
			return
		}
		require.NoError(t, unlessStopped(ctx, err))
	}
}

// stopping is a context that is cancelled when it has been looked at so often.
type stopping struct {
	context.Context
	stop  context.CancelFunc
	looks atomic.Int64
}

func stopAfter(t *testing.T, looks int64) *stopping {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	s := &stopping{Context: ctx, stop: stop}
	if s.looks.Store(looks); looks == 0 {
		stop()
	}
	return s
}

// Done is what who waits for the context looks at.
func (s *stopping) Done() <-chan struct{} {
	if s.looks.Add(-1) == 0 {
		s.stop()
	}
	return s.Context.Done()
}

func TestServe_SaysThatItGoesAwayBeforeItDoes(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_SHUTDOWN_DELAY": "1h"})
	require.Equal(t, map[string]any{"status": "ok"}, p.get(t, "/ready").json(t))
	p.signal(t, syscall.SIGTERM)
	p.await(t, p.log, shuttingDown)
	require.Equal(t, map[string]any{"status": "shutting down"},
		p.do(t, http.StatusServiceUnavailable, http.MethodGet, "/ready", "").json(t))
	p.get(t, "/api/v1/taxes")

	// A second signal does not wait for anything.
	p.signal(t, syscall.SIGTERM)
	p.wait(t)
	status, isUnix := p.command.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, isUnix)
	require.True(t, status.Signaled())
	require.Equal(t, syscall.SIGTERM, status.Signal())
}

// The slowest client holds a connection no longer than the time of a request.
func TestServe_BoundsTheTimeOfARequest(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_REQUEST_TIMEOUT": "200ms"})
	slow := dial(t, p)
	slow.begin(t, p, "POST /api/v1/taxes", `{"tax":{}}`)
	require.NoError(t, slow.SetReadDeadline(clock.Monotonic().Add(patience)))
	status, _ := slow.answer(t)
	require.Equal(t, http.StatusBadRequest, status)
}

// A row that no request could have written makes an answer that breaks the
// contract.
func TestServe_ChecksItsAnswersWhenAsked(t *testing.T) {
	t.Parallel()
	const complaint = "breaks the contract"
	for way, expected := range map[string]struct {
		status int
		logged bool
	}{
		"off":  {http.StatusOK, false},
		"log":  {http.StatusOK, true},
		"fail": {http.StatusInternalServerError, true},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			url := storetest.URL(t, store.SQLite)
			p := start(t, environment{"TARN_DATABASE_URL": url, "TARN_VALIDATE_RESPONSES": way})
			p.do(t, http.StatusOK, http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"VAT","code":"vat","rate":20}}`)
			p.do(t, http.StatusUnprocessableEntity, http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"VAT"}}`)
			require.NotContains(t, p.log.String(), complaint)

			db, err := store.Open(t.Context(), store.Options{URL: url})
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			require.NoError(t, db.Write(t.Context(), scopeOfOnly(t, db), func(tx *store.Tx) error {
				return tx.InsertBillableMetric(&store.BillableMetric{ID: store.NewID(), Code: "odd", Name: "Odd", AggregationType: "odd_agg"})
			}))
			p.do(t, expected.status, http.MethodGet, "/api/v1/billable_metrics/odd", "")
			require.Zero(t, p.stop(t))
			require.Equal(t, expected.logged, strings.Contains(p.log.String(), complaint), "%s", p.log)
		})
	}
}

func TestServe_KeepsADatabaseInMemory(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_DATABASE_URL": ":memory:"})
	var clients sync.WaitGroup
	for client := range 8 {
		clients.Go(func() {
			for n := range 10 {
				body := fmt.Sprintf(`{"tax":{"name":"Tax","code":"tax_%d_%d","rate":1}}`, client, n)
				created, err := p.send(t.Context(), http.MethodPost, "/api/v1/taxes", body, nil)
				if assert.NoError(t, err) {
					assert.Equal(t, http.StatusOK, created.status, "%s", created.body)
				}
				listed, err := p.send(t.Context(), http.MethodGet, "/api/v1/taxes", "", nil)
				if assert.NoError(t, err) {
					assert.Equal(t, http.StatusOK, listed.status, "%s", listed.body)
				}
			}
		})
	}
	clients.Wait()
	for _, list := range []string{"taxes", "api_logs"} {
		meta, _ := p.get(t, "/api/v1/"+list).json(t)["meta"].(map[string]any)
		assert.EqualValues(t, 80, meta["total_count"], list)
	}
	require.NoFileExists(t, filepath.Join(p.command.Dir, ":memory:"))
}

func TestServe_SeveralAtOnceMakeOneOrganization(t *testing.T) {
	t.Parallel()
	env := watched(environment{"TARN_DATABASE_URL": emptyPostgres(t), "TARN_DATABASE_CONNECTIONS": "8"})
	servers := []*program{launch(t, env, "serve"), launch(t, env, "serve"), launch(t, env, "serve")}
	var keys []string
	for _, p := range servers {
		p.greeted(t)
		if p.Key != "" {
			keys = append(keys, p.Key)
		}
	}
	require.Len(t, keys, 1)
	for i, p := range servers {
		p.Key = keys[0]
		p.do(t, http.StatusOK, http.MethodPost, "/api/v1/taxes", fmt.Sprintf(`{"tax":{"name":"Tax","code":"tax_%d","rate":1}}`, i))
	}
	for _, p := range servers {
		meta, _ := p.get(t, "/api/v1/taxes").json(t)["meta"].(map[string]any)
		assert.EqualValues(t, len(servers), meta["total_count"])
	}
}

// emptyPostgres is a PostgreSQL database without a schema.
func emptyPostgres(t *testing.T) string {
	t.Helper()
	url := storetest.URL(t, store.Postgres)
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	require.NoError(t, err)
	return url
}
