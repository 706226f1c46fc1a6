package named_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/store/internal/named"
)

func TestBind_PutsArgumentsWhereTheirNamesAre(t *testing.T) {
	t.Parallel()
	organization := uuid.New()
	text, values, err := named.Statement{
		Text:      `SELECT '{}', e.x->>{key} FROM events e WHERE {tenant:e} AND code = {code} AND e.x ~ '^-{0,1}' AND other = {code}`,
		Arguments: named.Arguments{"code": "api", "key": "cloud"},
	}.Bind(organization)
	require.NoError(t, err)
	require.Equal(t, `SELECT '{}', e.x->>? FROM events e WHERE e.organization_id = ? AND code = ? AND e.x ~ '^-{0,1}' AND other = ?`, text)
	require.Equal(t, []any{"cloud", organization, "api", "api"}, values)

	text, values, err = named.Statement{
		Text:      `INSERT INTO sequences (organization_id, name) VALUES ({organization}, {name}) ON CONFLICT DO UPDATE SET name = 'x'`,
		Arguments: named.Arguments{"name": "n"},
	}.Bind(organization)
	require.NoError(t, err)
	require.Equal(t, `INSERT INTO sequences (organization_id, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = 'x'`, text)
	require.Equal(t, []any{organization, "n"}, values)
}

func TestBind_TakesTextsThatKeepToTheTenant(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`SELECT code FROM events WHERE {tenant}`,
		`UPDATE events SET value = NULL WHERE {tenant} AND (code = 'a' OR code = 'b')`,
		`DELETE FROM events WHERE {tenant}`,
		`SELECT 1 FROM events e JOIN plans p ON {tenant:p} AND p.id = e.id WHERE {tenant:e}`,
		`WITH s AS (SELECT code FROM events e WHERE {tenant:e}) SELECT 1 FROM s x JOIN s USING (code) WHERE x.a OR x.b`,
		"SELECT extract(epoch FROM 'now'::timestamptz) FROM events\nWHERE {tenant}",
		`SELECT 1 FROM events e CROSS JOIN unnest(ARRAY[1]) k WHERE {tenant:e}`,
		`SELECT 1 FROM (SELECT e.id FROM events e WHERE {tenant:e}) s WHERE a OR b`,
	} {
		_, _, err := named.Statement{Text: text}.Bind(uuid.New())
		require.NoError(t, err, text)
	}
}

func TestBind_RefusesTextsThatDoNotKeepToTheTenant(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`SELECT code FROM events`,
		`SELECT code FROM events WHERE organization_id = {organization}`,
		`SELECT code FROM events e WHERE {tenant}`,
		`SELECT code FROM events e, plans p WHERE {tenant:e}`,
		`WITH s AS (SELECT 1 FROM events e WHERE {tenant:e}) SELECT 1 FROM s, plans`,
		`SELECT code FROM events WHERE ({tenant} OR TRUE)`,
		`SELECT code FROM events WHERE {tenant} OR TRUE`,
		`SELECT code FROM events WHERE {tenant} AND a = 1 OR TRUE`,
		`SELECT code FROM events WHERE TRUE OR {tenant}`,
		`SELECT code FROM events WHERE NOT {tenant}`,
		`SELECT {tenant} FROM events`,
		`SELECT 1 FROM events e JOIN plans p ON p.id = e.plan WHERE {tenant:e}`,
		`SELECT 1 FROM events e WHERE {tenant:e} AND EXISTS (SELECT 1 FROM plans)`,
		`WITH s AS (SELECT 1 FROM events) SELECT 1 FROM s`,
		`WITH s AS (SELECT 1 FROM events e WHERE {tenant:e}) SELECT 1 FROM s JOIN events e ON TRUE`,
		`UPDATE events SET value = NULL`,
		`DELETE FROM events`,
		`INSERT INTO sequences (name) VALUES ('a')`,
		`SELECT set_config('jit', 'off', true)`,
	} {
		_, _, err := named.Statement{Text: text}.Bind(uuid.New())
		require.ErrorIs(t, err, named.ErrTenant, text)
	}
}

func TestBind_RefusesArgumentsThatDoNotFit(t *testing.T) {
	t.Parallel()
	const from = ` FROM events WHERE {tenant}`
	for text, arguments := range map[string]named.Arguments{
		`SELECT {a}` + from:    {},
		`SELECT 1` + from:      {"a": 1},
		`SELECT ?` + from:      {},
		`SELECT {b}` + from:    {"b": named.Identifier("plans")},
		`SELECT 1 + ? ` + from: nil,
	} {
		_, _, err := named.Statement{Text: text, Arguments: arguments}.Bind(uuid.New())
		require.ErrorIs(t, err, named.ErrArgument, text)
	}
}

func TestBindCommand(t *testing.T) {
	t.Parallel()
	text, values, err := named.Statement{
		Text: `LOCK TABLE {table} IN MODE {mode}`, Arguments: named.Arguments{"table": named.Identifier("logs_y2026m01"), "mode": 1},
	}.BindCommand()
	require.NoError(t, err)
	require.Equal(t, `LOCK TABLE logs_y2026m01 IN MODE ?`, text)
	require.Equal(t, []any{1}, values)
	_, _, err = named.Statement{Text: `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid`}.BindCommand()
	require.NoError(t, err)
	for _, text := range []string{
		`SELECT code FROM events`, `SELECT code FROM pg_class, events WHERE {tenant}`, `DELETE FROM events`,
		`INSERT INTO events VALUES (1)`, `UPDATE events SET code = 'a'`,
	} {
		_, _, err := named.Statement{Text: text}.BindCommand()
		require.ErrorIs(t, err, named.ErrTenant, text)
	}
	_, _, err = named.Statement{Text: `DROP TABLE {table}`, Arguments: named.Arguments{"table": named.Identifier("x; y")}}.BindCommand()
	require.ErrorIs(t, err, named.ErrArgument)
}

// TestBind_JudgesEachTextAlone although it remembers what it has found: a refused
// text stays refused, and more texts than it remembers change nothing.
func TestBind_JudgesEachTextAlone(t *testing.T) {
	t.Parallel()
	for n := range 10_000 {
		text := fmt.Sprintf("SELECT %d FROM events", n%5_000)
		_, _, err := named.Statement{Text: text + " WHERE {tenant}"}.Bind(uuid.New())
		require.NoError(t, err)
		_, _, err = named.Statement{Text: text}.Bind(uuid.New())
		require.ErrorIs(t, err, named.ErrTenant)
	}
}
