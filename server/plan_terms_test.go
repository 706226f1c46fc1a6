package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

func TestPlans_UsageThresholdsReplaceEachOther(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		plan := createPlan(t, s, "month", `,"usage_thresholds":[{"amount_cents":500,"recurring":true},
			{"amount_cents":500,"threshold_display_name":"Half"},{"amount_cents":100}]`)
		first := objects(t, plan, "usage_thresholds")
		requireJSON(t, `{"threshold_display_name":null,"amount_cents":100,"recurring":false,
			"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z"}`, identified(t, first[0]))
		requireJSON(t, `[{"threshold_display_name":null,"amount_cents":100,"recurring":false},
			{"threshold_display_name":"Half","amount_cents":500,"recurring":false},
			{"threshold_display_name":null,"amount_cents":500,"recurring":true}]`, plan["applicable_usage_thresholds"])

		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		plan = putPlan(t, s, "month", `"usage_thresholds":[{"amount_cents":500,"threshold_display_name":"Renamed"},{"amount_cents":700},
			{"amount_cents":500,"recurring":true}]`)
		second := objects(t, plan, "usage_thresholds")
		require.Len(t, second, 3)
		require.Equal(t, first[2], second[2], "what stays is untouched")
		require.Equal(t, first[1]["lago_id"], second[0]["lago_id"])
		require.Equal(t, []any{"Renamed", "2026-01-15T10:30:00Z", "2026-01-16T10:30:00Z"},
			[]any{second[0]["threshold_display_name"], second[0]["created_at"], second[0]["updated_at"]})
		for _, absent := range []string{`"name":"x"`, `"usage_thresholds":null`} {
			require.Equal(t, plan["usage_thresholds"], putPlan(t, s, "month", absent)["usage_thresholds"])
		}
		require.Empty(t, putPlan(t, s, "month", `"usage_thresholds":[]`)["usage_thresholds"])
	})
}

func TestPlans_MinimumCommitment(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		plan := createPlan(t, s, "month", `,"minimum_commitment":{"amount_cents":100,"invoice_display_name":"At least","tax_codes":["vat"]}`)
		commitment := object(t, plan, "minimum_commitment")
		require.Equal(t, []string{"vat"}, codesOf(t, commitment, "taxes"))
		rest := identified(t, commitment)
		delete(rest, "taxes")
		requireJSON(t, `{"plan_code":"month","interval":"monthly","amount_cents":100,"invoice_display_name":"At least",
			"created_at":"2026-01-15T10:30:00Z","updated_at":"2026-01-15T10:30:00Z"}`, rest)

		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		for _, same := range []string{`"minimum_commitment":null`, `"name":"x"`, `"minimum_commitment":{"amount_cents":100,"invoice_display_name":"At least"}`} {
			require.Equal(t, commitment, putPlan(t, s, "month", same)["minimum_commitment"], same)
		}
		changed := object(t, putPlan(t, s, "month", `"minimum_commitment":{"amount_cents":200}`), "minimum_commitment")
		commitment["amount_cents"], commitment["updated_at"] = changed["amount_cents"], "2026-01-16T10:30:00Z"
		require.Equal(t, commitment, changed, "what is absent stays")
		require.Equal(t, "200", fmt.Sprint(changed["amount_cents"]))
		changed = object(t, putPlan(t, s, "month", `"minimum_commitment":{"invoice_display_name":null,"tax_codes":[]}`), "minimum_commitment")
		require.Equal(t, []any{nil, []any{}}, []any{changed["invoice_display_name"], changed["taxes"]})

		require.NotContains(t, putPlan(t, s, "month", `"minimum_commitment":{}`), "minimum_commitment")
		require.NotContains(t, putPlan(t, s, "month", `"minimum_commitment":{"tax_codes":null}`), "minimum_commitment")
		require.NotContains(t, createPlan(t, s, "other", `,"minimum_commitment":{}`), "minimum_commitment")
		again := object(t, putPlan(t, s, "month", `"minimum_commitment":{"amount_cents":300}`), "minimum_commitment")
		require.NotEqual(t, commitment["lago_id"], again["lago_id"])
	})
}

