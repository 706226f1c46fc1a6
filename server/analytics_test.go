package server_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/period"
	"tarn/billing/revenue"
	"tarn/server/servertest"
	"tarn/store"
)

// figures are the analytics of invoices, by the names of their lists.
var figures = map[string]string{
	"gross_revenue": "gross_revenues", "overdue_balance": "overdue_balances", "invoice_collection": "invoice_collections",
	"invoiced_usage": "invoiced_usages", "mrr": "mrrs",
}

// figure is the rows of a figure, each in a line: its values in the order of names.
func figure(t *testing.T, s *servertest.Server, query string, names ...string) []string {
	t.Helper()
	name, _, _ := strings.Cut(query, "?")
	lines := []string{}
	for _, row := range entries(t, s.Get("/analytics/"+query), figures[name]) {
		values := make([]string, len(names))
		for i, member := range names {
			values[i] = strings.TrimSuffix(fmt.Sprint(row[member]), "-01T00:00:00.000Z")
		}
		lines = append(lines, strings.Join(values, " "))
	}
	return lines
}

// refundOf adds a credit note of an invoice that refunds an amount, and credits
// five cents more than it.
func refundOf(tx *store.Tx, row *store.Invoice, cents int64, status store.CreditNoteStatus) error {
	return tx.InsertCreditNotes([]store.CreditNote{{
		ID: store.NewID(), CustomerID: row.CustomerID, InvoiceID: row.ID, Status: status, CreditStatus: store.CreditAvailable,
		Reason: store.CreditedOther, Number: row.Number + "-" + row.ID.String(), SequentialID: 1, IssuingDate: row.IssuingDate, Currency: row.Currency,
		TotalAmountCents: 2*cents + 5, RefundAmountCents: cents, CreditAmountCents: cents + 5,
	}})
}

// then is an organization that was made in November 2023, at the middle of January.
func then(t *testing.T, s *servertest.Server) *servertest.Server {
	t.Helper()
	s = s.At(t, "2023-11-01T00:00:00Z")
	upsert(t, s, `{"external_id":"ada"}`)
	upsert(t, s, `{"external_id":"bob"}`)
	s.Travel(t, time.Date(2024, time.January, 15, 12, 0, 0, 0, time.UTC))
	return s
}

// billedOn adds an invoice of a customer that was issued on a day; change may be nil.
func billedOn(t *testing.T, s *servertest.Server, customer, issued string, cents int64, change func(tx *store.Tx, row *store.Invoice)) string {
	t.Helper()
	return issue(t, s, customer, func(tx *store.Tx, row *store.Invoice) {
		row.IssuingDate, row.PaymentDueDate, row.TotalAmountCents = issued, issued, cents
		if change != nil {
			change(tx, row)
		}
	})
}

