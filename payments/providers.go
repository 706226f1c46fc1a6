package payments

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The kinds of payment providers that the rules know by name.
const (
	typeAdyen       = "adyen"
	typeCashfree    = "cashfree"
	typeFlutterwave = "flutterwave"
	typeGocardless  = "gocardless"
	typeMoneyhash   = "moneyhash"
	typeStripe      = "stripe"
)

// providerTypes are the kinds of payment providers.
var providerTypes = []string{typeAdyen, typeCashfree, typeFlutterwave, typeGocardless, typeMoneyhash, typeStripe}

// ProviderName is how a kind of payment provider calls itself; empty for none.
func ProviderName(kind *string) string {
	if kind == nil {
		return ""
	}
	return map[string]string{
		typeAdyen: "Adyen", typeCashfree: "Cashfree", typeFlutterwave: "Flutterwave", typeGocardless: "GoCardless", typeMoneyhash: "MoneyHash", typeStripe: "Stripe",
	}[*kind]
}

// maxProviderText is how many characters the code and the name of a provider have at
// most.
const maxProviderText = 255

// ProviderInput is what the administrator says of a payment provider.
type ProviderInput struct {
	// Type is the kind of provider, such as stripe.
	Type string
	// Code is the type when absent, and Name is the code.
	Code *string
	Name *string
}

// ConnectProvider connects a payment provider, which is simulated. It refuses a code that
// is taken with a Validation fault.
func ConnectProvider(tx *store.Tx, in ProviderInput) (store.PaymentProvider, error) {
	row := store.PaymentProvider{ID: store.NewID(), Type: in.Type, Code: in.Type}
	if in.Code != nil {
		row.Code = *in.Code
	}
	row.Name = row.Code
	if in.Name != nil {
		row.Name = *in.Name
	}
	connected, err := tx.PaymentProviders()
	if err != nil {
		return row, err
	}
	details := fault.Details{}
	form.CheckWord(details, "type", row.Type, providerTypes)
	form.CheckLongest(details, "code", &row.Code, maxProviderText)
	form.CheckFilled(details, "name", row.Name, maxProviderText)
	form.CheckCode(details, row.Code, slices.ContainsFunc(connected, func(other store.PaymentProvider) bool { return other.Code == row.Code }))
	if err := details.Err(); err != nil {
		return row, err
	}
	if err := form.Taken(tx.InsertPaymentProvider(&row), "code"); err != nil {
		return row, err
	}
	return row, audit.Created(tx, audit.PaymentProvider(row))
}

// DisconnectProvider ends the connection to a payment provider. Its customers are linked
// to none any more, and their payment methods are deleted. What it is collecting goes on.
func DisconnectProvider(tx *store.Tx, code string) (store.PaymentProvider, error) {
	row, err := tx.PaymentProviderForUpdate(code)
	if err != nil {
		return row, form.NotFound(err, "payment_provider")
	}
	if err := tx.DeletePaymentProvider(&row); err != nil {
		return row, err
	}
	customers, err := tx.CustomersOfProvider(row.ID)
	if err != nil {
		return row, err
	}
	for i := range customers {
		before := audit.Before(audit.Customer(customers[i]))
		if err := unlink(tx, &customers[i]); err != nil {
			return row, err
		}
		if err := tx.UpdateCustomer(&customers[i]); err != nil {
			return row, err
		}
		if err := audit.Updated(tx, before, audit.Customer(customers[i])); err != nil {
			return row, err
		}
	}
	return row, audit.Deleted(tx, audit.PaymentProvider(row))
}

// LinkInput is what a client says of the payment provider of a customer.
type LinkInput struct {
	// Type is the kind of provider; null ends the link.
	Type form.Optional[string]
	// Code names the connection where there are several of the kind.
	Code form.Optional[string]
	// CustomerID is the provider's own identifier of the customer.
	CustomerID form.Optional[string]
	// Sync lets the customer be created at the provider.
	Sync form.Optional[bool]
	// Methods are the kinds of payment methods that the customer may use.
	Methods form.Optional[[]string]
}

// Link links a customer to its payment provider as the input says, or ends the link, and
// reports whether the customer was created there. It changes the row, which the caller
// stores. Where no such provider is connected, or its
// kinds of payment methods do not go together, it returns a Validation fault that is
// marked Keep and leaves the link as it was.
//
// Lago: the link is made only when the customer shall be created at the provider or is
// known there; otherwise the provider is ignored. It is made after the customer is saved,
// which a refusal does not undo.
func Link(tx *store.Tx, customer *store.Customer, in LinkInput) (created bool, err error) {
	kind, _ := in.Type.Get() // empty for absent and null
	switch {
	case in.Type.IsNull():
		return false, unlink(tx, customer)
	case form.Blank(kind) && customer.PaymentProviderID == nil:
		return false, nil
	case form.Blank(kind) || in.keeps(customer, kind):
		created, err = in.assign(tx, customer)
		return created, kept(err)
	case !in.wanted():
		return false, nil
	}
	provider, err := in.provider(tx, kind)
	if err != nil {
		return false, kept(err)
	}
	linked := *customer
	linked.ProviderCustomerID, linked.SyncWithProvider, linked.ProviderPaymentMethods = nil, nil, nil
	linked.PaymentProviderID, linked.PaymentProvider, linked.PaymentProviderCode = &provider.ID, &provider.Type, &provider.Code
	if provider.Type == typeStripe {
		linked.ProviderPaymentMethods = []string{methodCard}
	}
	if created, err = in.assign(tx, &linked); err != nil {
		return false, kept(err)
	}
	if err := unlink(tx, customer); err != nil {
		return false, err
	}
	*customer = linked
	return created, nil
}

