package store_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"tarn/billing/charge"
	"tarn/store"
)

// addChargedPlan adds a plan with charges and fixed charges, each with a tax
// and each charge with filters.
func addChargedPlan(tx *store.Tx, code string, metric store.BillableMetric, addOn store.AddOn, tax store.Tax) error {
	plan := store.Plan{ID: store.NewID(), Code: code, Name: code, Interval: store.PlanIntervalMonthly, AmountCurrency: "USD"}
	if err := tx.InsertPlan(&plan); err != nil {
		return err
	}
	var charges []store.Charge
	var fixed []store.FixedCharge
	for i := range 3 {
		charges = append(charges, store.Charge{
			ID: store.NewID(), PlanID: plan.ID, BillableMetricID: metric.ID, Code: fmt.Sprint(i), ChargeModel: charge.ModelStandard,
			Properties: charge.Properties{"amount": "0.10"}, Taxes: []store.Tax{tax},
			Filters: []store.ChargeFilter{
				{ID: store.NewID(), Properties: charge.Properties{"amount": "1"}, Values: map[string][]string{"a": {"1"}}},
				{ID: store.NewID(), Properties: charge.Properties{"amount": "2"}, Values: map[string][]string{"a": {"2"}}},
			},
		})
		fixed = append(fixed, store.FixedCharge{
			ID: store.NewID(), PlanID: plan.ID, AddOnID: addOn.ID, Code: fmt.Sprint(i), ChargeModel: charge.ModelStandard,
			Properties: charge.Properties{"amount": "0.10"}, Units: decimal.RequireFromString("12345678901234567.5"), Taxes: []store.Tax{tax},
		})
	}
	if err := tx.SaveCharges(charges); err != nil {
		return err
	}
	return tx.SaveFixedCharges(fixed)
}

// addPriced adds what plans can charge for, and a tax.
func addPriced(tx *store.Tx) (store.BillableMetric, store.AddOn, store.Tax, error) {
	metric := store.BillableMetric{ID: store.NewID(), Code: "storage", Name: "storage", AggregationType: store.AggregationCount}
	addOn := store.AddOn{ID: store.NewID(), Code: "setup", Name: "setup", AmountCents: 1, AmountCurrency: "USD"}
	tax := newTax("vat")
	for _, insert := range []func() error{
		func() error { return tx.InsertBillableMetric(&metric) },
		func() error { return tx.InsertAddOn(&addOn) },
		func() error { return tx.InsertTax(tax) },
	} {
		if err := insert(); err != nil {
			return metric, addOn, *tax, err
		}
	}
	return metric, addOn, *tax, nil
}

// TestCharges_AreReadInAFixedNumberOfQueries counts the queries for one plan
// and for several.
func TestCharges_AreReadInAFixedNumberOfQueries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope, queries := tenant(t, s, "a"), 0
		require.NoError(t, s.Bare().Callback().Query().After("gorm:query").Register("count", func(*gorm.DB) { queries++ }))
		read := func(plans int) int {
			queries = 0
			require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
				list, err := tx.Plans(store.Page{})
				require.Len(t, list.Rows, plans)
				for _, plan := range list.Rows {
					require.Len(t, plan.Charges, 3)
					require.Len(t, plan.FixedCharges, 3)
					require.Equal(t, "storage", plan.Charges[2].BillableMetric.Code)
					require.Equal(t, "setup", plan.FixedCharges[2].AddOn.Code)
					require.Equal(t, "12345678901234567.5", plan.FixedCharges[2].Units.String())
					require.Len(t, plan.FixedCharges[2].Taxes, 1)
					require.Len(t, plan.Charges[2].Taxes, 1)
					require.Len(t, plan.Charges[2].Filters, 2)
					require.Equal(t, "2", plan.Charges[2].Filters[1].ChargeCode)
				}
				return err
			}))
			return queries
		}
		var metric store.BillableMetric
		var addOn store.AddOn
		var tax store.Tax
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) (err error) {
			if metric, addOn, tax, err = addPriced(tx); err != nil {
				return err
			}
			return addChargedPlan(tx, "one", metric, addOn, tax)
		}))
		one := read(1)
		require.Positive(t, one)
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for i := range 4 {
				if err := addChargedPlan(tx, fmt.Sprint(i), metric, addOn, tax); err != nil {
					return err
				}
			}
			return nil
		}))
		require.Equal(t, one, read(5))
	})
}

// TestCharges_ACodeIsTakenByOneChargeOfAPlan saves a second charge of a code.
func TestCharges_ACodeIsTakenByOneChargeOfAPlan(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		try := func(code string, parent bool) error {
			return s.Write(t.Context(), scope, func(tx *store.Tx) error {
				plan, err := tx.Plan("one")
				if err != nil {
					return err
				}
				row := plan.Charges[0]
				row.ID, row.Code, row.Filters = store.NewID(), code, nil
				if parent {
					row.ParentID = &plan.Charges[0].ID
				}
				return tx.SaveCharges([]store.Charge{row})
			})
		}
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			metric, addOn, tax, err := addPriced(tx)
			if err != nil {
				return err
			}
			return addChargedPlan(tx, "one", metric, addOn, tax)
		}))
		require.NoError(t, try("new", false))
		require.ErrorIs(t, try("0", false), store.ErrDuplicate)
		require.NoError(t, try("0", true), "a copy has the code of its original")
	})
}
