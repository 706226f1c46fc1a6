package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/server/servertest"
	"tarn/store"
)

// ceilings are how many statements the requests of TestStatements make on each
// database. A user waits for each of them, on a database half a millisecond
// away. They only shrink: whoever makes fewer lowers the number.
var ceilings = map[string]map[string]int{
	"create a tax":                          {store.SQLite: 0, store.Postgres: 0},
	"create a plan of five charges":         {store.SQLite: 0, store.Postgres: 0},
	"subscribe":                             {store.SQLite: 0, store.Postgres: 0},
	"upgrade":                               {store.SQLite: 0, store.Postgres: 0},
	"downgrade":                             {store.SQLite: 0, store.Postgres: 0},
	"current usage of five charges":         {store.SQLite: 0, store.Postgres: 0},
	"list customers":                        {store.SQLite: 0, store.Postgres: 0},
	"list subscriptions":                    {store.SQLite: 0, store.Postgres: 0},
	"list plans":                            {store.SQLite: 0, store.Postgres: 0},
	"move the clock to the downgrade":       {store.SQLite: 0, store.Postgres: 0},
	"update a subscription":                 {store.SQLite: 0, store.Postgres: 0},
	"terminate a subscription":              {store.SQLite: 0, store.Postgres: 0},
	"delete a plan with two subscriptions":  {store.SQLite: 0, store.Postgres: 0},
	"delete a plan with ten subscriptions":  {store.SQLite: 0, store.Postgres: 0},
	"delete a customer with a subscription": {store.SQLite: 0, store.Postgres: 0},
}

// TestStatements counts what requests say to the database, in a story: a
// customer moves between plans of five charges.
func TestStatements(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		dialect := s.Store.Dialect()
		count := func(name, method, path, body string) {
			t.Helper()
			made := s.Statements(t, method, path, body)
			for _, text := range made {
				assert.NotContains(t, text, "(NULL)", "%s asks for nothing", name)
			}
			if got, ceiling := len(made), ceilings[name][dialect]; got != ceiling {
				t.Errorf("%s makes %d statements, its ceiling is %d:\n%s", name, got, ceiling, strings.Join(made, "\n"))
			}
		}
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
		count("list customers", http.MethodGet, "/customers?per_page=20", "")
		count("list subscriptions", http.MethodGet, "/subscriptions?per_page=20", "")
		count("list plans", http.MethodGet, "/plans?per_page=20", "")
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
