package jobs_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/jobs"
	"tarn/store"
	"tarn/store/storetest"
)

// unreadable are assignments that make a row of jobs one that no job can be read
// from, while it sorts before what is due.
var unreadable = map[string][]string{
	store.SQLite: {
		"scheduled_at = '10000-01-01 00:00:00+00:00'", // sorts as a text
		"errors = 'none', scheduled_at = '2000-01-01 00:00:00+00:00'",
		"errors = '{}', scheduled_at = '2000-01-01 00:00:00+00:00'",
		"attempt = 'some', scheduled_at = '2000-01-01 00:00:00+00:00'",
		"created_at = 'yesterday', scheduled_at = '2000-01-01 00:00:00+00:00'",
		"id = 'no ' || id, scheduled_at = '2000-01-01 00:00:00+00:00'",
		"args = '{', scheduled_at = '2000-01-01 00:00:00+00:00'",
	},
	store.Postgres: {
		"scheduled_at = '-infinity'",
		`errors = '{}', scheduled_at = '2000-01-01'`,
		`created_at = 'infinity', scheduled_at = '2000-01-01'`,
	},
}

// corrupt spoils the organization's jobs of the kind "chain".
func corrupt(t *testing.T, url string, dialect string, organization uuid.UUID, assignments string) {
	t.Helper()
	driver := "sqlite"
	if dialect == store.Postgres {
		driver = "pgx"
	}
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	done, err := db.ExecContext(t.Context(), "UPDATE jobs SET "+assignments+" WHERE kind = 'chain' AND organization_id = $1", organization.String())
	require.NoError(t, err)
	rows, err := done.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, rows)
}

// page is a log that can be read.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(line)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// A row that cannot be read is given up and named; its worker may carry on; all
// other work is done, when due and on the way of a clock.
func TestUnreadableRow_HoldsUpNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		for _, assignments := range unreadable[s.Dialect()] {
			for name, frozenAt := range map[string]*time.Time{"frozen": &noon, "real": nil} {
				t.Run(name+"/"+assignments, func(t *testing.T) {
					checkUnreadable(t, s, url, organization(t, s, frozenAt), assignments)
				})
			}
		}
	})
}

func checkUnreadable(t *testing.T, s *store.Store, url string, org uuid.UUID, assignments string) {
	t.Helper()
	start, frozen := timeOf(t, s, org)
	var log diary
	var text page
	var told []named
	r := jobs.NewRunner(s, jobs.Workers{"note": log.noting(nil), "chain": {
		Run: func(*store.Tx, store.Job) error { return nil },
		Discarded: func(tx *store.Tx, job store.Job) error {
			return jobs.Handle(func(tx *store.Tx, args named) error {
				told = append(told, args)
				return jobs.Enqueue(tx, jobs.Job{Kind: "heir", At: tx.Now().AddDate(1, 0, 0), UniqueKey: "chain"})
			}).Run(tx, job)
		},
	}}, slog.New(slog.NewTextHandler(&text, nil)))
	enqueue(t, s, org,
		jobs.Job{Kind: "chain", Args: named{Name: "argument"}, At: start.AddDate(1, 0, 0), UniqueKey: "chain"},
		note("due", start), note("in an hour", start.Add(time.Hour)))
	corrupt(t, url, s.Dialect(), org, assignments)

	require.NoError(t, r.RunDue(t.Context(), org))
	assert.Equal(t, []string{"due"}, log.names())
	if frozen {
		require.NoError(t, r.Advance(t.Context(), org, start.Add(2*time.Hour)))
		assert.Equal(t, []string{"due", "in an hour"}, log.names())
	}
	if strings.HasPrefix(assignments, "args") {
		assert.Empty(t, told, "there is nothing to tell")
	} else {
		assert.Equal(t, []named{{Name: "argument"}}, told)
		assert.Len(t, jobsOf(t, s, org, "heir"), 1, "the worker carries on")
	}
	assert.Contains(t, text.String(), "job cannot be read")
	assert.Contains(t, text.String(), "kind=chain")
	if strings.HasPrefix(assignments, "id") {
		return // it has no identifier to be found by
	}
	job := jobsOf(t, s, org, "chain")[0]
	assert.Equal(t, store.JobDiscarded, job.State)
	require.Len(t, job.Errors, 1)
	assert.Contains(t, job.Errors[0], "cannot be read")
}

// On the way of a clock a row that cannot be read comes up only when it is due.
func TestUnreadableRow_OnTheWay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		org := organization(t, s, &noon)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		enqueue(t, s, org, note("before", noon.Add(time.Hour)), jobs.Job{Kind: "chain", At: noon.Add(2 * time.Hour)}, note("after", noon.Add(3*time.Hour)))
		corrupt(t, url, s.Dialect(), org, "errors = '{}'")
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(4*time.Hour)))
		assert.Equal(t, []string{"before", "after"}, log.names())
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(4*time.Hour), now)
	})
}
