package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// tarn ready asks once, or until the server is ready; a wait has an end.
func TestReady_WaitsAsLongAsItIsTold(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 4 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	for _, wait := range [][]string{nil, {"--wait", "1ms"}} {
		once := run(t, nil, append([]string{"ready", "--url", server.URL}, wait...)...)
		require.Equal(t, 1, once.wait(t))
		require.Contains(t, once.log.String(), "the server is not ready")
	}
	require.Zero(t, run(t, nil, "ready", "--url", server.URL, "--wait", "2m").wait(t))
	require.EqualValues(t, 4, asked.Load())

	negative := run(t, nil, "ready", "--wait=-1s")
	require.Equal(t, usageError, negative.wait(t))
	require.Contains(t, negative.log.String(), "--wait: -1s is negative")
}
