package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// organization sends an update of the organization with the members.
func organization(t *testing.T, s *servertest.Server, members string) map[string]any {
	t.Helper()
	return member(t, s.Put("/organizations", `{"organization":{`+members+`}}`), "organization")
}

func TestOrganizations_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		id := s.Organization.ID.String()
		defaults := organization(t, s, `"unknown":1`)
		requireJSON(t, fmt.Sprintf(`{"lago_id":%q,"name":"Acme","slug":"acme","created_at":"2026-01-15T10:30:00Z","webhook_url":"","webhook_urls":[],
			"country":null,"default_currency":"USD","address_line1":null,"address_line2":null,"state":null,"zipcode":null,"email":null,"city":null,
			"legal_name":null,"legal_number":null,"timezone":"UTC","net_payment_term":0,"email_settings":[],"document_numbering":"per_customer",
			"document_number_prefix":%q,"tax_identification_number":null,"finalize_zero_amount_invoice":true,"events_store":"postgres","taxes":[],
			"billing_configuration":{"invoice_footer":null,"invoice_grace_period":0,"document_locale":"en"}}`,
			id, "ACM-"+strings.ToUpper(id[len(id)-4:])), defaults)

		member(t, s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","applied_to_organization":true}}`), "tax")
		updated := organization(t, s, `"name":"Other","slug":" Acme-Labs ","country":"fr","default_currency":"eur","address_line1":"1 rue","address_line2":"2nd",
			"state":"IDF","zipcode":"75001","email":"a@b.example","city":"Paris","legal_name":"Acme SAS","legal_number":"RCS 1","net_payment_term":30,
			"tax_identification_number":"FR1","timezone":"Europe/Paris","webhook_url":"https://a.invalid","document_numbering":"per_organization",
			"document_number_prefix":"acm-x","finalize_zero_amount_invoice":false,"email_settings":["invoice.finalized"],
			"billing_configuration":{"invoice_footer":"Thanks","invoice_grace_period":3,"document_locale":"fr"}`)
		require.Equal(t, []any{"vat"}, pluck(objects(t, updated, "taxes"), "code"))
		delete(updated, "taxes")
		want := fmt.Sprintf(`{"lago_id":%q,"name":"Acme","slug":"acme-labs","created_at":"2026-01-15T10:30:00Z","webhook_url":"https://a.invalid",
			"webhook_urls":["https://a.invalid"],"country":"FR","default_currency":"EUR","address_line1":"1 rue","address_line2":"2nd","state":"IDF",
			"zipcode":"75001","email":"a@b.example","city":"Paris","legal_name":"Acme SAS","legal_number":"RCS 1","timezone":"Europe/Paris",
			"net_payment_term":30,"email_settings":["invoice.finalized"],"document_numbering":"per_organization","document_number_prefix":"ACM-X",
			"tax_identification_number":"FR1","finalize_zero_amount_invoice":false,"events_store":"postgres",
			"billing_configuration":{"invoice_footer":"Thanks","invoice_grace_period":3,"document_locale":"fr"}}`, id)
		requireJSON(t, want, updated)

		kept := organization(t, s, `"billing_configuration":null,"email_settings":null`)
		delete(kept, "taxes")
		requireJSON(t, want, kept)
	})
}

// TestOrganizations_MirrorToTheDefaultBillingEntity and to what administration
// shows.
func TestOrganizations_MirrorToTheDefaultBillingEntity(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newEntity(t, s, "second", "")
		second := member(t, s.Get("/billing_entities/second"), "billing_entity")
		organization(t, s, `"country":"de","default_currency":"EUR","timezone":"Europe/Berlin","email":"a@b.example","document_number_prefix":"de-1",
			"city":"Berlin","document_numbering":"per_organization","billing_configuration":{"invoice_grace_period":3}`)
		first := member(t, s.Get("/billing_entities/acme"), "billing_entity")
		for name, want := range map[string]any{
			"country": "DE", "default_currency": "EUR", "timezone": "Europe/Berlin", "email": "a@b.example", "document_number_prefix": "DE-1",
			"city": "Berlin", "document_numbering": "per_billing_entity", "invoice_grace_period": json.Number("3"), "name": "Acme",
		} {
			require.Equal(t, want, first[name], name)
		}
		require.Equal(t, second, member(t, s.Get("/billing_entities/second"), "billing_entity"))

		path := "/admin/organizations/" + s.Organization.ID.String()
		shown := member(t, s.Admin(http.MethodGet, path, ""), "organization")
		for name, want := range map[string]any{
			"country": "DE", "default_currency": "EUR", "timezone": "Europe/Berlin", "email": "a@b.example", "document_number_prefix": "DE-1",
		} {
			require.Equal(t, want, shown[name], name)
		}
		require.Equal(t, "DE-1-001", member(t, s.Post("/customers", `{"customer":{"external_id":"c"}}`), "customer")["slug"])

		// The other way round: what the administrator sets holds for both, too.
		s.Admin(http.MethodPatch, path, `{"country":"IT","default_currency":"CHF","timezone":"Europe/Rome"}`).Status(t, http.StatusOK)
		settings := organization(t, s, `"unknown":1`)
		require.Equal(t, []any{"IT", "CHF", "Europe/Rome"}, []any{settings["country"], settings["default_currency"], settings["timezone"]})
		first = member(t, s.Get("/billing_entities/acme"), "billing_entity")
		require.Equal(t, []any{"IT", "CHF", "Europe/Rome", "Berlin"}, []any{first["country"], first["default_currency"], first["timezone"], first["city"]})
	})
}

