package server_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// follow presses a button of the portal as a browser does, and returns where that leads
// and the page there.
func follow(t *testing.T, s *servertest.Server, path string) (to, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, nil)
	require.NoError(t, err)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusSeeOther, answer.StatusCode)
	require.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
	target, err := answer.Location()
	require.NoError(t, err)
	to = strings.TrimPrefix(target.String(), s.URL)
	return to, string(open(s, to).Status(t, http.StatusOK).Body)
}

func TestCustomerPortal_PaysInvoices(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		invoice := visit(t, s, "c1")
		path := portalLink(t, s, "c1")
		pay := path + "/invoices/" + invoice + "/pay"
		require.Contains(t, shown(t, s, path), `<form method="post" action="`+strings.TrimPrefix(pay, "/customer-portal/")+`"><button aria-label="Pay invoice`)
		to, page := follow(t, s, pay)
		require.Regexp(t, "^/pay/", to)
		require.Contains(t, page, "€1,234.56")
		require.Contains(t, pressOn(t, s, to, "decline"), "The payment was declined.")
		require.Contains(t, shown(t, s, path), `<span class="badge bad">Payment failed</span>`)
		require.Contains(t, pressOn(t, s, to, "pay"), "Thank you, this is paid")
		page = shown(t, s, path)
		require.Contains(t, page, "There is nothing to pay.")
		require.Contains(t, page, `<span class="badge good">Paid</span>`)
		require.NotContains(t, page, "/pay\"")

		t.Log("what was shown before leads back to the portal, which shows what has changed")
		to, page = follow(t, s, pay)
		require.Equal(t, path, to)
		require.NotContains(t, page, "not possible")

		t.Log("a payment that is under way is not offered a second time")
		card(t, s, "c1", `{"result":"pending"}`)
		busy := visit(t, s, "c1")
		s.Post("/invoices/"+busy+"/retry_payment", "").Status(t, http.StatusOK)
		page = shown(t, s, path)
		require.Contains(t, page, `<span class="badge waiting">Payment in progress</span>`)
		require.NotContains(t, page, "/pay\"")
	})
}

// TestCustomerPortal_OffersWhatThereIs nothing where no provider is connected, and where
// the provider has no such pages.
func TestCustomerPortal_OffersWhatThereIs(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c1"}`)
		invoice, path := visit(t, s, "c1"), portalLink(t, s, "c1")
		page := shown(t, s, path)
		require.NotContains(t, page, "<form")
		require.NotContains(t, page, "Payment methods")
		for _, button := range []string{"/invoices/" + invoice + "/pay", "/payment-methods"} {
			to, _ := follow(t, s, path+button)
			require.Equal(t, path, to)
		}
		for kind, forms := range map[string]int{"gocardless": 1, "cashfree": 1, "flutterwave": 1, "adyen": 2, "moneyhash": 2, "stripe": 2} {
			connect(t, s, fmt.Sprintf(`{"type":%q}`, kind))
			upsert(t, s, fmt.Sprintf(`{"external_id":"c1","billing_configuration":{"payment_provider":%q,"payment_provider_code":%q,"provider_customer_id":"cus_1"}}`, kind, kind))
			page := shown(t, s, path)
			require.Equal(t, forms, strings.Count(page, "<form"), kind)
			require.Contains(t, page, "You have not added a payment method yet.")
		}
		disputed := issue(t, s, "c1", func(tx *store.Tx, row *store.Invoice) {
			now := tx.Now()
			row.Number, row.PaymentDisputeLostAt = "ACM-DISPUTED", &now
		})
		selfBilled := issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) { row.Number, row.SelfBilled = "ACM-SELF", true })
		page = shown(t, s, path)
		for _, want := range []string{`<span class="badge bad">Payment disputed</span>`, "Self-billing invoice", "Open invoices: 1"} {
			require.Contains(t, page, want)
		}
		for _, id := range []string{disputed, selfBilled} {
			to, _ := follow(t, s, path+"/invoices/"+id+"/pay")
			require.Equal(t, path, to)
		}
	})
}

func TestCustomerPortal_AddsPaymentMethods(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		path := portalLink(t, s, "c1")
		to, page := follow(t, s, path+"/payment-methods")
		require.Regexp(t, "^/checkout/", to)
		require.Contains(t, page, "<h1>Add a payment method</h1>")
		require.Contains(t, pressOn(t, s, to, "pay"), "Your payment method was added")
		require.Contains(t, shown(t, s, path), "<strong>Stripe</strong><span>Added on January 15, 2026</span>")
	})
}

