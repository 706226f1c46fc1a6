package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// providers is where the payment providers of the first organization are.
func providers(s *servertest.Server) string {
	return organizations + "/" + s.Organization.ID.String() + "/payment_providers"
}

// methodsOf is where the payment methods of a customer of the first organization are, as
// administration shows them.
func methodsOf(s *servertest.Server, customer string) string {
	return organizations + "/" + s.Organization.ID.String() + "/customers/" + customer + "/payment_methods"
}

// connect connects a payment provider.
func connect(t *testing.T, s *servertest.Server, body string) map[string]any {
	t.Helper()
	answer := s.Admin(http.MethodPost, providers(s), `{"payment_provider":`+body+`}`).Status(t, http.StatusCreated)
	return answer.JSON(t)["payment_provider"].(map[string]any)
}

// link lets a customer pay through Stripe, which it connects if need be. More are members
// of the billing configuration.
func link(t *testing.T, s *servertest.Server, customer, more string) map[string]any {
	t.Helper()
	s.Admin(http.MethodPost, providers(s), `{"payment_provider":{"type":"stripe"}}`)
	return upsert(t, s, fmt.Sprintf(`{"external_id":%q,"billing_configuration":{"payment_provider":"stripe","payment_provider_code":"stripe",
		"provider_customer_id":"cus_1"%s}}`, customer, more))
}

// card gives a customer a payment method that answers as it is told, and returns its
// identifier.
func card(t *testing.T, s *servertest.Server, customer, outcomes string) string {
	t.Helper()
	answer := s.Admin(http.MethodPost, methodsOf(s, customer), `{"payment_method":{"outcomes":[`+outcomes+`]}}`).Status(t, http.StatusCreated)
	return answer.JSON(t)["payment_method"].(map[string]any)["id"].(string)
}

func TestPaymentProviders_AreConnected(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		bare := connect(t, s, `{"type":"stripe"}`)
		requireMembers(t, `{"type":"stripe","code":"stripe","name":"stripe","created_at":"2026-01-15T10:30:00Z"}`, bare)
		named := connect(t, s, `{"type":"adyen","code":"eu","name":"Europe"}`)
		requireMembers(t, `{"type":"adyen","code":"eu","name":"Europe"}`, named)
		list := s.Admin(http.MethodGet, providers(s), "").Status(t, http.StatusOK).JSON(t)["payment_providers"]
		require.ElementsMatch(t, []any{bare, named}, list)
		for body, details := range map[string]string{
			`{"type":"stripe"}`:            `{"code":["value_already_exist"]}`,
			`{"type":"adyen","code":"eu"}`: `{"code":["value_already_exist"]}`,
			`{"type":"paypal"}`:            `{"type":["value_is_invalid"]}`,
			`{"type":"stripe","code":" "}`: `{"code":["value_is_invalid"]}`,
			`{"type":"stripe","name":" "}`: `{"name":["value_is_invalid"]}`,
			`{"code":"eu"}`:                `{"type":["value_is_mandatory"]}`,
		} {
			requireDetails(t, details, s.Admin(http.MethodPost, providers(s), `{"payment_provider":`+body+`}`))
		}
		gone := s.Admin(http.MethodDelete, providers(s)+"/eu", "").Status(t, http.StatusOK).JSON(t)["payment_provider"]
		require.Equal(t, named, gone)
		requireNotFound(t, "payment_provider", s.Admin(http.MethodDelete, providers(s)+"/eu", ""))
		connect(t, s, `{"type":"gocardless","code":"eu"}`)
		nowhere := organizations + "/" + nobody + "/payment_providers"
		requireNotFound(t, "organization", s.Admin(http.MethodGet, nowhere, ""))
		requireNotFound(t, "organization", s.Admin(http.MethodPost, nowhere, `{"payment_provider":{"type":"stripe"}}`))
		s.Admin(http.MethodPost, providers(s), `{`).Status(t, http.StatusBadRequest)
	})
}

