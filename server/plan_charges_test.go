package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// newCharge adds a charge of a code for a metric to the plan "startup"; more is
// JSON members that come after its own.
func newCharge(t *testing.T, s *servertest.Server, code string, metric map[string]any, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/plans/startup/charges", fmt.Sprintf(
		`{"charge":{"code":%q,"billable_metric_id":%q%s}}`, code, metric["lago_id"], more)), "charge")
}

// standard are the members of a charge of the simplest model.
const standard = `,"charge_model":"standard","properties":{"amount":"0.10"}`

// regions is a metric's filter.
const regions = `,"filters":[{"key":"region","values":["eu","us","asia"]},{"key":"cloud","values":["aws"]}]`

func TestPlanCharges_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", regions)
		created := newCharge(t, s, "storage/1.0", metric, `,"charge_model":"standard","invoice_display_name":"Storage","pay_in_advance":true,
			"invoiceable":false,"regroup_paid_fees":"invoice","accepts_target_wallet":true,"tax_codes":["vat"],
			"properties":{"amount":".50","grouped_by":["cloud",""],"colour":"blue","rate":"1",
				"presentation_group_keys":[{"value":"team","options":{"display_in_invoice":true}}]},
			"filters":[{"values":{"region":["us"]},"invoice_display_name":"US","properties":{"amount":"1e2"}}]`)
		require.Equal(t, []string{"vat"}, codesOf(t, created, "taxes"))
		filters := objects(t, created, "filters")
		require.Len(t, filters, 1)
		requireJSON(t, `{"charge_code":"storage/1.0","invoice_display_name":"US","properties":{"amount":"1e2"},"values":{"region":["us"]}}`,
			identified(t, filters[0]))
		shown := identified(t, created)
		delete(shown, "taxes")
		delete(shown, "filters")
		requireJSON(t, `{"lago_billable_metric_id":"`+idOf(t, metric)+`","code":"storage/1.0","invoice_display_name":"Storage",
			"billable_metric_code":"storage","created_at":"2026-01-15T10:30:00Z","charge_model":"standard","invoiceable":false,
			"regroup_paid_fees":"invoice","pay_in_advance":true,"prorated":false,"min_amount_cents":0,"accepts_target_wallet":true,
			"properties":{"amount":".50","grouped_by":["cloud"],"pricing_group_keys":["cloud"],
				"presentation_group_keys":[{"value":"team","options":{"display_in_invoice":true}}]},
			"applied_pricing_unit":null,"lago_parent_id":null}`, shown)
		const path = "/plans/startup/charges/storage%2F1.0"
		require.Equal(t, created, member(t, s.Get(path), "charge"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/plans/startup/charges"), "charges"))
		require.Equal(t, []map[string]any{created}, objects(t, showPlan(t, s, "startup"), "charges"))
		require.Equal(t, created, member(t, s.Delete(path), "charge"))
		requireNotFound(t, "charge", s.Delete(path))
		require.Empty(t, entries(t, s.Get("/plans/startup/charges"), "charges"))
		require.Empty(t, objects(t, showPlan(t, s, "startup"), "charges"))
		newCharge(t, s, "storage/1.0", metric, standard)
	})
}

func TestPlanCharges_TakeEveryModelAndItsDefaults(t *testing.T) {
	t.Parallel()
	free := `{"from_value":0,"to_value":null,"per_unit_amount":"0","flat_amount":"0"}`
	for model, defaults := range map[string]string{
		"standard": `{"amount":"0"}`, "graduated": `{"graduated_ranges":[` + free + `]}`, "volume": `{"volume_ranges":[` + free + `]}`,
		"package": `{"amount":"0","free_units":0,"package_size":1}`, "percentage": `{"rate":"0"}`, "dynamic": `{}`,
		"graduated_percentage": `{"graduated_percentage_ranges":[{"from_value":0,"to_value":null,"rate":"0","flat_amount":"0"}]}`,
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				createPlan(t, s, "startup", "")
				metric := newMetric(t, s, "storage", "")
				for code, properties := range map[string]string{"absent": "", "null": `,"properties":null`, "empty": `,"properties":{}`} {
					created := newCharge(t, s, code, metric, `,"charge_model":"`+model+`"`+properties)
					requireJSON(t, defaults, created["properties"])
					require.Equal(t, created, member(t, s.Get("/plans/startup/charges/"+code), "charge"))
				}
			})
		})
	}
}

