package notify

import (
	"tarn/billing/vat"
	"tarn/store"
	"tarn/wire"
)

// CustomerCreated tells of a new customer.
func CustomerCreated(row store.Customer) Subject { return customer("customer.created", row) }

// CustomerUpdated tells of an update of a customer.
func CustomerUpdated(row store.Customer) Subject { return customer("customer.updated", row) }

// CustomerVIESChecked tells that the VAT number of a customer was looked at.
func CustomerVIESChecked(row store.Customer) Subject {
	return Subject{Type: "customer.vies_check", ObjectType: "customer", ObjectID: row.ID, Object: rendered(row, viesChecked)}
}

// viesChecked shows a customer whose VAT number counts as confirmed if it has the form of
// its country's.
func viesChecked(row store.Customer) wire.VIESCheckedCustomer {
	valid := false
	if row.TaxIdentificationNumber != nil {
		_, valid = vat.NumberCountry(*row.TaxIdentificationNumber)
	}
	return wire.ViesCheckedCustomer(row, valid)
}

// CustomerPaymentProviderCreated tells that a customer was made known to its payment
// provider.
func CustomerPaymentProviderCreated(row store.Customer) Subject {
	return Subject{
		Type: "customer.payment_provider_created", ObjectType: "customer", ObjectID: row.ID, Object: rendered(row, wire.ProviderCustomer),
	}
}

// CustomerCheckoutURLGenerated tells where a customer, who was just made known to its
// payment provider, leaves a way to pay.
func CustomerCheckoutURLGenerated(row store.Customer, address string) Subject {
	return Subject{
		Type: "customer.checkout_url_generated", ObjectType: "payment_provider_customer_checkout_url", ObjectID: row.ID,
		Object: rendered(row, func(row store.Customer) any { return wire.CheckoutURL(row, address) }),
	}
}

// customer shows a customer with its integrations.
func customer(eventType string, row store.Customer) Subject {
	return Subject{Type: eventType, ObjectType: "customer", ObjectID: row.ID, Object: rendered(row, wire.WebhookCustomer)}
}
