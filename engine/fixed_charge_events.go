package engine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/store"
)

// unitsDelay is how long after the beginning of a period its units count.
//
// Lago: units are read a second after a start, so that what is said at the
// start itself comes before.
const unitsDelay = time.Second

// emitActivationUnits records how many units of each fixed charge a subscription
// has from its start on.
func emitActivationUnits(tx *store.Tx, row store.Subscription) error {
	events := make([]store.FixedChargeEvent, len(row.Plan.FixedCharges))
	for i, charge := range row.Plan.FixedCharges {
		events[i] = unitsEvent(row, charge, row.StartedAt.Add(unitsDelay))
	}
	return tx.InsertFixedChargeEvents(events)
}

// emitChangedUnits records how many units of a fixed charge an active
// subscription has. Any other subscription learns it when it starts.
func emitChangedUnits(tx *store.Tx, row store.Subscription, change unitsChange) error {
	if row.Status != store.SubscriptionActive {
		return nil
	}
	return emitUnits(tx, []store.Subscription{row}, func(store.Subscription) []unitsChange { return []unitsChange{change} })
}

// emitPlanUnits records for all subscriptions of a plan that have started how many
// units of its fixed charges they have. Those that have units of their own keep them.
// Those whose start is not paid yet have other units with the next period only.
func emitPlanUnits(tx *store.Tx, plan store.Plan, changed []unitsChange) error {
	if len(changed) == 0 {
		return nil
	}
	rows, err := tx.StartedSubscriptionsOfPlan(plan.ID)
	if err != nil {
		return err
	}
	return emitUnits(tx, rows, func(row store.Subscription) []unitsChange {
		return slices.DeleteFunc(slices.Clone(changed), func(change unitsChange) bool { return row.HasUnitsOf(change.charge) })
	})
}

// emitUnits records the changes of units of subscriptions, all together,
// and then bills those that count from now on.
func emitUnits(tx *store.Tx, rows []store.Subscription, changesOf func(store.Subscription) []unitsChange) error {
	var events []store.FixedChargeEvent
	var billed []uuid.UUID
	for _, row := range rows {
		changes := changesOf(row)
		for _, change := range changes {
			events = append(events, unitsEvent(row, change.charge, change.from(row, tx.Now())))
		}
		if row.Status == store.SubscriptionActive && slices.ContainsFunc(changes, unitsChange.paidNow) {
			billed = append(billed, row.ID)
		}
	}
	if err := tx.InsertFixedChargeEvents(events); err != nil {
		return err
	}
	return billUnits(tx, billed)
}

// unitsEvent says how many units of a fixed charge a subscription has from an
// instant on.
func unitsEvent(row store.Subscription, charge store.FixedCharge, from time.Time) store.FixedChargeEvent {
	return store.FixedChargeEvent{
		ID: store.NewID(), SubscriptionID: row.ID, FixedChargeID: charge.ID, Units: row.UnitsOf(charge), EffectiveAt: from,
	}
}

// unitsChange is a fixed charge with other units than it had, or a new one.
type unitsChange struct {
	charge store.FixedCharge
	// immediately lets the units count from now on.
	immediately bool
}

// paidNow reports whether the units are billed at once.
func (c unitsChange) paidNow() bool { return c.immediately && c.charge.PayInAdvance }

// from is the instant from which on the units count for a subscription: now if it is
// active, or the beginning of the next period of fixed charges.
func (c unitsChange) from(row store.Subscription, now time.Time) time.Time {
	if c.immediately && row.Status == store.SubscriptionActive {
		return now
	}
	return row.Periods().Current(now).FixedCharges.To.Add(unitsDelay)
}
