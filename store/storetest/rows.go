package storetest

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tarn/store"
)

// columnQueries list every column of every table, as "table.column".
func columnQueries() map[string]string {
	return map[string]string{
		store.SQLite: `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`,
		store.Postgres: `SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c JOIN pg_class p ON p.relname = c.table_name
			WHERE c.table_schema = 'public' AND p.relkind IN ('r', 'p') AND NOT p.relispartition AND p.relnamespace = 'public'::regnamespace`,
	}
}

// unsteady are columns that change without anything that happens to the organization.
var unsteady = regexp.MustCompile(`^(api_keys\.last_used_at|(log|row)_counts\.shard)$`)

// Rows reads all rows of an organization, as texts, by their table: for tests that hold
// that nothing of it was changed, or that nothing of it is seen.
func Rows(t testing.TB, url, organization string) map[string][]string {
	t.Helper()
	driver, dialect := "sqlite", store.SQLite
	if strings.HasPrefix(url, "postgres") {
		driver, dialect = "pgx", store.Postgres
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	defer func() { _ = db.Close() }()
	columns := map[string][]string{}
	for _, name := range read(t, db, columnQueries()[dialect], 1) {
		table, column, _ := strings.Cut(name, ".")
		columns[table] = append(columns[table], column)
	}
	rows := map[string][]string{}
	for table, names := range columns {
		owner := "organization_id"
		if table == "organizations" {
			owner = "id"
		} else if !slices.Contains(names, owner) {
			continue
		}
		names = slices.DeleteFunc(names, func(column string) bool { return unsteady.MatchString(table + "." + column) })
		slices.Sort(names)
		query := fmt.Sprintf(`SELECT "%s" FROM "%s" WHERE "%s" = '%s'`, strings.Join(names, `", "`), table, owner, organization) //nolint:gosec // names of the schema
		if found := read(t, db, query, len(names)); len(found) > 0 {
			rows[table] = found
		}
	}
	return rows
}

// read reads rows as texts, in the order of the texts.
func read(t testing.TB, db *sql.DB, query string, width int) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	defer func() { _ = found.Close() }()
	var all []string
	for found.Next() {
		values, targets := make([]any, width), make([]any, width)
		for i := range values {
			targets[i] = &values[i]
		}
		if err := found.Scan(targets...); err != nil {
			t.Fatalf("storetest: %v", err)
		}
		texts := make([]string, width)
		for i, value := range values {
			if content, isBytes := value.([]byte); isBytes {
				value = string(content)
			}
			texts[i] = fmt.Sprint(value)
		}
		all = append(all, strings.Join(texts, " "))
	}
	if err := found.Err(); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	slices.Sort(all)
	return all
}
