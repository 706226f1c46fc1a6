package server_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

// seededDays is over how many days the rows of a log are spread, the last of
// which is today.
const seededDays = 60

// BenchmarkLogList measures the first page of each log's list, of twenty rows,
// as the log grows from ten thousand rows to a million. The page and its total
// must cost the same.
func BenchmarkLogList(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for _, size := range []struct {
			name string
			rows int
		}{{"10k", 10_000}, {"1M", 1_000_000}} {
			b.Run(dialect+"/"+size.name, func(b *testing.B) {
				s := newBenchServer(b, dialect)
				logs := seedLogs(b, s, size.rows)
				for _, list := range logs.lists() {
					b.Run(list.name, func(b *testing.B) { logs.measure(b, list) })
				}
			})
		}
	}
}

// logList is a list to be measured: its address, and the rows that it must
// find, as a condition on its table. Request logs have no total.
type logList struct {
	name, address, table, condition string
}

// seededLogs are the three logs of an organization, full of rows.
type seededLogs struct {
	*benchServer
	db *sql.DB
	// start is when the first row was logged, step the seconds between two.
	start time.Time
	step  float64
	rows  int
}

func (l *seededLogs) lists() []logList {
	const perPage = "per_page=20"
	// At noon, half a day has to be counted row by row.
	from := l.start.AddDate(0, 0, seededDays/2).Truncate(24 * time.Hour).Add(12 * time.Hour)
	day, instant := from.Format(time.DateOnly), from.Format(time.RFC3339)
	since := func(from string) string { return fmt.Sprintf("logged_at >= '%s'", from) }
	return []logList{
		{"api_logs", "/api/v1/api_logs?" + perPage, "api_logs", "1 = 1"},
		{"api_logs_failed", "/api/v1/api_logs?http_statuses[]=failed&" + perPage, "api_logs", "http_status >= 400"},
		{"api_logs_from_day", "/api/v1/api_logs?from_date=" + day + "&" + perPage, "api_logs", since(day + " 00:00:00+00:00")},
		{
			"api_logs_from_instant", "/api/v1/api_logs?from_date=" + url.QueryEscape(instant) + "&" + perPage, "api_logs",
			since(from.Format("2006-01-02 15:04:05-07:00")),
		},
		{"activity_logs", "/api/v1/activity_logs?" + perPage, "activity_logs", "1 = 1"},
		{"request_logs", "/v1/organization/logs?limit=20", "", ""},
	}
}

// measure reads the list's first page over and over, after it has held its
// total against the table.
func (l *seededLogs) measure(b *testing.B, list logList) {
	b.Helper()
	first := l.serve(http.MethodGet, list.address, "")
	require.Equal(b, http.StatusOK, first.Code, first.Body)
	var page struct {
		APILogs      []json.RawMessage `json:"api_logs"`
		ActivityLogs []json.RawMessage `json:"activity_logs"`
		Data         []json.RawMessage `json:"data"`
		Meta         struct {
			Total int64 `json:"total_count"`
		} `json:"meta"`
	}
	require.NoError(b, json.Unmarshal(first.Body.Bytes(), &page))
	require.Len(b, append(append(page.APILogs, page.ActivityLogs...), page.Data...), 20)
	if list.table != "" {
		var counted int64
		query := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE organization_id = '%s' AND %s", list.table, l.Organization.ID, list.condition)
		require.NoError(b, l.db.QueryRowContext(b.Context(), query).Scan(&counted))
		require.Equal(b, counted, page.Meta.Total, "the total of the list")
		require.Greater(b, counted, int64(l.rows/20))
	}
	repeat(b, 1, func() *httptest.ResponseRecorder { return l.serve(http.MethodGet, list.address, "") })
}

// seedLogs fills the logs of the server's organization. The rows are made in
// the database, which is quicker by far than requests are; the tables of the
// months are made by requests, as always.
func seedLogs(b *testing.B, s *benchServer, rows int) *seededLogs {
	b.Helper()
	driver := "sqlite"
	if s.dialect == store.Postgres {
		driver = "pgx"
	}
	db, err := sql.Open(driver, s.url)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	now := clock.Real().Now()
	l := &seededLogs{
		benchServer: s, db: db, rows: rows, start: now.AddDate(0, 0, -seededDays).Truncate(time.Second),
		step: (seededDays*24*time.Hour - time.Minute).Seconds() / float64(rows),
	}
	for month := l.start; !month.After(now.AddDate(0, 1, 0)); month = month.AddDate(0, 1, 0) {
		l.writeAt(b, month)
	}
	l.seed(b)
	return l
}

