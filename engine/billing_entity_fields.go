package engine

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"tarn/billing/iso"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The bounds of a billing entity's fields: characters of its texts, and bytes
// of its logo.
const (
	maxCodeLength   = 255
	maxFooterLength = 600
	maxLogoSize     = 800 << 10
)

// logoTypes are the media types of logos.
var logoTypes = map[string]bool{"image/png": true, "image/jpg": true, "image/jpeg": true}

// einvoicingCountries are where electronic invoices can be made.
var einvoicingCountries = map[string]bool{"DE": true, "FR": true}

// assignBillingEntity puts what creation and update share into the row. What
// the organization has no licence for is ignored.
func assignBillingEntity(entity *store.BillingEntity, in BillingEntityInput, premium bool) {
	form.AssignNullable(&entity.LegalName, in.LegalName)
	form.AssignNullable(&entity.LegalNumber, in.LegalNumber)
	form.AssignNullable(&entity.TaxIdentificationNumber, in.TaxIdentificationNumber)
	form.AssignNullable(&entity.Email, in.Email)
	entity.Email = form.CleanEmail(entity.Email)
	form.AssignNullable(&entity.Phone, in.Phone)
	assignAddress(&entity.Address, in.Address)
	if currency, err := in.DefaultCurrency.Get(); err == nil {
		entity.DefaultCurrency = strings.ToUpper(currency)
	}
	if in.DocumentNumberPrefix.IsNull() {
		entity.DocumentNumberPrefix = documentNumberPrefix(entity.Name, entity.ID)
	}
	if prefix, err := in.DocumentNumberPrefix.Get(); err == nil {
		entity.DocumentNumberPrefix = strings.ToUpper(prefix)
	}
	form.Assign(&entity.NetPaymentTerm, in.NetPaymentTerm)
	form.Assign(&entity.FinalizeZeroAmountInvoice, in.FinalizeZeroAmountInvoice)
	form.Assign(&entity.Einvoicing, in.Einvoicing)
	form.Assign(&entity.EUTaxManagement, in.EUTaxManagement)
	form.AssignNullable(&entity.InvoiceFooter, in.Billing.InvoiceFooter)
	if in.Billing.DocumentLocale.IsNull() {
		entity.DocumentLocale = defaultDocumentLocale
	}
	form.Assign(&entity.DocumentLocale, in.Billing.DocumentLocale)
	if premium {
		form.Assign(&entity.Timezone, in.Timezone)
		form.Assign(&entity.InvoiceGracePeriod, in.Billing.InvoiceGracePeriod)
		if settings, err := in.EmailSettings.Get(); err == nil {
			entity.EmailSettings = form.Distinct(settings)
		}
	}
}

// assignIssuingDates puts how issuing dates are chosen into the row.
func assignIssuingDates(entity *store.BillingEntity, in BillingEntityBillingInput) {
	form.Assign(&entity.IssuingDateAnchor, in.IssuingDateAnchor)
	form.Assign(&entity.IssuingDateAdjustment, in.IssuingDateAdjustment)
}

// checkBillingEntity checks the fields that the contract leaves open.
func checkBillingEntity(entity *store.BillingEntity) fault.Details {
	details := fault.Details{}
	if form.Blank(entity.Name) {
		details.Add("name", fault.CodeMandatory)
	}
	if email := entity.Email; email != nil && !form.IsEmail(*email) {
		details.Add("email", "invalid_email_format")
	}
	form.CheckCountry(details, "country", entity.Address.Country)
	if !iso.IsCurrency(entity.DefaultCurrency) {
		details.Add("default_currency", fault.CodeInvalid)
	}
	if !iso.IsDocumentLanguage(entity.DocumentLocale) {
		details.Add("document_locale", "not_a_valid_language_code")
	}
	switch length := utf8.RuneCountInString(entity.DocumentNumberPrefix); {
	case length == 0:
		details.Add("document_number_prefix", fault.CodeTooShort)
	case length > maxPrefixLength:
		details.Add("document_number_prefix", fault.CodeTooLong)
	}
	if footer := entity.InvoiceFooter; footer != nil && utf8.RuneCountInString(*footer) > maxFooterLength {
		details.Add("invoice_footer", fault.CodeTooLong)
	}
	form.CheckDays(details, "net_payment_term", &entity.NetPaymentTerm)
	form.CheckDays(details, "invoice_grace_period", &entity.InvoiceGracePeriod)
	checkCountryRules(details, entity)
	return details
}

// checkCountryRules checks what a billing entity may do in its country only.
func checkCountryRules(details fault.Details, entity *store.BillingEntity) {
	country := ""
	if entity.Address.Country != nil {
		country = *entity.Address.Country
	}
	switch {
	case !entity.Einvoicing:
	case country == "":
		details.Add("einvoicing", "country_must_be_present")
	case !einvoicingCountries[country]:
		details.Add("einvoicing", "country_not_supported")
	}
	if entity.EUTaxManagement && !iso.IsUnionMember(country) {
		details.Add("eu_tax_management", "billing_entity_must_be_in_eu")
	}
}

// checkBillingEntityCode checks the code of a new billing entity.
func checkBillingEntityCode(tx *store.Tx, details fault.Details, code string) error {
	form.CheckFilled(details, "code", code, maxCodeLength)
	if details["code"] != nil {
		return nil
	}
	taken, err := tx.BillingEntitiesByCode([]string{code})
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		details.Add("code", fault.CodeAlreadyExist)
	}
	return nil
}

// readLogo reads a picture from a data URL; none when the input has none.
func readLogo(details fault.Details, input form.Optional[string]) *store.BillingEntityLogo {
	text, err := input.Get()
	if err != nil || form.Blank(text) {
		return nil
	}
	rest, isData := strings.CutPrefix(text, "data:")
	header, encoded, _ := strings.Cut(rest, ",")
	contentType, isBase64 := strings.CutSuffix(strings.ToLower(header), ";base64")
	if !isData || !isBase64 || !logoTypes[contentType] {
		details.Add("logo", "invalid_content_type")
		return nil
	}
	content, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case err != nil || len(content) == 0:
		details.Add("logo", "invalid_content_type")
		return nil
	case len(content) > maxLogoSize:
		details.Add("logo", "invalid_size")
		return nil
	}
	return &store.BillingEntityLogo{ContentType: contentType, Content: content}
}

// taxesInAnyCase finds the taxes that codes name, whose case does not count: a
// code in another case means the tax only where none has it as it is.
func taxesInAnyCase(tx *store.Tx, codes []string) ([]store.Tax, error) {
	candidates, err := tx.TaxesByCodeInAnyCase(codes)
	if err != nil {
		return nil, err
	}
	taxes := make([]store.Tax, 0, len(codes))
	taken := map[uuid.UUID]bool{}
	for _, code := range codes {
		tax := taxNamed(candidates, code)
		if tax == nil {
			return nil, fault.Missing("tax")
		}
		if !taken[tax.ID] {
			taken[tax.ID] = true
			taxes = append(taxes, *tax)
		}
	}
	return taxes, nil
}

func taxNamed(candidates []store.Tax, code string) *store.Tax {
	var named *store.Tax
	for i := range candidates {
		switch {
		case candidates[i].Code == code:
			return &candidates[i]
		case named == nil && strings.EqualFold(candidates[i].Code, code):
			named = &candidates[i]
		}
	}
	return named
}
