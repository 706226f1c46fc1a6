package store

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"tarn/store/internal/named"
)

// sql prepares a hand-written statement for Scan and Rows. Its text keeps to the
// tenant by the marks of package named, or it is never sent: ErrTenancy.
func (tx *Tx) sql(text string, arguments named.Arguments) *gorm.DB {
	return tx.prepare(named.Statement{Text: text, Arguments: arguments}.Bind(tx.organizationID()))
}

// exec runs a hand-written statement that returns no rows, and says how many it
// has changed. It refuses what sql refuses.
func (tx *Tx) exec(text string, arguments named.Arguments) (int64, error) {
	return tx.run(named.Statement{Text: text, Arguments: arguments}.Bind(tx.organizationID()))
}

// command runs a statement that concerns no rows of any organization, such as a
// lock. One that names a table of ours is never sent: ErrTenancy.
func (tx *Tx) command(text string, arguments named.Arguments) error {
	_, err := tx.run(named.Statement{Text: text, Arguments: arguments}.BindCommand())
	return err
}

// answer is command for a question about the schema.
func (tx *Tx) answer(text string, arguments named.Arguments) *gorm.DB {
	return tx.prepare(named.Statement{Text: text, Arguments: arguments}.BindCommand())
}

func (tx *Tx) prepare(text string, values []any, err error) *gorm.DB {
	db := tx.db.Set(sqlKey, true)
	if err != nil {
		_ = db.AddError(errors.Join(ErrTenancy, err))
		return db
	}
	return db.Raw(text, values...)
}

func (tx *Tx) run(text string, values []any, err error) (int64, error) {
	if err != nil {
		return 0, errors.Join(ErrTenancy, err)
	}
	result := tx.db.Set(sqlKey, true).Exec(text, values...)
	return result.RowsAffected, result.Error
}

// add adds rows by a statement that insertsOf has made, and says how many.
func (tx *Tx) add(statement insert) (int64, error) {
	if statement.organization != tx.organizationID() {
		return 0, fmt.Errorf("%w: new rows", ErrTenancy)
	}
	return tx.run(statement.text, statement.values, nil)
}

// sql prepares a hand-written statement above organizations.
func (sys *System) sql() *gorm.DB { return sys.db.Set(sqlKey, true) }
