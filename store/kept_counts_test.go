package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/store"
	"tarn/store/storetest"
)

// requireCustomersCounted holds the total of all customers against the rows that there
// are: a filter that lets all of them through is no filter of the kept counts.
func requireCustomersCounted(t require.TestingT, tx *store.Tx) {
	kept, err := tx.Customers(store.CustomerFilter{}, store.Page{})
	require.NoError(t, err)
	counted, err := tx.Customers(store.CustomerFilter{HasCustomerType: new(bool)}, store.Page{})
	require.NoError(t, err)
	requireSameList(t, counted, kept)
}

// TestRowCounts_AreTheRealNumbers whatever is added, deleted, brought back and rolled
// back, in any organization.
func TestRowCounts_AreTheRealNumbers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		storetest.Closing(t, s.Close)
		db, _ := openSQL(t, url)
		billers := []biller{newBiller(t, s, "a"), newBiller(t, s, "b")}
		run := func(statement string) {
			_, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		made := 0
		rapid.Check(t, func(rt *rapid.T) {
			b := rapid.SampledFrom(billers).Draw(rt, "who")
			rt.Repeat(map[string]func(*rapid.T){
				"add": func(rt *rapid.T) {
					undone := rapid.Bool().Draw(rt, "undone")
					err := s.Write(t.Context(), b.scope, func(tx *store.Tx) error {
						made++
						number := int64(100 + made)
						name := fmt.Sprint("counted-", made)
						row := store.Customer{ID: store.NewID(), BillingEntityID: b.entity, ExternalID: name, SequentialID: number, Slug: name}
						if err := tx.InsertCustomer(&row); err != nil || !undone {
							return err
						}
						return errUndone
					})
					if undone {
						require.ErrorIs(rt, err, errUndone)
					} else {
						require.NoError(rt, err)
					}
				},
				"delete":                     func(*rapid.T) { run(oneCounted("UPDATE customers SET deleted_at = created_at", "IS NULL")) },
				"delete again":               func(*rapid.T) { run(oneCounted("UPDATE customers SET deleted_at = created_at", "IS NOT NULL")) },
				"bring back":                 func(*rapid.T) { run(oneCounted("UPDATE customers SET deleted_at = NULL", "IS NOT NULL")) },
				"remove":                     func(*rapid.T) { run(oneCounted("DELETE FROM customers", "IS NULL")) },
				"remove one that is deleted": func(*rapid.T) { run(oneCounted("DELETE FROM customers", "IS NOT NULL")) },
				"look": func(rt *rapid.T) {
					b.write(t, s, func(tx *store.Tx) { requireCustomersCounted(rt, tx) })
				},
			})
		})
		b := billers[0]
		b.write(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.DeleteOrganization())
			requireCustomersCounted(t, tx)
		})
		billers[1].write(t, s, func(tx *store.Tx) { requireCustomersCounted(t, tx) })
	})
}

// oneCounted is a statement about one of the customers that the test has made, if there is
// one that is deleted, or is not.
func oneCounted(statement, deleted string) string {
	return statement + " WHERE id = (SELECT id FROM customers WHERE deleted_at " + deleted + " AND slug LIKE 'counted-%' ORDER BY id LIMIT 1)"
}
