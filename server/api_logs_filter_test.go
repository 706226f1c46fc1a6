package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// filterWorld makes the requests that the tests of filters look for: over
// three days, with two keys, several clients, methods, paths and statuses.
func filterWorld(t *testing.T, s *servertest.Server) (sent labelled, otherKey string) {
	t.Helper()
	other := s.NewKey(t, `{"name":"other"}`)
	curl, sdk, none := caller{s.Key, "curl/8"}, caller{other, "sdk 1.0"}, caller{s.Key, ""}
	sent = labelled{}
	sent["created"] = as(s, curl, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 200)
	sent["taken"] = as(s, curl, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, 422)
	s.Travel(t, servertest.Epoch.Add(24*time.Hour+250*time.Millisecond)) // 2026-01-16T10:30:00.25Z
	sent["put"] = as(s, sdk, http.MethodPut, "/taxes/vat", `{"tax":{"name":"VAT 2"}}`).Status(t, 200)
	sent["patched"] = as(s, sdk, http.MethodPatch, "/taxes/vat", `{"tax":{"name":"VAT 3"}}`).Status(t, 200)
	sent["slash"] = as(s, none, http.MethodPost, "/taxes/", `{}`).Status(t, 400)
	s.Travel(t, time.Date(2026, 1, 17, 0, 0, 0, 0, time.UTC))
	sent["upper"] = as(s, sdk, http.MethodDelete, "/Taxes/v_t/100%25", "").Status(t, 404)
	sent["malformed"] = as(s, none, http.MethodPost, "/customers", `{`).Status(t, 400)
	sent["purged"] = as(s, curl, http.MethodDelete, "/customers/none", "").Status(t, 404)
	return sent, other
}

// TestAPILogs_Filters one by one and together.
func TestAPILogs_Filters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		sent, other := filterWorld(t, s)
		const everything = "created malformed patched purged put slash taken upper"
		for query, want := range map[string]string{
			"": everything,
			// Statuses are alternatives, words and codes alike.
			"http_statuses[]=failed&http_statuses[]=404":            "malformed purged slash taken upper",
			"http_statuses[]=failed":                                "malformed purged slash taken upper",
			"http_statuses[]=succeeded":                             "created patched put",
			"http_statuses[]=404":                                   "purged upper",
			"http_statuses[]=200&http_statuses[]=422":               "created patched put taken",
			"http_statuses[]=succeeded&http_statuses[]=failed":      everything,
			"http_statuses[]=succeeded&http_statuses[]=400":         "created malformed patched put slash",
			"http_statuses[]=599":                                   "",
			"http_methods[]=post":                                   "created malformed slash taken",
			"http_methods[]=patch":                                  "patched",
			"http_methods[]=put&http_methods[]=delete":              "purged put upper",
			"http_methods%5B%5D=post&http_statuses%5B%5D=422":       "taken",
			"api_version=v1":                                        everything,
			"api_version=v2":                                        "",
			"request_paths=/taxes":                                  "created slash taken",
			"request_paths=taxes":                                   "created slash taken",
			"request_paths=/taxes/":                                 "created slash taken",
			"request_paths=/api/v1/taxes":                           "created slash taken",
			"request_paths=/api/v1/taxes/":                          "created slash taken",
			"request_paths=/taxes/vat,/customers":                   "malformed patched put",
			"request_paths=/taxes/vat/%20,%20,customers/":           "malformed patched put",
			"request_paths=/taxes*":                                 "created patched put slash taken",
			"request_paths=/taxes/*":                                "patched put",
			"request_paths=*vat":                                    "patched put",
			"request_paths=/*/v*t":                                  "patched put",
			"request_paths=*":                                       everything,
			"request_paths=/api/v1/*":                               everything,
			"request_paths=/":                                       "",
			"request_paths=/tax":                                    "",
			"request_paths=/TAXES":                                  "",
			"request_paths=/Taxes*":                                 "upper",
			"request_paths=/TAXES*":                                 "",
			"request_paths=/Taxes/v_t/100%25":                       "upper",
			"request_paths=/Taxes/v_t/*%25":                         "upper",
			"request_paths=/taxes/v_t":                              "",
			"request_paths=/taxes/v_t*":                             "",
			"request_paths=/taxes/v?t":                              "",
			"request_paths=/taxes/v?t*":                             "",
			"request_paths=/taxes/[v]*":                             "",
			"request_paths=/t%25*":                                  "",
			`request_paths=\*`:                                      "",
			"request_paths[]=/taxes&request_paths[]=/customers":     "created malformed slash taken",
			"request_paths[]=/taxes,/customers":                     "",
			"request_paths=/customers&request_paths[]=/taxes/vat":   "malformed patched put",
			"clients[]=curl/8":                                      "created purged taken",
			"clients[]=curl/8&clients[]=sdk+1.0":                    "created patched purged put taken upper",
			"clients[]=":                                            "malformed slash",
			"clients[]=CURL/8":                                      "",
			"http_methods[]=post&http_statuses[]=failed&clients[]=": "malformed slash",
		} {
			require.Equal(t, words(want), sent.names(texts(filtered(t, s, "api_logs", query), "request_id")), query)
		}
		first, second := keyID(t, s, s.Key), keyID(t, s, other)
		require.NotEqual(t, first, second)
		for query, want := range map[string]string{
			pick("api_key_ids[]", first):                                "created malformed purged slash taken",
			pick("api_key_ids[]", second):                               "patched put upper",
			pick("api_key_ids[]", first, "api_key_ids[]", second):       everything,
			pick("api_key_ids[]", uuid.NewString()):                     "",
			pick("request_ids[]", sent["put"].RequestID()):              "put",
			pick("request_ids[]", spelledULID(sent["put"].RequestID())): "put",
			pick("request_ids[]", sent["put"].RequestID(), "request_ids[]", spelledULID(sent["taken"].RequestID())): "put taken",
			pick("request_ids[]", uuid.NewString()):                                                                         "",
			pick("request_ids[]", sent["put"].RequestID(), "http_methods[]", "post"):                                        "",
			pick("api_key_ids[]", second, "http_statuses[]", "200", "request_paths", "/taxes/*", "from_date", "2026-01-16"): "patched put",
		} {
			require.Equal(t, words(want), sent.names(texts(filtered(t, s, "api_logs", query), "request_id")), query)
		}
	})
}

