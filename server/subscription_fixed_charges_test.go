package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

const ownFixed = "/subscriptions/sub/fixed_charges"

// fixedSubscription makes the plan "startup" with 3 units of the fixed charge
// "setup", and the subscription "sub" to it; more is members of the
// subscription.
func fixedSubscription(t *testing.T, s *servertest.Server, more string) (charge map[string]any) {
	t.Helper()
	newTax(t, s, "vat")
	createPlan(t, s, "startup", "")
	charge = newFixedCharge(t, s, "setup", newAddOn(t, s, "setup", ""), `,"units":3,"tax_codes":["vat"],"invoice_display_name":"Setup"`)
	subscribe(t, s, "startup", "sub", more)
	return charge
}

func TestSubscriptionFixedCharges_ShowThoseOfThePlan(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		older := fixedSubscription(t, s, "")
		s.Travel(t, servertest.Epoch.AddDate(0, 0, 1))
		newer := newFixedCharge(t, s, "seats/1.0", newAddOn(t, s, "seats", ""), "")
		list := s.Get(ownFixed + "?per_page=1")
		require.Equal(t, []map[string]any{newer}, entries(t, list, "fixed_charges"))
		require.Equal(t, meta(1, 2, nil, 2, 2), list.JSON(t)["meta"])
		require.Equal(t, []map[string]any{newer, older}, entries(t, s.Get(ownFixed), "fixed_charges"))
		require.Equal(t, older, member(t, s.Get(ownFixed+"/setup"), "fixed_charge"))
		require.Equal(t, newer, member(t, s.Get(ownFixed+"/seats%2F1.0"), "fixed_charge"))
		requireNotFound(t, "fixed_charge", s.Get(ownFixed+"/none"))
	})
}

// TestSubscriptionFixedCharges_ShowTheUnitsOfTheSubscription where it has units
// of its own and no plan of its own.
func TestSubscriptionFixedCharges_ShowTheUnitsOfTheSubscription(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		charge := fixedSubscription(t, s, "")
		putSubscription(s, "sub", `"plan_overrides":{"fixed_charges":[{"id":"`+idOf(t, charge)+`","units":"7.5"}]}`).Status(t, 200)
		shown := member(t, s.Get(ownFixed+"/setup"), "fixed_charge")
		require.Equal(t, charge["lago_id"], shown["lago_id"])
		requireJSON(t, `7.5`, shown["units"])
		require.Equal(t, []map[string]any{shown}, entries(t, s.Get(ownFixed), "fixed_charges"))

		own := member(t, s.Put(ownFixed+"/setup", `{"fixed_charge":{"invoice_display_name":"Start"}}`), "fixed_charge")
		require.Equal(t, charge["lago_id"], own["lago_parent_id"])
		requireJSON(t, `7.5`, own["units"])
	})
}

func TestSubscriptionFixedCharges_AreOverriddenForOneSubscription(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		before := fixedSubscription(t, s, "")
		plan := showPlan(t, s, "startup")
		newTax(t, s, "local")
		first := member(t, requireSubscriptionUpdated(t, s, `PUT `+ownFixed+`/setup|{"fixed_charge":{"units":"4","apply_units_immediately":true,
			"charge_model":"volume","code":"other","add_on_code":"none"}}`), "fixed_charge")
		require.NotEqual(t, before["lago_id"], first["lago_id"])
		requireMembers(t, `{"lago_parent_id":"`+idOf(t, before)+`","code":"setup","charge_model":"standard","units":"4.0",
			"properties":{"amount":"0.10"},"invoice_display_name":"Setup","taxes":[]}`, first)
		second := member(t, s.Patch(ownFixed+"/setup", `{"fixed_charge":{"properties":{"amount":"2"},"tax_codes":["local"],"invoice_display_name":null}}`), "fixed_charge")
		requireMembers(t, `{"lago_id":"`+idOf(t, first)+`","units":"4.0","properties":{"amount":"2"},"invoice_display_name":null}`, second)
		require.Equal(t, []string{"local"}, codesOf(t, second, "taxes"))
		require.Equal(t, []map[string]any{second}, entries(t, s.Get(ownFixed), "fixed_charges"))
		require.Equal(t, plan, showPlan(t, s, "startup"))
	})
}

// TestSubscriptionFixedCharges_SayWhenOtherUnitsCount: from the next period on,
// or at once.
func TestSubscriptionFixedCharges_SayWhenOtherUnitsCount(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		fixedSubscription(t, s, "")
		put := func(members string) {
			member(t, s.Put(ownFixed+"/setup", `{"fixed_charge":{`+members+`}}`), "fixed_charge")
		}
		put(`"units":4,"apply_units_immediately":true`)
		put(`"units":5`)
		put(`"invoice_display_name":"same units"`)
		put(`"units":5.0,"apply_units_immediately":true`)
		var said [][]string
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.Subscription("sub", store.SubscriptionActive)
			if err != nil {
				return err
			}
			events, err := tx.FixedChargeEvents(row.ID)
			for _, event := range events {
				require.Equal(t, row.Plan.FixedCharges[0].ID, event.FixedChargeID)
				said = append(said, []string{event.Units.String(), event.EffectiveAt.UTC().Format("2006-01-02T15:04:05")})
			}
			return err
		})
		require.Equal(t, [][]string{
			{"3", "2026-01-15T10:30:01"}, {"4", "2026-01-15T10:30:00"}, {"5", "2026-02-01T00:00:00"},
		}, said)
	})
}

func TestSubscriptionFixedCharges_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		fixedSubscription(t, s, "")
		before := entries(t, s.Get(ownFixed), "fixed_charges")
		for members, details := range map[string]string{
			`"units":-1`:                `{"units":["value_is_out_of_range"]}`,
			`"units":"-0.5"`:            `{"units":["value_is_out_of_range"]}`,
			`"units":"ten"`:             `{"units":["is not a number"]}`,
			`"units":null`:              `{"units":["is not a number"]}`,
			`"units":true`:              `{"units":["is not a number"]}`,
			`"properties":{"amount":1}`: `{"properties":["invalid_amount"]}`,
			`"properties":{"rate":"1"}`: `{"properties":["value_is_mandatory"]}`,
		} {
			requireDetails(t, details, s.Put(ownFixed+"/setup", `{"fixed_charge":{`+members+`}}`))
		}
		requireNotFound(t, "tax", s.Put(ownFixed+"/setup", `{"fixed_charge":{"tax_codes":["none"]}}`))
		requireNotFound(t, "fixed_charge", s.Put(ownFixed+"/none", `{"fixed_charge":{"units":-1}}`))
		requireNoParameter(t, "fixed_charge", s.Put(ownFixed+"/setup", `{"fixed_charge":{}}`))
		setPremium(t, s, `{"licensed":false}`)
		requireForbidden(t, s.Put(ownFixed+"/setup", `{"fixed_charge":{"units":4}}`))
		require.Equal(t, before, entries(t, s.Get(ownFixed), "fixed_charges"), "nothing was copied")
		setPremium(t, s, `{"licensed":true}`)
		requests := nestedRequests(`GET `+ownFixed, `GET `+ownFixed+`/setup`, `PUT `+ownFixed+`/setup {"fixed_charge":{"units":4}}`)
		requireClosed(t, s, "subscription", requests...)
		requireSubscriptionFound(t, s, requests...)
	})
}
