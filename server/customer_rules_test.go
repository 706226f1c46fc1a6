package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestCustomers_RefuseWhatBreaksARule tries every rule on a customer that does
// not exist, who must not come to be, and on one that does, who must not
// change. The fields come after the external id.
func TestCustomers_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 256)
	cases := map[string]struct{ fields, details string }{
		"name of 256 characters":        {`"name":"` + long + `"`, `{"name":["value_is_too_long"]}`},
		"name that is a number":         {`"name":7`, `{"name":["value_is_invalid"]}`},
		"unknown currency":              {`"currency":"XXX"`, `{"currency":["value_is_invalid"]}`},
		"currency in lower case":        {`"currency":"eur"`, `{"currency":["value_is_invalid"]}`},
		"unknown zone":                  {`"timezone":"Mars/Olympus"`, `{"timezone":["invalid_timezone"]}`},
		"zone beyond the list":          {`"timezone":"Europe/Oslo"`, `{"timezone":["invalid_timezone"]}`},
		"unknown language":              {`"billing_configuration":{"document_locale":"tlh"}`, `{"document_locale":["not_a_valid_language_code"]}`},
		"language that is a number":     {`"billing_configuration":{"document_locale":1}`, `{"document_locale":["not_a_valid_language_code"]}`},
		"unknown country":               {`"country":"ZZ"`, `{"country":["not_a_valid_country_code"]}`},
		"country by its name":           {`"country":"France"`, `{"country":["not_a_valid_country_code"]}`},
		"unknown shipping country":      {`"shipping_address":{"country":"zz"}`, `{"shipping_country":["not_a_valid_country_code"]}`},
		"both countries unknown":        {`"country":"ZZ","shipping_address":{"country":"ZZ"}`, `{"country":["not_a_valid_country_code"],"shipping_country":["not_a_valid_country_code"]}`},
		"email without a host":          {`"email":"ada"`, `{"email":["invalid_email_format"]}`},
		"second email without a host":   {`"email":"a@example.com, ada"`, `{"email":["invalid_email_format"]}`},
		"unknown type":                  {`"customer_type":"robot"`, `{"customer_type":["value_is_invalid"]}`},
		"unknown account type":          {`"account_type":"friend"`, `{"account_type":["value_is_invalid"]}`},
		"unknown finalization":          {`"finalize_zero_amount_invoice":"maybe"`, `{"finalize_zero_amount_invoice":["invalid_value"]}`},
		"finalization that is a truth":  {`"finalize_zero_amount_invoice":true`, `{"finalize_zero_amount_invoice":["invalid_value"]}`},
		"negative payment term":         {`"net_payment_term":-1`, `{"net_payment_term":["value_is_out_of_range"]}`},
		"payment term in words":         {`"net_payment_term":"thirty"`, `{"net_payment_term":["is not a number"]}`},
		"payment term beyond a column":  {`"net_payment_term":2147483648`, `{"net_payment_term":["value_is_out_of_range"]}`},
		"payment term beyond 64 bits":   {`"net_payment_term":99999999999999999999`, `{"net_payment_term":["value_is_invalid"]}`},
		"negative grace period":         {`"billing_configuration":{"invoice_grace_period":-1}`, `{"invoice_grace_period":["value_is_out_of_range"]}`},
		"grace period in words":         {`"billing_configuration":{"invoice_grace_period":"three"}`, `{"invoice_grace_period":["is not a number"]}`},
		"unknown anchor":                {`"billing_configuration":{"subscription_invoice_issuing_date_anchor":"today"}`, `{"subscription_invoice_issuing_date_anchor":["value_is_invalid"]}`},
		"unknown adjustment":            {`"billing_configuration":{"subscription_invoice_issuing_date_adjustment":"none"}`, `{"subscription_invoice_issuing_date_adjustment":["value_is_invalid"]}`},
		"rules of contract and engine":  {`"currency":"XXX","net_payment_term":-1,"country":"ZZ"`, `{"currency":["value_is_invalid"],"net_payment_term":["value_is_out_of_range"],"country":["not_a_valid_country_code"]}`},
		"two integrations of one type":  {`"integration_customers":[{"integration_type":"xero"},{"integration_type":"netsuite"},{"integration_type":"xero"}]`, `{"integration_customers":["invalid_count_per_integration_type"]}`},
		"sections skipped and chosen":   {`"skip_invoice_custom_sections":true,"invoice_custom_section_codes":["a"]`, `{"invoice_custom_sections":["skip_sections_and_selected_ids_sent_together"]}`},
		"six pairs of metadata":         {`"metadata":[` + pairsOf(6) + `]`, `{"metadata":["invalid_count"]}`},
		"six pairs before all else":     {`"metadata":[` + pairsOf(6) + `],"currency":"XXX","country":"ZZ"`, `{"metadata":["invalid_count"]}`},
		"metadata without a key":        {`"metadata":[{"value":"v","display_in_invoice":false}]`, `{"key":["value_is_mandatory"]}`},
		"metadata without a value":      {`"metadata":[{"key":"k","display_in_invoice":false}]`, `{"value":["value_is_mandatory"]}`},
		"metadata with null for both":   {`"metadata":[{"key":null,"value":null}]`, `{"key":["value_is_mandatory"],"value":["value_is_mandatory"]}`},
		"metadata with a blank key":     {`"metadata":[{"key":" ","value":"v"}]`, `{"key":["value_is_mandatory"]}`},
		"metadata with a blank value":   {`"metadata":[{"key":"k","value":""}]`, `{"value":["value_is_mandatory"]}`},
		"metadata key of 21 characters": {`"metadata":[{"key":"` + strings.Repeat("é", 21) + `","value":"v"}]`, `{"key":["value_is_too_long"]}`},
		"metadata value of 101":         {`"metadata":[{"key":"k","value":"` + strings.Repeat("é", 101) + `"}]`, `{"value":["value_is_too_long"]}`},
		"metadata key sent twice":       {`"metadata":[{"key":"k","value":"1"},{"key":"k","value":"2"}]`, `{"key":["value_already_exist"]}`},
		"metadata id that is none":      {`"metadata":[{"id":"1","key":"k","value":"v"}]`, `{"metadata.0.id":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := upsert(t, s, `{"external_id":"old","name":"Old","metadata":[{"key":"tier","value":"gold"}]}`)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				for _, id := range []string{"old", "new"} {
					requireDetails(t, c.details, s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,%s}}`, id, c.fields)))
				}
			})
		}
		require.Equal(t, before, member(t, s.Get("/customers/old"), "customer"))
		requireNotFound(t, "customer", s.Get("/customers/new"))
		require.Equal(t, json.Number("2"), upsert(t, s, `{"external_id":"next"}`)["sequential_id"], "a refusal takes no number")
	})
}

