package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzPreview sends any body to the preview of invoices, on both databases: no
// answer is a failure of ours, both databases reckon alike, and nothing is kept.
func FuzzPreview(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `{"customer":null}`, `{"customer":[],"coupons":0}`, `{"coupons":[[]],"subscriptions":1e400}`,
		`{"customer":{},"plan_code":"late"}`, `{"customer":{},"plan_code":"late","subscription_at":"0001-01-01T00:00:00Z"}`,
		`{"customer":{"timezone":"Asia/Kolkata","shipping_address":{"country":"fr"}},"plan_code":"late","subscription_at":"9996-12-31T23:59:59+14:00","billing_time":"anniversary"}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["s"]}}`,
		`{"customer":{"external_id":"acme","timezone":"Pacific/Apia"},"subscriptions":{"external_ids":["s","s",null,5]}}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["s"],"terminated_at":"9996-02-29"}}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["s"],"terminated_at":"9999-12-31T23:59:60Z"}}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["s"],"plan_code":"late"}}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["s"],"plan_code":"cheap"}}`,
		`{"customer":{"external_id":"acme"},"subscriptions":{"external_ids":["later"]}}`,
		`{"customer":{},"plan_code":"late","coupons":[{"code":"c","amount_cents":9e18},{"code":"d","coupon_type":"fixed_amount","amount_cents":-1}]}`,
		`{"customer":{},"plan_code":"late","coupons":[{"code":"c","amount_cents":99999999999999999999},{"code":"d","percentage_rate":"` + strings.Repeat("9", 600) + `"}]}`,
		`{"customer":{},"plan_code":"late","coupons":[{"code":"\u0000"},{"code":"d","coupon_type":"percentage","percentage_rate":1e-99999}]}`,
		`{"billing_entity_code":"\ud800","customer":{"external_id":"\u0000"},"plan_code":{}}`,
	} {
		f.Add(body)
	}
	var servers []*servertest.Server
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		addMetric(s, "calls", `"aggregation_type":"count_agg"`).Status(f, http.StatusOK)
		for _, body := range [][2]string{
			{"/plans", `{"plan":{"name":"Late","code":"late","interval":"yearly","amount_cents":100000,"amount_currency":"EUR","pay_in_advance":false,"trial_period":3,"bill_charges_monthly":true}}`},
			{"/plans", `{"plan":{"name":"Early","code":"early","interval":"monthly","amount_cents":20000,"amount_currency":"EUR","pay_in_advance":true}}`},
			{"/plans", `{"plan":{"name":"Cheap","code":"cheap","interval":"weekly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":true}}`},
			{"/customers", `{"customer":{"external_id":"acme","name":"Acme"}}`},
			{"/subscriptions", `{"subscription":{"external_customer_id":"acme","plan_code":"early","external_id":"s"}}`},
			{"/subscriptions", `{"subscription":{"external_customer_id":"acme","plan_code":"early","external_id":"later","subscription_at":"9999-12-31T00:00:00Z"}}`},
		} {
			s.Post(body[0], body[1]).Status(f, http.StatusOK)
		}
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		answers := make([]any, len(servers))
		for i, s := range servers {
			answers[i] = previewAnswer(t, s, body)
			_, list := fuzzedAnswer(t, s, http.MethodGet, "/api/v1/invoices", "")
			require.EqualValues(t, 1, object(t, list, "meta")["total_count"])
		}
		require.Equal(t, answers[0], answers[len(answers)-1])
	})
}

// previewAnswer sends a body and returns the refusal, or the amounts and dates of
// the invoice.
func previewAnswer(t *testing.T, s *servertest.Server, body string) any {
	t.Helper()
	status, answer := fuzzedAnswer(t, s, http.MethodPost, "/api/v1/invoices/preview", body)
	require.Contains(t, []int{
		http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge,
	}, status, answer)
	invoice, made := answer["invoice"].(map[string]any)
	if !made {
		return answer
	}
	return []any{invoice["issuing_date"], invoice["payment_due_date"], invoice["fees_amount_cents"], invoice["coupons_amount_cents"], invoice["total_amount_cents"]}
}

// fuzzedAnswer sends a request from within a fuzz target, where servertest's own
// methods cannot be called.
func fuzzedAnswer(t *testing.T, s *servertest.Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+s.Key)
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, request)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	return recorder.Code, answer
}
