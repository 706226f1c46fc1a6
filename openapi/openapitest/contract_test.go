package openapitest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/openapi/openapitest"
)

// TestCheck_RefusesWhatBreaksTheContract and names the place; what is in no
// contract it does not judge.
func TestCheck_RefusesWhatBreaksTheContract(t *testing.T) {
	t.Parallel()
	published, err := openapitest.Published()
	require.NoError(t, err)
	served, err := openapitest.Served()
	require.NoError(t, err)
	require.Greater(t, len(published.Operations(200)), 180)
	require.NotEmpty(t, published.Statuses("findTax"))

	valid := `{"webhook_endpoint":{"lago_id":"0198c0de-0000-7000-8000-000000000001","lago_organization_id":"0198c0de-0000-7000-8000-000000000001",` +
		`"webhook_url":"https://acme.example","signature_algo":"jwt","created_at":"2026-01-15T10:30:00Z"}}`
	require.NoError(t, published.Check("findWebhookEndpoint", 200, []byte(valid)))
	require.NoError(t, served.Check("findWebhookEndpoint", 200, []byte(valid)))
	require.Error(t, published.Check("findWebhookEndpoint", 200, []byte(`{`)))
	broken := strings.Replace(valid, `"jwt"`, `null`, 1)
	require.ErrorContains(t, published.Check("findWebhookEndpoint", 200, []byte(broken)), "signature_algo")
	for _, at := range []string{"yesterday", "2026-02-31T10:30:00Z", "2026-01-15 10:30:00Z", "2026-01-15"} {
		require.Error(t, published.Check("findWebhookEndpoint", 200, []byte(strings.Replace(valid, "2026-01-15T10:30:00Z", at, 1))), at)
	}
	require.NoError(t, published.Check("findWebhookEndpoint", 599, []byte(broken)), "no such answer")
}

// Both validators hold texts against the formats that the documents name.
func TestFormats(t *testing.T) {
	t.Parallel()
	published, err := openapitest.Published()
	require.NoError(t, err)
	const entity = `{"billing_entity":{"lago_id":"0198c0de-0000-7000-8000-000000000001","code":"c","name":"n","default_currency":"EUR",` +
		`"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z","is_default":true,"email":EMAIL,"logo_url":URI}}`
	for text, refused := range map[[2]string]string{
		{`null`, `null`}:                "",
		{`"a@b.co"`, `"https://a.b/c"`}: "",
		{`""`, `null`}:                  "email",
		{`"a@b.co,c@d.co"`, `null`}:     "email",
		{`"a@b"`, `null`}:               "email",
		{`null`, `"logo.png"`}:          "uri",
	} {
		err := published.Check("getBillingEntity", 200, []byte(strings.NewReplacer("EMAIL", text[0], "URI", text[1]).Replace(entity)))
		if refused == "" {
			require.NotContains(t, fmt.Sprint(err), "match the format", text)
		} else {
			require.ErrorContains(t, err, `match the format "`+refused+`"`, text)
		}
	}
}
