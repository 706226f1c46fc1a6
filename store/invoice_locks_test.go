package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/store"
)

// TestInvoices_LockTheirCustomerFirst races transactions that have a customer and
// take its invoice or its fee with transactions that have these and take the
// customer. Where one is locked without its customer, the two wait for each
// other, and the database lets one of them run twice.
func TestInvoices_LockTheirCustomerFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b := newBiller(t, s, "a")
		invoice := b.invoice()
		fee := b.fee(&invoice.ID)
		b.write(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.InsertInvoice(invoice))
			require.NoError(t, tx.InsertFees([]store.Fee{fee}))
		})
		undone := errors.New("undone")
		lockCustomer := func(tx *store.Tx) error { return tx.LockCustomer(b.customer) }
		for name, lock := range map[string]func(tx *store.Tx) error{
			"invoice": func(tx *store.Tx) error { _, err := tx.InvoiceForUpdate(invoice.ID); return err },
			"fee":     func(tx *store.Tx) error { _, err := tx.FeeForUpdate(fee.ID); return err },
		} {
			const rounds = 20
			var runs atomic.Int32
			race := func(first, second func(*store.Tx) error) {
				assert.ErrorIs(t, s.Write(t.Context(), b.scope, func(tx *store.Tx) error {
					runs.Add(1)
					return errors.Join(first(tx), second(tx), undone)
				}), undone)
			}
			for range rounds {
				var racing sync.WaitGroup
				racing.Go(func() { race(lockCustomer, lock) })
				racing.Go(func() { race(lock, lockCustomer) })
				racing.Wait()
			}
			require.Equal(t, int32(2*rounds), runs.Load(), name)
		}
	})
}

// TestInvoices_AreSeenAsTheyAreOnceLocked, not as they were before somebody else
// changed them.
func TestInvoices_AreSeenAsTheyAreOnceLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b := newBiller(t, s, "a")
		invoice := b.invoice()
		b.write(t, s, func(tx *store.Tx) { require.NoError(t, tx.InsertInvoice(invoice)) })
		const writers = 12
		var racing sync.WaitGroup
		for range writers {
			racing.Go(func() {
				assert.NoError(t, s.Write(t.Context(), b.scope, func(tx *store.Tx) error {
					row, err := tx.InvoiceForUpdate(invoice.ID)
					if err != nil {
						return err
					}
					row.TotalPaidAmountCents++
					return tx.UpdateInvoice(&row)
				}))
			})
		}
		racing.Wait()
		b.write(t, s, func(tx *store.Tx) {
			row, err := tx.InvoiceByID(invoice.ID)
			require.NoError(t, err)
			require.Equal(t, int64(writers), row.TotalPaidAmountCents)
		})
	})
}

// TestInvoices_NumbersHaveNoGap when those of many customers become final at once,
// and some do not after all.
func TestInvoices_NumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		const writers, customers = 24, 3
		b, undone := newBiller(t, s, "a"), errors.New("undone")
		owners := []uuid.UUID{b.customer}
		b.write(t, s, func(tx *store.Tx) {
			for i := int64(2); i <= customers; i++ {
				owner := store.Customer{ID: store.NewID(), BillingEntityID: b.entity, ExternalID: fmt.Sprint(i), AccountType: "customer", SequentialID: i}
				require.NoError(t, tx.InsertCustomer(&owner))
				owners = append(owners, owner.ID)
			}
		})
		finalize := func(tx *store.Tx, customer uuid.UUID) error {
			if err := tx.LockCustomer(customer); err != nil {
				return err
			}
			sequential, err := nextNumber(tx, customer, b.entity)
			if err != nil {
				return err
			}
			number, err := tx.NextEntitySequentialID(b.entity)
			if err != nil {
				return err
			}
			row := b.finalized(0, sequential, &number)
			row.CustomerID = customer
			return tx.InsertInvoice(row)
		}
		var racing sync.WaitGroup
		for i := range writers {
			racing.Go(func() {
				err := s.Write(t.Context(), b.scope, func(tx *store.Tx) error {
					if err := finalize(tx, owners[i%customers]); err != nil || i%4 > 0 {
						return err
					}
					return undone
				})
				if i%4 > 0 {
					assert.NoError(t, err)
				} else {
					assert.ErrorIs(t, err, undone)
				}
			})
		}
		racing.Wait()
		b.write(t, s, func(tx *store.Tx) {
			var rows []store.Invoice
			require.NoError(t, tx.DB().Order("entity_sequential_id").Find(&rows).Error)
			require.Len(t, rows, writers*3/4)
			counted := map[uuid.UUID]int64{}
			for i, row := range rows {
				counted[row.CustomerID]++
				require.Equal(t, int64(i+1), *row.EntitySequentialID)
				require.Equal(t, counted[row.CustomerID], *row.SequentialID)
			}
			require.Len(t, counted, customers)
		})
	})
}
