package store_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/store"
	"tarn/store/storetest"
)

// TestQueryLog_TellsErrorsFromRetries lets one process drop the tables of a month
// that another one still writes. The write gives way and is tried again, which is
// no error.
func TestQueryLog_TellsErrorsFromRetries(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		var log bytes.Buffer
		open := func(log *slog.Logger) *store.Store {
			s, err := store.Open(t.Context(), store.Options{URL: url, Clock: clock.NewManual(epoch), Logger: log})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		}
		writer := open(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})))
		other := open(nil)
		scope := tenant(t, writer, "a")
		addLog := func(tx *store.Tx) error {
			return tx.InsertRequestLog(&store.RequestLog{
				ID: store.NewID(), APIKeyID: scope.APIKey, Method: "GET", Path: "/", EndpointType: "read", LoggedAt: tx.Now(),
			})
		}
		require.NoError(t, writer.Write(t.Context(), scope, addLog))
		require.NoError(t, other.Write(t.Context(), scope, func(tx *store.Tx) error {
			return tx.DeleteLogsBefore(store.LogRequest, epoch.AddDate(0, 1, 0))
		}))
		require.NoError(t, writer.Write(t.Context(), scope, addLog))
		require.Empty(t, log.String())

		refused := writer.Write(t.Context(), scope, func(tx *store.Tx) error {
			return tx.DB().Exec("SELECT nonsense FROM taxes WHERE organization_id = ?", scope.Organization).Error
		})
		require.Error(t, refused)
		require.Contains(t, log.String(), "query failed")
	})
}