// kept marks a refusal after which the customer is saved nevertheless.
func kept(err error) error {
	if refusal, isFault := fault.As(err); isFault {
		refusal.Keep = true
		return refusal
	}
	return err
}

// wanted reports whether the customer shall be created at the provider, or is known
// there.
func (in LinkInput) wanted() bool {
	known, _ := in.CustomerID.Get()
	sync, _ := in.Sync.Get()
	return !form.Blank(known) || sync
}

// keeps reports whether the input names the provider that the customer has already.
func (in LinkInput) keeps(customer *store.Customer, kind string) bool {
	code, _ := in.Code.Get()
	return customer.PaymentProviderID != nil && *customer.PaymentProvider == kind && (form.Blank(code) || *customer.PaymentProviderCode == code)
}

// provider finds the connection that the input names.
func (in LinkInput) provider(tx *store.Tx, kind string) (store.PaymentProvider, error) {
	code, _ := in.Code.Get()
	connected, err := tx.PaymentProviders()
	if err != nil {
		return store.PaymentProvider{}, err
	}
	connected = slices.DeleteFunc(connected, func(row store.PaymentProvider) bool {
		return row.Type != kind || !form.Blank(code) && row.Code != code
	})
	switch len(connected) {
	case 0:
		return store.PaymentProvider{}, fault.Invalid("base", "payment_provider_not_found")
	case 1:
		return connected[0], nil
	}
	return store.PaymentProvider{}, fault.Invalid("base", "payment_provider_code_missing")
}

// assign puts what the provider knows of a linked customer into the row. One that shall be
// created there, and is not known yet, is.
func (in LinkInput) assign(tx *store.Tx, customer *store.Customer) (created bool, err error) {
	methods, err := in.Methods.Get()
	if err == nil && *customer.PaymentProvider == typeStripe {
		if !methodsFit(methods) {
			return false, fault.Invalid("provider_payment_methods", fault.CodeInvalid)
		}
		customer.ProviderPaymentMethods = methods
	}
	form.AssignNullable(&customer.ProviderCustomerID, form.NullIfBlank(in.CustomerID))
	form.AssignNullable(&customer.SyncWithProvider, in.Sync)
	if customer.ProviderCustomerID != nil || customer.SyncWithProvider == nil || !*customer.SyncWithProvider {
		return false, nil
	}
	gateway, connection, externalID := gatewayOf(tx), *customer.PaymentProviderID, customer.ExternalID
	id, err := store.Ask(tx, "customer:"+externalID, func(ctx context.Context) (string, error) {
		return gateway.Customer(ctx, connection, externalID)
	})
	if err != nil {
		return false, fault.Invalid("base", codeUnavailable)
	}
	customer.ProviderCustomerID = &id
	return true, nil
}

// providerID is an identifier as a provider writes them.
func providerID(prefix string, id uuid.UUID) string {
	return prefix + "_" + strings.ReplaceAll(id.String(), "-", "")
}

// unlink ends the link of a customer to its payment provider, and deletes the payment
// methods that came with it.
func unlink(tx *store.Tx, customer *store.Customer) error {
	if customer.PaymentProviderID == nil {
		return nil
	}
	customer.PaymentProviderID, customer.PaymentProvider, customer.PaymentProviderCode = nil, nil, nil
	customer.ProviderCustomerID, customer.SyncWithProvider, customer.ProviderPaymentMethods = nil, nil, nil
	methods, err := tx.AllPaymentMethods(customer.ID)
	if err != nil {
		return err
	}
	for i := range methods {
		if err := tx.DeletePaymentMethod(&methods[i]); err != nil {
			return err
		}
		if err := audit.Deleted(tx, audit.PaymentMethod(methods[i], *customer)); err != nil {
			return err
		}
	}
	return nil
}

// methodCard is the kind of payment method that customers of Stripe have when none is
// chosen.
const methodCard = "card"

// stripeMethods are the kinds of payment methods that Stripe has.
var stripeMethods = []string{methodCard, "sepa_debit", "us_bank_account", "bacs_debit", methodLink, "boleto", methodCrypto, methodBalance}

const (
	// methodLink needs a card.
	methodLink = "link"
	// methodCrypto is not set up before it is used, and neither is methodBalance, which
	// goes together with no other.
	methodCrypto  = "crypto"
	methodBalance = "customer_balance"
)

// methodsFit reports whether Stripe knows the kinds of payment methods and takes them
// together.
func methodsFit(methods []string) bool {
	for _, method := range methods {
		if !slices.Contains(stripeMethods, method) {
			return false
		}
	}
	switch {
	case slices.Contains(methods, methodLink) && !slices.Contains(methods, methodCard):
		return false
	case slices.Contains(methods, methodBalance):
		return len(methods) == 1
	}
	return len(methods) > 0
}
