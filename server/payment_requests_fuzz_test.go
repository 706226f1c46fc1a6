package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzPaymentRequests sends any body to the operation that asks for payments, on both
// databases: no answer is a failure of ours, both answer alike, and what was made can be
// read.
func FuzzPaymentRequests(f *testing.F) {
	const invoice = "019a0000-0000-7000-8000-000000000001"
	for _, members := range []string{
		``, `,"email":null`, `,"email":7`, `,"email":{}`, `,"email":"\u0000"`, `,"email":"` + strings.Repeat("a", 3000) + `@example.com"`, `,"email":"a@b, c@d"`,
		`,"payment_method":7`, `,"payment_method":[]`, `,"payment_method":{"payment_method_type":null,"payment_method_id":null}`,
		`,"payment_method":{"payment_method_id":"x"}`, `,"payment_method":{"payment_method_type":"manual","payment_method_id":"` + invoice + `"}`,
		`,"lago_invoice_ids":null`, `,"lago_invoice_ids":{"0":1}`, `,"lago_invoice_ids":[null,7,{},"\ud800",""]`, `,"external_customer_id":"\u0000"`,
	} {
		f.Add(requestBody("acme", members, invoice))
	}
	for _, body := range []string{``, `{}`, `[]`, `{"payment_request":null}`, `{"payment_request":{}}`, `{"payment_request":[]}`} {
		f.Add(body)
	}
	var servers []*servertest.Server
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		s.Post("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`).Status(f, http.StatusOK)
		keepOverdue(f, s, "acme", invoice)
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var made []int
		for _, s := range servers {
			made = append(made, answerOf(t, s, http.MethodPost, "/api/v1/payment_requests", body))
			require.Equal(t, http.StatusOK, answerOf(t, s, http.MethodGet, "/api/v1/payment_requests?per_page=1", ""))
		}
		require.Equal(t, made[0], made[len(made)-1])
	})
}
