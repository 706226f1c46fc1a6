package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/store"
	"tarn/store/storetest"
)

// logEpoch is the last midnight of the logs that these tests write.
var logEpoch = time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC)

// logWorld is a database with two organizations that write logs, and a copy of
// what they have written.
type logWorld struct {
	*store.Store
	scopes [2]store.Scope
	api    [2][]store.APILog
	acts   [2][]store.ActivityLog
}

func newLogWorld(t testing.TB, dialect string, audited *int) *logWorld {
	t.Helper()
	w := &logWorld{Store: storetest.Open(t, dialect)}
	now := logEpoch.AddDate(0, 0, 2)
	for i := range w.scopes {
		org := store.Organization{
			ID: store.NewID(), Name: "Test", Slug: fmt.Sprint("test-", i), Plan: "free", DefaultCurrency: "EUR", Timezone: "UTC",
			DocumentNumberPrefix: "TES-0000", PremiumIntegrations: []string{}, FrozenAt: &now, AuditLogsPeriod: audited,
		}
		require.NoError(t, w.System(t.Context(), func(sys *store.System) error { return sys.InsertOrganization(&org) }))
		w.scopes[i] = store.Scope{Organization: org.ID, Source: store.SourceAPI, APIKey: store.NewID()}
	}
	w.makeTables(t)
	return w
}

// makeTables lets both months of these tests have tables. They come with the
// first write of a month.
func (w *logWorld) makeTables(t testing.TB) {
	t.Helper()
	now := logEpoch.AddDate(0, 0, 2)
	for _, month := range []time.Time{now.AddDate(0, -1, 0), now} {
		w.travel(t, 0, month)
		w.write(t, 0, func(*store.Tx) error { return nil })
	}
}

func (w *logWorld) write(t testing.TB, org int, fn func(tx *store.Tx) error) {
	t.Helper()
	require.NoError(t, w.Write(t.Context(), w.scopes[org], fn))
}

func (w *logWorld) addAPILog(t testing.TB, org int, row store.APILog) {
	t.Helper()
	row.ID, row.APIKeyID, row.CreatedAt = store.NewID(), w.scopes[org].APIKey, row.LoggedAt
	w.write(t, org, func(tx *store.Tx) error { return tx.InsertAPILog(&row) })
	w.api[org] = append(w.api[org], row)
}

func (w *logWorld) addActivityLog(t testing.TB, org int, row store.ActivityLog) {
	t.Helper()
	row.ID, row.ResourceID, row.CreatedAt = store.NewID(), store.NewID(), row.LoggedAt
	row.ActivityObject, row.ActivityObjectChanges = json.RawMessage("{}"), map[string][2]json.RawMessage{}
	w.write(t, org, func(tx *store.Tx) error { return tx.InsertActivityLog(&row) })
	w.acts[org] = append(w.acts[org], row)
}

// instant draws a time around midnights, over three days and a change of
// month.
func instant(t *rapid.T, label string) time.Time {
	midnight := logEpoch.AddDate(0, 0, -rapid.IntRange(0, 4).Draw(t, "day"))
	return midnight.Add(rapid.SampledFrom([]time.Duration{
		0, time.Microsecond, -time.Microsecond, time.Second, 12 * time.Hour, 24*time.Hour - time.Microsecond,
	}).Draw(t, label))
}

// bound draws the limit of a period, or none.
func bound(t *rapid.T, label string) *time.Time {
	if rapid.Bool().Draw(t, "open") {
		return nil
	}
	at := instant(t, label)
	return &at
}

func some[T any](values ...T) *rapid.Generator[[]T] {
	return rapid.SliceOfN(rapid.SampledFrom(values), 0, 2)
}

// within reports whether a time lies in a period: from in, to out.
func within(at time.Time, from, to *time.Time) bool {
	return (from == nil || !at.Before(*from)) && (to == nil || at.Before(*to))
}

func oneOf[T comparable](value T, allowed []T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, value)
}

// TestLogCounts_AreTheRealNumbers writes and deletes rows in any order and
// asks for lists with any filter: the totals are those that counting a copy by
// hand gives.
func TestLogCounts_AreTheRealNumbers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		w := newLogWorld(t, dialect, nil)
		rapid.Check(t, func(rt *rapid.T) {
			rt.Repeat(map[string]func(*rapid.T){
				"add": func(rt *rapid.T) {
					w.addAPILog(t, rapid.IntRange(0, 1).Draw(rt, "org"), store.APILog{
						APIVersion: "v1", HTTPMethod: rapid.SampledFrom([]string{"post", "put", "patch"}).Draw(rt, "method"),
						HTTPStatus: rapid.SampledFrom([]int{200, 399, 400, 404, 500}).Draw(rt, "status"), RequestPath: "/taxes", LoggedAt: instant(rt, "at"),
					})
				},
				"change": func(rt *rapid.T) {
					w.addActivityLog(t, rapid.IntRange(0, 1).Draw(rt, "org"), store.ActivityLog{
						ActivityType:   rapid.SampledFrom([]string{"tax.created", "tax.updated"}).Draw(rt, "type"),
						ActivitySource: rapid.SampledFrom([]store.Source{store.SourceAPI, store.SourceSystem}).Draw(rt, "source"), LoggedAt: instant(rt, "at"),
					})
				},
				"forget": func(rt *rapid.T) {
					w.forget(t, rapid.IntRange(0, 1).Draw(rt, "org"), instant(rt, "before"))
					w.makeTables(t)
				},
				"look": func(rt *rapid.T) {
					org := rapid.IntRange(0, 1).Draw(rt, "who asks")
					w.requireAPILogs(t, org, drawAPIFilter(rt), rapid.SampledFrom([]int{3, 10, 100}).Draw(rt, "size"))
					w.requireActivityLogs(t, org, drawActivityFilter(rt))
				},
			})
		})
	})
}

