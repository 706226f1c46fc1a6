package jobs_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/clock"
	"tarn/fault"
	"tarn/jobs"
	"tarn/store"
)

func TestAdvance_RunsEachJobAtItsOwnInstant(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org, other := organization(t, s, &noon), organization(t, s, &noon)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(func(tx *store.Tx, name string) error {
			if name != "parent" {
				return nil
			}
			// What a job enqueues is done on the same way: at once, or later.
			if err := jobs.Enqueue(tx, note("child at once", time.Time{})); err != nil {
				return err
			}
			return jobs.Enqueue(tx, note("child later", tx.Now().Add(time.Hour)))
		})})
		enqueue(t, s, org,
			note("beyond", noon.Add(10*time.Hour).Add(time.Microsecond)),
			note("at the end", noon.Add(10*time.Hour)),
			note("parent", noon.Add(3*time.Hour)),
			note("between", noon.Add(3*time.Hour+time.Minute)),
			note("now", noon),
		)
		enqueue(t, s, other, note("of another", noon))
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(10*time.Hour)))

		assert.Equal(t, []string{"now", "parent", "child at once", "between", "child later", "at the end"}, log.names())
		for _, line := range log.read() {
			assert.Equal(t, line.due, line.at, line.name)
		}
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(10*time.Hour), now)
		now, _ = timeOf(t, s, other)
		assert.Equal(t, noon, now, "another organization's time does not move")
	})
}

// Whatever is enqueued, a journey does it in order, each job at its instant,
// and it makes no difference in how many legs.
func TestAdvance_Property(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(rt *rapid.T) { checkJourney(t, rt, s) })
	})
}

// planned is a job of the property test; children are enqueued by it, so many
// minutes later.
type planned struct {
	Name     string
	Minute   int
	Priority int
	Children []int
}

// child is the job that p enqueues as its nth.
func (p planned) child(n int) planned {
	return planned{Name: fmt.Sprintf("%s.%d", p.Name, n), Minute: p.Minute + p.Children[n], Priority: n % 2}
}

func (p planned) job() jobs.Job {
	return jobs.Job{Kind: "planned", Args: p, At: noon.Add(time.Duration(p.Minute) * time.Minute), Priority: p.Priority}
}

// journey is the order in which a queue does a plan up to a minute, by the
// simplest means.
func journey(plan []planned, end int) []string {
	waiting := slices.Clone(plan)
	names := []string{}
	for {
		slices.SortStableFunc(waiting, func(a, b planned) int {
			return cmp.Or(cmp.Compare(a.Minute, b.Minute), cmp.Compare(a.Priority, b.Priority))
		})
		if len(waiting) == 0 || waiting[0].Minute > end {
			return names
		}
		next := waiting[0]
		waiting = waiting[1:]
		names = append(names, next.Name)
		for n := range next.Children {
			waiting = append(waiting, next.child(n))
		}
	}
}

func drawPlan(rt *rapid.T, end int) []planned {
	plan := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) planned {
		return planned{
			Minute: rapid.IntRange(0, end+10).Draw(rt, "minute"), Priority: rapid.IntRange(0, 2).Draw(rt, "priority"),
			Children: rapid.SliceOfN(rapid.IntRange(0, 15), 0, 2).Draw(rt, "children"),
		}
	}), 0, 6).Draw(rt, "plan")
	for i := range plan {
		plan[i].Name = fmt.Sprint(i)
	}
	return plan
}

