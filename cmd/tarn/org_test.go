package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/nullable"
	"tarn/store"
	"tarn/store/storetest"
)

// manager runs commands on one database.
type manager struct {
	env environment
	url string
}

// onDatabases runs a test of commands on each database, without any
// organization.
func onDatabases(t *testing.T, test func(t *testing.T, m manager)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, url string) {
		test(t, manager{env: environment{"TARN_DATABASE_URL": url}, url: url})
	})
}

// says runs a command that must succeed and returns what it prints.
func (m manager) says(t *testing.T, args ...string) string {
	t.Helper()
	p := run(t, m.env, args...)
	require.Zero(t, p.wait(t), "%s", p.log)
	return p.output.String()
}

// refuses runs a command that must fail and returns why it does.
func (m manager) refuses(t *testing.T, args ...string) string {
	t.Helper()
	p := run(t, m.env, args...)
	require.NotZero(t, p.wait(t))
	require.NotRegexp(t, keyShape, p.output.String())
	require.Equal(t, 1, strings.Count(p.log.String(), "\n"), "one line: %s", p.log)
	return p.log.String()
}

// opens reports which organization a key opens, and whether it does.
func (m manager) opens(t *testing.T, key string) (slug string, open bool) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: m.url})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.SystemRead(t.Context(), func(sys *store.System) error {
		found, org, err := sys.APIKeyByHash(store.HashAPIKey(key))
		slug, open = org.Slug, found.Active(s.Instant(org))
		return err
	}))
	return slug, open
}

// keyShape is a key's value.
var keyShape = regexp.MustCompile(`tarn_[a-z2-7]{52}`)

func TestOrgCreate_PrintsTheFirstKey(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		text := m.says(t, "org", "create", "Acme Inc.", "--plan=pro", "--currency=EUR", "--country=FR", "--timezone=Europe/Paris",
			"--audit-logs-period=30", "--email=a@acme.test", "--clock=2030-01-01T00:00:00Z")
		assert.Regexp(t, `(?s)^organization  [0-9a-f-]{36}\nshort name    acme-inc\nAPI key       tarn_[a-z2-7]{52}   \(shown once\)\n$`, text)
		slug, open := m.opens(t, keyShape.FindString(text))
		assert.Equal(t, "acme-inc", slug)
		assert.True(t, open)
		assert.Regexp(t, `^tarn_[a-z2-7]{52}\n$`, m.says(t, "org", "create", "Other", "-q"))
		assert.Contains(t, m.says(t, "key", "list", "--org", "acme-inc"), "2030-01-01T00:00:00Z", "the key was made in the organization's time")
	})
}

func TestOrgCreate_Refuses(t *testing.T) {
	t.Parallel()
	m := manager{env: environment{"TARN_DATABASE_URL": storetest.URL(t, store.SQLite)}}
	for why, args := range map[string][]string{
		"no such currency: XYZ":           {"A", "--currency=XYZ"},
		"no such time zone: Mars/Arcadia": {"A", "--timezone=Mars/Arcadia"},
		"not_a_valid_country_code":        {"A", "--country=ZZ"},
		"value_is_mandatory":              {" "},
		"gold":                            {"A", "--plan=gold"},
		"--clock":                         {"A", "--clock=today"},
	} {
		assert.Contains(t, m.refuses(t, append([]string{"org", "create"}, args...)...), why)
	}
	assert.Contains(t, m.refuses(t, "key", "list"), "there is no organization yet")
}

func TestKey_FromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		m.says(t, "org", "create", "Acme")
		first := m.says(t, "key", "create", "CI", "--allow=tax:read", "--allow=tax:write", "--expires-at=2999-01-01T00:00:00Z")
		id := regexp.MustCompile(`(?m)^key +(\S+)$`).FindStringSubmatch(first)[1]
		value := keyShape.FindString(first)
		_, open := m.opens(t, value)
		assert.True(t, open)

		second := strings.TrimSpace(m.says(t, "key", "rotate", id, "--overlap=1h", "-q"))
		for _, key := range []string{value, second} {
			_, open = m.opens(t, key)
			assert.True(t, open)
		}
		assert.Equal(t, "revoked "+id+" (servers that run may take it for 2s more)\n", m.says(t, "key", "revoke", id))
		_, open = m.opens(t, value)
		assert.False(t, open)
		_, open = m.opens(t, second)
		assert.True(t, open)

		lines := strings.Split(strings.TrimSpace(m.says(t, "key", "list")), "\n")
		require.Len(t, lines, 4)
		assert.Regexp(t, `^ID +BEGINS WITH +NAME +STATE +CREATED +EXPIRES +LAST USED$`, lines[0])
		assert.Regexp(t, second[:12]+` +CI +active `, lines[1])
		assert.Regexp(t, `^`+id+` +`+value[:12]+` +CI +revoked `, lines[2])
		assert.Regexp(t, ` +- +active .* - +-$`, lines[3])
		assert.NotContains(t, strings.Join(lines, ""), second)
	})
}

