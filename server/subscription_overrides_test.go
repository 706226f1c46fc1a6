package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// soldPlan makes the plan "startup" with a charge that has a filter, a fixed
// charge of two units, taxes on everything, a commitment and a threshold.
func soldPlan(t *testing.T, s *servertest.Server) map[string]any {
	t.Helper()
	newTax(t, s, "vat")
	newTax(t, s, "gst")
	metric := newMetric(t, s, "storage", `,"filters":[{"key":"region","values":["eu","us"]}]`)
	addOn := newAddOn(t, s, "seats", "")
	return createPlan(t, s, "startup", fmt.Sprintf(`,"tax_codes":["vat"],"metadata":{"crm":"7"},"minimum_commitment":{"amount_cents":500,"tax_codes":["vat"]},
		"usage_thresholds":[{"amount_cents":900}],"trial_period":2,
		"charges":[{"billable_metric_id":%q,"code":"storage","charge_model":"standard","properties":{"amount":"1"},"min_amount_cents":7,"tax_codes":["vat"],
			"filters":[{"values":{"region":["eu"]},"properties":{"amount":"2"}}]}],
		"fixed_charges":[{"add_on_id":%q,"code":"seats","charge_model":"standard","properties":{"amount":"3"},"units":2,"tax_codes":["vat"]}]`,
		idOf(t, metric), idOf(t, addOn)))
}

// planOfSubscription reads the plan that the active subscription of an external
// id has.
func planOfSubscription(t *testing.T, s *servertest.Server, externalID string) (plan store.Plan) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		row, err := tx.Subscription(externalID, store.SubscriptionActive)
		plan = row.Plan
		return err
	})
	return plan
}

// unitEvents are the changes of units of an active subscription: units and from
// when on, in the order in which they were made.
func unitEvents(t *testing.T, s *servertest.Server, externalID string) (events []string) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		row, err := tx.Subscription(externalID, store.SubscriptionActive)
		if err != nil {
			return err
		}
		changes, err := tx.FixedChargeEvents(row.ID)
		for _, change := range changes {
			require.Equal(t, row.Plan.FixedCharges[0].ID, change.FixedChargeID)
			events = append(events, change.Units.String()+" from "+change.EffectiveAt.UTC().Format(time.RFC3339))
		}
		return err
	})
	return events
}

