package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/locale"
	"tarn/web"
)

func portalPage(t *testing.T, page web.PortalPage) string {
	t.Helper()
	portal, err := web.NewPortal()
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, portal.WritePage(&text, page))
	return text.String()
}

// filledPortal is a page with one of everything, in a language.
func filledPortal(language locale.Language) web.PortalPage {
	page := web.PortalPage{
		Language: language, Seller: "Bergsee GmbH", Customer: "Atelier Vermeer & Filles", Email: "billing@bergsee.example", Phone: "+49 7531 555 0",
		ExpiresAt: "March 1, 2026, 12:00 CET",
		Due:       []web.PortalDue{{Amount: "€1,310.40", Count: "2", Overdue: "€118.00"}},
		Bill: &web.PortalBill{On: "April 1, 2026", Total: "€214.20", Lines: []web.PortalBillLine{
			{Kind: web.BillSubscriptions, Amount: "€149.00"},
			{Kind: web.BillUsage, Amount: "€41.00"},
			{Kind: web.BillFixed, Amount: "€5.00"},
			{Kind: web.BillCommitment, Amount: "€5.00"},
			{Kind: web.BillAlreadyBilled, Amount: "-€5.00"},
			{Kind: web.BillCoupons, Amount: "-€15.00"},
			{Kind: web.BillTaxes, Amount: "€34.20"},
			{Kind: web.BillCreditNotes, Amount: "-€3.00"},
			{Kind: web.BillPrepaid, Amount: "-€2.00"},
		}},
		Wallets: []web.PortalWallet{
			{Name: "Prepaid", Balance: "€250.00", Credits: "250", Ongoing: "-€9.00", ExpiresOn: "December 31, 2026"}, {Name: "Gift", Balance: "€0.00", Credits: "0"},
		},
		Pays: true, AddPaymentMethod: "T/payment-methods",
		PaymentMethods: []web.PortalPaymentMethod{{Name: "Stripe", Default: true, AddedOn: "January 5, 2026"}, {Name: "Adyen", AddedOn: "January 2, 2026"}},
	}
	page.Subscriptions = web.PortalList[web.PortalSubscription]{Previous: "T?subscriptions=1", Next: "T?subscriptions=3", Rows: []web.PortalSubscription{
		{
			Name: "Production", Plan: "Scale", StartedOn: "January 1, 2026", EndsOn: "December 31, 2026", Price: "€149.00", Period: web.PortalMonthly,
			NextPlan: "Starter", NextPlanOn: "April 1, 2026", Days: "Mar 1, 2026 – Mar 31, 2026", Metered: true, UsageTotal: "€41.00",
			Usage: []web.PortalUsage{{Name: "Storage", Units: "12.5", Amount: "€1.00"}, {Name: "Text messages", Detail: "region: europe", Units: "800", Amount: "€40.00"}},
		},
		{Name: "Sandbox", StartedOn: "February 1, 2026", Price: "€0.00", Period: web.PortalYearly, Days: "Mar 1, 2026 – Mar 31, 2026", Metered: true},
		{Name: "Later", Pending: true, StartedOn: "May 1, 2026", Price: "€9.00", Period: web.PortalWeekly},
	}}
	page.Open = web.PortalList[web.PortalInvoice]{Previous: "T?open=1", Next: "T?open=3", Rows: []web.PortalInvoice{
		{
			Number: "BER-7-1", IssuedOn: "January 1, 2026", DueOn: "January 31, 2026", Status: web.PortalInvoiceOverdue, Total: "€218.00", Left: "€118.00",
			File: "T/invoices/1", Pay: "T/invoices/1/pay", Due: "€118.00",
		},
	}}
	page.Invoices = web.PortalList[web.PortalInvoice]{Previous: "T?invoices=1", Next: "T?invoices=3"}
	for status := web.PortalInvoiceOpen; status <= web.PortalInvoiceDisputed; status++ {
		page.Invoices.Rows = append(page.Invoices.Rows, web.PortalInvoice{
			Number: fmt.Sprintf("BER-7-%d", status+2), IssuedOn: "February 1, 2026", Status: status, Total: "€1,192.40", File: "T/invoices/2", SelfBilled: status == web.PortalInvoicePaid,
		})
	}
	page.CreditNotes = web.PortalList[web.PortalCreditNote]{Previous: "T?credit-notes=1", Next: "T?credit-notes=3"}
	for status := web.PortalNoteAvailable; status <= web.PortalNoteVoided; status++ {
		page.CreditNotes.Rows = append(page.CreditNotes.Rows, web.PortalCreditNote{
			Number: fmt.Sprintf("BER-7-1-CN%d", status+1), Invoice: "BER-7-1", IssuedOn: "February 3, 2026", Total: "€12.00", Status: status, Left: "€7.00", File: "T/credit-notes/1",
		})
	}
	return page
}

