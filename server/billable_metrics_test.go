package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

const metricCounters = `"active_subscriptions_count":0,"draft_invoices_count":0,"plans_count":0`

// newMetric makes a metric of a code that sums up a property; more is JSON
// members that come after it.
func newMetric(t *testing.T, s *servertest.Server, code, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/billable_metrics", fmt.Sprintf(
		`{"billable_metric":{"name":"Storage","code":%q,"aggregation_type":"sum_agg","field_name":"gb"%s}}`, code, more)), "billable_metric")
}

// uncounted is a metric without its counters.
func uncounted(metric map[string]any) map[string]any {
	rest := maps.Clone(metric)
	for _, name := range []string{"active_subscriptions_count", "draft_invoices_count", "plans_count"} {
		delete(rest, name)
	}
	return rest
}

func TestBillableMetrics_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		created := member(t, s.Post("/billable_metrics", `{"billable_metric":{"name":"Storage","code":"storage","description":"Bytes",
			"aggregation_type":"weighted_sum_agg","weighted_interval":"seconds","field_name":"gb","recurring":true,
			"rounding_function":"ceil","rounding_precision":-2,"expression":"round(event.properties.mb / 1000)",
			"filters":[{"key":"region","values":["us","eu","us"]},{"key":"cloud","values":["gcp","aws"]}]}}`), "billable_metric")
		requireJSON(t, `{"name":"Storage","code":"storage","description":"Bytes","aggregation_type":"weighted_sum_agg",
			"weighted_interval":"seconds","field_name":"gb","recurring":true,"rounding_function":"ceil","rounding_precision":-2,
			"expression":"round(event.properties.mb / 1000)","created_at":"2026-01-15T10:30:00Z",
			"filters":[{"key":"cloud","values":["aws","gcp"]},{"key":"region","values":["eu","us"]}],`+metricCounters+`}`,
			identified(t, created))
		require.Equal(t, uncounted(created), member(t, s.Get("/billable_metrics/storage"), "billable_metric"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/billable_metrics"), "billable_metrics"))

		updated := member(t, s.Put("/billable_metrics/storage", `{"billable_metric":{"name":"Calls","code":"calls","description":null,
			"aggregation_type":"count_agg","field_name":"ignored","recurring":false,"weighted_interval":null,"rounding_function":null,
			"rounding_precision":null,"expression":null,"filters":[]}}`), "billable_metric")
		requireJSON(t, `{"lago_id":"`+created["lago_id"].(string)+`","name":"Calls","code":"calls","description":null,
			"aggregation_type":"count_agg","weighted_interval":null,"field_name":null,"recurring":false,"rounding_function":null,
			"rounding_precision":null,"expression":null,"created_at":"2026-01-15T10:30:00Z","filters":[],`+metricCounters+`}`, updated)
		require.Equal(t, uncounted(updated), member(t, s.Get("/billable_metrics/calls"), "billable_metric"))
		require.Equal(t, updated, member(t, s.Delete("/billable_metrics/calls"), "billable_metric"))
		require.Empty(t, entries(t, s.Get("/billable_metrics"), "billable_metrics"))
	})
}

func TestBillableMetrics_DefaultsAreNull(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		requireJSON(t, `{"name":"Storage","code":"storage","description":null,"aggregation_type":"sum_agg","weighted_interval":null,
			"field_name":"gb","recurring":false,"rounding_function":null,"rounding_precision":null,"expression":null,
			"created_at":"2026-01-15T10:30:00Z","filters":[],`+metricCounters+`}`, identified(t, newMetric(t, s, "storage", "")))
		require.Nil(t, newMetric(t, s, "blank", `,"expression":" "`)["expression"])
	})
}

