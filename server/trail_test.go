package server_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// failing makes requests fail in the way that their header asks for, after
// their handler has done its work.
const failing = "X-Fail"

func failOnDemand(s *servertest.Server) {
	s.Handler().Innermost(func(_ http.ResponseWriter, r *http.Request, handler func() error) error {
		err := handler()
		switch r.Header.Get(failing) {
		case "panic":
			panic("planned")
		case "nil panic":
			var nobody *http.Request
			return errors.New(nobody.Method)
		case "error":
			return errors.New("planned")
		case "fault":
			return fault.Invalid("name", fault.CodeInvalid)
		}
		return err
	})
}

// TestTrail_EveryFailureLeavesOneRow in each log that it belongs to, with its
// status, and nothing else: no resource and no activity.
func TestTrail_EveryFailureLeavesOneRow(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, address string) {
		s := servertest.New(t, address)
		db := tables(t, s, address)
		failOnDemand(s)
		reader := s.NewKey(t, `{"permissions":{"tax":["read"]}}`)
		const body = `{"tax":{"name":"VAT","code":"failed","rate":"20"}}`
		for _, c := range []struct {
			name, key, method, path, body, fail string
			status                              int
		}{
			{"panic", s.Key, http.MethodPost, "/taxes", body, "panic", 500},
			{"nil pointer", s.Key, http.MethodPost, "/taxes", body, "nil panic", 500},
			{"unknown error", s.Key, http.MethodPost, "/taxes", body, "error", 500},
			{"rolled back", s.Key, http.MethodPost, "/taxes", body, "fault", 422},
			{"validation by the contract", s.Key, http.MethodPost, "/taxes", `{"tax":{"name":7,"code":"failed","rate":"1"}}`, "", 422},
			{"validation by the engine", s.Key, http.MethodPost, "/taxes", `{"tax":{"name":" ","code":"failed","rate":"1"}}`, "", 422},
			{"missing root", s.Key, http.MethodPost, "/taxes", `{"code":"failed"}`, "", 400},
			{"malformed", s.Key, http.MethodPost, "/taxes", body[:20], "", 400},
			{"too large", s.Key, http.MethodPost, "/taxes", strings.Repeat(" ", 1<<20) + body, "", 413},
			{"not permitted", reader, http.MethodPost, "/taxes", body, "", 403},
			{"not found", s.Key, http.MethodPut, "/taxes/failed", body, "", 404},
			{"unknown path", s.Key, http.MethodPost, "/nowhere", body, "", 404},
			{"panic in a read", s.Key, http.MethodGet, "/taxes", "", "panic", 500},
		} {
			response := s.Send(c.method, "/api/v1"+c.path, c.body, http.Header{
				"Authorization": {"Bearer " + c.key}, failing: {c.fail}, servertest.ExpectFailure: {"yes"},
			})
			require.Equal(t, c.status, response.Code, c.name)
			require.Equal(t, c.status, int(number(t, requestLog(t, s, response)["status_code"])), c.name)
			logs := filtered(t, s, "api_logs", pick("request_ids[]", response.RequestID()))
			if c.method == http.MethodGet {
				require.Empty(t, logs)
			} else {
				require.Len(t, logs, 1, c.name)
				require.Equal(t, c.status, int(number(t, logs[0]["http_status"])), c.name)
				require.Equal(t, string(response.Body), logs[0]["request_response"], c.name)
			}
			require.Empty(t, activities(t, s, response), c.name)
			s.Get("/taxes/failed").Status(t, 404)
			require.Equal(t, 1, rows(t, db, "request_logs", response.RequestID()), c.name)
		}
	})
}

func number(t testing.TB, value any) int64 {
	t.Helper()
	text, isNumber := value.(json.Number)
	require.True(t, isNumber, "%v", value)
	n, err := text.Int64()
	require.NoError(t, err)
	return n
}

