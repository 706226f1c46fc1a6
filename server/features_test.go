package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// newFeature makes a feature of a code; more is JSON members that come after
// its own.
func newFeature(t *testing.T, s *servertest.Server, code, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/features", fmt.Sprintf(`{"feature":{"code":%q%s}}`, code, more)), "feature")
}

// newSeats makes the feature "seats", with a privilege of each type.
func newSeats(t *testing.T, s *servertest.Server) map[string]any {
	t.Helper()
	return newFeature(t, s, "seats", `,"name":"Seats","description":"Who may sign in","privileges":[
		{"code":"max","name":"Most","value_type":"integer"},
		{"code":"root","value_type":"boolean","config":{}},
		{"code":"label","config":null},
		{"code":"tier","value_type":"select","config":{"select_options":["gold","silver"]}}]`)
}

// seatsPrivileges are the privileges of "seats" as its endpoint shows them.
const seatsPrivileges = `
	{"code":"max","name":"Most","value_type":"integer","config":{}},
	{"code":"root","name":null,"value_type":"boolean","config":{}},
	{"code":"label","name":null,"value_type":"string","config":{}},
	{"code":"tier","name":null,"value_type":"select","config":{"select_options":["gold","silver"]}}`

// putFeature changes a feature; fields are the members of the body's root.
func putFeature(t *testing.T, s *servertest.Server, code, fields string) map[string]any {
	t.Helper()
	return member(t, s.Put("/features/"+code, `{"feature":{`+fields+`}}`), "feature")
}

func TestFeatures_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := newSeats(t, s)
		requireJSON(t, `{"code":"seats","name":"Seats","description":"Who may sign in","created_at":"2026-01-15T10:30:00Z",
			"privileges":[`+seatsPrivileges+`]}`, created)
		require.Equal(t, created, member(t, s.Get("/features/seats"), "feature"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/features"), "features"))

		bare := newFeature(t, s, " \tsso ", "")
		requireJSON(t, `{"code":"sso","name":null,"description":null,"privileges":[],"created_at":"2026-01-15T10:30:00Z"}`, bare)
	})
}

func TestFeatures_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const create, update = "POST /features", "PUT /features/seats"
	letters := func(count int) string { return strings.Repeat("é", count) }
	privilege := func(fields string) string { return `{"code":"x","privileges":[` + fields + `]}` }
	cases := map[string]struct{ request, body, details string }{
		"no code":            {create, `{"name":"x"}`, `{"code":["value_is_mandatory"]}`},
		"code of nothing":    {create, `{"code":null}`, `{"code":["value_is_mandatory"]}`},
		"blank code":         {create, `{"code":" \n"}`, `{"code":["value_is_mandatory"]}`},
		"code that is taken": {create, `{"code":" seats "}`, `{"code":["value_already_exist"]}`},
		"everything too long": {
			create, `{"code":"` + letters(256) + `","name":"` + letters(256) + `","description":"` + letters(601) + `"}`,
			`{"code":["value_is_too_long"],"name":["value_is_too_long"],"description":["value_is_too_long"]}`,
		},
		"texts that are none":       {create, `{"code":5,"name":true}`, `{"code":["value_is_invalid"],"name":["value_is_invalid"]}`},
		"no code and a long name":   {create, `{"name":"` + letters(256) + `"}`, `{"code":["value_is_mandatory"],"name":["value_is_too_long"]}`},
		"privilege without a code":  {create, privilege(`{"name":"x"}`), `{"privilege.code":["value_is_mandatory"]}`},
		"privilege's code null":     {create, privilege(`{"code":null}`), `{"privilege.code":["value_is_mandatory"]}`},
		"privilege's code blank":    {create, privilege(`{"code":" "}`), `{"privilege.code":["value_is_mandatory"]}`},
		"privilege's code no text":  {create, privilege(`{"code":7}`), `{"privilege.code":["value_is_invalid"]}`},
		"one privilege twice":       {create, privilege(`{"code":"a"},{"code":"b"},{"code":"a"}`), `{"privilege.code":["value_is_duplicated"]}`},
		"unknown type":              {create, privilege(`{"code":"a","value_type":"float"}`), `{"privilege.value_type":["value_is_invalid"]}`},
		"type that is no text":      {create, privilege(`{"code":"a","value_type":1}`), `{"privilege.value_type":["value_is_invalid"]}`},
		"only the first is told":    {create, privilege(`{"code":"a","value_type":"x"},{"code":""}`), `{"privilege.value_type":["value_is_invalid"]}`},
		"all of one privilege":      {create, privilege(`{"value_type":"x","config":5}`), `{"privilege.code":["value_is_mandatory"],"privilege.value_type":["value_is_invalid"],"privilege.config":["invalid_format"]}`},
		"feature before privileges": {create, `{"code":"","privileges":[{}]}`, `{"code":["value_is_mandatory"]}`},
		"privileges of another kind": {
			create, `{"code":"x","privileges":"a"}`,
			`{"privileges":["value_is_invalid"]}`,
		},
		"long name later":        {update, `{"name":"` + letters(256) + `"}`, `{"name":["value_is_too_long"]}`},
		"long description later": {update, `{"description":"` + letters(601) + `"}`, `{"description":["value_is_too_long"]}`},
		"new one twice":          {update, `{"privileges":[{"code":"new"},{"code":"new"}]}`, `{"privilege.code":["value_is_duplicated"]}`},
		"old one twice":          {update, `{"privileges":[{"code":"max"},{"code":"max"}]}`, `{"privilege.code":["value_is_duplicated"]}`},
		"new one of bad type":    {update, `{"privileges":[{"code":"new","value_type":"x"}]}`, `{"privilege.value_type":["value_is_invalid"]}`},
		"options of a bad form":  {update, `{"privileges":[{"code":"tier","config":{"select_options":"x"}}]}`, `{"privilege.config":["invalid_format"]}`},
	}
	for _, config := range []string{
		`{}`, `null`, `5`, `[]`, `"x"`, `{"select_options":[]}`, `{"select_options":null}`, `{"select_options":"a"}`, `{"select_options":[""]}`,
		`{"select_options":[1]}`, `{"select_options":[null]}`, `{"select_options":["a"],"more":1}`, `{"options":["a"]}`,
	} {
		cases["select of "+config] = struct{ request, body, details string }{
			create, privilege(`{"code":"a","value_type":"select","config":` + config + `}`), `{"privilege.config":["invalid_format"]}`,
		}
	}
	for _, kind := range []string{"integer", "boolean", "string"} {
		cases["options of "+kind] = struct{ request, body, details string }{
			create, privilege(`{"code":"a","value_type":"` + kind + `","config":{"select_options":["a"]}}`), `{"privilege.config":["invalid_format"]}`,
		}
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := newSeats(t, s)
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, send(s, c.request, `{"feature":`+c.body+`}`))
			})
		}
		require.Equal(t, []map[string]any{before}, entries(t, s.Get("/features"), "features"))
		newFeature(t, s, letters(255), fmt.Sprintf(`,"name":%q,"description":%q`, letters(255), letters(600)))
	})
}

