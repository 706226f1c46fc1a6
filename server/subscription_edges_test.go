package server_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// On the wire numbers are identifiers too.
func TestSubscriptions_NumbersAreIdentifiers(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		created := member(t, s.Post("/subscriptions",
			`{"subscription":{"external_customer_id":7,"plan_code":"startup","external_id":12}}`), "subscription")
		requireMembers(t, `{"external_customer_id":"7","external_id":"12"}`, created)
		require.Equal(t, "active", showSubscription(t, s, "12", "")["status"])
		for _, value := range []string{"null", "{}", "[]"} {
			answer := s.Post("/subscriptions", `{"subscription":{"external_customer_id":"c","plan_code":"startup","external_id":`+value+`}}`)
			require.Equal(t, http.StatusUnprocessableEntity, answer.Code, string(answer.Body))
		}
	})
}

// TestSubscriptions_NoValueBreaksThem sends what lies at the edges of what the
// contract and the databases can hold, and travels on.
func TestSubscriptions_NoValueBreaksThem(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "dearest", `,"amount_cents":100000000000000000,"interval":"weekly","trial_period":1e300`)
		createPlan(t, s, "cheapest", `,"amount_cents":-100000000000000000,"interval":"weekly","trial_period":1e-300`)
		long := strings.Repeat("x", 3000)
		for body, status := range map[string]int{
			`,"subscription_at":"0001-01-01T00:00:00Z"`:                                                         200,
			`,"subscription_at":"0000-01-01T00:00:00Z"`:                                                         422,
			`,"subscription_at":"0001-01-01T00:00:00+14:00"`:                                                    422,
			`,"subscription_at":"9999-12-31T23:59:59.999999999Z"`:                                               200,
			`,"subscription_at":"9999-12-31T23:59:59-14:00"`:                                                    422,
			`,"ending_at":"9999-12-31T23:59:59Z","billing_time":"anniversary"`:                                  200,
			`,"ending_at":"9999-12-31T23:59:59-14:00"`:                                                          422,
			`,"name":"` + long + `"`:                                                                            422,
			`,"name":"\u0000\ud83d\ude00 "`:                                                                     200,
			`,"purchase_order_number":"` + long[:256] + `"`:                                                     422,
			`,"purchase_order_number":"` + strings.Repeat("é", 255) + `"`:                                       200,
			`,"plan_overrides":{"amount_cents":100000000000000000,"trial_period":1e300}`:                        200,
			`,"plan_overrides":{"amount_cents":9223372036854775807}`:                                            422,
			`,"plan_overrides":{"trial_period":-1e300}`:                                                         200,
			`,"plan_overrides":{"name":"` + long + `"}`:                                                         422,
			`,"plan_overrides":{"fixed_charges":[{"id":"00000000-0000-0000-0000-000000000000","units":1e300}]}`: 404,
			`,"plan_overrides":{"charges":[{}],"fixed_charges":[],"usage_thresholds":[]}`:                       200,
			`,"usage_thresholds":[{"amount_cents":9223372036854775807}]`:                                        422,
			`,"usage_thresholds":[{"amount_cents":100000000000000000}]`:                                         200,
		} {
			answer := postSubscription(s, "startup", "sub", body)
			require.Equal(t, status, answer.Code, "%.120s: %.300s", body, answer.Body)
			if status != http.StatusOK {
				continue
			}
			require.Equal(t, http.StatusOK, s.Get("/subscriptions?status[]=any").Code, "%.120s", body)
			if s.Delete("/subscriptions/sub").Code != http.StatusOK {
				s.Delete("/subscriptions/sub?status=pending").Status(t, http.StatusOK)
			}
		}
		require.Equal(t, 422, postSubscription(s, "startup", long, "").Code)
		require.Equal(t, 404, s.Get("/subscriptions/"+long).Code)
		for _, plan := range []string{"cheapest", "dearest", "cheapest"} {
			postSubscription(s, plan, "sub", "").Status(t, http.StatusOK)
		}
		s.Travel(t, servertest.Epoch.AddDate(0, 1, 0))
		requireMembers(t, `{"plan_code":"cheapest","status":"active"}`, showSubscription(t, s, "sub", ""))
	})
}

// TestSubscriptions_OneOfManyAtOnce lets many requests for one external id race:
// one subscription comes of it, for one customer.
func TestSubscriptions_OneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		answers := make([]*servertest.Response, 12)
		var racing sync.WaitGroup
		for i := range answers {
			racing.Go(func() {
				customer := []string{"a", "b"}[i%2]
				answers[i] = s.Post("/subscriptions",
					`{"subscription":{"external_customer_id":"`+customer+`","plan_code":"startup","external_id":"sub"}}`)
			})
		}
		racing.Wait()
		listed := entries(t, s.Get("/subscriptions?status[]=any"), "subscriptions")
		require.Len(t, listed, 1)
		for i, answer := range answers {
			if listed[0]["external_customer_id"] == []string{"a", "b"}[i%2] {
				require.Equal(t, listed[0]["lago_id"], member(t, answer, "subscription")["lago_id"])
			} else {
				requireDetails(t, `{"external_id":["value_already_exist"]}`, answer)
			}
		}
	})
}

// TestSubscriptions_OrganizationsHaveTheirOwnTime lets two organizations travel
// side by side; neither moves the other's subscriptions.
func TestSubscriptions_OrganizationsHaveTheirOwnTime(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		here := *s
		organizationAt(t, s, "2030-06-15T00:00:00Z")
		there := *s
		both := []*servertest.Server{&here, &there}
		for _, each := range both {
			createPlan(t, each, "startup", "")
			subscribe(t, each, "startup", "sub", `,"subscription_at":"2030-06-20T12:00:00Z"`)
		}
		there.Travel(t, at(t, "2030-06-20T00:00:00Z"))
		require.Equal(t, "active", showSubscription(t, &there, "sub", "")["status"])
		require.Equal(t, "pending", showSubscription(t, &here, "sub", "?status=pending")["status"])
	})
}
