package server_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

const filtersPath = "/plans/startup/charges/storage/filters"

// newFilter adds a filter to the charge "storage" of the plan "startup".
func newFilter(t *testing.T, s *servertest.Server, values, amount string) map[string]any {
	t.Helper()
	return member(t, s.Post(filtersPath, `{"filter":{"values":`+values+`,"properties":{"amount":"`+amount+`"}}}`), "filter")
}

// newFilteredCharge makes the plan "startup" with a charge "storage" whose
// metric has filters.
func newFilteredCharge(t *testing.T, s *servertest.Server, more string) map[string]any {
	t.Helper()
	createPlan(t, s, "startup", "")
	return newCharge(t, s, "storage", newMetric(t, s, "storage", regions), standard+more)
}

func TestPlanChargeFilters_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, "")
		created := member(t, s.Post(filtersPath, `{"filter":{"invoice_display_name":"Far","values":{"region":["us","asia"],"cloud":["__ALL_FILTER_VALUES__"]},
			"properties":{"amount":"2","rate":"1","pricing_group_keys":["team"],"presentation_group_keys":[{"value":"x"}]}}}`), "filter")
		requireJSON(t, `{"charge_code":"storage","invoice_display_name":"Far","values":{"region":["us","asia"],"cloud":["__ALL_FILTER_VALUES__"]},
			"properties":{"amount":"2","grouped_by":["team"],"pricing_group_keys":["team"]}}`, identified(t, created))
		path := filtersPath + "/" + idOf(t, created)
		require.Equal(t, created, member(t, s.Get(path), "filter"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get(filtersPath), "filters"))
		require.Equal(t, []map[string]any{created}, objects(t, member(t, s.Get("/plans/startup/charges/storage"), "charge"), "filters"))

		for _, method := range []string{http.MethodPut, http.MethodPatch} {
			kept := member(t, s.Do(method, path, `{"filter":{"values":{"region":["eu"]},"properties":null}}`), "filter")
			require.Equal(t, created, kept)
		}
		updated := member(t, s.Put(path, `{"filter":{"invoice_display_name":null,"properties":{"amount":"3"}}}`), "filter")
		require.Nil(t, updated["invoice_display_name"])
		requireJSON(t, `{"amount":"3"}`, updated["properties"])
		require.Equal(t, created["values"], updated["values"])
		require.Equal(t, updated, member(t, s.Get(path), "filter"))

		deleted := member(t, s.Delete(path), "filter")
		requireJSON(t, `{}`, deleted["values"])
		requireNotFound(t, "charge_filter", s.Delete(path))
		requireNotFound(t, "charge_filter", s.Get(path))
		require.Empty(t, entries(t, s.Get(filtersPath), "filters"))
	})
}

