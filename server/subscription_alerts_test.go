package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

const alertsPath = "/subscriptions/sub/alerts"

// alertWorld makes the subscription "sub" and the metric "calls".
func alertWorld(t *testing.T, s *servertest.Server) (metric map[string]any) {
	t.Helper()
	createPlan(t, s, "startup", "")
	subscribe(t, s, "startup", "sub", "")
	return newMetric(t, s, "calls", "")
}

// newAlert adds an alert of a code and a type to "sub"; more is JSON members
// that come after its own.
func newAlert(t *testing.T, s *servertest.Server, code, kind, more string) map[string]any {
	t.Helper()
	return member(t, s.Post(alertsPath, alertBody(code, kind, more)), "alert")
}

// unprocessed are alerts without the instant at which they were looked at, which is
// after the answer to their creation.
func unprocessed(alerts []map[string]any) []map[string]any {
	for _, alert := range alerts {
		delete(alert, "last_processed_at")
	}
	return alerts
}

func alertBody(code, kind, more string) string {
	return fmt.Sprintf(`{"alert":{"code":%q,"alert_type":%q,"thresholds":[{"value":"10"}]%s}}`, code, kind, more)
}

func TestSubscriptionAlerts_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		metric := alertWorld(t, s)
		created := member(t, s.Post(alertsPath, `{"alert":{"code":"spend/1.0","name":"Spending","alert_type":"billable_metric_current_usage_amount",
			"billable_metric_code":"calls","thresholds":[{"code":"warn","value":8000},{"value":"99.50"},{"code":null,"value":"-3","recurring":false},
			{"value":100,"recurring":true}]}}`), "alert")
		require.Equal(t, uncounted(metric), uncounted(object(t, created, "billable_metric")))
		shown := identified(t, created)
		delete(shown, "billable_metric")
		requireJSON(t, `{"lago_organization_id":"`+s.Organization.ID.String()+`","external_subscription_id":"sub","subscription_external_id":"sub",
			"lago_wallet_id":null,"wallet_code":null,"alert_type":"billable_metric_current_usage_amount","direction":"increasing",
			"code":"spend/1.0","name":"Spending","previous_value":"0.0","last_processed_at":null,"created_at":"2026-01-15T10:30:00Z",
			"thresholds":[{"code":"warn","value":"8000.0","recurring":false},{"code":null,"value":"99.5","recurring":false},
				{"code":null,"value":"-3.0","recurring":false},{"code":null,"value":"100.0","recurring":true}]}`, shown)
		const path = alertsPath + "/spend%2F1.0"
		require.Equal(t, created, member(t, s.Get(path), "alert"))
		list := s.Get(alertsPath)
		require.Equal(t, []map[string]any{created}, entries(t, list, "alerts"))
		require.Equal(t, meta(1, nil, nil, 1, 1), list.JSON(t)["meta"])
		require.Equal(t, created, member(t, s.Delete(path), "alert"))
		requireNotFound(t, "alert", s.Delete(path))
		requireNotFound(t, "alert", s.Get(path))
		requireNotFound(t, "alert", s.Put(path, `{"alert":{"name":"x"}}`))
		newAlert(t, s, "spend/1.0", "current_usage_amount", "") // the code is free again
		plain := member(t, s.Get(path), "alert")
		require.Equal(t, []any{nil, nil}, []any{plain["name"], plain["billable_metric"]})
	})
}

// TestSubscriptionAlerts_ShowThePreviousValueAsAStringOnTheWire: the document
// says a number.
func TestSubscriptionAlerts_ShowThePreviousValueAsAStringOnTheWire(t *testing.T) {
	t.Parallel()
	s := servertest.NewOnWire(t, storetest.URL(t, store.SQLite))
	alertWorld(t, s)
	require.Equal(t, "0.0", newAlert(t, s, "spend", "current_usage_amount", "")["previous_value"])
	require.Equal(t, "0.0", entries(t, s.Get(alertsPath), "alerts")[0]["previous_value"])
}

func TestSubscriptionAlerts_AcceptEveryType(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		newMetric(t, s, "storage", "")
		for _, kind := range []string{"current_usage_amount", "lifetime_usage_amount"} {
			created := newAlert(t, s, kind, kind, `,"billable_metric_code":null`)
			require.Equal(t, []any{"increasing", nil}, []any{created["direction"], created["billable_metric"]})
		}
		for _, kind := range []string{
			"billable_metric_current_usage_amount", "billable_metric_current_usage_units", "billable_metric_lifetime_usage_units",
		} {
			for _, metric := range []string{"calls", "storage"} {
				created := newAlert(t, s, kind+metric, kind, `,"billable_metric_code":"`+metric+`"`)
				require.Equal(t, metric, object(t, created, "billable_metric")["code"])
			}
		}
		require.Len(t, entries(t, s.Get(alertsPath), "alerts"), 8)
	})
}

