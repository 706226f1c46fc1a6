package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"tarn/store"
)

// newPlan is a monthly plan of a code.
func newPlan(code string) *store.Plan {
	return &store.Plan{ID: store.NewID(), Code: code, Name: code, Interval: store.PlanIntervalMonthly, AmountCurrency: "EUR"}
}

// insertFullPlan adds a plan with a tax, a threshold and a commitment.
func insertFullPlan(tx *store.Tx, plan *store.Plan, tax *store.Tax) error {
	if err := tx.InsertPlan(plan); err != nil {
		return err
	}
	if err := tx.SetPlanTaxes(plan, []store.Tax{*tax}); err != nil {
		return err
	}
	if err := tx.ReplaceUsageThresholds(plan, []store.UsageThreshold{{AmountCents: 5}, {AmountCents: 5, Recurring: true}}); err != nil {
		return err
	}
	commitment := store.MinimumCommitment{ID: store.NewID(), PlanID: plan.ID, AmountCents: 7}
	if err := tx.InsertMinimumCommitment(&commitment); err != nil {
		return err
	}
	return tx.SetMinimumCommitmentTaxes(&commitment, []store.Tax{*tax})
}

func TestPlans_AreReadInAFixedNumberOfQueries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		queries := 0
		count := func(*gorm.DB) { queries++ }
		require.NoError(t, s.Bare().Callback().Query().After("gorm:query").Register("test:count", count))
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			tax := newTax("vat")
			if err := tx.InsertTax(tax); err != nil {
				return err
			}
			perSize := map[int]int{}
			for i := range 20 {
				if err := insertFullPlan(tx, newPlan(fmt.Sprint(i)), tax); err != nil {
					return err
				}
				queries = 0
				plans, err := tx.Plans(store.Page{})
				if err != nil {
					return err
				}
				require.Len(t, plans.Rows, i+1)
				for _, plan := range plans.Rows {
					require.Len(t, plan.Taxes, 1)
					require.Len(t, plan.UsageThresholds, 2)
					require.Len(t, plan.MinimumCommitment.Taxes, 1)
				}
				perSize[i+1] = queries
			}
			require.Equal(t, perSize[1], perSize[20])
			return nil
		}))
	})
}

func TestPlans_OfManyPagesOfRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		const plans = 1100 // more than one statement names
		require.NoError(t, s.Write(t.Context(), tenant(t, s, "a"), func(tx *store.Tx) error {
			for i := range plans {
				plan := newPlan(fmt.Sprint(i))
				if err := tx.InsertPlan(plan); err != nil {
					return err
				}
			}
			found, err := tx.Plans(store.Page{Size: plans})
			require.Len(t, found.Rows, plans)
			return err
		}))
	})
}

func TestPlans_MetadataThatIsEmptyIsNotMissing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		value := "v"
		for name, metadata := range map[string]store.ItemMetadata{
			"missing": nil, "empty": {}, "full": {"a": &value, "b": nil},
		} {
			require.NoError(t, s.Write(t.Context(), tenant(t, s, name), func(tx *store.Tx) error {
				plan := newPlan(name)
				plan.Metadata = metadata
				require.NoError(t, tx.InsertPlan(plan))
				read, err := tx.Plan(name)
				require.NoError(t, err)
				require.Equal(t, metadata, read.Metadata)
				plan.Metadata = nil
				require.NoError(t, tx.UpdatePlan(plan))
				read, err = tx.PlanByID(plan.ID)
				require.Nil(t, read.Metadata)
				return err
			}))
		}
	})
}

func TestPlans_ACodeIsTakenOnceInTheCatalogue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		parent := newPlan("month")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertPlan(parent) }))
		err := s.Write(t.Context(), scope, func(tx *store.Tx) error { return tx.InsertPlan(newPlan("month")) })
		require.ErrorIs(t, err, store.ErrDuplicate)
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for range 2 {
				child := newPlan("month")
				child.ParentID = &parent.ID
				require.NoError(t, tx.InsertPlan(child))
			}
			children, err := tx.ChildPlans(*parent)
			require.Len(t, children, 2)
			return err
		}))
	})
}
