package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/store"
)

// A transaction that asks is given up and begun again with the answer, also where its
// work has taken the question for a failure; another one can write meanwhile.
func TestAsk_BeginsAgainWithTheAnswer(t *testing.T) {
	t.Parallel()
	planned := errors.New("planned")
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		begun, asked := 0, 0
		err := s.Write(t.Context(), scope, func(tx *store.Tx) error {
			begun++
			require.NoError(t, tx.InsertTax(newTax("given-up")))
			said, err := store.Ask(tx, "first", func(ctx context.Context) (string, error) {
				asked++
				return "yes", s.Write(ctx, scope, func(tx *store.Tx) error { return tx.InsertTax(newTax("meanwhile")) })
			})
			if err != nil {
				return errors.New("taken for a failure")
			}
			assert.Equal(t, "yes", said)
			_, err = store.Ask(tx, "second", func(context.Context) (int, error) {
				asked++
				return 0, planned
			})
			return err
		})
		require.ErrorIs(t, err, planned, "what is said last is the outcome")
		assert.Equal(t, []int{3, 2}, []int{begun, asked})
	})
}

// A question whose key is another one each time is given up.
func TestAsk_EndsWhereKeysChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		asked := 0
		err := s.Write(t.Context(), tenant(t, s, "a"), func(tx *store.Tx) error {
			_, err := store.Ask(tx, store.NewID().String(), func(context.Context) (bool, error) { asked++; return true, nil })
			return err
		})
		require.ErrorContains(t, err, "asks without end")
		assert.Equal(t, 16, asked)
	})
}
