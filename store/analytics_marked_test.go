package store_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

// A day is marked once for the job that waits; again for another job or another metric,
// and where the transaction that marked it was given up.
func TestMarkUsage_ReliesOnMarksThatAreThere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		job, metric := store.NewID(), store.NewID()
		used := func(counting *uuid.UUID, metric uuid.UUID) []store.NewUsage {
			one := store.NewUsage{ExternalSubscriptionID: "s", Code: "c", BillableMetricID: metric, Day: "2026-01-31", Counting: counting}
			return []store.NewUsage{one, one}
		}
		var added int
		mark := func(used []store.NewUsage, failure error) {
			t.Helper()
			err := w.Write(t.Context(), w.scopes[0], func(tx *store.Tx) error {
				before, err := tx.CountUsageMarks()
				require.NoError(t, err)
				require.NoError(t, tx.MarkUsage(used))
				after, err := tx.CountUsageMarks()
				require.NoError(t, err)
				added = int(after - before)
				return failure
			})
			require.ErrorIs(t, err, failure)
		}
		for _, step := range []struct {
			why     string
			used    []store.NewUsage
			failure error
			added   int
		}{
			{"nothing waits", used(nil, metric), nil, 1},
			{"nothing waits still, so nobody knows whether the mark is there", used(nil, metric), nil, 1},
			{"a transaction that is given up", used(&job, metric), errors.New("given up"), 1},
			{"it left nothing", used(&job, metric), nil, 1},
			{"the mark waits for that job", used(&job, metric), nil, 0},
			{"another metric of the code", used(&job, store.NewID()), nil, 1},
			{"another job", used(new(store.NewID()), metric), nil, 1},
			{"the other job is forgotten", used(&job, metric), nil, 1},
		} {
			mark(step.used, step.failure)
			require.Equal(t, step.added, added, step.why)
		}
	})
}
