package audit

import (
	"tarn/store"
	"tarn/wire"
)

// Subscription is a subscription as a subject of activities: as the lists show
// it, since its plan has activities of its own.
func Subscription(row store.Subscription) Subject {
	return Subject{
		Name: "subscription", ResourceType: "Subscription", ResourceID: row.ID,
		ExternalCustomerID: &row.Customer.ExternalID, ExternalSubscriptionID: &row.ExternalID,
		Object: wire.Subscription(row),
	}
}