func TestPlanChargeFilters_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, "")
		update := "PUT " + filtersPath + "/" + idOf(t, newFilter(t, s, `{"region":["eu"]}`, "1"))
		create := "POST " + filtersPath
		before := entries(t, s.Get(filtersPath), "filters")
		for name, c := range map[string]struct{ request, body, details string }{
			"nothing known":              {create, `{"colour":"blue"}`, `{"values":["value_is_mandatory"]}`},
			"no values":                  {create, `{"properties":{"amount":"1"}}`, `{"values":["value_is_mandatory"]}`},
			"empty values":               {create, `{"values":{},"properties":{"amount":"1"}}`, `{"values":["value_is_mandatory"]}`},
			"null values":                {create, `{"values":null,"properties":{"amount":"1"}}`, `{"values":["value_is_mandatory"]}`},
			"values are a list":          {create, `{"values":["eu"],"properties":{"amount":"1"}}`, `{"values":["value_is_invalid"]}`},
			"a value is a number":        {create, `{"values":{"region":[1]},"properties":{"amount":"1"}}`, `{"values":["value_is_invalid"]}`},
			"an empty list of values":    {create, `{"values":{"region":[]},"properties":{"amount":"1"}}`, `{"values":["value_is_mandatory"]}`},
			"unknown value":              {create, `{"values":{"region":["eu","mars"]},"properties":{"amount":"1"}}`, `{"values":["value_is_invalid"]}`},
			"all values and another":     {create, `{"values":{"region":["__ALL_FILTER_VALUES__","eu"]},"properties":{"amount":"1"}}`, `{"values":["value_is_invalid"]}`},
			"unknown key":                {create, `{"values":{"planet":["mars"]},"properties":{"amount":"1"}}`, `{"billable_metric_filter":["relation_must_exist"],"values":["value_is_invalid"]}`},
			"unknown key, all values":    {create, `{"values":{"planet":["__ALL_FILTER_VALUES__"]},"properties":{"amount":"1"}}`, `{"billable_metric_filter":["relation_must_exist"]}`},
			"no properties":              {create, `{"values":{"region":["eu"]}}`, `{"properties":["invalid_amount"]}`},
			"properties before values":   {create, `{"values":{"region":["mars"]},"properties":{"amount":"-1"}}`, `{"properties":["invalid_amount"]}`},
			"empty properties on update": {update, `{"properties":{}}`, `{"properties":["invalid_amount"]}`},
			"amount that is a number":    {update, `{"properties":{"amount":3}}`, `{"properties":["invalid_amount"]}`},
		} {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, send(s, c.request, `{"filter":`+c.body+`}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get(filtersPath), "filters"))
	})
}

func TestPlanChargeFilters_AreFoundBelowTheirCharge(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, "")
		id := idOf(t, newFilter(t, s, `{"region":["eu"]}`, "1"))
		_, other := s.NewOrganization(t, "Globex")
		const body = `{"filter":{"values":{"region":["eu"]},"properties":{"amount":"1"}}}`
		for plan, c := range map[string]struct{ path, resource string }{
			"no plan":   {"/plans/nothing/charges/nothing/filters", "plan"},
			"no charge": {"/plans/startup/charges/nothing/filters", "charge"},
		} {
			t.Run(plan, func(t *testing.T) {
				requireNotFound(t, c.resource, s.Get(c.path))
				requireNotFound(t, c.resource, s.Post(c.path, body))
				for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
					requireNotFound(t, c.resource, s.Do(method, c.path+"/"+id, body))
				}
			})
		}
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			requireNotFound(t, "charge_filter", s.Do(method, filtersPath+"/"+uuid.NewString(), body))
			requireNotFound(t, "plan", s.DoAs(other, method, filtersPath+"/"+id, body))
		}
		for _, request := range []string{"POST " + filtersPath, "PUT " + filtersPath + "/" + id} {
			requireNoParameter(t, "filter", send(s, request, `{}`))
			requireNoParameter(t, "filter", send(s, request, `{"filter":{}}`))
		}
		requireClosed(t, s, "plan", `GET `+filtersPath, `GET `+filtersPath+`/`+id, `POST `+filtersPath+` `+body,
			`PUT `+filtersPath+`/`+id+` `+body, `DELETE `+filtersPath+`/`+id)
	})
}

// TestPlanChargeFilters_KeepTheirOrder follows the order through additions,
// changes and the replacement inside a charge.
func TestPlanChargeFilters_KeepTheirOrder(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, "")
		eu, us := newFilter(t, s, `{"region":["eu"]}`, "1"), newFilter(t, s, `{"region":["us","asia"]}`, "2")
		twin := newFilter(t, s, `{"region":["eu"]}`, "3")
		ids := func() []any { return pluck(entries(t, s.Get(filtersPath), "filters"), "lago_id") }
		require.Equal(t, []any{eu["lago_id"], us["lago_id"], twin["lago_id"]}, ids())
		member(t, s.Put(filtersPath+"/"+idOf(t, eu), `{"filter":{"properties":{"amount":"4"}}}`), "filter")
		require.Equal(t, []any{us["lago_id"], twin["lago_id"], eu["lago_id"]}, ids())
		page := s.Get(filtersPath + "?per_page=2&page=2")
		require.Equal(t, []any{eu["lago_id"]}, pluck(entries(t, page, "filters"), "lago_id"))
		require.Equal(t, meta(2, nil, 1, 2, 3), page.JSON(t)["meta"])

		charge := member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"standard","properties":{"amount":"1"},"filters":[
			{"values":{"cloud":["aws"]},"properties":{"amount":"5"}},{"values":{"region":["asia","us"]},"properties":{"amount":"6"}},
			{"values":{"region":["eu"]},"properties":{"amount":"7"}}]}}`), "charge")
		filters := objects(t, charge, "filters")
		require.Equal(t, []any{us["lago_id"], twin["lago_id"]}, pluck(filters[1:], "lago_id"))
		require.NotContains(t, []any{us["lago_id"], twin["lago_id"], eu["lago_id"]}, filters[0]["lago_id"])
		require.Equal(t, filters, entries(t, s.Get(filtersPath), "filters"))
		requireJSON(t, `{"amount":"6"}`, filters[1]["properties"])
	})
}

// TestPlanChargeFilters_FollowTheirMetric takes values and keys away from the
// metric whose filters are used.
func TestPlanChargeFilters_FollowTheirMetric(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, "")
		newFilter(t, s, `{"region":["eu","us"],"cloud":["aws"]}`, "1")
		newFilter(t, s, `{"region":["us"]}`, "2")
		newFilter(t, s, `{"region":["__ALL_FILTER_VALUES__"]}`, "3")
		values := func() []any { return pluck(entries(t, s.Get(filtersPath), "filters"), "values") }
		trim := func(filters string) {
			member(t, s.Put("/billable_metrics/storage", `{"billable_metric":{"filters":[`+filters+`]}}`), "billable_metric")
		}
		trim(`{"key":"region","values":["eu","us","asia","africa"]},{"key":"cloud","values":["aws"]}`)
		requireJSON(t, `[{"region":["eu","us"],"cloud":["aws"]},{"region":["us"]},{"region":["__ALL_FILTER_VALUES__"]}]`, values())
		trim(`{"key":"region","values":["eu"]},{"key":"cloud","values":["gcp"]}`)
		requireJSON(t, `[{"region":["eu"]},{"region":["__ALL_FILTER_VALUES__"]}]`, values())
		trim(``)
		requireJSON(t, `[]`, values())
	})
}
