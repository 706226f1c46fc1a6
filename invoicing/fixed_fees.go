package invoicing

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/store"
)

// addFixedCharges adds the fees of fixed charges: in arrears those of the window
// that is over, in advance those of the period that runs.
func (s *statement) addFixedCharges(tx *store.Tx, known knownFees) error {
	history, paid := s.unitsHistory(known), paidUnits(known.paid[s.Subscription.ID])
	for _, row := range s.fixedCharges() {
		window := s.fixedWindow(&row)
		if row.PayInAdvance && len(paid.of(&row, window)) > 0 {
			continue
		}
		units := invoice.UnitsIn(history[row.ID], window, s.periods.Zone)
		added, err := s.fixedLine(&row, window, units)
		if err != nil {
			return err
		}
		if err := s.deductFromPredecessor(tx, &added, &row, window); err != nil {
			return err
		}
		s.lines = append(s.lines, added)
	}
	return nil
}

// fixedCharges are those that the statement bills.
func (s *statement) fixedCharges() []store.FixedCharge {
	var rows []store.FixedCharge
	for _, row := range s.Subscription.Plan.FixedCharges {
		if row.PayInAdvance && !s.ended() && (s.Reason != store.ReasonPeriodic || s.windows.FixedCharges != nil) {
			rows = append(rows, row)
		}
		if !row.PayInAdvance && s.billsPeriod() && s.windows.FixedCharges != nil && !s.SkipFixedCharges {
			rows = append(rows, row)
		}
	}
	return rows
}

// fixedWindow is what time a fixed charge is billed for.
func (s *statement) fixedWindow(row *store.FixedCharge) period.Window {
	if row.PayInAdvance {
		return s.periods.Current(s.at).FixedCharges
	}
	return *s.windows.FixedCharges
}

// unitsHistory is from when on the subscription has how many units, by fixed
// charge.
func (s *statement) unitsHistory(known knownFees) map[uuid.UUID][]invoice.UnitsChange {
	if s.Unstarted {
		return s.firstUnits()
	}
	history := map[uuid.UUID][]invoice.UnitsChange{}
	for _, event := range known.units[s.Subscription.ID] {
		history[event.FixedChargeID] = append(history[event.FixedChargeID], invoice.UnitsChange{Units: event.Units, From: event.EffectiveAt})
	}
	return history
}

// firstUnits are the units with which a subscription starts, by fixed charge.
func (s *statement) firstUnits() map[uuid.UUID][]invoice.UnitsChange {
	history := map[uuid.UUID][]invoice.UnitsChange{}
	for _, row := range s.Subscription.Plan.FixedCharges {
		history[row.ID] = []invoice.UnitsChange{{Units: s.Subscription.UnitsOf(row), From: s.periods.StartedAt}}
	}
	return history
}

// paidUnits are fees of fixed charges that are paid in advance and cover an
// instant.
type paidUnits []store.Fee

// paidInAdvance are the fees that cover the instant of the statement.
func (s *statement) paidInAdvance(tx *store.Tx, rows []store.FixedCharge) (paidUnits, error) {
	if !anyInAdvance(rows) {
		return nil, nil
	}
	return tx.FixedChargeFees([]uuid.UUID{s.Subscription.ID}, s.at)
}

// of are the fees of a fixed charge for a window. A plan of the subscription's own
// has a copy of the fixed charge that was billed before.
func (p paidUnits) of(row *store.FixedCharge, window period.Window) []store.Fee {
	var fees []store.Fee
	for _, fee := range p {
		same := *fee.FixedChargeID == row.ID || row.ParentID != nil && *fee.FixedChargeID == *row.ParentID
		if same && fee.From.Equal(window.From) {
			fees = append(fees, fee)
		}
	}
	return fees
}

// units are how many units of a fixed charge are billed for a window.
func (p paidUnits) units(row *store.FixedCharge, window period.Window) decimal.Decimal {
	sum := decimal.Zero
	for _, fee := range p.of(row, window) {
		sum = sum.Add(fee.Units)
	}
	return sum
}

