package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
	"tarn/gen/admin"
	"tarn/notify"
	"tarn/server/servertest"
	"tarn/store"
)

func TestInbox_IsReadByFilters(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		endpoint := s.NewEndpoint(t, `"event_types":["customer.updated"]`)
		for _, customer := range []string{"a", "b", "a", "c"} {
			s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":%q}}`, customer)).Status(t, http.StatusOK)
		}
		all := toldBy(t, s, "")
		require.Equal(t, []string{"customer.created", "customer.created", "customer.updated", "customer.created"}, typesOf(all))
		require.Equal(t, all[1:3], toldBy(t, s, "&limit=2&after="+all[0].ID.String()))
		require.Equal(t, []admin.Webhook{all[0], all[2]}, toldBy(t, s, "&object_id="+all[0].Object.ID.MustGet().String()))
		require.Equal(t, all[2:3], toldBy(t, s, "&type=customer.updated"))
		require.Equal(t, all[2:3], toldBy(t, s, "&status=succeeded"))
		require.Empty(t, toldBy(t, s, "&status=failed"))
		require.Empty(t, toldBy(t, s, "&type=none"))

		var newest admin.WebhookList
		s.Admin(http.MethodGet, inbox(s)+"?after="+all[3].ID.String(), "").Status(t, http.StatusOK).Decode(t, &newest)
		backwards := slices.Clone(all[:3])
		slices.Reverse(backwards)
		require.Equal(t, backwards, newest.Webhooks)

		var one admin.WebhookEnvelope
		s.Admin(http.MethodGet, inbox(s)+"/"+all[2].ID.String(), "").Status(t, http.StatusOK).Decode(t, &one)
		require.Equal(t, all[2], one.Webhook)
		require.Equal(t, endpoint.Received()[0].Key, one.Webhook.Deliveries[0].UniqueKey.String())
	})
}

func TestInbox_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTeller(t, s)
		mine := inbox(s) + "/" + toldBy(t, s, "")[0].ID.String()
		for query, field := range map[string]string{
			"status=lost": "status", "order=random": "order", "limit=0": "limit", "limit=1001": "limit", "after=x": "after", "object_id=x": "object_id",
		} {
			require.Contains(t, s.Admin(http.MethodGet, inbox(s)+"?"+query, "").Details(t), field, query)
		}
		other := s.At(t, "2030-01-01T00:00:00Z")
		theirs := strings.Replace(mine, s.Organization.ID.String(), other.Organization.ID.String(), 1)
		requireNotFound(t, "webhook", s.Admin(http.MethodGet, theirs, ""))
		requireNotFound(t, "webhook", s.Admin(http.MethodPost, theirs+"/deliver", ""))
		none := strings.Replace(inbox(s), s.Organization.ID.String(), "11111111-1111-4111-8111-111111111111", 1)
		requireNotFound(t, "organization", s.Admin(http.MethodGet, none, ""))
		requireNotFound(t, "organization", s.Admin(http.MethodPost, none+"/trigger", `{"type":"customer.vies_check","object_id":"11111111-1111-4111-8111-111111111111"}`))
		require.Empty(t, toldBy(t, other, ""))
	})
}

// Each type whose cause lies outside can be set off, with a body that the harness holds
// against the document.
func TestInbox_TakesWhatHappensOutside(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Admin(http.MethodPatch, organizations+"/"+s.Organization.ID.String(), `{"webhook_inbox":false}`).Status(t, http.StatusOK)
		customer := member(t, s.Post("/customers", `{"customer":{"external_id":"acme","tax_identification_number":"FR32123456789"}}`), "customer")["lago_id"]
		trigger := func(eventType string, id any) *servertest.Response {
			return s.Admin(http.MethodPost, inbox(s)+"/trigger", fmt.Sprintf(`{"type":%q,"object_id":%q}`, eventType, id))
		}
		for _, eventType := range []string{
			"customer.accounting_provider_created", "customer.accounting_provider_error", "customer.checkout_url_generated",
			"customer.crm_provider_created", "customer.crm_provider_error", "customer.payment_provider_created",
			"customer.payment_provider_error", "customer.tax_provider_error", "customer.vies_check",
			"integration.provider_error", "payment_provider.error",
		} {
			var answer admin.WebhookEnvelope
			trigger(eventType, customer).Status(t, http.StatusOK).Decode(t, &answer)
			require.Equal(t, eventType, answer.Webhook.Type)
			require.Equal(t, customer, answer.Webhook.Object.ID.MustGet().String())
			require.Contains(t, decoded(t, answer.Webhook.Body), answer.Webhook.Object.Type)
		}
		list := toldBy(t, s, "&type=customer.vies_check")
		require.Len(t, list, 1, "kept although the inbox is closed")
		requireJSON(t, `{"valid":true,"valid_format":true}`, object(t, decoded(t, list[0].Body), "customer")["vies_check"])

		requireNotFound(t, "customer", trigger("customer.vies_check", "11111111-1111-4111-8111-111111111111"))
		requireNotFound(t, "fee", trigger("fee.tax_provider_error", "11111111-1111-4111-8111-111111111111"))
		for _, ours := range []string{"customer.created", "none"} {
			require.Equal(t, map[string]any{"type": []any{"value_is_invalid"}}, trigger(ours, customer).Details(t))
		}
		require.Contains(t, trigger("customer.vies_check", "x").Details(t), "object_id")
	})
}