// forget removes an organization's rows before a limit, from the database and
// the copy.
func (w *logWorld) forget(t testing.TB, org int, limit time.Time) {
	t.Helper()
	w.write(t, org, func(tx *store.Tx) error {
		for _, log := range []store.Log{store.LogAPI, store.LogActivity} {
			if err := tx.DeleteLogsBefore(log, limit); err != nil {
				return err
			}
		}
		return nil
	})
	w.api[org] = slices.DeleteFunc(w.api[org], func(row store.APILog) bool { return row.LoggedAt.Before(limit) })
	w.acts[org] = slices.DeleteFunc(w.acts[org], func(row store.ActivityLog) bool { return row.LoggedAt.Before(limit) })
}

func drawAPIFilter(t *rapid.T) store.APILogFilter {
	filter := store.APILogFilter{
		From: bound(t, "from"), To: bound(t, "to"), Methods: some("post", "put", "delete").Draw(t, "methods"),
		Statuses: some(store.StatusRange{From: 100, To: 399}, store.StatusRange{From: 400, To: 599}, store.StatusRange{From: 404, To: 404}).Draw(t, "statuses"),
	}
	if rapid.Bool().Draw(t, "by path") {
		filter.Paths = []string{"/ta*"} // what the counts cannot answer
	}
	return filter
}

func drawActivityFilter(t *rapid.T) store.ActivityLogFilter {
	return store.ActivityLogFilter{
		From: bound(t, "from"), To: bound(t, "to"), Types: some("tax.created", "tax.deleted").Draw(t, "types"),
		Sources: some("api", "system").Draw(t, "sources"),
	}
}

// requireAPILogs fails unless the list is what the copy says, row by row and
// in total.
func (w *logWorld) requireAPILogs(t testing.TB, org int, filter store.APILogFilter, size int) {
	t.Helper()
	var want []uuid.UUID
	for _, row := range newestFirst(w.api[org], func(row store.APILog) (time.Time, uuid.UUID) { return row.LoggedAt, row.ID }) {
		inRange := len(filter.Statuses) == 0 || slices.ContainsFunc(filter.Statuses, func(r store.StatusRange) bool {
			return row.HTTPStatus >= r.From && row.HTTPStatus <= r.To
		})
		if within(row.LoggedAt, filter.From, filter.To) && oneOf(row.HTTPMethod, filter.Methods) && inRange {
			want = append(want, row.ID)
		}
	}
	var got []uuid.UUID
	pages := max(1, (len(want)+size-1)/size)
	for number := 1; number <= pages+1; number++ {
		list := w.apiLogs(t, org, filter, store.Page{Number: number, Size: size})
		require.Equal(t, int64(len(want)), list.Total, "%+v", filter)
		for _, row := range list.Rows {
			got = append(got, row.ID)
		}
	}
	require.Equal(t, want, got, "%+v", filter)
}

func (w *logWorld) apiLogs(t testing.TB, org int, filter store.APILogFilter, page store.Page) (list store.List[store.APILog]) {
	t.Helper()
	require.NoError(t, w.Read(t.Context(), w.scopes[org], func(tx *store.Tx) (err error) {
		list, err = tx.APILogs(filter, page)
		return err
	}))
	return list
}

func (w *logWorld) requireActivityLogs(t testing.TB, org int, filter store.ActivityLogFilter) {
	t.Helper()
	var want []uuid.UUID
	for _, row := range newestFirst(w.acts[org], func(row store.ActivityLog) (time.Time, uuid.UUID) { return row.LoggedAt, row.ID }) {
		if within(row.LoggedAt, filter.From, filter.To) && oneOf(row.ActivityType, filter.Types) && oneOf(string(row.ActivitySource), filter.Sources) {
			want = append(want, row.ID)
		}
	}
	require.NoError(t, w.Read(t.Context(), w.scopes[org], func(tx *store.Tx) error {
		list, err := tx.ActivityLogs(filter, store.Page{Size: 10_000})
		var got []uuid.UUID
		for _, row := range list.Rows {
			got = append(got, row.ID)
		}
		require.Equal(t, want, got, "%+v", filter)
		require.Equal(t, int64(len(want)), list.Total, "%+v", filter)
		return err
	}))
}

// newestFirst orders a copy of the rows as the lists do.
func newestFirst[T any](rows []T, place func(T) (time.Time, uuid.UUID)) []T {
	return slices.SortedFunc(slices.Values(rows), func(a, b T) int {
		at, aID := place(a)
		bt, bID := place(b)
		if order := bt.Compare(at); order != 0 {
			return order
		}
		return slices.Compare(bID[:], aID[:])
	})
}
