package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzOneOffInvoices sends any body to the operation that invoices add-ons, on both
// databases: no answer is a failure of ours, both answer alike, and what was made
// can be read.
func FuzzOneOffInvoices(f *testing.F) {
	fee := func(members string) string {
		return fmt.Sprintf(`{"invoice":{"external_customer_id":"acme","currency":"EUR","fees":[{"add_on_code":"visit"%s}]}}`, members)
	}
	for _, body := range []string{
		``, `{}`, `{"invoice":{}}`, `{"invoice":null}`, `[]`, fee(``), fee(`,"units":"0"`), fee(`,"units":1e308`), fee(`,"units":"` + strings.Repeat("9", 400) + `"`),
		fee(`,"units":0.0000000000000001`), fee(`,"unit_amount_cents":9223372036854775807`), fee(`,"unit_amount_cents":-9223372036854775808,"units":"9"`),
		fee(`,"unit_amount_cents":99999999999999999999`), fee(`,"from_datetime":"0001-01-01T00:00:00Z","to_datetime":"9999-12-31T23:59:59Z"`),
		fee(`,"from_datetime":"2022-W04-1","to_datetime":"2022-01-01T00:00:00Z"`), fee(`,"description":"\u0000","invoice_display_name":""`),
		fee(`,"tax_codes":["none",""]`), fee(`},{"add_on_code":"visit","unit_amount_cents":100000000000000000`),
		`{"invoice":{"external_customer_id":"acme","currency":"XXX","fees":[{"add_on_code":"visit"}]}}`,
		`{"invoice":{"external_customer_id":"acme","billing_entity_code":"","purchase_order_number":"\u0000","fees":[{"add_on_code":"visit"}]}}`,
		`{"invoice":{"external_customer_id":"acme","payment_method":{"payment_method_type":"manual"},"fees":[{"add_on_code":"visit"}]}}`,
	} {
		f.Add(body)
	}
	var servers []*servertest.Server
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		s.Post("/customers", `{"customer":{"external_id":"acme","name":"Acme","currency":"EUR"}}`).Status(f, http.StatusOK)
		s.Post("/add_ons", `{"add_on":{"name":"Visit","code":"visit","amount_cents":100,"amount_currency":"EUR"}}`).Status(f, http.StatusOK)
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var answers []int
		for _, s := range servers {
			answers = append(answers, answerOf(t, s, http.MethodPost, "/api/v1/invoices", body))
			if answers[0] == http.StatusOK {
				require.Equal(t, http.StatusOK, answerOf(t, s, http.MethodGet, "/api/v1/invoices?per_page=1", ""))
			}
		}
		require.Equal(t, answers[0], answers[len(answers)-1])
	})
}

// answerOf sends a request and returns the status of the answer, which is no failure
// of ours.
func answerOf(t *testing.T, s *servertest.Server, method, path, body string) int {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+s.Key)
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, request)
	require.Less(t, recorder.Code, http.StatusInternalServerError, recorder.Body)
	return recorder.Code
}
