package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// addMetric adds a billable metric; members follow its name and code.
func addMetric(s *servertest.Server, code, members string) *servertest.Response {
	return s.Post("/billable_metrics", `{"billable_metric":{"name":"Metric","code":"`+code+`",`+members+`}}`)
}

// valueOf is the number that an event counts as; empty for none.
func valueOf(t *testing.T, s *servertest.Server, transaction string) string {
	t.Helper()
	text := ""
	scope := store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}
	require.NoError(t, s.Store.Read(context.WithoutCancel(t.Context()), scope, func(tx *store.Tx) error {
		row, err := tx.Event(transaction)
		if row.Value != nil {
			text = row.Value.String()
		}
		return err
	}))
	return text
}

// Every example of the expression language, seen through events.
func TestEvents_Expressions(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for code, c := range map[string]struct{ expression, properties, want, value string }{
			"sum":      {"event.properties.a + event.properties.b", `{"a":"1","b":"2"}`, "3.0", "3"},
			"round":    {"round(event.properties.v * event.properties.u)", `{"v":10.4,"u":2}`, "21.0", "21"},
			"digits":   {"round(12.345,2)", `{}`, "12.35", "12.35"},
			"ceil":     {"ceil(12.351,1)", `{}`, "12.4", "12.4"},
			"floor":    {"floor(123,-1)", `{}`, "120.0", "120"},
			"minus":    {"-event.properties.a*2", `{"a":3}`, "-6.0", "-6"},
			"storage":  {"concat(event.properties.r,'-',event.code)", `{"r":"eu"}`, "eu-storage", ""},
			"order":    {"2 + 3 * 4 - 6 / 2", `null`, "11.0", "11"},
			"time":     {"event.timestamp", `{}`, "1651240791.0", "1651240791"},
			"truth":    {"concat(event.properties.t, event.properties.n)", `{"t":true,"n":null}`, "true", ""},
			"overrule": {"event.properties.result * 2", `{"result":"1e3"}`, "2000.0", "2000"},
			"nested":   {"concat(event.properties.o, event.properties.l)", `{"o":{"a":1e1},"l":[true]}`, `{"a":10}[true]`, ""},
		} {
			addMetric(s, code, `"aggregation_type":"sum_agg","field_name":"result","expression":"`+c.expression+`"`).Status(t, http.StatusOK)
			event := sent(t, s.Post("/events", `{"event":{"transaction_id":"`+code+`","code":"`+code+`","timestamp":1651240791.9,"properties":`+c.properties+`}}`))
			properties, _ := event["properties"].(map[string]any)
			require.Equal(t, c.want, properties["result"], code)
			require.Equal(t, c.value, valueOf(t, s, code), code)
		}
	})
}

func TestEvents_ExpressionsFail(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addMetric(s, "sum", `"aggregation_type":"sum_agg","field_name":"total","expression":"event.properties.a + event.properties.b"`).Status(t, http.StatusOK)
		addMetric(s, "ratio", `"aggregation_type":"sum_agg","field_name":"total","expression":"1 / event.properties.a"`).Status(t, http.StatusOK)
		for event, want := range map[string]string{
			`{"transaction_id":"t","code":"sum","properties":{"a":1}}`:         `"expression_evaluation_failed: Variable: b not found"`,
			`{"transaction_id":"t","code":"sum","properties":{"a":1,"b":"x"}}`: `"expression_evaluation_failed: Expected a decimal"`,
			`{"transaction_id":"t","code":"sum"}`:                              `"expression_evaluation_failed: Variable: a not found"`,
			`{"transaction_id":"t","code":"ratio","properties":{"a":0}}`:       `"expression_evaluation_failed: Division by zero"`,
			// The timestamp comes before the expression, the expression before what must be there.
			`{"code":"sum","timestamp":"x"}`:                                     `{"timestamp":["invalid_format"]}`,
			`{"code":"sum"}`:                                                     `"expression_evaluation_failed: Variable: a not found"`,
			`{"code":"sum","properties":{"a":1,"b":2}}`:                          `{"transaction_id":["value_is_mandatory"]}`,
			`{"transaction_id":"t","code":"sum","properties":{"a":1,"b":1e309}}`: `{"properties":["value_is_out_of_range"]}`,
		} {
			response := s.Post("/events", `{"event":`+event+`}`).Status(t, http.StatusUnprocessableEntity)
			require.JSONEq(t, `{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":`+want+`}`, string(response.Body), event)
		}
		require.Empty(t, events(t, s, ""))
		log := s.Logs("?limit=20")
		require.Contains(t, string(log.Body), "expression_evaluation_failed", "the log says why")
	})
}

// A metric that counts has no field: what its expression computes gets an empty
// name.
func TestEvents_ExpressionOfACount(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		addMetric(s, "count", `"aggregation_type":"count_agg","field_name":"ignored","expression":"1 + 2"`).Status(t, http.StatusOK)
		event := sent(t, s.Post("/events", `{"event":{"transaction_id":"t","code":"count","properties":{"a":1}}}`))
		require.Equal(t, map[string]any{"": "3.0", "a": json.Number("1")}, event["properties"])
		require.Empty(t, valueOf(t, s, "t"))
	})
}

