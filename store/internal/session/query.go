package session

import (
	"database/sql"
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// query is a statement that returns rows, with where they go.
type query struct {
	text   string
	values []any
	db     *gorm.DB
}

// resultRows are the rows of a statement, from either way to the database.
type resultRows interface {
	// columns are the names of the columns.
	columns() ([]string, error)
	next() bool
	// into puts the columns of the row into their cells.
	into([]cell) error
	close() error
}

// Query takes the place of GORM's callback for queries.
func Query(db *gorm.DB) {
	if !readable(db.Statement) {
		callbacks.Query(db)
		return
	}
	if db.Error != nil {
		return
	}
	callbacks.BuildQuerySQL(db)
	if db.DryRun || db.Error != nil {
		return
	}
	q := query{text: db.Statement.SQL.String(), values: db.Statement.Vars, db: db}
	_ = db.AddError(q.run())
}

// readable reports whether rows go into structs or numbers that we know how to
// fill; everything else is left to GORM.
func readable(stmt *gorm.Statement) bool {
	if stmt.Schema == nil || len(stmt.Preloads) > 0 {
		return false
	}
	switch target := stmt.ReflectValue; target.Kind() {
	case reflect.Slice:
		return isRow(target.Type().Elem())
	case reflect.Struct:
		return isRow(target.Type())
	case reflect.Int64:
		return target.Type() == reflect.TypeFor[int64]()
	default:
		return false
	}
}

// isRow reports whether a type is a struct whose fields are columns.
func isRow(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && !reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]())
}

// run carries the query out and reads its rows.
func (q query) run() error {
	ctx := q.db.Statement.Context
	if s, ok := q.db.Statement.ConnPool.(*session); ok {
		return s.read(ctx, []query{q})
	}
	rows, err := q.db.Statement.ConnPool.QueryContext(ctx, q.text, q.values...) //nolint:rowserrcheck // scan looks at it
	if err != nil {
		return err
	}
	return q.scan(pooledRows{rows})
}

// scan reads the rows of the query into its destination and closes them. Where
// the database broke off, there may be a row that nobody has seen: so what it
// says goes before anything that was found out, that there is none above all.
func (q query) scan(rows resultRows) (err error) {
	defer func() {
		if broken := rows.close(); broken != nil {
			err = broken
		}
	}()
	names, err := rows.columns()
	if err != nil {
		return err
	}
	target := q.db.Statement.ReflectValue
	if target.Kind() == reflect.Slice {
		return q.scanAll(rows, names, target)
	}
	return q.scanOne(rows, names, target)
}

// scanAll makes a slice of the rows. One struct is filled again and again, so
// that its cells are made once.
func (q query) scanAll(rows resultRows, names []string, target reflect.Value) error {
	row := reflect.New(target.Type().Elem()).Elem()
	cells, err := q.cellsOf(names, row)
	if err != nil {
		return err
	}
	target.Set(reflect.MakeSlice(target.Type(), 0, q.expected()))
	for rows.next() {
		row.SetZero()
		if err := rows.into(cells); err != nil {
			return err
		}
		length := target.Len()
		target.Grow(1)
		target.SetLen(length + 1)
		target.Index(length).Set(row)
	}
	q.db.RowsAffected = int64(target.Len())
	return nil
}

// expected is for how many rows there shall be room at first.
func (q query) expected() int {
	const few, many = 8, 128
	limit, _ := q.db.Statement.Clauses["LIMIT"].Expression.(clause.Limit)
	if limit.Limit == nil {
		return few
	}
	return min(*limit.Limit, many)
}

// scanOne fills a struct, or a number, with the first row.
func (q query) scanOne(rows resultRows, names []string, target reflect.Value) error {
	q.db.RowsAffected = 0
	if !rows.next() {
		if q.db.Statement.RaiseErrorOnNotFound {
			return gorm.ErrRecordNotFound
		}
		return nil
	}
	q.db.RowsAffected = 1
	if target.Kind() != reflect.Struct {
		return rows.into([]cell{{field: target.Addr().Interface()}})
	}
	cells, err := q.cellsOf(names, target)
	if err != nil {
		return err
	}
	return rows.into(cells)
}

// cellsOf finds the fields of a struct that columns belong to, and empties them.
// Columns without a field are passed over.
func (q query) cellsOf(names []string, row reflect.Value) ([]cell, error) {
	table := q.db.Statement.Schema
	if table.ModelType != row.Type() {
		var err error
		table, err = schema.Parse(row.Addr().Interface(), &schemas, q.db.NamingStrategy)
		if err != nil {
			return nil, err
		}
	}
	cells := make([]cell, len(names))
	for i, name := range names {
		if field := table.LookUpField(name); field != nil && field.Readable {
			value := field.ReflectValueOf(q.db.Statement.Context, row)
			value.SetZero()
			cells[i] = cellOf(field, value)
		}
	}
	return cells, nil
}
