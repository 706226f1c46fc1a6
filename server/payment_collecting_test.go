package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// payer is a customer who pays through Stripe with one payment method.
func payer(t *testing.T, s *servertest.Server, customer, outcomes string) (method string) {
	t.Helper()
	upsert(t, s, fmt.Sprintf(`{"external_id":%q,"currency":"EUR"}`, customer))
	link(t, s, customer, "")
	return card(t, s, customer, outcomes)
}

// bill makes an invoice of 1000 cents for a customer. More are members of the body.
func bill(t *testing.T, s *servertest.Server, customer, more string) string {
	t.Helper()
	if s.Get("/add_ons/due").Code == http.StatusNotFound {
		newAddOn(t, s, "due", "")
	}
	return idOf(t, member(t, s.Post("/invoices", fmt.Sprintf(
		`{"invoice":{"external_customer_id":%q,"currency":"EUR","fees":[{"add_on_code":"due","unit_amount_cents":1000}]%s}}`, customer, more)), "invoice"))
}

// paid is what an invoice says of its payment.
func paid(t *testing.T, s *servertest.Server, invoice string) []any {
	t.Helper()
	row := member(t, s.Get("/invoices/"+invoice), "invoice")
	return []any{row["payment_status"], cents(t, row["total_paid_amount_cents"])}
}

// cents is a whole number of an answer.
func cents(t *testing.T, number any) int64 {
	t.Helper()
	value, err := number.(interface{ Int64() (int64, error) }).Int64()
	require.NoError(t, err)
	return value
}

// collected are the payments of an invoice, newest first.
func collected(t *testing.T, s *servertest.Server, invoice string) []map[string]any {
	t.Helper()
	return entries(t, s.Get("/payments?invoice_id="+invoice), "payments")
}

// activitiesOf are the activities of something, newest first.
func activitiesOf(t *testing.T, s *servertest.Server, id string) []any {
	t.Helper()
	return pluck(entries(t, s.Get("/activity_logs?resource_ids[]="+id), "activity_logs"), "activity_type")
}

// paymentsOf is where administration has the payments of the first organization.
func paymentsOf(s *servertest.Server) string {
	return organizations + "/" + s.Organization.ID.String() + "/payments"
}

// settled says through the administration what has become of a payment.
func settled(s *servertest.Server, payment, body string) *servertest.Response {
	return s.Admin(http.MethodPut, paymentsOf(s)+"/"+payment, body)
}

func TestCollecting_TakesWhatIsDue(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		method := payer(t, s, "c", `{"result":"succeed"}`)
		invoice := bill(t, s, "c", "")
		require.Equal(t, []any{"succeeded", int64(1000)}, paid(t, s, invoice))
		payments := collected(t, s, invoice)
		require.Len(t, payments, 1)
		requireMembers(t, `{"amount_cents":1000,"amount_currency":"EUR","status":"succeeded","payment_status":"succeeded","type":"provider","payable_type":"Invoice",
			"payment_provider_code":"stripe","payment_provider_type":"stripe","provider_customer_id":"cus_1","payment_method_id":"`+method+`"}`, payments[0])
		require.Regexp(t, `^charge_[0-9a-f]{32}$`, payments[0]["provider_payment_id"])
		require.ElementsMatch(t, []any{"invoice.one_off_created", "payment.succeeded", "invoice.payment_status_updated"}, activitiesOf(t, s, invoice))
		requireNotAllowed(t, "invalid_status", s.Post("/invoices/"+invoice+"/retry_payment", ""))
	})
}

