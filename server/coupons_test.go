package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// newCoupon makes a coupon of 5.00 USD that is used once; more is JSON members
// that come after its own and may repeat them.
func newCoupon(t *testing.T, s *servertest.Server, code, more string) map[string]any {
	t.Helper()
	return member(t, s.Post("/coupons", couponBody(code, more)), "coupon")
}

func couponBody(code, more string) string {
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"coupon":{"name":"Welcome","code":%q,"coupon_type":"fixed_amount","amount_cents":500,"amount_currency":"USD",
		"frequency":"once","expiration":"no_expiration"%s}}`, code, more)
}

// addPlan adds a plan of a code to the first organization.
func addPlan(t *testing.T, s *servertest.Server, code string) store.Plan {
	t.Helper()
	plan := store.Plan{
		ID: store.NewID(), Code: code, Name: code, Interval: store.PlanIntervalMonthly, AmountCents: 100, AmountCurrency: "USD",
	}
	withinOrganization(t, s, func(tx *store.Tx) error { return tx.InsertPlan(&plan) })
	return plan
}

// requireNotAllowed fails unless the answer is the 405 of a code.
func requireNotAllowed(t *testing.T, code string, response *servertest.Response) {
	t.Helper()
	require.JSONEq(t, `{"status":405,"error":"Method Not Allowed","code":"`+code+`"}`,
		string(response.Status(t, http.StatusMethodNotAllowed).Body))
}

func TestCoupons_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := member(t, s.Post("/coupons", `{"coupon":{"name":"Spring","code":"spring","description":"Sale","coupon_type":"percentage",
			"percentage_rate":"12.50","amount_cents":100,"amount_currency":"EUR","frequency":"recurring","frequency_duration":3,
			"expiration":"time_limit","expiration_at":"2026-05-01T12:30:00+02:00","reusable":false}}`), "coupon")
		requireJSON(t, `{"name":"Spring","code":"spring","description":"Sale","coupon_type":"percentage","percentage_rate":"12.5",
			"amount_cents":100,"amount_currency":"EUR","frequency":"recurring","frequency_duration":3,"reusable":false,
			"limited_plans":false,"limited_billable_metrics":false,"plan_codes":[],"billable_metric_codes":[],
			"created_at":"2026-01-15T10:30:00Z","expiration":"time_limit","expiration_at":"2026-05-01T10:30:00Z","terminated_at":null}`,
			identified(t, created))
		require.Equal(t, created, member(t, s.Get("/coupons/spring"), "coupon"))
		require.Equal(t, []map[string]any{created}, entries(t, s.Get("/coupons"), "coupons"))

		updated := member(t, s.Put("/coupons/spring", `{"coupon":{"name":"Autumn","code":"autumn","description":null,"coupon_type":"fixed_amount",
			"percentage_rate":null,"amount_cents":7,"amount_currency":"JPY","frequency":"forever","frequency_duration":null,
			"expiration":"no_expiration","expiration_at":null,"reusable":true}}`), "coupon")
		require.Equal(t, created["lago_id"], updated["lago_id"])
		requireJSON(t, `{"name":"Autumn","code":"autumn","description":null,"coupon_type":"fixed_amount","percentage_rate":null,
			"amount_cents":7,"amount_currency":"JPY","frequency":"forever","frequency_duration":null,"reusable":true,
			"limited_plans":false,"limited_billable_metrics":false,"plan_codes":[],"billable_metric_codes":[],
			"created_at":"2026-01-15T10:30:00Z","expiration":"no_expiration","expiration_at":null,"terminated_at":null}`, identified(t, updated))
		requireNotFound(t, "coupon", s.Get("/coupons/spring"))
		require.Equal(t, updated, member(t, s.Delete("/coupons/autumn"), "coupon"))
		requireNotFound(t, "coupon", s.Get("/coupons/autumn"))
		require.Empty(t, entries(t, s.Get("/coupons"), "coupons"))
		require.Equal(t, true, newCoupon(t, s, "autumn", "")["reusable"])
	})
}

func TestCoupons_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const percentage = `"coupon_type":"percentage","percentage_rate":"10"`
	cases := map[string]struct{ body, details string }{
		"everything missing": {`{"description":"x"}`, `{"name":["value_is_mandatory"],"code":["value_is_mandatory"],"coupon_type":["value_is_invalid"],
			"frequency":["value_is_invalid"],"expiration":["value_is_invalid"]}`},
		"blank texts":              {couponBody("", `"name":" "`), `{"name":["value_is_mandatory"],"code":["value_is_mandatory"]}`},
		"code that is taken":       {couponBody("taken", ""), `{"code":["value_already_exist"]}`},
		"unknown words":            {couponBody("c", `"coupon_type":"gift","frequency":"daily","expiration":"never"`), `{"coupon_type":["value_is_invalid"],"frequency":["value_is_invalid"],"expiration":["value_is_invalid"]}`},
		"fixed without amount":     {couponBody("c", `"amount_cents":null`), `{"amount_cents":["value_is_mandatory"]}`},
		"fixed without currency":   {couponBody("c", `"amount_currency":null`), `{"amount_currency":["value_is_mandatory"]}`},
		"fixed amount of nothing":  {couponBody("c", `"amount_cents":0`), `{"amount_cents":["value_is_out_of_range"]}`},
		"amount of a percentage":   {couponBody("c", percentage+`,"amount_cents":-1`), `{"amount_cents":["value_is_out_of_range"]}`},
		"amount in words":          {couponBody("c", `"amount_cents":"five"`), `{"amount_cents":["is not a number"]}`},
		"unknown currency":         {couponBody("c", `"amount_currency":"XXX"`), `{"amount_currency":["value_is_invalid"]}`},
		"percentage without rate":  {couponBody("c", percentage+`,"percentage_rate":null`), `{"percentage_rate":["value_is_mandatory"]}`},
		"rate in words":            {couponBody("c", percentage+`,"percentage_rate":"ten"`), `{"percentage_rate":["is not a number"]}`},
		"rate beyond all numbers":  {couponBody("c", percentage+`,"percentage_rate":"`+strings.Repeat("9", 400)+`"`), `{"percentage_rate":["value_is_out_of_range"]}`},
		"recurring, for how long":  {couponBody("c", `"frequency":"recurring"`), `{"frequency_duration":["value_is_mandatory","is not a number"]}`},
		"recurring for nothing":    {couponBody("c", `"frequency":"recurring","frequency_duration":0`), `{"frequency_duration":["value_is_out_of_range"]}`},
		"recurring for words":      {couponBody("c", `"frequency":"recurring","frequency_duration":"long"`), `{"frequency_duration":["is not a number"]}`},
		"duration beyond a column": {couponBody("c", `"frequency_duration":2147483648`), `{"frequency_duration":["value_is_out_of_range"]}`},
		"reusable, or not":         {couponBody("c", `"reusable":null`), `{"reusable":["value_is_reserved"]}`},
		"expires now":              {couponBody("c", `"expiration_at":"2026-01-15T10:30:00Z"`), `{"expiration_at":["invalid_date"]}`},
		"expires at no instant":    {couponBody("c", `"expiration_at":"2026-13-01"`), `{"expiration_at":["invalid_date"]}`},
		"expires in words":         {couponBody("c", `"expiration_at":"soon"`), `{"expiration_at":["invalid_date"]}`},
		"expires at a number":      {couponBody("c", `"expiration_at":7`), `{"expiration_at":["invalid_date"]}`},
		"expires after time":       {couponBody("c", `"expiration_at":"9999-12-31T23:59:59-14:00"`), `{"expiration_at":["invalid_date"]}`},
		"expiration comes first":   {couponBody("taken", `"name":null,"expiration_at":"2020-01-01","applies_to":{"plan_codes":["none"]}`), `{"expiration_at":["invalid_date"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCoupon(t, s, "taken", "")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				body := c.body
				if !strings.HasPrefix(body, `{"coupon":`) {
					body = `{"coupon":` + body + `}`
				}
				requireDetails(t, c.details, s.Post("/coupons", body))
			})
		}
		require.Len(t, entries(t, s.Get("/coupons"), "coupons"), 1)
	})
}

