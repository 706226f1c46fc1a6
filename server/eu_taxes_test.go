package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/vat"
	"tarn/server/servertest"
)

// euTaxCount is how many taxes the EU's rules choose from.
const euTaxCount = 27 + 19 + 2

// switchOnEUTaxes makes the default billing entity a French one that follows
// the EU's rules.
func switchOnEUTaxes(t *testing.T, s *servertest.Server) {
	t.Helper()
	entity(t, s.Put("/billing_entities/acme", `{"country":"FR","eu_tax_management":true}`))
}

// euTaxes are the organization's taxes of the EU's rules by their codes.
func euTaxes(t *testing.T, s *servertest.Server) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for _, tax := range entries(t, s.Get("/taxes?per_page=100"), "taxes") {
		if code := textOf(t, tax, "code"); strings.HasPrefix(code, "lago_eu_") {
			found[code] = tax
		}
	}
	return found
}

// taxCodes are the codes of a customer's taxes, by the taxes' names.
func taxCodes(t *testing.T, customer map[string]any) []any {
	t.Helper()
	return pluck(objects(t, customer, "taxes"), "code")
}

func TestEUTaxes_ComeWithTheSwitch(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, off := range []string{`"eu_tax_management":false`, `"city":"Paris"`} {
			entity(t, s.Put("/billing_entities/acme", `{"country":"FR",`+off+`}`))
		}
		requireDetails(t, `{"eu_tax_management":["billing_entity_must_be_in_eu"]}`, s.Put("/billing_entities/acme", `{"country":"US","eu_tax_management":true}`))
		require.Empty(t, euTaxes(t, s))

		updated := entity(t, s.Put("/billing_entities/acme", `{"country":"FR","eu_tax_management":true}`))
		require.Empty(t, updated["taxes"], "they are the organization's, and the billing entity applies none")
		taxes := euTaxes(t, s)
		require.Len(t, taxes, euTaxCount)
		for code, rate := range map[string]string{
			"lago_eu_fr_standard": "20.0", "lago_eu_fi_standard": "25.5", "lago_eu_hu_standard": "27.0", "lago_eu_fr_exception_reunion": "8.5",
			"lago_eu_es_exception_canary_islands": "0.0", "lago_eu_reverse_charge": "0.0", "lago_eu_tax_exempt": "0.0",
		} {
			require.Equal(t, json.Number(rate), taxes[code]["rate"], code)
			require.NotEmpty(t, taxes[code]["name"], code)
			require.NotEmpty(t, taxes[code]["description"], code)
			require.Equal(t, false, taxes[code]["applied_to_organization"], code)
			require.Equal(t, "2026-01-15T10:30:00Z", taxes[code]["created_at"], code)
		}

		_, other := s.NewOrganization(t, "Globex")
		require.Empty(t, entries(t, s.DoAs(other, http.MethodGet, "/taxes", ""), "taxes"))
	})
}

func TestEUTaxes_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := func() []map[string]any {
			return entries(t, s.Get("/activity_logs?activity_types[]=tax.created&per_page=100"), "activity_logs")
		}
		response := s.Put("/billing_entities/acme", `{"country":"FR","eu_tax_management":true}`)
		entity(t, response)
		taxes, logs := euTaxes(t, s), created()
		require.Len(t, logs, euTaxCount)
		for _, log := range logs {
			tax := taxes[textOf(t, object(t, log, "activity_object"), "code")]
			require.Equal(t, tax, object(t, log, "activity_object"))
			require.Equal(t, tax["lago_id"], log["resource_id"])
			require.Equal(t, response.RequestID(), log["request_id"])
		}
		changes := object(t, entries(t, s.Get("/activity_logs?activity_types[]=billing_entities.updated"), "activity_logs")[0], "activity_object_changes")
		require.Equal(t, []any{false, true}, changes["eu_tax_management"])

		switchOnEUTaxes(t, s)
		require.Len(t, created(), euTaxCount, "what is there is not added again")
		require.Equal(t, taxes, euTaxes(t, s))
	})
}

