package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// TestInvoices_SurviveAnyInput answers the oddest of it with a success or a
// refusal.
func TestInvoices_SurviveAnyInput(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	values := []string{
		"%00", "%FF%FE", "%F0%9F%A6%86", "'", `%5C`, "%25", "_", strings.Repeat("9", 400), "-1", "0", "1e400", "NaN", "Infinity", "0x10",
		strings.Repeat("x", 5000), "2026-02-30T25:61:61Z", "9999-12-31T23:59:59-14:00", "0000-00-00", "null", "[]", "{}",
	}
	names := []string{
		"status", "statuses[]", "payment_status", "settlements", "settlements[]", "payment_overdue", "partially_paid", "self_billed",
		"payment_dispute_lost", "amount_from", "amount_to", "issuing_date_from", "issuing_date_to", "currency", "external_customer_id",
		"customer_external_id", "invoice_type", "invoice_type[]", "billing_entity_codes[]", "metadata[x]", "metadata[]", "metadata",
		"purchase_order_number", "search_term", "page", "per_page", "status[x]", "fee_type", "external_subscription_id",
		"billable_metric_code", "event_transaction_id", "created_at_from", "succeeded_at_to", "failed_at_from", "refunded_at_to",
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Fees = []store.Fee{feeOf(row.CustomerID, store.FeeAddOn)} })
		for _, path := range []string{"/invoices", "/customers/ada/invoices", "/fees", "/customers"} {
			for _, name := range names {
				for _, value := range values {
					answer := s.Get(path + "?" + name + "=" + value)
					require.Contains(t, []int{http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity}, answer.Code, "%s?%s=%s: %s", path, name, value, answer.Body)
				}
			}
			require.Equal(t, http.StatusOK, s.Get(path+"?metadata[%00]=a&metadata[a]=%00&metadata[%25]=b").Code)
		}
	})
}

// TestInvoices_SurviveAnyBody sends updates what no client would.
func TestInvoices_SurviveAnyBody(t *testing.T) {
	t.Parallel()
	bodies := []string{
		``, `null`, `[]`, `7`, `{`, `{"invoice":null}`, `{"invoice":[]}`, `{"invoice":"x"}`, `{"invoice":{}}`, `{"invoice":{"metadata":"x"}}`,
		`{"invoice":{"metadata":{}}}`, `{"invoice":{"metadata":[1]}}`, `{"invoice":{"metadata":[null]}}`, `{"invoice":{"metadata":[[]]}}`,
		`{"invoice":{"metadata":[{"id":"zzz","key":"k","value":"v"}]}}`, `{"invoice":{"metadata":[{"id":7,"key":"l","value":"v"}]}}`,
		`{"invoice":{"metadata":[{"id":null,"key":"m","value":"v"}]}}`, `{"invoice":{"metadata":[{"key":7,"value":true}]}}`,
		`{"invoice":{"metadata":[{"key":{"a":1},"value":["v"]}]}}`, `{"invoice":{"metadata":[{"key":"\u0000","value":"\u0000"}]}}`,
		`{"invoice":{"metadata":[{"key":"\ud800","value":"x"}]}}`, `{"invoice":{"payment_status":"\u0000"}}`, `{"invoice":{"payment_status":1e999}}`,
		`{"fee":null}`, `{"fee":[]}`, `{"fee":{"payment_status":{}}}`, `{"fee":{"payment_status":"\u0000"}}`,
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		invoice, fee := issue(t, s, "ada", nil), addFee(t, s, "ada", nil)
		taken := []int{http.StatusOK, http.StatusBadRequest, http.StatusUnprocessableEntity}
		for _, body := range bodies {
			for _, path := range []string{"/invoices/" + invoice, "/fees/" + fee} {
				answer := s.Put(path, body)
				require.Contains(t, taken, answer.Code, "%s of %s: %s", body, path, answer.Body)
			}
			for _, action := range []string{"/lose_dispute", "/retry_payment"} {
				answer := s.Post("/invoices/"+invoice+action, body)
				require.Contains(t, taken, answer.Code, "%s of %s: %s", body, action, answer.Body)
			}
		}
	})
}

// TestInvoices_OnTheWire show what the published document has no room for.
func TestInvoices_OnTheWire(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		id := issueWhole(t, s)
		shown := member(t, s.Get("/invoices/"+id), "invoice")
		require.Contains(t, shown, "file_url")
		require.Nil(t, shown["file_url"])
		period := objects(t, shown, "billing_periods")[0]
		require.Contains(t, period, "fixed_charges_from_datetime")
		other := issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) { row.InvoiceType = store.InvoiceAdvanceCharges })
		plain := member(t, s.Get("/invoices/"+other), "invoice")
		require.Equal(t, "advance_charges", plain["invoice_type"])
		require.Nil(t, plain["sequential_id"])
		require.NotContains(t, plain, "applied_usage_thresholds")

		fee := member(t, s.Get("/fees/"+addFee(t, s, "c1", func(_ *store.Tx, row *store.Fee) { row.GroupedBy = map[string]*string{"zone": nil} })), "fee")
		requireJSON(t, `{"zone":null}`, object(t, fee, "item")["grouped_by"])
		for _, name := range []string{"lago_original_fee_id", "pricing_unit_details", "events_count", "succeeded_at"} {
			require.Contains(t, fee, name)
			require.Nil(t, fee[name])
		}
	})
}
