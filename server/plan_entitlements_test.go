package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
	"tarn/store"
)

// entitlementWorld makes the plan "pro" and the features "seats" and "sso".
func entitlementWorld(t *testing.T, s *servertest.Server) {
	t.Helper()
	createPlan(t, s, "pro", "")
	newSeats(t, s)
	newFeature(t, s, "sso", "")
}

// proEntitlements is where the entitlements of "pro" are.
const proEntitlements = "/plans/pro/entitlements"

// grantedValues are the values of entitlements, by feature and privilege.
func grantedValues(t *testing.T, entitlements []map[string]any) map[string]map[string]any {
	t.Helper()
	byFeature := map[string]map[string]any{}
	for _, entitlement := range entitlements {
		byPrivilege := map[string]any{}
		for _, privilege := range objects(t, entitlement, "privileges") {
			byPrivilege[privilege["code"].(string)] = privilege["value"]
		}
		byFeature[entitlement["code"].(string)] = byPrivilege
	}
	return byFeature
}

func TestPlanEntitlements_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		require.JSONEq(t, `{"entitlements":[]}`, string(s.Get(proEntitlements).Status(t, http.StatusOK).Body))
		const seats = `{"code":"seats","name":"Seats","description":"Who may sign in","privileges":[
			{"code":"max","name":"Most","value_type":"integer","config":{},"value":10},
			{"code":"root","name":null,"value_type":"boolean","config":{},"value":true},
			{"code":"tier","name":null,"value_type":"select","config":{"select_options":["gold","silver"]},"value":"gold"}]}`
		const sso = `{"code":"sso","name":null,"description":null,"privileges":[]}`
		const all = `{"entitlements":[` + seats + `,` + sso + `]}`
		given := s.Post(proEntitlements, `{"entitlements":{"sso":{},"seats":{"tier":"gold","root":true,"max":10}}}`)
		require.JSONEq(t, all, string(given.Status(t, http.StatusOK).Body))
		require.JSONEq(t, all, string(s.Get(proEntitlements).Status(t, http.StatusOK).Body))
		requireJSON(t, seats, member(t, s.Get(proEntitlements+"/seats"), "entitlement"))

		inPlan := objects(t, showPlan(t, s, "pro"), "entitlements")
		require.Equal(t, inPlan, objects(t, entries(t, s.Get("/plans"), "plans")[0], "entitlements"))
		require.Len(t, inPlan, 2)
		wrapped := inPlan[0]["entitlement"]
		requireJSON(t, seats, wrapped)
		delete(inPlan[0], "entitlement")
		require.Equal(t, wrapped, inPlan[0])
	})
}

func TestPlanEntitlements_ReplaceAndMerge(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		for _, step := range []struct{ method, body, want string }{
			{http.MethodPatch, ``, `{}`},
			{http.MethodPatch, `{"entitlements":{"seats":{"max":1}}}`, `{"seats":{"max":1}}`},
			{http.MethodPatch, `{"entitlements":{"seats":{"label":"x"},"sso":{}}}`, `{"seats":{"max":1,"label":"x"},"sso":{}}`},
			{http.MethodPatch, `{"entitlements":{"seats":{"max":2}}}`, `{"seats":{"max":2,"label":"x"},"sso":{}}`},
			{http.MethodPatch, `{"entitlements":{"seats":{}}}`, `{"seats":{"max":2,"label":"x"},"sso":{}}`},
			{http.MethodPatch, `{"entitlements":null}`, `{"seats":{"max":2,"label":"x"},"sso":{}}`},
			{http.MethodPost, `{"entitlements":{"seats":{}}}`, `{"seats":{"max":2,"label":"x"}}`},
			{http.MethodPost, `{"entitlements":{"seats":{"max":2,"root":false}}}`, `{"seats":{"max":2,"root":false}}`},
			{http.MethodPost, `{"entitlements":{"sso":{},"seats":{"tier":"silver"}}}`, `{"seats":{"tier":"silver"},"sso":{}}`},
			{http.MethodPost, `{"entitlements":{"sso":{}}}`, `{"sso":{}}`},
			{http.MethodPost, `{"entitlements":{"seats":{}}}`, `{"seats":{}}`},
			{http.MethodPost, `{"entitlements":null}`, `{}`},
			{http.MethodPost, `{"entitlements":{"seats":{"max":1}}}`, `{"seats":{"max":1}}`},
			{http.MethodPost, ``, `{}`},
			{http.MethodPatch, `{"entitlements":{"seats":{}}}`, `{"seats":{}}`},
		} {
			answered := entries(t, s.Do(step.method, proEntitlements, step.body), "entitlements")
			requireJSON(t, step.want, grantedValues(t, answered))
			require.Equal(t, answered, entries(t, s.Get(proEntitlements), "entitlements"))
		}
	})
}

