package jobs_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/jobs"
	"tarn/store"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// noon is where the frozen clocks of tests stand at first.
var noon = time.Date(2031, 3, 15, 12, 0, 0, 0, time.UTC)

// onBoth runs a test on both dialects, each with a store of its own.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, dialect string) {
		t.Helper()
		test(t, storetest.Open(t, dialect))
	})
}

// organization adds an organization; nil leaves it on real time.
func organization(t require.TestingT, s *store.Store, frozenAt *time.Time) uuid.UUID {
	id := store.NewID()
	err := s.System(context.Background(), func(sys *store.System) error {
		return sys.InsertOrganization(&store.Organization{
			ID: id, Name: "Test", Slug: id.String(), Plan: store.OrganizationPlanFree, DefaultCurrency: "EUR",
			Timezone: "UTC", DocumentNumberPrefix: "TES-0000", PremiumIntegrations: []string{}, FrozenAt: frozenAt,
		})
	})
	require.NoError(t, err)
	return id
}

// byRequest is the scope of a request of the organization.
func byRequest(organization uuid.UUID) store.Scope {
	return store.Scope{Organization: organization, Source: store.SourceAPI, Request: store.NewID(), APIKey: store.NewID()}
}

func bySystem(organization uuid.UUID) store.Scope {
	return store.Scope{Organization: organization, Source: store.SourceSystem}
}

// enqueue adds jobs in one transaction of a request.
func enqueue(t require.TestingT, s *store.Store, organization uuid.UUID, list ...jobs.Job) {
	err := s.Write(context.Background(), byRequest(organization), func(tx *store.Tx) error {
		for _, job := range list {
			if err := jobs.Enqueue(tx, job); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
}

// jobsOf lists the organization's jobs of a kind.
func jobsOf(t require.TestingT, s *store.Store, organization uuid.UUID, kind string) []store.Job {
	var list []store.Job
	err := s.Read(context.Background(), bySystem(organization), func(tx *store.Tx) (err error) {
		list, err = tx.Jobs(kind)
		return err
	})
	require.NoError(t, err)
	return list
}

// timeOf is what the organization's clock shows, and whether it is frozen.
func timeOf(t require.TestingT, s *store.Store, organization uuid.UUID) (now time.Time, frozen bool) {
	err := s.Read(context.Background(), bySystem(organization), func(tx *store.Tx) error {
		now, frozen = tx.Now(), tx.Organization().FrozenAt != nil
		return nil
	})
	require.NoError(t, err)
	return now, frozen
}

// named are the arguments of the jobs in these tests.
type named struct {
	Name string
}

// done is a job that was done, and when.
type done struct {
	name    string
	at, due time.Time
}

// diary keeps what workers did, in order.
type diary struct {
	mu    sync.Mutex
	lines []done
}

func (d *diary) write(line done) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) read() []done {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]done(nil), d.lines...)
}

func (d *diary) names() []string {
	names := []string{}
	for _, line := range d.read() {
		names = append(names, line.name)
	}
	return names
}

// noting is a worker that writes each job into the diary and then lets more
// happen.
func (d *diary) noting(more func(tx *store.Tx, name string) error) jobs.Worker {
	return jobs.Worker{Run: func(tx *store.Tx, job store.Job) error {
		return jobs.Handle(func(tx *store.Tx, args named) error {
			d.write(done{name: args.Name, at: tx.Now(), due: job.ScheduledAt.UTC()})
			if more == nil {
				return nil
			}
			return more(tx, args.Name)
		}).Run(tx, job)
	}}
}

// note is a job for the diary.
func note(name string, at time.Time) jobs.Job {
	return jobs.Job{Kind: "note", Args: named{Name: name}, At: at}
}

func runner(t testing.TB, s *store.Store, workers jobs.Workers) *jobs.Runner {
	return jobs.NewRunner(s, workers, slog.New(slog.NewTextHandler(t.Output(), nil)))
}
