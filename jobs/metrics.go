package jobs

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tarn/store"
)

// measureTimeout bounds the question that a look at the metrics asks of the database.
const measureTimeout = 2 * time.Second

// newFailures counts failed attempts by kind. Every kind begins at zero, so that the first
// failure is an increase.
func newFailures(workers Workers) *prometheus.CounterVec {
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tarn_job_failures_total",
		Help: "Attempts of due work that failed in this process, by kind of work.",
	}, []string{"kind"})
	for kind := range workers {
		failures.WithLabelValues(kind)
	}
	return failures
}

// Collectors are the measurements of due work, for Prometheus.
func (r *Runner) Collectors() []prometheus.Collector {
	return []prometheus.Collector{r.failures, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tarn_due_work_seconds",
		Help: "How long the oldest due work of organizations on real time has waited, in all processes; 0 when nothing waits.",
	}, r.waited)}
}

// waited is for how many seconds the oldest due work has waited. It is no number while the
// database does not answer.
func (r *Runner) waited() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), measureTimeout)
	defer cancel()
	var longest time.Duration
	err := r.store.SystemRead(ctx, func(sys *store.System) (err error) {
		longest, err = sys.DueWorkWaits()
		return err
	})
	if err != nil {
		r.log.WarnContext(ctx, "due work cannot be measured", "error", err)
		return math.NaN()
	}
	return longest.Seconds()
}