func TestCollecting_FailsAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"decline","code":"insufficient_funds","message":"No money."},{"result":"decline"},{"result":"succeed"}`)
		invoice := bill(t, s, "c", "")
		require.Equal(t, []any{"failed", int64(0)}, paid(t, s, invoice))
		require.ElementsMatch(t, []any{"invoice.one_off_created", "invoice.payment_failure"}, activitiesOf(t, s, invoice))
		for _, left := range []string{"failed", "succeeded"} {
			require.Empty(t, s.Post("/invoices/"+invoice+"/retry_payment", "").Status(t, http.StatusOK).Body)
			require.Equal(t, left, paid(t, s, invoice)[0])
		}
		require.ElementsMatch(t, []any{"succeeded", "failed", "failed"}, pluck(collected(t, s, invoice), "payment_status"))
		shown := entries(t, s.Admin(http.MethodGet, paymentsOf(s)+"?per_page=10", ""), "payments")
		require.ElementsMatch(t, []any{nil, "insufficient_funds", "card_declined"}, pluck(shown, "error_code"))
		requirePages(t, func(path string) *servertest.Response { return s.Admin(http.MethodGet, path, "") }, paymentsOf(s), "payments")
	})
}

// What a provider has in hand is under way until somebody says what has become of it.
func TestCollecting_WaitsForItsProvider(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"pending"},{"result":"requires_action"},{"result":"pending"}`)
		for _, want := range []struct{ word, settlement, status, again string }{
			{"processing", `{"payment":{"status":"succeeded"}}`, "succeeded", "invalid_status"},
			{"requires_action", `{"payment":{"status":"failed","code":"expired_card","message":"Too old."}}`, "failed", ""},
		} {
			invoice := bill(t, s, "c", "")
			require.Equal(t, "pending", paid(t, s, invoice)[0])
			payment := collected(t, s, invoice)[0]
			requireMembers(t, `{"payment_status":"processing","status":"`+want.word+`"}`, payment)
			require.Equal(t, want.word == "requires_action", len(payment["next_action"].(map[string]any)) > 0)
			require.Equal(t, want.word == "requires_action", slices.Contains(activitiesOf(t, s, invoice), any("payment.requires_action")))
			requireNotAllowed(t, "payment_processor_is_currently_handling_payment", s.Post("/invoices/"+invoice+"/retry_payment", ""))
			id := idOf(t, payment)
			answer := settled(s, id, want.settlement).Status(t, http.StatusOK).JSON(t)["payment"].(map[string]any)
			requireMembers(t, `{"payment_status":"`+want.status+`","status":"`+want.status+`","payable_id":"`+invoice+`","external_customer_id":"c"}`, answer)
			require.Equal(t, want.status, paid(t, s, invoice)[0])
			require.Empty(t, collected(t, s, invoice)[0]["next_action"])
			requireDetails(t, `{"payment":["not_under_way"]}`, settled(s, id, want.settlement))
			if want.again == "" {
				s.Post("/invoices/"+invoice+"/retry_payment", "").Status(t, http.StatusOK)
				require.Len(t, collected(t, s, invoice), 2)
			}
		}
		requireNotFound(t, "payment", settled(s, nobody, `{"payment":{"status":"failed"}}`))
		requireNotFound(t, "organization", s.Admin(http.MethodGet, organizations+"/"+nobody+"/payments", ""))
		requireDetails(t, `{"status":["value_is_invalid"]}`, settled(s, nobody, `{"payment":{"status":"pending"}}`))
	})
}

// A provider that gives no answer is asked again, a few times.
func TestCollecting_AsksAgain(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, want := range map[string]struct{ outcomes, status string }{
			"in the end": {strings.Repeat(`{"result":"error"},`, 4) + `{"result":"succeed"}`, "succeeded"},
			"in vain":    {`{"result":"error"}`, "failed"},
		} {
			customer := strings.ReplaceAll(name, " ", "-")
			payer(t, s, customer, want.outcomes)
			invoice := bill(t, s, customer, "")
			require.Equal(t, want.status, paid(t, s, invoice)[0], name)
			require.Len(t, collected(t, s, invoice), 1, name)
			played := entries(t, s.Admin(http.MethodGet, methodsOf(s, customer), ""), "payment_methods")[0]["played"]
			require.Equal(t, int64(5), cents(t, played), name)
		}
		failed := entries(t, s.Admin(http.MethodGet, paymentsOf(s), ""), "payments")
		require.ElementsMatch(t, []any{nil, "provider_unavailable"}, pluck(failed, "error_code"))
	})
}