func TestFeatures_AnUpdateMerges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := newSeats(t, s)
		for _, fields := range []string{
			`"unknown":1`, `"privileges":null`, `"privileges":[]`, `"code":"other"`, `"privileges":[{"code":"max"}]`,
			`"privileges":[{"code":"max","value_type":"boolean"}]`, `"privileges":[{"code":"max","value_type":"nonsense","config":5}]`,
			`"privileges":[{"code":"tier","config":{}}]`, `"privileges":[{"code":"tier","config":{"select_options":["silver"]}}]`,
		} {
			require.Equal(t, created, putFeature(t, s, "seats", fields), fields)
		}
		updated := member(t, s.Patch("/features/seats", `{"feature":{"name":null,"description":"d","privileges":[
			{"code":"tier","name":"Tier","config":{"select_options":["bronze","gold","bronze"]}},{"code":"max","name":null},
			{"code":"since","value_type":"integer"}]}}`), "feature")
		requireJSON(t, `{"code":"seats","name":null,"description":"d","created_at":"2026-01-15T10:30:00Z","privileges":[
			{"code":"max","name":null,"value_type":"integer","config":{}},
			{"code":"root","name":null,"value_type":"boolean","config":{}},
			{"code":"label","name":null,"value_type":"string","config":{}},
			{"code":"tier","name":"Tier","value_type":"select","config":{"select_options":["gold","silver","bronze"]}},
			{"code":"since","name":null,"value_type":"integer","config":{}}]}`, updated)
		require.Equal(t, updated, member(t, s.Get("/features/seats"), "feature"))
	})
}

func TestFeatures_AreListedNewestFirstAndSearched(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i, more := range []string{``, `,"name":"ÜBER 100%"`, `,"description":"x_y"`} {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i))
			newFeature(t, s, fmt.Sprintf("f%d", i), more+`,"privileges":[{"code":"p"}]`)
		}
		for query, want := range map[string][]string{
			"":                         {"f2", "f1", "f0"},
			"?per_page=2":              {"f2", "f1"},
			"?per_page=2&page=2":       {"f0"},
			"?search_term=":            {"f2", "f1", "f0"},
			"?search_term=%20F1%20":    {"f1"},
			"?search_term=%C3%BCber":   {"f1"},
			"?search_term=0%25":        {"f1"},
			"?search_term=X_Y":         {"f2"},
			"?search_term=x-y":         {},
			"?search_term=f&page=1":    {"f2", "f1", "f0"},
			"?search_term=p&per_page=": {},
		} {
			listed := entries(t, s.Get("/features"+query), "features")
			require.Equal(t, want, texts(listed, "code"), query)
			for _, feature := range listed {
				require.Len(t, feature["privileges"], 1)
			}
		}
		putFeature(t, s, "f0", `"name":"Renamed"`)
		require.Equal(t, []string{"f0"}, texts(entries(t, s.Get("/features?search_term=renamed"), "features"), "code"))
	})
}

