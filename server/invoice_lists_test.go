package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// addLedger adds invoices of two customers, whose numbers the tests go by. Of the
// customer gone only the invoice is left.
func addLedger(t *testing.T, s *servertest.Server) (ids map[string]string) {
	t.Helper()
	addBillingEntity(t, s, "second", "UTC")
	upsert(t, s, `{"external_id":"ada","name":"Ada Lovelace","email":"ada@example.com"}`)
	upsert(t, s, `{"external_id":"bob","firstname":"Bob","lastname":"ÉCOLE","billing_entity_code":"second"}`)
	upsert(t, s, `{"external_id":"gone"}`)
	order, lost := "Po_1Ä", servertest.Epoch
	pairs := func(pairs ...string) (rows []store.InvoiceMetadata) {
		for i := 0; i < len(pairs); i += 2 {
			rows = append(rows, store.InvoiceMetadata{Key: pairs[i], Value: pairs[i+1]})
		}
		return rows
	}
	ids = map[string]string{}
	add := func(customer, number, issued string, change func(row *store.Invoice)) {
		ids[number] = issue(t, s, customer, func(_ *store.Tx, row *store.Invoice) {
			row.Number, row.IssuingDate = "ACM-"+number, issued
			change(row)
		})
	}
	add("ada", "draft", "2026-01-09", func(row *store.Invoice) {
		row.Status, row.InvoiceType, row.TotalAmountCents, row.PurchaseOrderNumber = store.InvoiceDraft, store.InvoiceSubscription, 2000, &order
		row.Metadata = pairs("tier", "gold", "a.b", "dot")
	})
	add("ada", "final", "2026-01-08", func(row *store.Invoice) {
		row.TotalAmountCents, row.PaymentOverdue = 3000, true
		row.Metadata = pairs("tier", "gold")
	})
	add("ada", "paid", "2026-01-07", func(row *store.Invoice) {
		row.TotalAmountCents = 4000
		row.Metadata = pairs("tier", "silver")
	})
	add("bob", "void", "2026-01-06", func(row *store.Invoice) {
		row.Status, row.InvoiceType, row.TotalAmountCents, row.PaymentDisputeLostAt = store.InvoiceVoided, store.InvoiceCredit, 5000, &lost
		row.Currency = "USD"
	})
	add("bob", "failed", "2026-01-05", func(row *store.Invoice) {
		row.Status, row.PaymentStatus, row.InvoiceType = store.InvoiceFailed, store.PaymentFailed, store.InvoiceAdvanceCharges
		row.TotalAmountCents, row.TotalPaidAmountCents, row.OffsetAmountCents, row.SelfBilled = 6000, 7000, 10, true
	})
	add("gone", "pending", "2026-01-04", func(row *store.Invoice) { row.Status = store.InvoicePending })
	for _, status := range []store.InvoiceStatus{store.InvoiceOpen, store.InvoiceClosed, store.InvoiceDeleted} {
		add("ada", string(status), "2026-01-10", func(row *store.Invoice) { row.Status = status })
	}
	recordPayment(t, s, ids["final"], 1000)
	recordPayment(t, s, ids["paid"], 4000)
	member(t, s.Delete("/customers/gone"), "customer")
	return ids
}

