package engine_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/jobs"
	"tarn/store"
	"tarn/store/storetest"
)

const day = 24 * time.Hour

// allLogs are the logs that have a retention.
var allLogs = []store.Log{store.LogAPI, store.LogActivity, store.LogRequest}

// traveller moves the clocks of organizations and does their due work.
type traveller struct {
	*jobs.Runner
	store *store.Store
	// runs counts the retention jobs.
	runs int
}

func newTraveller(s *store.Store) *traveller {
	tr := &traveller{store: s}
	workers := engine.Workers()
	retain := workers[engine.KindRetainLogs]
	workers[engine.KindRetainLogs] = jobs.Worker{
		Run: func(tx *store.Tx, job store.Job) error {
			tr.runs++
			return retain.Run(tx, job)
		},
		Discarded: retain.Discarded,
	}
	tr.Runner = jobs.NewRunner(s, workers, nil)
	return tr
}

func (tr *traveller) to(t *testing.T, organization uuid.UUID, at time.Time) {
	t.Helper()
	require.NoError(t, tr.Advance(t.Context(), organization, at))
}

// logEverything writes a row into each log at the organization's present.
func (tr *traveller) logEverything(t *testing.T, organization uuid.UUID) {
	t.Helper()
	scope := store.Scope{Organization: organization, Source: store.SourceAPI, Request: store.NewID(), APIKey: store.NewID()}
	require.NoError(t, tr.store.Write(t.Context(), scope, func(tx *store.Tx) error {
		return errors.Join(
			tx.InsertAPILog(&store.APILog{ID: scope.Request, APIKeyID: scope.APIKey, HTTPMethod: "post", HTTPStatus: 200, LoggedAt: tx.Now(), CreatedAt: tx.Now()}),
			tx.InsertActivityLog(&store.ActivityLog{
				ID: store.NewID(), ActivityType: "test.happened", ActivitySource: store.SourceAPI, ActivityObject: []byte("{}"),
				ActivityObjectChanges: map[string][2]json.RawMessage{}, LoggedAt: tx.Now(), CreatedAt: tx.Now(),
			}),
			tx.InsertRequestLog(&store.RequestLog{ID: scope.Request, APIKeyID: scope.APIKey, LoggedAt: tx.Now()}),
		)
	}))
}

// oldest is the instant of the oldest row that is stored, nil for none.
func (tr *traveller) oldest(t *testing.T, organization uuid.UUID, log store.Log) (at *time.Time) {
	t.Helper()
	require.NoError(t, inside(t, tr.store, organization, func(tx *store.Tx) (err error) {
		at, err = tx.OldestLog(log)
		return err
	}))
	return at
}

// nextRun is when the one waiting retention job is due.
func (tr *traveller) nextRun(t *testing.T, organization uuid.UUID) (at time.Time) {
	t.Helper()
	require.NoError(t, inside(t, tr.store, organization, func(tx *store.Tx) error {
		list, err := tx.Jobs(engine.KindRetainLogs)
		waiting := 0
		for _, job := range list {
			if job.State == store.JobAvailable {
				waiting++
				at = job.ScheduledAt.UTC()
			}
		}
		require.Equal(t, 1, waiting)
		return err
	}))
	return at
}

func TestRetainLogs_RemovesEachLogInItsTime(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		tr := newTraveller(s)
		in := called("Kept")
		in.AuditLogsPeriod, in.Plan = set(10), set("starter")
		org := found(t, s, &noon, in).Organization
		tr.logEverything(t, org.ID)
		tr.to(t, org.ID, noon.Add(day))
		tr.logEverything(t, org.ID)

		// API and activity logs are kept 10 days; the 11th midnight after noon
		// of the 1st ends the first day on which they all are past it.
		midnight := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
		tr.to(t, org.ID, midnight.Add(-time.Microsecond))
		for _, log := range allLogs {
			require.NotNil(t, tr.oldest(t, org.ID, log))
			assert.True(t, tr.oldest(t, org.ID, log).Equal(noon), "%s: nothing goes before its time", log)
		}
		tr.to(t, org.ID, midnight)
		assert.True(t, tr.oldest(t, org.ID, store.LogAPI).Equal(noon.Add(day)))
		assert.True(t, tr.oldest(t, org.ID, store.LogActivity).Equal(noon.Add(day)))
		assert.True(t, tr.oldest(t, org.ID, store.LogRequest).Equal(noon), "the plan keeps request logs 30 days")
		tr.to(t, org.ID, midnight.Add(day))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogAPI))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogActivity))
		tr.to(t, org.ID, noon.Add(33*day))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogRequest))
	})
}

