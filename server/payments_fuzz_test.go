package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzPayments sends any body to the operation that takes payments, on both databases: no
// answer is a failure of ours, both answer alike, and what was made can be read.
func FuzzPayments(f *testing.F) {
	const invoice = "019a0000-0000-7000-8000-000000000001"
	for _, members := range []string{
		``, `,"reference":null`, `,"reference":7`, `,"reference":{}`, `,"reference":"\u0000"`, `,"reference":"\ud800"`, `,"reference":"` + strings.Repeat("ä", 41) + `"`,
		`,"paid_at":null`, `,"paid_at":""`, `,"paid_at":"0001-01-01"`, `,"paid_at":"9999-12-31T23:59:59-14:00"`, `,"paid_at":"2026-02-30"`, `,"paid_at":[7]`,
		`,"amount_cents":9223372036854775807`, `,"amount_cents":99999999999999999999`, `,"amount_cents":1e400`, `,"amount_cents":-0`, `,"amount_cents":"1"`,
		`,"invoice_id":"{` + invoice + `}"`, `,"invoice_id":"` + strings.ToUpper(invoice) + `"`, `,"invoice_id":"\u0000"`, `,"invoice_id":7`,
	} {
		f.Add(paymentBody(invoice, 1, members))
	}
	for _, body := range []string{``, `{}`, `[]`, `{"payment":null}`, `{"payment":{}}`, `{"payment":[]}`} {
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
			made = append(made, answerOf(t, s, http.MethodPost, "/api/v1/payments", body))
			for _, list := range []string{"/api/v1/payments?per_page=1", "/api/v1/payment_receipts?per_page=1"} {
				require.Equal(t, http.StatusOK, answerOf(t, s, http.MethodGet, list, ""))
			}
		}
		require.Equal(t, made[0], made[len(made)-1])
	})
}