// TestGrossRevenue_LeavesOut what does not count, and takes refunds off.
func TestGrossRevenue_LeavesOut(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		lost := servertest.Epoch
		billedOn(t, s, "ada", "2024-01-03", 1000, nil)
		var second store.Invoice
		billedOn(t, s, "bob", "2024-01-04", 2000, func(_ *store.Tx, row *store.Invoice) { second = *row })
		withinOrganization(t, s, func(tx *store.Tx) error { return refundOf(tx, &second, 300, store.CreditNoteDraft) })
		addFee(t, s, "ada", func(_ *store.Tx, row *store.Fee) {
			row.AmountCents, row.TaxesAmountCents, row.PayInAdvance, row.Invoiceable = 150, 30, true, false
		})
		addFee(t, s, "ada", nil) // neither on an invoice nor paid in advance
		for _, change := range []func(row *store.Invoice){
			func(row *store.Invoice) { row.Status = store.InvoiceDraft },
			func(row *store.Invoice) { row.Status = store.InvoiceVoided },
			func(row *store.Invoice) { row.SelfBilled = true },
			func(row *store.Invoice) { row.PaymentDisputeLostAt = &lost },
			func(row *store.Invoice) { row.IssuingDate = "2024-02-01" },
			func(row *store.Invoice) { row.IssuingDate = "2023-10-31" },
		} {
			billedOn(t, s, "ada", "2024-01-05", 7000, func(_ *store.Tx, row *store.Invoice) { change(row) })
		}
		billedOn(t, s, "bob", "2023-11-30", 400, nil)
		billedOn(t, s, "bob", "2024-01-31", 500, func(_ *store.Tx, row *store.Invoice) { row.Currency = "USD" })

		rows := entries(t, s.Get("/analytics/gross_revenue"), "gross_revenues")
		require.Len(t, rows, 3)
		require.Regexp(t, `^[0-9a-f-]{36}$`, rows[0]["billing_entity_id"])
		requireJSON(t, `[{"month":"2023-11-01T00:00:00.000Z","amount_cents":400,"currency":"EUR","invoices_count":"1.0"},
			{"month":"2024-01-01T00:00:00.000Z","amount_cents":2850,"currency":"EUR","invoices_count":"2.0"},
			{"month":"2024-01-01T00:00:00.000Z","amount_cents":500,"currency":"USD","invoices_count":"1.0"}]`, withoutEntities(rows))
		require.Contains(t, string(s.Get("/analytics/gross_revenue?currency=usd").Body), `"amount_cents":500.0`)

		for query, want := range map[string][]string{
			"":                          {"2023-11 400.0 EUR", "2024-01 2850.0 EUR", "2024-01 500.0 USD"},
			"?months=2":                 {"2024-01 2850.0 EUR", "2024-01 500.0 USD"},
			"?months=3":                 {"2023-11 400.0 EUR", "2024-01 2850.0 EUR", "2024-01 500.0 USD"},
			"?months=0&currency=EUR":    {"2024-01 2850.0 EUR"},
			"?months=many&currency=eur": {"2024-01 2850.0 EUR"},
			"?months=99999999999999999999&currency=eur": {"2023-11 400.0 EUR", "2024-01 2850.0 EUR"},
			"?external_customer_id=ada":                 {"2024-01 1150.0 EUR"},
			"?external_customer_id=nobody":              {},
			"?currency=XXX":                             {},
			"?billing_entity_code=nowhere&months=1":     {"2024-01 2850.0 EUR", "2024-01 500.0 USD"},
		} {
			require.Equal(t, want, figure(t, s, "gross_revenue"+query, "month", "amount_cents", "currency"), query)
		}
		member(t, s.Delete("/customers/ada"), "customer")
		require.Empty(t, figure(t, s, "gross_revenue?external_customer_id=ada", "month"), "whoever is deleted has nothing")
		require.Len(t, figure(t, s, "gross_revenue", "month"), 3)
	})
}

// withoutEntities are rows that do not say whose they are.
func withoutEntities(rows []map[string]any) []map[string]any {
	for _, row := range rows {
		delete(row, "billing_entity_id")
	}
	return rows
}

// TestOverdueBalance_ByDueMonth has the invoices of each month, whose due date the
// filter goes by.
func TestOverdueBalance_ByDueMonth(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		overdue := func(due string, cents int64, change func(row *store.Invoice)) string {
			return billedOn(t, s, "ada", "2023-10-01", cents, func(_ *store.Tx, row *store.Invoice) {
				row.PaymentDueDate, row.PaymentOverdue = due, true
				if change != nil {
					change(row)
				}
			})
		}
		november := overdue("2023-11-15", 1500, func(row *store.Invoice) { row.TotalPaidAmountCents, row.OffsetAmountCents = 400, 100 })
		later := overdue("2024-01-14", 3000, func(row *store.Invoice) { row.Status = store.InvoiceVoided })
		earlier := overdue("2024-01-10", 2000, nil)
		overdue("2024-01-11", 9, func(row *store.Invoice) { row.Status = store.InvoiceDeleted })
		overdue("2024-01-11", 9, func(row *store.Invoice) { row.SelfBilled = true })
		overdue("2024-01-11", 9, func(row *store.Invoice) { row.PaymentOverdue = false })
		overdue("2024-02-01", 9, nil)
		want := fmt.Sprintf(`[{"month":"2023-11-01T00:00:00.000Z","amount_cents":"1000.0","currency":"EUR","lago_invoice_ids":[%q]},
			{"month":"2024-01-01T00:00:00.000Z","amount_cents":"5000.0","currency":"EUR","lago_invoice_ids":[%q,%q]}]`, november, earlier, later)
		requireJSON(t, want, withoutEntities(entries(t, s.Get("/analytics/overdue_balance"), "overdue_balances")))
		require.Equal(t, []string{"2024-01 5000.0"}, figure(t, s, "overdue_balance?months=1&external_customer_id=ada", "month", "amount_cents"))
		require.Empty(t, figure(t, s, "overdue_balance?external_customer_id=bob", "month"))
	})
}

