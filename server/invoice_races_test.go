package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

// drafts makes a draft for each of some customers c0, c1, …, whose billing entity
// numbers its own invoices, and returns their identifiers. Each has a fee of its
// plan and one of usage, and a coupon waits for it.
func drafts(t *testing.T, s *servertest.Server, count int) []string {
	t.Helper()
	succeed := func(path, body string) { s.Post(path, body).Status(t, http.StatusOK) }
	s.Put("/organizations", `{"organization":{"document_numbering":"per_organization","document_number_prefix":"lag-1"}}`).Status(t, http.StatusOK)
	metric := member(t, s.Post("/billable_metrics", `{"billable_metric":{"name":"Calls","code":"calls","aggregation_type":"count_agg"}}`), "billable_metric")
	succeed("/coupons", `{"coupon":{"name":"Once","code":"once","coupon_type":"fixed_amount","amount_cents":1000,"amount_currency":"EUR",
		"frequency":"once","expiration":"no_expiration"}}`)
	succeed("/plans", fmt.Sprintf(`{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false,
		"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}]}}`, metric["lago_id"]))
	for i := range count {
		succeed("/customers", fmt.Sprintf(`{"customer":{"external_id":"c%d","currency":"EUR","billing_configuration":{"invoice_grace_period":3}}}`, i))
		succeed("/applied_coupons", fmt.Sprintf(`{"applied_coupon":{"external_customer_id":"c%d","coupon_code":"once"}}`, i))
		succeed("/subscriptions", fmt.Sprintf(
			`{"subscription":{"external_customer_id":"c%d","plan_code":"pro","external_id":"s%d","subscription_at":"2025-12-05T00:00:00Z"}}`, i, i))
		succeed("/events", fmt.Sprintf(`{"event":{"transaction_id":"t%d","code":"calls","external_subscription_id":"s%d"}}`, i, i))
	}
	s.Travel(t, time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
	ids := make([]string, count)
	for i := range ids {
		listed := entries(t, s.Get(fmt.Sprintf("/customers/c%d/invoices", i)), "invoices")
		require.Len(t, listed, 1)
		require.Equal(t, "draft", listed[0]["status"])
		ids[i], _ = listed[0]["lago_id"].(string)
	}
	return ids
}

// TestInvoices_EndOneWay when they are finalized, refreshed and voided by many at
// once: a draft becomes final once, is voided at most once after that, and the
// numbers of all have no gap.
func TestInvoices_EndOneWay(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const invoices, each = 6, 3
		ids := drafts(t, s, invoices)
		answered := make([]map[string]int, invoices)
		var racing sync.WaitGroup
		var answers sync.Mutex
		for i, id := range ids {
			answered[i] = map[string]int{}
			for action, method := range map[string]string{"finalize": http.MethodPut, "refresh": http.MethodPut, "void": http.MethodPost} {
				for range each {
					racing.Go(func() {
						answer := s.Do(method, "/invoices/"+id+"/"+action, "")
						answers.Lock()
						defer answers.Unlock()
						answered[i][fmt.Sprint(action, " ", answer.Code)]++
					})
				}
			}
		}
		racing.Wait()
		numbers := map[string]bool{}
		for i, id := range ids {
			shown := member(t, s.Get("/invoices/"+id), "invoice")
			voided, status := answered[i]["void 200"], "finalized"
			if voided == 1 {
				status = "voided"
			}
			require.Equal(t, status, shown["status"])
			wanted := map[string]int{"finalize 200": 1, "finalize 404": each - 1, "refresh 200": each, "void 405": each - voided}
			if voided > 0 {
				wanted["void 200"] = 1
			}
			require.Equal(t, wanted, answered[i])
			numbers[fmt.Sprint(shown["number"])] = true
			requireJSON(t, `1`, shown["sequential_id"])
			requireJSON(t, `5000`, shown["fees_amount_cents"])
			requireJSON(t, `1000`, shown["coupons_amount_cents"])
			require.Len(t, shown["fees"], 2)
			require.Len(t, shown["credits"], 1)
			for activity, times := range map[string]int{"created": 1, "voided": voided} {
				told := entries(t, s.Get(fmt.Sprintf("/activity_logs?resource_ids[]=%s&activity_types[]=invoice.%s", id, activity)), "activity_logs")
				require.Len(t, told, times, activity)
			}
		}
		for i := range invoices {
			require.Contains(t, numbers, fmt.Sprintf("LAG-1-202602-%03d", i+1))
		}
	})
}

