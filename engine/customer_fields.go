package engine

import (
	"strings"

	"github.com/google/uuid"

	"tarn/billing/iso"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// assignCustomer puts who and where the customer is into the row.
func assignCustomer(customer *store.Customer, in CustomerInput) {
	form.AssignNullable(&customer.Name, in.Name)
	form.AssignNullable(&customer.Firstname, in.Firstname)
	form.AssignNullable(&customer.Lastname, in.Lastname)
	form.AssignNullable(&customer.Phone, in.Phone)
	form.AssignNullable(&customer.URL, in.URL)
	form.AssignNullable(&customer.LogoURL, in.LogoURL)
	form.AssignNullable(&customer.LegalName, in.LegalName)
	form.AssignNullable(&customer.LegalNumber, in.LegalNumber)
	form.AssignNullable(&customer.TaxIdentificationNumber, in.TaxIdentificationNumber)
	form.AssignNullable(&customer.ExternalSalesforceID, in.ExternalSalesforceID)
	form.AssignNullable(&customer.CustomerType, in.CustomerType)
	form.AssignNullable(&customer.Email, in.Email)
	customer.Email = form.CleanEmail(customer.Email)
	assignAddress(&customer.Address, in.Address.filled())
	assignAddress(&customer.ShippingAddress, in.ShippingAddress.filled())
}

// filled is the address with null for its blank lines.
//
// Lago: so it is for customers. Billing entities keep blank lines.
func (in AddressInput) filled() AddressInput {
	return AddressInput{
		AddressLine1: form.NullIfBlank(in.AddressLine1), AddressLine2: form.NullIfBlank(in.AddressLine2),
		City: form.NullIfBlank(in.City), State: form.NullIfBlank(in.State),
		Zipcode: form.NullIfBlank(in.Zipcode), Country: form.NullIfBlank(in.Country),
	}
}

// assignAddress puts an address into the row, line by line.
//
// Lago: countries are taken in any case and kept in upper case.
func assignAddress(address *store.Address, in AddressInput) {
	form.AssignNullable(&address.AddressLine1, in.AddressLine1)
	form.AssignNullable(&address.AddressLine2, in.AddressLine2)
	form.AssignNullable(&address.City, in.City)
	form.AssignNullable(&address.State, in.State)
	form.AssignNullable(&address.Zipcode, in.Zipcode)
	form.AssignNullable(&address.Country, in.Country)
	if form.Unfilled(address.Country) {
		address.Country = nil
		return
	}
	country := strings.ToUpper(*address.Country)
	address.Country = &country
}

// assignCustomerSettings puts how the customer is billed into the row. What
// the organization has no licence for is ignored.
func assignCustomerSettings(customer *store.Customer, in CustomerInput, organization store.Organization) {
	if organization.Premium() {
		form.AssignNullable(&customer.Timezone, in.Timezone)
		form.AssignNullable(&customer.InvoiceGracePeriod, in.Billing.InvoiceGracePeriod)
	}
	form.AssignNullable(&customer.Currency, in.Currency)
	form.AssignNullable(&customer.NetPaymentTerm, in.NetPaymentTerm)
	if in.FinalizeZeroAmountInvoice.IsNull() {
		customer.FinalizeZeroAmountInvoice = store.ZeroInvoiceInherit
	}
	form.Assign(&customer.FinalizeZeroAmountInvoice, in.FinalizeZeroAmountInvoice)
	form.AssignNullable(&customer.DocumentLocale, in.Billing.DocumentLocale)
	form.AssignNullable(&customer.IssuingDateAnchor, in.Billing.IssuingDateAnchor)
	form.AssignNullable(&customer.IssuingDateAdjustment, in.Billing.IssuingDateAdjustment)
	// Lago: a list of custom sections, even an empty one, ends the skipping of
	// all sections, unless skipping is asked for in the same breath.
	if in.SkipInvoiceCustomSections.IsNull() || form.Given(in.InvoiceCustomSectionCodes) {
		customer.SkipInvoiceCustomSections = false
	}
	form.Assign(&customer.SkipInvoiceCustomSections, in.SkipInvoiceCustomSections)
}

// setAccountType makes the customer a partner, or a customer again. Without the
// add-on that is ignored.
//
// Lago: so it is once the customer has had a subscription, money off or a wallet.
func setAccountType(tx *store.Tx, customer *store.Customer, input form.Optional[string]) error {
	word := customer.AccountType
	form.AssignOr(&word, input, accountCustomer)
	if word == customer.AccountType || !tx.Organization().AddOn(addOnRevenueShare) {
		return nil
	}
	for _, engaged := range []func(uuid.UUID) (bool, error){tx.CustomerSubscribed, tx.CustomerHasMoneyOff, tx.CustomerHasWallet} {
		frozen, err := engaged(customer.ID)
		if err != nil || frozen {
			return err
		}
	}
	customer.AccountType = word
	return nil
}

// checkCustomer checks the fields that the contract leaves open.
func checkCustomer(customer *store.Customer) error {
	details := fault.Details{}
	if form.Blank(customer.ExternalID) {
		details.Add("external_id", fault.CodeMandatory)
	}
	form.CheckCountry(details, "country", customer.Address.Country)
	form.CheckCountry(details, "shipping_country", customer.ShippingAddress.Country)
	if email := customer.Email; email != nil && !form.IsEmail(*email) {
		details.Add("email", "invalid_email_format")
	}
	if locale := customer.DocumentLocale; locale != nil && !iso.IsDocumentLanguage(*locale) {
		details.Add("document_locale", "not_a_valid_language_code")
	}
	form.CheckDays(details, "net_payment_term", customer.NetPaymentTerm)
	form.CheckDays(details, "invoice_grace_period", customer.InvoiceGracePeriod)
	return details.Err()
}
