package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/usage"
	"tarn/store"
	"tarn/store/storetest"
)

// march is the first instant of the period that usage is read for here.
var march = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// marchPeriod is a period of 31 days.
func marchPeriod() usage.Period {
	period := usage.Period{From: march, To: march.AddDate(0, 1, 0).Add(-time.Microsecond), Duration: 31}
	for day := range 31 {
		period.DayStarts = append(period.DayStarts, march.AddDate(0, 0, day))
	}
	return period
}

// metered is an event as the tests of usage write it down.
type metered struct {
	at         time.Time
	properties string
}

// record adds events of a code to a subscription. What the field "value" holds
// becomes the number of an event when it is one.
func record(t require.TestingT, tx *store.Tx, subscription, code string, events ...metered) {
	rows := make([]*store.Event, len(events))
	for i, event := range events {
		id := store.NewID()
		rows[i] = &store.Event{
			ID: id, TransactionID: id.String(), ExternalSubscriptionID: &subscription, Code: code,
			Timestamp: event.at, Properties: json.RawMessage(event.properties), RequestID: store.NewID(),
		}
		var properties struct {
			Value   json.RawMessage  `json:"value"`
			Precise *decimal.Decimal `json:"precise"`
		}
		require.NoError(t, json.Unmarshal(rows[i].Properties, &properties))
		rows[i].PreciseTotalAmountCents = properties.Precise
		if text := usage.PropertyText(properties.Value); text != nil {
			if value, err := decimal.NewFromString(*text); err == nil {
				rows[i].Value = &value
			}
		}
	}
	if len(rows) > 0 {
		_, err := tx.InsertEvents(rows)
		require.NoError(t, err)
	}
}

// drawTexts draws a property that is often missing, and then one of few texts.
func drawTexts(t *rapid.T, name string) string {
	text := rapid.SampledFrom([]string{"", "", `"a"`, `"b"`, `"c"`, `""`, `null`, `1.50`, `"1.50"`, `{"x":[1,"y"]}`, `true`}).Draw(t, name)
	if text == "" {
		return ""
	}
	return fmt.Sprintf(`,%q:%s`, name, text)
}

// mood is what the events of one draw have in common, so that some add up
// without ever falling, some rise and fall, and some come within a few hours.
type mood struct {
	values, operations []string
	hours              int
}

// drawMood draws a mood.
func drawMood(t *rapid.T) mood {
	drawn := mood{
		values:     []string{"1", `"3.00"`, "0", "1000000000000.000001", `"abc"`, "null", `"7"`, "0.1", `" "`, `"\t\u2003"`},
		operations: []string{"", `"add"`, "null"},
		hours:      rapid.SampledFrom([]int{2, 60, 800}).Draw(t, "hours of all"),
	}
	if rapid.Bool().Draw(t, "falls") {
		drawn.values = append(drawn.values, "-2.5", "-40", "-2.5")
	}
	if rapid.Bool().Draw(t, "removals") {
		drawn.operations = append(drawn.operations, `"remove"`, `"remove"`)
	}
	if rapid.Bool().Draw(t, "few values") {
		drawn.values = drawn.values[len(drawn.values)-3:]
	}
	return drawn
}

// draw draws an event around March 2024 whose instant others may share.
func (m mood) draw(t *rapid.T) metered {
	hours := rapid.IntRange(-30, m.hours).Draw(t, "hours")
	minutes := rapid.SampledFrom([]time.Duration{0, time.Minute, time.Hour - time.Microsecond}).Draw(t, "minutes")
	value := rapid.SampledFrom(m.values).Draw(t, "value")
	properties := `{"value":` + value + drawTexts(t, "k1") + drawTexts(t, "k2") + drawTexts(t, "k3")
	if operation := rapid.SampledFrom(m.operations).Draw(t, "operation"); operation != "" {
		properties += `,"operation_type":` + operation
	}
	properties += rapid.SampledFrom([]string{"", `,"precise":"12.345"`, `,"precise":"-1"`}).Draw(t, "precise")
	return metered{at: march.Add(time.Duration(hours)*time.Hour + minutes), properties: properties + "}"}
}

