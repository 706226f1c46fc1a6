package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/openapi"
	"tarn/openapi/openapitest"
	"tarn/server/servertest"
)

// amountInput is a request that says an amount: AMOUNT in the body.
type amountInput struct {
	// do is the method and the path; ORG in it stands for the organization.
	do, body string
	// field is the one that is refused.
	field string
}

// Bodies that several operations take.
const (
	chargeOfAmount  = `{"charge":{"billable_metric_id":"METRIC","code":"more","charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":AMOUNT}}`
	walletOfLeast   = `{"wallet":{"external_customer_id":"acme","rate_amount":"1","currency":"EUR","paid_top_up_min_amount_cents":AMOUNT}}`
	walletOfMost    = `{"wallet":{"external_customer_id":"acme","rate_amount":"1","currency":"EUR","paid_top_up_max_amount_cents":AMOUNT}}`
	newSubscription = `{"subscription":{"external_customer_id":"acme","plan_code":"pro","external_id":"own",`
	ofFixedCoupon   = `"coupon_type":"fixed_amount","amount_currency":"EUR","frequency":"once","expiration":"no_expiration","amount_cents":AMOUNT}}`
	ofCampaign      = `"name":"N","max_attempts":1,"days_between_attempts":1,"thresholds":[{"currency":"EUR","amount_cents":1},{"currency":"EUR","amount_cents":AMOUNT}]}}`
)

// amountInputs are the members of the contracts in which clients say whole amounts in
// minor units, and a request with each of them.
var amountInputs = map[string]amountInput{
	"createAddOn add_on.amount_cents": {"POST /add_ons", `{"add_on":{"name":"A","code":"a","amount_currency":"EUR","amount_cents":AMOUNT}}`, "amount_cents"},
	"updateAddOn add_on.amount_cents": {"PUT /add_ons/setup", `{"add_on":{"amount_cents":AMOUNT}}`, "amount_cents"},

	"createCoupon coupon.amount_cents":        {"POST /coupons", `{"coupon":{"name":"C","code":"c",` + ofFixedCoupon, "amount_cents"},
	"updateCoupon coupon.amount_cents":        {"PUT /coupons/five", `{"coupon":{"amount_cents":AMOUNT}}`, "amount_cents"},
	"applyCoupon applied_coupon.amount_cents": {"POST /applied_coupons", `{"applied_coupon":{"external_customer_id":"acme","coupon_code":"five","amount_cents":AMOUNT}}`, "amount_cents"},
	"invoicePreview coupons[].amount_cents": {
		"POST /invoices/preview",
		`{"plan_code":"pro","customer":{"external_id":"acme"},"coupons":[{"code":"x","coupon_type":"fixed_amount","amount_currency":"EUR","amount_cents":AMOUNT}]}`,
		"coupons.0.amount_cents",
	},

	"createInvoice invoice.fees[].unit_amount_cents": {
		"POST /invoices", `{"invoice":{"external_customer_id":"acme","currency":"EUR","fees":[{"add_on_code":"setup","units":"0.0001","unit_amount_cents":AMOUNT}]}}`,
		"unit_amount_cents",
	},
	"createPayment payment.amount_cents": {"POST /payments", `{"payment":{"invoice_id":"INVOICE","reference":"r","amount_cents":AMOUNT}}`, "amount_cents"},
	"createCreditNote credit_note.credit_amount_cents": {
		"POST /credit_notes", `{"credit_note":{"invoice_id":"INVOICE","credit_amount_cents":AMOUNT,"items":[]}}`, "credit_amount_cents",
	},
	"createCreditNote credit_note.refund_amount_cents": {
		"POST /credit_notes", `{"credit_note":{"invoice_id":"INVOICE","refund_amount_cents":AMOUNT,"items":[]}}`, "refund_amount_cents",
	},
	"createCreditNote credit_note.offset_amount_cents": {
		"POST /credit_notes", `{"credit_note":{"invoice_id":"INVOICE","offset_amount_cents":AMOUNT,"items":[]}}`, "offset_amount_cents",
	},

	"createWallet wallet.paid_top_up_min_amount_cents":         {"POST /wallets", walletOfLeast, "paid_top_up_min_amount_cents"},
	"createWallet wallet.paid_top_up_max_amount_cents":         {"POST /wallets", walletOfMost, "paid_top_up_max_amount_cents"},
	"updateWallet wallet.paid_top_up_min_amount_cents":         {"PUT /wallets/WALLET", `{"wallet":{"paid_top_up_min_amount_cents":AMOUNT}}`, "paid_top_up_min_amount_cents"},
	"updateWallet wallet.paid_top_up_max_amount_cents":         {"PUT /wallets/WALLET", `{"wallet":{"paid_top_up_max_amount_cents":AMOUNT}}`, "paid_top_up_max_amount_cents"},
	"createCustomerWallet wallet.paid_top_up_min_amount_cents": {"POST /customers/acme/wallets", walletOfLeast, "paid_top_up_min_amount_cents"},
	"createCustomerWallet wallet.paid_top_up_max_amount_cents": {"POST /customers/acme/wallets", walletOfMost, "paid_top_up_max_amount_cents"},
	"updateCustomerWallet wallet.paid_top_up_min_amount_cents": {"PUT /customers/acme/wallets/prepaid", `{"wallet":{"paid_top_up_min_amount_cents":AMOUNT}}`, "paid_top_up_min_amount_cents"},
	"updateCustomerWallet wallet.paid_top_up_max_amount_cents": {"PUT /customers/acme/wallets/prepaid", `{"wallet":{"paid_top_up_max_amount_cents":AMOUNT}}`, "paid_top_up_max_amount_cents"},

	"createDunningCampaign dunning_campaign.thresholds[].amount_cents": {
		"POST /admin/organizations/ORG/dunning_campaigns", `{"dunning_campaign":{"code":"firm",` + ofCampaign, "thresholds.1.amount_cents",
	},
	"updateDunningCampaign dunning_campaign.thresholds[].amount_cents": {
		"PUT /admin/organizations/ORG/dunning_campaigns/gentle", `{"dunning_campaign":{"code":"gentle",` + ofCampaign, "thresholds.1.amount_cents",
	},

	"updateSubscriptionLifetimeUsage lifetime_usage.external_historical_usage_amount_cents": {
		"PUT /subscriptions/acme-pro/lifetime_usage", `{"lifetime_usage":{"external_historical_usage_amount_cents":AMOUNT}}`, "historical_usage_amount_cents",
	},
}

