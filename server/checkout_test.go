package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// pathOf is the path of a link on the server, which must begin as said.
func pathOf(t *testing.T, s *servertest.Server, url any, prefix string) string {
	t.Helper()
	text, _ := url.(string)
	path, ours := strings.CutPrefix(text, s.URL)
	require.True(t, ours, url)
	require.True(t, strings.HasPrefix(path, prefix), path)
	return path
}

// payLink makes a link to where an invoice is paid, and returns its path.
func payLink(t *testing.T, s *servertest.Server, invoice string) string {
	t.Helper()
	return pathOf(t, s, member(t, s.Post("/invoices/"+invoice+"/payment_url", ""), "invoice_payment_details")["payment_url"], "/pay/")
}

// checkoutLink makes a link to where a customer leaves a way to pay, and returns its path.
func checkoutLink(t *testing.T, s *servertest.Server, customer string) string {
	t.Helper()
	return pathOf(t, s, member(t, s.Post("/customers/"+customer+"/checkout_url", ""), "customer")["checkout_url"], "/checkout/")
}

// pressOn presses a button of a page as a browser does, without a key, and returns the
// page to which that leads.
func pressOn(t *testing.T, s *servertest.Server, path, button string) string {
	t.Helper()
	return string(s.Send(http.MethodPost, path+"/"+button, "", nil).Status(t, http.StatusOK).Body)
}

