package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

const lifetimePath = "/subscriptions/sub/lifetime_usage"

// setHistorical is the answer to a change of what was used elsewhere.
func setHistorical(s *servertest.Server, amount string) *servertest.Response {
	return s.Put(lifetimePath, `{"lifetime_usage":{"external_historical_usage_amount_cents":`+amount+`}}`)
}

func TestLifetimeUsage_ShowsEveryField(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		subscription := subscribe(t, s, "startup", "sub", `,"subscription_at":"2025-12-01T00:00:00Z"`)
		shown := identified(t, member(t, s.Get(lifetimePath), "lifetime_usage"))
		requireJSON(t, `{"lago_subscription_id":"`+idOf(t, subscription)+`","external_subscription_id":"sub",
			"external_historical_usage_amount_cents":0,"invoiced_usage_amount_cents":0,"current_usage_amount_cents":0,
			"from_datetime":"2025-12-01T00:00:00Z","to_datetime":"2026-01-15T10:30:00Z"}`, shown)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 3))
		updated := member(t, setHistorical(s, "1700"), "lifetime_usage")
		requireMembers(t, `{"external_historical_usage_amount_cents":1700,"to_datetime":"2026-01-18T10:30:00Z"}`, updated)
		require.Equal(t, updated, member(t, s.Get(lifetimePath), "lifetime_usage"))
		require.Equal(t, updated, member(t, s.Patch(lifetimePath, `{"lifetime_usage":{"external_historical_usage_amount_cents":1700}}`), "lifetime_usage"))
	})
}

// TestLifetimeUsage_ShowsTheProgressToThresholds of the subscription itself, of
// its own plan and of the plan of the catalogue.
func TestLifetimeUsage_ShowsTheProgressToThresholds(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", `,"usage_thresholds":[{"amount_cents":500,"recurring":true},{"amount_cents":3000},{"amount_cents":1000}]`)
		subscribe(t, s, "startup", "sub", "")
		requireProgress := func(amount, want string) {
			t.Helper()
			requireJSON(t, want, member(t, setHistorical(s, amount), "lifetime_usage")["usage_thresholds"])
		}
		const now = `"reached_at":"2026-01-15T10:30:00.000Z"`
		requireProgress("1700", `[{"amount_cents":1000,"completion_ratio":1,`+now+`},{"amount_cents":3000,"completion_ratio":0.35,"reached_at":null},
			{"amount_cents":3500,"completion_ratio":0,"reached_at":null}]`)
		requireProgress("4200", `[{"amount_cents":1000,"completion_ratio":1,`+now+`},{"amount_cents":3000,"completion_ratio":1,`+now+`},
			{"amount_cents":3500,"completion_ratio":1,`+now+`},{"amount_cents":4000,"completion_ratio":1,`+now+`},
			{"amount_cents":4500,"completion_ratio":0.4,"reached_at":null}]`)
		putSubscription(s, "sub", `"usage_thresholds":[{"amount_cents":8400}]`).Status(t, http.StatusOK)
		requireProgress("4200", `[{"amount_cents":8400,"completion_ratio":0.5,"reached_at":null}]`)
		putSubscription(s, "sub", `"progressive_billing_disabled":true`).Status(t, http.StatusOK)
		require.NotContains(t, member(t, s.Get(lifetimePath), "lifetime_usage"), "usage_thresholds")
	})
}