// Which properties are numbers, at ingestion and when the metric comes later:
// both must say the same.
func TestEvents_Values(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ property, want string }{
		"integer": {`10`, "10"}, "text": {`"2.5"`, "2.5"}, "negative": {`-4`, "-4"}, "exponent": {`1e3`, "1000"}, "zeros": {`"007.50"`, "7.5"},
		"word": {`"abc"`, ""}, "truth": {`true`, ""}, "empty": {`""`, ""}, "plus": {`"+5"`, ""}, "point": {`".5"`, ""}, "end": {`"5."`, ""},
		"text exponent": {`"1e3"`, ""}, "space": {`" 5"`, ""}, "null": {`null`, ""}, "object": {`{"a":1}`, ""}, "list": {`[1]`, ""}, "line": {`"5\n"`, ""},
		"arabic": {`"٥"`, ""}, "tiny": {`5e-324`, ""}, "precise": {`0.1234567890123456789012345678901234567890`, "0.123456789012345678901234567890123456789"},
	}
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		addMetric(s, "now", `"aggregation_type":"sum_agg","field_name":"n"`).Status(t, http.StatusOK)
		for name, c := range cases {
			for _, code := range []string{"now", "later"} {
				sent(t, s.Post("/events", `{"event":{"transaction_id":"`+code+" "+name+`","code":"`+code+`","properties":{"n":`+c.property+`}}}`))
			}
		}
		require.Empty(t, valueOf(t, s, "later integer"), "without a metric there is no number")
		addMetric(s, "later", `"aggregation_type":"max_agg","field_name":"n"`).Status(t, http.StatusOK)
		for name, c := range cases {
			if name == "tiny" {
				require.Equal(t, valueOf(t, s, "now tiny"), valueOf(t, s, "later tiny"))
				continue
			}
			require.Equal(t, c.want, valueOf(t, s, "now "+name), name)
			require.Equal(t, c.want, valueOf(t, s, "later "+name), name)
		}
	})
}

func TestEvents_FollowTheirMetric(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		odd := `a\"b$.'?c`
		send := func(transaction, code string) *servertest.Response {
			return s.Post("/events", `{"event":{"transaction_id":"`+transaction+`","code":"`+code+`","external_subscription_id":"s","properties":{"a":1,"b":2,"`+odd+`":3}}}`)
		}
		_, other := s.NewOrganization(t, "Other")
		s.DoAs(other, http.MethodPost, "/events", eventBody("theirs", ``)).Status(t, http.StatusOK)
		addMetric(s, "m", `"aggregation_type":"sum_agg","field_name":"a"`).Status(t, http.StatusOK)
		sent(t, send("t", "m"))
		sent(t, send("u", "n"))
		require.Equal(t, "1", valueOf(t, s, "t"))

		s.Put("/billable_metrics/m", `{"billable_metric":{"field_name":"b"}}`).Status(t, http.StatusOK)
		require.Equal(t, "2", valueOf(t, s, "t"))
		s.Put("/billable_metrics/m", `{"billable_metric":{"field_name":"`+odd+`"}}`).Status(t, http.StatusOK)
		require.Equal(t, "3", valueOf(t, s, "t"))
		s.Put("/billable_metrics/m", `{"billable_metric":{"field_name":"absent"}}`).Status(t, http.StatusOK)
		require.Empty(t, valueOf(t, s, "t"))
		s.Put("/billable_metrics/m", `{"billable_metric":{"field_name":"a","name":"Renamed"}}`).Status(t, http.StatusOK)
		require.Equal(t, "1", valueOf(t, s, "t"))
		s.Put("/billable_metrics/m", `{"billable_metric":{"code":"n"}}`).Status(t, http.StatusOK)
		require.Empty(t, valueOf(t, s, "t"), "its code has no metric any more")
		require.Equal(t, "1", valueOf(t, s, "u"))

		// With the metric its events go, and their transactions stay taken.
		s.Delete("/billable_metrics/n").Status(t, http.StatusOK)
		s.Get("/events/u").Status(t, http.StatusNotFound)
		require.Equal(t, []string{"t"}, events(t, s, ""))
		require.Equal(t, []any{"value_already_exist"}, send("u", "n").Details(t)["transaction_id"])
		sent(t, send("v", "n"))
		addMetric(s, "n", `"aggregation_type":"sum_agg","field_name":"a"`).Status(t, http.StatusOK)
		s.Get("/events/u").Status(t, http.StatusNotFound)
		require.Equal(t, "1", valueOf(t, s, "v"))
		s.DoAs(other, http.MethodGet, "/events/theirs", "").Status(t, http.StatusOK)
	})
}

// The list may begin where the subscription did.
func TestEvents_ListFromTheStart(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/customers", `{"customer":{"external_id":"c"}}`).Status(t, http.StatusOK)
		s.Post("/plans", `{"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":0,"amount_currency":"EUR","pay_in_advance":false}}`).Status(t, http.StatusOK)
		for transaction, at := range map[string]time.Time{"before": servertest.Epoch.Add(-time.Hour), "after": servertest.Epoch.Add(time.Hour)} {
			sent(t, s.Post("/events", eventBody(transaction, fmt.Sprintf(`,"timestamp":%d`, at.Unix()))))
		}
		const query = "?external_subscription_id=sub&timestamp_from_started_at="
		require.Equal(t, []string{"after", "before"}, events(t, s, query+"true"), "there is no such subscription")
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c","plan_code":"p","external_id":"sub"}}`).Status(t, http.StatusOK)
		require.Equal(t, []string{"after"}, events(t, s, query+"true"))
		require.Equal(t, []string{"after", "before"}, events(t, s, query+"false"))
	})
}
