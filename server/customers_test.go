package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// upsert adds or changes a customer; fields is the JSON object.
func upsert(t *testing.T, s *servertest.Server, fields string) map[string]any {
	t.Helper()
	return member(t, s.Post("/customers", `{"customer":`+fields+`}`), "customer")
}

// keys are the names of an object's members.
func keys(of map[string]any) []string {
	return slices.Collect(maps.Keys(of))
}

const (
	emptyAddress = `{"address_line1":null,"address_line2":null,"city":null,"state":null,"zipcode":null,"country":null}`
	emptyBilling = `{"invoice_grace_period":null,"payment_provider":null,"payment_provider_code":null,"document_locale":null,
		"subscription_invoice_issuing_date_anchor":null,"subscription_invoice_issuing_date_adjustment":null}`
	// everyField is a customer with every field that has a value of its own.
	everyField = `{"external_id":"c-1","billing_entity_code":"second","account_type":"partner","customer_type":"company",
		"name":"Ada Ltd","firstname":"Ada","lastname":"L","email":"a@example.com,b@example.com","phone":"+33 1","url":"https://ada.example.com",
		"logo_url":"https://ada.example.com/logo.png","legal_name":"Ada SA","legal_number":"12","tax_identification_number":"FR12",
		"external_salesforce_id":"sf-1","address_line1":"1 Rue A","address_line2":"Bat. B","city":"Paris","state":"IDF","zipcode":"75001",
		"country":"fr","shipping_address":{"address_line1":"2 Rue B","address_line2":"Quai","city":"Lyon","state":"ARA","zipcode":"69001","country":"de"},
		"currency":"EUR","timezone":"Asia/Tokyo","net_payment_term":30,"finalize_zero_amount_invoice":"skip","skip_invoice_custom_sections":true,
		"billing_configuration":{"invoice_grace_period":3,"document_locale":"pt-BR","subscription_invoice_issuing_date_anchor":"next_period_start",
		"subscription_invoice_issuing_date_adjustment":"keep_anchor"},"tax_codes":["vat"],
		"metadata":[{"key":"tier","value":"gold","display_in_invoice":true}]}`
)

func TestCustomers_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addBillingEntity(t, s, "second", "Europe/Paris")
		tax := member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "tax")
		delete(tax, "applied_to_billing_entities_codes")
		created := upsert(t, s, everyField)
		pair := created["metadata"].([]any)[0].(map[string]any)
		requireJSON(t, `{"key":"tier","value":"gold","display_in_invoice":true,"created_at":"2026-01-15T10:30:00Z"}`, identified(t, pair))
		require.Equal(t, []any{tax}, created["taxes"])
		rest := identified(t, created)
		delete(rest, "metadata")
		delete(rest, "taxes")
		requireJSON(t, `{"billing_entity_code":"second","external_id":"c-1","account_type":"partner","customer_type":"company",
			"name":"Ada Ltd","firstname":"Ada","lastname":"L","email":"a@example.com,b@example.com","phone":"+33 1","url":"https://ada.example.com",
			"logo_url":"https://ada.example.com/logo.png","legal_name":"Ada SA","legal_number":"12","tax_identification_number":"FR12",
			"external_salesforce_id":"sf-1","sequential_id":1,"slug":"`+s.Organization.DocumentNumberPrefix+`-001",
			"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z",
			"address_line1":"1 Rue A","address_line2":"Bat. B","city":"Paris","state":"IDF","zipcode":"75001","country":"FR",
			"shipping_address":{"address_line1":"2 Rue B","address_line2":"Quai","city":"Lyon","state":"ARA","zipcode":"69001","country":"DE"},
			"currency":"EUR","timezone":"Asia/Tokyo","applicable_timezone":"Asia/Tokyo","net_payment_term":30,
			"finalize_zero_amount_invoice":"skip","skip_invoice_custom_sections":true,
			"billing_configuration":{"invoice_grace_period":3,"payment_provider":null,"payment_provider_code":null,"document_locale":"pt-BR",
			"subscription_invoice_issuing_date_anchor":"next_period_start","subscription_invoice_issuing_date_adjustment":"keep_anchor"},
			"integration_customers":[],"applicable_invoice_custom_sections":[],"error_details":[]}`, rest)

		require.Equal(t, created, member(t, s.Get("/customers/c-1"), "customer"))
		listed := maps.Clone(created)
		delete(listed, "applicable_invoice_custom_sections")
		delete(listed, "error_details")
		require.Equal(t, []map[string]any{listed}, entries(t, s.Get("/customers"), "customers"))
		require.Equal(t, created, upsert(t, s, `{"external_id":"c-1"}`), "what is absent stays")
		require.Equal(t, created, member(t, s.Delete("/customers/c-1"), "customer"))
	})
}