// Nothing is collected of who pays by hand, who has no means, or where it is not wanted.
func TestCollecting_IsLeftAlone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		untouched := func(customer, more string) {
			t.Helper()
			invoice := bill(t, s, customer, more)
			require.Equal(t, []any{"pending", int64(0)}, paid(t, s, invoice))
			require.Empty(t, collected(t, s, invoice))
		}
		upsert(t, s, `{"external_id":"bare","currency":"EUR"}`)
		untouched("bare", "")
		link(t, s, "bare", "")
		untouched("bare", "")
		unasked := bill(t, s, "bare", "")
		s.Post("/invoices/"+unasked+"/retry_payment", "").Status(t, http.StatusOK)
		require.ElementsMatch(t, []any{"invoice.one_off_created", "invoice.payment_failure"}, activitiesOf(t, s, unasked), "there is no payment method")

		first := payer(t, s, "c", ``)
		second := card(t, s, "c", `{"result":"decline"}`)
		untouched("c", `,"skip_psp":true`)
		untouched("c", `,"payment_method":{"payment_method_type":"manual"}`)
		byHand := bill(t, s, "c", `,"skip_psp":true`)
		s.Post("/invoices/"+byHand+"/retry_payment", `{"payment_method":{"payment_method_type":"manual"}}`).Status(t, http.StatusOK)
		require.Empty(t, collected(t, s, byHand))
		require.Equal(t, []any{"invoice.one_off_created"}, activitiesOf(t, s, byHand))

		require.Equal(t, "failed", paid(t, s, bill(t, s, "c", ""))[0], "by the default")
		named := bill(t, s, "c", `,"payment_method":{"payment_method_type":"provider","payment_method_id":"`+first+`"}`)
		require.Equal(t, "succeeded", paid(t, s, named)[0], "by the one that is named")
		s.Post("/invoices/"+byHand+"/retry_payment", `{"payment_method":{"payment_method_type":"provider","payment_method_id":"`+first+`"}}`).Status(t, http.StatusOK)
		require.Equal(t, "succeeded", paid(t, s, byHand)[0])
		member(t, s.Delete("/customers/c/payment_methods/"+second), "payment_method")
		untouched("c", "")
	})
}