func TestEUTaxes_ComeWithANewBillingEntity(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newEntity(t, s, "off", `,"country":"FR","eu_tax_management":false`)
		require.Empty(t, euTaxes(t, s))
		newEntity(t, s, "on", `,"country":"FR","eu_tax_management":true`)
		require.Len(t, euTaxes(t, s), euTaxCount)
		newEntity(t, s, "also-on", `,"country":"DE","eu_tax_management":true`)
		require.Len(t, euTaxes(t, s), euTaxCount)
	})
}

// TestEUTaxes_CanBeNamedByTheUpdateThatAddsThem although no tax of the code was
// there before.
func TestEUTaxes_CanBeNamedByTheUpdateThatAddsThem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		requireNotFound(t, "tax", s.Put("/billing_entities/acme", `{"country":"FR","eu_tax_management":true,"tax_codes":["nothing"]}`))
		require.Empty(t, euTaxes(t, s), "a refused update adds none")
		updated := entity(t, s.Put("/billing_entities/acme", `{"country":"FR","eu_tax_management":true,"tax_codes":["lago_eu_fr_standard"]}`))
		require.Equal(t, []any{"lago_eu_fr_standard"}, pluck(objects(t, updated, "taxes"), "code"))
	})
}

// TestEUTaxes_LeaveAloneWhatIsThere and bring back what was deleted, since the
// code of a deleted tax is never free.
func TestEUTaxes_LeaveAloneWhatIsThere(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		own := member(t, s.Post("/taxes", `{"tax":{"name":"Our VAT","code":"lago_eu_fr_standard","rate":"19.6"}}`), "tax")
		switchOnEUTaxes(t, s)
		taxes := euTaxes(t, s)
		require.Len(t, taxes, euTaxCount)
		require.Equal(t, own, taxes["lago_eu_fr_standard"])

		changed := member(t, s.Put("/taxes/lago_eu_de_standard", `{"tax":{"name":"German VAT","rate":"16"}}`), "tax")
		member(t, s.Delete("/taxes/lago_eu_fr_standard"), "tax")
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		switchOnEUTaxes(t, s)
		again := euTaxes(t, s)
		require.Len(t, again, euTaxCount)
		require.Equal(t, changed, again["lago_eu_de_standard"])
		back := again["lago_eu_fr_standard"]
		require.Equal(t, []any{own["lago_id"], "France VAT", json.Number("20.0")}, []any{back["lago_id"], back["name"], back["rate"]})
		logs := entries(t, s.Get("/activity_logs?resource_ids[]="+textOf(t, own, "lago_id")), "activity_logs")
		require.Equal(t, []any{"tax.created", "tax.deleted", "tax.created"}, pluck(logs, "activity_type"))
		require.Equal(t, back, object(t, logs[0], "activity_object"))
	})
}

// TestEUTaxes_AreSwitchedOnManyTimesAtOnce without a conflict.
func TestEUTaxes_AreSwitchedOnManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		codes := []string{"a", "b", "c", "d"}
		for _, code := range codes {
			newEntity(t, s, code, `,"country":"FR"`)
		}
		answers := make([]*servertest.Response, len(codes))
		var group sync.WaitGroup
		for i, code := range codes {
			group.Go(func() { answers[i] = s.Put("/billing_entities/"+code, `{"eu_tax_management":true}`) })
		}
		group.Wait()
		for _, answer := range answers {
			answer.Status(t, http.StatusOK)
		}
		require.Len(t, euTaxes(t, s), euTaxCount)
		logs := entries(t, s.Get("/activity_logs?activity_types[]=tax.created&per_page=100"), "activity_logs")
		require.Len(t, logs, euTaxCount, "each was added once")
	})
}

