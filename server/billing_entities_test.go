package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// entity is the billing entity of an answer that has it bare and wrapped at
// once.
func entity(t *testing.T, response *servertest.Response) map[string]any {
	t.Helper()
	wrapped := member(t, response, "billing_entity")
	bare := response.JSON(t)
	delete(bare, "billing_entity")
	require.Equal(t, wrapped, bare)
	return wrapped
}

// newEntity adds a billing entity with a code and further members.
func newEntity(t *testing.T, s *servertest.Server, code, members string) map[string]any {
	t.Helper()
	return entity(t, s.Post("/billing_entities", fmt.Sprintf(`{"billing_entity":{"code":%q,"name":"Umbrella"%s}}`, code, members)))
}

// setPremium changes what the first organization has licences for.
func setPremium(t *testing.T, s *servertest.Server, premium string) {
	t.Helper()
	s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"premium":`+premium+`}`).Status(t, http.StatusOK)
}

// everyEntityMember are all members of a billing entity's input but its code
// and name.
const everyEntityMember = `,"legal_name":"Umbrella SAS","legal_number":"RCS 1","tax_identification_number":"FR1","email":" a@b.example, c@d.example ",
	"phone":"+33 1","address_line1":"1 rue","address_line2":"2nd","city":"Paris","state":"IDF","zipcode":"75001","country":"fr",
	"default_currency":"eur","timezone":"Europe/Paris","document_numbering":"per_billing_entity","document_number_prefix":"umb-1",
	"net_payment_term":30,"finalize_zero_amount_invoice":false,"email_settings":["invoice.finalized","payment_receipt.created","invoice.finalized"],
	"einvoicing":true,"eu_tax_management":true,"billing_configuration":{"invoice_footer":"Thanks","document_locale":"fr","invoice_grace_period":3,
	"subscription_invoice_issuing_date_anchor":"current_period_end","subscription_invoice_issuing_date_adjustment":"keep_anchor"}`

// everyEntityValue is how they are shown.
const everyEntityValue = `"legal_name":"Umbrella SAS","legal_number":"RCS 1","tax_identification_number":"FR1","email":"a@b.example, c@d.example",
	"phone":"+33 1","address_line1":"1 rue","address_line2":"2nd","city":"Paris","state":"IDF","zipcode":"75001","country":"FR",
	"default_currency":"EUR","timezone":"Europe/Paris","document_numbering":"per_billing_entity","document_number_prefix":"UMB-1",
	"net_payment_term":30,"finalize_zero_amount_invoice":false,"email_settings":["invoice.finalized","payment_receipt.created"],
	"einvoicing":true,"eu_tax_management":true,"invoice_footer":"Thanks","document_locale":"fr","invoice_grace_period":3,
	"subscription_invoice_issuing_date_anchor":"current_period_end","subscription_invoice_issuing_date_adjustment":"keep_anchor","logo_url":null,
	"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z"`

// noEntityValue are the defaults of a billing entity but its prefix.
const noEntityValue = `"legal_name":null,"legal_number":null,"tax_identification_number":null,"email":null,"phone":null,
	"address_line1":null,"address_line2":null,"city":null,"state":null,"zipcode":null,"country":null,"default_currency":"USD","timezone":"UTC",
	"document_numbering":"per_customer","net_payment_term":0,"finalize_zero_amount_invoice":true,"email_settings":[],"einvoicing":false,
	"eu_tax_management":false,"invoice_footer":null,"document_locale":"en","invoice_grace_period":0,
	"subscription_invoice_issuing_date_anchor":"next_period_start","subscription_invoice_issuing_date_adjustment":"align_with_finalization_date",
	"logo_url":null,"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z"`

// TestBillingEntities_ShowEveryField on the wire: the published document has room for
// one address only.
func TestBillingEntities_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		created := newEntity(t, s, "umbrella", everyEntityMember)
		requireJSON(t, `{"code":"umbrella","name":"Umbrella","is_default":false,`+everyEntityValue+`}`, identified(t, created))

		shown := member(t, s.Get("/billing_entities/umbrella"), "billing_entity")
		require.Equal(t, []any{}, shown["taxes"])
		require.Equal(t, []any{}, shown["selected_invoice_custom_sections"])
		delete(shown, "taxes")
		delete(shown, "selected_invoice_custom_sections")
		require.Equal(t, created, shown)

		list := s.Get("/billing_entities")
		require.Equal(t, created, entries(t, list, "billing_entities")[1])
		require.NotContains(t, list.JSON(t), "meta")
	})
}

func TestBillingEntities_HaveDefaults(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		id := s.Organization.ID.String()
		first := entries(t, s.Get("/billing_entities"), "billing_entities")
		require.Len(t, first, 1)
		requireJSON(t, fmt.Sprintf(`{"lago_id":%q,"code":"acme","name":"Acme","is_default":true,"document_number_prefix":%q,%s}`,
			id, "ACM-"+strings.ToUpper(id[len(id)-4:]), noEntityValue), first[0])

		created := newEntity(t, s, "umbrella", "")
		id = textOf(t, created, "lago_id")
		requireJSON(t, fmt.Sprintf(`{"code":"umbrella","name":"Umbrella","is_default":false,"document_number_prefix":%q,%s}`,
			"UMB-"+strings.ToUpper(id[len(id)-4:]), noEntityValue), identified(t, created))
	})
}

// TestBillingEntities_AreUpdatedBareAndWrapped sends an update in both forms
// that clients use.
func TestBillingEntities_AreUpdatedBareAndWrapped(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for code, form := range map[string]string{"bare": `{%s}`, "wrapped": `{"billing_entity":{%s}}`} {
			newEntity(t, s, code, "")
			updated := entity(t, s.Put("/billing_entities/"+code, fmt.Sprintf(form, `"code":"other","name":"Umbrella Corp"`+everyEntityMember)))
			require.Equal(t, updated, member(t, s.Get("/billing_entities/"+code), "billing_entity"))
			rest := identified(t, updated)
			requireJSON(t, fmt.Sprintf(`{"code":%q,"name":"Umbrella Corp","is_default":false,"taxes":[],"selected_invoice_custom_sections":[],%s}`, code, everyEntityValue), rest)

			kept := entity(t, s.Put("/billing_entities/"+code, fmt.Sprintf(form, `"unknown":1`)))
			require.Equal(t, updated, kept, "absent members stay")
			emptied := entity(t, s.Patch("/billing_entities/"+code, fmt.Sprintf(form, `"legal_name":null,"email":null,"phone":null,"address_line1":null,
				"einvoicing":false,"eu_tax_management":false,"country":" ","document_number_prefix":null,"email_settings":null,"tax_codes":null,
				"billing_configuration":{"invoice_footer":null,"document_locale":null}`)))
			want := maps.Clone(updated)
			id := textOf(t, want, "lago_id")
			for name, value := range map[string]any{
				"legal_name": nil, "email": nil, "phone": nil, "address_line1": nil, "country": nil, "einvoicing": false,
				"eu_tax_management": false, "document_number_prefix": "UMB-" + strings.ToUpper(id[len(id)-4:]), "invoice_footer": nil, "document_locale": "en",
			} {
				want[name] = value
			}
			require.Equal(t, want, emptied)
		}
	})
}

func TestBillingEntities_NumberingOnUpdateIsOneOfTwo(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for sent, shown := range map[string]string{
			"per_billing_entity": "per_billing_entity", "per_customer": "per_customer", "per_organization": "per_billing_entity", "anything": "per_billing_entity",
		} {
			updated := entity(t, s.Put("/billing_entities/acme", fmt.Sprintf(`{"document_numbering":%q}`, sent)))
			require.Equal(t, shown, updated["document_numbering"], sent)
		}
	})
}

func TestBillingEntities_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 601)
	// Each case is a creation (with code and name, unless it says otherwise)
	// and an update in both forms.
	cases := map[string]struct{ members, details string }{
		"email":                   {`"email":"nobody"`, `{"email":["invalid_email_format"]}`},
		"one of several emails":   {`"email":"a@b.example,nobody"`, `{"email":["invalid_email_format"]}`},
		"country":                 {`"country":"QQ"`, `{"country":["not_a_valid_country_code"]}`},
		"currency":                {`"default_currency":"XXX"`, `{"default_currency":["value_is_invalid"]}`},
		"timezone":                {`"timezone":"Mars/Base"`, `{"timezone":["invalid_timezone"]}`},
		"locale":                  {`"billing_configuration":{"document_locale":"xx"}`, `{"document_locale":["not_a_valid_language_code"]}`},
		"locale of another type":  {`"billing_configuration":{"document_locale":7}`, `{"document_locale":["not_a_valid_language_code"]}`},
		"footer":                  {`"billing_configuration":{"invoice_footer":"` + long + `"}`, `{"invoice_footer":["value_is_too_long"]}`},
		"grace period":            {`"billing_configuration":{"invoice_grace_period":-1}`, `{"invoice_grace_period":["value_is_out_of_range"]}`},
		"grace period in words":   {`"billing_configuration":{"invoice_grace_period":"x"}`, `{"invoice_grace_period":["is not a number"]}`},
		"anchor":                  {`"billing_configuration":{"subscription_invoice_issuing_date_anchor":"x"}`, `{"subscription_invoice_issuing_date_anchor":["value_is_invalid"]}`},
		"adjustment":              {`"billing_configuration":{"subscription_invoice_issuing_date_adjustment":"x"}`, `{"subscription_invoice_issuing_date_adjustment":["value_is_invalid"]}`},
		"payment term":            {`"net_payment_term":-1`, `{"net_payment_term":["value_is_out_of_range"]}`},
		"endless payment term":    {`"net_payment_term":2147483648`, `{"net_payment_term":["value_is_out_of_range"]}`},
		"payment term in words":   {`"net_payment_term":"soon"`, `{"net_payment_term":["is not a number"]}`},
		"long prefix":             {`"document_number_prefix":"ABCDEFGHIJK"`, `{"document_number_prefix":["value_is_too_long"]}`},
		"no prefix":               {`"document_number_prefix":""`, `{"document_number_prefix":["value_is_too_short"]}`},
		"email setting":           {`"email_settings":["invoice.finalized","invoice.voided"]`, `{"email_settings":["unsupported_value"]}`},
		"e-invoices nowhere":      {`"einvoicing":true`, `{"einvoicing":["country_must_be_present"]}`},
		"e-invoices elsewhere":    {`"einvoicing":true,"country":"IT"`, `{"einvoicing":["country_not_supported"]}`},
		"union taxes nowhere":     {`"eu_tax_management":true`, `{"eu_tax_management":["billing_entity_must_be_in_eu"]}`},
		"union taxes elsewhere":   {`"eu_tax_management":true,"country":"GB"`, `{"eu_tax_management":["billing_entity_must_be_in_eu"]}`},
		"blank name":              {`"name":" "`, `{"name":["value_is_mandatory"]}`},
		"null for a name":         {`"name":null`, `{"name":["value_is_mandatory"]}`},
		"logo that is no picture": {`"logo":"data:image/gif;base64,R0lGODlh"`, `{"logo":["invalid_content_type"]}`},
		"logo that is elsewhere":  {`"logo":"https://a.example/logo.png"`, `{"logo":["invalid_content_type"]}`},
		"logo in other letters":   {`"logo":"data:image/png,abc"`, `{"logo":["invalid_content_type"]}`},
		"logo that is no base64":  {`"logo":"data:image/png;base64,!!!!"`, `{"logo":["invalid_content_type"]}`},
		"logo without content":    {`"logo":"data:image/png;base64,"`, `{"logo":["invalid_content_type"]}`},
		"several rules": {
			`"name":"","email":"nobody","net_payment_term":-1,"country":"QQ"`,
			`{"name":["value_is_mandatory"],"email":["invalid_email_format"],"net_payment_term":["value_is_out_of_range"],"country":["not_a_valid_country_code"]}`,
		},
		"rules of both kinds": {`"name":"","net_payment_term":"soon"`, `{"name":["value_is_mandatory"],"net_payment_term":["is not a number"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := entries(t, s.Get("/billing_entities"), "billing_entities")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				named := `"name":"x",`
				if strings.Contains(c.members, `"name"`) {
					named = ""
				}
				requireDetails(t, c.details, s.Post("/billing_entities", `{"billing_entity":{"code":"new",`+named+c.members+`}}`))
				requireDetails(t, c.details, s.Put("/billing_entities/acme", `{`+c.members+`}`))
				requireDetails(t, c.details, s.Put("/billing_entities/acme", `{"billing_entity":{`+c.members+`}}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get("/billing_entities"), "billing_entities"))
	})
}

func TestBillingEntities_CreationNeedsAFreeCode(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ members, details string }{
		"nothing":            {`"city":"x"`, `{"code":["value_is_mandatory"],"name":["value_is_mandatory"]}`},
		"blank code":         {`"code":" ","name":"x"`, `{"code":["value_is_mandatory"]}`},
		"null for a code":    {`"code":null,"name":"x"`, `{"code":["value_is_mandatory"]}`},
		"code that is taken": {`"code":"acme","name":"x"`, `{"code":["value_already_exist"]}`},
		"endless code":       {`"code":"` + strings.Repeat("x", 5000) + `","name":"x"`, `{"code":["value_is_too_long"]}`},
		"unknown numbering":  {`"code":"c","name":"x","document_numbering":"per_planet"`, `{"document_numbering":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post("/billing_entities", `{"billing_entity":{`+c.members+`}}`))
			})
		}
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/billing_entities", `{"billing_entity":{"code":"acme","name":"x"}}`).Status(t, http.StatusOK)
	})
}

