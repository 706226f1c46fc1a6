package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzWallets sends any body to the operations that make and change wallets, on both
// databases: no answer is a failure of ours, both answer alike, and what was made can
// be read.
func FuzzWallets(f *testing.F) {
	for _, members := range []string{
		`,"paid_credits":"10","granted_credits":"1e5"`, `,"rate_amount":"1e-400"`, `,"rate_amount":"1e2147483647"`, `,"rate_amount":"0.00001","granted_credits":"` + strings.Repeat("9", 25) + `"`,
		`,"rate_amount":"9999999999999999999999999","paid_credits":"9999999999999999999999999"`, `,"name":"\u0000","code":"` + strings.Repeat("x", 2001) + `"`,
		`,"name":"` + strings.Repeat("ä", 1500) + `"`, `,"priority":1e9`, `,"priority":99999999999999999999`, `,"paid_top_up_min_amount_cents":9223372036854775807`,
		`,"expiration_at":"9999-12-31T23:59:59-14:00"`, `,"expiration_at":"2100-02-30"`, `,"currency":null`, `,"payment_method":7`, `,"payment_method":{"payment_method_id":"x"}`,
		`,"recurring_transaction_rules":[{"trigger":"interval","interval":"weekly","started_at":"0001-01-01T00:00:00Z","granted_credits":"5"}]`,
		`,"recurring_transaction_rules":[{"trigger":"interval","interval":"yearly","started_at":"9999-12-31T00:00:00Z","granted_credits":"5"}]`,
		`,"recurring_transaction_rules":[{"trigger":"threshold","threshold_credits":"0","paid_credits":"0.00001","transaction_name":"\ud800"}]`,
		`,"recurring_transaction_rules":{"0":[]}`, `,"recurring_transaction_rules":[null]`, `,"transaction_metadata":[null,7]`, `,"transaction_metadata":[{"key":{},"value":[]}]`,
		`,"applies_to":{"fee_types":[null,7,"charge"],"billable_metric_codes":["",null]}`, `,"metadata":{"":null}`, `,"billing_entity_code":""`,
	} {
		f.Add(walletBody(strings.TrimPrefix(members, ",")))
	}
	for _, body := range []string{``, `{}`, `[]`, `{"wallet":null}`, `{"wallet":{}}`, `{"wallet":[]}`, `{"wallet":{"rate_amount":1}}`} {
		f.Add(body)
	}
	var servers []*servertest.Server
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		s.Post("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`).Status(f, http.StatusOK)
		s.Post("/wallets", walletBody(`"code":"known"`)).Status(f, http.StatusOK)
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var made, changed []int
		for _, s := range servers {
			made = append(made, answerOf(t, s, http.MethodPost, "/api/v1/wallets", body))
			changed = append(changed, answerOf(t, s, http.MethodPut, "/api/v1/customers/acme/wallets/known", body))
			require.Equal(t, http.StatusOK, answerOf(t, s, http.MethodGet, "/api/v1/wallets?per_page=1", ""))
		}
		require.Equal(t, made[0], made[len(made)-1])
		require.Equal(t, changed[0], changed[len(changed)-1])
	})
}
