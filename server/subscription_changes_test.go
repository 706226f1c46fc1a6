package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// TestSubscriptions_SendingAgainChangesNothing but thresholds and custom
// sections.
func TestSubscriptions_SendingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		created := subscribe(t, s, "startup", "sub", `,"name":"Main"`)
		again := subscribe(t, s, "startup", "sub", `,"name":"Other","subscription_at":"2026-03-01T00:00:00Z","ending_at":"2027-01-01T00:00:00Z",
			"plan_overrides":{"amount_cents":1},"billing_time":"anniversary"`)
		require.Equal(t, created, again)
		require.Equal(t, []string{"subscription.started"}, happened(t, s, "sub"))
		again = subscribe(t, s, "startup", "sub", `,"usage_thresholds":[{"amount_cents":500}],"invoice_custom_section":{"skip_invoice_custom_sections":true}`)
		requireJSON(t, `[{"amount_cents":500,"recurring":false,"threshold_display_name":null}]`, again["applicable_usage_thresholds"])
		require.Equal(t, created["lago_id"], again["lago_id"])
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Subscription("sub", store.SubscriptionActive)
			require.True(t, row.SkipInvoiceCustomSections)
			return err
		})
		requireDetails(t, `{"usage_thresholds":["duplicated_values"]}`,
			postSubscription(s, "startup", "sub", `,"usage_thresholds":[{"amount_cents":5},{"amount_cents":5}]`))
	})
}

func TestSubscriptions_Upgrade(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "month", "")
		createPlan(t, s, "year", `,"interval":"yearly","amount_cents":120000,"pay_in_advance":true`)
		upsert(t, s, `{"external_id":"c1"}`)
		addBillingEntity(t, s, "second", "UTC")
		old := subscribe(t, s, "month", "sub", `,"name":"Main","billing_time":"anniversary","ending_at":"2027-06-01T00:00:00Z",
			"subscription_at":"2025-12-31T00:00:00Z","purchase_order_number":"PO","consolidate_invoice":false,
			"payment_method":{"payment_method_type":"manual"},"progressive_billing_disabled":true,"billing_entity_code":"second"`)
		s.Travel(t, at(t, "2026-01-20T12:00:00Z"))
		upgraded := subscribe(t, s, "year", "sub", `,"billing_time":"calendar","subscription_at":"2026-01-01T00:00:00Z"`)
		require.NotEqual(t, old["lago_id"], upgraded["lago_id"], "an equal yearly amount is an upgrade")
		requireMembers(t, `{"status":"active","plan_code":"year","previous_plan_code":"month","next_plan_code":null,"name":"",
			"billing_time":"anniversary","subscription_at":"2025-12-31T00:00:00Z","started_at":"2026-01-20T12:00:00.000Z",
			"ending_at":"2027-06-01T00:00:00Z","purchase_order_number":"PO","consolidate_invoice":false,"progressive_billing_disabled":false,
			"billing_entity_code":"second","payment_method":{"payment_method_id":null,"payment_method_type":"provider"},
			"current_billing_period_started_at":"2026-01-20T12:00:00Z","current_billing_period_ending_at":"2026-12-30T23:59:59Z"}`, upgraded)
		require.Equal(t, upgraded, showSubscription(t, s, "sub", ""))
		requireMembers(t, `{"status":"terminated","terminated_at":"2026-01-20T12:00:00Z","next_plan_code":"year","downgrade_plan_date":null}`,
			showSubscription(t, s, "sub", "?status=terminated"))
		require.ElementsMatch(t, []string{"subscription.terminated", "subscription.started", "subscription.started"}, happened(t, s, "sub"))
		third := subscribe(t, s, "month", "sub", `,"plan_overrides":{"amount_cents":10001},"ending_at":null,"name":"Third","purchase_order_number":null`)
		requireMembers(t, `{"plan_code":"month","plan_amount_cents":10001,"previous_plan_code":"year","ending_at":null,"name":"Third",
			"purchase_order_number":null}`, third)
		fourth := subscribe(t, s, "month", "sub", `,"plan_overrides":{"amount_cents":10001}`)
		require.NotEqual(t, third["lago_id"], fourth["lago_id"], "a plan of its own is not the plan of the catalogue")
	})
}