// drawRequest draws a request for events of any mood.
func drawRequest(t *rapid.T, subscription string) usage.Request {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k1", "k2", "k3"}), 0, 2, rapid.ID[string])
	texts := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "1.50", "true"}), 1, 3, rapid.ID[string])
	request := usage.Request{
		Subscription: subscription,
		Metric: usage.Metric{
			Code: "api", Aggregation: rapid.SampledFrom(usage.Aggregations()).Draw(t, "aggregation"),
			Field: "value", Recurring: rapid.Bool().Draw(t, "recurring"),
		},
		Period:           marchPeriod(),
		Prorated:         rapid.Bool().Draw(t, "prorated"),
		PayInAdvance:     rapid.Bool().Draw(t, "in advance"),
		Precise:          rapid.Bool().Draw(t, "precise"),
		GroupKeys:        keys.Draw(t, "group keys"),
		PresentationKeys: keys.Draw(t, "presentation keys"),
	}
	start := rapid.IntRange(0, 100).Draw(t, "start")
	request.Period.From = march.Add(time.Duration(start) * time.Hour)
	request.Period.DayStarts = request.Period.DayStarts[start/24:]
	if rapid.Bool().Draw(t, "late level") {
		request.LevelSince = march.Add(-time.Hour)
	}
	if rapid.IntRange(0, 3).Draw(t, "only") == 0 {
		request.Only = map[string][]string{"k3": texts.Draw(t, "only texts")}
	}
	for range rapid.IntRange(0, 4).Draw(t, "filters") {
		filter := usage.Filter{ID: store.NewID(), CreatedAt: march, Values: map[string][]string{}, GroupKeys: keys.Draw(t, "filter's group keys")}
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k1", "k2", "k3"}), 1, 3, rapid.ID[string]).Draw(t, "filter keys") {
			filter.Values[key] = texts.Draw(t, "filter texts")
		}
		request.Filters = append(request.Filters, filter)
	}
	return request
}

// fold is what the fold makes of the events that a transaction streams.
func fold(t require.TestingT, tx *store.Tx, request usage.Request) []usage.Cell {
	folded := usage.NewFold(request)
	advance := usage.NewAdvanceFold(request)
	require.NoError(t, tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
		folded.Add(event)
		if request.InAdvance() {
			advance.Add(event)
		}
		return true
	}))
	cells := folded.Cells()
	advance.Attach(cells)
	return cells
}

// printed are results in writing, so that equal decimals compare equal.
func printed(t require.TestingT, request usage.Request, cells []usage.Cell) string {
	text, err := json.MarshalIndent(usage.Compute(request, cells), "", " ")
	require.NoError(t, err)
	return string(text)
}

// What a database aggregates is what the fold makes of the same events, and
// both databases say the same.
func TestUsageCells_AgreeWithTheFold(t *testing.T) {
	t.Parallel()
	stores := map[string]*store.Store{}
	scopes := map[string]store.Scope{}
	for _, dialect := range storetest.Dialects() {
		stores[dialect] = storetest.Open(t, dialect)
		scopes[dialect] = tenant(t, stores[dialect], "a")
	}
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		number++
		subscription := fmt.Sprint(number)
		events := rapid.SliceOfN(rapid.Custom(drawMood(t).draw), 0, 25).Draw(t, "events")
		request := drawRequest(t, subscription)
		// Others are asked for together with it, of this subscription and of another.
		// One of them asks for the same of the other subscription, as for customers of one plan.
		alike := request
		alike.Subscription = subscription + "other"
		others := []usage.Request{drawRequest(t, subscription), drawRequest(t, subscription+"other"), alike}
		found := map[string]string{}
		for dialect, s := range stores {
			require.NoError(t, s.Write(t.Context(), scopes[dialect], func(tx *store.Tx) error {
				record(t, tx, subscription, "api", events...)
				record(t, tx, subscription, "other", metered{march, `{"value":5}`})
				record(t, tx, subscription+"other", "api", append(events[len(events)/2:], metered{march, `{"value":5}`})...)
				cells, err := tx.UsageCells(request, others[0], others[1], others[2])
				require.NoError(t, err)
				found[dialect] = printed(t, request, cells[0])
				require.Equal(t, printed(t, request, fold(t, tx, request)), found[dialect], dialect)
				for i, other := range others {
					require.Equal(t, printed(t, other, fold(t, tx, other)), printed(t, other, cells[i+1]), dialect)
				}
				return nil
			}))
		}
		require.Equal(t, found[store.SQLite], found[store.Postgres])
	})
}

