package usage

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// in is an event as the cases of these tests write it down: when it happened,
// and its properties. The metric's field is "v".
type in struct {
	at         string
	properties string
}

// parseTime reads "2024-03-05", "2024-03-05 01:30" or an RFC 3339 time, in UTC.
func parseTime(t require.TestingT, text string) time.Time {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	require.Failf(t, "no time", "%q", text)
	return time.Time{}
}

// eventsOf makes events; those that come later in the list were received later.
func eventsOf(t require.TestingT, request Request, list []in) []Event {
	events := make([]Event, len(list))
	for i, each := range list {
		events[i] = eventOf(t, request, parseTime(t, each.at), each.properties)
		binary.BigEndian.PutUint64(events[i].ID[8:], uint64(i+1))
	}
	return events
}

// eventOf makes the event that a request sees of properties.
func eventOf(t require.TestingT, request Request, at time.Time, properties string) Event {
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(properties), &members), properties)
	event := Event{Timestamp: at}
	require.True(t, NewReader(request).Read(&event, members))
	if text := PropertyText(members["v"]); text != nil && members["v"][0] != 't' {
		if value, err := decimal.NewFromString(*text); err == nil {
			event.Value = &value
		}
	}
	if precise := PropertyText(members["precise"]); precise != nil {
		event.PreciseTotalAmountCents = decimal.RequireFromString(*precise)
	}
	return event
}

// march2024 is a period of 31 days in UTC.
func march2024() Period { return periodOf("2024-03-01", "2024-04-01", 31) }

// periodOf is a period of days in UTC, up to the last microsecond before end.
func periodOf(from, end string, duration int) Period {
	first, _ := time.Parse(time.DateOnly, from)
	after, _ := time.Parse(time.DateOnly, end)
	period := Period{From: first, To: after.Add(-time.Microsecond), Duration: duration}
	for day := first; day.Before(after); day = day.AddDate(0, 0, 1) {
		period.DayStarts = append(period.DayStarts, day)
	}
	return period
}

// metric is a request for all events of an aggregation in March 2024.
func metric(aggregation Aggregation) Request {
	return Request{
		Subscription: "sub", Period: march2024(),
		Metric: Metric{Code: "api", Aggregation: aggregation, Field: "v"},
	}
}

// recurring makes a request one for a recurring metric.
func recurring(request Request) Request {
	request.Metric.Recurring = true
	return request
}

// prorated makes a request one for a recurring metric and a prorated charge.
func prorated(request Request) Request {
	request.Prorated = true
	return recurring(request)
}

// during moves a request to another period.
func (r Request) during(period Period) Request {
	r.Period = period
	return r
}

// compute folds events in their order and computes results.
func compute(t require.TestingT, request Request, list ...in) []Result {
	return computeEvents(request, eventsOf(t, request, list))
}

func computeEvents(request Request, events []Event) []Result {
	fold := NewFold(request)
	advance := NewAdvanceFold(request)
	for _, event := range inOrder(events) {
		fold.Add(event)
		if request.InAdvance() {
			advance.Add(event)
		}
	}
	cells := fold.Cells()
	advance.Attach(cells)
	return Compute(request, cells)
}

// aggregationCase is one row of the table of worked cases.
type aggregationCase struct {
	request Request
	events  []in
	// units are what is priced; full are the plain units when they differ.
	units, full string
	// total is the level that total_aggregated_units shows, when it differs
	// from the full units.
	total string
	count int64
}

// requireCases checks the one result of each case.
func requireCases(t *testing.T, cases map[string]aggregationCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := compute(t, c.request, c.events...)
			require.Len(t, results, 1)
			full := c.full
			if full == "" {
				full = c.units
			}
			total := c.total
			if total == "" {
				total = full
			}
			require.Equal(t, c.units, results[0].Units.String(), "units")
			require.Equal(t, full, results[0].FullUnits.String(), "full units")
			require.Equal(t, total, results[0].TotalAggregatedUnits.String(), "total aggregated units")
			require.Equal(t, c.count, results[0].EventsCount, "events count")
		})
	}
}

// text is a text that is there.
func text(value string) Text { return &value }

// unitsBy are the units of results by the texts of one group key.
func unitsBy(results []Result, key string) map[string]string {
	units := map[string]string{}
	for _, result := range results {
		units[show(result.Group[key])] = result.Units.String()
	}
	return units
}

func show(text Text) string {
	if text == nil {
		return "null"
	}
	return *text
}

// newID is an identifier that is greater than those with smaller numbers.
func newID(number uint64) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:], number)
	return id
}

// inOrder are events by their places.
func inOrder(events []Event) []Event {
	return slices.SortedStableFunc(slices.Values(events), func(a, b Event) int { return a.Place().Compare(b.Place()) })
}