// planAmountInputs are the amounts of plans, and of what subscriptions override of them.
var planAmountInputs = map[string]amountInput{
	"createPlan plan.amount_cents": {"POST /plans", `{"plan":{"name":"N","code":"n","interval":"monthly","amount_currency":"EUR","pay_in_advance":false,"amount_cents":AMOUNT}}`, "amount_cents"},
	"createPlan plan.charges[].min_amount_cents": {
		"POST /plans", `{"plan":{"name":"N","code":"n","interval":"monthly","amount_currency":"EUR","pay_in_advance":false,"amount_cents":1,"charges":[
			{"billable_metric_id":"METRIC","charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":AMOUNT}]}}`, "min_amount_cents",
	},
	"createPlan plan.minimum_commitment.amount_cents": {
		"POST /plans", `{"plan":{"name":"N","code":"n","interval":"monthly","amount_currency":"EUR","pay_in_advance":false,"amount_cents":1,"minimum_commitment":{"amount_cents":AMOUNT}}}`,
		"amount_cents",
	},
	"createPlan plan.usage_thresholds[].amount_cents": {
		"POST /plans", `{"plan":{"name":"N","code":"n","interval":"monthly","amount_currency":"EUR","pay_in_advance":false,"amount_cents":1,"usage_thresholds":[{"amount_cents":AMOUNT}]}}`,
		"amount_cents",
	},
	"updatePlan plan.amount_cents": {"PUT /plans/pro", `{"plan":{"amount_cents":AMOUNT}}`, "amount_cents"},
	"updatePlan plan.charges[].min_amount_cents": {
		"PUT /plans/spare", `{"plan":{"charges":[{"id":"SPARE","billable_metric_id":"METRIC","charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":AMOUNT}]}}`, "min_amount_cents",
	},
	"updatePlan plan.minimum_commitment.amount_cents": {"PUT /plans/pro", `{"plan":{"minimum_commitment":{"amount_cents":AMOUNT}}}`, "amount_cents"},
	"updatePlan plan.usage_thresholds[].amount_cents": {"PUT /plans/pro", `{"plan":{"usage_thresholds":[{"amount_cents":AMOUNT}]}}`, "amount_cents"},
	"createPlanCharge charge.min_amount_cents":        {"POST /plans/pro/charges", chargeOfAmount, "min_amount_cents"},
	"updatePlanCharge charge.min_amount_cents":        {"PUT /plans/spare/charges/storage", `{"charge":{"charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":AMOUNT}}`, "min_amount_cents"},

	"createSubscription subscription.plan_overrides.amount_cents": {"POST /subscriptions", newSubscription + `"plan_overrides":{"amount_cents":AMOUNT}}}`, "plan_overrides.amount_cents"},
	"createSubscription subscription.plan_overrides.charges[].min_amount_cents": {
		"POST /subscriptions", newSubscription + `"plan_overrides":{"charges":[{"id":"CHARGE","min_amount_cents":AMOUNT}]}}}`, "min_amount_cents",
	},
	"createSubscription subscription.plan_overrides.minimum_commitment.amount_cents": {
		"POST /subscriptions", newSubscription + `"plan_overrides":{"minimum_commitment":{"amount_cents":AMOUNT}}}}`, "amount_cents",
	},
	"createSubscription subscription.plan_overrides.usage_thresholds[].amount_cents": {
		"POST /subscriptions", newSubscription + `"plan_overrides":{"usage_thresholds":[{"amount_cents":AMOUNT}]}}}`, "amount_cents",
	},
	"createSubscription subscription.usage_thresholds[].amount_cents": {"POST /subscriptions", newSubscription + `"usage_thresholds":[{"amount_cents":AMOUNT}]}}`, "amount_cents"},
	"updateSubscription subscription.plan_overrides.amount_cents":     {"PUT /subscriptions/acme-pro", `{"subscription":{"plan_overrides":{"amount_cents":AMOUNT}}}`, "plan_overrides.amount_cents"},
	"updateSubscription subscription.plan_overrides.charges[].min_amount_cents": {
		"PUT /subscriptions/acme-pro", `{"subscription":{"plan_overrides":{"charges":[{"id":"CHARGE","min_amount_cents":AMOUNT}]}}}`, "min_amount_cents",
	},
	"updateSubscription subscription.plan_overrides.minimum_commitment.amount_cents": {
		"PUT /subscriptions/acme-pro", `{"subscription":{"plan_overrides":{"minimum_commitment":{"amount_cents":AMOUNT}}}}`, "amount_cents",
	},
	"updateSubscription subscription.plan_overrides.usage_thresholds[].amount_cents": {
		"PUT /subscriptions/acme-pro", `{"subscription":{"plan_overrides":{"usage_thresholds":[{"amount_cents":AMOUNT}]}}}`, "amount_cents",
	},
	"updateSubscription subscription.usage_thresholds[].amount_cents": {"PUT /subscriptions/acme-pro", `{"subscription":{"usage_thresholds":[{"amount_cents":AMOUNT}]}}`, "amount_cents"},
	"overrideSubscriptionCharge charge.min_amount_cents":              {"PUT /subscriptions/acme-pro/charges/storage", `{"charge":{"min_amount_cents":AMOUNT}}`, "min_amount_cents"},
}