func TestKey_Refuses(t *testing.T) {
	t.Parallel()
	m := manager{env: environment{"TARN_DATABASE_URL": storetest.URL(t, store.SQLite)}}
	m.says(t, "org", "create", "Acme")
	for why, args := range map[string][]string{
		"customer:read":               {"create", "--allow=tax"},
		"permissions.taxes":           {"create", "--allow=taxes:read"},
		"expires_at":                  {"create", "--expires-at=2000-01-01T00:00:00Z"},
		"no such organization: other": {"list", "--org=other"},
		"no such organization: 019a0000-0000-7000-8000-000000000000": {"list", "--org=019a0000-0000-7000-8000-000000000000"},
		"api_key_not_found": {"revoke", "019a0000-0000-7000-8000-000000000000"},
		"overlap_seconds":   {"rotate", keyID(t, m), "--overlap=-1s"},
	} {
		assert.Contains(t, m.refuses(t, append([]string{"key"}, args...)...), why)
	}
	m.says(t, "org", "create", "Second")
	assert.Contains(t, m.refuses(t, "key", "list"), "there are 2 organizations: name one with --org (second, acme)")
	for n := range organizationsNamed {
		m.says(t, "org", "create", fmt.Sprint("Further ", n))
	}
	refusal := m.refuses(t, "key", "create")
	assert.Contains(t, refusal, "there are 12 organizations")
	assert.Contains(t, refusal, "further-9, further-8")
	assert.Contains(t, refusal, "and 2 more, which tarn org list shows)")
}

func TestOrgList(t *testing.T) {
	t.Parallel()
	onDatabases(t, func(t *testing.T, m manager) {
		require.Regexp(t, `^ID +SHORT NAME +PLAN +CLOCK +CREATED +NAME\n$`, m.says(t, "org", "list"))
		m.says(t, "org", "create", "Acme Inc.", "--plan=pro")
		m.says(t, "org", "create", "Traveller", "--clock=2030-01-01T00:00:00Z")
		lines := strings.Split(m.says(t, "org", "list"), "\n")
		require.Regexp(t, `^[0-9a-f-]{36}  traveller +free +2030-01-01T00:00:00Z +\S+ +Traveller$`, lines[1])
		require.Regexp(t, `^[0-9a-f-]{36}  acme-inc +pro +real +\S+ +Acme Inc\.$`, lines[2])
	})
}

// The list shows every organization, however many pages they fill.
func TestOrgList_IsComplete(t *testing.T) {
	t.Parallel()
	m := manager{url: storetest.URL(t, store.SQLite)}
	m.env = environment{"TARN_DATABASE_URL": m.url}
	s, err := store.Open(t.Context(), store.Options{URL: m.url})
	require.NoError(t, err)
	const organizations = 2*store.DefaultPageSize + 1
	require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
		for n := range organizations {
			name := nullable.NewNullableWithValue(fmt.Sprint("Number ", n))
			if _, err := engine.CreateOrganization(sys, uuid.Nil, nil, engine.OrganizationInput{Name: name}); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, s.Close())
	require.Equal(t, 1+organizations, strings.Count(m.says(t, "org", "list"), "\n"))
}

// What a command does in a database in memory is lost when it ends.
func TestCommands_RefuseADatabaseInMemory(t *testing.T) {
	t.Parallel()
	for _, url := range []string{":memory:", "file::memory:"} {
		m := manager{env: environment{"TARN_DATABASE_URL": url}}
		for _, args := range [][]string{
			{"migrate"},
			{"org", "create", "Acme"},
			{"org", "list"},
			{"key", "list"},
			{"key", "create"},
			{"key", "rotate", uuid.NewString()},
			{"key", "revoke", uuid.NewString()},
			{"clock", "show"},
			{"clock", "set", "2030-01-01T00:00:00Z"},
			{"clock", "advance", "P1M"},
		} {
			assert.Contains(t, m.refuses(t, args...), "--database: nobody else can reach a database in memory")
		}
	}
}

// A typing error in the database's name is told; it makes no new one, in which there
// would be nothing.
func TestCommands_RefuseADatabaseThatDoesNotExist(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	next := publishedWith(t, func(within) {})
	foreign := filepath.Join(folder, "foreign.db")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	for path, why := range map[string]string{
		filepath.Join(folder, "nodb.db"):            "nodb.db: no such file or directory (tarn serve and tarn migrate make databases)",
		"file:" + filepath.Join(folder, "nodb2.db"): "nodb2.db: no such file or directory",
		foreign: "foreign.db: not a database of tarn: it has no schema",
	} {
		m := manager{env: environment{"TARN_DATABASE_URL": path}}
		for _, args := range [][]string{
			{"org", "list"},
			{"key", "list"},
			{"key", "create"},
			{"key", "rotate", uuid.NewString()},
			{"key", "revoke", uuid.NewString()},
			{"clock", "show"},
			{"clock", "set", "2030-01-01T00:00:00Z"},
			{"clock", "advance", "P1M"},
			{"spec", "replay", next},
		} {
			assert.Contains(t, m.refuses(t, args...), why, args)
		}
	}
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing was made: %v", left)

	// These make one.
	for n, args := range [][]string{{"migrate"}, {"org", "create", "Acme"}} {
		m := manager{env: environment{"TARN_DATABASE_URL": filepath.Join(folder, fmt.Sprint(n, ".db"))}}
		says(t, m.env, args...)
		m.says(t, "org", "list")
	}
}

// keyID is the identifier of the only key.
func keyID(t *testing.T, m manager) string {
	t.Helper()
	lines := strings.Split(m.says(t, "key", "list"), "\n")
	return strings.Fields(lines[1])[0]
}
