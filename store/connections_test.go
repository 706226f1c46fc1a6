package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

// TestTx_LeavesItsConnectionFitForUse ends transactions badly on the only
// connection there is, in every way there is.
func TestTx_LeavesItsConnectionFitForUse(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s, err := store.Open(t.Context(), store.Options{URL: url, Clock: clock.NewManual(epoch), MaxConnections: 1})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("first")) }))
		taxes := []string{"first"}
		for _, badly := range []struct {
			name string
			end  func(*testing.T) error
		}{
			{"refused", func(t *testing.T) error {
				return s.Write(t.Context(), scope, func(tx *store.Tx) error {
					return errors.Join(tx.InsertTax(newTax("undone")), errors.New("refused"))
				})
			}},
			{"a statement failed", func(t *testing.T) error {
				return s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("first")) })
			}},
			{"the first statement failed", func(t *testing.T) error {
				return s.Read(t.Context(), store.Scope{Organization: store.NewID()}, func(*store.Tx) error { return nil })
			}},
			{"given up in between", func(t *testing.T) error {
				ctx, cancel := context.WithCancel(t.Context())
				return s.Write(ctx, scope, func(tx *store.Tx) error {
					defer cancel()
					return tx.InsertTax(newTax("undone"))
				})
			}},
			{"given up before the end", func(t *testing.T) error {
				ctx, cancel := context.WithCancel(t.Context())
				return s.Read(ctx, scope, func(tx *store.Tx) error {
					cancel()
					_, err := tx.Taxes(store.Page{})
					return err
				})
			}},
			{"a panic", func(t *testing.T) (err error) {
				defer func() { err, _ = recover().(error) }()
				return s.Write(t.Context(), scope, func(tx *store.Tx) error {
					require.NoError(t, tx.InsertTax(newTax("undone")))
					panic(errors.New("a defect"))
				})
			}},
		} {
			require.Error(t, badly.end(t), badly.name)
			taxes = append(taxes, badly.name)
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax(badly.name)) }), badly.name)
			require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
				list, err := tx.Taxes(store.Page{})
				codes := make([]string, len(list.Rows))
				for i, tax := range list.Rows {
					codes[i] = tax.Code
				}
				require.ElementsMatch(t, taxes, codes)
				require.EqualValues(t, len(taxes), list.Total)
				return err
			}))
		}
	})
}

func TestList_OfNoRowsHasItsTotal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("vat")) }))
		require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
			for number, rows := range map[int]int{0: 1, 1: 1, 2: 0, 1 << 62: 0} {
				list, err := tx.Taxes(store.Page{Number: number, Size: 2})
				require.NoError(t, err)
				require.EqualValues(t, 1, list.Total)
				require.Len(t, list.Rows, rows)
			}
			return nil
		}))
	})
}

// TestClose_LeavesTheFileAlone whoever was given up a moment before: a transaction whose
// context has ended may give its connection back later than it returns.
func TestClose_LeavesTheFileAlone(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "alone.db")
	open := func() *store.Store {
		s, err := store.Open(t.Context(), store.Options{URL: file, Clock: clock.NewManual(epoch)})
		require.NoError(t, err)
		return s
	}
	s := open()
	require.NoError(t, s.Migrate(t.Context()))
	scope := tenant(t, s, "a")
	require.NoError(t, s.Close())
	for round := range 200 {
		s := open()
		ctx, cancel := context.WithCancel(t.Context())
		ways := []func(context.Context, store.Scope, func(*store.Tx) error) error{s.Read, s.Write}
		require.Error(t, ways[round%len(ways)](ctx, scope, func(*store.Tx) error {
			cancel()
			return errors.New("given up")
		}))
		require.NoError(t, s.Close())
		require.NoFileExists(t, file+"-wal")
	}
}
