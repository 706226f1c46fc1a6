package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// missingID names nothing.
const missingID = "01900000-0000-7000-8000-000000000000"

// issueWhole issues an invoice that has something of everything, for a
// subscription "sub" of the customer c1.
func issueWhole(t *testing.T, s *servertest.Server) (id string) {
	t.Helper()
	upsert(t, s, `{"external_id":"c1","name":"Acme"}`)
	addPlan(t, s, "basic")
	subscribe(t, s, "basic", "sub", "")
	return issue(t, s, "c1", func(tx *store.Tx, row *store.Invoice) {
		subscription, err := tx.Subscription("sub", store.SubscriptionActive)
		require.NoError(t, err)
		order, sequential, granted, lost := "PO-1", int64(7), int64(30), servertest.Epoch
		row.InvoiceType, row.Status, row.SequentialID = store.InvoiceProgressiveBilling, store.InvoiceVoided, &sequential
		row.PurchaseOrderNumber, row.NetPaymentTerm, row.PaymentDueDate = &order, 30, "2026-02-14"
		row.ProgressiveBillingCreditAmountCents, row.CouponsAmountCents, row.TaxesAmountCents = 1, 2, 3
		row.CreditNotesAmountCents, row.PrepaidCreditAmountCents, row.PrepaidGrantedCreditAmountCents = 4, 30, &granted
		row.TotalPaidAmountCents, row.OffsetAmountCents = 5, 6
		row.PaymentDisputeLostAt, row.VoidedAt = &lost, &lost
		from, to := servertest.Epoch, servertest.Epoch.AddDate(0, 1, 0).Add(-time.Second)
		row.BillingPeriods = []store.BillingPeriod{{
			SubscriptionID: subscription.ID, Reason: store.ReasonPeriodic, SubscriptionFrom: from, SubscriptionTo: to, ChargesFrom: &from, ChargesTo: &to,
		}}
		fee := feeOf(row.CustomerID, store.FeeSubscription)
		fee.SubscriptionID = &subscription.ID
		row.Fees = []store.Fee{fee}
		item := store.NewID()
		row.Credits = []store.Credit{{Kind: store.CreditOfCoupon, ItemID: item, Code: "spring", Name: "Spring", AmountCents: 2, AmountCurrency: "EUR", BeforeTaxes: true}}
		row.AppliedTaxes = []store.InvoiceTax{{TaxID: item, TaxCode: "vat", TaxName: "VAT", TaxRate: decimal.NewFromInt(20), AmountCents: 3, FeesAmountCents: 15, AmountCurrency: "EUR"}}
		row.Metadata = []store.InvoiceMetadata{{Key: "k", Value: "v"}}
		row.ErrorDetails = []store.InvoiceErrorDetail{{ErrorCode: "tax_error", Details: map[string]any{"why": "unknown", "more": []any{1}}}}
		row.AppliedThresholds = []store.InvoiceUsageThreshold{{UsageThresholdID: item, AmountCents: 10, Recurring: true, LifetimeUsageAmountCents: 12, ThresholdCreatedAt: from, ThresholdUpdatedAt: from}}
	})
}

// wholeInvoice is what every answer shows of issueWhole's invoice. The published
// document knows no missing file, so it is left out.
const wholeInvoice = `{"billing_entity_code":"acme","sequential_id":7,"number":"ACM-001","purchase_order_number":"PO-1",
	"issuing_date":"2026-01-15","payment_due_date":"2026-02-14","net_payment_term":30,"invoice_type":"progressive_billing","status":"voided",
	"payment_status":"pending","payment_dispute_lost_at":"2026-01-15T10:30:00Z","payment_overdue":false,"currency":"EUR",
	"fees_amount_cents":1000,"taxes_amount_cents":3,"progressive_billing_credit_amount_cents":1,"coupons_amount_cents":2,
	"credit_notes_amount_cents":4,"sub_total_excluding_taxes_amount_cents":1000,"sub_total_including_taxes_amount_cents":1000,
	"total_amount_cents":1000,"total_due_amount_cents":0,"total_paid_amount_cents":5,"total_offsetted_credit_note_amount_cents":6,
	"prepaid_credit_amount_cents":30,"prepaid_granted_credit_amount_cents":30,"prepaid_purchased_credit_amount_cents":null,
	"xml_url":null,"web_url":null,"version_number":4,"self_billed":false,
	"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z","voided_at":"2026-01-15T10:30:00Z"}`

