package store_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/store"
)

// A file that another process is writing its first rows to is opened when that is done,
// though SQLite refuses it at once.
func TestOpen_WaitsForWhoeverMakesTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new.db")
	other, _ := openSQL(t, path)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)

	attempts := 0
	require.NoError(t, store.WhenFree(t.Context(), func() error {
		if attempts++; attempts == 3 {
			_, err := conn.ExecContext(t.Context(), "COMMIT")
			require.NoError(t, err)
		}
		db, _ := openSQL(t, path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
		return db.PingContext(t.Context())
	}))
	require.Equal(t, 3, attempts)
}
