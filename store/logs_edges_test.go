package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

func atNoon(days int) time.Time { return logEpoch.AddDate(0, 0, days).Add(12 * time.Hour) }

func taxLog(at time.Time) store.APILog {
	return store.APILog{APIVersion: "v1", HTTPMethod: "post", HTTPStatus: 200, RequestPath: "/taxes", LoggedAt: at}
}

// TestAPILogs_PeriodEdges are in at the beginning and out at the end, to the
// microsecond, in rows and totals alike.
func TestAPILogs_PeriodEdges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		at := atNoon(0)
		w.addAPILog(t, 0, taxLog(at))
		for _, c := range []struct {
			from, to time.Duration
			want     int64
		}{
			{0, time.Microsecond, 1},
			{0, 0, 0},
			{-time.Hour, 0, 0},
			{time.Microsecond, time.Hour, 0},
			{-time.Hour, time.Hour, 1},
			{-12 * time.Hour, 12 * time.Hour, 1},
			{-12 * time.Hour, 0, 0},
			{0, 12 * time.Hour, 1},
			{-36 * time.Hour, 36 * time.Hour, 1},
			{time.Hour, -time.Hour, 0},
			{36 * time.Hour, -36 * time.Hour, 0},
		} {
			from, to := at.Add(c.from), at.Add(c.to)
			// The same instants in another zone are the same period.
			for _, zone := range []*time.Location{time.UTC, time.FixedZone("east", 14*3600)} {
				from, to := from.In(zone), to.In(zone)
				list := w.apiLogs(t, 0, store.APILogFilter{From: &from, To: &to}, store.Page{})
				require.Equal(t, c.want, list.Total, "%v", c)
				require.Len(t, list.Rows, int(c.want), "%v", c)
			}
		}
	})
}

// TestAPILogs_PastRetention cannot be read, although they are still there, and
// do not count.
func TestAPILogs_PastRetention(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		days := 2
		w := newLogWorld(t, dialect, &days) // kept since logEpoch
		w.addAPILog(t, 0, taxLog(logEpoch.Add(-time.Microsecond)))
		w.addAPILog(t, 0, taxLog(logEpoch))
		w.addActivityLog(t, 0, store.ActivityLog{ActivityType: "tax.created", ActivitySource: store.SourceAPI, LoggedAt: logEpoch.Add(-time.Microsecond)})
		long := logEpoch.AddDate(-1, 0, 0)
		for _, filter := range []store.APILogFilter{{}, {From: &long}, {Paths: []string{"/taxes"}}} {
			list := w.apiLogs(t, 0, filter, store.Page{})
			require.Len(t, list.Rows, 1)
			require.Equal(t, int64(1), list.Total)
		}
		w.write(t, 0, func(tx *store.Tx) error {
			_, err := tx.APILog(w.api[0][0].ID)
			require.ErrorIs(t, err, store.ErrNotFound)
			_, err = tx.ActivityLog(w.acts[0][0].ID)
			require.ErrorIs(t, err, store.ErrNotFound)
			_, err = tx.APILog(w.api[0][1].ID)
			return err
		})
	})
}

// TestAPILogs_Bookmarks carry a reader on from where the page before ended;
// other readers, other filters and other page sizes are not moved by them.
func TestAPILogs_Bookmarks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		for i := range 6 {
			w.addAPILog(t, 0, taxLog(atNoon(0).Add(time.Duration(i)*time.Second)))
		}
		label := map[string]int{}
		for i, row := range w.api[0] {
			label[row.ID.String()] = i
		}
		read := func(filter store.APILogFilter, number, size int) []int {
			shown := []int{}
			for _, row := range w.apiLogs(t, 0, filter, store.Page{Number: number, Size: size}).Rows {
				if i, old := label[row.ID.String()]; old {
					shown = append(shown, i)
				} else {
					shown = append(shown, -1)
				}
			}
			return shown
		}
		none := store.APILogFilter{}
		require.Equal(t, []int{5, 4}, read(none, 1, 2))
		w.addAPILog(t, 0, taxLog(atNoon(1)))
		require.Equal(t, []int{3, 2}, read(none, 2, 2), "goes on")
		w.addAPILog(t, 0, taxLog(atNoon(1)))
		require.Equal(t, []int{1, 0}, read(none, 3, 2), "and on")
		require.Equal(t, []int{3, 2}, read(none, 2, 2), "and back")
		require.Equal(t, []int{4, 3, 2}, read(none, 2, 3), "another size is another list")
		require.Equal(t, []int{5, 4}, read(store.APILogFilter{Methods: []string{"post"}}, 2, 2), "another filter is another list")
		mine := w.scopes[0].APIKey
		w.scopes[0].APIKey = store.NewID()
		require.Equal(t, []int{5, 4}, read(none, 2, 2), "another key is another reader")
		w.scopes[0].APIKey = mine
		require.Equal(t, []int{-1, -1}, read(none, 1, 2), "the first page is always new")
		require.Equal(t, []int{5, 4}, read(none, 2, 2), "and begins a new reading")
		w.addAPILog(t, 0, taxLog(atNoon(1)))
		require.Equal(t, []int{5, 4}, read(none, 2, 2))
		require.Equal(t, []int{2, 1}, read(none, 4, 2), "a page that was not led up to is found by counting")
		require.Empty(t, read(none, 9, 2))
	})
}

