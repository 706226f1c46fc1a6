package metering

import (
	"tarn/billing/period"
	"tarn/store"
)

// Billed asks for the usage that an invoice bills of one subscription.
type Billed struct {
	Subscription *store.Subscription
	Window       period.Window
	// Charges are those whose usage in the window is billed.
	Charges []store.Charge
	// Renewed are charges that are paid in advance and carry their units from
	// period to period: the units at the end of the window are billed, for the
	// period after it.
	Renewed []store.Charge
}

// BilledUsage prices what subscriptions have used, in the order of what is asked:
// for each the charges, and then those that are renewed. The events of all are
// counted together.
func BilledUsage(tx *store.Tx, asked []Billed) ([][]ChargeUsage, error) {
	var parts []pricedPart
	for _, one := range asked {
		pricing := usagePricing{tx: tx, sub: one.Subscription, window: one.Window}
		parts = append(parts, pricing.parts(one.Charges)...)
		pricing.options.Renewed = true
		parts = append(parts, pricing.parts(one.Renewed)...)
	}
	priced, err := priceParts(tx, parts)
	if err != nil {
		return nil, err
	}
	return divide(priced, asked, func(one Billed) int { return len(one.Charges) + len(one.Renewed) }), nil
}

// divide gives each of those who asked the usage of as many charges as it asked for.
func divide[Asked any](priced []ChargeUsage, asked []Asked, count func(Asked) int) [][]ChargeUsage {
	used := make([][]ChargeUsage, len(asked))
	for i, one := range asked {
		n := count(one)
		used[i], priced = priced[:n:n], priced[n:]
	}
	return used
}
