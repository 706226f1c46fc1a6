package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/audit"
	"tarn/server"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

// atOnce sends so many requests at once and waits for all answers.
func atOnce(count int, send func(int) *servertest.Response) []*servertest.Response {
	answers := make([]*servertest.Response, count)
	var senders sync.WaitGroup
	for i := range count {
		senders.Go(func() { answers[i] = send(i) })
	}
	senders.Wait()
	return answers
}

// statuses counts answers by their status.
func statuses(answers []*servertest.Response) map[int]int {
	counts := map[int]int{}
	for _, answer := range answers {
		counts[answer.Code]++
	}
	return counts
}

// Of requests that share a transaction each has its own outcome and its own
// log.
func TestIngestion_EachHasItsOutcome(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const count = 60
		answers := atOnce(count, func(i int) *servertest.Response {
			switch i % 4 {
			case 0: // Four of each are the same event.
				return s.Post("/events", eventBody(fmt.Sprint("same", i/16), ``))
			case 1:
				return s.Post("/events", eventBody(fmt.Sprint("own", i), `,"timestamp":"x"`))
			case 2:
				return s.Post("/events/batch", batchOf(fmt.Sprint("b", i), fmt.Sprint("c", i)))
			default: // Only one batch can have the event that all name.
				return s.Post("/events/batch", batchOf("wanted", fmt.Sprint("d", i)))
			}
		})
		byKind := map[string]map[int]int{}
		for i, answer := range answers {
			kind := []string{"same", "broken", "batch", "wanted"}[i%4]
			if byKind[kind] == nil {
				byKind[kind] = map[int]int{}
			}
			byKind[kind][answer.Code]++
		}
		require.Equal(t, map[string]map[int]int{
			"same": {200: 4, 422: 11}, "broken": {422: 15}, "batch": {200: 15}, "wanted": {200: 1, 422: 14},
		}, byKind)
		require.Len(t, events(t, s, "?per_page=1000"), 4+30+2, "a refused batch keeps nothing")
		requireLogs(t, s, answers)
	})
}

// requireLogs fails unless every answer has just one request log, with its
// status.
func requireLogs(t *testing.T, s *servertest.Server, answers []*servertest.Response) {
	t.Helper()
	logged := map[string]int{}
	for cursor := ""; ; {
		page := s.Logs("?limit=100&method=POST"+cursor).Status(t, http.StatusOK).JSON(t)
		data, _ := page["data"].([]any)
		for _, entry := range data {
			row, _ := entry.(map[string]any)
			logged[fmt.Sprint(row["id"], " ", row["status_code"])]++
		}
		if page["has_more"] != true {
			break
		}
		pagination, _ := page["pagination"].(map[string]any)
		cursor = fmt.Sprint("&cursor=", pagination["cursor"])
	}
	for _, answer := range answers {
		id := audit.FormatRequestID(uuid.MustParse(answer.RequestID()))
		require.Equal(t, 1, logged[fmt.Sprint(id, " ", answer.Code)], "the log of a request")
	}
}

// A request that breaks, in whatever way, fails alone and keeps nothing.
func TestIngestion_OneBreaksAlone(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		s.Handler().Innermost(func(w http.ResponseWriter, r *http.Request, handler func() error) error {
			switch r.Header.Get("X-Break") {
			case "panic":
				panic("as a test wishes")
			case "abort":
				panic(http.ErrAbortHandler)
			case "error":
				return errors.New("as a test wishes")
			case "lie":
				w.WriteHeader(http.StatusOK)
				_, err := w.Write([]byte(`{"event":{}}`))
				return err
			}
			return handler()
		})
		answers := atOnce(40, func(i int) *servertest.Response {
			header := http.Header{"Authorization": {"Bearer " + s.Key}, servertest.ExpectFailure: {"yes"}}
			if i%10 == 3 {
				header.Set("X-Break", []string{"panic", "abort", "error", "lie"}[i/10])
			}
			return s.Send(http.MethodPost, "/api/v1/events", eventBody(fmt.Sprint("t", i), ``), header)
		})
		require.Equal(t, map[int]int{200: 36, 500: 4}, statuses(answers))
		require.Len(t, events(t, s, ""), 36)
		requireLogs(t, s, answers)
	})
}

// A client that goes away does not take the others of its group with it.
func TestIngestion_ClientsMayLeave(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		begun, release := make(chan struct{}), make(chan struct{})
		var first atomic.Bool
		s.Handler().Innermost(func(_ http.ResponseWriter, _ *http.Request, handler func() error) error {
			if first.CompareAndSwap(false, true) {
				close(begun)
				<-release
			}
			return handler()
		})
		ctx, leave := context.WithCancel(t.Context())
		var leaver sync.WaitGroup
		leaver.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/v1/events", strings.NewReader(eventBody("leaver", ``)))
			if err != nil {
				return
			}
			request.Header.Set("Authorization", "Bearer "+s.Key)
			if response, err := http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
			}
		})
		<-begun
		leave()
		leaver.Wait()
		var others sync.WaitGroup
		answers := make([]*servertest.Response, 8)
		for i := range answers {
			others.Go(func() { answers[i] = s.Post("/events", eventBody(fmt.Sprint("t", i), ``)) })
		}
		close(release)
		others.Wait()
		require.Equal(t, map[int]int{200: 8}, statuses(answers))
		require.Len(t, events(t, s, ""), 9, "the event of the client that left was under way")
	})
}

