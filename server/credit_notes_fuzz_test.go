package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// FuzzCreditNotes sends any body to the operations that make and estimate credit
// notes, on both databases: no answer is a failure of ours, both answer alike, and
// what was made can be read. INVOICE and FEE in a body stand for identifiers.
func FuzzCreditNotes(f *testing.F) {
	note := func(members string) string {
		return `{"credit_note":{"invoice_id":"INVOICE","items":[{"fee_id":"FEE","amount_cents":1}]` + members + `}}`
	}
	items := func(items string) string {
		return `{"credit_note":{"invoice_id":"INVOICE","credit_amount_cents":1,"items":` + items + `}}`
	}
	for _, body := range []string{
		``, `{}`, `[]`, `{"credit_note":null}`, `{"credit_note":{}}`, `{"credit_note":{"invoice_id":"x"}}`, note(``), note(`,"credit_amount_cents":1`),
		note(`,"credit_amount_cents":9223372036854775807,"refund_amount_cents":9223372036854775807`), note(`,"offset_amount_cents":99999999999999999999`),
		note(`,"refund_amount_cents":-9223372036854775808`), note(`,"reason":{"a":[1]}`), note(`,"reason":""`), note(`,"description":"\u0000"`),
		note(`,"metadata":{"\u0000":"\ud800"}`), note(`,"metadata":[]`), note(`,"credit_amount_cents":1.5`), note(`,"credit_amount_cents":"1"`),
		items(`null`), items(`[]`), items(`[null]`), items(`[[]]`), items(`[{"fee_id":"FEE"}]`), items(`[{"fee_id":"FEE","amount_cents":null}]`),
		items(`[{"fee_id":"FEE","amount_cents":1e999999999}]`), items(`[{"fee_id":"FEE","amount_cents":1e-999999999}]`),
		items(`[{"fee_id":"FEE","amount_cents":"0.000001"},{"fee_id":"FEE","amount_cents":0.5}]`), items(`[{"fee_id":"FEE","amount_cents":"\"1"}]`),
		items(`[{"fee_id":"FEE","amount_cents":` + strings.Repeat("9", 400) + `}]`), items(`[{"fee_id":["FEE"],"amount_cents":{}}]`),
	} {
		f.Add(body, false)
		f.Add(body, true)
	}
	type target struct {
		s     *servertest.Server
		names *strings.Replacer
	}
	var targets []target
	for _, dialect := range storetest.Dialects() {
		s := servertest.New(f, storetest.URL(f, dialect))
		s.Post("/customers", `{"customer":{"external_id":"acme","currency":"EUR"}}`).Status(f, http.StatusOK)
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"19.6"}}`).Status(f, http.StatusOK)
		s.Post("/add_ons", `{"add_on":{"name":"Due","code":"due","amount_cents":1,"amount_currency":"EUR"}}`).Status(f, http.StatusOK)
		made := s.Post("/invoices", `{"invoice":{"external_customer_id":"acme","currency":"EUR","fees":[
			{"add_on_code":"due","unit_amount_cents":1000000000,"tax_codes":["vat"]}]}}`).Status(f, http.StatusOK).JSON(f)
		invoice := object(f, made, "invoice")
		targets = append(targets, target{s, strings.NewReplacer(
			"INVOICE", fmt.Sprint(invoice["lago_id"]), "FEE", fmt.Sprint(objects(f, invoice, "fees")[0]["lago_id"]))})
	}
	f.Fuzz(func(t *testing.T, body string, made bool) {
		path := "/api/v1/credit_notes/estimate"
		if made {
			path = "/api/v1/credit_notes"
		}
		var answers []int
		for _, to := range targets {
			answers = append(answers, answerOf(t, to.s, http.MethodPost, path, to.names.Replace(body)))
			if answers[0] == http.StatusOK {
				require.Equal(t, http.StatusOK, answerOf(t, to.s, http.MethodGet, "/api/v1/credit_notes?per_page=1", ""))
			}
		}
		require.Equal(t, answers[0], answers[len(answers)-1])
	})
}