func TestCustomers_NeedNothingButAnExternalID(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		bare := fmt.Sprintf(`{"billing_entity_code":%q,"external_id":"c-1","account_type":"customer","customer_type":null,
			"name":null,"firstname":null,"lastname":null,"email":null,"phone":null,"url":null,"logo_url":null,"legal_name":null,
			"legal_number":null,"tax_identification_number":null,"external_salesforce_id":null,"sequential_id":1,"slug":"%s-001",
			"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z","address_line1":null,"address_line2":null,
			"city":null,"state":null,"zipcode":null,"country":null,"shipping_address":%s,"currency":null,"timezone":null,
			"applicable_timezone":"UTC","net_payment_term":null,"finalize_zero_amount_invoice":"inherit",
			"skip_invoice_custom_sections":false,"billing_configuration":%s,"metadata":[],"taxes":[],"integration_customers":[],
			"applicable_invoice_custom_sections":[],"error_details":[]}`,
			s.Organization.Slug, s.Organization.DocumentNumberPrefix, emptyAddress, emptyBilling)
		requireJSON(t, bare, identified(t, upsert(t, s, `{"external_id":"c-1"}`)))

		addBillingEntity(t, s, "second", "UTC")
		member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "tax")
		upsert(t, s, everyField)
		cleared := upsert(t, s, fmt.Sprintf(`{"external_id":"c-1","billing_entity_code":%q,"account_type":"customer","customer_type":null,
			"name":null,"firstname":null,"lastname":null,"email":null,"phone":null,"url":null,"logo_url":null,"legal_name":null,
			"legal_number":null,"tax_identification_number":null,"external_salesforce_id":null,"address_line1":null,"address_line2":null,
			"city":null,"state":null,"zipcode":null,"country":null,"shipping_address":%s,"currency":null,"timezone":null,
			"net_payment_term":null,"finalize_zero_amount_invoice":null,"skip_invoice_custom_sections":null,
			"billing_configuration":%s,"metadata":[],"tax_codes":[],"integration_customers":[]}`, s.Organization.Slug, emptyAddress, emptyBilling))
		requireJSON(t, bare, identified(t, cleared))
	})
}

func TestCustomers_NullListsAndObjectsCountAsAbsent(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addBillingEntity(t, s, "second", "UTC")
		member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), "tax")
		before := upsert(t, s, everyField)
		after := upsert(t, s, `{"external_id":"c-1","metadata":null,"tax_codes":null,"integration_customers":null,
			"invoice_custom_section_codes":null,"billing_configuration":null,"shipping_address":null}`)
		require.Equal(t, before, after)
		merged := upsert(t, s, `{"external_id":"c-1","shipping_address":{"city":"Nice"},"billing_configuration":{"document_locale":null}}`)
		requireJSON(t, `{"address_line1":"2 Rue B","address_line2":"Quai","city":"Nice","state":"ARA","zipcode":"69001","country":"DE"}`, merged["shipping_address"])
		requireJSON(t, `3`, object(t, merged, "billing_configuration")["invoice_grace_period"])
		require.Nil(t, object(t, merged, "billing_configuration")["document_locale"])
	})
}