// otherAmountInputs are judged by another rule, which is tested where it belongs.
var otherAmountInputs = map[string]string{
	"createSubscription authorization.amount_cents":                           "whoever asks for one is refused",
	"createCreditNote credit_note.items[].amount_cents":                       "a decimal, and at most what is left of a fee",
	"estimateCreditNote credit_note.items[].amount_cents":                     "a decimal, and at most what is left of a fee",
	"createEvent event.precise_total_amount_cents":                            "a decimal without a bound; what is billed of it has one",
	"createBatchEvents events[].precise_total_amount_cents":                   "a decimal without a bound; what is billed of it has one",
	"eventEstimateFees event.precise_total_amount_cents":                      "a decimal without a bound; what is estimated of it has one",
	"eventEstimateInstantFees event.precise_total_amount_cents":               "no estimate looks at it",
	"eventBatchEstimateInstantFees events[].precise_total_amount_cents":       "no estimate looks at it",
	"eventBatchEstimateInstantFees events[].event.precise_total_amount_cents": "no estimate looks at it",
}

// TestAmountInputs_AreKnown holds the tables against the contracts, so that nobody forgets
// the bound of a new amount.
func TestAmountInputs_AreKnown(t *testing.T) {
	t.Parallel()
	var said []string
	for _, load := range []func() (*openapi3.T, error){openapi.Lago, openapi.RequestLogs, openapi.Admin} {
		doc, err := load()
		require.NoError(t, err)
		for _, input := range openapitest.Inputs(doc) {
			if strings.HasSuffix(input.Name, "_cents") {
				said = append(said, input.String())
			}
		}
	}
	known := slices.Concat(slices.Collect(maps.Keys(amountInputs)), slices.Collect(maps.Keys(planAmountInputs)), slices.Collect(maps.Keys(otherAmountInputs)))
	require.ElementsMatch(t, said, known)
}

