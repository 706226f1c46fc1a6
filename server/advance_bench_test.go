package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/store"
	"tarn/store/storetest"
)

// newYear is where the clocks of these benchmarks stand at first.
var newYear = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// succeed sends a request that must be answered with 200.
func (s *benchServer) succeed(b testing.TB, method, path, body string) {
	b.Helper()
	answer := s.serve(method, path, body)
	require.Equal(b, http.StatusOK, answer.Code, answer.Body)
}

// subscribed makes an organization, whose clock stands at the new year or is
// real when at is nil, with customers that have one subscription each to its
// plan. The server's key is its own from then on.
func (s *benchServer) subscribed(b testing.TB, at *time.Time, interval string, customers int) store.Organization {
	b.Helper()
	made, key := s.organization(b, at)
	s.key = key
	s.succeed(b, http.MethodPost, "/api/v1/plans", fmt.Sprintf(
		`{"plan":{"name":"Pro","code":"pro","interval":%q,"amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false}}`, interval))
	for i := range customers {
		s.succeed(b, http.MethodPost, "/api/v1/customers", fmt.Sprintf(`{"customer":{"external_id":"customer_%d","currency":"EUR"}}`, i))
		s.subscribe(b, i, fmt.Sprintf("subscription_%d", i))
	}
	return made
}

func (s *benchServer) subscribe(b testing.TB, customer int, id string) {
	b.Helper()
	s.succeed(b, http.MethodPost, "/api/v1/subscriptions", fmt.Sprintf(
		`{"subscription":{"external_customer_id":"customer_%d","plan_code":"pro","external_id":%q}}`, customer, id))
}

// advance moves a clock through the administration.
func (s *benchServer) advance(b *testing.B, organization uuid.UUID, to time.Time) {
	b.Helper()
	s.Admin(http.MethodPut, "/admin/organizations/"+organization.String()+"/clock",
		fmt.Sprintf(`{"now":%q}`, to.Format(time.RFC3339))).Status(b, http.StatusOK)
}

// BenchmarkAdvance measures moves of a clock with one monthly subscription.
func BenchmarkAdvance(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		s := newBenchServer(b, dialect)
		for _, months := range []int{1, 12} {
			b.Run(fmt.Sprintf("%s/months=%d", dialect, months), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					b.StopTimer()
					made := s.subscribed(b, &newYear, "monthly", 1)
					b.StartTimer()
					s.advance(b, made.ID, newYear.AddDate(0, months, 0))
				}
			})
		}
	}
}

// BenchmarkDueWorkBesideWriters measures how long the work of twenty weekly
// subscriptions takes while eight clients write to the organization without a
// pause: on the way of its clock, and in real time.
func BenchmarkDueWorkBesideWriters(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for name, write := range map[string]func(s *benchServer, n int64) *httptest.ResponseRecorder{
			"plans": func(s *benchServer, n int64) *httptest.ResponseRecorder {
				return s.serve(http.MethodPost, "/api/v1/plans", fmt.Sprintf(
					`{"plan":{"name":"P","code":"plan_%d","interval":"monthly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":false}}`, n))
			},
			"subscriptions": func(s *benchServer, n int64) *httptest.ResponseRecorder {
				return s.serve(http.MethodPost, "/api/v1/subscriptions", fmt.Sprintf(
					`{"subscription":{"external_customer_id":"customer_%d","plan_code":"pro","external_id":"more_%d"}}`, n%20, n))
			},
			"amount": func(s *benchServer, n int64) *httptest.ResponseRecorder {
				return s.serve(http.MethodPut, "/api/v1/plans/pro", fmt.Sprintf(`{"plan":{"amount_cents":%d}}`, n))
			},
		} {
			b.Run(dialect+"/frozen/"+name, func(b *testing.B) {
				s := newBenchServer(b, dialect)
				made, at := s.subscribed(b, &newYear, "weekly", 20), newYear
				s.beside(b, write, func() {
					at = at.AddDate(0, 0, 7)
					s.advance(b, made.ID, at)
				})
			})
			b.Run(dialect+"/real/"+name, func(b *testing.B) {
				s := newBenchServer(b, dialect)
				made := s.subscribed(b, nil, "weekly", 20)
				runner := jobs.NewRunner(s.Store, engine.Workers(), nil)
				db := tables(b, s.Server, s.url)
				s.beside(b, write, func() {
					_, err := db.ExecContext(b.Context(), "UPDATE jobs SET scheduled_at = created_at WHERE kind = $1 AND state = 'available'",
						engine.KindBillSubscriptions)
					require.NoError(b, err)
					require.NoError(b, runner.RunDue(b.Context(), made.ID))
				})
			})
		}
	}
}

// beside measures work while eight clients write.
func (s *benchServer) beside(b *testing.B, write func(s *benchServer, n int64) *httptest.ResponseRecorder, work func()) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	var writing sync.WaitGroup
	var written atomic.Int64
	for range 8 {
		writing.Go(func() {
			for ctx.Err() == nil {
				if answer := write(s, written.Add(1)); answer.Code != http.StatusOK {
					b.Errorf("answered %d: %s", answer.Code, answer.Body)
					return
				}
			}
		})
	}
	b.ResetTimer()
	for range b.N {
		work()
	}
	b.StopTimer()
	stop()
	writing.Wait()
	b.ReportMetric(float64(written.Load())/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkEventsBesideMoves measures five events, one after the other, of an
// organization while the clocks of others move.
func BenchmarkEventsBesideMoves(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for _, moves := range []int{0, 8} {
			b.Run(fmt.Sprintf("%s/moves=%d", dialect, moves), func(b *testing.B) {
				s := newBenchServer(b, dialect)
				others := make([]uuid.UUID, moves)
				for i := range others {
					others[i] = s.subscribed(b, &newYear, "weekly", 5).ID
				}
				_, s.key = s.organization(b, nil)
				ctx, stop := context.WithCancel(b.Context())
				var moving sync.WaitGroup
				for _, other := range others {
					moving.Go(func() {
						for at := newYear; ctx.Err() == nil; {
							at = at.AddDate(0, 1, 0)
							s.advance(b, other, at)
						}
					})
				}
				b.ResetTimer()
				for n := range b.N {
					for i := range 5 {
						s.succeed(b, http.MethodPost, "/api/v1/events", fmt.Sprintf(
							`{"event":{"transaction_id":"t%d_%d","code":"storage","external_subscription_id":"s","properties":{"gb":1}}}`, n, i))
					}
				}
				b.StopTimer()
				stop()
				moving.Wait()
			})
		}
	}
}
