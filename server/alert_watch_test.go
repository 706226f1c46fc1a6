package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/alerting"
	"tarn/clock"
	"tarn/server/servertest"
	"tarn/store"
)

// watchedWorld makes a plan "used" that asks 1.00 for each gigabyte of "storage", and
// some subscriptions to it, named after their numbers, each with an alert on 5.00.
func watchedWorld(t *testing.T, s *servertest.Server, subscriptions int) {
	t.Helper()
	metric := newMetric(t, s, "storage", "")
	createPlan(t, s, "used", fmt.Sprintf(`,"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":"1"}}]`, metric["lago_id"]))
	for i := range subscriptions {
		subscribe(t, s, "used", fmt.Sprint(i), "")
		s.Post(fmt.Sprintf("/subscriptions/%d/alerts", i), `{"alert":{"code":"spend","alert_type":"current_usage_amount","thresholds":[{"value":500}]}}`).
			Status(t, http.StatusOK)
	}
}

// use sends an event of so many gigabytes for each of some subscriptions, by one
// request.
func use(t *testing.T, s *servertest.Server, transaction string, gigabytes int, subscriptions ...string) {
	t.Helper()
	events := make([]string, len(subscriptions))
	for i, subscription := range subscriptions {
		events[i] = fmt.Sprintf(`{"transaction_id":"%s-%s","external_subscription_id":%q,"code":"storage","properties":{"gb":%d}}`,
			transaction, subscription, subscription, gigabytes)
	}
	s.Post("/events/batch", `{"events":[`+strings.Join(events, ",")+`]}`).Status(t, http.StatusOK)
}

// triggered are the external ids of the subscriptions whose alerts have told, in the
// order of their names.
func triggered(t *testing.T, s *servertest.Server) []string {
	t.Helper()
	var names []string
	for _, activity := range entries(t, s.Get("/activity_logs?per_page=1000&activity_types[]=alert.triggered"), "activity_logs") {
		names = append(names, activity["external_subscription_id"].(string))
	}
	slices.Sort(names)
	return names
}

func TestAlerts_AreNotLookedAtWithoutPremium(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		watchedWorld(t, s, 1)
		s.Post("/subscriptions/0/alerts", `{"alert":{"code":"life","alert_type":"lifetime_usage_amount","thresholds":[{"value":500}]}}`).Status(t, http.StatusOK)
		setPremium(t, s, `{"licensed":false}`)
		use(t, s, "a", 7, "0")
		require.Equal(t, neverRead, member(t, s.Get("/subscriptions/0/alerts/spend"), "alert")["previous_value"])
		setPremium(t, s, `{"licensed":true,"integrations":[]}`) // no add-on for all of a life
		require.Empty(t, triggered(t, s))
		use(t, s, "b", 1, "0")
		require.Equal(t, []string{"0"}, triggered(t, s))
		require.Equal(t, neverRead, member(t, s.Get("/subscriptions/0/alerts/life"), "alert")["previous_value"])
		setPremium(t, s, `{"licensed":true,"integrations":["progressive_billing"]}`)
		use(t, s, "c", 1, "0")
		require.Equal(t, []string{"0", "0"}, triggered(t, s))
	})
}

// neverRead is the value of an alert that was not looked at, as a number of JSON.
const neverRead = json.Number("0.0")

// TestAlerts_OfManySubscriptions are looked at together, more than there are in one
// group; those of others are not.
func TestAlerts_OfManySubscriptions(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		other := s.At(t, "2026-01-15T10:30:00Z")
		watchedWorld(t, other, 1)
		watchedWorld(t, s, 60)
		var names []string
		for i := range 60 {
			names = append(names, fmt.Sprint(i))
		}
		use(t, s, "a", 6, names[:55]...)
		use(t, s, "b", 4, names[55:]...)
		slices.Sort(names[:55])
		require.Equal(t, names[:55], triggered(t, s))
		require.Empty(t, triggered(t, other))
		require.Equal(t, neverRead, member(t, other.Get("/subscriptions/0/alerts/spend"), "alert")["previous_value"])
	})
}