func TestPlanEntitlements_AreInTheOrderInWhichThePlanGotThem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		newFeature(t, s, "api", "")
		for _, body := range []string{`{"sso":{}}`, `{"seats":{},"api":{}}`, `{"sso":{}}`} {
			s.Patch(proEntitlements, `{"entitlements":`+body+`}`).Status(t, http.StatusOK)
		}
		require.Equal(t, []string{"sso", "api", "seats"}, texts(entries(t, s.Get(proEntitlements), "entitlements"), "code"))
		for _, code := range []string{"sso", "seats"} {
			s.Delete(proEntitlements+"/"+code).Status(t, http.StatusOK)
		}
		s.Patch(proEntitlements, `{"entitlements":{"sso":{}}}`).Status(t, http.StatusOK)
		require.Equal(t, []string{"api", "sso"}, texts(entries(t, s.Get(proEntitlements), "entitlements"), "code"))
	})
}

func TestPlanEntitlements_ValuesHaveTheTypeOfTheirPrivilege(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		for privilege, cases := range map[string]map[string]string{
			"max": {
				`5`: `5`, `-7`: `-7`, `0`: `0`, `-0`: `0`, `"5"`: `5`, `"-7"`: `-7`, `"0"`: `0`,
				`9223372036854775807`: `9223372036854775807`, `"-9223372036854775808"`: `-9223372036854775808`,
			},
			"root":  {`true`: `true`, `false`: `false`, `"true"`: `true`, `"false"`: `false`},
			"label": {`""`: `""`, `"5"`: `"5"`, `"true"`: `"true"`, `"é\"<"`: `"é\"<"`, `"null"`: `"null"`},
			"tier":  {`"gold"`: `"gold"`, `"silver"`: `"silver"`},
		} {
			for given, shown := range cases {
				body := `{"entitlements":{"seats":{"` + privilege + `":` + given + `}}}`
				answered := entries(t, s.Post(proEntitlements, body), "entitlements")
				requireJSON(t, `{"seats":{"`+privilege+`":`+shown+`}}`, grantedValues(t, answered))
			}
		}
	})
}

func TestPlanEntitlements_RefuseValuesThatDoNotFit(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		s.Post(proEntitlements, `{"entitlements":{"seats":{"max":1,"label":"x"}}}`).Status(t, http.StatusOK)
		before := showPlan(t, s, "pro")
		const invalid, noOption = "value_is_invalid", "value_not_in_select_options"
		refused := func(t *testing.T, details, entitlements string) {
			t.Helper()
			for _, method := range []string{http.MethodPost, http.MethodPatch} {
				requireDetails(t, details, s.Do(method, proEntitlements, `{"entitlements":`+entitlements+`}`))
			}
		}
		for privilege, cases := range map[string]map[string][]string{
			"max": {invalid: {
				`1.5`, `1.0`, `1e3`, `true`, `"x"`, `""`, `"1.0"`, `" 1"`, `"+1"`, `"01"`, `"-0"`, `"1_0"`, `[1]`, `{"a":1}`,
				`9223372036854775808`, `"9223372036854775808"`,
			}},
			"root":  {invalid: {`1`, `0`, `"yes"`, `"True"`, `"t"`, `""`, `[true]`, `{}`}},
			"label": {invalid: {`5`, `1.5`, `true`, `["a"]`, `{"a":"b"}`}},
			"tier":  {noOption: {`"bronze"`, `""`, `"Gold"`, `5`, `true`, `["gold"]`, `{}`}},
		} {
			for code, values := range cases {
				for _, value := range values {
					refused(t, `{"`+privilege+`_privilege_value":["`+code+`"]}`, `{"seats":{"`+privilege+`":`+value+`}}`)
				}
			}
			refused(t, `{"privilege.value":["value_is_mandatory"]}`, `{"sso":{},"seats":{"`+privilege+`":null}}`)
		}
		refused(t, `{"max_privilege_value":["value_is_invalid"]}`, `{"seats":{"tier":5,"max":"x"}}`)
		refused(t, `{"entitlements":["value_is_invalid"]}`, `"seats"`)
		refused(t, `{"entitlements":["value_is_invalid"]}`, `["seats"]`)
		refused(t, `{"entitlements.seats":["value_is_invalid"]}`, `{"seats":5}`)
		require.Equal(t, before, showPlan(t, s, "pro"))
	})
}

