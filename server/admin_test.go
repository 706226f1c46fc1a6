package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/gen/admin"
	"tarn/server"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

const organizations = "/admin/organizations"

// nobody is the identifier of no organization and no key.
const nobody = "019a0000-0000-7000-8000-000000000000"

// found makes an organization through the administration.
func found(t *testing.T, s *servertest.Server, body string) (created admin.OrganizationCreated) {
	t.Helper()
	s.Admin(http.MethodPost, organizations, body).Status(t, http.StatusCreated).Decode(t, &created)
	return created
}

// home is the path of an organization.
func home(org admin.Organization) string { return organizations + "/" + org.ID.String() }

func TestAdmin_IsClosedWithoutItsKey(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.SQLite))
	for _, header := range []http.Header{
		nil, {"X-Admin-Api-Key": {""}}, {"X-Admin-Api-Key": {servertest.AdminKey + "x"}}, {"Authorization": {"Bearer " + s.Key}},
	} {
		answer := s.Send(http.MethodGet, organizations, "", header).Status(t, http.StatusUnauthorized)
		assert.JSONEq(t, `{"status":401,"error":"Unauthorized"}`, string(answer.Body))
	}
	off := servertest.New(t, storetest.URL(t, store.SQLite), func(o *server.Options) { o.AdminKey = "" })
	for _, path := range []string{organizations, organizations + "/" + off.Organization.ID.String() + "/clock", "/admin/else"} {
		answer := off.Admin(http.MethodGet, path, "").Status(t, http.StatusNotFound)
		assert.Equal(t, "resource_not_found", answer.JSON(t)["code"])
	}
}

func TestAdmin_CreatesAnOrganizationThatWorks(t *testing.T) {
	t.Parallel()
	servertest.RunAlone(t, func(t *testing.T, s *servertest.Server) {
		made := found(t, s, `{"name":"Globex","clock":{"now":"2030-01-01T01:00:00.000001+01:00"},"default_currency":"EUR",
			"country":"FR","timezone":"Europe/Paris","plan":"pro","audit_logs_period":90,"email":"a@globex.test",
			"premium":{"integrations":["xero"]},"document_number_prefix":"glob-1","webhook_inbox":false,"documented_webhooks_only":true}`)
		org := made.Organization
		assert.Equal(t, "GLOB-1", org.DocumentNumberPrefix)
		assert.False(t, org.WebhookInbox.MustGet())
		assert.True(t, org.DocumentedWebhooksOnly)
		assert.Equal(t, "globex", org.Slug)
		assert.Equal(t, admin.OrganizationPlanPro, org.Plan)
		assert.Equal(t, 90, org.AuditLogsPeriod.MustGet())
		assert.Equal(t, admin.Premium{Licensed: true, Integrations: []admin.PremiumIntegration{"xero"}}, org.Premium)
		assert.True(t, org.Clock.Frozen)
		assert.Equal(t, time.Date(2030, 1, 1, 0, 0, 0, 1000, time.UTC), org.Clock.Now)
		assert.Equal(t, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), org.CreatedAt)

		s.DoAs(made.APIKey, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
		s.Get("/taxes/vat").Status(t, http.StatusNotFound)

		running := found(t, s, `{"name":"Globex"}`).Organization
		assert.Regexp(t, `^globex-[0-9a-f]{4}$`, running.Slug)
		assert.False(t, running.Clock.Frozen)
		assert.Len(t, running.Premium.Integrations, 30)

		var list admin.OrganizationList
		s.Admin(http.MethodGet, organizations+"?per_page=2", "").Status(t, http.StatusOK).Decode(t, &list)
		assert.Equal(t, 3, list.Meta.TotalCount)
		assert.Len(t, list.Organizations, 2)
		last := list.Organizations[1].ID
		s.Admin(http.MethodGet, organizations+"?per_page=1&page=2", "").Status(t, http.StatusOK).Decode(t, &list)
		require.Len(t, list.Organizations, 1)
		assert.Equal(t, last, list.Organizations[0].ID)
		var one admin.OrganizationEnvelope
		s.Admin(http.MethodGet, home(org), "").Status(t, http.StatusOK).Decode(t, &one)
		assert.Equal(t, org, one.Organization)
	})
}

func TestAdmin_RefusesOrganizationsThatBreakARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Admin(http.MethodPost, organizations, `{`).Status(t, http.StatusBadRequest)
		s.Admin(http.MethodGet, organizations+"?page=x", "").Details(t)
		for body, field := range map[string]string{
			`{}`:                                                  "name",
			`{"name":" "}`:                                        "name",
			`{"name":"A","default_currency":"ABC"}`:               "default_currency",
			`{"name":"A","timezone":"Mars/Olympus"}`:              "timezone",
			`{"name":"A","timezone":"Europe/Vaduz"}`:              "timezone",
			`{"name":"A","country":"ZZ"}`:                         "country",
			`{"name":"A","plan":"gold"}`:                          "plan",
			`{"name":"A","audit_logs_period":0}`:                  "audit_logs_period",
			`{"name":"A","clock":{"now":"2200-01-01T00:00:00Z"}}`: "clock.now",
			`{"name":"A","clock":{"now":"0000-01-01T00:00:00Z"}}`: "clock.now",
			`{"name":"A","clock":{"now":"today"}}`:                "clock.now",
		} {
			details := s.Admin(http.MethodPost, organizations, body).Details(t)
			assert.Contains(t, details, field, body)
			assert.Len(t, details, 1, body)
		}
	})
}

func TestAdmin_UpdatesWhatIsPresent(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		org := found(t, s, `{"name":"Initech","country":"DE"}`).Organization
		var changed admin.OrganizationEnvelope
		s.Admin(http.MethodPatch, home(org), `{"country":null,"plan":"starter","premium":{"licensed":false},"timezone":"Asia/Tokyo",
			"audit_logs_period":30,"email":"i@initech.test"}`).Status(t, http.StatusOK).Decode(t, &changed)
		assert.Equal(t, 30, changed.Organization.AuditLogsPeriod.MustGet())
		assert.Equal(t, "i@initech.test", changed.Organization.Email.MustGet())
		assert.True(t, changed.Organization.Country.IsNull())
		assert.Equal(t, "Initech", changed.Organization.Name)
		assert.False(t, changed.Organization.Premium.Licensed)
		assert.Len(t, changed.Organization.Premium.Integrations, 30)
		assert.Contains(t, s.Admin(http.MethodPatch, home(org), `{"default_currency":"XYZ"}`).Details(t), "default_currency")
		missing := s.Admin(http.MethodPatch, organizations+"/"+nobody, `{"name":"B"}`).Status(t, http.StatusNotFound)
		assert.Equal(t, "organization_not_found", missing.JSON(t)["code"])
	})
}

// A switch that is turned off is off for the next request.
func TestAdmin_PremiumSwitchesCountAtOnce(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := organizations + "/" + s.Organization.ID.String()
		s.Get("/api_logs").Status(t, http.StatusOK)
		s.Admin(http.MethodPatch, path, `{"premium":{"licensed":false}}`).Status(t, http.StatusOK)
		assert.Equal(t, "feature_unavailable", s.Get("/api_logs").Status(t, http.StatusForbidden).JSON(t)["code"])
	})
}

func TestAdmin_DeletesAnOrganizationWithEverything(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		made := found(t, s, `{"name":"Gone"}`)
		s.DoAs(made.APIKey, http.MethodGet, "/taxes", "").Status(t, http.StatusOK)
		s.DoAs(made.APIKey, http.MethodPost, "/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
		var last admin.OrganizationEnvelope
		s.Admin(http.MethodDelete, home(made.Organization), "").Status(t, http.StatusOK).Decode(t, &last)
		assert.Equal(t, "Gone", last.Organization.Name)
		s.DoAs(made.APIKey, http.MethodGet, "/taxes", "").Status(t, http.StatusUnauthorized)
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			missing := s.Admin(method, home(made.Organization), "").Status(t, http.StatusNotFound)
			assert.Equal(t, "organization_not_found", missing.JSON(t)["code"])
		}
		s.Get("/taxes").Status(t, http.StatusOK)
	})
}