func TestCustomers_ApplicableTimezone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addBillingEntity(t, s, "paris", "Europe/Paris")
		for _, step := range []struct{ name, fields, want string }{
			{"of the default billing entity", `{"external_id":"c"}`, "UTC"},
			{"of the named billing entity", `{"external_id":"c","billing_entity_code":"paris"}`, "Europe/Paris"},
			{"of the customer", `{"external_id":"c","timezone":"Asia/Tokyo"}`, "Asia/Tokyo"},
			{"of the billing entity again", `{"external_id":"c","timezone":null}`, "Europe/Paris"},
		} {
			require.Equal(t, step.want, upsert(t, s, step.fields)["applicable_timezone"], step.name)
		}
	})
}

func TestCustomers_CountriesAreUpcasedAndBlankOnesNull(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for sent, want := range map[string]any{`"de"`: "DE", `"Fr"`: "FR", `"XK"`: "XK", `""`: nil, `" "`: nil, `null`: nil} {
			customer := upsert(t, s, `{"external_id":"c","country":`+sent+`,"shipping_address":{"country":`+sent+`}}`)
			require.Equal(t, want, customer["country"], sent)
			require.Equal(t, want, object(t, customer, "shipping_address")["country"], sent)
		}
	})
}

func TestCustomers_ExternalIDsAreAnyText(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for id, path := range map[string]string{
			"a.b.json": "a.b.json", "a/b": "a%2Fb", "a b+c": "a%20b+c", "50%": "50%25", "é@x": "%C3%A9@x", "..": "%2E%2E", "?#": "%3F%23",
		} {
			body, err := json.Marshal(map[string]any{"customer": map[string]any{"external_id": id}})
			require.NoError(t, err)
			created := member(t, s.Post("/customers", string(body)), "customer")
			require.Equal(t, created, member(t, s.Get("/customers/"+path), "customer"), id)
			require.Equal(t, created, member(t, s.Delete("/customers/"+path), "customer"), id)
		}
		upsert(t, s, `{"external_id":"a"}`)
		requireNotFound(t, "customer", s.Get("/customers/a.b"))
	})
}

func TestCustomers_AreFoundWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		theirs := member(t, s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"c"}}`), "customer")
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			for _, id := range []string{"c", "nobody", "C"} {
				requireNotFound(t, "customer", s.Do(method, "/customers/"+id, ""))
			}
		}
		require.Empty(t, entries(t, s.Get("/customers"), "customers"))
		ours := upsert(t, s, `{"external_id":"c","name":"ours"}`)
		require.NotEqual(t, theirs["lago_id"], ours["lago_id"])
		require.Nil(t, member(t, s.DoAs(other, http.MethodGet, "/customers/c", ""), "customer")["name"])
		requireClosed(t, s, "customer", `GET /customers`, `GET /customers/c`, `POST /customers {"customer":{"external_id":"x"}}`, `DELETE /customers/c`)
	})
}

func TestCustomers_AnExternalIDIsFreeAfterDeletion(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		prefix := s.Organization.DocumentNumberPrefix
		require.Regexp(t, `^ACM-[0-9A-F]{4}$`, prefix)
		first := upsert(t, s, `{"external_id":"c","name":"first"}`)
		require.Equal(t, first, member(t, s.Delete("/customers/c"), "customer"))
		requireNotFound(t, "customer", s.Get("/customers/c"))
		requireNotFound(t, "customer", s.Delete("/customers/c"))
		second := upsert(t, s, `{"external_id":"c"}`)
		require.NotEqual(t, first["lago_id"], second["lago_id"])
		require.Nil(t, second["name"])
		require.Equal(t, json.Number("2"), second["sequential_id"])
		require.Equal(t, prefix+"-002", second["slug"])
		require.Len(t, entries(t, s.Get("/customers"), "customers"), 1)

		s.Admin(http.MethodPatch, organizationPath(s), `{"document_number_prefix":"NEW"}`).Status(t, http.StatusOK)
		require.Equal(t, prefix+"-002", upsert(t, s, `{"external_id":"c","name":"renamed"}`)["slug"], "a slug never changes")
		require.Equal(t, "NEW-003", upsert(t, s, `{"external_id":"d"}`)["slug"])
	})
}

// organizationPath is the administration's path of the first organization.
func organizationPath(s *servertest.Server) string {
	return organizations + "/" + s.Organization.ID.String()
}

func TestCustomers_SlugsGrowBeyondThreeDigits(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		withinOrganization(t, s, func(tx *store.Tx) error {
			for range 998 {
				if _, err := tx.NextCustomerNumber(); err != nil {
					return err
				}
			}
			return nil
		})
		require.Regexp(t, regexp.QuoteMeta(s.Organization.DocumentNumberPrefix)+"-999$", upsert(t, s, `{"external_id":"a"}`)["slug"])
		require.Regexp(t, regexp.QuoteMeta(s.Organization.DocumentNumberPrefix)+"-1000$", upsert(t, s, `{"external_id":"b"}`)["slug"])
	})
}

func TestCustomers_ConcurrentUpsertsMakeOneCustomer(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const callers = 8
		answers := make([]*servertest.Response, callers)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answers[i] = s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":"c","firstname":"%d"}}`, i))
			})
		}
		all.Wait()
		ids := map[any]bool{}
		for _, answer := range answers {
			ids[member(t, answer, "customer")["lago_id"]] = true
		}
		require.Len(t, ids, 1)
		require.Len(t, entries(t, s.Get("/customers"), "customers"), 1)
		require.Equal(t, json.Number("2"), upsert(t, s, `{"external_id":"d"}`)["sequential_id"])
		created := entries(t, s.Get("/activity_logs?activity_types[]=customer.created&external_customer_id=c"), "activity_logs")
		require.Len(t, created, 1)
	})
}

