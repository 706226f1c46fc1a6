package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/server/servertest"
	"tarn/store"
)

const fixedPath = "/plans/startup/fixed_charges"

// newFixedCharge adds a fixed charge of a code for an add-on to the plan
// "startup"; more is JSON members that come after its own.
func newFixedCharge(t *testing.T, s *servertest.Server, code string, addOn map[string]any, more string) map[string]any {
	t.Helper()
	return member(t, s.Post(fixedPath, fmt.Sprintf(
		`{"fixed_charge":{"code":%q,"add_on_id":%q,"charge_model":"standard","properties":{"amount":"0.10"}%s}}`,
		code, addOn["lago_id"], more)), "fixed_charge")
}

func TestPlanFixedCharges_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		addOn := newAddOn(t, s, "setup", "")
		created := newFixedCharge(t, s, "setup/1.0", addOn, `,"invoice_display_name":"Setup","pay_in_advance":true,"prorated":true,
			"units":"10.50","tax_codes":["vat"],"apply_units_immediately":true`)
		require.Equal(t, []string{"vat"}, codesOf(t, created, "taxes"))
		shown := identified(t, created)
		delete(shown, "taxes")
		requireJSON(t, `{"lago_add_on_id":"`+idOf(t, addOn)+`","code":"setup/1.0","invoice_display_name":"Setup","add_on_code":"setup",
			"created_at":"2026-01-15T10:30:00Z","charge_model":"standard","pay_in_advance":true,"prorated":true,
			"properties":{"amount":"0.10"},"units":10.5,"lago_parent_id":null}`, shown)
		const path = fixedPath + "/setup%2F1.0"
		require.Equal(t, created, member(t, s.Get(path), "fixed_charge"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get(fixedPath), "fixed_charges"))
		require.Equal(t, []map[string]any{created}, objects(t, showPlan(t, s, "startup"), "fixed_charges"))
		require.Equal(t, created, member(t, s.Delete(path), "fixed_charge"))
		requireNotFound(t, "fixed_charge", s.Delete(path))
		require.Empty(t, entries(t, s.Get(fixedPath), "fixed_charges"))
		newFixedCharge(t, s, "setup/1.0", addOn, "")
	})
}

func TestPlanFixedCharges_HaveDefaults(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		newAddOn(t, s, "setup", "")
		free := `[{"from_value":0,"to_value":null,"per_unit_amount":"0","flat_amount":"0"}]`
		for model, properties := range map[string]string{
			"standard": `{"amount":"0"}`, "graduated": `{"graduated_ranges":` + free + `}`, "volume": `{"volume_ranges":` + free + `}`,
		} {
			created := member(t, s.Post(fixedPath, `{"fixed_charge":{"code":"`+model+`","add_on_code":"setup","charge_model":"`+model+`"}}`), "fixed_charge")
			requireJSON(t, properties, created["properties"])
			require.Equal(t, "0.0", created["units"])
			require.Equal(t, []any{false, false, nil}, []any{created["pay_in_advance"], created["prorated"], created["invoice_display_name"]})
		}
	})
}