// TestSubscriptions_Downgrade waits for the billing day of the old plan, which
// the date shows a day later in zones west of UTC.
func TestSubscriptions_Downgrade(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for zone, c := range map[string]struct{ date, startsAt, afterwards string }{
			"America/Denver": {"2026-02-02", "2026-02-01T07:10:00.000Z", "2026-02-01"},
			"Asia/Tokyo":     {"2026-02-01", "2026-01-31T15:10:00.000Z", "2026-01-31"},
			"Asia/Kolkata":   {"2026-02-01", "2026-01-31T19:10:00.000Z", "2026-01-31"},
		} {
			organizationAt(t, s, "2026-01-15T10:30:00Z")
			createPlan(t, s, "big", "")
			createPlan(t, s, "small", `,"amount_cents":9999`)
			createPlan(t, s, "tiny", `,"amount_cents":1`)
			upsert(t, s, `{"external_id":"c1","timezone":"`+zone+`"}`)
			old := subscribe(t, s, "big", "sub", `,"purchase_order_number":"PO"`)
			current := subscribe(t, s, "tiny", "sub", "")
			requireMembers(t, `{"status":"active","plan_code":"big","next_plan_code":"tiny","downgrade_plan_date":"`+c.date+`"}`, current)
			require.Equal(t, old["lago_id"], current["lago_id"])
			current = subscribe(t, s, "small", "sub", `,"name":"Small"`)
			require.Equal(t, "small", current["next_plan_code"], "another choice replaces the first one")
			pending := showSubscription(t, s, "sub", "?status=pending")
			requireMembers(t, `{"plan_code":"small","name":"Small","previous_plan_code":"big","started_at":null,"purchase_order_number":"PO"}`, pending)
			require.Equal(t, "tiny", showSubscription(t, s, "sub", "?status=canceled")["plan_code"])
			startsAt := at(t, c.startsAt)
			s.Travel(t, startsAt.Add(-time.Second))
			require.Equal(t, "big", showSubscription(t, s, "sub", "")["plan_code"])
			s.Travel(t, startsAt)
			now := showSubscription(t, s, "sub", "")
			requireMembers(t, `{"plan_code":"small","previous_plan_code":"big","status":"active","started_at":"`+c.startsAt+`"}`, now)
			require.Equal(t, pending["lago_id"], now["lago_id"])
			requireMembers(t, `{"status":"terminated","next_plan_code":"small","downgrade_plan_date":"`+c.afterwards+`","terminated_at":"`+
				startsAt.Format(time.RFC3339)+`"}`, showSubscription(t, s, "sub", "?status=terminated"))
			require.Equal(t, []string{
				"subscription.started", "subscription.terminated", "subscription.updated", "subscription.created",
				"subscription.canceled", "subscription.updated", "subscription.created", "subscription.started",
			}, happened(t, s, "sub"))
		}
	})
}

// TestSubscriptions_DowngradeOfALongPeriod waits for the whole period, also
// where usage is billed every month.
func TestSubscriptions_DowngradeOfALongPeriod(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "year", `,"interval":"yearly","amount_cents":120000,"bill_charges_monthly":true`)
		createPlan(t, s, "small", `,"amount_cents":9999`)
		subscribe(t, s, "year", "sub", `,"billing_time":"anniversary"`)
		requireMembers(t, `{"downgrade_plan_date":"2027-01-15","current_billing_period_ending_at":"2026-02-14T23:59:59Z"}`,
			subscribe(t, s, "small", "sub", ""))
		s.Travel(t, at(t, "2027-01-15T00:09:59Z"))
		require.Equal(t, "year", showSubscription(t, s, "sub", "")["plan_code"])
		s.Travel(t, at(t, "2027-01-15T00:10:00Z"))
		require.Equal(t, "small", showSubscription(t, s, "sub", "")["plan_code"])
	})
}

// TestSubscriptions_WithdrawADowngrade cancels what waits, in each of the ways
// in which that happens.
func TestSubscriptions_WithdrawADowngrade(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "big", "")
		createPlan(t, s, "bigger", `,"amount_cents":20000`)
		createPlan(t, s, "small", `,"amount_cents":9999`)
		subscribe(t, s, "big", "sub", "")
		subscribe(t, s, "small", "sub", "")
		canceled := member(t, s.Delete("/subscriptions/sub?status=pending"), "subscription")
		requireMembers(t, `{"status":"canceled","canceled_at":"2026-01-15T10:30:00Z","plan_code":"small","terminated_at":null}`, canceled)
		requireMembers(t, `{"status":"active","next_plan_code":null,"downgrade_plan_date":null}`, showSubscription(t, s, "sub", ""))
		require.Equal(t, []string{"subscription.updated", "subscription.terminated"}, happened(t, s, "sub")[:2])
		requireNotFound(t, "subscription", s.Delete("/subscriptions/sub?status=pending"))

		subscribe(t, s, "small", "sub", "")
		subscribe(t, s, "bigger", "sub", "")
		requireNotFound(t, "subscription", s.Get("/subscriptions/sub?status=pending"))
		subscribe(t, s, "small", "sub", "")
		member(t, s.Delete("/subscriptions/sub"), "subscription")
		requireNotFound(t, "subscription", s.Get("/subscriptions/sub?status=pending"))
		require.Equal(t, []string{"subscription.terminated", "subscription.canceled"}, happened(t, s, "sub")[:2])
	})
}