func TestFeatures_DeletionFreesTheCode(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFeature(t, s, "a/b.c", `,"name":"old","privileges":[{"code":"p"}]`)
		requireJSON(t, `{"code":"a/b.c","name":"old","description":null,"privileges":[],"created_at":"2026-01-15T10:30:00Z"}`,
			member(t, s.Delete("/features/a/b.c"), "feature"))
		requireNotFound(t, "feature", s.Delete("/features/a%2Fb.c"))
		require.Empty(t, entries(t, s.Get("/features"), "features"))
		require.Empty(t, newFeature(t, s, "a/b.c", "")["privileges"])
	})
}

func TestFeaturePrivileges_AreDeletedOneByOne(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newSeats(t, s)
		left := member(t, s.Delete("/features/seats/privileges/root"), "feature")
		require.Equal(t, []string{"max", "label", "tier"}, codesOf(t, left, "privileges"))
		require.Equal(t, left, member(t, s.Get("/features/seats"), "feature"))
		requireNotFound(t, "privilege", s.Delete("/features/seats/privileges/root"))
		again := putFeature(t, s, "seats", `"privileges":[{"code":"root","value_type":"integer"}]`)
		require.Equal(t, []string{"max", "label", "tier", "root"}, codesOf(t, again, "privileges"))
		require.Equal(t, "integer", objects(t, again, "privileges")[3]["value_type"])
	})
}

func TestFeatures_NotFoundAndNotPermitted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		theirs := `{"feature":{"code":"theirs","privileges":[{"code":"p"}]}}`
		s.DoAs(other, http.MethodPost, "/features", theirs).Status(t, http.StatusOK)
		for _, code := range []string{"nothing", "theirs", "THEIRS"} {
			path := "/features/" + code
			requireNotFound(t, "feature", s.Get(path))
			// The record is looked up before the body is.
			for _, body := range []string{`{"feature":{"name":"x"}}`, `{"feature":{"name":5}}`, `{"feature":{"privileges":[{"code":5}]}}`, `{"feature":{}}`, `{}`} {
				requireNotFound(t, "feature", s.Put(path, body))
			}
			requireNotFound(t, "feature", s.Delete(path))
			requireNotFound(t, "feature", s.Delete(path+"/privileges/p"))
		}
		require.Empty(t, entries(t, s.Get("/features"), "features"))
		s.Post("/features", theirs).Status(t, http.StatusOK)
		requireNotFound(t, "privilege", s.Delete("/features/theirs/privileges/nothing"))
		for _, body := range []string{``, `{}`, `{"feature":{}}`, `{"feature":null}`, `{"feature":[1]}`, `{"feature":"x"}`} {
			requireNoParameter(t, "feature", s.Post("/features", body))
			requireNoParameter(t, "feature", s.Put("/features/theirs", body))
		}
		requireClosed(t, s, "feature", `GET /features`, `POST /features {}`, `GET /features/theirs`, `PUT /features/theirs {}`,
			`DELETE /features/theirs`, `DELETE /features/theirs/privileges/p`)
	})
}

func TestFeatures_LeaveActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := newSeats(t, s)
		putFeature(t, s, "seats", `"name":"Chairs"`)
		putFeature(t, s, "seats", `"name":"Chairs"`)
		left := member(t, s.Delete("/features/seats/privileges/max"), "feature")
		member(t, s.Delete("/features/seats"), "feature")

		logs := entries(t, s.Get("/activity_logs?resource_types[]=Entitlement::Feature"), "activity_logs")
		require.Equal(t, []string{"feature.deleted", "feature.updated", "feature.updated", "feature.updated", "feature.created"}, texts(logs, "activity_type"))
		for _, log := range logs {
			require.Equal(t, logs[0]["resource_id"], log["resource_id"])
			require.Nil(t, log["external_customer_id"])
		}
		require.Equal(t, left, logs[0]["activity_object"], "as it last was")
		require.Equal(t, left, logs[1]["activity_object"])
		require.Len(t, logs[1]["activity_object_changes"], 1)
		require.Contains(t, logs[1]["activity_object_changes"], "privileges")
		require.Empty(t, logs[2]["activity_object_changes"])
		requireJSON(t, `{"name":["Seats","Chairs"]}`, logs[3]["activity_object_changes"])
		require.Equal(t, created, logs[4]["activity_object"])
	})
}