// keyID finds the identifier of a key of the first organization.
func keyID(t *testing.T, s *servertest.Server, key string) string {
	t.Helper()
	answer := s.Admin(http.MethodGet, "/admin/organizations/"+s.Organization.ID.String()+"/api_keys", "").Status(t, 200).JSON(t)
	for _, entry := range objects(t, answer, "api_keys") {
		if prefix, _ := entry["prefix"].(string); strings.HasPrefix(key, prefix) {
			id, _ := entry["id"].(string)
			return id
		}
	}
	t.Fatalf("no such key in %v", answer)
	return ""
}

// TestAPILogs_Dates are inclusive at both ends, whether they name a day, a
// second or an instant.
func TestAPILogs_Dates(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		sent, _ := filterWorld(t, s)
		const first, second, third = "created taken", "patched put slash", "malformed purged upper"
		for query, want := range map[string][]string{
			"from_date=2026-01-16":                                                            {second, third},
			"to_date=2026-01-16":                                                              {first, second},
			"from_date=2026-01-16&to_date=2026-01-16":                                         {second},
			"from_date=2026-01-15&to_date=2026-01-17":                                         {first, second, third},
			"from_date=2026-01-17":                                                            {third},
			"from_date=2026-01-18":                                                            {},
			"to_date=2026-01-14":                                                              {},
			"from_date=2026-01-17&to_date=2026-01-15":                                         {},
			"from_date=2026-01-15T10:30:00Z":                                                  {first, second, third},
			"from_date=2026-01-15T10:30:00.000001Z":                                           {second, third},
			"to_date=2026-01-15T10:30:00Z":                                                    {first},
			"to_date=2026-01-15T10:29:59Z":                                                    {},
			"from_date=2026-01-16T10:30:00Z&to_date=2026-01-16T10:30:00Z":                     {second},
			"from_date=2026-01-16T10:30:00.25Z&to_date=2026-01-16T10:30:00.250000Z":           {second},
			"from_date=2026-01-16T10:30:00.250001Z":                                           {third},
			"to_date=2026-01-16T10:30:00.249999Z":                                             {first},
			"to_date=2026-01-16T23:59:59Z":                                                    {first, second},
			"to_date=2026-01-17T00:00:00Z":                                                    {first, second, third},
			"from_date=" + url.QueryEscape("2026-01-17T01:00:00+01:00"):                       {third},
			"to_date=" + url.QueryEscape("2026-01-17T00:59:59+01:00"):                         {first, second},
			"from_date=0001-01-01&to_date=9999-12-31":                                         {first, second, third},
			"from_date=0000-01-01":                                                            {first, second, third},
			"to_date=9999-12-31T23:59:59Z":                                                    {first, second, third},
			"from_date=9999-12-31":                                                            {},
			"from_date=2026-01-16&to_date=2026-01-17&http_methods[]=delete":                   {"purged upper"},
			"from_date=2026-01-16T10:30:00Z&http_statuses[]=failed&request_paths[]=/taxes":    {"slash"},
			"from_date=2026-01-15T12:00:00Z&to_date=2026-01-16T12:00:00Z&http_methods[]=post": {"slash"},
			"to_date=2026-01-16T12:00:00Z&http_statuses[]=succeeded&http_statuses[]=422":      {"created patched put taken"},
		} {
			var expected []string
			for _, group := range want {
				expected = append(expected, words(group)...)
			}
			require.ElementsMatch(t, expected, sent.names(texts(filtered(t, s, "api_logs", query), "request_id")), query)
		}
	})
}

