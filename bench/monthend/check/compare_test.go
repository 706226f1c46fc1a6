package check

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	requestID = "0198c0de-0000-7000-8000-000000000001"
	invoiceID = "invoice-1"
)

// shownStory is a story of one customer that uses and pays, and the view that shows exactly
// that.
func shownStory(t *testing.T) (*Ledger, *View) {
	t.Helper()
	ledger := sold(&Plan{Code: "p", Amount: 1000, Taxes: []string{"vat"}, Charges: []Charge{{Metric: "m", Model: "standard", Amount: "1"}}})
	ledger.Settings.Prefix = "MON"
	ledger.Requests = []Request{{ID: requestID, Method: "POST", Path: "/customers", Answer: "abc"}, {Method: "POST", Path: "/payments"}}
	actions := []Dated{
		subscribed(t, "2024-02-01T10:00:00Z", "p", false),
		{at(t, "2024-02-03T10:00:00Z"), Action{Do: Watch, Customer: "c1", Subscription: "c1-0", Thresholds: []string{"100"}}},
		{at(t, "2024-02-03T10:00:00Z"), Action{Do: Use, Customer: "c1", Subscription: "c1-0", Events: []Event{{Transaction: "t1", Code: "m", Timestamp: at(t, "2024-02-03T09:00:00Z")}}}},
		{at(t, "2024-03-02T10:00:00Z"), Action{Do: Pay, Customer: "c1", Invoice: 1, Amount: 1320}},
	}
	b := story(t, ledger, Customer{}, "2024-03-08T00:00:00Z", actions...)
	require.Len(t, b.invoices, 1)
	return ledger, viewOf(t)
}

// viewOf is what is shown of the story, written by hand.
func viewOf(t *testing.T) *View {
	t.Helper()
	var view View
	require.NoError(t, json.Unmarshal([]byte(`{
		"customers": [{"lago_id": "customer-1", "external_id": "c1", "sequential_id": 1}],
		"subscriptions": [{"lago_id": "subscription-1", "external_id": "c1-0", "external_customer_id": "c1", "plan_code": "p", "status": "active", "started_at": "2024-02-01T10:00:00Z"}],
		"events": [{"transaction_id": "t1"}],
		"payments": [{"external_customer_id": "c1", "invoice_ids": ["invoice-1"], "amount_cents": 1320, "payment_status": "succeeded", "type": "manual"}],
		"invoices": [{
			"lago_id": "invoice-1", "sequential_id": 1, "number": "MON-001-001", "invoice_type": "subscription", "status": "finalized", "payment_status": "succeeded",
			"payment_overdue": false, "issuing_date": "2024-03-01", "payment_due_date": "2024-03-01", "currency": "EUR", "fees_amount_cents": 1100, "taxes_amount_cents": 220,
			"sub_total_excluding_taxes_amount_cents": 1100, "sub_total_including_taxes_amount_cents": 1320, "total_amount_cents": 1320, "total_paid_amount_cents": 1320,
			"created_at": "2024-03-01T00:10:00Z", "customer": {"external_id": "c1"},
			"billing_periods": [{"external_subscription_id": "c1-0", "invoicing_reason": "subscription_periodic",
				"subscription_from_datetime": "2024-02-01T00:00:00Z", "subscription_to_datetime": "2024-02-29T23:59:59Z",
				"charges_from_datetime": "2024-02-01T10:00:00Z", "charges_to_datetime": "2024-02-29T23:59:59Z"}],
			"fees": [
				{"external_subscription_id": "c1-0", "amount_cents": 1000, "taxes_amount_cents": 200, "precise_amount": "10.0", "units": "1.0", "events_count": null, "item": {"type": "subscription", "code": "p"}},
				{"external_subscription_id": "c1-0", "amount_cents": 100, "taxes_amount_cents": 20, "precise_amount": "1.0", "units": "1.0", "events_count": 1, "item": {"type": "charge", "code": "m"}}],
			"applied_taxes": [{"tax_code": "vat", "amount_cents": 220, "fees_amount_cents": 1100}]}],
		"activities": [
			{"activity_id": "1", "activity_type": "customer.created", "resource_id": "customer-1"}, {"activity_id": "2", "activity_type": "subscription.started", "resource_id": "subscription-1"},
			{"activity_id": "3", "activity_type": "invoice.created", "resource_id": "invoice-1"}, {"activity_id": "4", "activity_type": "payment.recorded", "resource_id": "invoice-1"},
			{"activity_id": "5", "activity_type": "invoice.payment_status_updated", "resource_id": "invoice-1"}, {"activity_id": "6", "activity_type": "invoice.payment_overdue", "resource_id": "invoice-1"}],
		"api_logs": [{"request_id": "`+requestID+`", "http_method": "post", "http_status": 200, "request_path": "/customers", "request_response": "abc"},
			{"request_id": "another", "http_method": "post", "http_status": 200, "request_path": "/payments"}],
		"requests": [{"id": "`+spell(requestID)+`", "method": "POST", "path": "/api/v1/customers", "status_code": 200}, {"id": "another", "method": "POST", "path": "/api/v1/payments", "status_code": 200}]}`), &view))
	view.Received = map[string]Receipt{}
	for n, kind := range []string{"customer.created customer-1", "subscription.started subscription-1", "invoice.created invoice-1", "invoice.payment_status_updated invoice-1", "invoice.payment_overdue invoice-1", "alert.triggered "} {
		var w WebhookView
		w.Type, w.Object.ID, _ = strings.Cut(kind, " ")
		w.Digest, w.Deliveries = "d", []DeliveryView{{Key: fmt.Sprint("key ", n)}}
		if w.Type == "alert.triggered" {
			w.Told = &ToldView{Subscription: "c1-0"}
			require.NoError(t, json.Unmarshal([]byte(`[{"value": "100.0"}]`), &w.Told.Crossed))
		}
		view.Inbox = append(view.Inbox, w)
		view.Received[w.Deliveries[0].Key] = Receipt{Digest: "d", Times: 1}
	}
	return &view
}