// inUsage runs f on both dialects in a transaction that has recorded events of
// the subscription "sub" for the code "api".
func inUsage(t *testing.T, events []metered, f func(t *testing.T, tx *store.Tx)) {
	t.Helper()
	each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Write(t.Context(), tenant(t, s, "a"), func(tx *store.Tx) error {
			record(t, tx, "sub", "api", events...)
			f(t, tx)
			return nil
		}))
	})
}

// requestOf is a request for the events of inUsage.
func requestOf(aggregation usage.Aggregation) usage.Request {
	return usage.Request{
		Subscription: "sub", Period: marchPeriod(),
		Metric: usage.Metric{Code: "api", Aggregation: aggregation, Field: "value"},
	}
}

// usageCells are the cells of one request.
func usageCells(tx *store.Tx, request usage.Request) ([]usage.Cell, error) {
	cells, err := tx.UsageCells(request)
	if err != nil {
		return nil, err
	}
	return cells[0], nil
}

// units are the units of all results of a request, in their order.
func units(t *testing.T, tx *store.Tx, request usage.Request) []string {
	t.Helper()
	cells, err := usageCells(tx, request)
	require.NoError(t, err)
	var units []string
	for _, result := range usage.Compute(request, cells) {
		units = append(units, result.Units.String())
	}
	return units
}

// values are the values of streamed events, at most so many.
func values(t *testing.T, tx *store.Tx, request usage.Request, selection *usage.Selection, most int) []string {
	t.Helper()
	values := []string{}
	require.NoError(t, tx.EachUsageEvent(request, selection, func(event usage.Event) bool {
		values = append(values, event.Value.String())
		return len(values) < most
	}))
	return values
}

func TestEachUsageEvent(t *testing.T) {
	t.Parallel()
	events := []metered{
		{march.Add(3 * time.Hour), `{"value":1,"region":"eu","cloud":"aws"}`},
		{march.Add(time.Hour), `{"value":2,"region":"us","cloud":"aws"}`},
		{march.Add(time.Hour), `{"value":3,"region":"","cloud":"aws"}`},
		{march.Add(2 * time.Hour), `{"value":4,"cloud":"gcp"}`},
		{march.Add(2 * time.Hour), `{"value":"x","cloud":"gcp"}`},
		{march.Add(-time.Microsecond), `{"value":5}`},
		{march.AddDate(0, 1, 0), `{"value":6}`},
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationSum)
		request.GroupKeys = []string{"region"}
		request.Filters = []usage.Filter{{ID: store.NewID(), Values: map[string][]string{"cloud": {"aws"}}, GroupKeys: []string{"region"}}}
		require.Equal(t, []string{"2", "3", "4", "1"}, values(t, tx, request, nil, 10), "by their places")
		require.Equal(t, []string{"2", "3"}, values(t, tx, request, nil, 2), "until it is enough")

		us, aws := "us", 0
		require.Equal(t, []string{"2"}, values(t, tx, request, &usage.Selection{Filter: aws, Group: map[string]usage.Text{"region": &us}}, 10))
		none := map[string]usage.Text{"region": nil}
		require.Equal(t, []string{"3"}, values(t, tx, request, &usage.Selection{Filter: aws, Group: none}, 10), "an empty text is none")
		require.Equal(t, []string{"4"}, values(t, tx, request, &usage.Selection{Filter: -1, Group: none}, 10))

		request.Only = map[string][]string{"cloud": {"gcp", "azure"}}
		require.Equal(t, []string{"4"}, values(t, tx, request, nil, 10))
		require.Equal(t, []string{"0", "4"}, units(t, tx, request))
	})
}

