package store_test

import (
	"context"
	"database/sql"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"tarn/store"
	"tarn/store/storetest"
)

var update = flag.Bool("update", false, "write the golden schemas anew") //nolint:gochecknoglobals // a flag

// schemaQueries print everything that makes up a schema, a line each.
var schemaQueries = map[string]string{
	store.SQLite: `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'goose_%' AND name NOT LIKE 'sqlite_stat%' AND tbl_name NOT LIKE 'goose_%'
		ORDER BY tbl_name, type DESC, name`,
	store.Postgres: `
		SELECT line FROM (
			SELECT c.relname AS name, 1 AS part, a.attnum::text AS seq,
				format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
					CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
					CASE WHEN co.collname <> 'default' THEN ' collate ' || co.collname ELSE '' END) AS line
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation co ON co.oid = a.attcollation
			WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
				AND NOT c.relispartition
			UNION ALL
			SELECT c.relname, 2, con.conname, format('%s %s %s', c.relname, con.conname, pg_get_constraintdef(con.oid))
			FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid
			WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
			UNION ALL
			SELECT tablename, 3, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
				AND NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = tablename AND c.relispartition)
			UNION ALL
			SELECT c.relname, 4, tg.tgname, pg_get_triggerdef(tg.oid)
			FROM pg_trigger tg JOIN pg_class c ON c.oid = tg.tgrelid WHERE NOT tg.tgisinternal AND NOT c.relispartition
			UNION ALL
			SELECT c.relname, 5, '', format('%s partition by %s', c.relname, pg_get_partkeydef(c.oid))
			FROM pg_class c WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace
		) AS lines WHERE name NOT LIKE 'goose_%' ORDER BY name, part, lpad(seq, 64)`,
}

// TestSchema_IsTheGoldenOne compares what the migrations make with the schema
// that was reviewed. After a migration was added: make golden.
func TestSchema_IsTheGoldenOne(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		dialect, lines := filepath.Base(t.Name()), schemaOf(t, url)
		golden := filepath.Join("testdata", "schema."+dialect+".txt")
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o750))
			require.NoError(t, os.WriteFile(golden, []byte(lines), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), lines)
	})
}

func schemaOf(t *testing.T, url string) string {
	t.Helper()
	db, dialect := openSQL(t, url)
	return strings.Join(textsOf(t, db, schemaQueries[dialect]), "\n") + "\n"
}

// openSQL opens a database without the store.
func openSQL(t *testing.T, url string) (*sql.DB, string) {
	t.Helper()
	driver, dialect := "sqlite", store.SQLite
	if strings.HasPrefix(url, "postgres") {
		driver, dialect = "pgx", store.Postgres
	}
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, dialect
}

// TestRows_MatchTheirTables compares the columns of every row type with those
// of its table, and finds tables without a row type.
func TestRows_MatchTheirTables(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		db, dialect := openSQL(t, url)
		tables := []string{"sequences"}
		for _, row := range store.RowTypes() {
			parsed, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{IdentifierMaxLength: 64})
			require.NoError(t, err)
			require.ElementsMatch(t, columnsOf(t, db, parsed.Table), parsed.DBNames, parsed.Table)
			tables = append(tables, parsed.Table)
		}
		require.ElementsMatch(t, textsOf(t, db, tableQueries()[dialect]), tables)
	})
}

// TestRows_AreAllListed looks for types with an organization in the code of the
// package: those are its rows.
func TestRows_AreAllListed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	declared := []string{"Organization"}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(node ast.Node) bool {
			if named, isType := node.(*ast.TypeSpec); isType && hasOrganization(named) {
				declared = append(declared, named.Name.Name)
			}
			return true
		})
	}
	var listed []string
	for _, row := range store.RowTypes() {
		listed = append(listed, reflect.TypeOf(row).Name())
	}
	require.ElementsMatch(t, declared, listed, "export_rows_test.go lists all row types")
}

// hasOrganization reports whether a type is a structure with an OrganizationID.
func hasOrganization(named *ast.TypeSpec) bool {
	structure, isStructure := named.Type.(*ast.StructType)
	return isStructure && slices.ContainsFunc(structure.Fields.List, func(field *ast.Field) bool {
		return slices.ContainsFunc(field.Names, func(name *ast.Ident) bool { return name.Name == "OrganizationID" })
	})
}

// tableQueries list the tables of a database, without those of the migrations
// and the parts of others.
func tableQueries() map[string]string {
	return map[string]string{
		store.SQLite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose_%' AND name NOT LIKE 'sqlite_%'",
		store.Postgres: `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
			AND NOT relispartition AND relname NOT LIKE 'goose_%'`,
	}
}

// textsOf are the texts that a query finds.
func textsOf(t *testing.T, db *sql.DB, query string) (texts []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		texts = append(texts, text)
	}
	require.NoError(t, rows.Err())
	return texts
}

func columnsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	require.NoError(t, rows.Err())
	return columns
}

// TestMigrate_IsIdempotent migrates a migrated database once more, and from
// two sides at once.
func TestMigrate_IsIdempotent(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		var group sync.WaitGroup
		failures := make(chan error, 4)
		for range 4 {
			group.Go(func() {
				s, err := store.Open(context.Background(), store.Options{URL: url})
				if err == nil {
					err = s.Migrate(context.Background())
					_ = s.Close()
				}
				failures <- err
			})
		}
		group.Wait()
		close(failures)
		for err := range failures {
			require.NoError(t, err)
		}
	})
}
