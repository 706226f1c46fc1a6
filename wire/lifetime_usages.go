package wire

import (
	"tarn/billing/threshold"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// LifetimeUsage is all usage of a subscription. The thresholds are a member
// only where some apply.
func LifetimeUsage(row store.LifetimeUsage) gen.LifetimeUsageObject {
	object := gen.LifetimeUsageObject{
		LagoID:                             row.ID,
		LagoSubscriptionID:                 row.SubscriptionID,
		ExternalSubscriptionID:             row.Subscription.ExternalID,
		ExternalHistoricalUsageAmountCents: int(row.ExternalHistoricalUsageAmountCents),
		InvoicedUsageAmountCents:           int(row.InvoicedUsageAmountCents),
		CurrentUsageAmountCents:            int(row.CurrentUsageAmountCents),
		FromDatetime:                       nullable.NewNullableWithValue(instant(row.Subscription.SubscriptionAt)),
		ToDatetime:                         instant(row.Subscription.ReadAt),
	}
	if len(row.Thresholds) > 0 {
		progress := Each(row.Thresholds, func(each threshold.Progress) gen.LifetimeUsageThresholdObject {
			return thresholdProgress(row, each)
		})
		object.UsageThresholds = &progress
	}
	return object
}

// thresholdProgress is how far usage has come to a threshold. One that no
// invoice was made for yet is reached now.
func thresholdProgress(row store.LifetimeUsage, each threshold.Progress) gen.LifetimeUsageThresholdObject {
	object := gen.LifetimeUsageThresholdObject{
		AmountCents:     int(each.AmountCents),
		CompletionRatio: each.CompletionRatio.InexactFloat64(),
		ReachedAt:       optionalMilliseconds(nil),
	}
	if at, invoiced := row.ReachedAt[each.AmountCents]; invoiced {
		object.ReachedAt = optionalMilliseconds(&at)
	} else if each.Reached {
		object.ReachedAt = optionalMilliseconds(&row.Subscription.ReadAt)
	}
	return object
}