// chargeRefusals are bodies of charges that break a rule, for the metrics
// "sum", "latest" and "recurring" by name.
func chargeRefusals() map[string]struct{ metric, members, details string } {
	return map[string]struct{ metric, members, details string }{
		"everything missing":        {"sum", `"code":null`, `{"code":["value_is_mandatory"],"charge_model":["value_is_invalid","value_is_mandatory"]}`},
		"model unknown, code taken": {"sum", `"code":"taken","charge_model":"flat"`, `{"code":["value_already_exist"],"charge_model":["value_is_invalid"]}`},
		"model null":                {"sum", `"code":"x","charge_model":null`, `{"charge_model":["value_is_invalid","value_is_mandatory"]}`},
		"code blank":                {"sum", `"code":" ","charge_model":"standard"`, `{"code":["value_is_mandatory"]}`},
		"amount is a number":        {"sum", `"code":"x","charge_model":"standard","properties":{"amount":1}`, `{"properties":["invalid_amount"]}`},
		"two wrong ranges": {
			"sum", `"code":"x","charge_model":"graduated","properties":{"graduated_ranges":[
			{"from_value":0,"to_value":10,"per_unit_amount":"-1","flat_amount":"0"},{"from_value":20,"to_value":null,"per_unit_amount":"0","flat_amount":"0"}]}`,
			`{"properties":["invalid_amount","invalid_graduated_ranges"]}`,
		},
		"properties are a list":       {"sum", `"code":"x","charge_model":"standard","properties":[]`, `{"properties":["value_is_invalid"]}`},
		"group keys are a text":       {"sum", `"code":"x","charge_model":"standard","properties":{"amount":"1","pricing_group_keys":"a"}`, `{"properties":["invalid_type"]}`},
		"percentage of the latest":    {"latest", `"code":"x","charge_model":"percentage","properties":{"rate":"1"}`, `{"properties":["invalid_value"]}`},
		"dynamic without a sum":       {"latest", `"code":"x","charge_model":"dynamic"`, `{"charge_model":["invalid_aggregation_type_or_charge_model"]}`},
		"custom without its metric":   {"sum", `"code":"x","charge_model":"custom"`, `{"charge_model":["invalid_aggregation_type_or_charge_model"]}`},
		"volume in advance":           {"sum", `"code":"x","charge_model":"volume","pay_in_advance":true`, `{"pay_in_advance":["invalid_aggregation_type_or_charge_model"]}`},
		"latest in advance":           {"latest", `"code":"x","charge_model":"standard","pay_in_advance":true`, `{"pay_in_advance":["invalid_aggregation_type_or_charge_model"]}`},
		"arrears not invoiceable":     {"sum", `"code":"x","charge_model":"standard","invoiceable":false`, `{"invoiceable":["must_be_true_unless_pay_in_advance"]}`},
		"regrouping in arrears":       {"sum", `"code":"x","charge_model":"standard","regroup_paid_fees":"invoice"`, `{"regroup_paid_fees":["only_compatible_with_pay_in_advance_and_non_invoiceable"]}`},
		"unknown regrouping":          {"sum", `"code":"x","charge_model":"standard","regroup_paid_fees":"month"`, `{"regroup_paid_fees":["value_is_invalid"]}`},
		"prorated, not recurring":     {"sum", `"code":"x","charge_model":"standard","prorated":true`, `{"prorated":["invalid_billable_metric_or_charge_model"]}`},
		"prorated package":            {"recurring", `"code":"x","charge_model":"package","prorated":true`, `{"prorated":["invalid_billable_metric_or_charge_model"]}`},
		"least amount under zero":     {"sum", `"code":"x","charge_model":"standard","min_amount_cents":-1`, `{"min_amount_cents":["value_is_out_of_range"]}`},
		"least amount in advance":     {"sum", `"code":"x","charge_model":"standard","pay_in_advance":true,"min_amount_cents":1`, `{"min_amount_cents":["not_compatible_with_pay_in_advance"]}`},
		"least amount in words":       {"sum", `"code":"x","charge_model":"standard","min_amount_cents":"ten"`, `{"min_amount_cents":["is not a number"]}`},
		"unknown pricing unit":        {"sum", `"code":"x","charge_model":"standard","applied_pricing_unit":{"code":"credits","conversion_rate":"2"}`, `{"pricing_unit":["relation_must_exist"]}`},
		"pricing unit without a rate": {"sum", `"code":"x","charge_model":"standard","applied_pricing_unit":{"code":"credits"}`, `{"pricing_unit":["relation_must_exist"],"conversion_rate":["value_is_mandatory","is not a number"]}`},
		"pricing unit for nothing":    {"sum", `"code":"x","charge_model":"standard","applied_pricing_unit":{"code":"credits","conversion_rate":"0"}`, `{"pricing_unit":["relation_must_exist"],"conversion_rate":["value_is_out_of_range"]}`},
		"filter without values":       {"sum", `"code":"x","charge_model":"standard","filters":[{"properties":{"amount":"1"}}]`, `{"values":["value_is_mandatory"]}`},
		"filter without properties":   {"sum", `"code":"x","charge_model":"standard","filters":[{"values":{"region":["eu"]}}]`, `{"properties":["invalid_amount"]}`},
		"second filter unknown":       {"sum", `"code":"x","charge_model":"standard","filters":[{"values":{"region":["eu"]},"properties":{"amount":"1"}},{"values":{"region":["mars"]},"properties":{"amount":"1"}}]`, `{"values":["value_is_invalid"]}`},
	}
}