// Subscriptions, wallets, their rules and transactions choose how they are paid.
func TestCollecting_ByChoice(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		good := payer(t, s, "c", ``)
		card(t, s, "c", `{"result":"decline"}`)
		createPlan(t, s, "advance", `,"pay_in_advance":true,"amount_cents":700,"amount_currency":"EUR"`)
		createPlan(t, s, "other", `,"pay_in_advance":true,"amount_cents":800,"amount_currency":"EUR"`)
		createPlan(t, s, "third", `,"pay_in_advance":true,"amount_cents":900,"amount_currency":"EUR"`)
		for plan, method := range map[string]string{
			"advance": `{"payment_method_type":"provider"}`, "third": `{"payment_method_type":"manual"}`,
			"other": `{"payment_method_type":"provider","payment_method_id":"` + good + `"}`,
		} {
			member(t, s.Post("/subscriptions", fmt.Sprintf(`{"subscription":{"external_customer_id":"c","plan_code":%q,"external_id":%q,"billing_time":"anniversary","payment_method":%s}}`,
				plan, plan, method)), "subscription")
		}
		became := map[int64]any{}
		for _, invoice := range entries(t, s.Get("/invoices"), "invoices") {
			became[cents(t, invoice["fees_amount_cents"])] = invoice["payment_status"]
		}
		require.Equal(t, map[int64]any{700: "failed", 800: "succeeded", 900: "pending"}, became)

		wallet := idOf(t, member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"c","currency":"EUR","rate_amount":"1",
			"payment_method":{"payment_method_type":"provider","payment_method_id":"`+good+`"}}}`), "wallet"))
		buy := func(more string) any {
			t.Helper()
			bought := entries(t, s.Post("/wallet_transactions", `{"wallet_transaction":{"wallet_id":"`+wallet+`","paid_credits":"5"`+more+`}}`), "wallet_transactions")
			return member(t, s.Get("/wallet_transactions/"+idOf(t, bought[0])), "wallet_transaction")["status"]
		}
		require.Equal(t, "settled", buy(""), "as the wallet says")
		require.Equal(t, "pending", buy(`,"payment_method":{"payment_method_type":"manual"}`), "as the transaction says")
		require.Equal(t, "settled", buy(`,"invoice_requires_successful_payment":true`))
		s.Put("/wallets/"+wallet, `{"wallet":{"payment_method":{"payment_method_type":"provider","payment_method_id":null}}}`).Status(t, http.StatusOK)
		require.Equal(t, "failed", buy(`,"invoice_requires_successful_payment":true`), "by the default")
		activities := pluck(entries(t, s.Get("/activity_logs?resource_ids[]="+wallet), "activity_logs"), "activity_type")
		require.Contains(t, activities, "wallet_transaction.payment_failure")
		hidden := entries(t, s.Admin(http.MethodGet, paymentsOf(s), ""), "payments")
		require.Equal(t, len(hidden)-1, len(entries(t, s.Get("/payments"), "payments")), "nobody sees the payment of what waits for it")
	})
}

// A refund goes back the way on which the payment came.
func TestCollecting_GivesRefundsBack(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"succeed"},{"result":"succeed"},{"result":"decline","code":"expired"},{"result":"pending"},{"result":"error"}`)
		invoice := bill(t, s, "c", "")
		fee := idOf(t, objects(t, member(t, s.Get("/invoices/"+invoice), "invoice"), "fees")[0])
		refund := func(want any) string {
			t.Helper()
			note := idOf(t, member(t, s.Post("/credit_notes", fmt.Sprintf(
				`{"credit_note":{"invoice_id":%q,"refund_amount_cents":100,"items":[{"fee_id":%q,"amount_cents":100}]}}`, invoice, fee)), "credit_note"))
			require.Equal(t, want, member(t, s.Get("/credit_notes/"+note), "credit_note")["refund_status"])
			return note
		}
		require.ElementsMatch(t, []any{"credit_note.created", "credit_note.updated"}, activitiesOf(t, s, refund("succeeded")))
		require.ElementsMatch(t, []any{"credit_note.created", "credit_note.refund_failure"}, activitiesOf(t, s, refund("failed")))
		require.Equal(t, []any{"credit_note.created"}, activitiesOf(t, s, refund("pending")))
		require.ElementsMatch(t, []any{"credit_note.created", "credit_note.refund_failure"}, activitiesOf(t, s, refund("failed")), "no answer")

		byHand := bill(t, s, "c", `,"skip_psp":true`)
		s.Post("/payments", `{"payment":{"invoice_id":"`+byHand+`","amount_cents":1000,"reference":"cash"}}`).Status(t, http.StatusOK)
		invoice, fee = byHand, idOf(t, objects(t, member(t, s.Get("/invoices/"+byHand), "invoice"), "fees")[0])
		require.Equal(t, []any{"credit_note.created"}, activitiesOf(t, s, refund("pending")), "it was paid by hand")
	})
}