// What is shown as it should be differs in nothing, and whatever is changed is noticed.
func TestCompare_NoticesWhateverDiffers(t *testing.T) {
	t.Parallel()
	ledger, view := shownStory(t)
	faults, err := Compare(ledger, view)
	require.NoError(t, err)
	require.Empty(t, faults)
	for name, change := range map[string]func(v *View){
		"a cent":                     func(v *View) { v.Invoices[0].Total++ },
		"a cent of a fee":            func(v *View) { v.Invoices[0].Lines[1].Amount++ },
		"a cent of a tax":            func(v *View) { v.Invoices[0].TaxLines[0].Amount-- },
		"a period":                   func(v *View) { v.Invoices[0].Periods[0].To = "2024-02-29T00:00:00Z" },
		"a number":                   func(v *View) { v.Invoices[0].Number = "MON-001-002" },
		"an invoice that is missing": func(v *View) { v.Invoices = nil },
		"an invoice twice":           func(v *View) { v.Invoices = append(v.Invoices, v.Invoices[0]) },
		"a status":                   func(v *View) { v.Invoices[0].Payment = "pending" },
		"an overdue invoice":         func(v *View) { v.Invoices[0].Overdue = true },
		"a payment":                  func(v *View) { v.Payments[0].Amount-- },
		"a payment by the provider":  func(v *View) { v.Payments[0].Type = "provider" },
		"a wallet":                   func(v *View) { v.Wallets = []WalletView{{Owner: "c1"}} },
		"a coupon":                   func(v *View) { v.Coupons = []CouponView{{Owner: "c1"}} },
		"a credit note":              func(v *View) { v.Notes = []NoteView{{Number: "MON-001-001-CN001"}} },
		"a subscription":             func(v *View) { v.Subscriptions[0].Status = "terminated" },
		"a customer's number":        func(v *View) { v.Customers[0].Sequential = 2 },
		"an event twice":             func(v *View) { v.Events = append(v.Events, v.Events[0]) },
		"an event that is lost":      func(v *View) { v.Events = nil },
		"an event of nobody":         func(v *View) { v.Events = append(v.Events, EventView{Transaction: "t2"}) },
		"an activity twice": func(v *View) {
			v.Activities = append(v.Activities, ActivityView{ID: "7", Type: "invoice.created", Resource: invoiceID})
		},
		"an activity that is lost":   func(v *View) { v.Activities = v.Activities[1:] },
		"an API log that is lost":    func(v *View) { v.APILogs = v.APILogs[1:] },
		"an API log of nobody":       func(v *View) { v.APILogs[1].Path = "/plans" },
		"another answer":             func(v *View) { v.APILogs[0].Answer = "abd" },
		"a request log":              func(v *View) { v.Requests = v.Requests[:1] },
		"a webhook that is lost":     func(v *View) { delete(v.Received, "key 1") },
		"a webhook of other bytes":   func(v *View) { v.Received["key 1"] = Receipt{Digest: "e", Times: 1} },
		"a webhook that changed":     func(v *View) { v.Received["key 1"] = Receipt{Digest: "d", Times: 2, Differs: true} },
		"a webhook of nobody":        func(v *View) { v.Received["key 9"] = Receipt{Digest: "d", Times: 1} },
		"a webhook of nothing":       func(v *View) { v.Inbox[2].Object.ID = "invoice-2" },
		"a webhook that is not kept": func(v *View) { v.Inbox = v.Inbox[1:] },
		"an alert":                   func(v *View) { v.Inbox[5].Told.Crossed[0].Value = "200.0" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := viewOf(t)
			change(changed)
			faults, err := Compare(ledger, changed)
			require.NoError(t, err)
			assert.NotEmpty(t, faults)
		})
	}
}

func TestReadLedger_SortsByCustomers(t *testing.T) {
	t.Parallel()
	ledger, err := ReadLedger(strings.NewReader(`{"at":"2024-02-01T00:00:00Z","tax":{"code":"vat","rate":"20","default":true}}
{"at":"2024-02-01T00:00:00Z","customer":{"id":"c1","zone":"UTC","currency":"EUR"}}
{"at":"2024-02-02T00:00:00Z","action":{"do":"apply","customer":"c1","coupon":"x"}}
{"at":"2024-02-03T00:00:00Z","settings":{"prefix":"MON","end":"2024-02-03T00:00:00Z"}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"vat"}, ledger.Defaults)
	assert.Equal(t, at(t, "2024-02-02T00:00:00Z"), ledger.Actions["c1"][0].At)
	_, err = ReadLedger(strings.NewReader(`{"at":`))
	require.Error(t, err)
}

func TestDigest_IsThatOfTheValue(t *testing.T) {
	t.Parallel()
	assert.Equal(t, Digest([]byte(`{"a": "<", "b": 1.10}`)), Digest([]byte(`{"b":1.10,"a":"\u003c"}`)))
	assert.NotEqual(t, Digest([]byte(`{"a":1}`)), Digest([]byte(`{"a":2}`)))
	assert.Empty(t, Digest([]byte(`{"a`)))
}