func TestSubscriptionAlerts_RefuseTheFirstRuleThatIsBroken(t *testing.T) {
	t.Parallel()
	many := strings.TrimSuffix(strings.Repeat(`{"value":1},`, 21), ",")
	const amount, units = `"alert_type":"current_usage_amount"`, `"alert_type":"billable_metric_current_usage_units"`
	const spend, one = `"code":"spend",` + amount, `,"thresholds":[{"value":1}]`
	cases := map[string]struct{ members, details string }{
		"everything missing":        {`"name":"x"`, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`},
		"no type":                   {`"alert_type":null`, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`},
		"blank type":                {`"alert_type":" "`, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`},
		"a type that is a list":     {`"alert_type":["current_usage_amount"]`, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`},
		"unknown type":              {`"alert_type":"usage"`, `{"alert_type":["invalid_type"]}`},
		"a type that is a number":   {`"alert_type":7`, `{"alert_type":["invalid_type"]}`},
		"a type of wallets":         {`"alert_type":"wallet_balance_amount"`, `{"alert_type":["invalid_type"]}`},
		"no thresholds":             {amount, `{"thresholds":["value_is_mandatory"]}`},
		"empty thresholds":          {amount + `,"thresholds":[]`, `{"thresholds":["value_is_mandatory"]}`},
		"thresholds of nothing":     {amount + `,"thresholds":[null,{},7]`, `{"thresholds":["value_is_mandatory"]}`},
		"thresholds in words":       {amount + `,"thresholds":"10"`, `{"thresholds":["value_is_mandatory"]}`},
		"too many thresholds":       {amount + `,"thresholds":[` + many + `]`, `{"thresholds":["too_many_thresholds"]}`},
		"the same threshold twice":  {amount + `,"thresholds":[{"value":1},{"value":"x"},{"value":1}]`, `{"thresholds":["duplicate_threshold_values"]}`},
		"a threshold without value": {amount + `,"thresholds":[{"value":null},{"value":"x"}]`, `{"thresholds:value":["value_is_mandatory"]}`},
		"a value of no number":      {amount + `,"thresholds":[{"value":"ten"},{"code":"x"}]`, `{"thresholds:value":["value_is_invalid"]}`},
		"a value that is true":      {amount + `,"thresholds":[{"value":true}]`, `{"thresholds:value":["value_is_invalid"]}`},
		"an empty value":            {amount + `,"thresholds":[{"value":""}]`, `{"thresholds:value":["value_is_invalid"]}`},
		"a value without end":       {amount + `,"thresholds":[{"value":"1e999999999"}]`, `{"thresholds:value":["value_is_invalid"]}`},
		"recurring at zero":         {amount + `,"thresholds":[{"value":0,"recurring":true}]`, `{"thresholds:value":["recurring_value_is_negative"]}`},
		"recurring below zero":      {amount + `,"thresholds":[{"value":"-1","recurring":"true"}]`, `{"thresholds:value":["recurring_value_is_negative"]}`},
		"no code":                   {amount + one, `{"code":["value_is_mandatory"]}`},
		"no code and no metric":     {units + `,"code":" "` + one, `{"code":["value_is_mandatory"],"billable_metric":["value_is_mandatory"]}`},
		"an empty metric":           {units + `,"code":"x","billable_metric_code":""` + one, `{"billable_metric":["value_is_mandatory"]}`},
		"a metric of no use":        {amount + `,"code":"x","billable_metric_code":"calls"` + one, `{"billable_metric":["value_must_be_blank"]}`},
		"a code that is taken":      {spend + one, `{"code":["value_already_exist"]}`},
		"what is watched already":   {amount + `,"code":"x"` + one, `{"base":["alert_already_exists"]}`},
		"a code without end":        {units + `,"billable_metric_code":"calls","code":"` + strings.Repeat("é", 1000) + `"` + one, `{"code":["value_is_too_long"]}`},
	}
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		newAlert(t, s, "spend", "current_usage_amount", "")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Post(alertsPath, `{"alert":{`+c.members+`}}`)) })
		}
		requireNotFound(t, "billable_metric", s.Post(alertsPath, `{"alert":{`+units+`,"billable_metric_code":"none"`+one+`}}`))
		requireNotFound(t, "billable_metric", s.Post(alertsPath, `{"alert":{`+amount+`,"billable_metric_code":7`+one+`}}`))
		require.Len(t, entries(t, s.Get(alertsPath), "alerts"), 1)
	})
}