func TestBillableMetrics_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const create = http.MethodPost + " /billable_metrics"
	const update = http.MethodPut + " /billable_metrics/storage"
	cases := map[string]struct{ request, body, details string }{
		"everything missing": {create, `{"description":"x"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"],
			"aggregation_type":["value_is_invalid"],"field_name":["value_is_mandatory"]}`},
		"aggregation missing, field named":       {create, `{"name":"x","code":"x","field_name":"f"}`, `{"aggregation_type":["value_is_invalid"]}`},
		"aggregation missing, field not named":   {create, `{"name":"x","code":"x"}`, `{"aggregation_type":["value_is_invalid"],"field_name":["value_is_mandatory"]}`},
		"aggregation unknown, field named":       {create, `{"name":"x","code":"x","aggregation_type":"avg_agg","field_name":"f"}`, `{"aggregation_type":["value_is_invalid"]}`},
		"aggregation unknown, field not named":   {create, `{"name":"x","code":"x","aggregation_type":"avg_agg"}`, `{"aggregation_type":["value_is_invalid"],"field_name":["value_is_mandatory"]}`},
		"aggregation null, field blank":          {create, `{"name":"x","code":"x","aggregation_type":null,"field_name":" "}`, `{"aggregation_type":["value_is_invalid"],"field_name":["value_is_mandatory"]}`},
		"aggregation unknown, code taken":        {create, `{"name":"x","code":"storage","aggregation_type":"avg_agg","field_name":"f"}`, `{"aggregation_type":["value_is_invalid"],"code":["value_already_exist"]}`},
		"field missing for a sum":                {create, `{"name":"x","code":"x","aggregation_type":"sum_agg"}`, `{"field_name":["value_is_mandatory"]}`},
		"code taken":                             {create, `{"name":"x","code":"storage","aggregation_type":"count_agg"}`, `{"code":["value_already_exist"]}`},
		"recurring count":                        {create, `{"name":"x","code":"x","aggregation_type":"count_agg","recurring":true}`, `{"recurring":["not_compatible_with_aggregation_type"]}`},
		"recurring maximum":                      {create, `{"name":"x","code":"x","aggregation_type":"max_agg","field_name":"f","recurring":true}`, `{"recurring":["not_compatible_with_aggregation_type"]}`},
		"recurring latest":                       {create, `{"name":"x","code":"x","aggregation_type":"latest_agg","field_name":"f","recurring":true}`, `{"recurring":["not_compatible_with_aggregation_type"]}`},
		"weighted sum without interval":          {create, `{"name":"x","code":"x","aggregation_type":"weighted_sum_agg","field_name":"f"}`, `{"weighted_interval":["value_is_invalid"]}`},
		"weighted sum with an unknown interval":  {create, `{"name":"x","code":"x","aggregation_type":"weighted_sum_agg","field_name":"f","weighted_interval":"hours"}`, `{"weighted_interval":["value_is_invalid"]}`},
		"unknown rounding":                       {create, `{"name":"x","code":"x","aggregation_type":"count_agg","rounding_function":"truncate"}`, `{"rounding_function":["value_is_invalid"]}`},
		"precision in words":                     {create, `{"name":"x","code":"x","aggregation_type":"count_agg","rounding_precision":"two"}`, `{"rounding_precision":["value_is_invalid"]}`},
		"precision beyond any column":            {create, `{"name":"x","code":"x","aggregation_type":"count_agg","rounding_precision":2147483648}`, `{"rounding_precision":["value_is_out_of_range"]}`},
		"expression that cannot be read":         {create, `{"name":"x","code":"x","aggregation_type":"count_agg","expression":"1 +"}`, `{"expression":["invalid_expression"]}`},
		"filter without values":                  {create, `{"name":"x","code":"x","aggregation_type":"count_agg","filters":[{"key":"k","values":[]}]}`, `{"values":["value_is_mandatory"]}`},
		"filter that names no values":            {create, `{"name":"x","code":"x","aggregation_type":"count_agg","filters":[{"key":"k"}]}`, `{"values":["value_is_mandatory"]}`},
		"filter without key":                     {create, `{"name":"x","code":"x","aggregation_type":"count_agg","filters":[{"key":"","values":["v"]}]}`, `{"key":["value_is_mandatory"]}`},
		"filter that names no key":               {create, `{"name":"x","code":"x","aggregation_type":"count_agg","filters":[{"values":["v"]}]}`, `{"key":["value_is_mandatory"]}`},
		"null name":                              {update, `{"name":null,"description":"new"}`, `{"name":["value_is_mandatory"]}`},
		"number for a name, the rest right":      {create, `{"name":7,"code":"x","aggregation_type":"count_agg"}`, `{"name":["value_is_invalid"]}`},
		"null name of a record with a rule more": {update, `{"name":null,"field_name":null}`, `{"name":["value_is_mandatory"],"field_name":["value_is_mandatory"]}`},
		"null code":                              {update, `{"code":null}`, `{"code":["value_is_mandatory"]}`},
		"null aggregation":                       {update, `{"aggregation_type":null}`, `{"aggregation_type":["value_is_invalid"]}`},
		"code of another metric":                 {update, `{"code":"other"}`, `{"code":["value_already_exist"]}`},
		"recurring that becomes a count":         {update, `{"aggregation_type":"count_agg","recurring":true}`, `{"recurring":["not_compatible_with_aggregation_type"]}`},
		"filters without values":                 {update, `{"filters":[{"key":"k","values":["v"]},{"key":"l","values":[]}]}`, `{"values":["value_is_mandatory"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newMetric(t, s, "storage", "")
		newMetric(t, s, "other", "")
		before := entries(t, s.Get("/billable_metrics"), "billable_metrics")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, send(s, c.request, `{"billable_metric":`+c.body+`}`))
			})
		}
		require.Equal(t, before, entries(t, s.Get("/billable_metrics"), "billable_metrics"))
	})
}

func TestBillableMetrics_CustomAggregationIsNotAvailable(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newMetric(t, s, "storage", "")
		for name, c := range map[string]struct{ request, body string }{
			"create":               {"POST /billable_metrics", `{"name":"x","code":"x","aggregation_type":"custom_agg"}`},
			"create without name":  {"POST /billable_metrics", `{"code":"x","aggregation_type":"custom_agg"}`},
			"update":               {"PUT /billable_metrics/storage", `{"aggregation_type":"custom_agg"}`},
			"update without names": {"PATCH /billable_metrics/storage", `{"name":null,"aggregation_type":"custom_agg"}`},
		} {
			t.Run(name, func(t *testing.T) {
				response := send(s, c.request, `{"billable_metric":`+c.body+`}`).Status(t, http.StatusForbidden)
				require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"feature_unavailable"}`, string(response.Body))
			})
		}
		require.Len(t, entries(t, s.Get("/billable_metrics"), "billable_metrics"), 1)
	})
}

