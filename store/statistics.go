package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// SQLite chooses an index by how many rows it expects to find by its first columns.
// Without statistics it expects few rows in an organization, so it would read all of
// them where a query names both the organization and, say, eight invoices. Real
// statistics are none when a database is new, and would make the same query take
// another way in every database. So each gets the same ones, which say what is true of
// every large organization.

// What SQLite is told of a table: how many rows it has, and by how much a column of
// some sort reduces them.
const (
	expectedRows = 1_000_000
	// indexedPart is how many times fewer rows an index has that leaves some out.
	indexedPart = 10
	// byWord is for columns that have a few values, byTime for days and instants, which
	// many rows of a billing run share, byOther for identifiers and codes.
	byWord  = 4
	byTime  = 1_000
	byOther = 50_000
)

// indexColumn is a column of an index of SQLite, in their order.
type indexColumn struct {
	table, index    string
	unique, partial bool
	// name is empty for an expression.
	name string
}

const indexColumns = `SELECT t.name, l.name, l."unique", l.partial, coalesce(c.name, '')
	FROM sqlite_master t, pragma_index_list(t.name) l, pragma_index_info(l.name) c
	WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%' ORDER BY t.name, l.name, c.seqno`

// writeStatistics tells SQLite what to expect of every index.
func writeStatistics(ctx context.Context, pool *sql.DB) error {
	// This makes the table of statistics, by looking at the smallest table there is.
	if _, err := pool.ExecContext(ctx, "ANALYZE goose_db_version"); err != nil {
		return fmt.Errorf("make the table of statistics: %w", err)
	}
	columns, err := readIndexColumns(ctx, pool)
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write statistics: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // of nothing when it was committed
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_stat1"); err != nil {
		return fmt.Errorf("remove the statistics: %w", err)
	}
	for len(columns) > 0 {
		first := columns[0]
		end := slices.IndexFunc(columns, func(c indexColumn) bool { return c.index != first.index })
		if end < 0 {
			end = len(columns)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", first.table, first.index, statistics(columns[:end])); err != nil {
			return fmt.Errorf("write the statistics of %s: %w", first.index, err)
		}
		columns = columns[end:]
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write statistics: %w", err)
	}
	if _, err := pool.ExecContext(ctx, "ANALYZE sqlite_master"); err != nil {
		return fmt.Errorf("read the statistics: %w", err)
	}
	return nil
}

func readIndexColumns(ctx context.Context, pool *sql.DB) (columns []indexColumn, err error) {
	rows, err := pool.QueryContext(ctx, indexColumns)
	if err != nil {
		return nil, fmt.Errorf("find the indexes: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what went wrong
	for rows.Next() {
		var c indexColumn
		if err := rows.Scan(&c.table, &c.index, &c.unique, &c.partial, &c.name); err != nil {
			return nil, fmt.Errorf("read an index: %w", err)
		}
		columns = append(columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the indexes: %w", err)
	}
	return columns, nil
}

// statistics are those of one index, in the form that SQLite has for them: how many rows
// it has, and how many of them share the first column, the first two, and so on.
func statistics(columns []indexColumn) string {
	rows := expectedRows
	if columns[0].partial {
		rows /= indexedPart
	}
	text := fmt.Sprint(rows)
	for i, column := range columns {
		rows = max(rows/reduction(column.name), 1)
		if column.unique && i == len(columns)-1 {
			rows = 1
		}
		text += fmt.Sprint(" ", rows)
	}
	return text
}

// reduction is how many times fewer rows have one value of a column.
func reduction(column string) int {
	ends := func(suffix string) bool { return strings.HasSuffix(column, suffix) }
	switch {
	case column == "organization_id":
		return 1
	case slices.ContainsFunc([]string{"kind", "currency", "status", "state", "type"}, ends):
		return byWord
	case slices.ContainsFunc([]string{"_date", "day", "_at", "_datetime", "timestamp"}, ends):
		return byTime
	default:
		return byOther
	}
}
