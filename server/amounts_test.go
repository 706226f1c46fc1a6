package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/money"
	"tarn/server/servertest"
	"tarn/store"
)

// TestAmounts_OfManyInvoices: sums that no integer of 64 bits holds are exact where
// somebody reads them, and refused where something would be made of them.
func TestAmounts_OfManyInvoices(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c1","currency":"EUR"}`)
		addPlan(t, s, "basic")
		subscribe(t, s, "basic", "sub", "")
		var ids []string
		for range 100 {
			ids = append(ids, issue(t, s, "c1", func(tx *store.Tx, row *store.Invoice) {
				subscription, err := tx.Subscription("sub", store.SubscriptionActive)
				require.NoError(t, err)
				row.PaymentOverdue, row.InvoiceType, row.Number = true, store.InvoiceSubscription, store.NewID().String()
				row.FeesAmountCents, row.TotalAmountCents = money.MaxCents, money.MaxCents
				fee := feeOf(row.CustomerID, store.FeeCharge)
				fee.SubscriptionID, fee.AmountCents = &subscription.ID, money.MaxCents
				row.Fees = []store.Fee{fee}
			}))
		}
		page := shown(t, s, portalLink(t, s, "c1"))
		require.Equal(t, 2, strings.Count(page, "€100,000,000,000,000,000.00"), "what is due, and overdue")

		t.Log("all usage of a subscription")
		beyond := map[string]any{"amount_cents": []any{"value_is_out_of_range"}}
		require.Equal(t, beyond, s.Get("/subscriptions/sub/lifetime_usage").Status(t, http.StatusUnprocessableEntity).Details(t))

		t.Log("a payment of everything")
		require.Equal(t, beyond, s.Post("/payment_requests", requestBody("c1", "", ids...)).Status(t, http.StatusUnprocessableEntity).Details(t))
		require.EqualValues(t, "100000000000000000", ask(t, s, "c1", "", ids[0])["amount_cents"])
	})
}

// TestAmounts_OfACreditThatIsWorthTooMuch: the fee of a purchase says what a credit costs.
// Since when rates have an end, no wallet is made so.
func TestAmounts_OfACreditThatIsWorthTooMuch(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "dear", func(row *store.Wallet) { row.RateAmount = decimal.New(1, 20) })
		moveCredits(t, s, wallet, `"paid_credits":"0.00001"`)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		require.Empty(t, entries(t, s.Get("/invoices"), "invoices"))
	})
}
