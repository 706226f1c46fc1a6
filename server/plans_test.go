package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// createPlan makes a monthly plan of a code; more is JSON members that come after
// its own.
func createPlan(t *testing.T, s *servertest.Server, code, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/plans", fmt.Sprintf(
		`{"plan":{"name":"Startup","code":%q,"interval":"monthly","amount_cents":10000,"amount_currency":"USD","pay_in_advance":false%s}}`,
		code, more)), "plan")
}

// putPlan changes a plan; fields are the members of the body's root.
func putPlan(t *testing.T, s *servertest.Server, code, fields string) map[string]any {
	t.Helper()
	return member(t, s.Put("/plans/"+code, `{"plan":{`+fields+`}}`), "plan")
}

// showPlan is the plan as its own endpoint shows it.
func showPlan(t *testing.T, s *servertest.Server, code string) map[string]any {
	t.Helper()
	return member(t, s.Get("/plans/"+code), "plan")
}

func TestPlans_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		created := createPlan(t, s, "year", `,"interval":"yearly","invoice_display_name":"Startup plan","description":"For beginners",
			"trial_period":3.5,"bill_charges_monthly":true,"pay_in_advance":true,"tax_codes":["vat"],"metadata":{"crm":"7","note":null}`)
		shown := identified(t, created)
		require.Equal(t, []string{"vat"}, codesOf(t, shown, "taxes"))
		require.NotContains(t, objects(t, shown, "taxes")[0], "applied_to_billing_entities_codes")
		delete(shown, "taxes")
		requireJSON(t, `{"name":"Startup","code":"year","invoice_display_name":"Startup plan","description":"For beginners",
			"interval":"yearly","amount_cents":10000,"amount_currency":"USD","trial_period":3.5,"pay_in_advance":true,
			"bill_charges_monthly":true,"bill_fixed_charges_monthly":false,"metadata":{"crm":"7","note":null},
			"customers_count":0,"active_subscriptions_count":0,"draft_invoices_count":0,"parent_id":null,"pending_deletion":false,
			"charges":[],"fixed_charges":[],"entitlements":[],"usage_thresholds":[],"applicable_usage_thresholds":[],
			"created_at":"2026-01-15T10:30:00Z"}`, shown)
		require.Equal(t, created, showPlan(t, s, "year"))
		listed := maps.Clone(created)
		delete(listed, "fixed_charges")
		require.Equal(t, []map[string]any{listed}, entries(t, s.Get("/plans"), "plans"))

		updated := putPlan(t, s, "year", `"name":"Basic","code":"basic","interval":"weekly","invoice_display_name":null,"description":null,
			"amount_cents":-5,"amount_currency":"JPY","trial_period":null,"pay_in_advance":false,"tax_codes":[],"metadata":{}`)
		requireJSON(t, `{"name":"Basic","code":"basic","invoice_display_name":null,"description":null,"interval":"weekly",
			"amount_cents":-5,"amount_currency":"JPY","trial_period":null,"pay_in_advance":false,"bill_charges_monthly":null,
			"bill_fixed_charges_monthly":null,"customers_count":0,"active_subscriptions_count":0,"draft_invoices_count":0,
			"parent_id":null,"pending_deletion":false,"charges":[],"fixed_charges":[],"entitlements":[],"usage_thresholds":[],
			"applicable_usage_thresholds":[],"taxes":[],"created_at":"2026-01-15T10:30:00Z"}`, identified(t, updated))
		require.Equal(t, created["lago_id"], updated["lago_id"])
		requireNotFound(t, "plan", s.Get("/plans/year"))
		require.Equal(t, updated, showPlan(t, s, "basic"))

		updated["pending_deletion"] = true
		require.Equal(t, updated, member(t, s.Delete("/plans/basic"), "plan"))
		requireNotFound(t, "plan", s.Get("/plans/basic"))
		require.Empty(t, entries(t, s.Get("/plans"), "plans"))
	})
}

func TestPlans_DefaultsAreNull(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		plan := createPlan(t, s, "month", `,"tax_codes":null,"metadata":null,"usage_thresholds":null,"minimum_commitment":null,
			"charges":null,"fixed_charges":null`)
		for _, name := range []string{
			"invoice_display_name", "description", "trial_period", "bill_charges_monthly", "bill_fixed_charges_monthly", "parent_id",
		} {
			value, present := plan[name]
			require.True(t, present, name)
			require.Nil(t, value, name)
		}
		for _, name := range []string{"charges", "fixed_charges", "entitlements", "usage_thresholds", "applicable_usage_thresholds", "taxes"} {
			require.Equal(t, []any{}, plan[name], name)
		}
		require.NotContains(t, plan, "metadata")
		require.NotContains(t, plan, "minimum_commitment")
	})
}

