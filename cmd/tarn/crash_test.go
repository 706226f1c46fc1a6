package main

import (
	"cmp"
	crand "crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/store"
	"tarn/store/storetest"
)

const (
	// crashes is how often the program is killed on each database.
	crashes = 6
	clients = 6
	// fewestAnswers and mostAnswers bound how many requests are answered
	// before the program is killed.
	fewestAnswers, mostAnswers = 20, 120
)

// Killing the program at any moment leaves every answered write in place, and
// every change with its log and every log with its change, whether it was
// answered or not.
func TestCrash_LeavesNoHalf(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		seed := seedOf(t)
		random := rand.New(rand.NewPCG(seed, 0))
		workers := make([]*worker, clients)
		for i := range workers {
			workers[i] = &worker{name: fmt.Sprintf("client%d", i), random: rand.New(rand.NewPCG(seed, uint64(i)+1))}
		}
		env := environment{"TARN_DATABASE_URL": url, "TARN_DATABASE_CONNECTIONS": "8"}
		p := start(t, watched(env))
		key := p.Key
		require.NotEmpty(t, key)
		for range crashes {
			l := &load{program: p, enough: fewestAnswers + random.Int64N(mostAnswers-fewestAnswers)}
			require.Empty(t, l.run(t.Context(), workers))
			p.wait(t)
			waitForSessions(t, url)

			p = start(t, env)
			require.Empty(t, p.Key, "the database has its organization")
			p.Key = key
			checkTrail(t, p, url, workers)
		}
		logLoad(t, workers)
	})
}

// logLoad says what the crashes interrupted.
func logLoad(t *testing.T, workers []*worker) {
	t.Helper()
	sent, answered := 0, 0
	for _, w := range workers {
		sent += len(w.sent)
		for _, r := range w.sent {
			if r.id != "" {
				answered++
			}
		}
	}
	require.Less(t, answered, sent, "every crash came between two requests")
	t.Logf("%d requests were answered, %d were cut off", answered, sent-answered)
}

// seedOf is what the test's choices follow from: TARN_TEST_SEED, or a new one.
// How requests meet is up to the machine.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	var random [8]byte
	_, _ = crand.Read(random[:]) // never fails
	seed := binary.LittleEndian.Uint64(random[:])
	if text := os.Getenv("TARN_TEST_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "TARN_TEST_SEED")
		seed = given
	}
	t.Logf("TARN_TEST_SEED=%d", seed)
	return seed
}

// waitForSessions waits until PostgreSQL has noticed that a killed program is
// gone. Until then a commit that it had sent may still take effect.
func waitForSessions(t *testing.T, url string) {
	t.Helper()
	if !strings.HasPrefix(url, "postgres") {
		return
	}
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	const others = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	require.Eventually(t, func() bool {
		var sessions int
		return db.QueryRowContext(t.Context(), others).Scan(&sessions) == nil && sessions == 0
	}, patience, 5*time.Millisecond)
}

// checkTrail holds everything that is in the database against what the clients
// know, and its parts against each other.
func checkTrail(t *testing.T, p *program, url string, workers []*worker) {
	t.Helper()
	listed := map[string]map[string]any{}
	for _, k := range kinds {
		for _, object := range p.list(t, k.list) {
			listed[k.path(object)] = k.core(object)
		}
	}
	checkResources(t, p, workers, listed)
	trail := readTrail(t, p, url)
	checkAPILogs(t, trail, workers)
	checkActivities(t, trail)
	checkHistories(t, trail, listed)
	checkLists(t, p, trail)
}

// list reads all pages of a list.
func (p *program) list(t *testing.T, path string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for page := 1; ; page++ {
		answer := p.get(t, fmt.Sprintf("/api/v1/%s?per_page=100&page=%d", path, page)).json(t)
		rows, _ := answer[path].([]any)
		for _, row := range rows {
			object, _ := row.(map[string]any)
			all = append(all, object)
		}
		meta, _ := answer["meta"].(map[string]any)
		if meta["next_page"] == nil {
			require.EqualValues(t, len(all), meta["total_count"], path)
			return all
		}
	}
}

// checkResources compares what is there with what the clients were told. What
// the crash left unanswered happened or did not, but not by half; the clients
// learn here which it was.
func checkResources(t *testing.T, p *program, workers []*worker, listed map[string]map[string]any) {
	t.Helper()
	expected := map[string]map[string]any{}
	for _, w := range workers {
		if r := w.pending; r != nil && r.target != nil {
			w.settle(r, p.find(t, r.target.path()))
		}
		w.pending = nil
		for _, r := range w.resources {
			if r.object != nil {
				expected[r.path()] = r.object
			}
		}
	}
	require.Equal(t, expected, listed)
}

