package server_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// addWholeFee adds a fee of usage that has something of everything and is on no
// invoice, with another one that raises it.
func addWholeFee(t *testing.T, s *servertest.Server) (id string) {
	t.Helper()
	upsert(t, s, `{"external_id":"c1"}`)
	addPlan(t, s, "basic")
	subscribe(t, s, "basic", "sub", "")
	var raised uuid.UUID
	id = addFee(t, s, "c1", func(tx *store.Tx, row *store.Fee) {
		subscription, err := tx.Subscription("sub", store.SubscriptionActive)
		require.NoError(t, err)
		from, to, text := servertest.Epoch, servertest.Epoch.AddDate(0, 1, 0), "eu"
		title, filter, description, transaction, events := "Title", "EU", "D", "t-1", int64(3)
		aggregated := decimal.RequireFromString("2.5")
		row.SubscriptionID, row.From, row.To = &subscription.ID, &from, &to
		row.InvoiceDisplayName, row.FilterDisplayName, row.ItemDescription = &title, &filter, &description
		row.PayInAdvance, row.EventTransactionID, row.EventsCount, row.TotalAggregatedUnits = true, &transaction, &events, &aggregated
		row.Filters, row.GroupedBy = map[string][]string{"region": {"eu"}}, map[string]*string{"cloud": &text, "zone": nil}
		row.AmountDetails = json.RawMessage(`{"rate":"1.0"}`)
		row.PresentationBreakdowns = json.RawMessage(`[{"presentation_by":{"team":"a"},"units":"2.0"}]`)
		row.PreciseAmountCents = decimal.RequireFromString("1000.4")
		row.TaxesAmountCents, row.TaxesPreciseAmountCents, row.TaxesRate = 200, decimal.RequireFromString("200.08"), decimal.NewFromInt(20)
		row.PreciseCouponsAmountCents = decimal.RequireFromString("0.5")
		row.AppliedTaxes = []store.FeeTax{{
			ID: store.NewID(), TaxID: store.NewID(), TaxCode: "vat", TaxName: "VAT", TaxRate: decimal.NewFromInt(20), AmountCents: 200, AmountCurrency: "EUR",
		}}
		raised = row.ID
	})
	addFee(t, s, "c1", func(_ *store.Tx, row *store.Fee) { row.TrueUpParentFeeID = &raised })
	return id
}

func TestFees_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		id := addWholeFee(t, s)
		shown := member(t, s.Get("/fees/"+id), "fee")
		listed := entries(t, s.Get("/fees"), "fees")
		require.Equal(t, shown, listed[0])
		require.Equal(t, id, shown["lago_id"])
		raise := listed[1]
		require.Equal(t, raise["lago_id"], shown["lago_true_up_fee_id"])
		require.Equal(t, id, raise["lago_true_up_parent_fee_id"])
		requireJSON(t, `{"tax_code":"vat","tax_name":"VAT","tax_rate":20,"tax_description":null,"amount_cents":200,"amount_currency":"EUR",
			"created_at":"2026-01-15T10:30:00Z","lago_fee_id":"`+id+`"}`, without(t, objects(t, shown, "applied_taxes")[0], "lago_tax_id"))
		item := object(t, shown, "item")
		require.NoError(t, uuid.Validate(item["lago_item_id"].(string)))
		delete(item, "lago_item_id")
		requireJSON(t, `{"type":"charge","code":"item","name":"Item","description":"D","invoice_display_name":"Title",
			"filters":{"region":["eu"]},"filter_invoice_display_name":"EU","item_type":"BillableMetric","grouped_by":{"cloud":"eu"}}`, item)
		rest := without(t, shown, "lago_true_up_fee_id", "applied_taxes", "item", "lago_subscription_id", "lago_customer_id")
		require.Equal(t, "c1", rest["external_customer_id"])
		for name, value := range rest {
			if value == nil {
				delete(rest, name)
			}
		}
		requireJSON(t, `{"external_customer_id":"c1","external_subscription_id":"sub","amount_cents":1000,"amount_currency":"EUR",
			"amount_details":{"rate":"1.0"},"created_at":"2026-01-15T10:30:00Z","event_transaction_id":"t-1","events_count":3,
			"from_date":"2026-01-15T10:30:00+00:00","to_date":"2026-02-15T10:30:00+00:00","invoiceable":true,"pay_in_advance":true,
			"payment_status":"pending","precise_amount":"10.004","precise_coupons_amount_cents":"0.5","precise_total_amount":"12.0048",
			"precise_unit_amount":"5.0","presentation_breakdowns":[{"presentation_by":{"team":"a"},"units":"2.0"}],"self_billed":false,
			"sub_total_excluding_taxes_amount_cents":1000,"sub_total_excluding_taxes_precise_amount_cents":"999.9","taxes_amount_cents":200,
			"taxes_precise_amount":"2.0008","taxes_rate":20,"total_aggregated_units":"2.5","total_amount_cents":1200,
			"total_amount_currency":"EUR","units":"2.0"}`, rest)
	})
}

