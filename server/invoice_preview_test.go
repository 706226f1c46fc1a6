package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestPreview_IsTheInvoiceThatComes previews the next invoice of subscriptions to
// plans of every sort, lets the clock bring it, and compares the two.
func TestPreview_IsTheInvoiceThatComes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"19","applied_to_organization":true}}`).Status(t, http.StatusOK)
		seat := idOf(t, member(t, s.Post("/add_ons", `{"add_on":{"name":"Seat","code":"seat","amount_cents":1000,"amount_currency":"USD"}}`), "add_on"))
		calls := idOf(t, newMetric(t, s, "calls", `,"aggregation_type":"count_agg","field_name":null`))
		n := 0
		const trial, committed, monthly = `,"trial_period":4`, `,"minimum_commitment":{"amount_cents":90000}`, `,"bill_charges_monthly":true`
		for _, sort := range [][2]string{
			{"weekly", ""},
			{"monthly", ""},
			{"monthly", trial},
			{"monthly", committed},
			{"semiannual", ""},
			{"semiannual", trial},
			{"semiannual", committed},
			{"semiannual", monthly},
		} {
			for _, advance := range []bool{false, true} {
				n++
				usePreviewed(t, s, fmt.Sprint("p", n), fmt.Sprintf(`"interval":%q,"pay_in_advance":%t%s,
					"fixed_charges":[{"add_on_id":%q,"code":"seat","charge_model":"standard","units":3,"prorated":true,"pay_in_advance":true,"properties":{"amount":"7"}}],
					"charges":[{"billable_metric_id":%q,"code":"calls","charge_model":"standard","min_amount_cents":700,"properties":{"amount":"1.111"}}]`,
					sort[0], advance, sort[1], seat, calls))
			}
		}
		previews := make([]map[string]any, n+1)
		for i := 1; i <= n; i++ {
			body := fmt.Sprintf(`{"customer":{"external_id":"p%d"},"subscriptions":{"external_ids":["p%d"]}}`, i, i)
			previews[i] = member(t, s.Post("/invoices/preview", body), "invoice")
		}
		s.Travel(t, servertest.Epoch.AddDate(0, 6, 0))
		for i := 1; i <= n; i++ {
			day, err := time.Parse(time.DateOnly, previews[i]["issuing_date"].(string))
			require.NoError(t, err)
			require.True(t, day.After(servertest.Epoch), day)
			list := s.Get(fmt.Sprintf("/customers/p%d/invoices?issuing_date_from=%s&issuing_date_to=%s", i, day.Format(time.DateOnly), day.Format(time.DateOnly)))
			invoices := objects(t, list.Status(t, http.StatusOK).JSON(t), "invoices")
			require.Len(t, invoices, 1, i)
			made := member(t, s.Get("/invoices/"+idOf(t, invoices[0])), "invoice")
			require.Equal(t, amountsOf(t, made), amountsOf(t, previews[i]), i)
		}
	})
}

// usePreviewed subscribes a customer to a plan, both of one name, and uses it once.
// The plan is JSON members that come after its own.
func usePreviewed(t *testing.T, s *servertest.Server, name, plan string) {
	t.Helper()
	for _, request := range [][2]string{
		{"/plans", `{"plan":{"name":"P","code":"%s","amount_cents":9999,"amount_currency":"USD",` + plan + `}}`},
		{"/customers", `{"customer":{"external_id":"%s","name":"A","timezone":"Asia/Kolkata"}}`},
		{"/subscriptions", `{"subscription":{"external_customer_id":"%[1]s","plan_code":"%[1]s","external_id":"%[1]s"}}`},
		{"/events", `{"event":{"transaction_id":"%[1]s","code":"calls","external_subscription_id":"%[1]s"}}`},
	} {
		s.Post(request[0], fmt.Sprintf(request[1], name)).Status(t, http.StatusOK)
	}
}

// amountsOf are the amounts of an invoice and of its fees, and the dates of both.
func amountsOf(t *testing.T, invoice map[string]any) []any {
	t.Helper()
	amounts := []any{invoice["issuing_date"], invoice["payment_due_date"], invoice["fees_amount_cents"], invoice["taxes_amount_cents"], invoice["total_amount_cents"]}
	for _, fee := range objects(t, invoice, "fees") {
		amounts = append(amounts, fee["amount_cents"], fee["units"], fee["from_date"], fee["to_date"], fee["precise_amount"], fee["taxes_precise_amount"])
	}
	return amounts
}