func TestAdmin_MovesTheClockForward(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		org := found(t, s, `{"name":"Traveller","clock":{"now":"2030-01-01T00:00:00Z"}}`).Organization
		path := home(org) + "/clock"
		move := func(now string) *servertest.Response {
			return s.Admin(http.MethodPut, path, fmt.Sprintf(`{"now":%q}`, now))
		}
		assert.JSONEq(t, `{"clock":{"now":"2030-02-01T00:00:00Z","frozen":true},"events":[],"events_count":0}`,
			string(move("2030-02-01T02:00:00+02:00").Status(t, http.StatusOK).Body))
		assert.JSONEq(t, `{"clock":{"now":"2030-02-01T00:00:00Z","frozen":true}}`,
			string(s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).Body))
		for _, now := range []string{"2030-01-31T23:59:59Z", "2035-02-01T00:00:01Z"} {
			assert.Equal(t, map[string]any{"now": []any{"value_is_out_of_range"}}, move(now).Details(t))
		}
		assert.Equal(t, map[string]any{"now": []any{"value_is_mandatory"}}, s.Admin(http.MethodPut, path, `{}`).Details(t))
		move("2035-02-01T00:00:00Z").Status(t, http.StatusOK)
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			missing := s.Admin(method, organizations+"/"+nobody+"/clock", `{"now":"2030-01-01T00:00:00Z"}`)
			assert.Equal(t, "organization_not_found", missing.Status(t, http.StatusNotFound).JSON(t)["code"])
		}
		var other admin.ClockEnvelope
		s.Admin(http.MethodGet, organizations+"/"+s.Organization.ID.String()+"/clock", "").Status(t, http.StatusOK).Decode(t, &other)
		assert.Equal(t, servertest.Epoch, other.Clock.Now, "another organization's time does not move")
	})
}

func TestAdmin_AdvancesTheClockByADuration(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		org := found(t, s, `{"name":"Traveller","clock":{"now":"2030-01-31T09:00:00Z"}}`).Organization
		path := home(org) + "/clock"
		put := func(body string) *servertest.Response { return s.Admin(http.MethodPut, path, body) }
		for _, step := range []struct{ by, now string }{
			{"P1M", "2030-02-28T09:00:00Z"},
			{"P1Y2M10DT2H", "2031-05-08T11:00:00Z"},
			{"P1W", "2031-05-15T11:00:00Z"},
			{"PT1.5S", "2031-05-15T11:00:01.5Z"},
		} {
			assert.JSONEq(t, fmt.Sprintf(`{"clock":{"now":%q,"frozen":true},"events":[],"events_count":0}`, step.now),
				string(put(fmt.Sprintf(`{"advance":%q}`, step.by)).Status(t, http.StatusOK).Body), step.by)
		}
		for body, want := range map[string]map[string]any{
			`{"advance":"P6Y"}`:                                {"advance": []any{"value_is_out_of_range"}},
			`{"advance":"P99999999999999999999Y"}`:             {"advance": []any{"value_is_out_of_range"}},
			`{"advance":"P0D"}`:                                {"advance": []any{"value_is_out_of_range"}},
			`{"advance":"-P1D"}`:                               {"advance": []any{"value_is_out_of_range"}},
			`{"advance":"1 month"}`:                            {"advance": []any{"value_is_invalid"}},
			`{"advance":""}`:                                   {"advance": []any{"value_is_invalid"}},
			`{"advance":"P1M","now":"2032-01-01T00:00:00Z"}`:   {"advance": []any{"value_is_invalid"}},
			`{"advance":"P` + strings.Repeat("0", 99) + `1D"}`: {"advance": []any{"value_is_too_long"}},
			`{}`: {"now": []any{"value_is_mandatory"}},
		} {
			assert.Equal(t, want, put(body).Status(t, http.StatusUnprocessableEntity).Details(t), body)
		}
		for _, body := range []string{`{"advance":30}`, `{"advance":null}`} {
			assert.Contains(t, put(body).Status(t, http.StatusUnprocessableEntity).Details(t), "advance", body)
		}
		var still admin.ClockEnvelope
		s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).Decode(t, &still)
		assert.Equal(t, time.Date(2031, 5, 15, 11, 0, 1, 500_000_000, time.UTC), still.Clock.Now, "what is refused moves nothing")

		real := found(t, s, `{"name":"Running"}`).Organization
		before := real.Clock.Now
		var after admin.ClockEnvelope
		s.Admin(http.MethodPut, home(real)+"/clock", `{"advance":"P1D"}`).Status(t, http.StatusOK).Decode(t, &after)
		assert.True(t, after.Clock.Frozen)
		assert.False(t, after.Clock.Now.Before(before.Add(24*time.Hour)), "a running clock is moved from its present")
	})
}

