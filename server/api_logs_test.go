package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/server"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

// spelledULID is an identifier of the billing API as the request-log contract
// spells it; empty for what is none.
func spelledULID(id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	return audit.FormatRequestID(parsed)
}

// TestAPILog_FieldByField holds a whole log against what was sent and
// answered.
func TestAPILog_FieldByField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := s.Send(http.MethodPost, "/api/v1/taxes?note=none", `{ "tax": {"rate": 20.50, "code":"vat","name": "V & <T>"} }`, http.Header{
			"Authorization": {"Bearer " + s.Key}, "User-Agent": {"curl/8.5.0"}, "X-Request-Id": {"mine"},
		}).Status(t, http.StatusOK)
		want, err := json.Marshal(map[string]any{"api_log": map[string]any{
			"request_id":       created.RequestID(),
			"api_version":      "v1",
			"client":           "curl/8.5.0",
			"http_method":      "post",
			"http_status":      200,
			"request_origin":   s.URL + "/",
			"request_path":     "/taxes",
			"request_body":     `{"tax":{"rate":20.50,"code":"vat","name":"V & <T>"}}`,
			"request_response": unescaped(t, created.Body),
			"logged_at":        "2026-01-15T10:30:00Z",
			"created_at":       "2026-01-15T10:30:00Z",
		}})
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(s.Get("/api_logs/"+created.RequestID()).Status(t, 200).Body))
		list := s.Get("/api_logs").Status(t, 200).JSON(t)
		require.Equal(t, []any{apiLog(t, s, created)}, list["api_logs"], "the list shows the same object")
		require.Equal(t, meta(1, nil, nil, 1, 1), list["meta"])
	})
}

// unescaped is JSON as the log writes it: compact, and without escapes for
// HTML.
func unescaped(t testing.TB, text []byte) string {
	t.Helper()
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(compact(t, text))
}

// TestAPILog_OddRequests shows the fields where a request lacks something or
// is strange.
func TestAPILog_OddRequests(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)

		bare := apiLog(t, s, as(s, caller{key: s.Key}, http.MethodDelete, "/taxes/vat", "").Status(t, 200))
		require.Equal(t, "", bare["client"])
		require.Equal(t, "{}", bare["request_body"])
		require.Equal(t, "delete", bare["http_method"])

		malformed := apiLog(t, s, s.Post("/taxes", `{"tax":`).Status(t, 400))
		require.Equal(t, `{"tax":`, malformed["request_body"])
		require.Equal(t, `{"status":400,"error":"Bad Request"}`, malformed["request_response"])

		proxied := s.Send(http.MethodPost, "/api/v1/nowhere", "", http.Header{"Authorization": {"Bearer " + s.Key}, "X-Forwarded-Proto": {"https"}})
		require.Equal(t, "https"+strings.TrimPrefix(s.URL, "http")+"/", apiLog(t, s, proxied.Status(t, 404))["request_origin"])
		forged := s.Send(http.MethodPost, "/api/v1/nowhere", "", http.Header{"Authorization": {"Bearer " + s.Key}, "X-Forwarded-Proto": {"\xffjavascript"}})
		require.Equal(t, s.URL+"/", apiLog(t, s, forged.Status(t, 404))["request_origin"])

		long := s.Post("/"+strings.Repeat("é%20long/", 2000), "").Status(t, 404)
		path, _ := apiLog(t, s, long)["request_path"].(string)
		require.True(t, strings.HasPrefix(path, "/é long/é long/") && len(path) <= 2048 && len(path) > 2040, "%d", len(path))
		logged, _ := requestLog(t, s, long)["path"].(string)
		require.True(t, strings.HasPrefix(logged, "/api/v1/é long/") && len(logged) <= 2048, "%d", len(logged))
	})
}

// TestAPILog_NumbersThatNothingHolds are shown with every digit, in the mode that shows
// bodies as JSON.
func TestAPILog_NumbersThatNothingHolds(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		body := `{"event":{},"expression":1` + strings.Repeat("0", 600) + `}`
		refused := s.Post("/billable_metrics/evaluate_expression", body)
		shown := s.Get("/api_logs/"+refused.RequestID()).Status(t, http.StatusOK)
		require.Contains(t, string(shown.Body), `"request_body":{"event":{},"expression":"1`+strings.Repeat("0", 600)+`"}`, "every digit, as a text")
	})
}

// TestAPILog_WithoutResponse shows null where the answer had no body.
func TestAPILog_WithoutResponse(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		s.Handler().Innermost(func(w http.ResponseWriter, r *http.Request, handler func() error) error {
			if r.Method == http.MethodGet {
				return handler()
			}
			w.WriteHeader(http.StatusOK)
			return nil
		})
		empty := s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
		require.Empty(t, empty.Body)
		response, present := apiLog(t, s, empty)["request_response"]
		require.True(t, present)
		require.Nil(t, response)
	})
}

