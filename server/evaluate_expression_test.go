package server_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

const evaluation = "/billable_metrics/evaluate_expression"

func TestEvaluateExpression_AnswersText(t *testing.T) {
	t.Parallel()
	now := strconv.FormatInt(servertest.Epoch.Unix(), 10) + ".0"
	cases := map[string]struct{ body, want string }{
		"no event":                              {`{"expression":"1 + 2"}`, "3.0"},
		"event that is null":                    {`{"expression":"1 + 2","event":null}`, "3.0"},
		"event with nulls only":                 {`{"expression":"concat('<',event.code,'>')","event":{"code":null,"timestamp":null,"properties":null}}`, "<>"},
		"number in a text":                      {`{"expression":"round(event.properties.v)","event":{"properties":{"v":"2.4"}}}`, "2.0"},
		"integer":                               {`{"expression":"event.properties.v * 2","event":{"properties":{"v":21}}}`, "42.0"},
		"fraction":                              {`{"expression":"event.properties.v * 2","event":{"properties":{"v":0.1}}}`, "0.2"},
		"integer beyond floats":                 {`{"expression":"event.properties.v + 1","event":{"properties":{"v":9007199254740993}}}`, "9007199254740994.0"},
		"forty digits":                          {`{"expression":"event.properties.v","event":{"properties":{"v":1234567890123456789012345678901234567890.5}}}`, "1234567890123456789012345678901234567890.5"},
		"digits stay exact beside a NUL":        {`{"expression":"event.properties.v","event":{"code":"a\u0000","properties":{"v":9007199254740993.1}}}`, "9007199254740993.1"},
		"text":                                  {`{"expression":"concat(event.properties.v,'-',event.code)","event":{"code":"storage","properties":{"v":"eu"}}}`, "eu-storage"},
		"markup stays as it is":                 {`{"expression":"event.properties.v","event":{"properties":{"v":"<b>&é\""}}}`, `<b>&é"`},
		"truth":                                 {`{"expression":"event.properties.v","event":{"properties":{"v":true}}}`, "true"},
		"null":                                  {`{"expression":"concat('<',event.properties.v,'>')","event":{"properties":{"v":null}}}`, "<>"},
		"object as text":                        {`{"expression":"event.properties.v","event":{"properties":{"v":{"a":[1]}}}}`, `{"a":[1]}`},
		"nested property that nothing asks for": {`{"expression":"event.properties.v","event":{"properties":{"v":1,"nested":{"a":1},"list":[1]}}}`, "1.0"},
		"no timestamp is now":                   {`{"expression":"event.timestamp","event":{}}`, now},
		"null timestamp is now":                 {`{"expression":"event.timestamp","event":{"timestamp":null}}`, now},
		"timestamp in seconds":                  {`{"expression":"event.timestamp","event":{"timestamp":1651240791}}`, "1651240791.0"},
		"timestamp with a fraction":             {`{"expression":"event.timestamp","event":{"timestamp":1651240791.9}}`, "1651240791.0"},
		"timestamp in a text":                   {`{"expression":"event.timestamp","event":{"timestamp":"1651240791.9"}}`, "1651240791.0"},
		"timestamp that begins with a number":   {`{"expression":"event.timestamp","event":{"timestamp":"2026-01-15T10:30:00Z"}}`, "2026.0"},
		"timestamp that is no number":           {`{"expression":"event.timestamp","event":{"timestamp":"soon"}}`, "0.0"},
		"unknown members are ignored":           {`{"expression":"1","event":{"foo":{}},"billable_metric":{}}`, "1.0"},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		before := entries(t, s.Get("/activity_logs"), "activity_logs")
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				answer := s.Post(evaluation, c.body).Status(t, http.StatusOK)
				require.Equal(t, map[string]any{"expression_result": map[string]any{"value": c.want}}, answer.JSON(t))
			})
		}
		require.Empty(t, entries(t, s.Get("/billable_metrics"), "billable_metrics"), "nothing is kept")
		require.Equal(t, before, entries(t, s.Get("/activity_logs"), "activity_logs"), "nothing has changed")
	})
}