// without is an object without some of its members.
func without(t *testing.T, of map[string]any, names ...string) map[string]any {
	t.Helper()
	rest := identified(t, of)
	for _, name := range names {
		require.Contains(t, rest, name)
		delete(rest, name)
	}
	return rest
}

func TestInvoices_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		id := issueWhole(t, s)
		shown := member(t, s.Get("/invoices/"+id), "invoice")
		require.Equal(t, id, shown["lago_id"])
		requireJSON(t, wholeInvoice, without(t, shown, "customer", "billing_periods", "subscriptions", "fees", "credits", "metadata",
			"applied_taxes", "error_details", "applied_invoice_custom_sections", "applied_usage_thresholds"))
		customer := object(t, shown, "customer")
		require.Equal(t, "c1", customer["external_id"])
		require.Empty(t, customer["integration_customers"])
		require.NotContains(t, customer, "taxes")
		subscription := objects(t, shown, "subscriptions")[0]
		require.Equal(t, "sub", subscription["external_id"])
		require.NotContains(t, subscription, "plan")
		period := objects(t, shown, "billing_periods")[0]
		require.Equal(t, subscription["lago_id"], period["lago_subscription_id"])
		require.NoError(t, uuid.Validate(period["lago_plan_id"].(string)))
		delete(period, "lago_subscription_id")
		delete(period, "lago_plan_id")
		requireJSON(t, `{"external_subscription_id":"sub","subscription_from_datetime":"2026-01-15T10:30:00Z",
			"subscription_to_datetime":"2026-02-15T10:29:59Z","charges_from_datetime":"2026-01-15T10:30:00Z","charges_to_datetime":"2026-02-15T10:29:59Z",
			"fixed_charges_from_datetime":null,"fixed_charges_to_datetime":null,"invoicing_reason":"subscription_periodic"}`, period)
		require.Len(t, shown["fees"], 1)
		require.NotContains(t, objects(t, shown, "fees")[0], "applied_taxes")
		credit := without(t, objects(t, shown, "credits")[0])
		require.Equal(t, id, object(t, credit, "invoice")["lago_id"])
		require.NoError(t, uuid.Validate(object(t, credit, "item")["lago_item_id"].(string)))
		delete(object(t, credit, "item"), "lago_item_id")
		delete(object(t, credit, "invoice"), "lago_id")
		requireJSON(t, `{"amount_cents":2,"amount_currency":"EUR","before_taxes":true,
			"item":{"type":"coupon","code":"spring","name":"Spring","description":null},"invoice":{"payment_status":"pending"}}`, credit)
		requireJSON(t, `{"key":"k","value":"v","created_at":"2026-01-15T10:30:00Z"}`, without(t, objects(t, shown, "metadata")[0]))
		requireJSON(t, `{"lago_invoice_id":"`+id+`","tax_code":"vat","tax_name":"VAT","tax_rate":20,"tax_description":null,"amount_cents":3,
			"fees_amount_cents":15,"amount_currency":"EUR","created_at":"2026-01-15T10:30:00Z"}`,
			without(t, objects(t, shown, "applied_taxes")[0], "lago_tax_id"))
		requireJSON(t, `{"error_code":"tax_error","details":{"why":"unknown","more":"[1]"}}`, without(t, objects(t, shown, "error_details")[0]))
		threshold := objects(t, shown, "applied_usage_thresholds")[0]
		require.Len(t, without(t, object(t, threshold, "usage_threshold")), 5)
		require.EqualValues(t, "12", fmt.Sprint(threshold["lifetime_usage_amount_cents"]))
		require.Empty(t, shown["applied_invoice_custom_sections"])

		listed := entries(t, s.Get("/invoices"), "invoices")[0]
		requireJSON(t, wholeInvoice, without(t, listed, "customer", "metadata", "applied_taxes", "applied_usage_thresholds"))
		require.Equal(t, shown["customer"], listed["customer"])
		require.Equal(t, shown["applied_taxes"], listed["applied_taxes"])
	})
}

