package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/locale"
	"tarn/web"
)

// payment is a page on which an invoice is paid.
func payment(state web.CheckoutState) web.CheckoutPage {
	return web.CheckoutPage{
		Language: locale.Of("en"), Seller: "Acme", Customer: "Hooli", Provider: "stripe", State: state,
		Amount: "EUR 31.00", Invoice: "ACM-1-001", IssuedOn: "1 February 2026", DueOn: "3 March 2026",
		ExpiresAt: "2 February 2026, 12:00 UTC", Page: "token", Pay: "token/pay", Decline: "token/decline", Leave: "token/leave",
	}
}

func checkoutPage(t *testing.T, page web.CheckoutPage) string {
	t.Helper()
	checkout, err := web.NewCheckout()
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, checkout.WritePage(&text, page))
	return text.String()
}

func TestCheckout_OffersThreeButtons(t *testing.T) {
	t.Parallel()
	page := checkoutPage(t, payment(web.CheckoutOpen))
	for _, want := range []string{
		"<title>Pay your invoice – Acme</title>", "<h1>Pay your invoice</h1>", `<p class="amount">EUR 31.00</p>`,
		"<dd>Hooli</dd>", "<dd>ACM-1-001</dd>", "<dd>1 February 2026</dd>", "<dd>3 March 2026</dd>",
		`<form method="post" action="token/pay"><button class="pay">Pay EUR 31.00</button></form>`,
		`<form method="post" action="token/decline"><button class="decline">Decline</button></form>`,
		`<form method="get" action="token/leave"><button class="leave">Leave</button></form>`,
		"This page is a simulation of stripe: no money moves.", "The link opens until 2 February 2026, 12:00 UTC.",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "declined")
	require.NotContains(t, page, "refresh")
}

// TestCheckout_SaysWhatHasHappened in each state, in which there is nothing else to press
// than what makes sense.
func TestCheckout_SaysWhatHasHappened(t *testing.T) {
	t.Parallel()
	for state, want := range map[web.CheckoutState]struct {
		title string
		forms int
	}{
		web.CheckoutProcessing: {"Your payment is being processed", 0},
		web.CheckoutDone:       {"Thank you, this is paid", 0},
		web.CheckoutOver:       {"There is nothing to pay here any more", 0},
		web.CheckoutLeft:       {"You have left the payment page", 1},
	} {
		page := checkoutPage(t, payment(state))
		require.Contains(t, page, "<h1>"+want.title+"</h1>")
		require.Equal(t, want.forms, strings.Count(page, "<form"))
		require.Equal(t, state == web.CheckoutProcessing, strings.Contains(page, `<meta http-equiv="refresh" content="2">`))
		require.NotContains(t, page, `method="post"`)
	}
	declined := payment(web.CheckoutOpen)
	declined.Declined = true
	page := checkoutPage(t, declined)
	require.Contains(t, page, "The payment was declined.")
	require.Contains(t, page, `action="token/pay"`)
	require.NotContains(t, page, `action="token/decline"`)
	declined.State = web.CheckoutDone
	require.NotContains(t, checkoutPage(t, declined), "declined")
}

func TestCheckout_AddsAPaymentMethod(t *testing.T) {
	t.Parallel()
	page := web.CheckoutPage{Seller: "Acme", Customer: "Hooli", Provider: "adyen", State: web.CheckoutOpen, Pay: "t/pay"}
	text := checkoutPage(t, page)
	require.Contains(t, text, "<h1>Add a payment method</h1>")
	require.Contains(t, text, `<form method="post" action="t/pay"><button class="pay">Add a payment method</button></form>`)
	require.NotContains(t, text, "amount\"")
	require.NotContains(t, text, "<dt>Invoice</dt>")
	page.State = web.CheckoutDone
	require.Contains(t, checkoutPage(t, page), "<h1>Your payment method was added</h1>")
}

func TestCheckout_ShowsTextsAsTexts(t *testing.T) {
	t.Parallel()
	const hostile = `</style><script>alert("1")</script><a href="javascript:x">`
	page := checkoutPage(t, web.CheckoutPage{
		Seller: hostile, Customer: hostile, Provider: hostile, State: web.CheckoutOpen, Amount: hostile, Invoice: hostile,
		IssuedOn: hostile, DueOn: hostile, ExpiresAt: hostile, Page: "javascript:x", Pay: "javascript:x", Decline: "javascript:x", Leave: "javascript:x",
	})
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "<a ")
	require.NotContains(t, page, "javascript:x\"><button")
	require.Equal(t, 1, strings.Count(page, "</style>"))
}

// TestCheckout_AllowsItsOwnStyleAndForms compares the policy with the style that the pages
// have.
func TestCheckout_AllowsItsOwnStyleAndForms(t *testing.T) {
	t.Parallel()
	checkout, err := web.NewCheckout()
	require.NoError(t, err)
	header := http.Header{}
	checkout.SetHeaders(header)
	page := checkoutPage(t, payment(web.CheckoutOpen))
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
	require.NotNil(t, style)
	digest := sha256.Sum256([]byte(style[1]))
	require.Equal(t, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", header.Get("Content-Security-Policy"))
	require.Equal(t, "no-store", header.Get("Cache-Control"))
	require.Equal(t, "no-referrer", header.Get("Referrer-Policy"))
	require.Equal(t, "noindex, nofollow", header.Get("X-Robots-Tag"))
	for _, outside := range []string{"style=", "src=", "href=", "<script"} {
		require.NotContains(t, page, outside)
	}
	require.True(t, strings.HasPrefix(page, "<!DOCTYPE html>"))
}