func TestPortal_ShowsEverything(t *testing.T) {
	t.Parallel()
	page := portalPage(t, filledPortal(locale.Of("en")))
	for _, want := range []string{
		`<html lang="en">`, "<title>Atelier Vermeer &amp; Filles – Bergsee GmbH</title>", "<h1>Atelier Vermeer &amp; Filles</h1>",
		`<p class="figure">€1,310.40</p>`, "Open invoices: 2", "Overdue: €118.00",
		`<p class="figure">€214.20</p>`, "<div><dt>Subscriptions</dt><dd>€149.00</dd></div>", "<div><dt>Prepaid credits</dt><dd>-€2.00</dd></div>",
		"<h3>Production</h3>", "<span>Scale</span><span>€149.00 per month</span><span>Since January 1, 2026</span><span>Ends on December 31, 2026</span><span>Changes to Starter on April 1, 2026</span>",
		`<th scope="row">Text messages <span class="quiet">region: europe</span></th><td>800</td><td>€40.00</td>`, "Nothing was used in this period yet.", "Starts on May 1, 2026",
		`<form method="post" action="T/invoices/1/pay"><button aria-label="Pay invoice BER-7-1">Pay €118.00</button></form>`, "€118.00 left to pay",
		`<span class="badge good">Paid</span>`, `<span class="badge bad">Payment disputed</span>`, `<span class="badge plain">Void</span>`, "Self-billing invoice",
		`<a href="T/invoices/2" aria-label="BER-7-3 as PDF">PDF</a>`, `<a href="T/credit-notes/1" aria-label="BER-7-1-CN1 as PDF">PDF</a>`,
		`<span class="badge good">€7.00 available</span>`, "For invoice BER-7-1", "-€9.00 after current usage", "250 credits", "Expires on December 31, 2026",
		"<strong>Stripe</strong><span>Added on January 5, 2026</span>", `<form method="post" action="T/payment-methods">`,
		`<a href="T?invoices=1" rel="prev">Newer</a><a href="T?invoices=3" rel="next">Older</a>`, `<a href="T?open=1" rel="prev">Older</a><a href="T?open=3" rel="next">Newer</a>`,
		`<a href="mailto:billing@bergsee.example">billing@bergsee.example</a>`, "This link opens until March 1, 2026, 12:00 CET.",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "yet.</p>\n</section>")
	require.NotContains(t, page, "not possible")
}

func TestPortal_SaysThatThereIsNothing(t *testing.T) {
	t.Parallel()
	page := portalPage(t, web.PortalPage{Language: locale.Of("en"), Seller: "Acme", Customer: "Hooli", Unavailable: true})
	for _, want := range []string{
		"There is nothing to pay.", "You have no subscriptions yet.", "You have no invoices yet.", `role="alert">This is not possible at the moment.`,
	} {
		require.Contains(t, page, want)
	}
	for _, section := range []string{"<form", "<table", "<ul", "<nav", "<a ", "Next invoice", "Credit notes", "Prepaid credits", "Payment methods", "Questions?"} {
		require.NotContains(t, page, section)
	}
	page = portalPage(t, web.PortalPage{Language: locale.Of("en"), Pays: true})
	require.Contains(t, page, "You have not added a payment method yet.")
}

