package engine

import (
	"cmp"
	"errors"
	"fmt"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/notify"
	"tarn/payments"
	"tarn/store"
	"tarn/wallets"
)

// The values of customers that the engine chooses itself.
const (
	accountCustomer     = "customer"
	addOnRevenueShare   = "revenue_share"
	maxCustomerMetadata = 5
)

// CustomerInput is what a client says of a customer. On creation, what is
// absent counts as empty; on update it stays as it is, and null empties it.
// Lists replace all that was there; null for one counts as absent.
type CustomerInput struct {
	// ExternalID names the customer. It never changes.
	ExternalID string
	// BillingEntityCode names the seller; absent means the default one on
	// creation.
	BillingEntityCode form.Optional[string]
	CustomerType      form.Optional[string]
	// AccountType counts only with the add-on revenue_share.
	AccountType form.Optional[string]

	Name                    form.Optional[string]
	Firstname               form.Optional[string]
	Lastname                form.Optional[string]
	Email                   form.Optional[string]
	Phone                   form.Optional[string]
	URL                     form.Optional[string]
	LogoURL                 form.Optional[string]
	LegalName               form.Optional[string]
	LegalNumber             form.Optional[string]
	TaxIdentificationNumber form.Optional[string]
	ExternalSalesforceID    form.Optional[string]

	Address         AddressInput
	ShippingAddress AddressInput

	Currency form.Optional[string]
	// Timezone counts only with the premium licence.
	Timezone form.Optional[string]
	// NetPaymentTerm is in days.
	NetPaymentTerm            form.Optional[int]
	FinalizeZeroAmountInvoice form.Optional[string]
	Billing                   CustomerBillingInput

	TaxCodes form.Optional[[]string]
	Metadata form.Optional[[]CustomerMetadataInput]
	// IntegrationTypes are the types of the integration customers, one each.
	// Nothing else of them counts: no integration can be connected to tarn.
	IntegrationTypes          []string
	SkipInvoiceCustomSections form.Optional[bool]
	// InvoiceCustomSectionCodes name the custom sections of the customer's invoices;
	// unknown ones are ignored.
	InvoiceCustomSectionCodes form.Optional[[]string]
}

// AddressInput is a postal address. Absent lines stay as they are.
type AddressInput struct {
	AddressLine1 form.Optional[string]
	AddressLine2 form.Optional[string]
	City         form.Optional[string]
	State        form.Optional[string]
	Zipcode      form.Optional[string]
	// Country is an ISO 3166-1 alpha-2 code in any case.
	Country form.Optional[string]
}

// CustomerBillingInput says how a customer is billed.
type CustomerBillingInput struct {
	// InvoiceGracePeriod is in days. It counts only with the premium licence.
	InvoiceGracePeriod    form.Optional[int]
	DocumentLocale        form.Optional[string]
	IssuingDateAnchor     form.Optional[string]
	IssuingDateAdjustment form.Optional[string]

	PaymentProvider        form.Optional[string]
	PaymentProviderCode    form.Optional[string]
	ProviderCustomerID     form.Optional[string]
	SyncWithProvider       form.Optional[bool]
	ProviderPaymentMethods form.Optional[[]string]
}

// link is what the input says of the payment provider.
func (in CustomerBillingInput) link() payments.LinkInput {
	return payments.LinkInput{
		Type: in.PaymentProvider, Code: in.PaymentProviderCode, CustomerID: in.ProviderCustomerID,
		Sync: in.SyncWithProvider, Methods: in.ProviderPaymentMethods,
	}
}