// TestEUTaxes_AreChosenForNewCustomers of a French seller. The rules in full
// are tested in package vat.
func TestEUTaxes_AreChosenForNewCustomers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ fields, want string }{
		"nothing is known":            {`"name":"x"`, "lago_eu_fr_standard"},
		"blank country":               {`"country":" "`, "lago_eu_fr_standard"},
		"the seller's country":        {`"country":"fr"`, "lago_eu_fr_standard"},
		"another country":             {`"country":"de"`, "lago_eu_de_standard"},
		"outside of the Union":        {`"country":"US","zipcode":"38001"`, "lago_eu_tax_exempt"},
		"number from elsewhere":       {`"country":"DE","tax_identification_number":"DE 123456789"`, "lago_eu_reverse_charge"},
		"number from here":            {`"country":"FR","tax_identification_number":"FR12345678901"`, "lago_eu_fr_standard"},
		"malformed number":            {`"country":"DE","tax_identification_number":"DE1"`, "lago_eu_de_standard"},
		"special territory":           {`"country":"ES","zipcode":"35001"`, "lago_eu_es_exception_canary_islands"},
		"French one with a number":    {`"country":"FR","zipcode":"97400","tax_identification_number":"FR12345678901"`, "lago_eu_fr_exception_reunion"},
		"French one without a number": {`"country":"FR","zipcode":"97400"`, "lago_eu_fr_standard"},
		"the shipping address":        {`"country":"FR","shipping_address":{"country":"DE"}`, "lago_eu_fr_standard"},
		"no taxes by name":            {`"country":"DE","tax_codes":[]`, "lago_eu_de_standard"},
		"null for the taxes":          {`"country":"DE","tax_codes":null`, "lago_eu_de_standard"},
		"the same tax by name":        {`"country":"DE","tax_codes":["lago_eu_de_standard"]`, "lago_eu_de_standard"},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		switchOnEUTaxes(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				created := upsert(t, s, fmt.Sprintf(`{"external_id":%q,%s}`, name, c.fields))
				require.Equal(t, []any{c.want}, taxCodes(t, created))
				require.Equal(t, created, member(t, s.Get("/customers/"+strings.ReplaceAll(name, " ", "%20")), "customer"))
			})
		}
		log := entries(t, s.Get("/activity_logs?activity_types[]=customer.created"), "activity_logs")[0]
		require.Len(t, objects(t, object(t, log, "activity_object"), "taxes"), 1, "the activity shows the tax")
	})
}

// TestEUTaxes_NeedTheSwitch of the customer's own billing entity.
func TestEUTaxes_NeedTheSwitch(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newEntity(t, s, "on", `,"country":"FR","eu_tax_management":true`)
		require.Empty(t, taxCodes(t, upsert(t, s, `{"external_id":"default","country":"DE"}`)))
		require.Equal(t, []any{"lago_eu_de_standard"}, taxCodes(t, upsert(t, s, `{"external_id":"named","country":"DE","billing_entity_code":"on"}`)))

		entity(t, s.Put("/billing_entities/on", `{"eu_tax_management":false}`))
		require.Len(t, euTaxes(t, s), euTaxCount, "switched off, the taxes stay")
		require.Equal(t, []any{"lago_eu_de_standard"}, taxCodes(t, upsert(t, s, `{"external_id":"named","country":"IT"}`)), "and nobody chooses")
	})
}