// TestPortal_SpeaksSixLanguages finds a text that another language leaves in English, and
// one whose value has got lost on the way.
func TestPortal_SpeaksSixLanguages(t *testing.T) {
	t.Parallel()
	texts := regexp.MustCompile(`>([^<>]*\pL[^<>]*)<`)
	english := portalPage(t, filledPortal(locale.Of("en")))
	values := texts.FindAllStringSubmatch(portalPage(t, filledPortal(locale.Of("en"))), -1)
	for _, language := range locale.Known()[1:] {
		page := portalPage(t, filledPortal(language))
		require.Contains(t, page, `<html lang="`+language.Tag()+`">`)
		found := texts.FindAllStringSubmatch(page, -1)
		require.Len(t, found, len(values), language.Tag())
		require.NotRegexp(t, `\{\d\}`, page)
		for _, shown := range []string{"Text messages", "€7.00", "-€9.00", "€118.00", "BER-7-1-CN6", "December 31, 2026", "March 1, 2026, 12:00 CET", "Starter"} {
			require.Equal(t, strings.Count(english, shown), strings.Count(page, shown), "%s: %s", language.Tag(), shown)
		}
	}
}

func TestPortal_ShowsTextsAsTexts(t *testing.T) {
	t.Parallel()
	const hostile = `</style><script>alert("1")</script><a href="javascript:x">`
	page := filledPortal(locale.Of("en"))
	count := fillTexts(reflect.ValueOf(&page).Elem(), hostile)
	shown := portalPage(t, page)
	require.NotContains(t, shown, "<script")
	require.NotContains(t, shown, `href="javascript`)
	require.NotContains(t, shown, `"1"`)
	require.Equal(t, 1, strings.Count(shown, "</style>"))
	require.Greater(t, strings.Count(shown, "&lt;script&gt;"), 100)
	require.Greater(t, count, 100)
}

// fillTexts makes all texts below a value the same one, and counts them.
func fillTexts(value reflect.Value, text string) (count int) {
	switch value.Kind() { //nolint:exhaustive // the kinds that views have
	case reflect.String:
		value.SetString(text)
		return 1
	case reflect.Pointer:
		return fillTexts(value.Elem(), text)
	case reflect.Slice:
		for i := range value.Len() {
			count += fillTexts(value.Index(i), text)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).Type != reflect.TypeFor[locale.Language]() {
				count += fillTexts(value.Field(i), text)
			}
		}
	}
	return count
}

// TestPortal_AllowsItsOwnStyleOnly compares the policy with the style that the
// pages have.
func TestPortal_AllowsItsOwnStyleOnly(t *testing.T) {
	t.Parallel()
	portal, err := web.NewPortal()
	require.NoError(t, err)
	header := http.Header{}
	portal.SetHeaders(header)
	pages := []string{portalPage(t, web.PortalPage{Language: locale.Of("en")}), portalPage(t, filledPortal(locale.Of("de")))}
	for _, language := range locale.Known() {
		var missing bytes.Buffer
		require.NoError(t, portal.WriteNotFound(&missing, language))
		require.Contains(t, missing.String(), "<title>"+web.PortalWords(language).NotFoundTitle+"</title>")
		require.Contains(t, missing.String(), `<html lang="`+language.Tag()+`">`)
		pages = append(pages, missing.String())
	}
	for _, page := range pages {
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
		require.NotNil(t, style)
		digest := sha256.Sum256([]byte(style[1]))
		require.Equal(t, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+
			"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", header.Get("Content-Security-Policy"))
		require.NotContains(t, page, "style=", "styles of single elements are not allowed")
		require.NotContains(t, page, "src=")
		require.NotContains(t, page, "<script")
		require.NotContains(t, page, "http")
		require.True(t, strings.HasPrefix(page, "<!DOCTYPE html>"))
	}
}