// TestFees_WithoutASubscription name no customer, and those for no time no dates.
func TestFees_WithoutASubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		items := map[store.FeeType]string{
			store.FeeAddOn: "AddOn", store.FeeFixedCharge: "AddOn", store.FeeCredit: "WalletTransaction",
			store.FeeSubscription: "Subscription", store.FeeCommitment: "Subscription",
		}
		for kind, item := range items {
			fee := member(t, s.Get("/fees/"+addFee(t, s, "ada", func(_ *store.Tx, row *store.Fee) { row.FeeType = kind })), "fee")
			require.Equal(t, item, object(t, fee, "item")["item_type"])
			require.Equal(t, "Item", object(t, fee, "item")["invoice_display_name"])
			require.Equal(t, map[string]any{}, object(t, fee, "item")["grouped_by"])
			require.Nil(t, fee["external_customer_id"])
			require.Nil(t, fee["lago_customer_id"])
			require.Equal(t, "2.0", fee["total_aggregated_units"])
			require.Empty(t, fee["presentation_breakdowns"])
			for _, name := range []string{"from_date", "to_date", "event_transaction_id"} {
				require.NotContains(t, fee, name)
			}
		}
	})
}

// addFees adds fees, whose events the tests go by.
func addFees(t *testing.T, s *servertest.Server) {
	t.Helper()
	metric := addMetric(s, "calls", `"aggregation_type":"count_agg"`)
	upsert(t, s, `{"external_id":"c1"}`)
	upsert(t, s, `{"external_id":"ada"}`)
	member(t, s.Post("/plans", `{"plan":{"name":"P","code":"basic","interval":"monthly","amount_cents":0,"amount_currency":"USD","pay_in_advance":false,
		"charges":[{"billable_metric_id":"`+idOf(t, member(t, metric, "billable_metric"))+`","charge_model":"standard","properties":{"amount":"1"}}]}}`), "plan")
	subscribe(t, s, "basic", "sub", "")
	add := func(customer, event string, change func(tx *store.Tx, row *store.Fee)) {
		addFee(t, s, customer, func(tx *store.Tx, row *store.Fee) {
			row.EventTransactionID, row.PayInAdvance = &event, true
			change(tx, row)
		})
	}
	day := func(days int) *time.Time { at := servertest.Epoch.AddDate(0, 0, days); return &at }
	add("c1", "usage", func(tx *store.Tx, row *store.Fee) {
		subscription, err := tx.Subscription("sub", store.SubscriptionActive)
		require.NoError(t, err)
		row.SubscriptionID, row.ChargeID, row.CreatedAt = &subscription.ID, &subscription.Plan.Charges[0].ID, *day(3)
		row.AmountCurrency, row.PaymentStatus, row.SucceededAt = "USD", store.PaymentSucceeded, day(4)
	})
	add("c1", "failed", func(_ *store.Tx, row *store.Fee) {
		row.CreatedAt, row.PaymentStatus, row.FailedAt = *day(2), store.PaymentFailed, day(5)
	})
	add("ada", "refunded", func(_ *store.Tx, row *store.Fee) {
		row.CreatedAt, row.PaymentStatus, row.RefundedAt = *day(1), store.PaymentRefunded, day(6)
	})
	issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) {
		row.Status, row.SelfBilled = store.InvoiceOpen, true
		event, fee := "unseen", feeOf(row.CustomerID, store.FeeCharge)
		fee.EventTransactionID, fee.PayInAdvance, fee.CreatedAt = &event, true, *day(4)
		row.Fees = []store.Fee{fee}
	})
	member(t, s.Delete("/customers/ada"), "customer")
	member(t, s.Delete("/billable_metrics/calls"), "billable_metric")
}

