package server_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/locale"
	"tarn/server/servertest"
	"tarn/store"
)

// atelier tells the story of a customer that has one of everything the portal shows: what
// it uses in its second month, a paid, an overdue, a voided and an open invoice, a credit
// note, a wallet and a way to pay. The members go into its billing configuration.
func atelier(t *testing.T, s *servertest.Server, members string) {
	t.Helper()
	entity := textOf(t, entries(t, s.Get("/billing_entities"), "billing_entities")[0], "code")
	s.Put("/billing_entities/"+entity, `{"billing_entity":{"name":"Bergsee","legal_name":"Bergsee GmbH","email":"billing@bergsee.example","phone":"+49 7531 555 0",
		"address_line1":"Hafenstraße 7","zipcode":"78462","city":"Konstanz","country":"DE","document_number_prefix":"BER","net_payment_term":14,
		"tax_identification_number":"DE136695976"}}`).Status(t, http.StatusOK)
	s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
	s.Post("/billable_metrics", `{"billable_metric":{"name":"Document storage","code":"storage","aggregation_type":"max_agg","field_name":"gb"}}`).Status(t, http.StatusOK)
	s.Post("/billable_metrics", `{"billable_metric":{"name":"Text messages","code":"messages","aggregation_type":"sum_agg","field_name":"parts",
		"filters":[{"key":"region","values":["europe","america"]}]}}`).Status(t, http.StatusOK)
	metric := func(code string) string {
		return idOf(t, member(t, s.Get("/billable_metrics/"+code), "billable_metric"))
	}
	s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"Scale","code":"scale","interval":"monthly","amount_cents":14900,"amount_currency":"EUR","pay_in_advance":false,"charges":[
		{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"0.08"}},
		{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"0.05"},
			"filters":[{"invoice_display_name":"Europe","values":{"region":["europe"]},"properties":{"amount":"0.04"}}]}]}}`,
		metric("storage"), metric("messages"))).Status(t, http.StatusOK)
	s.Post("/plans", `{"plan":{"name":"Starter","code":"starter","interval":"monthly","amount_cents":4900,"amount_currency":"EUR","pay_in_advance":false}}`).Status(t, http.StatusOK)
	link(t, s, "atelier", members)
	upsert(t, s, `{"external_id":"atelier","name":"Atelier Vermeer & Filles","currency":"EUR","timezone":"America/New_York","tax_codes":["vat"],
		"address_line1":"12 rue des Lilas","zipcode":"75020","city":"Paris","country":"FR"}`)
	s.Post("/subscriptions", `{"subscription":{"external_customer_id":"atelier","plan_code":"scale","external_id":"production","name":"Production"}}`).Status(t, http.StatusOK)
	s.Post("/subscriptions", `{"subscription":{"external_customer_id":"atelier","plan_code":"starter","external_id":"sandbox","subscription_at":"2026-03-15T12:00:00Z"}}`).Status(t, http.StatusOK)
	consume(t, s, "january", 6)
	card(t, s, "atelier", `{"result":"succeed"}`)
	s.Travel(t, time.Date(2026, time.February, 2, 12, 0, 0, 0, time.UTC)) // January is billed, and collected
	consume(t, s, "february", 12)

	s.Post("/add_ons", `{"add_on":{"name":"Data import","code":"import","amount_cents":75000,"amount_currency":"EUR"}}`).Status(t, http.StatusOK)
	sell := func() (invoice map[string]any) {
		return member(t, s.Post("/invoices", `{"invoice":{"external_customer_id":"atelier","currency":"EUR","skip_psp":true,"fees":[{"add_on_code":"import"}]}}`), "invoice")
	}
	s.Post("/invoices/"+idOf(t, sell())+"/void", "").Status(t, http.StatusOK)
	late := sell()
	s.Post("/payments", paymentBody(idOf(t, late), 50000, "")).Status(t, http.StatusOK)
	s.Travel(t, time.Date(2026, time.February, 18, 12, 0, 0, 0, time.UTC)) // it is overdue
	credited := sell()
	s.Post("/credit_notes", fmt.Sprintf(`{"credit_note":{"invoice_id":%q,"credit_amount_cents":12000,"items":[{"fee_id":%q,"amount_cents":10000}]}}`,
		idOf(t, credited), idOf(t, objects(t, credited, "fees")[0]))).Status(t, http.StatusOK)
	s.Post("/wallets", `{"wallet":{"external_customer_id":"atelier","name":"Prepaid","rate_amount":"1","currency":"EUR","granted_credits":"50","expiration_at":"2026-12-31T12:00:00Z"}}`).
		Status(t, http.StatusOK)
}

// consume sends events of the customer's subscription.
func consume(t *testing.T, s *servertest.Server, prefix string, storage int) {
	t.Helper()
	for i, event := range []string{
		fmt.Sprintf(`"code":"storage","properties":{"gb":%d.5}`, storage), `"code":"messages","properties":{"parts":800,"region":"europe"}`,
		`"code":"messages","properties":{"parts":120,"region":"america"}`, `"code":"messages","properties":{"parts":40}`,
	} {
		s.Post("/events", fmt.Sprintf(`{"event":{"transaction_id":"%s-%d","external_subscription_id":"production",%s}}`, prefix, i, event)).Status(t, http.StatusOK)
	}
}

// shown is the page of a customer's portal, in one line.
func shown(t *testing.T, s *servertest.Server, path string) string {
	t.Helper()
	answer := open(s, path).Status(t, http.StatusOK)
	requirePortalHeaders(t, answer)
	return regexp.MustCompile(`>\s+<`).ReplaceAllString(string(answer.Body), "><")
}

func TestCustomerPortal_ShowsEverything(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		atelier(t, s, "")
		path := portalLink(t, s, "atelier")
		page := shown(t, s, path)
		keepPicture(t, s, "portal.html", page)
		token := strings.TrimPrefix(path, "/customer-portal/")
		for _, want := range []string{
			"<h1>Atelier Vermeer &amp; Filles</h1>", "<p>Bergsee</p>", "billing@bergsee.example",
			// 900.00 less 500.00, and 900.00
			`<p class="figure">€1,300.00</p><p>Open invoices: 2<br><strong class="bad">Overdue: €400.00</strong></p>`,
			// 149.00 and what is used, with 20 % of tax; the credit note and the wallet pay first.
			`<p>March 1, 2026</p>`, "<dt>Subscriptions</dt><dd>€149.00</dd>", "<dt>Usage</dt><dd>€41.00</dd>", "<dt>Taxes</dt><dd>€38.00</dd>",
			"<dt>Credit notes</dt><dd>-€120.00</dd>", "<dt>Prepaid credits</dt><dd>-€50.00</dd>", "<dt>Total</dt><dd>€58.00</dd>", `<p class="figure">€58.00</p>`,
			`<h3>Production</h3><span class="badge good">Active</span></div><p class="facts"><span>Scale</span><span>€149.00 per month</span><span>Since January 15, 2026</span>`,
			`<h3>Starter</h3><span class="badge waiting">Upcoming</span></div><p class="facts"><span>€49.00 per month</span><span>Starts on March 15, 2026</span>`,
			`<caption>Usage <span class="quiet">Feb 1, 2026 – Feb 28, 2026</span></caption>`,
			`<tr><th scope="row">Document storage</th><td>12.5</td><td>€1.00</td></tr><tr><th scope="row">Text messages <span class="quiet">Europe</span></th><td>800</td><td>€32.00</td></tr>` +
				`<tr><th scope="row">Text messages</th><td>160</td><td>€8.00</td></tr>`, `<th scope="row" colspan="2">Total so far</th><td>€41.00</td>`,
			`<span>Issued on February 2, 2026</span><span>Due on February 16, 2026</span></div><div class="state"><span class="badge bad">Overdue</span></div>` +
				`<div class="amount"><span>€900.00</span><span class="quiet">€400.00 left to pay</span></div>`,
			`<span class="badge plain">Void</span></div><div class="amount"><span>€900.00</span></div><div class="acts"></div>`, `<span class="badge good">Paid</span>`,
			`<span class="badge good">€120.00 available</span></div><div class="amount"><span>€120.00</span>`,
			`<strong>Prepaid</strong><span>Expires on December 31, 2026</span></div><div class="amount wide"><span>€50.00</span><span class="quiet">50 credits</span>`,
			`<strong>Stripe</strong><span>Added on January 15, 2026</span></div><div class="state"><span class="badge good">Default</span>`,
			`<form method="post" action="` + token + `/payment-methods">`, `This link opens until February 18, 2026, 19:00` + "\u00A0EST.",
		} {
			require.Contains(t, page, want)
		}
		require.Equal(t, 2, strings.Count(page, "<button aria-label="), "two invoices can be paid")
		require.Equal(t, 3+2+1, strings.Count(page, `">PDF</a>`))
		for _, draft := range []string{"DRAFT", "draft"} {
			require.NotContains(t, page, draft)
		}
	})
}

