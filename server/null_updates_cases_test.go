package server_test

import (
	"net/http"
	"strings"
	"testing"

	"tarn/server/servertest"
	"tarn/store"
)

// nullUpdate is a full update of one object: where to and with what.
type nullUpdate struct {
	path, body string
	// read is the path that shows the object; without one, the answer does. It
	// shows the members whose path begins with from below to, and single ones
	// elsewhere.
	read, from, to string
	at             map[string]string
	// otherwise is what becomes of members that are no rule's example.
	otherwise map[string]nullOutcome
}

// nullOutcome is what null does to a member: it is refused with a status and a
// code, keeps what it was, or becomes something else.
type nullOutcome struct {
	status int
	code   string
	kept   bool
	value  any
}

func (o nullOutcome) wanted(before any) any {
	if o.kept {
		return before
	}
	return o.value
}

// kept is for members that null leaves alone.
var kept = nullOutcome{kept: true}

// anew is for members that get another value that nobody can foretell.
var anew = nullOutcome{value: "*"}

// becomes is for members whose default the contract does not tell.
func becomes(value any) nullOutcome { return nullOutcome{value: value} }

// refusedAs is for members that need a value.
func refusedAs(code string) nullOutcome {
	return nullOutcome{status: http.StatusUnprocessableEntity, code: code}
}

// notFoundAs is for members that name what must be there.
func notFoundAs(code string) nullOutcome { return nullOutcome{status: http.StatusNotFound, code: code} }

// filled puts the identifiers of the objects into an update.
func (u nullUpdate) filled(names map[string]string) nullUpdate {
	for name, id := range names {
		u.path, u.body, u.read = strings.ReplaceAll(u.path, "<"+name+">", id), strings.ReplaceAll(u.body, "<"+name+">", id), strings.ReplaceAll(u.read, "<"+name+">", id)
	}
	return u
}

