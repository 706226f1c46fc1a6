package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// paymentBody is a body with a payment of an invoice; more is JSON members that come
// after its own and may repeat them.
func paymentBody(invoice string, cents int64, more string) string {
	return fmt.Sprintf(`{"payment":{"invoice_id":%q,"amount_cents":%d,"reference":"transfer"%s}}`, invoice, cents, more)
}

// recordPayment reports a payment of an invoice.
func recordPayment(t *testing.T, s *servertest.Server, invoice string, cents int64) map[string]any {
	t.Helper()
	return member(t, s.Post("/payments", paymentBody(invoice, cents, "")), "payment")
}

func TestPayments_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		created := member(t, s.Post("/payments", paymentBody(of.id, 40, `,"paid_at":"2026-01-10"`)), "payment")
		requireMembers(t, `{"external_customer_id":"acme","invoice_ids":["`+of.id+`"],"invoice_numbers":["`+of.number+`"],"lago_payable_id":"`+of.id+`",
			"payable_type":"Invoice","amount_cents":40,"amount_currency":"EUR","status":"succeeded","payment_status":"succeeded","type":"manual",
			"reference":"transfer","external_payment_id":null,"provider_payment_id":null,"payment_method_id":null,"next_action":{},"created_at":"2026-01-10T00:00:00Z"}`, created)
		found := s.Get("/payments/"+idOf(t, created)).Status(t, http.StatusOK).JSON(t)
		// The document has the payment bare, the original wraps it.
		requireMembers(t, `{"lago_id":"`+idOf(t, created)+`","amount_cents":40,"payment_provider_code":null,"payment_provider_type":null,"provider_customer_id":null}`,
			object(t, found, "payment"))
		delete(found, "payment")
		require.Equal(t, created, found)
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/payments"), "payments"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/customers/acme/payments"), "payments"))
		requireNotFound(t, "payment", s.Get("/payments/"+missingID))
		requireNotFound(t, "customer", s.Get("/customers/nobody/payments"))
	})
}

// TestPayments_OnTheWire have nulls where nobody has collected them.
func TestPayments_OnTheWire(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		requireMembers(t, `{"payment_provider_code":null,"payment_provider_type":null,"provider_payment_id":null,"external_payment_id":null,"provider_customer_id":null}`,
			recordPayment(t, s, of.id, 100))
	})
}

// TestPayments_AreRefusedInOrder looks at one thing after the other, and at a payment
// that fits no invoice at all of it together.
func TestPayments_AreRefusedInOrder(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		post := func(members string) *servertest.Response {
			return s.Post("/payments", `{"payment":{"x":1`+members+`}}`)
		}
		s.Post("/payments", `{}`).Status(t, http.StatusBadRequest)
		for _, id := range []string{"", `,"invoice_id":null`, `,"invoice_id":" "`, `,"invoice_id":{}`, `,"invoice_id":[1]`} {
			requireDetails(t, `{"invoice_id":["value_is_mandatory"]}`, post(id))
		}
		for _, amount := range []string{
			"", `,"amount_cents":null`, `,"amount_cents":0`, `,"amount_cents":-1`, `,"amount_cents":"10"`, `,"amount_cents":10.0`,
			`,"amount_cents":1e1`, `,"amount_cents":-99999999999999999999`, `,"amount_cents":[10]`, `,"amount_cents":true`,
		} {
			requireDetails(t, `{"amount_cents":["invalid_value"]}`, post(`,"invoice_id":"x","paid_at":"x"`+amount))
		}
		for _, id := range []string{`"x"`, `7`, `"` + missingID + `"`} {
			requireNotFound(t, "invoice", post(`,"invoice_id":`+id+`,"amount_cents":10,"paid_at":"x"`))
		}
		for _, at := range []string{`"x"`, `"2026-13-01"`, `12`, `true`} {
			requireDetails(t, `{"paid_at":["invalid_date"]}`, s.Post("/payments", paymentBody(of.id, 999, `,"reference":"","paid_at":`+at)))
		}
		requireDetails(t, `{"reference":["value_is_mandatory"],"amount_cents":["value_is_out_of_range"]}`,
			s.Post("/payments", paymentBody(of.id, 101, `,"reference":" "`)))
		requireDetails(t, `{"reference":["value_is_too_long"],"amount_cents":["value_is_out_of_range"]}`,
			post(`,"invoice_id":"`+of.id+`","amount_cents":99999999999999999999,"reference":"éééééééééééééééééééééééééééééééééééééééé1"`))
		setPremium(t, s, `{"licensed":false}`)
		requireForbidden(t, s.Post("/payments", paymentBody(of.id, 10, `,"paid_at":"x"`)))
		setPremium(t, s, `{"licensed":true}`)
		s.Post("/invoices/"+of.id+"/void", "").Status(t, http.StatusOK)
		requireForbidden(t, s.Post("/payments", paymentBody(of.id, 10, `,"paid_at":"x"`)))
		require.Empty(t, entries(t, s.Get("/payments"), "payments"))
	})
}