func TestCoupons_RefuseUpdatesThatBreakARule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, details string }{
		"nulls": {`{"name":null,"code":null,"coupon_type":null,"frequency":null,"expiration":null,"reusable":null}`, `{"name":["value_is_mandatory"],
			"code":["value_is_mandatory"],"coupon_type":["value_is_invalid"],"frequency":["value_is_invalid"],"expiration":["value_is_invalid"],"reusable":["value_is_reserved"]}`},
		"code of another":          {`{"code":"other"}`, `{"code":["value_already_exist"]}`},
		"own code, blank name":     {`{"code":"welcome","name":""}`, `{"name":["value_is_mandatory"]}`},
		"no amount":                {`{"amount_cents":null,"amount_currency":null}`, `{"amount_cents":["value_is_mandatory"],"amount_currency":["value_is_mandatory"]}`},
		"a percentage of nothing":  {`{"coupon_type":"percentage"}`, `{"percentage_rate":["value_is_mandatory"]}`},
		"recurring, for how long":  {`{"frequency":"recurring"}`, `{"frequency_duration":["value_is_mandatory","is not a number"]}`},
		"expired already":          {`{"expiration_at":"2025-12-31"}`, `{"expiration_at":["invalid_date"]}`},
		"expiration comes first":   {`{"name":null,"expiration_at":"x","applies_to":{"plan_codes":["none"]}}`, `{"expiration_at":["invalid_date"]}`},
		"targets that are no list": {`{"applies_to":{"plan_codes":"all"}}`, `{"applies_to.plan_codes":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := newCoupon(t, s, "welcome", "")
		newCoupon(t, s, "other", "")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireDetails(t, c.details, s.Put("/coupons/welcome", `{"coupon":`+c.body+`}`))
			})
		}
		require.Equal(t, before, member(t, s.Get("/coupons/welcome"), "coupon"))
		requireNotFound(t, "coupon", s.Put("/coupons/none", `{"coupon":{"expiration_at":"x"}}`))
		for _, body := range []string{`{"unknown":1}`, `{"applies_to":null}`, `{"applies_to":{}}`, `{"applies_to":{"plan_codes":null}}`, `{"name":"Welcome"}`} {
			require.Equal(t, before, member(t, s.Patch("/coupons/welcome", `{"coupon":`+body+`}`), "coupon"), body)
		}
	})
}

func TestCoupons_RatesHaveNoBounds(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for sent, shown := range map[string]string{
			`"10"`: "10.0", `10`: "10.0", `12.340`: "12.34", `"250."`: "250.0", `-5`: "-5.0", `"0"`: "0.0", `"19.123456789"`: "19.123456789",
		} {
			created := newCoupon(t, s, "rate "+sent, `"coupon_type":"percentage","percentage_rate":`+sent)
			require.Equal(t, shown, created["percentage_rate"], sent)
			require.Equal(t, created, member(t, s.Get("/coupons/rate%20"+strings.ReplaceAll(sent, `"`, "%22")), "coupon"))
		}
	})
}

