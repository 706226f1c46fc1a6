package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestActivationRules_NeedMeansToPay of the customer: a provider and a payment method.
func TestActivationRules_NeedMeansToPay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		refused := func(code, more string) {
			t.Helper()
			requireDetails(t, `{"customer":["`+code+`"]}`, postSubscription(s, "startup", "sub", `,"activation_rules":[{"type":"payment"}]`+more))
		}
		refused("no_linked_payment_provider", "")
		refused("manual_payment_method_invalid_for_payment_activation_rules", `,"payment_method":{"payment_method_type":"manual"}`)
		refused("no_default_payment_method", `,"payment_method":{"payment_method_type":"provider"}`)
		requireDetails(t, `{"payment_method":["invalid_payment_method"],"customer":["payment_method_not_found"]}`,
			postSubscription(s, "startup", "sub", `,"activation_rules":[{"type":"payment"}],
				"payment_method":{"payment_method_type":"provider","payment_method_id":"00000000-0000-0000-0000-000000000000"}`))
		link(t, s, "c1", "")
		refused("no_default_payment_method", "")
		id := newPaymentMethod(t, s, "c1", byDefault(false))
		refused("no_default_payment_method", "")
		created := subscribe(t, s, "startup", "sub", `,"activation_rules":[{"type":"payment","timeout_hours":48}],
			"payment_method":{"payment_method_type":"provider","payment_method_id":"`+id+`"}`)
		requireJSON(t, `{"payment_method_id":"`+id+`","payment_method_type":"provider"}`, created["payment_method"])
		requireDetails(t, `{"timeout_hours":["value_is_out_of_range"]}`, postSubscription(s, "startup", "other", `,"activation_rules":[{"type":"payment",
			"timeout_hours":99999999999}],"payment_method":{"payment_method_type":"provider","payment_method_id":"`+id+`"}`))
		requireDetails(t, `{"payment_method":["invalid_payment_method"]}`,
			postSubscription(s, "startup", "other", `,"payment_method":{"payment_method_type":"manual","payment_method_id":"`+id+`"}`))
	})
}

// TestActivationRules_ThatDoNotApply let the subscription start, where nothing
// has to be paid at once.
func TestActivationRules_ThatDoNotApply(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		createPlan(t, s, "trial", `,"pay_in_advance":true,"trial_period":3`)
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		upsert(t, s, `{"external_id":"c1"}`)
		link(t, s, "c1", "")
		newPaymentMethod(t, s, "c1", byDefault(true))
		const rule = `,"activation_rules":[{"type":"payment","timeout_hours":2}]`
		statusOf := func(row map[string]any) any {
			t.Helper()
			rules := objects(t, row, "activation_rules")
			require.Len(t, rules, 1)
			require.Nil(t, rules[0]["expires_at"])
			return rules[0]["status"]
		}
		for _, plan := range []string{"arrears", "trial"} {
			created := subscribe(t, s, plan, plan, rule)
			requireMembers(t, `{"status":"active"}`, created)
			require.Equal(t, "not_applicable", statusOf(created))
		}
		created := subscribe(t, s, "advance", "backdated", rule+`,"subscription_at":"2026-01-02T00:00:00Z"`)
		requireMembers(t, `{"status":"active","activation_rules":[]}`, created)
		created = subscribe(t, s, "arrears", "future", rule+`,"subscription_at":"2026-02-02T00:00:00Z"`)
		require.Equal(t, "inactive", statusOf(created))
		moved := member(t, putSubscription(s, "future", `"subscription_at":"2026-01-15T23:00:00Z"`), "subscription")
		requireMembers(t, `{"status":"pending"}`, moved)
		s.Travel(t, servertest.Epoch.Add(5*time.Minute))
		active := showSubscription(t, s, "future", "")
		requireMembers(t, `{"status":"active","started_at":"2026-01-15T10:35:00.000Z"}`, active)
		require.Equal(t, "not_applicable", statusOf(active))
	})
}

