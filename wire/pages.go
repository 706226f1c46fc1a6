package wire

import (
	"github.com/google/uuid"

	"tarn/gen"
	"tarn/store"
)

// CheckoutURL is a link to where a customer leaves a way to pay.
func CheckoutURL(customer store.Customer, url string) gen.CustomerCheckoutURL {
	return gen.CustomerCheckoutURL{
		LagoCustomerID: customer.ID.String(), ExternalCustomerID: customer.ExternalID,
		PaymentProvider: *customer.PaymentProvider, PaymentProviderCode: customer.PaymentProviderCode, CheckoutURL: &url,
	}
}

// InvoicePaymentURL is a link to where a customer pays an invoice.
func InvoicePaymentURL(invoice uuid.UUID, customer store.Customer, url string) gen.InvoicePaymentURL {
	invoiceID, customerID := invoice.String(), customer.ID.String()
	return gen.InvoicePaymentURL{InvoicePaymentDetails: &gen.InvoicePaymentURL_InvoicePaymentDetails{
		LagoCustomerID: &customerID, ExternalCustomerID: &customer.ExternalID, PaymentProvider: customer.PaymentProvider,
		LagoInvoiceID: &invoiceID, PaymentURL: &url,
	}}
}

// WalletTransactionPaymentURL is a link to where a customer pays for the credits of a
// wallet transaction. The published document wants its members on the outer level.
func WalletTransactionPaymentURL(transaction uuid.UUID, customer store.Customer, url string) gen.WalletTransactionPaymentURL {
	transactionID, customerID := transaction.String(), customer.ID.String()
	return gen.WalletTransactionPaymentURL{
		LagoCustomerID: &customerID, ExternalCustomerID: &customer.ExternalID, PaymentProvider: customer.PaymentProvider,
		LagoWalletTransactionID: &transactionID, PaymentURL: &url,
		WalletTransactionPaymentDetails: &gen.WalletTransactionPaymentURL_WalletTransactionPaymentDetails{
			LagoCustomerID: &customerID, ExternalCustomerID: &customer.ExternalID, PaymentProvider: customer.PaymentProvider,
			LagoWalletTransactionID: &transactionID, PaymentURL: &url,
		},
	}
}