func TestCoupons_ExpirationTakesManySpellings(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		i := 0
		for sent, shown := range map[string]any{
			`"2026-02-01T10:00:00Z"`: "2026-02-01T10:00:00Z", `"2026-02-01T10:00:00.999+01:00"`: "2026-02-01T09:00:00Z",
			`"2026-02-01T10:00:00+0100"`: "2026-02-01T09:00:00Z", `"2026-02-01T10:00:00"`: "2026-02-01T10:00:00Z",
			`"2026-02-01T10:00"`: "2026-02-01T10:00:00Z", `"2026-02-01 10:00:00 UTC"`: "2026-02-01T10:00:00Z",
			`"2026-02-01"`: "2026-02-01T00:00:00Z", `""`: nil, `null`: nil,
		} {
			i++
			require.Equal(t, shown, newCoupon(t, s, fmt.Sprint(i), `"expiration_at":`+sent)["expiration_at"], sent)
		}
	})
}

func TestCoupons_AreLimitedToPlansOrMetrics(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, code := range []string{"pro", "basic", "gone"} {
			addPlan(t, s, code)
		}
		for _, code := range []string{"gb", "calls"} {
			newMetric(t, s, code, "")
		}
		limits := func(coupon map[string]any) string {
			return fmt.Sprint(coupon["limited_plans"], coupon["plan_codes"], coupon["limited_billable_metrics"], coupon["billable_metric_codes"])
		}
		require.Equal(t, "true [basic pro] false []", limits(newCoupon(t, s, "c", `"applies_to":{"plan_codes":["pro","basic","pro"]}`)))
		require.Equal(t, "false [] true [calls]", limits(newCoupon(t, s, "m", `"applies_to":{"billable_metric_codes":["calls"],"plan_codes":[]}`)))
		for _, step := range []struct{ name, body, want string }{
			{"replaces", `{"plan_codes":["gone"]}`, "true [gone] false []"},
			{"switches", `{"billable_metric_codes":["gb","calls"]}`, "false [] true [calls gb]"},
			{"clears what is not there", `{"plan_codes":[]}`, "false [] true [calls gb]"},
			{"clears", `{"billable_metric_codes":[]}`, "false [] false []"},
			{"limits again", `{"plan_codes":["pro","gone"],"billable_metric_codes":[]}`, "true [gone pro] false []"},
			{"says nothing", `{}`, "true [gone pro] false []"},
		} {
			coupon := member(t, s.Put("/coupons/c", `{"coupon":{"applies_to":`+step.body+`}}`), "coupon")
			require.Equal(t, step.want, limits(coupon), step.name)
			require.Equal(t, coupon, member(t, s.Get("/coupons/c"), "coupon"))
		}
		withinOrganization(t, s, func(tx *store.Tx) error {
			plan, err := tx.PlanForUpdate("gone")
			require.NoError(t, err)
			return tx.DeletePlan(&plan)
		})
		member(t, s.Delete("/billable_metrics/calls"), "billable_metric")
		require.Equal(t, "true [pro] false []", limits(member(t, s.Get("/coupons/c"), "coupon")), "deleted plans are no targets")
		require.Equal(t, "false [] true []", limits(member(t, s.Get("/coupons/m"), "coupon")), "a coupon stays limited without targets")
		require.Equal(t, "true [] false []", limits(member(t, s.Delete("/coupons/c"), "coupon")), "a deletion removes the targets")
	})
}

