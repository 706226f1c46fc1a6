package server_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/compat"
	"tarn/server/servertest"
	"tarn/server/servertest/random"
	"tarn/store/storetest"
)

// What "make random" sets.
//
//nolint:gochecknoglobals // flags
var (
	randomRequests = flag.Int("random.requests", 400, "how many random requests are sent")
	randomSeed     = flag.Uint64("random.seed", 1, "what the random requests are made of")
	randomReplay   = flag.String("random.replay", "", "a file with requests that are sent instead, one on a line as a failure reports them")
	randomMode     = flag.String("random.mode", "", `"document" or "wire" for one mode; both take turns without it`)
)

// perEpisode is how many requests an organization gets, perReport after how many of these
// whoever waits hears how far it is.
const (
	perEpisode = 100
	perReport  = 50
)

// TestRandom_DatabasesAnswerAlike sends random requests to servers on both databases, in
// both modes: none is answered with a 500 or against the contract, and what one server
// answers the other one does.
func TestRandom_DatabasesAnswerAlike(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/500") {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(receiver.Close)
	arenas := map[compat.Mode]*random.Arena{}
	for _, mode := range []compat.Mode{compat.Document, compat.Wire} {
		var servers []*servertest.Server
		for _, dialect := range storetest.Dialects() {
			url := storetest.URL(t, dialect)
			if mode == compat.Wire {
				servers = append(servers, servertest.NewOnWire(t, url))
			} else {
				servers = append(servers, servertest.New(t, url))
			}
		}
		arenas[mode] = random.NewArena(t, "../testdata/scenarios", receiver.URL, servers...)
	}
	modes := []compat.Mode{compat.Document, compat.Wire}
	switch *randomMode {
	case "document":
		modes = modes[:1]
	case "wire":
		modes = modes[1:]
	}
	if *randomReplay != "" {
		replay(t, arenas[modes[0]])
		return
	}
	statuses, reached := map[int]int{}, map[string]bool{}
	for sent, number := 0, 0; sent < *randomRequests; sent, number = sent+perEpisode, number+1 {
		mode := modes[number%len(modes)]
		episode := arenas[mode].Play(t.Context(), *randomSeed, uint64(number), min(perEpisode, *randomRequests-sent)) //nolint:gosec // it counts from zero
		for status, count := range episode.Statuses {
			statuses[status] += count
		}
		for operation := range episode.Reached {
			reached[operation] = true
		}
		if episode.Failure != nil {
			report(t, mode, number, episode)
		}
		if number%perReport == perReport-1 {
			t.Logf("%d requests", sent+perEpisode)
		}
	}
	t.Logf("answers by status: %v; %d operations succeeded", statuses, len(reached))
	succeeded := statuses[http.StatusOK] + statuses[http.StatusCreated]
	require.Greater(t, 10*succeeded, 3*(*randomRequests), "too few requests succeed to reach anything: %v", statuses)
}

// report fails the test with a failure and the requests that lead to it.
func report(t *testing.T, mode compat.Mode, number int, episode *random.Episode) {
	t.Helper()
	lines := make([]string, len(episode.Requests))
	for i, request := range episode.Requests {
		lines[i] = request.String()
	}
	t.Errorf("seed %d, episode %d, mode %v: %s\n%s\nrequests:\n%s", *randomSeed, number, mode, episode.Failure.Request, episode.Failure.What, strings.Join(lines, "\n"))
}

// replay sends the requests of a file.
func replay(t *testing.T, arena *random.Arena) {
	t.Helper()
	content, err := os.ReadFile(*randomReplay)
	require.NoError(t, err)
	var requests []random.Request
	for line := range strings.Lines(string(content)) {
		request, err := random.ParseRequest(strings.TrimSpace(line))
		require.NoError(t, err, line)
		requests = append(requests, request)
	}
	if failure := arena.Replay(t.Context(), requests); failure != nil {
		t.Fatalf("%s\n%s", failure.Request, failure.What)
	}
}