// TestCustomerPortal_OnlyReads says what the page asks of the database: nothing is
// written, and the number of statements does not grow with what there is.
func TestCustomerPortal_OnlyReads(t *testing.T) {
	t.Parallel()
	servertest.RunAlone(t, func(t *testing.T, s *servertest.Server) {
		atelier(t, s, "")
		path := portalLink(t, s, "atelier")
		made := s.Statements(t, http.MethodGet, path, "")
		for _, statement := range made {
			require.Regexp(t, `(?i)^\s*(SELECT|WITH|SET|BEGIN|COMMIT|START)\b`, statement)
			require.NotRegexp(t, `(?i)\b(INSERT|UPDATE|DELETE)\b`, statement)
		}
		if got, ceiling := len(made), portalStatements[s.Store.Dialect()]; got != ceiling {
			t.Errorf("the portal makes %d statements, its ceiling is %d:\n%s", got, ceiling, strings.Join(made, "\n"))
		}
		for i := range 3 {
			visit(t, s, "atelier")
			s.Post("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":"atelier","plan_code":"scale","external_id":"more-%d"}}`, i)).Status(t, http.StatusOK)
			s.Post("/wallets", fmt.Sprintf(`{"wallet":{"external_customer_id":"atelier","name":"W%d","rate_amount":"1","currency":"EUR"}}`, i)).Status(t, http.StatusOK)
		}
		require.Len(t, s.Statements(t, http.MethodGet, path, ""), len(made))
	})
}

// portalStatements are how many statements the page of a customer makes that has one of
// everything.
var portalStatements = map[string]int{store.SQLite: 74, store.Postgres: 75}

// TestCustomerPortal_TurnsPages of lists that are longer than a page.
func TestCustomerPortal_TurnsPages(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c1"}`)
		for i := range 41 {
			issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) {
				row.Number, row.IssuingDate = fmt.Sprintf("N%02d", i), servertest.Epoch.AddDate(0, 0, i-50).Format(time.DateOnly)
				row.PaymentDueDate = row.IssuingDate
				sequence := int64(i + 1)
				row.SequentialID = &sequence
			})
		}
		path := portalLink(t, s, "c1")
		numbers := func(query, section string) []string {
			t.Helper()
			_, list, found := strings.Cut(shown(t, s, path+query), `aria-labelledby="`+section+`"`)
			require.True(t, found)
			list, _, _ = strings.Cut(list, "</section>")
			var all []string
			for _, match := range regexp.MustCompile(`<strong>(N\d\d)</strong>`).FindAllStringSubmatch(list, -1) {
				all = append(all, match[1])
			}
			return all
		}
		newest := slices.Concat(numbers("", "invoices"), numbers("?invoices=2", "invoices"), numbers("?invoices=3", "invoices"))
		require.Len(t, newest, 41)
		require.True(t, slices.IsSortedFunc(newest, func(a, b string) int { return strings.Compare(b, a) }), newest)
		require.Len(t, numbers("", "invoices"), 20)
		require.Equal(t, "N40", newest[0])
		first := slices.Concat(numbers("", "open"), numbers("?open=2", "open"), numbers("?open=3", "open"))
		require.Len(t, first, 41)
		require.True(t, slices.IsSorted(first), first)
		for _, beyond := range []string{"?invoices=4", "?invoices=9223372036854775807", "?invoices=99999999999999999999"} {
			require.Equal(t, []string{"N00"}, numbers(beyond, "invoices"), beyond)
		}
		for _, odd := range []string{"?invoices=0", "?invoices=-1", "?invoices=x", "?invoices=%00%ff", "?x=%zz", "?unavailable;"} {
			require.Len(t, numbers(odd, "invoices"), 20, odd)
		}
		page := shown(t, s, path+"?invoices=2&open=3")
		token := strings.TrimPrefix(path, "/customer-portal/")
		for _, link := range []string{"?invoices=2&amp;open=2#open", "?open=3#invoices", "?invoices=3&amp;open=3#invoices"} {
			require.Contains(t, page, `href="`+token+link+`"`)
		}
	})
}

// TestCustomerPortal_BearsAmountsAtTheEdge that no sum can hold.
func TestCustomerPortal_BearsAmountsAtTheEdge(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c1","name":"`+strings.Repeat("Wide", 60)+`"}`)
		const most = 90_000_000_000_000_000
		for i := range 3 {
			issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) {
				row.Number, row.TotalAmountCents = fmt.Sprintf("N%d", i), most
				sequence := int64(i + 1)
				row.SequentialID = &sequence
			})
		}
		require.Contains(t, shown(t, s, portalLink(t, s, "c1")), "€2,700,000,000,000,000.00")

		t.Log("usage that no fee can hold is not shown, and the page is")
		metric := idOf(t, member(t, s.Post("/billable_metrics", `{"billable_metric":{"name":"Much","code":"much","aggregation_type":"sum_agg","field_name":"n"}}`), "billable_metric"))
		s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":100,"amount_currency":"EUR","pay_in_advance":false,
			"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1000"}}]}}`, metric)).Status(t, http.StatusOK)
		subscribe(t, s, "p", "sub", "")
		require.Contains(t, shown(t, s, portalLink(t, s, "c1")), "Nothing was used in this period yet.")
		s.Post("/events", `{"event":{"transaction_id":"t","external_subscription_id":"sub","code":"much","properties":{"n":1e30}}}`).Status(t, http.StatusOK)
		page := shown(t, s, portalLink(t, s, "c1"))
		require.Contains(t, page, "<h3>P</h3>")
		require.NotContains(t, page, "Next invoice")

		t.Log("what begins at the end of time is not estimated")
		upsert(t, s, `{"external_id":"c2"}`)
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c2","plan_code":"p","external_id":"late","subscription_at":"9999-12-31T00:00:00Z"}}`).Status(t, http.StatusOK)
		page = shown(t, s, portalLink(t, s, "c2"))
		require.Contains(t, page, "Starts on December 31, 9999")
		require.NotContains(t, page, "Next invoice")
	})
}