// TestSubscriptions_OverrideTheirPlan copies the plan for the subscription,
// without its taxes and its commitment.
func TestSubscriptions_OverrideTheirPlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := soldPlan(t, s)
		charge := objects(t, parent, "charges")[0]
		created := subscribe(t, s, "startup", "sub", fmt.Sprintf(`,"plan_overrides":{"amount_cents":5,"amount_currency":"EUR","name":"Theirs",
			"description":"Own","invoice_display_name":"Shown","trial_period":4.5,"metadata":{"x":"y"},
			"charges":[{"id":%q,"properties":{"amount":"9"},"charge_model":"package","code":"other"},{"id":"00000000-0000-0000-0000-000000000000"}]}`, idOf(t, charge)))
		requireMembers(t, `{"plan_code":"startup","plan_amount_cents":5,"plan_amount_currency":"EUR"}`, created)
		plan := object(t, created, "plan")
		requireMembers(t, `{"code":"startup","name":"Theirs","description":"Own","invoice_display_name":"Shown","trial_period":4.5,"taxes":[],
			"interval":"monthly","usage_thresholds":[],"applicable_usage_thresholds":[{"amount_cents":900,"recurring":false,"threshold_display_name":null}]}`, plan)
		require.Equal(t, parent["lago_id"], plan["parent_id"])
		require.NotContains(t, plan, "minimum_commitment")
		require.NotContains(t, plan, "metadata")
		require.NotContains(t, plan, "fixed_charges")
		requireJSON(t, `[{"amount_cents":900,"recurring":false,"threshold_display_name":null}]`, created["applicable_usage_thresholds"])
		own := objects(t, plan, "charges")[0]
		require.Equal(t, charge["lago_id"], own["lago_parent_id"])
		require.NotEqual(t, charge["lago_id"], own["lago_id"])
		requireMembers(t, `{"code":"storage","charge_model":"standard","properties":{"amount":"9"},"min_amount_cents":7,"taxes":[]}`, own)
		require.Len(t, objects(t, own, "filters"), 1)
		require.NotEqual(t, objects(t, charge, "filters")[0]["lago_id"], objects(t, own, "filters")[0]["lago_id"])
		row := planOfSubscription(t, s, "sub").FixedCharges[0]
		require.Equal(t, objects(t, parent, "fixed_charges")[0]["lago_id"], row.ParentID.String())
		require.Equal(t, "2", row.Units.String())
		require.Empty(t, row.Taxes)
		require.Equal(t, parent, showPlan(t, s, "startup"), "the catalogue stays as it is")
		require.Len(t, entries(t, s.Get("/plans"), "plans"), 1)

		again := object(t, member(t, putSubscription(s, "sub", fmt.Sprintf(`"plan_overrides":{"tax_codes":["gst"],"minimum_commitment":{"amount_cents":50},
			"usage_thresholds":[{"amount_cents":100}],"charges":[{"id":%q,"tax_codes":["vat"],"filters":[],"min_amount_cents":8}]}`, idOf(t, own))), "subscription"), "plan")
		require.Equal(t, plan["lago_id"], again["lago_id"], "the second override changes the copy")
		require.Equal(t, []string{"gst"}, codesOf(t, again, "taxes"))
		requireMembers(t, `{"amount_cents":50}`, object(t, again, "minimum_commitment"))
		own = objects(t, again, "charges")[0]
		requireMembers(t, `{"properties":{"amount":"9"},"min_amount_cents":8,"filters":[]}`, own)
		require.Equal(t, []string{"vat"}, codesOf(t, own, "taxes"))
		requireJSON(t, `[{"amount_cents":100,"recurring":false,"threshold_display_name":null}]`, showSubscription(t, s, "sub", "")["applicable_usage_thresholds"])
		own = object(t, member(t, putSubscription(s, "sub", `"usage_thresholds":[{"amount_cents":1}]`), "subscription"), "plan")
		require.Len(t, own["usage_thresholds"], 1)
		requireJSON(t, `[{"amount_cents":1,"recurring":false,"threshold_display_name":null}]`, showSubscription(t, s, "sub", "")["applicable_usage_thresholds"])
		putSubscription(s, "sub", `"progressive_billing_disabled":true`).Status(t, http.StatusOK)
		require.Empty(t, showSubscription(t, s, "sub", "")["applicable_usage_thresholds"])
	})
}

// TestSubscriptions_OverrideEverythingAtOnce sends all that can be overridden of a plan
// with the subscription, and what else of it once it is there.
func TestSubscriptions_OverrideEverythingAtOnce(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := soldPlan(t, s)
		fixed := objects(t, parent, "fixed_charges")[0]
		created := subscribe(t, s, "startup", "sub", fmt.Sprintf(`,"plan_overrides":{"tax_codes":["gst"],
			"minimum_commitment":{"amount_cents":70,"invoice_display_name":"At least","tax_codes":["gst"]},
			"usage_thresholds":[{"amount_cents":100,"threshold_display_name":"Often","recurring":true}],
			"charges":[{"id":%q,"invoice_display_name":"Space","min_amount_cents":11,"tax_codes":["gst"],
				"filters":[{"values":{"region":["us"]},"invoice_display_name":"America","properties":{"amount":"4"}}]}],
			"fixed_charges":[{"id":%q,"invoice_display_name":"Chairs","units":"4","apply_units_immediately":true,"charge_model":"standard",
				"properties":{"amount":"6"},"tax_codes":["gst"]}]}`, idOf(t, objects(t, parent, "charges")[0]), idOf(t, fixed)))
		requireJSON(t, `[{"amount_cents":100,"threshold_display_name":"Often","recurring":true}]`, created["applicable_usage_thresholds"])
		plan := object(t, created, "plan")
		require.Equal(t, []string{"gst"}, codesOf(t, plan, "taxes"))
		commitment := object(t, plan, "minimum_commitment")
		requireMembers(t, `{"amount_cents":70,"invoice_display_name":"At least"}`, commitment)
		require.Equal(t, []string{"gst"}, codesOf(t, commitment, "taxes"))
		charge := objects(t, plan, "charges")[0]
		requireMembers(t, `{"invoice_display_name":"Space","min_amount_cents":11,"properties":{"amount":"1"}}`, charge)
		require.Equal(t, []string{"gst"}, codesOf(t, charge, "taxes"))
		requireMembers(t, `{"values":{"region":["us"]},"invoice_display_name":"America","properties":{"amount":"4"}}`, objects(t, charge, "filters")[0])
		own := member(t, s.Get(ownFixed+"/seats"), "fixed_charge")
		requireMembers(t, `{"invoice_display_name":"Chairs","units":4,"charge_model":"standard","properties":{"amount":"6"},"lago_parent_id":"`+idOf(t, fixed)+`"}`, own)
		require.Equal(t, []string{"gst"}, codesOf(t, own, "taxes"))
		require.Equal(t, []string{"4 from 2026-01-15T10:30:01Z"}, unitEvents(t, s, "sub"))

		changed := member(t, putSubscription(s, "sub", `"plan_overrides":{"amount_currency":"EUR","usage_thresholds":[{"amount_cents":5,"recurring":true}]}`), "subscription")
		requireMembers(t, `{"plan_amount_currency":"EUR","applicable_usage_thresholds":[{"amount_cents":5,"threshold_display_name":null,"recurring":true}]}`, changed)
		const thresholds = `"usage_thresholds":[{"amount_cents":6,"threshold_display_name":"Mine","recurring":true}]`
		for _, answer := range []*servertest.Response{putSubscription(s, "sub", thresholds), postSubscription(s, "startup", "plain", ","+thresholds)} {
			requireJSON(t, `[{"amount_cents":6,"threshold_display_name":"Mine","recurring":true}]`, member(t, answer, "subscription")["applicable_usage_thresholds"])
		}
	})
}

