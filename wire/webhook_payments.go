package wire

import (
	"github.com/google/uuid"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// ProviderFailure is what a payment provider could not do for a customer, as webhooks
// tell of it.
type ProviderFailure struct {
	LagoCustomerID      uuid.UUID                        `json:"lago_customer_id"`
	ExternalCustomerID  string                           `json:"external_customer_id"`
	ProviderCustomerID  nullable.Nullable[string]        `json:"provider_customer_id"`
	PaymentProvider     nullable.Nullable[string]        `json:"payment_provider"`
	PaymentProviderCode nullable.Nullable[string]        `json:"payment_provider_code"`
	ProviderError       nullable.Nullable[ProviderError] `json:"provider_error"`
}

// ProviderError is why a payment provider has refused something.
type ProviderError struct {
	Message   string `json:"message"`
	ErrorCode string `json:"error_code"`
}

// NewProviderError is a code and a message, either of which may be missing.
func NewProviderError(code, message *string) ProviderError {
	failure := ProviderError{}
	if code != nil {
		failure.ErrorCode = *code
	}
	if message != nil {
		failure.Message = *message
	}
	return failure
}

// providerFailure is what could not be done for a customer, and why; nil for no answer of
// a provider.
func providerFailure(customer store.Customer, why *ProviderError) ProviderFailure {
	failure := ProviderFailure{
		LagoCustomerID: customer.ID, ExternalCustomerID: customer.ExternalID, ProviderCustomerID: optional(customer.ProviderCustomerID),
		PaymentProvider: optional(customer.PaymentProvider), PaymentProviderCode: optional(customer.PaymentProviderCode),
		ProviderError: nullable.NewNullNullable[ProviderError](),
	}
	if why != nil {
		failure.ProviderError.Set(*why)
	}
	return failure
}

// InvoicePaymentFailure tells that an invoice could not be collected.
type InvoicePaymentFailure struct {
	ProviderFailure

	LagoInvoiceID uuid.UUID `json:"lago_invoice_id"`
	// ErrorDetails say what was missing where no provider was asked.
	ErrorDetails *ErrorCode `json:"error_details,omitempty"`
}

// ErrorCode is a code.
type ErrorCode struct {
	Code string `json:"code"`
}

// FailedInvoicePayment is an invoice that a provider could not collect. Without a reason
// none was asked, because the customer has none.
func FailedInvoicePayment(row store.Invoice, why *ProviderError) InvoicePaymentFailure {
	failure := InvoicePaymentFailure{ProviderFailure: providerFailure(row.Customer, why), LagoInvoiceID: row.ID}
	if why == nil {
		failure.ErrorDetails = &ErrorCode{Code: "customer_must_have_payment_provider"}
	}
	return failure
}

// WalletTransactionPaymentFailure tells that the invoice of a purchase could not be
// collected.
type WalletTransactionPaymentFailure struct {
	ProviderFailure

	LagoWalletTransactionID uuid.UUID `json:"lago_wallet_transaction_id"`
}

// FailedWalletTransactionPayment is a purchase that a provider could not collect.
func FailedWalletTransactionPayment(row store.WalletTransaction, why *ProviderError) WalletTransactionPaymentFailure {
	return WalletTransactionPaymentFailure{ProviderFailure: providerFailure(row.Wallet.Customer, why), LagoWalletTransactionID: row.ID}
}

// CreditNoteRefundFailure tells that a refund could not be given back.
type CreditNoteRefundFailure struct {
	ProviderFailure

	LagoCreditNoteID uuid.UUID `json:"lago_credit_note_id"`
}

// FailedRefund is a credit note whose refund a provider has refused.
func FailedRefund(row store.CreditNote, why *ProviderError) CreditNoteRefundFailure {
	return CreditNoteRefundFailure{ProviderFailure: providerFailure(row.Invoice.Customer, why), LagoCreditNoteID: row.ID}
}

// PaymentRequestPaymentFailure tells that a payment request could not be collected.
type PaymentRequestPaymentFailure struct {
	ProviderFailure

	LagoPaymentRequestID uuid.UUID   `json:"lago_payment_request_id"`
	LagoInvoiceIDs       []uuid.UUID `json:"lago_invoice_ids"`
}

// FailedPaymentRequest is a payment request that a provider could not collect.
func FailedPaymentRequest(row store.PaymentRequest, why *ProviderError) PaymentRequestPaymentFailure {
	return PaymentRequestPaymentFailure{
		ProviderFailure: providerFailure(row.Customer, why), LagoPaymentRequestID: row.ID,
		LagoInvoiceIDs: Each(row.Invoices, func(invoice store.Invoice) uuid.UUID { return invoice.ID }),
	}
}

// PaymentWebhook is a payment as the webhook of its success shows it.
type PaymentWebhook struct {
	gen.PaymentObject

	// PaymentMethod is how it was paid; nil where nobody knows.
	PaymentMethod *gen.PaymentMethodObject `json:"payment_method,omitempty"`
}

// WebhookPayment is a payment as webhooks show it, without how it was paid.
func WebhookPayment(row store.Payment) PaymentWebhook {
	return PaymentWebhook{PaymentObject: Payment(row)}
}

// PaymentBy is WebhookPayment with the method by which it was paid.
func PaymentBy(row store.Payment, method store.PaymentMethod) PaymentWebhook {
	object := WebhookPayment(row)
	object.PaymentMethod = some(PaymentMethod(method))
	return object
}