// TestLifetimeUsage_CountsWhatIsUsedNow: what happened elsewhere and what is not
// billed yet go the way to a threshold together.
func TestLifetimeUsage_CountsWhatIsUsedNow(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", `,"usage_thresholds":[{"amount_cents":1000}]`)
		newCharge(t, s, "calls", newMetric(t, s, "calls", `,"aggregation_type":"count_agg","field_name":null`), `,"charge_model":"standard","properties":{"amount":"1.50"}`)
		subscribe(t, s, "startup", "sub", "")
		for _, transaction := range []string{"a", "b"} {
			s.Post("/events", `{"event":{"transaction_id":"`+transaction+`","code":"calls","external_subscription_id":"sub"}}`).Status(t, http.StatusOK)
		}
		requireMembers(t, `{"external_historical_usage_amount_cents":200,"invoiced_usage_amount_cents":0,"current_usage_amount_cents":300,
			"usage_thresholds":[{"amount_cents":1000,"completion_ratio":0.5,"reached_at":null}]}`, member(t, setHistorical(s, "200"), "lifetime_usage"))
	})
}

func TestLifetimeUsage_RefusesWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", "")
		requireDetails(t, `{"historical_usage_amount_cents":["value_is_out_of_range"]}`, setHistorical(s, "-1"))
		requireDetails(t, `{"external_historical_usage_amount_cents":["value_is_invalid"]}`, setHistorical(s, `"many"`))
		requireDetails(t, `{"external_historical_usage_amount_cents":["value_is_invalid"]}`, setHistorical(s, `9223372036854775808`))
		requireDetails(t, `{"external_historical_usage_amount_cents":["value_is_mandatory"]}`, setHistorical(s, "null"))
		requireDetails(t, `{"external_historical_usage_amount_cents":["value_is_mandatory"]}`, s.Put(lifetimePath, `{"lifetime_usage":{"x":1}}`))
		requireNoParameter(t, "lifetime_usage", s.Put(lifetimePath, `{"lifetime_usage":{}}`))
		requireDetails(t, `{"historical_usage_amount_cents":["value_is_out_of_range"]}`, setHistorical(s, "9223372036854775807"))
		member(t, setHistorical(s, "100000000000000000"), "lifetime_usage")
	})
}

// TestLifetimeUsage_BeginsWithTheFirstActivation and goes on when the plan
// changes.
func TestLifetimeUsage_BeginsWithTheFirstActivation(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		createPlan(t, s, "bigger", `,"amount_cents":20000`)
		subscribe(t, s, "startup", "sub", `,"subscription_at":"2026-01-20T00:00:00Z"`)
		requireNotFound(t, "lifetime_usage", s.Get(lifetimePath))
		requireNotFound(t, "lifetime_usage", s.Get(lifetimePath+"?subscription_status=pending"))
		requireNotFound(t, "lifetime_usage", s.Put(lifetimePath+"?status=pending", `{"lifetime_usage":{"external_historical_usage_amount_cents":-1}}`))
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 10))
		first := member(t, setHistorical(s, "5"), "lifetime_usage")
		upgraded := subscribe(t, s, "bigger", "sub", "")
		moved := member(t, s.Get(lifetimePath), "lifetime_usage")
		requireMembers(t, `{"lago_id":"`+idOf(t, first)+`","external_historical_usage_amount_cents":5,"lago_subscription_id":"`+idOf(t, upgraded)+`"}`, moved)
		requireNotFound(t, "lifetime_usage", s.Get(lifetimePath+"?subscription_status=terminated"))
	})
}

func TestLifetimeUsage_IsForThoseWhoMay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		createPlan(t, s, "startup", "")
		subscribe(t, s, "startup", "sub", "")
		requests := nestedRequests(`GET `+lifetimePath, `PUT `+lifetimePath+` {"lifetime_usage":{"external_historical_usage_amount_cents":7}}`)
		requireClosed(t, s, "lifetime_usage", requests...)
		requireFoundBySubscription(t, s, "lifetime_usage", requests...)
		requireSubscriptionUpdated(t, s, `PUT `+lifetimePath+`|{"lifetime_usage":{"external_historical_usage_amount_cents":8}}`)
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Subscription("sub", store.SubscriptionActive)
			if err != nil {
				return err
			}
			usage, err := tx.LifetimeUsage(row.ID)
			require.Equal(t, int64(8), usage.ExternalHistoricalUsageAmountCents)
			return err
		})
	})
}
