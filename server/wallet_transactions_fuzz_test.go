package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzMoney sends any body to the operations that put credits into a wallet, take them
// out of it and watch it, on both databases: no answer is a failure of ours, both answer
// alike, and the wallet can be read.
func FuzzMoney(f *testing.F) {
	for _, members := range []string{
		`"granted_credits":"5","voided_credits":"5"`, `"voided_credits":"100000"`, `"paid_credits":"1e5"`, `"paid_credits":7,"name":[]`,
		`"granted_credits":"` + strings.Repeat("9", 25) + `"`, `"granted_credits":"0.00000000001"`, `"priority":0`, `"priority":99999999999999999999`,
		`"metadata":{"key":"k"}`, `"metadata":[{"key":"k","value":"v"},null,7]`, `"name":"` + strings.Repeat("ä", 256) + `"`, `"name":"\u0000"`,
		`"payment_method":{"payment_method_id":"x"}`, `"payment_method":{"payment_method_type":"manual"},"paid_credits":"1"`,
		`"voided_transaction_id":"00000000-0000-4000-8000-000000000000"`, `"purchase_order_number":" "`, `"invoice_custom_section":7`,
	} {
		f.Add(members, `{"alert":{}}`)
	}
	for _, alert := range []string{
		``, `[]`, `{"alert":null}`, `{"alerts":[]}`, `{"alerts":[null,7,{}]}`, `{"alert":{"alert_type":"wallet_balance_amount","code":"a","thresholds":[{"value":"1e400"}]}}`,
		`{"alert":{"alert_type":"wallet_credits_balance","code":"b","thresholds":[{"value":-5},{"value":"5","recurring":"t"}]}}`,
		`{"alert":{"alert_type":"current_usage_amount","code":"c","thresholds":[{"value":1}]}}`, `{"alert":{"alert_type":7,"code":{},"thresholds":{}}}`,
	} {
		f.Add(`"granted_credits":"1"`, alert)
	}
	var servers []*servertest.Server
	var wallets []any
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		s.Post("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`).Status(f, http.StatusOK)
		made := s.Post("/wallets", walletBody(`"code":"known","granted_credits":"100"`)).Status(f, http.StatusOK).JSON(f)["wallet"]
		servers, wallets = append(servers, s), append(wallets, made.(map[string]any)["lago_id"])
	}
	f.Fuzz(func(t *testing.T, members, alert string) {
		var moved, watched []int
		for i, s := range servers {
			body := fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,%s}}`, wallets[i], members)
			moved = append(moved, answerOf(t, s, http.MethodPost, "/api/v1/wallet_transactions", body))
			watched = append(watched, answerOf(t, s, http.MethodPost, "/api/v1/customers/acme/wallets/known/alerts", alert))
			require.Equal(t, http.StatusOK, answerOf(t, s, http.MethodGet, fmt.Sprintf("/api/v1/wallets/%s/wallet_transactions?per_page=1", wallets[i]), ""))
		}
		require.Equal(t, moved[0], moved[len(moved)-1])
		require.Equal(t, watched[0], watched[len(watched)-1])
	})
}
