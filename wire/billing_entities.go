package wire

import (
	"encoding/base64"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// ShownEntity is a billing entity as its own endpoint shows it: with the taxes
// that it applies and the custom sections that it has picked.
type ShownEntity struct {
	gen.BillingEntityObject

	Taxes                         []gen.TaxObject                  `json:"taxes"`
	SelectedInvoiceCustomSections []gen.InvoiceCustomSectionObject `json:"selected_invoice_custom_sections"`
}

// ShownBillingEntity is a billing entity as its own endpoint shows it.
func ShownBillingEntity(row store.BillingEntity) ShownEntity {
	return ShownEntity{
		BillingEntityObject:           BillingEntity(row),
		Taxes:                         Each(row.Taxes, AppliedTax),
		SelectedInvoiceCustomSections: Each(row.Sections, pickedSection),
	}
}

// BillingEntity is a billing entity as the list shows it.
func BillingEntity(row store.BillingEntity) gen.BillingEntityObject {
	settings := Each(row.EmailSettings, func(name string) gen.BillingEntityObjectEmailSettings {
		return gen.BillingEntityObjectEmailSettings(name)
	})
	return gen.BillingEntityObject{
		LagoID:                    row.ID,
		Code:                      row.Code,
		Name:                      row.Name,
		LegalName:                 optional(row.LegalName),
		LegalNumber:               optional(row.LegalNumber),
		TaxIdentificationNumber:   optional(row.TaxIdentificationNumber),
		Email:                     optional(row.Email),
		Phone:                     optional(row.Phone),
		AddressLine1:              optional(row.Address.AddressLine1),
		AddressLine2:              optional(row.Address.AddressLine2),
		City:                      optional(row.Address.City),
		State:                     optional(row.Address.State),
		Zipcode:                   optional(row.Address.Zipcode),
		Country:                   optionalWord[gen.CountryOrNull](row.Address.Country),
		DefaultCurrency:           gen.Currency(row.DefaultCurrency),
		Timezone:                  gen.Timezone(row.Timezone),
		DocumentLocale:            row.DocumentLocale,
		DocumentNumbering:         gen.BillingEntityObjectDocumentNumbering(row.DocumentNumbering),
		DocumentNumberPrefix:      optional(&row.DocumentNumberPrefix),
		NetPaymentTerm:            row.NetPaymentTerm,
		FinalizeZeroAmountInvoice: row.FinalizeZeroAmountInvoice,
		InvoiceFooter:             optional(row.InvoiceFooter),
		InvoiceGracePeriod:        row.InvoiceGracePeriod,
		EmailSettings:             &settings,
		Einvoicing:                &row.Einvoicing,
		EuTaxManagement:           &row.EUTaxManagement,
		IsDefault:                 &row.IsDefault,
		LogoURL:                   logoURL(row.Logo),
		CreatedAt:                 instant(row.CreatedAt),
		UpdatedAt:                 instant(row.UpdatedAt),

		SubscriptionInvoiceIssuingDateAnchor:     some(gen.BillingEntityObjectSubscriptionInvoiceIssuingDateAnchor(row.IssuingDateAnchor)),
		SubscriptionInvoiceIssuingDateAdjustment: some(gen.BillingEntityObjectSubscriptionInvoiceIssuingDateAdjustment(row.IssuingDateAdjustment)),
	}
}

// logoURL is a logo's address. It is a data URL, which holds the picture
// itself: whoever may read the billing entity needs nothing else to show it.
func logoURL(logo *store.BillingEntityLogo) nullable.Nullable[string] {
	if logo == nil {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue("data:" + logo.ContentType + ";base64," + base64.StdEncoding.EncodeToString(logo.Content))
}