// shownOn is the page of a link.
func shownOn(t *testing.T, s *servertest.Server, path string) string {
	t.Helper()
	answer := open(s, path).Status(t, http.StatusOK)
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$`,
		answer.Header.Get("Content-Security-Policy"))
	require.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	return string(answer.Body)
}

// visit makes an invoice of one visit of a customer, and returns its identifier.
func visit(t *testing.T, s *servertest.Server, customer string) string {
	t.Helper()
	s.Post("/add_ons", `{"add_on":{"name":"Visit","code":"visit","amount_cents":123456,"amount_currency":"EUR"}}`)
	return idOf(t, member(t, s.Post("/invoices", fmt.Sprintf(
		`{"invoice":{"external_customer_id":%q,"currency":"EUR","skip_psp":true,"fees":[{"add_on_code":"visit"}]}}`, customer)), "invoice"))
}

func TestPages_PayAnInvoice(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		customer := link(t, s, "c1", "")
		invoice := visit(t, s, "c1")
		details := member(t, s.Post("/invoices/"+invoice+"/payment_url", ""), "invoice_payment_details")
		requireMembers(t, fmt.Sprintf(`{"lago_customer_id":%q,"external_customer_id":"c1","payment_provider":"stripe","lago_invoice_id":%q}`,
			customer["lago_id"], invoice), details)
		path := pathOf(t, s, details["payment_url"], "/pay/")
		require.NotEqual(t, path, payLink(t, s, invoice), "each link is another one")

		page := shownOn(t, s, path)
		for _, want := range []string{"<h1>Pay your invoice</h1>", "€1,234.56", "<p>Acme</p>", "a simulation of Stripe", "January 15, 2026", "January 16, 2026, 10:30\u00A0UTC"} {
			require.Contains(t, page, want)
		}
		token := path[len("/pay/"):]
		for _, form := range []string{`method="post" action="` + token + `/pay"`, `method="post" action="` + token + `/decline"`, `method="get" action="` + token + `/leave"`} {
			require.Contains(t, page, form)
		}
		left := shownOn(t, s, path+"/leave")
		require.Contains(t, left, "You have left the payment page")
		require.Contains(t, left, `action="../`+token+`"`)
		requireMembers(t, `{"payment_status":"pending","total_paid_amount_cents":0}`, member(t, s.Get("/invoices/"+invoice), "invoice"))

		require.Contains(t, pressOn(t, s, path, "decline"), "The payment was declined.")
		requireMembers(t, `{"payment_status":"failed"}`, member(t, s.Get("/invoices/"+invoice), "invoice"))
		require.Contains(t, pressOn(t, s, path, "decline"), "The payment was declined.")
		require.Len(t, entries(t, s.Get("/payments?invoice_id="+invoice), "payments"), 1, "a link declines once")

		require.Contains(t, pressOn(t, s, path, "pay"), "Thank you, this is paid")
		requireMembers(t, `{"payment_status":"succeeded","total_paid_amount_cents":123456,"total_due_amount_cents":0}`,
			member(t, s.Get("/invoices/"+invoice), "invoice"))
		for _, button := range []string{"pay", "decline"} {
			require.Contains(t, pressOn(t, s, path, button), "Thank you, this is paid")
		}
		paid := entries(t, s.Get("/payments?invoice_id="+invoice), "payments")
		require.Len(t, paid, 2)
		requireMembers(t, `{"payment_status":"succeeded","status":"succeeded","type":"provider","amount_cents":123456,
			"payment_provider_code":"stripe","provider_customer_id":"cus_1"}`, paid[1])
		requireMembers(t, `{"payment_status":"failed","type":"provider"}`, paid[0])
		told := entries(t, s.Get("/activity_logs?per_page=100&resource_ids[]="+invoice), "activity_logs")
		types := make([]any, len(told))
		for i, each := range told {
			types[i] = each["activity_type"]
			if each["activity_type"] == "invoice.payment_failure" {
				require.Equal(t, "system", each["activity_source"], "the provider says so, no client")
			}
		}
		require.Contains(t, types, "invoice.payment_failure")
		require.Contains(t, types, "invoice.payment_status_updated")
	})
}

// TestPages_SpeakTheCustomersLanguage in each of their states.
func TestPages_SpeakTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		for code, wants := range map[string][5]string{
			"fr":    {"Payer votre facture", "1\u202F234,56\u00A0€", "Vous avez quitté la page de paiement", "Le paiement a été refusé.", "Merci, c’est payé"},
			"de":    {"Ihre Rechnung zahlen", "1.234,56\u00A0€", "Sie haben die Zahlungsseite verlassen", "Die Zahlung wurde abgelehnt.", "Danke, das ist bezahlt"},
			"es":    {"Pagar su factura", "1234,56\u00A0€", "Ha salido de la página de pago", "El pago ha sido rechazado.", "Gracias, está pagado"},
			"it":    {"Pagare la fattura", "1.234,56\u00A0€", "Ha lasciato la pagina di pagamento", "Il pagamento è stato rifiutato.", "Grazie, è pagato"},
			"pt-BR": {"Pagar sua fatura", "€\u00A01.234,56", "Você saiu da página de pagamento", "O pagamento foi recusado.", "Obrigado, está pago"},
		} {
			upsert(t, s, `{"external_id":"c1","timezone":"Asia/Tokyo","billing_configuration":{"document_locale":"`+code+`"}}`)
			path := payLink(t, s, visit(t, s, "c1"))
			page := shownOn(t, s, path)
			for _, want := range []string{`<html lang="` + code + `">`, "<h1>" + wants[0] + "</h1>", wants[1], "19:30\u00A0JST"} {
				require.Contains(t, page, want)
			}
			require.Contains(t, shownOn(t, s, path+"/leave"), wants[2])
			require.Contains(t, pressOn(t, s, path, "decline"), wants[3])
			require.Contains(t, pressOn(t, s, path, "pay"), wants[4])
		}
	})
}

// TestPages_PayOnce though the button is pressed by many at once, on several links.
func TestPages_PayOnce(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		invoice := visit(t, s, "c1")
		paths := []string{payLink(t, s, invoice), payLink(t, s, invoice)}
		var racing sync.WaitGroup
		for _, path := range paths {
			for _, button := range []string{"pay", "pay", "decline"} {
				racing.Go(func() { s.Send(http.MethodPost, path+"/"+button, "", nil) })
			}
		}
		racing.Wait()
		for _, path := range paths {
			require.Contains(t, pressOn(t, s, path, "pay"), "Thank you, this is paid")
		}
		requireMembers(t, `{"payment_status":"succeeded","total_paid_amount_cents":123456}`, member(t, s.Get("/invoices/"+invoice), "invoice"))
		succeeded := 0
		for _, payment := range entries(t, s.Get("/payments?invoice_id="+invoice), "payments") {
			if payment["payment_status"] == "succeeded" {
				succeeded++
			}
		}
		require.Equal(t, 1, succeeded)
	})
}

// TestPages_EndWithWhatTheyAreFor when it is paid in another way, voided, collected, or
// the customer goes to another provider; and with their time.
func TestPages_EndWithWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		const over, nothing = "There is nothing to pay here any more", "Page not found"
		unchanged := func(path, text string) {
			t.Helper()
			require.Contains(t, shownOn(t, s, path), text)
			for _, button := range []string{"pay", "decline"} {
				require.Contains(t, pressOn(t, s, path, button), text)
			}
		}
		voided := visit(t, s, "c1")
		path := payLink(t, s, voided)
		s.Post("/invoices/"+voided+"/void", "").Status(t, http.StatusOK)
		unchanged(path, over)

		byHand := visit(t, s, "c1")
		path = payLink(t, s, byHand)
		s.Post("/payments", fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":23456,"reference":"r"}}`, byHand)).Status(t, http.StatusOK)
		require.Contains(t, shownOn(t, s, path), "€1,000.00", "what is left")
		s.Post("/payments", fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":100000,"reference":"r"}}`, byHand)).Status(t, http.StatusOK)
		unchanged(path, "Thank you, this is paid")

		card(t, s, "c1", `{"result":"pending"}`)
		busy := visit(t, s, "c1")
		path = payLink(t, s, busy)
		s.Post("/invoices/"+busy+"/retry_payment", "").Status(t, http.StatusOK)
		unchanged(path, "Your payment is being processed")

		unlinked := visit(t, s, "c1")
		path, checkout := payLink(t, s, unlinked), checkoutLink(t, s, "c1")
		upsert(t, s, `{"external_id":"c1","billing_configuration":{"payment_provider":null}}`)
		unchanged(path, over)
		unchanged(checkout, over)

		link(t, s, "c1", "")
		require.Contains(t, shownOn(t, s, path), "Pay your invoice")
		s.Travel(t, servertest.Epoch.Add(24*time.Hour-time.Second))
		require.Contains(t, shownOn(t, s, path), "Pay your invoice")
		s.Travel(t, servertest.Epoch.Add(24*time.Hour))
		require.Contains(t, string(open(s, path).Status(t, http.StatusNotFound).Body), nothing)
		for _, dead := range []string{path + "/leave", "/pay/x", "/checkout/" + path[len("/pay/"):], "/pay/" + path[len("/pay/"):] + "x"} {
			require.Contains(t, string(open(s, dead).Status(t, http.StatusNotFound).Body), nothing)
		}
		for _, button := range []string{"pay", "decline"} {
			s.Send(http.MethodPost, path+"/"+button, "", nil).Status(t, http.StatusNotFound)
		}
		s.Send(http.MethodGet, payLink(t, s, unlinked)+"/pay", "", nil).Status(t, http.StatusNotFound)
		requireMembers(t, `{"payment_status":"pending"}`, member(t, s.Get("/invoices/"+unlinked), "invoice"))
	})
}

