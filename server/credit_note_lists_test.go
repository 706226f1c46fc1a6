package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// addNotes makes four credit notes, and returns their identifiers by their
// descriptions: two of ada and one of bob, who deals with a billing entity of his
// own and bills himself, and one of a customer who is deleted.
func addNotes(t *testing.T, s *servertest.Server) map[string]string {
	t.Helper()
	addBillingEntity(t, s, "second", "UTC")
	upsert(t, s, `{"external_id":"ada","name":"Ada Lovelace","email":"Ada@example.com"}`)
	upsert(t, s, `{"external_id":"bob","name":"École","billing_entity_code":"second","account_type":"partner"}`)
	ids := map[string]string{}
	add := func(of owing, name, members string, items ...int64) {
		ids[name] = idOf(t, of.credit(t, s, `,"description":"`+name+`"`+members, items...))
	}
	first := owe(t, s, "ada", 50, 100)
	add(first, "credit", `,"credit_amount_cents":10,"reason":"order_change"`, 10)
	add(first, "mixed", `,"credit_amount_cents":10,"refund_amount_cents":20,"offset_amount_cents":30`, 60)
	s.Put("/credit_notes/"+ids["credit"]+"/void", "").Status(t, http.StatusOK)
	withinOrganization(t, s, func(tx *store.Tx) error {
		bob, err := tx.Customer("bob")
		require.NoError(t, err)
		order := "PO_1ä"
		row := store.Invoice{
			ID: store.NewID(), InvoiceType: store.InvoiceOneOff, Status: store.InvoiceFinalized, PaymentStatus: store.PaymentPending, Number: "ACM-bob",
			CustomerID: bob.ID, BillingEntityID: bob.BillingEntityID, BilledAt: tx.Now(), Currency: "USD", IssuingDate: "2026-01-15", PaymentDueDate: "2026-01-15",
			ExpectedFinalizationDate: "2026-01-15", SelfBilled: true, PurchaseOrderNumber: &order,
		}
		note := store.CreditNote{
			ID: store.NewID(), CustomerID: bob.ID, InvoiceID: row.ID, Status: store.CreditNoteFinalized, CreditStatus: store.CreditConsumed,
			Reason: store.CreditedFraud, Number: "ACM-bob-CN001", SequentialID: 1, IssuingDate: "2026-01-02", Currency: "USD", TotalAmountCents: 500, CreditAmountCents: 500,
		}
		name := "bob"
		note.Description, ids[name] = &name, note.ID.String()
		require.NoError(t, tx.InsertInvoice(&row))
		return tx.InsertCreditNotes([]store.CreditNote{note})
	})
	add(owe(t, s, "gone", 0, 1000), "gone", `,"offset_amount_cents":1000`, 1000)
	s.Delete("/customers/gone").Status(t, http.StatusOK)
	return ids
}

func TestCreditNotes_AreFiltered(t *testing.T) {
	t.Parallel()
	const all = "credit mixed bob gone"
	cases := map[string]struct{ query, want string }{
		"none":                        {``, all},
		"a customer":                  {`external_customer_id=ada`, `credit mixed`},
		"a customer that is deleted":  {`external_customer_id=gone`, `gone`},
		"a customer that is unknown":  {`external_customer_id=eva`, ``},
		"a billing entity":            {`billing_entity_codes[]=second`, `bob`},
		"a currency":                  {`currency=USD`, `bob`},
		"a reason":                    {`reason=order_change`, `credit`},
		"reasons":                     {`reason[]=order_change&reason[]=fraudulent_charge`, `credit bob`},
		"a reason that is unknown":    {`reason=bored`, all},
		"a known and an unknown one":  {`reason[]=bored&reason[]=other`, `mixed gone`},
		"a credit status":             {`credit_status=voided`, `credit`},
		"credit statuses":             {`credit_status[]=voided&credit_status[]=consumed`, `credit bob`},
		"a status that is unknown":    {`credit_status=lost`, all},
		"a refund status":             {`refund_status=pending`, `mixed`},
		"refund statuses":             {`refund_status[]=succeeded&refund_status[]=failed`, ``},
		"refunds":                     {`types[]=refund`, `mixed`},
		"refunds and offsets":         {`types[]=refund&types[]=offset`, `mixed gone`},
		"credits":                     {`types[]=credit`, `credit mixed bob`},
		"types that are unknown":      {`types[]=gift`, all},
		"a number of an invoice":      {`invoice_number=ACM-bob`, `bob`},
		"the number in small letters": {`invoice_number=acm-bob`, ``},
		"a purchase order number":     {`purchase_order_number=pO_1Ä`, `bob`},
		"days":                        {`issuing_date_from=2026-01-01&issuing_date_to=2026-01-02`, `bob`},
		"days that are none":          {`issuing_date_from=soon&issuing_date_to=2026-02-30`, all},
		"amounts":                     {`amount_from=60&amount_to=500`, `mixed bob`},
		"amounts with fractions":      {`amount_from=9.5&amount_to=59.9`, `credit`},
		"self-billed":                 {`self_billed=yes`, `bob`},
		"not self-billed":             {`self_billed=0`, `credit mixed gone`},
		"a number":                    {`search_term=%20acm-BOB-cn%20`, `bob`},
		"a name":                      {`search_term=lovel`, `credit mixed`},
		"an e-mail":                   {`search_term=ADA@`, `credit mixed`},
		"an identifier":               {`search_term={mixed}`, `mixed`},
		"a wildcard is a letter":      {`search_term=acm_bob`, ``},
		"filters combine":             {`external_customer_id=ada&types[]=refund&amount_to=60&reason=other`, `mixed`},
		"unknown parameters":          {`foo=bar`, all},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		ids := addNotes(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				query := strings.ReplaceAll(c.query, "{mixed}", ids["mixed"])
				want := []any{}
				for name := range strings.FieldsSeq(c.want) {
					want = append(want, name)
				}
				answer := s.Get("/credit_notes?" + query)
				require.ElementsMatch(t, want, pluck(entries(t, answer, "credit_notes"), "description"))
				requireJSON(t, fmt.Sprint(len(want)), object(t, answer.JSON(t), "meta")["total_count"])

				// Below a customer the same filters leave what is the customer's of it.
				if strings.Contains(query, "external_customer_id") {
					return
				}
				for customer, notes := range map[string]string{"ada": "credit mixed", "bob": "bob"} {
					theirs := slices.DeleteFunc(slices.Clone(want), func(name any) bool { return !slices.Contains(strings.Fields(notes), name.(string)) })
					got := pluck(entries(t, s.Get("/customers/"+customer+"/credit_notes?"+query), "credit_notes"), "description")
					require.ElementsMatch(t, theirs, got, customer)
				}
			})
		}
		requirePages(t, s.Get, "/customers/ada/credit_notes", "credit_notes")
		requireNotFound(t, "billing_entity", s.Get("/credit_notes?billing_entity_codes[]=nowhere"))
		requireDetails(t, `{"amount_from":["value_is_invalid"],"self_billed":["must be boolean"]}`, s.Get("/credit_notes?amount_from=x&self_billed=maybe"))
		requireNotFound(t, "customer", s.Get("/customers/gone/credit_notes"))
		requireDetails(t, `{"amount_to":["value_is_invalid"]}`, s.Get("/customers/ada/credit_notes?amount_to=x"))
		require.Len(t, entries(t, s.Get("/credit_notes?per_page=3&page=2"), "credit_notes"), 1)
	})
}