func TestPayments_PayInPartsAndExactly(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 10000)
		invoice := func() map[string]any { return member(t, s.Get("/invoices/"+of.id), "invoice") }
		requireDetails(t, `{"amount_cents":["value_is_out_of_range"]}`, s.Post("/payments", paymentBody(of.id, 10001, "")))
		first := s.Post("/payments", paymentBody(of.id, 2000, ""))
		requireMembers(t, `{"payment_status":"pending","total_paid_amount_cents":2000,"total_due_amount_cents":8000}`, invoice())
		told := activities(t, s, first)
		require.Len(t, told, 1)
		requireMembers(t, `{"activity_type":"payment.recorded","resource_type":"Invoice","resource_id":"`+of.id+`","external_customer_id":"acme"}`, told[0])
		requireMembers(t, `{"amount_cents":2000,"reference":"transfer"}`, object(t, told[0], "activity_object"))

		// What a credit note takes off is not to be paid; a dispute that is lost hinders nobody.
		of.credit(t, s, `,"offset_amount_cents":3000`, 3000)
		s.Post("/invoices/"+of.id+"/lose_dispute", "").Status(t, http.StatusOK)
		requireDetails(t, `{"amount_cents":["value_is_out_of_range"]}`, s.Post("/payments", paymentBody(of.id, 5001, "")))
		last := s.Post("/payments", paymentBody(of.id, 5000, ""))
		paid := invoice()
		requireMembers(t, `{"payment_status":"succeeded","payment_overdue":false,"total_paid_amount_cents":7000,"total_due_amount_cents":0}`, paid)
		require.Equal(t, "succeeded", objects(t, paid, "fees")[0]["payment_status"])
		var types []any
		for _, row := range activities(t, s, last) {
			types = append(types, row["activity_type"])
		}
		require.ElementsMatch(t, []any{"payment.recorded", "invoice.payment_status_updated"}, types)
		requireDetails(t, `{"amount_cents":["value_is_out_of_range"]}`, s.Post("/payments", paymentBody(of.id, 1, "")))

		// What counts as paid without a payment can be paid all the same, and nothing is
		// told a second time.
		noted := owe(t, s, "acme", 0, 100)
		s.Put("/invoices/"+noted.id, `{"invoice":{"payment_status":"succeeded"}}`).Status(t, http.StatusOK)
		require.Len(t, activities(t, s, s.Post("/payments", paymentBody(noted.id, 100, "")).Status(t, http.StatusOK)), 1)
		requireMembers(t, `{"payment_status":"succeeded","total_paid_amount_cents":100}`, member(t, s.Get("/invoices/"+noted.id), "invoice"))
	})
}

// TestPayments_OfTopUps settle what was bought, also where nobody sees the invoice yet.
func TestPayments_OfTopUps(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := idOf(t, newWallet(t, s, walletFamily{wallets: "/wallets", member: "lago_id"}, ""))
		for _, waits := range []bool{true, false} {
			made := entries(t, s.Post("/wallet_transactions", fmt.Sprintf(
				`{"wallet_transaction":{"wallet_id":%q,"paid_credits":"20","invoice_requires_successful_payment":%t}}`, wallet, waits)), "wallet_transactions")[0]
			path := "/wallet_transactions/" + idOf(t, made)
			invoice := textOf(t, member(t, s.Get(path), "wallet_transaction"), "lago_invoice_id")
			if waits {
				requireNotFound(t, "invoice", s.Get("/invoices/"+invoice))
			}
			requireDetails(t, `{"amount_cents":["invalid_amount"]}`, s.Post("/payments", paymentBody(invoice, 1999, "")))
			requireDetails(t, `{"amount_cents":["invalid_amount","value_is_out_of_range"]}`, s.Post("/payments", paymentBody(invoice, 2001, "")))
			response := s.Post("/payments", paymentBody(invoice, 2000, ""))
			if paid := member(t, response, "payment"); waits {
				require.Regexp(t, "-DRAFT$", paid["invoice_numbers"].([]any)[0])
			}
			requireMembers(t, `{"status":"settled"}`, member(t, s.Get(path), "wallet_transaction"))
			shown := member(t, s.Get("/invoices/"+invoice), "invoice")
			requireMembers(t, `{"status":"finalized","payment_status":"succeeded","total_paid_amount_cents":2000}`, shown)
			for _, row := range activities(t, s, response) {
				require.False(t, waits && row["activity_type"] == "invoice.payment_status_updated", "nobody sees the invoice yet")
			}
			found := entries(t, s.Get("/payments?invoice_id="+invoice), "payments")
			require.Equal(t, []any{shown["number"]}, found[0]["invoice_numbers"])
		}
		requireMembers(t, `{"balance_cents":4000}`, member(t, s.Get("/wallets/"+wallet), "wallet"))
	})
}