func TestBillableMetrics_ABodyNeedsAKnownField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newMetric(t, s, "storage", "")
		for _, request := range []string{"POST /billable_metrics", "PUT /billable_metrics/storage", "PUT /billable_metrics/nothing"} {
			for name, body := range map[string]string{
				"no body": ``, "no root": `{}`, "empty root": `{"billable_metric":{}}`, "null root": `{"billable_metric":null}`,
				"scalar root": `{"billable_metric":"storage"}`, "list root": `{"billable_metric":[{"name":"x"}]}`,
				"only unknown fields": `{"billable_metric":{"unit":"gb","foo":{"name":"x"}}}`, "field beside the root": `{"name":"x"}`,
			} {
				t.Run(request+" "+name, func(t *testing.T) {
					requireNoParameter(t, "billable_metric", send(s, request, body))
				})
			}
		}
		updated := s.Put("/billable_metrics/storage", `{"billable_metric":{"unit":"gb","name":"Disk"}}`)
		require.Equal(t, "Disk", member(t, updated, "billable_metric")["name"], "unknown fields beside known ones are ignored")
	})
}

func TestBillableMetrics_TakeEveryCombination(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"count ignores its field":      `"aggregation_type":"count_agg","field_name":"gb"`,
		"maximum":                      `"aggregation_type":"max_agg","field_name":"gb"`,
		"latest":                       `"aggregation_type":"latest_agg","field_name":"gb"`,
		"recurring sum":                `"aggregation_type":"sum_agg","field_name":"gb","recurring":true`,
		"recurring unique count":       `"aggregation_type":"unique_count_agg","field_name":"gb","recurring":true`,
		"recurring weighted sum":       `"aggregation_type":"weighted_sum_agg","field_name":"gb","recurring":true,"weighted_interval":"seconds"`,
		"passing weighted sum":         `"aggregation_type":"weighted_sum_agg","field_name":"gb","weighted_interval":"seconds"`,
		"sum with an idle interval":    `"aggregation_type":"sum_agg","field_name":"gb","weighted_interval":"seconds"`,
		"rounding up":                  `"aggregation_type":"count_agg","rounding_function":"ceil","rounding_precision":2`,
		"rounding down, no precision":  `"aggregation_type":"count_agg","rounding_function":"floor","rounding_precision":null`,
		"rounding to tens":             `"aggregation_type":"count_agg","rounding_function":"round","rounding_precision":-1`,
		"precision without a function": `"aggregation_type":"count_agg","rounding_precision":3`,
		"null filters":                 `"aggregation_type":"count_agg","filters":null`,
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, fields := range cases {
			t.Run(name, func(t *testing.T) {
				body := fmt.Sprintf(`{"billable_metric":{"name":"x","code":%q,%s}}`, name, fields)
				created := member(t, s.Post("/billable_metrics", body), "billable_metric")
				require.Equal(t, created["aggregation_type"] == "count_agg", created["field_name"] == nil)
			})
		}
	})
}

