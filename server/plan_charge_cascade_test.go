package server_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
	"tarn/server/servertest"
	"tarn/store"
)

// copyParts gives a child plan copies of all that its parent takes, each
// changed.
func copyParts(change func(*store.Charge)) func(*store.Tx, *store.Plan) error {
	return func(tx *store.Tx, child *store.Plan) error {
		for i := range child.Charges {
			row := &child.Charges[i]
			parent := row.ID
			row.ID, row.PlanID, row.ParentID = store.NewID(), child.ID, &parent
			for j := range row.Filters {
				row.Filters[j].ID = store.NewID()
			}
			change(row)
		}
		return tx.SaveCharges(child.Charges)
	}
}

// own gives a copy prices of its own.
func own(row *store.Charge) {
	row.Properties = charge.Properties{"amount": "99"}
	for i := range row.Filters {
		row.Filters[i].Properties = charge.Properties{"amount": "98"}
	}
}

// asParent leaves a copy as it is.
func asParent(*store.Charge) {}

// childCharge is a charge of a plan from the store; false when there is none.
func childCharge(t *testing.T, s *servertest.Server, plan uuid.UUID, code string) (store.Charge, bool) {
	t.Helper()
	row, exists := planOf(t, s, plan)
	require.True(t, exists)
	for _, charge := range row.Charges {
		if charge.Code == code {
			return charge, true
		}
	}
	return store.Charge{}, false
}

// prices are the amounts of a charge and of its filters.
func prices(t *testing.T, s *servertest.Server, plan uuid.UUID, code string) []any {
	t.Helper()
	row, exists := childCharge(t, s, plan, code)
	require.True(t, exists)
	amounts := []any{row.Properties["amount"]}
	for _, filter := range row.Filters {
		amounts = append(amounts, filter.Properties["amount"])
	}
	return amounts
}

const euFilter = `{"values":{"region":["eu"]},"properties":{"amount":"1"}}`

