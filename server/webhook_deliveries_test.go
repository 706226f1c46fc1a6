package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/gen/admin"
	"tarn/notify"
	"tarn/server/servertest"
	"tarn/store/storetest"
)

// inbox is the path of the organization's webhooks.
func inbox(s *servertest.Server) string {
	return "/admin/organizations/" + s.Organization.ID.String() + "/webhooks"
}

// toldBy lists the organization's webhooks, oldest first unless the query says otherwise.
func toldBy(t *testing.T, s *servertest.Server, query string) []admin.Webhook {
	t.Helper()
	var list admin.WebhookList
	s.Admin(http.MethodGet, inbox(s)+"?order=oldest"+query, "").Status(t, http.StatusOK).Decode(t, &list)
	return list.Webhooks
}

// typesOf are the types of webhooks.
func typesOf(list []admin.Webhook) []string {
	types := []string{}
	for _, one := range list {
		types = append(types, one.Type)
	}
	return types
}

// newTeller adds the customer acme, which webhooks tell of.
func newTeller(t *testing.T, s *servertest.Server) {
	t.Helper()
	s.Post("/customers", `{"customer":{"external_id":"acme","name":"Acme & Sons <x>"}}`).Status(t, http.StatusOK)
}

func TestWebhooks_TellOfCustomersAndTheCatalogue(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for _, request := range []string{
			`POST /customers {"customer":{"external_id":"acme","metadata":[{"key":"k","value":"v","display_in_invoice":false}]}}`,
			`POST /customers {"customer":{"external_id":"acme","name":"Acme"}}`,
			`POST /billable_metrics {"billable_metric":{"name":"M","code":"m","aggregation_type":"count_agg"}}`,
			`PUT /billable_metrics/m {"billable_metric":{"name":"M"}}`,
			`DELETE /billable_metrics/m`,
			`POST /features {"feature":{"code":"seats","privileges":[{"code":"max","value_type":"integer"}]}}`,
			`POST /plans {"plan":{"name":"P","code":"p","interval":"monthly","amount_cents":1000,"amount_currency":"EUR","pay_in_advance":false}}`,
			`PATCH /plans/p/entitlements {"entitlements":{"seats":{"max":5}}}`,
			`PUT /features/seats {"feature":{"name":"Seats"}}`,
			`DELETE /features/seats/privileges/max`,
			`POST /plans/p/metadata {"metadata":{"k":"v"}}`,
			`DELETE /features/seats`,
			`DELETE /plans/p`,
		} {
			method, rest, _ := strings.Cut(request, " ")
			path, body, _ := strings.Cut(rest, " ")
			s.Do(method, path, body).Status(t, http.StatusOK)
		}
		list := toldBy(t, s, "")
		require.Equal(t, []string{
			"customer.created", "customer.updated",
			"billable_metric.created", "billable_metric.updated", "billable_metric.deleted",
			"feature.created", "plan.created", "plan.updated", "feature.updated", "plan.updated", "feature.updated", "plan.updated",
			"plan.updated", "feature.deleted", "plan.updated", "plan.deleted",
		}, typesOf(list))

		customer := object(t, decoded(t, list[0].Body), "customer")
		require.Equal(t, "acme", customer["external_id"])
		require.Contains(t, customer, "integration_customers")
		require.Contains(t, customer, "metadata")
		require.NotContains(t, customer, "taxes")
		require.True(t, strings.HasPrefix(string(list[0].Body),
			fmt.Sprintf(`{"webhook_type":"customer.created","object_type":"customer","organization_id":%q,"customer":{`, s.Organization.ID)), "%s", list[0].Body)
		require.Equal(t, customer["lago_id"], list[0].Object.ID.MustGet().String())

		granted := object(t, decoded(t, list[7].Body), "plan")
		require.Len(t, granted["entitlements"], 1)
		require.NotContains(t, granted, "fixed_charges")
		gone := object(t, decoded(t, list[15].Body), "plan")
		require.NotContains(t, gone, "entitlements")
		require.Equal(t, true, gone["pending_deletion"])
	})
}

// decoded is JSON that was read.
func decoded(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var value map[string]any
	require.NoError(t, json.Unmarshal(text, &value))
	return value
}