func TestSubscriptionAlerts_NeedTheAddOnOfTheirType(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		refused := func(kind string) {
			t.Helper()
			requireDetails(t, `{"alert_type":["feature_not_available"]}`, s.Post(alertsPath, `{"alert":{"alert_type":"`+kind+`"}}`))
		}
		setPremium(t, s, `{"licensed":true,"integrations":["granular_lifetime_usage"]}`)
		refused("lifetime_usage_amount")
		newAlert(t, s, "units", "billable_metric_lifetime_usage_units", `,"billable_metric_code":"calls"`)
		for _, addOn := range []string{"lifetime_usage", "progressive_billing"} {
			setPremium(t, s, `{"licensed":true,"integrations":["`+addOn+`"]}`)
			refused("billable_metric_lifetime_usage_units")
			newAlert(t, s, "life", "lifetime_usage_amount", "")
			member(t, s.Delete(alertsPath+"/life"), "alert")
		}
		setPremium(t, s, `{"licensed":false,"integrations":["lifetime_usage"]}`)
		refused("lifetime_usage_amount")
		newAlert(t, s, "spend", "current_usage_amount", "") // needs none
	})
}

func TestSubscriptionAlerts_AreUpdated(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		newMetric(t, s, "storage", "")
		created := newAlert(t, s, "calls", "billable_metric_current_usage_units", `,"billable_metric_code":"calls","name":"Calls"`)
		newAlert(t, s, "storage", "billable_metric_current_usage_units", `,"billable_metric_code":"storage"`)
		put := func(fields string) *servertest.Response { return s.Put(alertsPath+"/calls", `{"alert":{`+fields+`}}`) }
		for _, fields := range []string{
			`"alert_type":"current_usage_amount"`, `"thresholds":[]`, `"thresholds":null`, `"thresholds":7`, `"code":"calls"`, `"colour":"blue"`,
		} {
			require.Equal(t, created, member(t, put(fields), "alert"), fields)
		}
		require.Equal(t, created, member(t, s.Patch(alertsPath+"/calls", `{"alert":{"name":"Calls"}}`), "alert"))
		changed := member(t, put(`"name":null,"thresholds":[{"value":5,"code":"new","recurring":true},{"value":2}]`), "alert")
		require.Nil(t, changed["name"])
		requireJSON(t, `[{"code":"new","value":"5.0","recurring":true},{"code":null,"value":"2.0","recurring":false}]`, changed["thresholds"])
		require.Equal(t, changed, member(t, s.Get(alertsPath+"/calls"), "alert"))
		for fields, details := range map[string]string{
			`"code":null`:                            `{"code":["value_is_mandatory"]}`,
			`"code":"storage"`:                       `{"code":["value_already_exist"]}`,
			`"billable_metric_code":null`:            `{"billable_metric":["value_is_mandatory"]}`,
			`"billable_metric_code":"storage"`:       `{"base":["alert_already_exists"]}`,
			`"thresholds":[{"value":"x"}]`:           `{"thresholds:value":["value_is_invalid"]}`,
			`"thresholds":[{"value":1},{"value":1}]`: `{"thresholds":["duplicate_threshold_values"]}`,
		} {
			requireDetails(t, details, put(fields))
		}
		requireNotFound(t, "billable_metric", put(`"billable_metric_code":"none"`))
		requireNoParameter(t, "alert", s.Put(alertsPath+"/calls", `{"alert":{}}`))
		requireNoParameter(t, "alert", s.Put(alertsPath+"/calls", `{"alert":[1]}`))
		require.Equal(t, changed, member(t, s.Get(alertsPath+"/calls"), "alert"))
		member(t, s.Delete(alertsPath+"/storage"), "alert")
		moved := member(t, put(`"code":"storage","billable_metric_code":"storage"`), "alert")
		require.Equal(t, created["lago_id"], moved["lago_id"])
		requireNotFound(t, "alert", s.Get(alertsPath+"/calls"))
	})
}