// A move takes as long as it takes, whatever a request may.
func TestAdmin_MovesBeyondTheTimeOfARequest(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.SQLite), func(o *server.Options) { o.RequestTimeout = 50 * time.Millisecond })
	s.Travel(t, servertest.Epoch.AddDate(5, 0, 0))
}

func TestAdmin_KeysFromTheirMakingToTheirEnd(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		org := found(t, s, `{"name":"Keys","clock":{"now":"2030-01-01T00:00:00Z"}}`).Organization
		path := home(org) + "/api_keys"
		use := func(key *string) int { return s.DoAs(*key, http.MethodGet, "/taxes", "").Code }
		var made, rotated, replaced admin.NewAPIKeyEnvelope
		s.Admin(http.MethodPost, path, `{"name":"CI","permissions":{"tax":["read"]}}`).Status(t, http.StatusCreated).Decode(t, &made)
		require.NotNil(t, made.APIKey.Value)
		assert.True(t, strings.HasPrefix(*made.APIKey.Value, made.APIKey.Prefix))
		assert.Equal(t, http.StatusOK, use(made.APIKey.Value))
		s.DoAs(*made.APIKey.Value, http.MethodPost, "/taxes", `{"tax":{"name":"V","code":"v","rate":"1"}}`).Status(t, http.StatusForbidden)

		// With an overlap both work, until the old one's time is over.
		s.Admin(http.MethodPost, path+"/"+made.APIKey.ID.String()+"/rotate", `{"name":"CI 2","overlap_seconds":3600,"expires_at":"2030-01-02T00:00:00Z"}`).
			Status(t, http.StatusCreated).Decode(t, &rotated)
		assert.Equal(t, "CI 2", rotated.APIKey.Name.MustGet())
		assert.Equal(t, made.APIKey.Permissions, rotated.APIKey.Permissions)
		assert.Equal(t, http.StatusOK, use(made.APIKey.Value))
		assert.Equal(t, http.StatusOK, use(rotated.APIKey.Value))
		s.Admin(http.MethodPut, home(org)+"/clock", `{"now":"2030-01-01T01:00:00Z"}`).Status(t, http.StatusOK)
		assert.Equal(t, http.StatusUnauthorized, use(made.APIKey.Value))
		assert.Equal(t, http.StatusOK, use(rotated.APIKey.Value))

		// Without one, and without a body, the old one ends at once.
		s.Admin(http.MethodPost, path+"/"+rotated.APIKey.ID.String()+"/rotate", "").Status(t, http.StatusCreated).Decode(t, &replaced)
		assert.Equal(t, "CI 2", replaced.APIKey.Name.MustGet())
		assert.Equal(t, http.StatusUnauthorized, use(rotated.APIKey.Value))
		assert.Equal(t, http.StatusOK, use(replaced.APIKey.Value))
		assert.True(t, replaced.APIKey.ExpiresAt.IsNull())

		revoked := s.Admin(http.MethodDelete, path+"/"+replaced.APIKey.ID.String(), "").Status(t, http.StatusOK)
		assert.NotContains(t, string(revoked.Body), `"value"`)
		assert.Equal(t, http.StatusUnauthorized, use(replaced.APIKey.Value))

		// A key may have an end from the beginning.
		var brief admin.NewAPIKeyEnvelope
		s.Admin(http.MethodPost, path, `{"expires_at":"2030-01-01T02:00:00Z"}`).Status(t, http.StatusCreated).Decode(t, &brief)
		assert.Equal(t, http.StatusOK, use(brief.APIKey.Value))
		s.Admin(http.MethodPut, home(org)+"/clock", `{"now":"2030-01-01T02:00:00Z"}`).Status(t, http.StatusOK)
		assert.Equal(t, http.StatusUnauthorized, use(brief.APIKey.Value))

		var list admin.APIKeyList
		s.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).Decode(t, &list)
		require.Len(t, list.APIKeys, 5, "revoked and expired keys stay in the list")
		assert.Equal(t, brief.APIKey.ID, list.APIKeys[0].ID)
		for _, key := range list.APIKeys {
			assert.Nil(t, key.Value)
		}
	})
}

func TestAdmin_RefusesKeysThatBreakARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		path := organizations + "/" + s.Organization.ID.String() + "/api_keys"
		var made admin.NewAPIKeyEnvelope
		s.Admin(http.MethodPost, path, `{"permissions":{}}`).Status(t, http.StatusCreated).Decode(t, &made)
		for body, field := range map[string]string{
			`{"permissions":{"taxes":["read"]}}`:              "permissions.taxes",
			`{"permissions":{"tax":["delete"]}}`:              "permissions.tax.0",
			`{"expires_at":"2026-01-15T10:30:00Z"}`:           "expires_at",
			`{"name":"` + strings.Repeat("n", 256) + `"}`:     "name",
			`{"permissions":{"tax":["read"],"x y":["read"]}}`: "permissions.x y",
		} {
			assert.Contains(t, s.Admin(http.MethodPost, path, body).Details(t), field, body)
		}
		rotate := path + "/" + made.APIKey.ID.String() + "/rotate"
		for body, field := range map[string]string{
			`{"overlap_seconds":-1}`:                  "overlap_seconds",
			`{"overlap_seconds":2592001}`:             "overlap_seconds",
			`{"overlap_seconds":9223372036854775807}`: "overlap_seconds",
			`{"expires_at":"2020-01-01T00:00:00Z"}`:   "expires_at",
		} {
			assert.Contains(t, s.Admin(http.MethodPost, rotate, body).Details(t), field, body)
		}
		_, stranger := s.NewOrganization(t, "Stranger")
		require.NotEmpty(t, stranger)
		var list admin.OrganizationList
		s.Admin(http.MethodGet, organizations, "").Decode(t, &list)
		elsewhere := home(list.Organizations[0])
		for _, request := range []struct{ method, path, code string }{
			{http.MethodPost, path + "/" + nobody + "/rotate", "api_key_not_found"},
			{http.MethodDelete, path + "/" + nobody, "api_key_not_found"},
			{http.MethodDelete, elsewhere + "/api_keys/" + made.APIKey.ID.String(), "api_key_not_found"},
			{http.MethodPost, organizations + "/" + nobody + "/api_keys", "organization_not_found"},
			{http.MethodGet, organizations + "/" + nobody + "/api_keys", "organization_not_found"},
			{http.MethodDelete, path + "/not-a-uuid", "api_key_not_found"},
		} {
			answer := s.Admin(request.method, request.path, "").Status(t, http.StatusNotFound)
			assert.Equal(t, request.code, answer.JSON(t)["code"], request.path)
		}
	})
}
