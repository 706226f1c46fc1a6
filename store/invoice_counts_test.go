package store_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/store"
	"tarn/store/storetest"
)

// errUndone rolls a transaction back.
var errUndone = errors.New("undone")

// drawInvoice sets what lists filter on.
func drawInvoice(t *rapid.T, row *store.Invoice) {
	row.Status = rapid.SampledFrom([]store.InvoiceStatus{
		store.InvoiceDraft, store.InvoiceFinalized, store.InvoiceVoided, store.InvoiceClosed, store.InvoiceOpen,
	}).Draw(t, "status")
	row.PaymentStatus = rapid.SampledFrom([]store.PaymentStatus{store.PaymentPending, store.PaymentSucceeded}).Draw(t, "payment")
	row.PaymentOverdue = rapid.Bool().Draw(t, "overdue")
	row.InvoiceType = rapid.SampledFrom([]store.InvoiceType{store.InvoiceSubscription, store.InvoiceOneOff}).Draw(t, "type")
}

// requireTotals holds the totals of a list against the rows that it has: a bound
// that bounds nothing is no filter of the kept counts.
func requireTotals(t *testing.T, tx *store.Tx, filter store.InvoiceFilter) {
	t.Helper()
	kept, err := tx.Invoices(filter, store.Page{})
	require.NoError(t, err)
	lowest := int64(math.MinInt64)
	filter.AmountFrom = &lowest
	counted, err := tx.Invoices(filter, store.Page{})
	require.NoError(t, err)
	requireSameList(t, counted, kept)
}

// requireSameList holds a list whose total is kept against the one whose rows were
// counted.
func requireSameList[T any](t require.TestingT, counted, kept store.List[T]) {
	require.Equal(t, counted.Total, kept.Total)
	require.Equal(t, counted.Rows, kept.Rows)
}

// TestInvoiceCounts_AreTheRealNumbers whatever is added, changed, deleted and rolled
// back, for every filter that they answer.
func TestInvoiceCounts_AreTheRealNumbers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		storetest.Closing(t, s.Close)
		db, _ := openSQL(t, url)
		billers := []biller{newBiller(t, s, "a"), newBiller(t, s, "b")}
		var made []*store.Invoice
		rapid.Check(t, func(rt *rapid.T) {
			b := rapid.SampledFrom(billers).Draw(rt, "who")
			write := func(change func(tx *store.Tx) error) bool {
				undone := rapid.Bool().Draw(rt, "undone")
				err := s.Write(t.Context(), b.scope, func(tx *store.Tx) error {
					if err := change(tx); err != nil || !undone {
						return err
					}
					return errUndone
				})
				if undone {
					require.ErrorIs(t, err, errUndone)
				} else {
					require.NoError(t, err)
				}
				return !undone
			}
			rt.Repeat(map[string]func(*rapid.T){
				"add": func(rt *rapid.T) {
					rows := make([]*store.Invoice, rapid.IntRange(1, 3).Draw(rt, "rows"))
					for i := range rows {
						rows[i] = b.invoice()
						drawInvoice(rt, rows[i])
					}
					if write(func(tx *store.Tx) error { return tx.InsertInvoices(rows) }) {
						made = append(made, rows...)
					}
				},
				"change": func(rt *rapid.T) {
					for _, row := range made {
						if row.OrganizationID == b.scope.Organization && rapid.Bool().Draw(rt, "changes") {
							drawInvoice(rt, row)
							write(func(tx *store.Tx) error { return tx.UpdateInvoice(row) })
							return
						}
					}
				},
				"delete": func(*rapid.T) {
					if len(made) > 0 {
						_, err := db.ExecContext(t.Context(), "DELETE FROM invoices WHERE id = '"+made[0].ID.String()+"'")
						require.NoError(t, err)
						made = made[1:]
					}
				},
				"look": func(rt *rapid.T) {
					filter := store.InvoiceFilter{
						Statuses:        some(store.InvoiceDraft, store.InvoiceFinalized, store.InvoiceVoided).Draw(rt, "statuses"),
						PaymentStatuses: some(store.PaymentPending, store.PaymentSucceeded).Draw(rt, "payments"),
						Types:           some(store.InvoiceSubscription, store.InvoiceOneOff).Draw(rt, "types"),
						PaymentOverdue:  rapid.SampledFrom([]*bool{nil, new(bool)}).Draw(rt, "overdue"),
					}
					b.write(t, s, func(tx *store.Tx) { requireTotals(t, tx, filter) })
				},
			})
		})
	})
}

// TestInvoiceCounts_OfManyWriters at once are exact too, and are gone with their
// organization.
func TestInvoiceCounts_OfManyWriters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		const writers, invoices = 8, 5
		b := newBiller(t, s, "a")
		errs := make([]error, writers)
		var group sync.WaitGroup
		for n := range writers {
			group.Go(func() {
				for range invoices {
					errs[n] = errors.Join(errs[n], s.Write(t.Context(), b.scope, func(tx *store.Tx) error { return tx.InsertInvoice(b.invoice()) }))
				}
			})
		}
		group.Wait()
		require.NoError(t, errors.Join(errs...))
		b.write(t, s, func(tx *store.Tx) {
			list, err := tx.Invoices(store.InvoiceFilter{}, store.Page{})
			require.NoError(t, err)
			require.EqualValues(t, writers*invoices, list.Total)
			requireTotals(t, tx, store.InvoiceFilter{})
			require.NoError(t, tx.DeleteOrganization())
			left, err := tx.Invoices(store.InvoiceFilter{}, store.Page{})
			require.NoError(t, err)
			require.Zero(t, left.Total)
		})
	})
}