// Each kind of provider has words of its own.
func TestCollecting_InTheWordsOfTheProvider(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for kind, words := range map[string][]any{
			"adyen": {"Authorised", "Refused", "Received"}, "gocardless": {"paid_out", "failed", "pending_submission"},
			"cashfree": {"PAID", "CANCELLED", "ACTIVE"}, "flutterwave": {"successful", "failed", "pending"},
			"moneyhash": {"PROCESSED", "FAILED", "PENDING"}, "stripe": {"succeeded", "failed", "processing"},
		} {
			connect(t, s, `{"type":"`+kind+`"}`)
			upsert(t, s, fmt.Sprintf(`{"external_id":%q,"currency":"EUR","billing_configuration":{"payment_provider":%q,"sync_with_provider":true}}`, kind, kind))
			card(t, s, kind, `{"result":"succeed"},{"result":"decline"},{"result":"pending"}`)
			for _, word := range words {
				payment := collected(t, s, bill(t, s, kind, ""))[0]
				require.Equal(t, []any{word, kind}, []any{payment["status"], payment["payment_provider_type"]})
			}
		}
	})
}

// What was sold before the provider was disconnected is still paid.
func TestCollecting_EndsWithoutItsProvider(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"pending"}`)
		invoice := bill(t, s, "c", "")
		payment := idOf(t, collected(t, s, invoice)[0])
		s.Admin(http.MethodDelete, providers(s)+"/stripe", "").Status(t, http.StatusOK)
		settled(s, payment, `{"payment":{"status":"succeeded"}}`).Status(t, http.StatusOK)
		require.Equal(t, []any{"succeeded", int64(1000)}, paid(t, s, invoice))
		_, other := s.NewOrganization(t, "Globex")
		requireNotFound(t, "payment", s.DoAs(other, http.MethodGet, "/payments/"+payment, ""))
		withinOrganization(t, s, func(tx *store.Tx) error {
			charge, err := tx.SimulatedCharge(payment)
			require.Equal(t, []any{"charge", "pending", int64(1000)}, []any{charge.Kind, charge.Result, charge.AmountCents})
			return err
		})
	})
}

// A top-up that is final fails with its invoice, and comes after all when that is
// collected.
func TestCollecting_OfTopUps(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"decline"},{"result":"succeed"}`)
		wallet := idOf(t, member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"c","currency":"EUR","rate_amount":"1","paid_credits":"5"}}`), "wallet"))
		bought := entries(t, s.Get("/wallets/"+wallet+"/wallet_transactions"), "wallet_transactions")[0]
		requireMembers(t, `{"status":"failed","failed_at":"2026-01-15T10:30:00Z","settled_at":null}`, bought)
		invoice := textOf(t, bought, "lago_invoice_id")
		all := pluck(entries(t, s.Get("/activity_logs?activity_types[]=wallet_transaction.payment_failure&activity_types[]=invoice.payment_failure"), "activity_logs"), "activity_type")
		require.Equal(t, []any{"invoice.payment_failure", "wallet_transaction.payment_failure"}, all, "newest first")
		s.Post("/invoices/"+invoice+"/retry_payment", "").Status(t, http.StatusOK)
		bought = entries(t, s.Get("/wallets/"+wallet+"/wallet_transactions"), "wallet_transactions")[0]
		requireMembers(t, `{"status":"settled","failed_at":"2026-01-15T10:30:00Z","settled_at":"2026-01-15T10:30:00Z"}`, bought)
		require.Equal(t, int64(500), cents(t, member(t, s.Get("/wallets/"+wallet), "wallet")["balance_cents"]))
	})
}

// Of many who try again at once, one collects; the others hear that somebody does.
func TestCollecting_OnceAtATime(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		payer(t, s, "c", `{"result":"pending"}`)
		invoice := bill(t, s, "c", `,"skip_psp":true`)
		const callers = 6
		answers := make([]int, callers)
		var calling sync.WaitGroup
		for i := range callers {
			calling.Go(func() { answers[i] = s.Post("/invoices/"+invoice+"/retry_payment", "").Code })
		}
		calling.Wait()
		slices.Sort(answers)
		require.Equal(t, []int{200, 405, 405, 405, 405, 405}, answers)
		require.Len(t, collected(t, s, invoice), 1)
	})
}