func TestOrganizations_IgnoreWhatNeedsTheLicence(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := organization(t, s, `"unknown":1`)
		setPremium(t, s, `{"licensed":false}`)
		after := organization(t, s, `"timezone":"Europe/Paris","email_settings":["invoice.finalized"],"billing_configuration":{"invoice_grace_period":3}`)
		require.Equal(t, before, after)
		shown := member(t, s.Admin(http.MethodGet, "/admin/organizations/"+s.Organization.ID.String(), ""), "organization")
		require.Equal(t, "UTC", shown["timezone"])
	})
}

func TestOrganizations_WebhookURLIsThatOfTheFirstEndpoint(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := organization(t, s, `"webhook_url":"https://z.invalid"`)
		require.Equal(t, []any{"https://z.invalid", []any{"https://z.invalid"}}, []any{created["webhook_url"], created["webhook_urls"]})
		endpoint := entries(t, s.Get("/webhook_endpoints"), "webhook_endpoints")[0]
		require.Equal(t, []any{"https://z.invalid", "jwt", nil}, []any{endpoint["webhook_url"], endpoint["signature_algo"], endpoint["event_types"]})

		newEndpoint(t, s, "https://a.invalid")
		path := "/webhook_endpoints/" + textOf(t, endpoint, "lago_id")
		member(t, s.Put(path, `{"webhook_endpoint":{"name":"First","event_types":[]}}`), "webhook_endpoint")
		moved := organization(t, s, `"webhook_url":"https://y.invalid"`)
		require.Equal(t, []any{"https://y.invalid", []any{"https://y.invalid", "https://a.invalid"}}, []any{moved["webhook_url"], moved["webhook_urls"]})
		first := member(t, s.Get(path), "webhook_endpoint")
		require.Equal(t, []any{"https://y.invalid", "First", []any{}}, []any{first["webhook_url"], first["name"], first["event_types"]})

		for sent, code := range map[string]string{
			`"nowhere"`: `"url_is_invalid"`, `null`: `"value_is_mandatory","url_is_invalid"`, `""`: `"value_is_mandatory","url_is_invalid"`,
			`"https://a.invalid"`: `"value_already_exist"`,
		} {
			requireDetails(t, `{"webhook_url":[`+code+`]}`, s.Put("/organizations", `{"organization":{"webhook_url":`+sent+`,"city":"Rome"}}`))
		}
		require.Nil(t, organization(t, s, `"unknown":1`)["city"], "nothing of a refused update stays")
	})
}

