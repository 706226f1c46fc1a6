package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
)

const ownEntitlements = "/subscriptions/sub/entitlements"

// entitledSubscription is the world of entitlements with the subscription "sub"
// to "pro", which grants two values of "seats".
func entitledSubscription(t *testing.T, s *servertest.Server) {
	t.Helper()
	entitlementWorld(t, s)
	newFeature(t, s, "api", `,"privileges":[{"code":"rate","value_type":"integer"}]`)
	entries(t, s.Post(proEntitlements, `{"entitlements":{"seats":{"max":10,"tier":"gold"}}}`), "entitlements")
	subscribe(t, s, "pro", "sub", "")
}

// merge changes the entitlements of "sub".
func merge(t *testing.T, s *servertest.Server, features string) []map[string]any {
	t.Helper()
	merged := entries(t, s.Patch(ownEntitlements, `{"entitlements":`+features+`}`), "entitlements")
	require.Equal(t, merged, entries(t, s.Get(ownEntitlements), "entitlements"))
	return merged
}

// terms are the values of entitlements, by feature and privilege: the one that
// counts, the plan's and the subscription's own.
func terms(t *testing.T, entitlements []map[string]any) map[string]map[string][]any {
	t.Helper()
	byFeature := map[string]map[string][]any{}
	for _, entitlement := range entitlements {
		byPrivilege, overrides := map[string][]any{}, map[string]any{}
		for _, privilege := range objects(t, entitlement, "privileges") {
			code := textOf(t, privilege, "code")
			byPrivilege[code] = []any{privilege["value"], privilege["plan_value"], privilege["override_value"]}
			if privilege["override_value"] != nil {
				overrides[code] = privilege["override_value"]
			}
		}
		require.Equal(t, overrides, entitlement["overrides"])
		byFeature[textOf(t, entitlement, "code")] = byPrivilege
	}
	return byFeature
}

func TestSubscriptionEntitlements_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		const planned = `{"code":"seats","name":"Seats","description":"Who may sign in","overrides":{},"privileges":[
			{"code":"max","name":"Most","value_type":"integer","config":{},"value":10,"plan_value":10,"override_value":null},
			{"code":"tier","name":null,"value_type":"select","config":{"select_options":["gold","silver"]},"value":"gold","plan_value":"gold","override_value":null}]}`
		require.JSONEq(t, `{"entitlements":[`+planned+`]}`, string(s.Get(ownEntitlements).Status(t, http.StatusOK).Body))
		const all = `[{"code":"seats","name":"Seats","description":"Who may sign in","overrides":{"max":20,"root":true,"label":"5"},"privileges":[
			{"code":"max","name":"Most","value_type":"integer","config":{},"value":20,"plan_value":10,"override_value":20},
			{"code":"root","name":null,"value_type":"boolean","config":{},"value":true,"plan_value":null,"override_value":true},
			{"code":"label","name":null,"value_type":"string","config":{},"value":"5","plan_value":null,"override_value":"5"},
			{"code":"tier","name":null,"value_type":"select","config":{"select_options":["gold","silver"]},"value":"gold","plan_value":"gold","override_value":null}]},
			{"code":"sso","name":null,"description":null,"overrides":{},"privileges":[]}]`
		merged := merge(t, s, `{"seats":{"max":"20","root":"true","label":"5"},"sso":{}}`)
		requireJSON(t, all, merged)
		requireJSON(t, all, showSubscription(t, s, "sub", "")["entitlements"])
		require.Len(t, entries(t, s.Get(proEntitlements), "entitlements"), 1, "the plan stays")
	})
}