func TestBillableMetrics_PutAndPatchAreAlikeAndKeepWhatIsAbsent(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, method := range []string{http.MethodPut, http.MethodPatch} {
			before := newMetric(t, s, method, `,"description":"d","rounding_function":"round","rounding_precision":1,
				"expression":"event.properties.a","recurring":true,"filters":[{"key":"k","values":["v"]}]`)
			path := "/billable_metrics/" + method
			kept := member(t, s.Do(method, path, `{"billable_metric":{"filters":null,"name":"Storage"}}`), "billable_metric")
			require.Equal(t, before, kept, method)
			changed := member(t, s.Do(method, path, `{"billable_metric":{"filters":[{"key":"b","values":["z","a"]},{"key":"a","values":["1"]},{"key":"b","values":["y","x","y"]}]}}`), "billable_metric")
			requireJSON(t, `[{"key":"a","values":["1"]},{"key":"b","values":["x","y"]}]`, changed["filters"])
			before["filters"] = changed["filters"]
			require.Equal(t, before, changed, method)
		}
	})
}

func TestBillableMetrics_CodesMayContainSlashesAndDots(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, path := range []string{"cdn/v1.2/out", "cdn%2Fv1.2%2Fout", "cdn/v1.2%2Fout"} {
			newMetric(t, s, "cdn/v1.2/out", "")
			newMetric(t, s, "cdn", "")
			require.Equal(t, "cdn/v1.2/out", member(t, s.Get("/billable_metrics/"+path), "billable_metric")["code"], path)
			requireNotFound(t, "billable_metric", s.Get("/billable_metrics/cdn/v1.2"))
			member(t, s.Patch("/billable_metrics/"+path, `{"billable_metric":{"name":"x"}}`), "billable_metric")
			member(t, s.Delete("/billable_metrics/"+path), "billable_metric")
			member(t, s.Delete("/billable_metrics/cdn"), "billable_metric")
		}
	})
}

func TestBillableMetrics_AreFoundByCodeWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		body := `{"billable_metric":{"name":"x","code":"theirs","aggregation_type":"count_agg"}}`
		member(t, s.DoAs(other, http.MethodPost, "/billable_metrics", body), "billable_metric")
		for name, c := range map[string]struct{ method, body string }{
			"show":                          {http.MethodGet, ""},
			"update":                        {http.MethodPut, `{"billable_metric":{"name":"x"}}`},
			"update that breaks a rule too": {http.MethodPut, `{"billable_metric":{"name":null}}`},
			"delete":                        {http.MethodDelete, ""},
		} {
			for _, code := range []string{"nothing", "theirs"} {
				t.Run(name+" "+code, func(t *testing.T) {
					requireNotFound(t, "billable_metric", s.Do(c.method, "/billable_metrics/"+code, c.body))
				})
			}
		}
		require.Empty(t, entries(t, s.Get("/billable_metrics"), "billable_metrics"))
		member(t, s.Post("/billable_metrics", body), "billable_metric")
		requireClosed(t, s, "billable_metric", `GET /billable_metrics`, `GET /billable_metrics/theirs`,
			`POST /billable_metrics {"billable_metric":{"name":"x"}}`, `PUT /billable_metrics/theirs {"billable_metric":{"name":"x"}}`,
			`DELETE /billable_metrics/theirs`)
	})
}

func TestBillableMetrics_ACodeIsFreeAfterDeletion(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		first := newMetric(t, s, "storage", `,"filters":[{"key":"k","values":["v"]}]`)
		require.Equal(t, first, member(t, s.Delete("/billable_metrics/storage"), "billable_metric"))
		requireNotFound(t, "billable_metric", s.Delete("/billable_metrics/storage"))
		second := newMetric(t, s, "storage", "")
		require.NotEqual(t, first["lago_id"], second["lago_id"])
		require.Empty(t, second["filters"])
	})
}

func TestBillableMetrics_AreListedNewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i := range 5 {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			newMetric(t, s, fmt.Sprint(i), "")
		}
		list := s.Get("/billable_metrics?per_page=2&page=2")
		require.Equal(t, []any{"2", "1"}, pluck(entries(t, list, "billable_metrics"), "code"))
		require.Equal(t, meta(2, 3, 1, 3, 5), list.JSON(t)["meta"])
		beyond := s.Get("/billable_metrics?per_page=2&page=4")
		require.Empty(t, entries(t, beyond, "billable_metrics"))
		require.Equal(t, meta(4, nil, 3, 3, 5), beyond.JSON(t)["meta"])
	})
}