// TestInvoiceCollection_HasEmptyMonths unless one currency is asked for.
func TestInvoiceCollection_HasEmptyMonths(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		for _, status := range []store.PaymentStatus{store.PaymentSucceeded, store.PaymentPending, store.PaymentSucceeded} {
			billedOn(t, s, "ada", "2024-01-03", 1000, func(_ *store.Tx, row *store.Invoice) { row.PaymentStatus = status })
		}
		requireJSON(t, `[{"month":"2023-11-01T00:00:00.000Z","payment_status":null,"invoices_count":0,"amount_cents":0,"currency":null},
			{"month":"2023-12-01T00:00:00.000Z","payment_status":null,"invoices_count":0,"amount_cents":0,"currency":null},
			{"month":"2024-01-01T00:00:00.000Z","payment_status":"pending","invoices_count":1,"amount_cents":1000,"currency":"EUR"},
			{"month":"2024-01-01T00:00:00.000Z","payment_status":"succeeded","invoices_count":2,"amount_cents":2000,"currency":"EUR"}]`,
			entries(t, s.Get("/analytics/invoice_collection"), "invoice_collections"))
		require.Equal(t, []string{"2024-01 pending", "2024-01 succeeded"}, figure(t, s, "invoice_collection?currency=eur", "month", "payment_status"))
		require.Empty(t, figure(t, s, "invoice_collection?currency=usd", "month"))
	})
}

// TestMrr_HasEmptyMonths on the wire; answers that follow the document leave such
// rows out, since a row must have a currency there.
func TestMrr_HasEmptyMonths(t *testing.T) {
	t.Parallel()
	const empty = `{"mrrs":[{"month":"2023-11-01T00:00:00.000Z","amount_cents":null,"currency":null},
		{"month":"2023-12-01T00:00:00.000Z","amount_cents":null,"currency":null},{"month":"2024-01-01T00:00:00.000Z","amount_cents":null,"currency":null}]}`
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		require.JSONEq(t, empty, string(s.Get("/analytics/mrr").Body))
		require.JSONEq(t, `{"mrrs":[]}`, string(s.Get("/analytics/mrr?currency=EUR").Body))
	})
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		require.JSONEq(t, `{"mrrs":[]}`, string(s.Get("/analytics/mrr").Body))
	})
}

// startsLater subscribes a customer to a plan that begins one day, and has billed nothing.
func startsLater(t *testing.T, s *servertest.Server, plan string) map[string]any {
	t.Helper()
	return member(t, s.Post("/subscriptions", fmt.Sprintf(
		`{"subscription":{"external_customer_id":"bob","plan_code":%q,"external_id":%q,"subscription_at":"2026-01-01T00:00:00Z"}}`, plan, plan)), "subscription")
}