// TestAmountInputs_HaveAnEnd sends more than an amount can be wherever clients say one.
func TestAmountInputs_HaveAnEnd(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		fill := sellSomething(t, s)
		for _, table := range []map[string]amountInput{amountInputs, planAmountInputs} {
			for name, input := range table {
				method, path, _ := strings.Cut(fill.Replace(input.do), " ")
				for _, amount := range []string{"100000000000000001", "9223372036854775807"} {
					send := s.Do
					if strings.HasPrefix(path, "/admin") {
						send = s.Admin
					}
					answer := send(method, path, strings.ReplaceAll(fill.Replace(input.body), "AMOUNT", amount))
					if assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, "%s: %s", name, answer.Body) {
						assert.Equal(t, []any{"value_is_out_of_range"}, answer.Details(t)[input.field], "%s: %s", name, answer.Body)
					}
				}
			}
		}
	})
}

// sellSomething makes what the requests of the tables are about. The replacer puts
// identifiers into them.
func sellSomething(t *testing.T, s *servertest.Server) *strings.Replacer {
	t.Helper()
	upsert(t, s, `{"external_id":"acme","currency":"EUR"}`)
	newAddOn(t, s, "setup", "")
	s.Post("/coupons", `{"coupon":{"name":"Five","code":"five",`+strings.Replace(ofFixedCoupon, "AMOUNT", "500", 1)).Status(t, http.StatusOK)
	metric := idOf(t, newMetric(t, s, "storage", ""))
	charges := map[string]string{}
	for _, code := range []string{"pro", "spare"} { // the charges of a plan that is used keep their least amounts
		plan := member(t, s.Post("/plans", fmt.Sprintf(`{"plan":{"name":"P","code":%q,"interval":"monthly","amount_cents":100,"amount_currency":"EUR","pay_in_advance":false,
			"charges":[{"billable_metric_id":%q,"code":"storage","charge_model":"standard","properties":{"amount":"1"}}]}}`, code, metric)), "plan")
		charges[code] = idOf(t, objects(t, plan, "charges")[0])
	}
	s.Post("/subscriptions", `{"subscription":{"external_customer_id":"acme","plan_code":"pro","external_id":"acme-pro"}}`).Status(t, http.StatusOK)
	wallet := member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"acme","code":"prepaid","name":"W","rate_amount":"1","currency":"EUR"}}`), "wallet")
	addCampaign(t, s, "gentle", "")
	return strings.NewReplacer(
		"METRIC", metric, "CHARGE", charges["pro"], "SPARE", charges["spare"], "WALLET", idOf(t, wallet), "INVOICE", owe(t, s, "acme", 0, 100).id,
		"ORG", s.Organization.ID.String(),
	)
}