func TestRetainLogs_KeepsAuditLogsForEverWithoutAPeriod(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		tr := newTraveller(s)
		org := found(t, s, &noon, called("For ever")).Organization
		tr.logEverything(t, org.ID)
		tr.to(t, org.ID, noon.AddDate(5, 0, 0))
		assert.True(t, tr.oldest(t, org.ID, store.LogAPI).Equal(noon))
		assert.True(t, tr.oldest(t, org.ID, store.LogActivity).Equal(noon))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogRequest))
	})
}

// Each organization's logs go by its own clock and its own rules, and the kept
// counts stay those of the rows.
func TestRetainLogs_OrganizationsDoNotTouchEachOther(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		tr := newTraveller(s)
		short, long := called("Short"), called("Long")
		short.AuditLogsPeriod, long.AuditLogsPeriod = set(20), set(100)
		a, b := found(t, s, &noon, short).Organization, found(t, s, &noon, long).Organization
		past := noon.AddDate(-1, 0, 0)
		c := found(t, s, &past, short).Organization
		for month := range 5 {
			for _, org := range []store.Organization{a, b, c} {
				tr.to(t, org.ID, org.FrozenAt.AddDate(0, month, 0))
				tr.logEverything(t, org.ID)
			}
		}
		// a and c keep 20 days: the last row of five. b keeps 100 days: four.
		for _, want := range []struct {
			org  store.Organization
			rows int
		}{{a, 1}, {b, 4}, {c, 1}} {
			require.NoError(t, inside(t, s, want.org.ID, func(tx *store.Tx) error {
				// Without a period nothing hides what is stored.
				_, err := engine.UpdateOrganization(tx, engine.OrganizationInput{AuditLogsPeriod: null[int]()})
				require.NoError(t, err)
				apiLogs, err := tx.APILogs(store.APILogFilter{}, store.Page{})
				require.NoError(t, err)
				activities, err := tx.ActivityLogs(store.ActivityLogFilter{Types: []string{"test.happened"}}, store.Page{})
				require.NoError(t, err)
				assert.Len(t, apiLogs.Rows, want.rows, want.org.Name)
				assert.EqualValues(t, want.rows, apiLogs.Total, want.org.Name)
				assert.Len(t, activities.Rows, want.rows, want.org.Name)
				assert.EqualValues(t, want.rows, activities.Total, want.org.Name)
				return nil
			}))
		}
	})
}

// A journey of years through an empty log has a job in each window, not one a
// day.
func TestRetainLogs_RunsRarelyWhereNothingIsWritten(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		for plan, runs := range map[string]int{"free": 228, "enterprise": 20} {
			tr := newTraveller(s)
			in := called(plan)
			in.Plan = set(plan)
			org := found(t, s, &noon, in).Organization
			tr.to(t, org.ID, noon.AddDate(5, 0, 0))
			assert.InDelta(t, runs, tr.runs, 1, plan)
			require.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
				list, err := tx.Jobs(engine.KindRetainLogs)
				assert.LessOrEqual(t, len(list), 6, "finished jobs go too")
				return err
			}))
		}
	})
}

