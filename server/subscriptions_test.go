package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// subscribe makes a subscription of the customer c1, whom it adds if need be;
// more is JSON members that come after its own.
func subscribe(t *testing.T, s *servertest.Server, plan, externalID, more string) map[string]any {
	t.Helper()
	return member(t, postSubscription(s, plan, externalID, more), "subscription")
}

// postSubscription is the answer to subscribe.
func postSubscription(s *servertest.Server, plan, externalID, more string) *servertest.Response {
	return s.Post("/subscriptions", fmt.Sprintf(
		`{"subscription":{"external_customer_id":"c1","plan_code":%q,"external_id":%q%s}}`, plan, externalID, more))
}

// showSubscription is a subscription as its own endpoint shows it; query begins
// with a question mark or is empty.
func showSubscription(t *testing.T, s *servertest.Server, externalID, query string) map[string]any {
	t.Helper()
	return member(t, s.Get("/subscriptions/"+externalID+query), "subscription")
}

// putSubscription changes a subscription; fields are the members of the body's
// root.
func putSubscription(s *servertest.Server, externalID, fields string) *servertest.Response {
	return s.Put("/subscriptions/"+externalID, `{"subscription":{`+fields+`}}`)
}

// requireMembers compares those members of an object that the JSON names.
func requireMembers(t *testing.T, want string, object map[string]any) {
	t.Helper()
	part := map[string]any{}
	var wanted map[string]any
	require.NoError(t, json.Unmarshal([]byte(want), &wanted))
	for name := range wanted {
		require.Contains(t, object, name)
		part[name] = object[name]
	}
	requireJSON(t, want, part)
}

func TestSubscriptions_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		plan := createPlan(t, s, "startup", `,"pay_in_advance":true`)
		upsert(t, s, `{"external_id":"c1","currency":"EUR"}`)
		created := subscribe(t, s, "startup", " sub ", `,"name":" Main ","billing_time":"anniversary","ending_at":"2027-01-31T00:00:00Z",
			"purchase_order_number":" PO 1 ","consolidate_invoice":false,"progressive_billing_disabled":true`)
		shown := identified(t, created)
		delete(plan, "fixed_charges")
		require.Equal(t, plan, shown["plan"])
		delete(shown, "plan")
		delete(shown, "lago_customer_id")
		requireJSON(t, `{"external_id":"sub","external_customer_id":"c1","billing_entity_code":"acme","name":"Main",
			"plan_code":"startup","plan_amount_cents":10000,"plan_amount_currency":"USD","status":"active","billing_time":"anniversary",
			"subscription_at":"2026-01-15T10:30:00Z","started_at":"2026-01-15T10:30:00.000Z","activated_at":"2026-01-15T10:30:00Z",
			"trial_ended_at":null,"ending_at":"2027-01-31T00:00:00Z","terminated_at":null,"canceled_at":null,"cancellation_reason":null,
			"created_at":"2026-01-15T10:30:00Z","previous_plan_code":null,"next_plan_code":null,"downgrade_plan_date":null,
			"current_billing_period_started_at":"2026-01-15T10:30:00Z","current_billing_period_ending_at":"2026-02-14T23:59:59Z",
			"on_termination_credit_note":null,"on_termination_invoice":"generate","progressive_billing_disabled":true,
			"consolidate_invoice":false,"purchase_order_number":"PO 1","activation_rules":[],
			"payment_method":{"payment_method_id":null,"payment_method_type":"provider"},
			"applicable_usage_thresholds":[],"applied_invoice_custom_sections":[],"entitlements":[]}`, shown)
		require.Equal(t, created, showSubscription(t, s, "sub", ""))
		listed := entries(t, s.Get("/subscriptions"), "subscriptions")
		require.Len(t, listed, 1)
		for _, block := range []string{"plan", "applicable_usage_thresholds", "applied_invoice_custom_sections", "entitlements"} {
			delete(created, block)
		}
		require.Equal(t, created, listed[0])
		require.Equal(t, listed, entries(t, s.Get("/customers/c1/subscriptions"), "subscriptions"))
	})
}

