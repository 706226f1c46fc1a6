package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// at reads an instant of a test.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return instant
}

// organizationAt makes another organization whose clock stands at an instant,
// and lets the server's requests be its own.
func organizationAt(t *testing.T, s *servertest.Server, now string) {
	t.Helper()
	created := s.Admin(http.MethodPost, "/admin/organizations",
		fmt.Sprintf(`{"name":"Traveller","clock":{"now":%q},"plan":"pro"}`, now)).Status(t, http.StatusCreated).JSON(t)
	key, _ := created["api_key"].(string)
	require.NotEmpty(t, key, created)
	s.Key = key
	s.Organization.ID = uuid.MustParse(textOf(t, object(t, created, "organization"), "id"))
}

// happened are the types of the activities of subscriptions with an external id,
// newest first.
func happened(t *testing.T, s *servertest.Server, externalID string) []string {
	t.Helper()
	var types []string
	for _, each := range entries(t, s.Get("/activity_logs?per_page=1000&external_subscription_id="+externalID), "activity_logs") {
		types = append(types, textOf(t, each, "activity_type"))
	}
	return types
}

// TestSubscriptions_StartAtLocalMidnight lets subscriptions wait for their day
// in zones on both sides of the date line, and in one that leaves a day out.
func TestSubscriptions_StartAtLocalMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, now, subscriptionAt, startsAt, from, to string }{
		{"America/Denver", "2026-01-15T10:30:00Z", "2026-02-10T05:00:00Z", "2026-02-09T07:00:00.000Z", "2026-02-09T07:00:00Z", "2026-03-01T06:59:59Z"},
		{"Asia/Tokyo", "2026-01-15T10:30:00Z", "2026-02-10T20:00:00Z", "2026-02-10T15:00:00.000Z", "2026-02-10T15:00:00Z", "2026-02-28T14:59:59Z"},
		{"Asia/Kolkata", "2026-01-15T10:30:00Z", "2026-02-10T00:00:00Z", "2026-02-09T18:30:00.000Z", "2026-02-09T18:30:00Z", "2026-02-28T18:29:59Z"},
		{"Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-31T09:00:00Z", "2011-12-30T10:00:00.000Z", "2011-12-30T10:00:00Z", "2011-12-31T09:59:59Z"},
		{"UTC", "2026-01-15T10:30:00Z", "2026-01-16T23:59:59Z", "2026-01-16T00:00:00.000Z", "2026-01-16T00:00:00Z", "2026-01-31T23:59:59Z"},
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				organizationAt(t, s, c.now)
				createPlan(t, s, "startup", "")
				upsert(t, s, fmt.Sprintf(`{"external_id":"c1","timezone":%q}`, c.zone))
				created := subscribe(t, s, "startup", "sub", fmt.Sprintf(`,"subscription_at":%q`, c.subscriptionAt))
				requireMembers(t, `{"status":"pending","started_at":null,"activated_at":null,"current_billing_period_started_at":null,
					"current_billing_period_ending_at":null}`, created)
				startsAt := at(t, c.startsAt)
				s.Travel(t, startsAt.Add(-time.Second))
				requireNotFound(t, "subscription", s.Get("/subscriptions/sub"))
				s.Travel(t, startsAt)
				requireMembers(t, fmt.Sprintf(`{"status":"active","started_at":%q,"activated_at":%q,"subscription_at":%q,
					"current_billing_period_started_at":%q,"current_billing_period_ending_at":%q}`,
					c.startsAt, startsAt.Format(time.RFC3339), c.subscriptionAt, c.from, c.to), showSubscription(t, s, "sub", ""))
				require.Equal(t, []string{"subscription.started", "subscription.created"}, happened(t, s, "sub"))
			})
		})
	}
}

