package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// A client that sends what only Lago's own server takes works on the wire, and
// is told the members by the document.
func TestLeniency_OfTheWire(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.NewOnWire(t, url)
		const loose = `{"customer":{"external_id":4711,"name":true,"net_payment_term":"30","shipping_address":"none","skip_invoice_custom_sections":"1"}}`
		customer := s.Post("/customers", loose).Status(t, http.StatusOK).JSON(t)["customer"].(map[string]any)
		require.Equal(t, "4711", customer["external_id"])
		require.Equal(t, "true", customer["name"])
		require.Equal(t, true, customer["skip_invoice_custom_sections"])

		form := http.Header{"Authorization": {"Bearer " + s.Key}, "Content-Type": {"application/x-www-form-urlencoded"}}
		tax := s.Send(http.MethodPost, "/api/v1/taxes", "tax[name]=VAT&tax[code]=vat&tax[rate]=20", form).Status(t, http.StatusOK)
		require.Equal(t, "vat", tax.JSON(t)["tax"].(map[string]any)["code"])
		s.Send(http.MethodPost, "/api/v1/taxes", "tax=1&tax[name]=VAT", form).Status(t, http.StatusBadRequest)
		s.Post("/customers", `{"customer":{"external_id":"x","net_payment_term":"soon"}}`).Status(t, http.StatusUnprocessableEntity)
	})
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		details := s.Post("/customers", `{"customer":{"external_id":4711,"net_payment_term":"30"}}`).Details(t)
		require.Contains(t, details, "external_id")
		require.Contains(t, details, "net_payment_term")
	})
}

// Null for an optional member with a default is the default of something new,
// and an empty text for an instant is none.
func TestLeniency_OfNull(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		metric := s.Post("/billable_metrics", `{"billable_metric":{"name":"M","code":"m","aggregation_type":"count_agg","recurring":null}}`).
			Status(t, http.StatusOK).JSON(t)["billable_metric"].(map[string]any)
		require.Equal(t, false, metric["recurring"])
		entity := s.Post("/billing_entities", `{"billing_entity":{"name":"E","code":"e","timezone":null,"eu_tax_management":null,"default_currency":null}}`).
			Status(t, http.StatusOK).JSON(t)["billing_entity"].(map[string]any)
		require.Equal(t, "USD", entity["default_currency"])
		require.Equal(t, "UTC", entity["timezone"])
		require.Equal(t, false, entity["eu_tax_management"])

		feature := s.Post("/features", `{"feature":{"code":"f","privileges":[{"code":"p","value_type":null}]}}`).Status(t, http.StatusOK).JSON(t)["feature"].(map[string]any)
		require.Equal(t, "string", feature["privileges"].([]any)[0].(map[string]any)["value_type"])
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false}}`).Status(t, http.StatusOK)
		s.Post("/plans/p/charges", `{"charge":{"billable_metric_id":"`+metric["lago_id"].(string)+`","code":"c","charge_model":"standard","properties":{"amount":"1"},"cascade_updates":null}}`).Status(t, http.StatusOK)
		addOn := s.Post("/add_ons", `{"add_on":{"name":"A","code":"a","amount_cents":1,"amount_currency":"EUR"}}`).Status(t, http.StatusOK).JSON(t)["add_on"].(map[string]any)
		s.Post("/plans/p/fixed_charges", `{"fixed_charge":{"add_on_id":"`+addOn["lago_id"].(string)+`","code":"f","charge_model":"standard","properties":{"amount":"1"},"units":null,"apply_units_immediately":null,"cascade_updates":null}}`).Status(t, http.StatusOK)
		s.Post("/customers", `{"customer":{"external_id":"c","currency":"EUR","metadata":[{"key":"k","value":"v","display_in_invoice":null}]}}`).Status(t, http.StatusOK)
		s.Post("/invoices", `{"invoice":{"external_customer_id":"c","currency":null,"fees":[{"add_on_code":"a"}]}}`).Status(t, http.StatusOK)
		subscription := s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c","plan_code":"p","external_id":"s","billing_time":null,"ending_at":"","plan_overrides":{"amount_currency":null,"minimum_commitment":{"amount_cents":null}}}}`).
			Status(t, http.StatusOK).JSON(t)["subscription"].(map[string]any)
		require.Equal(t, "calendar", subscription["billing_time"])
		require.Nil(t, subscription["ending_at"])
		s.Put("/subscriptions/s", `{"subscription":{"ending_at":""}}`).Status(t, http.StatusOK)
	})
}

// Whole numbers may be written with a fraction of zeros or an exponent.
func TestWholeNumbers_AreIntegers(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addOn := s.Post("/add_ons", `{"add_on":{"name":"A","code":"a","amount_cents":1999.0,"amount_currency":"EUR"}}`).
			Status(t, http.StatusOK).JSON(t)["add_on"].(map[string]any)
		require.EqualValues(t, "1999", addOn["amount_cents"])
		s.Put("/add_ons/a", `{"add_on":{"amount_cents":1e3}}`).Status(t, http.StatusOK)
		s.Put("/add_ons/a", `{"add_on":{"amount_cents":1e300}}`).Status(t, http.StatusUnprocessableEntity)
		s.Put("/add_ons/a", `{"add_on":{"amount_cents":10.5}}`).Status(t, http.StatusOK) // cut off, as Lago does
	})
}

// A member of the wrong type is refused for itself, not for the record that it
// would have named.
func TestRefusal_OfTheMemberThatNames(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/customers", `{"customer":{"external_id":"1","currency":"EUR"}}`).Status(t, http.StatusOK)
		s.Post("/coupons", `{"coupon":{"name":"C","code":"c","coupon_type":"percentage","percentage_rate":"10","frequency":"once","expiration":"no_expiration"}}`).Status(t, http.StatusOK)
		require.Contains(t, s.Post("/applied_coupons", `{"applied_coupon":{"external_customer_id":1,"coupon_code":"c"}}`).Details(t), "external_customer_id")
		require.Contains(t, s.Post("/applied_coupons", `{"applied_coupon":{"external_customer_id":"1","coupon_code":5}}`).Details(t), "coupon_code")
		require.Contains(t, s.Post("/subscriptions", `{"subscription":{"external_customer_id":"1","plan_code":5,"external_id":"s"}}`).Details(t), "plan_code")
		require.Equal(t, map[string]any{"external_customer_id": []any{"value_is_invalid"}},
			s.Post("/wallets", `{"wallet":{"external_customer_id":1,"currency":"EUR","rate_amount":"1"}}`).Details(t), "nothing is said of a customer")
		refused := s.Post("/applied_coupons", `{"applied_coupon":{"external_customer_id":"nobody","coupon_code":"c","amount_cents":"many"}}`)
		refused.Status(t, http.StatusNotFound)
	})
}