// TestAlerts_GoToWhoeverHasTheExternalID: an alert belongs to the external id of a
// subscription, also when another customer has it by now.
func TestAlerts_GoToWhoeverHasTheExternalID(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		watchedWorld(t, s, 1)
		s.Delete("/subscriptions/0").Status(t, http.StatusOK)
		use(t, s, "a", 7, "0") // nobody's
		require.Empty(t, triggered(t, s))
		s.Post("/subscriptions", `{"subscription":{"external_customer_id":"other","plan_code":"used","external_id":"0"}}`).Status(t, http.StatusOK)
		use(t, s, "b", 7, "0")
		activity := entries(t, s.Get("/activity_logs?activity_types[]=alert.triggered"), "activity_logs")[0]
		require.Equal(t, "other", activity["external_customer_id"])
	})
}

// TestAlerts_InRealTimeAreLookedAtWithTheMinute: once for all events until then, and
// not at all without events.
func TestAlerts_InRealTimeAreLookedAtWithTheMinute(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s = inRealTime(t, s)
		watchedWorld(t, s, 3)
		makeDue(t, s, watchJobs(t, s)...)
		require.NoError(t, s.Runner.RunDue(t.Context(), s.Organization.ID))
		before := clock.Real().Now()
		use(t, s, "a", 2, "0", "1")
		use(t, s, "b", 4, "0")
		after := clock.Real().Now()
		require.Empty(t, triggered(t, s))
		waiting := watchJobs(t, s)
		require.GreaterOrEqual(t, len(waiting), 2)
		for _, job := range waiting {
			require.Zero(t, job.ScheduledAt.Second()+job.ScheduledAt.Nanosecond())
			require.WithinRange(t, job.ScheduledAt, before, after.Add(time.Minute))
			require.NotContains(t, string(job.Args), `"2"`)
		}
		looked := member(t, s.Get("/subscriptions/2/alerts/spend"), "alert")
		makeDue(t, s, waiting...)
		require.NoError(t, s.Runner.RunDue(t.Context(), s.Organization.ID))
		require.Equal(t, []string{"0"}, triggered(t, s))
		require.Empty(t, watchJobs(t, s))
		require.Equal(t, "200.0", fmt.Sprint(member(t, s.Get("/subscriptions/1/alerts/spend"), "alert")["previous_value"]))
		require.Equal(t, looked, member(t, s.Get("/subscriptions/2/alerts/spend"), "alert"))
	})
}

// watchJobs are the looks at alerts that wait.
func watchJobs(t *testing.T, s *servertest.Server) []store.Job {
	t.Helper()
	return waitingJobs(t, s, alerting.KindWatchUsage)
}

// waitingJobs are the jobs of a kind that wait.
func waitingJobs(t *testing.T, s *servertest.Server, kind string) (waiting []store.Job) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), store.Scope{Organization: s.Organization.ID}, func(tx *store.Tx) error {
		all, err := tx.Jobs(kind)
		waiting = slices.DeleteFunc(all, func(job store.Job) bool { return job.State != store.JobAvailable })
		return err
	}))
	return waiting
}

// makeDue lets jobs be due now.
func makeDue(t *testing.T, s *servertest.Server, waiting ...store.Job) {
	t.Helper()
	require.NoError(t, s.Store.Write(t.Context(), store.Scope{Organization: s.Organization.ID, Source: store.SourceSystem}, func(tx *store.Tx) error {
		for _, job := range waiting {
			job.ScheduledAt = tx.Now()
			if err := tx.UpdateJob(&job); err != nil {
				return err
			}
		}
		return nil
	}))
}

// inRealTime is the server as another organization sees it, whose clock is real.
func inRealTime(t *testing.T, s *servertest.Server) *servertest.Server {
	t.Helper()
	created := s.Admin(http.MethodPost, "/admin/organizations", `{"name":"Now"}`).Status(t, http.StatusCreated)
	var answer struct {
		Organization struct{ ID uuid.UUID }
		APIKey       string `json:"api_key"`
	}
	created.Decode(t, &answer)
	other := *s
	other.Organization.ID, other.Key = answer.Organization.ID, answer.APIKey
	return &other
}