func TestFees_AreFiltered(t *testing.T) {
	t.Parallel()
	const all = "refunded failed usage unseen"
	cases := map[string]struct{ query, want string }{
		"none":                        {``, all},
		"a customer":                  {`external_customer_id=c1`, `failed usage`},
		"a deleted customer":          {`external_customer_id=ada`, `refunded unseen`},
		"an unknown customer":         {`external_customer_id=eva`, ``},
		"a subscription":              {`external_subscription_id=sub`, `usage`},
		"a currency":                  {`currency=usd`, `usage`},
		"another type":                {`fee_type=credit`, ``},
		"a type":                      {`fee_type=charge`, all},
		"a metric that is deleted":    {`billable_metric_code=calls`, `usage`},
		"a payment status":            {`payment_status=failed`, `failed`},
		"an event":                    {`event_transaction_id=usage`, `usage`},
		"created":                     {`created_at_from=2026-01-17T10:30:00Z&created_at_to=2026-01-18T10:30:00Z`, `failed usage`},
		"created before":              {`created_at_to=2026-01-16`, ``},
		"succeeded":                   {`succeeded_at_from=2026-01-19&succeeded_at_to=2026-01-19T10:30:00Z`, `usage`},
		"failed":                      {`failed_at_from=2026-01-20T10:30:00Z`, `failed`},
		"failed later":                {`failed_at_from=2026-01-20T10:30:01Z`, ``},
		"failed before":               {`failed_at_to=2026-01-20T10:30:00Z`, `failed`},
		"refunded":                    {`refunded_at_from=2026-01-21&refunded_at_to=2026-01-22`, `refunded`},
		"refunded later":              {`refunded_at_from=2026-01-22`, ``},
		"filters that are empty":      {`external_customer_id=&fee_type=&payment_status=&currency=&created_at_from=&billable_metric_code=`, all},
		"filters combine":             {`external_customer_id=c1&payment_status=failed&fee_type=charge&currency=EUR`, `failed`},
		"of two values the last one":  {`payment_status=failed&payment_status=succeeded`, `usage`},
		"unknown parameters":          {`foo=bar`, all},
		"events of no transaction id": {`event_transaction_id=none`, ``},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addFees(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				want := []any{}
				for event := range strings.FieldsSeq(c.want) {
					want = append(want, event)
				}
				require.Equal(t, want, pluck(entries(t, s.Get("/fees?"+c.query), "fees"), "event_transaction_id"))
			})
		}
		require.Equal(t, []any{false, false, false, true}, pluck(entries(t, s.Get("/fees"), "fees"), "self_billed"))
		page := s.Get("/fees?per_page=3&page=2")
		require.Equal(t, []any{"unseen"}, pluck(entries(t, page, "fees"), "event_transaction_id"))
		require.Equal(t, meta(2, nil, 1, 2, 4), page.JSON(t)["meta"])
	})
}

