package usage

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawRequest draws a request for the events of drawEvents.
func drawRequest(t *rapid.T) Request {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k1", "k2", "k3"}), 0, 2, rapid.ID[string])
	request := metric(rapid.SampledFrom(Aggregations()).Draw(t, "aggregation"))
	request.Metric.Recurring = rapid.Bool().Draw(t, "recurring")
	request.Prorated = rapid.Bool().Draw(t, "prorated")
	request.Precise = rapid.Bool().Draw(t, "precise")
	request.Filters = drawFilters(t)
	request.GroupKeys = keys.Draw(t, "group keys")
	request.PresentationKeys = keys.Draw(t, "presentation keys")
	for i := range request.Filters {
		request.Filters[i].GroupKeys = keys.Draw(t, "filter's group keys")
	}
	return request
}

// drawEvents draws events around March 2024. Many share an instant.
func drawEvents(t *rapid.T, request Request) []Event {
	member := func(name string) string {
		if value := rapid.SampledFrom([]string{"", `""`, `"a"`, `"b"`, `"c"`}).Draw(t, name); value != "" {
			return fmt.Sprintf(",%q:%s", name, value)
		}
		return ""
	}
	var list []in
	for range rapid.IntRange(0, 20).Draw(t, "events") {
		at := march2024().From.Add(time.Duration(rapid.IntRange(-10, 80).Draw(t, "hours")) * 10 * time.Hour)
		value := rapid.SampledFrom([]string{"1", "2.5", `"-3"`, `"x"`, "null"}).Draw(t, "value")
		properties := `{"v":` + value + member("k1") + member("k2") + member("k3")
		if rapid.Bool().Draw(t, "removal") {
			properties += `,"operation_type":"remove"`
		}
		list = append(list, in{at.Format(time.RFC3339), properties + `,"precise":"1.5"}`})
	}
	return eventsOf(t, request, list)
}

// shown are results in writing, so that equal decimals are equal.
func shown(t require.TestingT, results []Result) string {
	text, err := json.MarshalIndent(results, "", " ")
	require.NoError(t, err)
	return string(text)
}

// The order in which events arrive does not matter: their places decide.
func TestFold_OrderOfArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		events := drawEvents(t, request)
		want := shown(t, computeEvents(request, events))
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		shuffle.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		require.Equal(t, want, shown(t, computeEvents(request, events)))
	})
}

// Tallies of tuples, each made of its own events, gather to what the fold makes
// of all events. The tallies of the tuples are themselves merged from parts.
func TestGather_AgreesWithTheFold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		if request.Metric.Aggregation == AggregationUniqueCount {
			request.Metric.Aggregation = AggregationSum
		}
		events := drawEvents(t, request)
		var tuples []Tuple
		for i, event := range inOrder(events) {
			if request.Takes(event) {
				tuples = append(tuples, Tuple{Texts: event.Texts, Tally: request.tallyOf(event, int64(i+1))})
			}
		}
		for range rapid.IntRange(0, len(tuples)).Draw(t, "merges") {
			tuples = mergeTwo(t, tuples)
		}
		require.Equal(t, shown(t, computeEvents(request, events)), shown(t, Compute(request, Gather(request, tuples))))
	})
}

// mergeTwo merges two tuples of the same texts, if there are any.
func mergeTwo(t *rapid.T, tuples []Tuple) []Tuple {
	i := rapid.IntRange(0, len(tuples)-1).Draw(t, "one")
	for j := range tuples {
		if i != j && textsIdentity(tuples[i].Texts) == textsIdentity(tuples[j].Texts) {
			tuples[i].Tally = tuples[j].Tally.Merge(tuples[i].Tally)
			return append(tuples[:j:j], tuples[j+1:]...)
		}
	}
	return tuples
}

// Where no event counts twice, the counts of all results add up to the events
// that were taken, whatever the filters and groups.
func TestFold_CountsEveryEventOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		request.Metric.Aggregation = AggregationCount
		if len(request.Filters) > 1 {
			request.Filters = request.Filters[:1]
		}
		events := drawEvents(t, request)
		taken := int64(0)
		for _, event := range events {
			if request.Takes(event) {
				taken++
			}
		}
		counted := int64(0)
		for _, result := range computeEvents(request, events) {
			counted += result.EventsCount
			parts := int64(0)
			for _, part := range result.Breakdowns {
				parts += part.Units.IntPart()
			}
			if len(request.PresentationKeys) > 0 {
				require.Equal(t, result.EventsCount, parts)
			}
		}
		require.Equal(t, taken, counted)
	})
}

// A selection picks the events of its result, which then make the same result
// on their own; and the conditions of the selection hold for them.
func TestSelection_PicksTheEventsOfAResult(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		events := drawEvents(t, request)
		layout := NewLayout(request)
		for i, result := range computeEvents(request, events) {
			var picked []Event
			for _, event := range events {
				if layout.Selects(result.Selection(), event.Texts) {
					picked = append(picked, event)
					requireConditions(t, request, result.Selection(), event)
				}
			}
			again := computeEvents(request, picked)
			require.Contains(t, shown(t, again), strings.Trim(shown(t, []Result{result}), "[]\n"), "result %d", i)
		}
	})
}

func requireConditions(t *rapid.T, request Request, selection Selection, event Event) {
	keys := request.Keys()
	for _, condition := range request.Conditions(selection) {
		for i, key := range keys {
			if key.Name != condition.Key {
				continue
			}
			if condition.None {
				require.True(t, event.Texts[i] == nil || *event.Texts[i] == "")
			} else {
				require.NotNil(t, event.Texts[i])
				require.Contains(t, condition.Texts, *event.Texts[i])
			}
		}
	}
}

// Until ends usage with one event, among those of one instant too.
func TestRequest_Until(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	events := eventsOf(t, request, []in{{"2024-03-02", `{"v":1}`}, {"2024-03-02", `{"v":2}`}, {"2024-03-02", `{"v":4}`}, {"2024-03-03", `{"v":8}`}})
	place := events[1].Place()
	request.Until = &place
	require.Equal(t, "3", computeEvents(request, events)[0].Units.String())
}

func TestReader_Only(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.Only = map[string][]string{"region": {"eu", "1.0"}}
	for properties, want := range map[string]bool{
		`{"region":"eu"}`: true, `{"region":1.0}`: true, `{"region":"us"}`: false, `{"region":null}`: false, `{}`: false,
	} {
		var members map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(properties), &members))
		require.Equal(t, want, NewReader(request).Read(&Event{}, members), properties)
	}
}

func TestRequest_AdvanceSelection(t *testing.T) {
	t.Parallel()
	request := metric(AggregationSum)
	request.GroupKeys = []string{"region"}
	request.Filters = filters(cloud("aws"), cloudIn("eu", "aws"))
	request.Filters[0].GroupKeys = []string{"tier"}
	at := march2024().From
	pick := func(properties string) Selection {
		return request.AdvanceSelection(eventOf(t, request, at, properties).Texts)
	}
	require.Equal(t, Selection{Filter: 0, Group: map[string]Text{"tier": nil}}, pick(`{"cloud":"aws","region":"us"}`))
	require.Equal(t, Selection{Filter: 1}, pick(`{"cloud":"aws","region":"eu"}`))
	require.Equal(t, Selection{Filter: -1, Group: map[string]Text{"region": text("eu")}}, pick(`{"region":"eu"}`))
}