func TestSubscriptions_RefuseOverrides(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := soldPlan(t, s)
		charge, fixed := idOf(t, objects(t, parent, "charges")[0]), idOf(t, objects(t, parent, "fixed_charges")[0])
		none := uuid.Nil.String()
		for overrides, details := range map[string]string{
			`{"name":""}`:          `{"name":["value_is_mandatory"]}`,
			`{"amount_cents":"x"}`: `{"plan_overrides.amount_cents":["value_is_invalid"]}`,
			`{"charges":[{"id":"` + charge + `","properties":{"amount":"-1"}}]}`:                 `{"properties":["invalid_amount"]}`,
			`{"fixed_charges":[{"id":"` + fixed + `","units":"-1"}]}`:                            `{"units":["value_is_out_of_range"]}`,
			`{"fixed_charges":[{"id":"` + fixed + `","units":"-1","invoice_display_name":"x"}]}`: `{"units":["value_is_out_of_range"]}`,
			`{"usage_thresholds":[{"amount_cents":0}]}`:                                          `{"amount_cents":["value_is_out_of_range"]}`,
			`{"minimum_commitment":{"amount_cents":0}}`:                                          `{"amount_cents":["value_is_out_of_range"]}`,
		} {
			requireDetails(t, details, postSubscription(s, "startup", "sub", `,"plan_overrides":`+overrides))
		}
		requireNotFound(t, "tax", postSubscription(s, "startup", "sub", `,"plan_overrides":{"tax_codes":["none"]}`))
		requireNotFound(t, "fixed_charge", postSubscription(s, "startup", "sub", `,"plan_overrides":{"fixed_charges":[{"id":"`+none+`","units":1}]}`))
		refused := postSubscription(s, "startup", "sub", `,"plan_overrides":{"fixed_charges":[{"id":"`+fixed+`","charge_model":"volume"}]}`)
		require.Equal(t, "cannot_override_charge_model", refused.Status(t, http.StatusForbidden).JSON(t)["code"])
		requireNotFound(t, "subscription", s.Get("/subscriptions/sub"))
		withinOrganization(t, s, func(tx *store.Tx) error {
			plan, err := tx.Plan("startup")
			if err != nil {
				return err
			}
			children, err := tx.ChildPlans(plan)
			require.Empty(t, children, "a refusal leaves no copy")
			return err
		})
		subscribe(t, s, "startup", "sub", `,"plan_overrides":{"fixed_charges":[{"id":"`+none+`","invoice_display_name":"x"}]}`)
		requireNotFound(t, "fixed_charge", putSubscription(s, "sub", `"plan_overrides":{"fixed_charges":[{"id":"`+none+`","units":1}]}`))
	})
}

