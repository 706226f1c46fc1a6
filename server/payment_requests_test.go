package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// issueOverdue issues an invoice of 10.00 EUR that is overdue.
func issueOverdue(t *testing.T, s *servertest.Server, customer string, change func(row *store.Invoice)) string {
	t.Helper()
	return issue(t, s, customer, func(_ *store.Tx, row *store.Invoice) {
		row.PaymentOverdue = true
		if change != nil {
			change(row)
		}
	})
}

// keepOverdue keeps an overdue invoice with an identifier of the test's own.
func keepOverdue(t testing.TB, s *servertest.Server, customer, id string) {
	t.Helper()
	scope := store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}
	require.NoError(t, s.Store.Write(context.WithoutCancel(t.Context()), scope, func(tx *store.Tx) error {
		owner, err := tx.Customer(customer)
		if err != nil {
			return err
		}
		row := store.Invoice{
			ID: uuid.MustParse(id), CustomerID: owner.ID, BillingEntityID: owner.BillingEntityID, InvoiceType: store.InvoiceOneOff,
			Status: store.InvoiceFinalized, PaymentStatus: store.PaymentPending, PaymentOverdue: true, Number: "ACM-001", Currency: "EUR", BilledAt: tx.Now(),
			IssuingDate: "2026-01-15", PaymentDueDate: "2026-01-15", ExpectedFinalizationDate: "2026-01-15", TotalAmountCents: 1000,
		}
		return tx.InsertInvoice(&row)
	}))
}

// entityOf is the identifier of a billing entity.
func entityOf(t *testing.T, s *servertest.Server, code string) (id uuid.UUID) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		entity, err := tx.BillingEntity(code)
		id = entity.ID
		return err
	})
	return id
}

// requestBody asks a customer for invoices, with further members.
func requestBody(customer, members string, invoices ...string) string {
	ids := ""
	if len(invoices) > 0 {
		ids = `"` + strings.Join(invoices, `","`) + `"`
	}
	return `{"payment_request":{"external_customer_id":"` + customer + `","lago_invoice_ids":[` + ids + `]` + members + `}}`
}

// ask makes a payment request.
func ask(t *testing.T, s *servertest.Server, customer, members string, invoices ...string) map[string]any {
	t.Helper()
	return member(t, s.Post("/payment_requests", requestBody(customer, members, invoices...)), "payment_request")
}

// refusedRequest is the code with which a payment request is refused.
func refusedRequest(t *testing.T, s *servertest.Server, status int, body string) any {
	t.Helper()
	return s.Post("/payment_requests", body).Status(t, status).JSON(t)["code"]
}

func TestPaymentRequests_AskForWhatIsDue(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada","email":"ada@example.com"}`)
		first := issueOverdue(t, s, "ada", func(row *store.Invoice) {
			row.Number, row.TotalAmountCents, row.TotalPaidAmountCents, row.OffsetAmountCents = "ONE", 200, 100, 50
		})
		second := issueOverdue(t, s, "ada", func(row *store.Invoice) {
			row.Number, row.TotalAmountCents, row.TotalPaidAmountCents, row.OffsetAmountCents = "TWO", 500, 200, 100
		})
		made := ask(t, s, "ada", `,"email":" \u200badmin@example.com "`, second, uuid.NewString(), "none", first, second)
		require.EqualValues(t, "250", made["amount_cents"])
		require.Equal(t, "EUR", made["amount_currency"])
		require.Equal(t, "admin@example.com", made["email"])
		require.Equal(t, "pending", made["payment_status"])
		require.Equal(t, "2026-01-15T10:30:00Z", made["created_at"])
		require.Equal(t, "ada", object(t, made, "customer")["external_id"])
		require.NotContains(t, object(t, made, "customer"), "integration_customers")
		invoices := objects(t, made, "invoices")
		require.Equal(t, []any{"ONE", "TWO"}, pluck(invoices, "number"))
		require.EqualValues(t, "50", invoices[0]["total_due_amount_cents"])
		require.NotContains(t, invoices[0], "customer")

		found := s.Get("/payment_requests/"+idOf(t, made)).Status(t, http.StatusOK).JSON(t)
		for _, shape := range []map[string]any{found, object(t, found, "payment_request")} {
			require.Equal(t, made["lago_id"], shape["lago_id"])
			require.Equal(t, made["amount_cents"], shape["amount_cents"])
			require.Equal(t, pluck(invoices, "lago_id"), pluck(objects(t, shape, "invoices"), "lago_id"))
		}
		logs := filtered(t, s, "activity_logs", pick("activity_types[]", "payment_request.created"))
		require.Len(t, logs, 1)
		require.Equal(t, "PaymentRequest", logs[0]["resource_type"])
		require.Equal(t, made["lago_id"], logs[0]["resource_id"])
		require.Equal(t, "ada", logs[0]["external_customer_id"])
		require.Equal(t, made["lago_id"], object(t, logs[0], "activity_object")["lago_id"])
		requireNotFound(t, "payment_request", s.Get("/payment_requests/"+uuid.NewString()))
	})
}

