package form

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/store"
)

// PaymentMethod refers to how something is paid.
type PaymentMethod struct {
	// Type is provider or manual.
	Type Optional[string]
	ID   Optional[uuid.UUID]
}

// CheckPaymentMethod refuses a reference that says two things at once: a way to
// pay by hand with a known payment method, a payment method without the type or
// one that is not among those of the customer.
func CheckPaymentMethod(details fault.Details, methods []store.PaymentMethod, input Optional[PaymentMethod]) {
	in, _ := input.Get() // absent and null are empty
	kind, _ := in.Type.Get()
	id, _ := in.ID.Get()
	known := slices.ContainsFunc(methods, func(method store.PaymentMethod) bool { return method.ID == id })
	named := Given(in.ID)
	valid := kind == store.PaymentMethodProvider && (!named || known) || kind == store.PaymentMethodManual && !known || kind == "" && !named
	if !valid {
		details.Add("payment_method", "invalid_payment_method")
	}
}

// AssignPaymentMethod puts a reference into a row; one that says nothing leaves it
// as it is, and null for the type is the usual one.
func AssignPaymentMethod(kind *string, id **uuid.UUID, input Optional[PaymentMethod]) {
	in, _ := input.Get() // absent and null are empty
	if !in.Type.IsSpecified() {
		return
	}
	AssignOr(kind, in.Type, store.PaymentMethodProvider)
	*id = nil
	if named, err := in.ID.Get(); err == nil && *kind == store.PaymentMethodProvider {
		*id = &named
	}
}