// A change that is refused or rolled back is told to nobody.
func TestWebhooks_TellNothingOfWhatDidNotHappen(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		endpoint := s.NewEndpoint(t)
		s.Post("/customers", `{"customer":{"external_id":"acme","currency":"XXX"}}`).Status(t, http.StatusUnprocessableEntity)
		s.Post("/customers", `{"customer":{"external_id":"acme","tax_codes":["none"]}}`).Status(t, http.StatusNotFound)
		require.Empty(t, toldBy(t, s, ""))
		require.Empty(t, endpoint.Received())
	})
}

// While the clock is frozen, deliveries were attempted when the answer arrives. The
// receivers check the signatures.
func TestWebhooks_AreSignedForEachEndpoint(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		all := s.NewEndpoint(t)
		some := s.NewEndpoint(t, `"signature_algo":"hmac"`, `"event_types":["customer.updated"]`)
		none := s.NewEndpoint(t, `"event_types":[]`)
		newTeller(t, s)
		newTeller(t, s)
		require.Equal(t, []string{"customer.created", "customer.updated"}, all.Types())
		require.Equal(t, []string{"customer.updated"}, some.Types())
		require.Empty(t, none.Received())
		first, second := all.Received()[1], some.Received()[0]
		require.Equal(t, "jwt", first.Algorithm)
		require.Equal(t, "hmac", second.Algorithm)
		require.Equal(t, string(first.Body), string(second.Body))
		require.NotEqual(t, first.Key, second.Key, "a key for each endpoint")
		require.Contains(t, string(first.Body), `Acme \u0026 Sons \u003cx\u003e`)
		list := toldBy(t, s, "&type=customer.updated")
		require.Len(t, list, 1)
		require.Equal(t, string(first.Body), string(list[0].Body))
		require.Len(t, list[0].Deliveries, 2)
		for _, delivery := range list[0].Deliveries {
			require.Equal(t, admin.WebhookStatusSucceeded, delivery.Status)
			require.Len(t, delivery.Attempts, 1)
			require.Equal(t, 200, delivery.Attempts[0].ResponseStatus.MustGet())
			require.True(t, delivery.Attempts[0].Error.IsNull())
		}
	})
}

// TestWebhooks_AreTriedAgainInTheOrganizationsTime moves the clock past each wait.
func TestWebhooks_AreTriedAgainInTheOrganizationsTime(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		endpoint := s.NewEndpoint(t)
		endpoint.Answer(func(w http.ResponseWriter, _ servertest.Webhook) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte("out of\x00 order\xff" + strings.Repeat("!", 70_000)))
		})
		newTeller(t, s)
		delivery := func() admin.WebhookDelivery { return toldBy(t, s, "")[0].Deliveries[0] }
		now := servertest.Epoch
		for i, step := range []struct {
			wait   time.Duration
			tries  int
			status admin.WebhookStatus
		}{
			{0, 1, admin.WebhookStatusRetrying},
			{2999 * time.Millisecond, 1, admin.WebhookStatusRetrying},
			{200 * time.Millisecond, 2, admin.WebhookStatusRetrying},
			{17 * time.Second, 2, admin.WebhookStatusRetrying},
			{4 * time.Second, 3, admin.WebhookStatusFailed},
			{24 * time.Hour, 3, admin.WebhookStatusFailed},
		} {
			if step.wait > 0 {
				now = now.Add(step.wait)
				s.Travel(t, now)
			}
			require.Len(t, endpoint.Received(), step.tries, "step %d", i)
			require.Equal(t, step.status, delivery().Status, "step %d", i)
			require.Equal(t, step.tries, delivery().Failures, "step %d", i)
			require.Equal(t, step.status == admin.WebhookStatusFailed, delivery().NextAttemptAt.IsNull(), "step %d", i)
		}
		received := endpoint.Received()
		for _, again := range received {
			require.Equal(t, received[0], again, "the same key and bytes")
		}
		attempt := delivery().Attempts[1]
		require.Equal(t, 500, attempt.ResponseStatus.MustGet())
		require.True(t, strings.HasPrefix(attempt.ResponseBody, "out of order�!!!"), "%.20s", attempt.ResponseBody)
		require.LessOrEqual(t, len(attempt.ResponseBody), 64<<10)
		require.Equal(t, "the endpoint has answered 500", attempt.Error.MustGet())
		require.Equal(t, servertest.Epoch.Add(3*time.Second), attempt.AttemptedAt, "nothing is left to chance while the clock is frozen")

		endpoint.AnswerStatus(http.StatusAccepted)
		again := s.Admin(http.MethodPost, inbox(s)+"/"+toldBy(t, s, "")[0].ID.String()+"/deliver", "").Status(t, http.StatusOK)
		var answer admin.WebhookEnvelope
		again.Decode(t, &answer)
		require.Equal(t, admin.WebhookStatusSucceeded, answer.Webhook.Deliveries[0].Status)
		require.Len(t, answer.Webhook.Deliveries[0].Attempts, 4)
		require.Equal(t, received[0], endpoint.Received()[3])
	})
}

