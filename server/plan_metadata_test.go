package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// jsonOf writes a value as JSON.
func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// manyPairs is item metadata with a number of keys, as JSON.
func manyPairs(count int) string {
	pairs := make([]string, count)
	for i := range pairs {
		pairs[i] = fmt.Sprintf(`"k%d":"v"`, i)
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func TestPlanMetadata_ReplaceMergeAndRemove(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "month", "")
		const all, key = "/plans/month/metadata", "/plans/month/metadata/a"
		for _, step := range []struct{ request, body, want string }{
			{"POST " + all, ``, `null`},
			{"POST " + all, `{"metadata":null}`, `null`},
			{"PATCH " + all, `{"metadata":{}}`, `null`},
			{"DELETE " + all, ``, `null`},
			{"PATCH " + all, `{"metadata":{"a":"1","b":null}}`, `{"a":"1","b":null}`},
			{"PATCH " + all, `{"metadata":{"a":null,"c":""}}`, `{"a":null,"b":null,"c":""}`},
			{"PUT " + all, `{"metadata":{"a":"2"}}`, `{"a":"2","b":null,"c":""}`},
			{"PATCH " + all, `{}`, `{"a":"2","b":null,"c":""}`},
			{"PATCH " + all, `{"metadata":null}`, `{"a":"2","b":null,"c":""}`},
			{"POST " + all, `{}`, `{"a":"2","b":null,"c":""}`},
			{"POST " + all, `{"metadata":{"a":"3","d":"4"}}`, `{"a":"3","d":"4"}`},
			{"DELETE " + key, ``, `{"d":"4"}`},
			{"DELETE " + key, ``, `{"d":"4"}`},
			{"DELETE " + all + "/d", ``, `{}`},
			{"DELETE " + key, ``, `{}`},
			{"POST " + all, `{"metadata":{"x":"y"}}`, `{"x":"y"}`},
			{"DELETE " + all, ``, `null`},
			{"POST " + all, `{"metadata":{}}`, `{}`},
		} {
			shown := send(s, step.request, step.body).Status(t, http.StatusOK)
			require.JSONEq(t, `{"metadata":`+step.want+`}`, string(shown.Body), "%s %s", step.request, step.body)
			inPlan, present := showPlan(t, s, "month")["metadata"]
			require.Equal(t, step.want != `null` && step.want != `{}`, present, "%s %s", step.request, step.body)
			if present {
				requireJSON(t, step.want, inPlan)
			}
		}
	})
}

func TestPlanMetadata_OfThePlanItself(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		requireJSON(t, `{"a":"1"}`, createPlan(t, s, "month", `,"metadata":{"a":"1"}`)["metadata"])
		requireJSON(t, `{"a":"1"}`, putPlan(t, s, "month", `"name":"x"`)["metadata"])
		requireJSON(t, `{"b":"2"}`, putPlan(t, s, "month", `"metadata":{"b":"2"}`)["metadata"])
		require.NotContains(t, putPlan(t, s, "month", `"metadata":{}`), "metadata")
		require.JSONEq(t, `{"metadata":{}}`, string(s.Patch("/plans/month/metadata", `{"metadata":{}}`).Status(t, http.StatusOK).Body))
	})
}

