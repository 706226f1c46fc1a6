package server_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// gateOf is the identifier of the open invoice of a subscription, which only its fees
// tell.
func gateOf(t *testing.T, s *servertest.Server, externalID string) string {
	t.Helper()
	fees := entries(t, s.Get("/fees?per_page=100&external_subscription_id="+externalID), "fees")
	require.NotEmpty(t, fees)
	return textOf(t, fees[len(fees)-1], "lago_invoice_id")
}

// TestGates_EndOneWay when the payment comes while the time runs out: either it counts,
// and the subscription is active and its invoice final, or it is refused, and the
// subscription is canceled.
func TestGates_EndOneWay(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const count = 6
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		gates := make([]string, count)
		for i := range gates {
			id := fmt.Sprintf("sub%d", i)
			subscribe(t, s, "advance", id, `,"activation_rules":[{"type":"payment","timeout_hours":1}]`)
			gates[i] = gateOf(t, s, id)
		}
		amount := entries(t, s.Get("/fees"), "fees")[0]["amount_cents"]
		answers := make([]int, count)
		var racing sync.WaitGroup
		for i, gate := range gates {
			racing.Go(func() {
				answers[i] = s.Post("/payments", fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":%v,"reference":"r"}}`, gate, amount)).Code
			})
		}
		racing.Go(func() { s.Travel(t, servertest.Epoch.Add(2*time.Hour)) })
		racing.Wait()
		s.Travel(t, servertest.Epoch.Add(3*time.Hour))
		paid := 0
		for i, gate := range gates {
			id := fmt.Sprintf("sub%d", i)
			if answers[i] == http.StatusOK {
				paid++
				require.Equal(t, "satisfied", objects(t, showSubscription(t, s, id, ""), "activation_rules")[0]["status"])
				requireMembers(t, `{"status":"finalized","payment_status":"succeeded"}`, member(t, s.Get("/invoices/"+gate), "invoice"))
				continue
			}
			require.Equal(t, http.StatusForbidden, answers[i])
			requireMembers(t, `{"cancellation_reason":"timeout"}`, showSubscription(t, s, id, "?status=canceled"))
			requireNotFound(t, "invoice", s.Get("/invoices/"+gate))
		}
		require.Len(t, entries(t, s.Get("/invoices"), "invoices"), paid)
	})
}

// TestGates_EndOneWayByTheirProvider when it reports what it has collected while the time
// runs out. What comes too late starts nothing.
func TestGates_EndOneWayByTheirProvider(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const count = 6
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		gates := map[string]string{}
		for i := range count {
			id := fmt.Sprintf("sub%d", i)
			subscribe(t, s, "advance", id, `,"activation_rules":[{"type":"payment","timeout_hours":1}]`)
			gates[id] = gateOf(t, s, id)
		}
		path := "/admin/organizations/" + s.Organization.ID.String() + "/payments"
		pending := objects(t, s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).JSON(t), "payments")
		require.Len(t, pending, count)
		var racing sync.WaitGroup
		for _, payment := range pending {
			racing.Go(func() { s.Admin(http.MethodPut, path+"/"+textOf(t, payment, "id"), `{"payment_status":"succeeded"}`) })
		}
		racing.Go(func() { s.Travel(t, servertest.Epoch.Add(2*time.Hour)) })
		racing.Wait()
		s.Travel(t, servertest.Epoch.Add(3*time.Hour))
		started := 0
		for id, gate := range gates {
			if s.Get("/subscriptions/"+id).Code == http.StatusOK {
				started++
				requireMembers(t, `{"status":"finalized","payment_status":"succeeded"}`, member(t, s.Get("/invoices/"+gate), "invoice"))
				continue
			}
			requireMembers(t, `{"cancellation_reason":"timeout"}`, showSubscription(t, s, id, "?status=canceled"))
			requireNotFound(t, "invoice", s.Get("/invoices/"+gate))
		}
		require.Len(t, entries(t, s.Get("/invoices"), "invoices"), started)
		require.Len(t, entries(t, s.Get("/payments"), "payments"), started, "payments of invoices that nobody sees are not seen either")
	})
}

// TestGates_WaitForTheirExternalID when another customer took it before they were paid.
func TestGates_WaitForTheirExternalID(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		waiting := subscribe(t, s, "advance", "sub", `,"activation_rules":[{"type":"payment","timeout_hours":1}]`)
		gate := gateOf(t, s, "sub")
		amount := entries(t, s.Get("/fees"), "fees")[0]["amount_cents"]
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c2","plan_code":"advance","external_id":"sub"}}`).Status(t, http.StatusOK)
		s.Post("/payments", fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":%v,"reference":"r"}}`, gate, amount)).Status(t, http.StatusOK)
		s.Travel(t, servertest.Epoch.Add(3*time.Hour))
		requireMembers(t, `{"external_customer_id":"c2"}`, showSubscription(t, s, "sub", ""))
		requireMembers(t, `{"status":"incomplete"}`, showSubscription(t, s, "sub", "?status=incomplete"))
		s.Delete("/subscriptions/sub").Status(t, http.StatusOK)
		active := showSubscription(t, s, "sub", "")
		require.Equal(t, waiting["lago_id"], active["lago_id"])
		requireMembers(t, `{"activated_at":"2026-01-15T13:30:00Z","external_customer_id":"c1"}`, active)
		requireMembers(t, `{"status":"finalized","payment_status":"succeeded"}`, member(t, s.Get("/invoices/"+gate), "invoice"))
	})
}

// TestGates_GoWithTheirCustomerAndPlan whose deletion closes them.
func TestGates_GoWithTheirCustomerAndPlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		createPlan(t, s, "other", `,"pay_in_advance":true`)
		link(t, s, "c1", "")
		card(t, s, "c1", `{"result":"pending"}`)
		wallet := member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"c1","rate_amount":"1","currency":"USD","granted_credits":"3"}}`), "wallet")
		balance := func() any {
			return member(t, s.Get("/wallets/"+textOf(t, wallet, "lago_id")), "wallet")["balance_cents"]
		}
		for _, plan := range []string{"advance", "other"} {
			remove := map[string]string{"advance": "/plans/advance", "other": "/customers/c1"}[plan]
			subscribe(t, s, plan, plan, `,"activation_rules":[{"type":"payment"}]`)
			gate := gateOf(t, s, plan)
			requireJSON(t, `0`, balance())
			s.Delete(remove).Status(t, http.StatusOK)
			require.Nil(t, showSubscription(t, s, plan, "?status=canceled")["cancellation_reason"])
			s.Post("/payments", fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":1,"reference":"r"}}`, gate)).Status(t, http.StatusForbidden)
			if plan == "advance" {
				requireJSON(t, `300`, balance())
			}
		}
	})
}
