package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// SubscriptionAlert is an alert on a subscription as every endpoint shows it.
func SubscriptionAlert(row store.Alert) gen.AlertObject {
	return gen.AlertObject{
		LagoID:                 row.ID,
		LagoOrganizationID:     row.OrganizationID,
		ExternalSubscriptionID: optional(row.SubscriptionExternalID),
		SubscriptionExternalID: optional(row.SubscriptionExternalID),
		LagoWalletID:           nullable.NewNullNullable[any](),
		WalletCode:             nullable.NewNullNullable[any](),
		AlertType:              gen.AlertObjectAlertType(row.AlertType),
		Direction:              some(gen.AlertObjectDirection(row.Direction)),
		Code:                   row.Code,
		Name:                   optional(row.Name),
		BillableMetric:         watchedMetric(row.BillableMetric),
		PreviousValue:          Decimal(row.PreviousValue),
		LastProcessedAt:        optionalInstant(row.LastProcessedAt),
		Thresholds:             Each(row.Thresholds, alertThreshold),
		CreatedAt:              instant(row.CreatedAt),
	}
}

// WalletAlert is an alert on a wallet as every endpoint shows it.
func WalletAlert(row store.Alert) gen.WalletAlertObject {
	wallet := row.WalletID.String()
	return gen.WalletAlertObject{
		LagoID:                 row.ID,
		LagoOrganizationID:     row.OrganizationID,
		ExternalSubscriptionID: nullable.NewNullNullable[any](),
		SubscriptionExternalID: nullable.NewNullNullable[string](),
		LagoWalletID:           &wallet,
		WalletCode:             &row.WalletCode,
		AlertType:              gen.WalletAlertObjectAlertType(row.AlertType),
		Direction:              some(gen.WalletAlertObjectDirection(row.Direction)),
		Code:                   row.Code,
		Name:                   optional(row.Name),
		BillableMetric:         nullable.NewNullNullable[any](),
		PreviousValue:          Decimal(row.PreviousValue),
		LastProcessedAt:        optionalInstant(row.LastProcessedAt),
		Thresholds:             Each(row.Thresholds, alertThreshold),
		CreatedAt:              instant(row.CreatedAt),
	}
}

// watchedMetric is the metric whose usage an alert watches.
func watchedMetric(row *store.BillableMetric) nullable.Nullable[gen.BillableMetricObject] {
	if row == nil {
		return nullable.NewNullNullable[gen.BillableMetricObject]()
	}
	return nullable.NewNullableWithValue(BillableMetric(*row))
}

func alertThreshold(row store.AlertThreshold) gen.AlertThresholdObject {
	return gen.AlertThresholdObject{Code: optional(row.Code), Value: Decimal(row.Value), Recurring: row.Recurring}
}

// TriggeredAlert is what an alert has told, as those hear it who listen.
func TriggeredAlert(row store.TriggeredAlert) gen.TriggeredAlertObject {
	object := gen.TriggeredAlertObject{
		LagoID:                 row.ID,
		LagoOrganizationID:     row.OrganizationID,
		LagoAlertID:            row.AlertID,
		LagoSubscriptionID:     optional(row.SubscriptionID),
		ExternalSubscriptionID: optional(row.SubscriptionExternalID),
		SubscriptionExternalID: optional(row.SubscriptionExternalID),
		LagoWalletID:           optional(row.WalletID),
		ExternalCustomerID:     row.ExternalCustomerID,
		CustomerExternalID:     nullable.NewNullableWithValue(row.ExternalCustomerID),
		BillableMetricCode:     optional(row.BillableMetricCode),
		AlertName:              optional(row.AlertName),
		AlertCode:              row.AlertCode,
		AlertType:              gen.TriggeredAlertObjectAlertType(row.AlertType),
		CurrentValue:           Decimal(row.CurrentValue),
		PreviousValue:          Decimal(row.PreviousValue),
		CrossedThresholds:      make([]gen.AlertThresholdObject, len(row.CrossedThresholds)),
		TriggeredAt:            nullable.NewNullableWithValue(instant(row.TriggeredAt)),
	}
	for i, crossed := range row.CrossedThresholds {
		object.CrossedThresholds[i] = gen.AlertThresholdObject{
			Code: optional(crossed.Code), Value: Decimal(crossed.Value), Recurring: crossed.Recurring,
		}
	}
	return object
}