func TestCustomers_AProviderThatRefusesLeavesTheCustomerSaved(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for name, billing := range map[string]string{
			"known there":           `{"payment_provider":"stripe","provider_customer_id":"cus_1"}`,
			"shall be created":      `{"payment_provider":"gocardless","sync_with_provider":true}`,
			"known and synchronous": `{"payment_provider":"adyen","provider_customer_id":"x","sync_with_provider":true}`,
		} {
			t.Run(name, func(t *testing.T) {
				id := regexp.MustCompile(`\W`).ReplaceAllString(name, "-")
				refused := s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q,"name":%q,"billing_configuration":%s}}`, id, name, billing))
				requireDetails(t, `{"base":["payment_provider_not_found"]}`, refused)
				saved := member(t, s.Get("/customers/"+id), "customer")
				require.Equal(t, name, saved["name"])
				requireJSON(t, emptyBilling, saved["billing_configuration"])
				log := member(t, s.Get("/api_logs/"+refused.RequestID()), "api_log")
				require.Equal(t, json.Number("422"), log["http_status"])
				activities := entries(t, s.Get("/activity_logs?external_customer_id="+id), "activity_logs")
				require.Equal(t, []any{"customer.created"}, pluck(activities, "activity_type"))
			})
		}
		ignored := upsert(t, s, `{"external_id":"quiet","billing_configuration":{"payment_provider":"stripe","payment_provider_code":"x","sync":true,"provider_payment_methods":["card"]}}`)
		requireJSON(t, emptyBilling, ignored["billing_configuration"])
		unlinked := upsert(t, s, `{"external_id":"quiet","billing_configuration":{"payment_provider":null,"provider_customer_id":"cus_1"}}`)
		requireJSON(t, emptyBilling, unlinked["billing_configuration"])
		require.ElementsMatch(t, []string{
			"invoice_grace_period", "payment_provider", "payment_provider_code", "document_locale",
			"subscription_invoice_issuing_date_anchor", "subscription_invoice_issuing_date_adjustment",
		}, keys(object(t, unlinked, "billing_configuration")))
	})
}

func TestCustomers_UpdatedAtFollowsTheClock(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		upsert(t, s, `{"external_id":"c"}`)
		s.Travel(t, servertest.Epoch.AddDate(0, 1, 0))
		updated := upsert(t, s, `{"external_id":"c","name":"later"}`)
		require.Equal(t, "2026-01-15T10:30:00Z", updated["created_at"])
		require.Equal(t, "2026-02-15T10:30:00Z", updated["updated_at"])
	})
}
