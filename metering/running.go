package metering

import (
	"github.com/shopspring/decimal"

	"tarn/billing/tax"
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

// TaxedCents is what a fee of running usage costs with its taxes, each fee's rounded. The
// taxes of the subscription must have been read.
func TaxedCents(sub *store.Subscription, fee PricedFee) decimal.Decimal {
	var taxes tax.Sum
	amount := decimal.NewFromInt(fee.AmountCents)
	taxes.Add(amount, ratesOf(sub.TaxesOr(fee.Charge.Taxes)))
	return amount.Add(taxes.Rounded())
}

// addOnTargetWallets is the premium add-on without which events do not choose the wallet
// that pays for them.
const addOnTargetWallets = "events_targeting_wallets"

// TargetWallet is the code of the wallet that is to pay for usage which is grouped so;
// empty for any. Accepts says that events of its charge may choose.
func TargetWallet(tx *store.Tx, accepts bool, groupedBy map[string]*string) string {
	if !accepts || !tx.Organization().AddOn(addOnTargetWallets) {
		return ""
	}
	if code := groupedBy[targetWalletKey]; code != nil {
		return *code
	}
	return ""
}