// TestActivationRules_ThatApply let the subscription wait for a payment, which does
// not come, and give it up when its time is over.
func TestActivationRules_ThatApply(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		createPlan(t, s, "advance", `,"pay_in_advance":true,"amount_cents":20000`)
		upsert(t, s, `{"external_id":"c1"}`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		const rule = `,"activation_rules":[{"type":"payment","timeout_hours":2}]`
		waiting := subscribe(t, s, "advance", "new", rule)
		requireMembers(t, `{"status":"incomplete","started_at":"2026-01-15T10:30:00.000Z","activated_at":null}`, waiting)
		requireMembers(t, `{"status":"pending","expires_at":"2026-01-15T12:30:00Z","timeout_hours":2,"type":"payment"}`, objects(t, waiting, "activation_rules")[0])
		requireDetails(t, `{"subscription":["subscription_incomplete"]}`, postSubscription(s, "arrears", "new", ""))
		refused := putSubscription(s, "new", `"name":"x"`)
		require.Equal(t, "subscription_incomplete", refused.Status(t, http.StatusMethodNotAllowed).JSON(t)["code"])
		requireNotFound(t, "subscription", s.Delete("/subscriptions/new"))

		subscribe(t, s, "arrears", "sub", "")
		upgrade := subscribe(t, s, "advance", "sub", rule)
		requireMembers(t, `{"status":"incomplete","previous_plan_code":"arrears"}`, upgrade)
		require.Equal(t, "arrears", showSubscription(t, s, "sub", "")["plan_code"], "the old one goes on")
		requireDetails(t, `{"base":["next_subscription_incomplete"]}`, s.Delete("/subscriptions/sub"))
		s.Travel(t, at(t, "2026-01-15T13:19:59Z"))
		require.Equal(t, "incomplete", showSubscription(t, s, "new", "?status=incomplete")["status"])
		s.Travel(t, at(t, "2026-01-15T13:20:00Z"))
		for _, id := range []string{"new", "sub"} {
			given := showSubscription(t, s, id, "?status=canceled")
			requireMembers(t, `{"canceled_at":"2026-01-15T13:20:00Z","cancellation_reason":"timeout"}`, given)
			require.Equal(t, "expired", objects(t, given, "activation_rules")[0]["status"])
		}
		require.Equal(t, []string{"subscription.canceled", "subscription.incomplete"}, happened(t, s, "new"))
		requireMembers(t, `{"plan_code":"arrears","next_plan_code":null}`, showSubscription(t, s, "sub", ""))
	})
}

// TestActivationRules_ApplyToFixedCharges that are paid in advance, also where
// the plan is not; while the payment is awaited, nobody changes them.
func TestActivationRules_ApplyToFixedCharges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addOn := idOf(t, newAddOn(t, s, "hall", ""))
		createPlan(t, s, "arrears", `,"fixed_charges":[{"add_on_id":"`+addOn+`","code":"hall","charge_model":"standard","units":2,
			"pay_in_advance":true,"properties":{"amount":"5"}}]`)
		upsert(t, s, `{"external_id":"c1"}`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		waiting := subscribe(t, s, "arrears", "sub", `,"activation_rules":[{"type":"payment"}]`)
		requireMembers(t, `{"status":"incomplete","activated_at":null}`, waiting)
		requireMembers(t, `{"status":"pending","timeout_hours":0,"expires_at":null}`, objects(t, waiting, "activation_rules")[0])
		const path = "/subscriptions/sub/fixed_charges/hall?subscription_status=incomplete"
		requireDetails(t, `{"base":["subscription_incomplete"]}`, s.Put(path, `{"fixed_charge":{"units":3}}`))
		requireJSON(t, `2`, member(t, s.Get(path), "fixed_charge")["units"])
	})
}