// TestPlanEntitlements_NoValueBreaksTheServer sends any JSON as a value.
func TestPlanEntitlements_NoValueBreaksTheServer(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		value := rapid.OneOf(
			rapid.Custom(func(r *rapid.T) any { return rapid.Int64().Draw(r, "integer") }),
			rapid.Custom(func(r *rapid.T) any { return rapid.Float64Range(-1e300, 1e300).Draw(r, "number") }),
			rapid.Custom(func(r *rapid.T) any { return rapid.String().Draw(r, "text") }),
			rapid.Custom(func(r *rapid.T) any { return rapid.StringMatching(`-?[0-9]{0,25}`).Draw(r, "digits") }),
			rapid.Custom(func(r *rapid.T) any { return rapid.Bool().Draw(r, "truth") }),
			rapid.SampledFrom([]any{nil, []any{}, map[string]any{}, "gold", []any{nil}}),
		)
		s.CheckAny(t, func(r *rapid.T) {
			privilege := rapid.SampledFrom([]string{"max", "root", "label", "tier"}).Draw(r, "privilege")
			body := jsonOf(t, map[string]any{"entitlements": map[string]any{"seats": map[string]any{privilege: value.Draw(r, "value")}}})
			response := s.Patch(proEntitlements, body)
			require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, response.Code, "%s: %s", body, response.Body)
		})
	})
}

func TestPlanEntitlements_AreRemovedOneByOne(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		s.Post(proEntitlements, `{"entitlements":{"sso":{},"seats":{"max":1,"root":true}}}`).Status(t, http.StatusOK)

		left := member(t, s.Delete(proEntitlements+"/seats/privileges/max"), "entitlement")
		requireJSON(t, `{"seats":{"root":true}}`, grantedValues(t, []map[string]any{left}))
		require.Equal(t, left, member(t, s.Get(proEntitlements+"/seats"), "entitlement"))
		requireNotFound(t, "privilege", s.Delete(proEntitlements+"/seats/privileges/max"))

		require.Equal(t, left, member(t, s.Delete(proEntitlements+"/seats"), "entitlement"))
		requireNotFound(t, "entitlement", s.Get(proEntitlements+"/seats"))
		requireNotFound(t, "entitlement", s.Delete(proEntitlements+"/seats"))
		requireJSON(t, `{"sso":{}}`, grantedValues(t, entries(t, s.Get(proEntitlements), "entitlements")))
		s.Patch(proEntitlements, `{"entitlements":{"seats":{}}}`).Status(t, http.StatusOK)
		requireJSON(t, `{"sso":{},"seats":{}}`, grantedValues(t, entries(t, s.Get(proEntitlements), "entitlements")))
	})
}

func TestPlanEntitlements_FollowTheirFeature(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		createPlan(t, s, "free", "")
		for _, plan := range []string{"pro", "free"} {
			s.Post("/plans/"+plan+"/entitlements", `{"entitlements":{"sso":{},"seats":{"max":1,"tier":"gold"}}}`).Status(t, http.StatusOK)
		}
		member(t, s.Delete("/features/seats/privileges/max"), "feature")
		// A new privilege of the code does not get the old one's values.
		putFeature(t, s, "seats", `"name":"Chairs","privileges":[{"code":"max","value_type":"integer"}]`)
		for _, plan := range []string{"pro", "free"} {
			seats := member(t, s.Get("/plans/"+plan+"/entitlements/seats"), "entitlement")
			require.Equal(t, "Chairs", seats["name"])
			requireJSON(t, `{"seats":{"tier":"gold"}}`, grantedValues(t, []map[string]any{seats}))
		}
		member(t, s.Delete("/features/seats"), "feature")
		newSeats(t, s)
		for _, plan := range []string{"pro", "free"} {
			requireJSON(t, `{"sso":{}}`, grantedValues(t, entries(t, s.Get("/plans/"+plan+"/entitlements"), "entitlements")))
			require.Equal(t, []string{"sso"}, codesOf(t, showPlan(t, s, plan), "entitlements"))
		}
	})
}

func TestPlanEntitlements_APlanThatOverridesAnotherGrantsTheSame(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		s.Post(proEntitlements, `{"entitlements":{"seats":{"max":1}}}`).Status(t, http.StatusOK)
		child := addChildPlan(t, s, showPlan(t, s, "pro"), func(*store.Tx, *store.Plan) error { return nil })
		withinOrganization(t, s, func(tx *store.Tx) error {
			plan, err := tx.PlanByID(child)
			require.Len(t, plan.Entitlements, 1)
			require.Equal(t, "1", plan.Entitlements[0].Values[0].Value)
			return err
		})
	})
}