// keepPicture keeps what a page shows in the folder that TARN_SNAPSHOTS names, of one
// database, for who wants to look at it.
func keepPicture(t *testing.T, s *servertest.Server, name, content string) {
	t.Helper()
	if folder := os.Getenv("TARN_SNAPSHOTS"); folder != "" && s.Store.Dialect() == store.SQLite {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
}

// TestCustomerPortal_SpeaksTheCustomersLanguage or else that of the billing entity, in
// which it also writes numbers and dates.
func TestCustomerPortal_SpeaksTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		atelier(t, s, `,"document_locale":"de"`)
		for code, wants := range map[string][]string{
			"en": {`lang="en"`, "Open invoices", "€1,300.00", "March 1, 2026"}, "fr": {`lang="fr"`, "Factures à payer", "1\u202F300,00\u00A0€", "1er mars 2026"},
			"de": {`lang="de"`, "Offene Rechnungen", "1.300,00\u00A0€", "1. März 2026"}, "es": {`lang="es"`, "Facturas pendientes", "1300,00\u00A0€", "1 de marzo de 2026"},
			"it": {`lang="it"`, "Fatture da pagare", "1.300,00\u00A0€", "1º marzo 2026"}, "pt-BR": {`lang="pt-BR"`, "Faturas em aberto", "€\u00A01.300,00", "1º de março de 2026"},
		} {
			upsert(t, s, fmt.Sprintf(`{"external_id":"atelier","billing_configuration":{"document_locale":%q}}`, code))
			page := shown(t, s, portalLink(t, s, "atelier"))
			keepPicture(t, s, "portal-"+code+".html", page)
			for _, want := range wants {
				require.Contains(t, page, want, code)
			}
		}
		upsert(t, s, `{"external_id":"atelier","billing_configuration":{"document_locale":null}}`)
		entity := textOf(t, entries(t, s.Get("/billing_entities"), "billing_entities")[0], "code")
		s.Put("/billing_entities/"+entity, `{"billing_entity":{"billing_configuration":{"document_locale":"it"}}}`).Status(t, http.StatusOK)
		require.Contains(t, shown(t, s, portalLink(t, s, "atelier")), `lang="it"`)
	})
}