// TestPlans_FreezeWhatIsSubscribedTo leaves alone, without an error, how and when
// a plan is billed once a subscription hangs on it, an ended one too.
func TestPlans_FreezeWhatIsSubscribedTo(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := soldPlan(t, s)
		subscribe(t, s, "startup", "own", `,"plan_overrides":{"amount_cents":1}`)
		require.Equal(t, "yearly", putPlan(t, s, "startup", `"interval":"yearly"`)["interval"], "a plan that overrides does not count")
		putPlan(t, s, "startup", `"interval":"monthly"`)
		subscribe(t, s, "startup", "sub", "")
		member(t, s.Delete("/subscriptions/sub"), "subscription")
		frozen := putPlan(t, s, "startup", `"code":"other","interval":"yearly","pay_in_advance":true,"amount_currency":"EUR","trial_period":9,
			"bill_charges_monthly":true,"name":"Renamed","amount_cents":77`)
		requireMembers(t, `{"code":"startup","interval":"monthly","pay_in_advance":false,"amount_currency":"USD","trial_period":2,
			"bill_charges_monthly":null,"name":"Renamed","amount_cents":77}`, frozen)
		charge := objects(t, plan, "charges")[0]
		metric := newMetric(t, s, "other", "")
		row := member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"code":"x","charge_model":"package","billable_metric_id":"`+idOf(t, metric)+`",
			"pay_in_advance":true,"prorated":true,"invoiceable":false,"min_amount_cents":1,"properties":{"amount":"4"},"invoice_display_name":"Shown"}}`), "charge")
		requireMembers(t, `{"code":"storage","charge_model":"standard","billable_metric_code":"storage","pay_in_advance":false,"prorated":false,
			"invoiceable":true,"min_amount_cents":7,"properties":{"amount":"4"},"invoice_display_name":"Shown"}`, row)
		require.Equal(t, charge["lago_id"], row["lago_id"])
		fixed := member(t, s.Put("/plans/startup/fixed_charges/seats", `{"fixed_charge":{"code":"x","charge_model":"volume","units":3,"properties":{"amount":"4"}}}`), "fixed_charge")
		requireMembers(t, `{"code":"seats","charge_model":"standard","units":3,"properties":{"amount":"4"}}`, fixed)
	})
}

// TestPlans_ReachTheChildrenInUse with charges that are new or gone, and leave
// those alone whose subscription is over.
func TestPlans_ReachTheChildrenInUse(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		soldPlan(t, s)
		subscribe(t, s, "startup", "runs", `,"plan_overrides":{"amount_cents":1}`)
		subscribe(t, s, "startup", "over", `,"plan_overrides":{"amount_cents":2}`)
		over := planOfSubscription(t, s, "over")
		member(t, s.Delete("/subscriptions/over"), "subscription")
		metric := newMetric(t, s, "other", "")
		addOn := newAddOn(t, s, "hall", "")
		newCharge(t, s, "other", metric, standard+`,"cascade_updates":true`)
		newFixedCharge(t, s, "hall", addOn, `,"units":1,"cascade_updates":true`)
		codes := func(id string) (list []string) {
			for _, charge := range planOfSubscription(t, s, id).Charges {
				list = append(list, charge.Code)
			}
			for _, charge := range planOfSubscription(t, s, id).FixedCharges {
				list = append(list, charge.Code)
			}
			return list
		}
		require.Equal(t, []string{"storage", "other", "seats", "hall"}, codes("runs"))
		for _, path := range []string{"/plans/startup/charges/storage", "/plans/startup/fixed_charges/seats"} {
			root := map[bool]string{true: "charge", false: "fixed_charge"}[path == "/plans/startup/charges/storage"]
			member(t, s.Do(http.MethodDelete, path, `{"`+root+`":{"cascade_updates":true}}`), root)
		}
		require.Equal(t, []string{"other", "hall"}, codes("runs"))
		left, _ := planOf(t, s, over.ID)
		require.Len(t, left.Charges, 1)
		require.Equal(t, "storage", left.Charges[0].Code)
		require.Len(t, left.FixedCharges, 1)
	})
}

// TestPlans_AmountsDecideWhatFollows after a change of the amount, for changes
// of plans that are still ahead.
func TestPlans_AmountsDecideWhatFollows(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "big", "")
		createPlan(t, s, "small", `,"amount_cents":5000`)
		createPlan(t, s, "other", `,"amount_cents":6000`)
		subscribe(t, s, "big", "up", "")
		subscribe(t, s, "small", "up", "")
		subscribe(t, s, "big", "stays", "")
		subscribe(t, s, "other", "stays", "")
		putPlan(t, s, "small", `"amount_cents":9999`)
		requireMembers(t, `{"plan_code":"big","next_plan_code":"small"}`, showSubscription(t, s, "up", ""))
		putPlan(t, s, "small", `"amount_cents":10000`)
		requireMembers(t, `{"plan_code":"small","previous_plan_code":"big","started_at":"2026-01-15T10:30:00.000Z"}`, showSubscription(t, s, "up", ""))
		requireMembers(t, `{"plan_code":"big","next_plan_code":"other"}`, showSubscription(t, s, "stays", ""))
		putPlan(t, s, "big", `"amount_cents":5999`)
		requireMembers(t, `{"plan_code":"big","next_plan_code":null}`, showSubscription(t, s, "stays", ""))
		require.Equal(t, "canceled", showSubscription(t, s, "stays", "?status=canceled")["status"])
	})
}

// TestPlans_TakeTheirSubscriptionsAlong when they are deleted.
func TestPlans_TakeTheirSubscriptionsAlong(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "small", `,"amount_cents":1`)
		subscribe(t, s, "startup", "plain", "")
		subscribe(t, s, "startup", "own", `,"plan_overrides":{"amount_cents":20000}`)
		subscribe(t, s, "startup", "future", `,"subscription_at":"2026-03-01T00:00:00Z"`)
		subscribe(t, s, "startup", "falling", "")
		subscribe(t, s, "small", "falling", "")
		subscribe(t, s, "small", "other", "")
		s.Delete("/plans/startup").Status(t, http.StatusOK)
		for _, id := range []string{"plain", "own", "falling"} {
			requireMembers(t, `{"status":"terminated","plan_code":"startup","next_plan_code":null}`, showSubscription(t, s, id, "?status=terminated"))
		}
		require.Equal(t, "canceled", showSubscription(t, s, "future", "?status=canceled")["status"])
		require.Equal(t, "small", showSubscription(t, s, "falling", "?status=canceled")["plan_code"])
		require.Equal(t, "active", showSubscription(t, s, "other", "")["status"])
		requireNotFound(t, "plan", postSubscription(s, "startup", "new", ""))
		for _, id := range []string{"plain", "own"} {
			requireNotFound(t, "plan", putSubscription(s, id, `"plan_overrides":{"amount_cents":1}`))
		}
	})
}

// TestCustomers_TakeTheirSubscriptionsAlong when they are deleted, and stay what
// they are once they have had one.
func TestCustomers_TakeTheirSubscriptionsAlong(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "small", `,"amount_cents":1`)
		require.Equal(t, "partner", upsert(t, s, `{"external_id":"c1","account_type":"partner"}`)["account_type"])
		subscribe(t, s, "startup", "sub", "")
		subscribe(t, s, "small", "sub", "")
		subscribe(t, s, "startup", "future", `,"subscription_at":"2026-03-01T00:00:00Z"`)
		require.Equal(t, "partner", upsert(t, s, `{"external_id":"c1","account_type":"customer"}`)["account_type"])
		upsert(t, s, `{"external_id":"c2"}`)
		s.Post("/coupons", `{"coupon":{"name":"C","code":"money","coupon_type":"fixed_amount","amount_cents":5,"amount_currency":"EUR",
			"frequency":"once","expiration":"no_expiration"}}`).Status(t, http.StatusOK)
		s.Post("/applied_coupons", `{"applied_coupon":{"external_customer_id":"c2","coupon_code":"money"}}`).Status(t, http.StatusOK)
		require.Equal(t, "customer", upsert(t, s, `{"external_id":"c2","account_type":"partner"}`)["account_type"])

		s.Delete("/customers/c1").Status(t, http.StatusOK)
		requireMembers(t, `{"status":"terminated","external_customer_id":"c1","next_plan_code":null}`, showSubscription(t, s, "sub", "?status=terminated"))
		require.Equal(t, "canceled", showSubscription(t, s, "sub", "?status=canceled")["status"])
		require.Equal(t, "canceled", showSubscription(t, s, "future", "?status=canceled")["status"])
		requireNotFound(t, "customer", s.Get("/customers/c1/subscriptions"))
		subscribe(t, s, "startup", "sub", "")
	})
}

// TestCustomerPortal_ListsSubscriptions that run or are to come, by the day in
// the customer's zone.
func TestCustomerPortal_ListsSubscriptions(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", `,"invoice_display_name":"Start & Up"`)
		upsert(t, s, `{"external_id":"c1","timezone":"Asia/Tokyo"}`)
		subscribe(t, s, "startup", "a", `,"name":"Main <1>"`)
		subscribe(t, s, "startup", "b", `,"subscription_at":"2026-03-01T20:00:00Z"`)
		subscribe(t, s, "startup", "gone", `,"name":"Gone"`)
		member(t, s.Delete("/subscriptions/gone"), "subscription")
		page := string(open(s, portalLink(t, s, "c1")).Status(t, http.StatusOK).Body)
		require.Regexp(t, `<h3>Main &lt;1&gt;</h3><span class="badge good">Active</span></div>\s*<p class="facts"><span>Start &amp; Up</span><span>\$100.00 per month</span><span>Since January 15, 2026</span>`, page)
		require.Regexp(t, `<h3>Start &amp; Up</h3><span class="badge waiting">Upcoming</span></div>\s*<p class="facts"><span>\$100.00 per month</span><span>Starts on March 2, 2026</span>`, page)
		require.NotContains(t, page, "Gone")
		require.NotContains(t, page, "no subscriptions yet")
	})
}
