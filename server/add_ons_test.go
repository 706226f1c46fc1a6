package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/server/servertest"
	"tarn/store"
)

// newAddOn makes an add-on of a code; more is JSON members that come after its
// own.
func newAddOn(t *testing.T, s *servertest.Server, code, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/add_ons", fmt.Sprintf(
		`{"add_on":{"name":"Setup","code":%q,"amount_cents":500,"amount_currency":"USD"%s}}`, code, more)), "add_on")
}

// newTax makes a tax of 20 %, whose name is its code.
func newTax(t *testing.T, s *servertest.Server, code string) {
	t.Helper()
	member(t, s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":"20"}}`, code, code)), "tax")
}

// idOf is the identifier of an object.
func idOf(t *testing.T, object map[string]any) string {
	t.Helper()
	id, isText := object["lago_id"].(string)
	require.True(t, isText, "no identifier in %v", object)
	return id
}

// codesOf are the codes of a list of objects inside an object.
func codesOf(t *testing.T, object map[string]any, list string) []string {
	t.Helper()
	return texts(objects(t, object, list), "code")
}

func TestAddOns_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		created := member(t, s.Post("/add_ons", `{"add_on":{"name":"Setup","code":"setup","invoice_display_name":"Setup fee",
			"description":"Once","amount_cents":100000000000000000,"amount_currency":"EUR","tax_codes":["vat"]}}`), "add_on")
		shown := identified(t, created)
		require.Equal(t, []string{"vat"}, codesOf(t, shown, "taxes"))
		require.NotContains(t, objects(t, shown, "taxes")[0], "applied_to_billing_entities_codes")
		delete(shown, "taxes")
		requireJSON(t, `{"name":"Setup","code":"setup","invoice_display_name":"Setup fee","description":"Once",
			"amount_cents":100000000000000000,"amount_currency":"EUR","created_at":"2026-01-15T10:30:00Z"}`, shown)
		require.Equal(t, created, member(t, s.Get("/add_ons/setup"), "add_on"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/add_ons"), "add_ons"))

		updated := member(t, s.Put("/add_ons/setup", `{"add_on":{"name":"Start","code":"start","invoice_display_name":null,
			"description":null,"amount_cents":1,"amount_currency":"JPY","tax_codes":[]}}`), "add_on")
		require.Equal(t, created["lago_id"], updated["lago_id"])
		requireJSON(t, `{"name":"Start","code":"start","invoice_display_name":null,"description":null,"amount_cents":1,
			"amount_currency":"JPY","created_at":"2026-01-15T10:30:00Z","taxes":[]}`, identified(t, updated))
		requireNotFound(t, "add_on", s.Get("/add_ons/setup"))
		require.Equal(t, updated, member(t, s.Delete("/add_ons/start"), "add_on"))
		requireNotFound(t, "add_on", s.Get("/add_ons/start"))
		require.Empty(t, entries(t, s.Get("/add_ons"), "add_ons"))
	})
}

