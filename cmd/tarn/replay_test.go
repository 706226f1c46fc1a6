package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

// within is what lies under keys of a document.
type within func(keys ...string) map[string]any

// publishedWith writes a changed copy of the published document.
func publishedWith(t *testing.T, change func(at within)) string {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(openapi.Published(), &doc))
	change(func(keys ...string) map[string]any {
		n := doc
		for _, key := range keys {
			n = n[key].(map[string]any)
		}
		return n
	})
	data, err := json.Marshal(doc)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "next.json")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// nextVersion writes a version of the published document in which a new tax must
// be described, taxes have a surcharge, a tax cannot be deleted, and coupons are
// elsewhere.
func nextVersion(t *testing.T) string {
	t.Helper()
	return publishedWith(t, func(at within) {
		tax := at("components", "schemas", "TaxCreateInput", "properties", "tax")
		tax["required"] = append(tax["required"].([]any), "description")
		object := at("components", "schemas", "TaxObject")
		object["required"] = append(object["required"].([]any), "surcharge")
		delete(at("paths", "/taxes/{code}"), "delete")
		at("paths")["/vouchers"] = at("paths")["/coupons"]
		delete(at("paths"), "/coupons")
	})
}

// What clients have sent and got is held against the next version: what would
// fail is listed by operation and client, and what cannot be judged is counted.
func TestReplay_OfTheDatabase(t *testing.T) {
	t.Parallel()
	next := nextVersion(t)
	onDatabases(t, func(t *testing.T, m manager) {
		server := start(t, m.env)
		agent := func(name string) http.Header {
			return http.Header{"User-Agent": {name}, "Authorization": {"Bearer " + server.Key}}
		}
		send := func(client, method, path, body string, status int) {
			reply, err := server.send(t.Context(), method, "/api/v1"+path, body, agent(client))
			require.NoError(t, err)
			require.Equal(t, status, reply.status, string(reply.body))
		}
		send("old/1", http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`, http.StatusOK)
		send("old/1", http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat2","rate":"20"}}`, http.StatusOK)
		send("new/2", http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat3","rate":"20","description":"d"}}`, http.StatusOK)
		send("old/1", http.MethodPost, "/taxes", `{"tax":{"name":"VAT"}}`, http.StatusUnprocessableEntity)
		send("old/1", http.MethodDelete, "/taxes/vat2", "", http.StatusOK)
		send("old/1", http.MethodPost, "/coupons", `{"coupon":{"name":"C","code":"c","coupon_type":"percentage","percentage_rate":"10","frequency":"once","expiration":"no_expiration"}}`, http.StatusOK)
		require.Zero(t, server.stop(t))

		out := m.says(t, "spec", "replay", next)
		assert.Regexp(t, `^Held against 1\.51\.0 \([0-9a-f]{12}\): 6 logs, 3 requests and 4 answers judged, 5 reasons to fail\n`, out)
		assert.Regexp(t, `\ncreateTax\n  new/2\n    answer: .*surcharge.* \(1 times, last 20\S+, \S+\)\n  old/1\n`, out)
		assert.Regexp(t, `\n    request: description: \[value_is_mandatory\] \(2 times, last `, out)
		assert.Regexp(t, `\ndestroyTax\n  old/1\n    request: the operation is gone \(1 times`, out)
		assert.Regexp(t, `\ncreateCoupon\n  old/1\n    request: the operation has moved to POST /vouchers \(1 times`, out)
		assert.Contains(t, out, "\nNot judged\n  1 requests that were refused\n")

		assert.Contains(t, m.says(t, "spec", "replay", next, "--since", "2999-01-01"), ": 0 logs, 0 requests and 0 answers judged, 0 reasons to fail\n\nThere are no logs to replay, so this says nothing of that version.\n")
		assert.Contains(t, m.refuses(t, "spec", "replay", next, "--since", "tomorrow"), "--since: neither a day nor an instant")
		assert.Contains(t, m.refuses(t, "spec", "replay", next, "--org", "nobody"), "no such organization")
		failing := run(t, m.env, "spec", "replay", next, "--fail-on", "any")
		assert.Equal(t, 3, failing.wait(t))
	})
}

// Logs that were exported from another server are judged alike. Bodies that the
// log does not have as they were sent are not judged.
func TestReplay_OfAFile(t *testing.T) {
	t.Parallel()
	line := func(client, body string) string {
		return fmt.Sprintf(`{"request_id":"r-%s","client":%[1]q,"http_method":"post","http_status":200,"request_path":"/api/v1/taxes","request_body":%s,"request_response":null,"logged_at":"2030-01-01T00:00:00Z"}`, client, body)
	}
	logs := strings.Join([]string{
		line("plain", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`),
		`{"api_log":` + line("wrapped", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`) + `}`, "",
		line("shown", `"{\"tax\":{\"name\":\"VAT\",\"code\":\"vat\",\"rate\":\"20\"}}"`),
		line("secret", `{"tax":{"name":"[FILTERED]","code":"vat","rate":"20"}}`),
		line("large", `{"omitted":"the body is larger than the log keeps","sha256":"00","size":70000}`),
		line("text", `"tax=vat"`),
		strings.Replace(line("elsewhere", `{}`), "/taxes", "/nowhere", 1),
		strings.Replace(line("early", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "2030-01", "2029-01", 1),
	}, "\n")
	file := filepath.Join(t.TempDir(), "logs.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(logs), 0o600))
	next := nextVersion(t)

	var report struct {
		Replayed  int            `json:"replayed"`
		Requests  int            `json:"requests"`
		NotJudged map[string]int `json:"not_judged"`
		Findings  []struct {
			Operation, Client, Part, Why string
			Count                        int
			RequestID                    string `json:"request_id"`
		} `json:"findings"`
	}
	require.NoError(t, json.Unmarshal([]byte(says(t, nil, "spec", "replay", next, "--logs", file, "--since", "2029-06-30", "--json")), &report))
	assert.Equal(t, 7, report.Replayed)
	assert.Equal(t, 3, report.Requests)
	assert.Equal(t, map[string]int{hasFiltered: 1, tooLargeForLogs: 1, notJSON: 1, notInContract: 1}, report.NotJudged)
	require.Len(t, report.Findings, 3)
	assert.Equal(t, "createTax plain request description: [value_is_mandatory] r-plain", strings.Join([]string{
		report.Findings[0].Operation, report.Findings[0].Client, report.Findings[0].Part, report.Findings[0].Why, report.Findings[0].RequestID,
	}, " "))
	assert.Equal(t, []string{"shown", "wrapped"}, []string{report.Findings[1].Client, report.Findings[2].Client})

	// Against the version that is served, nothing fails.
	same := filepath.Join(t.TempDir(), "same.json")
	require.NoError(t, os.WriteFile(same, openapi.Published(), 0o600))
	for _, form := range []string{"--markdown", "--as-published"} {
		assert.Contains(t, says(t, nil, "spec", "replay", same, "--logs", file, form), ", 0 reasons to fail\n")
	}

	require.NoError(t, os.WriteFile(file, []byte("{}\n"), 0o600))
	p := run(t, nil, "spec", "replay", next, "--logs", file)
	require.NotZero(t, p.wait(t))
	assert.Contains(t, p.log.String(), "line 1 is no API log")
}