// Customers are linked to a provider that is connected, and lose it with everything that
// came with it.
func TestCustomers_PayThroughAProvider(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		connect(t, s, `{"type":"stripe"}`)
		connect(t, s, `{"type":"stripe","code":"stripe_us"}`)
		connect(t, s, `{"type":"adyen"}`)
		billing := func(external, configuration string) map[string]any {
			t.Helper()
			return upsert(t, s, fmt.Sprintf(`{"external_id":%q,"billing_configuration":%s}`, external, configuration))["billing_configuration"].(map[string]any)
		}
		refuse := func(configuration, details string) {
			t.Helper()
			requireDetails(t, details, s.Post("/customers", `{"customer":{"external_id":"c","billing_configuration":`+configuration+`}}`))
		}
		refuse(`{"payment_provider":"stripe","provider_customer_id":"cus_1"}`, `{"base":["payment_provider_code_missing"]}`)
		refuse(`{"payment_provider":"stripe","payment_provider_code":"adyen","provider_customer_id":"cus_1"}`, `{"base":["payment_provider_not_found"]}`)
		refuse(`{"payment_provider":"gocardless","provider_customer_id":"cus_1"}`, `{"base":["payment_provider_not_found"]}`)
		for _, methods := range []string{`["gold"]`, `["link"]`, `["customer_balance","card"]`, `[]`} {
			refuse(`{"payment_provider":"stripe","payment_provider_code":"stripe_us","provider_customer_id":"cus_1","provider_payment_methods":`+methods+`}`,
				`{"provider_payment_methods":["value_is_invalid"]}`)
		}
		require.Nil(t, billing("c", `{"payment_provider":"stripe","payment_provider_code":"stripe_us"}`)["payment_provider"])

		linked := billing("c", `{"payment_provider":"stripe","payment_provider_code":"stripe_us","provider_customer_id":"cus_1"}`)
		requireMembers(t, `{"payment_provider":"stripe","payment_provider_code":"stripe_us","provider_customer_id":"cus_1","provider_payment_methods":["card"]}`, linked)
		linked = billing("c", `{"sync_with_provider":true,"provider_payment_methods":["card","link"]}`)
		requireMembers(t, `{"payment_provider_code":"stripe_us","provider_customer_id":"cus_1","sync_with_provider":true,"provider_payment_methods":["card","link"]}`, linked)
		card(t, s, "c", "")
		requireMembers(t, `{"provider_customer_id":"cus_2"}`, billing("c", `{"payment_provider":"stripe","provider_customer_id":"cus_2"}`))
		require.Len(t, entries(t, s.Get("/customers/c/payment_methods"), "payment_methods"), 1)

		moved := billing("c", `{"payment_provider":"adyen","sync_with_provider":true}`)
		require.Regexp(t, `^cus_[0-9a-f]{32}$`, moved["provider_customer_id"])
		require.NotContains(t, moved, "provider_payment_methods")
		require.Len(t, entries(t, s.Get("/activity_logs?activity_types[]=customer.payment_provider_created&external_customer_id=c"), "activity_logs"), 1)
		require.Empty(t, entries(t, s.Get("/customers/c/payment_methods"), "payment_methods"), "they were the other provider's")
		require.Nil(t, billing("c", `{"payment_provider":null}`)["payment_provider"])

		connect(t, s, `{"type":"flutterwave"}`)
		quiet := billing("e", `{"payment_provider":"flutterwave","sync_with_provider":true}`)
		require.Equal(t, "flutterwave", quiet["payment_provider_code"])
		require.NotContains(t, quiet, "provider_customer_id")
		require.NotContains(t, quiet, "sync_with_provider")

		billing("d", `{"payment_provider":"adyen","provider_customer_id":"x"}`)
		card(t, s, "d", "")
		s.Admin(http.MethodDelete, providers(s)+"/adyen", "").Status(t, http.StatusOK)
		lost := member(t, s.Get("/customers/d"), "customer")["billing_configuration"].(map[string]any)
		require.Nil(t, lost["payment_provider"])
		require.NotContains(t, lost, "provider_customer_id")
		require.Empty(t, entries(t, s.Get("/customers/d/payment_methods"), "payment_methods"))
		activities := pluck(entries(t, s.Get("/activity_logs?external_customer_id=d"), "activity_logs"), "activity_type")
		require.ElementsMatch(t, []any{"customer.created", "payment_method.created", "payment_method.deleted", "customer.updated"}, activities)
	})
}