func TestBillingEntities_AreAsManyAsTheAddOnsAllow(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		premium string
		allowed int
	}{
		"no licence":          {`{"licensed":false,"integrations":["multi_entities_enterprise"]}`, 0},
		"no add-on":           {`{"licensed":true,"integrations":[]}`, 0},
		"pro":                 {`{"licensed":true,"integrations":["multi_entities_pro"]}`, 1},
		"enterprise":          {`{"licensed":true,"integrations":["multi_entities_enterprise"]}`, 4},
		"enterprise with pro": {`{"licensed":true,"integrations":["multi_entities_enterprise","multi_entities_pro"]}`, 4},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				organization, key := s.NewOrganization(t, "Globex")
				s.Admin(http.MethodPatch, "/admin/organizations/"+organization.ID.String(), `{"premium":`+c.premium+`}`).Status(t, http.StatusOK)
				for i := range 4 {
					response := s.DoAs(key, http.MethodPost, "/billing_entities", fmt.Sprintf(`{"billing_entity":{"code":"c%d","name":"x"}}`, i))
					if i < c.allowed {
						response.Status(t, http.StatusOK)
						continue
					}
					require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"feature_unavailable"}`, string(response.Status(t, http.StatusForbidden).Body))
				}
			})
		}
		setPremium(t, s, `{"licensed":false}`)
		refused := s.Post("/billing_entities", `{"billing_entity":{"code":"","name":""}}`)
		refused.Status(t, http.StatusForbidden)
	})
}

func TestBillingEntities_IgnoreWhatNeedsTheLicence(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		setPremium(t, s, `{"licensed":false}`)
		updated := entity(t, s.Put("/billing_entities/acme", `{"timezone":"Europe/Paris","email_settings":["invoice.finalized"],"city":"Paris",
			"billing_configuration":{"invoice_grace_period":3,"subscription_invoice_issuing_date_anchor":"current_period_end"}}`))
		for name, want := range map[string]any{
			"timezone": "UTC", "email_settings": []any{}, "invoice_grace_period": json.Number("0"), "city": "Paris",
			"subscription_invoice_issuing_date_anchor": "current_period_end",
		} {
			require.Equal(t, want, updated[name], name)
		}
	})
}

func TestBillingEntities_ApplyTaxes(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"vat", "VAT", "City"} {
			member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":"20"}}`, code, code)), "tax")
		}
		taxes := func(response *servertest.Response) []any {
			return pluck(objects(t, entity(t, response), "taxes"), "code")
		}
		for _, step := range []struct {
			name, body string
			want       []any
		}{
			{"by their codes, shown by name", `{"tax_codes":["vat","City"]}`, []any{"City", "vat"}},
			{"absent keeps", `{"city":"Paris"}`, []any{"City", "vat"}},
			{"null keeps", `{"tax_codes":null}`, []any{"City", "vat"}},
			{"the set is replaced", `{"billing_entity":{"tax_codes":["VAT"]}}`, []any{"VAT"}},
			{"in any case, once", `{"tax_codes":["CITY","city","City"]}`, []any{"City"}},
			{"the exact spelling wins", `{"tax_codes":["VAT","vat"]}`, []any{"VAT", "vat"}},
			{"an empty set", `{"tax_codes":[]}`, []any{}},
		} {
			require.Equal(t, step.want, taxes(s.Put("/billing_entities/acme", step.body)), step.name)
		}
		requireNotFound(t, "tax", s.Put("/billing_entities/acme", `{"city":"Rome","tax_codes":["vat","nothing"]}`))
		require.Equal(t, "Paris", member(t, s.Get("/billing_entities/acme"), "billing_entity")["city"], "nothing of a refused update stays")

		member(t, s.Put("/taxes/vat", `{"tax":{"applied_to_organization":true}}`), "tax")
		shown := objects(t, member(t, s.Get("/billing_entities/acme"), "billing_entity"), "taxes")
		require.Len(t, shown, 1)
		require.Equal(t, true, shown[0]["applied_to_organization"])
		member(t, s.Delete("/taxes/vat"), "tax")
		require.Empty(t, member(t, s.Get("/billing_entities/acme"), "billing_entity")["taxes"])
	})
}

