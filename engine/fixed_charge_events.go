package engine

import (
	"time"

	"tarn/store"
)

// unitsDelay is how long after the beginning of a period its units count.
//
// Lago: units are read a second after a start, so that what is said at the
// start itself comes before.
const unitsDelay = time.Second

// emitActivationUnits says how many units of each fixed charge a subscription
// has from its start on.
func emitActivationUnits(tx *store.Tx, row store.Subscription) error {
	return emitUnits(tx, row, row.Plan.FixedCharges, row.StartedAt.Add(unitsDelay))
}

// emitChangedUnits says how many units of a fixed charge an active subscription
// has: from now on, or from the beginning of the next period of fixed charges
// on. Any other subscription learns it when it starts.
func emitChangedUnits(tx *store.Tx, row store.Subscription, change unitsChange) error {
	if row.Status != store.SubscriptionActive {
		return nil
	}
	from := tx.Now()
	if !change.immediately {
		from = row.Periods().Current(from).FixedCharges.To.Add(unitsDelay)
	}
	if err := emitUnits(tx, row, []store.FixedCharge{change.charge}, from); err != nil || !change.immediately {
		return err
	}
	return billUnits(tx, row)
}

func emitUnits(tx *store.Tx, row store.Subscription, charges []store.FixedCharge, from time.Time) error {
	events := make([]store.FixedChargeEvent, len(charges))
	for i, charge := range charges {
		events[i] = store.FixedChargeEvent{
			ID: store.NewID(), SubscriptionID: row.ID, FixedChargeID: charge.ID,
			Units: row.UnitsOf(charge), EffectiveAt: from,
		}
	}
	return tx.InsertFixedChargeEvents(events)
}

// emitPlanUnits says to the active subscriptions of a plan how many units of its
// fixed charges they have. Those that have units of their own keep them.
func emitPlanUnits(tx *store.Tx, plan store.Plan, changed []unitsChange) error {
	if len(changed) == 0 {
		return nil
	}
	rows, err := tx.ActiveSubscriptionsOfPlan(plan.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, change := range changed {
			if row.HasUnitsOf(change.charge) {
				continue
			}
			if err := emitChangedUnits(tx, row, change); err != nil {
				return err
			}
		}
	}
	return nil
}

// unitsChange is a fixed charge with other units than it had, or a new one.
type unitsChange struct {
	charge store.FixedCharge
	// immediately lets the units count from now on.
	immediately bool
}
