package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

const (
	oldRows  = 3_000
	newRows  = 300
	seedSize = 500
)

// pagedLog is a log whose list the tests page through.
type pagedLog struct {
	list, member, filter string
	insert               func(tx *store.Tx, id uuid.UUID, at time.Time) error
}

var pagedLogs = []pagedLog{
	{"api_logs", "request_id", "request_paths=/seeded", func(tx *store.Tx, id uuid.UUID, at time.Time) error {
		return tx.InsertAPILog(&store.APILog{
			ID: id, APIKeyID: tx.Scope().APIKey, APIVersion: "v1", HTTPMethod: "post", HTTPStatus: 200,
			RequestPath: "/seeded", RequestBody: "{}", LoggedAt: at, CreatedAt: at,
		})
	}},
	{"activity_logs", "activity_id", "resource_types[]=Tax", func(tx *store.Tx, id uuid.UUID, at time.Time) error {
		return tx.InsertActivityLog(&store.ActivityLog{
			ID: id, ActivityType: "tax.created", ActivitySource: store.SourceAPI, ActivityObject: json.RawMessage("{}"),
			ActivityObjectChanges: map[string][2]json.RawMessage{}, ResourceID: id, ResourceType: "Tax", LoggedAt: at, CreatedAt: at,
		})
	}},
}

// seed writes the old rows, of which many share an instant, and returns their
// identifiers, newest first.
func (l pagedLog) seed(t *testing.T, s *servertest.Server) []string {
	t.Helper()
	var ids []string
	for len(ids) < oldRows {
		var batch []string
		at := servertest.Epoch.Add(-48 * time.Hour).Add(time.Duration(len(ids)/seedSize) * 2 * time.Hour)
		require.NoError(t, s.Store.Write(t.Context(), seeder(s), func(tx *store.Tx) error {
			batch = nil
			for range seedSize {
				id := store.NewID()
				batch = append(batch, id.String())
				if err := l.insert(tx, id, at); err != nil {
					return err
				}
			}
			return nil
		}))
		ids = append(ids, batch...)
	}
	slices.Reverse(ids)
	return ids
}

func seeder(s *servertest.Server) store.Scope {
	return store.Scope{Organization: s.Organization.ID, Source: store.SourceAPI, Request: store.NewID(), APIKey: store.NewID()}
}

// arrive writes new rows, several after each permission to go on, until the
// permissions end; it returns how many.
func (l pagedLog) arrive(s *servertest.Server, goOn <-chan struct{}, each int) (int, error) {
	written := 0
	for range goOn {
		for range each {
			err := s.Store.Write(context.Background(), seeder(s), func(tx *store.Tx) error { return l.insert(tx, store.NewID(), tx.Now()) })
			if err != nil {
				return written, err
			}
			written++
		}
	}
	return written, nil
}

// TestTrail_PagingMissesNothing reads the whole list in pages of several
// sizes, with and without a filter, while new rows arrive all the time: each
// old row is seen exactly once, in order.
func TestTrail_PagingMissesNothing(t *testing.T) {
	t.Parallel()
	for _, l := range pagedLogs {
		t.Run(l.list, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T, address string) {
				s := servertest.New(t, address)
				old := l.seed(t, s)
				for _, c := range []struct {
					size   int
					filter string
				}{{100, ""}, {333, l.filter}, {20_000, ""}} {
					l.requireAllOld(t, s, old, c.size, c.filter)
				}
			})
		})
	}
}

// requireAllOld pages through the list once while newRows arrive.
func (l pagedLog) requireAllOld(t *testing.T, s *servertest.Server, old []string, size int, filter string) {
	t.Helper()
	pages := oldRows/size + 1
	each := newRows/pages + 1
	goOn := make(chan struct{}, pages)
	type outcome struct {
		written int
		err     error
	}
	arrived := make(chan outcome, 1)
	go func() {
		written, err := l.arrive(s, goOn, each)
		arrived <- outcome{written, err}
	}()
	seen := []string{}
	for number := 1; number > 0; number = next(t, s, l, size, number, filter, &seen) {
		select {
		case goOn <- struct{}{}: // rows arrive while this page is read and before the next
		default:
		}
	}
	close(goOn)
	result := <-arrived
	require.NoError(t, result.err)
	require.GreaterOrEqual(t, result.written, min(newRows, each*pages))
	known := map[string]bool{}
	for _, id := range old {
		known[id] = true
	}
	seen = slices.DeleteFunc(seen, func(id string) bool { return !known[id] })
	require.Len(t, seen, len(old), "%d rows a page", size)
	require.True(t, slices.Equal(old, seen), "%d rows a page", size)
}

// next reads a page, adds what it shows to seen, and returns the number of the
// page after it; 0 at the end.
func next(t *testing.T, s *servertest.Server, l pagedLog, size, number int, filter string, seen *[]string) int {
	t.Helper()
	answer := s.Get(fmt.Sprintf("/%s?per_page=%d&page=%d&%s", l.list, size, number, filter)).Status(t, 200)
	var page struct {
		API      []map[string]any `json:"api_logs"`
		Activity []map[string]any `json:"activity_logs"`
		Meta     struct {
			Next    *int `json:"next_page"`
			Current int  `json:"current_page"`
			Total   int  `json:"total_count"`
		} `json:"meta"`
	}
	answer.Decode(t, &page)
	rows := append(page.API, page.Activity...)
	require.Equal(t, number, page.Meta.Current)
	require.GreaterOrEqual(t, page.Meta.Total, oldRows)
	*seen = append(*seen, texts(rows, l.member)...)
	if page.Meta.Next == nil {
		return 0
	}
	require.Len(t, rows, size, "a page before the last is full")
	return *page.Meta.Next
}

// TestTrail_TwoReadersOfOneKey disturb each other at most in what they see,
// never in that they are answered.
func TestTrail_TwoReadersOfOneKey(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		for range 40 {
			s.Post("/nowhere", "").Status(t, 404)
		}
		var readers sync.WaitGroup
		failures := make(chan string, 4*20)
		for range 4 {
			readers.Go(func() {
				for number := range 20 {
					answer := s.Do(http.MethodGet, fmt.Sprintf("/api_logs?per_page=2&page=%d", number+1), "")
					if answer.Code != http.StatusOK {
						failures <- string(answer.Body)
					}
				}
			})
		}
		readers.Wait()
		close(failures)
		for failure := range failures {
			t.Error(failure)
		}
		var alone []string
		for number := 1; number <= 20; number++ {
			answer := s.Get(fmt.Sprintf("/api_logs?per_page=2&page=%d", number)).Status(t, 200).JSON(t)
			alone = append(alone, texts(objects(t, answer, "api_logs"), "request_id")...)
		}
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(alone))), 40, "who reads alone afterwards sees everything once")
	})
}
