package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// amountsOfNote are what a credit note gives: credit, refund and offset.
func amountsOfNote(note map[string]any) string {
	return fmt.Sprint(note["credit_amount_cents"], " ", note["refund_amount_cents"], " ", note["offset_amount_cents"])
}

// TestTermination_RefundsWhatWasPaid ends a subscription of 3100 and 20 % with 16 of
// 31 days unused, for which so much was paid.
func TestTermination_RefundsWhatWasPaid(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":3100,"amount_currency":"EUR","pay_in_advance":true}}`).Status(t, http.StatusOK)
		cases := []struct {
			option   string
			paid     int64
			expected string
		}{
			{"refund", 3720, "0 1920 0"},
			{"refund", 2790, "930 990 0"},
			{"refund", 465, "1920 0 0"},
			{"offset", 2790, "0 990 930"},
			{"offset", 3720, "0 1920 0"},
			{"credit", 3720, "1920 0 0"},
		}
		start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		s.Travel(t, start)
		for i, c := range cases {
			customer := fmt.Sprint("c", i)
			s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,"currency":"EUR","tax_codes":["vat"]}}`, customer)).Status(t, http.StatusOK)
			s.Post("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":%q,"plan_code":"p","external_id":%q}}`, customer, customer)).Status(t, http.StatusOK)
			invoice := textOf(t, entries(t, s.Get("/customers/"+customer+"/invoices"), "invoices")[0], "lago_id")
			owing{id: invoice}.pay(t, s, c.paid)
		}
		s.Travel(t, start.AddDate(0, 0, 14))
		for i, c := range cases {
			customer := fmt.Sprint("c", i)
			s.Delete("/subscriptions/"+customer+"?on_termination_credit_note="+c.option).Status(t, http.StatusOK)
			notes := entries(t, s.Get("/customers/"+customer+"/credit_notes"), "credit_notes")
			require.Len(t, notes, 1)
			require.Equal(t, c.expected, amountsOfNote(notes[0]), "%s of %d", c.option, c.paid)
		}
	})
}

// TestVoidInvoice_RefundsWhatWasPaid voids an invoice of 17500 of which 6000 are paid.
func TestVoidInvoice_RefundsWhatWasPaid(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for code, rate := range map[string]string{"twenty": "20", "ten": "10"} {
			s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"T","code":%q,"rate":%q}}`, code, rate)).Status(t, http.StatusOK)
		}
		s.Post("/add_ons", `{"add_on":{"name":"A","code":"a","amount_cents":10000,"amount_currency":"EUR","tax_codes":["twenty"]}}`).Status(t, http.StatusOK)
		s.Post("/add_ons", `{"add_on":{"name":"B","code":"b","amount_cents":5000,"amount_currency":"EUR","tax_codes":["ten"]}}`).Status(t, http.StatusOK)
		s.Post("/customers", `{"customer":{"external_id":"c","currency":"EUR"}}`).Status(t, http.StatusOK)
		invoice := textOf(t, member(t, s.Post("/invoices", `{"invoice":{"external_customer_id":"c","currency":"EUR","fees":[{"add_on_code":"a"},{"add_on_code":"b"}]}}`), "invoice"), "lago_id")
		owing{id: invoice}.pay(t, s, 6000)
		void := func(credit, refund int64) *servertest.Response {
			return s.Post("/invoices/"+invoice+"/void", fmt.Sprintf(`{"generate_credit_note":true,"credit_amount":%d,"refund_amount":%d}`, credit, refund))
		}
		for _, amounts := range [][2]int64{{12000, 6000}, {0, 6001}, {17501, 0}} {
			details := void(amounts[0], amounts[1]).Status(t, http.StatusUnprocessableEntity).JSON(t)["error_details"]
			require.Equal(t, map[string]any{"credit_refund_amount": []any{"total_amount_exceeds_invoice_amount"}}, details)
		}
		void(3000, 4000).Status(t, http.StatusOK)
		notes := entries(t, s.Get("/credit_notes"), "credit_notes")
		require.Len(t, notes, 2)
		require.Equal(t, "3000 4000 0", amountsOfNote(notes[0]))
		require.Equal(t, "pending", notes[0]["refund_status"])
		require.Equal(t, "10500 0 0", amountsOfNote(notes[1]))
		require.Equal(t, "voided", notes[1]["credit_status"])
	})
}

// soldCredits makes an invoice of 100 credits for a wallet of a new customer, and
// returns both and the invoice's one fee.
func soldCredits(t *testing.T, s *servertest.Server, customer string) (wallet, invoice, fee string) {
	t.Helper()
	s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,"currency":"EUR"}}`, customer)).Status(t, http.StatusOK)
	wallet = storedWallet(t, s, customer, customer, nil)
	moveCredits(t, s, wallet, `"paid_credits":"100"`)
	invoice = textOf(t, entries(t, s.Get("/customers/"+customer+"/invoices"), "invoices")[0], "lago_id")
	fees, _ := member(t, s.Get("/invoices/"+invoice), "invoice")["fees"].([]any)
	fee, _ = fees[0].(map[string]any)["lago_id"].(string)
	return wallet, invoice, fee
}

