package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// ceilings are how many statements the requests of TestStatements make on each
// database, beside those that find the key. A user waits for each of them, on a
// database half a millisecond away. They only shrink: the test fails when a request
// makes more, and when it makes fewer, so that whoever saves one lowers the number.
var ceilings = map[string]map[string]int{
	"create a tax":                          {store.SQLite: 6, store.Postgres: 6},
	"create a plan of five charges":         {store.SQLite: 26, store.Postgres: 26},
	"subscribe":                             {store.SQLite: 28, store.Postgres: 28},
	"upgrade":                               {store.SQLite: 43, store.Postgres: 43},
	"downgrade":                             {store.SQLite: 33, store.Postgres: 33},
	"current usage of five charges":         {store.SQLite: 10, store.Postgres: 11},
	"send the first event of a day":         {store.SQLite: 6, store.Postgres: 8},
	"send an event":                         {store.SQLite: 4, store.Postgres: 6},
	"send an event that an alert hears of":  {store.SQLite: 24, store.Postgres: 31},
	"list customers":                        {store.SQLite: 8, store.Postgres: 8},
	"list subscriptions":                    {store.SQLite: 13, store.Postgres: 13},
	"list plans":                            {store.SQLite: 13, store.Postgres: 13},
	"list invoices":                         {store.SQLite: 11, store.Postgres: 11},
	"find an invoice":                       {store.SQLite: 20, store.Postgres: 20},
	"list fees":                             {store.SQLite: 8, store.Postgres: 8},
	"move the clock to a count of usage":    {store.SQLite: 26, store.Postgres: 34},
	"move the clock to the downgrade":       {store.SQLite: 52, store.Postgres: 118},
	"update a subscription":                 {store.SQLite: 34, store.Postgres: 34},
	"terminate a subscription":              {store.SQLite: 45, store.Postgres: 46},
	"delete a plan with two subscriptions":  {store.SQLite: 54, store.Postgres: 54},
	"delete a plan with ten subscriptions":  {store.SQLite: 134, store.Postgres: 134},
	"delete a customer with a subscription": {store.SQLite: 50, store.Postgres: 50},
}

// TestStatements counts what requests say to the database, in a story: a
// customer moves between plans of five charges. It runs alone, because the first
// log of a month makes that month's tables. Nobody wants to hear of it.
func TestStatements(t *testing.T) {
	t.Parallel()
	servertest.RunAlone(t, func(t *testing.T, s *servertest.Server) {
		dialect := s.Store.Dialect()
		count := func(name, method, path, body string) {
			t.Helper()
			made := slices.DeleteFunc(withoutKey(s.Statements(t, method, path, body)), func(statement string) bool {
				return method == http.MethodGet && keepsLog(statement)
			})
			if got, ceiling := len(made), ceilings[name][dialect]; got != ceiling {
				t.Errorf("%s makes %d statements, its ceiling is %d:\n%s", name, got, ceiling, strings.Join(made, "\n"))
			}
		}
		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"webhook_inbox":false}`).Status(t, http.StatusOK)
		charges := chargesOfFiveMetrics(t, s)
		plan := func(code string, amount int) string {
			return fmt.Sprintf(`{"plan":{"name":"P","code":%q,"interval":"monthly","amount_cents":%d,"amount_currency":"EUR","pay_in_advance":false,"charges":[%s]}}`, code, amount, charges)
		}
		subscribe := func(customer, plan, id string) string {
			return fmt.Sprintf(`{"subscription":{"external_customer_id":%q,"plan_code":%q,"external_id":%q}}`, customer, plan, id)
		}
		count("create a tax", http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`)
		count("create a plan of five charges", http.MethodPost, "/plans", plan("basic", 1000))
		s.Post("/plans", plan("pro", 2000)).Status(t, http.StatusOK)
		s.Post("/plans", plan("small", 500)).Status(t, http.StatusOK)
		s.Post("/customers", `{"customer":{"external_id":"acme","name":"Acme","currency":"EUR","tax_codes":["vat"]}}`).Status(t, http.StatusOK)

		count("subscribe", http.MethodPost, "/subscriptions", subscribe("acme", "basic", "sub"))
		count("upgrade", http.MethodPost, "/subscriptions", subscribe("acme", "pro", "sub"))
		count("downgrade", http.MethodPost, "/subscriptions", subscribe("acme", "small", "sub"))
		count("current usage of five charges", http.MethodGet, "/customers/acme/current_usage?external_subscription_id=sub", "")
		event := func(transaction string) string {
			return fmt.Sprintf(`{"event":{"transaction_id":%q,"external_subscription_id":"sub","code":"m0","properties":{"v":1}}}`, transaction)
		}
		count("send the first event of a day", http.MethodPost, "/events", event("first"))
		s.Post("/events", event("second")).Status(t, http.StatusOK) // marks the day for the count that waits by now
		count("send an event", http.MethodPost, "/events", event("a"))
		s.Post("/subscriptions/sub/alerts", `{"alert":{"code":"a","alert_type":"current_usage_amount","thresholds":[{"value":1000}]}}`).Status(t, http.StatusOK)
		count("send an event that an alert hears of", http.MethodPost, "/events", event("b"))
		s.Delete("/subscriptions/sub/alerts").Status(t, http.StatusOK)
		count("list customers", http.MethodGet, "/customers?per_page=20", "")
		count("list subscriptions", http.MethodGet, "/subscriptions?per_page=20", "")
		count("list plans", http.MethodGet, "/plans?per_page=20", "")
		invoice := issueMany(t, s, 21)
		count("list invoices", http.MethodGet, "/invoices?per_page=20", "")
		count("find an invoice", http.MethodGet, "/invoices/"+invoice, "")
		count("list fees", http.MethodGet, "/fees?per_page=20", "")
		count("move the clock to a count of usage", http.MethodPut, "/admin/organizations/"+s.Organization.ID.String()+"/clock", `{"advance":"PT10M"}`)
		count("move the clock to the downgrade", http.MethodPut, "/admin/organizations/"+s.Organization.ID.String()+"/clock", `{"now":"2026-02-01T12:00:00Z"}`)
		count("update a subscription", http.MethodPut, "/subscriptions/sub", `{"subscription":{"name":"N","ending_at":null}}`)
		count("terminate a subscription", http.MethodDelete, "/subscriptions/sub", "")

		for i := range 12 {
			plan := "basic"
			if i >= 10 {
				plan = "pro"
			}
			s.Post("/subscriptions", subscribe("acme", plan, fmt.Sprintf("s%d", i))).Status(t, http.StatusOK)
		}
		count("delete a plan with two subscriptions", http.MethodDelete, "/plans/pro", "")
		count("delete a plan with ten subscriptions", http.MethodDelete, "/plans/basic", "")
		s.Post("/subscriptions", subscribe("acme", "small", "last")).Status(t, http.StatusOK)
		count("delete a customer with a subscription", http.MethodDelete, "/customers/acme", "")
	})
}