// TestInvoices_AreFiltered lists them by each filter.
func TestInvoices_AreFiltered(t *testing.T) {
	t.Parallel()
	const all = "draft final paid void failed pending"
	cases := map[string]struct{ query, want string }{
		"none":                               {``, all},
		"a status":                           {`status=draft`, `draft`},
		"statuses":                           {`statuses[]=draft&statuses[]=failed`, `draft failed`},
		"a list of one status":               {`status[]=voided`, `void`},
		"a status wins over statuses":        {`status=voided&statuses[]=draft`, `void`},
		"an empty status wins too":           {`status=&statuses[]=draft`, all},
		"statuses that are empty":            {`statuses[]=`, all},
		"a payment status":                   {`payment_status=succeeded`, `paid`},
		"payment statuses":                   {`payment_statuses[]=failed&payment_statuses[]=succeeded`, `paid failed`},
		"a list of one payment status":       {`payment_status[]=failed`, `failed`},
		"a payment status wins":              {`payment_status=failed&payment_statuses[]=succeeded`, `failed`},
		"settled by a credit note":           {`settlements=credit_note`, `failed`},
		"settled by payments":                {`settlements[]=payment`, `final paid`},
		"settled by either":                  {`settlements[]=payment&settlements[]=credit_note`, `final paid failed`},
		"no settlements":                     {`settlements=`, all},
		"overdue":                            {`payment_overdue=true`, `final`},
		"not overdue":                        {`payment_overdue=off`, `draft paid void failed pending`},
		"overdue or not":                     {`payment_overdue=`, all},
		"partially paid":                     {`partially_paid=1`, `final`},
		"paid or not at all":                 {`partially_paid=no`, `draft paid void pending`},
		"self-billed":                        {`self_billed=YES`, `failed`},
		"not self-billed":                    {`self_billed=f`, `draft final paid void pending`},
		"disputes lost":                      {`payment_dispute_lost=true`, `void`},
		"disputes not lost":                  {`payment_dispute_lost=false`, `draft final paid failed pending`},
		"disputes":                           {`payment_dispute_lost=`, all},
		"amounts":                            {`amount_from=3000&amount_to=5000`, `final paid void`},
		"amounts with fractions":             {`amount_from=2999.5&amount_to=3000.9`, `final`},
		"an amount just above":               {`amount_from=3000.1&amount_to=3999.9`, ``},
		"amounts beyond 64 bits":             {`amount_from=-1e30&amount_to=1e30`, all},
		"an amount that none has":            {`amount_from=1e30`, ``},
		"no amounts":                         {`amount_from=&amount_to=`, all},
		"days":                               {`issuing_date_from=2026-01-06&issuing_date_to=2026-01-07`, `paid void`},
		"days of instants":                   {`issuing_date_from=2026-01-06T23:59:59Z&issuing_date_to=2026-01-07T00:00:00Z`, `paid void`},
		"days that are none":                 {`issuing_date_from=soon&issuing_date_to=2026-02-30`, all},
		"a currency":                         {`currency=USD`, `void`},
		"a currency in small letters":        {`currency=usd`, ``},
		"an empty currency":                  {`currency=`, ``},
		"a customer":                         {`external_customer_id=ada`, `draft final paid`},
		"a customer by the other name":       {`customer_external_id=bob`, `void failed`},
		"a customer that is deleted":         {`external_customer_id=gone`, `pending`},
		"a customer that is unknown":         {`external_customer_id=eva`, ``},
		"an empty customer":                  {`external_customer_id=`, ``},
		"a type":                             {`invoice_type=credit`, `void`},
		"types":                              {`invoice_type[]=credit&invoice_type[]=subscription`, `draft void`},
		"a type that is unknown":             {`invoice_type=gift`, ``},
		"a billing entity":                   {`billing_entity_codes[]=second`, `void failed`},
		"a billing entity twice":             {`billing_entity_codes[]=second&billing_entity_codes[]=second`, `void failed`},
		"a billing entity that is no list":   {`billing_entity_codes=second`, all},
		"metadata":                           {`metadata[tier]=gold`, `draft final`},
		"two pairs of metadata":              {`metadata[tier]=gold&metadata[a.b]=dot`, `draft`},
		"metadata that is absent":            {`metadata[tier]=`, `void failed pending`},
		"metadata with one and without one":  {`metadata[tier]=gold&metadata[a.b]=`, `final`},
		"metadata that is nested is ignored": {`metadata[tier][x]=gold`, all},
		"a purchase order number":            {`purchase_order_number=pO_1ä`, `draft`},
		"a part of a purchase order number":  {`purchase_order_number=po`, ``},
		"an empty purchase order number":     {`purchase_order_number=`, all},
		"a number":                           {`search_term=%20acm-F%20`, `final failed`},
		"a wildcard is a letter":             {`search_term=acm_f`, ``},
		"a name":                             {`search_term=lovel`, `draft final paid`},
		"an accent":                          {`search_term=école`, `void failed`},
		"an e-mail":                          {`search_term=ADA@`, `draft final paid`},
		"a name beside a customer":           {`search_term=lovel&external_customer_id=ada`, ``},
		"a number beside a customer":         {`search_term=final&external_customer_id=ada`, `final`},
		"an identifier":                      {`search_term={paid}`, `paid`},
		"an identifier of an invisible one":  {`search_term={open}`, ``},
		"filters combine":                    {`status=finalized&payment_status=pending&metadata[tier]=gold&amount_to=3000`, `final`},
		"unknown parameters are ignored":     {`order=number&foo=bar`, all},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		ids := addLedger(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				query := strings.NewReplacer("{paid}", ids["paid"], "{open}", ids["open"]).Replace(c.query)
				want := []any{}
				for number := range strings.FieldsSeq(c.want) {
					want = append(want, "ACM-"+number)
				}
				answer := s.Get("/invoices?" + query)
				require.Equal(t, want, pluck(entries(t, answer, "invoices"), "number"))
				requireJSON(t, fmt.Sprint(len(want)), object(t, answer.JSON(t), "meta")["total_count"])
			})
		}
	})
}