// TestInvoices_OfOthersCome though a customer cannot be billed: its run is tried
// again, and succeeds when it can. The log says which customer it is.
func TestInvoices_OfOthersCome(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.New(t, url)
		db := tables(t, s, url)
		succeed := func(path, body string) *servertest.Response { return s.Post(path, body).Status(t, http.StatusOK) }
		metric := member(t, succeed("/billable_metrics", `{"billable_metric":{"name":"Calls","code":"calls","aggregation_type":"count_agg"}}`), "billable_metric")
		ids := map[string]any{}
		for _, code := range []string{"a", "b", "c"} {
			succeed("/plans", fmt.Sprintf(`{"plan":{"name":"Pro","code":%q,"interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false,
				"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}]}}`, code, metric["lago_id"]))
			ids[code] = member(t, succeed("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,"currency":"EUR"}}`, code)), "customer")["lago_id"]
			succeed("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":%q,"plan_code":%q,"external_id":%q}}`, code, code, code))
		}
		var log bytes.Buffer
		runner := jobs.NewRunner(s.Store, engine.Workers(), slog.New(slog.NewTextHandler(&log, nil)))
		setProperties := func(properties string) {
			_, err := db.ExecContext(t.Context(), "UPDATE charges SET properties = $1 WHERE plan_id = (SELECT id FROM plans WHERE code = 'b')", properties)
			require.NoError(t, err)
		}
		invoices := func(code string) int { return len(entries(t, s.Get("/customers/"+code+"/invoices"), "invoices")) }
		setProperties("5")
		require.NoError(t, runner.Advance(t.Context(), s.Organization.ID, time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)))
		require.Equal(t, []int{1, 0, 1}, []int{invoices("a"), invoices("b"), invoices("c")})
		require.Contains(t, log.String(), ids["b"])
		require.NotContains(t, log.String(), ids["a"])

		// It is tried again every day, for the day that it was for, and then for those
		// that have come since.
		require.NoError(t, runner.Advance(t.Context(), s.Organization.ID, time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)))
		require.Equal(t, []int{2, 0, 2}, []int{invoices("a"), invoices("b"), invoices("c")})
		setProperties(`{"amount":"1"}`)
		require.NoError(t, runner.Advance(t.Context(), s.Organization.ID, time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)))
		require.Equal(t, []int{2, 2, 2}, []int{invoices("a"), invoices("b"), invoices("c")})
		days := func(code string) (days []any) {
			for _, invoice := range entries(t, s.Get("/customers/"+code+"/invoices"), "invoices") {
				days = append(days, invoice["issuing_date"])
			}
			return days
		}
		require.Equal(t, days("a"), days("b"))
	})
}

// TestInvoices_EventsFailAlone where they came together: each is given up by itself,
// and none with the others.
func TestInvoices_EventsFailAlone(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.New(t, url)
		db := tables(t, s, url)
		succeed := func(path, body string) *servertest.Response { return s.Post(path, body).Status(t, http.StatusOK) }
		metric := member(t, succeed("/billable_metrics", `{"billable_metric":{"name":"Calls","code":"calls","aggregation_type":"count_agg"}}`), "billable_metric")
		succeed("/plans", fmt.Sprintf(`{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false,
			"charges":[{"billable_metric_id":%q,"charge_model":"standard","pay_in_advance":true,"properties":{"amount":"1"}}]}}`, metric["lago_id"]))
		succeed("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`)
		succeed("/subscriptions", `{"subscription":{"external_customer_id":"acme","plan_code":"pro","external_id":"sub"}}`)
		_, err := db.ExecContext(t.Context(), "UPDATE charges SET properties = '5'")
		require.NoError(t, err)
		succeed("/events/batch", `{"events":[{"transaction_id":"one","external_subscription_id":"sub","code":"calls"},{"transaction_id":"two","external_subscription_id":"sub","code":"calls"}]}`)
		rows, err := db.QueryContext(t.Context(), "SELECT args FROM jobs WHERE kind = 'events.bill' AND state = 'discarded' ORDER BY id")
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		var given []string
		for rows.Next() {
			var args []byte
			require.NoError(t, rows.Scan(&args))
			var said struct {
				TransactionIDs []string `json:"transaction_ids"`
			}
			require.NoError(t, json.Unmarshal(args, &said))
			given = append(given, strings.Join(said.TransactionIDs, "+"))
		}
		require.NoError(t, rows.Err())
		require.Equal(t, []string{"one", "two"}, given)
	})
}