func TestPlanMetadata_RefuseWhatIsOverTheLimits(t *testing.T) {
	t.Parallel()
	const keys, key, value, kind = `"cannot have more than 50 keys"`, `"cannot have keys longer than 100 characters"`,
		`"cannot have values longer than 255 characters"`, `"can only have values that are strings or null"`
	letters := func(count int) string { return strings.Repeat("é", count) }
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "month", "")
		s.Post("/plans/month/metadata", `{"metadata":`+manyPairs(50)+`}`).Status(t, http.StatusOK)
		for name, c := range map[string]struct{ body, codes string }{
			"too many keys":  {manyPairs(51), keys},
			"a long key":     {`{"` + letters(101) + `":null}`, key},
			"a long value":   {`{"k0":"` + letters(256) + `"}`, value},
			"all of it":      {manyPairs(51)[:len(manyPairs(51))-1] + `,"` + letters(101) + `":"` + letters(256) + `"}`, keys + "," + key + "," + value},
			"a number":       {`{"k0":5}`, kind},
			"a list":         {`{"k0":["a"]}`, kind},
			"an object":      {`{"k0":{"a":"b"}}`, kind},
			"a truth value":  {`{"k0":true}`, kind},
			"several others": {`{"k0":true,"k1":5}`, kind},
		} {
			t.Run(name, func(t *testing.T) {
				details := `{"value":[` + c.codes + `]}`
				requireDetails(t, details, s.Post("/plans/month/metadata", `{"metadata":`+c.body+`}`))
				requireDetails(t, details, s.Put("/plans/month", `{"plan":{"metadata":`+c.body+`}}`))
			})
		}
		requireDetails(t, `{"value":[`+keys+`]}`, s.Patch("/plans/month/metadata", `{"metadata":{"one more":"v"}}`))
		requireDetails(t, `{"metadata":["value_is_invalid"]}`, s.Patch("/plans/month/metadata", `{"metadata":"text"}`))
		require.Len(t, showPlan(t, s, "month")["metadata"], 50)
		longest := fmt.Sprintf(`{"metadata":{%q:%q}}`, letters(100), letters(255))
		s.Post("/plans/month/metadata", longest).Status(t, http.StatusOK)
	})
}

func TestPlanMetadata_NotFoundAndNotPermitted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		s.DoAs(other, http.MethodPost, "/plans", `{"plan":{"name":"x","code":"theirs","interval":"monthly","amount_cents":1,
			"amount_currency":"USD","pay_in_advance":true,"metadata":{"a":"b"}}}`).Status(t, http.StatusOK)
		for _, code := range []string{"nothing", "theirs"} {
			path := "/plans/" + code + "/metadata"
			requireNotFound(t, "plan", s.Post(path, `{"metadata":{"a":"c"}}`))
			requireNotFound(t, "plan", s.Patch(path, `{"metadata":{"a":"c"}}`))
			requireNotFound(t, "plan", s.Delete(path))
			requireNotFound(t, "plan", s.Delete(path+"/a"))
		}
		createPlan(t, s, "month", "")
		requireNotFound(t, "metadata", s.Delete("/plans/month/metadata/a"))
		requireClosed(t, s, "plan", `POST /plans/month/metadata {}`, `PATCH /plans/month/metadata {}`,
			`DELETE /plans/month/metadata`, `DELETE /plans/month/metadata/a`)
	})
}

func TestPlanMetadata_AChangeIsAnUpdateOfThePlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "year", `,"interval":"yearly","bill_charges_monthly":true,"metadata":{"a":"b"}`)
		for _, c := range []struct{ request, body, changes string }{
			// The update names no interval, and so ends the monthly billing.
			{"PATCH /plans/year/metadata", `{"metadata":{"c":"d"}}`, `{"metadata":[{"a":"b"},{"a":"b","c":"d"}],
				"bill_charges_monthly":[true,null],"bill_fixed_charges_monthly":[false,null]}`},
			{"PATCH /plans/year/metadata", `{}`, `{}`},
			{"POST /plans/year/metadata", `{"metadata":{"c":"d"}}`, `{"metadata":[{"a":"b","c":"d"},{"c":"d"}]}`},
			{"DELETE /plans/year/metadata/c", ``, `{"metadata":[{"c":"d"},null]}`},
			{"DELETE /plans/year/metadata", ``, `{}`},
		} {
			log := activity(t, s, send(s, c.request, c.body).Status(t, http.StatusOK))
			require.Equal(t, "plan.updated", log["activity_type"])
			requireJSON(t, c.changes, log["activity_object_changes"])
			require.Equal(t, showPlan(t, s, "year"), log["activity_object"])
		}
	})
}
