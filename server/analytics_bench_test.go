package server_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
)

// What BenchmarkAnalytics reads: invoices of a thousand customers in a year, with three
// fees each, and events of as many subscriptions. With -short there are fewer events.
const (
	analyzedInvoices    = 100_000
	analyzedEvents      = 10_000_000
	analyzedEventsShort = 2_000_000
	analyzedCustomers   = 1_000
)

// BenchmarkAnalytics measures the figures of analytics on PostgreSQL. All but a minute's
// usage was counted by the job.
func BenchmarkAnalytics(b *testing.B) {
	s := newBenchServer(b, store.Postgres)
	a := analyzed{benchServer: s, start: clock.Real().Now().AddDate(-1, 0, 0).Truncate(24 * time.Hour)}
	a.fill(b)
	month := clock.Real().Now().AddDate(0, -1, 0).Format(time.DateOnly)
	for _, list := range []struct{ name, query string }{
		{"gross_revenue", "gross_revenue"},
		{"gross_revenue_of_a_customer", "gross_revenue?external_customer_id=c7"},
		{"overdue_balance", "overdue_balance"},
		{"invoice_collection", "invoice_collection"},
		{"invoiced_usage", "invoiced_usage"},
		{"mrr", "mrr"},
		{"usage", "usage"},
		{"usage_by_month", "usage?time_granularity=monthly"},
		{"usage_of_a_month", "usage?from_date=" + month},
		{"usage_of_a_plan", "usage?plan_code=pro&from_date=" + month},
		{"usage_of_a_customer", "usage?external_customer_id=c7"},
	} {
		b.Run(list.name, func(b *testing.B) {
			answer := a.serve(http.MethodGet, "/api/v1/analytics/"+list.query, "")
			require.Equal(b, http.StatusOK, answer.Code, answer.Body)
			require.Greater(b, answer.Body.Len(), 200)
			repeat(b, 1, func() *httptest.ResponseRecorder {
				return a.serve(http.MethodGet, "/api/v1/analytics/"+list.query, "")
			})
		})
	}
}

// analyzed is an organization full of invoices and events.
type analyzed struct {
	*benchServer
	// start is from when on there are events.
	start time.Time
}

// fill makes one of everything by requests, and the rest of it by the database.
func (a analyzed) fill(b *testing.B) {
	b.Helper()
	post := func(path, body string) {
		answer := a.serve(http.MethodPost, "/api/v1"+path, body)
		require.Equal(b, http.StatusOK, answer.Code, answer.Body)
	}
	for _, code := range []string{"calls", "storage"} {
		post("/billable_metrics", fmt.Sprintf(`{"billable_metric":{"name":%q,"code":%q,"aggregation_type":"sum_agg","field_name":"n"}}`, code, code))
	}
	post("/plans", `{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false}}`)
	for _, code := range []string{"calls", "storage"} {
		post("/plans/pro/charges", fmt.Sprintf(`{"charge":{"code":%q,"billable_metric_id":"%s","charge_model":"standard","properties":{"amount":"0.01"}}}`,
			code, a.metric(b, code)))
	}
	post("/customers", `{"customer":{"external_id":"c0","currency":"EUR"}}`)
	post("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":"c0","plan_code":"pro","external_id":"s0","subscription_at":%q}}`,
		a.start.Format(time.RFC3339)))
	post("/add_ons", `{"add_on":{"name":"A","code":"a","amount_cents":1000,"amount_currency":"EUR"}}`)
	post("/invoices", `{"invoice":{"external_customer_id":"c0","currency":"EUR","fees":[{"add_on_code":"a"}]}}`)
	a.multiply(b)
}

// metric is the identifier of a metric.
func (a analyzed) metric(b *testing.B, code string) string {
	b.Helper()
	answer := a.serve(http.MethodGet, "/api/v1/billable_metrics/"+code, "")
	_, rest, _ := strings.Cut(answer.Body.String(), `"lago_id":"`)
	require.Greater(b, len(rest), 36, answer.Body)
	return rest[:36]
}

// multiply makes many of one row of each table, by putting other values into it.
func (a analyzed) multiply(b *testing.B) {
	b.Helper()
	db, err := sql.Open("pgx", a.url)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	events := analyzedEvents
	if testing.Short() {
		events = analyzedEventsShort
	}
	values := strings.NewReplacer(
		":organization", "'"+a.Organization.ID.String()+"'", ":invoices", fmt.Sprint(analyzedInvoices), ":events", fmt.Sprint(events),
		":customers", fmt.Sprint(analyzedCustomers), ":start", "timestamptz '"+a.start.Format(time.RFC3339)+"'",
	)
	for _, statement := range analyzedRows {
		_, err := db.ExecContext(b.Context(), values.Replace(statement))
		require.NoError(b, err, "statement: %s", statement)
	}
}