func TestPlanEntitlements_NotFoundAndNotPermitted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		as := func(method, path, body string) { s.DoAs(other, method, path, body).Status(t, http.StatusOK) }
		as(http.MethodPost, "/plans", `{"plan":{"name":"x","code":"theirs","interval":"monthly","amount_cents":1,"amount_currency":"USD","pay_in_advance":true}}`)
		as(http.MethodPost, "/features", `{"feature":{"code":"theirs","privileges":[{"code":"p"}]}}`)
		as(http.MethodPost, "/plans/theirs/entitlements", `{"entitlements":{"theirs":{"p":"x"}}}`)
		entitlementWorld(t, s)
		for _, plan := range []string{"nothing", "theirs"} {
			path := "/plans/" + plan + "/entitlements"
			for _, request := range []string{
				"GET " + path, "POST " + path, "PATCH " + path, "GET " + path + "/theirs", "DELETE " + path + "/theirs", "DELETE " + path + "/theirs/privileges/p",
			} {
				requireNotFound(t, "plan", send(s, request, ""))
			}
			requireNotFound(t, "plan", s.Post(path, `{"entitlements":{"theirs":{"p":5},"nothing":{}}}`))
		}
		for _, feature := range []string{"nothing", "theirs", "seats"} {
			path := proEntitlements + "/" + feature
			for _, request := range []string{"GET " + path, "DELETE " + path, "DELETE " + path + "/privileges/nothing"} {
				requireNotFound(t, "entitlement", send(s, request, ""))
			}
		}
		for body, resource := range map[string]string{
			`{"sso":{},"theirs":{}}`:                   "feature",
			`{"SSO":{}}`:                               "feature",
			`{"seats":{"max":"x"},"theirs":{}}`:        "feature",
			`{"seats":{"nothing":1},"theirs":{}}`:      "feature",
			`{"seats":{"max":1,"nothing":1},"sso":{}}`: "privilege",
			`{"seats":{"max":"x"},"sso":{"max":1}}`:    "privilege",
		} {
			requireNotFound(t, resource, s.Post(proEntitlements, `{"entitlements":`+body+`}`))
			requireNotFound(t, resource, s.Patch(proEntitlements, `{"entitlements":`+body+`}`))
		}
		require.Empty(t, entries(t, s.Get(proEntitlements), "entitlements"))
		// The merge takes PATCH only; what else is sent names a plan.
		requireNotFound(t, "plan", s.Put(proEntitlements, `{"plan":{"name":"x"}}`))
		requireClosed(t, s, "plan", `GET `+proEntitlements, `POST `+proEntitlements+` {}`, `PATCH `+proEntitlements+` {}`,
			`GET `+proEntitlements+`/sso`, `DELETE `+proEntitlements+`/sso`, `DELETE `+proEntitlements+`/seats/privileges/max`)
	})
}

func TestPlanEntitlements_AChangeIsAnUpdateOfThePlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitlementWorld(t, s)
		createPlan(t, s, "free", "")
		for _, c := range []struct {
			request, body string
			changed       bool
			types         string
		}{
			{"POST " + proEntitlements, `{"entitlements":{"seats":{"max":1,"root":true}}}`, true, "plan.updated"},
			{"POST " + proEntitlements, `{"entitlements":{"seats":{"max":1,"root":true}}}`, false, "plan.updated"},
			{"PATCH " + proEntitlements, `{"entitlements":{"sso":{}}}`, true, "plan.updated"},
			{"PATCH " + proEntitlements, ``, false, "plan.updated"},
			{"DELETE " + proEntitlements + "/seats/privileges/root", ``, true, "plan.updated"},
			{"DELETE " + proEntitlements + "/sso", ``, true, "plan.updated"},
			{"PUT /features/seats", `{"feature":{"name":"Chairs"}}`, true, "feature.updated plan.updated"},
			{"PUT /features/seats", `{"feature":{"name":"Chairs"}}`, false, "feature.updated plan.updated"},
			{"DELETE /features/seats/privileges/label", ``, false, "feature.updated plan.updated"},
			{"DELETE /features/seats/privileges/max", ``, true, "feature.updated plan.updated"},
			{"DELETE /features/seats", ``, true, "feature.deleted plan.updated"},
			{"DELETE /features/sso", ``, false, "feature.deleted"},
		} {
			was := showPlan(t, s, "pro")
			logs := activities(t, s, send(s, c.request, c.body).Status(t, http.StatusOK))
			require.ElementsMatch(t, strings.Fields(c.types), texts(logs, "activity_type"), "%s %s", c.request, c.body)
			is := showPlan(t, s, "pro")
			for _, log := range logs {
				if log["activity_type"] != "plan.updated" {
					continue
				}
				require.Equal(t, is["lago_id"], log["resource_id"])
				require.Equal(t, is, log["activity_object"])
				changes := map[string]any{}
				if c.changed {
					changes["entitlements"] = []any{was["entitlements"], is["entitlements"]}
				}
				require.Equal(t, changes, log["activity_object_changes"], "%s %s", c.request, c.body)
			}
		}
	})
}