func TestSubscriptionAlerts_ComeInBatches(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		batch := func(alerts string) *servertest.Response {
			return s.Post(alertsPath, `{"alert":{"code":"ignored"},"alerts":[`+alerts+`]}`)
		}
		const amount = `{"code":"a","alert_type":"current_usage_amount","thresholds":[{"value":1}]}`
		const again = `{"code":"b","alert_type":"current_usage_amount","thresholds":[{"value":2.50}],"colour":"blue"}`
		const unknown = `{"code":"c","alert_type":"billable_metric_current_usage_units","billable_metric_code":"none","thresholds":[{"value":1}]}`
		requireDetails(t, `{
			"1":{"params":`+again+`,"errors":"Validation errors: {\"base\":[\"alert_already_exists\"]}"},
			"2":{"params":{"code":"d"},"errors":"Validation errors: {\"alert_type\":[\"value_is_mandatory\",\"value_is_invalid\"]}"},
			"3":{"params":`+unknown+`,"errors":"billable_metric_not_found"}}`, batch(amount+`,`+again+`,{"code":"d"},`+unknown))
		require.Empty(t, entries(t, s.Get(alertsPath), "alerts"), "all or nothing")
		requireDetails(t, `{"alert_type":["value_is_mandatory","value_is_invalid"]}`, batch("")) // no list: the alert beside it
		requireNoParameter(t, "alert", s.Post(alertsPath, `{"alerts":[]}`))
		requireNoParameter(t, "alert", s.Post(alertsPath, `{"alerts":[null,7],"alert":{}}`))
		requireNoParameter(t, "alert", s.Post(alertsPath, `{}`))
		requireNoParameter(t, "alert", s.Post(alertsPath, `[{"alert":{}}]`))

		response := batch(amount + `,{"code":"c","name":"C","alert_type":"billable_metric_current_usage_units","billable_metric_code":"calls","thresholds":[{"code":"one","value":1,"recurring":true}]}`)
		created := entries(t, response, "alerts")
		requireMembers(t, `{"name":"C","thresholds":[{"code":"one","value":"1.0","recurring":true}]}`, created[1])
		require.Equal(t, []any{"a", "c"}, pluck(created, "code"))
		require.NotContains(t, response.JSON(t), "meta")
		require.ElementsMatch(t, unprocessed(created), unprocessed(entries(t, s.Get(alertsPath), "alerts")))
		require.Len(t, activities(t, s, response), 2)
	})
}

func TestSubscriptionAlerts_AreListedNewestFirstAndDeletedTogether(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		for i, kind := range []string{"current_usage_amount", "lifetime_usage_amount", "billable_metric_current_usage_units"} {
			s.Travel(t, servertest.Epoch.AddDate(0, 0, i+1))
			metric := ""
			if i == 2 {
				metric = `,"billable_metric_code":"calls"`
			}
			newAlert(t, s, fmt.Sprint(i), kind, metric)
		}
		subscribe(t, s, "startup", "other", "")
		kept := member(t, s.Post("/subscriptions/other/alerts", alertBody("0", "current_usage_amount", "")), "alert")
		list := s.Get(alertsPath + "?per_page=2")
		require.Equal(t, []any{"2", "1"}, pluck(entries(t, list, "alerts"), "code"))
		require.Equal(t, meta(1, 2, nil, 2, 3), list.JSON(t)["meta"])
		requirePages(t, s.Get, alertsPath, "alerts")
		deleted := s.Delete(alertsPath).Status(t, http.StatusOK)
		require.Empty(t, deleted.Body)
		require.Empty(t, deleted.Header.Get("Content-Type"))
		require.Len(t, activities(t, s, deleted), 3)
		require.Empty(t, entries(t, s.Get(alertsPath), "alerts"))
		s.Delete(alertsPath).Status(t, http.StatusOK)
		require.Equal(t, unprocessed([]map[string]any{kept}), unprocessed(entries(t, s.Get("/subscriptions/other/alerts"), "alerts")))
	})
}

// TestSubscriptionAlerts_StayWhenThePlanChanges because they belong to the
// external id; they go with the metric that they watch.
func TestSubscriptionAlerts_StayWhenThePlanChanges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		created := newAlert(t, s, "calls", "billable_metric_current_usage_units", `,"billable_metric_code":"calls"`)
		createPlan(t, s, "bigger", `,"amount_cents":20000`)
		subscribe(t, s, "bigger", "sub", "")
		require.Equal(t, created, member(t, s.Get(alertsPath+"/calls"), "alert"))
		require.Equal(t, created, member(t, s.Get(alertsPath+"/calls?subscription_status=terminated"), "alert"))
		member(t, s.Delete("/billable_metrics/calls"), "billable_metric")
		requireNotFound(t, "alert", s.Get(alertsPath+"/calls"))
		require.Empty(t, entries(t, s.Get(alertsPath), "alerts"))
	})
}