// find reads one resource; nil when there is none.
func (p *program) find(t *testing.T, path string) map[string]any {
	t.Helper()
	r, err := p.send(t.Context(), http.MethodGet, "/api/v1"+path, "", nil)
	require.NoError(t, err)
	if r.status == http.StatusNotFound {
		return nil
	}
	require.Equal(t, http.StatusOK, r.status, "%s", r.body)
	for _, object := range r.json(t) {
		only, _ := object.(map[string]any)
		return only
	}
	return nil
}

// settle takes over what became of a request that got no answer: all of it, or
// nothing. What is there otherwise is compared with the rest.
func (w *worker) settle(r *request, now map[string]any) {
	written := now != nil && now["name"] == r.version
	if r.action == deletes && now == nil || r.action != deletes && written {
		w.happened(r, now)
	}
}

// trail is everything that the logs hold.
type trail struct {
	api        map[uuid.UUID]store.APILog
	requests   map[uuid.UUID]store.RequestLog
	activities []store.ActivityLog
	// causes finds the activities of a request.
	causes map[uuid.UUID][]store.ActivityLog
}

// scopeOfOnly is the scope of the only organization of a database.
func scopeOfOnly(t *testing.T, db *store.Store) store.Scope {
	t.Helper()
	scope := store.Scope{Source: store.SourceSystem}
	require.NoError(t, db.SystemRead(t.Context(), func(sys *store.System) error {
		all, err := sys.Organizations(everything)
		if err == nil {
			require.Len(t, all.Rows, 1)
			scope.Organization = all.Rows[0].ID
		}
		return err
	}))
	return scope
}

// everything is a page that holds any list of the test.
var everything = store.Page{Size: 1 << 20}

// readTrail reads the logs from the database, past the API.
func readTrail(t *testing.T, p *program, url string) *trail {
	t.Helper()
	p.get(t, "/v1/organization/logs") // has the logs of reads written first
	db, err := store.Open(t.Context(), store.Options{URL: url, MaxConnections: 2})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	result := &trail{api: map[uuid.UUID]store.APILog{}, requests: map[uuid.UUID]store.RequestLog{}, causes: map[uuid.UUID][]store.ActivityLog{}}
	require.NoError(t, db.Read(t.Context(), scopeOfOnly(t, db), func(tx *store.Tx) error {
		logs, err := tx.APILogs(store.APILogFilter{}, everything)
		require.NoError(t, err)
		activities, err := tx.ActivityLogs(store.ActivityLogFilter{}, everything)
		require.NoError(t, err)
		day := 24 * time.Hour
		requests, more, err := tx.RequestLogs(store.RequestLogFilter{From: tx.Now().Add(-day), To: tx.Now().Add(day)}, nil, everything.Size)
		require.NoError(t, err)
		require.False(t, more)
		result.take(logs.Rows, activities.Rows, requests)
		return nil
	}))
	return result
}

func (tr *trail) take(logs []store.APILog, activities []store.ActivityLog, requests []store.RequestLog) {
	for _, log := range logs {
		tr.api[log.ID] = log
	}
	for _, log := range requests {
		tr.requests[log.ID] = log
	}
	tr.activities = activities
	// In the order of their creation: identifiers grow with time.
	slices.SortFunc(tr.activities, func(a, b store.ActivityLog) int {
		return cmp.Or(a.LoggedAt.Compare(b.LoggedAt), strings.Compare(a.ID.String(), b.ID.String()))
	})
	for _, activity := range tr.activities {
		if activity.RequestID != nil {
			tr.causes[*activity.RequestID] = append(tr.causes[*activity.RequestID], activity)
		}
	}
}

// logged reports whether a request is in the API logs.
func (tr *trail) logged(id string) bool {
	_, found := tr.api[uuid.MustParse(id)]
	return found
}

