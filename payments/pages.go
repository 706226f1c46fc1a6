package payments

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// Where the pages of the simulated payment providers lie, below the server's address: the
// one that an invoice is paid on, and the one where a customer leaves a way to pay.
const (
	PayPath      = "pay/"
	CheckoutPath = "checkout/"
)

// pageLinkLifetime is how long a link to a page opens where a customer pays.
const pageLinkLifetime = 24 * time.Hour

// PageLink leads a customer to a page of the payment provider.
type PageLink struct {
	Customer store.Customer
	// Address is where the page lies, absolute or below the server's own address. It opens
	// for a day of the organization's time.
	Address string
}

// InvoicePage makes a link to where an invoice can be paid; each call makes another one.
// It refuses with a NotFound fault what clients do not see, and with a Validation fault,
// in this order: a customer without a payment provider, a provider that has no such
// pages, an invoice that is not to be paid, and a customer whom the provider does not know.
func InvoicePage(tx *store.Tx, id uuid.UUID) (PageLink, error) {
	row, err := tx.VisibleInvoice(id)
	if err != nil {
		return PageLink{}, form.NotFound(err, "invoice")
	}
	return payingPage(tx, &row)
}

// PurchasePage is InvoicePage for the invoice of a wallet transaction that buys credits,
// which may be one that clients do not see.
func PurchasePage(tx *store.Tx, invoice uuid.UUID) (PageLink, error) {
	row, err := tx.InvoiceByID(invoice)
	if err != nil {
		return PageLink{}, err
	}
	return payingPage(tx, &row)
}

// payingPage makes a link to where an invoice can be paid that was found.
func payingPage(tx *store.Tx, row *store.Invoice) (PageLink, error) {
	if err := checkPayingPage(row); err != nil {
		return PageLink{}, err
	}
	return linkTo(tx, store.LinkToPay, row.ID, row.Customer)
}

// HasPayingPage reports whether there is a page on which an invoice can be paid.
func HasPayingPage(row *store.Invoice) bool { return checkPayingPage(row) == nil }

// checkPayingPage refuses an invoice that no page is for.
func checkPayingPage(row *store.Invoice) error {
	customer := &row.Customer
	switch {
	case customer.PaymentProviderID == nil:
		return fault.Invalid("base", CodeNotLinked)
	case *customer.PaymentProvider == typeGocardless:
		return fault.Invalid("base", "invalid_payment_provider")
	case row.Status == store.InvoiceDraft, !owedStill(row):
		return fault.Invalid("base", "invalid_invoice_status_or_payment_status")
	case customer.ProviderCustomerID == nil:
		return fault.Invalid("base", codeNoProviderCustomer)
	}
	return nil
}

// codeNoProviderCustomer is the code of refusals of a customer whom the provider does not
// know.
const codeNoProviderCustomer = "missing_payment_provider_customer"

// owedStill reports whether an invoice is to be paid.
func owedStill(row *store.Invoice) bool {
	switch row.Status {
	case store.InvoiceVoided, store.InvoiceClosed, store.InvoiceDeleted:
		return false
	default:
		return row.PaymentStatus != store.PaymentSucceeded
	}
}

// CheckoutPage makes a link to where a customer leaves a way to pay; each call makes
// another one. It refuses an unknown customer with a NotFound fault, a customer without a
// payment provider, or with ways to pay that need no page, with a Validation fault, and a
// provider that has no such pages with a NotAllowed fault.
func CheckoutPage(tx *store.Tx, externalCustomerID string) (PageLink, error) {
	customer, err := tx.Customer(externalCustomerID)
	if err != nil {
		return PageLink{}, form.NotFound(err, "customer")
	}
	return checkoutPage(tx, customer)
}

// checkoutPage makes a link to where a customer leaves a way to pay who was found.
func checkoutPage(tx *store.Tx, customer store.Customer) (PageLink, error) {
	if err := checkCheckoutPage(&customer); err != nil {
		return PageLink{}, err
	}
	return linkTo(tx, store.LinkToCheckout, customer.ID, customer)
}

// HasCheckoutPage reports whether there is a page where a customer can leave a way to pay.
func HasCheckoutPage(customer *store.Customer) bool { return checkCheckoutPage(customer) == nil }

// checkCheckoutPage refuses a customer for whom there is no such page.
func checkCheckoutPage(customer *store.Customer) error {
	if customer.PaymentProviderID == nil {
		return fault.Invalid("base", CodeNotLinked)
	}
	switch *customer.PaymentProvider {
	case typeCashfree, typeFlutterwave:
		return fault.Refused("feature_not_supported")
	case typeStripe:
		if !anySetUp(customer.ProviderPaymentMethods) {
			return fault.Invalid("provider_payment_methods", "no_payment_methods_to_setup_available")
		}
	}
	if customer.ProviderCustomerID == nil {
		return fault.Invalid("base", codeNoProviderCustomer)
	}
	return nil
}

// anySetUp reports whether one of some kinds of payment methods is set up on a page.
func anySetUp(methods []string) bool {
	for _, method := range methods {
		if method != methodCrypto && method != methodBalance {
			return true
		}
	}
	return false
}

// linkTo asks the payment provider for an address.
func linkTo(tx *store.Tx, purpose store.LinkPurpose, subject uuid.UUID, customer store.Customer) (PageLink, error) {
	gateway, visit := gatewayOf(tx), Visit{Purpose: purpose, Subject: subject, ExpiresAt: tx.Now().Add(pageLinkLifetime)}
	address, err := store.Ask(tx, "page:"+subject.String(), func(ctx context.Context) (string, error) { return gateway.PaymentURL(ctx, visit) })
	if err != nil {
		return PageLink{}, fault.Invalid("base", codeUnavailable)
	}
	return PageLink{Customer: customer, Address: address}, nil
}