// TestInvoices_OfACustomer takes the same filters below a customer.
func TestInvoices_OfACustomer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ query, want string }{
		"none":                     {``, `draft final paid`},
		"any status":               {`status=finalized`, `final paid`},
		"a list of statuses":       {`statuses[]=draft`, `draft`},
		"a payment status":         {`payment_status=succeeded`, `paid`},
		"a list of one of them":    {`payment_status[]=succeeded`, `paid`},
		"payment statuses":         {`payment_statuses[]=pending&payment_statuses[]=failed`, `draft final`},
		"partially paid":           {`partially_paid=true`, `final`},
		"a currency":               {`currency=USD`, ``},
		"a purchase order number":  {`purchase_order_number=PO_1Ä`, `draft`},
		"a billing entity":         {`billing_entity_codes[]=second`, ``},
		"a name":                   {`search_term=lovel`, ``},
		"a number":                 {`search_term=paid`, `paid`},
		"another customer as well": {`external_customer_id=bob`, `draft final paid`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addLedger(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				want := []any{}
				for number := range strings.FieldsSeq(c.want) {
					want = append(want, "ACM-"+number)
				}
				require.Equal(t, want, pluck(entries(t, s.Get("/customers/ada/invoices?"+c.query), "invoices"), "number"))
			})
		}
		for _, customer := range []string{"gone", "nobody"} {
			requireNotFound(t, "customer", s.Get("/customers/"+customer+"/invoices?status=random"))
		}
		requireDetails(t, `{"status":["must be one of: draft, finalized, voided, failed, pending or must be an array"]}`,
			s.Get("/customers/ada/invoices?status=closed"))
	})
}

func TestInvoices_RefuseUnknownFilterValues(t *testing.T) {
	t.Parallel()
	const statuses = "must be one of: draft, finalized, voided, failed, pending"
	cases := map[string]struct{ query, details string }{
		"a status":                       {`status=random`, `{"status":["` + statuses + ` or must be an array"]}`},
		"an invisible status":            {`status=closed`, `{"status":["` + statuses + ` or must be an array"]}`},
		"the second of two statuses":     {`statuses[]=draft&statuses[]=random`, `{"status":{"1":["` + statuses + `"]}}`},
		"both of two statuses":           {`status[]=open&status[]=void`, `{"status":{"0":["` + statuses + `"],"1":["` + statuses + `"]}}`},
		"a payment status":               {`payment_status=random`, `{"payment_status":["must be one of: pending, succeeded, failed or must be an array"]}`},
		"a list of payment statuses":     {`payment_statuses[]=refunded`, `{"payment_status":{"0":["must be one of: pending, succeeded, failed"]}}`},
		"settlements":                    {`settlements=random`, `{"settlements":["must be one of: payment, credit_note or must be an array"]}`},
		"a list of settlements":          {`settlements[]=gift`, `{"settlements":{"0":["must be one of: payment, credit_note"]}}`},
		"a switch":                       {`self_billed=invalid`, `{"self_billed":["must be boolean"]}`},
		"another switch":                 {`payment_overdue=2`, `{"payment_overdue":["must be boolean"]}`},
		"the third switch":               {`partially_paid=maybe`, `{"partially_paid":["must be boolean"]}`},
		"the fourth switch":              {`payment_dispute_lost=maybe`, `{"payment_dispute_lost":["must be boolean"]}`},
		"an amount":                      {`amount_from=ten`, `{"amount_from":["value_is_invalid"]}`},
		"an amount of too many digits":   {`amount_to=1e999999999`, `{"amount_to":["value_is_invalid"]}`},
		"an amount of too many decimals": {`amount_to=1e-999999999`, `{"amount_to":["value_is_invalid"]}`},
		"several at once":                {`self_billed=x&amount_to=y`, `{"self_billed":["must be boolean"],"amount_to":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Get("/invoices?"+c.query)) })
		}
		requireNotFound(t, "billing_entity", s.Get("/invoices?billing_entity_codes[]=nowhere&status=random"))
	})
}

// TestInvoices_AreListedByTheirDay and among those of one day by their creation.
func TestInvoices_AreListedByTheirDay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		for i, day := range []string{"2026-01-02", "2026-01-03", "2026-01-02", "2026-01-01"} {
			s.Travel(t, servertest.Epoch.Add(time.Duration(i+1)*time.Minute))
			issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Number, row.IssuingDate = fmt.Sprint(i), day })
		}
		require.Equal(t, []any{"1", "2", "0", "3"}, pluck(entries(t, s.Get("/invoices"), "invoices"), "number"))
		page := s.Get("/customers/ada/invoices?per_page=3&page=2")
		require.Equal(t, []any{"3"}, pluck(entries(t, page, "invoices"), "number"))
		require.Equal(t, meta(2, nil, 1, 2, 4), page.JSON(t)["meta"])
	})
}

// TestInvoices_AreNotCounted row by row where their kept numbers say how many there
// are.
func TestInvoices_AreNotCounted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		counts := func(query string) bool {
			return slices.ContainsFunc(s.Statements(t, http.MethodGet, "/invoices?per_page=20"+query, ""), func(statement string) bool {
				return strings.Contains(statement, "count(*)")
			})
		}
		require.False(t, counts(""))
		require.False(t, counts("&status=draft&payment_status=pending&invoice_type=one_off&payment_overdue=true"))
		require.True(t, counts("&currency=EUR"))
	})
}
