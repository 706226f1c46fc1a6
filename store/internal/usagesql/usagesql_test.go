package usagesql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/billing/usage"
	"tarn/store/internal/named"
	"tarn/store/internal/usagesql"
)

// march is the period of all requests here.
func march() usage.Period {
	from := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	return usage.Period{From: from, To: from.AddDate(0, 1, 0).Add(-time.Microsecond), Duration: 31, DayStarts: []time.Time{from}}
}

func request(aggregation usage.Aggregation) usage.Request {
	return usage.Request{
		Subscription: "sub", Period: march(), Metric: usage.Metric{Code: "api", Aggregation: aggregation, Field: "value"},
	}
}

func TestCount_IsOnePartForEachRequest(t *testing.T) {
	t.Parallel()
	count, sum := request(usage.AggregationCount), request(usage.AggregationSum)
	sum.Subscription, sum.Metric.Code = "sub2", "storage"
	statement := usagesql.Count([]usagesql.Counted{{Request: count}, {Request: sum}})
	text, values, err := statement.Bind(uuid.Nil)
	require.NoError(t, err)
	parts := strings.Split(text, " UNION ALL ")
	require.Len(t, parts, 2)
	const where = " FROM events e WHERE e.organization_id = ? AND e.external_subscription_id = ? AND e.code = ?" +
		" AND e.deleted_at IS NULL AND e.timestamp >= ? AND e.timestamp <= ?"
	require.True(t, strings.HasPrefix(parts[0], "SELECT 0 AS request, NULL::text AS texts, q.found::bigint AS found, "), parts[0])
	require.True(t, strings.HasSuffix(parts[0], " FROM (SELECT count(*) AS found, count(*) AS events FROM"+
		" (SELECT e.timestamp, e.value"+where+") s) q"), parts[0])
	require.True(t, strings.HasSuffix(parts[1], " FROM (SELECT count(*) AS found, count(*) AS events, sum(value) AS sum FROM"+
		" (SELECT e.timestamp, e.value"+where+" AND e.value IS NOT NULL) s) q"), parts[1])
	from, to := march().From, march().To
	require.Equal(t, []any{uuid.Nil, "sub", "api", from, to, uuid.Nil, "sub2", "storage", from, to}, values)
}

// TestCount_DoesNotGrowWithCustomers of one plan: all of them are one part, and the
// text is the same for two as for fifty.
func TestCount_DoesNotGrowWithCustomers(t *testing.T) {
	t.Parallel()
	textFor := func(customers int) (string, []any) {
		var counted []usagesql.Counted
		for n := range customers {
			for _, aggregation := range usage.Aggregations() {
				one := request(aggregation)
				one.Subscription, one.Prorated, one.PayInAdvance, one.Metric.Recurring = fmt.Sprintf(`sub "%d"`, n), true, true, true
				counted = append(counted, usagesql.Counted{Request: one})
			}
		}
		text, values, err := usagesql.Count(counted).Bind(uuid.Nil)
		require.NoError(t, err)
		return text, values
	}
	text, values := textFor(2)
	require.Contains(t, values, `{"sub \"0\"","sub \"1\""}`)
	require.Contains(t, values, `{"2024-03-31T23:59:59.999999Z","2024-03-31T23:59:59.999999Z"}`)
	many, _ := textFor(50)
	require.Equal(t, text, many)
}

