package metering

import (
	"tarn/store"
)

// Running asks for what a subscription has used so far of charges of its plan.
type Running struct {
	Subscription *store.Subscription
	Charges      []store.Charge
	// Full asks for the usage since the subscription started, instead of that of its
	// running period.
	Full bool
}

// RunningUsage prices what subscriptions that run have used so far, without taxes, in
// the order of what is asked. The events of all are counted together. It returns a
// Validation fault for usage that no fee can hold.
func RunningUsage(tx *store.Tx, asked []Running) ([][]ChargeUsage, error) {
	var parts []pricedPart
	for _, one := range asked {
		periods := one.Subscription.Periods()
		window := periods.Current(tx.Now()).Charges
		if one.Full {
			window = periods.FullUsage(window)
		}
		pricing := usagePricing{tx: tx, sub: one.Subscription, window: window, options: usageOptions{Current: true}}
		parts = append(parts, pricing.parts(one.Charges)...)
	}
	priced, err := priceParts(tx, parts)
	if err != nil {
		return nil, err
	}
	return divide(priced, asked, func(one Running) int { return len(one.Charges) }), nil
}
