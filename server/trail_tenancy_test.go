package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
)

// tenant is an organization with what the tests know of its logs.
type tenant struct {
	id, key, keyID string
	// requests are the identifiers of its requests, activities and resources
	// those of its activities and of what they are about.
	requests, activities, resources []string
}

// live makes a tenant's logs. Both tenants do the same things, with the same
// codes, at the same times.
func live(t *testing.T, s *servertest.Server, key string) tenant {
	t.Helper()
	who := tenant{key: key}
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`},
		{http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`},
		{http.MethodPost, "/customers", `{"customer":{"external_id":"same","name":"Same"}}`},
		{http.MethodPatch, "/taxes/vat", `{"tax":{"name":"x"}}`},
		{http.MethodGet, "/taxes/vat", ""},
		{http.MethodGet, "/customers", ""},
		{http.MethodPost, "/nowhere", `{`},
		{http.MethodDelete, "/taxes/vat", ""},
	} {
		who.requests = append(who.requests, as(s, caller{key, "agent"}, c.method, c.path, c.body).RequestID())
	}
	answer := s.DoAs(key, http.MethodGet, "/activity_logs?activity_sources[]=api", "").Status(t, 200).JSON(t)
	for _, row := range objects(t, answer, "activity_logs") {
		id, _ := row["activity_id"].(string)
		resource, _ := row["resource_id"].(string)
		who.activities, who.resources = append(who.activities, id), append(who.resources, resource)
		who.id, _ = row["organization_id"].(string)
	}
	require.Len(t, who.activities, 4)
	keys := s.Admin(http.MethodGet, "/admin/organizations/"+who.id+"/api_keys", "").Status(t, 200).JSON(t)
	who.keyID, _ = objects(t, keys, "api_keys")[0]["id"].(string)
	return who
}

// TestTrail_OrganizationsNeverMeet asks for each log with filters in every
// combination, many of which name the other organization's rows: only one's
// own ever appear, and each once.
func TestTrail_OrganizationsNeverMeet(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		_, stranger := s.NewOrganization(t, "Other")
		tenants := []tenant{live(t, s, s.Key), live(t, s, stranger)}
		require.NotEqual(t, tenants[0].id, tenants[1].id)
		s.CheckAny(t, func(rt *rapid.T) {
			asking := rapid.IntRange(0, 1).Draw(rt, "who asks")
			mine, theirs := tenants[asking], tenants[1-asking]
			// Requests.
			query := apiLogQueries(mine, theirs).Draw(rt, "api_logs")
			requireOwn(t, mine.requests, s.DoAs(mine.key, http.MethodGet, "/api_logs?"+query, ""), "api_logs", "request_id", query)
			// Changes.
			query = activityLogQueries(mine, theirs).Draw(rt, "activity_logs")
			found := s.DoAs(mine.key, http.MethodGet, "/activity_logs?activity_sources[]=api&"+query, "")
			requireOwn(t, mine.activities, found, "activity_logs", "activity_id", query)
			// Everything: what it shows besides are the look-ups of this test,
			// so here it is the other's rows that must be missing.
			query = requestLogQueries(mine, theirs).Draw(rt, "logs")
			list := s.Send(http.MethodGet, "/v1/organization/logs?limit=100&"+query, "", http.Header{"Authorization": {"Bearer " + mine.key}}).Status(t, 200)
			for _, row := range objects(t, list.JSON(t), "data") {
				for _, id := range theirs.requests {
					require.NotEqual(t, spelledULID(id), row["id"], query)
				}
				prefix, _ := row["api_key_prefix"].(string)
				require.True(t, prefix != "" && strings.HasPrefix(mine.key, prefix), query)
			}
			// And by identifier.
			at := rapid.IntRange(0, 3).Draw(rt, "which")
			spell := rapid.SampledFrom([]func(string) string{spelledULID, strings.ToUpper, strings.ToLower}).Draw(rt, "spelling")
			s.DoAs(mine.key, http.MethodGet, "/api_logs/"+spell(theirs.requests[at]), "").Status(t, 404)
			s.DoAs(mine.key, http.MethodGet, "/activity_logs/"+spell(theirs.activities[at]), "").Status(t, 404)
			s.Send(http.MethodGet, "/v1/organization/logs/"+spell(theirs.requests[at]), "", http.Header{"Authorization": {"Bearer " + mine.key}}).Status(t, 404)
		})
	})
}

