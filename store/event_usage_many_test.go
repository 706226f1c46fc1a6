package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/billing/usage"
	"tarn/store"
)

// Many events are read in several goes, each event once, and no more than are
// wanted. Most share an instant with others.
func TestEachUsageEvent_Many(t *testing.T) {
	t.Parallel()
	const many = 1000
	events, want := make([]metered, many), make([]string, many)
	for i := range events {
		events[i] = metered{march.Add(time.Duration(i/30) * time.Hour), fmt.Sprintf(`{"value":%d}`, i)}
		want[i] = fmt.Sprint(i)
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationSum)
		require.Equal(t, want, values(t, tx, request, nil, many+1))
		for _, most := range []int{1, 99, 100, 101, 300, 301, many - 1, many} {
			require.Equal(t, want[:most], values(t, tx, request, nil, most))
		}
		request.PayInAdvance = true
		require.Equal(t, []string{fmt.Sprint(many * (many - 1) / 2)}, units(t, tx, request))
	})
}

// A long history is read in several goes by a fold too.
func TestUsageCells_ProratedItemsOfManyEvents(t *testing.T) {
	t.Parallel()
	var events []metered
	for i := range 400 {
		operation := "add"
		if i%4 >= 2 {
			operation = "remove"
		}
		at := march.AddDate(0, 0, i/20)
		events = append(events, metered{at, fmt.Sprintf(`{"value":"%d","operation_type":%q}`, i%2, operation)})
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationUniqueCount)
		request.Metric.Recurring, request.Prorated = true, true
		// Both items are removed for good on the 20th of 31 days.
		require.Equal(t, []string{"1.29033"}, units(t, tx, request))
	})
}