// TestSubscriptions_FollowTheZone moves the customer, and the billing entity,
// to other zones while subscriptions wait for their start and their end.
func TestSubscriptions_FollowTheZone(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1","timezone":"UTC"}`)
		subscribe(t, s, "startup", "east", `,"subscription_at":"2026-02-10T12:00:00Z"`)
		upsert(t, s, `{"external_id":"c1","timezone":"Asia/Tokyo"}`)
		s.Travel(t, at(t, "2026-02-09T15:00:00Z"))
		require.Equal(t, "2026-02-09T15:00:00.000Z", showSubscription(t, s, "east", "")["started_at"])

		subscribe(t, s, "startup", "west", `,"subscription_at":"2026-02-20T12:00:00Z"`)
		upsert(t, s, `{"external_id":"c1","timezone":null}`)
		s.Put("/billing_entities/acme", `{"timezone":"America/Denver"}`).Status(t, http.StatusOK)
		s.Travel(t, at(t, "2026-02-20T06:59:59Z"))
		requireNotFound(t, "subscription", s.Get("/subscriptions/west"))
		s.Travel(t, at(t, "2026-02-20T07:00:00Z"))
		require.Equal(t, "2026-02-20T07:00:00.000Z", showSubscription(t, s, "west", "")["started_at"])

		putSubscription(s, "west", `"ending_at":"2026-03-05T12:00:00Z"`).Status(t, http.StatusOK)
		s.Put("/billing_entities/acme", `{"timezone":"Asia/Tokyo"}`).Status(t, http.StatusOK)
		s.Travel(t, at(t, "2026-03-04T15:05:00Z"))
		require.Equal(t, "2026-03-04T15:05:00Z", showSubscription(t, s, "west", "?status=terminated")["terminated_at"])
	})
}

