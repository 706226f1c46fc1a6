package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"version", "--version"} {
		p := run(t, nil, spelling)
		require.Zero(t, p.wait(t))
		require.Regexp(t, `^tarn \S+\n$`, p.output.String())
		require.Empty(t, p.log.String())
	}
}

func TestHelp_ListsTheCommands(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"help", "--help"} {
		p := run(t, nil, spelling)
		require.Zero(t, p.wait(t))
		for _, command := range []string{
			"serve", "migrate", "org create", "org list", "key create", "key list", "key rotate", "key revoke", "clock show", "clock set", "clock advance", "seed", "spec", "version", "help",
		} {
			require.Contains(t, p.output.String(), "\n  "+command)
		}
	}
}

func TestHelp_ExplainsACommand(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"serve"}, {"key", "create"}, {"org"}} {
		asked := says(t, nil, append([]string{"help"}, command...)...)
		require.Contains(t, asked, "tarn "+strings.Join(command, " "))
		require.Equal(t, says(t, nil, append(command, "--help")...), asked)
	}
}

// A command shows the settings of the database that it needs, and no other.
func TestHelp_ShowsWhatACommandNeedsOfADatabase(t *testing.T) {
	t.Parallel()
	const looking, recording, serving = "database", "compat database", "compat database max-connections synchronous-full"
	for command, needs := range map[string]string{
		"org list": looking, "key list": looking, "clock show": looking, "migrate": looking, "spec replay": looking,
		"org create": recording, "key create": recording, "key rotate": recording, "key revoke": recording, "clock set": recording, "clock advance": recording,
		"serve": serving, "listen": "", "seed": "", "ready": "",
	} {
		help := says(t, nil, append([]string{"help"}, strings.Fields(command)...)...)
		var shown []string
		for _, flag := range strings.Fields(serving) {
			if strings.Contains(help, " --"+flag) {
				shown = append(shown, flag)
			}
		}
		require.Equal(t, needs, strings.Join(shown, " "), command)
	}
}

// What the surroundings say of a server's database counts for whoever changes it, and the
// former flags are still taken.
func TestCommands_ObeyTheSettingsOfTheServer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tarn.db")
	none := environment{"TARN_DATABASE_CONNECTIONS": "0", "TARN_DATABASE_URL": path}
	p := run(t, none, "org", "create", "Acme")
	require.Equal(t, usageError, p.wait(t))
	require.Contains(t, p.log.String(), "--max-connections: 0 is too few")
	require.Contains(t, says(t, nil, "org", "create", "Acme", "--database="+path, "--max-connections=2", "--synchronous-full", "--compat=wire"), "API key")
	require.Contains(t, says(t, none, "org", "list"), "SHORT NAME")
}

// Every command that works on one organization calls it alike.
func TestHelp_CallsTheOrganizationAlike(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"key create", "key list", "key rotate", "key revoke", "clock show", "clock set", "clock advance", "spec replay", "listen"} {
		help := says(t, nil, append([]string{"help"}, strings.Fields(command)...)...)
		require.Contains(t, help, " --org=", command)
		require.NotContains(t, help, " --organization", command)
	}
}

// A command line that cannot be understood is answered with one line, which
// names the nearest command where there is one, and a status of its own.
func TestCommandLine_RefusesOnOneLine(t *testing.T) {
	t.Parallel()
	for line, refusal := range map[string]string{
		"conquer":               "unexpected argument conquer (tarn help lists the commands)",
		"sevre":                 `unexpected argument sevre, did you mean "serve"?`,
		"sed --example":         `did you mean one of "key", "seed", "spec"?`,
		"org lst":               `unexpected argument lst, did you mean "list"?`,
		"key revok 1":           `unexpected argument revok, did you mean "revoke"?`,
		"help orgg":             `unexpected argument orgg, did you mean "org"?`,
		"serve more":            "unexpected argument more",
		"--lissten=:1":          `unknown flag --lissten, did you mean "--listen"?`,
		"clock advance":         `expected "<by>"`,
		"clock advance 1M":      "no duration of ISO 8601",
		"clock set":             `expected "<to>"`,
		"org create":            `expected "<name>"`,
		"key revoke me":         "<id>: invalid UUID",
		"seed":                  "missing flags: --example",
		"serve --api-key=short": "a key has 16 to 255 characters, this one has 5",
		"serve --api-key=" + strings.Repeat("ab", 20): "a key has 6 different characters at least, this one has 2",
		"serve --api-key=päßword-of-mine-0123456789":  "only the letters, digits and signs of ASCII",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			p := run(t, nil, strings.Fields(line)...)
			require.Equal(t, usageError, p.wait(t))
			require.Empty(t, p.output.String())
			require.Equal(t, 1, strings.Count(p.log.String(), "\n"), "%s", p.log)
			require.Contains(t, p.log.String(), "tarn: error: ")
			require.Contains(t, p.log.String(), refusal)
		})
	}
}

// usageError is the status of a command line that cannot be understood.
const usageError = 80

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
		require.Equal(t, "revoked "+id+" (servers that run may take it for 2s more)", says(t, env, "key", "revoke", id, "--org", "acme-ltd"))
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