// nullWorld makes what the updates are about, and returns the identifiers of what
// they name.
func nullWorld(t *testing.T, s *servertest.Server) map[string]string {
	t.Helper()
	names := map[string]string{}
	newTax(t, s, "vat")
	addSection(t, s, "terms", "")
	names["metric"] = idOf(t, newMetric(t, s, "storage", `,"recurring":true,"filters":[{"key":"region","values":["eu","us"]}]`))
	names["addOn"] = idOf(t, newAddOn(t, s, "seats", ""))
	s.Post("/billable_metrics", `{"billable_metric":{"name":"F","code":"free","aggregation_type":"weighted_sum_agg","field_name":"x","weighted_interval":"seconds","recurring":true}}`).Status(t, http.StatusOK)
	for _, code := range []string{"fixed", "percent"} {
		s.Post("/coupons", `{"coupon":{"name":"C","code":"`+code+`","coupon_type":"fixed_amount","amount_cents":5,"amount_currency":"EUR","frequency":"once","expiration":"no_expiration"}}`).Status(t, http.StatusOK)
	}
	s.Post("/features", `{"feature":{"code":"bare"}}`).Status(t, http.StatusOK)
	s.Post("/features", `{"feature":{"code":"f","privileges":[{"code":"seats","value_type":"integer"}]}}`).Status(t, http.StatusOK)
	addBillingEntity(t, s, "second", "UTC")
	names["second"] = idOf(t, member(t, s.Get("/billing_entities/second"), "billing_entity"))
	const parts = `,"charges":[{"billable_metric_id":"<metric>","code":"storage","charge_model":"standard","properties":{"amount":"1"},"filters":[{"values":{"region":["eu"]},"properties":{"amount":"2"}}]}],
		"fixed_charges":[{"add_on_id":"<addOn>","code":"seats","charge_model":"standard","properties":{"amount":"3"},"units":2,"pay_in_advance":true,"prorated":true}]`
	for _, code := range []string{"free", "parts", "sold"} {
		plan := createPlan(t, s, code, nullUpdate{body: parts}.filled(names).body)
		names[code+".charge"] = idOf(t, objects(t, plan, "charges")[0])
		names[code+".fixed"] = idOf(t, objects(t, plan, "fixed_charges")[0])
		filters := entries(t, s.Get("/plans/"+code+"/charges/storage/filters"), "filters")
		names[code+".filter"] = idOf(t, filters[0])
	}
	s.Post("/plans/free/entitlements", `{"entitlements":{"f":{}}}`).Status(t, http.StatusOK)
	s.Put("/plans/sold", `{"plan":{"pay_in_advance":true}}`).Status(t, http.StatusOK)
	for _, id := range []string{"plain", "overridden", "filtered"} {
		subscribe(t, s, "sold", id, "")
	}
	subscribe(t, s, "sold", "later", `,"subscription_at":"2028-01-01T00:00:00Z"`)
	filter := s.Post("/subscriptions/filtered/charges/storage/filters", `{"filter":{"values":{"region":["us"]},"properties":{"amount":"2"}}}`)
	names["theirs.filter"] = idOf(t, member(t, filter, "filter"))
	s.Post("/subscriptions/plain/alerts", `{"alert":{"code":"m","alert_type":"billable_metric_current_usage_amount","billable_metric_code":"storage","thresholds":[{"value":1}]}}`).Status(t, http.StatusOK)
	s.Post("/subscriptions/plain/alerts", `{"alert":{"code":"a","alert_type":"current_usage_amount","thresholds":[{"value":1}]}}`).Status(t, http.StatusOK)
	s.Post("/customers/c1/wallets", `{"wallet":{"name":"W","code":"watched","currency":"EUR","rate_amount":"1"}}`).Status(t, http.StatusOK)
	s.Post("/customers/c1/wallets/watched/alerts", `{"alert":{"code":"a","alert_type":"wallet_balance_amount","thresholds":[{"value":1}]}}`).Status(t, http.StatusOK)
	names["endpoint"] = idOf(t, member(t, s.Post("/webhook_endpoints", `{"webhook_endpoint":{"webhook_url":"https://hooks.acme.invalid"}}`), "webhook_endpoint"))
	customer := upsert(t, s, `{"external_id":"whole","metadata":[{"key":"k","value":"v"}]}`)
	names["metadata"] = objects(t, customer, "metadata")[0]["lago_id"].(string)
	names["method"] = newPaymentMethod(t, s, "c1", byDefault(true))
	connect(t, s, `{"type":"stripe"}`)
	wallet := member(t, s.Post("/wallets", `{"wallet":{"external_customer_id":"c1","code":"w","currency":"EUR","rate_amount":"1","metadata":{"k":"v"}}}`), "wallet")
	names["wallet"] = idOf(t, wallet)
	names["fee"] = addFee(t, s, "c1", nil)
	names["invoice"] = issue(t, s, "c1", func(_ *store.Tx, row *store.Invoice) { row.Metadata = []store.InvoiceMetadata{{Key: "k", Value: "v"}} })
	names["note"] = idOf(t, owe(t, s, "credited", 0, 100).credit(t, s, `,"credit_amount_cents":10`, 10))
	names["pair"] = idOf(t, objects(t, member(t, s.Get("/invoices/"+names["invoice"]), "invoice"), "metadata")[0])
	return names
}

// Parts of bodies that more than one update sends.
const (
	fullAddress = `"address_line1":"1 Main St","address_line2":"2nd floor","city":"Paris","state":"IDF","zipcode":"75001","country":"FR"`
	fullEntity  = fullAddress + `,"legal_name":"L","legal_number":"1","email":"a@example.com","phone":"1","tax_identification_number":"FR123","document_number_prefix":"SEC","email_settings":["invoice.finalized"],
		"logo":"data:image/png;base64,iVBORw0KGgo=","tax_codes":["vat"],"invoice_custom_section_codes":["terms"],"billing_configuration":{"document_locale":"fr","invoice_footer":"Thanks"}`
	fullCharge = `"code":"storage","billable_metric_id":"<metric>","charge_model":"standard","properties":{"amount":"1"},"invoice_display_name":"Shown","accepts_target_wallet":true,"tax_codes":["vat"],
		"filters":[{"values":{"region":["eu"]},"invoice_display_name":"Europe","properties":{"amount":"2"}}],`
	arrearsCharge   = fullCharge + `"pay_in_advance":false,"invoiceable":true,"min_amount_cents":7`
	advanceCharge   = fullCharge + `"pay_in_advance":true,"invoiceable":true,"prorated":true`
	regroupedCharge = fullCharge + `"pay_in_advance":true,"invoiceable":false,"regroup_paid_fees":"invoice"`
	fullFixed       = `"code":"seats","add_on_id":"<addOn>","charge_model":"standard","properties":{"amount":"3"},"invoice_display_name":"Seats","pay_in_advance":true,"prorated":true,"units":2,"tax_codes":["vat"]`
)