// TestAnalytics_FollowTheDocument with whole numbers, each rounded once.
func TestAnalytics_FollowTheDocument(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		member(t, s.Post("/plans", `{"plan":{"name":"Q","code":"q","interval":"quarterly","amount_cents":30000,"amount_currency":"EUR","pay_in_advance":true}}`), "plan")
		subscription := uuid.MustParse(idOf(t, startsLater(t, s, "q")))
		billedOn(t, s, "bob", "2024-01-01", 1000, func(_ *store.Tx, row *store.Invoice) {
			fee := feeOf(row.CustomerID, store.FeeSubscription)
			from, to := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 3, 31, 23, 59, 59, 0, time.UTC)
			fee.SubscriptionID, fee.AmountCents, fee.From, fee.To = &subscription, 30000, &from, &to
			usage := feeOf(row.CustomerID, store.FeeCharge)
			usage.AmountCents, usage.PreciseCouponsAmountCents = 1000, decimal.RequireFromString("0.5")
			row.Fees = []store.Fee{fee, usage}
		})
		require.Equal(t, []string{"2024-01 10035 EUR"}, figure(t, s, "mrr", "month", "amount_cents", "currency"), "30000 / (90.99931 days / 30.44)")
		require.Equal(t, []string{"2024-01 item 1000 EUR"}, figure(t, s, "invoiced_usage", "month", "code", "amount_cents", "currency"), "999.5, rounded")
		require.Equal(t, []string{"2024-01 1000 1"}, figure(t, s, "gross_revenue", "month", "amount_cents", "invoices_count"))
	})
}

// TestAnalytics_NeedTheLicence except for two of them.
func TestAnalytics_NeedTheLicence(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"premium":{"licensed":false}}`).Status(t, http.StatusOK)
		for _, name := range []string{"invoice_collection", "invoiced_usage", "mrr"} {
			require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"feature_unavailable"}`,
				string(s.Get("/analytics/"+name).Status(t, http.StatusForbidden).Body))
		}
		for _, name := range []string{"gross_revenue", "overdue_balance"} {
			s.Get("/analytics/"+name).Status(t, http.StatusOK)
		}
	})
}

// TestAnalytics_Property holds the figures of random invoices against what their
// rows add up to, one by one.
func TestAnalytics_Property(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s = then(t, s)
		book := newBillBook(t, s, rand.New(rand.NewPCG(1, 2)))
		for range 80 {
			book.bill(t)
		}
		for _, currency := range []string{"", "EUR", "USD"} {
			for _, months := range []int{1, 2, 3, 9} {
				query := fmt.Sprintf("?months=%d&currency=%s", months, currency)
				wanted := book.figures(currency, months)
				require.ElementsMatch(t, wanted["gross_revenue"], figure(t, s, "gross_revenue"+query, "month", "currency", "amount_cents", "invoices_count"), query)
				require.ElementsMatch(t, wanted["overdue_balance"], figure(t, s, "overdue_balance"+query, "month", "currency", "amount_cents"), query)
				require.ElementsMatch(t, wanted["invoice_collection"], figure(t, s, "invoice_collection"+query, "month", "currency", "payment_status", "amount_cents", "invoices_count"), query)
				require.ElementsMatch(t, wanted["invoiced_usage"], figure(t, s, "invoiced_usage"+query, "month", "currency", "code", "amount_cents"), query)
				require.ElementsMatch(t, wanted["mrr"], figure(t, s, "mrr"+query, "month", "currency", "amount_cents"), query)
			}
		}
	})
}

// billBook is random invoices, kept as they were added.
type billBook struct {
	s        *servertest.Server
	r        *rand.Rand
	plans    []subscribed
	invoices []store.Invoice
	refunds  map[int]int64
}

// subscribed is a subscription, and how its plan is billed.
type subscribed struct {
	id        uuid.UUID
	interval  period.Interval
	inAdvance bool
}

