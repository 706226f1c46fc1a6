package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// walletFamily is one of the two families of routes that lead to wallets. They do
// the same.
type walletFamily struct {
	// wallets is the path of a customer's wallets.
	wallets string
	// member is the one of a wallet by which its path names it.
	member string
}

// at is the path of a wallet; below is what follows it.
func (f walletFamily) at(wallet map[string]any, below string) string {
	return f.wallets + "/" + wallet[f.member].(string) + below
}

// inEachFamily tells a story in both families, each in an organization of its own
// with the customer "acme".
func inEachFamily(t *testing.T, tell func(t *testing.T, s *servertest.Server, f walletFamily)) {
	t.Helper()
	for name, f := range map[string]walletFamily{
		"wallets":             {wallets: "/wallets", member: "lago_id"},
		"wallets of customer": {wallets: "/customers/acme/wallets", member: "code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				newCustomer(t, s, "acme")
				tell(t, s, f)
			})
		})
	}
}

// newWallet makes a wallet of "acme" in euros; more is JSON members that come after
// its own and may repeat them.
func newWallet(t *testing.T, s *servertest.Server, f walletFamily, more string) map[string]any {
	t.Helper()
	return member(t, s.Post(f.wallets, walletBody(more)), "wallet")
}

func walletBody(more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"wallet":{"external_customer_id":"acme","currency":"EUR","rate_amount":"1.0"` + more + `}}`
}

// ruleBody is a body with one recurring rule.
func ruleBody(rule string) string { return `"recurring_transaction_rules":[` + rule + `]` }

const (
	monthlyRule = `{"trigger":"interval","interval":"monthly","granted_credits":"10"}`
	lowRule     = `{"trigger":"threshold","threshold_credits":"5","paid_credits":"10"}`
)

func TestWallets_ShowEveryField(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		newMetric(t, s, "gb", "")
		s.Post("/billing_entities", `{"billing_entity":{"code":"umbrella","name":"Umbrella"}}`).Status(t, http.StatusOK)
		method := newPaymentMethod(t, s, "acme", byDefault(true))
		created := newWallet(t, s, f, `"name":"Prepaid","code":"prepaid","priority":3,"billing_entity_code":"umbrella","expiration_at":"2026-05-01T12:30:00+02:00",
			"purchase_order_number":" PO 1 ","rate_amount":"0.1250000","invoice_requires_successful_payment":true,
			"paid_top_up_min_amount_cents":100,"paid_top_up_max_amount_cents":2000,"applies_to":{"fee_types":["charge","commitment"],"billable_metric_codes":["gb"]},
			"metadata":{"a":"1","b":null},"payment_method":{"payment_method_type":"provider","payment_method_id":"`+method+`"},`+ruleBody(
			`{"trigger":"interval","interval":"yearly","method":"target","target_ongoing_balance":"100.123456","grants_target_top_up":true,
			"started_at":"2026-02-01T00:00:00Z","expiration_at":"2027-02-01T00:00:00Z","ignore_paid_top_up_limits":true,
			"transaction_metadata":[{"key":"k","value":"v"}],"transaction_name":"Yearly","payment_method":{"payment_method_type":"manual"}}`))
		rule := objects(t, created, "recurring_transaction_rules")[0]
		requireJSON(t, `{"status":"active","trigger":"interval","interval":"yearly","method":"target","paid_credits":"0.0","granted_credits":"0.0",
			"threshold_credits":"0.0","target_ongoing_balance":"100.12345","grants_target_top_up":true,"ignore_paid_top_up_limits":true,
			"invoice_requires_successful_payment":true,"transaction_metadata":[{"key":"k","value":"v"}],"transaction_name":"Yearly",
			"purchase_order_number":null,"applied_invoice_custom_sections":[],"payment_method":{"payment_method_type":"manual"},
			"started_at":"2026-02-01T00:00:00Z","expiration_at":"2027-02-01T00:00:00Z","created_at":"2026-01-15T10:30:00Z"}`, identified(t, rule))
		requireJSON(t, `{"lago_customer_id":"`+created["lago_customer_id"].(string)+`","external_customer_id":"acme","billing_entity_code":"umbrella",
			"status":"active","currency":"EUR","name":"Prepaid","code":"prepaid","priority":3,"purchase_order_number":"PO 1","rate_amount":"0.125",
			"balance":0,"balance_cents":0,"credits_balance":"0.0","consumed_credits":"0.0","ongoing_balance_cents":0,"credits_ongoing_balance":"0.0",
			"ongoing_usage_balance_cents":0,"credits_ongoing_usage_balance":"0.0","invoice_requires_successful_payment":true,
			"paid_top_up_min_amount_cents":100,"paid_top_up_max_amount_cents":2000,
			"applies_to":{"fee_types":["charge","commitment"],"billable_metric_codes":["gb"]},"applied_invoice_custom_sections":[],
			"payment_method":{"payment_method_id":"`+method+`","payment_method_type":"provider"},"metadata":{"a":"1","b":null},
			"expiration_at":"2026-05-01T10:30:00Z","last_balance_sync_at":null,"last_consumed_credit_at":null,"terminated_at":null,
			"created_at":"2026-01-15T10:30:00Z"}`, without(t, created, "recurring_transaction_rules"))
		require.Equal(t, created, member(t, s.Get(f.at(created, "")), "wallet"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get(f.wallets), "wallets"))

		updated := member(t, s.Put(f.at(created, ""), `{"wallet":{"name":null,"code":"later","priority":7,"billing_entity_code":null,"expiration_at":null,
			"purchase_order_number":"","invoice_requires_successful_payment":false,"paid_top_up_min_amount_cents":null,"paid_top_up_max_amount_cents":null,
			"applies_to":{"fee_types":[],"billable_metric_codes":[]},"metadata":{},"payment_method":{"payment_method_type":"manual"},
			"recurring_transaction_rules":[]}}`), "wallet")
		require.Equal(t, created["lago_id"], updated["lago_id"])
		requireMembers(t, `{"name":null,"code":"later","priority":7,"expiration_at":null,"purchase_order_number":null,"invoice_requires_successful_payment":false,
			"paid_top_up_min_amount_cents":null,"paid_top_up_max_amount_cents":null,"applies_to":{"fee_types":[],"billable_metric_codes":[]},
			"payment_method":{"payment_method_type":"manual"},"recurring_transaction_rules":[]}`, updated)
		require.Equal(t, map[string]any{}, updated["metadata"])
		require.NotEqual(t, "umbrella", updated["billing_entity_code"])
		require.Equal(t, updated, member(t, s.Get(f.at(updated, "")), "wallet"))
	})
}

// TestWallets_OfNothingButARate have what nobody needs to say.
func TestWallets_OfNothingButARate(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		bare := func(more string) map[string]any {
			return member(t, s.Post(f.wallets, `{"wallet":{"external_customer_id":"acme","rate_amount":"2"`+more+`}}`), "wallet")
		}
		requireDetails(t, `{"currency":["value_is_invalid"]}`, s.Post(f.wallets, `{"wallet":{"external_customer_id":"acme","rate_amount":"2"}}`))
		first := bare(`,"currency":"USD"`)
		require.Equal(t, "USD", member(t, s.Get("/customers/acme"), "customer")["currency"], "a customer without a currency takes the wallet's")
		requireMembers(t, `{"code":"default","priority":50,"currency":"USD","name":null,"payment_method":{"payment_method_type":"provider"},
			"invoice_requires_successful_payment":false,"applies_to":{"fee_types":[],"billable_metric_codes":[]}}`, first)
		second := bare(`,"priority":null,"code":"","name":null`)
		requireMembers(t, `{"code":"default_1768473000","currency":"USD","priority":50}`, second)
		require.Equal(t, "default_1768473001", bare("")["code"])
		require.Equal(t, "eur", bare(`,"code":"eur","currency":"EUR"`)["code"])
		require.Equal(t, "my-credits_2026", bare(`,"name":" My-Credits & 2026!"`)["code"])
		requirePages(t, s.Get, f.wallets, "wallets")
		require.Equal(t, "USD", member(t, s.Get("/customers/acme"), "customer")["currency"])

		s.Delete(f.at(first, "")).Status(t, http.StatusOK)
		require.Equal(t, "default", bare("")["code"], "the code of a wallet that is over is free")
	})
}

func TestWallets_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	rule := func(members string) string { return ruleBody(`{` + members + `}`) }
	const invalidRule = `{"recurring_transaction_rules":["invalid_recurring_rule"]}`
	cases := map[string]struct{ more, details string }{
		"no rate":                      {`"rate_amount":""`, `{"rate_amount":["value_is_mandatory"]}`},
		"a rate of nothing":            {`"rate_amount":"0"`, `{"rate_amount":["value_is_out_of_range"]}`},
		"a rate below zero":            {`"rate_amount":"-1"`, `{"rate_amount":["value_is_out_of_range"]}`},
		"a rate that rounds to zero":   {`"rate_amount":"0.000001"`, `{"rate_amount":["value_is_out_of_range"]}`},
		"a rate beyond all amounts":    {`"rate_amount":"1000000000000000.01"`, `{"rate_amount":["value_is_out_of_range"]}`},
		"a rate in words":              {`"rate_amount":"one"`, `{"rate_amount":["value_is_invalid"]}`},
		"a rate of too many digits":    {`"rate_amount":"1e999999999"`, `{"rate_amount":["value_is_invalid"]}`},
		"an unknown currency":          {`"currency":"XXX"`, `{"currency":["value_is_invalid"]}`},
		"a priority of none":           {`"priority":0`, `{"priority":["value_is_invalid"]}`},
		"a priority beyond the last":   {`"priority":51`, `{"priority":["value_is_invalid"]}`},
		"a code that is taken":         {`"code":"taken"`, `{"code":["value_already_exist"]}`},
		"limits of nothing":            {`"paid_top_up_min_amount_cents":0,"paid_top_up_max_amount_cents":-1`, `{"paid_top_up_min_amount_cents":["value_is_out_of_range"],"paid_top_up_max_amount_cents":["value_is_out_of_range"]}`},
		"limits the wrong way round":   {`"paid_top_up_min_amount_cents":2,"paid_top_up_max_amount_cents":1`, `{"paid_top_up_max_amount_cents":["must_be_greater_than_or_equal_min"]}`},
		"an order's long number":       {`"purchase_order_number":"` + strings.Repeat("x", 256) + `"`, `{"purchase_order_number":["value_is_too_long"]}`},
		"metadata over its limits":     {`"metadata":{"k":"` + strings.Repeat("x", 256) + `"}`, `{"value":["cannot have values longer than 255 characters"]}`},
		"paid credits as a number":     {`"paid_credits":5`, `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`},
		"paid credits below zero":      {`"paid_credits":"-5"`, `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`},
		"paid credits of no text":      {`"paid_credits":""`, `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`},
		"granted credits in words":     {`"granted_credits":"five"`, `{"granted_credits":["invalid_granted_credits","invalid_amount"]}`},
		"paid credits of no cent":      {`"paid_credits":"0.004"`, `{"paid_credits":["amount_rounds_to_zero"]}`},
		"granted credits of no cent":   {`"granted_credits":"0.004"`, `{"granted_credits":["amount_rounds_to_zero"]}`},
		"paid before granted":          {`"granted_credits":"0.004","paid_credits":"0.004"`, `{"paid_credits":["amount_rounds_to_zero"]}`},
		"paid below the limit":         {`"paid_credits":"9.99","paid_top_up_min_amount_cents":1000`, `{"paid_credits":["amount_below_minimum"]}`},
		"paid above the limit":         {`"paid_credits":"10.01","paid_top_up_max_amount_cents":1000`, `{"paid_credits":["amount_above_maximum"]}`},
		"expires now":                  {`"expiration_at":"2026-01-15T10:30:00Z"`, `{"expiration_at":["invalid_date"]}`},
		"expires in words":             {`"expiration_at":"soon"`, `{"expiration_at":["invalid_date"]}`},
		"expires at a number":          {`"expiration_at":7`, `{"expiration_at":["invalid_date"]}`},
		"two rules":                    {ruleBody(monthlyRule + `,` + monthlyRule), `{"recurring_transaction_rules":["invalid_number_of_recurring_rules"]}`},
		"rules that are no list":       {`"recurring_transaction_rules":"monthly"`, invalidRule},
		"a rule that is none":          {ruleBody(`7`), invalidRule},
		"a rule of nothing":            {rule(``), invalidRule},
		"an unknown trigger":           {rule(`"trigger":"wish","interval":"monthly"`), invalidRule},
		"an interval of none":          {rule(`"trigger":"interval"`), invalidRule},
		"an unknown interval":          {rule(`"trigger":"interval","interval":"daily"`), invalidRule},
		"an unknown method":            {rule(`"trigger":"interval","interval":"monthly","method":"guess"`), invalidRule},
		"a threshold of none":          {rule(`"trigger":"threshold"`), invalidRule},
		"a threshold as a number":      {rule(`"trigger":"threshold","threshold_credits":5`), invalidRule},
		"a threshold in words":         {rule(`"trigger":"threshold","threshold_credits":"low"`), invalidRule},
		"a target of none":             {rule(`"trigger":"interval","interval":"monthly","method":"target"`), invalidRule},
		"a target below the threshold": {rule(`"trigger":"threshold","threshold_credits":"5","method":"target","target_ongoing_balance":"4"`), invalidRule},
		"a grant without a target":     {rule(`"trigger":"interval","interval":"monthly","grants_target_top_up":true`), invalidRule},
		"credits of a rule as numbers": {rule(`"trigger":"interval","interval":"monthly","paid_credits":5,"granted_credits":3`), invalidRule},
		"a rule that is over":          {rule(`"trigger":"interval","interval":"monthly","expiration_at":"2026-01-01T00:00:00Z"`), invalidRule},
		"a rule that ends in words":    {rule(`"trigger":"interval","interval":"monthly","expiration_at":"soon"`), invalidRule},
		"a rule that starts in words":  {rule(`"trigger":"interval","interval":"monthly","started_at":"soon"`), invalidRule},
		"pairs of a rule that are none": {
			rule(`"trigger":"interval","interval":"monthly","transaction_metadata":[{"key":"k"}]`), invalidRule,
		},
		"a long name of a rule": {rule(`"trigger":"interval","interval":"monthly","transaction_name":"` + strings.Repeat("x", 256) + `"`), invalidRule},
		"a rule that pays too much": {
			ruleBody(lowRule) + `,"paid_top_up_max_amount_cents":999`, invalidRule,
		},
		"a rule with the wrong payment method": {
			rule(`"trigger":"interval","interval":"monthly","payment_method":{"payment_method_type":"provider","payment_method_id":"` + uuid.Nil.String() + `"}`),
			`{"payment_method":["invalid_payment_method"]}`,
		},
		"pairs that are no list":        {`"transaction_metadata":{"key":"k","value":"v"}`, `{"metadata":["invalid_type"]}`},
		"pairs of one":                  {`"transaction_metadata":[{"key":"k"}]`, `{"metadata":["invalid_key_value_pair"]}`},
		"too many pairs":                {`"transaction_metadata":[` + strings.Repeat(`{"key":"k","value":"v"},`, 5) + `{"key":"k","value":"v"}]`, `{"metadata":["too_many_keys"]}`},
		"a long name of transactions":   {`"transaction_name":"` + strings.Repeat("x", 256) + `"`, `{"transaction_name":["value_is_too_long"]}`},
		"a priority of transactions":    {`"transaction_priority":51`, `{"transaction_priority":["value_is_invalid"]}`},
		"an unknown type of fees":       {`"applies_to":{"fee_types":["charge","gift"]}`, `{"applies_to":["invalid_limitations"]}`},
		"an unknown metric":             {`"applies_to":{"billable_metric_codes":["none"]}`, `{"applies_to":["invalid_limitations"]}`},
		"a payment method of nobody":    {`"payment_method":{"payment_method_type":"provider","payment_method_id":"` + uuid.Nil.String() + `"}`, `{"payment_method":["invalid_payment_method"]}`},
		"an unknown way to pay":         {`"payment_method":{"payment_method_type":"cash"}`, `{"payment_method":["invalid_payment_method"]}`},
		"everything by itself at once":  {`"paid_credits":"x","granted_credits":"y","expiration_at":"z","transaction_metadata":7,"rate_amount":"0",` + ruleBody(`{}`) + `,"applies_to":{"fee_types":["gift"]},"payment_method":{"payment_method_type":"cash"}`, `{"paid_credits":["invalid_paid_credits","invalid_amount"],"granted_credits":["invalid_granted_credits","invalid_amount"],"expiration_at":["invalid_date"],"metadata":["invalid_type"],"recurring_transaction_rules":["invalid_recurring_rule"],"applies_to":["invalid_limitations"],"payment_method":["invalid_payment_method"]}`},
		"values before the wallet":      {`"rate_amount":"0","expiration_at":"soon","priority":51`, `{"expiration_at":["invalid_date"]}`},
		"values before the entity":      {`"billing_entity_code":"none","expiration_at":"soon"`, `{"expiration_at":["invalid_date"]}`},
		"the wallet before the credits": {`"priority":51,"paid_credits":"0.004"`, `{"priority":["value_is_invalid"]}`},
		"the credits before the rule":   {`"paid_credits":"0.004",` + ruleBody(lowRule) + `,"paid_top_up_max_amount_cents":999`, `{"paid_credits":["amount_rounds_to_zero"]}`},
	}
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		newWallet(t, s, f, `"code":"taken"`)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Post(f.wallets, walletBody(c.more))) })
		}
		requireNotFound(t, "billing_entity", s.Post(f.wallets, walletBody(`"billing_entity_code":"none","rate_amount":"0"`)))
		requireNoParameter(t, "wallet", s.Post(f.wallets, `{}`))
		require.Len(t, entries(t, s.Get(f.wallets), "wallets"), 1)
	})
}

func TestWallets_OfUnknownCustomers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		requireDetails(t, `{"customer":["customer_not_found"],"expiration_at":["invalid_date"]}`, s.Post("/wallets", walletBody(`"expiration_at":"soon"`)))
		requireDetails(t, `{"customer":["customer_not_found"]}`, s.Post("/wallets", `{"wallet":{"rate_amount":"1"}}`))
		for _, request := range []string{
			"GET /wallets?external_customer_id=acme", "GET /wallets?external_customer_id=", "GET /customers/acme/wallets", "POST /customers/acme/wallets",
			"GET /customers/acme/wallets/a", "PUT /customers/acme/wallets/a", "DELETE /customers/acme/wallets/a",
			"POST /customers/acme/wallets/a/metadata", "PATCH /customers/acme/wallets/a/metadata",
			"DELETE /customers/acme/wallets/a/metadata", "DELETE /customers/acme/wallets/a/metadata/k",
		} {
			requireNotFound(t, "customer", send(s, request, walletOrMetadata(request)))
		}
		newCustomer(t, s, "acme")
		none := uuid.NewString()
		for _, request := range []string{
			"GET /customers/acme/wallets/a", "PUT /customers/acme/wallets/a", "DELETE /customers/acme/wallets/a", "POST /customers/acme/wallets/a/metadata",
			"PATCH /customers/acme/wallets/a/metadata", "DELETE /customers/acme/wallets/a/metadata", "DELETE /customers/acme/wallets/a/metadata/k",
			"GET /wallets/" + none, "PUT /wallets/" + none, "DELETE /wallets/" + none, "POST /wallets/" + none + "/metadata",
			"PATCH /wallets/" + none + "/metadata", "DELETE /wallets/" + none + "/metadata", "DELETE /wallets/" + none + "/metadata/k",
		} {
			requireNotFound(t, "wallet", send(s, request, walletOrMetadata(request)))
		}
		other := walletFamily{wallets: "/customers/other/wallets", member: "code"}
		newCustomer(t, s, "other")
		theirs := newWallet(t, s, other, `"external_customer_id":"acme","code":"theirs"`)
		require.Equal(t, "other", theirs["external_customer_id"], "the path names the customer")
		requireNotFound(t, "wallet", s.Get("/customers/acme/wallets/theirs"))
	})
}

// walletOrMetadata is a body that fits a request.
func walletOrMetadata(request string) string {
	switch {
	case strings.HasPrefix(request, "GET") || strings.HasPrefix(request, "DELETE"):
		return ""
	case strings.HasSuffix(request, "/metadata"):
		return `{"metadata":{"a":"1"}}`
	}
	return walletBody("")
}

func TestWallets_AreClosedToOtherKeys(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		none := uuid.NewString()
		var requests []string
		for _, wallet := range []string{"/wallets/" + none, "/customers/acme/wallets/a"} {
			for _, request := range []string{"GET %s", "DELETE %s", "PUT %s", "POST %s/metadata", "PATCH %s/metadata", "DELETE %s/metadata", "DELETE %s/metadata/k"} {
				request = fmt.Sprintf(request, wallet)
				requests = append(requests, strings.TrimSpace(request+" "+walletOrMetadata(request)))
			}
		}
		for _, list := range []string{"/wallets", "/customers/acme/wallets"} {
			requests = append(requests, "GET "+list, "POST "+list+" "+walletBody(""))
		}
		requireClosed(t, s, "wallet", requests...)
	})
}

func TestWallets_ThereAreSixOfACustomer(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		var last map[string]any
		for range 6 {
			last = newWallet(t, s, f, "")
		}
		requireDetails(t, `{"customer":["wallet_limit_reached"]}`, s.Post(f.wallets, walletBody("")))
		s.Delete(f.at(last, "")).Status(t, http.StatusOK)
		newWallet(t, s, f, "")
	})
}

func TestWallets_RefuseUpdatesThatBreakARule(t *testing.T) {
	t.Parallel()
	const invalidRule = `{"recurring_transaction_rules":["invalid_recurring_rule"]}`
	steps := []struct{ member, details string }{
		{`"expiration_at":"soon"`, `{"expiration_at":["invalid_date"]}`},
		{ruleBody(`{}`), invalidRule},
		{`"applies_to":{"fee_types":["gift"],"billable_metric_codes":["none"]}`, `{"allowed_fee_types":["invalid_fee_types"]}`},
		{`"payment_method":{"payment_method_type":"manual","payment_method_id":"METHOD"}`, `{"payment_method":["invalid_payment_method"]}`},
		{`"billing_entity_code":"none"`, ""},
		{`"paid_top_up_max_amount_cents":999`, invalidRule},
		{`"code":"other","purchase_order_number":"` + strings.Repeat("x", 256) + `"`, `{"code":["value_already_exist"],"purchase_order_number":["value_is_too_long"]}`},
	}
	cases := map[string]struct{ more, details string }{
		"two rules":              {ruleBody(monthlyRule + `,` + monthlyRule), `{"recurring_transaction_rules":["invalid_number_of_recurring_rules"]}`},
		"an unknown metric":      {`"applies_to":{"billable_metric_codes":["none"]}`, `{"billable_metrics":["invalid_identifier"]}`},
		"a blank code":           {`"code":" "`, `{"code":["value_is_mandatory"]}`},
		"a priority of none":     {`"priority":0`, `{"priority":["value_is_invalid"]}`},
		"limits round":           {`"paid_top_up_min_amount_cents":2000,"paid_top_up_max_amount_cents":1000,"recurring_transaction_rules":[]`, `{"paid_top_up_max_amount_cents":["must_be_greater_than_or_equal_min"]}`},
		"metadata over limits":   {`"metadata":{"` + strings.Repeat("k", 101) + `":"v"}`, `{"value":["cannot have keys longer than 100 characters"]}`},
		"a rule that costs more": {ruleBody(`{"trigger":"interval","interval":"monthly","paid_credits":"20.01"}`), invalidRule},
		"a rule, paid by nobody": {
			ruleBody(`{"trigger":"interval","interval":"monthly","payment_method":{"payment_method_type":"cash"}}`), `{"payment_method":["invalid_payment_method"]}`,
		},
	}
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		method := newPaymentMethod(t, s, "acme", byDefault(true))
		wallet := newWallet(t, s, f, `"code":"mine","paid_top_up_max_amount_cents":2000,`+ruleBody(lowRule))
		newWallet(t, s, f, `"code":"other"`)
		put := func(members string) *servertest.Response {
			return s.Put(f.at(wallet, ""), `{"wallet":{`+strings.ReplaceAll(members, "METHOD", method)+`}}`)
		}
		var later []string
		for i := len(steps) - 1; i >= 0; i-- {
			later = append(later, steps[i].member)
			if answer := put(strings.Join(later, ",")); steps[i].details != "" {
				requireDetails(t, steps[i].details, answer)
			} else {
				requireNotFound(t, "billing_entity", answer)
			}
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, put(c.more)) })
		}
		requireNoParameter(t, "wallet", s.Put(f.at(wallet, ""), `{}`))
		require.Equal(t, wallet, member(t, s.Get(f.at(wallet, "")), "wallet"))

		s.Delete(f.at(wallet, "")).Status(t, http.StatusOK)
		over := `{"wallet_id":["wallet_is_terminated"]}`
		requireDetails(t, over, put(strings.Join(later, ",")))
		requireDetails(t, over, put(`"priority":0`))
	})
}

func TestWallets_Metadata(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		newMetric(t, s, "gb", "")
		wallet := newWallet(t, s, f, `"code":"w","applies_to":{"billable_metric_codes":["gb"]}`)
		metadata := func(answer *servertest.Response, want string) *servertest.Response {
			t.Helper()
			require.JSONEq(t, `{"metadata":`+want+`}`, string(answer.Status(t, http.StatusOK).Body))
			return answer
		}
		at, key := f.at(wallet, "/metadata"), f.at(wallet, "/metadata/a")
		requireNotFound(t, "metadata", s.Delete(key))
		answer := metadata(s.Post(at, `{"metadata":{"a":"1","b":null}}`), `{"a":"1","b":null}`)
		require.Equal(t, "wallet.updated", activity(t, s, answer)["activity_type"])
		metadata(s.Patch(at, `{"metadata":{"c":"3"}}`), `{"a":"1","b":null,"c":"3"}`)
		metadata(s.Delete(key), `{"b":null,"c":"3"}`)
		metadata(s.Delete(at), `null`)
		require.NotContains(t, member(t, s.Get(f.at(wallet, "")), "wallet"), "metadata")
		metadata(s.Post(at, `{"metadata":{"z":"9"}}`), `{"z":"9"}`)
		shown := member(t, s.Get(f.at(wallet, "")), "wallet")
		requireMembers(t, `{"metadata":{"z":"9"},"applies_to":{"fee_types":[],"billable_metric_codes":["gb"]}}`, shown)
		requireDetails(t, `{"value":["cannot have keys longer than 100 characters"]}`, s.Post(at, `{"metadata":{"`+strings.Repeat("k", 101)+`":"v"}}`))

		s.Delete(f.at(wallet, "")).Status(t, http.StatusOK)
		for _, refused := range []*servertest.Response{s.Post(at, `{"metadata":{"a":"1"}}`), s.Patch(at, `{"metadata":{"a":"1"}}`), s.Delete(at)} {
			requireDetails(t, `{"wallet_id":["wallet_is_terminated"]}`, refused)
		}
		metadata(s.Delete(f.at(wallet, "/metadata/z")), `{}`)
		metadata(s.Delete(f.at(wallet, "/metadata/z")), `{}`)
	})
}

func TestWallets_End(t *testing.T) {
	t.Parallel()
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		wallet := newWallet(t, s, f, `"code":"w","granted_credits":"10",`+ruleBody(monthlyRule))
		requireMembers(t, `{"balance_cents":0,"credits_balance":"0.0"}`, wallet)
		requireMembers(t, `{"balance_cents":1000,"balance":1000,"credits_balance":"10.0"}`, member(t, s.Get(f.at(wallet, "")), "wallet"))

		answer := s.Delete(f.at(wallet, ""))
		over := member(t, answer, "wallet")
		requireMembers(t, `{"status":"terminated","terminated_at":"2026-01-15T10:30:00.000Z","balance_cents":1000,"recurring_transaction_rules":[]}`, over)
		require.Equal(t, "wallet.terminated", activity(t, s, answer)["activity_type"])
		travelTo(t, s, "2026-04-01T00:00:00Z")
		again := s.Delete(f.at(wallet, ""))
		require.Equal(t, over, member(t, again, "wallet"))
		require.Empty(t, activities(t, s, again))

		fresh := newWallet(t, s, f, `"code":"w"`)
		require.Equal(t, fresh["lago_id"], member(t, s.Get("/customers/acme/wallets/w"), "wallet")["lago_id"], "the active one answers to the code")
		require.Equal(t, []any{fresh["lago_id"], wallet["lago_id"]}, pluck(entries(t, s.Get(f.wallets), "wallets"), "lago_id"))
	})
}

func TestWallets_AreListedByFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		newCustomer(t, s, "other")
		s.Post("/billing_entities", `{"billing_entity":{"code":"umbrella","name":"Umbrella"}}`).Status(t, http.StatusOK)
		entity := member(t, s.Get("/customers/acme"), "customer")["billing_entity_code"].(string)
		f := walletFamily{wallets: "/wallets"}
		newWallet(t, s, f, `"code":"a"`)
		newWallet(t, s, f, `"code":"b","currency":"USD","billing_entity_code":"umbrella"`)
		newWallet(t, s, f, `"code":"c","external_customer_id":"other"`)
		for query, want := range map[string][]any{
			"/wallets":                                                 {"a", "b", "c"},
			"/wallets?external_customer_id=acme":                       {"a", "b"},
			"/wallets?currency=EUR":                                    {"a", "c"},
			"/wallets?currency=none":                                   {},
			"/wallets?billing_entity_codes[]=umbrella":                 {"b"},
			"/wallets?billing_entity_codes[]=" + entity:                {"a", "c"},
			"/wallets?page=2&per_page=2":                               {"c"},
			"/customers/acme/wallets":                                  {"a", "b"},
			"/customers/acme/wallets?currency=USD":                     {"b"},
			"/customers/acme/wallets?billing_entity_codes[]=" + entity: {"a"},
		} {
			require.Equal(t, want, pluck(entries(t, s.Get(query), "wallets"), "code"), query)
		}
		requireNotFound(t, "billing_entity", s.Get("/wallets?billing_entity_codes[]=none"))
	})
}

// TestWallets_EndWithTheirCustomer and stay to be read.
func TestWallets_EndWithTheirCustomer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		f := walletFamily{wallets: "/wallets", member: "lago_id"}
		wallet := newWallet(t, s, f, "")
		s.Delete("/customers/acme").Status(t, http.StatusOK)
		requireMembers(t, `{"status":"terminated","external_customer_id":"acme"}`, member(t, s.Get(f.at(wallet, "")), "wallet"))
		requireNotFound(t, "customer", s.Get("/customers/acme/wallets"))
	})
}

// TestWallets_KeepAMetricThatIsGone as what they are limited to: they do not pay for
// everything then.
func TestWallets_KeepAMetricThatIsGone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		newMetric(t, s, "gb", "")
		f := walletFamily{wallets: "/wallets", member: "lago_id"}
		wallet := newWallet(t, s, f, `"applies_to":{"billable_metric_codes":["gb"]}`)
		s.Delete("/billable_metrics/gb").Status(t, http.StatusOK)
		requireMembers(t, `{"applies_to":{"fee_types":[],"billable_metric_codes":[]}}`, member(t, s.Get(f.at(wallet, "")), "wallet"))
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.WalletByID(uuid.MustParse(wallet["lago_id"].(string)))
			require.Len(t, row.BillableMetricIDs, 1)
			require.Empty(t, row.BillableMetrics)
			return err
		})
	})
}

// TestCustomSections_WhereThereAreNone: they can be skipped, and codes of unknown ones are
// ignored, wherever something may lead to an invoice.
func TestCustomSections_WhereThereAreNone(t *testing.T) {
	t.Parallel()
	const section = `"invoice_custom_section":{"skip_invoice_custom_sections":true,"invoice_custom_section_codes":["vip"]}`
	inEachFamily(t, func(t *testing.T, s *servertest.Server, f walletFamily) {
		none := func(object map[string]any) { require.Equal(t, []any{}, object["applied_invoice_custom_sections"]) }
		wallet := newWallet(t, s, f, section+`,`+ruleBody(monthlyRule[:len(monthlyRule)-1]+`,`+section+`}`))
		none(wallet)
		none(objects(t, wallet, "recurring_transaction_rules")[0])
		wallet = member(t, s.Put(f.at(wallet, ""), `{"wallet":{`+section+`,`+ruleBody(lowRule[:len(lowRule)-1]+`,`+section+`}`)+`}}`), "wallet")
		none(wallet)
		none(objects(t, wallet, "recurring_transaction_rules")[0])
		none(foundTransaction(t, s, moveCredits(t, s, wallet["lago_id"].(string), `"granted_credits":"1",`+section)[0]["lago_id"].(string)))
		none(member(t, s.Get("/invoices/"+bill(t, s, "acme", ","+section)), "invoice"))
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", "")
		none(member(t, putSubscription(s, "sub", section), "subscription"))
	})
}
