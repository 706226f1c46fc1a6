package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/engine"
	"tarn/invoicing"
	"tarn/store"
	"tarn/store/storetest"
)

const (
	// billedCustomers are how many customers are billed at once.
	billedCustomers = 24
	// mostBilled bounds how many are billed between two deaths of the program.
	mostBilled = 8
	// billedMonths are how many months are billed.
	billedMonths = 2
)

// Killing the program while it bills and makes drafts final, as often as it takes,
// leaves every period billed once: on an invoice with its fees, its activities and a
// number, without a gap or a double among the customer's and the billing entity's,
// and paid by the customer's wallet.
func TestCrash_BillsOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		random := rand.New(rand.NewPCG(seedOf(t), 0))
		env := environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8"}
		p, b := start(t, watched(env)), openBooks(t, url)
		sellMonthly(t, p)
		deaths := 0
		for _, work := range b.works() {
			b.makeDue(t, work.kind)
			for left := work.left(t); left > 0; left = work.left(t) {
				b.await(t, p, work, max(0, left-1-random.IntN(mostBilled)))
				require.NoError(t, p.command.Process.Kill())
				p.wait(t)
				b.waitForSessions(t)
				b.check(t)
				p = start(t, env)
				deaths++
			}
		}
		b.settle(t)
		b.check(t)
		b.requireMonths(t)
		t.Logf("the program died %d times", deaths)
	})
}