// checkAPILogs finds the log of every answered request, and a request for every
// log: in the API logs, and in the request logs.
func checkAPILogs(t *testing.T, tr *trail, workers []*worker) {
	t.Helper()
	sent := map[string]*request{}
	for _, w := range workers {
		for _, r := range w.sent {
			sent[r.tag] = r
			if r.id != "" {
				require.True(t, tr.logged(r.id), "%s %s was answered, and is not logged", r.method, r.path)
			}
		}
	}
	seen := map[string]bool{}
	for id, log := range tr.api {
		require.NotNil(t, log.ClientRequestID)
		tag := *log.ClientRequestID
		r := sent[tag]
		require.NotNil(t, r, "nobody sent %s", tag)
		require.False(t, seen[tag], "%s is logged twice", tag)
		seen[tag] = true
		require.Equal(t, strings.ToLower(r.method), log.HTTPMethod)
		require.Equal(t, r.path, log.RequestPath)
		if r.body != "" {
			require.JSONEq(t, r.body, log.RequestBody)
		}
		require.NotNil(t, log.RequestResponse)
		if r.id != "" {
			require.Equal(t, r.id, id.String())
			require.Equal(t, r.status, log.HTTPStatus)
			require.Equal(t, r.answer, decode(t, []byte(*log.RequestResponse)))
		}
		request, logged := tr.requests[id]
		require.True(t, logged, "%s has no request log", tag)
		require.Equal(t, []any{r.method, "/api/v1" + r.path, log.HTTPStatus, tag},
			[]any{request.Method, request.Path, request.StatusCode, *request.ClientRequestID})
	}
	for id, request := range tr.requests {
		if request.Method != http.MethodGet {
			require.True(t, tr.logged(id.String()), "%s %s is in one log only", request.Method, request.Path)
		}
	}
}

// checkActivities finds the one activity of every request that succeeded, with
// the object that was answered, and none of any other.
func checkActivities(t *testing.T, tr *trail) {
	t.Helper()
	for id, log := range tr.api {
		activities := tr.causes[id]
		if log.HTTPStatus >= http.StatusMultipleChoices {
			require.Empty(t, activities, "%s %s was refused", log.HTTPMethod, log.RequestPath)
			continue
		}
		require.Len(t, activities, 1, "%s %s", log.HTTPMethod, log.RequestPath)
		k := kindOf(activities[0])
		answered, _ := decode(t, []byte(*log.RequestResponse))[k.root].(map[string]any)
		require.Equal(t, k.core(answered), k.core(decode(t, activities[0].ActivityObject)))
	}
	for id, activities := range tr.causes {
		require.True(t, tr.logged(id.String()), "%s has no log", activities[0].ActivityType)
	}
}

// checkHistories follows every resource through its activities: it is created
// once, each change starts where the one before ended, nothing comes after its
// deletion, and the last activity shows what is there now.
func checkHistories(t *testing.T, tr *trail, listed map[string]map[string]any) {
	t.Helper()
	now := map[string]map[string]any{}
	history := map[uuid.UUID]map[string]any{}
	for _, activity := range tr.activities {
		k := kindOf(activity)
		if k == nil {
			require.Nil(t, activity.RequestID, "no client does %s", activity.ActivityType)
			continue
		}
		object := k.core(decode(t, activity.ActivityObject))
		require.Equal(t, activity.ResourceID.String(), object["lago_id"])
		before, known := history[activity.ResourceID]
		path := k.path(object)
		now[path], history[activity.ResourceID] = object, object
		switch _, action, _ := strings.Cut(activity.ActivityType, "."); action {
		case "created":
			require.False(t, known, "%s is created twice", path)
		case "updated":
			require.NotNil(t, before, "%s is changed before its creation or after its deletion", path)
			name := activity.ActivityObjectChanges["name"]
			require.Equal(t, fmt.Sprintf("%q %q", before["name"], object["name"]), fmt.Sprintf("%s %s", name[0], name[1]))
		case "deleted":
			require.Equal(t, timeless(before), timeless(object), path)
			delete(now, path)
			history[activity.ResourceID] = nil
		default:
			require.Fail(t, "unexpected activity", activity.ActivityType)
		}
	}
	require.Equal(t, listed, now)
}

// timeless is an object without the time of its last change; a deletion is one.
func timeless(object map[string]any) map[string]any {
	rest := maps.Clone(object)
	delete(rest, "updated_at")
	return rest
}

// kindOf is the kind of resource that an activity is about; nil for one that
// the load does not touch.
func kindOf(activity store.ActivityLog) *kind {
	for i := range kinds {
		if kinds[i].resourceType == activity.ResourceType {
			return &kinds[i]
		}
	}
	return nil
}

// checkLists reads the logs through the API, page by page with their counts.
func checkLists(t *testing.T, p *program, tr *trail) {
	t.Helper()
	logs := p.list(t, "api_logs")
	require.Len(t, logs, len(tr.api))
	for _, log := range logs {
		require.True(t, tr.logged(fmt.Sprint(log["request_id"])))
	}
	activities := p.list(t, "activity_logs")
	require.Len(t, activities, len(tr.activities))
	for i, activity := range activities {
		require.Equal(t, tr.activities[len(activities)-1-i].ID.String(), activity["activity_id"])
	}
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(text, &object), "%s", text)
	return object
}
