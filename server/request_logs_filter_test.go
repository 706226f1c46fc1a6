package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// requestWorld makes the requests that the tests of filters look for.
func requestWorld(t *testing.T, s *servertest.Server) (sent labelled, otherKey string) {
	t.Helper()
	other := s.NewKey(t, `{"name":"other"}`)
	sent = labelled{}
	sent["first"] = s.Get("/taxes?api_key=x").Status(t, 200)
	sent["created"] = s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
	s.Travel(t, servertest.Epoch.Add(24*time.Hour)) // 2026-01-16T10:30:00Z
	sent["found"] = s.Get("/taxes/vat").Status(t, 200)
	sent["missing"] = s.DoAs(other, http.MethodGet, "/taxes/No%25ne_É", "").Status(t, 404)
	s.Travel(t, servertest.Epoch.Add(48*time.Hour)) // 2026-01-17T10:30:00Z
	sent["patched"] = s.DoAs(other, http.MethodPatch, "/taxes/vat", `{"tax":{"name":"V"}}`).Status(t, 200)
	sent["malformed"] = s.Post("/customers", `{`).Status(t, 400)
	sent["unknown"] = s.Get("/nowhere").Status(t, 404)
	return sent, other
}

// listed are the labels of the requests that a query finds, with its own
// earlier ones left out.
func listed(t *testing.T, s *servertest.Server, sent labelled, query string) []string {
	t.Helper()
	answer := s.Logs("?limit=100&"+query).Status(t, 200).JSON(t)
	require.Equal(t, false, answer["has_more"])
	return sent.names(texts(objects(t, answer, "data"), "id"))
}

// TestRequestLogs_Filters one by one and together.
func TestRequestLogs_Filters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		sent, other := requestWorld(t, s)
		const everything = "created first found malformed missing patched unknown"
		const week = "start_date=2026-01-15&"
		for query, want := range map[string]string{
			"":                                      "found malformed missing patched unknown", // the last 24 hours, both ends included
			week:                                    everything,
			"from=2026-01-15":                       everything,
			"from=2026-01-16T10:30:01Z":             "malformed patched unknown",
			"start_date=2026-01-17&from=2026-01-15": "malformed patched unknown",
			"end_date=2026-01-15":                   "created first",
			"to=2026-01-16":                         "found missing",
			"to=2026-01-16T10:29:59Z":               "created first",
			"end_date=2026-01-16&to=2026-01-17&from=2026-01-15":             "created first found missing",
			"start_date=2026-01-16&end_date=2026-01-16":                     "found missing",
			"start_date=2026-01-16T10:30:00Z&end_date=2026-01-16T10:30:00Z": "found missing",
			week + "end_date=9999-12-31":                                    everything,
			week + "status_code=404":                                        "missing unknown",
			week + "status_code=599":                                        "",
			week + "success=true":                                           "created first found patched",
			week + "success=false":                                          "malformed missing unknown",
			week + "success=false&status_code=200":                          "",
			week + "method=get":                                             "first found missing unknown",
			week + "method=PATCH":                                           "patched",
			week + "method=Get&status_code=404&q=TAXES":                     "missing",
			week + "endpoint_type=search":                                   "first",
			week + "endpoint_type=read":                                     "found missing",
			week + "endpoint_type=write":                                    "created malformed patched",
			week + "endpoint_type=unknown":                                  "unknown",
			week + "endpoint_type=nothing":                                  "",
			week + "q=/api/v1/taxes":                                        "created first found missing patched",
			week + "q=VAT":                                                  "found patched",
			week + "q=no%25ne_":                                             "missing",
			week + "q=%25":                                                  "missing",
			week + "q=n_ne":                                                 "",
			week + "q=É":                                                    "missing",
			week + "q=" + strings.Repeat("é", 200):                          "",
			week + "q=api_key":                                              "",
			week + "q=" + sent["found"].RequestID():                         "found",
			week + "q=" + strings.ToUpper(sent["found"].RequestID()):        "found",
			week + "q=" + spelledULID(sent["found"].RequestID()):            "found",
			week + "q=" + strings.ToLower(spelledULID(sent["found"].RequestID())):        "found",
			week + "q=" + sent["found"].RequestID()[15:]:                                 "found",
			week + "q=" + spelledULID(sent["found"].RequestID())[14:]:                    "found",
			week + "q=" + strings.ToLower(spelledULID(sent["found"].RequestID())[16:29]): "found",
			week + "q=" + spelledULID(sent["found"].RequestID())[:28]:                    "found",
			week + "q=req_": "",
			week + "api_key_id=" + keyID(t, s, other):                                                          "missing patched",
			week + "api_key_id=" + keyID(t, s, s.Key):                                                          "created first found malformed unknown",
			week + "api_key_id=" + uuid.NewString():                                                            "",
			week + "api_key_id=" + keyID(t, s, other) + "&success=false&method=get&endpoint_type=read&q=taxes": "missing",
		} {
			require.Equal(t, words(want), listed(t, s, sent, query), query)
		}
	})
}