// withoutKey takes away the two statements that find a request's key and its
// organization, which come first. Both are remembered for two seconds, so how many
// requests find them anew depends on how busy the machine is.
func withoutKey(statements []string) []string {
	if len(statements) > 1 && strings.Contains(statements[0], "api_keys") {
		return statements[2:]
	}
	return statements
}

// keepsLog reports whether a statement keeps the log of a read, which comes when
// the answer is long gone.
func keepsLog(text string) bool { return strings.HasPrefix(text, "INSERT INTO request_logs") }

// chargesOfFiveMetrics makes five billable metrics and is a charge of each.
func chargesOfFiveMetrics(t *testing.T, s *servertest.Server) string {
	t.Helper()
	var charges []string
	for i := range 5 {
		metric := s.Post("/billable_metrics", fmt.Sprintf(`{"billable_metric":{"name":"M","code":"m%d","aggregation_type":"sum_agg","field_name":"v"}}`, i)).
			Status(t, http.StatusOK).JSON(t)["billable_metric"].(map[string]any)["lago_id"]
		charges = append(charges, fmt.Sprintf(`{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}`, metric))
	}
	return strings.Join(charges, ",")
}

// issueMany issues invoices of three fees for the subscription "sub" of the
// customer acme.
func issueMany(t *testing.T, s *servertest.Server, count int) (last string) {
	t.Helper()
	for range count {
		last = issue(t, s, "acme", func(tx *store.Tx, row *store.Invoice) {
			subscription, err := tx.Subscription("sub", store.SubscriptionActive)
			require.NoError(t, err)
			row.BillingPeriods = []store.BillingPeriod{{
				SubscriptionID: subscription.ID, Reason: store.ReasonPeriodic, SubscriptionFrom: tx.Now(), SubscriptionTo: tx.Now(),
			}}
			for range 3 {
				fee := feeOf(row.CustomerID, store.FeeSubscription)
				fee.SubscriptionID = &subscription.ID
				fee.AppliedTaxes = []store.FeeTax{{ID: store.NewID(), TaxID: store.NewID(), TaxCode: "vat", TaxName: "VAT", AmountCurrency: "EUR"}}
				row.Fees = append(row.Fees, fee)
			}
			row.Metadata = []store.InvoiceMetadata{{Key: "k", Value: "v"}}
			row.AppliedTaxes = []store.InvoiceTax{{TaxID: store.NewID(), TaxCode: "vat", TaxName: "VAT", AmountCurrency: "EUR"}}
		})
	}
	return last
}