// TestAPILogs_MalformedFilters are refused by name.
func TestAPILogs_MalformedFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for query, parameter := range map[string]string{
			"from_date=yesterday":                            "from_date",
			"from_date=2026-13-01":                           "from_date",
			"from_date=2026-02-30":                           "from_date",
			"to_date=2026-01-15T25:00:00Z":                   "to_date",
			"to_date=2026-01-15T10:00:00":                    "to_date",
			"to_date=20260115":                               "to_date",
			"to_date=%00":                                    "to_date",
			"http_methods[]=get":                             "http_methods",
			"http_methods[]=POST":                            "http_methods",
			"http_methods[]=post&http_methods[]=fetch":       "http_methods",
			"http_statuses[]=ok":                             "http_statuses",
			"http_statuses[]=99":                             "http_statuses",
			"http_statuses[]=600":                            "http_statuses",
			"http_statuses[]=200.5":                          "http_statuses",
			"http_statuses[]=-404":                           "http_statuses",
			"http_statuses[]=failed&http_statuses[]=failure": "http_statuses",
			"request_ids[]=nonsense":                         "request_ids",
			"request_ids[]=req_1":                            "request_ids",
			"api_key_ids[]=1":                                "api_key_ids",
			"api_key_ids[]=req_00000000000000000000000000":   "api_key_ids",
		} {
			details := s.Get("/api_logs?" + query).Details(t)
			require.Len(t, details, 1, query)
			require.NotEmpty(t, details[parameter], "%s: %v", query, details)
		}
		both := s.Get("/api_logs?from_date=x&to_date=y&http_methods[]=z").Details(t)
		require.Len(t, both, 3)
		refused := s.Get("/api_logs?from_date=x").Status(t, 422).JSON(t)
		require.Equal(t, "validation_errors", refused["code"])
		require.Equal(t, map[string]any{"from_date": []any{"invalid_date"}}, refused["error_details"])
		s.Get("/api_logs?request_paths=%00&clients[]=%00&api_version=%00").Status(t, 200)
		s.Get("/api_logs?request_paths=%ff").Status(t, 400)
		s.Get("/api_logs?unknown=1&page=x").Status(t, 200)
	})
}

// TestAPILogs_OfOthers are out of reach: by identifier, by key, by path.
func TestAPILogs_OfOthers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, stranger := s.NewOrganization(t, "Other")
		theirs := s.DoAs(stranger, http.MethodPost, "/nowhere", "").Status(t, 404)
		mine := s.Post("/nowhere", "").Status(t, 404)
		for _, spelling := range []string{theirs.RequestID(), spelledULID(theirs.RequestID())} {
			require.JSONEq(t, `{"status":404,"error":"Not Found","code":"api_log_not_found"}`, string(s.Get("/api_logs/"+spelling).Status(t, 404).Body))
		}
		for _, query := range []string{
			"", "request_paths=/nowhere", "request_paths=*", "http_statuses[]=404", "http_methods[]=post",
			pick("request_ids[]", theirs.RequestID(), "request_ids[]", mine.RequestID()), "clients[]=Go-http-client/1.1",
		} {
			require.Equal(t, []string{mine.RequestID()}, texts(filtered(t, s, "api_logs", query), "request_id"), query)
		}
	})
}
