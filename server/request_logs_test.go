package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestRequestLog_FieldByField holds whole logs against what was sent and
// answered: of a success, of a failure and of a read.
func TestRequestLog_FieldByField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		created := s.Post("/taxes?a=1", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
		refused := s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 422)
		read := s.Get("/taxes/vat?x=y").Status(t, 200)
		for response, want := range map[*servertest.Response]map[string]any{
			created: {
				"method": "POST", "path": "/api/v1/taxes", "status_code": 200, "endpoint_type": "write", "billed_units": 1,
				"error_type": nil, "error_detail": nil,
			},
			refused: {
				"method": "POST", "path": "/api/v1/taxes", "status_code": 422, "endpoint_type": "write", "billed_units": 0,
				"error_type": "validation_error", "error_detail": "The request is not valid: code: [value_already_exist].",
			},
			read: {
				"method": "GET", "path": "/api/v1/taxes/vat", "status_code": 200, "endpoint_type": "read", "billed_units": 1,
				"error_type": nil, "error_detail": nil,
			},
		} {
			found := s.Logs("/"+response.RequestID()).Status(t, 200)
			log := found.JSON(t)
			duration, _ := log["duration_ms"].(json.Number)
			milliseconds, err := duration.Int64()
			require.NoError(t, err)
			require.GreaterOrEqual(t, milliseconds, int64(0))
			require.Less(t, milliseconds, int64(60_000))
			prefix, _ := log["api_key_prefix"].(string)
			require.True(t, len(prefix) >= 4 && len(prefix) <= 16 && strings.HasPrefix(s.Key, prefix), prefix)
			want["id"], want["object"], want["created_at"] = spelledULID(response.RequestID()), "request_log", "2026-01-15T10:30:00Z"
			want["request_id"], want["duration_ms"], want["api_key_prefix"] = found.RequestID(), milliseconds, prefix
			text, err := json.Marshal(want)
			require.NoError(t, err)
			require.JSONEq(t, string(text), string(found.Body))
		}
	})
}

// TestRequestLogs_Envelope holds lists against the contract.
func TestRequestLogs_Envelope(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		empty := s.Logs("").Status(t, 200)
		require.JSONEq(t, fmt.Sprintf(`{"object":"list","data":[],"has_more":false,"pagination":{"cursor":null},"request_id":%q}`, empty.RequestID()), string(empty.Body))
		require.Regexp(t, `^req_[0-7][0-9A-HJKMNP-TV-Z]{25}$`, empty.RequestID())
		s.Get("/taxes").Status(t, 200)
		full := s.Logs("").Status(t, 200).JSON(t)
		rows := objects(t, full, "data")
		require.Len(t, rows, 2, "the first look at the logs is logged too")
		require.Equal(t, "/api/v1/taxes", rows[0]["path"])
		require.Equal(t, empty.RequestID(), rows[1]["id"])
		for _, row := range rows {
			require.NotContains(t, row, "request_id")
			require.Equal(t, "request_log", row["object"])
		}
	})
}