// TestAPILogs_WhatIsRecorded and what is not.
func TestAPILogs_WhatIsRecorded(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		reader := s.NewKey(t, `{"permissions":{"tax":["read"],"api_log":["read"]}}`)
		recorded := map[*servertest.Response]int{
			s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`): 200,
			s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`): 422,
			s.Post("/taxes", `nonsense`):                                        400,
			s.Put("/taxes/vat", `{"tax":{"name":"put"}}`):                       200,
			s.Patch("/taxes/vat", `{"tax":{"name":"patch"}}`):                   200,
			s.Put("/taxes/none", `{"tax":{"name":"put"}}`):                      404,
			s.DoAs(reader, http.MethodDelete, "/taxes/vat", ""):                 403,
			s.Delete("/taxes/vat"):                                              200,
			s.Post("/nowhere/at/all", `{"a":1}`):                                404,
			s.Delete("/taxes"):                                                  404,
		}
		unrecorded := []*servertest.Response{
			s.Get("/taxes"), s.Get("/taxes/none"), s.Get("/nowhere"), s.Do(http.MethodHead, "/nowhere", ""), s.Do(http.MethodOptions, "/taxes", ""),
			s.Get("/api_logs"), s.Get("/activity_logs"), s.Logs(""),
			s.DoAs("", http.MethodPost, "/taxes", `{"tax":{}}`), s.DoAs("wrong", http.MethodPost, "/taxes", `{"tax":{}}`),
			s.DoAs("wrong", http.MethodPost, "/nowhere", `{}`),
			s.Post("/events", `{"event":{"transaction_id":"t","external_subscription_id":"s","code":"c"}}`),
			s.Post("/events/batch", `{"events":[]}`), s.Post("/events/estimate_fees", `{"event":{"code":"c","external_subscription_id":"s"}}`),
		}
		for response, status := range recorded {
			log := apiLog(t, s, response.Status(t, status))
			require.Equal(t, json.Number(fmt.Sprint(status)), log["http_status"])
			require.Equal(t, unescaped(t, response.Body), log["request_response"])
		}
		for _, response := range unrecorded {
			require.JSONEq(t, `{"status":404,"error":"Not Found","code":"api_log_not_found"}`,
				string(s.Get("/api_logs/"+response.RequestID()).Status(t, 404).Body))
		}
		require.Len(t, filtered(t, s, "api_logs", ""), len(recorded))
		require.Equal(t, "put", filtered(t, s, "api_logs", "http_methods[]=patch")[0]["http_method"], "the nearest that the document has")
	})
}

// TestAPILogs_BodiesThatAreNoObjects are shown as they came, unless the contract or most
// readers of JSON have no place for them.
func TestAPILogs_BodiesThatAreNoObjects(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		for sent, shown := range map[string]any{
			`null`: map[string]any{}, `7`: json.Number("7"), `"text"`: "text", `[1,null]`: []any{json.Number("1"), nil}, `true`: true, `-1e400`: "-1e400",
		} {
			refused := s.Put("/taxes/none", sent)
			require.GreaterOrEqual(t, refused.Code, 400, sent)
			require.Equal(t, shown, apiLog(t, s, refused)["request_body"], sent)
		}
		require.Len(t, filtered(t, s, "api_logs", ""), 6)
	})
}

// TestAPILogs_OfEvents exist when they are asked for.
func TestAPILogs_OfEvents(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.New(t, url, func(o *server.Options) { o.LogEvents = true })
		sent := s.Post("/events", `{"event":{"transaction_id":"t","external_subscription_id":"s","code":"c","properties":{"prompt_tokens":7,"token":"x"}}}`)
		log := apiLog(t, s, sent)
		require.Equal(t, "/events", log["request_path"])
		require.Contains(t, log["request_body"], `"prompt_tokens":7,"token":"[FILTERED]"`)
		require.Len(t, filtered(t, s, "api_logs", ""), 1)
	})
}

// TestAPILog_ByEitherSpelling finds the same row.
func TestAPILog_ByEitherSpelling(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		sent := s.Post("/nowhere", "").Status(t, 404)
		id := sent.RequestID()
		for _, spelling := range []string{id, strings.ToUpper(id), spelledULID(id), strings.ToLower(spelledULID(id))} {
			require.Equal(t, id, object(t, s.Get("/api_logs/"+spelling).Status(t, 200).JSON(t), "api_log")["request_id"])
		}
		for _, unknown := range []string{
			uuid.NewString(), "req_00000000000000000000000000", "nonsense", "%00", "req_", id + "0", strings.ReplaceAll(id, "-", ""),
			"9" + spelledULID(id)[1:], "' OR 1=1 --",
		} {
			require.JSONEq(t, `{"status":404,"error":"Not Found","code":"api_log_not_found"}`,
				string(s.Get("/api_logs/"+strings.ReplaceAll(unknown, " ", "%20")).Status(t, 404).Body), unknown)
		}
	})
}

// TestAPILogs_NewestFirst by time, and by identifier within one instant.
func TestAPILogs_NewestFirst(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var want []string
		for i := range 9 {
			want = append([]string{s.Post("/nowhere", "").RequestID()}, want...)
			if i%3 == 2 {
				s.Travel(t, servertest.Epoch.Add(time.Duration(i)*time.Hour))
			}
		}
		require.Equal(t, want, texts(filtered(t, s, "api_logs", ""), "request_id"))
		var paged []string
		for number := 1; number <= 5; number++ {
			answer := s.Get(fmt.Sprintf("/api_logs?per_page=2&page=%d", number)).Status(t, 200).JSON(t)
			paged = append(paged, texts(objects(t, answer, "api_logs"), "request_id")...)
			next, previous := any(number+1), any(number-1)
			if number == 5 {
				next = nil
			}
			if number == 1 {
				previous = nil
			}
			require.Equal(t, meta(number, next, previous, 5, 9), answer["meta"])
		}
		require.Equal(t, want, paged)
		require.Equal(t, meta(7, nil, 6, 5, 9), s.Get("/api_logs?per_page=2&page=7").JSON(t)["meta"], "beyond the end")
		require.Equal(t, want[4:6], texts(objects(t, s.Get("/api_logs?per_page=2&page=3").JSON(t), "api_logs"), "request_id"), "read again")
	})
}
