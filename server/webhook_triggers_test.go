package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/gen/admin"
	"tarn/notify"
	"tarn/server/servertest"
)

// TestWebhooks_TellWhatHappensOutside sets each type off whose cause lies outside; the
// harness holds their bodies against the documents.
func TestWebhooks_TellWhatHappensOutside(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTeller(t, s)
		newAddOn(t, s, "setup", "")
		sold := member(t, s.Post("/invoices", `{"invoice":{"external_customer_id":"acme","currency":"EUR","fees":[{"add_on_code":"setup"}]}}`), "invoice")
		ids := map[string]any{
			"customer": member(t, s.Get("/customers/acme"), "customer")["lago_id"],
			"invoice":  sold["lago_id"],
			"fee":      entries(t, s.Get("/fees"), "fees")[0]["lago_id"],
		}
		for _, eventType := range notify.Triggered() {
			family, _, _ := strings.Cut(eventType, ".")
			id := ids[family]
			if id == nil {
				id = uuid.New()
			}
			var told admin.WebhookEnvelope
			s.Admin(http.MethodPost, inbox(s)+"/trigger", fmt.Sprintf(`{"type":%q,"object_id":%q}`, eventType, id)).
				Status(t, http.StatusOK).Decode(t, &told)
			require.Equal(t, eventType, told.Webhook.Type)
			body := decoded(t, told.Webhook.Body)
			require.Equal(t, eventType, body["webhook_type"])
			require.Contains(t, body, body["object_type"], eventType)
		}
		s.Admin(http.MethodPost, inbox(s)+"/trigger", fmt.Sprintf(`{"type":"invoice.created","object_id":%q}`, ids["invoice"])).
			Status(t, http.StatusUnprocessableEntity)
		s.Admin(http.MethodPost, inbox(s)+"/trigger", fmt.Sprintf(`{"type":"invoice.resynced","object_id":%q}`, uuid.New())).
			Status(t, http.StatusNotFound)
	})
}

// An organization can have the documented types only.
func TestWebhooks_KeepToTheDocument(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTeller(t, s)
		create := func(code string) {
			s.Post("/wallets", fmt.Sprintf(`{"wallet":{"external_customer_id":"acme","code":%q,"rate_amount":"1","currency":"EUR","granted_credits":"1"}}`, code)).
				Status(t, http.StatusOK)
		}
		create("all")
		s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"documented_webhooks_only":true}`).Status(t, http.StatusOK)
		create("some")
		require.Equal(t, []string{
			"customer.created",
			"wallet.created", "wallet_transaction.created", "wallet.updated",
			"wallet_transaction.created",
		}, typesOf(toldBy(t, s, "")))
	})
}
