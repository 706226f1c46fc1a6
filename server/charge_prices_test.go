package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// chargePrices are whole prices of each model that clients can choose, in which a letter
// stands for what differs between two of them.
func chargePrices() map[string]string {
	ranges := `[{"from_value":0,"to_value":X,"per_unit_amount":"1","flat_amount":"0"},{"from_value":NEXT,"to_value":null,"per_unit_amount":"0.X","flat_amount":"X"}]`
	return map[string]string{
		"standard":             `"amount":"X"`,
		"package":              `"amount":"1","free_units":X,"package_size":1X`,
		"graduated":            `"graduated_ranges":` + ranges,
		"volume":               `"volume_ranges":` + ranges,
		"graduated_percentage": `"graduated_percentage_ranges":` + strings.ReplaceAll(ranges, "per_unit_amount", "rate"),
		"percentage": `"rate":"X","fixed_amount":"0.X","free_units_per_events":X,"free_units_per_total_aggregation":"1X",
			"per_transaction_min_amount":"0.X","per_transaction_max_amount":"2X"`,
	}
}

// pricesOf are the properties of a model, as they are sent and as a charge shows them. The
// charge of the simplest model names its groups as they were called before.
func pricesOf(model, x string) (sent, shown string) {
	prices := strings.ReplaceAll(strings.ReplaceAll(chargePrices()[model], "NEXT", nextOf(x)), "X", x)
	name := "pricing_group_keys"
	if model == "standard" {
		name = "grouped_by"
	}
	presentation := `"presentation_group_keys":[{"value":"user","options":{"display_in_invoice":true}}]`
	return fmt.Sprintf(`{%s,%q:["team%s"],%s}`, prices, name, x, presentation),
		fmt.Sprintf(`{%s,"grouped_by":["team%s"],"pricing_group_keys":["team%s"],%s}`, prices, x, x, presentation)
}

// nextOf is the number behind another one of one digit.
func nextOf(x string) string { return string(rune(x[0] + 1)) }

// pricedCharge are the members of a charge of a model that has a filter, both with the
// same prices.
func pricedCharge(model, x string) string {
	sent, _ := pricesOf(model, x)
	return fmt.Sprintf(`"charge_model":%q,"properties":%s,"filters":[{"values":{"region":["eu"]},"properties":%s}]`, model, sent, sent)
}

// requirePriced fails unless a charge and its first filter have the prices of a model.
func requirePriced(t *testing.T, model, x string, charge map[string]any) {
	t.Helper()
	_, shown := pricesOf(model, x)
	requireJSON(t, shown, charge["properties"])
	requirePricedFilter(t, model, x, objects(t, charge, "filters")[0])
}

// requirePricedFilter is requirePriced for a filter, which has no groups of its own to
// present.
func requirePricedFilter(t *testing.T, model, x string, filter map[string]any) {
	t.Helper()
	_, shown := pricesOf(model, x)
	shown, _, _ = strings.Cut(shown, `,"presentation_group_keys"`)
	requireJSON(t, shown+"}", filter["properties"])
}

// eachModel makes the members of a list of charges, one of each model.
func eachModel(x string, identified func(model string) string) string {
	var list []string
	for _, model := range slices.Sorted(maps.Keys(chargePrices())) {
		list = append(list, `{`+identified(model)+`,`+pricedCharge(model, x)+`}`)
	}
	return `"charges":[` + strings.Join(list, ",") + `]`
}

// requireAllPriced is requirePriced for charges whose codes are their models.
func requireAllPriced(t *testing.T, x string, charges []map[string]any) (ids map[string]string) {
	t.Helper()
	ids = map[string]string{}
	for _, charge := range charges {
		model, _ := charge["code"].(string)
		requirePriced(t, model, x, charge)
		ids[model] = idOf(t, charge)
	}
	require.Len(t, ids, len(chargePrices()))
	return ids
}