func TestBillingEntities_BearALogo(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		picture := func(size int) string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", size))) }
		logo := func(code string) any {
			return member(t, s.Get("/billing_entities/"+code), "billing_entity")["logo_url"]
		}
		created := newEntity(t, s, "umbrella", `,"logo":"data:image/png;base64,cGljdHVyZQ=="`)
		require.Equal(t, "data:image/png;base64,cGljdHVyZQ==", created["logo_url"])
		require.Equal(t, "data:image/png;base64,cGljdHVyZQ==", logo("umbrella"))
		require.Nil(t, logo("acme"))

		largest := "data:image/JPEG;base64," + picture(800<<10)
		entity(t, s.Put("/billing_entities/umbrella", `{"billing_entity":{"logo":"`+largest+`"}}`))
		require.Equal(t, strings.Replace(largest, "JPEG", "jpeg", 1), logo("umbrella"))
		requireDetails(t, `{"logo":["invalid_size"]}`, s.Put("/billing_entities/umbrella", `{"logo":"data:image/jpg;base64,`+picture(800<<10+1)+`"}`))
		entity(t, s.Put("/billing_entities/umbrella", `{"city":"Paris"}`))
		require.NotNil(t, logo("umbrella"), "absent keeps")
		for _, nothing := range []string{`""`, `null`, `" "`} {
			entity(t, s.Put("/billing_entities/umbrella", `{"logo":"data:image/jpg;base64,cGljdHVyZQ=="}`))
			require.Nil(t, entity(t, s.Put("/billing_entities/umbrella", `{"logo":`+nothing+`}`))["logo_url"])
			require.Nil(t, logo("umbrella"))
		}
	})
}