// What null does to the parts of plans where it is not the rule's example.
var (
	// Lago: a filter needs properties, and what a model's properties lack is what
	// is wrong with them; a charge without properties has those of its model.
	chargeNulls = map[string]nullOutcome{
		"filters[].properties":  refusedAs("invalid_amount"),
		"properties":            becomes(map[string]any{"amount": "0"}),
		"billable_metric_id":    notFoundAs("billable_metric_not_found"),
		"min_amount_cents":      becomes(0.0),
		"pay_in_advance":        becomes(false),
		"prorated":              becomes(false),
		"accepts_target_wallet": becomes(false),
		"invoiceable":           becomes(true),
	}
	// regroupedNulls are those of charges whose fees are put together.
	regroupedNulls = map[string]nullOutcome{
		"pay_in_advance": refusedAs("must_be_true_unless_pay_in_advance"), "invoiceable": refusedAs("only_compatible_with_pay_in_advance_and_non_invoiceable"),
	}
	// Lago: the add-on of a fixed charge, when it is paid and whether in part never
	// change.
	fixedChargeNulls = map[string]nullOutcome{
		"properties": becomes(map[string]any{"amount": "0"}), "units": refusedAs("is not a number"),
		"add_on_id": kept, "add_on_code": kept, "pay_in_advance": kept, "prorated": kept,
	}
	// overrideNulls are those of the parts of a subscription's own plan, of which
	// what is not given stays as it is.
	overrideNulls = map[string]nullOutcome{
		"filters[].properties": refusedAs("invalid_amount"), "min_amount_cents": becomes(0.0), "accepts_target_wallet": becomes(false),
		"units": refusedAs("is not a number"), "charge_model": kept, // which an override never changes
	}
)

var (
	// ownCode is for what is named by its code alone.
	ownCode = map[string]nullOutcome{"code": refusedAs("value_is_mandatory")}
	// entityNulls are those of billing entities and of the organization: the
	// language is English, and the prefix is made up.
	entityNulls      = map[string]nullOutcome{"billing_configuration.document_locale": becomes("en"), "document_number_prefix": anew}
	entitlementNulls = map[string]nullOutcome{"entitlements.*.*": refusedAs("value_is_mandatory")}
	// commitmentNulls are those of commitments and thresholds.
	commitmentNulls = map[string]nullOutcome{"minimum_commitment.amount_cents": refusedAs("is not a number"), "usage_thresholds[].amount_cents": refusedAs("missing_amount_cents")}
)

// planNulls are those of a plan. In it, the code of a charge is made up where
// none is given, and one that exists keeps its own.
func planNulls() map[string]nullOutcome {
	return below("plan.", commitmentNulls, below("charges[].", chargeNulls, map[string]nullOutcome{"code": kept}),
		below("fixed_charges[].", fixedChargeNulls, map[string]nullOutcome{"code": kept}),
		map[string]nullOutcome{"bill_charges_monthly": becomes(false), "bill_fixed_charges_monthly": becomes(false)})
}

// below are outcomes of members that lie below another; each list may have more.
func below(path string, lists ...map[string]nullOutcome) map[string]nullOutcome {
	outcomes := map[string]nullOutcome{}
	for _, list := range lists {
		for member, outcome := range list {
			outcomes[path+member] = outcome
		}
	}
	return outcomes
}

