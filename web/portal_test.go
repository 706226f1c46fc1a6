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

func TestPortal_ShowsSubscriptionsAndInvoices(t *testing.T) {
	t.Parallel()
	page := portalPage(t, web.PortalPage{
		Seller: "Acme", Customer: "Hooli", ExpiresAt: "1 March 2026, 12:00 UTC",
		Subscriptions: []web.PortalSubscription{{Name: "Gold", Status: "active", StartedOn: "1 January 2026"}},
		Invoices: []web.PortalInvoice{
			{Number: "ACM-1-001", IssuedOn: "1 February 2026", Status: "paid", Total: "€10.00"},
			{Number: "ACM-1-002", IssuedOn: "1 March 2026", Status: "due", Total: "€12.50"},
		},
	})
	for _, want := range []string{
		"<title>Hooli – Acme</title>", "<h1>Hooli</h1>", "<td>Gold</td><td>active</td><td>1 January 2026</td>",
		"<td>ACM-1-001</td><td>1 February 2026</td><td>paid</td><td class=\"amount\">€10.00</td>", "<td>ACM-1-002</td>",
		"This link opens until 1 March 2026, 12:00 UTC.",
	} {
		require.Contains(t, page, want)
	}
	require.Equal(t, 2, strings.Count(page, "<table>"))
	require.NotContains(t, page, "yet.")
}

func TestPortal_SaysThatThereIsNothing(t *testing.T) {
	t.Parallel()
	page := portalPage(t, web.PortalPage{Seller: "Acme", Customer: "Hooli"})
	require.Contains(t, page, "You have no subscriptions yet.")
	require.Contains(t, page, "You have no invoices yet.")
	require.NotContains(t, page, "<table>")
}

func TestPortal_ShowsTextsAsTexts(t *testing.T) {
	t.Parallel()
	const hostile = `</style><script>alert("1")</script><a href="javascript:x">`
	page := portalPage(t, web.PortalPage{
		Seller: hostile, Customer: hostile, ExpiresAt: hostile,
		Subscriptions: []web.PortalSubscription{{Name: hostile, Status: hostile, StartedOn: hostile}},
		Invoices:      []web.PortalInvoice{{Number: hostile, IssuedOn: hostile, Status: hostile, Total: hostile}},
	})
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "<a ")
	require.Equal(t, 1, strings.Count(page, "</style>"))
	require.Equal(t, 12, strings.Count(page, "&lt;script&gt;"))
}

// TestPortal_AllowsItsOwnStyleOnly compares the policy with the style that the
// pages have.
func TestPortal_AllowsItsOwnStyleOnly(t *testing.T) {
	t.Parallel()
	portal, err := web.NewPortal()
	require.NoError(t, err)
	header := http.Header{}
	portal.SetHeaders(header)
	var missing bytes.Buffer
	require.NoError(t, portal.WriteNotFound(&missing))
	require.Contains(t, missing.String(), "<title>Page not found</title>")
	for _, page := range []string{missing.String(), portalPage(t, web.PortalPage{})} {
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
		require.NotNil(t, style)
		digest := sha256.Sum256([]byte(style[1]))
		require.Equal(t, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", header.Get("Content-Security-Policy"))
		require.NotContains(t, page, "style=", "styles of single elements are not allowed")
		require.NotContains(t, page, "src=")
		require.NotContains(t, page, "href=")
		require.True(t, strings.HasPrefix(page, "<!DOCTYPE html>"))
	}
}