// UpsertCustomer adds a customer, or changes the one that has the external id.
// It refuses unknown billing entities and taxes with a NotFound fault, and
// values that break a rule with a Validation fault.
//
// Where the billing entity follows the EU's VAT rules, the tax that they choose
// joins the taxes that the input names; NotFound if that one was deleted.
//
// A fault that is marked Keep comes with the customer saved: its payment
// provider could not be linked.
func UpsertCustomer(tx *store.Tx, in CustomerInput) (store.Customer, error) {
	customer, exists, err := customerToWrite(tx, in.ExternalID)
	if err != nil {
		return customer, err
	}
	before, old := audit.Before(audit.Customer(customer)), customer
	if err := setCustomer(tx, &customer, in); err != nil {
		return customer, err
	}
	atProvider, unlinked := payments.Link(tx, &customer, in.Billing.link())
	if refusal, isFault := fault.As(unlinked); unlinked != nil && (!isFault || !refusal.Keep) {
		return customer, unlinked
	}
	if err := saveCustomer(tx, &customer, exists); err != nil {
		return customer, err
	}
	if exists {
		if err := followTerms(tx, &old, &customer); err != nil {
			return customer, err
		}
	}
	if err := replaceCustomerTaxes(tx, &customer, customerTaxCodes(old, customer, in.TaxCodes)); err != nil {
		return customer, err
	}
	if err := pickCustomerSections(tx, &customer, in); err != nil {
		return customer, err
	}
	if err := replaceCustomerMetadata(tx, &customer, in.Metadata); err != nil {
		return customer, err
	}
	if exists {
		err = audit.Updated(tx, before, audit.Customer(customer))
	} else {
		err = audit.Created(tx, audit.Customer(customer))
	}
	if err != nil || unlinked != nil {
		return customer, cmp.Or(err, unlinked)
	}
	return customer, tellUpserted(tx, old, customer, atProvider)
}

// tellUpserted tells of a customer who was saved, of the VAT number where that decides
// about the taxes, and, where that was wanted, of the customer's making at the payment
// provider.
//
// Lago: nobody hears of one whose provider could not be linked.
func tellUpserted(tx *store.Tx, before, after store.Customer, atProvider bool) error {
	if before.CreatedAt.IsZero() {
		notify.Happened(tx, notify.CustomerCreated(after))
	} else {
		notify.Happened(tx, notify.CustomerUpdated(after))
	}
	if _, chosen := customerEUTaxCode(before, after); chosen && orEmpty(after.TaxIdentificationNumber) != "" {
		notify.Happened(tx, notify.CustomerVIESChecked(after))
	}
	if !atProvider {
		return nil
	}
	notify.Happened(tx, notify.CustomerPaymentProviderCreated(after))
	if err := payments.ScheduleCheckout(tx, after); err != nil {
		return err
	}
	return audit.Happened(tx, audit.Customer(after), "payment_provider_created")
}

// followTerms lets what is ahead of a customer follow another zone or other terms.
func followTerms(tx *store.Tx, before, after *store.Customer) error {
	if after.ApplicableTimezone() != before.ApplicableTimezone() {
		if err := rescheduleCustomer(tx, after.ID); err != nil {
			return err
		}
	}
	if !invoicing.TermsChanged(before, after) {
		return nil
	}
	return invoicing.DraftsRedated(tx, store.DraftsFor{Customer: &after.ID})
}

// DeleteCustomer hides a customer and ends the subscriptions, the coupons and the
// wallets that it has; its external id is free for a new one. The answer and the
// activity show it as it last was.
func DeleteCustomer(tx *store.Tx, externalID string) (store.Customer, error) {
	customer, err := tx.CustomerForUpdate(externalID)
	if err != nil {
		return customer, form.NotFound(err, "customer")
	}
	if err := tx.DeleteCustomer(&customer); err != nil {
		return customer, err
	}
	if err := audit.Deleted(tx, audit.Customer(customer)); err != nil {
		return customer, err
	}
	if err := endSubscriptionsOfCustomer(tx, customer); err != nil {
		return customer, err
	}
	if err := invoicing.CustomerDeleted(tx, customer); err != nil {
		return customer, err
	}
	applied, err := tx.ActiveAppliedCouponsOfCustomer(customer.ID)
	if err != nil {
		return customer, err
	}
	if err := terminateAppliedCoupons(tx, applied); err != nil {
		return customer, err
	}
	return customer, wallets.TerminateOf(tx, customer.ID)
}

