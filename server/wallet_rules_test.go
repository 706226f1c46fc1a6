package server_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// TestWallets_FollowTheirRules: a rule that is named changes, everything else is a
// new one, and there is never more than one.
func TestWallets_FollowTheirRules(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		method := newPaymentMethod(t, s, "acme", byDefault(true))
		wallet := newWallet(t, s, f, `"paid_credits":"7","granted_credits":"3","invoice_requires_successful_payment":true,`+
			ruleBody(`{"trigger":"threshold","threshold_credits":"5","interval":"weekly","transaction_name":"","invoice_requires_successful_payment":false,
				"payment_method":{"payment_method_type":"provider","payment_method_id":"`+method+`"}}`))
		rules := func(members string) []map[string]any {
			return objects(t, member(t, s.Put(f.at(wallet, ""), `{"wallet":{`+members+`}}`), "wallet"), "recurring_transaction_rules")
		}
		first := objects(t, wallet, "recurring_transaction_rules")[0]
		requireMembers(t, `{"trigger":"threshold","interval":"weekly","method":"fixed","threshold_credits":"5.0","target_ongoing_balance":null,"paid_credits":"7.0",
			"granted_credits":"3.0","grants_target_top_up":false,"invoice_requires_successful_payment":false,"transaction_name":null,
			"payment_method":{"payment_method_type":"provider","payment_method_id":"`+method+`"}}`, first)

		require.Equal(t, []map[string]any{first}, rules(`"name":"other"`), "nothing was said of rules")
		require.Equal(t, []map[string]any{first}, rules(`"recurring_transaction_rules":null`))
		changed := rules(ruleBody(`{"lago_id":"` + first["lago_id"].(string) + `","granted_credits":"4","interval":null,"paid_credits":null,"invoice_requires_successful_payment":true,
			"transaction_metadata":[{"key":"why","value":"low"}]}`))
		require.Len(t, changed, 1)
		require.Equal(t, first["lago_id"], changed[0]["lago_id"])
		requireMembers(t, `{"trigger":"threshold","threshold_credits":"5.0","paid_credits":"0.0","granted_credits":"4.0","invoice_requires_successful_payment":true,
			"transaction_metadata":[{"key":"why","value":"low"}]}`, changed[0])

		replaced := rules(ruleBody(`{"lago_id":"` + uuid.NewString() + `","trigger":"interval","interval":"monthly","paid_credits":"junk","granted_credits":"1"}`))
		require.Len(t, replaced, 1)
		require.NotEqual(t, first["lago_id"], replaced[0]["lago_id"])
		requireMembers(t, `{"trigger":"interval","threshold_credits":"0.0","paid_credits":"0.0","granted_credits":"1.0","invoice_requires_successful_payment":true}`, replaced[0])
		again := rules(ruleBody(`{"lago_id":"` + first["lago_id"].(string) + `",` + monthlyRule[1:]))
		require.Len(t, again, 1)
		require.NotEqual(t, first["lago_id"], again[0]["lago_id"], "a rule that is over does not come back")
		require.Empty(t, rules(`"recurring_transaction_rules":[]`))

		setPremium(t, s, `{"licensed":false}`)
		require.Empty(t, rules(ruleBody(`{}`)), "without the licence, rules count for nothing")
		require.Empty(t, newWallet(t, s, f, ruleBody(`{}`))["recurring_transaction_rules"])
	})
}

// TestWallets_SayWhatComesIntoThem: what a new wallet begins with has the name, the
// metadata and the priority that were sent with it, and need not keep to its limits.
func TestWallets_SayWhatComesIntoThem(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		const limited = `"paid_credits":"5","granted_credits":"2","paid_top_up_min_amount_cents":1000,"transaction_name":"Welcome","transaction_priority":7,
			"transaction_metadata":[{"key":"why","value":"new"}]`
		requireDetails(t, `{"paid_credits":["amount_below_minimum"]}`, s.Post(f.wallets, walletBody(limited)))
		wallet := newWallet(t, s, f, limited+`,"ignore_paid_top_up_limits_on_creation":true`)
		came := entries(t, s.Get("/wallets/"+wallet["lago_id"].(string)+"/wallet_transactions"), "wallet_transactions")
		require.ElementsMatch(t, []any{"5.0", "2.0"}, pluck(came, "amount"))
		for _, transaction := range came {
			requireMembers(t, `{"name":"Welcome","priority":7,"metadata":[{"key":"why","value":"new"}]}`, transaction)
		}
	})
}

// TestWallets_RememberADeclinedTopUp until a purchase is paid, and not one of another
// source or from long ago.
func TestWallets_RememberADeclinedTopUp(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		id := uuid.MustParse(newWallet(t, s, walletFamily{wallets: "/wallets"}, "")["lago_id"].(string))
		withinOrganization(t, s, func(tx *store.Tx) error {
			now := tx.Now()
			add := func(status store.TransactionStatus, source store.TransactionSource, ago time.Duration) {
				at := now.Add(-ago)
				row := store.WalletTransaction{
					ID: store.NewID(), WalletID: id, TransactionType: store.TransactionInbound, TransactionStatus: store.TransactionPurchased, Status: status,
					Source: source, Priority: 50, Metadata: store.TransactionMetadata{}, PaymentMethodType: store.PaymentMethodProvider,
				}
				if row.FailedAt = &at; status == store.TransactionSettled {
					row.FailedAt, row.SettledAt = nil, &at
				}
				require.NoError(t, tx.InsertWalletTransactions([]*store.WalletTransaction{&row}))
			}
			declined := func(want bool, why string) {
				t.Helper()
				got, err := tx.TopUpDeclined(id, store.TransactionByThreshold, now.Add(-time.Hour))
				require.NoError(t, err)
				require.Equal(t, want, got, why)
			}
			declined(false, "nothing was bought")
			add(store.TransactionFailed, store.TransactionManual, time.Minute)
			add(store.TransactionFailed, store.TransactionByThreshold, 2*time.Hour)
			declined(false, "not by the rule, or long ago")
			add(store.TransactionSettled, store.TransactionManual, 31*time.Minute)
			add(store.TransactionFailed, store.TransactionByThreshold, 30*time.Minute)
			declined(true, "paid before it")
			add(store.TransactionSettled, store.TransactionManual, 29*time.Minute)
			declined(false, "paid after it")
			return nil
		})
	})
}
