package server_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// portalLink asks for a link into a customer's portal and returns its path on
// the server.
func portalLink(t *testing.T, s *servertest.Server, customer string) string {
	t.Helper()
	link := textOf(t, member(t, s.Get("/customers/"+customer+"/portal_url"), "customer"), "portal_url")
	path, ours := strings.CutPrefix(link, s.URL)
	require.True(t, ours, link)
	require.True(t, strings.HasPrefix(path, "/customer-portal/"), link)
	return path
}

// open follows a link as a browser does, without a key.
func open(s *servertest.Server, path string) *servertest.Response {
	return s.Send(http.MethodGet, path, "", nil)
}

func TestCustomerPortal_ShowsTheCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, body := range map[string]string{
			"Hooli <Inc> & Co": `{"external_id":"c1","name":"Hooli <Inc> & Co","firstname":"Gavin"}`,
			"Gavin Belson":     `{"external_id":"c2","name":" ","firstname":"Gavin","lastname":"Belson"}`,
			"Hooli Ltd":        `{"external_id":"c3","legal_name":"Hooli Ltd"}`,
			"c4":               `{"external_id":"c4"}`,
		} {
			customer := textOf(t, member(t, s.Post("/customers", `{"customer":`+body+`}`), "customer"), "external_id")
			response := open(s, portalLink(t, s, customer)).Status(t, http.StatusOK)
			page := string(response.Body)
			require.Contains(t, page, "<h1>"+strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;").Replace(name)+"</h1>")
			require.Contains(t, page, "<p>Acme</p>")
			require.Contains(t, page, "You have no subscriptions yet.")
			require.Contains(t, page, "You have no invoices yet.")
			require.Contains(t, page, "January 15, 2026, 22:30\u00A0UTC")
			requirePortalHeaders(t, response)
		}
	})
}

// requirePortalHeaders fails unless a page may load nothing but its own style,
// and nobody keeps it.
func requirePortalHeaders(t *testing.T, response *servertest.Response) {
	t.Helper()
	require.Equal(t, "text/html; charset=UTF-8", response.Header.Get("Content-Type"))
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$`,
		response.Header.Get("Content-Security-Policy"))
	require.Equal(t, "no-referrer", response.Header.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	require.NotContains(t, string(response.Body), "<script")
}

func TestCustomerPortal_LinksDifferAndExpire(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		first, second := portalLink(t, s, "c"), portalLink(t, s, "c")
		require.NotEqual(t, first, second)
		s.Travel(t, servertest.Epoch.Add(12*time.Hour-time.Microsecond))
		open(s, first).Status(t, http.StatusOK)
		open(s, second).Status(t, http.StatusOK)
		later := portalLink(t, s, "c")
		s.Travel(t, servertest.Epoch.Add(12*time.Hour))
		requireNoPortal(t, open(s, first))
		open(s, later).Status(t, http.StatusOK)
		member(t, s.Delete("/customers/c"), "customer")
		requireNoPortal(t, open(s, later))
	})
}

// requireNoPortal fails unless the answer is the page for links that open
// nothing.
func requireNoPortal(t *testing.T, response *servertest.Response) {
	t.Helper()
	require.Contains(t, string(response.Status(t, http.StatusNotFound).Body), "<h1>Page not found</h1>")
	requirePortalHeaders(t, response)
}

func TestCustomerPortal_RefusesForgedLinks(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"c","name":"Theirs"}}`).Status(t, http.StatusOK)
		member(t, s.Post("/customers", `{"customer":{"external_id":"c","name":"Ours"}}`), "customer")
		ours := portalLink(t, s, "c")
		link := textOf(t, member(t, s.DoAs(other, http.MethodGet, "/customers/c/portal_url", ""), "customer"), "portal_url")
		theirs := strings.TrimPrefix(link, s.URL)
		require.Contains(t, string(open(s, theirs).Status(t, http.StatusOK).Body), "Theirs")

		encoding := base64.RawURLEncoding
		decode := func(path string) []byte {
			token, err := encoding.DecodeString(strings.TrimPrefix(path, "/customer-portal/"))
			require.NoError(t, err)
			return token
		}
		for i := range decode(ours) {
			forged := decode(ours)
			forged[i] ^= 1
			requireNoPortal(t, open(s, "/customer-portal/"+encoding.EncodeToString(forged)))
		}
		swapped := append(decode(theirs)[:16:16], decode(ours)[16:]...)
		for _, token := range []string{
			encoding.EncodeToString(swapped), "x", "%20", strings.Repeat("A", 10_000), strings.Repeat("A", 118), "%ff%00",
			encoding.EncodeToString(append(decode(ours), 0)), encoding.EncodeToString(decode(ours)[:40]), strings.TrimPrefix(ours, "/customer-portal/") + "=",
		} {
			requireNoPortal(t, open(s, "/customer-portal/"+token))
		}
		open(s, ours).Status(t, http.StatusOK)
	})
}

func TestCustomerPortal_LinksAreForReaders(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		requireNotFound(t, "customer", s.Get("/customers/nobody/portal_url"))
		requireNotFound(t, "customer", s.DoAs(other, http.MethodGet, "/customers/c/portal_url", ""))
		reader := s.NewKey(t, `{"permissions":{"customer":["read"]}}`)
		s.DoAs(reader, http.MethodGet, "/customers/c/portal_url", "").Status(t, http.StatusOK)
		requireClosed(t, s, "customer", `GET /customers/c/portal_url`, `POST /customers/c/checkout_url`)
		require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"write_action_not_allowed_for_customer"}`,
			string(s.DoAs(reader, http.MethodPost, "/customers/c/checkout_url", "").Status(t, http.StatusForbidden).Body))
	})
}

func TestCustomerCheckout_NeedsAPaymentProvider(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")
		requireDetails(t, `{"base":["no_linked_payment_provider"]}`, s.Post("/customers/c/checkout_url", ""))
		requireNotFound(t, "customer", s.Post("/customers/nobody/checkout_url", ""))
		requireNotFound(t, "customer", s.DoAs(other, http.MethodPost, "/customers/c/checkout_url", ""))
	})
}
