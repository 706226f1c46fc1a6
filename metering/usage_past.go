package metering

import (
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// PastUsageInput says whose past usage is wanted.
type PastUsageInput struct {
	ExternalSubscriptionID string
	// BillableMetricCode keeps the usage of one metric; nil keeps all.
	BillableMetricCode *string
}

// PastUsage is the usage of the periods that were invoiced, latest first. There
// are no invoices of usage yet, and so no period. It refuses a missing
// subscription with a Validation fault, and an unknown metric with a NotFound
// fault.
//
// Lago: a customer or a subscription that does not exist has an empty list.
func PastUsage(tx *store.Tx, in PastUsageInput) (store.List[Usage], error) {
	periods := store.List[Usage]{Page: store.Page{Number: 1, Size: store.DefaultPageSize}}
	if form.Blank(in.ExternalSubscriptionID) {
		return periods, fault.Invalid("external_subscription_id", fault.CodeMandatory)
	}
	if in.BillableMetricCode == nil {
		return periods, nil
	}
	_, err := tx.BillableMetric(*in.BillableMetricCode)
	return periods, form.NotFound(err, "billable_metric")
}
