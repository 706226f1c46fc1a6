package audit

import (
	"tarn/store"
	"tarn/wire"
)

// PaymentRequest is a payment request as a subject of activities.
func PaymentRequest(row store.PaymentRequest) Subject {
	return Subject{
		Name: "payment_request", ResourceType: "PaymentRequest", ResourceID: row.ID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: wire.PaymentRequest(row),
	}
}

// DunningCampaign is a dunning campaign as a subject of activities.
//
// Lago records no activities of campaigns; tarn does, under the same naming.
func DunningCampaign(row store.DunningCampaign) Subject {
	return Subject{Name: "dunning_campaign", ResourceType: "DunningCampaign", ResourceID: row.ID, Object: wire.DunningCampaign(row)}
}

// FinishedDunning is a campaign that has reminded a customer for the last time, as a
// subject of activities.
func FinishedDunning(row store.FinishedDunning) Subject {
	return Subject{
		Name: "dunning_campaign", ResourceType: "DunningCampaign", ResourceID: row.Campaign.ID,
		ExternalCustomerID: &row.Customer.ExternalID, Object: wire.FinishedDunning(row),
	}
}