// pairsOf are so many pairs of metadata.
func pairsOf(count int) string {
	pairs := make([]string, count)
	for i := range pairs {
		pairs[i] = fmt.Sprintf(`{"key":"k%d","value":"v"}`, i)
	}
	return strings.Join(pairs, ",")
}

func TestCustomers_TakeWhatIsJustWithinARule(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"name of 255 characters":                `"name":"` + strings.Repeat("é", 255) + `"`,
		"five pairs of metadata":                `"metadata":[` + pairsOf(5) + `]`,
		"metadata at its longest":               `"metadata":[{"key":"` + strings.Repeat("é", 20) + `","value":"` + strings.Repeat("é", 100) + `"}]`,
		"payment term of none":                  `"net_payment_term":0`,
		"several emails":                        `"email":"a@example.com, b@example.com"`,
		"currency that the document leaves out": `"currency":"KWD"`,
		"one integration of each type":          `"integration_customers":[{"integration_type":"xero"},{"integration_type":"netsuite","sync_with_provider":true}]`,
		"integration of no type":                `"integration_customers":[{"integration_code":"a"},{"integration_code":"b"}]`,
		"unknown sections":                      `"invoice_custom_section_codes":["a"],"skip_invoice_custom_sections":false`,
		"skipping with an empty choice":         `"invoice_custom_section_codes":[],"skip_invoice_custom_sections":true`,
		"unknown fields":                        `"foo":1,"shipping_address":{"planet":"Earth"},"metadata":[{"key":"k","value":"v","bar":1}]`,
		"finalization inherited":                `"finalize_zero_amount_invoice":"inherit"`,
		"zone by its older name":                `"timezone":"Europe/Kiev"`,
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, fields := range cases {
			t.Run(name, func(t *testing.T) {
				created := upsert(t, s, fmt.Sprintf(`{"external_id":%q,%s}`, name, fields))
				require.Empty(t, created["integration_customers"])
			})
		}
		require.Len(t, entries(t, s.Get("/customers"), "customers"), len(cases))
	})
}

