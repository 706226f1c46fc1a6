package store

import (
	"sync"

	"github.com/glebarez/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm/schema"
)

// The dialects as GORM knows them. The log names statements without their values
// (see queryLogger), so GORM need not look for the places of values in their texts.

type postgresDialector struct{ *postgres.Dialector }

// Explain is the text of a statement.
func (postgresDialector) Explain(text string, _ ...any) string { return text }

type sqliteDialector struct{ *sqlite.Dialector }

// Explain is the text of a statement.
func (sqliteDialector) Explain(text string, _ ...any) string { return text }

// tableNames are the names that GORM makes of those of row types, by many patterns
// and for each store anew, made once.
type tableNames struct{ schema.NamingStrategy }

var namesOfTables sync.Map //nolint:gochecknoglobals // what is found out about names once

// TableName is the name of the table of a row type.
func (n tableNames) TableName(row string) string {
	if known, ok := namesOfTables.Load(row); ok {
		return known.(string) //nolint:errcheck,forcetypeassert // nothing else is in it
	}
	name := n.NamingStrategy.TableName(row)
	namesOfTables.Store(row, name)
	return name
}
