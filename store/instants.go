package store

import (
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"tarn/clock"
)

// OutOfTimeError is returned where an instant would be stored that is not in the
// years 1 to 9999 of UTC. SQLite keeps instants as texts, whose order and form
// hold for these only; PostgreSQL keeps to the same.
type OutOfTimeError struct {
	// Field is the column's name.
	Field string
}

// Error names the field.
func (e *OutOfTimeError) Error() string { return "store: the instant is out of range: " + e.Field }

// limitInstants refuses rows and changes with an instant that is out of range,
// and puts the others into UTC. It is the one place through which instants of
// rows come into the database.
func limitInstants(db *gorm.DB) {
	if changes, isMap := db.Statement.Dest.(map[string]any); isMap {
		for column, value := range changes {
			changes[column] = storedInstant(db, column, value)
		}
		return
	}
	if db.Statement.Schema == nil {
		return
	}
	for _, field := range db.Statement.Schema.Fields {
		if field.DBName == "" || field.IndirectFieldType != instantType {
			continue
		}
		for _, rows := range []reflect.Value{db.Statement.ReflectValue, reflect.Indirect(reflect.ValueOf(db.Statement.Dest))} {
			for row := range rowsOf(rows) {
				if row.Type() == db.Statement.Schema.ModelType {
					storeInstant(db, field, row)
				}
			}
		}
	}
}

var instantType = reflect.TypeFor[time.Time]() //nolint:gochecknoglobals // a constant

// storeInstant is limitInstants for one member of a row.
func storeInstant(db *gorm.DB, field *schema.Field, row reflect.Value) {
	value, zero := field.ValueOf(db.Statement.Context, row)
	if zero {
		return
	}
	stored, isInstant := storedInstant(db, field.DBName, value).(time.Time)
	if !isInstant || !row.CanAddr() {
		return
	}
	// The instant that a member points to may be somebody else's too.
	member := field.ReflectValueOf(db.Statement.Context, row)
	if member.Kind() == reflect.Pointer {
		member.Set(reflect.ValueOf(&stored))
		return
	}
	member.Set(reflect.ValueOf(stored))
}

// storedInstant is a value as it is stored, if it is an instant: in UTC, since
// texts of other zones would be in another order. It refuses one that is out of
// range.
func storedInstant(db *gorm.DB, column string, value any) any {
	at, isInstant := value.(time.Time)
	if optional, isOptional := value.(*time.Time); isOptional && optional != nil {
		at, isInstant = *optional, true
	}
	if !isInstant {
		return value
	}
	if !clock.Representable(at) {
		_ = db.AddError(&OutOfTimeError{Field: column})
	}
	return at.UTC()
}

// boundInstants takes the instants that rows are compared with to the nearest
// that a row can have: as texts, which SQLite compares, others are in the wrong
// order.
func boundInstants(statement *gorm.Statement) {
	where, _ := statement.Clauses["WHERE"].Expression.(clause.Where)
	boundConditions(where.Exprs)
}

func boundConditions(conditions []clause.Expression) {
	for _, condition := range conditions {
		switch condition := condition.(type) {
		case clause.AndConditions:
			boundConditions(condition.Exprs)
		case clause.OrConditions:
			boundConditions(condition.Exprs)
		case clause.Expr:
			for i, value := range condition.Vars {
				if at, isInstant := value.(time.Time); isInstant {
					condition.Vars[i] = clock.Bounded(at).UTC()
				}
			}
		}
	}
}
