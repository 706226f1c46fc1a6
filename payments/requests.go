package payments

import (
	"slices"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/nullable"
	"tarn/store"
)

// RequestInput is what a client says of a payment request.
type RequestInput struct {
	ExternalCustomerID string
	// Email is whom the request goes to; absent, null and empty are the customer's.
	Email form.Optional[string]
	// InvoiceIDs name the invoices. What names none of the customer's is passed over.
	InvoiceIDs []string
	// PaymentMethod is how the request is collected; manual lets nobody collect it.
	PaymentMethod form.Optional[form.PaymentMethod]
}

// CreateRequest asks a customer to pay invoices that are overdue, and has what is due
// collected where a provider can. It refuses, in this order: organizations without the premium
// licence with a Denied fault; an unknown customer, and identifiers none of which is an
// invoice of it, with a NotFound fault; invoices that are not overdue, that differ in
// their currencies or billing entities, or that a provider is about to collect with a
// NotAllowed fault; and then values that break a rule.
func CreateRequest(tx *store.Tx, in RequestInput) (store.PaymentRequest, error) {
	if !tx.Organization().Premium() {
		return store.PaymentRequest{}, fault.Denied("feature_unavailable")
	}
	customer, err := tx.CustomerForUpdate(in.ExternalCustomerID)
	if err != nil {
		return store.PaymentRequest{}, form.NotFound(err, "customer")
	}
	invoices, err := tx.InvoicesOfCustomer(customer.ID, identifiers(in.InvoiceIDs))
	if err != nil {
		return store.PaymentRequest{}, err
	}
	if err := checkAsked(tx, invoices); err != nil {
		return store.PaymentRequest{}, err
	}
	row := newRequest(customer, invoices)
	if err := setRequest(tx, &row, in); err != nil {
		return row, err
	}
	choice := Choice{Type: store.PaymentMethodProvider}
	form.AssignPaymentMethod(&choice.Type, &choice.ID, in.PaymentMethod)
	err = insertRequest(tx, &row, choice)
	return row, err
}

// identifiers are those of some texts that are identifiers, each once.
func identifiers(texts []string) []uuid.UUID {
	var ids []uuid.UUID
	for _, text := range texts {
		id := form.Identifier(nullable.NewNullableWithValue(text))
		if id != uuid.Nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkAsked refuses invoices that cannot be asked for together.
func checkAsked(tx *store.Tx, invoices []store.Invoice) error {
	if len(invoices) == 0 {
		return fault.Missing("invoice")
	}
	first := invoices[0]
	differs := func(differ func(store.Invoice) bool) bool { return slices.ContainsFunc(invoices, differ) }
	switch {
	case differs(func(row store.Invoice) bool { return !row.PaymentOverdue }):
		return fault.Refused("invoices_not_overdue")
	case differs(func(row store.Invoice) bool { return row.Currency != first.Currency }):
		return fault.Refused("invoices_have_different_currencies")
	case differs(func(row store.Invoice) bool { return row.BillingEntityID != first.BillingEntityID }):
		return fault.Refused("invoices_have_different_billing_entities")
	}
	busy, err := tx.InvoicesUnderWay(identifiersOf(invoices))
	if err == nil && len(busy) > 0 {
		err = fault.Refused("invoices_not_ready_for_payment_processing")
	}
	return err
}

// newRequest is a request for what is due of invoices of one currency.
func newRequest(customer store.Customer, invoices []store.Invoice) store.PaymentRequest {
	row := store.PaymentRequest{
		ID: store.NewID(), CustomerID: customer.ID, Customer: customer, Invoices: invoices,
		AmountCurrency: invoices[0].Currency, Email: customer.Email, PaymentStatus: store.PaymentPending,
	}
	for _, invoice := range invoices {
		row.AmountCents = money.Add(row.AmountCents, invoice.TotalDueAmountCents())
	}
	return row
}

// setRequest puts what the client chose into the row and checks it.
func setRequest(tx *store.Tx, row *store.PaymentRequest, in RequestInput) error {
	details := fault.Details{}
	if email, err := in.Email.Get(); err == nil {
		if clean := form.CleanEmail(&email); clean != nil {
			row.Email = clean
		}
		if row.Email != nil && !form.IsEmail(*row.Email) {
			details.Add("email", "invalid_email_format")
		}
	}
	if form.Given(in.PaymentMethod) {
		methods, err := tx.AllPaymentMethods(row.CustomerID)
		if err != nil {
			return err
		}
		form.CheckPaymentMethod(details, methods, in.PaymentMethod)
	}
	return details.Err()
}

// insertRequest keeps a request, tells of it and has it collected, by the payment method
// that a choice names or by the customer's default. It returns a Validation fault for
// more than a payment can be.
func insertRequest(tx *store.Tx, row *store.PaymentRequest, choice Choice) error {
	if err := form.CheckSums(row.AmountCents); err != nil {
		return err
	}
	if err := tx.InsertPaymentRequest(row); err != nil {
		return err
	}
	notify.Happened(tx, notify.PaymentRequestCreated(*row))
	if err := audit.Created(tx, audit.PaymentRequest(*row)); err != nil {
		return err
	}
	_, err := Collect(tx, Payable{
		Customer: &row.Customer, PaymentRequestID: &row.ID, AmountCents: row.AmountCents, Currency: row.AmountCurrency,
		Choices: []Choice{choice},
	})
	return err
}

// identifiersOf are the identifiers of invoices.
func identifiersOf(invoices []store.Invoice) []uuid.UUID {
	ids := make([]uuid.UUID, len(invoices))
	for i := range invoices {
		ids[i] = invoices[i].ID
	}
	return ids
}