// TestSubscriptions_UnitsNeedNoPlanOfTheirOwn keeps the plan of the catalogue
// while nothing but units differs, and hands the units on to the copy later.
func TestSubscriptions_UnitsNeedNoPlanOfTheirOwn(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := soldPlan(t, s)
		fixed := idOf(t, objects(t, parent, "fixed_charges")[0])
		units := func(n, more string) string {
			return `"plan_overrides":{"fixed_charges":[{"id":"` + fixed + `","units":` + n + more + `}]}`
		}
		created := subscribe(t, s, "startup", "sub", `,`+units("5", ""))
		require.Equal(t, parent["lago_id"], object(t, created, "plan")["lago_id"])
		require.Equal(t, []string{"5 from 2026-01-15T10:30:01Z"}, unitEvents(t, s, "sub"))
		putSubscription(s, "sub", units("6", "")).Status(t, http.StatusOK)
		s.Travel(t, at(t, "2026-01-20T08:00:00Z"))
		putSubscription(s, "sub", units("7", `,"apply_units_immediately":true`)).Status(t, http.StatusOK)
		want := []string{"5 from 2026-01-15T10:30:01Z", "6 from 2026-02-01T00:00:00Z", "7 from 2026-01-20T08:00:00Z"}
		require.Equal(t, want, unitEvents(t, s, "sub"))

		subscribe(t, s, "startup", "plain", "")
		member(t, s.Put("/plans/startup/fixed_charges/seats", `{"fixed_charge":{"units":20,"properties":{"amount":"3"},"apply_units_immediately":true}}`), "fixed_charge")
		require.Equal(t, want, unitEvents(t, s, "sub"), "units of its own stay")
		require.Equal(t, []string{"2 from 2026-01-20T08:00:01Z", "20 from 2026-01-20T08:00:00Z"}, unitEvents(t, s, "plain"))
		member(t, s.Put("/plans/startup", fmt.Sprintf(`{"plan":{"fixed_charges":[{"id":%q,"charge_model":"standard","units":30,"properties":{"amount":"3"}}]}}`, fixed)), "plan")
		require.Equal(t, []string{"2 from 2026-01-20T08:00:01Z", "20 from 2026-01-20T08:00:00Z", "30 from 2026-02-01T00:00:00Z"}, unitEvents(t, s, "plain"))
		member(t, s.Put("/plans/startup", fmt.Sprintf(`{"plan":{"fixed_charges":[{"id":%q,"charge_model":"standard","units":31,"properties":{"amount":"3"},"apply_units_immediately":true}]}}`, fixed)), "plan")
		require.Contains(t, unitEvents(t, s, "plain"), "31 from 2026-01-20T08:00:00Z")

		putSubscription(s, "sub", `"plan_overrides":{"description":"Own"}`).Status(t, http.StatusOK)
		own := planOfSubscription(t, s, "sub")
		require.NotNil(t, own.ParentID)
		require.Equal(t, "7", own.FixedCharges[0].Units.String())
		require.Equal(t, want, unitEvents(t, s, "sub"), "what was known of the units goes along")
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Subscription("sub", store.SubscriptionActive)
			require.Empty(t, row.FixedUnits)
			return err
		})
		putSubscription(s, "sub", units("8", `,"apply_units_immediately":true`)).Status(t, http.StatusOK)
		require.Equal(t, append(want, "8 from 2026-01-20T08:00:00Z"), unitEvents(t, s, "sub"))
		require.Equal(t, own.ID, planOfSubscription(t, s, "sub").ID)
	})
}

// TestSubscriptions_PendingOnesHaveNoUnitsYet until they start.
func TestSubscriptions_PendingOnesHaveNoUnitsYet(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		parent := soldPlan(t, s)
		fixed := idOf(t, objects(t, parent, "fixed_charges")[0])
		subscribe(t, s, "startup", "sub", `,"subscription_at":"2026-02-03T12:00:00Z"`)
		putSubscription(s, "sub", `"plan_overrides":{"fixed_charges":[{"id":"`+fixed+`","units":4,"apply_units_immediately":true}]}`).Status(t, http.StatusOK)
		s.Travel(t, at(t, "2026-02-03T00:00:00Z"))
		require.Equal(t, []string{"4 from 2026-02-03T00:00:01Z"}, unitEvents(t, s, "sub"))
	})
}