func TestCoupons_RefuseTargets(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addPlan(t, s, "pro")
		newMetric(t, s, "gb", "")
		newCoupon(t, s, "c", "")
		for _, targets := range []struct {
			body    string
			refused func(*servertest.Response)
		}{
			{`{"plan_codes":["pro","none"]}`, func(r *servertest.Response) { requireNotFound(t, "plans", r) }},
			{`{"billable_metric_codes":["none"]}`, func(r *servertest.Response) { requireNotFound(t, "billable_metrics", r) }},
			{`{"plan_codes":["none"],"billable_metric_codes":["none"]}`, func(r *servertest.Response) { requireNotFound(t, "plans", r) }},
			{`{"plan_codes":["pro"],"billable_metric_codes":["none"]}`, func(r *servertest.Response) { requireNotFound(t, "billable_metrics", r) }},
			{`{"plan_codes":["pro"],"billable_metric_codes":["gb"]}`, func(r *servertest.Response) {
				requireNotAllowed(t, "only_one_limitation_type_per_coupon_allowed", r)
			}},
		} {
			targets.refused(s.Post("/coupons", couponBody("new", `"applies_to":`+targets.body)))
			targets.refused(s.Post("/coupons", couponBody("", `"amount_cents":-1,"frequency":"x","applies_to":`+targets.body)))
			targets.refused(s.Put("/coupons/c", `{"coupon":{"name":"","applies_to":`+targets.body+`}}`))
		}
		_, other := s.NewOrganization(t, "Globex")
		requireNotFound(t, "plans", s.DoAs(other, http.MethodPost, "/coupons", couponBody("x", `"applies_to":{"plan_codes":["pro"]}`)))
		requireNotFound(t, "billable_metrics", s.DoAs(other, http.MethodPost, "/coupons", couponBody("x", `"applies_to":{"billable_metric_codes":["gb"]}`)))
		requireNotFound(t, "coupon", s.Get("/coupons/new"))
	})
}

