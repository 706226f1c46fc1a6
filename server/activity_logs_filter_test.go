package server_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// activityWorld makes the activities that the tests of filters look for, by
// label: over three days, with two keys and three resources.
func activityWorld(t *testing.T, s *servertest.Server) (by map[string]map[string]any, otherKey string) {
	t.Helper()
	other := s.NewKey(t, `{"name":"other"}`)
	by = map[string]map[string]any{}
	note := func(label string, cause *servertest.Response) { by[label] = activity(t, s, cause.Status(t, 200)) }
	note("tax", s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`))
	note("one", s.Post("/customers", `{"customer":{"external_id":"one","name":"One"}}`))
	s.Travel(t, servertest.Epoch.Add(24*time.Hour+250*time.Millisecond)) // 2026-01-16T10:30:00.25Z
	note("rated", s.DoAs(other, http.MethodPut, "/taxes/vat", `{"tax":{"rate":"19"}}`))
	note("two", s.DoAs(other, http.MethodPost, "/customers", `{"customer":{"external_id":"two, 2"}}`))
	s.Travel(t, time.Date(2026, 1, 17, 0, 0, 0, 0, time.UTC))
	note("renamed", s.Post("/customers", `{"customer":{"external_id":"one","name":"1"}}`))
	note("gone", s.DoAs(other, http.MethodDelete, "/taxes/vat", ""))
	return by, other
}

// labels turns activities back into their labels, in alphabetical order;
// others are left out.
func labels(by map[string]map[string]any, rows []map[string]any) []string {
	found := []string{}
	for label, row := range by {
		id, _ := row["activity_id"].(string)
		if slices.Contains(texts(rows, "activity_id"), id) {
			found = append(found, label)
		}
	}
	slices.Sort(found)
	return found
}

// TestActivityLogs_Filters one by one and together.
func TestActivityLogs_Filters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		by, other := activityWorld(t, s)
		text := func(label, field string) string { value, _ := by[label][field].(string); return value }
		const everything = "gone one rated renamed tax two"
		for query, want := range map[string]string{
			"":                             everything,
			"activity_sources[]=api":       everything,
			"activity_sources[]=system":    "",
			"activity_sources[]=front":     "",
			"activity_types[]=tax.created": "tax",
			"activity_types[]=tax.created&activity_types[]=tax.deleted":   "gone tax",
			"activity_types[]=customer.updated&activity_sources[]=api":    "renamed",
			"activity_types[]=customer.updated&activity_sources[]=system": "",
			"activity_types[]=nothing.happened":                           "",
			"resource_types[]=Customer":                                   "one renamed two",
			"resource_types[]=Customer&resource_types[]=Tax":              everything,
			"resource_types[]=customer":                                   "",
			"external_customer_id=one":                                    "one renamed",
			pick("external_customer_id", "two, 2"):                        "two",
			"external_customer_id=":                                       "",
			"external_subscription_id=one":                                "",
			"user_emails[]=a@b.test":                                      "",
			pick("resource_ids[]", text("tax", "resource_id")):            "gone rated tax",
			pick("resource_ids[]", text("tax", "resource_id"), "resource_ids[]", text("two", "resource_id")):  "gone rated tax two",
			pick("resource_ids[]", uuid.NewString()):                                                          "",
			pick("activity_ids[]", text("one", "activity_id"), "activity_ids[]", text("gone", "activity_id")): "gone one",
			pick("activity_ids[]", text("one", "activity_id"), "resource_types[]", "Tax"):                     "",
			pick("api_key_ids[]", keyID(t, s, other)):                                                         "gone rated two",
			pick("api_key_ids[]", keyID(t, s, s.Key)):                                                         "one renamed tax",
			"from_date=2026-01-16":                                           "gone rated renamed two",
			"to_date=2026-01-16":                                             "one rated tax two",
			"from_date=2026-01-16&to_date=2026-01-16":                        "rated two",
			"from_date=2026-01-16T10:30:00.25Z&to_date=2026-01-16T10:30:00Z": "rated two",
			"from_date=2026-01-16T10:30:00.250001Z":                          "gone renamed",
			"to_date=2026-01-15T10:29:59Z":                                   "",
			"to_date=2026-01-15T10:30:00Z":                                   "one tax",
			"from_date=2026-01-17&to_date=2026-01-15":                        "",
			"from_date=2026-01-15T12:00:00Z&to_date=2026-01-16T12:00:00Z&activity_types[]=tax.updated&activity_sources[]=api":                  "rated",
			pick("from_date", "2026-01-16", "resource_types[]", "Tax", "api_key_ids[]", keyID(t, s, other), "activity_types[]", "tax.updated"): "rated",
		} {
			require.Equal(t, words(want), labels(by, filtered(t, s, "activity_logs", query)), query)
		}
	})
}

// TestActivityLogs_MalformedFilters are refused by name.
func TestActivityLogs_MalformedFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for query, parameter := range map[string]string{
			"from_date=x":                                "from_date",
			"to_date=2026-02-30":                         "to_date",
			"activity_sources[]=web":                     "activity_sources",
			"activity_sources[]=api&activity_sources[]=": "activity_sources",
			"resource_ids[]=1":                           "resource_ids",
			"activity_ids[]=nonsense":                    "activity_ids",
			"api_key_ids[]=nonsense":                     "api_key_ids",
			"request_ids[]=req_1":                        "request_ids",
		} {
			details := s.Get("/activity_logs?" + query).Details(t)
			require.Len(t, details, 1, query)
			require.NotEmpty(t, details[parameter], "%s: %v", query, details)
		}
		s.Get("/activity_logs?activity_types[]=%00&resource_types[]=%00&external_customer_id=%00").Status(t, 200)
		s.Get("/activity_logs?user_emails[]=%ff").Status(t, 400)
	})
}

// TestActivityLogs_OfOthers are out of reach by every filter that names them.
func TestActivityLogs_OfOthers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, stranger := s.NewOrganization(t, "Other")
		const body = `{"customer":{"external_id":"same"}}`
		cause := s.DoAs(stranger, http.MethodPost, "/customers", body).Status(t, 200)
		answer := s.DoAs(stranger, http.MethodGet, "/activity_logs?activity_sources[]=api", "").Status(t, 200).JSON(t)
		theirs := objects(t, answer, "activity_logs")
		require.Len(t, theirs, 1)
		mine := activity(t, s, s.Post("/customers", body).Status(t, 200))
		text := func(of map[string]any, field string) string { value, _ := of[field].(string); return value }
		for _, query := range []string{
			"activity_sources[]=api", "activity_types[]=customer.created", "resource_types[]=Customer", "external_customer_id=same",
			pick("activity_ids[]", text(theirs[0], "activity_id"), "activity_ids[]", text(mine, "activity_id")),
			pick("resource_ids[]", text(theirs[0], "resource_id"), "resource_ids[]", text(mine, "resource_id")),
			pick("request_ids[]", cause.RequestID(), "request_ids[]", text(mine, "request_id")),
		} {
			require.Equal(t, []string{text(mine, "activity_id")}, texts(filtered(t, s, "activity_logs", query), "activity_id"), query)
		}
	})
}