// analyzedRows are the statements that make the rows. A customer's number is the end of
// its identifier, and that of its subscription.
var analyzedRows = []string{
	`INSERT INTO customers SELECT r.* FROM customers o, generate_series(1, :customers) n, LATERAL jsonb_populate_record(o, jsonb_build_object('id', ` + rowNamed("c") + `, 'external_id', 'c' || n, 'sequential_id', n + 1, 'slug', 'S-' || n)) r
	WHERE o.organization_id = :organization`,
	`INSERT INTO subscriptions SELECT r.* FROM subscriptions o, generate_series(1, :customers) n, LATERAL jsonb_populate_record(o, jsonb_build_object('id', ` + rowNamed("d") + `, 'external_id', 's' || n, 'customer_id', ` + rowNamed("c") + `)) r
	WHERE o.organization_id = :organization AND o.external_id = 's0'`,
	// Of twenty invoices one is overdue, one draft and one of a partner.
	`INSERT INTO invoices SELECT r.* FROM invoices o, generate_series(1, :invoices) n, LATERAL jsonb_populate_record(o, jsonb_build_object('id', ` + rowNamed("e") + `, 'sequential_id', NULL, 'entity_sequential_id', NULL,
		'customer_id', ` + rowNamedBy("c", "n % :customers + 1") + `, 'issuing_date', to_char(:start + n % 365 * interval '1 day', 'YYYY-MM-DD'),
		'payment_due_date', to_char(:start + n % 365 * interval '1 day', 'YYYY-MM-DD'), 'total_amount_cents', n % 5000, 'payment_overdue', n % 20 = 0,
		'status', CASE n % 20 WHEN 1 THEN 'draft' ELSE 'finalized' END, 'self_billed', n % 20 = 2,
		'payment_status', (ARRAY['pending', 'succeeded', 'failed'])[n % 3 + 1], 'currency', (ARRAY['EUR', 'USD'])[n % 2 + 1])) r
	WHERE o.organization_id = :organization`,
	`INSERT INTO fees SELECT r.* FROM fees o, generate_series(1, :invoices) n, generate_series(0, 2) k, LATERAL jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'invoice_id', ` + rowNamed("e") + `,
		'customer_id', ` + rowNamedBy("c", "n % :customers + 1") + `, 'subscription_id', ` + rowNamedBy("d", "n % :customers + 1") + `,
		'fee_type', CASE k WHEN 0 THEN 'subscription' ELSE 'charge' END, 'item_code', (ARRAY['pro', 'calls', 'storage'])[k + 1],
		'amount_currency', (ARRAY['EUR', 'USD'])[n % 2 + 1], 'amount_cents', n % 3000, 'precise_coupons_amount_cents', n % 7 * 0.5,
		'from_datetime', :start + n % 365 * interval '1 day', 'to_datetime', :start + (n % 365 + 30) * interval '1 day', 'created_at', :start + n % 365 * interval '1 day')) r
	WHERE o.organization_id = :organization`,
	`UPDATE organizations SET created_at = :start - interval '1 year' WHERE id = :organization`,
	`INSERT INTO events (id, organization_id, transaction_id, external_subscription_id, code, timestamp, properties, value, request_id, created_at)
	SELECT gen_random_uuid(), :organization, 't' || n, 's' || n % :customers + 1, (ARRAY['calls', 'storage'])[n / :customers % 2 + 1], at, '{"n": 3}', 3, gen_random_uuid(), at
	FROM generate_series(1, :events) n, LATERAL (SELECT :start + n * (interval '365 days' / :events) AS at) t`,
	`INSERT INTO usage_days (organization_id, subscription_id, billable_metric_id, day, currency, units, amount_cents)
	SELECT e.organization_id, s.id, m.id, to_char(e.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'EUR', sum(e.value), sum(e.value)
	FROM events e JOIN subscriptions s ON s.external_id = e.external_subscription_id AND s.organization_id = e.organization_id
		JOIN billable_metrics m ON m.code = e.code AND m.organization_id = e.organization_id
	WHERE e.organization_id = :organization GROUP BY 1, 2, 3, 4`,
	// What came in the last minute was not counted yet, for a hundred subscriptions.
	`INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
	SELECT :organization, 's' || n, 'calls', to_char((:start + interval '365 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD'), FALSE FROM generate_series(1, 100) n`,
	`VACUUM (ANALYZE) customers, subscriptions, invoices, fees, events, usage_days, usage_marks`,
	`CHECKPOINT`,
}

// rowNamed is an identifier with the number n, told from others by a digit.
func rowNamed(digit string) string { return rowNamedBy(digit, "n") }

func rowNamedBy(digit, number string) string {
	return "('" + digit + "0000000-0000-7000-8000-' || lpad((" + number + ")::text, 12, '0'))"
}
