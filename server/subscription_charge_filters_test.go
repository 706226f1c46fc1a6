package server_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

const ownFilters = ownCharges + "/storage/filters"

// shownFilters are the filters that the charge "storage" of "sub" has.
func shownFilters(t *testing.T, s *servertest.Server) []map[string]any {
	t.Helper()
	list := entries(t, s.Get(ownFilters), "filters")
	require.Equal(t, list, objects(t, member(t, s.Get(ownCharges+"/storage"), "charge"), "filters"))
	return list
}

// amounts are the amounts of filters.
func amounts(t *testing.T, filters []map[string]any) []any {
	t.Helper()
	list := make([]any, len(filters))
	for i, filter := range filters {
		list[i] = object(t, filter, "properties")["amount"]
	}
	return list
}

func TestSubscriptionChargeFilters_AreCreatedForOneSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := chargedSubscription(t, s)
		before := shownFilters(t, s)
		require.Equal(t, meta(1, 2, nil, 2, 2), s.Get(ownFilters + "?per_page=1").JSON(t)["meta"])
		require.Equal(t, before[1], member(t, s.Get(ownFilters+"/"+idOf(t, before[1])), "filter"))
		body := `{"filter":{"invoice_display_name":"Clouds","values":{"cloud":["aws"]},"properties":{"amount":"3"},"cascade_updates":true}}`
		created := member(t, requireSubscriptionUpdated(t, s, `POST `+ownFilters+`|`+body), "filter")
		requireJSON(t, `{"charge_code":"storage","invoice_display_name":"Clouds","values":{"cloud":["aws"]},"properties":{"amount":"3"}}`, identified(t, created))
		after := shownFilters(t, s)
		require.Equal(t, created, after[2])
		require.Equal(t, []any{"1", "2", "3"}, amounts(t, after))
		require.NotContains(t, pluck(after, "lago_id"), before[0]["lago_id"])
		requireNotFound(t, "charge_filter", s.Get(ownFilters+"/"+idOf(t, before[0])))
		require.Equal(t, plan, showPlan(t, s, "startup"))

		requireDetails(t, `{"values":["value_already_exists"]}`, s.Post(ownFilters, body))
		for members, details := range map[string]string{
			`"properties":{"amount":"1"}`:                                      `{"values":["value_is_mandatory"]}`,
			`"values":{},"properties":{"amount":"1"}`:                          `{"values":["value_is_mandatory"]}`,
			`"values":{"region":["mars"]},"properties":{"amount":"1"}`:         `{"values":["value_is_invalid"]}`,
			`"values":{"planet":["mars"]},"properties":{"amount":"1"}`:         `{"billable_metric_filter":["relation_must_exist"],"values":["value_is_invalid"]}`,
			`"values":{"region":["asia"]},"properties":{"amount":1}`:           `{"properties":["invalid_amount"]}`,
			`"values":{"region":["asia"]}`:                                     `{"properties":["invalid_amount"]}`,
			`"values":{"region":["us"],"cloud":["aws"]},"properties":{"a":""}`: `{"properties":["invalid_amount"]}`,
		} {
			requireDetails(t, details, s.Post(ownFilters, `{"filter":{`+members+`}}`))
		}
		require.Equal(t, after, shownFilters(t, s))
	})
}

// TestSubscriptionChargeFilters_AreFoundByTheIdentifierThatIsShown also where
// the change is what copies them, and where two have the same values.
func TestSubscriptionChargeFilters_AreFoundByTheIdentifierThatIsShown(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		newFilter(t, s, `{"region":["us"]}`, "3") // the plan takes values twice
		plan := showPlan(t, s, "startup")
		before := shownFilters(t, s)
		body := `{"filter":{"properties":{"amount":"9"},"values":{"region":["asia"]},"invoice_display_name":"Second"}}`
		updated := member(t, requireSubscriptionUpdated(t, s, `PUT `+ownFilters+`/`+idOf(t, before[2])+`|`+body), "filter")
		requireMembers(t, `{"values":{"region":["us"]},"invoice_display_name":"Second"}`, updated)
		require.NotEqual(t, before[2]["lago_id"], updated["lago_id"])
		after := shownFilters(t, s)
		require.Equal(t, []any{"1", "2", "9"}, amounts(t, after))
		requireNotFound(t, "charge_filter", s.Put(ownFilters+"/"+idOf(t, before[2]), body))
		kept := member(t, s.Patch(ownFilters+"/"+idOf(t, after[1]), `{"filter":{"cascade_updates":true}}`), "filter")
		require.Equal(t, after[1], kept)
		requireDetails(t, `{"properties":["invalid_amount"]}`, s.Put(ownFilters+"/"+idOf(t, after[0]), `{"filter":{"properties":{"amount":1}}}`))
		require.Equal(t, []any{"1", "9", "2"}, amounts(t, shownFilters(t, s)))
		require.Equal(t, plan, showPlan(t, s, "startup"))
	})
}

func TestSubscriptionChargeFilters_AreDeletedForOneSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := chargedSubscription(t, s)
		before := shownFilters(t, s)
		deleted := member(t, requireSubscriptionUpdated(t, s, `DELETE `+ownFilters+`/`+idOf(t, before[0])), "filter")
		requireMembers(t, `{"values":{},"properties":{"amount":"1"},"charge_code":"storage"}`, deleted)
		after := shownFilters(t, s)
		require.Equal(t, []any{"2"}, amounts(t, after))
		requireNotFound(t, "charge_filter", s.Delete(ownFilters+"/"+idOf(t, before[0])))
		member(t, s.Delete(ownFilters+"/"+idOf(t, after[0])), "filter")
		require.Empty(t, shownFilters(t, s))
		require.Equal(t, plan, showPlan(t, s, "startup"))
	})
}

func TestSubscriptionChargeFilters_AreForThoseWhoMay(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		chargedSubscription(t, s)
		own := ownFilters + "/" + idOf(t, shownFilters(t, s)[0])
		const created = `{"filter":{"values":{"cloud":["aws"]},"properties":{"amount":"1"}}}`
		setPremium(t, s, `{"licensed":false}`)
		requireForbidden(t, s.Post(ownFilters, created))
		requireForbidden(t, s.Put(own, `{"filter":{"invoice_display_name":"x"}}`))
		requireForbidden(t, s.Delete(own))
		setPremium(t, s, `{"licensed":true}`)
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			requireNotFound(t, "charge", s.Do(method, ownCharges+"/none/filters/"+uuid.NewString(), created))
			requireNotFound(t, "charge_filter", s.Do(method, ownFilters+"/"+uuid.NewString(), created))
			requireNotFound(t, "charge_filter", s.Do(method, ownFilters+"/nonsense", created))
		}
		requireNotFound(t, "charge", s.Post(ownCharges+"/none/filters", created))
		requireNotFound(t, "charge", s.Get(ownCharges+"/none/filters"))
		requireNoParameter(t, "filter", s.Post(ownFilters, `{"filter":{}}`))
		requireNoParameter(t, "filter", s.Put(own, `{}`))
		requests := nestedRequests(`GET `+ownFilters, `GET `+own, `POST `+ownFilters+` `+created, `PUT `+own+` {"filter":{"invoice_display_name":"x"}}`)
		requireClosed(t, s, "subscription", append(requests, `DELETE `+own)...)
		requireSubscriptionFound(t, s, requests[:3]...)
		own = ownFilters + "/" + idOf(t, shownFilters(t, s)[0])
		requireSubscriptionFound(t, s, `PUT `+own+` {"filter":{"invoice_display_name":"x"}}`, `DELETE `+own)
	})
}
