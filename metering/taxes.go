package metering

import (
	"github.com/shopspring/decimal"

	"tarn/store"
)

// taxesOfSubscription are the taxes of fees that have none of their own: those
// of the plan, or else of the customer, or else of the customer's billing
// entity, which is so even where another one bills. They must have been read by
// store.Tx.LoadUsageTaxes.
func taxesOfSubscription(sub *store.Subscription) []store.Tax {
	switch {
	case len(sub.Plan.Taxes) > 0:
		return sub.Plan.Taxes
	case len(sub.Customer.Taxes) > 0:
		return sub.Customer.Taxes
	}
	return sub.Customer.BillingEntity.Taxes
}

// taxesOfCharge are the taxes of the fees of a charge: its own, or else those
// of its subscription.
func taxesOfCharge(row *store.Charge, fallback []store.Tax) []store.Tax {
	if len(row.Taxes) > 0 {
		return row.Taxes
	}
	return fallback
}

// ratesOf are the rates of taxes, in percent.
func ratesOf(taxes []store.Tax) []decimal.Decimal {
	rates := make([]decimal.Decimal, len(taxes))
	for i, row := range taxes {
		rates[i] = row.Rate
	}
	return rates
}
