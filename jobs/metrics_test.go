package jobs_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/jobs"
	"tarn/store"
)

// measured is what a runner tells Prometheus, by name; counts are added up.
func measured(t *testing.T, r *jobs.Runner) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(r.Collectors()...)
	families, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			values[family.GetName()] += metric.GetGauge().GetValue() + metric.GetCounter().GetValue()
		}
	}
	return values
}

// Work that should have been done already is measured, until somebody does it; what is due
// later is not, nor what waits for a frozen clock to be moved.
func TestCollectors_TellHowLongDueWorkHasWaited(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *store.Store) {
		start := clock.Real().Now()
		org, frozen := organization(t, s, nil), organization(t, s, &start)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		enqueue(t, s, frozen, note("in frozen time", start.Add(time.Second)))
		enqueue(t, s, org, note("later", start.Add(time.Hour)), note("second", start.Add(20*time.Second)), note("first", start.Add(10*time.Second)))
		assert.Zero(t, measured(t, r)["tarn_due_work_seconds"])
		<-time.After(time.Minute)
		assert.InDelta(t, 50, measured(t, r)["tarn_due_work_seconds"], 1)
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.Zero(t, measured(t, r)["tarn_due_work_seconds"])
		assert.Zero(t, measured(t, r)["tarn_job_failures_total"])
	})
}

// Every failed attempt is counted.
func TestCollectors_CountFailures(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		r := runner(t, s, jobs.Workers{"bad": {Run: func(*store.Tx, store.Job) error { return errBroken }}})
		enqueue(t, s, org, jobs.Job{Kind: "bad", At: noon, MaxAttempts: 3})
		require.NoError(t, r.RunDue(t.Context(), org))
		assert.InDelta(t, 3, measured(t, r)["tarn_job_failures_total"], 0)
	})
}

// A database that does not answer makes no measurement, rather than a good one.
func TestCollectors_SayNothingWithoutADatabase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		r := runner(t, s, nil)
		require.NoError(t, s.Close())
		assert.True(t, math.IsNaN(measured(t, r)["tarn_due_work_seconds"]))
	})
}