// What is discarded, of another code, subscription or organization, is not read.
func TestUsageCells_OfOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Write(t.Context(), tenant(t, s, "b"), func(tx *store.Tx) error {
			record(t, tx, "sub", "api", metered{march, `{"value":100}`})
			return nil
		}))
		require.NoError(t, s.Write(t.Context(), tenant(t, s, "a"), func(tx *store.Tx) error {
			record(t, tx, "sub", "api", metered{march, `{"value":1}`})
			record(t, tx, "sub", "other", metered{march, `{"value":10}`})
			record(t, tx, "sub2", "api", metered{march, `{"value":20}`})
			for _, aggregation := range usage.Aggregations() {
				require.Equal(t, []string{"1"}, units(t, tx, requestOf(aggregation)), aggregation)
			}
			require.NoError(t, tx.DiscardEvents("api"))
			for _, aggregation := range usage.Aggregations() {
				require.Equal(t, []string{"0"}, units(t, tx, requestOf(aggregation)), aggregation)
			}
			return nil
		}))
	})
}

// Of an item's operations at one instant, the one that was received last
// counts; also across the tuples of one bucket.
func TestUsageCells_OperationsOfOneInstant(t *testing.T) {
	t.Parallel()
	at := march.Add(time.Hour)
	events := []metered{
		{at, `{"value":"a","cloud":"aws"}`},
		{at, `{"value":"a","cloud":"gcp","operation_type":"remove"}`},
		{at, `{"value":"b","cloud":"aws","operation_type":"remove"}`},
		{at, `{"value":"b","cloud":"gcp"}`},
		{at, `{"value":"c","cloud":"gcp"}`},
		{at.Add(-time.Hour), `{"value":"c","cloud":"aws","operation_type":"remove"}`},
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationUniqueCount)
		require.Equal(t, []string{"2"}, units(t, tx, request))
		request.Filters = []usage.Filter{{ID: store.NewID(), Values: map[string][]string{"cloud": {"aws", "gcp"}}}}
		require.Equal(t, []string{"2", "0"}, units(t, tx, request))
		request.Filters[0].Values["cloud"] = []string{"aws"}
		require.Equal(t, []string{"1", "2"}, units(t, tx, request))
	})
}

// The text of a property is the same in PostgreSQL and in Go.
func TestUsageCells_TextsOfProperties(t *testing.T) {
	t.Parallel()
	texts := []string{
		`"a"`, `""`, `" "`, `1`, `1.50`, `-0.10`, `123456789012345678901234567890.5`, `true`, `false`, `null`, `{}`, `[]`,
		`{"b":[1,null,{"c":"x"}],"aa":true,"c":1.0}`, `["\u0001\b\f\n\r\t\"\\/é<>&\u2028\u007f"]`, `"\"\\{},'$1?@x"`, `"NULL"`,
	}
	var events []metered
	for i, text := range texts {
		events = append(events, metered{march.Add(time.Duration(i) * time.Hour), `{"value":1,"key \"\\{}'?@":` + text + `}`})
	}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationCount)
		request.GroupKeys = []string{`key "\{}'?@`}
		var found []usage.Text
		require.NoError(t, tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
			found = append(found, event.Texts[0])
			return true
		}))
		for i, text := range texts {
			require.Equal(t, usage.PropertyText(json.RawMessage(text)), found[i], text)
		}
		cells, err := usageCells(tx, request)
		require.NoError(t, err)
		require.Equal(t, printed(t, request, fold(t, tx, request)), printed(t, request, cells))
		require.Len(t, cells, len(texts)-1, "an empty text groups as null does")
		// Each group finds its events again.
		for _, result := range usage.Compute(request, cells) {
			selection, count := result.Selection(), int64(0)
			require.NoError(t, tx.EachUsageEvent(request, &selection, func(usage.Event) bool {
				count++
				return true
			}))
			require.Equal(t, result.EventsCount, count)
		}
	})
}