func TestSQLiteStreams_ReadTheWidestBounds(t *testing.T) {
	t.Parallel()
	count, recurring := request(usage.AggregationCount), request(usage.AggregationSum)
	recurring.Metric.Recurring, recurring.Precise = true, true
	later := request(usage.AggregationSum)
	later.Period.From, later.Period.To = march().From.AddDate(0, 1, 0), march().To.AddDate(0, 1, 0)

	both := usagesql.StreamOf(count).Merge(usagesql.StreamOf(later))
	require.Equal(t, march().From, *both.Since)
	require.Equal(t, later.Period.To, both.To)
	require.False(t, both.Numeric, "a count takes events without a number")
	require.False(t, both.Properties)
	require.Equal(t, both, usagesql.StreamOf(later).Merge(usagesql.StreamOf(count)))

	all := both.Merge(usagesql.StreamOf(recurring))
	require.Nil(t, all.Since)
	require.True(t, all.Precise)
	require.Nil(t, usagesql.StreamOf(recurring).Merge(both).Since)

	text, values, err := usagesql.SQLiteStreams([]usagesql.Stream{all, both}).Bind(uuid.Nil)
	require.NoError(t, err)
	require.Equal(t, "SELECT 0, e.timestamp, e.id, e.value, e.precise_total_amount_cents, NULL FROM events e"+
		" WHERE e.organization_id = ? AND e.external_subscription_id = ? AND e.code = ? AND e.deleted_at IS NULL AND e.timestamp <= ?"+
		" UNION ALL SELECT 1, e.timestamp, e.id, e.value, NULL, NULL FROM events e"+
		" WHERE e.organization_id = ? AND e.external_subscription_id = ? AND e.code = ? AND e.deleted_at IS NULL"+
		" AND e.timestamp >= ? AND e.timestamp <= ? ORDER BY 1, 2, 3", text)
	require.Len(t, values, 9)
}

// drawRequest draws a request of any kind.
func drawRequest(t *rapid.T) usage.Request {
	texts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b?", "{c}", "d\x00", "\xff", `"\`}), 0, 3)
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k1", "k2?", "{tenant:e}", "k\x00"}), 0, 3, rapid.ID[string])
	drawn := request(rapid.SampledFrom(usage.Aggregations()).Draw(t, "aggregation"))
	drawn.Metric.Recurring = rapid.Bool().Draw(t, "recurring")
	drawn.Prorated, drawn.PayInAdvance = rapid.Bool().Draw(t, "prorated"), rapid.Bool().Draw(t, "in advance")
	drawn.Precise, drawn.GroupKeys = rapid.Bool().Draw(t, "precise"), keys.Draw(t, "groups")
	drawn.PresentationKeys = keys.Draw(t, "presentation")
	for range rapid.IntRange(0, 3).Draw(t, "filters") {
		filter := usage.Filter{ID: uuid.New(), Values: map[string][]string{}}
		for _, key := range keys.Draw(t, "filter keys") {
			filter.Values[key] = texts.Draw(t, "texts")
		}
		drawn.Filters = append(drawn.Filters, filter)
	}
	if rapid.Bool().Draw(t, "only") {
		drawn.Only = map[string][]string{"k1": texts.Draw(t, "only")}
	}
	if rapid.Bool().Draw(t, "until") {
		drawn.Until = &usage.Place{Timestamp: march().To, ID: uuid.New()}
	}
	return drawn
}

// Whatever is asked for, the text keeps to its organization, each mark has its
// argument, and nothing of the arguments is in the text.
func TestStatements_Bind(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := drawRequest(t), drawRequest(t)
		page := usagesql.Page{Size: 10}
		if rapid.Bool().Draw(t, "after") {
			page.After = &usage.Place{Timestamp: march().From, ID: uuid.New()}
			page.Narrowed = []usage.Condition{{Key: "k?", Texts: []string{"{x}"}}, {Key: "{tenant}", None: true}}
		}
		counted := usagesql.Counted{Request: second, ByOrder: rapid.Bool().Draw(t, "by order")}
		if rapid.Bool().Draw(t, "assigned") {
			counted.Assignments = "[]"
		}
		for name, statement := range map[string]named.Statement{
			"count":   usagesql.Count([]usagesql.Counted{{Request: first}, counted}),
			"events":  usagesql.PostgresEvents(first, page),
			"sqlite":  usagesql.SQLiteEvents(first, page, true),
			"streams": usagesql.SQLiteStreams([]usagesql.Stream{usagesql.StreamOf(first), usagesql.StreamOf(second)}),
			"peak":    usagesql.Peak(first),
			"tuples":  usagesql.Tuples(first, first.FilterKeys()),
		} {
			text, values, err := statement.Bind(uuid.New())
			require.NoError(t, err, name)
			require.Equal(t, strings.Count(text, "?"), len(values), name)
			require.NotContains(t, text, "k1", name)
			require.Equal(t, strings.Count(text, "FROM events e"), strings.Count(text, "e.organization_id = ?"), name)
		}
	})
}