// TestCustomerPortal_MissingPageSpeaksTheBrowsersLanguage because nobody knows whose it
// would be.
func TestCustomerPortal_MissingPageSpeaksTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, language := range locale.Known() {
			for _, path := range []string{"/customer-portal/x", "/customer-portal/x/invoices/1", "/documents/x", "/pay/x"} {
				answer := s.Send(http.MethodGet, path, "", http.Header{"Accept-Language": {language.Tag() + ",en;q=0.5"}}).Status(t, http.StatusNotFound)
				require.Contains(t, string(answer.Body), `<html lang="`+language.Tag()+`">`, path)
			}
		}
	})
}

func TestCustomerPortal_ServesFiles(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		atelier(t, s, "")
		path := portalLink(t, s, "atelier")
		files := regexp.MustCompile(`href="[^"/]+(/(invoices|credit-notes)/[^"]+)"`).FindAllStringSubmatch(shown(t, s, path), -1)
		require.Len(t, files, 6)
		for _, file := range files {
			first := open(s, path+file[1]).Status(t, http.StatusOK)
			require.Equal(t, "application/pdf", first.Header.Get("Content-Type"))
			require.Regexp(t, `^inline; filename="?BER-.*\.pdf"?$`, first.Header.Get("Content-Disposition"))
			require.Equal(t, "no-store", first.Header.Get("Cache-Control"))
			require.Equal(t, "%PDF", string(first.Body[:4]))
			require.Equal(t, first.Body, open(s, path+file[1]).Status(t, http.StatusOK).Body, "the same bytes ever after")
			if strings.Contains(first.Header.Get("Content-Disposition"), "BER-001-001.pdf") {
				keepPicture(t, s, "invoice.pdf", string(first.Body))
			}
		}
		made := entries(t, s.Get("/activity_logs?activity_types[]=invoice.generated"), "activity_logs")
		require.Len(t, made, 3, "each is made once")
		require.Equal(t, "system", made[0]["activity_source"])
	})
}