func TestPaymentRequests_GoToTheCustomerUnlessTheyNameSomebody(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada","email":"ada@example.com"}`)
		upsert(t, s, `{"external_id":"bob"}`)
		hers, his := issueOverdue(t, s, "ada", nil), issueOverdue(t, s, "bob", nil)
		for _, members := range []string{``, `,"email":null`, `,"email":""`, `,"email":" \n"`} {
			require.Equal(t, "ada@example.com", ask(t, s, "ada", members, hers)["email"], members)
			require.Nil(t, ask(t, s, "bob", members, his)["email"], members)
		}
		require.Equal(t, "a@example.com, b@example.com", ask(t, s, "bob", `,"email":"a@example.com, b@example.com"`, his)["email"])
		requireDetails(t, `{"email":["invalid_email_format"]}`, s.Post("/payment_requests", requestBody("bob", `,"email":"bob"`, his)))
		for _, members := range []string{
			``, `,"payment_method":null`, `,"payment_method":{}`, `,"payment_method":{"payment_method_type":"manual"}`, `,"payment_method":{"payment_method_type":"provider"}`,
		} {
			ask(t, s, "bob", members, his)
		}
		for _, method := range []string{
			`{"payment_method_type":"card"}`, `{"payment_method_id":"` + uuid.NewString() + `"}`,
			`{"payment_method_type":"provider","payment_method_id":"` + uuid.NewString() + `"}`,
		} {
			requireDetails(t, `{"payment_method":["invalid_payment_method"]}`, s.Post("/payment_requests", requestBody("bob", `,"payment_method":`+method, his)))
		}
	})
}

