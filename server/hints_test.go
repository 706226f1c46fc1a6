package server_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/edge"
	"tarn/server/servertest"
)

func hintOf(r *servertest.Response) string { return r.Header.Get(edge.HintHeader) }

func TestHints_OfRefusals(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for authorization, want := range map[string]string{
			"":               "there is no API key",
			"Bearer":         "malformed",
			"Bearer unknown": "unknown or no longer active",
		} {
			response := s.Send(http.MethodGet, "/api/v1/taxes", "", http.Header{"Authorization": {authorization}}).Status(t, 401)
			require.Contains(t, hintOf(response), want)
			require.JSONEq(t, `{"status":401,"error":"Unauthorized"}`, string(response.Body))
		}
		for _, c := range []struct{ path, body, want string }{
			{"/taxes", `{"tax":{"name":}}`, "the body is no JSON: byte 16 of 17"},
			{"/events", `{"event":`, "the body is no JSON: byte 9 of 9"},
			{"/plans", `{"plan":{"name":"P","code":"p","interval":"hourly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":false}}`, "interval is one of: "},
		} {
			response := s.Post(c.path, c.body)
			require.GreaterOrEqual(t, response.Code, 400, c.path)
			require.Contains(t, hintOf(response), c.want)
			require.Contains(t, s.Logs("/"+response.RequestID()).Status(t, 200).JSON(t)["error_detail"], c.want)
		}
		require.Contains(t, hintOf(s.Get("/customers?account_type[]=human").Status(t, 422)), "account_type is one of: ")
	})
}

func TestHints_OfPathsWithoutTheirBeginning(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, path := range []string{"/taxes/secret", "/v1/taxes/secret", "/api/taxes/secret"} {
			response := s.Send(http.MethodGet, path, "", nil).Status(t, 404)
			require.Equal(t, "the API is below /api/v1: GET /api/v1/taxes/{code}", hintOf(response), path)
		}
		require.Empty(t, hintOf(s.Send(http.MethodGet, "/nothing", "", nil).Status(t, 404)))
	})
}

func TestHints_OfUnknownNames(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		made := s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","descripton":"hidden","zzzzzzzzzzzzz\n\u00e9":1}}`).Status(t, 200)
		require.Equal(t, "unknown member tax.descripton, did you mean description; unknown member tax.zzzzzzzzzzzzz??", hintOf(made))
		require.Equal(t, "unknown parameter per_pag, did you mean per_page", hintOf(s.Get("/taxes?per_pag=hidden").Status(t, 200)))
		require.Empty(t, hintOf(s.Get("/taxes?per_page=1&page=1").Status(t, 200)))

		const customer = `{"customer":{"external_id":"c","metadata":[{"key":"a","value":"b"},{"key":"k","value":"v","display":true}],"shipping_address":{"town":"X","citi":"Y"},
			"billing_configuration":{"document_locale":"fr"}},"costumer":{}}`
		require.Equal(t, "unknown member costumer, did you mean customer; unknown member customer.metadata.1.display; "+
			"unknown member customer.shipping_address.citi, did you mean city; unknown member customer.shipping_address.town",
			hintOf(s.Post("/customers", customer).Status(t, 200)))
		require.Empty(t, hintOf(s.Post("/features", `{"feature":{"code":"f","privileges":[{"code":"p","value_type":"select","config":{"select_options":["a"]}}]}}`).Status(t, 200)))
		require.Empty(t, hintOf(s.Get("/invoices?metadata[a]=b&billing_entity_codes[]=x")))
		require.Empty(t, hintOf(s.Post("/taxes", `{"tax":{"name":"Two","code":"two","rate":"20","description":"d"}}`).Status(t, 200)))
	})
}

func TestHints_OfEventsThatWillNotCount(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/billable_metrics", `{"billable_metric":{"name":"S","code":"sum","aggregation_type":"sum_agg","field_name":"gb"}}`).Status(t, 200)
		s.Post("/customers", `{"customer":{"external_id":"c","currency":"EUR"}}`).Status(t, 200)
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false}}`).Status(t, 200)
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c","plan_code":"p","external_id":"s"}}`).Status(t, 200)
		for n, c := range []struct{ members, want string }{
			{`"code":"sum","external_subscription_id":"nobody's","properties":{"gb":1}`, "the event will not count: no subscription has the external_id nobody's"},
			{`"code":"sum","external_subscription_id":7,"properties":{"gb":1}`, "the event will not count: no subscription has the external_id 7"},
			{`"code":"none","external_subscription_id":"s"`, "the event will not count: no billable metric has the code none"},
			{`"code":"sum"`, "the event will not count: it names no external_subscription_id"},
			{`"code":"sum","external_subscription_id":"s"`, "the event will not count: the billable metric sum needs the property gb"},
			{`"code":"sum","external_subscription_id":"s","properties":{"gb":"hidden"}`, "the event will not count: the billable metric sum needs a number in the property gb"},
			{`"code":"sum","external_subscription_id":"s","properties":{"gb":1},"proprties":1`, "unknown member event.proprties, did you mean properties"},
			{`"code":"sum","external_subscription_id":"s","properties":{"gb":1}`, ""},
		} {
			response := s.Post("/events", `{"event":{"transaction_id":"t`+strconv.Itoa(n)+`",`+c.members+`}}`).Status(t, 200)
			require.Equal(t, c.want, hintOf(response))
		}
		batch := s.Post("/events/batch", `{"events":[{"transaction_id":"a","code":"none"},{"transaction_id":"b","code":"none"}]}`).Status(t, 200)
		require.Equal(t, "the event will not count: no billable metric has the code none", hintOf(batch))
		batch = s.Post("/events/batch", `{"events":[{"transaction_id":"c","code":"sum","external_subscription_id":"s","properties":{"gb":1}},
			{"transaction_id":"d","code":"sum","external_subscription_id":"x","properties":{"gb":1}},
			{"transaction_id":"e","code":"sum","external_subscription_id":"y","properties":{"gb":1}},
			{"transaction_id":"f","code":"sum","external_subscription_id":"x","properties":{"gb":1}}]}`).Status(t, 200)
		require.Equal(t, "the event will not count: no subscription has the external_id x; the event will not count: no subscription has the external_id y", hintOf(batch))
		s.Delete("/subscriptions/s").Status(t, 200)
		ended := s.Post("/events", `{"event":{"transaction_id":"g","code":"sum","external_subscription_id":"s","properties":{"gb":1}}}`).Status(t, 200)
		require.Empty(t, hintOf(ended), "it may be for the time in which it was active")
	})
}

func TestHints_AreBounded(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		body := `{"tax":{"name":"VAT","code":"vat","rate":"20"`
		for n := range 50 {
			body += `,"` + strconv.Itoa(n) + strings.Repeat("é", 500) + `":1`
		}
		hint := hintOf(s.Post("/taxes", body+`}}`).Status(t, 200))
		require.NotEmpty(t, hint)
		require.LessOrEqual(t, len(hint), 500)
		require.Empty(t, strings.Trim(hint, "?.,; abcdefghijklmnopqrstuvwxyz0123456789"), "printable ASCII")
	})
}
