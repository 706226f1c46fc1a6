package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

const ownCharges = "/subscriptions/sub/charges"

// chargedSubscription makes the plan "startup" with a filtered charge "storage",
// and the subscription "sub" to it. It returns the plan.
func chargedSubscription(t *testing.T, s *servertest.Server) map[string]any {
	t.Helper()
	newTax(t, s, "vat")
	newFilteredCharge(t, s, `,"tax_codes":["vat"],"invoice_display_name":"Storage","min_amount_cents":100`)
	newFilter(t, s, `{"region":["us"]}`, "1")
	newFilter(t, s, `{"region":["eu"]}`, "2")
	subscribe(t, s, "startup", "sub", "")
	return showPlan(t, s, "startup")
}

// override is the answer to an override of the charge "storage".
func override(s *servertest.Server, members string) *servertest.Response {
	return s.Put(ownCharges+"/storage", `{"charge":{`+members+`}}`)
}

func TestSubscriptionCharges_ShowThoseOfThePlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := chargedSubscription(t, s)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		newer := newCharge(t, s, "more/1.0", newMetric(t, s, "more", ""), standard)
		older := objects(t, plan, "charges")[0]
		list := s.Get(ownCharges + "?per_page=1")
		require.Equal(t, []map[string]any{newer}, entries(t, list, "charges"))
		require.Equal(t, meta(1, 2, nil, 2, 2), list.JSON(t)["meta"])
		require.Equal(t, []map[string]any{newer, older}, entries(t, s.Get(ownCharges), "charges"))
		require.Equal(t, older, member(t, s.Get(ownCharges+"/storage"), "charge"))
		require.Equal(t, newer, member(t, s.Get(ownCharges+"/more%2F1.0"), "charge"))
		requireNotFound(t, "charge", s.Get(ownCharges+"/none"))
	})
}

func TestSubscriptionCharges_AreOverriddenForOneSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := chargedSubscription(t, s)
		newTax(t, s, "local")
		before := objects(t, plan, "charges")[0]
		subscribe(t, s, "startup", "other", "")
		response := override(s, `"min_amount_cents":500,"charge_model":"volume","billable_metric_id":"x","code":"other"`)
		first := member(t, response, "charge")
		require.NotEqual(t, before["lago_id"], first["lago_id"])
		require.Equal(t, before["lago_id"], first["lago_parent_id"])
		requireMembers(t, `{"code":"storage","charge_model":"standard","min_amount_cents":500,"invoice_display_name":"Storage",
			"properties":{"amount":"0.10"},"taxes":[]}`, first)
		require.Equal(t, pluck(objects(t, before, "filters"), "values"), pluck(objects(t, first, "filters"), "values"))
		require.NotEqual(t, pluck(objects(t, before, "filters"), "lago_id"), pluck(objects(t, first, "filters"), "lago_id"))
		require.Equal(t, first, member(t, s.Get(ownCharges+"/storage"), "charge"))

		second := member(t, override(s, `"invoice_display_name":null,"properties":{"amount":"3"},"tax_codes":["local"],"accepts_target_wallet":true,
			"applied_pricing_unit":{"code":"none","conversion_rate":"2"},
			"filters":[{"values":{"region":["eu"]},"properties":{"amount":"9"}},{"values":{"cloud":["aws"]},"properties":{"amount":"8"}}]`), "charge")
		require.Equal(t, first["lago_id"], second["lago_id"])
		requireMembers(t, `{"min_amount_cents":500,"invoice_display_name":null,"properties":{"amount":"3"},"accepts_target_wallet":true,
			"applied_pricing_unit":null}`, second)
		require.Equal(t, []string{"local"}, codesOf(t, second, "taxes"))
		filters := objects(t, second, "filters")
		require.Equal(t, objects(t, first, "filters")[1]["lago_id"], filters[0]["lago_id"])
		requireJSON(t, `[{"region":["eu"]},{"cloud":["aws"]}]`, pluck(filters, "values"))

		require.Equal(t, plan, showPlan(t, s, "startup"), "the catalogue stays")
		require.Equal(t, before, member(t, s.Get("/subscriptions/other/charges/storage"), "charge"))
		shown := showSubscription(t, s, "sub", "")
		require.Equal(t, "startup", shown["plan_code"])
		require.Equal(t, plan["lago_id"], object(t, shown, "plan")["parent_id"])
	})
}

