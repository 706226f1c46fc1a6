package server_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// usageRows are the rows of usage, each in a line.
func usageRows(t *testing.T, s *servertest.Server, query string) []string {
	t.Helper()
	lines := []string{}
	for _, row := range entries(t, s.Get("/analytics/usage"+query), "usages") {
		lines = append(lines, fmt.Sprint(row["start_of_period_dt"], " ", row["billable_metric_code"], " ", row["amount_currency"], " ", row["units"], " ", row["amount_cents"]))
	}
	return lines
}

// TestAnalyticsUsage_WithoutTheLicence is of the last thirty days, one by one, and
// only the metric can be chosen.
func TestAnalyticsUsage_WithoutTheLicence(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		newCharge(t, s, "gb", newMetric(t, s, "gb", ""), `,"charge_model":"standard","properties":{"amount":"1"}`)
		subscribe(t, s, "startup", "sub", `,"subscription_at":"2025-11-01T00:00:00Z"`)
		for _, day := range []string{"2025-12-16", "2025-12-17", "2026-01-15"} {
			s.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":%q,"code":"gb","external_subscription_id":"sub","timestamp":"%d","properties":{"gb":2}}}`,
				day, unixDay(t, day))).Status(t, http.StatusOK)
		}
		require.Len(t, usageRows(t, s, ""), 3)
		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"premium":{"licensed":false}}`).Status(t, http.StatusOK)
		want := []string{"2025-12-17 gb USD 2.0 200", "2026-01-15 gb USD 2.0 200"}
		require.Equal(t, want, usageRows(t, s, "?time_granularity=monthly&from_date=2025-01-01&plan_code=other&currency=EUR"))
		require.Empty(t, usageRows(t, s, "?billable_metric_code=other"))
	})
}

func unixDay(t *testing.T, day string) int64 {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	return at.Unix()
}

// TestAnalyticsUsage_Property holds the usage of random events, that come in any order,
// against what each day adds when they are counted one by one: before the job has
// counted them and afterwards.
func TestAnalyticsUsage_Property(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		meter := newMeter(t, s)
		for round := range 8 {
			meter.send(t, 12)
			wanted := meter.days()
			require.Equal(t, wanted, usageRows(t, s, ""), "round %d", round)
			s.Travel(t, meter.travel())
			require.Equal(t, wanted, usageRows(t, s, ""), "round %d, when it was counted", round)
		}
		withinOrganization(t, s, func(tx *store.Tx) error {
			marks, err := tx.UsageMarks()
			require.Empty(t, marks, "the job has left some")
			return err
		})
	})
}

// TestAnalyticsUsage_OfWhatComesLater counts events that were there before their metric
// or their subscription, and those of a metric that takes the place of a deleted one on
// a day that was marked for that.
func TestAnalyticsUsage_OfWhatComesLater(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		sent := 0
		send := func() {
			t.Helper()
			sent++
			s.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":"t%d","code":"calls","external_subscription_id":"sub","timestamp":"%d"}}`,
				sent, unixDay(t, "2026-01-12"))).Status(t, http.StatusOK)
		}
		send()
		const counts = `,"aggregation_type":"count_agg","field_name":null`
		metric := newMetric(t, s, "calls", counts)
		send()
		createPlan(t, s, "startup", "")
		newCharge(t, s, "calls", metric, `,"charge_model":"standard","properties":{"amount":"1"}`)
		subscribe(t, s, "startup", "sub", `,"subscription_at":"2026-01-01T00:00:00Z"`)
		require.Equal(t, []string{"2026-01-12 calls USD 2.0 200"}, usageRows(t, s, ""))
		for range 3 {
			send()
		}
		require.Equal(t, []string{"2026-01-12 calls USD 5.0 500"}, usageRows(t, s, ""))
		s.Delete("/billable_metrics/calls").Status(t, http.StatusOK)
		newCharge(t, s, "again", newMetric(t, s, "calls", counts), `,"charge_model":"standard","properties":{"amount":"1"}`)
		send()
		s.Travel(t, servertest.Epoch.Add(time.Hour))
		require.ElementsMatch(t, []string{"2026-01-12 calls USD 5.0 500", "2026-01-12 calls USD 1.0 100"}, usageRows(t, s, ""))
	})
}

// meter sends events of a subscription in New York, and remembers them.
type meter struct {
	s    *servertest.Server
	r    *rand.Rand
	now  time.Time
	zone *time.Location
	sent []metered
}

type metered struct {
	code string
	at   time.Time
	gb   int64
}

func newMeter(t *testing.T, s *servertest.Server) *meter {
	t.Helper()
	createPlan(t, s, "startup", "")
	newCharge(t, s, "gb", newMetric(t, s, "gb", ""), `,"charge_model":"standard","properties":{"amount":"0.5"}`)
	newCharge(t, s, "calls", newMetric(t, s, "calls", `,"aggregation_type":"count_agg","field_name":null`), `,"charge_model":"graduated",
		"properties":{"graduated_ranges":[{"from_value":0,"to_value":5,"per_unit_amount":"2","flat_amount":"1"},{"from_value":6,"to_value":null,"per_unit_amount":"1","flat_amount":"3"}]}`)
	newCharge(t, s, "peak", newMetric(t, s, "peak", `,"aggregation_type":"max_agg"`), `,"charge_model":"standard","properties":{"amount":"1"}`)
	upsert(t, s, `{"external_id":"c1","timezone":"America/New_York"}`)
	subscribe(t, s, "startup", "sub", `,"subscription_at":"2025-12-10T00:00:00Z"`)
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	return &meter{s: s, r: rand.New(rand.NewPCG(3, 4)), now: servertest.Epoch, zone: zone}
}

