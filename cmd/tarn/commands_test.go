package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	p := run(t, nil, "version")
	require.Zero(t, p.wait(t))
	require.Regexp(t, `^tarn \S+\n$`, p.output.String())
	require.Empty(t, p.log.String())
}

func TestHelp_ListsTheCommands(t *testing.T) {
	t.Parallel()
	p := run(t, nil, "--help")
	require.Zero(t, p.wait(t))
	for _, command := range []string{"serve", "migrate", "org create", "key create", "key list", "key rotate", "key revoke", "seed", "spec", "version"} {
		require.Contains(t, p.output.String(), "\n  "+command)
	}
}

func TestUnknownCommandIsRefused(t *testing.T) {
	t.Parallel()
	p := run(t, nil, "conquer")
	require.NotZero(t, p.wait(t))
	require.Contains(t, p.log.String(), "conquer")
}

func TestMigrate_BringsTheSchemaToItsNewestVersion(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "fresh.db" },
		"postgres": emptyPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := run(t, environment{"TARN_DATABASE_URL": url(t)}, "migrate")
			require.Zero(t, p.wait(t))
			require.Contains(t, p.log.String(), name)
			require.NotContains(t, p.output.String(), "API key", "the first start of the server shows it")
		})
	}
	storetest.Run(t, func(t *testing.T, url string) {
		p := run(t, environment{"TARN_DATABASE_URL": url}, "migrate")
		require.Zero(t, p.wait(t), "a schema that is new already")
	})
}

// says runs a command that succeeds and returns what it prints, without the
// line's end.
func says(t *testing.T, env environment, args ...string) string {
	t.Helper()
	p := run(t, env, args...)
	require.Zero(t, p.wait(t), "%s", p.log)
	return strings.TrimSuffix(p.output.String(), "\n")
}

// as is the program with another key.
func (p *program) as(key string) *program {
	other := *p
	other.Key = key
	return &other
}

// shuts waits until a key opens nothing: the server remembers keys for a
// moment, and another process has ended this one.
func (p *program) shuts(t *testing.T, key string) {
	t.Helper()
	require.Eventually(t, func() bool {
		r, err := p.as(key).send(t.Context(), http.MethodGet, "/api/v1/taxes", "", nil)
		return err == nil && r.status == http.StatusUnauthorized
	}, patience, 20*time.Millisecond)
}

// identifierOf finds the key that begins like value in a list of keys.
func identifierOf(t *testing.T, list, value string) string {
	t.Helper()
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); strings.HasPrefix(value, fields[1]) {
			return fields[0]
		}
	}
	require.FailNow(t, "the key is not listed", list)
	return ""
}

// The commands work on the database of a server while it runs.
func TestOrganizationsAndKeys(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url}
		p := start(t, env)
		list := says(t, env, "key", "list")
		require.Equal(t, 2, strings.Count(list, "\n")+1, "a heading and the first key:\n%s", list)
		identifierOf(t, list, p.Key)

		first := says(t, env, "org", "create", "Acme Ltd.", "--plan", "pro", "--currency", "EUR", "--clock", "2031-02-03T04:05:06Z", "--quiet")
		created := p.as(first).do(t, http.StatusOK, http.MethodPost, "/api/v1/taxes", `{"tax":{"name":"VAT","code":"vat","rate":20}}`).json(t)
		tax, _ := created["tax"].(map[string]any)
		require.Equal(t, "2031-02-03T04:05:06Z", tax["created_at"])
		p.do(t, http.StatusNotFound, http.MethodGet, "/api/v1/taxes/vat", "")

		reader := says(t, env, "key", "create", "reports", "--org", "acme-ltd", "--allow", "tax:read", "--allow", "activity_log:read", "--quiet")
		p.as(reader).get(t, "/api/v1/taxes/vat")
		p.as(reader).do(t, http.StatusForbidden, http.MethodDelete, "/api/v1/taxes/vat", "")
		list = says(t, env, "key", "list", "--org", "acme-ltd")
		require.NotContains(t, list, first)
		require.NotContains(t, list, reader)
		require.Equal(t, 2, strings.Count(list, "active"))
		require.Contains(t, list, "reports")

		id := identifierOf(t, list, reader)
		successor := says(t, env, "key", "rotate", id, "--org", "acme-ltd", "--quiet")
		p.as(successor).get(t, "/api/v1/taxes/vat")
		p.as(successor).do(t, http.StatusForbidden, http.MethodDelete, "/api/v1/taxes/vat", "")
		p.shuts(t, reader)

		id = identifierOf(t, says(t, env, "key", "list", "--org", "acme-ltd"), successor)
		require.Equal(t, "revoked "+id, says(t, env, "key", "revoke", id, "--org", "acme-ltd"))
		p.shuts(t, successor)
		list = says(t, env, "key", "list", "--org", "acme-ltd")
		require.Equal(t, []int{1, 2}, []int{strings.Count(list, "active"), strings.Count(list, "revoked")}, list)

		activities, _ := p.as(first).get(t, "/api/v1/activity_logs?activity_sources[]=system").json(t)["activity_logs"].([]any)
		var types []any
		for _, activity := range activities {
			object, _ := activity.(map[string]any)
			types = append(types, object["activity_type"])
		}
		require.Equal(t, []any{"api_key.revoked", "api_key.created", "api_key.rotated", "api_key.created", "api_key.created"}, types)
	})
}

func TestOrganizationsAndKeys_OldKeyWorksDuringTheOverlap(t *testing.T) {
	t.Parallel()
	env := environment{"TARN_DATABASE_URL": storetest.URL(t, store.SQLite)}
	p := start(t, env)
	id := identifierOf(t, says(t, env, "key", "list"), p.Key)
	printed := says(t, env, "key", "rotate", id, "--overlap", "1h")
	require.Regexp(t, `^key +\S+\nAPI key +tarn_\S+ +\(shown once\)$`, printed)
	successor := strings.Fields(printed)[4]
	p.get(t, "/api/v1/taxes")
	p.as(successor).get(t, "/api/v1/taxes")
}
