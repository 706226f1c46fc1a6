package notify

import (
	"tarn/store"
	"tarn/wire"
)

// CustomerCreated tells of a new customer.
func CustomerCreated(row store.Customer) Subject { return customer("customer.created", row) }

// CustomerUpdated tells of an update of a customer.
func CustomerUpdated(row store.Customer) Subject { return customer("customer.updated", row) }

// customer shows a customer with its integrations.
func customer(eventType string, row store.Customer) Subject {
	return Subject{Type: eventType, ObjectType: "customer", ObjectID: row.ID, Object: rendered(row, wire.WebhookCustomer)}
}