// TestRequestLogs_Errors all have the contract's envelope, with the
// identifier of the call.
func TestRequestLogs_Errors(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		setPlan(t, s, "free")
		unable := s.NewKey(t, `{"permissions":{"tax":["read","write"],"api_log":["read"],"billing":["write"]}}`)
		able := s.NewKey(t, `{"permissions":{"billing":["read"]}}`)
		_, stranger := s.NewOrganization(t, "Other")
		theirs := s.DoAs(stranger, http.MethodGet, "/taxes", "").Status(t, 200).RequestID()
		ask := func(key, path string) *servertest.Response {
			header := http.Header{}
			if key != "" {
				header.Set("Authorization", "Bearer "+key)
			}
			return s.Send(http.MethodGet, "/v1/organization/logs"+path, "", header)
		}
		ask(able, "").Status(t, 200)
		for _, c := range []struct {
			key, path string
			status    int
			kind      string
		}{
			{"", "", 401, "unauthorized"},
			{"wrong", "", 401, "unauthorized"},
			{"", "/" + theirs, 401, "unauthorized"},
			{unable, "", 403, "forbidden"},
			{unable, "/" + theirs, 403, "forbidden"},
			{s.Key, "/" + theirs, 404, "not_found"},
			{s.Key, "/" + spelledULID(theirs), 404, "not_found"},
			{s.Key, "/" + uuid.NewString(), 404, "not_found"},
			{s.Key, "/nonsense", 404, "not_found"},
			{s.Key, "/%00", 404, "not_found"},
			{s.Key, "/req_81ARZ3NDEKTSV4RRFFQ69G5FAV", 404, "not_found"},
			{s.Key, "/a/b/c", 404, "not_found"},
			{s.Key, "?limit=0", 400, "validation_error"},
			{s.Key, "?start_date=2025-12-01", 403, "plan_limit_exceeded"},
		} {
			response := ask(c.key, c.path).Status(t, c.status)
			answer := response.JSON(t)
			require.Equal(t, response.RequestID(), answer["request_id"], "%s %s", c.path, response.Body)
			problem := object(t, answer, "error")
			require.Equal(t, c.kind, problem["type"])
			require.NotEmpty(t, problem["message"])
			require.Regexp(t, `^req_`, response.RequestID())
		}
		for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
			refused := s.Send(method, "/v1/organization/logs", "{}", http.Header{"Authorization": {"Bearer " + s.Key}}).Status(t, 404)
			require.Equal(t, "not_found", object(t, refused.JSON(t), "error")["type"])
		}
	})
}