// Texts that PostgreSQL does not take match no event, and fail nothing.
func TestUsageCells_TextsThatNoEventHas(t *testing.T) {
	t.Parallel()
	inUsage(t, []metered{{march, `{"value":1,"cloud":"aws"}`}}, func(t *testing.T, tx *store.Tx) {
		for _, aggregation := range usage.Aggregations() {
			request := requestOf(aggregation)
			request.Filters = []usage.Filter{
				{ID: store.NewID(), Values: map[string][]string{"cloud": {"a\x00", "\xff"}}},
				{ID: store.NewID(), Values: map[string][]string{"c\x00": {"aws"}}},
			}
			require.Equal(t, []string{"0", "0", "1"}, units(t, tx, request), aggregation)
			request.GroupKeys = []string{"\xff", "a\x00"}
			require.Equal(t, []string{"0", "0", "1"}, units(t, tx, request), aggregation)
			request.Only = map[string][]string{"cloud": {"aws\x00", "aws"}}
			require.Equal(t, []string{"0", "0", "1"}, units(t, tx, request), aggregation)
			request.Only = map[string][]string{"cloud\x00": {"aws"}}
			require.Equal(t, []string{"0", "0", "0"}, units(t, tx, request), aggregation)
			request.Only = map[string][]string{"cloud": nil}
			require.Equal(t, []string{"0", "0", "0"}, units(t, tx, request), aggregation)
		}
	})
}

// Any number of keys, texts and filters is one request.
func TestUsageCells_ManyKeysAndFilters(t *testing.T) {
	t.Parallel()
	inUsage(t, []metered{{march, `{"value":1,"key7":"text7"}`}, {march, `{"value":2}`}}, func(t *testing.T, tx *store.Tx) {
		for _, aggregation := range usage.Aggregations() {
			request := requestOf(aggregation)
			for i := range 300 {
				key, texts := fmt.Sprint("key", i), []string{fmt.Sprint("text", i)}
				for j := range 10 {
					texts = append(texts, fmt.Sprint("other", j))
				}
				request.Filters = append(request.Filters, usage.Filter{ID: store.NewID(), Values: map[string][]string{key: texts}})
			}
			for i := range 1800 {
				request.GroupKeys = append(request.GroupKeys, fmt.Sprint("key", i))
			}
			found := units(t, tx, request)
			require.Len(t, found, 301)
			require.Equal(t, "1", found[7])
			require.NotEqual(t, "0", found[300])
		}
	})
}

// An end at one event leaves out those that came after it at the same instant.
func TestUsageCells_Until(t *testing.T) {
	t.Parallel()
	events := []metered{{march, `{"value":1}`}, {march, `{"value":2}`}, {march, `{"value":4}`}, {march.Add(time.Hour), `{"value":8}`}}
	inUsage(t, events, func(t *testing.T, tx *store.Tx) {
		request := requestOf(usage.AggregationSum)
		var places []usage.Place
		require.NoError(t, tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
			places = append(places, event.Place())
			return true
		}))
		for i, want := range []string{"1", "3", "7", "15"} {
			request.Until = &places[i]
			require.Equal(t, []string{want}, units(t, tx, request))
		}
	})
}

// Without keys, PostgreSQL reads the index of the subscription's events and
// nothing else.
func TestUsageCells_ReadTheIndexOnly(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Postgres)
	require.NoError(t, s.Write(t.Context(), tenant(t, s, "a"), func(tx *store.Tx) error {
		for number := range 40 {
			events := make([]metered, 50)
			for i := range events {
				events[i] = metered{march.Add(time.Duration(i) * time.Hour), `{"value":1}`}
			}
			record(t, tx, fmt.Sprint("sub", number), "api", events...)
		}
		for _, aggregation := range usage.Aggregations() {
			request := requestOf(aggregation)
			request.Subscription = "sub7"
			request.Metric.Recurring, request.Prorated, request.PayInAdvance = true, true, true
			if aggregation == usage.AggregationUniqueCount {
				continue // reads the property
			}
			plan, err := tx.ExplainUsage(request)
			require.NoError(t, err)
			require.Contains(t, plan, "Index Only Scan", aggregation)
			require.Contains(t, plan, "events_usage", aggregation)
			require.Regexp(t, `Index Cond: .*external_subscription_id = 'sub7'.*code = 'api'.*timestamp`, plan, aggregation)
			require.NotContains(t, plan, "Seq Scan", aggregation)
		}
		return nil
	}))
}