func TestPlans_IgnoreWhatIsNotLicensed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		const both = `"usage_thresholds":[{"amount_cents":0}],"minimum_commitment":{"amount_cents":0}`
		home := "/admin/organizations/" + s.Organization.ID.String()
		s.Admin(http.MethodPatch, home, `{"premium":{"licensed":true,"integrations":["netsuite"]}}`).Status(t, http.StatusOK)
		plan := createPlan(t, s, "add-on", `,"usage_thresholds":[{"amount_cents":0}],"minimum_commitment":{"amount_cents":7}`)
		require.Empty(t, plan["usage_thresholds"])
		require.Contains(t, plan, "minimum_commitment")

		s.Admin(http.MethodPatch, home, `{"premium":{"licensed":false}}`).Status(t, http.StatusOK)
		plan = createPlan(t, s, "licence", `,`+both)
		require.Empty(t, plan["usage_thresholds"])
		require.NotContains(t, plan, "minimum_commitment")
		kept := putPlan(t, s, "add-on", both)
		require.Contains(t, kept, "minimum_commitment", "what is there stays")
		require.Contains(t, putPlan(t, s, "add-on", `"minimum_commitment":{}`), "minimum_commitment")
	})
}

// TestPlans_ChecksComeInOrder gives plans several faults; the first is told.
func TestPlans_ChecksComeInOrder(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		metric, addOn := newMetric(t, s, "storage", "")["lago_id"], newAddOn(t, s, "setup", "")["lago_id"]
		createPlan(t, s, "month", "")
		const unknown = "11111111-1111-4111-8111-111111111111"
		charge := func(metric any, amount string) string {
			return fmt.Sprintf(`,"charges":[{"billable_metric_id":%q,"charge_model":"standard","properties":{"amount":%q}}]`, metric, amount)
		}
		fixed := func(addOn any, units int) string {
			return fmt.Sprintf(`,"fixed_charges":[{"add_on_id":%q,"charge_model":"standard","units":%d,"properties":{"amount":"1"}}]`, addOn, units)
		}
		const (
			badName       = `,"name":""`
			badTaxes      = `,"tax_codes":["none"]`
			badThresholds = `,"usage_thresholds":[{"amount_cents":-1}]`
			badCommitment = `,"minimum_commitment":{"amount_cents":-1}`
		)
		badMetadata := `,"metadata":` + manyPairs(51)
		notFound := func(resource string) func(*servertest.Response) {
			return func(response *servertest.Response) { requireNotFound(t, resource, response) }
		}
		refused := func(details string) func(*servertest.Response) {
			return func(response *servertest.Response) { requireDetails(t, details, response) }
		}
		for _, c := range []struct {
			fields string
			answer func(*servertest.Response)
		}{
			{badName + fixed(unknown, -1) + charge(unknown, "-1"), notFound("billable_metrics")},
			{badName + fixed(unknown, -1) + charge(metric, "-1"), notFound("add_ons")},
			{badName + fixed(addOn, -1) + charge(metric, "-1") + badTaxes, refused(`{"name":["value_is_mandatory"]}`)},
			{badMetadata + badTaxes, refused(`{"value":["cannot have more than 50 keys"]}`)},
			{badCommitment + fixed(addOn, -1) + charge(metric, "-1") + badThresholds + badTaxes, notFound("tax")},
			{badCommitment + fixed(addOn, -1) + charge(metric, "-1") + badThresholds, refused(`{"amount_cents":["value_is_out_of_range"]}`)},
			{badCommitment + fixed(addOn, -1) + charge(metric, "-1"), refused(`{"properties":["invalid_amount"]}`)},
			{badCommitment + fixed(addOn, -1), refused(`{"units":["value_is_out_of_range"]}`)},
			{badCommitment, refused(`{"amount_cents":["value_is_out_of_range"]}`)},
		} {
			c.answer(s.Post("/plans", `{"plan":{"name":"x","code":"x","interval":"monthly","amount_cents":1,"amount_currency":"USD",
				"pay_in_advance":true`+c.fields+`}}`))
			c.answer(s.Put("/plans/month", `{"plan":{"description":"x"`+c.fields+`}}`))
			requireNotFound(t, "plan", s.Put("/plans/none", `{"plan":{"description":"x"`+c.fields+`}}`))
		}
		requireNotFound(t, "plan", s.Put("/plans/none", `{"plan":{"metadata":{"a":5},"usage_thresholds":[{"amount_cents":"ten"}]}}`))
		require.Nil(t, showPlan(t, s, "month")["description"])
		requireNotFound(t, "plan", s.Get("/plans/x"))
	})
}