// TestInvoices_UnseenOnesAreNotFound by any operation.
func TestInvoices_UnseenOnesAreNotFound(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		_, other := s.NewOrganization(t, "Other")
		ids := map[string]string{"unknown": missingID, "malformed": "x"}
		for _, status := range []store.InvoiceStatus{store.InvoiceOpen, store.InvoiceClosed, store.InvoiceDeleted} {
			ids[string(status)] = issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Status = status })
		}
		theirs := issue(t, s, "ada", nil)
		for _, operation := range []string{"GET ", "PUT ", "POST /lose_dispute", "POST /retry", "POST /retry_payment", "POST /payment_url"} {
			method, tail, _ := strings.Cut(operation, " ")
			body := ""
			if method == "PUT" {
				body = `{"invoice":{"payment_status":"succeeded"}}`
			}
			for name, id := range ids {
				t.Run(operation+name, func(t *testing.T) { requireNotFound(t, "invoice", s.Do(method, "/invoices/"+id+tail, body)) })
			}
			requireNotFound(t, "invoice", s.DoAs(other, method, "/invoices/"+theirs+tail, body))
		}
		require.Equal(t, "pending", member(t, s.Get("/invoices/"+theirs), "invoice")["payment_status"])
	})
}

func TestInvoices_TakeAPaymentStatus(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		id := issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) {
			row.PaymentOverdue, row.TotalPaidAmountCents = true, 100
			row.Fees = []store.Fee{feeOf(row.CustomerID, store.FeeAddOn)}
		})
		bystander := issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) {
			row.Fees = []store.Fee{feeOf(row.CustomerID, store.FeeAddOn)}
		})
		set := func(status string) (map[string]any, *servertest.Response) {
			answer := s.Put("/invoices/"+id, `{"invoice":{"payment_status":"`+status+`"}}`)
			return member(t, answer, "invoice"), answer
		}
		s.Travel(t, servertest.Epoch.Add(time.Hour))
		failed, answer := set("failed")
		require.Equal(t, "failed", failed["payment_status"])
		require.Equal(t, true, failed["payment_overdue"])
		row := activity(t, s, answer)
		require.Equal(t, "invoice.payment_status_updated", row["activity_type"])
		require.Equal(t, id, row["resource_id"])
		require.Equal(t, "ada", row["external_customer_id"])
		require.Equal(t, "failed", object(t, row, "activity_object")["payment_status"])

		paid, answer := set("succeeded")
		require.Equal(t, false, paid["payment_overdue"])
		requireJSON(t, `100`, paid["total_paid_amount_cents"])
		require.Equal(t, "2026-01-15T11:30:00Z", paid["updated_at"])
		fee := objects(t, paid, "fees")[0]
		require.Equal(t, "succeeded", fee["payment_status"])
		require.Nil(t, fee["succeeded_at"])
		require.Len(t, activities(t, s, answer), 1)
		require.Equal(t, paid, member(t, s.Get("/invoices/"+id), "invoice"))

		s.Travel(t, servertest.Epoch.Add(2*time.Hour))
		same, answer := set("succeeded")
		require.Empty(t, activities(t, s, answer), "it is no news")
		require.Equal(t, paid["updated_at"], same["updated_at"])
		again, _ := set("pending")
		require.Equal(t, "pending", again["payment_status"])
		require.Equal(t, false, again["payment_overdue"])
		require.Equal(t, "pending", objects(t, member(t, s.Get("/invoices/"+bystander), "invoice"), "fees")[0]["payment_status"])
	})
}