// TestCharges_HaveThePricesThatAreSent sends whole prices of every model wherever prices
// may be sent.
func TestCharges_HaveThePricesThatAreSent(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		metric := newMetric(t, s, "storage", regions)
		isNew := func(model string) string {
			return fmt.Sprintf(`"billable_metric_id":%q,"code":%q`, metric["lago_id"], model)
		}
		ids := requireAllPriced(t, "1", objects(t, createPlan(t, s, "startup", ","+eachModel("1", isNew)), "charges"))
		isKnown := func(model string) string { return fmt.Sprintf(`"id":%q,%s`, ids[model], isNew(model)) }
		requireAllPriced(t, "2", objects(t, putPlan(t, s, "startup", eachModel("2", isKnown)), "charges"))
		for model := range chargePrices() {
			path := "/plans/startup/charges/" + model
			changed := member(t, s.Put(path, `{"charge":{`+pricedCharge(model, "3")+`}}`), "charge")
			requirePriced(t, model, "3", changed)
			requirePricedFilters(t, s, path, model)
			requirePriced(t, model, "5", newCharge(t, s, model+"-again", metric, ","+pricedCharge(model, "5")))
			s.Delete("/plans/startup/charges/"+model+"-again").Status(t, http.StatusOK)
		}

		createPlan(t, s, "sold", ","+eachModel("1", isNew))
		ids = requireAllPriced(t, "1", objects(t, showPlan(t, s, "sold"), "charges"))
		byID := func(model string) string { return fmt.Sprintf(`"id":%q`, ids[model]) }
		ownPlan := object(t, subscribe(t, s, "sold", "sub", `,"plan_overrides":{`+eachModel("2", byID)+`}`), "plan")
		ids = requireAllPriced(t, "2", objects(t, ownPlan, "charges"))
		putSubscription(s, "sub", `"plan_overrides":{`+eachModel("3", byID)+`}`).Status(t, http.StatusOK)
		requireAllPriced(t, "3", entries(t, s.Get(ownCharges), "charges"))
		for model := range chargePrices() {
			path := ownCharges + "/" + model
			requirePriced(t, model, "5", member(t, s.Put(path, `{"charge":{`+pricedCharge(model, "5")+`}}`), "charge"))
			requirePricedFilters(t, s, path, model)
		}
		requireAllPriced(t, "1", objects(t, showPlan(t, s, "sold"), "charges"))
		requirePages(t, s.Get, "/plans/sold/charges", "charges")
		requirePages(t, s.Get, ownCharges, "charges")
		requirePages(t, s.Get, ownCharges+"/volume/filters", "filters")
	})
}

// requirePricedFilters adds a filter to a charge, and changes it.
func requirePricedFilters(t *testing.T, s *servertest.Server, path, model string) {
	t.Helper()
	sent, _ := pricesOf(model, "6")
	filter := member(t, s.Post(path+"/filters", `{"filter":{"values":{"cloud":["aws"]},"properties":`+sent+`}}`), "filter")
	requirePricedFilter(t, model, "6", filter)
	sent, _ = pricesOf(model, "7")
	requirePricedFilter(t, model, "7", member(t, s.Put(path+"/filters/"+idOf(t, filter), `{"filter":{"properties":`+sent+`}}`), "filter"))
}

// TestFixedCharges_HaveThePricesThatAreSent does the same for fixed charges.
func TestFixedCharges_HaveThePricesThatAreSent(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addOn := newAddOn(t, s, "setup", "")
		models := []string{"graduated", "standard", "volume"}
		prices := func(model, x string) string {
			return `{` + strings.ReplaceAll(strings.ReplaceAll(chargePrices()[model], "NEXT", nextOf(x)), "X", x) + `}`
		}
		list := func(x string, identified func(model string) string) string {
			entries := make([]string, len(models))
			for i, model := range models {
				entries[i] = fmt.Sprintf(`{%s,"charge_model":%q,"properties":%s}`, identified(model), model, prices(model, x))
			}
			return `"fixed_charges":[` + strings.Join(entries, ",") + `]`
		}
		requirePrices := func(x string, charges []map[string]any) map[string]string {
			ids := map[string]string{}
			for _, charge := range charges {
				model, _ := charge["code"].(string)
				requireJSON(t, prices(model, x), charge["properties"])
				ids[model] = idOf(t, charge)
			}
			require.Len(t, ids, len(models))
			return ids
		}
		isNew := func(model string) string {
			return fmt.Sprintf(`"add_on_id":%q,"code":%q,"units":1`, addOn["lago_id"], model)
		}
		ids := requirePrices("1", objects(t, createPlan(t, s, "startup", ","+list("1", isNew)), "fixed_charges"))
		byID := func(model string) string { return fmt.Sprintf(`"id":%q,"units":1`, ids[model]) }
		requirePrices("2", objects(t, putPlan(t, s, "startup", list("2", byID)), "fixed_charges"))
		for _, model := range models {
			body := fmt.Sprintf(`{"fixed_charge":{"charge_model":%q,"units":"1","properties":%s}}`, model, prices(model, "3"))
			requireJSON(t, prices(model, "3"), member(t, s.Put(fixedPath+"/"+model, body), "fixed_charge")["properties"])
			body = fmt.Sprintf(`{"fixed_charge":{"add_on_code":"setup","code":"%s-again","charge_model":%q,"properties":%s}}`, model, model, prices(model, "5"))
			requireJSON(t, prices(model, "5"), member(t, s.Post(fixedPath, body), "fixed_charge")["properties"])
			s.Delete(fixedPath+"/"+model+"-again").Status(t, http.StatusOK)
		}
		subscribe(t, s, "startup", "sub", `,"plan_overrides":{`+list("6", byID)+`}`)
		ids = requirePrices("6", entries(t, s.Get(ownFixed), "fixed_charges"))
		putSubscription(s, "sub", `"plan_overrides":{`+list("7", byID)+`}`).Status(t, http.StatusOK)
		requirePrices("7", entries(t, s.Get(ownFixed), "fixed_charges"))
		for _, model := range models {
			body := `{"fixed_charge":{"properties":` + prices(model, "8") + `}}`
			requireJSON(t, prices(model, "8"), member(t, s.Put(ownFixed+"/"+model, body), "fixed_charge")["properties"])
		}
		requirePages(t, s.Get, fixedPath, "fixed_charges")
		requirePages(t, s.Get, ownFixed, "fixed_charges")
	})
}
