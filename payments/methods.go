package payments

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// Method is a payment method together with what the simulated provider knows of it.
type Method struct {
	store.PaymentMethod
	Simulated store.SimulatedMethod
}

// MethodInput is what a provider reports of a payment method.
type MethodInput struct {
	// ProviderMethodID is the provider's own identifier; made by chance when absent.
	ProviderMethodID *string
	// Outcomes are what it answers, the last one again and again; without any,
	// everything succeeds.
	Outcomes []store.SimulatedOutcome
}

// AddMethod gives a customer a payment method, as the customer's provider would report
// it. It becomes the default. It returns a NotFound fault for an unknown customer, and a
// Validation fault for one without a provider.
func AddMethod(tx *store.Tx, externalCustomerID string, in MethodInput) (Method, error) {
	customer, err := tx.CustomerForUpdate(externalCustomerID)
	if err != nil {
		return Method{}, form.NotFound(err, "customer")
	}
	if customer.PaymentProviderID == nil {
		return Method{}, fault.Invalid("customer", CodeNotLinked)
	}
	provider, err := tx.PaymentProvider(*customer.PaymentProviderCode)
	if err != nil {
		return Method{}, err
	}
	row := Method{PaymentMethod: store.PaymentMethod{
		ID: store.NewID(), CustomerID: customer.ID, PaymentProviderType: provider.Type,
		PaymentProviderCode: &provider.Code, PaymentProviderName: &provider.Name, ProviderMethodID: providerID("pm", store.NewID()),
	}}
	if in.ProviderMethodID != nil {
		row.ProviderMethodID = *in.ProviderMethodID
	}
	if err := tx.InsertPaymentMethod(&row.PaymentMethod); err != nil {
		return row, err
	}
	if err := tx.SetDefaultPaymentMethod(&row.PaymentMethod); err != nil {
		return row, err
	}
	row.Simulated = store.SimulatedMethod{PaymentMethodID: row.ID, Outcomes: in.Outcomes}
	if err := tx.SaveSimulatedMethod(&row.Simulated); err != nil {
		return row, err
	}
	return row, audit.Created(tx, audit.PaymentMethod(row.PaymentMethod, customer))
}

// CodeNotLinked is the code of refusals for want of a payment provider.
const CodeNotLinked = "no_linked_payment_provider"

// Methods are the payment methods of a customer, newest first. It returns a NotFound fault
// for an unknown customer.
func Methods(tx *store.Tx, externalCustomerID string) ([]Method, error) {
	customer, err := tx.Customer(externalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	rows, err := tx.AllPaymentMethods(customer.ID)
	if err != nil {
		return nil, err
	}
	return withOutcomes(tx, rows)
}

// SetOutcomes replaces what a payment method answers. It is played from the first
// outcome on.
func SetOutcomes(tx *store.Tx, externalCustomerID string, id uuid.UUID, outcomes []store.SimulatedOutcome) (Method, error) {
	_, row, err := methodForUpdate(tx, externalCustomerID, id)
	if err != nil {
		return Method{}, err
	}
	method := Method{PaymentMethod: row, Simulated: store.SimulatedMethod{PaymentMethodID: row.ID, Outcomes: outcomes}}
	err = tx.SaveSimulatedMethod(&method.Simulated)
	return method, err
}

// SetDefaultMethod makes a payment method the one that its customer is charged by. All
// others of the customer lose that rank.
func SetDefaultMethod(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.PaymentMethod, error) {
	customer, method, err := methodForUpdate(tx, externalCustomerID, id)
	if err != nil || method.IsDefault {
		return method, err
	}
	before := audit.Before(audit.PaymentMethod(method, customer))
	if err := tx.SetDefaultPaymentMethod(&method); err != nil {
		return method, err
	}
	return method, audit.Updated(tx, before, audit.PaymentMethod(method, customer))
}

// DeleteMethod hides a payment method. It is no default any more, and no other becomes
// it.
func DeleteMethod(tx *store.Tx, externalCustomerID string, id uuid.UUID) (Method, error) {
	customer, row, err := methodForUpdate(tx, externalCustomerID, id)
	if err != nil {
		return Method{PaymentMethod: row}, err
	}
	methods, err := withOutcomes(tx, []store.PaymentMethod{row})
	if err != nil {
		return Method{PaymentMethod: row}, err
	}
	method := methods[0]
	if err := tx.DeletePaymentMethod(&method.PaymentMethod); err != nil {
		return method, err
	}
	return method, audit.Deleted(tx, audit.PaymentMethod(method.PaymentMethod, customer))
}

// methodForUpdate finds a customer's payment method. The customer is locked with it, so
// that only one transaction at a time chooses the default.
func methodForUpdate(tx *store.Tx, externalCustomerID string, id uuid.UUID) (store.Customer, store.PaymentMethod, error) {
	customer, err := tx.CustomerForUpdate(externalCustomerID)
	if err != nil {
		return customer, store.PaymentMethod{}, form.NotFound(err, "customer")
	}
	method, err := tx.PaymentMethodForUpdate(customer.ID, id)
	return customer, method, form.NotFound(err, "payment_method")
}

// withOutcomes reads what the simulated provider knows of payment methods.
func withOutcomes(tx *store.Tx, rows []store.PaymentMethod) ([]Method, error) {
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	simulated, err := tx.SimulatedMethods(ids)
	if err != nil {
		return nil, err
	}
	methods := make([]Method, len(rows))
	for i, row := range rows {
		methods[i] = Method{PaymentMethod: row, Simulated: simulated[row.ID]}
	}
	return methods, nil
}
