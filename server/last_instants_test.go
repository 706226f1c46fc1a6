package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestLastInstants_HoldUpNothing gives an organization everything that ends at
// the end of time, or after it: what is due sooner is done all the same.
func TestLastInstants_HoldUpNothing(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		coupon := func(code, expiration string) *servertest.Response {
			return s.Post("/coupons", fmt.Sprintf(`{"coupon":{"name":"c","code":%q,"coupon_type":"percentage","percentage_rate":"10",
				"frequency":"once","expiration":"time_limit","expiration_at":%q}}`, code, expiration))
		}
		for _, beyond := range []string{"9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59.9999999-00:01"} {
			requireRefused(t, coupon("refused", beyond), "expiration_at")
			requireRefused(t, postSubscription(s, "startup", "refused", fmt.Sprintf(`,"ending_at":%q`, beyond)), "ending_at")
			requireRefused(t, postSubscription(s, "startup", "refused", fmt.Sprintf(`,"subscription_at":%q`, beyond)), "subscription_at")
		}
		requireRefused(t, postSubscription(s, "startup", "refused", `,"subscription_at":"0001-01-01T00:00:00+14:00"`), "subscription_at")
		for i, last := range []string{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59+14:00"} {
			coupon(fmt.Sprint("last", i), last).Status(t, http.StatusOK)
			postSubscription(s, "startup", fmt.Sprint("ends", i), fmt.Sprintf(`,"ending_at":%q`, last)).Status(t, http.StatusOK)
			postSubscription(s, "startup", fmt.Sprint("starts", i), fmt.Sprintf(`,"subscription_at":%q`, last)).Status(t, http.StatusOK)
		}
		createPlan(t, s, "tried", `,"trial_period":2147483647`)
		subscribe(t, s, "tried", "tried", "")
		coupon("soon", "2024-03-05T00:00:00Z").Status(t, http.StatusOK)

		s.Travel(t, time.Date(2024, 3, 10, 0, 0, 0, 0, time.UTC))
		require.NotNil(t, endOf(t, s, "soon"))
		for _, code := range []string{"last0", "last1"} {
			require.Nil(t, endOf(t, s, code))
		}
	})
}

// requireRefused holds an answer against the refusal of one field.
func requireRefused(t *testing.T, answer *servertest.Response, field string) {
	t.Helper()
	details := object(t, answer.Status(t, http.StatusUnprocessableEntity).JSON(t), "error_details")
	require.Contains(t, details, field)
}

// endOf is when a coupon was terminated; nil when it was not.
func endOf(t *testing.T, s *servertest.Server, code string) any {
	t.Helper()
	return member(t, s.Get("/coupons/"+code), "coupon")["terminated_at"]
}