func TestSubscriptionAlerts_RecordActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		created := s.Post(alertsPath, alertBody("spend", "current_usage_amount", ""))
		updated := s.Put(alertsPath+"/spend", `{"alert":{"name":"Spending"}}`)
		deleted := s.Delete(alertsPath + "/spend")
		for action, response := range map[string]*servertest.Response{"created": created, "updated": updated, "deleted": deleted} {
			found := activity(t, s, response)
			require.Equal(t, []any{"alert." + action, "Alert", "c1", "sub", member(t, response, "alert")},
				[]any{found["activity_type"], found["resource_type"], found["external_customer_id"], found["external_subscription_id"], found["activity_object"]})
		}
		requireJSON(t, `{"name":[null,"Spending"]}`, activity(t, s, updated)["activity_object_changes"])
		require.Empty(t, activities(t, s, s.Post(alertsPath, `{"alert":{"code":"x"}}`)))
	})
}

// nestedRequests are requests below a subscription that exists, written "METHOD
// path body", with a body that would succeed.
func nestedRequests(requests ...string) []string { return requests }

// requireSubscriptionFound fails unless every one of the requests is answered
// with the 404 of the subscription where that is unknown, of another
// organization, or of another status.
func requireSubscriptionFound(t *testing.T, s *servertest.Server, requests ...string) {
	t.Helper()
	requireFoundBySubscription(t, s, "subscription", requests...)
}

// requireFoundBySubscription is requireSubscriptionFound for requests that answer
// with the 404 of a resource that each subscription has.
func requireFoundBySubscription(t *testing.T, s *servertest.Server, resource string, requests ...string) {
	t.Helper()
	_, other := s.NewOrganization(t, "Globex")
	for _, request := range requests {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		requireNotFound(t, resource, s.DoAs(other, method, path, body))
		requireNotFound(t, resource, s.Do(method, strings.Replace(path, "/sub/", "/nobody/", 1), body))
		for _, status := range []string{"subscription_status=pending", "status=terminated", "subscription_status=canceled&status=active"} {
			requireNotFound(t, resource, s.Do(method, path+"?"+status, body))
		}
		requireDetails(t, `{"subscription_status":["value_is_invalid"]}`, s.Do(method, path+"?subscription_status=lost", body))
		response := s.Do(method, path+"?subscription_status=active&status=terminated", body)
		require.NotEqual(t, http.StatusNotFound, response.Code, "%s: %s", request, response.Body)
	}
}

func TestSubscriptionAlerts_AreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		newAlert(t, s, "spend", "current_usage_amount", "")
		requests := nestedRequests(`GET `+alertsPath, `GET `+alertsPath+`/spend`, `POST `+alertsPath+` `+alertBody("life", "lifetime_usage_amount", ""),
			`PUT `+alertsPath+`/spend {"alert":{"name":"x"}}`, `DELETE `+alertsPath+`/spend`, `DELETE `+alertsPath)
		requireClosed(t, s, "alert", requests...)
		requireSubscriptionFound(t, s, requests...)
	})
}

// TestSubscriptionAlerts_TakeAnyBody sends any JSON: it is taken or refused, and
// what was taken is shown again.
func TestSubscriptionAlerts_TakeAnyBody(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		alertWorld(t, s)
		newAlert(t, s, "spend", "current_usage_amount", "")
		s.CheckAny(t, func(r *rapid.T) {
			alert := map[string]any{}
			for name, likely := range map[string]any{
				"alert_type": "billable_metric_current_usage_units", "code": "calls", "name": "x", "billable_metric_code": "calls",
				"thresholds": []any{map[string]any{"value": anyJSON(1).Draw(r, "value"), "recurring": anyJSON(1).Draw(r, "recurring")}},
			} {
				switch rapid.IntRange(0, 9).Draw(r, name) {
				case 0:
				case 1:
					alert[name] = anyJSON(3).Draw(r, name)
				default:
					alert[name] = likely
				}
			}
			var body any = map[string]any{"alert": alert}
			if rapid.Bool().Draw(r, "several") {
				body = map[string]any{"alerts": []any{alert, anyJSON(2).Draw(r, "other")}}
			}
			possible := []int{http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity}
			require.Contains(r, possible, s.Post(alertsPath, jsonOf(t, body)).Code)
			require.Contains(r, possible, s.Put(alertsPath+"/spend", jsonOf(t, body)).Code)
			for _, shown := range entries(t, s.Get(alertsPath), "alerts") {
				if shown["code"] != "spend" {
					s.Delete(alertsPath+"/"+url.PathEscape(shown["code"].(string))).Status(t, http.StatusOK)
				}
			}
		})
	})
}
