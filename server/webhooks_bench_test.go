package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/notify"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// BenchmarkWebhooks measures how fast an endpoint on the same machine is told of what has
// happened: an iteration is a webhook.
func BenchmarkWebhooks(b *testing.B) {
	for _, dialect := range storetest.Dialects() {
		for _, algorithm := range []string{"hmac", "jwt"} {
			b.Run(dialect+"/"+algorithm, func(b *testing.B) {
				s := servertest.NewDelivering(b, storetest.URL(b, dialect), notify.Options{AllowPrivate: true, Wait: notify.DefaultTimeout})
				endpoint := s.NewEndpoint(b, fmt.Sprintf(`"signature_algo":%q`, algorithm))
				scope := store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}
				happen := func(count int) {
					require.NoError(b, s.Store.Write(b.Context(), scope, func(tx *store.Tx) error {
						for range count {
							notify.Happened(tx, notify.CustomerCreated(store.Customer{
								ID: store.NewID(), ExternalID: "acme", Slug: "ACM-1-001", AccountType: "customer", FinalizeZeroAmountInvoice: store.ZeroInvoiceInherit,
								BillingEntity: store.BillingEntity{Code: "acme", Timezone: "UTC"}, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
							}))
						}
						return nil
					}))
				}
				happen(b.N)
				b.ResetTimer()
				require.NoError(b, s.Runner.RunDue(b.Context(), s.Organization.ID))
				b.StopTimer()
				require.Len(b, endpoint.Received(), b.N)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "webhooks/s")
			})
		}
	}
}
