package server_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
	"tarn/web/browsertest"
)

// TestCustomerPortal_InABrowser looks at a customer's portal on a desk and on a phone, by
// day and by night, in the shortest and in the longest of languages, and pays an invoice
// without any JavaScript.
func TestCustomerPortal_InABrowser(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.SQLite))
	atelier(t, s, "")
	tab, seen := browsertest.Open(t)
	visit := func(width, height int64, scheme, picture string) {
		t.Helper()
		require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(width, height)))
		require.NoError(t, chromedp.Do(tab, browsertest.Scheme(scheme)))
		require.NoError(t, chromedp.Do(tab, chromedp.Navigate(s.URL+portalLink(t, s, "atelier"))))
		browsertest.RequireHeading(t, tab, "Atelier Vermeer & Filles")
		browsertest.RequireReadable(t, tab)
		browsertest.Glance(t, tab, picture)
		browsertest.Snapshot(t, tab, picture+"-whole")
	}
	visit(1280, 1024, "light", "portal")
	visit(1280, 1024, "dark", "portal-dark")
	visit(390, 844, "light", "portal-phone")
	visit(390, 844, "dark", "portal-phone-dark")
	for _, language := range []string{"de", "fr"} {
		upsert(t, s, `{"external_id":"atelier","billing_configuration":{"document_locale":"`+language+`"}}`)
		visit(390, 844, "light", "portal-phone-"+language)
	}
	upsert(t, s, `{"external_id":"atelier","billing_configuration":{"document_locale":"en"}}`)
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(s.URL+portalLink(t, s, "atelier"))))

	require.NoError(t, chromedp.Do(tab, browsertest.WithoutScripts()))
	browsertest.Click(t, tab, `form[action$="/pay"] button`, "Pay your invoice")
	browsertest.Click(t, tab, "button.pay", "Thank you, this is paid")
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(s.URL+portalLink(t, s, "atelier"))))
	require.NoError(t, chromedp.Do(tab, chromedp.WaitVisible(chromedp.Search("//p[text()='€900.00']"))), "what was overdue is paid")
	browsertest.Click(t, tab, `form[action$="/payment-methods"] button`, "Add a payment method")
	browsertest.RequireOnly(t, seen, s.URL)
	require.Empty(t, seen.Complaints())
}