// writeAt sends a write that happens at an instant, in an organization of its
// own.
func (l *seededLogs) writeAt(b *testing.B, at time.Time) {
	b.Helper()
	_, key := l.organization(b, &at)
	other := &benchServer{Server: l.Server, key: key}
	answer := other.serve(http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`)
	require.Equal(b, http.StatusOK, answer.Code, answer.Body)
}

func (l *seededLogs) seed(b *testing.B) {
	b.Helper()
	statements := []string{l.series() + seedAPILogs, l.series() + seedActivityLogs, l.series() + seedRequestLogs}
	if l.dialect == store.Postgres {
		// In one transaction, triggers that count up the same row a million times
		// would take hours. What they would have counted is added up afterwards.
		statements = append([]string{disableTriggers}, statements...)
		statements = append(statements, forgetCounts, countSeeded, strings.ReplaceAll(disableTriggers, "DISABLE", "ENABLE"),
			"VACUUM (ANALYZE) api_logs, activity_logs, request_logs, log_counts", "CHECKPOINT")
	}
	values := strings.NewReplacer(":organization", "'"+l.Organization.ID.String()+"'", ":key", "'"+uuid.NewString()+"'")
	for _, statement := range statements {
		_, err := l.db.ExecContext(b.Context(), values.Replace(statement))
		require.NoError(b, err, "statement: %s", statement)
	}
}

// series is a table of the rows to be made: their number, time and identifier,
// a UUIDv7 of that time.
func (l *seededLogs) series() string {
	if l.dialect == store.Postgres {
		return fmt.Sprintf(`WITH series AS (
			SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') ||
				'7' || lpad(to_hex(n %% 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid AS id
			FROM (SELECT n, to_timestamp(%d + n * %f) AS at FROM generate_series(1, %d) AS n) AS times)`, l.start.Unix(), l.step, l.rows)
	}
	return fmt.Sprintf(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d),
		times AS (SELECT n, %d + n * %f AS seconds, CAST((%[2]d + n * %[3]f) * 1000 AS INTEGER) AS ms FROM numbers),
		series AS (SELECT n, strftime('%%Y-%%m-%%d %%H:%%M:%%f', seconds, 'unixepoch') || '+00:00' AS at,
			printf('%%08x-%%04x-7%%03x-8000-%%012x', ms >> 16, ms & 65535, n %% 4096, n) AS id FROM times)`, l.rows, l.start.Unix(), l.step)
}

// The statements that make the rows. One request in ten has failed.
const (
	seedAPILogs = `
		INSERT INTO api_logs (id, organization_id, api_key_id, api_version, client, http_method, http_status, request_origin,
			request_path, request_body, request_response, logged_at, created_at)
		SELECT id, :organization, :key, 'v1', 'lago-go-client',
			CASE n % 3 WHEN 0 THEN 'post' WHEN 1 THEN 'put' ELSE 'delete' END, CASE n % 10 WHEN 0 THEN 422 ELSE 200 END,
			'http://127.0.0.1:3000/', CASE n % 2 WHEN 0 THEN '/taxes' ELSE '/customers' END,
			'{"tax":{"name":"TVA","code":"french_standard_vat","rate":"20.0","description":"French standard VAT"}}',
			'{"tax":{"lago_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","name":"TVA","code":"french_standard_vat","rate":20.0,` +
		`"description":"French standard VAT","applied_to_organization":false,"created_at":"2026-01-15T10:30:00Z"}}', at, at
		FROM series`
	seedActivityLogs = `
		INSERT INTO activity_logs (id, organization_id, request_id, api_key_id, activity_type, activity_source, activity_object,
			activity_object_changes, resource_id, resource_type, logged_at, created_at)
		SELECT id, :organization, id, :key, CASE n % 3 WHEN 0 THEN 'tax.created' WHEN 1 THEN 'tax.updated' ELSE 'tax.deleted' END, 'api',
			'{"lago_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","name":"TVA","code":"french_standard_vat","rate":20.0}', '{}', id, 'Tax', at, at
		FROM series`
	seedRequestLogs = `
		INSERT INTO request_logs (id, organization_id, api_key_id, api_key_prefix, operation_id, method, path, query, status_code,
			duration_ms, endpoint_type, billed_units, logged_at)
		SELECT id, :organization, :key, 'lago_key-12345678', 'createTax', 'POST', '/api/v1/taxes', '',
			CASE n % 10 WHEN 0 THEN 422 ELSE 200 END, 3, 'write', 1, at
		FROM series`
)

// disableTriggers stops the counting of log rows on PostgreSQL.
const disableTriggers = `DO $$ DECLARE part regclass; BEGIN
	FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent IN ('api_logs'::regclass, 'activity_logs'::regclass) LOOP
		EXECUTE 'ALTER TABLE ' || part || ' DISABLE TRIGGER USER';
	END LOOP;
END $$`

// forgetCounts takes back what was counted before the triggers were stopped.
const forgetCounts = "DELETE FROM log_counts WHERE organization_id = :organization"

// countSeeded makes the counts that the triggers would have made, spread over
// the shards of sixteen writers.
const countSeeded = `
	WITH rows AS (
		SELECT 'api' AS log, logged_at, http_method AS facet, http_status::text AS value, id FROM api_logs WHERE organization_id = :organization
		UNION ALL
		SELECT 'activity', logged_at, activity_type, activity_source, id FROM activity_logs WHERE organization_id = :organization
	)
	INSERT INTO log_counts (organization_id, log, day, facet, value, shard, rows_counted)
	SELECT :organization, log, to_char(logged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), facet, value, abs(hashtext(id::text)) % 16, COUNT(*)
	FROM rows GROUP BY 2, 3, 4, 5, 6`