// requireOwn fails unless a list has only rows of those identifiers, each at
// most once, and a total that is true.
func requireOwn(t *testing.T, own []string, response *servertest.Response, list, member, query string) {
	t.Helper()
	answer := response.Status(t, 200).JSON(t)
	found := texts(objects(t, answer, list), member)
	require.Subset(t, own, found, query)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(found))), len(found), query)
	require.Equal(t, int64(len(found)), number(t, object(t, answer, "meta")["total_count"]), query)
}

// choice draws a filter, or none, and repeats it if it is a list.
func choice(name string, values ...string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		most := 1
		if strings.HasSuffix(name, "[]") {
			most = 3
		}
		var pairs []string
		for range rapid.IntRange(0, most).Draw(t, "times") {
			pairs = append(pairs, name, rapid.SampledFrom(values).Draw(t, name))
		}
		return pick(pairs...)
	})
}

// together draws a query of several filters.
func together(filters ...*rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var parts []string
		for _, filter := range filters {
			if rapid.IntRange(0, 2).Draw(t, "use") == 0 {
				parts = append(parts, filter.Draw(t, "filter"))
			}
		}
		return strings.Join(parts, "&")
	})
}

// date draws a bound of a period, or none.
func date(name string) *rapid.Generator[string] {
	return choice(name, "2026-01-01", "2026-01-15", "2026-01-16", "2026-01-15T10:30:00Z", "2026-01-15T10:29:59.5Z", "9999-12-31")
}

func apiLogQueries(mine, theirs tenant) *rapid.Generator[string] {
	return together(date("from_date"), date("to_date"),
		choice("http_methods[]", "post", "put", "patch", "delete"), choice("http_statuses[]", "succeeded", "failed", "200", "404", "422", "500"),
		choice("api_version", "v1", "v2"), choice("request_paths", "/taxes", "/taxes/*", "*", "/customers,/nowhere", "/api/v1/taxes/"),
		choice("request_paths[]", "/taxes", "/*a*"), choice("clients[]", "agent", ""), choice("api_key_ids[]", mine.keyID, theirs.keyID),
		choice("request_ids[]", append(slices.Clone(mine.requests), theirs.requests...)...), choice("request_ids[]", spelledULID(theirs.requests[0])),
	)
}

func activityLogQueries(mine, theirs tenant) *rapid.Generator[string] {
	return together(date("from_date"), date("to_date"),
		choice("activity_types[]", "tax.created", "tax.updated", "tax.deleted", "customer.created"), choice("resource_types[]", "Tax", "Customer"),
		choice("external_customer_id", "same", "other"), choice("external_subscription_id", "same"), choice("user_emails[]", "a@b.test"),
		choice("resource_ids[]", append(slices.Clone(mine.resources), theirs.resources...)...), choice("api_key_ids[]", mine.keyID, theirs.keyID),
		choice("activity_ids[]", append(slices.Clone(mine.activities), theirs.activities...)...),
		choice("request_ids[]", append(slices.Clone(mine.requests), theirs.requests...)...),
	)
}

func requestLogQueries(mine, theirs tenant) *rapid.Generator[string] {
	return together(
		choice("start_date", "2026-01-10", "2026-01-15"), choice("end_date", "2026-01-15", "2026-01-16", "9999-12-31"),
		choice("status_code", "200", "404", "422"), choice("success", "true", "false"), choice("method", "get", "POST", "patch"),
		choice("api_key_id", mine.keyID, theirs.keyID, uuid.Nil.String()), choice("endpoint_type", "search", "write", "unknown"),
		choice("q", "taxes", "vat", "a", theirs.requests[0], spelledULID(theirs.requests[1]), spelledULID(theirs.requests[2])[:20]),
	)
}