// TestRequestLogs_RecordEverything that is authenticated, whatever it was.
func TestRequestLogs_RecordEverything(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		reader := s.NewKey(t, `{"permissions":{"tax":["read"]}}`)
		type entry struct {
			status     int
			kind       string
			units      int
			errorType  any
			statusName string
		}
		for _, c := range []struct {
			response *servertest.Response
			want     entry
		}{
			{s.Get("/taxes"), entry{200, "search", 1, nil, ""}},
			{s.Get("/taxes/none"), entry{404, "read", 0, "not_found", ""}},
			{s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`), entry{200, "write", 1, nil, ""}},
			{s.Patch("/taxes/vat", `{"tax":{"name":"V"}}`), entry{200, "write", 1, nil, ""}},
			{s.Post("/taxes", `{`), entry{400, "write", 0, "validation_error", ""}},
			{s.Post("/taxes", `{"tax":{"name":"","code":"x","rate":"1"}}`), entry{422, "write", 0, "validation_error", ""}},
			{s.DoAs(reader, http.MethodDelete, "/taxes/vat", ""), entry{403, "write", 0, "forbidden", ""}},
			{s.Get("/nowhere"), entry{404, "unknown", 0, "not_found", ""}},
			{s.Delete("/nowhere"), entry{404, "unknown", 0, "not_found", ""}},
			{s.Do(http.MethodHead, "/nowhere", ""), entry{404, "unknown", 0, "not_found", ""}},
			{s.Get("/api_logs"), entry{200, "search", 0, nil, ""}},
			{s.Get("/activity_logs"), entry{200, "search", 0, nil, ""}},
			{s.Get("/api_logs/none"), entry{404, "read", 0, "not_found", ""}},
			{s.Logs(""), entry{200, "search", 0, nil, ""}},
			{s.Logs("?limit=x"), entry{400, "search", 0, "validation_error", ""}},
			{s.Logs("?start_date=2020-01-01"), entry{403, "search", 0, "plan_limit_exceeded", ""}},
			{s.Post("/billable_metrics/evaluate_expression", `{"expression":"1 + 1","event":{"code":"c"}}`), entry{200, "utility", 1, nil, ""}},
		} {
			c.response.Status(t, c.want.status)
			log := requestLog(t, s, c.response)
			require.Equal(t, json.Number(fmt.Sprint(c.want.status)), log["status_code"])
			require.Equal(t, c.want.kind, log["endpoint_type"], log["path"])
			require.Equal(t, json.Number(fmt.Sprint(c.want.units)), log["billed_units"], log["path"])
			require.Equal(t, c.want.errorType, log["error_type"], log["path"])
			require.Equal(t, c.want.errorType == nil, log["error_detail"] == nil)
		}
		for _, anonymous := range []*servertest.Response{s.DoAs("", http.MethodGet, "/taxes", ""), s.DoAs("wrong", http.MethodPost, "/taxes", "{}")} {
			s.Logs("/"+anonymous.Status(t, 401).RequestID()).Status(t, 404)
		}
	})
}

// setPlan changes the plan of the first organization.
func setPlan(t *testing.T, s *servertest.Server, name string) {
	t.Helper()
	s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), fmt.Sprintf(`{"plan":%q}`, name)).Status(t, 200)
}

// TestRequestLogs_Retention goes by the plan.
func TestRequestLogs_Retention(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		setPlan(t, s, "free")
		old := s.Get("/taxes").Status(t, 200).RequestID()
		day := func(n int) time.Time { return servertest.Epoch.AddDate(0, 0, n) }
		plan := func(name string) { setPlan(t, s, name) }
		window := func(days int) {
			t.Helper()
			since := day(7).AddDate(0, 0, -days)
			s.Logs("?start_date="+since.Format(time.DateOnly)).Status(t, 200)
			s.Logs("?from="+since.Format(time.RFC3339)).Status(t, 200)
			before := since.AddDate(0, 0, -1).Format(time.DateOnly)
			for _, query := range []string{"?start_date=" + before, "?from=" + before, "?end_date=" + before, "?start_date=" + before + "&end_date=2026-01-20"} {
				require.Equal(t, "plan_limit_exceeded", object(t, s.Logs(query).Status(t, 403).JSON(t), "error")["type"], "%d days: %s", days, query)
			}
		}
		s.Travel(t, day(7))
		s.Logs("/"+old).Status(t, 200)
		for _, c := range []struct {
			plan string
			days int
		}{{"free", 7}, {"starter", 30}, {"beta", 90}, {"pro", 90}, {"enterprise", 90}} {
			plan(c.plan)
			window(c.days)
		}
		plan("starter")
		s.Travel(t, day(30))
		s.Logs("/"+old).Status(t, 200)
		require.Contains(t, texts(objects(t, s.Logs("?limit=100&start_date=2026-01-15").Status(t, 200).JSON(t), "data"), "id"), spelledULID(old))
		s.Travel(t, day(30).Add(time.Microsecond))
		s.Logs("/"+old).Status(t, 404)
		require.NotContains(t, texts(objects(t, s.Logs("?limit=100&start_date=2026-01-15").Status(t, 200).JSON(t), "data"), "id"), spelledULID(old))
		require.Equal(t, "not_found", object(t, s.Logs("/"+old).JSON(t), "error")["type"])
		s.Travel(t, day(32))
		plan("pro")
		s.Logs("/"+old).Status(t, 404) // removed by now, so a better plan does not bring it back
	})
}

// TestRequestLogs_Cursor pages through rows while others arrive.
func TestRequestLogs_Cursor(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		var want []string
		for i := range 25 {
			id := spelledULID(s.Get("/taxes").Status(t, 200).RequestID())
			want = append([]string{id}, want...)
			if i%4 == 0 {
				s.Travel(t, servertest.Epoch.Add(time.Duration(i+1)*time.Minute))
			}
		}
		for _, limit := range []int{1, 7, 24, 25, 26, 100} {
			var seen []string
			query := fmt.Sprintf("?q=/taxes&limit=%d", limit)
			for next := query; next != ""; {
				page := s.Logs(next).Status(t, 200).JSON(t)
				seen = append(seen, texts(objects(t, page, "data"), "id")...)
				cursor, more := object(t, page, "pagination")["cursor"].(string)
				require.Equal(t, page["has_more"], more)
				next = ""
				if more {
					require.Len(t, objects(t, page, "data"), limit)
					next = query + "&cursor=" + cursor
				}
				s.Get("/taxes").Status(t, 200) // arrives between two pages
			}
			seen = slices.DeleteFunc(seen, func(id string) bool { return !slices.Contains(want, id) })
			require.Equal(t, want, seen, "limit %d", limit)
		}
		require.Len(t, objects(t, s.Logs("?q=/taxes").JSON(t), "data"), 20, "the usual page")
	})
}