func TestSubscriptions_Defaults(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		addBillingEntity(t, s, "second", "Europe/Paris")
		created := subscribe(t, s, "startup", "sub", `,"billing_entity_code":"second","purchase_order_number":" "`)
		requireMembers(t, `{"name":"","billing_time":"calendar","on_termination_invoice":"generate","on_termination_credit_note":null,
			"consolidate_invoice":true,"progressive_billing_disabled":false,"purchase_order_number":null,"billing_entity_code":"second",
			"current_billing_period_started_at":"2026-01-15T10:30:00Z","current_billing_period_ending_at":"2026-01-31T22:59:59Z"}`, created)
		customer := member(t, s.Get("/customers/c1"), "customer")
		require.Equal(t, "USD", customer["currency"], "a new customer pays in the plan's currency")
		require.Equal(t, "second", customer["billing_entity_code"])
		upsert(t, s, `{"external_id":"c1","currency":null}`)
		subscribe(t, s, "startup", "other", `,"billing_entity_id":"`+s.Organization.ID.String()+`"`)
		require.Equal(t, "USD", member(t, s.Get("/customers/c1"), "customer")["currency"])
		require.Equal(t, "acme", showSubscription(t, s, "other", "")["billing_entity_code"])
	})
}

// TestSubscriptions_RefuseInOrder sends what breaks several rules and expects
// that of the first check.
func TestSubscriptions_RefuseInOrder(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "other", "")
		upsert(t, s, `{"external_id":"c1"}`)
		subscribe(t, s, "startup", "taken", "")
		requireNotFound(t, "billing_entity", postSubscription(s, "none", "sub", `,"billing_entity_code":"none","ending_at":"x"`))
		requireNotFound(t, "billing_entity", postSubscription(s, "none", "sub", `,"billing_entity_id":"00000000-0000-0000-0000-000000000000"`))
		s.Post("/subscriptions", `{"authorization":{"amount_cents":1,"amount_currency":"EUR"},"subscription":{"external_customer_id":"c1",
			"plan_code":"none","external_id":"sub"}}`).Status(t, http.StatusForbidden)
		requireNotFound(t, "plan", postSubscription(s, "none", "sub", `,"ending_at":"x"`))
		for body, details := range map[string]string{
			`,"subscription_at":"x"`:                    `{"subscription_at":["invalid_date"]}`,
			`,"subscription_at":7`:                      `{"subscription_at":["invalid_date"]}`,
			`,"ending_at":"2026-01-15T23:59:59Z"`:       `{"ending_at":["invalid_date"]}`,
			`,"ending_at":"soon","subscription_at":"x"`: `{"ending_at":["invalid_date"],"subscription_at":["invalid_date"]}`,
			`,"ending_at":"2026-02-01T09:00:00Z","subscription_at":"2026-02-01T08:00:00Z"`:   `{"ending_at":["invalid_date"]}`,
			`,"payment_method":{"payment_method_id":"00000000-0000-0000-0000-000000000000"}`: `{"payment_method":["invalid_payment_method"]}`,
			`,"payment_method":{"payment_method_type":"card"}`:                               `{"payment_method":["invalid_payment_method"]}`,

			`,"payment_method":"card"`:                                        `{"payment_method":["invalid_payment_method"]}`,
			`,"activation_rules":{}`:                                          `{"activation_rules":["invalid_format"]}`,
			`,"activation_rules":[{"type":"approval"}]`:                       `{"activation_rules":["invalid_type"]}`,
			`,"activation_rules":[{"type":"payment","timeout_hours":-1}]`:     `{"timeout_hours":["value_must_be_positive_or_zero"]}`,
			`,"activation_rules":[{"type":"payment","timeout_hours":1.5}]`:    `{"timeout_hours":["value_must_be_positive_or_zero"]}`,
			`,"billing_time":"lunar"`:                                         `{"billing_time":["value_is_invalid"]}`,
			`,"external_customer_id":" "`:                                     `{"external_customer_id":["value_is_mandatory"]}`,
			`,"external_id":" "`:                                              `{"external_id":["value_is_mandatory"]}`,
			`,"usage_thresholds":[],"plan_overrides":{"usage_thresholds":[]}`: `{"usage_thresholds":["incompatible_params"],"plan_overrides.usage_thresholds":["incompatible_params"]}`,
			`,"activation_rules":[{"type":"payment"},{"type":"payment"}],"ending_at":"2026-01-01T00:00:00Z","payment_method":{"payment_method_type":"manual"}`: `{"ending_at":["invalid_date"],
				"activation_rules":["duplicated_type"],"customer":["manual_payment_method_invalid_for_payment_activation_rules"]}`,
		} {
			requireDetails(t, details, postSubscription(s, "startup", "sub", body))
		}
		requireDetails(t, `{"external_id":["value_already_exist"]}`, s.Post("/subscriptions",
			`{"subscription":{"external_customer_id":"c2","plan_code":"startup","external_id":"taken"}}`))
		requireNotFound(t, "customer", s.Get("/customers/c2"))
		s.Post("/subscriptions", `{"subscription":{}}`).Status(t, http.StatusBadRequest)
		requireNotFound(t, "subscription", s.Get("/subscriptions/sub"))
	})
}