// travel is where the clock goes next.
func (m *meter) travel() time.Time {
	m.now = m.now.Add(time.Duration(5+m.r.IntN(100)) * time.Hour)
	return m.now
}

// send sends events of the time since before the subscription, some of them ahead.
func (m *meter) send(t *testing.T, count int) {
	t.Helper()
	first := time.Date(2025, 12, 8, 0, 0, 0, 0, time.UTC)
	var bodies []string
	for range count {
		one := metered{
			code: oneFrom(m.r, "gb", "calls", "peak"), gb: m.r.Int64N(20),
			at: first.Add(time.Duration(m.r.Int64N(int64(m.now.Sub(first)+30*time.Hour)/int64(time.Second))) * time.Second),
		}
		bodies = append(bodies, fmt.Sprintf(`{"transaction_id":"t%d","code":%q,"external_subscription_id":"sub","timestamp":"%d","properties":{"gb":%d}}`,
			len(m.sent), one.code, one.at.Unix(), one.gb))
		m.sent = append(m.sent, one)
	}
	m.s.Post("/events/batch", `{"events":[`+strings.Join(bodies, ",")+`]}`).Status(t, http.StatusOK)
}

// days are the rows that usage must have.
func (m *meter) days() []string {
	start := time.Date(2025, 12, 10, 0, 0, 0, 0, time.UTC)
	type place struct{ day, code string }
	byDay := map[place][]int64{}
	for _, one := range m.sent {
		if !one.at.Before(start) {
			at := place{one.at.In(m.zone).Format(time.DateOnly), one.code}
			byDay[at] = append(byDay[at], one.gb)
		}
	}
	order := slices.SortedFunc(maps.Keys(byDay), func(a, b place) int {
		return strings.Compare(a.day+a.code, b.day+b.code)
	})
	levels := map[string]int64{}
	lines := []string{}
	for _, at := range order {
		period := at.day[:7] + at.code
		before := levels[period]
		after := before
		for _, gb := range byDay[at] {
			switch at.code {
			case "gb":
				after += gb
			case "calls":
				after++
			default:
				after = max(after, gb)
			}
		}
		levels[period] = after
		if cents := costs(at.code, after) - costs(at.code, before); cents != 0 || after != before {
			lines = append(lines, fmt.Sprintf("%s %s USD %s %d", at.day, at.code, decimal.NewFromInt(after-before).StringFixed(1), cents))
		}
	}
	return lines
}

// costs is what so many units of a metric cost in a period, in cents.
func costs(code string, units int64) int64 {
	switch {
	case code == "gb":
		return units * 50
	case code == "peak":
		return units * 100
	case units == 0:
		return 0
	case units <= 5:
		return 100 + 200*units
	default:
		return 100 + 1000 + 300 + 100*(units-5)
	}
}

// TestAnalytics_OfOneBillingEntity has what it bills, and what its customers use.
func TestAnalytics_OfOneBillingEntity(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addBillingEntity(t, s, "second", "UTC")
		createPlan(t, s, "startup", "")
		newCharge(t, s, "gb", newMetric(t, s, "gb", ""), `,"charge_model":"standard","properties":{"amount":"1"}`)
		for i, customer := range []string{`{"external_id":"ada"}`, `{"external_id":"bob","billing_entity_code":"second"}`} {
			name := fmt.Sprint(upsert(t, s, customer)["external_id"])
			billedOn(t, s, name, "2026-01-10", 2000, func(_ *store.Tx, row *store.Invoice) {
				fee := feeOf(row.CustomerID, store.FeeCharge)
				row.PaymentOverdue, row.Fees = true, []store.Fee{fee}
			})
			member(t, s.Post("/subscriptions", fmt.Sprintf(
				`{"subscription":{"external_customer_id":%q,"plan_code":"startup","external_id":%[1]q,"subscription_at":"2026-01-01T00:00:00Z"}}`, name)), "subscription")
			s.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":"t","code":"gb","external_subscription_id":%q,"properties":{"gb":%d}}}`, name, i+1)).
				Status(t, http.StatusOK)
		}
		for name, want := range map[string]string{
			"gross_revenue": "2000.0", "overdue_balance": "2000.0", "invoice_collection": "2000.0", "invoiced_usage": "1000.0", "mrr": "<nil>",
		} {
			require.Equal(t, []string{want}, figure(t, s, name+"?billing_entity_code=second", "amount_cents"), name)
		}
		require.Equal(t, []string{"2026-01-15 gb USD 2.0 200"}, usageRows(t, s, "?billing_entity_code=second"))
		require.Equal(t, []string{"2026-01-15 gb USD 3.0 300"}, usageRows(t, s, "?billing_entity_code=nowhere"))
	})
}