// untried are members of which no update could show what null does.
var untried = map[string]string{
	"plan.charges[].applied_pricing_unit":                        "no pricing unit can be made",
	"charge.applied_pricing_unit":                                "no pricing unit can be made",
	"subscription.plan_overrides.charges[].applied_pricing_unit": "no pricing unit can be made",
	"plan.charges[].id":                                          "an entry without an identifier is another one",
	"plan.fixed_charges[].id":                                    "an entry without an identifier is another one",
	"customer.metadata[].display_in_invoice":                     "null is no member, and leaves it as it was",
	"customer.integration_customers":                             "no integration can be connected",
	"customer.integration_customers[].id":                        "no integration can be connected",
	"customer.integration_customers[].external_customer_id":      "no integration can be connected",
	"customer.integration_customers[].integration_code":          "no integration can be connected",
	"customer.integration_customers[].subsidiary_id":             "no integration can be connected",
	"customer.integration_customers[].sync_with_provider":        "no integration can be connected",
	"customer.billing_configuration.payment_provider_code":       "one that is linked has a code",
	"customer.billing_configuration.sync":                        "nobody sees it",
	"subscription.plan_overrides":                                "an answer shows the plan, not what was overridden",
	"subscription.plan_overrides.metadata":                       "the metadata of an override is ignored",
	"subscription.plan_overrides.metadata.*":                     "the metadata of an override is ignored",
}