func TestSubscriptions_OverridesNeedTheLicence(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", "")
		setPremium(t, s, `{"licensed":false}`)
		refused := postSubscription(s, "startup", "other", `,"plan_overrides":{"amount_cents":1},"usage_thresholds":[{"amount_cents":5}]`)
		require.Equal(t, "feature_unavailable", refused.Status(t, http.StatusForbidden).JSON(t)["code"])
		refused = putSubscription(s, "sub", `"plan_overrides":{"amount_cents":1}`)
		require.Equal(t, "feature_unavailable", refused.Status(t, http.StatusForbidden).JSON(t)["code"])
		require.Empty(t, subscribe(t, s, "startup", "other", `,"usage_thresholds":[{"amount_cents":5}]`)["applicable_usage_thresholds"])
	})
}

// TestSubscriptions_LookUp finds the newest subscription of the status that is
// meant.
func TestSubscriptions_LookUp(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		first := subscribe(t, s, "startup", "a.b", "")
		member(t, s.Delete("/subscriptions/a.b"), "subscription")
		requireNotFound(t, "subscription", s.Get("/subscriptions/a.b"))
		requireNotFound(t, "subscription", s.Delete("/subscriptions/a.b"))
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		second := subscribe(t, s, "startup", "a.b", "")
		require.Equal(t, first["lago_id"], showSubscription(t, s, "a.b", "?status=terminated")["lago_id"])
		require.Equal(t, second["lago_id"], showSubscription(t, s, "a.b", "?status=active")["lago_id"])
		member(t, s.Delete("/subscriptions/a.b"), "subscription")
		require.Equal(t, second["lago_id"], showSubscription(t, s, "a.b", "?status=terminated")["lago_id"])
		pending := subscribe(t, s, "startup", "a.b", `,"subscription_at":"2026-03-01T00:00:00Z"`)
		require.Equal(t, pending["lago_id"], showSubscription(t, s, "a.b", "?status=pending")["lago_id"])
		requireNotFound(t, "subscription", s.Get("/subscriptions/a.b?status=canceled"))
		requireNotFound(t, "subscription", s.Get("/subscriptions/a.b?status=incomplete"))
		requireNotFound(t, "subscription", putSubscription(s, "a.b", `"name":"x"`))
		s.Put("/subscriptions/a.b?status=pending", `{"subscription":{"name":"query"}}`).Status(t, http.StatusOK)
		require.Equal(t, "query", showSubscription(t, s, "a.b", "?status=pending")["name"])
		s.Put("/subscriptions/a.b", `{"status":"pending","subscription":{"name":"body"}}`).Status(t, http.StatusOK)
		require.Equal(t, "body", showSubscription(t, s, "a.b", "?status=pending")["name"])

		_, other := s.NewOrganization(t, "Hooli")
		for _, r := range []*servertest.Response{
			s.DoAs(other, http.MethodGet, "/subscriptions/a.b?status=pending", ""), s.DoAs(other, http.MethodDelete, "/subscriptions/a.b?status=pending", ""),
			s.DoAs(other, http.MethodPut, "/subscriptions/a.b", `{"subscription":{"name":"x"}}`),
		} {
			requireNotFound(t, "subscription", r)
		}
		requireNotFound(t, "customer", s.DoAs(other, http.MethodGet, "/customers/c1/subscriptions", ""))
		require.Empty(t, entries(t, s.DoAs(other, http.MethodGet, "/subscriptions?status[]=any", ""), "subscriptions"))
	})
}