func TestCoupons_FreezeWhenApplied(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addPlan(t, s, "pro")
		newCustomer(t, s, "c")
		created := newCoupon(t, s, "welcome", `"applies_to":{"plan_codes":["pro"]}`)
		applied := apply(t, s, "c", "welcome", "")
		want := func(updated map[string]any) {
			created["name"], created["description"] = "New", "Text"
			created["expiration"], created["expiration_at"] = "time_limit", "2027-01-01T00:00:00Z"
			require.Equal(t, created, updated)
		}
		const everything = `{"coupon":{"name":"New","description":"Text","expiration":"time_limit","expiration_at":"2027-01-01","code":"other",
			"coupon_type":"percentage","percentage_rate":"10","amount_cents":1,"amount_currency":"EUR","frequency":"recurring","frequency_duration":2,
			"reusable":false,"applies_to":{"plan_codes":["none"],"billable_metric_codes":["none"]}}}`
		want(member(t, s.Put("/coupons/welcome", everything), "coupon"))
		member(t, s.Delete("/customers/c/applied_coupons/"+idOf(t, applied)), "applied_coupon")
		want(member(t, s.Put("/coupons/welcome", everything), "coupon"))
		requireDetails(t, `{"name":["value_is_mandatory"]}`, s.Put("/coupons/welcome", `{"coupon":{"name":" "}}`))
	})
}

func TestCoupons_AreListedInTheirOwnOrder(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCoupon(t, s, "expired", `"expiration":"time_limit","expiration_at":"2026-01-15T11:00:00Z"`)
		newCoupon(t, s, "old", "")
		newCoupon(t, s, "open end", `"expiration":"time_limit"`)
		newCoupon(t, s, "late", `"expiration":"time_limit","expiration_at":"2027-06-01"`)
		newCoupon(t, s, "soon", `"expiration":"time_limit","expiration_at":"2027-01-01"`)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		newCoupon(t, s, "new", "")
		codes := pluck(entries(t, s.Get("/coupons"), "coupons"), "code")
		require.Equal(t, []any{"new", "old", "soon", "late", "open end", "expired"}, codes)
		var paged []any
		for page := 1; page <= 3; page++ {
			paged = append(paged, pluck(entries(t, s.Get(fmt.Sprintf("/coupons?per_page=2&page=%d", page)), "coupons"), "code")...)
		}
		require.Equal(t, codes, paged)
	})
}