// TestCustomerPortal_IsOfOneCustomer who reaches nothing of others by it.
func TestCustomerPortal_IsOfOneCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, foreign := s.NewOrganization(t, "Globex")
		link(t, s, "c1", "")
		upsert(t, s, `{"external_id":"c2"}`)
		s.DoAs(foreign, http.MethodPost, "/customers", `{"customer":{"external_id":"c1"}}`).Status(t, http.StatusOK)
		invoice := visit(t, s, "c1")
		own, other := portalLink(t, s, "c1"), portalLink(t, s, "c2")
		theirs := textOf(t, member(t, s.DoAs(foreign, http.MethodGet, "/customers/c1/portal_url", ""), "customer"), "portal_url")[len(s.URL):]
		draft := issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) { row.Status, row.Number = store.InvoiceDraft, "ACM-DRAFT" })
		open(s, own+"/invoices/"+invoice).Status(t, http.StatusOK)
		require.NotContains(t, shown(t, s, own), "DRAFT")
		require.Contains(t, shown(t, s, other), "You have no invoices yet.")
		for _, path := range []string{
			other + "/invoices/" + invoice, theirs + "/invoices/" + invoice, own + "/credit-notes/" + invoice, own + "/invoices/" + draft,
			own + "/invoices/" + store.NewID().String(), own + "/invoices/x", own + "x/invoices/" + invoice, "/customer-portal/x/invoices/" + invoice,
		} {
			requireNoPortal(t, open(s, path))
			if strings.Contains(path, "/invoices/") {
				requireNoPortal(t, s.Send(http.MethodPost, path+"/pay", "", nil))
			}
		}
		requireNoPortal(t, s.Send(http.MethodPost, own+"x/payment-methods", "", nil))
		s.Travel(t, servertest.Epoch.Add(12*time.Hour))
		requireNoPortal(t, open(s, own+"/invoices/"+invoice))
		requireNoPortal(t, s.Send(http.MethodPost, own+"/invoices/"+invoice+"/pay", "", nil))
		requireNoPortal(t, s.Send(http.MethodPost, own+"/payment-methods", "", nil))
	})
}

// The estimate is of one invoice, as billing makes it: together are subscriptions that
// agree in everything that an invoice has once.
func TestCustomerPortal_EstimatesOneInvoice(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":1000,"amount_currency":"EUR","pay_in_advance":true}}`).Status(t, http.StatusOK)
		for name, second := range map[string]struct{ members, total string }{
			"together": {``, "€20.00"},
			"ordered":  {`,"purchase_order_number":"PO-2"`, "€10.00"},
			"alone":    {`,"consolidate_invoice":false`, "€10.00"},
			"byhand":   {`,"payment_method":{"payment_method_type":"manual"}`, "€10.00"},
		} {
			upsert(t, s, fmt.Sprintf(`{"external_id":%q,"currency":"EUR"}`, name))
			for i, members := range []string{"", second.members} {
				member(t, s.Post("/subscriptions", fmt.Sprintf(
					`{"subscription":{"external_customer_id":%q,"plan_code":"p","external_id":"%[1]s %d","subscription_at":"2026-01-15T00:00:00Z"%s}}`, name, i, members)), "subscription")
			}
			require.Contains(t, shown(t, s, portalLink(t, s, name)), "<dt>Total</dt><dd>"+second.total+"</dd>", name)
		}
	})
}