// TestPages_LeaveAWayToPay once for a link.
func TestPages_LeaveAWayToPay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		customer := link(t, s, "c1", "")
		upsert(t, s, `{"external_id":"new","billing_configuration":{"payment_provider":"stripe","payment_provider_code":"stripe","sync_with_provider":true}}`)
		open(s, toldAddress(t, s, "customer.checkout_url_generated", "payment_provider_customer_checkout_url", "checkout_url")).Status(t, http.StatusOK)
		given := member(t, s.Post("/customers/c1/checkout_url", ""), "customer")
		requireMembers(t, fmt.Sprintf(`{"lago_customer_id":%q,"external_customer_id":"c1","payment_provider":"stripe","payment_provider_code":"stripe"}`,
			customer["lago_id"]), given)
		path := pathOf(t, s, given["checkout_url"], "/checkout/")
		require.Contains(t, shownOn(t, s, path), "<h1>Add a payment method</h1>")
		require.Contains(t, pressOn(t, s, path, "decline"), "The payment method was declined.")
		require.Empty(t, entries(t, s.Get("/customers/c1/payment_methods"), "payment_methods"))
		for range 2 {
			require.Contains(t, pressOn(t, s, path, "pay"), "Your payment method was added")
		}
		methods := entries(t, s.Get("/customers/c1/payment_methods"), "payment_methods")
		require.Len(t, methods, 1)
		requireMembers(t, `{"is_default":true,"payment_provider_type":"stripe","payment_provider_code":"stripe"}`, methods[0])
		pressOn(t, s, checkoutLink(t, s, "c1"), "pay")
		require.Len(t, entries(t, s.Get("/customers/c1/payment_methods"), "payment_methods"), 2)

		again := checkoutLink(t, s, "c1")
		s.Delete("/customers/c1").Status(t, http.StatusOK)
		open(s, again).Status(t, http.StatusNotFound)
		s.Send(http.MethodPost, again+"/pay", "", nil).Status(t, http.StatusNotFound)
	})
}