// TestSubscriptions_FutureOnesChangeInPlace when another plan is sent.
func TestSubscriptions_FutureOnesChangeInPlace(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "big", "")
		createPlan(t, s, "small", `,"amount_cents":1`)
		addBillingEntity(t, s, "second", "UTC")
		upsert(t, s, `{"external_id":"c1"}`)
		future := subscribe(t, s, "small", "sub", `,"subscription_at":"2026-02-01T00:00:00Z","name":"Main"`)
		changed := subscribe(t, s, "big", "sub", `,"billing_entity_code":"second","name":" ","plan_overrides":{"amount_cents":5},"subscription_at":"2026-05-01T00:00:00Z"`)
		require.Equal(t, future["lago_id"], changed["lago_id"])
		requireMembers(t, `{"plan_code":"big","plan_amount_cents":10000,"name":"Main","billing_entity_code":"acme","status":"pending",
			"subscription_at":"2026-02-01T00:00:00Z"}`, changed)
		changed = subscribe(t, s, "small", "sub", `,"billing_entity_code":"second","name":"Renamed"`)
		requireMembers(t, `{"plan_code":"small","name":"Renamed","billing_entity_code":"second"}`, changed)
		require.Equal(t, []string{"subscription.updated", "subscription.updated", "subscription.created"}, happened(t, s, "sub"))
		canceled := member(t, s.Delete("/subscriptions/sub?status=pending&on_termination_invoice=skip"), "subscription")
		requireMembers(t, `{"status":"canceled","on_termination_invoice":"generate"}`, canceled)
		s.Travel(t, at(t, "2026-02-02T00:00:00Z"))
		requireNotFound(t, "subscription", s.Get("/subscriptions/sub"))
	})
}

func TestSubscriptions_Terminate(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "arrears", "")
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		for i, c := range []struct{ plan, more, query, want string }{
			{"arrears", "", "", `{"on_termination_credit_note":null,"on_termination_invoice":"generate"}`},
			{"arrears", "", "?on_termination_credit_note=refund&on_termination_invoice=skip", `{"on_termination_credit_note":null,"on_termination_invoice":"skip"}`},
			{"advance", "", "", `{"on_termination_credit_note":"credit","on_termination_invoice":"generate"}`},
			{"advance", "", "?on_termination_credit_note=offset", `{"on_termination_credit_note":"offset","on_termination_invoice":"generate"}`},
			{"advance", `"on_termination_credit_note":"skip","on_termination_invoice":"skip"`, "", `{"on_termination_credit_note":"skip","on_termination_invoice":"skip"}`},
			{"advance", `"on_termination_credit_note":"skip"`, "?on_termination_credit_note=refund", `{"on_termination_credit_note":"refund","on_termination_invoice":"generate"}`},
		} {
			id := string(rune('a' + i))
			subscribe(t, s, c.plan, id, "")
			if c.more != "" {
				putSubscription(s, id, c.more).Status(t, http.StatusOK)
			}
			ended := member(t, s.Delete("/subscriptions/"+id+c.query), "subscription")
			requireMembers(t, `{"status":"terminated","terminated_at":"2026-01-15T10:30:00Z","canceled_at":null}`, ended)
			requireMembers(t, c.want, ended)
			require.Equal(t, c.plan, object(t, ended, "plan")["code"])
		}
		subscribe(t, s, "advance", "z", "")
		requireDetails(t, `{"on_termination_credit_note":["invalid_value"]}`, s.Delete("/subscriptions/z?on_termination_credit_note=never"))
		requireDetails(t, `{"on_termination_invoice":["invalid_value"]}`, s.Delete("/subscriptions/z?on_termination_invoice=never"))
		require.Equal(t, "active", showSubscription(t, s, "z", "")["status"])
	})
}