func TestEvaluateExpression_Refuses(t *testing.T) {
	t.Parallel()
	const mandatory, unreadable = `{"expression":["value_is_mandatory"]}`, `{"expression":["invalid_expression"]}`
	const invalid = `{"event":["invalid_event"]}`
	cases := map[string]struct{ body, details string }{
		"no body":                          {``, mandatory},
		"no expression":                    {`{"event":{}}`, mandatory},
		"null for the expression":          {`{"expression":null}`, mandatory},
		"blank expression":                 {`{"expression":" "}`, mandatory},
		"expression that cannot be read":   {`{"expression":"1 +"}`, unreadable},
		"unknown function":                 {`{"expression":"sqrt(4)"}`, unreadable},
		"rounding of three arguments":      {`{"expression":"round(1,2,3)"}`, unreadable},
		"unreadable before an empty event": {`{"expression":"event.name"}`, unreadable},
		"missing property":                 {`{"expression":"event.properties.v","event":{"properties":{}}}`, invalid},
		"event missing while needed":       {`{"expression":"event.properties.v"}`, invalid},
		"text where a number is needed":    {`{"expression":"event.properties.v + 1","event":{"properties":{"v":"many"}}}`, invalid},
		"truth where a number is needed":   {`{"expression":"event.properties.v + 1","event":{"properties":{"v":true}}}`, invalid},
		"null where a number is needed":    {`{"expression":"event.properties.v + 1","event":{"properties":{"v":null}}}`, invalid},
		"list where a number is needed":    {`{"expression":"event.properties.v + 1","event":{"properties":{"v":[1]}}}`, invalid},
		"division by zero":                 {`{"expression":"1 / event.properties.v","event":{"properties":{"v":0}}}`, invalid},
		"expression that is no text":       {`{"expression":5}`, `{"expression":["value_is_invalid"]}`},
		"event that is no object":          {`{"expression":"1","event":"e"}`, `{"event":["value_is_invalid"]}`},
		"timestamp that is a truth":        {`{"expression":"1","event":{"timestamp":true}}`, `{"event.timestamp":["value_is_invalid"]}`},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { requireDetails(t, c.details, s.Post(evaluation, c.body)) })
		}
		for _, body := range []string{`[]`, `"1 + 2"`, `{`} {
			require.JSONEq(t, `{"status":400,"error":"Bad Request"}`, string(s.Post(evaluation, body).Status(t, http.StatusBadRequest).Body), body)
		}
	})
}

func TestEvaluateExpression_NeedsWritePermission(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		reader := s.NewKey(t, `{"permissions":{"billable_metric":["read"]}}`)
		s.DoAs(reader, http.MethodGet, "/billable_metrics", "").Status(t, http.StatusOK)
		refused := s.DoAs(reader, http.MethodPost, evaluation, `{"expression":"1"}`).Status(t, http.StatusForbidden)
		require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"write_action_not_allowed_for_billable_metric"}`, string(refused.Body))
		writer := s.NewKey(t, `{"permissions":{"billable_metric":["write"]}}`)
		s.DoAs(writer, http.MethodPost, evaluation, `{"expression":"1"}`).Status(t, http.StatusOK)
		s.DoAs("", http.MethodPost, evaluation, `{"expression":"1"}`).Status(t, http.StatusUnauthorized)
	})
}

func TestEvaluateExpression_IsNoCode(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := newMetric(t, s, "evaluate_expression", "")
		require.Equal(t, uncounted(created), member(t, s.Get("/billable_metrics/evaluate_expression"), "billable_metric"))
		answer := s.Post(evaluation, fmt.Sprintf(`{"expression":%q}`, "UPPER"))
		requireDetails(t, `{"expression":["invalid_expression"]}`, answer)
	})
}