// An organization on real time keeps what its endpoints get, and no more, unless its
// inbox is opened.
func TestInbox_IsOpenWhileTheClockIsFrozen(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		live := onRealTime(t, s)
		newTeller(t, live)
		require.Empty(t, toldBy(t, live, ""))
		settings := organizations + "/" + live.Organization.ID.String()
		set := func(inbox string) {
			answer := live.Admin(http.MethodPatch, settings, `{"webhook_inbox":`+inbox+`}`).Status(t, http.StatusOK).JSON(t)
			requireJSON(t, inbox, object(t, answer, "organization")["webhook_inbox"])
		}
		set("true")
		newTeller(t, live)
		require.Equal(t, []string{"customer.updated"}, typesOf(toldBy(t, live, "")))
		set("null")
		newTeller(t, live)
		require.Len(t, toldBy(t, live, ""), 1)
		set("false")
		live.Travel(t, clock.Real().Now().Add(time.Hour))
		newTeller(t, live)
		require.Len(t, toldBy(t, live, ""), 1)
		set("null")
		newTeller(t, live)
		require.Len(t, toldBy(t, live, ""), 2)
	})
}

// onRealTime is the server as an organization sees it whose clock runs.
func onRealTime(t *testing.T, s *servertest.Server) *servertest.Server {
	t.Helper()
	made := found(t, s, `{"name":"Live"}`)
	live := *s
	live.Organization, live.Key = store.Organization{ID: made.Organization.ID}, made.APIKey
	return &live
}

// Types that only the original's server has can be left out.
func TestInbox_CanBeRestrictedToTheDocument(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		happen := func() {
			withinOrganization(t, s, func(tx *store.Tx) error {
				notify.Happened(tx, notify.Subject{Type: "quote.created", ObjectType: "quote", Object: func(*store.Tx) (any, error) {
					return map[string]any{"number": "Q-1"}, nil
				}})
				return nil
			})
		}
		happen()
		list := toldBy(t, s, "")
		require.Equal(t, []string{"quote.created"}, typesOf(list))
		require.True(t, list[0].Object.ID.IsNull())
		s.Admin(http.MethodPatch, organizations+"/"+s.Organization.ID.String(), `{"documented_webhooks_only":true}`).Status(t, http.StatusOK)
		happen()
		newTeller(t, s)
		require.Equal(t, []string{"quote.created", "customer.created"}, typesOf(toldBy(t, s, "")))
	})
}

// The answer to a move tells what has happened on the way: here what a receiver does that
// calls back when it is tried again. A receiver that calls back is not waited for twice.
func TestClock_TellsWhatHasHappenedOnItsWay(t *testing.T) {
	t.Parallel()
	servertest.RunTogether(t, func(t *testing.T, s *servertest.Server) {
		endpoint := s.NewEndpoint(t)
		endpoint.AnswerStatus(http.StatusBadGateway)
		newTeller(t, s)
		called := 0
		endpoint.Answer(func(http.ResponseWriter, servertest.Webhook) {
			if called++; called <= 2 {
				s.Post("/customers", fmt.Sprintf(`{"customer":{"external_id":"c%d"}}`, called)).Status(t, http.StatusOK)
			}
		})
		var answer admin.ClockMoveEnvelope
		s.Admin(http.MethodPut, organizations+"/"+s.Organization.ID.String()+"/clock", `{"now":"2026-01-15T10:40:00Z"}`).Status(t, http.StatusOK).Decode(t, &answer)
		require.EqualValues(t, 2, answer.EventsCount)
		require.Len(t, answer.Events, 2)
		for _, event := range answer.Events {
			require.Equal(t, "customer.created", event.Type)
			require.Equal(t, "customer", event.Object.Type)
			require.WithinRange(t, event.At, servertest.Epoch.Add(3*time.Second), servertest.Epoch.Add(4*time.Second))
		}
		require.Equal(t, toldBy(t, s, "")[1].ID, answer.Events[0].ID)
		require.Equal(t, []string{"customer.created", "customer.created", "customer.created", "customer.created"}, endpoint.Types())
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 92))
		require.Empty(t, toldBy(t, s, ""), "kept for 90 days")
	})
}