func TestRetainLogs_FollowsChangedRulesAtOnce(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		tr := newTraveller(s)
		in := called("Changing")
		in.Plan = set("enterprise")
		org := found(t, s, &noon, in).Organization
		tr.logEverything(t, org.ID)
		tr.to(t, org.ID, noon.Add(20*day))
		update := func(in engine.OrganizationInput) (due bool) {
			require.NoError(t, inside(t, s, org.ID, func(tx *store.Tx) error {
				_, err := engine.UpdateOrganization(tx, in)
				due = tx.WorkDue()
				return err
			}))
			require.NoError(t, tr.RunDue(t.Context(), org.ID))
			return due
		}
		assert.False(t, update(called("Changed")), "a name is no matter of retention")
		assert.True(t, update(engine.OrganizationInput{Plan: set("free")}))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogRequest), "it is past the 7 days of the new plan")
		require.NotNil(t, tr.oldest(t, org.ID, store.LogAPI))
		assert.True(t, update(engine.OrganizationInput{AuditLogsPeriod: set(20)}))
		require.NotNil(t, tr.oldest(t, org.ID, store.LogAPI), "20 days old is not past 20 days")
		assert.Equal(t, time.Date(2026, 3, 22, 0, 0, 0, 0, time.UTC), tr.nextRun(t, org.ID))
		assert.True(t, update(engine.OrganizationInput{AuditLogsPeriod: set(19)}))
		assert.Nil(t, tr.oldest(t, org.ID, store.LogAPI))
		assert.True(t, update(engine.OrganizationInput{AuditLogsPeriod: null[int]()}))
		assert.False(t, update(engine.OrganizationInput{AuditLogsPeriod: null[int]()}), "nothing has changed")
	})
}

func TestRetainLogs_GoesOnAfterBeingGivenUp(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, s *store.Store) {
		org := found(t, s, &noon, called("Unlucky")).Organization
		workers := engine.Workers()
		retain := workers[engine.KindRetainLogs]
		retain.Run = func(*store.Tx, store.Job) error { return errors.New("out of order") }
		workers[engine.KindRetainLogs] = retain
		broken := jobs.NewRunner(s, workers, nil)
		tr := newTraveller(s)
		first := tr.nextRun(t, org.ID)
		require.NoError(t, broken.Advance(t.Context(), org.ID, first))
		assert.Equal(t, first.Add(day), tr.nextRun(t, org.ID))
		tr.to(t, org.ID, first.Add(2*day))
		assert.Equal(t, 1, tr.runs)
	})
}

// On PostgreSQL a month of one organization alone goes as a whole table; one
// that others have rows in stays.
func TestRetainLogs_DropsMonthsOnPostgres(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	s, err := store.Open(t.Context(), store.Options{URL: url})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	months := func(log store.Log) (names []string) {
		rows, err := conn.Query(t.Context(), `SELECT inhrelid::regclass::text FROM pg_inherits
			WHERE inhparent = $1::regclass ORDER BY 1`, string(log))
		require.NoError(t, err)
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return names
	}

	tr := newTraveller(s)
	in := called("Short")
	in.AuditLogsPeriod = set(20)
	mine := found(t, s, &noon, in).Organization
	april := noon.AddDate(0, 1, 0)
	theirs := found(t, s, &april, called("Elsewhere")).Organization
	tr.logEverything(t, theirs.ID)
	for month := range 4 {
		tr.to(t, mine.ID, noon.AddDate(0, month, 0))
		tr.logEverything(t, mine.ID)
	}
	assert.Equal(t, []string{"api_logs_y2026m04", "api_logs_y2026m05", "api_logs_y2026m06"}, months(store.LogAPI), "the last month goes with the rows of the next")
	tr.to(t, mine.ID, noon.AddDate(0, 3, 25))
	assert.Equal(t, []string{"api_logs_y2026m04", "api_logs_y2026m06"}, months(store.LogAPI))
	assert.Equal(t, []string{"activity_logs_y2026m04", "activity_logs_y2026m06"}, months(store.LogActivity))
	assert.Nil(t, tr.oldest(t, mine.ID, store.LogAPI))
	require.NotNil(t, tr.oldest(t, theirs.ID, store.LogAPI))

	// A month that was dropped is there again for whoever still lives in it.
	march := noon.Add(time.Hour)
	late := found(t, s, &march, called("Late")).Organization
	tr.logEverything(t, late.ID)
	assert.Contains(t, months(store.LogAPI), "api_logs_y2026m03")

	// A journey through quiet years leaves no empty tables behind.
	tr.to(t, late.ID, march.AddDate(5, 0, 0))
	assert.Len(t, months(store.LogAPI), 3)
}