func TestSubscriptionEntitlements_Merge(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		for _, step := range []struct{ request, want string }{
			{`PATCH {}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]}}`},
			// In neither the plan nor the subscription.
			{`PATCH {"api":{"rate":5}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]},"api":{"rate":[5,null,5]}}`},
			{`PATCH {"api":{}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]},"api":{"rate":[5,null,5]}}`},
			{`DELETE /api/privileges/rate`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]},"api":{}}`},
			{`DELETE /api`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]}}`},
			// Different from the plan, privilege by privilege.
			{`PATCH {"seats":{"max":20}}`, `{"seats":{"max":[20,10,20],"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{"tier":"silver","root":false}}`, `{"seats":{"max":[20,10,20],"root":[false,null,false],"tier":["silver","gold","silver"]}}`},
			{`PATCH {"seats":{"max":10}}`, `{"seats":{"max":[10,10,null],"root":[false,null,false],"tier":["silver","gold","silver"]}}`},
			// Just what the plan grants: everything of its own ends.
			{`PATCH {"seats":{"max":"10","tier":"gold"}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]}}`},
			// Privileges that the subscription does without.
			{`DELETE /seats/privileges/max`, `{"seats":{"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{"root":true}}`, `{"seats":{"root":[true,null,true],"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{"max":10}}`, `{"seats":{"max":[10,10,null],"root":[true,null,true],"tier":["gold","gold",null]}}`},
			{`DELETE /seats/privileges/max`, `{"seats":{"root":[true,null,true],"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{"max":11}}`, `{"seats":{"max":[11,10,11],"root":[true,null,true],"tier":["gold","gold",null]}}`},
			{`DELETE /seats/privileges/max`, `{"seats":{"root":[true,null,true],"tier":["gold","gold",null]}}`},
			{`DELETE /seats/privileges/root`, `{"seats":{"tier":["gold","gold",null]}}`},
			{`PATCH {"seats":{"max":10,"tier":"gold"}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]}}`},
			// A feature that the subscription does without.
			{`PATCH {"seats":{"max":12}}`, `{"seats":{"max":[12,10,12],"tier":["gold","gold",null]}}`},
			{`DELETE /seats`, `{}`},
			{`PATCH {"sso":{}}`, `{"sso":{}}`},
			{`PATCH {"seats":{"max":13}}`, `{"seats":{"max":[13,10,13],"tier":["gold","gold",null]},"sso":{}}`},
			{`DELETE /seats`, `{"sso":{}}`},
			{`PATCH {"seats":{"max":10,"tier":"gold"}}`, `{"seats":{"max":[10,10,null],"tier":["gold","gold",null]},"sso":{}}`},
		} {
			method, rest, _ := strings.Cut(step.request, " ")
			if method == http.MethodPatch {
				requireJSON(t, step.want, terms(t, merge(t, s, rest)))
				continue
			}
			left := entries(t, s.Delete(ownEntitlements+rest), "entitlements")
			requireJSON(t, step.want, terms(t, left))
			require.Equal(t, left, entries(t, s.Get(ownEntitlements), "entitlements"), step.request)
		}
	})
}

// TestSubscriptionEntitlements_AnswerBothContracts: the document shows the one
// entitlement, Lago's own server all that are left.
func TestSubscriptionEntitlements_AnswerBothContracts(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		merge(t, s, `{"sso":{},"seats":{"root":true}}`)
		left := s.Delete(ownEntitlements + "/seats/privileges/max")
		all := entries(t, left, "entitlements")
		require.Equal(t, all[0], member(t, left, "entitlement"))
		requireJSON(t, `{"seats":{"root":[true,null,true],"tier":["gold","gold",null]},"sso":{}}`, terms(t, all))
		gone := s.Delete(ownEntitlements + "/seats")
		require.Equal(t, all[0], member(t, gone, "entitlement"), "as it last was")
		require.Equal(t, all[1:], entries(t, gone, "entitlements"))
	})
}

func TestSubscriptionEntitlements_NameWhatExists(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		patch := func(features string) *servertest.Response {
			return s.Patch(ownEntitlements, `{"entitlements":`+features+`}`)
		}
		requireNotFound(t, "feature", patch(`{"seats":{"max":99},"none":{}}`))
		requireNotFound(t, "privilege", patch(`{"seats":{"max":99,"none":1}}`))
		requireDetails(t, `{"max_privilege_value":["value_is_invalid"]}`, patch(`{"api":{"rate":1},"seats":{"max":"ten"}}`))
		requireDetails(t, `{"tier_privilege_value":["value_not_in_select_options"]}`, patch(`{"seats":{"tier":"iron"}}`))
		requireDetails(t, `{"privilege.value":["value_is_mandatory"]}`, patch(`{"seats":{"tier":null}}`))
		requireNotFound(t, "feature", s.Delete(ownEntitlements+"/none"))
		requireNotFound(t, "feature", s.Delete(ownEntitlements+"/sso"))
		requireNotFound(t, "feature", s.Delete(ownEntitlements+"/sso/privileges/none"))
		requireNotFound(t, "privilege", s.Delete(ownEntitlements+"/seats/privileges/none"))
		requireNotFound(t, "privilege", s.Delete(ownEntitlements+"/seats/privileges/root"))
		s.Delete(ownEntitlements+"/seats/privileges/tier").Status(t, http.StatusOK)
		requireNotFound(t, "privilege", s.Delete(ownEntitlements+"/seats/privileges/tier"))
		requireJSON(t, `{"seats":{"max":[10,10,null]}}`, terms(t, entries(t, s.Get(ownEntitlements), "entitlements")))
		s.Delete(ownEntitlements+"/seats").Status(t, http.StatusOK)
		requireNotFound(t, "feature", s.Delete(ownEntitlements+"/seats"))
	})
}