func TestCustomers_NeedAnExternalID(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range map[string]struct{ fields, details string }{
			"missing":                       {`{"name":"x"}`, `{"external_id":["value_is_mandatory"]}`},
			"null":                          {`{"external_id":null}`, `{"external_id":["value_is_mandatory"]}`},
			"empty":                         {`{"external_id":""}`, `{"external_id":["value_is_mandatory"]}`},
			"blank":                         {`{"external_id":" \t"}`, `{"external_id":["value_is_mandatory"]}`},
			"number":                        {`{"external_id":7}`, `{"external_id":["value_is_invalid"]}`},
			"missing, with more that fails": {`{"net_payment_term":-1,"currency":"XXX"}`, `{"external_id":["value_is_mandatory"],"net_payment_term":["value_is_out_of_range"],"currency":["value_is_invalid"]}`},
		} {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Post("/customers", `{"customer":`+c.fields+`}`)) })
		}
		for name, body := range map[string]string{
			"no body": ``, "no root": `{}`, "empty root": `{"customer":{}}`, "scalar root": `{"customer":"c"}`,
			"list root": `{"customer":[{"external_id":"c"}]}`, "only unknown fields": `{"customer":{"id":"c"}}`,
		} {
			t.Run(name, func(t *testing.T) { requireNoParameter(t, "customer", s.Post("/customers", body)) })
		}
		require.Empty(t, entries(t, s.Get("/customers"), "customers"))
	})
}

func TestCustomers_NameWhatExists(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range map[string]struct{ fields, missing string }{
			"unknown billing entity":                 {`"billing_entity_code":"nowhere"`, "billing_entity"},
			"unknown billing entity before a rule":   {`"billing_entity_code":"nowhere","country":"ZZ"`, "billing_entity"},
			"unknown billing entity before a format": {`"billing_entity_code":"nowhere","currency":"XXX"`, "billing_entity"},
			"unknown tax":                            {`"tax_codes":["nothing"]`, "tax"},
			"one of two taxes unknown":               {`"tax_codes":["vat","nothing"]`, "tax"},
			"tax in other letters":                   {`"tax_codes":["VAT"]`, "tax"},
			"unknown tax before bad metadata":        {`"tax_codes":["nothing"],"metadata":[{"key":"","value":""}]`, "tax"},
		} {
			t.Run(name, func(t *testing.T) {
				requireNotFound(t, c.missing, s.Post("/customers", `{"customer":{"external_id":"c",`+c.fields+`}}`))
			})
		}
		requireDetails(t, `{"country":["not_a_valid_country_code"]}`,
			s.Post("/customers", `{"customer":{"external_id":"c","country":"ZZ","tax_codes":["nothing"]}}`))
		require.Empty(t, entries(t, s.Get("/customers"), "customers"))
	})
}

