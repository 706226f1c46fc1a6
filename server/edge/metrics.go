package edge

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"

	"tarn/clock"
)

// metrics counts and times requests by operation. Each handler has a registry
// of its own, so that several can live in one process.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "tarn_http_request_duration_seconds",
			Help:    "Time from a request to its answer, by operation and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"operation", "method", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Measure adds what other rooms measure to what Metrics shows.
func (e *Edge) Measure(collectors ...prometheus.Collector) {
	e.metrics.registry.MustRegister(collectors...)
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observe measures a request and names its trace after the operation.
func (m *metrics) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil {
			return next(c)
		}
		operation := "none"
		if x.op != nil {
			operation = x.op.ID
			trace.SpanFromContext(c.Request().Context()).SetName(operation)
		}
		err := next(c)
		status := http.StatusInternalServerError
		if x.answer != nil {
			status = x.answer.status
		}
		m.requests.WithLabelValues(operation, knownMethod(c.Request().Method), strconv.Itoa(status)).
			Observe(clock.Since(x.started).Seconds())
		return err
	}
}

// knownMethod keeps clients from filling the metrics with methods of their own
// invention.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions:
		return method
	}
	return "other"
}
