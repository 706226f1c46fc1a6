package wire

import (
	"maps"
	"slices"

	"tarn/gen"
	"tarn/gen/admin"
	"tarn/nullable"
	"tarn/store"
)

// DunningCampaign is a dunning campaign as administration shows it.
func DunningCampaign(row store.DunningCampaign) admin.DunningCampaign {
	return admin.DunningCampaign{
		ID:                  row.ID,
		Code:                row.Code,
		Name:                row.Name,
		Description:         optional(row.Description),
		MaxAttempts:         row.MaxAttempts,
		DaysBetweenAttempts: row.DaysBetweenAttempts,
		Thresholds: Each(row.Thresholds, func(threshold store.DunningCampaignThreshold) admin.DunningThreshold {
			return admin.DunningThreshold{Currency: threshold.Currency, AmountCents: threshold.AmountCents}
		}),
		CreatedAt: instant(row.CreatedAt),
		UpdatedAt: instant(row.UpdatedAt),
	}
}

// DunningCampaignCode is the code of a campaign; null for none.
func DunningCampaignCode(row *store.DunningCampaign) nullable.Nullable[string] {
	if row == nil {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(row.Code)
}

// DunningAttempt is how often a customer was reminded in a currency.
func DunningAttempt(row store.DunningAttempt) admin.DunningAttempt {
	return admin.DunningAttempt{Currency: row.Currency, Attempts: row.Attempts, LastAttemptAt: instant(row.LastAttemptAt)}
}

// FinishedDunning is what is told of a campaign that has reminded a customer for the last
// time.
func FinishedDunning(row store.FinishedDunning) gen.DunningCampaignFinishedObject {
	balances := []gen.OverdueBalancePerCurrencyObject{}
	for _, currency := range slices.Sorted(maps.Keys(row.Balances)) {
		balances = append(balances, gen.OverdueBalancePerCurrencyObject{Currency: gen.Currency(currency), AmountCents: wholeCents(row.Balances[currency])})
	}
	return gen.DunningCampaignFinishedObject{
		DunningCampaignCode:    row.Campaign.Code,
		ExternalCustomerID:     row.Customer.ExternalID,
		OverdueBalanceCents:    wholeCents(row.Balances[row.Currency]),
		OverdueBalanceCurrency: gen.Currency(row.Currency),
		OverdueBalances:        &balances,
	}
}
