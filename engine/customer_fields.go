package engine

import (
	"math"
	"net/mail"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"tarn/billing/iso"
	"tarn/fault"
	"tarn/store"
)

// assignCustomer puts who and where the customer is into the row.
func assignCustomer(customer *store.Customer, in CustomerInput) {
	assignNullable(&customer.Name, in.Name)
	assignNullable(&customer.Firstname, in.Firstname)
	assignNullable(&customer.Lastname, in.Lastname)
	assignNullable(&customer.Phone, in.Phone)
	assignNullable(&customer.URL, in.URL)
	assignNullable(&customer.LogoURL, in.LogoURL)
	assignNullable(&customer.LegalName, in.LegalName)
	assignNullable(&customer.LegalNumber, in.LegalNumber)
	assignNullable(&customer.TaxIdentificationNumber, in.TaxIdentificationNumber)
	assignNullable(&customer.ExternalSalesforceID, in.ExternalSalesforceID)
	assignNullable(&customer.CustomerType, in.CustomerType)
	assignNullable(&customer.Email, in.Email)
	customer.Email = cleanEmail(customer.Email)
	assignAddress(&customer.Address, in.Address)
	assignAddress(&customer.ShippingAddress, in.ShippingAddress)
}

// assignAddress puts an address into the row, line by line.
//
// Lago: countries are taken in any case and kept in upper case.
func assignAddress(address *store.Address, in AddressInput) {
	assignNullable(&address.AddressLine1, in.AddressLine1)
	assignNullable(&address.AddressLine2, in.AddressLine2)
	assignNullable(&address.City, in.City)
	assignNullable(&address.State, in.State)
	assignNullable(&address.Zipcode, in.Zipcode)
	assignNullable(&address.Country, in.Country)
	if unfilled(address.Country) {
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
		assignNullable(&customer.Timezone, in.Timezone)
		assignNullable(&customer.InvoiceGracePeriod, in.Billing.InvoiceGracePeriod)
	}
	assignNullable(&customer.Currency, in.Currency)
	assignNullable(&customer.NetPaymentTerm, in.NetPaymentTerm)
	if in.FinalizeZeroAmountInvoice.IsNull() {
		customer.FinalizeZeroAmountInvoice = finalizeInherit
	}
	assign(&customer.FinalizeZeroAmountInvoice, in.FinalizeZeroAmountInvoice)
	assignNullable(&customer.DocumentLocale, in.Billing.DocumentLocale)
	assignNullable(&customer.IssuingDateAnchor, in.Billing.IssuingDateAnchor)
	assignNullable(&customer.IssuingDateAdjustment, in.Billing.IssuingDateAdjustment)
	// Lago: a list of custom sections, even an empty one, ends the skipping of
	// all sections, unless skipping is asked for in the same breath.
	if in.SkipInvoiceCustomSections.IsNull() || isGiven(in.InvoiceCustomSectionCodes) {
		customer.SkipInvoiceCustomSections = false
	}
	assign(&customer.SkipInvoiceCustomSections, in.SkipInvoiceCustomSections)
}

// setAccountType makes the customer a partner, or a customer again. Without the
// add-on that is ignored.
//
// Lago: so it is once the customer has had a subscription or money off.
func setAccountType(tx *store.Tx, customer *store.Customer, input Optional[string]) error {
	word, err := input.Get()
	if err != nil || word == customer.AccountType || !tx.Organization().AddOn(addOnRevenueShare) {
		return nil //nolint:nilerr // absent or null: nothing to set
	}
	for _, engaged := range []func(uuid.UUID) (bool, error){tx.CustomerSubscribed, tx.CustomerHasMoneyOff} {
		frozen, err := engaged(customer.ID)
		if err != nil || frozen {
			return err
		}
	}
	customer.AccountType = word
	return nil
}

// isGiven reports whether an input is neither absent nor null.
func isGiven[T any](input Optional[T]) bool { return input.IsSpecified() && !input.IsNull() }

// checkInvoiceCustomSections refuses to skip all custom sections and to choose
// some of them at once.
func checkInvoiceCustomSections(in CustomerInput) error {
	skip, _ := in.SkipInvoiceCustomSections.Get()
	codes, _ := in.InvoiceCustomSectionCodes.Get()
	if skip && len(codes) > 0 {
		return fault.Invalid("invoice_custom_sections", "skip_sections_and_selected_ids_sent_together")
	}
	return nil
}

// checkCustomer checks the fields that the contract leaves open.
func checkCustomer(customer *store.Customer) error {
	details := fault.Details{}
	if blank(customer.ExternalID) {
		details.Add("external_id", fault.CodeMandatory)
	}
	checkCountry(details, "country", customer.Address.Country)
	checkCountry(details, "shipping_country", customer.ShippingAddress.Country)
	if email := customer.Email; email != nil && !validEmail(*email) {
		details.Add("email", "invalid_email_format")
	}
	if locale := customer.DocumentLocale; locale != nil && !iso.IsDocumentLanguage(*locale) {
		details.Add("document_locale", "not_a_valid_language_code")
	}
	checkDays(details, "net_payment_term", customer.NetPaymentTerm)
	checkDays(details, "invoice_grace_period", customer.InvoiceGracePeriod)
	return details.Err()
}

func checkCountry(details fault.Details, field string, code *string) {
	if code != nil && !iso.IsCountry(*code) {
		details.Add(field, "not_a_valid_country_code")
	}
}

// checkDays refuses negative numbers of days, and those that no column holds.
func checkDays(details fault.Details, field string, days *int) {
	if days != nil && (*days < 0 || *days > math.MaxInt32) {
		details.Add(field, fault.CodeOutOfRange)
	}
}

// cleanEmail removes characters that cannot be seen and spaces around the
// text; what is empty then is no address at all.
func cleanEmail(email *string) *string {
	if email == nil {
		return nil
	}
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, *email))
	if text == "" {
		return nil
	}
	return &text
}

// validEmail reports whether a text is an address, or several with commas
// between them.
func validEmail(text string) bool {
	for address := range strings.SplitSeq(text, ",") {
		address = strings.TrimSpace(address)
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Address != address {
			return false
		}
	}
	return true
}
