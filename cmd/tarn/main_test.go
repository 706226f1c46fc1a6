package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/store/storetest"
)

const (
	// asProgram is the variable that turns the test binary into tarn itself: the
	// tests run the real program, and nobody has to build it first.
	asProgram = "TARN_TEST_AS_PROGRAM"
	// builtProgram is the variable that names a tarn that was built. It is quicker
	// than the test binary where that has the race detector; see watched.
	builtProgram = "TARN_TEST_PROGRAM"
	// isWatched marks the environment of a program that is the test binary in any
	// case.
	isWatched = "TARN_TEST_WATCHED"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	storetest.Main(m)
}

// patience bounds every wait for the program; none comes near it.
const patience = 3 * time.Minute

// environment is what a program finds in its environment, besides PATH and the
// like. Variables of tarn are not inherited.
type environment map[string]string

// watched is the environment of a program that does much at a time, and so runs
// with the race detector where the tests do.
func watched(env environment) environment {
	env = maps.Clone(env)
	env[isWatched] = "1"
	return env
}

// path is the file of the program.
func (env environment) path() string {
	if built := os.Getenv(builtProgram); built != "" && env[isWatched] == "" {
		return built
	}
	return os.Args[0]
}

// program is a running tarn.
type program struct {
	// URL is the address that the welcome names, without a slash at its end.
	URL string
	// Key is the API key that the welcome shows; empty when it shows none.
	Key string

	command *exec.Cmd
	client  *http.Client
	// output is what went to standard output, log what went to standard error.
	output, log *transcript
	exited      chan struct{}
	// failure is what the program ended with; to be read after exited.
	failure error
}

// welcomed is a complete welcome: the paragraph with the addresses has ended.
var welcomed = regexp.MustCompile(`(?s)  API        (http://\S+)/api/v1\n  Reference  (http://\S+)/docs\n(?:  API key    (?:(\S+)   \(shown once\)|as TARN_API_KEY says)\n)?\n`)

// start runs "tarn serve" on a free port until the test ends, and returns when
// it has said where it is. The database is the embedded one in a directory of
// the test's own, unless the environment names another.
func start(t testing.TB, env environment, args ...string) *program {
	t.Helper()
	p := launch(t, env, append([]string{"serve"}, args...)...)
	p.greeted(t)
	return p
}

// greeted waits for the welcome and keeps what it says.
func (p *program) greeted(t testing.TB) {
	t.Helper()
	p.await(t, p.output, welcomed)
	words := welcomed.FindStringSubmatch(p.output.String())
	require.Equal(t, words[1], words[2], "API and reference have one address")
	p.URL, p.Key = words[1], words[3]
}

// launch starts tarn with any arguments. It is stopped when the test ends, and
// must then end as a program that was asked to.
func launch(t testing.TB, env environment, args ...string) *program {
	t.Helper()
	p := &program{
		command: exec.Command(env.path(), args...), client: &http.Client{Transport: &http.Transport{}},
		output: newTranscript(), log: newTranscript(), exited: make(chan struct{}),
	}
	p.command.Env = surroundings(env)
	p.command.Dir = t.TempDir()
	p.command.Stdout, p.command.Stderr = p.output, p.log
	p.begin(t)
	return p
}

// begin starts the program's command. It is stopped when the test ends.
func (p *program) begin(t testing.TB) {
	t.Helper()
	require.NoError(t, p.command.Start())
	go func() {
		defer close(p.exited)
		p.failure = p.command.Wait()
	}()
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		if !p.ended() {
			assert.Zero(t, p.stop(t), "exit status")
		}
		assert.NotContains(t, p.log.String(), "DATA RACE")
		if t.Failed() {
			t.Logf("%s said:\n%s", strings.Join(p.command.Args, " "), p.log)
		}
	})
}

// run executes tarn until it ends by itself.
func run(t testing.TB, env environment, args ...string) *program {
	t.Helper()
	p := launch(t, env, args...)
	p.wait(t)
	return p
}

// surroundings is the environment of a program: this one's without what is
// meant for tarn and its tests, and what was asked for.
func surroundings(env environment) []string {
	// By itself the race detector lets a program sleep for a second before it ends.
	all := []string{asProgram + "=1", "TARN_LISTEN=127.0.0.1:0", "GORACE=atexit_sleep_ms=20"}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TARN_") && !strings.HasPrefix(variable, "OTEL_") {
			all = append(all, variable)
		}
	}
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	return all
}

// await waits until a transcript matches.
func (p *program) await(t testing.TB, said *transcript, pattern *regexp.Regexp) {
	t.Helper()
	deadline := time.After(patience)
	for {
		text, more := said.read()
		if pattern.MatchString(text) {
			return
		}
		select {
		case <-more:
		case <-p.exited:
			if pattern.MatchString(said.String()) {
				return
			}
			require.FailNow(t, "tarn ended", "%v\n%s%s", p.failure, p.output, p.log)
		case <-deadline:
			require.FailNow(t, "tarn never said "+pattern.String(), "%s%s", p.output, p.log)
		}
	}
}

// signal sends a signal to the program.
func (p *program) signal(t testing.TB, signal os.Signal) {
	t.Helper()
	require.NoError(t, p.command.Process.Signal(signal))
}

// stop asks the program to end, and returns its exit status.
func (p *program) stop(t testing.TB) int {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	return p.wait(t)
}

// wait waits for the end of the program and returns its exit status.
func (p *program) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		_ = p.command.Process.Kill() // the test fails already
		require.FailNow(t, "tarn does not end", "%s", p.log)
	}
	return p.command.ProcessState.ExitCode()
}

func (p *program) ended() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request with the program's key; header may add to it.
func (p *program) send(ctx context.Context, method, path, body string, header http.Header) (*reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+p.Key)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &reply{status: response.StatusCode, header: response.Header, body: content}, nil
}

// do is send for a test that expects a status.
func (p *program) do(t testing.TB, status int, method, path, body string) *reply {
	t.Helper()
	r, err := p.send(t.Context(), method, path, body, nil)
	require.NoError(t, err)
	require.Equal(t, status, r.status, "%s %s: %s", method, path, r.body)
	return r
}

// get is do for a GET that succeeds.
func (p *program) get(t testing.TB, path string) *reply {
	t.Helper()
	return p.do(t, http.StatusOK, http.MethodGet, path, "")
}

// json is the body of an answer.
func (r *reply) json(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(r.body, &object), "%s", r.body)
	return object
}

// transcript keeps what a program says. It is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
	// more is closed when something is added.
	more chan struct{}
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{})} }

// Write adds to the transcript.
func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.more)
	s.more = make(chan struct{})
	return s.text.Write(p)
}

// read returns what was said so far, and a channel that is closed when there
// is more.
func (s *transcript) read() (string, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String(), s.more
}

// String is what was said so far.
func (s *transcript) String() string {
	text, _ := s.read()
	return text
}