func TestSubscriptions_Filters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "dollar", "")
		createPlan(t, s, "euro", `,"amount_currency":"EUR"`)
		addBillingEntity(t, s, "second", "UTC")
		subscribe(t, s, "dollar", "early", `,"subscription_at":"2026-01-02T00:00:00Z"`)
		subscribe(t, s, "dollar", "own", `,"subscription_at":"2026-01-10T00:00:00Z","plan_overrides":{"amount_cents":1},"billing_entity_code":"second"`)
		subscribe(t, s, "euro", "late", `,"subscription_at":"2026-02-01T00:00:00Z"`)
		subscribe(t, s, "dollar", "gone", "")
		member(t, s.Delete("/subscriptions/gone"), "subscription")
		member(t, s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c2","plan_code":"euro","external_id":"theirs","billing_entity_code":"second"}}`), "subscription")
		names := func(query string) []string {
			var list []string
			for _, each := range entries(t, s.Get(query), "subscriptions") {
				list = append(list, textOf(t, each, "external_id"))
			}
			return list
		}
		for query, want := range map[string][]string{
			"":                                      {"theirs", "own", "early"},
			"?status[]=pending&status[]=terminated": {"late", "gone"},
			"?status[]=pending&status[]=all":        {"late", "theirs", "gone", "own", "early"},
			"?external_customer_id=c2":              {"theirs"},
			"?external_customer_id=c2&status[]=terminated": nil,
			"?external_id=own":                              {"own"},
			"?plan_code=dollar":                             {"own", "early"},
			"?currency=EUR":                                 {"theirs"},
			"?overridden=true":                              {"own"},
			"?overriden=false":                              {"theirs", "early"},
			"?billing_entity_codes[]=second":                {"theirs", "own"},
			"?billing_entity_codes[]=acme&status[]=unknown": {"late", "gone", "early"},
			"?per_page=1&page=2":                            {"own"},
		} {
			require.ElementsMatch(t, want, names("/subscriptions"+query), query)
		}
		require.Equal(t, []string{"own", "early"}, names("/customers/c1/subscriptions"))
		require.Equal(t, []string{"early"}, names("/customers/c1/subscriptions?overridden=false&plan_code=dollar"))
		require.Equal(t, []string{"own"}, names("/customers/c1/subscriptions?billing_entity_codes[]=second"))
		require.Equal(t, []string{"early"}, names("/customers/c1/subscriptions?overriden=false&currency=USD"))
		require.Equal(t, []string{"late"}, names("/customers/c1/subscriptions?status[]=pending&currency=EUR"))
		require.Equal(t, []string{"own"}, names("/customers/c1/subscriptions?external_id=own"))
		requirePages(t, s.Get, "/customers/c1/subscriptions", "subscriptions")
		requireNotFound(t, "billing_entity", s.Get("/subscriptions?billing_entity_codes[]=none"))
		requireNotFound(t, "customer", s.Get("/customers/none/subscriptions"))
	})
}