func TestAddOns_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const create = http.MethodPost + " /add_ons"
	const update = http.MethodPut + " /add_ons/setup"
	cases := map[string]struct{ request, body, details string }{
		"everything missing": {create, `{"description":"x"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"],
			"amount_cents":["is not a number","is not a number"],"amount_currency":["value_is_invalid"]}`},
		"blank texts":             {create, `{"name":" ","code":"","amount_cents":1,"amount_currency":"EUR"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"code that is taken":      {create, `{"name":"x","code":"setup","amount_cents":1,"amount_currency":"EUR"}`, `{"code":["value_already_exist"]}`},
		"no price, code taken":    {create, `{"name":"x","code":"setup","amount_currency":"EUR"}`, `{"amount_cents":["is not a number","is not a number"],"code":["value_already_exist"]}`},
		"price of nothing":        {create, `{"name":"x","code":"x","amount_cents":0,"amount_currency":"EUR"}`, `{"amount_cents":["value_is_out_of_range"]}`},
		"negative price":          {create, `{"name":"x","code":"x","amount_cents":-1,"amount_currency":"EUR"}`, `{"amount_cents":["value_is_out_of_range"]}`},
		"price in words":          {create, `{"name":"x","code":"x","amount_cents":"ten","amount_currency":"EUR"}`, `{"amount_cents":["is not a number","is not a number"]}`},
		"price beyond 64 bits":    {create, `{"name":"x","code":"x","amount_cents":9223372036854775808,"amount_currency":"EUR"}`, `{"amount_cents":["value_is_invalid"]}`},
		"unknown currency":        {create, `{"name":"x","code":"x","amount_cents":1,"amount_currency":"XXX"}`, `{"amount_currency":["value_is_invalid"]}`},
		"currency in lower case":  {create, `{"name":"x","code":"x","amount_cents":1,"amount_currency":"eur"}`, `{"amount_currency":["value_is_invalid"]}`},
		"tax codes that are none": {create, `{"name":"x","code":"x","amount_cents":1,"amount_currency":"EUR","tax_codes":[7]}`, `{"tax_codes.0":["value_is_invalid"]}`},
		"nulls": {update, `{"name":null,"code":null,"amount_cents":null,"amount_currency":null}`, `{"name":["value_is_mandatory"],
			"code":["value_is_mandatory"],"amount_cents":["is not a number","is not a number"],"amount_currency":["value_is_invalid"]}`},
		"code of another":       {update, `{"code":"other"}`, `{"code":["value_already_exist"]}`},
		"own code, blank name":  {update, `{"code":"setup","name":" "}`, `{"name":["value_is_mandatory"]}`},
		"number where text is":  {update, `{"description":7}`, `{"description":["value_is_invalid"]}`},
		"negative price later":  {update, `{"amount_cents":-5}`, `{"amount_cents":["value_is_out_of_range"]}`},
		"rules come before tax": {update, `{"amount_cents":0,"tax_codes":["none"]}`, `{"amount_cents":["value_is_out_of_range"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := newAddOn(t, s, "setup", "")
		newAddOn(t, s, "other", "")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				method, path, _ := strings.Cut(c.request, " ")
				requireDetails(t, c.details, s.Do(method, path, `{"add_on":`+c.body+`}`))
			})
		}
		require.Equal(t, before, member(t, s.Get("/add_ons/setup"), "add_on"))
		require.Len(t, entries(t, s.Get("/add_ons"), "add_ons"), 2)
	})
}

func TestAddOns_AbsentStaysAsItIs(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		created := newAddOn(t, s, "setup", `,"description":"d","invoice_display_name":"i","tax_codes":["vat"]`)
		for _, body := range []string{`{"unknown":1}`, `{"tax_codes":null}`, `{"name":"Setup"}`} {
			require.Equal(t, created, member(t, s.Patch("/add_ons/setup", `{"add_on":`+body+`}`), "add_on"), body)
		}
	})
}

func TestAddOns_TaxesAreReplaced(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"vat", "city", "state"} {
			newTax(t, s, code)
		}
		require.Equal(t, []string{"city", "vat"}, codesOf(t, newAddOn(t, s, "setup", `,"tax_codes":["vat","city","vat"]`), "taxes"))
		newAddOn(t, s, "other", `,"tax_codes":["state","vat"]`)
		require.Equal(t, []string{"state"}, codesOf(t, member(t, s.Put("/add_ons/setup", `{"add_on":{"tax_codes":["state"]}}`), "add_on"), "taxes"))

		requireNotFound(t, "tax", s.Post("/add_ons", `{"add_on":{"name":"x","code":"x","amount_cents":1,"amount_currency":"EUR","tax_codes":["vat","none"]}}`))
		requireNotFound(t, "add_on", s.Get("/add_ons/x"))
		requireNotFound(t, "tax", s.Put("/add_ons/setup", `{"add_on":{"name":"Changed","tax_codes":["none"]}}`))
		require.Equal(t, "Setup", member(t, s.Get("/add_ons/setup"), "add_on")["name"])

		member(t, s.Delete("/taxes/vat"), "tax")
		for _, listed := range entries(t, s.Get("/add_ons"), "add_ons") {
			require.Equal(t, []string{"state"}, codesOf(t, listed, "taxes"), listed["code"])
		}
	})
}

func TestAddOns_AreFoundByCodeWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		theirs := `{"add_on":{"name":"Setup","code":"setup","amount_cents":1,"amount_currency":"EUR"}}`
		member(t, s.DoAs(other, http.MethodPost, "/add_ons", theirs), "add_on")
		for name, c := range map[string]struct{ method, body string }{
			"show":                          {http.MethodGet, ""},
			"update":                        {http.MethodPut, `{"add_on":{"name":"x"}}`},
			"update that breaks a rule too": {http.MethodPut, `{"add_on":{"name":null}}`},
			"delete":                        {http.MethodDelete, ""},
		} {
			for _, code := range []string{"nothing", "setup", "SETUP"} {
				t.Run(name+" "+code, func(t *testing.T) {
					requireNotFound(t, "add_on", s.Do(c.method, "/add_ons/"+code, c.body))
				})
			}
		}
		require.Empty(t, entries(t, s.Get("/add_ons"), "add_ons"))
		member(t, s.Post("/add_ons", theirs), "add_on")
		requireNoParameter(t, "add_on", s.Post("/add_ons", `{}`))
		requireNoParameter(t, "add_on", s.Put("/add_ons/setup", `{"add_on":{}}`))
	})
}