func TestPlanFixedCharges_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 301)
	cases := map[string]struct{ members, details string }{
		"everything missing":       {`"code":""`, `{"code":["value_is_mandatory"],"charge_model":["value_is_invalid","value_is_mandatory"]}`},
		"code taken":               {`"code":"taken","charge_model":"standard"`, `{"code":["value_already_exist"]}`},
		"unknown model":            {`"code":"x","charge_model":"package"`, `{"charge_model":["value_is_invalid"]}`},
		"units under zero":         {`"code":"x","charge_model":"standard","units":-1`, `{"units":["value_is_out_of_range"]}`},
		"units under zero in text": {`"code":"x","charge_model":"standard","units":"-0.5"`, `{"units":["value_is_out_of_range"]}`},
		"units in words":           {`"code":"x","charge_model":"standard","units":"ten"`, `{"units":["is not a number"]}`},
		"units true":               {`"code":"x","charge_model":"standard","units":true`, `{"units":["is not a number"]}`},
		"units without end":        {`"code":"x","charge_model":"standard","units":"` + long + `"`, `{"units":["value_is_out_of_range"]}`},
		"volume in advance":        {`"code":"x","charge_model":"volume","pay_in_advance":true`, `{"pay_in_advance":["invalid_charge_model"]}`},
		"prorated graduated":       {`"code":"x","charge_model":"graduated","pay_in_advance":true,"prorated":true`, `{"prorated":["invalid_charge_model"]}`},
		"amount that is a number":  {`"code":"x","charge_model":"standard","properties":{"amount":1}`, `{"properties":["invalid_amount"]}`},
		"properties of another":    {`"code":"x","charge_model":"standard","properties":{"rate":"1"}`, `{"properties":["value_is_mandatory"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		addOn := newAddOn(t, s, "setup", "")
		newFixedCharge(t, s, "taken", addOn, "")
		changed := newFixedCharge(t, s, "changed", addOn, `,"units":1`)
		before := entries(t, s.Get(fixedPath), "fixed_charges")
		for name, c := range cases {
			members := fmt.Sprintf(`{"add_on_id":%q,%s}`, addOn["lago_id"], c.members)
			t.Run("created "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post(fixedPath, `{"fixed_charge":`+members+`}`))
			})
			if strings.Contains(c.details, `"code"`) {
				continue
			}
			t.Run("in a new plan "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post("/plans", `{"plan":{"name":"x","code":"x","interval":"monthly","amount_cents":1,
					"amount_currency":"USD","pay_in_advance":false,"fixed_charges":[`+members+`]}}`))
			})
			t.Run("in a changed plan "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Put("/plans/startup", `{"plan":{"fixed_charges":[`+members+`]}}`))
			})
		}
		requireDetails(t, `{"units":["is not a number"]}`, s.Put(fixedPath+"/changed", `{"fixed_charge":{"charge_model":"standard"}}`))
		requireDetails(t, `{"units":["is not a number"]}`, s.Put(fixedPath+"/changed", `{"fixed_charge":{"charge_model":"standard","units":null}}`))
		requireDetails(t, `{"units":["is not a number"]}`, s.Put("/plans/startup", fmt.Sprintf(`{"plan":{"fixed_charges":[{"id":%q}]}}`, changed["lago_id"])))
		requireDetails(t, `{"charge_model":["value_is_invalid","value_is_mandatory"]}`, s.Put(fixedPath+"/changed", `{"fixed_charge":{"units":1,"charge_model":null}}`))
		requireDetails(t, `{"code":["value_already_exist"]}`, s.Put(fixedPath+"/changed", `{"fixed_charge":{"units":1,"code":"taken"}}`))
		requireDetails(t, `{"code":["value_is_mandatory"]}`, s.Put(fixedPath+"/changed", `{"fixed_charge":{"units":1,"code":null}}`))
		require.Equal(t, before, entries(t, s.Get(fixedPath), "fixed_charges"))
	})
}

func TestPlanFixedCharges_AnUpdateSetsSomeMembersAndKeepsOthers(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		created := newFixedCharge(t, s, "setup", newAddOn(t, s, "setup", ""), `,"invoice_display_name":"Setup","units":3,"tax_codes":["vat"]`)
		other := newAddOn(t, s, "other", "")
		kept := member(t, s.Patch(fixedPath+"/setup", fmt.Sprintf(`{"fixed_charge":{"units":4,"add_on_id":%q,"add_on_code":"other",
			"pay_in_advance":true,"prorated":true}}`, other["lago_id"])), "fixed_charge")
		for _, name := range []string{"lago_id", "lago_add_on_id", "add_on_code", "code", "charge_model", "pay_in_advance", "prorated", "taxes", "created_at"} {
			require.Equal(t, created[name], kept[name], name)
		}
		require.Nil(t, kept["invoice_display_name"])
		require.Equal(t, "4.0", kept["units"])
		requireJSON(t, `{"amount":"0"}`, kept["properties"])
		changed := member(t, s.Put(fixedPath+"/setup", `{"fixed_charge":{"code":"start","charge_model":"volume","units":"0.5","tax_codes":[],
			"properties":{"volume_ranges":[{"from_value":0,"to_value":null,"per_unit_amount":"1","flat_amount":"0"}]}}}`), "fixed_charge")
		require.Equal(t, []any{"start", "volume", created["lago_id"]}, []any{changed["code"], changed["charge_model"], changed["lago_id"]})
		require.Empty(t, changed["taxes"])
		require.Equal(t, changed, member(t, s.Get(fixedPath+"/start"), "fixed_charge"))
	})
}

func TestPlanFixedCharges_AreReplacedByAPlanUpdate(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addOn := idOf(t, newAddOn(t, s, "setup", ""))
		item := func(members string) string {
			return `{"add_on_id":"` + addOn + `","charge_model":"standard","units":1` + members + `}`
		}
		plan := createPlan(t, s, "startup", `,"fixed_charges":[`+item("")+`,`+item(`,"code":"mine"`)+`,`+item(`,"code":""`)+`]`)
		require.Equal(t, []string{"setup", "mine", "setup_2"}, codesOf(t, plan, "fixed_charges"))
		charges := objects(t, plan, "fixed_charges")
		updated := putPlan(t, s, "startup", `"fixed_charges":[`+item(`,"id":"`+idOf(t, charges[2])+`","code":null`)+`,`+
			item(`,"id":"nonsense"`)+`,`+item(`,"id":"`+uuid.NewString()+`","code":"mine"`)+`]`)
		require.Equal(t, []string{"setup_2", "setup", "mine"}, codesOf(t, updated, "fixed_charges"))
		require.Equal(t, charges[2]["lago_id"], objects(t, updated, "fixed_charges")[0]["lago_id"])
		id := `,"id":"` + idOf(t, charges[2]) + `"`
		again := putPlan(t, s, "startup", `"fixed_charges":[`+item(id+`,"code":"one"`)+`,`+item(id+`,"code":"two"`)+`]`)
		require.Equal(t, []string{"two"}, codesOf(t, again, "fixed_charges"))
		require.Empty(t, objects(t, putPlan(t, s, "startup", `"fixed_charges":[]`), "fixed_charges"))
	})
}

func TestPlanFixedCharges_NameWhatExists(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		addOn := newAddOn(t, s, "setup", "")
		newFixedCharge(t, s, "setup", addOn, "")
		_, other := s.NewOrganization(t, "Globex")
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			body := `{"fixed_charge":{"units":1}}`
			requireNotFound(t, "plan", s.DoAs(other, method, fixedPath+"/setup", body))
			requireNotFound(t, "plan", s.Do(method, "/plans/nothing/fixed_charges/setup", body))
			requireNotFound(t, "fixed_charge", s.Do(method, fixedPath+"/nothing", body))
		}
		requireNotFound(t, "plan", s.Get("/plans/nothing/fixed_charges"))
		requireNotFound(t, "plan", s.Post("/plans/nothing/fixed_charges", `{"fixed_charge":{"code":"x"}}`))
		for _, id := range []string{`null`, `"nonsense"`, `"` + uuid.NewString() + `"`} {
			members := `{"code":"x","charge_model":"standard","add_on_id":` + id + `}`
			requireNotFound(t, "add_on", s.Post(fixedPath, `{"fixed_charge":`+members+`}`))
			resource := "add_ons"
			if id == `null` {
				resource = "add_on"
			}
			requireNotFound(t, resource, s.Put("/plans/startup", `{"plan":{"fixed_charges":[`+members+`]}}`))
		}
		requireNotFound(t, "add_on", s.Post(fixedPath, `{"fixed_charge":{"code":"x","charge_model":"standard","add_on_code":"nothing"}}`))
		requireNotFound(t, "add_on", s.Put("/plans/startup", `{"plan":{"fixed_charges":[{"charge_model":"standard","add_on_code":"setup"}]}}`))
		body := fmt.Sprintf(`{"fixed_charge":{"code":"x","charge_model":"standard","units":1,"add_on_id":%q,"tax_codes":["none"]}}`, addOn["lago_id"])
		requireNotFound(t, "tax", s.Post(fixedPath, body))
		requireNotFound(t, "tax", s.Put(fixedPath+"/setup", body))
		for _, request := range []string{"POST " + fixedPath, "PUT " + fixedPath + "/setup"} {
			requireNoParameter(t, "fixed_charge", send(s, request, `{}`))
			requireNoParameter(t, "fixed_charge", send(s, request, `{"fixed_charge":{}}`))
		}
		requireClosed(t, s, "plan", `GET `+fixedPath, `GET `+fixedPath+`/setup`, `POST `+fixedPath+` `+body,
			`PUT `+fixedPath+`/setup `+body, `DELETE `+fixedPath+`/setup`)
	})
}

func TestPlanFixedCharges_GoWithTheirAddOnAndLoseTheirTaxes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		newFixedCharge(t, s, "setup", newAddOn(t, s, "setup", ""), `,"tax_codes":["vat"]`)
		newFixedCharge(t, s, "seats", newAddOn(t, s, "seats", ""), "")
		member(t, s.Delete("/taxes/vat"), "tax")
		require.Empty(t, member(t, s.Get(fixedPath+"/setup"), "fixed_charge")["taxes"])
		member(t, s.Delete("/add_ons/setup"), "add_on")
		requireNotFound(t, "fixed_charge", s.Get(fixedPath+"/setup"))
		require.Equal(t, []string{"seats"}, codesOf(t, showPlan(t, s, "startup"), "fixed_charges"))
	})
}

func TestPlanFixedCharges_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		addOn := newAddOn(t, s, "setup", "")
		for i := range 3 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			newFixedCharge(t, s, fmt.Sprint(i), addOn, "")
		}
		list := s.Get(fixedPath + "?per_page=2")
		require.Equal(t, []any{"2", "1"}, pluck(entries(t, list, "fixed_charges"), "code"))
		require.Equal(t, meta(1, 2, nil, 2, 3), list.JSON(t)["meta"])
	})
}

// copyFixedCharges gives a child plan copies of its parent's fixed charges,
// each changed.
func copyFixedCharges(change func(*store.FixedCharge)) func(*store.Tx, *store.Plan) error {
	return func(tx *store.Tx, child *store.Plan) error {
		for i := range child.FixedCharges {
			row := &child.FixedCharges[i]
			parent := row.ID
			row.ID, row.PlanID, row.ParentID = store.NewID(), child.ID, &parent
			change(row)
		}
		return tx.SaveFixedCharges(child.FixedCharges)
	}
}

func TestPlanFixedCharges_CascadeTheirChanges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		addOn := newAddOn(t, s, "setup", "")
		newFixedCharge(t, s, "setup", addOn, `,"units":1`)
		plan := showPlan(t, s, "startup")
		alike := addChildPlan(t, s, plan, copyFixedCharges(func(*store.FixedCharge) {}))
		different := addChildPlan(t, s, plan, copyFixedCharges(func(row *store.FixedCharge) { row.Units = decimal.NewFromInt(9) }))
		repriced := addChildPlan(t, s, plan, copyFixedCharges(func(row *store.FixedCharge) {
			row.Properties = charge.Properties{"amount": "7"}
		}))
		terms := func(id uuid.UUID) []string {
			child, _ := planOf(t, s, id)
			var all []string
			for _, row := range child.FixedCharges {
				all = append(all, fmt.Sprint(row.Code, " ", row.Units, " ", row.Properties["amount"]))
			}
			return all
		}
		change := func(units, more string) {
			member(t, s.Put(fixedPath+"/setup", `{"fixed_charge":{"units":`+units+`,"properties":{"amount":"`+units+`"}`+more+`}}`), "fixed_charge")
		}
		change("2", "")
		require.Equal(t, []string{"setup 1 0.10"}, terms(alike))
		member(t, s.Put(fixedPath+"/setup", `{"fixed_charge":{"units":"1.00","properties":{"amount":"0.1"}}}`), "fixed_charge")
		change("3", `,"cascade_updates":true`)
		require.Equal(t, []string{"setup 3 3"}, terms(alike))
		require.Equal(t, []string{"setup 9 0.10"}, terms(different))
		require.Equal(t, []string{"setup 1 7"}, terms(repriced), "units and properties follow together, or not at all")
		member(t, s.Put(fixedPath+"/setup", `{"fixed_charge":{"charge_model":"graduated","units":3,"cascade_updates":true}}`), "fixed_charge")
		require.Equal(t, []string{"setup 3 3"}, terms(alike), "another model does not follow")
		newFixedCharge(t, s, "quiet", addOn, "")
		newFixedCharge(t, s, "loud", addOn, `,"cascade_updates":true`)
		require.Equal(t, []string{"setup 9 0.10", "loud 0 0.10"}, terms(different))
		member(t, s.Do(http.MethodDelete, fixedPath+"/setup", `{"fixed_charge":{"cascade_updates":true}}`), "fixed_charge")
		require.Equal(t, []string{"loud 0 0.10"}, terms(different))
		putPlan(t, s, "startup", `"cascade_updates":true,"fixed_charges":[]`)
		require.Empty(t, terms(alike))
	})
}
