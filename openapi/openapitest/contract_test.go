package openapitest_test

import (
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
	require.NoError(t, published.Check("findWebhookEndpoint", 599, []byte(broken)), "no such answer")
}
