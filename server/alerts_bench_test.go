package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/alerting"
	"tarn/engine"
	"tarn/jobs"
	"tarn/store/storetest"
)

// BenchmarkAlertTick measures what a minute costs in which one of a hundred of 10,000
// subscriptions with alerts was used. Usage is read of these alone.
func BenchmarkAlertTick(b *testing.B) {
	const customers, each, used = 1000, 10, 100
	for _, dialect := range storetest.Dialects() {
		b.Run(dialect, func(b *testing.B) {
			s := newBenchServer(b, dialect)
			organization := s.alerted(b, customers, each)
			db := tables(b, s.Server, s.url)
			runner := jobs.NewRunner(s.Store, engine.Workers(), nil)
			require.NoError(b, runner.RunDue(b.Context(), organization))
			b.ResetTimer()
			for n := range b.N {
				b.StopTimer()
				events := make([]string, used)
				for i := range events {
					events[i] = fmt.Sprintf(`{"transaction_id":"%d-%d","external_subscription_id":"%d-0","code":"storage","properties":{"gb":%d}}`,
						n, i, i*customers/used, n+1)
				}
				s.succeed(b, http.MethodPost, "/api/v1/events/batch", `{"events":[`+strings.Join(events, ",")+`]}`)
				_, err := db.ExecContext(b.Context(), "UPDATE jobs SET scheduled_at = created_at WHERE kind = $1 AND state = 'available'",
					alerting.KindWatchUsage)
				require.NoError(b, err)
				b.StartTimer()
				require.NoError(b, runner.RunDue(b.Context(), organization))
			}
			b.StopTimer()
			var processed int
			require.NoError(b, db.QueryRowContext(b.Context(), "SELECT count(*) FROM alerts WHERE last_processed_at IS NOT NULL").Scan(&processed))
			require.Equal(b, used, processed)
		})
	}
}

// alerted makes an organization in real time with so many customers, each with so many
// subscriptions to a plan with one charge, and an alert on each of these.
func (s *benchServer) alerted(b *testing.B, customers, each int) uuid.UUID {
	b.Helper()
	made, key := s.organization(b, nil)
	s.key = key
	s.succeed(b, http.MethodPost, "/api/v1/billable_metrics",
		`{"billable_metric":{"name":"Storage","code":"storage","aggregation_type":"sum_agg","field_name":"gb"}}`)
	db := tables(b, s.Server, s.url)
	var metric string
	require.NoError(b, db.QueryRowContext(b.Context(), "SELECT id FROM billable_metrics WHERE organization_id = $1", made.ID.String()).Scan(&metric))
	s.succeed(b, http.MethodPost, "/api/v1/plans", fmt.Sprintf(
		`{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false,
			"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}]}}`, metric))
	for i := range customers {
		s.succeed(b, http.MethodPost, "/api/v1/customers", fmt.Sprintf(`{"customer":{"external_id":"customer_%d","currency":"EUR"}}`, i))
		for n := range each {
			s.subscribe(b, i, fmt.Sprintf("%d-%d", i, n))
		}
	}
	for _, statement := range []string{
		`INSERT INTO alerts (id, organization_id, subscription_external_id, alert_type, direction, code, previous_value, created_at, updated_at)
			SELECT id, organization_id, external_id, 'current_usage_amount', 'increasing', 'spend', 0, created_at, created_at
			FROM subscriptions WHERE organization_id = $1`,
		`INSERT INTO alert_thresholds (organization_id, alert_id, position, value, recurring)
			SELECT organization_id, id, 0, 100, TRUE FROM subscriptions WHERE organization_id = $1`,
	} {
		_, err := db.ExecContext(b.Context(), statement, made.ID.String())
		require.NoError(b, err)
	}
	return made.ID
}