func TestSimulatedPaymentMethods(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c"}`)
		requireDetails(t, `{"customer":["no_linked_payment_provider"]}`, s.Admin(http.MethodPost, methodsOf(s, "c"), `{"payment_method":{"outcomes":[]}}`))
		requireNotFound(t, "customer", s.Admin(http.MethodPost, methodsOf(s, "nobody"), `{"payment_method":{"outcomes":[]}}`))
		requireNotFound(t, "customer", s.Admin(http.MethodGet, methodsOf(s, "nobody"), ""))
		link(t, s, "c", "")
		first := card(t, s, "c", "")
		made := s.Admin(http.MethodPost, methodsOf(s, "c"), `{"payment_method":{"provider_method_id":"pm_9","outcomes":[{"result":"decline","code":"lost_card","message":"Lost"}]}}`)
		second := made.Status(t, http.StatusCreated).JSON(t)["payment_method"].(map[string]any)
		id := second["id"].(string)
		requireMembers(t, `{"is_default":true,"payment_provider_type":"stripe","payment_provider_code":"stripe","payment_provider_name":"stripe",
			"provider_method_id":"pm_9","outcomes":[{"result":"decline","code":"lost_card","message":"Lost"}],"played":0,"created_at":"2026-01-15T10:30:00Z"}`, second)
		shown := entries(t, s.Get("/customers/c/payment_methods"), "payment_methods")
		require.ElementsMatch(t, []any{first, id}, pluck(shown, "lago_id"))
		list := s.Admin(http.MethodGet, methodsOf(s, "c"), "").Status(t, http.StatusOK)
		rows := entries(t, list, "payment_methods")
		require.Len(t, rows, 2)
		require.ElementsMatch(t, []any{true, false}, pluck(rows, "is_default"), "the later one has become the default")

		path := methodsOf(s, "c") + "/" + id
		changed := s.Admin(http.MethodPut, path, `{"payment_method":{"outcomes":[{"result":"decline","code":"stolen","message":"Gone"},{"result":"succeed"}]}}`).Status(t, http.StatusOK).JSON(t)["payment_method"]
		requireMembers(t, `{"outcomes":[{"result":"decline","code":"stolen","message":"Gone"},{"result":"succeed"}],"played":0}`, changed.(map[string]any))
		s.Admin(http.MethodPut, path, `{}`).Status(t, http.StatusBadRequest)
		s.Admin(http.MethodPut, path, `[]`).Status(t, http.StatusBadRequest)
		requireNotFound(t, "payment_method", s.Admin(http.MethodPut, methodsOf(s, "c")+"/none", `{"payment_method":{"outcomes":[]}}`))
		requireDetails(t, `{"outcomes.0.result":["value_is_invalid"]}`, s.Admin(http.MethodPut, path, `{"payment_method":{"outcomes":[{"result":"maybe"}]}}`))
		gone := s.Admin(http.MethodDelete, path, "").Status(t, http.StatusOK).JSON(t)["payment_method"]
		requireMembers(t, `{"is_default":false,"outcomes":[{"result":"decline","code":"stolen","message":"Gone"},{"result":"succeed"}]}`, gone.(map[string]any))
		for _, method := range []string{http.MethodPut, http.MethodDelete} {
			requireNotFound(t, "payment_method", s.Admin(method, path, `{"payment_method":{"outcomes":[]}}`))
		}
	})
}