// newBillBook subscribes a customer to plans of all intervals.
func newBillBook(t *testing.T, s *servertest.Server, r *rand.Rand) *billBook {
	t.Helper()
	l := &billBook{s: s, r: r, refunds: map[int]int64{}}
	for _, interval := range []period.Interval{"weekly", "monthly", "quarterly", "semiannual", "yearly"} {
		for _, inAdvance := range []bool{true, false} {
			code := fmt.Sprint(interval, inAdvance)
			member(t, s.Post("/plans", fmt.Sprintf(
				`{"plan":{"name":"P","code":%q,"interval":%q,"amount_cents":0,"amount_currency":"EUR","pay_in_advance":%v}}`, code, interval, inAdvance)), "plan")
			l.plans = append(l.plans, subscribed{uuid.MustParse(idOf(t, startsLater(t, s, code))), interval, inAdvance})
		}
	}
	return l
}

func oneFrom[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// bill adds an invoice.
func (l *billBook) bill(t *testing.T) {
	t.Helper()
	r := l.r
	day := func() string { return time.Date(2023, 10, 1+r.IntN(130), 0, 0, 0, 0, time.UTC).Format(time.DateOnly) }
	var made store.Invoice
	billedOn(t, l.s, oneFrom(r, "ada", "bob"), day(), r.Int64N(1_000_000), func(_ *store.Tx, row *store.Invoice) {
		row.Status = oneFrom(r, store.InvoiceFinalized, store.InvoiceFinalized, store.InvoiceFinalized, store.InvoiceVoided, store.InvoiceDraft, store.InvoiceDeleted)
		row.PaymentStatus = oneFrom(r, store.PaymentPending, store.PaymentSucceeded, store.PaymentFailed)
		row.Currency, row.SelfBilled, row.PaymentOverdue = oneFrom(r, "EUR", "USD"), r.IntN(8) == 0, r.IntN(3) == 0
		row.PaymentDueDate, row.TotalPaidAmountCents = day(), r.Int64N(1000)
		if r.IntN(8) == 0 {
			row.PaymentDisputeLostAt = &servertest.Epoch
		}
		for range r.IntN(4) {
			row.Fees = append(row.Fees, l.fee(row))
		}
		made = *row
	})
	if r.IntN(3) == 0 {
		cents := r.Int64N(1000)
		l.refunds[len(l.invoices)] = cents
		withinOrganization(t, l.s, func(tx *store.Tx) error {
			return refundOf(tx, &made, cents, oneFrom(r, store.CreditNoteDraft, store.CreditNoteFinalized))
		})
	}
	l.invoices = append(l.invoices, made)
}

// fee is a fee of a charge or of a subscription.
func (l *billBook) fee(row *store.Invoice) store.Fee {
	r := l.r
	fee := feeOf(row.CustomerID, oneFrom(r, store.FeeCharge, store.FeeSubscription, store.FeeAddOn))
	fee.AmountCurrency, fee.AmountCents, fee.TaxesAmountCents = row.Currency, r.Int64N(100_000), r.Int64N(1000)
	fee.ItemCode = oneFrom(r, "calls", "storage")
	if r.IntN(2) == 0 {
		fee.PreciseCouponsAmountCents = decimal.New(r.Int64N(1_000_000), -5)
	}
	if fee.FeeType == store.FeeSubscription {
		fee.SubscriptionID = &l.plans[r.IntN(len(l.plans))].id
		from := time.Date(2023, 10, 1+r.IntN(90), 0, 0, 0, 0, time.UTC)
		to := from.AddDate(0, 0, r.IntN(380)).Add(24*time.Hour - time.Microsecond)
		fee.From, fee.To = &from, &to
	}
	return fee
}

// sums adds up amounts under lines of text.
type sums map[string]decimal.Decimal

func (s sums) add(cents decimal.Decimal, key ...string) {
	line := strings.Join(key, " ")
	s[line] = s[line].Add(cents)
}

// lines are the sums with their amounts, and what more returns.
func (s sums) lines(more func(key string) string) []string {
	lines := []string{}
	for _, key := range slices.Sorted(maps.Keys(s)) {
		text := s[key].String()
		if s[key].IsInteger() {
			text = s[key].StringFixed(1)
		}
		lines = append(lines, key+" "+text+more(key))
	}
	return lines
}

// figures are all figures of the last months, in lines.
func (l *billBook) figures(currency string, months int) map[string][]string {
	last := revenue.MonthAt(time.Date(2024, time.January, 15, 0, 0, 0, 0, time.UTC))
	first := max(last-revenue.Month(months)+1, last-2)
	within := func(day string) bool { return day >= first.String() && day < (last+1).String() }
	gross, overdue, collected, used, counts := sums{}, sums{}, sums{}, sums{}, map[string]int{}
	recurring := map[string]*revenue.Recurring{}
	for i, row := range l.invoices {
		if currency != "" && row.Currency != currency {
			continue
		}
		cents, month := decimal.NewFromInt(row.TotalAmountCents), row.IssuingDate[:7]
		if due := row.PaymentDueDate; row.PaymentOverdue && !row.SelfBilled && row.Status != store.InvoiceDeleted && within(due) {
			overdue.add(cents.Sub(decimal.NewFromInt(row.TotalPaidAmountCents)), due[:7], row.Currency)
		}
		if row.SelfBilled || row.PaymentDisputeLostAt != nil {
			continue
		}
		for _, fee := range row.Fees {
			net := decimal.NewFromInt(fee.AmountCents).Sub(fee.PreciseCouponsAmountCents)
			if fee.FeeType == store.FeeCharge {
				used.add(net, "2024-01", row.Currency, fee.ItemCode)
			}
			if fee.FeeType == store.FeeSubscription && row.Status == store.InvoiceFinalized {
				if recurring[row.Currency] == nil {
					recurring[row.Currency] = &revenue.Recurring{}
				}
				recurring[row.Currency].Add(l.recurring(row, fee, net), 1)
			}
		}
		if row.Status == store.InvoiceFinalized && within(row.IssuingDate) {
			gross.add(cents.Sub(decimal.NewFromInt(l.refunds[i])), month, row.Currency)
			collected.add(cents, month, row.Currency, string(row.PaymentStatus))
			counts[month+" "+row.Currency]++
			counts[month+" "+row.Currency+" "+string(row.PaymentStatus)]++
		}
	}
	counted := func(suffix string) func(string) string {
		return func(key string) string { return fmt.Sprintf(" %d%s", counts[key], suffix) }
	}
	nothing := func(string) string { return "" }
	found := map[string][]string{
		"gross_revenue": gross.lines(counted(".0")), "overdue_balance": overdue.lines(nothing),
		"invoice_collection": collected.lines(counted("")), "invoiced_usage": used.lines(nothing), "mrr": {},
	}
	for month := first; month <= last; month++ {
		any := false
		for _, name := range slices.Sorted(maps.Keys(recurring)) {
			if cents, has := recurring[name].In(month); has {
				any = true
				found["mrr"] = append(found["mrr"], sums{month.String() + " " + name: cents}.lines(nothing)...)
			}
		}
		if !any && currency == "" {
			found["mrr"] = append(found["mrr"], month.String()+" <nil> <nil>")
		}
		if collected.none(month) && currency == "" {
			found["invoice_collection"] = append(found["invoice_collection"], month.String()+" <nil> <nil> 0.0 0")
		}
	}
	return found
}

// none reports whether there is nothing of a month.
func (s sums) none(month revenue.Month) bool {
	for key := range s {
		if strings.HasPrefix(key, month.String()) {
			return false
		}
	}
	return true
}

// recurring is the fee of a subscription as revenue knows it.
func (l *billBook) recurring(row store.Invoice, fee store.Fee, net decimal.Decimal) revenue.Fee {
	issued, err := period.ParseDate(row.IssuingDate)
	if err != nil {
		return revenue.Fee{}
	}
	made := revenue.Fee{From: *fee.From, To: *fee.To, Issued: issued, Cents: net.Add(decimal.NewFromInt(fee.TaxesAmountCents))}
	for _, sub := range l.plans {
		if sub.id == *fee.SubscriptionID {
			made.Interval, made.PayInAdvance = sub.interval, sub.inAdvance
		}
	}
	return made
}