// Organizations have their own groups, each at its own time.
func TestIngestion_OrganizationsHaveTheirTime(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		_, other := s.NewOrganization(t, "Other")
		later := servertest.Epoch.Add(48 * time.Hour)
		s.Travel(t, later)
		answers := atOnce(40, func(i int) *servertest.Response {
			key := []string{s.Key, other}[i%2]
			return s.DoAs(key, http.MethodPost, "/events", eventBody(fmt.Sprint("t", i/2), ``))
		})
		for i, answer := range answers {
			want := []time.Time{later, servertest.Epoch}[i%2]
			event := sent(t, answer)
			require.Equal(t, want.Format("2006-01-02T15:04:05.000Z"), event["timestamp"])
			require.Equal(t, want.Format(time.RFC3339), event["created_at"])
		}
		require.Len(t, events(t, s, ""), 20)
	})
}

// Two processes on one database keep each event once, whoever is first.
func TestIngestion_TwoServers(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	s := servertest.New(t, url)
	second := servertest.New(t, url)
	const transactions = 40
	answers := atOnce(4*transactions, func(i int) *servertest.Response {
		to := []*servertest.Server{s, second}[i%2]
		transaction := fmt.Sprintf("t%02d", i/4)
		if i%4 < 2 {
			return to.DoAs(s.Key, http.MethodPost, "/events", eventBody(transaction, ``))
		}
		return to.DoAs(s.Key, http.MethodPost, "/events/batch", batchOf(fmt.Sprint("u", i), transaction))
	})
	require.Equal(t, map[int]int{200: transactions, 422: 3 * transactions}, statuses(answers))
	kept := map[string]int{}
	for _, transaction := range events(t, s, "?per_page=1000") {
		kept[transaction]++
	}
	for i, answer := range answers {
		require.Equal(t, 1, kept[fmt.Sprintf("t%02d", i/4)])
		if i%4 >= 2 {
			require.Equal(t, answer.Code == http.StatusOK, kept[fmt.Sprint("u", i)] == 1, "a batch is kept whole or not at all")
		}
	}
	requireLogs(t, s, answers)
}

// A metric that comes while its events come leaves none without its number.
func TestIngestion_MetricComesMeanwhile(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		const count = 40
		answers := atOnce(count, func(i int) *servertest.Response {
			if i == count/2 {
				return addMetric(s, "api", `"aggregation_type":"sum_agg","field_name":"n"`)
			}
			return s.Post("/events", eventBody(fmt.Sprint("t", i), `,"properties":{"n":7}`))
		})
		require.Equal(t, map[int]int{200: count}, statuses(answers))
		for i := range count {
			if i != count/2 {
				require.Equal(t, "7", valueOf(t, s, fmt.Sprint("t", i)))
			}
		}
	})
}

// Events are in the API logs where that is asked for.
func TestIngestion_APILogs(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		for _, logs := range []bool{false, true} {
			s := servertest.New(t, url, func(o *server.Options) { o.LogEvents = logs })
			atOnce(12, func(i int) *servertest.Response { return s.Post("/events", eventBody(fmt.Sprint("t", i/2), ``)) })
			list := s.Get("/api_logs?request_paths=/events").Status(t, http.StatusOK).JSON(t)
			rows, _ := list["api_logs"].([]any)
			if !logs {
				require.Empty(t, rows)
				continue
			}
			require.Len(t, rows, 12)
			s.Get("/api_logs?http_statuses[]=422").Status(t, http.StatusOK)
		}
	})
}

// A request that waits longer than it may is not carried out, and its client is
// told so.
func TestIngestion_NobodyWaitsForEver(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.Postgres), func(o *server.Options) { o.RequestTimeout = 2 * time.Second })
	release := make(chan struct{})
	var calls atomic.Int64
	begun := make(chan struct{}, 2)
	s.Handler().Innermost(func(_ http.ResponseWriter, _ *http.Request, handler func() error) error {
		if calls.Add(1) <= 2 { // as many groups as there may be at once
			begun <- struct{}{}
			<-release
		}
		return handler()
	})
	var early sync.WaitGroup
	blocked := make([]*servertest.Response, 2)
	for i := range blocked {
		early.Go(func() { blocked[i] = s.Post("/events", eventBody(fmt.Sprint("blocked", i), ``)) })
		<-begun
	}
	waiting := s.Post("/events", eventBody("waiting", ``))
	require.Equal(t, "timeout", waiting.Status(t, http.StatusServiceUnavailable).JSON(t)["code"])
	close(release)
	early.Wait()
	require.Equal(t, map[int]int{503: 2}, statuses(blocked), "their transactions had no time left")
	sent(t, s.Post("/events", eventBody("later", ``)))
	require.Equal(t, []string{"later"}, events(t, s, ""))
}