func TestPlanCharges_CascadeTheirChanges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		newFilteredCharge(t, s, `,"filters":[`+euFilter+`]`)
		plan := showPlan(t, s, "startup")
		alike, different := addChildPlan(t, s, plan, copyParts(asParent)), addChildPlan(t, s, plan, copyParts(own))
		packaged := addChildPlan(t, s, plan, copyParts(func(row *store.Charge) { row.ChargeModel = charge.ModelPackage }))
		change := func(cascade string) {
			member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"standard","invoice_display_name":"Disk",
				"properties":{"amount":"5","pricing_group_keys":["team"]},"min_amount_cents":7,"tax_codes":["vat"],"cascade_updates":`+cascade+`,
				"filters":[{"values":{"cloud":["aws"]},"properties":{"amount":"3"}},{"values":{"region":["eu"]},"properties":{"amount":"2"}}]}}`), "charge")
		}
		change("false")
		require.Equal(t, []any{"0.10", "1"}, prices(t, s, alike, "storage"))
		member(t, s.Put("/plans/startup/charges/storage", `{"charge":{"charge_model":"standard","properties":{"amount":"0.1"},"filters":[`+euFilter+`]}}`), "charge")
		change("true")
		require.Equal(t, []any{"5", "2", "3"}, prices(t, s, alike, "storage"))
		require.Equal(t, []any{"99", "98", "3"}, prices(t, s, different, "storage"))
		require.Equal(t, []any{"0.10", "1"}, prices(t, s, packaged, "storage"), "a charge of another model does not follow")
		for _, child := range []uuid.UUID{alike, different} {
			row, _ := childCharge(t, s, child, "storage")
			require.Equal(t, []any{"team"}, row.Properties["pricing_group_keys"])
			require.Nil(t, row.InvoiceDisplayName)
			require.Zero(t, row.MinAmountCents)
			require.Empty(t, row.Taxes)
		}
		member(t, s.Do("DELETE", "/plans/startup/charges/storage", `{"charge":{"cascade_updates":true}}`), "charge")
		for _, child := range []uuid.UUID{alike, different, packaged} {
			_, exists := childCharge(t, s, child, "storage")
			require.False(t, exists)
		}
	})
}

func TestPlanCharges_CascadeToEveryChildOnce(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newTax(t, s, "vat")
		newFilteredCharge(t, s, "")
		metric := member(t, s.Get("/billable_metrics/storage"), "billable_metric")
		child := addChildPlan(t, s, showPlan(t, s, "startup"), copyParts(asParent))
		newCharge(t, s, "quiet", metric, standard)
		loud := newCharge(t, s, "loud", metric, standard+`,"tax_codes":["vat"],"cascade_updates":true,"filters":[`+euFilter+`]`)
		_, exists := childCharge(t, s, child, "quiet")
		require.False(t, exists)
		row, _ := childCharge(t, s, child, "loud")
		require.Equal(t, loud["lago_id"], row.ParentID.String())
		require.NotEqual(t, loud["lago_id"], row.ID.String())
		require.Len(t, row.Filters, 1)
		require.NotEqual(t, objects(t, loud, "filters")[0]["lago_id"], row.Filters[0].ID.String())
		require.Equal(t, "vat", row.Taxes[0].Code)
		require.Equal(t, []string{"storage", "quiet", "loud"}, codesOf(t, showPlan(t, s, "startup"), "charges"), "the catalogue shows no copies")

		id := idOf(t, loud)
		putPlan(t, s, "startup", `"cascade_updates":true,"charges":[{"id":"`+id+`","charge_model":"standard","properties":{"amount":"8"}},
			{"code":"storage","billable_metric_id":"`+idOf(t, metric)+`","charge_model":"standard","properties":{"amount":"7"}}]`)
		require.Equal(t, []any{"8", "1"}, prices(t, s, child, "loud"))
		require.Equal(t, []any{"7"}, prices(t, s, child, "storage"))
		replaced, _ := planOf(t, s, child)
		require.Len(t, replaced.Charges, 2)
	})
}

func TestPlanChargeFilters_CascadeTheirChanges(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newFilteredCharge(t, s, `,"filters":[`+euFilter+`,{"values":{"region":["us"]},"properties":{"amount":"1"}}]`)
		plan := showPlan(t, s, "startup")
		alike, different := addChildPlan(t, s, plan, copyParts(asParent)), addChildPlan(t, s, plan, copyParts(own))
		without := addChildPlan(t, s, plan, copyParts(func(row *store.Charge) { row.Filters = nil }))
		newFilter(t, s, `{"region":["asia"]}`, "4")
		require.Equal(t, []any{"0.10", "1", "1"}, prices(t, s, alike, "storage"))
		const cascade = `,"cascade_updates":true}}`
		member(t, s.Post(filtersPath, `{"filter":{"values":{"cloud":["aws"]},"properties":{"amount":"4"}`+cascade), "filter")
		require.Equal(t, []any{"0.10", "1", "1", "4"}, prices(t, s, alike, "storage"))
		require.Equal(t, []any{"99", "98", "98", "4"}, prices(t, s, different, "storage"))
		require.Equal(t, []any{"0.10", "4"}, prices(t, s, without, "storage"), "filters that did not change stay away")
		filters := entries(t, s.Get(filtersPath), "filters")
		member(t, s.Put(filtersPath+"/"+idOf(t, filters[0]), `{"filter":{"properties":{"amount":"6"}`+cascade), "filter")
		require.Equal(t, []any{"0.10", "6", "1", "4"}, prices(t, s, alike, "storage"))
		require.Equal(t, []any{"99", "98", "98", "4"}, prices(t, s, different, "storage"))
		require.Equal(t, []any{"0.10", "4", "6"}, prices(t, s, without, "storage"), "a filter that was changed is made where it is missing")
		member(t, s.Do("DELETE", filtersPath+"/"+idOf(t, filters[1]), `{"filter":{"cascade_updates":true}}`), "filter")
		require.Equal(t, []any{"0.10", "6", "4"}, prices(t, s, alike, "storage"))
		require.Equal(t, []any{"99", "98", "4"}, prices(t, s, different, "storage"))
		require.Equal(t, []any{"0.10", "4", "6"}, prices(t, s, without, "storage"))
	})
}