func checkJourney(t *testing.T, rt *rapid.T, s *store.Store) {
	const end = 40
	plan := drawPlan(rt, end)
	legs := rapid.SliceOfNDistinct(rapid.IntRange(0, end), 0, 3, rapid.ID).Draw(rt, "legs")
	slices.Sort(legs)

	var log diary
	r := runner(t, s, jobs.Workers{"planned": {Run: func(tx *store.Tx, job store.Job) error {
		return jobs.Handle(func(tx *store.Tx, p planned) error {
			log.write(done{name: p.Name, at: tx.Now(), due: job.ScheduledAt.UTC()})
			for n := range p.Children {
				if err := jobs.Enqueue(tx, p.child(n).job()); err != nil {
					return err
				}
			}
			return nil
		}).Run(tx, job)
	}}})
	org := organization(rt, s, &noon)
	for _, p := range plan {
		enqueue(rt, s, org, p.job())
	}
	for _, leg := range append(legs, end) {
		require.NoError(rt, r.Advance(context.Background(), org, noon.Add(time.Duration(leg)*time.Minute)))
	}

	require.Equal(rt, journey(plan, end), log.names())
	for _, line := range log.read() {
		require.Equal(rt, line.due, line.at, "each job finds its own instant")
	}
	now, _ := timeOf(rt, s, org)
	require.Equal(rt, noon.Add(end*time.Minute), now)
}

func TestAdvance_RefusesWhatNoClockDoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		r := runner(t, s, nil)
		for _, to := range []time.Time{noon.Add(-time.Microsecond), noon.AddDate(5, 0, 0).Add(time.Microsecond)} {
			refusal, ok := fault.As(r.Advance(t.Context(), org, to))
			require.True(t, ok)
			assert.Equal(t, fault.Validation, refusal.Kind)
			assert.Equal(t, fault.Details{"now": []string{fault.CodeOutOfRange}}, refusal.Details)
			now, _ := timeOf(t, s, org)
			assert.Equal(t, noon, now)
		}
		require.NoError(t, r.Advance(t.Context(), org, noon), "standing still is no move backwards")
		require.NoError(t, r.Advance(t.Context(), org, noon.AddDate(5, 0, 0)))
		assert.ErrorIs(t, r.Advance(t.Context(), store.NewID(), noon), store.ErrNotFound)
	})
}

func TestAdvanceBy_LeadsFromWhereTheClockStands(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		start := time.Date(2031, 1, 31, 12, 0, 0, 0, time.UTC)
		org := organization(t, s, &start)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		enqueue(t, s, org, note("at the end", time.Date(2031, 2, 28, 12, 0, 0, 0, time.UTC)), note("beyond", time.Date(2031, 2, 28, 12, 0, 1, 0, time.UTC)))
		by := func(text string) error {
			duration, err := clock.ParseDuration(text)
			require.NoError(t, err)
			return r.AdvanceBy(t.Context(), org, duration)
		}
		require.NoError(t, by("P1M"))
		now, _ := timeOf(t, s, org)
		assert.Equal(t, time.Date(2031, 2, 28, 12, 0, 0, 0, time.UTC), now)
		assert.Equal(t, []string{"at the end"}, log.names())
		for _, text := range []string{"P0D", "PT0.0000009S", "-P1D", "P5YT0.000001S", "P9999999999999Y"} {
			refusal, ok := fault.As(by(text))
			require.True(t, ok, text)
			assert.Equal(t, fault.Details{"advance": []string{fault.CodeOutOfRange}}, refusal.Details, text)
		}
		still, _ := timeOf(t, s, org)
		assert.Equal(t, now, still, "a refused move moves nothing")
		require.NoError(t, by("P5Y"))
	})
}

// No clock shows a year that texts cannot.
func TestAdvance_EndsWithTheYear9999(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		start := time.Date(9999, 6, 1, 0, 0, 0, 0, time.UTC)
		org := organization(t, s, &start)
		r := runner(t, s, nil)
		end := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
		require.True(t, fault.Is(r.Advance(t.Context(), org, end), fault.Validation))
		require.NoError(t, r.Advance(t.Context(), org, end.Add(-time.Microsecond)))
	})
}

func TestAdvance_FreezesAClockOnRealTime(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, nil)
		start := clock.Real().Now()
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		enqueue(t, s, org, note("overdue", start), note("on the way", start.Add(time.Hour)))
		require.Error(t, r.Advance(t.Context(), org, start.Add(-time.Second)))
		_, frozen := timeOf(t, s, org)
		require.False(t, frozen, "a refused move freezes nothing")
		require.NoError(t, r.Advance(t.Context(), org, start.Add(2*time.Hour)))
		now, frozen := timeOf(t, s, org)
		assert.True(t, frozen)
		assert.Equal(t, start.Add(2*time.Hour), now)
		assert.Equal(t, []string{"overdue", "on the way"}, log.names())
		assert.Equal(t, start.Add(time.Hour), log.read()[1].at)
	})
}

