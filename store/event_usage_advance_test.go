package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/billing/usage"
	"tarn/store"
)

// hourly are events of the first hours of March, with the properties given.
func hourly(properties ...string) []metered {
	events := make([]metered, len(properties))
	for i := range properties {
		events[i] = metered{march.Add(time.Duration(i) * time.Hour), properties[i]}
	}
	return events
}

// What the events of a charge paid in advance were charged for, in every way in
// which a database may come to know it.
func TestUsageCells_InAdvance(t *testing.T) {
	t.Parallel()
	value := func(values ...string) []metered {
		for i := range values {
			values[i] = fmt.Sprintf(`{"value":%s,"cloud":"aws"}`, values[i])
		}
		return hourly(values...)
	}
	const addA, removeA, addB = `{"value":"a"}`, `{"value":"a","operation_type":"remove"}`, `{"value":"b"}`
	const addBlank, removeBlank = `{"value":" \t\u00a0"}`, `{"value":" \t\u00a0","operation_type":"remove"}`
	sum, unique := requestOf(usage.AggregationSum), requestOf(usage.AggregationUniqueCount)
	for name, c := range map[string]struct {
		request usage.Request
		events  []metered
		want    string
	}{
		"rises":                             {sum, value("10", "2.5"), "12.5"},
		"falls and rises above its peak":    {sum, value("10", "-4", "8"), "14"},
		"falls and stays below its peak":    {sum, value("10", "-5", "2"), "10"},
		"begins below zero":                 {sum, value("-5", "10"), "10"},
		"begins below zero and stays there": {sum, value("-5", "-3", "3"), "-5"},
		"is charged from below zero":        {sum, value("-5", "1", "4"), "1"},
		"begins below zero and rises far":   {sum, value("-5", "6", "6", "-1"), "7"},
		"begins at zero":                    {sum, value("0", "-1", "0.5"), "0"},
		"items":                             {unique, hourly(addA, addB, addA), "2"},
		"items, one removed":                {unique, hourly(addA, addB, removeA), "2"},
		"items, one added again":            {unique, hourly(addA, removeA, addA, addB, addB), "2"},
		"items, blank ones and one missing": {unique, hourly(addA, addBlank, removeBlank, `{}`, `{"operation_type":"remove"}`), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inUsage(t, c.events, func(t *testing.T, tx *store.Tx) {
				request := c.request
				request.PayInAdvance = true
				require.Equal(t, []string{c.want}, units(t, tx, request))
				request.GroupKeys = []string{"cloud"}
				require.Equal(t, []string{c.want}, units(t, tx, request), "in a group")
			})
		})
	}
}

// One group falls and the other does not; what came before the period is no
// part of a peak.
func TestUsageCells_InAdvanceOfGroups(t *testing.T) {
	t.Parallel()
	events := append(hourly(
		`{"value":10,"cloud":"aws"}`, `{"value":3,"cloud":"gcp"}`, `{"value":-4,"cloud":"aws"}`, `{"value":3,"cloud":"gcp"}`,
	), metered{march.Add(-time.Hour), `{"value":-100,"cloud":"gcp"}`})
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationSum)
		request.PayInAdvance, request.GroupKeys = true, []string{"cloud"}
		require.Equal(t, []string{"10", "6"}, units(t, tx, request))
		request.Metric.Recurring = true
		require.Equal(t, []string{"10", "-94"}, units(t, tx, request))
	})
}

// Days of use of items that come and go, by what became of them.
func TestUsageCells_ProratedItems(t *testing.T) {
	t.Parallel()
	add := func(day int, hours int) metered {
		return metered{march.AddDate(0, 0, day-1).Add(time.Duration(hours) * time.Hour), `{"value":"a"}`}
	}
	remove := func(day int, hours int) metered {
		return metered{add(day, hours).at, `{"value":"a","operation_type":"remove"}`}
	}
	for name, c := range map[string]struct {
		events []metered
		// days are those of 31 on which the item is in use.
		days int64
	}{
		"added":                              {[]metered{add(16, 0), add(20, 0)}, 16},
		"added before the period":            {[]metered{add(-10, 0), add(20, 0)}, 31},
		"added and removed":                  {[]metered{add(3, 0), add(4, 0), remove(5, 0), remove(9, 0)}, 3},
		"removed before the period":          {[]metered{add(-10, 0), remove(-5, 0), remove(3, 0)}, 0},
		"removed as the first":               {[]metered{remove(2, 0), remove(3, 0), add(31, 0)}, 1},
		"removed only":                       {[]metered{remove(2, 0)}, 0},
		"added again on the same day":        {[]metered{add(3, 0), remove(4, 1), add(4, 2), remove(5, 0)}, 3},
		"added again on the next day":        {[]metered{add(3, 0), remove(4, 1), add(5, 2)}, 29},
		"added again later":                  {[]metered{add(3, 0), remove(4, 1), add(10, 0), remove(10, 1)}, 3},
		"added again before the period":      {[]metered{add(-10, 0), remove(-8, 0), add(-5, 0), remove(2, 0)}, 2},
		"removed, and added in the period":   {[]metered{add(-10, 0), remove(-8, 0), add(31, 0)}, 1},
		"in use over the start":              {[]metered{add(-10, 0), remove(-8, 0), add(-7, 0), remove(1, 0), add(3, 0)}, 30},
		"added and removed at one instant":   {[]metered{add(3, 0), remove(3, 0)}, 1},
		"removed and added at one instant":   {[]metered{add(1, 0), remove(3, 0), add(3, 0)}, 31},
		"leading removal at the one instant": {[]metered{remove(3, 0), add(3, 0)}, 29},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inUsage(t, c.events, func(t *testing.T, tx *store.Tx) {
				request := requestOf(usage.AggregationUniqueCount)
				request.Metric.Recurring, request.Prorated = true, true
				cells, err := usageCells(tx, request)
				require.NoError(t, err)
				require.Len(t, cells, 1)
				require.Equal(t, c.days, cells[0].Tally.ActiveDays)
				require.Equal(t, printed(t, request, fold(t, tx, request)), printed(t, request, cells))
			})
		})
	}
}

// The last events of several groups may share an instant, with each other and
// with events that came earlier.
func TestUsageCells_LatestOfGroups(t *testing.T) {
	t.Parallel()
	at := march.Add(time.Hour)
	events := []metered{
		{at, `{"value":1,"cloud":"aws"}`},
		{at, `{"value":2,"cloud":"gcp"}`},
		{at, `{"value":3,"cloud":"aws"}`},
		{at, `{"value":4}`},
		{at, `{"value":"none","cloud":"aws"}`},
		{march, `{"value":9}`},
		{march, `{"value":8,"cloud":"azure"}`},
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationLatest)
		request.GroupKeys = []string{"cloud"}
		require.Equal(t, []string{"3", "8", "2", "4"}, units(t, tx, request), "by the texts of the groups, none last")
		request.GroupKeys = nil
		request.Filters = []usage.Filter{{ID: store.NewID(), Values: map[string][]string{"cloud": {"aws", "gcp", "azure"}}}}
		require.Equal(t, []string{"3", "4"}, units(t, tx, request))
	})
}