// TestPages_PayForCredits also where the invoice is one that nobody sees yet.
func TestPages_PayForCredits(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		link(t, s, "c1", "")
		wallet := idOf(t, member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"c1","rate_amount":"1","currency":"EUR",
			"invoice_requires_successful_payment":true}}`), "wallet"))
		answer := s.Post("/wallet_transactions", fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,"paid_credits":"12.5"}}`, wallet))
		bought := idOf(t, objects(t, answer.Status(t, http.StatusOK).JSON(t), "wallet_transactions")[0])
		urlOf := "/wallet_transactions/" + bought + "/payment_url"
		details := s.Post(urlOf, "").Status(t, http.StatusOK).JSON(t)
		nested := object(t, details, "wallet_transaction_payment_details")
		requireMembers(t, fmt.Sprintf(`{"external_customer_id":"c1","payment_provider":"stripe","lago_wallet_transaction_id":%q}`, bought), nested)
		require.Equal(t, nested["payment_url"], details["payment_url"])
		path := pathOf(t, s, nested["payment_url"], "/pay/")
		page := shownOn(t, s, path)
		require.Contains(t, page, "€12.50")
		require.NotContains(t, page, "DRAFT")
		require.Empty(t, entries(t, s.Get("/invoices"), "invoices"))
		require.Contains(t, pressOn(t, s, path, "decline"), "The payment was declined.")
		require.Contains(t, pressOn(t, s, path, "pay"), "Thank you, this is paid")
		requireJSON(t, `1250`, member(t, s.Get("/wallets/"+wallet), "wallet")["balance_cents"])
		requireMembers(t, `{"status":"finalized","payment_status":"succeeded"}`, entries(t, s.Get("/invoices"), "invoices")[0])
		requireDetails(t, `{"base":["wallet_transaction_already_settled"]}`, s.Post(urlOf, ""))
	})
}

// TestPages_AreRefused in the original's order.
func TestPages_AreRefused(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c1"}`)
		invoice := visit(t, s, "c1")
		refused := func(details, path string) {
			t.Helper()
			requireDetails(t, details, s.Post(path, ""))
		}
		payment, checkout := "/invoices/"+invoice+"/payment_url", "/customers/c1/checkout_url"
		requireNotFound(t, "invoice", s.Post("/invoices/"+uuid.NewString()+"/payment_url", ""))
		refused(`{"base":["no_linked_payment_provider"]}`, payment)
		refused(`{"base":["no_linked_payment_provider"]}`, checkout)
		for kind, allowed := range map[string]struct{ payment, checkout int }{
			"gocardless": {http.StatusUnprocessableEntity, http.StatusOK}, "adyen": {http.StatusOK, http.StatusOK},
			"cashfree": {http.StatusOK, http.StatusMethodNotAllowed}, "flutterwave": {http.StatusOK, http.StatusMethodNotAllowed},
			"moneyhash": {http.StatusOK, http.StatusOK},
		} {
			connect(t, s, fmt.Sprintf(`{"type":%q}`, kind))
			upsert(t, s, fmt.Sprintf(`{"external_id":"c1","billing_configuration":{"payment_provider":%q,"provider_customer_id":"cus"}}`, kind))
			if s.Post(payment, "").Status(t, allowed.payment); kind == "gocardless" {
				refused(`{"base":["invalid_payment_provider"]}`, payment)
			}
			answer := s.Post(checkout, "").Status(t, allowed.checkout)
			if allowed.checkout == http.StatusMethodNotAllowed {
				require.Equal(t, "feature_not_supported", answer.JSON(t)["code"])
			}
		}
		link(t, s, "c1", `,"provider_payment_methods":["customer_balance"]`)
		refused(`{"provider_payment_methods":["no_payment_methods_to_setup_available"]}`, checkout)
		link(t, s, "c1", `,"provider_payment_methods":["card","crypto"]`)
		s.Post(checkout, "").Status(t, http.StatusOK)

		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Customer("c1")
			if err != nil {
				return err
			}
			row.ProviderCustomerID = nil
			return tx.UpdateCustomer(&row)
		})
		refused(`{"base":["missing_payment_provider_customer"]}`, payment)
		refused(`{"base":["missing_payment_provider_customer"]}`, checkout)
		s.Put("/invoices/"+invoice, `{"invoice":{"payment_status":"succeeded"}}`).Status(t, http.StatusOK)
		refused(`{"base":["invalid_invoice_status_or_payment_status"]}`, payment)
		s.Put("/invoices/"+invoice, `{"invoice":{"payment_status":"pending"}}`).Status(t, http.StatusOK)
		s.Post("/invoices/"+invoice+"/void", "").Status(t, http.StatusOK)
		refused(`{"base":["invalid_invoice_status_or_payment_status"]}`, payment)
	})
}