// tables opens the server's database beside the server, with the drivers of
// package store.
func tables(t testing.TB, s *servertest.Server, address string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if s.Store.Dialect() == store.Postgres {
		driver = "pgx"
	}
	db, err := sql.Open(driver, address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// rows counts the rows of a table that have an identifier.
func rows(t testing.TB, db *sql.DB, table, id string) int {
	t.Helper()
	var count int
	query := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE CAST(id AS TEXT) = $1", table)
	require.NoError(t, db.QueryRowContext(t.Context(), query, id).Scan(&count))
	return count
}

// dump is everything that the database holds, as one text for each table.
func dump(t testing.TB, s *servertest.Server, db *sql.DB) map[string]string {
	t.Helper()
	list := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if s.Store.Dialect() == store.Postgres {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
	}
	content := map[string]string{}
	for _, table := range column(t, db, list) {
		whole := fmt.Sprintf("SELECT CAST(t AS TEXT) FROM %q t", table)
		if s.Store.Dialect() == store.SQLite {
			fields := column(t, db, fmt.Sprintf("SELECT 'COALESCE(CAST(\"' || name || '\" AS TEXT), '''')' FROM pragma_table_info('%s')", table))
			whole = fmt.Sprintf("SELECT %s FROM %q", strings.Join(fields, " || ' | ' || "), table)
		}
		content[table] = strings.Join(column(t, db, whole), "\n")
	}
	return content
}

// column is the only column of a query.
func column(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer func() { require.NoError(t, found.Close()) }()
	var texts []string
	for found.Next() {
		var text string
		require.NoError(t, found.Scan(&text))
		texts = append(texts, text)
	}
	require.NoError(t, found.Err())
	return texts
}

// TestTrail_KeepsNoSecrets plants one in every place and spelling and looks
// for it in everything that is stored.
func TestTrail_KeepsNoSecrets(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, address string) {
		s := servertest.New(t, address)
		s.Handler().Innermost(func(w http.ResponseWriter, r *http.Request, handler func() error) error {
			if r.Header.Get("X-Answer-Secrets") == "" {
				return handler()
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated) // a status that the contract does not judge
			_, err := w.Write([]byte(`{"kept":"visible-answer","hmac_key":"planted-answer","list":[{"deep":{"Client-Secret":["planted-answer"]}}]}`))
			return err
		})
		planted := plant(t, s)
		s.Handler().Flush()
		content := dump(t, s, tables(t, s, address))
		for _, table := range []string{"api_logs", "request_logs", "activity_logs", "api_keys", "taxes"} {
			require.Contains(t, content, table)
		}
		everything := strings.Join(values(content), "\n")
		for _, visible := range []string{"visible-body", "visible-answer", "visible-query", "visible-form", "[FILTERED]"} {
			require.Contains(t, everything, visible, "the search would have found what is there")
		}
		for table, text := range content {
			for _, secret := range append(planted, s.Key) {
				require.NotContains(t, text, secret, "in table %s", table)
			}
		}
	})
}

func values(content map[string]string) []string {
	list := make([]string, 0, len(content))
	for _, text := range content {
		list = append(list, text)
	}
	return list
}

// plant sends requests full of secrets and returns those.
func plant(t *testing.T, s *servertest.Server) []string {
	t.Helper()
	names := []string{
		"api_key", "apiKey", "API-KEY", "X-Api-Key", "hmac_key", "signing_secret", "secretKey", "access_token", "refreshToken", "Password", "user_password",
		"authorization", "card_number", "cardNumber", "cvv", "card_pan", "iban", "private_key", "client credentials", "session_id", "SET_COOKIE", "pin",
	}
	var secrets []string
	for i, name := range names {
		secret := func(place string) string {
			value := fmt.Sprintf("planted-%s-%d-secret", place, i)
			secrets = append(secrets, value)
			return value
		}
		s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"visible-body","code":"t%d","rate":"1",%q:%q}}`, i, name, secret("member"))).Status(t, 200)
		s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"x","code":"n%d","rate":"1"},"a":[[{"b":{%q:{"c":[1,%q]}}}]]}`, i, name, secret("nested"))).Status(t, 200)
		s.Put("/taxes/none", fmt.Sprintf(`{"tax":{"name":"x","payload":%q}}`, fmt.Sprintf(`{%q:%q}`, name, secret("text")))).Status(t, 404)
		s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"visible-body",%q:%q`, name, secret("broken"))).Status(t, 400)
		s.Post("/taxes", fmt.Sprintf(`a=visible-form&user[%s]=%s`, url.QueryEscape(name), secret("form"))).Status(t, 400)
		s.Post("/nowhere", fmt.Sprintf(`{%q:%q}`, name, secret("unknown"))).Status(t, 404)
		s.Get(fmt.Sprintf("/taxes?q=visible-query&%s=%s", url.QueryEscape(name), secret("query"))).Status(t, 200)
		s.Get(fmt.Sprintf("/nowhere?a[%s]=%s&page=1", url.QueryEscape(name), secret("query-nested"))).Status(t, 404)
		s.Post(fmt.Sprintf("/taxes?%s=%s", url.QueryEscape(name), secret("query-write")), "{}").Status(t, 400)
		s.Logs(fmt.Sprintf("?%s=%s", url.QueryEscape(name), secret("query-logs"))).Status(t, 200)
	}
	answered := s.Send(http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"x","code":"x","rate":"1"}}`, http.Header{"Authorization": {"Bearer " + s.Key}, "X-Answer-Secrets": {"yes"}})
	require.Contains(t, string(answered.Status(t, 201).Body), "planted-answer", "the client gets what the log does not keep")
	return append(secrets, "planted-answer")
}
