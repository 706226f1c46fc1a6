package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestCurrentUsage_PricesSingleEvents has charge models that look at each event.
func TestCurrentUsage_PricesSingleEvents(t *testing.T) {
	t.Parallel()
	limits := `"per_transaction_min_amount":"1.75","per_transaction_max_amount":"12"`
	for name, c := range map[string]struct {
		metric, percentage string
		events             []string
		want               string
	}{
		"least and most of each event":  {"", `{"rate":"1","fixed_amount":"1",` + limits + `}`, []string{"100", "1000", "10000"}, "11100.0 2500"},
		"two free events":               {"", `{"rate":"2.99","free_units_per_events":2,` + limits + `}`, []string{"10", "80", "10000"}, "10090.0 1200"},
		"thirty free units":             {"", `{"rate":"2.99","free_units_per_total_aggregation":"30",` + limits + `}`, []string{"10", "80", "10000"}, "10090.0 1379"},
		"without limits":                {"", `{"rate":"2.99",` + limits + `}`, []string{"10", "80", "10000"}, "10090.0 1614"},
		"three free events":             {"", `{"rate":"1","fixed_amount":"5","free_units_per_events":3}`, []string{"10", "10", "10", "10"}, "40.0 510"},
		"fifteen free units":            {"", `{"rate":"1","fixed_amount":"5","free_units_per_total_aggregation":"15"}`, []string{"4", "4", "4", "4", "10"}, "26.0 1011"},
		"whichever is used up first":    {"", `{"rate":"1","fixed_amount":"5","free_units_per_events":3,"free_units_per_total_aggregation":"15"}`, []string{"10", "10", "10"}, "30.0 1015"},
		"limits and both free":          {"", `{"rate":"1","free_units_per_events":2,"free_units_per_total_aggregation":"100","per_transaction_min_amount":"1"}`, []string{"5", "5", "5", "5"}, "20.0 0"},
		"the greatest event alone":      {`,"aggregation_type":"max_agg"`, `{"rate":"1",` + limits + `}`, []string{"100", "1000", "200"}, "1000.0 1350"},
		"items, each event like a unit": {`,"aggregation_type":"unique_count_agg"`, `{"rate":"100","per_transaction_min_amount":"2"}`, []string{"7", "7", "8"}, "2.0 600"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servertest.Run(t, func(t *testing.T, s *servertest.Server) {
				usageWorld(t, s)
				metric := newMetric(t, s, "x", c.metric)
				newCharge(t, s, "x", metric, priced("percentage", c.percentage))
				newCharge(t, s, "grouped", metric, priced("percentage", c.percentage[:len(c.percentage)-1]+`,"pricing_group_keys":["team"]}`))
				subscribe(t, s, "startup", "sub", "")
				for i, value := range c.events {
					sendEvent(t, s, fmt.Sprint(i), "x", fmt.Sprintf(`{"gb":%s,"team":"red"}`, value))
				}
				usage := onlyCharge(t, currentUsage(t, s, "&charge_code=x"))
				require.Equal(t, c.want, fmt.Sprint(usage["units"], " ", usage["amount_cents"]))
				sendEvent(t, s, "blue", "x", `{"gb":1,"team":"blue"}`)
				groups := brief(t, onlyCharge(t, currentUsage(t, s, "&charge_code=grouped")), "grouped_usage", "grouped_by")
				require.Contains(t, groups, `{"team":"red"} `+c.want, "no group sees the events of others")
			})
		})
	}
}

// TestCurrentUsage_ProratesGraduatedCharges has the worked case of section 6.3.
func TestCurrentUsage_ProratesGraduatedCharges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-09-01T00:00:00Z")
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		newCharge(t, s, "x", newMetric(t, s, "x", `,"recurring":true`), priced("graduated", `{"graduated_ranges":[
			{"from_value":0,"to_value":5,"per_unit_amount":"10","flat_amount":"100"},{"from_value":6,"to_value":15,"per_unit_amount":"5","flat_amount":"50"},
			{"from_value":16,"to_value":null,"per_unit_amount":"2","flat_amount":"0"}]}`)+`,"prorated":true`)
		subscribe(t, s, "startup", "sub", "")
		requireMembers(t, `{"units":"0.0","amount_cents":10000}`, onlyCharge(t, currentUsage(t, s, "")))
		for _, step := range []struct {
			at, value, units string
			cents            int
		}{
			{"2024-09-10T10:00:00Z", "2", "2.0", 11400},
			{"2024-09-16T10:00:00Z", "5", "7.0", 18400},
			{"2024-09-20T10:00:00Z", "-6", "1.0", 16567},
			{"2024-09-25T10:00:00Z", "10", "11.0", 17967},
			{"2024-09-26T10:00:00Z", "4", "15.0", 18300},
			{"2024-09-30T10:00:00Z", "60", "75.0", 18700},
			{"2024-10-01T10:00:00Z", "", "75.0", 37000},
			{"2024-10-17T10:00:00Z", "20", "95.0", 38935},
		} {
			s.Travel(t, at(t, step.at))
			if step.value != "" {
				sendEvent(t, s, step.at, "x", `{"gb":`+step.value+`}`)
			}
			requireMembers(t, fmt.Sprintf(`{"units":%q,"amount_cents":%d}`, step.units, step.cents), onlyCharge(t, currentUsage(t, s, "")))
		}
	})
}
