package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// projectedUsage is the projected usage of the subscription "sub".
func projectedUsage(t *testing.T, s *servertest.Server, query string) map[string]any {
	t.Helper()
	return member(t, s.Get("/customers/c1/projected_usage?external_subscription_id=sub"+query), "customer_projected_usage")
}

func TestProjectedUsage_ShowsEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
		metric := newMetric(t, s, "storage", "")
		charge := newCharge(t, s, "disk", metric, priced("standard", `{"amount":"1"}`)+`,"tax_codes":["vat"]`)
		subscribe(t, s, "startup", "sub", "")
		s.Travel(t, at(t, "2024-03-10T10:00:00Z"))
		sendEvent(t, s, "a", "storage", `{"gb":25}`)
		requireJSON(t, fmt.Sprintf(`{"from_datetime":"2024-03-01T00:00:00Z","to_datetime":"2024-03-31T23:59:59Z","issuing_date":"2024-03-31",
			"currency":"USD","amount_cents":2500,"projected_amount_cents":7750,"taxes_amount_cents":500,"total_amount_cents":3000,"lago_invoice_id":null,
			"charges_usage":[{"units":"25.0","projected_units":"77.5","events_count":1,"amount_cents":2500,"projected_amount_cents":7750,
				"amount_currency":"USD","pricing_unit_details":null,"filters":[],"grouped_usage":[],"groups":[],
				"presentation_breakdowns":[],"projected_presentation_breakdowns":[],
				"charge":{"lago_id":%q,"charge_model":"standard","invoice_display_name":null},
				"billable_metric":{"lago_id":%q,"name":"Storage","code":"storage","aggregation_type":"sum_agg"}}]}`,
			charge["lago_id"], metric["lago_id"]), projectedUsage(t, s, ""))
		requireMembers(t, `{"taxes_amount_cents":0,"total_amount_cents":2500}`, projectedUsage(t, s, "&apply_taxes=false"))

		s.Travel(t, at(t, "2024-03-31T23:00:00Z"))
		requireMembers(t, `{"amount_cents":2500,"projected_amount_cents":2500}`, projectedUsage(t, s, ""))
	})
}

// TestProjectedUsage_OfEachModel has the worked cases of section 9.2, on the
// tenth day of thirty.
func TestProjectedUsage_OfEachModel(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-04-01T00:00:00Z")
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		sum, recurring := newMetric(t, s, "sum", ""), newMetric(t, s, "recurring", `,"recurring":true,"name":"Z"`)
		tiers := `{"graduated_ranges":[{"from_value":0,"to_value":10,"per_unit_amount":"2","flat_amount":"0"},
			{"from_value":11,"to_value":20,"per_unit_amount":"1","flat_amount":"5"},{"from_value":21,"to_value":null,"per_unit_amount":"0.5","flat_amount":"0"}]}`
		newCharge(t, s, "graduated", sum, priced("graduated", tiers))
		newCharge(t, s, "package", sum, priced("package", `{"amount":"5","package_size":10,"free_units":5}`))
		newCharge(t, s, "percentage", sum, priced("percentage", `{"rate":"1","fixed_amount":"5"}`))
		newCharge(t, s, "recurring", recurring, priced("standard", `{"amount":"1"}`))
		subscribe(t, s, "startup", "sub", "")
		s.Travel(t, at(t, "2024-04-10T20:00:00Z"))
		sendEvent(t, s, "a", "sum", `{"gb":25}`)
		sendEvent(t, s, "b", "recurring", `{"gb":25}`)
		var got []string
		for _, each := range objects(t, projectedUsage(t, s, ""), "charges_usage") {
			got = append(got, fmt.Sprint(each["units"], " ", each["amount_cents"], " → ", each["projected_units"], " ", each["projected_amount_cents"]))
		}
		require.Equal(t, []string{
			"25.0 3750 → 75.0 6250", "25.0 1000 → 75.0 3500", "25.0 525 → 75.0 1575", "25.0 2500 → 25.0 2500",
		}, got)
	})
}

// TestProjectedUsage_OfFiltersAndGroups shows what the totals leave out.
func TestProjectedUsage_OfFiltersAndGroups(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		organizationAt(t, s, "2024-04-01T00:00:00Z")
		createPlan(t, s, "startup", "")
		upsert(t, s, `{"external_id":"c1"}`)
		newCharge(t, s, "filtered", newMetric(t, s, "filtered", clouds), priced("standard",
			`{"amount":"1","presentation_group_keys":[{"value":"team"}]}`)+
			`,"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"1"}},{"values":{"cloud":["gcp"]},"properties":{"amount":"1"}}]`)
		newCharge(t, s, "grouped", newMetric(t, s, "grouped", `,"name":"Z"`), priced("standard", `{"amount":"1","pricing_group_keys":["team"]}`))
		subscribe(t, s, "startup", "sub", "")
		s.Travel(t, at(t, "2024-04-15T20:00:00Z"))
		for i, properties := range []string{`{"gb":1,"cloud":"aws"}`, `{"gb":2,"cloud":"gcp"}`, `{"gb":4,"team":"red"}`} {
			sendEvent(t, s, fmt.Sprint(i), "filtered", properties)
		}
		sendEvent(t, s, "x", "grouped", `{"gb":8,"team":"blue"}`)
		sendEvent(t, s, "y", "grouped", `{"gb":16,"team":"red"}`)
		usage := projectedUsage(t, s, "")
		charges := objects(t, usage, "charges_usage")
		requireMembers(t, `{"units":"7.0","amount_cents":700,"projected_units":"6.0","projected_amount_cents":600}`, charges[0])
		requireJSON(t, `["2.0","4.0","8.0"]`, pluck(objects(t, charges[0], "filters"), "projected_units"))
		requireJSON(t, `[{"presentation_by":{"team":"red"},"units":"8.0"}]`, charges[0]["projected_presentation_breakdowns"])
		requireMembers(t, `{"units":"24.0","projected_units":"48.0","projected_amount_cents":4800}`, charges[1])
		requireJSON(t, `[1600,3200]`, pluck(objects(t, charges[1], "grouped_usage"), "projected_amount_cents"))
		requireMembers(t, `{"amount_cents":3100,"projected_amount_cents":1800}`, usage)
	})
}

func TestProjectedUsage_NeedsItsAddOn(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		usageWorld(t, s)
		subscribe(t, s, "startup", "sub", "")
		s.Admin(http.MethodPatch, organizationPath(s), `{"premium":{"integrations":["granular_lifetime_usage"]}}`).Status(t, http.StatusOK)
		for _, customer := range []string{"c1", "nobody"} {
			require.JSONEq(t, `{"status":403,"error":"Forbidden","code":"projected_usage_not_enabled"}`,
				string(s.Get("/customers/"+customer+"/projected_usage?external_subscription_id=sub").Status(t, http.StatusForbidden).Body))
		}
	})
}