// fixedLine is the fee of a fixed charge for units in a window. A prorated one
// shows its full units.
func (s *statement) fixedLine(row *store.FixedCharge, window period.Window, units invoice.FixedUnits) (line, error) {
	used := charge.Usage{Units: units.Full, FullUnits: units.Full}
	if row.Prorated {
		used.Units = units.Prorated
	}
	options := charge.Options{Currency: s.Subscription.Plan.AmountCurrency, Prorated: row.Prorated}
	added := s.newLine(store.FeeFixedCharge, row.Taxes)
	added.setWindow(window)
	id := row.ID
	added.fee.FixedChargeID, added.fee.AddOnID = &id, &row.AddOn.ID
	added.fee.ItemID, added.fee.ItemCode, added.fee.ItemName, added.fee.ItemDescription = row.AddOn.ID, row.AddOn.Code, row.AddOn.Name, row.AddOn.Description
	added.fee.InvoiceDisplayName, added.fee.PayInAdvance = row.InvoiceDisplayName, row.PayInAdvance
	err := added.setPrice(charge.FeeOf(charge.PriceOf(row.ChargeModel, row.Properties, used, options), used, options))
	total := added.fee.Units
	added.fee.TotalAggregatedUnits = &total
	return added, err
}

// deductFromPredecessor takes off a fee what the subscription before has paid in
// advance for the same add-on and the same days, if both are prorated.
func (s *statement) deductFromPredecessor(tx *store.Tx, added *line, row *store.FixedCharge, window period.Window) error {
	if s.Predecessor == nil || !row.PayInAdvance || !row.Prorated {
		return nil
	}
	same := map[uuid.UUID]bool{}
	for _, before := range s.Predecessor.Plan.FixedCharges {
		if before.AddOnID == row.AddOnID && before.PayInAdvance && before.Prorated {
			same[before.ID] = true
			if before.ParentID != nil {
				same[*before.ParentID] = true
			}
		}
	}
	fees, err := tx.FixedChargeFees([]uuid.UUID{s.Predecessor.ID}, s.at)
	if err != nil {
		return err
	}
	days := int64(period.Days(window.From, window.To, s.periods.Zone))
	for _, fee := range fees {
		covered := int64(period.Days(*fee.From, *fee.To, s.periods.Zone))
		if !same[*fee.FixedChargeID] || covered == 0 {
			continue
		}
		paid := decimal.NewFromInt(fee.AmountCents).Mul(decimal.NewFromInt(days)).DivRound(decimal.NewFromInt(covered), 0).IntPart()
		added.fee.AmountCents = max(0, added.fee.AmountCents-paid)
		added.fee.PreciseAmountCents = decimal.Max(decimal.Zero, added.fee.PreciseAmountCents.Sub(decimal.NewFromInt(paid)))
	}
	return nil
}

// addChangedUnits adds the fees of units that count from the instant of the run
// on, of fixed charges that are paid in advance: what they are more than what is
// billed. Fewer units give nothing back.
func (s *statement) addChangedUnits(tx *store.Tx) error {
	events, err := tx.FixedChargeEvents(s.Subscription.ID)
	if err != nil {
		return err
	}
	changed := map[uuid.UUID]decimal.Decimal{}
	for _, event := range events {
		if event.EffectiveAt.Equal(s.at) {
			changed[event.FixedChargeID] = event.Units
		}
	}
	paid, err := paidUnits(nil), error(nil)
	if len(changed) > 0 {
		paid, err = s.paidInAdvance(tx, s.Subscription.Plan.FixedCharges)
	}
	if err != nil {
		return err
	}
	window := s.periods.Current(s.at).FixedCharges
	for _, row := range s.Subscription.Plan.FixedCharges {
		units, isChanged := changed[row.ID]
		if !isChanged || !row.PayInAdvance {
			continue
		}
		more := decimal.Max(decimal.Zero, units.Sub(paid.units(&row, window)))
		added, err := s.fixedLine(&row, window, invoice.FixedUnits{Full: more, Prorated: invoice.UnitsFrom(more, s.at, window, s.periods.Zone)})
		if err != nil {
			return err
		}
		s.lines = append(s.lines, added)
	}
	return nil
}