func TestFees_RefuseUnknownFilterValues(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ query, details string }{
		"a type":                {`fee_type=gift`, `{"fee_type":["value_is_invalid"]}`},
		"a payment status":      {`payment_status=lost`, `{"payment_status":["value_is_invalid"]}`},
		"a currency":            {`currency=XXX`, `{"currency":["value_is_invalid"]}`},
		"several words":         {`fee_type=gift&currency=XXX`, `{"fee_type":["value_is_invalid"],"currency":["value_is_invalid"]}`},
		"instants":              {`created_at_from=soon&refunded_at_to=2026-02-30`, `{"created_at_from":["invalid_date"],"refunded_at_to":["invalid_date"]}`},
		"words before instants": {`created_at_from=soon&fee_type=gift`, `{"fee_type":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Get("/fees?"+c.query)) })
		}
	})
}

func TestFees_TakeAPaymentStatus(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		id := addFee(t, s, "ada", nil)
		set := func(status string) *servertest.Response {
			return s.Put("/fees/"+id, `{"fee":{"payment_status":`+status+`}}`)
		}
		times := func(fee map[string]any) [3]any {
			return [3]any{fee["succeeded_at"], fee["failed_at"], fee["refunded_at"]}
		}
		for i, status := range []string{"succeeded", "failed", "refunded", "pending"} {
			s.Travel(t, servertest.Epoch.Add(time.Duration(i+1)*time.Hour))
			var want [3]any
			if i < len(want) {
				want[i] = servertest.Epoch.Add(time.Duration(i+1) * time.Hour).Format(time.RFC3339)
			}
			answer := set(`"` + status + `"`)
			fee := member(t, answer, "fee")
			require.Equal(t, status, fee["payment_status"])
			require.Equal(t, want, times(fee))
			require.Contains(t, fee, "applied_taxes")
			require.Equal(t, fee, member(t, s.Get("/fees/"+id), "fee"))
			require.Equal(t, "fee.updated", activity(t, s, answer)["activity_type"])
		}
		for _, status := range []string{`"lost"`, `null`, `""`, `7`} {
			requireDetails(t, `{"payment_status":["value_is_invalid"]}`, set(status))
		}
		requireNoParameter(t, "fee", s.Put("/fees/"+id, `{}`))
		untouched := s.Put("/fees/"+id, `{"fee":{"amount_cents":1}}`)
		require.Equal(t, "pending", member(t, untouched, "fee")["payment_status"])
		require.Empty(t, activities(t, s, untouched))
	})
}

// TestFees_OfInvoicesStay as they are; those of others and none are not found.
func TestFees_OfInvoicesStay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"ada"}`)
		_, other := s.NewOrganization(t, "Other")
		invoice := issue(t, s, "ada", func(_ *store.Tx, row *store.Invoice) { row.Fees = []store.Fee{feeOf(row.CustomerID, store.FeeAddOn)} })
		invoiced := idOf(t, entries(t, s.Get("/fees"), "fees")[0])
		require.Equal(t, invoice, member(t, s.Get("/fees/"+invoiced), "fee")["lago_invoice_id"])
		requireNotAllowed(t, "invoiced_fee", s.Put("/fees/"+invoiced, `{"fee":{"payment_status":"lost"}}`))
		requireNotAllowed(t, "invoiced_fee", s.Delete("/fees/"+invoiced))
		member(t, s.Put("/fees/"+invoiced, `{"fee":{"units":1}}`), "fee")

		free := addFee(t, s, "ada", func(_ *store.Tx, row *store.Fee) {
			row.AppliedTaxes = []store.FeeTax{{ID: store.NewID(), TaxID: store.NewID(), TaxCode: "vat", TaxName: "VAT", AmountCurrency: "EUR"}}
		})
		for _, id := range []string{missingID, "x"} {
			requireNotFound(t, "fee", s.Get("/fees/"+id))
			requireNotFound(t, "fee", s.Put("/fees/"+id, `{"fee":{"payment_status":"lost"}}`))
			requireNotFound(t, "fee", s.Delete("/fees/"+id))
		}
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			body := ""
			if method == "PUT" {
				body = `{"fee":{"payment_status":"failed"}}`
			}
			requireNotFound(t, "fee", s.DoAs(other, method, "/fees/"+free, body))
		}
		require.Empty(t, entries(t, s.DoAs(other, "GET", "/fees", ""), "fees"))

		deleted := s.Delete("/fees/" + free)
		require.NotContains(t, member(t, deleted, "fee"), "applied_taxes")
		require.Equal(t, "fee.deleted", activity(t, s, deleted)["activity_type"])
		requireNotFound(t, "fee", s.Get("/fees/"+free))
		requireNotFound(t, "fee", s.Delete("/fees/"+free))
		require.Len(t, entries(t, s.Get("/fees"), "fees"), 1)
	})
}
