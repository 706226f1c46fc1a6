package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// told are answers and logs of a small story, by what they show.
func told(t *testing.T, s *servertest.Server) map[string]any {
	t.Helper()
	metric := alertWorld(t, s)
	addMetric(s, "sum", `"aggregation_type":"sum_agg","field_name":"total","expression":"event.properties.a + 1"`).Status(t, 200)
	plan := s.Post("/plans", `{"plan":{"name":"Bare","code":"bare","interval":"monthly","amount_cents":0,"amount_currency":"USD","pay_in_advance":false,
		"charges":[{"billable_metric_id":"`+idOf(t, metric)+`","charge_model":"dynamic","properties":{}}]}}`).Status(t, 200)
	alerts := s.Post(alertsPath, `{"alerts":[{"code":"one","alert_type":"current_usage_amount","thresholds":[{"value":"-5"}]},
		{"code":"two","alert_type":"lifetime_usage_amount","thresholds":[{"value":"5"}]}]}`).Status(t, 200)
	event := s.Post("/events", `{"event":{"transaction_id":"e","code":"calls","external_subscription_id":"sub","properties":{"gb":5,"exact":123456789012345678901234567890.5,"half":0.5,"cloud":"aws","deep":{"a":[1]},"none":null}}}`).Status(t, 200)
	s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
	patched := s.Patch("/taxes/vat", `{"tax":{"name":"V<A>T"}}`).Status(t, 200)
	alert := entries(t, alerts, "alerts")[0]
	return map[string]any{
		"metric of an alert without one": alert["billable_metric"],
		"value of an alert":              alert["previous_value"],
		"threshold below zero":           alert["thresholds"].([]any)[0].(map[string]any)["value"],
		"description of a plan":          present(member(t, plan, "plan"), "description"),
		"credit note at the end":         member(t, s.Get("/subscriptions/sub"), "subscription")["on_termination_credit_note"],
		"properties of an event":         member(t, event, "event")["properties"],
		"method of a log":                apiLog(t, s, patched)["http_method"],
		"body of a log":                  apiLog(t, s, patched)["request_body"],
		"object of an activity":          present(object(t, activity(t, s, plan), "activity_object"), "description"),
		"refusal in words":               s.Post("/events", `{"event":{"transaction_id":"t","code":"sum"}}`).Status(t, 422).JSON(t)["error_details"],
	}
}

// present tells a member that is null from one that is left out.
func present(object map[string]any, name string) string {
	value, isThere := object[name]
	if !isThere {
		return "left out"
	}
	return fmt.Sprint(value)
}

// TestModes_Differ where the published document has no room for what Lago's own
// server sends, in answers and in logs.
func TestModes_Differ(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		document, onWire := told(t, servertest.New(t, url)), told(t, servertest.NewOnWire(t, url))
		for what, want := range map[string][2]string{
			"metric of an alert without one": {`{"aggregation_type":"count_agg","code":"","created_at":"1970-01-01T00:00:00Z",
				"lago_id":"00000000-0000-0000-0000-000000000000","name":"","recurring":false}`, `null`},
			"value of an alert":      {`0.0`, `"0.0"`},
			"threshold below zero":   {`"0.0"`, `"-5.0"`},
			"description of a plan":  {`"left out"`, `"<nil>"`},
			"credit note at the end": {`"skip"`, `null`},
			"properties of an event": {`{"gb":"5","exact":"123456789012345678901234567890.5","half":0.5,"cloud":"aws","deep":"{\"a\":[1]}"}`, `{"gb":5,"exact":123456789012345678901234567890.5,"half":0.5,"cloud":"aws","deep":{"a":[1]},"none":null}`},
			"method of a log":        {`"put"`, `"patch"`},
			"body of a log":          {`"{\"tax\":{\"name\":\"V<A>T\"}}"`, `{"tax":{"name":"V<A>T"}}`},
			"object of an activity":  {`"left out"`, `"<nil>"`},
			"refusal in words": {
				`{"base":["expression_evaluation_failed: Variable: a not found"]}`,
				`"expression_evaluation_failed: Variable: a not found"`,
			},
		} {
			require.Contains(t, document, what)
			requireJSON(t, want[0], document[what])
			requireJSON(t, want[1], onWire[what])
		}
	})
}