// nullUpdates are the updates, by operation.
var nullUpdates = map[string][]nullUpdate{
	"updateTax":   {{path: "/taxes/vat", body: `{"tax":{"description":"Text"}}`}},
	"updateAddOn": {{path: "/add_ons/seats", body: `{"add_on":{"description":"Text","invoice_display_name":"Shown","tax_codes":["vat"]}}`}},
	"updateBillableMetric": {{
		path: "/billable_metrics/free", body: `{"billable_metric":{"name":"F","aggregation_type":"weighted_sum_agg","weighted_interval":"seconds","description":"Text","expression":"1 + 1","field_name":"gb",
		"filters":[{"key":"k","values":["v"]}],"rounding_function":"round","rounding_precision":2}}`,
		otherwise: map[string]nullOutcome{"billable_metric.field_name": refusedAs("value_is_mandatory"), "billable_metric.weighted_interval": refusedAs("value_is_invalid")},
	}},
	"updateCoupon": {
		{
			path: "/coupons/fixed", body: `{"coupon":{"description":"Text","expiration":"time_limit","expiration_at":"2030-01-01T00:00:00Z","coupon_type":"fixed_amount","amount_cents":7,"amount_currency":"EUR",
			"frequency":"recurring","frequency_duration":4,"applies_to":{"plan_codes":["sold"]}}}`,
			at: map[string]string{"coupon.applies_to": "coupon.plan_codes", "coupon.applies_to.plan_codes": "coupon.plan_codes"},
			otherwise: below("coupon.", map[string]nullOutcome{
				"amount_cents": refusedAs("value_is_mandatory"), "amount_currency": refusedAs("value_is_mandatory"),
				"frequency_duration": refusedAs("is not a number"),
			}),
		},
		{
			path: "/coupons/percent", body: `{"coupon":{"coupon_type":"percentage","amount_cents":7,"amount_currency":"EUR","percentage_rate":"3","frequency":"once","frequency_duration":4,"applies_to":{"billable_metric_codes":["storage"]}}}`,
			at:        map[string]string{"coupon.applies_to": "coupon.billable_metric_codes", "coupon.applies_to.billable_metric_codes": "coupon.billable_metric_codes"},
			otherwise: map[string]nullOutcome{"coupon.percentage_rate": refusedAs("value_is_mandatory")},
		},
	},
	"updateCreditNote":        {{path: "/credit_notes/<note>", body: `{"credit_note":{"refund_status":"failed","metadata":{"k":"v"}}}`}},
	"mergeCreditNoteMetadata": {{path: "/credit_notes/<note>/metadata", body: `{"metadata":{"k":"v"}}`}},
	"updateFee": {{
		path: "/fees/<fee>", body: `{"fee":{"payment_status":"failed"}}`, otherwise: map[string]nullOutcome{"fee.payment_status": refusedAs("value_is_invalid")},
	}},
	"updateInvoice": {{
		path: "/invoices/<invoice>", body: `{"invoice":{"payment_status":"failed","metadata":[{"id":"<pair>","key":"k","value":"v"}]}}`,
		otherwise: map[string]nullOutcome{
			"invoice.payment_status":   refusedAs("value_is_invalid"),
			"invoice.metadata[].key":   refusedAs("value_is_mandatory"),
			"invoice.metadata[].value": refusedAs("value_is_mandatory"),
		},
	}},
	"updateFeature": {{
		path: "/features/bare", body: `{"feature":{"name":"F","description":"Text","privileges":[{"code":"p","name":"P","value_type":"select","config":{"select_options":["a"]}}]}}`,
		// Lago: the type of a privilege that exists never changes.
		otherwise: map[string]nullOutcome{"feature.privileges[].code": refusedAs("value_is_mandatory"), "feature.privileges[].value_type": kept},
	}},
	"updateBillingEntity": {
		{
			path: "/billing_entities/second", body: `{"billing_entity":{` + fullEntity + `}}`, otherwise: below("billing_entity.", entityNulls),
			at: map[string]string{"billing_entity.logo": "billing_entity.logo_url", "billing_entity.invoice_custom_section_codes": "billing_entity.selected_invoice_custom_sections[].code"},
		},
		// Lago: the root may be left out.
		{
			path: "/billing_entities/second", body: `{` + fullEntity + `}`, otherwise: entityNulls,
			at: map[string]string{"logo": "logo_url", "tax_codes": "taxes[].code", "invoice_custom_section_codes": "selected_invoice_custom_sections[].code", "billing_configuration": "document_locale", "billing_configuration.document_locale": "document_locale", "billing_configuration.invoice_footer": "invoice_footer"},
		},
	},
	"updateOrganization": {{
		path: "/organizations", body: `{"organization":{` + fullAddress + `,"legal_name":"L","legal_number":"1","email":"a@example.com","tax_identification_number":"FR123","document_number_prefix":"ORG","slug":"org",
		"webhook_url":"https://hooks.acme.invalid/org","email_settings":["invoice.finalized"],"billing_configuration":{"document_locale":"fr","invoice_footer":"Thanks"}}}`,
		otherwise: below("organization.", entityNulls, map[string]nullOutcome{"slug": refusedAs("value_is_mandatory"), "webhook_url": refusedAs("url_is_invalid")}),
	}},
	"createCustomer": {
		{
			otherwise: map[string]nullOutcome{"customer.account_type": becomes("customer"), "customer.metadata[].id": refusedAs("value_already_exist"), "customer.billing_entity_code": becomes("acme"), "customer.finalize_zero_amount_invoice": becomes("inherit"), "customer.skip_invoice_custom_sections": becomes(false)},
			path:      "/customers", body: `{"customer":{"external_id":"whole",` + fullAddress + `,"shipping_address":{` + fullAddress + `},"account_type":"partner","billing_entity_code":"second","currency":"EUR","customer_type":"company",
			"email":"a@example.com","external_salesforce_id":"sf","finalize_zero_amount_invoice":"skip","firstname":"F","lastname":"L","legal_name":"L","legal_number":"1","logo_url":"https://example.com/l","name":"N","net_payment_term":30,"phone":"1",
			"skip_invoice_custom_sections":true,"tax_identification_number":"FR123","timezone":"Europe/Paris","url":"https://example.com","tax_codes":["vat"],"metadata":[{"id":"<metadata>","key":"k","value":"v"}],
			"billing_configuration":{"document_locale":"fr","invoice_grace_period":3,"subscription_invoice_issuing_date_adjustment":"keep_anchor","subscription_invoice_issuing_date_anchor":"current_period_end"}}}`,
		},
		{
			path: "/customers", at: map[string]string{"customer.invoice_custom_section_codes": "customer.applicable_invoice_custom_sections[].code"},
			body: `{"customer":{"external_id":"linked","invoice_custom_section_codes":["terms"],"billing_configuration":{"payment_provider":"stripe","provider_customer_id":"cus_1","sync_with_provider":false,"provider_payment_methods":["card"]}}}`,
		},
	},
	"updateWebhookEndpoint": {{
		path: "/webhook_endpoints/<endpoint>", body: `{"webhook_endpoint":{"webhook_url":"https://hooks.acme.invalid","name":"N","signature_algo":"hmac","event_types":["invoice.created"]}}`,
		// Lago: null is no list of types, and means all of them.
		otherwise: map[string]nullOutcome{"webhook_endpoint.event_types": becomes(nil), "webhook_endpoint.signature_algo": becomes("jwt")},
	}},
	"updatePlan": {
		{
			path: "/plans/free", body: `{"plan":{"interval":"yearly","amount_cents":1,"amount_currency":"EUR","pay_in_advance":false,"bill_charges_monthly":true,"bill_fixed_charges_monthly":true,"description":"Text","invoice_display_name":"Shown",
		"trial_period":3.5,"metadata":{"k":"v"},"tax_codes":["vat"],"minimum_commitment":{"amount_cents":5,"invoice_display_name":"Least","tax_codes":["vat"]},"usage_thresholds":[{"amount_cents":9,"threshold_display_name":"T"}],
		"charges":[{"id":"<free.charge>",` + arrearsCharge + `}],"fixed_charges":[{"id":"<free.fixed>",` + fullFixed + `}]}}`,
			otherwise: planNulls(),
		},
		{path: "/plans/free", body: `{"plan":{"interval":"yearly","charges":[{"id":"<free.charge>",` + advanceCharge + `}]}}`, otherwise: planNulls()},
		{path: "/plans/free", body: `{"plan":{"interval":"yearly","charges":[{"id":"<free.charge>",` + regroupedCharge + `}]}}`, otherwise: below("", planNulls(), below("plan.charges[].", regroupedNulls))},
	},
	"updatePlanCharge": {
		{path: "/plans/parts/charges/storage", body: `{"charge":{` + arrearsCharge + `}}`, otherwise: below("charge.", chargeNulls, ownCode)},
		{path: "/plans/parts/charges/storage", body: `{"charge":{` + advanceCharge + `}}`, otherwise: below("charge.", chargeNulls, ownCode)},
		{path: "/plans/parts/charges/storage", body: `{"charge":{` + regroupedCharge + `}}`, otherwise: below("charge.", chargeNulls, ownCode, regroupedNulls)},
	},
	"updatePlanChargeFilter": {{path: "/plans/parts/charges/storage/filters/<parts.filter>", body: `{"filter":{"invoice_display_name":"Europe","properties":{"amount":"2"}}}`}},
	"updatePlanFixedCharge": {
		{path: "/plans/parts/fixed_charges/seats", body: `{"fixed_charge":{` + fullFixed + `}}`, otherwise: below("fixed_charge.", fixedChargeNulls, ownCode)},
		{path: "/plans/parts/fixed_charges/seats", body: `{"fixed_charge":{"code":"seats","add_on_code":"seats","charge_model":"standard","properties":{"amount":"3"},"units":2}}`, otherwise: below("fixed_charge.", fixedChargeNulls, ownCode)},
	},
	"updateEntitlement":           {{path: "/plans/free/entitlements", body: `{"entitlements":{"f":{"seats":3}}}`, at: map[string]string{"entitlements": "entitlements[].privileges[].value"}, otherwise: entitlementNulls}},
	"mergePlanMetadata":           {{path: "/plans/free/metadata", body: `{"metadata":{"k":"v"}}`}},
	"updateWallet":                walletUpdates("/wallets/<wallet>"),
	"updateCustomerWallet":        walletUpdates("/customers/c1/wallets/w"),
	"mergeWalletMetadata":         {{path: "/wallets/<wallet>/metadata", body: `{"metadata":{"k":"v"}}`}},
	"mergeCustomerWalletMetadata": {{path: "/customers/c1/wallets/w/metadata", body: `{"metadata":{"k":"v"}}`}},
	"updateSubscription": {
		{
			path: "/subscriptions/overridden", body: `{"subscription":{"name":"N","ending_at":"2030-01-01T00:00:00Z","billing_entity_code":"second","on_termination_credit_note":"skip","purchase_order_number":"7",
			"payment_method":{"payment_method_type":"manual"},"invoice_custom_section":{"invoice_custom_section_codes":["terms"]},"usage_thresholds":[{"amount_cents":9,"threshold_display_name":"T"}]}}`,
			at:        map[string]string{"subscription.invoice_custom_section": "subscription.applied_invoice_custom_sections[].invoice_custom_section.code", "subscription.usage_thresholds": "subscription.applicable_usage_thresholds", "subscription.usage_thresholds[].threshold_display_name": "subscription.applicable_usage_thresholds[].threshold_display_name"},
			otherwise: below("subscription.", commitmentNulls, map[string]nullOutcome{"billing_entity_code": becomes("acme"), "payment_method.payment_method_type": becomes("provider")}),
		},
		{
			path: "/subscriptions/overridden", body: `{"subscription":{"billing_entity_id":"<second>","payment_method":{"payment_method_type":"provider","payment_method_id":"<method>"}}}`,
			otherwise: below("subscription.", map[string]nullOutcome{"billing_entity_id": becomes("acme"), "payment_method.payment_method_type": refusedAs("invalid_payment_method")}),
		},
		{
			path: "/subscriptions/later", body: `{"subscription":{"subscription_at":"2028-01-01T00:00:00Z","activation_rules":[{"type":"payment","timeout_hours":4}]}}`,
			otherwise: map[string]nullOutcome{"subscription.subscription_at": refusedAs("invalid_date")},
		},
		{
			path: "/subscriptions/overridden", read: "/subscriptions/overridden", from: "subscription.plan_overrides.", to: "subscription.plan.", body: `{"subscription":{"plan_overrides":{"amount_cents":5,"name":"Theirs","description":"Text","invoice_display_name":"Shown","trial_period":3,"tax_codes":["vat"],"metadata":{"k":"v"},
			"minimum_commitment":{"amount_cents":5,"invoice_display_name":"Least","tax_codes":["vat"]},"usage_thresholds":[{"amount_cents":9,"threshold_display_name":"T"}]}}}`,
			otherwise: below("subscription.plan_overrides.", commitmentNulls, map[string]nullOutcome{"name": becomes("Startup")}),
		},
		{
			path: "/subscriptions/overridden", read: "/subscriptions/overridden/charges", from: "subscription.plan_overrides.", to: "", body: `{"subscription":{"plan_overrides":{
			"charges":[{"id":"<sold.charge>","invoice_display_name":"Shown","properties":{"amount":"9"},"min_amount_cents":3,"tax_codes":["vat"],
				"filters":[{"values":{"region":["eu"]},"invoice_display_name":"E","properties":{"amount":"2"}}]}]}}}`,
			otherwise: below("subscription.plan_overrides.charges[].", overrideNulls),
		},
		{
			path: "/subscriptions/overridden", read: "/subscriptions/overridden/fixed_charges", from: "subscription.plan_overrides.", to: "", body: `{"subscription":{"plan_overrides":{
			"fixed_charges":[{"id":"<sold.fixed>","charge_model":"standard","invoice_display_name":"Seats","properties":{"amount":"9"},"units":4,"tax_codes":["vat"]}]}}}`,
			otherwise: below("subscription.plan_overrides.fixed_charges[].", overrideNulls),
		},
	},
	"updateCustomerWalletAlert": {
		{path: "/customers/c1/wallets/watched/alerts/a", body: `{"alert":{"name":"N","thresholds":[{"code":"t","value":5}]}}`},
	},
	"updateSubscriptionAlert": {
		{path: "/subscriptions/plain/alerts/a", body: `{"alert":{"name":"N","thresholds":[{"code":"t","value":5}]}}`},
		{path: "/subscriptions/plain/alerts/m", body: `{"alert":{"billable_metric_code":"storage"}}`, otherwise: map[string]nullOutcome{"alert.billable_metric_code": refusedAs("value_is_mandatory")}},
	},
	"overrideSubscriptionCharge": {{path: "/subscriptions/plain/charges/storage", body: `{"charge":{"properties":{"amount":"1"},"invoice_display_name":"Shown","min_amount_cents":7,"accepts_target_wallet":true,"tax_codes":["vat"],
		"filters":[{"values":{"region":["eu"]},"invoice_display_name":"Europe","properties":{"amount":"2"}}]}}`, otherwise: below("charge.", overrideNulls)}},
	"updateSubscriptionChargeFilter":  {{path: "/subscriptions/filtered/charges/storage/filters/<theirs.filter>", body: `{"filter":{"values":{"region":["us"]},"invoice_display_name":"Europe","properties":{"amount":"2"}}}`}},
	"updateSubscriptionEntitlements":  {{path: "/subscriptions/plain/entitlements", body: `{"entitlements":{"f":{"seats":3}}}`, at: map[string]string{"entitlements": "entitlements[].privileges[].value"}, otherwise: entitlementNulls}},
	"overrideSubscriptionFixedCharge": {{path: "/subscriptions/plain/fixed_charges/seats", body: `{"fixed_charge":{"properties":{"amount":"3"},"invoice_display_name":"Seats","units":5,"tax_codes":["vat"]}}`, otherwise: below("fixed_charge.", overrideNulls)}},
}