// TestSubscriptions_EndOnTheirDay terminates at the first tick of the day of
// ending_at in the customer's zone.
func TestSubscriptions_EndOnTheirDay(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "advance", `,"pay_in_advance":true`)
		upsert(t, s, `{"external_id":"c1","timezone":"America/Denver"}`)
		upsert(t, s, `{"external_id":"c2","timezone":"Europe/Paris"}`)
		subscribe(t, s, "startup", "sub", `,"ending_at":"2026-02-10T23:00:00Z"`)
		subscribe(t, s, "advance", "free", `,"ending_at":"2026-02-10T23:00:00Z"`)
		subscribe(t, s, "startup", "moved", `,"ending_at":"2026-02-10T23:00:00Z"`)
		member(t, s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c2","plan_code":"advance","external_id":"paris",
			"ending_at":"2026-02-10T23:00:00Z"}}`), "subscription")
		putSubscription(s, "free", `"ending_at":null`).Status(t, http.StatusOK)
		putSubscription(s, "moved", `"ending_at":"2026-02-12T00:00:00Z"`).Status(t, http.StatusOK)
		s.Travel(t, at(t, "2026-02-10T07:04:59Z"))
		require.Equal(t, "active", showSubscription(t, s, "sub", "")["status"])
		s.Travel(t, at(t, "2026-02-12T00:00:00Z"))
		requireMembers(t, `{"status":"terminated","terminated_at":"2026-02-10T07:05:00Z","on_termination_credit_note":null,
			"on_termination_invoice":"generate"}`, showSubscription(t, s, "sub", "?status=terminated"))
		require.Equal(t, "active", showSubscription(t, s, "free", "")["status"])
		requireMembers(t, `{"status":"terminated","terminated_at":"2026-02-11T07:05:00Z"}`, showSubscription(t, s, "moved", "?status=terminated"))
		requireMembers(t, `{"status":"terminated","terminated_at":"2026-02-10T23:05:00Z","on_termination_credit_note":"credit"}`,
			showSubscription(t, s, "paris", "?status=terminated"))
		require.Equal(t, []string{"subscription.terminated", "subscription.started"}, happened(t, s, "sub"))
	})
}

// TestSubscriptions_Backdated are active from an earlier day on, but never
// before an earlier one of theirs ended that was billed.
func TestSubscriptions_Backdated(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2025-03-15T00:00:00Z")
		createPlan(t, s, "year", `,"interval":"yearly"`)
		subscribe(t, s, "year", "sub", `,"billing_time":"anniversary"`)
		subscribe(t, s, "year", "unbilled", `,"billing_time":"anniversary"`)
		s.Travel(t, at(t, "2026-03-13T00:00:00Z"))
		member(t, s.Delete("/subscriptions/sub"), "subscription")
		member(t, s.Delete("/subscriptions/unbilled?on_termination_invoice=skip"), "subscription")
		again := subscribe(t, s, "year", "sub", `,"billing_time":"anniversary","subscription_at":"2025-03-15T00:00:00Z"`)
		requireMembers(t, `{"status":"active","subscription_at":"2025-03-15T00:00:00Z","started_at":"2026-03-13T00:00:00.000Z",
			"activated_at":"2026-03-13T00:00:00Z","current_billing_period_started_at":"2026-03-13T00:00:00Z",
			"current_billing_period_ending_at":"2026-03-14T23:59:59Z"}`, again)
		again = subscribe(t, s, "year", "unbilled", `,"billing_time":"anniversary","subscription_at":"2025-03-15T00:00:00Z"`)
		requireMembers(t, `{"started_at":"2025-03-15T00:00:00.000Z","activated_at":"2026-03-13T00:00:00Z",
			"current_billing_period_started_at":"2025-03-15T00:00:00Z"}`, again)
		later := subscribe(t, s, "year", "later", `,"subscription_at":"2026-03-13T20:15:00.123Z"`)
		requireMembers(t, `{"status":"active","started_at":"2026-03-13T20:15:00.123Z"}`, later)
	})
}

// TestSubscriptions_TrialsEnd at the tick after their exact end, which counts
// from the first start under the external id.
func TestSubscriptions_TrialsEnd(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "trial", `,"trial_period":10.5`)
		createPlan(t, s, "dearer", `,"amount_cents":20000,"trial_period":20`)
		subscribe(t, s, "trial", "sub", "")
		subscribe(t, s, "trial", "up", "")
		s.Travel(t, at(t, "2026-01-25T22:34:59Z"))
		require.Nil(t, showSubscription(t, s, "sub", "")["trial_ended_at"])
		s.Travel(t, at(t, "2026-01-20T10:30:00Z").AddDate(0, 0, 6))
		require.Equal(t, "2026-01-25T22:30:00Z", showSubscription(t, s, "sub", "")["trial_ended_at"])
		require.Equal(t, []string{"subscription.trial_ended", "subscription.started"}, happened(t, s, "sub"))
		subscribe(t, s, "dearer", "up", "")
		require.Nil(t, showSubscription(t, s, "up", "")["trial_ended_at"])
		s.Travel(t, at(t, "2026-02-05T00:00:00Z"))
		require.Equal(t, "2026-02-04T10:30:00Z", showSubscription(t, s, "up", "")["trial_ended_at"])
	})
}

// TestSubscriptions_WaitForTheirExternalID starts one whose day has come only
// when no other active one has its external id.
func TestSubscriptions_WaitForTheirExternalID(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", `,"subscription_at":"2026-01-20T00:00:00Z"`)
		member(t, s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c2","plan_code":"startup","external_id":"sub"}}`), "subscription")
		s.Travel(t, at(t, "2026-01-22T12:01:00Z"))
		require.Equal(t, "c2", showSubscription(t, s, "sub", "")["external_customer_id"])
		require.Equal(t, "c1", showSubscription(t, s, "sub", "?status=pending")["external_customer_id"])
		member(t, s.Delete("/subscriptions/sub"), "subscription")
		s.Travel(t, at(t, "2026-01-22T13:00:00Z"))
		requireMembers(t, `{"external_customer_id":"c1","started_at":"2026-01-22T12:05:00.000Z"}`, showSubscription(t, s, "sub", ""))
	})
}