// customerToWrite finds the customer and reports that it exists, or makes an
// empty one. Transactions that add customers follow one another from here on,
// so two requests for one new external id make one customer: the later one
// changes what the earlier one added.
func customerToWrite(tx *store.Tx, externalID string) (store.Customer, bool, error) {
	customer, err := tx.CustomerForUpdate(externalID)
	if !errors.Is(err, store.ErrNotFound) {
		return customer, err == nil, err
	}
	if err := tx.LockCustomerCreation(); err != nil {
		return customer, false, err
	}
	customer, err = tx.CustomerForUpdate(externalID)
	if !errors.Is(err, store.ErrNotFound) {
		return customer, err == nil, err
	}
	return store.Customer{
		ID: store.NewID(), ExternalID: externalID,
		AccountType: accountCustomer, FinalizeZeroAmountInvoice: store.ZeroInvoiceInherit,
	}, false, nil
}

// setCustomer puts the input into the row and checks the rules in Lago's
// order: the first group that is broken is the one that is reported.
func setCustomer(tx *store.Tx, customer *store.Customer, in CustomerInput) error {
	if err := setCustomerBillingEntity(tx, customer, in.BillingEntityCode); err != nil {
		return err
	}
	if pairs, err := in.Metadata.Get(); err == nil && len(pairs) > maxCustomerMetadata {
		refusal, _ := fault.As(fault.Invalid("metadata", "invalid_count"))
		refusal.First = true
		return refusal
	}
	if len(form.Distinct(in.IntegrationTypes)) < len(in.IntegrationTypes) {
		return fault.Invalid("integration_customers", "invalid_count_per_integration_type")
	}
	assignCustomer(customer, in)
	assignCustomerSettings(customer, in, tx.Organization())
	if err := setAccountType(tx, customer, in.AccountType); err != nil {
		return err
	}
	return checkCustomer(customer)
}

// setCustomerBillingEntity makes the named billing entity the customer's; null
// stands for the default one, which a new customer gets also when none is named.
func setCustomerBillingEntity(tx *store.Tx, customer *store.Customer, input form.Optional[string]) error {
	code, err := input.Get()
	named := err == nil && !form.Blank(code)
	var entity store.BillingEntity
	switch {
	case named:
		entity, err = tx.BillingEntity(code)
	case customer.CreatedAt.IsZero() || input.IsNull():
		entity, err = tx.DefaultBillingEntity()
	default:
		return nil
	}
	if err != nil {
		return form.NotFound(err, "billing_entity")
	}
	customer.BillingEntityID, customer.BillingEntity = entity.ID, entity
	return nil
}

func saveCustomer(tx *store.Tx, customer *store.Customer, exists bool) error {
	if exists {
		return tx.UpdateCustomer(customer)
	}
	number, err := tx.NextCustomerNumber()
	if err != nil {
		return err
	}
	customer.SequentialID = number
	customer.Slug = fmt.Sprintf("%s-%03d", tx.Organization().DocumentNumberPrefix, number)
	return form.Taken(tx.InsertCustomer(customer), "external_id")
}

// replaceCustomerTaxes makes the named taxes the customer's; absent leaves
// them as they are.
func replaceCustomerTaxes(tx *store.Tx, customer *store.Customer, input form.Optional[[]string]) error {
	codes, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: the taxes stay
	}
	taxes, err := taxesOfCodes(tx, codes)
	if err != nil {
		return err
	}
	if err := tx.SetCustomerTaxes(customer, taxes); err != nil {
		return err
	}
	return invoicing.DraftsChanged(tx, store.DraftsFor{Customer: &customer.ID})
}