// Two programs on one database bill side by side, and nothing twice.
func TestBilling_OfTwoProcesses(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	env := watched(environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8"})
	p, b := start(t, env), openBooks(t, url)
	sellMonthly(t, p)
	second := start(t, env)
	for _, work := range b.works() {
		b.makeDue(t, work.kind)
		b.await(t, p, work, 0)
	}
	b.settle(t)
	b.check(t)
	b.requireMonths(t)
	for _, program := range []*program{p, second} {
		require.NotContains(t, program.log.String(), "job failed")
	}
}

// sellMonthly lets customers have subscriptions of a plan with a charge and a tax
// for years, and use something in each month that is billed. Every third customer
// has days of grace. A wallet of each pays all of the first month and a part of the
// second one.
func sellMonthly(t *testing.T, p *program) {
	t.Helper()
	post := func(path, body string) map[string]any {
		return p.do(t, http.StatusOK, http.MethodPost, "/api/v1"+path, body).json(t)
	}
	p.do(t, http.StatusOK, http.MethodPut, "/api/v1/organizations", `{"organization":{"document_numbering":"per_organization"}}`)
	post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","applied_to_organization":true}}`)
	metric, _ := post("/billable_metrics", `{"billable_metric":{"name":"Calls","code":"calls","aggregation_type":"count_agg"}}`)["billable_metric"].(map[string]any)
	post("/plans", fmt.Sprintf(`{"plan":{"name":"Pro","code":"pro","interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false,
		"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}]}}`, metric["lago_id"]))
	for i := range billedCustomers {
		grace := 0
		if i%3 == 0 {
			grace = 3
		}
		post("/customers", fmt.Sprintf(`{"customer":{"external_id":"c%d","currency":"EUR","billing_configuration":{"invoice_grace_period":%d}}}`, i, grace))
		post("/subscriptions", fmt.Sprintf(
			`{"subscription":{"external_customer_id":"c%d","plan_code":"pro","external_id":"s%d","subscription_at":"2024-05-17T10:00:00Z"}}`, i, i))
		wallet, _ := post("/wallets", fmt.Sprintf(`{"wallet":{"external_customer_id":"c%d","name":"Main","rate_amount":"1","currency":"EUR"}}`, i))["wallet"].(map[string]any)
		for _, credits := range []int{70, 30} {
			post("/wallet_transactions", fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,"granted_credits":"%d"}}`, wallet["lago_id"], credits))
		}
	}
	var events []string
	for month := range billedMonths {
		for i := range billedCustomers {
			events = append(events, fmt.Sprintf(`{"transaction_id":"t%d-%d","code":"calls","external_subscription_id":"s%d","timestamp":%d}`,
				month, i, i, billedAt(month).AddDate(0, 0, -9).Unix()))
		}
	}
	post("/events/batch", `{"events":[`+strings.Join(events, ",")+`]}`)
}

// billedAt is when the billing runs of a month come: those of the last month, which
// are late, and of this one, for which a late run makes up by itself.
func billedAt(month int) time.Time {
	now := clock.Real().Now()
	return time.Date(now.Year(), now.Month()+time.Month(month+1-billedMonths), 1, 0, 10, 0, 0, time.UTC)
}

// books are what a database says of invoices, read past the API.
type books struct {
	db  *sql.DB
	url string
}

func openBooks(t *testing.T, url string) *books {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(url, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return &books{db: db, url: url}
}

// waitForSessions waits until PostgreSQL has noticed that the program is gone; its
// own session ends before.
func (b *books) waitForSessions(t *testing.T) {
	t.Helper()
	b.db.SetMaxIdleConns(0)
	waitForSessions(t, b.url)
	b.db.SetMaxIdleConns(1)
}

// count is the number that a query answers with. The embedded database may be
// busy for a moment.
func (b *books) count(t *testing.T, query string, arguments ...any) (number int) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.NoError(c, b.db.QueryRowContext(t.Context(), query, arguments...).Scan(&number), query)
	}, patience, time.Millisecond)
	return number
}

// none fails unless a query for what is wrong finds nothing.
func (b *books) none(t *testing.T, wrong, query string, arguments ...any) {
	t.Helper()
	require.Zero(t, b.count(t, query, arguments...), wrong)
}

// billed is how many periods are billed.
func (b *books) billed(t *testing.T) int {
	t.Helper()
	return b.count(t, "SELECT COUNT(*) FROM billing_periods")
}

// work is what the program is killed in.
type work struct {
	kind string
	// left is how much of it is still to be done.
	left func(t *testing.T) int
}

// works are the billing of all months, and then the end of all drafts.
func (b *books) works() []work {
	return []work{
		{kind: engine.KindBillSubscriptions, left: func(t *testing.T) int { t.Helper(); return billedMonths*billedCustomers - b.billed(t) }},
		{kind: invoicing.KindFinalize, left: func(t *testing.T) int {
			t.Helper()
			return b.count(t, "SELECT COUNT(*) FROM invoices WHERE status = 'draft'")
		}},
	}
}

// makeDue lets jobs of a kind come that wait for later, as if they had been for the
// first month.
func (b *books) makeDue(t *testing.T, kind string) {
	t.Helper()
	args := "json_remove(args, '$.due')"
	if strings.HasPrefix(b.url, "postgres") {
		args = "args - 'due'"
	}
	_, err := b.db.ExecContext(t.Context(), "UPDATE jobs SET scheduled_at = $1, args = "+args+" WHERE state = 'available' AND kind = $2", billedAt(0), kind)
	require.NoError(t, err)
}

// await waits until no more than so much of a work is left.
func (b *books) await(t *testing.T, p *program, of work, left int) {
	t.Helper()
	require.Eventually(t, func() bool { return of.left(t) <= left }, patience, time.Millisecond, "%s", p.log)
}

// settle waits until nothing is due.
func (b *books) settle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return b.count(t, "SELECT COUNT(*) FROM jobs WHERE state = 'available' AND scheduled_at <= $1", billedAt(billedMonths-1)) == 0
	}, patience, time.Millisecond)
}

// check holds the rows of invoices against each other.
func (b *books) check(t *testing.T) {
	t.Helper()
	b.none(t, "periods that are billed twice",
		"SELECT COUNT(*) FROM (SELECT 1 FROM billing_periods GROUP BY subscription_id, subscription_from HAVING COUNT(*) > 1) twice")
	b.none(t, "invoices without their period",
		"SELECT COUNT(*) FROM invoices i WHERE (SELECT COUNT(*) FROM billing_periods p WHERE p.invoice_id = i.id) <> 1")
	b.none(t, "invoices without their fees", `SELECT COUNT(*) FROM invoices i WHERE i.fees_amount_cents <> 5000
		OR (SELECT COALESCE(SUM(f.amount_cents), 0) FROM fees f WHERE f.invoice_id = i.id) <> i.fees_amount_cents
		OR (SELECT COUNT(*) FROM fees f WHERE f.invoice_id = i.id) <> 2
		OR (SELECT COUNT(*) FROM fee_taxes t JOIN fees f ON f.id = t.fee_id WHERE f.invoice_id = i.id) <> 2
		OR (SELECT COALESCE(SUM(t.amount_cents), 0) FROM invoice_taxes t WHERE t.invoice_id = i.id) <> 1000`)
	for action, statuses := range map[string]string{"created": "('finalized')", "drafted": "('draft')", "ready_to_finalize": "('draft')"} {
		b.none(t, "invoices without "+action, `SELECT COUNT(*) FROM invoices i WHERE i.status IN `+statuses+` AND
			(SELECT COUNT(*) FROM activity_logs a WHERE a.resource_id = i.id AND a.activity_type = $1) <> 1`, "invoice."+action)
	}
	b.none(t, "activities of no invoice",
		"SELECT COUNT(*) FROM activity_logs a WHERE a.resource_type = 'Invoice' AND NOT EXISTS (SELECT 1 FROM invoices i WHERE i.id = a.resource_id)")
	b.none(t, "customers whose numbers have a gap or a double", `SELECT COUNT(*) FROM (SELECT 1 FROM invoices WHERE status = 'finalized' GROUP BY customer_id
		HAVING MIN(sequential_id) <> 1 OR MAX(sequential_id) <> COUNT(*) OR COUNT(DISTINCT sequential_id) <> COUNT(*)) broken`)
	b.none(t, "a billing entity whose numbers have a gap or a double", `SELECT COUNT(*) FROM (SELECT 1 FROM invoices WHERE status = 'finalized' GROUP BY billing_entity_id
		HAVING MIN(entity_sequential_id) <> 1 OR MAX(entity_sequential_id) <> COUNT(*) OR COUNT(DISTINCT number) <> COUNT(*)) broken`)
	b.checkWallets(t)
	b.none(t, "jobs that failed", "SELECT COUNT(*) FROM jobs WHERE attempt > 1 OR state = 'discarded' OR attempt > 0 AND state = 'available'")
	b.none(t, "customers without their next run", `SELECT COUNT(*) FROM customers c WHERE
		(SELECT COUNT(*) FROM jobs j WHERE j.state = 'available' AND j.unique_key = $1 || CAST(c.id AS TEXT)) <> 1`, engine.KindBillSubscriptions+":")
}

// checkWallets holds the balances of wallets against what came and went.
func (b *books) checkWallets(t *testing.T) {
	t.Helper()
	b.none(t, "wallets that are not the sum of their transactions", `SELECT COUNT(*) FROM wallets w WHERE w.balance_cents <> (SELECT
		COALESCE(SUM(CASE WHEN m.transaction_type = 'inbound' THEN m.amount_cents ELSE -m.amount_cents END), 0) FROM wallet_transactions m WHERE m.wallet_id = w.id)`)
	b.none(t, "wallets that are not what is left in them", `SELECT COUNT(*) FROM wallets w WHERE w.balance_cents <>
		(SELECT COALESCE(SUM(m.remaining_amount_cents), 0) FROM wallet_transactions m WHERE m.wallet_id = w.id)`)
	b.none(t, "payments that were made of something else", `SELECT COUNT(*) FROM wallet_transactions m WHERE m.transaction_type = 'outbound' AND m.amount_cents <>
		(SELECT COALESCE(SUM(c.amount_cents), 0) FROM wallet_transaction_consumptions c WHERE c.outbound_transaction_id = m.id)`)
	b.none(t, "invoices that say something else of what wallets paid", `SELECT COUNT(*) FROM invoices i WHERE i.prepaid_credit_amount_cents <>
		(SELECT COALESCE(SUM(m.amount_cents), 0) FROM wallet_transactions m WHERE m.invoice_id = i.id)
		OR i.status = 'finalized' AND i.prepaid_credit_amount_cents NOT IN (6000, 4000)`)
	b.none(t, "transactions without their activity", `SELECT COUNT(*) FROM (SELECT 1) one WHERE (SELECT COUNT(*) FROM wallet_transactions) <>
		(SELECT COUNT(*) FROM activity_logs WHERE activity_type = 'wallet_transaction.created')`)
}

// requireMonths fails unless every subscription has all months billed, on invoices
// that are final.
func (b *books) requireMonths(t *testing.T) {
	t.Helper()
	require.Equal(t, billedMonths*billedCustomers, b.billed(t))
	b.none(t, "subscriptions whose months are not all billed",
		"SELECT COUNT(*) FROM subscriptions s WHERE (SELECT COUNT(*) FROM billing_periods p WHERE p.subscription_id = s.id) <> $1", billedMonths)
	b.none(t, "invoices that are not final", "SELECT COUNT(*) FROM invoices WHERE status <> 'finalized'")
}
