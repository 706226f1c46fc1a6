package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// TestUsage_AnswersAnyInput asks for usage and for estimates with parameters and
// members of any value, beside events with properties of any value. The harness
// fails where one is answered 500.
func TestUsage_AnswersAnyInput(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		newCharge(t, s, "a", newMetric(t, s, "a", clouds), priced("standard",
			`{"amount":"1e15","pricing_group_keys":["team","region"],"presentation_group_keys":[{"value":"env"}]}`)+
			`,"pay_in_advance":true,"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"1"}}]`)
		newCharge(t, s, "b", newMetric(t, s, "b", `,"aggregation_type":"unique_count_agg","recurring":true`), priced("percentage", `{"rate":"100"}`)+`,"pay_in_advance":true`)
		newCharge(t, s, "c", newMetric(t, s, "c", `,"aggregation_type":"weighted_sum_agg","weighted_interval":"seconds","rounding_function":"round"`),
			priced("volume", `{"volume_ranges":[{"from_value":0,"to_value":null,"per_unit_amount":"1e10","flat_amount":"0"}]}`))
		subscribe(t, s, "startup", "sub", "")
		s.CheckAny(t, func(rt *rapid.T) {
			event := map[string]any{"code": rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "code"), "external_subscription_id": "sub"}
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
				"code", "timestamp", "properties", "precise_total_amount_cents", "transaction_id", "external_subscription_id",
			}), 0, 2, rapid.ID[string]).Draw(rt, "names") {
				event[name] = anyJSON(3).Draw(rt, name)
			}
			if rapid.Bool().Draw(rt, "measured") {
				properties := map[string]any{"gb": anyJSON(1).Draw(rt, "gb")}
				for _, name := range []string{"team", "region", "cloud", "env", "operation_type"} {
					properties[name] = anyJSON(1).Draw(rt, name)
				}
				event["properties"] = properties
			}
			requireAnswered(t, s, http.MethodPost, "/events/estimate_fees", map[string]any{"event": event})
			requireAnswered(t, s, http.MethodPost, "/events/estimate_instant_fees", map[string]any{"event": event})
			requireAnswered(t, s, http.MethodPost, "/events/batch_estimate_instant_fees", map[string]any{
				"events": []any{event, anyJSON(3).Draw(rt, "entry"), map[string]any{"event": event}},
			})
			event["transaction_id"] = rapid.StringMatching(`[a-z]{12}`).Draw(rt, "transaction")
			requireAnswered(t, s, http.MethodPost, "/events", map[string]any{"event": event})
			query := url.Values{"external_subscription_id": {"sub"}}
			for _, name := range rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{
				"group[region]", "group[team][]", "group", "filter_by_group", "filter_by_presentation", "skip_grouping", "full_usage", "charge_code", "apply_taxes",
			}), rapid.String()), 0, 3).Draw(rt, "parameters") {
				query.Add(name, rapid.OneOf(rapid.SampledFrom([]string{`{"region":["eu",null]}`, `["env"]`, "true", "a"}), rapid.String()).Draw(rt, "value"))
			}
			requireAnswered(t, s, http.MethodGet, "/customers/c1/current_usage?"+query.Encode(), nil)
			requireAnswered(t, s, http.MethodGet, "/customers/c1/projected_usage?external_subscription_id=sub", nil)
		})
	})
}

// requireAnswered sends a request that is answered or refused, whatever is in it.
func requireAnswered(t *testing.T, s *servertest.Server, method, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	response := s.Do(method, path, string(text))
	require.Contains(t, []int{
		http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity,
	}, response.Code, "%s %s: %s: %s", method, path, text, response.Body)
}
