package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// TestWallets_AreTheSumOfTheirTransactions while top-ups, payments, voids, invoices and
// their voids come at once in random order: whatever a reader sees at any moment adds
// up, and no balance is ever below nothing.
func TestWallets_AreTheSumOfTheirTransactions(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		metric := newMetric(t, s, "calls", "")
		s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false,
			"charges":[{"billable_metric_id":%q,"charge_model":"standard","pay_in_advance":true,"properties":{"amount":"0.37"}}]}}`, metric["lago_id"])).Status(t, http.StatusOK)
		member(t, s.Post("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`), "customer")
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"acme","plan_code":"p","external_id":"s"}}`).Status(t, http.StatusOK)
		race := walletRace{Server: s, wallets: []string{
			storedWallet(t, s, "acme", "first", func(row *store.Wallet) { row.Priority = 1 }), storedWallet(t, s, "acme", "second", nil),
		}}
		seed := rand.Uint64()
		t.Log("seed", seed)
		var moving sync.WaitGroup
		for mover := range uint64(4) {
			moving.Go(func() { race.move(t, rand.New(rand.NewPCG(seed, mover)), 12) })
		}
		var done atomic.Bool
		var watching sync.WaitGroup
		watching.Go(func() {
			for !done.Load() {
				race.check(t)
			}
		})
		moving.Wait()
		done.Store(true)
		watching.Wait()
		race.check(t)
		require.Positive(t, race.moved.Load(), "something came and went")
	})
}

// walletRace is who moves money in some wallets.
type walletRace struct {
	*servertest.Server

	wallets []string
	moved   atomic.Int64
	events  atomic.Int64
}

// move does random things one after the other.
func (r *walletRace) move(t *testing.T, random *rand.Rand, times int) {
	for range times {
		wallet := r.wallets[random.IntN(len(r.wallets))]
		credits := fmt.Sprintf("%d.%02d", random.IntN(3), random.IntN(100))
		switch random.IntN(5) {
		case 0:
			r.answered(t, r.Post("/wallet_transactions", transactionBody(wallet, fmt.Sprintf(`"granted_credits":%q,"priority":%d`, credits, 1+random.IntN(3)))))
		case 1:
			r.answered(t, r.Post("/wallet_transactions", transactionBody(wallet, fmt.Sprintf(`"paid_credits":%q`, credits))))
			r.onInvoices(t, "credit", func(id string) *servertest.Response {
				return r.Put("/invoices/"+id, `{"invoice":{"payment_status":"succeeded"}}`)
			})
		case 2:
			r.answered(t, r.Post("/wallet_transactions", transactionBody(wallet, fmt.Sprintf(`"voided_credits":%q`, credits))))
		case 3:
			r.answered(t, r.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":"t%d","code":"calls","external_subscription_id":"s","properties":{"gb":%d}}}`,
				r.events.Add(1), random.IntN(4))))
		case 4:
			r.onInvoices(t, "subscription", func(id string) *servertest.Response { return r.Post("/invoices/"+id+"/void", "") })
		}
	}
}

// onInvoices does something with the newest invoice of a type.
func (r *walletRace) onInvoices(t *testing.T, kind string, do func(id string) *servertest.Response) {
	for _, invoice := range entries(t, r.Get("/invoices?status=finalized&per_page=1&invoice_type="+kind), "invoices") {
		r.answered(t, do(invoice["lago_id"].(string)))
	}
}

// answered counts what was done. What wallets and invoices do not allow is refused.
func (r *walletRace) answered(t *testing.T, answer *servertest.Response) {
	switch answer.Code {
	case http.StatusOK:
		r.moved.Add(1)
	case http.StatusUnprocessableEntity, http.StatusMethodNotAllowed:
	default:
		t.Errorf("answered %d: %s", answer.Code, answer.Body)
	}
}

// check holds everything against each other that one moment shows.
func (r *walletRace) check(t *testing.T) {
	scope := store.Scope{Organization: r.Organization.ID, Source: store.SourceSystem}
	assert.NoError(t, r.Store.Read(t.Context(), scope, func(tx *store.Tx) error {
		for _, id := range r.wallets {
			row, err := tx.WalletByID(uuid.MustParse(id))
			if err != nil {
				return err
			}
			sum, left := movedCents(t, tx, row.ID)
			assert.Equal(t, sum, row.BalanceCents, "the sum of all transactions")
			assert.Equal(t, left, row.BalanceCents, "what is left of all that came in")
			assert.GreaterOrEqual(t, row.BalanceCents, int64(0))
			assert.True(t, row.CreditsBalance.Shift(2).IsInteger() && row.CreditsBalance.Shift(2).IntPart() == row.BalanceCents, "credits of one euro each")
		}
		return nil
	}))
}