// TestPaymentRequests_AreRefusedInOrder fixes one thing after the other that is wrong
// with a request.
func TestPaymentRequests_AreRefusedInOrder(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		upsert(t, s, `{"external_id":"bob"}`)
		addBillingEntity(t, s, "other", "UTC")
		other := entityOf(t, s, "other")
		due := issue(t, s, "ada", nil)
		deleted := issueOverdue(t, s, "ada", func(row *store.Invoice) { row.Status = store.InvoiceDeleted })
		dollars := issueOverdue(t, s, "ada", func(row *store.Invoice) { row.Currency, row.BillingEntityID = "USD", other })
		elsewhere := issueOverdue(t, s, "ada", func(row *store.Invoice) { row.BillingEntityID = other })
		open := issueOverdue(t, s, "ada", func(row *store.Invoice) { row.Status = store.InvoiceOpen })
		good, his := issueOverdue(t, s, "ada", nil), issueOverdue(t, s, "bob", nil)
		busy := issueOverdue(t, s, "ada", nil)
		underWay(t, s, busy, nil)

		premium := func(licensed string) {
			s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"premium":{"licensed":`+licensed+`}}`).Status(t, http.StatusOK)
		}
		premium("false")
		require.Equal(t, "feature_unavailable", refusedRequest(t, s, http.StatusForbidden, requestBody("nobody", `,"email":7`)))
		premium("true")
		for _, step := range []struct {
			status int
			code   string
			body   string
		}{
			{http.StatusNotFound, "customer_not_found", requestBody("nobody", `,"email":"x"`, good)},
			{http.StatusNotFound, "customer_not_found", `{"payment_request":{"lago_invoice_ids":["` + good + `"]}}`},
			{http.StatusNotFound, "invoice_not_found", requestBody("ada", `,"email":7`)},
			{http.StatusNotFound, "invoice_not_found", `{"payment_request":{"external_customer_id":"ada"}}`},
			{http.StatusNotFound, "invoice_not_found", requestBody("ada", ``, his, deleted, uuid.NewString(), "x")},
			{http.StatusMethodNotAllowed, "invoices_not_overdue", requestBody("ada", `,"email":"x"`, good, due, dollars)},
			{http.StatusMethodNotAllowed, "invoices_have_different_currencies", requestBody("ada", ``, good, dollars, elsewhere, busy)},
			{http.StatusMethodNotAllowed, "invoices_have_different_billing_entities", requestBody("ada", ``, good, elsewhere, busy)},
			{http.StatusMethodNotAllowed, "invoices_not_ready_for_payment_processing", requestBody("ada", `,"email":"x"`, good, busy)},
		} {
			require.Equal(t, step.code, refusedRequest(t, s, step.status, step.body), step.body)
		}
		requireDetails(t, `{"lago_invoice_ids":["value_is_invalid"]}`,
			s.Post("/payment_requests", `{"payment_request":{"external_customer_id":"ada","lago_invoice_ids":7}}`))
		require.Empty(t, entries(t, s.Get("/payment_requests"), "payment_requests"))
		require.Len(t, objects(t, ask(t, s, "ada", ``, good, open, his), "invoices"), 2, "what nobody sees can be overdue too")
	})
}

// underWay lets a provider be about to collect an invoice, or what a payment request asks
// for.
func underWay(t *testing.T, s *servertest.Server, invoice string, request *uuid.UUID) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		found, err := tx.InvoiceByID(uuid.MustParse(invoice))
		require.NoError(t, err)
		row := store.Payment{
			ID: store.NewID(), CustomerID: found.CustomerID, Type: store.PaymentByProvider, AmountCents: 1000, AmountCurrency: "EUR",
			Status: "processing", PaymentStatus: store.PaymentProcessing, PaymentRequestID: request,
		}
		if request == nil {
			row.InvoiceID = &found.ID
		}
		return tx.InsertPayment(&row)
	})
}

func TestPaymentRequests_WaitForThoseThatAreUnderWay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		one, two := issueOverdue(t, s, "ada", nil), issueOverdue(t, s, "ada", nil)
		asked := ask(t, s, "ada", ``, one)
		ask(t, s, "ada", ``, one, two)
		id := uuid.MustParse(idOf(t, asked))
		underWay(t, s, one, &id)
		require.Equal(t, "invoices_not_ready_for_payment_processing", refusedRequest(t, s, http.StatusMethodNotAllowed, requestBody("ada", ``, two, one)))
		ask(t, s, "ada", ``, two)
	})
}

func TestPaymentRequests_AreFiltered(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		upsert(t, s, `{"external_id":"bob"}`)
		addBillingEntity(t, s, "other", "UTC")
		euros := idOf(t, ask(t, s, "ada", ``, issueOverdue(t, s, "ada", nil)))
		dollars := idOf(t, ask(t, s, "ada", ``, issueOverdue(t, s, "ada", func(row *store.Invoice) { row.Currency = "USD" })))
		other := entityOf(t, s, "other")
		his := idOf(t, ask(t, s, "bob", ``, issueOverdue(t, s, "bob", func(row *store.Invoice) { row.BillingEntityID = other })))
		listed := func(query string) []any {
			return pluck(entries(t, s.Get(query), "payment_requests"), "lago_id")
		}
		code := s.Get("/billing_entities").Status(t, http.StatusOK)
		first := objects(t, code.JSON(t), "billing_entities")[0]["code"].(string)
		for query, want := range map[string][]any{
			"":                                       {euros, dollars, his},
			"external_customer_id=ada":               {euros, dollars},
			"external_customer_id=nobody":            {},
			"currency=USD":                           {dollars},
			"currency=usd":                           {},
			"payment_status=pending":                 {euros, dollars, his},
			"payment_status=":                        {euros, dollars, his},
			"payment_status=succeeded":               {},
			"payment_status=random":                  {},
			"billing_entity_codes[]=other":           {his},
			"billing_entity_codes[]=" + first:        {euros, dollars},
			"currency=EUR&external_customer_id=ada":  {euros},
			"per_page=1&page=2":                      {dollars},
			"billing_entity_codes[]=other&currency=": {},
		} {
			require.Equal(t, want, listed("/payment_requests?"+query), query)
		}
		require.Equal(t, []any{euros, dollars}, listed("/customers/ada/payment_requests"))
		requirePages(t, s.Get, "/customers/ada/payment_requests", "payment_requests")
		require.Equal(t, []any{his}, listed("/customers/bob/payment_requests?payment_status=pending&billing_entity_codes[]=other"))
		require.Empty(t, listed("/customers/bob/payment_requests?payment_status=failed"))
		requireNotFound(t, "customer", s.Get("/customers/nobody/payment_requests"))
		requireNotFound(t, "billing_entity", s.Get("/payment_requests?billing_entity_codes[]=none"))
		requireNotFound(t, "billing_entity", s.Get("/customers/ada/payment_requests?billing_entity_codes[]=none"))
	})
}
