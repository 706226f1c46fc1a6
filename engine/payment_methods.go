package engine

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/form"
	"tarn/store"
)

// SetDefaultPaymentMethod makes a payment method the one that its customer is
// charged by. All others of the customer lose that rank.
func SetDefaultPaymentMethod(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.PaymentMethod, error) {
	customer, method, err := paymentMethodForUpdate(tx, externalCustomerID, id)
	if err != nil || method.IsDefault {
		return method, err
	}
	before := audit.Before(audit.PaymentMethod(method, customer))
	if err := tx.SetDefaultPaymentMethod(&method); err != nil {
		return method, err
	}
	return method, audit.Updated(tx, before, audit.PaymentMethod(method, customer))
}

// DeletePaymentMethod hides a payment method. It is no default any more, and no
// other becomes it.
func DeletePaymentMethod(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.PaymentMethod, error) {
	customer, method, err := paymentMethodForUpdate(tx, externalCustomerID, id)
	if err != nil {
		return method, err
	}
	if err := tx.DeletePaymentMethod(&method); err != nil {
		return method, err
	}
	return method, audit.Deleted(tx, audit.PaymentMethod(method, customer))
}

// paymentMethodForUpdate finds a customer's payment method. The customer is
// locked with it, so that only one transaction at a time chooses the default.
func paymentMethodForUpdate(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.Customer, store.PaymentMethod, error) {
	customer, err := tx.CustomerForUpdate(externalCustomerID)
	if err != nil {
		return customer, store.PaymentMethod{}, form.NotFound(err, "customer")
	}
	method, err := tx.PaymentMethodForUpdate(customer.ID, id)
	return customer, method, form.NotFound(err, "payment_method")
}
