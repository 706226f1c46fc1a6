package audit

import (
	"tarn/store"
	"tarn/wire"
)

// SubscriptionAlert is an alert on a subscription as a subject of activities;
// customer is the external id of the subscription's customer.
//
// Lago records no activities of alerts; tarn does, under the same naming.
func SubscriptionAlert(row store.Alert, customer string) Subject {
	return Subject{
		Name: "alert", ResourceType: "Alert", ResourceID: row.ID,
		ExternalCustomerID: &customer, ExternalSubscriptionID: row.SubscriptionExternalID,
		Object: wire.SubscriptionAlert(row),
	}
}

// WalletAlert is an alert on a wallet as a subject of activities; customer is the
// external id of the wallet's customer.
func WalletAlert(row store.Alert, customer string) Subject {
	return Subject{
		Name: "alert", ResourceType: "Alert", ResourceID: row.ID, ExternalCustomerID: &customer, Object: wire.WalletAlert(row),
	}
}

// TriggeredAlert is what an alert has told, as a subject of activities: they hang on the
// alert.
func TriggeredAlert(row store.TriggeredAlert) Subject {
	return Subject{
		Name: "alert", ResourceType: "Alert", ResourceID: row.AlertID,
		ExternalCustomerID: &row.ExternalCustomerID, ExternalSubscriptionID: row.SubscriptionExternalID,
		Object: wire.TriggeredAlert(row),
	}
}
