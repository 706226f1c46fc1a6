package audit_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/store"
	"tarn/store/storetest"
)

// noon is where the clocks of these tests stand.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// onBoth runs a test on both databases, with two organizations each.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store, orgs [2]uuid.UUID)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		s := storetest.Open(t, dialect)
		var orgs [2]uuid.UUID
		for i := range orgs {
			orgs[i] = newOrganization(t, s)
		}
		test(t, s, orgs)
	})
}

func newOrganization(t *testing.T, s *store.Store) uuid.UUID {
	t.Helper()
	id := store.NewID()
	require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
		return sys.InsertOrganization(&store.Organization{
			ID: id, Name: "Test", Slug: id.String(), Plan: store.OrganizationPlanFree, DefaultCurrency: "EUR", Timezone: "UTC",
			DocumentNumberPrefix: "TES-0000", PremiumIntegrations: []string{}, FrozenAt: &noon,
		})
	}))
	return id
}

func newBehind(t *testing.T, s *store.Store) *audit.Behind {
	t.Helper()
	return audit.NewBehind(s, slog.New(slog.NewTextHandler(t.Output(), nil)))
}

// read is the log of a read.
func read(org uuid.UUID, path string) store.RequestLog {
	return store.RequestLog{
		ID: store.NewID(), OrganizationID: org, APIKeyID: store.NewID(), APIKeyPrefix: "12345678",
		OperationID: "findTax", Method: "GET", Path: path, StatusCode: 200, EndpointType: "read", BilledUnits: 1, LoggedAt: noon,
	}
}

// written counts an organization's rows by path.
func written(t *testing.T, s *store.Store, org uuid.UUID) map[string]int {
	t.Helper()
	paths := map[string]int{}
	require.NoError(t, s.Read(t.Context(), store.Scope{Organization: org, Source: store.SourceSystem}, func(tx *store.Tx) error {
		filter := store.RequestLogFilter{From: noon.AddDate(-1, 0, 0), To: noon.AddDate(1, 0, 0)}
		rows, more, err := tx.RequestLogs(filter, nil, 100_000)
		require.False(t, more)
		for _, row := range rows {
			paths[row.Path]++
		}
		return err
	}))
	return paths
}

// add lets several goroutines add rows at the same time; together they exceed
// the queue.
func add(b *audit.Behind, orgs [2]uuid.UUID) map[string]int {
	const adders, each = 8, 700
	var all sync.WaitGroup
	want := map[string]int{}
	for i := range adders {
		for j := range each {
			want[fmt.Sprintf("/%d/%d", i, j)] = 1
		}
		all.Go(func() {
			for j := range each {
				b.Add(read(orgs[i%2], fmt.Sprintf("/%d/%d", i, j)))
			}
		})
	}
	all.Wait()
	return want
}

func both(t *testing.T, s *store.Store, orgs [2]uuid.UUID) map[string]int {
	t.Helper()
	all := written(t, s, orgs[0])
	for path, count := range written(t, s, orgs[1]) {
		all[path] += count
	}
	return all
}

// TestBehind_CloseWritesEverything that many have added at once, each row just
// once.
func TestBehind_CloseWritesEverything(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		want := add(b, orgs)
		b.Close()
		require.Equal(t, want, both(t, s, orgs))
	})
}

// TestBehind_FlushWritesWhatWasAdded before it returns, also when several ask
// for it at once, and does not end the writing.
func TestBehind_FlushWritesWhatWasAdded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		b.Flush() // of nothing
		want := add(b, orgs)
		var flushes sync.WaitGroup
		for range 4 {
			flushes.Go(b.Flush)
		}
		flushes.Wait()
		require.Equal(t, want, both(t, s, orgs))
		for i := range 20 {
			path := fmt.Sprintf("/later/%d", i)
			b.Add(read(orgs[0], path))
			b.Flush()
			require.Equal(t, 1, written(t, s, orgs[0])[path])
		}
		b.Close()
		b.Flush() // after the end it has nothing to wait for
	})
}

// TestBehind_FlushDoesNotWaitForOthers: rows that keep arriving do not hold
// back who asked before.
func TestBehind_FlushDoesNotWaitForOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		stop, stopped := make(chan struct{}), make(chan int)
		first := make(chan struct{})
		go func() {
			added := 0
			for ; ; added++ {
				select {
				case <-stop:
					stopped <- added
					return
				default:
					b.Add(read(orgs[0], "/endless"))
				}
				if added == 0 {
					close(first)
				}
			}
		}()
		<-first
		b.Add(read(orgs[1], "/mine"))
		b.Flush()
		require.Equal(t, map[string]int{"/mine": 1}, written(t, s, orgs[1]))
		close(stop)
		added := <-stopped
		b.Close()
		require.Equal(t, map[string]int{"/endless": added}, written(t, s, orgs[0]))
	})
}

// TestBehind_WritesWithoutBeingAsked, because a crash must not find much.
func TestBehind_WritesWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		defer b.Close()
		b.Add(read(orgs[0], "/alone"))
		require.Eventually(t, func() bool { return written(t, s, orgs[0])["/alone"] == 1 }, 30*time.Second, 10*time.Millisecond)
	})
}

// TestBehind_SpansMonths whose tables do not exist yet.
func TestBehind_SpansMonths(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		for month := range 11 {
			row := read(orgs[0], fmt.Sprintf("/month/%d", month))
			row.LoggedAt = noon.AddDate(0, -month, 0)
			b.Add(row)
		}
		b.Close()
		require.Len(t, written(t, s, orgs[0]), 11)
	})
}

// TestBehind_ForgetsOrganizationsThatAreGone without losing the rows of
// others.
func TestBehind_ForgetsOrganizationsThatAreGone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		b := newBehind(t, s)
		b.Add(read(store.NewID(), "/gone"))
		b.Add(read(orgs[0], "/kept"))
		b.Close()
		require.Equal(t, map[string]int{"/kept": 1}, both(t, s, orgs))
	})
}

// TestBehind_RecordsTheUseOfKeys at most once a minute.
func TestBehind_RecordsTheUseOfKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store, orgs [2]uuid.UUID) {
		scope := store.Scope{Organization: orgs[0], Source: store.SourceSystem}
		key := store.APIKey{ID: store.NewID(), Prefix: "12345678", Hash: "h", Permissions: store.Permissions{}, CreatedAt: noon, UpdatedAt: noon}
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertAPIKey(&key) }))
		lastUse := func() time.Time {
			var found store.APIKey
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) (err error) {
				found, err = tx.APIKey(key.ID)
				return err
			}))
			require.NotNil(t, found.LastUsedAt)
			return found.LastUsedAt.UTC()
		}
		b := newBehind(t, s)
		use := func(at time.Time) {
			b.Used(key.ID, at)
			b.Add(read(orgs[0], "/"))
			b.Flush()
		}
		use(noon)
		require.Equal(t, noon, lastUse())
		use(noon.Add(59 * time.Second))
		require.Equal(t, noon, lastUse())
		use(noon.Add(time.Minute))
		require.Equal(t, noon.Add(time.Minute), lastUse())
		b.Used(key.ID, noon.Add(time.Hour))
		b.Close()
		require.Equal(t, noon.Add(time.Hour), lastUse(), "without any row")
	})
}