func TestSubscriptionCharges_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		newCharge(t, s, "advance", newMetric(t, s, "calls", ""), standard+`,"pay_in_advance":true`)
		before := entries(t, s.Get(ownCharges), "charges")
		for members, details := range map[string]string{
			`"min_amount_cents":-1`:                                                  `{"min_amount_cents":["value_is_out_of_range"]}`,
			`"min_amount_cents":"many"`:                                              `{"min_amount_cents":["is not a number"]}`,
			`"properties":{"amount":1}`:                                              `{"properties":["invalid_amount"]}`,
			`"properties":{"amount":"-1"},"min_amount_cents":-1`:                     `{"properties":["invalid_amount"],"min_amount_cents":["value_is_out_of_range"]}`,
			`"filters":[{"values":{"region":["mars"]},"properties":{"amount":"1"}}]`: `{"values":["value_is_invalid"]}`,
			`"filters":[{"values":{"planet":["mars"]},"properties":{"amount":"1"}}]`: `{"billable_metric_filter":["relation_must_exist"],"values":["value_is_invalid"]}`,
			`"filters":[{"values":{"region":["us"]},"properties":{}}]`:               `{"properties":["invalid_amount"]}`,
			`"filters":[{"properties":{"amount":"1"}}]`:                              `{"values":["value_is_mandatory"]}`,
		} {
			requireDetails(t, details, override(s, members))
		}
		requireDetails(t, `{"min_amount_cents":["not_compatible_with_pay_in_advance"]}`,
			s.Put(ownCharges+"/advance", `{"charge":{"min_amount_cents":1}}`))
		requireNotFound(t, "tax", override(s, `"tax_codes":["none"]`))
		requireNotFound(t, "charge", s.Put(ownCharges+"/none", `{"charge":{"min_amount_cents":-1}}`))
		requireNoParameter(t, "charge", override(s, ""))
		setPremium(t, s, `{"licensed":false}`)
		requireForbidden(t, override(s, `"invoice_display_name":"x"`))
		requireNotFound(t, "charge", s.Put(ownCharges+"/none", `{"charge":{"invoice_display_name":"x"}}`))
		require.Equal(t, before, entries(t, s.Get(ownCharges), "charges"), "nothing was copied")
	})
}

// requireForbidden fails unless the answer is the 403 of organizations without
// the licence.
func requireForbidden(t *testing.T, response *servertest.Response) {
	t.Helper()
	require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"feature_unavailable"}`,
		string(response.Status(t, http.StatusForbidden).Body))
}

// TestSubscriptionCharges_FollowTheirPlanWhenItCascades where they are what the
// plan's charge was.
func TestSubscriptionCharges_FollowTheirPlanWhenItCascades(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		member(t, override(s, `"min_amount_cents":500`), "charge")
		amount := func(path string) any { return object(t, member(t, s.Get(path), "charge"), "properties")["amount"] }
		cascade := `{"charge":{"charge_model":"standard","properties":{"amount":"7"},"cascade_updates":true}}`
		member(t, s.Put("/plans/startup/charges/storage", cascade), "charge")
		require.Equal(t, "7", amount(ownCharges+"/storage"))
		member(t, override(s, `"properties":{"amount":"8"}`), "charge")
		member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"standard","properties":{"amount":"9"},"cascade_updates":true}}`), "charge")
		require.Equal(t, "8", amount(ownCharges+"/storage"))
	})
}

// TestSubscriptionCharges_MeanTheOlderOfTwo where the subscription's own plan has
// kept a charge that its plan lost, and got one that has the code since.
func TestSubscriptionCharges_MeanTheOlderOfTwo(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		kept := idOf(t, member(t, override(s, `"min_amount_cents":500`), "charge"))
		s.Delete("/plans/startup/charges/storage").Status(t, http.StatusOK)
		s.Post("/plans/startup/charges", `{"charge":{"code":"storage","billable_metric_id":"`+idOf(t, newMetric(t, s, "other", ""))+`",
			"charge_model":"standard","properties":{"amount":"3"},"cascade_updates":true}}`).Status(t, http.StatusOK)
		require.Len(t, entries(t, s.Get(ownCharges), "charges"), 2)
		require.Equal(t, kept, idOf(t, member(t, s.Get(ownCharges+"/storage"), "charge")))
		require.Equal(t, kept, idOf(t, member(t, override(s, `"min_amount_cents":600`), "charge")))
	})
}

func TestSubscriptionCharges_RecordAnUpdateOfTheSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		requireSubscriptionUpdated(t, s, `PUT `+ownCharges+`/storage|{"charge":{"invoice_display_name":"x"}}`)
	})
}

// requireSubscriptionUpdated fails unless a request, written "METHOD path|body",
// succeeds and records an update of the subscription "sub" and nothing else.
func requireSubscriptionUpdated(t *testing.T, s *servertest.Server, request string) *servertest.Response {
	t.Helper()
	line, body, _ := strings.Cut(request, "|")
	response := send(s, line, body).Status(t, http.StatusOK)
	found := activity(t, s, response)
	require.Equal(t, []any{"subscription.updated", "Subscription", "c1", "sub"},
		[]any{found["activity_type"], found["resource_type"], found["external_customer_id"], found["external_subscription_id"]})
	return response
}

func TestSubscriptionCharges_AreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		requests := nestedRequests(`GET `+ownCharges, `GET `+ownCharges+`/storage`, `PUT `+ownCharges+`/storage {"charge":{"invoice_display_name":"x"}}`)
		requireClosed(t, s, "subscription", requests...)
		requireSubscriptionFound(t, s, requests...)
	})
}
