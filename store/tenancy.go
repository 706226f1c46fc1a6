package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrTenancy is the error of a statement that names no organization where it
// must, or another than its transaction's. It is a defect of the program.
var ErrTenancy = errors.New("store: statement outside its organization")

const (
	scopeKey = "tarn:scope"
	sqlKey   = "tarn:sql"
)

// tenantScope is what every statement of a Tx carries.
type tenantScope struct{ organization uuid.UUID }

// systemScope is what every statement of a System carries.
type systemScope struct{}

// guardTenancy makes the database refuse statements that forget their
// organization: a Tx's queries get the condition added, its new rows get the
// organization set, and whatever carries no scope fails.
func guardTenancy(db *gorm.DB) error {
	callbacks := db.Callback()
	return errors.Join(
		callbacks.Query().Before("gorm:query").Register("tarn:tenancy", restrict),
		callbacks.Row().Before("gorm:row").Register("tarn:tenancy", restrict),
		callbacks.Update().Before("gorm:update").Register("tarn:tenancy", restrict),
		callbacks.Delete().Before("gorm:delete").Register("tarn:tenancy", restrict),
		callbacks.Raw().Before("gorm:raw").Register("tarn:tenancy", restrictSQL),
		callbacks.Create().Before("gorm:create").Register("tarn:tenancy", stamp),
		callbacks.Create().Before("gorm:create").Register("tarn:length", limitTexts),
		callbacks.Update().Before("gorm:update").Register("tarn:length", limitTexts),
		callbacks.Create().Before("gorm:create").Register("tarn:instants", limitInstants),
		callbacks.Update().Before("gorm:update").Register("tarn:instants", limitInstants),
	)
}

// restrict adds the organization's condition to a query, update or deletion.
func restrict(db *gorm.DB) {
	if db.Statement.SQL.Len() > 0 {
		restrictSQL(db)
		return
	}
	scope, _ := db.Get(scopeKey)
	tenant, isTenant := scope.(tenantScope)
	if _, isSystem := scope.(systemScope); isSystem {
		return
	}
	if !isTenant || db.Statement.Schema == nil {
		refuse(db)
		return
	}
	field := db.Statement.Schema.LookUpField("OrganizationID")
	if field == nil || hasAlternative(db.Statement) {
		refuse(db)
		return
	}
	boundInstants(db.Statement)
	db.Statement.AddClause(clause.Where{Exprs: []clause.Expression{clause.Eq{
		Column: clause.Column{Table: clause.CurrentTable, Name: field.DBName}, Value: tenant.organization,
	}}})
}

// hasAlternative reports whether a statement has an alternative that would stand
// beside the organization's condition and make it void. Those within one
// condition do not.
func hasAlternative(statement *gorm.Statement) bool {
	where, _ := statement.Clauses["WHERE"].Expression.(clause.Where)
	return slices.ContainsFunc(where.Exprs, func(condition clause.Expression) bool {
		_, is := condition.(clause.OrConditions)
		return is
	})
}

// restrictSQL lets a hand-written statement pass only when it was made by the
// functions of statements.go, which put the organization's condition into it.
func restrictSQL(db *gorm.DB) {
	if _, ok := db.Get(sqlKey); !ok {
		refuse(db)
	}
}

// stamp sets the organization of new rows, and refuses rows of another one.
func stamp(db *gorm.DB) {
	scope, _ := db.Get(scopeKey)
	if _, isSystem := scope.(systemScope); isSystem {
		return
	}
	tenant, isTenant := scope.(tenantScope)
	if !isTenant || db.Statement.Schema == nil {
		refuse(db)
		return
	}
	field := db.Statement.Schema.LookUpField("OrganizationID")
	if field == nil {
		refuse(db)
		return
	}
	set := func(row reflect.Value) {
		value, zero := field.ValueOf(db.Statement.Context, row)
		if zero {
			_ = db.AddError(field.Set(db.Statement.Context, row, tenant.organization))
		} else if value != tenant.organization {
			refuse(db)
		}
	}
	for row := range rowsOf(db.Statement.ReflectValue) {
		set(row)
	}
}

func refuse(db *gorm.DB) {
	_ = db.AddError(fmt.Errorf("%w: table %q", ErrTenancy, db.Statement.Table))
}
