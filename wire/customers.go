package wire

import (
	"time"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// Customer is a customer as every endpoint but the list shows it. tarn has no
// integrations and no failed tax lookups, so those lists are empty.
func Customer(row store.Customer) gen.CustomerObjectExtended {
	object := ListedCustomer(row)
	object.ApplicableInvoiceCustomSections = some(Each(row.ApplicableSections(), pickedSection))
	object.ErrorDetails = &[]gen.ErrorDetailObject{}
	return object
}

// ListedCustomer is a customer as the list shows it.
func ListedCustomer(row store.Customer) gen.CustomerObjectExtended {
	held := &customerParts{
		entity: row.BillingEntity.Code, account: gen.CustomerObjectExtendedAccountType(row.AccountType), updated: instant(row.UpdatedAt),
		finalize:    gen.CustomerObjectExtendedFinalizeZeroAmountInvoice(row.FinalizeZeroAmountInvoice),
		skipSection: row.SkipInvoiceCustomSections, metadata: Each(row.Metadata, customerMetadata), taxes: Each(row.Taxes, AppliedTax),
		integrations: []gen.IntegrationCustomer{},
	}
	object := gen.CustomerObjectExtended{
		LagoID:                    row.ID,
		BillingEntityCode:         &held.entity,
		ExternalID:                row.ExternalID,
		AccountType:               &held.account,
		CustomerType:              optionalWord[gen.CustomerObjectExtendedCustomerType](row.CustomerType),
		SequentialID:              int(row.SequentialID),
		Slug:                      row.Slug,
		CreatedAt:                 instant(row.CreatedAt),
		UpdatedAt:                 &held.updated,
		Currency:                  optionalWord[gen.CurrencyOrNull](row.Currency),
		Timezone:                  optionalWord[gen.TimezoneOrNull](row.Timezone),
		ApplicableTimezone:        gen.Timezone(row.ApplicableTimezone()),
		NetPaymentTerm:            optional(row.NetPaymentTerm),
		FinalizeZeroAmountInvoice: &held.finalize,
		SkipInvoiceCustomSections: &held.skipSection,
		BillingConfiguration:      nullable.NewNullableWithValue(customerBillingConfiguration(row)),
		ShippingAddress:           nullable.NewNullableWithValue(address(row.ShippingAddress)),
		Metadata:                  &held.metadata,
		Taxes:                     &held.taxes,
		IntegrationCustomers:      &held.integrations,
	}
	describeCustomer(&object, row)
	return object
}

// customerParts are what a listed customer points at, allocated at once: a page has
// many customers.
type customerParts struct {
	entity       string
	account      gen.CustomerObjectExtendedAccountType
	updated      time.Time
	finalize     gen.CustomerObjectExtendedFinalizeZeroAmountInvoice
	skipSection  bool
	metadata     []gen.CustomerMetadata
	taxes        []gen.TaxObject
	integrations []gen.IntegrationCustomer
}

// WebhookCustomer is a customer as its own webhooks show it: with its integrations, and
// without taxes.
func WebhookCustomer(row store.Customer) gen.CustomerObjectExtended {
	object := ListedCustomer(row)
	object.Taxes = nil
	return object
}

// describeCustomer fills in who and where the customer is.
func describeCustomer(object *gen.CustomerObjectExtended, row store.Customer) {
	object.Name = optional(row.Name)
	object.Firstname = optional(row.Firstname)
	object.Lastname = optional(row.Lastname)
	object.Email = optional(row.Email)
	object.Phone = optional(row.Phone)
	object.URL = optional(row.URL)
	object.LogoURL = optional(row.LogoURL)
	object.LegalName = optional(row.LegalName)
	object.LegalNumber = optional(row.LegalNumber)
	object.TaxIdentificationNumber = optional(row.TaxIdentificationNumber)
	object.ExternalSalesforceID = optional(row.ExternalSalesforceID)
	object.AddressLine1 = optional(row.Address.AddressLine1)
	object.AddressLine2 = optional(row.Address.AddressLine2)
	object.City = optional(row.Address.City)
	object.State = optional(row.Address.State)
	object.Zipcode = optional(row.Address.Zipcode)
	object.Country = optionalWord[gen.CountryOrNull](row.Address.Country)
}

// providerWithoutCustomers is the kind of provider that keeps no customers of its own.
const providerWithoutCustomers = "flutterwave"

// customerBillingConfiguration is how a customer is billed. The provider's own members
// are absent without a payment provider and with one that keeps no customers, and those of
// Stripe with another one.
func customerBillingConfiguration(row store.Customer) gen.CustomerBillingConfiguration {
	object := gen.CustomerBillingConfiguration{
		InvoiceGracePeriod:                       optional(row.InvoiceGracePeriod),
		PaymentProvider:                          optionalWord[gen.CustomerBillingConfigurationPaymentProvider](row.PaymentProvider),
		PaymentProviderCode:                      optional(row.PaymentProviderCode),
		DocumentLocale:                           optional(row.DocumentLocale),
		SubscriptionInvoiceIssuingDateAnchor:     optionalWord[gen.CustomerBillingConfigurationSubscriptionInvoiceIssuingDateAnchor](row.IssuingDateAnchor),
		SubscriptionInvoiceIssuingDateAdjustment: optionalWord[gen.CustomerBillingConfigurationSubscriptionInvoiceIssuingDateAdjustment](row.IssuingDateAdjustment),
	}
	if row.PaymentProvider == nil || *row.PaymentProvider == providerWithoutCustomers {
		return object
	}
	object.ProviderCustomerID = optional(row.ProviderCustomerID)
	if row.SyncWithProvider != nil {
		object.SyncWithProvider.Set(*row.SyncWithProvider)
	}
	if row.ProviderPaymentMethods != nil {
		object.ProviderPaymentMethods.Set(row.ProviderPaymentMethods)
	}
	return object
}

func address(row store.Address) gen.Address {
	return gen.Address{
		AddressLine1: optional(row.AddressLine1),
		AddressLine2: optional(row.AddressLine2),
		City:         optional(row.City),
		State:        optional(row.State),
		Zipcode:      optional(row.Zipcode),
		Country:      optionalWord[gen.CountryOrNull](row.Country),
	}
}

func customerMetadata(row store.CustomerMetadata) gen.CustomerMetadata {
	return gen.CustomerMetadata{
		LagoID:           row.ID,
		Key:              row.Key,
		Value:            row.Value,
		DisplayInInvoice: row.DisplayInInvoice,
		CreatedAt:        instant(row.CreatedAt),
	}
}