// TestPayments_OfWhatNobodySees are hidden with their invoices.
func TestPayments_OfWhatNobodySees(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		paid := idOf(t, recordPayment(t, s, of.id, 40))
		hide := func(status store.InvoiceStatus) {
			withinOrganization(t, s, func(tx *store.Tx) error {
				row, err := tx.InvoiceForUpdate(uuid.MustParse(of.id))
				require.NoError(t, err)
				row.Status = status
				return tx.UpdateInvoice(&row)
			})
		}
		for _, status := range []store.InvoiceStatus{store.InvoiceClosed, store.InvoiceDeleted, store.InvoiceDraft, store.InvoicePending, store.InvoiceFailed} {
			hide(status)
			requireForbidden(t, s.Post("/payments", paymentBody(of.id, 10, "")))
			if status == store.InvoiceClosed {
				requireNotFound(t, "payment", s.Get("/payments/"+paid))
				require.Empty(t, entries(t, s.Get("/payments"), "payments"))
			}
		}
		hide(store.InvoiceFinalized)
		s.Get("/payments/"+paid).Status(t, http.StatusOK)
	})
}

func TestPayments_AreListed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first, second := owe(t, s, "acme", 0, 100), owe(t, s, "umbrella", 0, 100)
		older := idOf(t, recordPayment(t, s, first.id, 10))
		other := idOf(t, recordPayment(t, s, second.id, 20))
		backdated := idOf(t, member(t, s.Post("/payments", paymentBody(first.id, 30, `,"paid_at":"2025-12-31T10:00:00Z"`)), "payment"))
		future := idOf(t, member(t, s.Post("/payments", paymentBody(first.id, 40, `,"paid_at":"2030-01-01T08:00"`)), "payment"))
		require.Equal(t, future, idOf(t, entries(t, s.Get("/payments"), "payments")[0]))
		require.Equal(t, backdated, idOf(t, entries(t, s.Get("/payments"), "payments")[3]))
		ids := func(path string) []string {
			var list []string
			for _, row := range entries(t, s.Get(path), "payments") {
				list = append(list, idOf(t, row))
			}
			return list
		}
		require.Equal(t, []string{future, older, backdated}, ids("/payments?external_customer_id=acme"))
		require.Equal(t, []string{future, older, backdated}, ids("/customers/acme/payments"))
		require.Equal(t, []string{other}, ids("/payments?invoice_id="+second.id))
		require.Equal(t, []string{older}, ids("/customers/acme/payments?page=2&per_page=1&invoice_id="+first.id))
		requirePages(t, s.Get, "/payments", "payments")
		require.Empty(t, ids("/customers/acme/payments?invoice_id="+second.id))
		require.Empty(t, ids("/payments?external_customer_id=nobody"))
		require.Empty(t, ids("/payments?invoice_id="+missingID))
		for _, path := range []string{"/payments", "/customers/acme/payments"} {
			requireDetails(t, `{"invoice_id":["is in invalid format"]}`, s.Get(path+"?invoice_id=x"))
		}
	})
}

// TestPayments_AfterAPaidRequest are refused: the request has paid the invoice.
func TestPayments_AfterAPaidRequest(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		requestPayment(t, s, store.PaymentSucceeded, of)
		requireDetails(t, `{"base":["payment_request_is_already_succeeded"]}`, s.Post("/payments", paymentBody(of.id, 10, "")))
		require.Equal(t, []any{of.id}, pluck(entries(t, s.Get("/invoices?settlements=payment"), "invoices"), "lago_id"))
		waiting := owe(t, s, "acme", 0, 100)
		requestPayment(t, s, store.PaymentPending, waiting)
		recordPayment(t, s, waiting.id, 10)
	})
}

// requestPayment keeps a payment request of invoices as it is when it has a status.
func requestPayment(t *testing.T, s *servertest.Server, status store.PaymentStatus, invoices ...owing) store.PaymentRequest {
	t.Helper()
	request := store.PaymentRequest{ID: store.NewID(), AmountCurrency: "EUR", PaymentStatus: status}
	withinOrganization(t, s, func(tx *store.Tx) error {
		for _, of := range invoices {
			row, err := tx.InvoiceByID(uuid.MustParse(of.id))
			require.NoError(t, err)
			request.CustomerID = row.CustomerID
			request.AmountCents += row.TotalDueAmountCents()
			request.Invoices = append(request.Invoices, row)
		}
		return tx.InsertPaymentRequest(&request)
	})
	return request
}
