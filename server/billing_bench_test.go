package server_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

// BenchmarkBillingYear measures moves of a clock with monthly subscriptions of as
// many customers, each of which is billed in every month. They begin after a first
// month, so that all have the same to do: bill a month, and find what was billed in
// the one before to be overdue.
func BenchmarkBillingYear(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		s := newBenchServer(b, dialect)
		for _, subscriptions := range []int{1, 100} {
			for _, months := range []int{1, 12} {
				b.Run(fmt.Sprintf("%s/subscriptions=%d/months=%d", dialect, subscriptions, months), func(b *testing.B) {
					for range b.N {
						b.StopTimer()
						made := s.subscribed(b, &newYear, "monthly", subscriptions)
						s.advance(b, made.ID, newYear.AddDate(0, 1, 0))
						b.StartTimer()
						s.advance(b, made.ID, newYear.AddDate(0, 1+months, 0))
						b.StopTimer()
						require.Equal(b, subscriptions*(1+months), s.invoices(b))
					}
				})
			}
		}
	}
}

// invoices is how many invoices the organization of the key has.
func (s *benchServer) invoices(b *testing.B) int {
	b.Helper()
	answer := s.serve(http.MethodGet, "/api/v1/invoices?per_page=1", "")
	require.Equal(b, http.StatusOK, answer.Code)
	var page struct {
		Meta struct {
			Total int `json:"total_count"`
		} `json:"meta"`
	}
	require.NoError(b, json.Unmarshal(answer.Body.Bytes(), &page))
	return page.Meta.Total
}

// BenchmarkEventsBesideYear measures single events of an organization, one after the
// other, while a year of a hundred subscriptions of another one moves, and reports how
// long ninety-nine of a hundred took at most.
func BenchmarkEventsBesideYear(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		b.Run(dialect, func(b *testing.B) {
			for range b.N {
				s := newBenchServer(b, dialect)
				moving := s.subscribed(b, &newYear, "monthly", 100)
				_, s.key = s.organization(b, nil)
				ctx, arrived := context.WithCancel(b.Context())
				go func() {
					defer arrived()
					s.advance(b, moving.ID, newYear.AddDate(1, 0, 0))
				}()
				var took []time.Duration
				for ctx.Err() == nil {
					begun := clock.Real().Now()
					s.succeed(b, http.MethodPost, "/api/v1/events", fmt.Sprintf(
						`{"event":{"transaction_id":"t%d","code":"storage","external_subscription_id":"s","properties":{"gb":1}}}`, len(took)))
					took = append(took, clock.Since(begun))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(len(took)), "events")
			}
		})
	}
}

// BenchmarkInvoiceList measures the first page of twenty invoices, among a thousand
// and among a million of one customer.
func BenchmarkInvoiceList(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for _, size := range []int{1_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", dialect, size), func(b *testing.B) {
				s := newBenchServer(b, dialect)
				made := s.subscribed(b, &newYear, "monthly", 1)
				s.advance(b, made.ID, newYear.AddDate(0, 1, 0))
				s.copyInvoice(b, size)
				require.Equal(b, size, s.invoices(b))
				b.ResetTimer()
				for range b.N {
					s.succeed(b, http.MethodGet, "/api/v1/invoices?per_page=20", "")
				}
			})
		}
	}
}

// copyInvoice makes copies of the only invoice until there are so many.
func (s *benchServer) copyInvoice(b *testing.B, size int) {
	b.Helper()
	db := tables(b, s.Server, s.url)
	columns := columnsOf(b, db, "invoices")
	id := "gen_random_uuid()"
	if s.dialect == store.SQLite {
		id = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6)))"
	}
	values := slices.Clone(columns)
	values[slices.Index(columns, "id")] = id
	values[slices.Index(columns, "sequential_id")] = "NULL"
	_, err := db.ExecContext(b.Context(), fmt.Sprintf(
		"WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d) INSERT INTO invoices (%s) SELECT %s FROM invoices, numbers",
		size, strings.Join(columns, ", "), strings.Join(values, ", ")))
	require.NoError(b, err)
	_, err = db.ExecContext(b.Context(), "ANALYZE invoices")
	require.NoError(b, err)
}

// columnsOf are the names of a table's columns.
func columnsOf(b *testing.B, db *sql.DB, table string) []string {
	b.Helper()
	rows, err := db.QueryContext(b.Context(), "SELECT * FROM "+table+" LIMIT 0")
	require.NoError(b, err)
	defer func() { require.NoError(b, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(b, err)
	require.NoError(b, rows.Err())
	return columns
}
