package audit

import (
	"crypto/sha256"
	"encoding/base64"

	"tarn/nullable"
	"tarn/store"
	"tarn/wire"
)

// BillingEntity is a billing entity as a subject of activities.
//
// A logo may be as large as all other activities of a day together, so the
// trail keeps its digest instead (RFC 6920): it tells whether the logo changed
// and which picture it was.
func BillingEntity(row store.BillingEntity) Subject {
	object := wire.ShownBillingEntity(row)
	if row.Logo != nil {
		digest := sha256.Sum256(row.Logo.Content)
		object.LogoURL = nullable.NewNullableWithValue("ni:///sha-256;" + base64.RawURLEncoding.EncodeToString(digest[:]))
	}
	return Subject{Name: "billing_entities", ResourceType: "BillingEntity", ResourceID: row.ID, Object: object}
}

// WebhookEndpoint is a webhook endpoint as a subject of activities.
//
// Lago records no activities of webhook endpoints; tarn does, under the same
// naming.
func WebhookEndpoint(row store.WebhookEndpoint) Subject {
	return Subject{Name: "webhook_endpoint", ResourceType: "WebhookEndpoint", ResourceID: row.ID, Object: wire.WebhookEndpoint(row)}
}

// PaymentMethod is a customer's payment method as a subject of activities.
//
// Lago records no activities of payment methods; tarn does, under the same
// naming.
func PaymentMethod(row store.PaymentMethod, customer store.Customer) Subject {
	return Subject{
		Name: "payment_method", ResourceType: "PaymentMethod", ResourceID: row.ID,
		ExternalCustomerID: &customer.ExternalID, Object: wire.PaymentMethod(row),
	}
}

// PaymentProvider is a connection to a payment provider as a subject of activities.
//
// Lago records no activities of them; tarn does, under the same naming.
func PaymentProvider(row store.PaymentProvider) Subject {
	return Subject{Name: "payment_provider", ResourceType: "PaymentProvider", ResourceID: row.ID, Object: wire.PaymentProvider(row)}
}
