package store_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

// The logs are given one by one, oldest first, within the organization and its
// retention; what fn says ends it.
func TestEachAPILog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		for _, days := range []int{2, 0, 1} {
			w.addAPILog(t, 0, taxLog(atNoon(days)))
		}
		w.addAPILog(t, 1, taxLog(atNoon(1)))
		since := atNoon(1)
		var all, later []int
		read := func(into *[]int) func(store.APILog) error {
			return func(row store.APILog) error {
				*into = append(*into, int(row.LoggedAt.Sub(logEpoch).Hours()/24))
				return nil
			}
		}
		w.write(t, 0, func(tx *store.Tx) error { return tx.EachAPILog(nil, read(&all)) })
		w.write(t, 0, func(tx *store.Tx) error { return tx.EachAPILog(&since, read(&later)) })
		require.Equal(t, []int{0, 1, 2}, all)
		require.Equal(t, []int{1, 2}, later)
		enough := errors.New("enough")
		w.write(t, 0, func(tx *store.Tx) error {
			require.ErrorIs(t, tx.EachAPILog(nil, func(store.APILog) error { return enough }), enough)
			return nil
		})
	})
}