func TestAddOns_NeedAPermission(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newAddOn(t, s, "setup", "")
		reader := s.NewKey(t, `{"permissions":{"add_on":["read"]}}`)
		member(t, s.DoAs(reader, http.MethodGet, "/add_ons/setup", ""), "add_on")
		stranger := s.NewKey(t, `{"permissions":{"plan":["read","write"]}}`)
		for _, c := range []struct{ key, method, path, mode string }{
			{reader, http.MethodPost, "/add_ons", "write"},
			{reader, http.MethodPut, "/add_ons/setup", "write"},
			{reader, http.MethodDelete, "/add_ons/setup", "write"},
			{stranger, http.MethodGet, "/add_ons/setup", "read"},
			{stranger, http.MethodGet, "/add_ons", "read"},
		} {
			body := s.DoAs(c.key, c.method, c.path, "").Status(t, http.StatusForbidden).JSON(t)
			require.Equal(t, c.mode+"_action_not_allowed_for_add_on", body["code"])
		}
	})
}

func TestAddOns_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var want []any
		for i := range 5 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i))
			code := fmt.Sprintf("a%d", i)
			newAddOn(t, s, code, "")
			want = append([]any{code}, want...)
		}
		var paged []any
		for page := 1; page <= 3; page++ {
			paged = append(paged, pluck(entries(t, s.Get(fmt.Sprintf("/add_ons?per_page=2&page=%d", page)), "add_ons"), "code")...)
		}
		require.Equal(t, want, paged)
	})
}

func TestAddOns_CodeIsFreeAfterDeletion(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first := newAddOn(t, s, "a/b.c", "")
		member(t, s.Delete("/add_ons/a%2Fb.c"), "add_on")
		requireNotFound(t, "add_on", s.Delete("/add_ons/a/b.c"))
		second := newAddOn(t, s, "a/b.c", "")
		require.NotEqual(t, first["lago_id"], second["lago_id"])
		require.Equal(t, second, member(t, s.Get("/add_ons/a/b.c"), "add_on"))
	})
}

func TestAddOns_TakeTheirFixedChargesWithThem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := addPlan(t, s, "pro")
		for _, code := range []string{"stays", "goes"} {
			newAddOn(t, s, code, "")
			withinOrganization(t, s, func(tx *store.Tx) error {
				addOn, err := tx.AddOn(code)
				require.NoError(t, err)
				return tx.SaveFixedCharges([]store.FixedCharge{{
					ID: store.NewID(), PlanID: plan.ID, AddOnID: addOn.ID, Code: code, ChargeModel: charge.ModelStandard, Properties: charge.Properties{},
				}})
			})
		}
		member(t, s.Delete("/add_ons/goes"), "add_on")
		withinOrganization(t, s, func(tx *store.Tx) error {
			left, err := tx.FixedCharges(plan.ID, store.Page{})
			require.Len(t, left.Rows, 1)
			require.Equal(t, "stays", left.Rows[0].Code)
			return err
		})
	})
}

func TestAddOns_LeaveActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		created := newAddOn(t, s, "setup", "")
		member(t, s.Put("/add_ons/setup", `{"add_on":{"amount_cents":700}}`), "add_on")
		deleted := member(t, s.Delete("/add_ons/setup"), "add_on")

		logs := entries(t, s.Get("/activity_logs?resource_types[]=AddOn"), "activity_logs")
		require.Equal(t, []string{"add_on.deleted", "add_on.updated", "add_on.created"}, texts(logs, "activity_type"))
		for _, log := range logs {
			require.Equal(t, created["lago_id"], log["resource_id"])
			require.Nil(t, log["external_customer_id"])
		}
		require.Equal(t, deleted, logs[0]["activity_object"])
		requireJSON(t, `{"amount_cents":[500,700]}`, logs[1]["activity_object_changes"])
		require.Equal(t, created, logs[2]["activity_object"])
	})
}