// TestEUTaxes_AreChosenAgain when something changes that the rules look at, and
// then only.
func TestEUTaxes_AreChosenAgain(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/taxes", `{"tax":{"name":"City","code":"city","rate":"1"}}`), "tax")
		upsert(t, s, `{"external_id":"c","country":"DE","tax_codes":["city"]}`)
		switchOnEUTaxes(t, s)
		require.Equal(t, []any{"city"}, taxCodes(t, member(t, s.Get("/customers/c"), "customer")), "the switch changes no customer")
		for _, step := range []struct {
			name, fields string
			want         []any
		}{
			{"no such tax yet: it replaces all", `"name":"x"`, []any{"lago_eu_de_standard"}},
			{"nothing changes, other taxes are named", `"tax_codes":["city"]`, []any{"city"}},
			{"no such tax again, it joins the named ones", `"tax_codes":["city"]`, []any{"city", "lago_eu_de_standard"}},
			{"nothing changes", `"country":"de","zipcode":null,"tax_identification_number":null,"name":"y"`, []any{"city", "lago_eu_de_standard"}},
			{"another city is no change", `"city":"Bonn","state":"NW"`, []any{"city", "lago_eu_de_standard"}},
			{"another country", `"country":"ES"`, []any{"lago_eu_es_standard"}},
			{"a zip code", `"zipcode":"51001"`, []any{"lago_eu_es_exception_ceuta"}},
			{"another zip code, and taxes by name", `"zipcode":"28001","tax_codes":["city","city"]`, []any{"city", "lago_eu_es_standard"}},
			{"a tax number", `"tax_identification_number":"ESX1234567X"`, []any{"lago_eu_reverse_charge"}},
			{"no tax number", `"tax_identification_number":null`, []any{"lago_eu_es_standard"}},
			{"no country", `"country":null`, []any{"lago_eu_fr_standard"}},
		} {
			require.Equal(t, step.want, taxCodes(t, upsert(t, s, `{"external_id":"c",`+step.fields+`}`)), step.name)
		}
		changes := object(t, entries(t, s.Get("/activity_logs?activity_types[]=customer.updated"), "activity_logs")[0], "activity_object_changes")
		require.ElementsMatch(t, []string{"country", "taxes"}, keys(changes))
	})
}

func TestEUTaxes_FollowTheBillingEntity(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		switchOnEUTaxes(t, s)
		newEntity(t, s, "german", `,"country":"DE","eu_tax_management":true`)
		newEntity(t, s, "off", `,"country":"DE"`)
		member(t, s.Post("/taxes", `{"tax":{"name":"City","code":"city","rate":"1"}}`), "tax")
		reset := `"billing_entity_code":"acme","tax_codes":["city"]`
		for _, step := range []struct {
			name, fields string
			want         []any
		}{
			{"at first", reset, []any{"city", "lago_eu_fr_standard"}},
			{"the same billing entity is no change", `"billing_entity_code":"acme"`, []any{"city", "lago_eu_fr_standard"}},
			{"another one that follows the rules", `"billing_entity_code":"german"`, []any{"lago_eu_de_standard"}},
			{"back again", reset, []any{"city", "lago_eu_fr_standard"}},
			{"one that does not", `"billing_entity_code":"off"`, []any{"city"}},
			{"back again", reset, []any{"city", "lago_eu_fr_standard"}},
			{"one that does not, and taxes by name", `"billing_entity_code":"off","tax_codes":["lago_eu_it_standard"]`, []any{"lago_eu_it_standard"}},
		} {
			require.Equal(t, step.want, taxCodes(t, upsert(t, s, `{"external_id":"c",`+step.fields+`}`)), step.name)
		}
	})
}

// TestEUTaxes_ThatWereDeletedAreMissed by the customers that would bear them.
func TestEUTaxes_ThatWereDeletedAreMissed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		switchOnEUTaxes(t, s)
		member(t, s.Delete("/taxes/"+vat.CodeReverseCharge), "tax")
		body := `{"customer":{"external_id":"c","country":"DE","tax_identification_number":"DE123456789"}}`
		requireNotFound(t, "tax", s.Post("/customers", body))
		requireNotFound(t, "customer", s.Get("/customers/c"))
		upsert(t, s, `{"external_id":"d","country":"DE"}`)

		switchOnEUTaxes(t, s)
		require.Equal(t, []any{vat.CodeReverseCharge}, taxCodes(t, member(t, s.Post("/customers", body), "customer")))
	})
}