func TestAdvance_StopsBetweenJobsWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		ctx, stop := context.WithCancel(t.Context())
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(func(*store.Tx, string) error {
			stop()
			return nil
		})})
		enqueue(t, s, org, note("first", noon.Add(time.Hour)), note("second", noon.Add(2*time.Hour)))
		require.ErrorIs(t, r.Advance(ctx, org, noon.Add(3*time.Hour)), context.Canceled)
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(time.Hour), now)
		assert.Equal(t, store.JobCompleted, jobsOf(t, s, org, "note")[0].State, "what has begun is finished")
		require.NoError(t, r.Advance(t.Context(), org, noon.Add(3*time.Hour)))
		assert.Equal(t, []string{"first", "second"}, log.names())
	})
}

// Several processes move one clock at once: work is done once, at its instant.
func TestAdvance_ConcurrentMovesStayConsistent(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		for i := range 20 {
			enqueue(t, s, org, note(fmt.Sprint(i), noon.Add(time.Duration(i/2)*time.Hour)))
		}
		var moving sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			moving.Go(func() { errs[i] = r.Advance(t.Context(), org, noon.Add(time.Duration(7+i)*time.Hour)) })
		}
		moving.Wait()
		for i, err := range errs[:3] {
			assert.True(t, err == nil || fault.Is(err, fault.Validation), "move %d: %v", i, err)
		}
		require.NoError(t, errs[3], "nobody overtakes the furthest move")
		now, _ := timeOf(t, s, org)
		assert.Equal(t, noon.Add(10*time.Hour), now)
		lines := log.read()
		require.Len(t, lines, 20)
		for i, line := range lines {
			assert.Equal(t, fmt.Sprint(i), line.name)
			assert.Equal(t, line.due, line.at)
		}
	})
}

// Requests write while the clock moves: whatever they make due at their own
// instant is done at that instant.
func TestAdvance_DuringWritesLosesNoInstant(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		org := organization(t, s, &noon)
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		const writers, each = 3, 15
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					var committed *store.Tx
					err := s.Write(t.Context(), byRequest(org), func(tx *store.Tx) error {
						committed = tx
						return jobs.Enqueue(tx, note(fmt.Sprintf("%d/%d", w, i), time.Time{}))
					})
					if err == nil {
						err = r.Settle(t.Context(), committed)
					}
					assert.NoError(t, err)
				}
			})
		}
		for leg := range 15 {
			require.NoError(t, r.Advance(t.Context(), org, noon.Add(time.Duration(leg)*time.Hour)))
		}
		writing.Wait()
		lines := log.read()
		assert.Len(t, lines, writers*each)
		for _, line := range lines {
			assert.Equal(t, line.due, line.at, line.name)
		}
	})
}

func TestAdvance_OrganizationsMoveIndependently(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		var log diary
		r := runner(t, s, jobs.Workers{"note": log.noting(nil)})
		orgs := make([]uuid.UUID, 3)
		var moving sync.WaitGroup
		for i := range orgs {
			start := noon.AddDate(i, i, 0)
			orgs[i] = organization(t, s, &start)
			for month := range 6 {
				enqueue(t, s, orgs[i], note(orgs[i].String(), start.AddDate(0, month, 0)))
			}
			moving.Go(func() { assert.NoError(t, r.Advance(t.Context(), orgs[i], start.AddDate(0, 6, 0))) })
		}
		moving.Wait()
		for i, org := range orgs {
			start := noon.AddDate(i, i, 0)
			month := 0
			for _, line := range log.read() {
				if line.name == org.String() {
					assert.Equal(t, start.AddDate(0, month, 0), line.at)
					month++
				}
			}
			assert.Equal(t, 6, month)
			now, _ := timeOf(t, s, org)
			assert.Equal(t, start.AddDate(0, 6, 0), now)
		}
	})
}