func TestOrganizations_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ members, details string }{
		"email":              {`"email":"nobody"`, `{"email":["invalid_email_format"]}`},
		"country":            {`"country":"QQ"`, `{"country":["not_a_valid_country_code"]}`},
		"currency":           {`"default_currency":"XXX"`, `{"default_currency":["value_is_invalid"]}`},
		"timezone":           {`"timezone":"Mars/Base"`, `{"timezone":["invalid_timezone"]}`},
		"null as timezone":   {`"timezone":null`, `{"timezone":["invalid_timezone"]}`},
		"numbering":          {`"document_numbering":"per_billing_entity"`, `{"document_numbering":["value_is_invalid"]}`},
		"long prefix":        {`"document_number_prefix":"ABCDEFGHIJK"`, `{"document_number_prefix":["value_is_too_long"]}`},
		"no prefix":          {`"document_number_prefix":""`, `{"document_number_prefix":["value_is_too_short"]}`},
		"payment term":       {`"net_payment_term":-1`, `{"net_payment_term":["value_is_out_of_range"]}`},
		"text for a term":    {`"net_payment_term":"soon"`, `{"net_payment_term":["is not a number"]}`},
		"email setting":      {`"email_settings":["invoice.voided"]`, `{"email_settings":["unsupported_value"]}`},
		"footer":             {`"billing_configuration":{"invoice_footer":"` + strings.Repeat("x", 601) + `"}`, `{"invoice_footer":["value_is_too_long"]}`},
		"grace period":       {`"billing_configuration":{"invoice_grace_period":-1}`, `{"invoice_grace_period":["value_is_out_of_range"]}`},
		"grace in words":     {`"billing_configuration":{"invoice_grace_period":"x"}`, `{"invoice_grace_period":["is not a number"]}`},
		"locale":             {`"billing_configuration":{"document_locale":"xx"}`, `{"document_locale":["not_a_valid_language_code"]}`},
		"no slug":            {`"slug":null`, `{"slug":["value_is_mandatory"]}`},
		"blank slug":         {`"slug":"  "`, `{"slug":["value_is_mandatory"]}`},
		"short slug":         {`"slug":"ab"`, `{"slug":["value_is_too_short"]}`},
		"long slug":          {`"slug":"` + strings.Repeat("x", 41) + `"`, `{"slug":["value_is_too_long"]}`},
		"hyphen in front":    {`"slug":"-abc"`, `{"slug":["value_is_invalid"]}`},
		"hyphen at the end":  {`"slug":"abc-"`, `{"slug":["value_is_invalid"]}`},
		"slug with a space":  {`"slug":"a bc"`, `{"slug":["value_is_invalid"]}`},
		"slug with accents":  {`"slug":"société"`, `{"slug":["value_is_invalid"]}`},
		"reserved slug":      {`"slug":"API"`, `{"slug":["value_is_reserved"]}`},
		"slug that is taken": {`"slug":"Globex"`, `{"slug":["value_already_exist"]}`},
		"several rules": {
			`"slug":"x","email":"nobody","webhook_url":"x","net_payment_term":"x"`,
			`{"slug":["value_is_too_short"],"email":["invalid_email_format"],"webhook_url":["url_is_invalid"],"net_payment_term":["is not a number"]}`,
		},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.NewOrganization(t, "Globex")
		before := organization(t, s, `"unknown":1`)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, s.Put("/organizations", `{"organization":{`+c.members+`}}`))
			})
		}
		require.Equal(t, before, organization(t, s, `"slug":"acme"`), "the own slug is not taken")
		for _, empty := range []string{``, `{}`, `{"organization":{}}`, `{"organization":null}`, `{"organization":[]}`} {
			requireNoParameter(t, "organization", s.Put("/organizations", empty))
		}
		requireClosed(t, s, "organization", `PUT /organizations {"organization":{"city":"x"}}`)
	})
}

func TestOrganizations_ChangeTheirOwnOnly(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		before := organization(t, s, `"unknown":1`)
		theirs := member(t, s.DoAs(other, http.MethodPut, "/organizations", `{"organization":{"city":"Springfield","slug":"hank"}}`), "organization")
		require.Equal(t, []any{"Globex", "hank", "Springfield"}, []any{theirs["name"], theirs["slug"], theirs["city"]})
		require.Equal(t, before, organization(t, s, `"unknown":1`))
	})
}

func TestOrganizations_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organization(t, s, `"city":"Paris"`)
		organization(t, s, `"slug":"labs","email":"a@b.example","webhook_url":"https://a.invalid"`)
		organization(t, s, `"webhook_url":"https://b.invalid"`)
		logs := entries(t, s.Get("/activity_logs?activity_sources[]=api"), "activity_logs")
		changes := map[string][]any{}
		for _, log := range logs {
			kind := textOf(t, log, "activity_type")
			changes[kind] = append(changes[kind], log["activity_object_changes"])
		}
		requireJSON(t, `{"organization.updated":[{"slug":["acme","labs"],"email":[null,"a@b.example"]}],
			"billing_entities.updated":[{},{"email":[null,"a@b.example"]},{"city":[null,"Paris"]}],
			"webhook_endpoint.created":[{}],"webhook_endpoint.updated":[{"webhook_url":["https://a.invalid","https://b.invalid"]}]}`, maps.Clone(changes))
	})
}

// TestOrganizations_LoseNoConcurrentChange sends changes of different settings
// at once.
func TestOrganizations_LoseNoConcurrentChange(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		members := []string{`"slug":"labs"`, `"city":"Paris"`, `"email":"a@b.example"`, `"webhook_url":"https://a.invalid"`}
		var group sync.WaitGroup
		for _, body := range members {
			group.Go(func() {
				s.Put("/organizations", `{"organization":{`+body+`}}`).Status(t, http.StatusOK)
			})
			group.Go(func() { s.Put("/billing_entities/acme", `{"state":"IDF"}`).Status(t, http.StatusOK) })
		}
		group.Wait()
		settings := organization(t, s, `"unknown":1`)
		require.Equal(t, []any{"labs", "Paris", "a@b.example", "https://a.invalid", "IDF"},
			[]any{settings["slug"], settings["city"], settings["email"], settings["webhook_url"], settings["state"]})
	})
}