func TestBillingEntities_BelongToTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		for _, code := range []string{"acme", "nothing", "ACME", s.Organization.ID.String()} {
			requireNotFound(t, "billing_entity", s.DoAs(other, http.MethodGet, "/billing_entities/"+code, ""))
			for _, body := range []string{`{"name":"x"}`, `{"name":null}`, `{"billing_entity":{"name":""}}`, `{}`, `{"billing_entity":{}}`} {
				requireNotFound(t, "billing_entity", s.DoAs(other, http.MethodPut, "/billing_entities/"+code, body))
			}
		}
		require.Equal(t, []any{"globex"}, pluck(entries(t, s.DoAs(other, http.MethodGet, "/billing_entities", ""), "billing_entities"), "code"))
		for _, empty := range []string{``, `{}`, `[]`, `"text"`, `{"billing_entity":{}}`, `{"billing_entity":null}`, `{"billing_entity":"x"}`, `{"billing_entity":[]}`} {
			requireNoParameter(t, "billing_entity", s.Post("/billing_entities", empty))
			requireNoParameter(t, "billing_entity", s.Put("/billing_entities/acme", empty))
		}
		requireClosed(t, s, "billing_entity", `GET /billing_entities`, `GET /billing_entities/acme`,
			`POST /billing_entities {"billing_entity":{"code":"c","name":"x"}}`, `PUT /billing_entities/acme {"name":"x"}`)
	})
}