func TestCoupons_EndAtMinute30AfterTheirTime(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		at := func(hour, minute int) time.Time { return time.Date(2026, 1, 16, hour, minute, 0, 0, time.UTC) }
		limited := func(code string, end time.Time) {
			newCoupon(t, s, code, `"expiration":"time_limit","expiration_at":"`+end.Format(time.RFC3339)+`"`)
		}
		limited("early", at(8, 10))
		limited("on the minute", at(8, 30))
		limited("prolonged", at(8, 10))
		limited("shortened", at(20, 0))
		limited("set free", at(8, 10))
		limited("deleted", at(8, 10))
		newCoupon(t, s, "never", `"expiration_at":"2026-01-16T08:10:00Z"`)
		newCoupon(t, s, "limited late", `"expiration_at":"2026-01-16T08:10:00Z"`)
		member(t, s.Put("/coupons/prolonged", `{"coupon":{"expiration_at":"2026-01-16T10:00:00Z"}}`), "coupon")
		member(t, s.Put("/coupons/shortened", `{"coupon":{"expiration_at":"2026-01-16T08:00:00Z"}}`), "coupon")
		member(t, s.Put("/coupons/set%20free", `{"coupon":{"expiration":"no_expiration"}}`), "coupon")
		member(t, s.Delete("/coupons/deleted"), "coupon")
		ends := func() map[any]any {
			found := map[any]any{}
			for _, coupon := range entries(t, s.Get("/coupons"), "coupons") {
				if coupon["terminated_at"] != nil {
					found[coupon["code"]] = coupon["terminated_at"]
				}
			}
			return found
		}

		s.Travel(t, at(8, 30).Add(-time.Microsecond))
		require.Empty(t, ends())
		s.Travel(t, at(8, 30))
		require.Equal(t, map[any]any{"early": "2026-01-16T08:30:00Z", "shortened": "2026-01-16T08:30:00Z"}, ends())
		member(t, s.Put("/coupons/limited%20late", `{"coupon":{"expiration":"time_limit"}}`), "coupon")
		require.Len(t, ends(), 2, "the minute has passed")
		s.Travel(t, at(12, 0))
		require.Equal(t, map[any]any{
			"early": "2026-01-16T08:30:00Z", "shortened": "2026-01-16T08:30:00Z", "on the minute": "2026-01-16T09:30:00Z",
			"limited late": "2026-01-16T09:30:00Z", "prolonged": "2026-01-16T10:30:00Z",
		}, ends())

		member(t, s.Put("/coupons/early", `{"coupon":{"expiration_at":"2026-02-01"}}`), "coupon")
		require.Contains(t, ends(), "early", "what has ended does not begin again")
		logs := entries(t, s.Get("/activity_logs?activity_types[]=coupon.terminated"), "activity_logs")
		require.Len(t, logs, 5)
		require.Equal(t, "system", logs[0]["activity_source"])
	})
}

func TestCoupons_AreFoundByCodeWithinTheOrganization(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Globex")
		member(t, s.DoAs(other, http.MethodPost, "/coupons", couponBody("theirs", "")), "coupon")
		for name, c := range map[string]struct{ method, body string }{
			"show":                          {http.MethodGet, ""},
			"update":                        {http.MethodPut, `{"coupon":{"name":"x"}}`},
			"update that breaks a rule too": {http.MethodPut, `{"coupon":{"name":null}}`},
			"delete":                        {http.MethodDelete, ""},
		} {
			for _, code := range []string{"nothing", "theirs", "THEIRS"} {
				t.Run(name+" "+code, func(t *testing.T) {
					requireNotFound(t, "coupon", s.Do(c.method, "/coupons/"+code, c.body))
				})
			}
		}
		require.Empty(t, entries(t, s.Get("/coupons"), "coupons"))
		newCoupon(t, s, "theirs", "")
		requireNoParameter(t, "coupon", s.Post("/coupons", `{}`))
		requireNoParameter(t, "coupon", s.Put("/coupons/theirs", `{"coupon":{}}`))
		requireClosed(t, s, "coupon", `GET /coupons`, `GET /coupons/theirs`, `POST /coupons {"coupon":{"name":"x"}}`,
			`PUT /coupons/theirs {"coupon":{"name":"x"}}`, `DELETE /coupons/theirs`)
	})
}

func TestCoupons_LeaveActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addPlan(t, s, "pro")
		created := newCoupon(t, s, "c", `"applies_to":{"plan_codes":["pro"]}`)
		updated := member(t, s.Put("/coupons/c", `{"coupon":{"amount_cents":700}}`), "coupon")
		member(t, s.Delete("/coupons/c"), "coupon")
		require.NotEqual(t, created["lago_id"], newCoupon(t, s, "c", "")["lago_id"], "the code is free again")

		logs := entries(t, s.Get("/activity_logs?resource_types[]=Coupon&resource_ids[]="+idOf(t, created)), "activity_logs")
		require.Equal(t, []string{"coupon.deleted", "coupon.updated", "coupon.created"}, texts(logs, "activity_type"))
		require.Equal(t, updated, logs[0]["activity_object"], "a deletion shows the coupon as it last was")
		requireJSON(t, `{"amount_cents":[500,700]}`, logs[1]["activity_object_changes"])
		require.Equal(t, created, logs[2]["activity_object"])
	})
}
