package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/render/rendertest"
	"tarn/server/servertest"
	"tarn/store"
)

func TestPaymentReceipts_ConfirmPayments(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 12345)
		slug := textOf(t, upsert(t, s, `{"external_id":"acme","name":"Hooli","timezone":"America/New_York","billing_configuration":{"document_locale":"de"}}`), "slug")
		paid := member(t, s.Post("/payments", paymentBody(of.id, 2345, `,"paid_at":"2026-01-10T03:00:00Z"`)), "payment")
		receipts := entries(t, s.Get("/payment_receipts"), "payment_receipts")
		require.Len(t, receipts, 1)
		receipt := receipts[0]
		require.Equal(t, slug+"-RCPT-000001", receipt["number"])
		require.Equal(t, paid, receipt["payment"])
		requireMembers(t, `{"xml_url":null,"created_at":"2026-01-15T10:30:00Z"}`, receipt)
		shown := member(t, s.Get("/payment_receipts/"+idOf(t, receipt)), "payment_receipt")
		delete(receipt, "file_url")

		link, ours := strings.CutPrefix(textOf(t, shown, "file_url"), s.URL)
		require.True(t, ours)
		file := open(s, link).Status(t, http.StatusOK)
		require.Equal(t, "inline; filename="+slug+"-RCPT-000001.pdf", file.Header.Get("Content-Disposition"))
		text := rendertest.Text(t, file.Body)
		for _, expected := range []string{"Zahlungsbeleg", slug + "-RCPT-000001", "Hooli", "23,45\u00A0€ bezahlt am 9. Januar 2026", of.number + " | 123,45\u00A0€", "Referenz | transfer"} {
			require.Contains(t, text, expected)
		}
		require.Equal(t, file.Body, open(s, toldAddress(t, s, "payment_receipt.generated", "payment_receipt", "file_url")).Status(t, http.StatusOK).Body)
		delete(shown, "file_url")
		require.Equal(t, receipt, shown)
		s.Travel(t, servertest.Epoch.Add(25*time.Hour))
		open(s, link).Status(t, http.StatusNotFound)

		for _, kind := range []string{"payment_receipt.created", "payment_receipt.generated"} {
			told := filtered(t, s, "activity_logs", pick("activity_types[]", kind))
			require.Len(t, told, 1)
			requireMembers(t, `{"resource_type":"PaymentReceipt","external_customer_id":"acme","activity_source":"system"}`, told[0])
			require.Equal(t, idOf(t, receipt), told[0]["resource_id"])
		}
	})
}

func TestPaymentReceipts_AreListed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first, second := owe(t, s, "acme", 0, 100), owe(t, s, "umbrella", 0, 100)
		recordPayment(t, s, first.id, 10)
		recordPayment(t, s, second.id, 20)
		s.Travel(t, servertest.Epoch.Add(time.Hour))
		last := recordPayment(t, s, first.id, 90)
		numbers := func(path string) []string {
			var list []string
			for _, row := range entries(t, s.Get(path), "payment_receipts") {
				number := textOf(t, row, "number")
				list = append(list, number[strings.Index(number, "-RCPT"):])
			}
			return list
		}
		require.Len(t, numbers("/payment_receipts"), 3)
		require.Equal(t, []string{"-RCPT-000002", "-RCPT-000001"}, numbers("/payment_receipts?invoice_id="+first.id))
		require.Equal(t, []string{"-RCPT-000001"}, numbers("/payment_receipts?page=2&per_page=1&invoice_id="+first.id))
		require.Equal(t, []string{"-RCPT-000001"}, numbers("/payment_receipts?invoice_id="+second.id))
		require.Equal(t, last["lago_id"], object(t, entries(t, s.Get("/payment_receipts"), "payment_receipts")[0], "payment")["lago_id"])
		require.Empty(t, numbers("/payment_receipts?invoice_id="+missingID))
		requireDetails(t, `{"invoice_id":["is in invalid format"]}`, s.Get("/payment_receipts?invoice_id=x"))
		for _, id := range []string{missingID, "x", "9"} {
			requireNotFound(t, "invoice", s.Get("/payment_receipts/"+id))
		}
	})
}

// TestPaymentReceipts_OfNone are not written where they are switched off, nor for who is
// paid a share.
func TestPaymentReceipts_OfNone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		of := owe(t, s, "acme", 0, 100)
		setPremium(t, s, `{"integrations":["auto_dunning"]}`)
		recordPayment(t, s, of.id, 10)
		setPremium(t, s, `{"integrations":["issue_receipts"]}`)
		partner := owe(t, s, "partner", 0, 100)
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Customer("partner")
			require.NoError(t, err)
			row.AccountType = store.AccountPartner
			return tx.UpdateCustomer(&row)
		})
		recordPayment(t, s, partner.id, 10)
		require.Empty(t, entries(t, s.Get("/payment_receipts"), "payment_receipts"))
	})
}

// TestPaymentReceipts_OfRequests name all invoices of a request, which finds them.
func TestPaymentReceipts_OfRequests(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first, second := owe(t, s, "acme", 0, 100), owe(t, s, "acme", 0, 250)
		request := requestPayment(t, s, store.PaymentPending, second, first)
		provider, code := "stripe", "main"
		payment := store.Payment{
			ID: store.NewID(), CustomerID: request.CustomerID, PaymentRequestID: &request.ID, Type: store.PaymentByProvider,
			AmountCents: 350, AmountCurrency: "EUR", Status: "succeeded", PaymentStatus: store.PaymentSucceeded, PaymentProvider: &provider, PaymentProviderCode: &code,
		}
		receipt := store.PaymentReceipt{ID: store.NewID(), CustomerID: request.CustomerID, PaymentID: payment.ID, Number: "R-1", SequentialID: 1}
		withinOrganization(t, s, func(tx *store.Tx) error {
			require.NoError(t, tx.InsertPayment(&payment))
			return tx.InsertPaymentReceipt(&receipt)
		})
		for _, of := range []owing{first, second} {
			found := entries(t, s.Get("/payment_receipts?invoice_id="+of.id), "payment_receipts")
			require.Len(t, found, 1)
			requireMembers(t, `{"payable_type":"PaymentRequest","lago_payable_id":"`+request.ID.String()+`","invoice_ids":["`+second.id+`","`+first.id+`"],
				"invoice_numbers":["`+second.number+`","`+first.number+`"],"type":"provider","payment_provider_type":"stripe","payment_provider_code":"main"}`,
				object(t, found[0], "payment"))
			require.Len(t, entries(t, s.Get("/payments?invoice_id="+of.id), "payments"), 1)
		}
	})
}
