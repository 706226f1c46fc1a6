package invoicing

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
	"tarn/metering"
	"tarn/store"
)

// billedUsage is the usage that the statement bills: of charges in arrears, and
// of those that are paid in advance and carry their units on.
func (s *statement) billedUsage() metering.Billed {
	billed := metering.Billed{Subscription: s.Subscription}
	if s.windows.Charges == nil || s.windows.Charges.Empty() || s.SkipUsage || !s.billsPeriod() {
		return billed
	}
	billed.Window = *s.windows.Charges
	for _, row := range s.Subscription.Plan.Charges {
		switch {
		case !row.PayInAdvance && !s.handedOver(&row):
			billed.Charges = append(billed.Charges, row)
		case row.PayInAdvance && row.BillableMetric.Recurring && s.renews():
			billed.Renewed = append(billed.Renewed, row)
		}
	}
	return billed
}

// billsPeriod reports whether the statement bills what was used: a period that is
// over, or the last one.
func (s *statement) billsPeriod() bool {
	return s.Reason == store.ReasonPeriodic || s.Reason == store.ReasonTerminating
}

// handedOver reports whether the usage of a charge goes over to the plan that an
// upgrade leads to: units that are carried from period to period, of a metric that
// the new plan charges for too.
func (s *statement) handedOver(row *store.Charge) bool {
	if s.periods.Ending != period.EndingUpgrade || row.Prorated || !row.BillableMetric.Recurring || s.Successor == nil {
		return false
	}
	return slices.ContainsFunc(s.Successor.Plan.Charges, func(next store.Charge) bool {
		return next.BillableMetricID == row.BillableMetricID
	})
}

// renews reports whether there is a period after the window for which units are
// paid in advance.
func (s *statement) renews() bool {
	return s.periods.Ending == period.EndingNone || s.periods.Ending == period.EndingDowngrade
}

// addUsage adds the fees of usage, and what charges lack of their minimum.
func (s *statement) addUsage(used []metering.ChargeUsage) error {
	for i := range used {
		renewed := used[i].Charge.PayInAdvance
		lines, err := s.usageLines(&used[i], renewed)
		if err != nil {
			return err
		}
		if used[i].Charge.Invoiceable {
			s.lines = append(s.lines, lines...)
		} else {
			s.standalone = append(s.standalone, lines...)
		}
	}
	return nil
}

// usageLines are the fees of one charge. Those of nothing are left out, but for
// one that a true-up hangs on.
func (s *statement) usageLines(used *metering.ChargeUsage, renewed bool) ([]line, error) {
	window := *s.windows.Charges
	if renewed {
		window = s.periods.Current(s.at).Charges
	}
	trueUp, short := charge.TrueUp(s.minimum(&used.Charge), metering.FeesAmountCents(used.Fees), charge.Options{Currency: s.Subscription.Plan.AmountCurrency})
	lines, err := s.pricedLines(used.Fees, window)
	if err != nil || !short || len(used.Fees) == 0 {
		return lines, err
	}
	if len(lines) == 0 {
		parent, err := s.usageLine(&used.Fees[0], window)
		if err != nil {
			return nil, err
		}
		lines = append(lines, parent)
	}
	added, err := s.trueUpLine(&used.Charge, trueUp, lines[0].fee.ID, window)
	return append(lines, added), err
}

// pricedLines are the fees of usage that is not nothing.
func (s *statement) pricedLines(fees []metering.PricedFee, window period.Window) ([]line, error) {
	var lines []line
	for i := range fees {
		if fees[i].Empty() {
			continue
		}
		added, err := s.usageLine(&fees[i], window)
		if err != nil {
			return nil, err
		}
		lines = append(lines, added)
	}
	return lines, nil
}

// minimum is what a charge brings at least in the window.
func (s *statement) minimum(row *store.Charge) charge.Minimum {
	window := s.windows.Charges
	return charge.Minimum{
		AmountCents: row.MinAmountCents, BilledDays: period.Days(window.From, window.To, s.periods.Zone), PeriodDays: window.Period.Days(),
	}
}

// usageLine is the fee of one group, of one filter, of a charge.
func (s *statement) usageLine(priced *metering.PricedFee, window period.Window) (line, error) {
	added := s.chargeLine(priced.Charge)
	added.setWindow(window)
	if err := added.setPrice(priced.Fee); err != nil {
		return added, err
	}
	err := added.setUsage(priced)
	return added, err
}

// setUsage says which usage the fee is for, and how it was counted.
func (l *line) setUsage(priced *metering.PricedFee) error {
	total, events := priced.TotalAggregatedUnits, priced.EventsCount
	l.fee.TotalAggregatedUnits, l.fee.EventsCount, l.fee.GroupedBy = &total, &events, priced.GroupedBy
	if priced.Filter != nil {
		l.fee.ChargeFilterID, l.fee.Filters = &priced.Filter.ID, priced.Filter.Values
		l.fee.FilterDisplayName = priced.Filter.InvoiceDisplayName
	}
	parts := make([]unitsPart, len(priced.Breakdowns))
	for i, part := range priced.Breakdowns {
		parts[i] = unitsPart{By: part.By, Units: charge.FormatDecimal(part.Units)}
	}
	var err error
	l.fee.PresentationBreakdowns, err = json.Marshal(parts)
	return err
}

// unitsPart is a part of a fee's units as the contract shows it.
type unitsPart struct {
	By    map[string]*string `json:"presentation_by"`
	Units string             `json:"units"`
}

// trueUpLine is what a charge lacks of its minimum.
func (s *statement) trueUpLine(row *store.Charge, trueUp charge.Fee, parent uuid.UUID, window period.Window) (line, error) {
	added := s.chargeLine(row)
	added.setWindow(window)
	err := added.setPrice(trueUp)
	none, one := int64(0), decimal.NewFromInt(1)
	added.fee.TrueUpParentFeeID, added.fee.EventsCount, added.fee.TotalAggregatedUnits = &parent, &none, &one
	return added, err
}

// chargeLine is a line of a charge without amounts.
func (s *statement) chargeLine(row *store.Charge) line {
	added := s.newLine(store.FeeCharge, row.Taxes)
	metric := &row.BillableMetric
	id := row.ID
	added.metric, added.choosesWallet, added.fee.ChargeID = metric.ID, row.AcceptsTargetWallet, &id
	added.fee.ItemID, added.fee.ItemCode, added.fee.ItemName, added.fee.ItemDescription = metric.ID, metric.Code, metric.Name, metric.Description
	added.fee.InvoiceDisplayName, added.fee.PayInAdvance, added.fee.Invoiceable = row.InvoiceDisplayName, row.PayInAdvance, row.Invoiceable
	return added
}