func TestPlans_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const create, update = "POST /plans", "PUT /plans/month"
	const own = `"name":"x","code":"x","interval":"monthly","amount_cents":1,"amount_currency":"USD","pay_in_advance":true`
	cases := map[string]struct{ request, fields, details string }{
		"everything missing": {create, `"description":"x"`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"],
			"interval":["value_is_invalid"],"amount_cents":["value_is_mandatory"],"amount_currency":["value_is_invalid"],
			"pay_in_advance":["value_is_invalid"]}`},
		"everything null": {
			create, `"name":null,"code":null,"interval":null,"amount_cents":null,"amount_currency":null,"pay_in_advance":null`,
			`{"name":["value_is_mandatory"],"code":["value_is_mandatory"],"interval":["value_is_invalid"],"amount_cents":["value_is_mandatory"],
			"amount_currency":["value_is_invalid"],"pay_in_advance":["value_is_invalid"]}`,
		},
		"everything null on update": {
			update, `"name":null,"code":null,"interval":null,"amount_cents":null,"amount_currency":null,"pay_in_advance":null`,
			`{"name":["value_is_mandatory"],"code":["value_is_mandatory"],"interval":["value_is_invalid"],"amount_cents":["value_is_mandatory"],
			"amount_currency":["value_is_invalid"],"pay_in_advance":["value_is_invalid"]}`,
		},
		"blank texts":                    {update, `"name":" ","code":"\t"`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"code taken":                     {create, own + `,"code":"month"`, `{"code":["value_already_exist"]}`},
		"code of another plan":           {update, `"code":"other"`, `{"code":["value_already_exist"]}`},
		"unknown interval, code taken":   {create, own + `,"code":"month","interval":"daily"`, `{"code":["value_already_exist"],"interval":["value_is_invalid"]}`},
		"unknown currency":               {create, own + `,"amount_currency":"usd"`, `{"amount_currency":["value_is_invalid"]}`},
		"amount in words":                {update, `"amount_cents":"ten"`, `{"amount_cents":["is not a number"]}`},
		"amount beyond 64 bits":          {update, `"amount_cents":9223372036854775808`, `{"amount_cents":["value_is_invalid"]}`},
		"trial in words":                 {update, `"trial_period":"ten"`, `{"trial_period":["value_is_invalid"]}`},
		"metadata with too many keys":    {create, own + `,"metadata":` + manyPairs(51), `{"value":["cannot have more than 50 keys"]}`},
		"rules of the plan come first":   {create, own + `,"name":"","usage_thresholds":[{"amount_cents":0}],"metadata":` + manyPairs(51), `{"name":["value_is_mandatory"]}`},
		"metadata before thresholds":     {update, `"usage_thresholds":[{"amount_cents":0}],"metadata":` + manyPairs(51), `{"value":["cannot have more than 50 keys"]}`},
		"thresholds before a commitment": {update, `"minimum_commitment":{"amount_cents":-1},"usage_thresholds":[{}]`, `{"usage_thresholds":["missing_amount_cents"]}`},

		"threshold of nothing":      {create, own + `,"usage_thresholds":[{"amount_cents":0}]`, `{"amount_cents":["value_is_out_of_range"]}`},
		"threshold in words":        {update, `"usage_thresholds":[{"amount_cents":"ten"}]`, `{"amount_cents":["is not a number"]}`},
		"threshold without amount":  {update, `"usage_thresholds":[{"amount_cents":5},{"amount_cents":null}]`, `{"usage_thresholds":["missing_amount_cents"]}`},
		"equal thresholds":          {update, `"usage_thresholds":[{"amount_cents":5},{"amount_cents":5}]`, `{"usage_thresholds":["duplicated_values"]}`},
		"two recurring thresholds":  {update, `"usage_thresholds":[{"amount_cents":5,"recurring":true},{"amount_cents":6,"recurring":true}]`, `{"usage_thresholds":["multiple_recurring_thresholds"]}`},
		"all wrong with thresholds": {update, `"usage_thresholds":[{},{"amount_cents":5,"recurring":true},{"amount_cents":5,"recurring":true}]`, `{"usage_thresholds":["missing_amount_cents","duplicated_values","multiple_recurring_thresholds"]}`},

		"commitment of nothing":       {create, own + `,"minimum_commitment":{"amount_cents":0}`, `{"amount_cents":["value_is_out_of_range"]}`},
		"commitment in words":         {update, `"minimum_commitment":{"amount_cents":"ten"}`, `{"amount_cents":["is not a number"]}`},
		"commitment without amount":   {create, own + `,"minimum_commitment":{"invoice_display_name":"x"}`, `{"amount_cents":["is not a number"]}`},
		"commitment with a null":      {update, `"minimum_commitment":{"amount_cents":null}`, `{"amount_cents":["is not a number"]}`},
		"commitment that loses worth": {"PUT /plans/other", `"minimum_commitment":{"amount_cents":-3}`, `{"amount_cents":["value_is_out_of_range"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "month", "")
		createPlan(t, s, "other", `,"minimum_commitment":{"amount_cents":100}`)
		before := entries(t, s.Get("/plans"), "plans")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, send(s, c.request, `{"plan":{`+c.fields+`}}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get("/plans"), "plans"))
	})
}

func TestPlans_RefuseUnknownTaxes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/taxes", `{"tax":{"name":"t","code":"theirs","rate":"1"}}`).Status(t, http.StatusOK)
		createPlan(t, s, "month", "")
		for _, fields := range []string{
			`"tax_codes":["vat","none"]`, `"tax_codes":["theirs"]`, `"minimum_commitment":{"amount_cents":1,"tax_codes":["none"]}`,
		} {
			requireNotFound(t, "tax", s.Put("/plans/month", `{"plan":{"name":"new",`+fields+`}}`))
			requireNotFound(t, "tax", s.Post("/plans", `{"plan":{"name":"x","code":"x","interval":"monthly","amount_cents":1,
				"amount_currency":"USD","pay_in_advance":true,`+fields+`}}`))
		}
		require.Equal(t, []any{"Startup"}, pluck(entries(t, s.Get("/plans"), "plans"), "name"))
	})
}

func TestPlans_MonthlyBillingNeedsALongInterval(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		monthly := func(plan map[string]any) []any {
			return []any{plan["bill_charges_monthly"], plan["bill_fixed_charges_monthly"]}
		}
		for _, interval := range []string{"weekly", "monthly", "quarterly", "semiannual", "yearly"} {
			plan := createPlan(t, s, interval, `,"interval":"`+interval+`","bill_charges_monthly":true,"bill_fixed_charges_monthly":true`)
			want := []any{nil, nil}
			if interval == "semiannual" || interval == "yearly" {
				want = []any{true, true}
			}
			require.Equal(t, want, monthly(plan), interval)
		}
		require.Equal(t, []any{true, false}, monthly(putPlan(t, s, "yearly", `"interval":"yearly","bill_charges_monthly":true`)))
		require.Equal(t, []any{false, false}, monthly(putPlan(t, s, "yearly", `"interval":"semiannual","bill_charges_monthly":null`)))
		require.Equal(t, []any{nil, nil}, monthly(putPlan(t, s, "yearly", `"bill_charges_monthly":true`)), "an update that names no interval")
		require.Equal(t, []any{nil, nil}, monthly(putPlan(t, s, "semiannual", `"interval":"weekly","bill_charges_monthly":true`)))
	})
}

func TestPlans_ChildrenAreNotInTheCatalogue(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := createPlan(t, s, "month", `,"usage_thresholds":[{"amount_cents":100}]`)
		child := addChildPlan(t, s, parent, func(tx *store.Tx, child *store.Plan) error {
			child.Name = "Special"
			return tx.UpdatePlan(child)
		})
		require.Equal(t, []any{"Startup"}, pluck(entries(t, s.Get("/plans"), "plans"), "name"))
		require.Equal(t, "Startup", showPlan(t, s, "month")["name"])
		require.Equal(t, "Basic", putPlan(t, s, "month", `"name":"Basic","code":"month"`)["name"])
		row, exists := planOf(t, s, child)
		require.True(t, exists)
		require.Equal(t, "Special", row.Name)
		require.Empty(t, row.UsageThresholds)
		require.Len(t, row.ParentUsageThresholds, 1)
		require.Equal(t, int64(100), row.ParentUsageThresholds[0].AmountCents)
	})
}

func TestPlans_ChildrenFollowTheAmountThatTheyShare(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := createPlan(t, s, "month", "")
		follower := addChildPlan(t, s, parent, unchanged)
		loner := addChildPlan(t, s, parent, func(tx *store.Tx, child *store.Plan) error {
			child.AmountCents = 1
			return tx.UpdatePlan(child)
		})
		for _, c := range []struct {
			fields    string
			followers int64
		}{
			{`"amount_cents":20000`, 10000},
			{`"amount_cents":10000`, 10000},
			{`"amount_cents":30000,"cascade_updates":false`, 10000},
			{`"amount_cents":10000`, 10000},
			{`"amount_cents":30000,"cascade_updates":true`, 30000},
			{`"name":"x","cascade_updates":true`, 30000},
		} {
			putPlan(t, s, "month", c.fields)
			row, _ := planOf(t, s, follower)
			require.Equal(t, c.followers, row.AmountCents, c.fields)
			row, _ = planOf(t, s, loner)
			require.Equal(t, int64(1), row.AmountCents, c.fields)
		}
	})
}

func TestPlans_DeletionTakesTheChildrenAlong(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := createPlan(t, s, "month", "")
		child := addChildPlan(t, s, parent, unchanged)
		other := createPlan(t, s, "other", "")
		stays := addChildPlan(t, s, other, unchanged)
		deleted := s.Delete("/plans/month").Status(t, http.StatusOK)
		_, exists := planOf(t, s, child)
		require.False(t, exists)
		_, exists = planOf(t, s, stays)
		require.True(t, exists)

		logs := slices.DeleteFunc(activities(t, s, deleted), func(log map[string]any) bool {
			return log["activity_type"] == "subscription.canceled"
		})
		require.Equal(t, []any{"plan.deleted", "plan.deleted"}, pluck(logs, "activity_type"))
		require.ElementsMatch(t, []any{parent["lago_id"], child.String()}, pluck(logs, "resource_id"))
		for _, log := range logs {
			require.Equal(t, false, object(t, log, "activity_object")["pending_deletion"])
		}
		requireNotFound(t, "plan", s.Delete("/plans/month"))
	})
}

// asUpdate turns a plan as it was read into the body of an update: what the
// answer shows in full, a body names.
func asUpdate(t *testing.T, plan map[string]any) map[string]any {
	t.Helper()
	naming := func(object map[string]any, names map[string]string) map[string]any {
		body := maps.Clone(object)
		body["tax_codes"] = codesOf(t, object, "taxes")
		for shown, named := range names {
			body[named] = object[shown]
		}
		return body
	}
	var charges, fixedCharges []map[string]any
	for _, charge := range objects(t, plan, "charges") {
		charges = append(charges, naming(charge, map[string]string{"lago_id": "id", "lago_billable_metric_id": "billable_metric_id"}))
	}
	for _, charge := range objects(t, plan, "fixed_charges") {
		fixedCharges = append(fixedCharges, naming(charge, map[string]string{"lago_id": "id", "lago_add_on_id": "add_on_id"}))
	}
	body := naming(plan, nil)
	body["charges"], body["fixed_charges"] = charges, fixedCharges
	body["minimum_commitment"] = naming(object(t, plan, "minimum_commitment"), nil)
	return body
}

func TestPlans_ARoundTripChangesNothing(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		metric := newMetric(t, s, "storage", `,"filters":[{"key":"region","values":["eu","us"]},{"key":"tier","values":["hot","cold"]}]`)["lago_id"]
		addOn := newAddOn(t, s, "setup", "")["lago_id"]
		before := createPlan(t, s, "year", fmt.Sprintf(`,"interval":"yearly","invoice_display_name":"Startup plan","description":"For beginners",
			"trial_period":3.25,"bill_charges_monthly":true,"tax_codes":["vat"],"metadata":{"crm":"7","note":null},
			"usage_thresholds":[{"amount_cents":5,"recurring":true},{"amount_cents":5,"threshold_display_name":"Five"}],
			"minimum_commitment":{"amount_cents":100,"tax_codes":["vat"]},
			"charges":[
				{"billable_metric_id":%[1]q,"charge_model":"standard","invoice_display_name":"Storage","min_amount_cents":7,
					"properties":{"amount":"0.10","pricing_group_keys":["region"]},"tax_codes":["vat"],"filters":[
						{"invoice_display_name":"Europe","properties":{"amount":"2"},"values":{"region":["eu"]}},
						{"properties":{"amount":"3.50"},"values":{"region":["us"],"tier":["__ALL_FILTER_VALUES__"]}}]},
				{"billable_metric_id":%[1]q,"charge_model":"graduated","pay_in_advance":true,"invoiceable":false,"regroup_paid_fees":"invoice",
					"properties":{"graduated_ranges":[{"from_value":0,"to_value":10,"per_unit_amount":"1","flat_amount":"0"},
						{"from_value":11,"to_value":null,"per_unit_amount":"0.5","flat_amount":"2"}]}},
				{"billable_metric_id":%[1]q,"charge_model":"package","properties":{"amount":"5","package_size":100,"free_units":10}},
				{"billable_metric_id":%[1]q,"charge_model":"percentage","properties":{"rate":"1.2","fixed_amount":"0.3"}},
				{"billable_metric_id":%[1]q,"charge_model":"dynamic"}],
			"fixed_charges":[
				{"add_on_id":%[2]q,"charge_model":"standard","units":12.5,"properties":{"amount":"3"},"tax_codes":["vat"]},
				{"add_on_id":%[2]q,"charge_model":"volume","units":1,"invoice_display_name":"Seats","properties":{"volume_ranges":[
					{"from_value":0,"to_value":null,"per_unit_amount":"1","flat_amount":"0"}]}}]`, metric, addOn))
		require.Len(t, before["charges"], 5)
		require.Len(t, before["fixed_charges"], 2)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		response := s.Put("/plans/year", jsonOf(t, map[string]any{"plan": asUpdate(t, before)}))
		require.Equal(t, before, member(t, response, "plan"))
		require.Equal(t, before, showPlan(t, s, "year"))
		require.Equal(t, map[string]any{}, activity(t, s, response)["activity_object_changes"])
	})
}

func TestPlans_PutAndPatchAreAlikeAndKeepWhatIsAbsent(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		for _, method := range []string{http.MethodPut, http.MethodPatch} {
			before := createPlan(t, s, method, `,"description":"d","trial_period":2,"tax_codes":["vat"],"metadata":{"a":"b"},
				"usage_thresholds":[{"amount_cents":5}],"minimum_commitment":{"amount_cents":6}`)
			before["name"] = "Other"
			body := `{"plan":{"name":"Other","tax_codes":null,"metadata":null,"usage_thresholds":null,"minimum_commitment":null,"unknown":1}}`
			require.Equal(t, before, member(t, s.Do(method, "/plans/"+method, body), "plan"))
		}
	})
}

func TestPlans_ABodyNeedsItsRoot(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, request := range []string{"POST /plans", "PUT /plans/nothing"} {
			for _, body := range []string{``, `{}`, `{"plan":{}}`, `{"plan":null}`, `{"plan":"month"}`, `{"plan":[{"name":"x"}]}`, `{"name":"x"}`} {
				requireNoParameter(t, "plan", send(s, request, body))
			}
		}
	})
}

func TestPlans_AreFoundByCodeWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		body := `{"plan":{"name":"x","code":"theirs","interval":"monthly","amount_cents":1,"amount_currency":"USD","pay_in_advance":true}}`
		member(t, s.DoAs(other, http.MethodPost, "/plans", body), "plan")
		for name, c := range map[string]struct{ method, body string }{
			"show":                          {http.MethodGet, ""},
			"update":                        {http.MethodPut, `{"plan":{"name":"x"}}`},
			"update that breaks a rule too": {http.MethodPut, `{"plan":{"name":null}}`},
			"delete":                        {http.MethodDelete, ""},
		} {
			for _, code := range []string{"nothing", "theirs"} {
				t.Run(name+" "+code, func(t *testing.T) {
					requireNotFound(t, "plan", s.Do(c.method, "/plans/"+code, c.body))
				})
			}
		}
		require.Empty(t, entries(t, s.Get("/plans"), "plans"))
		member(t, s.Post("/plans", body), "plan")
		requireClosed(t, s, "plan", `GET /plans`, `GET /plans/theirs`, `POST /plans `+body,
			`PUT /plans/theirs {"plan":{"name":"x"}}`, `DELETE /plans/theirs`)
	})
}

func TestPlans_ACodeIsFreeAfterDeletion(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first := createPlan(t, s, "cdn/v1.2", `,"metadata":{"a":"b"}`)
		require.Equal(t, "cdn/v1.2", showPlan(t, s, "cdn/v1.2")["code"])
		require.Equal(t, "cdn/v1.2", showPlan(t, s, "cdn%2Fv1.2")["code"])
		s.Delete("/plans/cdn/v1.2").Status(t, http.StatusOK)
		requireNotFound(t, "plan", s.Delete("/plans/cdn/v1.2"))
		second := createPlan(t, s, "cdn/v1.2", "")
		require.NotEqual(t, first["lago_id"], second["lago_id"])
		require.NotContains(t, second, "metadata")
	})
}

func TestPlans_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i := range 5 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			createPlan(t, s, fmt.Sprint(i), fmt.Sprintf(`,"metadata":{"n":"%d"},"usage_thresholds":[{"amount_cents":%d}],"minimum_commitment":{"amount_cents":%d}`, i, i+1, i+1))
		}
		list := s.Get("/plans?per_page=2&page=2")
		plans := entries(t, list, "plans")
		require.Equal(t, []any{"2", "1"}, pluck(plans, "code"))
		require.Equal(t, meta(2, 3, 1, 3, 5), list.JSON(t)["meta"])
		require.Equal(t, "3", fmt.Sprint(object(t, plans[0], "minimum_commitment")["amount_cents"]))
		require.Equal(t, "2", fmt.Sprint(objects(t, plans[1], "usage_thresholds")[0]["amount_cents"]))
	})
}

func TestPlans_LoseADeletedTax(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		newTax(t, s, "city")
		createPlan(t, s, "month", `,"tax_codes":["vat","city","vat"],"minimum_commitment":{"amount_cents":1,"tax_codes":["vat"]}`)
		require.Equal(t, []string{"city", "vat"}, codesOf(t, showPlan(t, s, "month"), "taxes"))
		s.Delete("/taxes/vat").Status(t, http.StatusOK)
		plan := showPlan(t, s, "month")
		require.Equal(t, []string{"city"}, codesOf(t, plan, "taxes"))
		require.Empty(t, object(t, plan, "minimum_commitment")["taxes"])
	})
}

// TestPlans_TrialPeriodKeepsEveryDigit on its way through both databases.
func TestPlans_TrialPeriodKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i, days := range []string{"0", "0.1", "-3", "30.000000000000004", "1e300", "1e-300"} {
			shown := createPlan(t, s, fmt.Sprint(i), `,"trial_period":`+days)["trial_period"]
			want, got := decimal.RequireFromString(days), decimal.RequireFromString(fmt.Sprint(shown))
			require.True(t, want.Equal(got), "%s became %s", days, got)
		}
	})
}

// TestPlans_NoValueBreaksThem puts odd values of every kind into every field.
// The harness fails on an answer 500.
func TestPlans_NoValueBreaksThem(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	fields := []string{
		"name", "invoice_display_name", "description", "interval", "amount_cents", "amount_currency", "pay_in_advance", "trial_period",
		"bill_charges_monthly", "bill_fixed_charges_monthly", "tax_codes", "metadata", "charges", "fixed_charges", "usage_thresholds",
		"minimum_commitment", "cascade_updates", "code",
	}
	values := []string{
		`null`, `""`, `"\u0000"`, `"x"`, `true`, `-1`, `1.5`, `1e30`, `1e300`, `9223372036854775807`, `[]`, `[null]`, `[[]]`, `[{}]`, `["x"]`,
		`{}`, `{"":null}`, `{"x":{}}`, `{"amount_cents":1e30}`, `[{"amount_cents":9223372036854775807,"recurring":null}]`,
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "month", "")
		for _, field := range fields {
			for i, value := range values {
				body := fmt.Sprintf(`{"plan":{"name":"x","code":"%s-%d","interval":"yearly","amount_cents":1,"amount_currency":"USD",
					"pay_in_advance":true,%q:%s}}`, field, i, field, value)
				require.Contains(t, []int{200, 404, 422}, s.Post("/plans", body).Code, body)
				require.Contains(t, []int{200, 404, 422}, s.Put("/plans/month", fmt.Sprintf(`{"plan":{%q:%s}}`, field, value)).Code, body)
			}
		}
	})
}
