package encode_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/compat"
	"tarn/encode"
	"tarn/gen"
	"tarn/nullable"
)

// On the wire a webhook shows what its object is; by the document, what that allows.
func TestWebhook_FollowsTheMode(t *testing.T) {
	t.Parallel()
	failure := gen.InvoicePaymentFailureObject{
		ExternalCustomerID: "acme", PaymentProvider: nullable.NewNullNullable[gen.InvoicePaymentFailureObjectPaymentProvider](),
	}
	written := func(mode compat.Mode, eventType string, value any) map[string]any {
		text, err := encode.Webhook([]byte(`{"is":`), mode, eventType, "payment_provider_invoice_payment_error", value)
		require.NoError(t, err)
		var body map[string]map[string]any
		require.NoError(t, json.Unmarshal(append(text, '}'), &body))
		return body["is"]
	}
	require.Nil(t, written(compat.Wire, "invoice.payment_failure", failure)["payment_provider"])
	require.Equal(t, "stripe", written(compat.Document, "invoice.payment_failure", failure)["payment_provider"])
	require.Nil(t, written(compat.Document, "invoice.unheard_of", failure)["payment_provider"], "the document says nothing of it")
	require.Equal(t, "acme", written(compat.Document, "invoice.payment_failure", failure)["external_customer_id"])
}