// TestSubscriptionEntitlements_FollowTheirPlanAndTheirFeatures: what the plan
// grants later, and what is no longer there.
func TestSubscriptionEntitlements_FollowTheirPlanAndTheirFeatures(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		shown := func() map[string]map[string][]any {
			return terms(t, entries(t, s.Get(ownEntitlements), "entitlements"))
		}
		merge(t, s, `{"seats":{"max":20},"sso":{},"api":{"rate":5}}`)
		entries(t, s.Patch(proEntitlements, `{"entitlements":{"seats":{"max":15,"root":true},"api":{"rate":7}}}`), "entitlements")
		requireJSON(t, `{"seats":{"max":[20,15,20],"root":[true,true,null],"tier":["gold","gold",null]},"sso":{},"api":{"rate":[5,7,5]}}`, shown())
		s.Delete(proEntitlements+"/seats").Status(t, http.StatusOK)
		requireJSON(t, `{"seats":{"max":[20,null,20]},"sso":{},"api":{"rate":[5,7,5]}}`, shown())
		s.Delete("/features/sso").Status(t, http.StatusOK)
		s.Delete("/features/seats/privileges/max").Status(t, http.StatusOK)
		requireJSON(t, `{"seats":{},"api":{"rate":[5,7,5]}}`, shown())

		// A plan of the subscription's own grants what the plan of the catalogue does.
		putSubscription(s, "sub", `"plan_overrides":{"amount_cents":1}`).Status(t, http.StatusOK)
		requireJSON(t, `{"seats":{},"api":{"rate":[5,7,5]}}`, shown())
		subscribe(t, s, "pro", "other", "")
		requireJSON(t, `{"api":{"rate":[7,7,null]}}`, terms(t, entries(t, s.Get("/subscriptions/other/entitlements"), "entitlements")))
	})
}

func TestSubscriptionEntitlements_AreInTheOrderInWhichTheyCame(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		order := func() []string { return texts(entries(t, s.Get(ownEntitlements), "entitlements"), "code") }
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		merge(t, s, `{"sso":{},"seats":{"max":20}}`)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 2))
		entries(t, s.Patch(proEntitlements, `{"entitlements":{"api":{}}}`), "entitlements")
		require.Equal(t, []string{"seats", "sso", "api"}, order())
		s.Delete(ownEntitlements+"/sso").Status(t, http.StatusOK)
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 3))
		merge(t, s, `{"sso":{}}`)
		require.Equal(t, []string{"seats", "api", "sso"}, order())
	})
}

func TestSubscriptionEntitlements_AreUpdatesOfTheSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		for _, request := range []string{
			`PATCH ` + ownEntitlements + `|{}`, `PATCH ` + ownEntitlements + `|{"entitlements":{"seats":{"max":20}}}`,
			`DELETE ` + ownEntitlements + `/seats/privileges/max`, `DELETE ` + ownEntitlements + `/seats`,
		} {
			requireSubscriptionUpdated(t, s, request)
		}
		require.Empty(t, activities(t, s, s.Delete(ownEntitlements+"/seats")))
	})
}

func TestSubscriptionEntitlements_AreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		requests := nestedRequests(`GET `+ownEntitlements, `PATCH `+ownEntitlements+` {"entitlements":{"sso":{}}}`,
			`DELETE `+ownEntitlements+`/seats/privileges/max`, `DELETE `+ownEntitlements+`/seats`)
		requireClosed(t, s, "subscription", requests...)
		requireSubscriptionFound(t, s, requests...)
		requireNotFound(t, "resource", s.Put(ownEntitlements, `{}`)) // nothing replaces them
		requireNotFound(t, "resource", s.Post(ownEntitlements, `{}`))
	})
}

// TestSubscriptionEntitlements_TakeAnyValue sends any JSON for values: it is
// taken or refused, and what was taken is shown again.
func TestSubscriptionEntitlements_TakeAnyValue(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		entitledSubscription(t, s)
		s.CheckAny(t, func(r *rapid.T) {
			feature := rapid.SampledFrom([]string{"seats", "api", "sso", "none"}).Draw(r, "feature")
			privilege := rapid.SampledFrom([]string{"max", "root", "label", "tier", "rate"}).Draw(r, "privilege")
			value := anyJSON(2).Draw(r, "value")
			response := s.Patch(ownEntitlements, fmt.Sprintf(`{"entitlements":{%q:{%q:%s}}}`, feature, privilege, jsonOf(t, value)))
			require.Contains(r, []int{http.StatusOK, http.StatusNotFound, http.StatusUnprocessableEntity}, response.Code)
			if response.Code == http.StatusOK {
				require.JSONEq(r, string(response.Body), string(s.Get(ownEntitlements).Body))
			}
		})
	})
}
