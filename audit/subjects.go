package audit

import (
	"tarn/store"
	"tarn/wire"
)

// Tax is a tax as a subject of activities.
//
// Lago records no activities of taxes; tarn does, under the same naming.
func Tax(row store.Tax) Subject {
	return Subject{Name: "tax", ResourceType: "Tax", ResourceID: row.ID, Object: wire.Tax(row)}
}

// BillableMetric is a billable metric as a subject of activities.
func BillableMetric(row store.BillableMetric) Subject {
	return Subject{Name: "billable_metric", ResourceType: "BillableMetric", ResourceID: row.ID, Object: wire.BillableMetric(row)}
}

// Customer is a customer as a subject of activities.
func Customer(row store.Customer) Subject {
	return Subject{
		Name: "customer", ResourceType: "Customer", ResourceID: row.ID,
		ExternalCustomerID: &row.ExternalID, Object: wire.Customer(row),
	}
}

// Organization is an organization as a subject of activities.
func Organization(row store.Organization) Subject {
	return Subject{Name: "organization", ResourceType: "Organization", ResourceID: row.ID, Object: wire.Organization(row)}
}

// APIKey is an API key as a subject of activities; its value is in no row.
func APIKey(row store.APIKey) Subject {
	return Subject{Name: "api_key", ResourceType: "ApiKey", ResourceID: row.ID, Object: wire.APIKey(row)}
}
