package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

const (
	// payers are how many customers pay through a provider.
	payers = 9
	// mostDeaths is how often the program may die before it has died everywhere.
	mostDeaths = 40
	// adminKeyOfTests opens the administration of the programs.
	adminKeyOfTests = "the-admin-key-of-this-test"
)

// The places between the row of a payment, the charge and its outcome, as what a
// database says of payments that are at them.
const (
	beforeTheCharge  = `SELECT COUNT(*) FROM payments p WHERE p.payment_status = 'pending' AND NOT EXISTS (SELECT 1 FROM simulated_charges c WHERE c.idempotency_key = CAST(p.id AS TEXT))`
	beforeTheOutcome = `SELECT COUNT(*) FROM payments p WHERE p.payment_status = 'pending' AND EXISTS (SELECT 1 FROM simulated_charges c WHERE c.idempotency_key = CAST(p.id AS TEXT))`
	uncollected      = `SELECT COUNT(*) FROM invoices i WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.invoice_id = i.id AND p.payment_status IN ('succeeded', 'failed'))`
)

// Killing the program while it collects, until it has died both before a charge and
// between a charge and its outcome, leaves every invoice charged once.
func TestCrash_ChargesOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8", "TARN_ADMIN_KEY": adminKeyOfTests}
		p, b := start(t, env), openBooks(t, url)
		key := p.Key
		connectPayers(t, p, b)
		died, places := map[string]int{}, []string{beforeTheCharge, beforeTheOutcome}
		for deaths := 0; died[beforeTheCharge] == 0 || died[beforeTheOutcome] == 0; deaths++ {
			require.Less(t, deaths, mostDeaths, "the program has died at %v", died)
			billPayers(t, p)
			awaited := places[deaths%len(places)]
			require.Eventually(t, func() bool { return b.count(t, awaited) > 0 || b.count(t, uncollected) == 0 }, patience, time.Millisecond)
			require.NoError(t, p.command.Process.Kill())
			p.wait(t)
			b.waitForSessions(t)
			for _, place := range places {
				died[place] += b.count(t, place)
			}
			p = start(t, env)
			p.Key = key
			b.collect(t)
			b.checkCharges(t)
		}
		t.Logf("payments were left before their charge %d times, and before their outcome %d times", died[beforeTheCharge], died[beforeTheOutcome])
	})
}

// Two programs on one database, neither of which is ever sure of its leases, charge
// nothing twice.
func TestCharges_OfTwoProcesses(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	env := environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8", "TARN_ADMIN_KEY": adminKeyOfTests}
	p, b := start(t, env), openBooks(t, url)
	connectPayers(t, p, b)
	second := start(t, env)
	for range 3 {
		billPayers(t, p)
		b.collect(t)
	}
	b.checkCharges(t)
	for _, program := range []*program{p, second} {
		require.NotContains(t, program.log.String(), "job failed")
	}
}

// connectPayers lets customers pay through a provider, which declines every third one.
func connectPayers(t *testing.T, p *program, b *books) {
	t.Helper()
	var organization string
	require.NoError(t, b.db.QueryRowContext(t.Context(), "SELECT CAST(id AS TEXT) FROM organizations").Scan(&organization))
	administrate := func(path, body string) {
		t.Helper()
		answer, err := p.send(t.Context(), http.MethodPost, "/admin/organizations/"+organization+path, body, http.Header{"X-Admin-Api-Key": {adminKeyOfTests}})
		require.NoError(t, err)
		require.Equal(t, http.StatusCreated, answer.status, "%s", answer.body)
	}
	administrate("/payment_providers", `{"payment_provider":{"type":"stripe"}}`)
	p.do(t, http.StatusOK, http.MethodPost, "/api/v1/add_ons", `{"add_on":{"name":"Setup","code":"setup","amount_cents":500,"amount_currency":"EUR"}}`)
	for i := range payers {
		p.do(t, http.StatusOK, http.MethodPost, "/api/v1/customers", fmt.Sprintf(
			`{"customer":{"external_id":"c%d","currency":"EUR","billing_configuration":{"payment_provider":"stripe","sync_with_provider":true}}}`, i))
		result := "succeed"
		if i%3 == 0 {
			result = "decline"
		}
		administrate(fmt.Sprintf("/customers/c%d/payment_methods", i), fmt.Sprintf(`{"payment_method":{"outcomes":[{"result":%q}]}}`, result))
	}
}

// billPayers makes an invoice for each of the customers.
func billPayers(t *testing.T, p *program) {
	t.Helper()
	for i := range payers {
		p.do(t, http.StatusOK, http.MethodPost, "/api/v1/invoices", fmt.Sprintf(
			`{"invoice":{"external_customer_id":"c%d","currency":"EUR","fees":[{"add_on_code":"setup"}]}}`, i))
	}
}

// collect waits until everything is collected. It takes the leases away meanwhile: those
// of programs that have died, and of those that live.
func (b *books) collect(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := b.db.ExecContext(t.Context(), "UPDATE jobs SET leased_until = scheduled_at WHERE leased_until > scheduled_at AND state = 'available'")
		return err == nil && b.count(t, uncollected) == 0
	}, patience, 2*time.Millisecond)
}

// checkCharges holds the books of the provider against payments and invoices.
func (b *books) checkCharges(t *testing.T) {
	t.Helper()
	b.none(t, "invoices with another number of payments than one", "SELECT COUNT(*) FROM invoices i WHERE (SELECT COUNT(*) FROM payments p WHERE p.invoice_id = i.id) <> 1")
	b.none(t, "payments with another number of charges than one", `SELECT COUNT(*) FROM payments p WHERE (SELECT COUNT(*) FROM simulated_charges c
		WHERE c.idempotency_key = CAST(p.id AS TEXT) AND c.amount_cents = p.amount_cents) <> 1`)
	b.none(t, "charges of no payment", "SELECT (SELECT COUNT(*) FROM simulated_charges) - (SELECT COUNT(*) FROM payments)")
	b.none(t, "outcomes that were played without a charge", `SELECT COUNT(*) FROM simulated_methods m WHERE m.played <>
		(SELECT COUNT(*) FROM simulated_charges c WHERE c.payment_method_id = m.payment_method_id)`)
	b.none(t, "payments that say something else than the provider", `SELECT COUNT(*) FROM payments p JOIN simulated_charges c ON c.idempotency_key = CAST(p.id AS TEXT)
		WHERE (p.payment_status = 'succeeded') <> (c.result = 'succeed')`)
	b.none(t, "invoices that say something else than their payment", `SELECT COUNT(*) FROM invoices i JOIN payments p ON p.invoice_id = i.id
		WHERE i.payment_status <> p.payment_status OR i.total_paid_amount_cents <> CASE WHEN p.payment_status = 'succeeded' THEN p.amount_cents ELSE 0 END`)
	for status, activities := range map[string][]string{"succeeded": {"payment.succeeded", "invoice.payment_status_updated"}, "failed": {"invoice.payment_failure"}} {
		for _, activity := range activities {
			b.none(t, "invoices without one "+activity, `SELECT COUNT(*) FROM invoices i WHERE i.payment_status = $1 AND
				(SELECT COUNT(*) FROM activity_logs a WHERE a.resource_id = i.id AND a.activity_type = $2) <> 1`, status, activity)
		}
	}
	b.none(t, "jobs that failed", "SELECT COUNT(*) FROM jobs WHERE attempt > 1 OR state = 'discarded' OR attempt > 0 AND state = 'available'")
}