func TestBillingEntities_AreListedOldestFirst(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for i, code := range []string{"b", "a", "c"} {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			newEntity(t, s, code, "")
		}
		for _, query := range []string{"", "?page=2&per_page=1"} {
			require.Equal(t, []any{"acme", "b", "a", "c"}, pluck(entries(t, s.Get("/billing_entities"+query), "billing_entities"), "code"))
		}
	})
}

func TestBillingEntities_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		created := newEntity(t, s, "umbrella", `,"logo":"data:image/png;base64,cGljdHVyZQ=="`)
		entity(t, s.Put("/billing_entities/umbrella", `{"city":"Paris","logo":null}`))
		logs := entries(t, s.Get("/activity_logs?resource_types[]=BillingEntity"), "activity_logs")
		require.Equal(t, []any{"billing_entities.updated", "billing_entities.created"}, pluck(logs, "activity_type"))
		require.Equal(t, created["lago_id"], logs[0]["resource_id"])
		changes := object(t, logs[0], "activity_object_changes")
		require.Equal(t, []any{nil, "Paris"}, changes["city"])
		digest := "ni:///sha-256;LOonTQvtw57Eq2up5Z7IiePtb7VqHPCIpk2bODN43Jc" // of "picture"
		require.Equal(t, []any{digest, nil}, changes["logo_url"])
		require.Len(t, changes, 2)
	})
}

// TestBillingEntities_GiveCustomersTheirTimezone and their code.
func TestBillingEntities_GiveCustomersTheirTimezone(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newEntity(t, s, "umbrella", `,"timezone":"Asia/Tokyo"`)
		created := member(t, s.Post("/customers", `{"customer":{"external_id":"c","billing_entity_code":"umbrella"}}`), "customer")
		require.Equal(t, "Asia/Tokyo", created["applicable_timezone"])
		entity(t, s.Put("/billing_entities/umbrella", `{"timezone":"Europe/Paris"}`))
		shown := member(t, s.Get("/customers/c"), "customer")
		require.Equal(t, []any{"umbrella", "Europe/Paris"}, []any{shown["billing_entity_code"], shown["applicable_timezone"]})
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Customer("c")
			require.Nil(t, row.BillingEntity.Logo, "customers are read without logos")
			return err
		})
	})
}
