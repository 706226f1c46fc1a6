package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logOf is a line of an exported log.
func logOf(method, path string, status int, body, answer string) string {
	return fmt.Sprintf(`{"request_id":"r","client":"c","http_method":%q,"http_status":%d,"request_path":%q,"request_body":%s,"request_response":%s,"logged_at":"2030-01-01T00:00:00Z"}`,
		method, status, path, body, answer)
}

// replayed is what a replay of such lines prints.
func replayed(t *testing.T, next string, logs []string, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "logs.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(logs, "\n")), 0o600))
	return says(t, nil, append([]string{"spec", "replay", next, "--logs", file}, flags...)...) + "\n"
}

// A status that is promised no more, a body that is taken no more in the form in
// which clients send it: whoever relies on them fails.
func TestReplay_OfLostStatusesAndMediaTypes(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) {
		plans := at("paths", "/plans", "post", "responses")
		plans["201"] = plans["200"]
		delete(plans, "200")
		wallets := at("paths", "/wallets", "post", "requestBody", "content")
		wallets["application/x-www-form-urlencoded"] = wallets["application/json"]
		delete(wallets, "application/json")
	})
	out := replayed(t, next, []string{
		logOf("post", "/plans", 200, `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":false}}`, `{"plan":{"code":"[FILTERED]"}}`),
		logOf("post", "/wallets", 200, `{"wallet":{"external_customer_id":"c","rate_amount":"1","currency":"EUR"}}`, `null`),
	})
	assert.Contains(t, out, ": 2 logs, 2 requests and 1 answers judged, 2 reasons to fail\n")
	assert.Contains(t, out, "\ncreatePlan\n  c\n    answer: the status 200 is not promised any more (1 times")
	assert.Contains(t, out, "\ncreateWallet\n  c\n    request: no application/json is taken any more, only application/x-www-form-urlencoded (1 times")
}

// The logs that follow the published document have no word for PATCH.
func TestReplay_OfAPatchThatIsShownAsPut(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) { delete(at("paths", "/plans/{code}/entitlements"), "patch") })
	for _, method := range []string{"put", "patch"} {
		out := replayed(t, next, []string{logOf(method, "/plans/pm/entitlements", 200, `{"entitlements":{}}`, `null`)})
		assert.Contains(t, out, "\nupdateEntitlement\n  c\n    request: the operation is gone (1 times", method)
	}
	// An update that has a PUT of its own is that one.
	out := replayed(t, next, []string{logOf("put", "/plans/pm", 200, `{"plan":{"name":"P"}}`, `null`)})
	assert.Contains(t, out, ": 1 logs, 1 requests and 0 answers judged, 0 reasons to fail\n")
	assert.NotContains(t, out, "Not judged")
}

// Operations that the next version alone has do not keep it from being judged, served
// or not.
func TestReplay_AgainstMethodsThatNobodyServes(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) {
		thing := map[string]any{"responses": map[string]any{"200": map[string]any{"description": "d"}}}
		item := map[string]any{}
		for _, method := range []string{"head", "options", "trace"} {
			one := map[string]any{"operationId": method + "Thing"}
			for key, value := range thing {
				one[key] = value
			}
			item[method] = one
		}
		at("paths")["/things"] = item
	})
	out := replayed(t, next, []string{logOf("delete", "/taxes/vat", 200, `{}`, `null`)})
	assert.Contains(t, out, ": 1 logs, 1 requests and 0 answers judged, 0 reasons to fail\n")
}

// An operation that only has another name is still judged; no database is asked for.
func TestReplay_OfARenamedOperation(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) {
		tax := at("paths", "/taxes/{code}", "put")
		tax["operationId"] = "modifyTax"
		tax["responses"].(map[string]any)["201"] = tax["responses"].(map[string]any)["200"]
		delete(tax["responses"].(map[string]any), "200")
		at("paths")["/taxes/{tax}"] = at("paths")["/taxes/{code}"]
		delete(at("paths"), "/taxes/{code}")
		at("paths", "/taxes/{tax}")["parameters"].([]any)[0].(map[string]any)["name"] = "tax"
	})
	file := filepath.Join(t.TempDir(), "logs.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(logOf("put", "/taxes/vat", 200, `{"tax":{"name":"VAT"}}`, `null`)), 0o600))
	nowhere := environment{"TARN_DATABASE_URL": t.TempDir()}
	out := says(t, nowhere, "spec", "replay", next, "--logs", file)
	assert.Contains(t, out, ": 1 logs, 1 requests and 1 answers judged, 1 reasons to fail\n")
	assert.Contains(t, out, "\nupdateTax\n  c\n    answer: the status 200 is not promised any more (1 times")

	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Contains(t, says(t, nowhere, "spec", "replay", next, "--logs", file), "\n\nThere are no logs to replay")
}

// Logs keep paths unescaped, and codes may have slashes.
func TestReplay_OfCodesWithSlashes(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) { delete(at("paths", "/plans/{code}/charges/{charge_code}/filters"), "post") })
	out := replayed(t, next, []string{
		logOf("post", "/plans/p/charges/s.v/1/filters", 200, `{"filter":{"values":{}}}`, `null`),
		logOf("delete", "/plans/p/charges/s.v/1", 200, `{}`, `null`),
		logOf("delete", "/taxes/a/b", 404, `{}`, `{"status":404,"error":"Not Found","code":"tax_not_found"}`),
		logOf("delete", "/customers/c/nothing/here", 404, `{}`, `{"status":404,"error":"Not Found","code":"resource_not_found"}`),
	})
	assert.Contains(t, out, ": 4 logs, 1 requests and 1 answers judged, 1 reasons to fail\n")
	assert.Contains(t, out, "\ncreatePlanChargeFilter\n  c\n    request: the operation is gone (1 times")
	assert.Contains(t, out, "\n  1 requests for paths that the contract does not have\n  1 requests that were refused\n")
}

// Events, where they are logged, are held against their schema like others.
func TestReplay_OfEvents(t *testing.T) {
	t.Parallel()
	next := publishedWith(t, func(at within) {
		event := at("components", "schemas", "EventInputObject")
		event["required"] = append(event["required"].([]any), "zzz")
		event["properties"].(map[string]any)["code"] = map[string]any{"type": "integer"}
	})
	onDatabases(t, func(t *testing.T, m manager) {
		m.env["TARN_LOG_EVENTS"] = "true"
		server := start(t, m.env)
		for path, body := range map[string]string{
			"/events":       `{"event":{"transaction_id":"t1","code":"c","external_subscription_id":"s"}}`,
			"/events/batch": `{"events":[{"transaction_id":"t2","code":"c","external_subscription_id":"s"}]}`,
		} {
			reply, err := server.send(t.Context(), http.MethodPost, "/api/v1"+path, body, http.Header{"Authorization": {"Bearer " + server.Key}})
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, reply.status, string(reply.body))
		}
		require.Zero(t, server.stop(t))
		// A correction of ours lets codes be texts and numbers, whatever is published.
		missing := `(?s)\ncreateBatchEvents\n.*    request: \[\]\.zzz: \[value_is_mandatory\].*\ncreateEvent\n.*    request: zzz: \[value_is_mandatory\]`
		out := m.says(t, "spec", "replay", next)
		assert.Contains(t, out, "2 requests and 2 answers judged, 2 reasons to fail")
		assert.Regexp(t, missing, out)
		out = m.says(t, "spec", "replay", next, "--as-published")
		assert.Contains(t, out, "2 requests and 2 answers judged, 4 reasons to fail")
		assert.Regexp(t, missing, out)
	})
}