// TestAPILogs_Bookmarks_OfAListThatShrank lead nowhere.
func TestAPILogs_Bookmarks_OfAListThatShrank(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		for i := range 4 {
			w.addAPILog(t, 0, taxLog(atNoon(0).Add(time.Duration(i)*time.Second)))
		}
		page := func(number int) store.List[store.APILog] {
			return w.apiLogs(t, 0, store.APILogFilter{}, store.Page{Number: number, Size: 2})
		}
		require.Len(t, page(1).Rows, 2)
		require.Len(t, page(2).Rows, 2)
		w.forget(t, 0, atNoon(0).Add(3*time.Second))
		require.Equal(t, int64(1), page(1).Total)
		require.Equal(t, int64(1), page(2).Total)
		require.Empty(t, page(2).Rows)
	})
}

// TestAPILogs_Totals grow with the list but not within a reading, so that the
// number of pages does not change under the reader.
func TestAPILogs_Totals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		for range 5 {
			w.addAPILog(t, 0, taxLog(atNoon(0)))
		}
		total := func(number int) int64 {
			return w.apiLogs(t, 0, store.APILogFilter{}, store.Page{Number: number, Size: 2}).Total
		}
		require.Equal(t, int64(5), total(1))
		w.addAPILog(t, 0, taxLog(atNoon(1)))
		require.Equal(t, int64(5), total(2))
		require.Equal(t, int64(5), total(3))
		require.Equal(t, int64(6), total(1))
	})
}

// TestLogs_SpanMonths whose tables are made when they are needed and dropped
// when nothing in them is kept any more; rows of others keep a month alive.
func TestLogs_SpanMonths(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		months := make([]time.Time, 30)
		for i := range months {
			months[i] = time.Date(2024, time.Month(1+i), 15, 0, 0, 0, 0, time.UTC)
			at := months[i]
			w.travel(t, 0, at)
			w.write(t, 0, func(tx *store.Tx) error {
				row := store.RequestLog{ID: store.NewID(), APIKeyID: store.NewID(), Method: "GET", Path: "/", EndpointType: "read", LoggedAt: at}
				return tx.InsertRequestLog(&row)
			})
			w.addAPILog(t, 0, taxLog(at))
		}
		w.travel(t, 1, months[3])
		w.addAPILog(t, 1, taxLog(months[3]))
		w.requireAPILogs(t, 0, store.APILogFilter{}, 7)
		limit := months[6].AddDate(0, 0, -1)
		w.write(t, 0, func(tx *store.Tx) error { return tx.DeleteLogsBefore(store.LogRequest, limit) })
		w.forget(t, 0, limit)
		require.Len(t, w.api[0], 24)
		w.requireAPILogs(t, 0, store.APILogFilter{}, 7)
		w.requireAPILogs(t, 1, store.APILogFilter{}, 7)
		w.write(t, 0, func(tx *store.Tx) error {
			for _, log := range []store.Log{store.LogAPI, store.LogRequest} {
				oldest, err := tx.OldestLog(log)
				require.NoError(t, err)
				require.Equal(t, months[6], *oldest, log)
			}
			return nil
		})
		// A month that was dropped can be written again.
		w.travel(t, 1, months[0])
		w.addAPILog(t, 1, taxLog(months[0]))
		w.requireAPILogs(t, 1, store.APILogFilter{}, 7)
	})
}

// travel moves the clock of an organization.
func (w *logWorld) travel(t testing.TB, org int, to time.Time) {
	t.Helper()
	scope := w.scopes[org]
	scope.Source = store.SourceSystem
	require.NoError(t, w.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.SetClock(&to) }))
}

// TestActivityLog_KeepsItsDocuments as they were rendered: order and numbers
// beyond what floats hold included, as far as the database keeps them.
func TestActivityLog_KeepsItsDocuments(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		row := store.ActivityLog{
			ID: store.NewID(), ActivityType: "tax.updated", ActivitySource: store.SourceSystem, ResourceID: store.NewID(), ResourceType: "Tax",
			ActivityObject:        json.RawMessage(`{"big":12345678901234567890,"exact":0.10,"html":"<&>","text":"é"}`),
			ActivityObjectChanges: map[string][2]json.RawMessage{"big": {json.RawMessage("null"), json.RawMessage("12345678901234567890")}},
			LoggedAt:              logEpoch, CreatedAt: logEpoch,
		}
		w.write(t, 0, func(tx *store.Tx) error { return tx.InsertActivityLog(&row) })
		w.write(t, 0, func(tx *store.Tx) error {
			found, err := tx.ActivityLog(row.ID)
			require.NoError(t, err)
			require.JSONEq(t, string(row.ActivityObject), string(found.ActivityObject))
			require.Contains(t, string(found.ActivityObject), "12345678901234567890")
			require.Contains(t, string(found.ActivityObject), "0.10")
			require.Equal(t, "12345678901234567890", string(found.ActivityObjectChanges["big"][1]))
			require.Nil(t, found.RequestID)
			require.Nil(t, found.APIKeyID)
			return nil
		})
	})
}
