package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServe_SendsTracesWhereItIsTold(t *testing.T) {
	t.Parallel()
	collector := newCollector(t)
	p := start(t, watched(environment{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL, "OTEL_SERVICE_NAME": "tarn-test"}))
	p.get(t, "/api/v1/taxes")
	require.Zero(t, p.stop(t))
	require.Positive(t, collector.received.Load(), "what is left is sent on shutdown")
}

func TestServe_WritesItsLogAsJSONWhereNobodyReadsIt(t *testing.T) {
	t.Parallel()
	p := start(t, environment{"TARN_LOG_LEVEL": "error"})
	require.Zero(t, p.stop(t))
	require.Empty(t, p.log.String())
	chatty := start(t, nil)
	chatty.await(t, chatty.log, regexp.MustCompile(`(?m)^\{"time":"[^"]+","level":"INFO","msg":"serving",.*"ready_after":"[^"]+"\}$`))
}

// collector is where traces are sent.
type collector struct {
	*httptest.Server
	received atomic.Int64
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/traces" {
			c.received.Add(1)
		}
	}))
	t.Cleanup(c.Close)
	return c
}
