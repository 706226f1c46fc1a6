package notify

import (
	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
	"tarn/wire"
)

// outside are the types whose cause lies outside of tarn, so that nothing of its own
// tells of them, or of all of their causes: each finds what it is about by an identifier.
var outside = map[string]func(tx *store.Tx, id uuid.UUID) (Subject, error){
	"customer.accounting_provider_created": aboutCustomer("customer.accounting_provider_created", "customer", wire.WebhookCustomer),
	"customer.accounting_provider_error":   aboutCustomer("customer.accounting_provider_error", "accounting_provider_customer_error", wire.CustomerAccountingError),
	"customer.checkout_url_generated":      aboutCustomer("customer.checkout_url_generated", "payment_provider_customer_checkout_url", wire.CustomerCheckoutURL),
	"customer.crm_provider_created":        aboutCustomer("customer.crm_provider_created", "customer", wire.WebhookCustomer),
	"customer.crm_provider_error":          aboutCustomer("customer.crm_provider_error", "crm_provider_customer_error", wire.CustomerCRMError),
	"customer.payment_provider_created":    aboutCustomer("customer.payment_provider_created", "customer", wire.ProviderCustomer),
	"customer.payment_provider_error":      aboutCustomer("customer.payment_provider_error", "payment_provider_customer_error", wire.CustomerPaymentProviderError),
	"customer.tax_provider_error":          aboutCustomer("customer.tax_provider_error", "tax_provider_customer_error", wire.CustomerTaxProviderError),
	"customer.vies_check":                  aboutCustomer("customer.vies_check", "customer", viesChecked),
	"fee.tax_provider_error":               aboutFee("fee.tax_provider_error", "tax_provider_fee_error", wire.FeeTaxProviderError),
	"integration.provider_error":           aboutNothing("integration.provider_error", "provider_error", wire.IntegrationProviderError),
	"invoice.add_on_added":                 aboutInvoice("invoice.add_on_added", wire.SoldWebhookInvoice),
	"invoice.resynced":                     aboutInvoice("invoice.resynced", wire.ResyncedWebhookInvoice),
	"order.created":                        aboutForeign("order.created", "order"),
	"order.executed":                       aboutForeign("order.executed", "order"),
	"order_form.created":                   aboutForeign("order_form.created", "order_form"),
	"order_form.expired":                   aboutForeign("order_form.expired", "order_form"),
	"order_form.signed":                    aboutForeign("order_form.signed", "order_form"),
	"order_form.voided":                    aboutForeign("order_form.voided", "order_form"),
	"payment_provider.error":               aboutNothing("payment_provider.error", "payment_provider_error", wire.PaymentProviderError),
	"quote.approved":                       aboutForeign("quote.approved", "quote"),
	"quote.created":                        aboutForeign("quote.created", "quote"),
	"quote.voided":                         aboutForeign("quote.voided", "quote"),
}

// Trigger tells of something that happens outside, about the object with an identifier,
// and keeps it even if nobody wants to know. It refuses types that tarn tells of by itself
// with a Validation fault, and what does not exist with a NotFound fault.
func Trigger(tx *store.Tx, eventType string, id uuid.UUID) (store.WebhookEvent, error) {
	find := outside[eventType]
	if find == nil {
		return store.WebhookEvent{}, fault.Invalid("type", fault.CodeInvalid)
	}
	subject, err := find(tx, id)
	if err != nil {
		return store.WebhookEvent{}, err
	}
	return record(tx, subject, tx.Organization().WebhookTargets(eventType))
}

// aboutCustomer finds a customer.
func aboutCustomer[Object any](eventType, objectType string, render func(store.Customer) Object) func(*store.Tx, uuid.UUID) (Subject, error) {
	return func(tx *store.Tx, id uuid.UUID) (Subject, error) {
		row, err := tx.CustomerByID(id)
		return Subject{Type: eventType, ObjectType: objectType, ObjectID: id, Object: rendered(row, render)}, form.NotFound(err, "customer")
	}
}

// aboutFee finds a fee.
func aboutFee[Object any](eventType, objectType string, render func(store.Fee) Object) func(*store.Tx, uuid.UUID) (Subject, error) {
	return func(tx *store.Tx, id uuid.UUID) (Subject, error) {
		row, err := tx.Fee(id)
		return Subject{Type: eventType, ObjectType: objectType, ObjectID: id, Object: rendered(row, render)}, form.NotFound(err, "fee")
	}
}

// aboutNothing is about something that only the other side has.
func aboutNothing[Object any](eventType, objectType string, render func(uuid.UUID) Object) func(*store.Tx, uuid.UUID) (Subject, error) {
	return func(_ *store.Tx, id uuid.UUID) (Subject, error) {
		return Subject{Type: eventType, ObjectType: objectType, ObjectID: id, Object: rendered(id, render)}, nil
	}
}

// aboutInvoice finds an invoice.
func aboutInvoice[Object any](eventType string, render func(store.Invoice) Object) func(*store.Tx, uuid.UUID) (Subject, error) {
	return func(tx *store.Tx, id uuid.UUID) (Subject, error) {
		row, err := tx.InvoiceByID(id)
		return invoice(eventType, row, render), form.NotFound(err, "invoice")
	}
}

// aboutForeign is about something that tarn does not have, and of which it knows no more
// than the identifier.
func aboutForeign(eventType, objectType string) func(*store.Tx, uuid.UUID) (Subject, error) {
	return func(tx *store.Tx, id uuid.UUID) (Subject, error) {
		object := wire.ForeignObject(id, tx.Now())
		return Subject{Type: eventType, ObjectType: objectType, ObjectID: id, Object: rendered(object, func(object wire.Foreign) wire.Foreign { return object })}, nil
	}
}
