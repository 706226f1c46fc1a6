package engine_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// planInput is a monthly plan of a code.
func planInput(code string) engine.PlanInput {
	return engine.PlanInput{
		Name: set(code), Code: set(code), Interval: set("monthly"), AmountCents: set(int64(100)), AmountCurrency: set("EUR"),
		PayInAdvance: set(false),
	}
}

func TestCreatePlan_OfOneCodeAtTheSameMoment(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		var group sync.WaitGroup
		refusals := make(chan error, 8)
		for range cap(refusals) {
			group.Go(func() {
				refusals <- w.try(t, func(tx *store.Tx) error {
					_, err := engine.CreatePlan(tx, planInput("month"))
					return err
				})
			})
		}
		group.Wait()
		close(refusals)
		made := 0
		for err := range refusals {
			if err == nil {
				made++
				continue
			}
			refusal, isFault := fault.As(err)
			require.True(t, isFault, "%v", err)
			require.Equal(t, codes("value_already_exist"), refusal.Details["code"])
		}
		require.Equal(t, 1, made)
	})
}

func TestChangePlanMetadata_MergesAtTheSameMomentLoseNothing(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *store.Tx) error {
			_, err := engine.CreatePlan(tx, planInput("month"))
			return err
		})
		keys := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		var group sync.WaitGroup
		refusals := make(chan error, len(keys))
		for _, key := range keys {
			group.Go(func() {
				refusals <- w.try(t, func(tx *store.Tx) error {
					_, err := engine.ChangePlanMetadata(tx, "month", form.MergeItemMetadata(set(store.ItemMetadata{key: nil})))
					return err
				})
			})
		}
		group.Wait()
		close(refusals)
		for err := range refusals {
			require.NoError(t, err)
		}
		w.write(t, func(tx *store.Tx) error {
			plan, err := tx.Plan("month")
			require.Len(t, plan.Metadata, len(keys))
			return err
		})
	})
}

func TestDeletePlan_EndsWhatItGrants(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *store.Tx) error {
			plan, err := engine.CreatePlan(tx, planInput("month"))
			require.NoError(t, err)
			_, err = engine.CreateFeature(tx, engine.FeatureInput{Code: set("seats")})
			require.NoError(t, err)
			granted, err := engine.ReplacePlanEntitlements(tx, "month", engine.EntitlementsInput{"seats": {}})
			require.NoError(t, err)
			require.Len(t, granted, 1)
			deleted, err := engine.DeletePlan(tx, "month")
			require.NoError(t, err)
			require.Len(t, deleted.Entitlements, 1, "the answer shows the plan as it last was")
			left, err := tx.PlanEntitlements(plan.ID)
			require.Empty(t, left)
			return err
		})
	})
}