func TestCustomers_MetadataIsReplacedByIdentifier(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		pairs := func(metadata string) []map[string]any {
			return objects(t, upsert(t, s, `{"external_id":"c","metadata":`+metadata+`}`), "metadata")
		}
		first := pairs(`[{"key":"tier","value":"gold","display_in_invoice":true},{"key":"vip","value":"yes"}]`)
		require.Equal(t, []any{true, false}, pluck(first, "display_in_invoice"))
		tier, vip := first[0]["lago_id"].(string), first[1]["lago_id"].(string)

		changed := pairs(`[{"id":"` + tier + `","key":"tier","value":"silver"},{"key":"new","value":"1"}]`)
		require.Equal(t, []any{"tier", "new"}, pluck(changed, "key"))
		require.Equal(t, tier, changed[0]["lago_id"])
		require.Equal(t, []any{"silver", true}, []any{changed[0]["value"], changed[0]["display_in_invoice"]}, "what is absent stays")

		fresh := pairs(`[{"id":"` + vip + `","key":"vip","value":"again"},{"id":null,"key":"null","value":"1"}]`)
		require.Equal(t, []any{"vip", "null"}, pluck(fresh, "key"))
		require.NotEqual(t, vip, fresh[0]["lago_id"], "an identifier that is gone makes a new pair")

		requireDetails(t, `{"key":["value_already_exist"]}`,
			s.Post("/customers", `{"customer":{"external_id":"c","metadata":[{"key":"vip","value":"without its id"}]}}`))
		require.Len(t, objects(t, upsert(t, s, `{"external_id":"c","metadata":null}`), "metadata"), 2)
		require.Equal(t, fresh, objects(t, upsert(t, s, `{"external_id":"c"}`), "metadata"))
		require.Empty(t, pairs(`[]`))
	})
}

func TestCustomers_SectionsEndTheSkipping(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, step := range []struct {
			fields string
			want   bool
		}{
			{`"skip_invoice_custom_sections":true`, true},
			{`"name":"x"`, true},
			{`"invoice_custom_section_codes":null`, true},
			{`"invoice_custom_section_codes":["a"]`, false},
			{`"skip_invoice_custom_sections":true`, true},
			{`"invoice_custom_section_codes":[]`, false},
			{`"skip_invoice_custom_sections":true`, true},
			{`"skip_invoice_custom_sections":null`, false},
		} {
			customer := upsert(t, s, `{"external_id":"c",`+step.fields+`}`)
			require.Equal(t, step.want, customer["skip_invoice_custom_sections"], step.fields)
			require.Empty(t, customer["applicable_invoice_custom_sections"])
		}
	})
}

func TestCustomers_TextIsCleaned(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		customer := upsert(t, s, `{"external_id":"c\u0000","name":"A\u0000da","email":" a@example.com\u200b ","metadata":[{"key":"k\u0000","value":"\u0000v"}]}`)
		require.Equal(t, []any{"c", "Ada", "a@example.com"}, []any{customer["external_id"], customer["name"], customer["email"]})
		pair := objects(t, customer, "metadata")[0]
		require.Equal(t, []any{"k", "v"}, []any{pair["key"], pair["value"]})
		require.Nil(t, upsert(t, s, `{"external_id":"c","email":" "}`)["email"])
	})
}

func TestCustomers_WithoutALicenceItsFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	const fields = `"external_id":"c","timezone":"Asia/Tokyo","account_type":"partner","billing_configuration":{"invoice_grace_period":3,"document_locale":"fr"}`
	cases := map[string]struct {
		premium                  string
		timezone, account, grace any
	}{
		"everything on":       {`{"licensed":true}`, "Asia/Tokyo", "partner", json.Number("3")},
		"no licence":          {`{"licensed":false}`, nil, "customer", nil},
		"no add-ons":          {`{"integrations":[]}`, "Asia/Tokyo", "customer", json.Number("3")},
		"add-on, no licence":  {`{"licensed":false,"integrations":["revenue_share"]}`, nil, "customer", nil},
		"just the add-on":     {`{"integrations":["revenue_share"]}`, "Asia/Tokyo", "partner", json.Number("3")},
		"another add-on only": {`{"integrations":["xero"]}`, "Asia/Tokyo", "customer", json.Number("3")},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				s.Admin(http.MethodPatch, organizationPath(s), `{"premium":{"licensed":true,"integrations":["revenue_share"]}}`).Status(t, http.StatusOK)
				s.Admin(http.MethodPatch, organizationPath(s), `{"premium":`+c.premium+`}`).Status(t, http.StatusOK)
				customer := upsert(t, s, `{`+fields+`}`)
				billing := object(t, customer, "billing_configuration")
				require.Equal(t, []any{c.timezone, c.account, c.grace, "fr"},
					[]any{customer["timezone"], customer["account_type"], billing["invoice_grace_period"], billing["document_locale"]})
				member(t, s.Delete("/customers/c"), "customer")
			})
		}
	})
}
