package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tarn/billing/usage"
	"tarn/store"
	"tarn/store/storetest"
)

// benchmarkEvents is how many events the subscription has that is measured, and
// how many others have between them.
const benchmarkEvents = 1_000_000

// insertBenchmarkEvents adds the events of a subscription "mine" and, each
// right after one of them, those of 1,000 others.
const insertBenchmarkEvents = `
INSERT INTO events (id, organization_id, transaction_id, external_subscription_id, code, timestamp, properties, value,
	request_id, created_at)
SELECT gen_random_uuid(), $1, n || '-' || owner, CASE owner WHEN 0 THEN 'mine' ELSE 'other-' || n % 1000 END, 'api', at,
	jsonb_build_object('value', n % 1000 + 0.25, 'cloud', (ARRAY['aws', 'gcp', 'azure', 'other'])[n % 4 + 1],
		'user', 'user-' || n::bigint * 7919 % 100000), n % 1000 + 0.25, gen_random_uuid(), at
FROM generate_series(1, $2::int) n, generate_series(0, 1) owner,
	LATERAL (SELECT timestamptz '2024-03-01 00:00Z' + n * interval '2.6 seconds' AS at) t
ORDER BY n, owner`

// benchmarkRequests are what is measured.
func benchmarkRequests() map[string]usage.Request {
	request := func(aggregation usage.Aggregation, field string) usage.Request {
		return usage.Request{
			Subscription: "mine", Period: marchPeriod(),
			Metric: usage.Metric{Code: "api", Aggregation: aggregation, Field: field},
		}
	}
	filtered := func(r usage.Request) usage.Request {
		r.Filters = []usage.Filter{
			{ID: store.NewID(), Values: map[string][]string{"cloud": {"aws"}}},
			{ID: store.NewID(), Values: map[string][]string{"cloud": {"gcp", "azure"}}},
		}
		return r
	}
	grouped := func(r usage.Request) usage.Request {
		r.GroupKeys = []string{"cloud"}
		return r
	}
	prorated := func(r usage.Request) usage.Request {
		r.Metric.Recurring, r.Prorated = true, true
		return r
	}
	inAdvance := func(r usage.Request) usage.Request {
		r.PayInAdvance = true
		return r
	}
	return map[string]usage.Request{
		"count":                 request(usage.AggregationCount, ""),
		"count/grouped":         grouped(request(usage.AggregationCount, "")),
		"sum":                   request(usage.AggregationSum, "value"),
		"sum/filtered":          filtered(request(usage.AggregationSum, "value")),
		"sum/grouped":           grouped(request(usage.AggregationSum, "value")),
		"sum/prorated":          prorated(request(usage.AggregationSum, "value")),
		"sum/in_advance":        inAdvance(request(usage.AggregationSum, "value")),
		"max":                   request(usage.AggregationMax, "value"),
		"latest":                request(usage.AggregationLatest, "value"),
		"latest/grouped":        grouped(request(usage.AggregationLatest, "value")),
		"unique_count":          request(usage.AggregationUniqueCount, "user"),
		"unique_count/filtered": filtered(request(usage.AggregationUniqueCount, "user")),
		"unique_count/prorated": prorated(request(usage.AggregationUniqueCount, "user")),
		"weighted_sum":          request(usage.AggregationWeightedSum, "value"),
		"weighted_sum/grouped":  grouped(request(usage.AggregationWeightedSum, "value")),
	}
}

// BenchmarkUsageCells reads the usage of a subscription with a million events
// on PostgreSQL, next to a million events of others.
func BenchmarkUsageCells(b *testing.B) {
	url := storetest.URL(b, store.Postgres)
	s, err := store.Open(b.Context(), store.Options{URL: url})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	organization := store.NewID()
	fillEvents(b, url, organization)
	org := store.Organization{
		ID: organization, Name: "a", Slug: "a", Plan: store.OrganizationPlanFree, DefaultCurrency: "USD", Timezone: "UTC",
		DocumentNumberPrefix: "ACM-0001", PremiumIntegrations: []string{},
	}
	require.NoError(b, s.System(b.Context(), func(sys *store.System) error { return sys.InsertOrganization(&org) }))
	scope := store.Scope{Organization: organization, Source: store.SourceAPI}
	requests := benchmarkRequests()
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		request := requests[name]
		b.Run(strings.ReplaceAll(name, "/", "_"), func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, s.Read(b.Context(), scope, func(tx *store.Tx) error {
					_, err := usageCells(tx, request)
					return err
				}))
			}
		})
	}
}

// fillEvents adds the events, and does at once what autovacuum does in time: an
// index can answer alone only for pages whose rows are known to be visible to
// all. One vacuum may leave some of them to the next.
func fillEvents(b *testing.B, url string, organization uuid.UUID) {
	b.Helper()
	connection, err := pgx.Connect(b.Context(), url)
	require.NoError(b, err)
	_, err = connection.Exec(b.Context(), insertBenchmarkEvents, organization, benchmarkEvents)
	require.NoError(b, err)
	visible := false
	for range 10 {
		_, err = connection.Exec(b.Context(), "VACUUM ANALYZE events")
		require.NoError(b, err)
		const all = "SELECT relallvisible = relpages FROM pg_class WHERE relname = 'events'"
		require.NoError(b, connection.QueryRow(b.Context(), all).Scan(&visible))
		if visible {
			break
		}
	}
	require.True(b, visible, "some pages are not visible to all")
	require.NoError(b, connection.Close(b.Context()))
}
