package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// What the tests of the three logs share.

// caller is who sends a request.
type caller struct{ key, agent string }

// as sends a request to the billing API as a caller.
func as(s *servertest.Server, c caller, method, path, body string) *servertest.Response {
	return s.Send(method, "/api/v1"+path, body, http.Header{"Authorization": {"Bearer " + c.key}, "User-Agent": {c.agent}})
}

// object is the member of a JSON object that is one itself.
func object(t testing.TB, of map[string]any, name string) map[string]any {
	t.Helper()
	member, isObject := of[name].(map[string]any)
	require.True(t, isObject, "%s in %v", name, of)
	return member
}

// objects are the entries of a list of objects.
func objects(t testing.TB, of map[string]any, name string) []map[string]any {
	t.Helper()
	entries, isList := of[name].([]any)
	require.True(t, isList, "%s in %v", name, of)
	list := make([]map[string]any, len(entries))
	for i, entry := range entries {
		list[i], isList = entry.(map[string]any)
		require.True(t, isList)
	}
	return list
}

// texts are the texts that a member has in a list of objects.
func texts(list []map[string]any, member string) []string {
	found := make([]string, len(list))
	for i, entry := range list {
		found[i], _ = entry[member].(string)
	}
	return found
}

// apiLog is the API log of a request.
func apiLog(t testing.TB, s *servertest.Server, of *servertest.Response) map[string]any {
	t.Helper()
	return object(t, s.Get("/api_logs/"+of.RequestID()).Status(t, http.StatusOK).JSON(t), "api_log")
}

// requestLog is the request log of a request.
func requestLog(t testing.TB, s *servertest.Server, of *servertest.Response) map[string]any {
	t.Helper()
	return s.Logs("/"+of.RequestID()).Status(t, http.StatusOK).JSON(t)
}

// compact is JSON without white space.
func compact(t testing.TB, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Compact(&out, text))
	return out.String()
}

// labelled are requests by a name, and the other way round.
type labelled map[string]*servertest.Response

// names turns identifiers, in either spelling, into the labels of the
// requests, in alphabetical order. Others are left out.
func (l labelled) names(ids []string) []string {
	found := []string{}
	for name, response := range l {
		if slices.Contains(ids, response.RequestID()) || slices.Contains(ids, spelledULID(response.RequestID())) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// filtered reads all pages of a list of the billing API and checks that they
// and the totals agree.
func filtered(t testing.TB, s *servertest.Server, list, query string) []map[string]any {
	t.Helper()
	answer := s.Get("/"+list+"?per_page=1000&"+query).Status(t, http.StatusOK).JSON(t)
	rows := objects(t, answer, list)
	require.Equal(t, json.Number(fmt.Sprint(len(rows))), object(t, answer, "meta")["total_count"], query)
	return rows
}

// pick is a query of filters, each of which may be repeated.
func pick(pairs ...string) string {
	parts := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(parts, "&")
}

// words splits a list in a test's table.
func words(list string) []string {
	if list == "" {
		return []string{}
	}
	return strings.Fields(list)
}