func TestInvoices_ReplaceTheirMetadata(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		id := issue(t, s, "ada", nil)
		put := func(pairs string) *servertest.Response {
			return s.Put("/invoices/"+id, `{"invoice":{"metadata":`+pairs+`}}`)
		}
		show := func() []map[string]any { return objects(t, member(t, s.Get("/invoices/"+id), "invoice"), "metadata") }
		answer := put(`[{"key":"a","value":"1"},{"key":"b","value":"2"}]`)
		first := objects(t, member(t, answer, "invoice"), "metadata")
		require.Equal(t, []any{"a", "b"}, pluck(first, "key"))
		require.Equal(t, first, show())
		row := activity(t, s, answer)
		require.Equal(t, "invoice.updated", row["activity_type"])
		require.Equal(t, []string{"metadata"}, keys(object(t, row, "activity_object_changes")))

		member(t, put(fmt.Sprintf(`[{"id":%q,"key":"a","value":"3"},{"id":%q,"key":"c","value":"4"}]`, idOf(t, first[0]), missingID)), "invoice")
		second := show()
		require.Equal(t, first[0]["lago_id"], second[0]["lago_id"])
		require.Equal(t, []any{"a", "c"}, pluck(second, "key"))
		require.Equal(t, []any{"3", "4"}, pluck(second, "value"))

		member(t, s.Put("/invoices/"+id, `{"invoice":{"metadata":null,"payment_status":"failed"}}`), "invoice")
		require.Equal(t, second, show(), "null leaves it alone")
		member(t, put(`[]`), "invoice")
		require.Empty(t, show())
	})
}

// TestInvoices_RefuseChangesInOrder takes what is wrong away, one after the other.
func TestInvoices_RefuseChangesInOrder(t *testing.T) {
	t.Parallel()
	pair := func(key, value string) string { return fmt.Sprintf(`{"key":%q,"value":%q}`, key, value) }
	six := strings.Repeat(pair("", "")+",", 5) + pair("", "")
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		of := func(status store.InvoiceStatus) string {
			return "/invoices/" + issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) {
				row.Status, row.Metadata = status, []store.InvoiceMetadata{{Key: "taken", Value: "v"}}
			})
		}
		voided, draft, final := of(store.InvoiceVoided), of(store.InvoiceDraft), of(store.InvoiceFinalized)
		body := func(status, pairs string) string {
			return `{"invoice":{"payment_status":` + status + `,"metadata":[` + pairs + `]}}`
		}
		requireNoParameter(t, "invoice", s.Put(voided, `{}`))
		requireNoParameter(t, "invoice", s.Put("/invoices/"+missingID, `{"payment_status":"failed"}`))
		requireNotAllowed(t, "update_on_voided_invoice", s.Put(voided, body(`"x"`, six)))
		requireNotAllowed(t, "metadata_on_draft_invoice", s.Put(draft, body(`"x"`, ``)))
		requireNotAllowed(t, "payment_status_update_on_draft_invoice", s.Put(draft, `{"invoice":{"payment_status":"failed"}}`))
		require.Equal(t, "draft", member(t, s.Put(draft, `{"invoice":{"payment_status":"pending"}}`), "invoice")["status"])
		for _, status := range []string{`"x"`, `null`, `""`, `7`, `["pending"]`, `{}`, `"refunded"`} {
			requireDetails(t, `{"payment_status":["value_is_invalid"]}`, s.Put(draft, `{"invoice":{"payment_status":`+status+`}}`))
			requireDetails(t, `{"payment_status":["value_is_invalid"]}`, s.Put(final, body(status, six)))
		}
		requireDetails(t, `{"metadata":["invalid_count"]}`, s.Put(final, body(`"failed"`, six)))
		for pairs, details := range map[string]string{
			`{}`:                        `{"key":["value_is_mandatory"],"value":["value_is_mandatory"]}`,
			`{"key":null,"value":null}`: `{"key":["value_is_mandatory"],"value":["value_is_mandatory"]}`,
			pair(strings.Repeat("k", 21), strings.Repeat("v", 141)): `{"key":["value_is_too_long"],"value":["value_is_too_long"]}`,
			pair("taken", "v"):                    `{"key":["value_already_exist"]}`,
			pair("a", "v") + "," + pair("a", "v"): `{"key":["value_already_exist"]}`,
			pair("a", "v") + "," + pair("b", ""):  `{"value":["value_is_mandatory"]}`,
		} {
			requireDetails(t, details, s.Put(final, body(`"failed"`, pairs)))
		}
		unchanged := member(t, s.Get(final), "invoice")
		require.Equal(t, "pending", unchanged["payment_status"])
		require.Equal(t, []any{"taken"}, pluck(objects(t, unchanged, "metadata"), "key"))
		longest := pair(strings.Repeat("k", 20), strings.Repeat("v", 140))
		require.Len(t, member(t, s.Put(final, body(`"failed"`, longest)), "invoice")["metadata"], 1)
	})
}

