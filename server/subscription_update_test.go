package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

func TestSubscriptions_Update(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		addBillingEntity(t, s, "second", "UTC")
		upsert(t, s, `{"external_id":"c1"}`)
		before := subscribe(t, s, "arrears", "sub", `,"name":"Main"`)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		answer := putSubscription(s, "sub", `"name":" Other ","ending_at":"2026-03-01T00:00:00Z","consolidate_invoice":false,
			"purchase_order_number":"7","progressive_billing_disabled":true,"billing_entity_code":"second",
			"payment_method":{"payment_method_type":"manual"},"on_termination_invoice":"skip","on_termination_credit_note":"refund",
			"subscription_at":"2020-01-01T00:00:00Z","invoice_custom_section":{"invoice_custom_section_codes":["none"]}`)
		updated := member(t, answer, "subscription")
		changes := differing(before, updated)
		requireJSON(t, `{"name":["Main","Other"],"ending_at":[null,"2026-03-01T00:00:00Z"],"consolidate_invoice":[true,false],
			"purchase_order_number":[null,"7"],"progressive_billing_disabled":[false,true],"billing_entity_code":["acme","second"],
			"payment_method":[{"payment_method_id":null,"payment_method_type":"provider"},{"payment_method_id":null,"payment_method_type":"manual"}],
			"on_termination_invoice":["generate","skip"]}`, changes)
		log := activity(t, s, answer)
		require.Equal(t, "subscription.updated", log["activity_type"])
		require.Equal(t, "sub", log["external_subscription_id"])
		require.Equal(t, "c1", log["external_customer_id"])
		require.Equal(t, "Subscription", log["resource_type"])
		require.Equal(t, changes, log["activity_object_changes"])
		updated = member(t, putSubscription(s, "sub", `"name":null,"ending_at":null,"billing_entity_code":null`), "subscription")
		requireMembers(t, `{"name":null,"ending_at":null,"billing_entity_code":"acme","purchase_order_number":"7"}`, updated)
	})
}

func TestSubscriptions_RefuseUpdates(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		subscribe(t, s, "arrears", "sub", `,"purchase_order_number":"1"`)
		requireNotFound(t, "subscription", putSubscription(s, "none", `"ending_at":"x"`))
		requireNotFound(t, "billing_entity", putSubscription(s, "sub", `"billing_entity_code":"none"`))
		for body, details := range map[string]string{
			`"ending_at":"2026-01-15T23:00:00Z"`:                             `{"ending_at":["invalid_date"]}`,
			`"ending_at":"x"`:                                                `{"ending_at":["invalid_date"]}`,
			`"on_termination_invoice":"x"`:                                   `{"on_termination_invoice":["invalid_value"]}`,
			`"on_termination_credit_note":"x"`:                               `{"on_termination_credit_note":["invalid_value"]}`,
			`"activation_rules":[{"type":"payment"}]`:                        `{"activation_rules":["subscription_not_pending"]}`,
			`"usage_thresholds":[],"plan_overrides":{"usage_thresholds":[]}`: `{"usage_thresholds":["incompatible_params"],"plan_overrides.usage_thresholds":["incompatible_params"]}`,
			`"payment_method":{"payment_method_type":"provider","payment_method_id":"00000000-0000-0000-0000-000000000000"}`: `{"payment_method":["invalid_payment_method"]}`,
		} {
			requireDetails(t, details, putSubscription(s, "sub", body))
		}
		member(t, s.Delete("/subscriptions/sub"), "subscription")
		refused := putSubscription(s, "sub", `"purchase_order_number":"2"`)
		require.Equal(t, "purchase_order_number_not_editable", refused.Status(t, http.StatusMethodNotAllowed).JSON(t)["code"])
		ended := member(t, putSubscription(s, "sub", `"purchase_order_number":" 1 ","name":"Over"`), "subscription")
		requireMembers(t, `{"name":"Over","status":"terminated"}`, ended)
		s.Put("/subscriptions/sub", `{"subscription":{}}`).Status(t, http.StatusBadRequest)
	})
}

// TestSubscriptions_MoveTheirStart changes when a subscription that starts in
// the future starts.
func TestSubscriptions_MoveTheirStart(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		for id, c := range map[string]struct{ to, want string }{
			"later":   {"2026-02-10T08:00:00Z", `{"status":"pending","started_at":null,"subscription_at":"2026-02-10T08:00:00Z"}`},
			"today":   {"2026-01-15T23:00:00Z", `{"status":"active","started_at":"2026-01-15T23:00:00.000Z","activated_at":"2026-01-15T10:30:00Z"}`},
			"earlier": {"2026-01-02T08:00:00Z", `{"status":"active","started_at":"2026-01-02T08:00:00.000Z","activated_at":"2026-01-15T10:30:00Z"}`},
		} {
			subscribe(t, s, "arrears", id, `,"subscription_at":"2026-02-01T00:00:00Z"`)
			requireMembers(t, c.want, member(t, putSubscription(s, id, `"subscription_at":"`+c.to+`"`), "subscription"))
		}
		require.Equal(t, []string{"subscription.updated", "subscription.started", "subscription.created"}, happened(t, s, "today"))
		require.Equal(t, []string{"subscription.updated", "subscription.created"}, happened(t, s, "later"))
		s.Travel(t, at(t, "2026-02-09T23:59:59Z"))
		requireNotFound(t, "subscription", s.Get("/subscriptions/later"))
		s.Travel(t, at(t, "2026-02-10T00:00:00Z"))
		require.Equal(t, "active", showSubscription(t, s, "later", "")["status"])
	})
}