// walletUpdates are the updates of a wallet, which both families of routes take.
func walletUpdates(path string) []nullUpdate {
	const rules = "recurring_transaction_rules[]."
	refused := refusedAs("invalid_recurring_rule")
	// Every update makes a new rule here.
	usual := becomes(map[string]any{"payment_method_id": nil, "payment_method_type": "provider"})
	return []nullUpdate{
		{
			path: path, body: `{"wallet":{"name":"N","code":"w","billing_entity_code":"second","expiration_at":"2030-01-01T00:00:00Z","purchase_order_number":"7",
			"paid_top_up_min_amount_cents":100,"paid_top_up_max_amount_cents":1000,"applies_to":{"fee_types":["charge"],"billable_metric_codes":["storage"]},
			"metadata":{"k":"v"},"payment_method":{"payment_method_type":"manual"},"invoice_custom_section":{"invoice_custom_section_codes":["terms"]},"recurring_transaction_rules":[{"trigger":"threshold","method":"fixed","interval":"monthly",
			"threshold_credits":"5","target_ongoing_balance":"50","paid_credits":"3","granted_credits":"4","started_at":"2027-01-01T00:00:00Z","expiration_at":"2030-01-01T00:00:00Z",
			"transaction_name":"T","payment_method":{"payment_method_type":"manual"},"invoice_custom_section":{"invoice_custom_section_codes":["terms"]}}]}}`,
			at: map[string]string{
				"wallet.invoice_custom_section":              "wallet.applied_invoice_custom_sections[].invoice_custom_section.code",
				"wallet." + rules + "invoice_custom_section": "wallet." + rules + "applied_invoice_custom_sections[].invoice_custom_section.code",
			},
			otherwise: below("wallet.", map[string]nullOutcome{
				"billing_entity_code": becomes("acme"), "code": kept, "payment_method.payment_method_type": becomes("provider"),
				rules + "paid_credits": becomes("0.0"), rules + "granted_credits": becomes("0.0"), rules + "method": kept, rules + "threshold_credits": refused, rules + "payment_method": usual,
				rules + "payment_method.payment_method_type": becomes("provider"), rules + "invoice_custom_section": becomes(nil),
			}),
		},
		{
			path: path, body: `{"wallet":{"payment_method":{"payment_method_type":"provider","payment_method_id":"<method>"},"recurring_transaction_rules":[{"trigger":"interval",
			"interval":"monthly","method":"target","target_ongoing_balance":"50","grants_target_top_up":true,
			"payment_method":{"payment_method_type":"provider","payment_method_id":"<method>"}}]}}`,
			otherwise: below("wallet.", map[string]nullOutcome{
				"payment_method.payment_method_type": refusedAs("invalid_payment_method"), rules + "payment_method.payment_method_type": refusedAs("invalid_payment_method"),
				rules + "payment_method": usual,
				rules + "interval":       refused, rules + "method": refused, rules + "target_ongoing_balance": refused, rules + "grants_target_top_up": becomes(false),
			}),
		},
	}
}