// Only four statuses say that a webhook was got, and no redirect is followed.
func TestWebhooks_CountAsGotByFourStatuses(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		elsewhere := s.NewReceiver(t)
		endpoint := s.NewEndpoint(t)
		for status, got := range map[int]bool{
			200: true, 201: true, 202: true, 203: false, 204: true, 206: false, 301: false, 302: false, 307: false, 308: false,
			400: false, 404: false, 410: false, 429: false, 503: false,
		} {
			endpoint.Answer(func(w http.ResponseWriter, _ servertest.Webhook) {
				w.Header().Set("Location", elsewhere.URL)
				w.WriteHeader(status)
			})
			newTeller(t, s)
			list := toldBy(t, s, "")
			require.Equal(t, got, list[len(list)-1].Deliveries[0].Status == admin.WebhookStatusSucceeded, "%d", status)
		}
		require.Empty(t, elsewhere.Received())
	})
}

// The endpoint's address and algorithm are those of the moment; with the endpoint goes
// what waits for it.
func TestWebhooks_FollowTheirEndpoint(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		old, moved := s.NewReceiver(t), s.NewReceiver(t)
		old.AnswerStatus(http.StatusBadGateway)
		path := newEndpoint(t, s, old.URL)
		newTeller(t, s)
		s.Put(path, fmt.Sprintf(`{"webhook_endpoint":{"webhook_url":%q,"signature_algo":"hmac"}}`, moved.URL)).Status(t, http.StatusOK)
		moved.AnswerStatus(http.StatusBadGateway)
		s.Travel(t, servertest.Epoch.Add(4*time.Second))
		require.Len(t, old.Received(), 1)
		require.Len(t, moved.Received(), 1)
		require.Equal(t, "hmac", moved.Received()[0].Algorithm)
		require.Equal(t, old.Received()[0].Key, moved.Received()[0].Key)

		s.Delete(path).Status(t, http.StatusOK)
		require.Empty(t, toldBy(t, s, "")[0].Deliveries)
		s.Travel(t, servertest.Epoch.Add(time.Hour))
		newTeller(t, s)
		require.Len(t, moved.Received(), 1)
	})
}

// Private addresses are refused when they are connected to.
func TestWebhooks_GoToPublicAddresses(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, url string) {
		s := servertest.NewDelivering(t, url, notify.Options{Wait: notify.DefaultTimeout})
		endpoint := s.NewEndpoint(t)
		newEndpoint(t, s, strings.Replace(endpoint.URL, "127.0.0.1", "localhost", 1))
		newEndpoint(t, s, strings.Replace(endpoint.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1))
		newTeller(t, s)
		deliveries := toldBy(t, s, "")[0].Deliveries
		require.Len(t, deliveries, 3)
		for _, delivery := range deliveries {
			require.Equal(t, admin.WebhookStatusRetrying, delivery.Status)
			require.True(t, delivery.Attempts[0].ResponseStatus.IsNull())
			require.Contains(t, delivery.Attempts[0].Error.MustGet(), "the address is private", delivery.Attempts[0].WebhookURL)
		}
		require.Empty(t, endpoint.Received())
	})
}