func TestInvoices_LoseDisputes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		of := func(status store.InvoiceStatus) string {
			return "/invoices/" + issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Status, row.PaymentOverdue = status, true })
		}
		for _, status := range []store.InvoiceStatus{store.InvoiceFinalized, store.InvoiceVoided} {
			path := of(status)
			answer := s.Post(path+"/lose_dispute", "")
			lost := member(t, answer, "invoice")
			require.Equal(t, "2026-01-15T10:30:00Z", lost["payment_dispute_lost_at"])
			require.Equal(t, false, lost["payment_overdue"])
			require.Equal(t, "invoice.payment_dispute_lost", activity(t, s, answer)["activity_type"])
		}
		path := of(store.InvoiceFinalized)
		member(t, s.Post(path+"/lose_dispute", ""), "invoice")
		s.Travel(t, servertest.Epoch.Add(time.Hour))
		again := s.Post(path+"/lose_dispute", "")
		require.Equal(t, "2026-01-15T10:30:00Z", member(t, again, "invoice")["payment_dispute_lost_at"])
		require.Equal(t, "2026-01-15T10:30:00Z", member(t, again, "invoice")["updated_at"])
		require.Empty(t, activities(t, s, again), "it is no news")
		for _, status := range []store.InvoiceStatus{store.InvoiceDraft, store.InvoiceFailed, store.InvoicePending} {
			requireNotAllowed(t, "not_disputable", s.Post(of(status)+"/lose_dispute", ""))
		}
	})
}

func TestInvoices_AreRetriedOnceTheyFailed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		for _, status := range store.VisibleInvoiceStatuses() {
			path := "/invoices/" + issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Status = status })
			answer := s.Post(path+"/retry", "")
			if status != store.InvoiceFailed {
				requireNotAllowed(t, "invalid_status", answer)
				continue
			}
			require.Equal(t, "pending", member(t, answer, "invoice")["status"])
			require.Equal(t, "pending", member(t, s.Get(path), "invoice")["status"])
			require.Equal(t, "invoice.retried", activity(t, s, answer)["activity_type"])
		}
	})
}

// TestInvoices_HaveNoProviderToPayThem where the customer is linked to none.
func TestInvoices_HaveNoProviderToPayThem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		of := func(status store.InvoiceStatus, payment store.PaymentStatus) string {
			return "/invoices/" + issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Status, row.PaymentStatus = status, payment })
		}
		refused := []string{
			of(store.InvoiceDraft, store.PaymentPending), of(store.InvoiceVoided, store.PaymentFailed), of(store.InvoiceFinalized, store.PaymentSucceeded),
		}
		taken := []string{
			of(store.InvoiceFinalized, store.PaymentPending), of(store.InvoiceFinalized, store.PaymentFailed),
			of(store.InvoiceFailed, store.PaymentPending), of(store.InvoicePending, store.PaymentPending),
		}
		for _, path := range refused {
			requireNotAllowed(t, "invalid_status", s.Post(path+"/retry_payment", ""))
		}
		for _, path := range taken {
			for _, body := range []string{``, `{}`, `{"payment_method":null}`, `{"payment_method":{"payment_method_type":"barter","payment_method_id":7}}`} {
				require.Empty(t, s.Post(path+"/retry_payment", body).Status(t, 200).Body)
			}
		}
		for _, path := range append(refused, taken...) {
			requireDetails(t, `{"base":["no_linked_payment_provider"]}`, s.Post(path+"/payment_url", ""))
		}
	})
}