// TestRequestLogs_MalformedFilters are 400 and named in the details.
func TestRequestLogs_MalformedFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for query, parameter := range map[string]string{
			"start_date=x":             "start_date",
			"start_date=2026-02-30":    "start_date",
			"from=2026-01-01T00:00:00": "from",
			"end_date=":                "end_date",
			"to=soon":                  "to",
			"start_date=2026-01-15&end_date=2026-01-14":         "start_date",
			"from=2026-01-15T10:00:00Z&to=2026-01-15T09:00:00Z": "start_date",
			"status_code=99":                      "status_code",
			"status_code=600":                     "status_code",
			"status_code=ok":                      "status_code",
			"success=yes":                         "success",
			"method=":                             "method",
			"method=a-b":                          "method",
			"api_key_id=1":                        "api_key_id",
			"endpoint_type=A":                     "endpoint_type",
			"q=" + strings.Repeat("x", 201):       "q",
			"limit=0":                             "limit",
			"limit=101":                           "limit",
			"limit=ten":                           "limit",
			"limit=1.5":                           "limit",
			"cursor=":                             "cursor",
			"cursor=x":                            "cursor",
			"cursor=%00":                          "cursor",
			"cursor=" + strings.Repeat("A", 32):   "",
			"cursor=fw" + strings.Repeat("A", 30): "cursor",
			"cursor=" + strings.Repeat("A", 31):   "cursor",
			"cursor=" + strings.Repeat("A", 2000): "cursor",
		} {
			response := s.Logs("?" + query)
			if parameter == "" {
				response.Status(t, 200) // a place in the list, if not one of ours
				continue
			}
			require.Equal(t, 400, response.Code, query)
			problem := object(t, response.JSON(t), "error")
			require.Equal(t, "validation_error", problem["type"], query)
			details := object(t, problem, "details")
			require.Len(t, details, 1, query)
			require.NotEmpty(t, details[parameter], "%s: %v", query, details)
			require.Contains(t, problem["message"], parameter)
		}
	})
}

// TestRequestLogs_OfOthers are out of reach by every filter, and so is a
// cursor of theirs.
func TestRequestLogs_OfOthers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, stranger := s.NewOrganization(t, "Other")
		mine := labelled{"mine": s.Get("/taxes").Status(t, 200)}
		theirs := labelled{}
		for _, name := range []string{"a", "b"} {
			theirs[name] = s.DoAs(stranger, http.MethodGet, "/taxes", "").Status(t, 200)
		}
		asked := s.Send(http.MethodGet, "/v1/organization/logs?limit=1", "", http.Header{"Authorization": {"Bearer " + stranger}}).Status(t, 200).JSON(t)
		cursor, _ := object(t, asked, "pagination")["cursor"].(string)
		require.NotEmpty(t, cursor)
		for _, query := range []string{
			"", "q=taxes", "method=GET", "success=true", "status_code=200", "endpoint_type=search", "cursor=" + cursor,
			"q=" + theirs["a"].RequestID(), "q=" + spelledULID(theirs["a"].RequestID()),
		} {
			require.Empty(t, listed(t, s, theirs, query), query)
			if !strings.Contains(query, "q=") || query == "q=taxes" {
				require.Equal(t, []string{"mine"}, listed(t, s, mine, query), query)
			}
		}
	})
}
