package alerting

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/metering"
	"tarn/store"
)

// watched is a subscription with its alerts and with what they watch of its usage.
type watched struct {
	subscription *store.Subscription
	alerts       []store.Alert
	// current is the usage of the running period, full that since the start.
	current, full []metering.ChargeUsage
	// invoicedCents is all usage before the running period.
	invoicedCents decimal.Decimal
}

// readUsage reads what the alerts of subscriptions watch: the usage of all is counted
// together, and no other is than what some alert watches. Alerts of types that the
// organization may not use are passed over, and so are those of a metric that no charge
// of the plan has.
func readUsage(tx *store.Tx, subscriptions []store.Subscription, alerts map[string][]store.Alert) ([]reading, error) {
	all := make([]watched, len(subscriptions))
	for i := range subscriptions {
		sub := &subscriptions[i]
		all[i] = watched{subscription: sub, alerts: slices.DeleteFunc(alerts[sub.ExternalID], func(row store.Alert) bool {
			kept, known := subscriptionRule(row.AlertType)
			return !known || !kept.permitted(tx.Organization())
		})}
	}
	if err := readRunning(tx, all); err != nil {
		return nil, err
	}
	if err := readInvoiced(tx, all); err != nil {
		return nil, err
	}
	var readings []reading
	for i := range all {
		w := &all[i]
		for n := range w.alerts {
			if value, found := w.value(&w.alerts[n]); found {
				readings = append(readings, reading{alert: &w.alerts[n], value: value, owner: owner{
					customer: w.subscription.Customer.ExternalID, subscription: &w.subscription.ID,
				}})
			}
		}
	}
	return readings, nil
}

// readRunning reads the usage that is not billed yet.
func readRunning(tx *store.Tx, all []watched) error {
	asked := make([]metering.Running, 0, 2*len(all))
	for i := range all {
		current, full := all[i].charges()
		asked = append(asked, metering.Running{Subscription: all[i].subscription, Charges: current},
			metering.Running{Subscription: all[i].subscription, Charges: full, Full: true})
	}
	used, err := metering.RunningUsage(tx, asked)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].current, all[i].full = used[2*i], used[2*i+1]
	}
	return nil
}

// charges are those of the plan whose usage the alerts watch: that of the running
// period, and that since the start. Since the start no price is prorated, so neither
// is what is told of such charges.
func (w *watched) charges() (current, full []store.Charge) {
	everything, now, since := false, map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, row := range w.alerts {
		switch row.AlertType {
		case store.AlertMetricCurrentUsageAmount, store.AlertMetricCurrentUsageUnits:
			now[*row.BillableMetricID] = true
		case store.AlertMetricLifetimeUsageUnits:
			since[*row.BillableMetricID] = true
		default:
			everything = true
		}
	}
	for _, row := range w.subscription.Plan.Charges {
		if everything || now[row.BillableMetricID] {
			current = append(current, row)
		}
		if since[row.BillableMetricID] && !row.Prorated {
			full = append(full, row)
		}
	}
	return current, full
}

// readInvoiced reads the usage before the running period, of those subscriptions that
// have an alert on all of their lives.
func readInvoiced(tx *store.Tx, all []watched) error {
	var ids []uuid.UUID
	for i := range all {
		if slices.ContainsFunc(all[i].alerts, func(row store.Alert) bool { return row.AlertType == store.AlertLifetimeUsageAmount }) {
			ids = append(ids, all[i].subscription.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	invoiced, err := tx.InvoicedUsagesCents(ids)
	if err != nil {
		return err
	}
	kept, err := tx.LifetimeUsages(ids)
	for i := range all {
		id := all[i].subscription.ID
		all[i].invoicedCents = invoiced[id].Add(decimal.NewFromInt(kept[id].ExternalHistoricalUsageAmountCents))
	}
	return err
}

// value is what an alert watches, without taxes; false where there is no such thing. Of
// a metric that is the largest single line of its usage: of one group, of one filter, of
// one charge.
func (w *watched) value(row *store.Alert) (value decimal.Decimal, found bool) {
	used := metering.Usage{Charges: w.current}
	amount := func(fee metering.PricedFee) decimal.Decimal { return decimal.NewFromInt(fee.AmountCents) }
	units := func(fee metering.PricedFee) decimal.Decimal { return fee.Units }
	switch row.AlertType {
	case store.AlertCurrentUsageAmount:
		return decimal.NewFromInt(used.AmountCents()), true
	case store.AlertLifetimeUsageAmount:
		return w.invoicedCents.Add(decimal.NewFromInt(used.AmountCents())), true
	case store.AlertMetricCurrentUsageAmount:
		return largest(w.current, *row.BillableMetricID, amount)
	case store.AlertMetricCurrentUsageUnits:
		return largest(w.current, *row.BillableMetricID, units)
	case store.AlertMetricLifetimeUsageUnits:
		return largest(w.full, *row.BillableMetricID, units)
	case store.AlertWalletBalanceAmount, store.AlertWalletCreditsBalance,
		store.AlertWalletOngoingBalanceAmount, store.AlertWalletCreditsOngoingBalance:
	}
	return value, false
}

// largest is the largest of some quantity among the fees of a metric; false where no
// charge has the metric.
func largest(used []metering.ChargeUsage, metric uuid.UUID, of func(metering.PricedFee) decimal.Decimal) (value decimal.Decimal, found bool) {
	first := true
	for _, one := range used {
		if one.Charge.BillableMetricID != metric {
			continue
		}
		found = true
		for _, fee := range one.Fees {
			if each := of(fee); first || each.GreaterThan(value) {
				value, first = each, false
			}
		}
	}
	return value, found
}
