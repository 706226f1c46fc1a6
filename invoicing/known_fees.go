package invoicing

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/store"
)

// knownFees is what the fees of a run's statements rest on besides usage, read
// together for all of its subscriptions.
type knownFees struct {
	// units are the changes of units of fixed charges, paid the fees of those that
	// are paid in advance and cover the instant of the run, by subscription.
	units map[uuid.UUID][]store.FixedChargeEvent
	paid  map[uuid.UUID][]store.Fee
	// committed are what fees bring towards commitments, by what they count for.
	committed map[committedTime]map[uuid.UUID]decimal.Decimal
}

// committedTime is the time whose fees are held against commitments.
type committedTime struct{ from, to time.Time }

// knowFees reads what statements of one run need. It asks nothing for those that
// need nothing.
func knowFees(tx *store.Tx, statements []statement) (knownFees, error) {
	known := knownFees{
		units: map[uuid.UUID][]store.FixedChargeEvent{}, paid: map[uuid.UUID][]store.Fee{},
		committed: map[committedTime]map[uuid.UUID]decimal.Decimal{},
	}
	var changing, paying []uuid.UUID
	committing := map[committedTime][]uuid.UUID{}
	for i := range statements {
		s := &statements[i]
		rows := s.fixedCharges()
		if len(rows) > 0 && !s.Unstarted {
			changing = append(changing, s.Subscription.ID)
		}
		if anyInAdvance(rows) {
			paying = append(paying, s.Subscription.ID)
		}
		if within, counts := s.committedTime(); counts {
			committing[within] = append(committing[within], s.Subscription.ID)
		}
	}
	for within, subscriptions := range committing {
		var err error
		before := statements[0].before // which all statements of a run share, as the instant
		if known.committed[within], err = tx.CountedTowardsCommitments(subscriptions, within.from, within.to, before); err != nil {
			return known, err
		}
	}
	err := known.readFixed(tx, statements, changing, paying)
	return known, err
}

// readFixed reads what belongs to fixed charges of subscriptions.
func (k *knownFees) readFixed(tx *store.Tx, statements []statement, changing, paying []uuid.UUID) error {
	events, err := tx.FixedChargeEvents(changing...)
	if err != nil {
		return err
	}
	for _, event := range events {
		k.units[event.SubscriptionID] = append(k.units[event.SubscriptionID], event)
	}
	if len(paying) == 0 {
		return nil
	}
	fees, err := tx.FixedChargeFees(paying, statements[0].at)
	if err != nil {
		return err
	}
	for _, fee := range fees {
		k.paid[*fee.SubscriptionID] = append(k.paid[*fee.SubscriptionID], fee)
	}
	return nil
}

// anyInAdvance reports whether one of the fixed charges is paid in advance.
func anyInAdvance(rows []store.FixedCharge) bool {
	for _, row := range rows {
		if row.PayInAdvance {
			return true
		}
	}
	return false
}