// metricsForCharges makes the metrics that chargeRefusals names, and returns
// their identifiers.
func metricsForCharges(t *testing.T, s *servertest.Server) map[string]string {
	t.Helper()
	ids := map[string]string{"sum": idOf(t, newMetric(t, s, "sum", regions))}
	for name, members := range map[string]string{"latest": `"aggregation_type":"latest_agg"`, "recurring": `"aggregation_type":"sum_agg","recurring":true`} {
		body := fmt.Sprintf(`{"billable_metric":{"name":"x","code":%q,"field_name":"f",%s}}`, name, members)
		ids[name] = idOf(t, member(t, s.Post("/billable_metrics", body), "billable_metric"))
	}
	return ids
}

func TestPlanCharges_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		ids := metricsForCharges(t, s)
		newCharge(t, s, "taken", map[string]any{"lago_id": ids["sum"]}, standard)
		charge := newCharge(t, s, "changed", map[string]any{"lago_id": ids["sum"]}, standard)
		before := entries(t, s.Get("/plans/startup/charges"), "charges")
		for name, c := range chargeRefusals() {
			members := `{"billable_metric_id":"` + ids[c.metric] + `",` + c.members + `}`
			t.Run("created "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post("/plans/startup/charges", `{"charge":`+members+`}`))
			})
			if !strings.Contains(name, "pricing unit") {
				t.Run("changed "+name, func(t *testing.T) {
					requireDetails(t, c.details, s.Put("/plans/startup/charges/changed", `{"charge":`+members+`}`))
				})
			}
			if strings.Contains(c.details, `"code"`) {
				continue
			}
			t.Run("in a new plan "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Post("/plans", `{"plan":{"name":"x","code":"x","interval":"monthly","amount_cents":1,
					"amount_currency":"USD","pay_in_advance":false,"charges":[`+members+`]}}`))
			})
			t.Run("in a changed plan "+name, func(t *testing.T) {
				requireDetails(t, c.details, s.Put("/plans/startup", `{"plan":{"charges":[{"id":"`+idOf(t, charge)+`",
					"charge_model":"standard"},`+members+`]}}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get("/plans/startup/charges"), "charges"))
		requireNotFound(t, "plan", s.Get("/plans/x"))
	})
}

func TestPlanCharges_WithoutPremiumSomeMembersAreIgnored(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", "")
		const premium = `,"invoiceable":false,"regroup_paid_fees":"invoice","min_amount_cents":5,"accepts_target_wallet":true,
			"applied_pricing_unit":{"code":"credits","conversion_rate":"2"}`
		setPremium(t, s, `{"licensed":false}`)
		plain := newCharge(t, s, "plain", metric, standard+premium)
		for name, value := range map[string]string{
			"invoiceable": `true`, "regroup_paid_fees": `null`, "min_amount_cents": `0`, "accepts_target_wallet": `false`, "applied_pricing_unit": `null`,
		} {
			requireJSON(t, value, plain[name])
		}
		requireDetails(t, `{"charge_model":["graduated_percentage_requires_premium_license"]}`,
			s.Post("/plans/startup/charges", fmt.Sprintf(`{"charge":{"code":"x","billable_metric_id":%q,"charge_model":"graduated_percentage"}}`, metric["lago_id"])))
		setPremium(t, s, `{"licensed":true}`)
		paid := newCharge(t, s, "paid", metric, standard+`,"min_amount_cents":5`)
		requireJSON(t, `5`, paid["min_amount_cents"])
		setPremium(t, s, `{"licensed":false}`)
		kept := member(t, s.Put("/plans/startup/charges/paid", `{"charge":{"charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":9`+
			`,"applied_pricing_unit":{"code":"credits","conversion_rate":"3"}}}`), "charge")
		requireMembers(t, `{"min_amount_cents":5,"applied_pricing_unit":null}`, kept)
		unit := fmt.Sprintf(`"charges":[{"billable_metric_id":%q,"code":"unit"%s%s}]`, metric["lago_id"], standard, premium)
		for _, plan := range []map[string]any{createPlan(t, s, "whole", ","+unit), putPlan(t, s, "whole", unit)} {
			requireMembers(t, `{"code":"unit","invoiceable":true,"applied_pricing_unit":null}`, objects(t, plan, "charges")[0])
		}
	})
}

func TestPlanCharges_AnUpdateSetsSomeMembersAndKeepsOthers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", regions)
		other := newMetric(t, s, "other", "")
		created := newCharge(t, s, "storage", metric, `,"charge_model":"package","properties":{"amount":"1","package_size":5,"free_units":2},
			"invoice_display_name":"Storage","min_amount_cents":5,"tax_codes":["vat"],
			"filters":[{"values":{"region":["us"]},"properties":{"amount":"2","package_size":5,"free_units":0}}]`)
		for _, method := range []string{http.MethodPut, http.MethodPatch} {
			kept := member(t, s.Do(method, "/plans/startup/charges/storage", `{"charge":{"charge_model":"package","filters":null,"tax_codes":null}}`), "charge")
			for _, name := range []string{"lago_id", "code", "filters", "taxes", "pay_in_advance", "lago_billable_metric_id", "created_at"} {
				require.Equal(t, created[name], kept[name], name)
			}
			require.Nil(t, kept["invoice_display_name"])
			requireJSON(t, `{"amount":"0","package_size":1,"free_units":0}`, kept["properties"])
			requireJSON(t, `0`, kept["min_amount_cents"])
		}
		changed := member(t, s.Put("/plans/startup/charges/storage", fmt.Sprintf(`{"charge":{"billable_metric_id":%q,"code":"calls",
			"charge_model":"standard","properties":{"amount":"3"},"pay_in_advance":true,"filters":[],"tax_codes":[]}}`, other["lago_id"])), "charge")
		require.Equal(t, created["lago_id"], changed["lago_id"])
		require.Equal(t, []any{"calls", "other", "standard", true}, []any{changed["code"], changed["billable_metric_code"], changed["charge_model"], changed["pay_in_advance"]})
		require.Empty(t, changed["filters"])
		require.Empty(t, changed["taxes"])
		require.Equal(t, changed, member(t, s.Get("/plans/startup/charges/calls"), "charge"))
	})
}

// TestPlanCharges_FiltersMustFitANewModel changes the model of a charge whose
// filters are priced by the old one.
func TestPlanCharges_FiltersMustFitANewModel(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", regions)
		newCharge(t, s, "storage", metric, standard+`,"filters":[{"values":{"region":["us"]},"properties":{"amount":"2"}}]`)
		requireDetails(t, `{"properties":["invalid_rate"]}`, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"percentage"}}`))
		member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"percentage","filters":[]}}`), "charge")
	})
}

func TestPlanCharges_AreReplacedByAPlanUpdate(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		metric := idOf(t, newMetric(t, s, "storage", ""))
		item := func(members string) string {
			return `{"billable_metric_id":"` + metric + `"` + standard + members + `}`
		}
		plan := createPlan(t, s, "startup", `,"charges":[`+item("")+`,`+item(`,"code":"mine"`)+`,`+item(`,"code":""`)+`,`+item(`,"code":null`)+`]`)
		require.Equal(t, []string{"storage", "mine", "storage_2", "storage_3"}, codesOf(t, plan, "charges"))
		charges := objects(t, plan, "charges")
		id := func(i int) string { return `,"id":"` + idOf(t, charges[i]) + `"` }

		kept := putPlan(t, s, "startup", `"charges":null,"name":"Startup"`)
		require.Equal(t, plan["charges"], kept["charges"])
		updated := putPlan(t, s, "startup", `"charges":[`+item(id(2)+`,"code":null`)+`,`+item(id(1)+`,"code":"yours"`)+`,`+
			item(`,"code":"mine"`)+`,`+item(`,"id":"`+uuid.NewString()+`"`)+`,`+item(`,"id":"nonsense","invoice_display_name":"last"`)+`]`)
		require.Equal(t, []string{"yours", "storage_2", "mine", "storage", "storage_3"}, codesOf(t, updated, "charges"))
		require.Equal(t, charges[1]["lago_id"], objects(t, updated, "charges")[0]["lago_id"])
		require.Equal(t, charges[2]["lago_id"], objects(t, updated, "charges")[1]["lago_id"])
		requireDetails(t, `{"code":["value_already_exist"]}`, s.Put("/plans/startup", `{"plan":{"charges":[`+item(`,"code":"a"`)+`,`+item(`,"code":"a"`)+`]}}`))
		again := putPlan(t, s, "startup", `"charges":[`+item(id(1)+`,"code":"one"`)+`,`+item(id(1)+`,"code":"two"`)+`]`)
		require.Equal(t, []string{"two"}, codesOf(t, again, "charges"))
		require.Empty(t, objects(t, putPlan(t, s, "startup", `"charges":[]`), "charges"))
	})
}

func TestPlanCharges_NameWhatExists(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", "")
		newCharge(t, s, "storage", metric, standard)
		_, other := s.NewOrganization(t, "Globex")
		theirs := idOf(t, member(t, s.DoAs(other, http.MethodPost, "/billable_metrics",
			`{"billable_metric":{"name":"x","code":"theirs","aggregation_type":"count_agg"}}`), "billable_metric"))
		requireNotFound(t, "plan", s.DoAs(other, http.MethodGet, "/plans/startup/charges", ""))
		requireNotFound(t, "plan", s.DoAs(other, http.MethodDelete, "/plans/startup/charges/storage", ""))
		for _, id := range []string{`null`, `"nonsense"`, `"` + uuid.NewString() + `"`, `"` + theirs + `"`} {
			body := `{"charge":{"code":"x","charge_model":"standard","billable_metric_id":` + id + `}}`
			requireNotFound(t, "billable_metric", s.Post("/plans/startup/charges", body))
			requireNotFound(t, "plan", s.Post("/plans/nothing/charges", body))
			requireNotFound(t, "plan", s.Put("/plans/nothing/charges/nothing", body))
			requireNotFound(t, "charge", s.Put("/plans/startup/charges/nothing", body))
			plan := `"charges":[{"charge_model":"standard","billable_metric_id":` + id + `}]`
			resource := "billable_metrics"
			if id == `null` {
				resource = "billable_metric"
			}
			requireNotFound(t, resource, s.Put("/plans/startup", `{"plan":{`+plan+`}}`))
			requireNotFound(t, resource, s.Post("/plans", `{"plan":{"name":"x","code":"x","interval":"monthly","amount_cents":1,
				"amount_currency":"USD","pay_in_advance":false,`+plan+`}}`))
			if id != `null` {
				requireNotFound(t, "billable_metric", s.Put("/plans/startup/charges/storage", body))
			}
		}
		body := fmt.Sprintf(`{"charge":{"code":"x","charge_model":"standard","billable_metric_id":%q,"tax_codes":["none"]}}`, metric["lago_id"])
		requireNotFound(t, "tax", s.Post("/plans/startup/charges", body))
		requireNotFound(t, "tax", s.Put("/plans/startup/charges/storage", body))
		for _, path := range []string{"GET /plans/nothing/charges", "GET /plans/nothing/charges/storage", "DELETE /plans/nothing/charges/storage"} {
			requireNotFound(t, "plan", send(s, path, ""))
		}
		requireNotFound(t, "charge", s.Get("/plans/startup/charges/nothing"))
		requireNotFound(t, "charge", s.Delete("/plans/startup/charges/nothing"))
		for _, request := range []string{"POST /plans/startup/charges", "PUT /plans/startup/charges/storage"} {
			requireNoParameter(t, "charge", send(s, request, `{}`))
			requireNoParameter(t, "charge", send(s, request, `{"charge":{}}`))
			requireNoParameter(t, "charge", send(s, request, `{"charge":[]}`))
		}
		requireClosed(t, s, "plan", `GET /plans/startup/charges`, `GET /plans/startup/charges/storage`,
			`POST /plans/startup/charges `+body, `PUT /plans/startup/charges/storage `+body, `DELETE /plans/startup/charges/storage`)
	})
}

func TestPlanCharges_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", "")
		for i := range 3 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			newCharge(t, s, fmt.Sprint(i), metric, standard)
		}
		list := s.Get("/plans/startup/charges?per_page=2")
		require.Equal(t, []any{"2", "1"}, pluck(entries(t, list, "charges"), "code"))
		require.Equal(t, meta(1, 2, nil, 2, 3), list.JSON(t)["meta"])
		require.Equal(t, []string{"0", "1", "2"}, codesOf(t, showPlan(t, s, "startup"), "charges"))
	})
}

// TestPlanCharges_FreezeTheirMetric changes a metric while a charge uses it.
func TestPlanCharges_FreezeTheirMetric(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", regions)
		newCharge(t, s, "storage", metric, standard)
		const change = `{"billable_metric":{"name":"Disk","description":"d","code":"disk","aggregation_type":"count_agg","recurring":true,
			"field_name":"f","rounding_function":"ceil","rounding_precision":1,"expression":"1 +","weighted_interval":"seconds","filters":[]}}`
		frozen := member(t, s.Put("/billable_metrics/storage", change), "billable_metric")
		require.Equal(t, []any{"Disk", "d", "storage", "sum_agg", "gb", false, nil, nil},
			[]any{
				frozen["name"], frozen["description"], frozen["code"], frozen["aggregation_type"], frozen["field_name"], frozen["recurring"],
				frozen["rounding_function"], frozen["expression"],
			})
		require.Empty(t, frozen["filters"])
		member(t, s.Delete("/plans/startup"), "plan")
		free := member(t, s.Put("/billable_metrics/storage", `{"billable_metric":{"code":"disk","aggregation_type":"count_agg"}}`), "billable_metric")
		require.Equal(t, "count_agg", free["aggregation_type"])
	})
}

func TestPlanCharges_GoWithTheirMetricAndLoseTheirTaxes(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		createPlan(t, s, "startup", "")
		metric := newMetric(t, s, "storage", regions)
		newCharge(t, s, "storage", metric, standard+`,"tax_codes":["vat"],"filters":[{"values":{"region":["us"]},"properties":{"amount":"2"}}]`)
		newCharge(t, s, "calls", newMetric(t, s, "calls", ""), standard)
		member(t, s.Delete("/taxes/vat"), "tax")
		require.Empty(t, member(t, s.Get("/plans/startup/charges/storage"), "charge")["taxes"])
		member(t, s.Delete("/billable_metrics/storage"), "billable_metric")
		requireNotFound(t, "charge", s.Get("/plans/startup/charges/storage"))
		require.Equal(t, []string{"calls"}, codesOf(t, showPlan(t, s, "startup"), "charges"))
	})
}