func noteOfCredits(invoice, fee, members string, cents int64) string {
	return fmt.Sprintf(`{"credit_note":{"invoice_id":%q,%s"items":[{"fee_id":%q,"amount_cents":%d}]}}`, invoice, members, fee, cents)
}

// TestCreditNote_OffsetsUnpaidCredits takes a top-up off that was not paid: as a whole,
// and then nothing comes into the wallet.
func TestCreditNote_OffsetsUnpaidCredits(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		wallet, invoice, fee := soldCredits(t, s, "c")
		for _, members := range []string{`"credit_amount_cents":5000,`, `"refund_amount_cents":5000,`} {
			s.Post("/credit_notes", noteOfCredits(invoice, fee, members, 5000)).Status(t, http.StatusMethodNotAllowed)
		}
		s.Post("/credit_notes/estimate", noteOfCredits(invoice, fee, "", 5000)).Status(t, http.StatusMethodNotAllowed)
		details := s.Post("/credit_notes", noteOfCredits(invoice, fee, `"offset_amount_cents":5000,`, 5000)).Status(t, http.StatusUnprocessableEntity).JSON(t)["error_details"]
		require.Equal(t, map[string]any{"offset_amount_cents": []any{"not_equal_to_total_amount"}}, details)

		note := member(t, s.Post("/credit_notes", noteOfCredits(invoice, fee, `"offset_amount_cents":10000,`, 10000)), "credit_note")
		require.Equal(t, "0 0 10000", amountsOfNote(note))
		row := member(t, s.Get("/invoices/"+invoice), "invoice")
		require.Equal(t, "succeeded", row["payment_status"])
		transactions := entries(t, s.Get("/wallets/"+wallet+"/wallet_transactions"), "wallet_transactions")
		require.Equal(t, "failed", transactions[0]["status"])
		requireBalance(t, s, wallet, 0, "0")
	})
}

// TestCreditNote_RefundsCredits takes what is refunded of a top-up out of the wallet,
// and no more than is left there of it.
func TestCreditNote_RefundsCredits(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		wallet, invoice, fee := soldCredits(t, s, "c")
		owing{id: invoice}.pay(t, s, 10000)
		moveCredits(t, s, wallet, `"voided_credits":"60"`)
		requireBalance(t, s, wallet, 4000, "40")

		const refund = `"refund_amount_cents":%d,`
		refused := func(members string, cents int64, expected map[string]any) {
			t.Helper()
			answer := s.Post("/credit_notes", noteOfCredits(invoice, fee, members, cents)).Status(t, http.StatusUnprocessableEntity)
			require.Equal(t, expected, answer.JSON(t)["error_details"])
		}
		refused(fmt.Sprintf(refund, 5000), 5000, map[string]any{"amount_cents": []any{"higher_than_wallet_balance"}})
		refused(`"credit_amount_cents":1000,`, 1000, map[string]any{"credit_amount_cents": []any{"cannot_credit_invoice"}})
		refused(`"offset_amount_cents":1000,`, 1000, map[string]any{
			"offset_amount_cents": []any{"cannot_apply_to_paid_invoice", "not_equal_to_total_amount", "higher_than_remaining_invoice_amount"},
		})
		estimate := member(t, s.Post("/credit_notes/estimate", noteOfCredits(invoice, fee, "", 1000)), "estimated_credit_note")
		require.Equal(t, "0 1000", fmt.Sprint(estimate["max_creditable_amount_cents"], " ", estimate["max_refundable_amount_cents"]))

		note := member(t, s.Post("/credit_notes", noteOfCredits(invoice, fee, fmt.Sprintf(refund, 1000), 1000)), "credit_note")
		require.Equal(t, "0 1000 0", amountsOfNote(note))
		requireBalance(t, s, wallet, 3000, "30")
		refused(fmt.Sprintf(refund, 3001), 3001, map[string]any{"amount_cents": []any{"higher_than_wallet_balance"}})

		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.WalletForUpdate(uuid.MustParse(wallet))
			require.NoError(t, err)
			row.Status = store.WalletTerminated
			return tx.UpdateWallet(&row)
		})
		s.Post("/credit_notes", noteOfCredits(invoice, fee, fmt.Sprintf(refund, 100), 100)).Status(t, http.StatusMethodNotAllowed)
	})
}
