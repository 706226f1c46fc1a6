package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// The numberings of an organization's documents.
const (
	numberedPerEntity       = "per_billing_entity"
	numberedPerOrganization = "per_organization"
)

// OrganizationSettings is an organization as the billing API shows it.
//
// Lago: the address of the first webhook endpoint is an empty text where there
// is none.
func OrganizationSettings(settings store.OrganizationSettings) gen.OrganizationObject {
	row, entity := settings.Organization, settings.BillingEntity
	urls := Each(settings.WebhookEndpoints, func(e store.WebhookEndpoint) string { return e.WebhookURL })
	first := ""
	if len(urls) > 0 {
		first = urls[0]
	}
	numbering := entity.DocumentNumbering
	if numbering == numberedPerEntity {
		numbering = numberedPerOrganization
	}
	taxes := Each(entity.Taxes, AppliedTax)
	emails := Each(entity.EmailSettings, func(name string) gen.OrganizationObjectEmailSettings {
		return gen.OrganizationObjectEmailSettings(name)
	})
	return gen.OrganizationObject{
		LagoID:                    row.ID,
		Name:                      row.Name,
		Slug:                      optional(&row.Slug),
		CreatedAt:                 nullable.NewNullableWithValue(instant(row.CreatedAt)),
		WebhookURL:                optional(&first),
		WebhookUrls:               optional(&urls),
		Country:                   optionalWord[gen.CountryOrNull](row.Country),
		Email:                     optional(row.Email),
		DefaultCurrency:           some(gen.Currency(entity.DefaultCurrency)),
		Timezone:                  some(gen.Timezone(entity.Timezone)),
		AddressLine1:              optional(entity.Address.AddressLine1),
		AddressLine2:              optional(entity.Address.AddressLine2),
		State:                     optional(entity.Address.State),
		Zipcode:                   optional(entity.Address.Zipcode),
		City:                      optional(entity.Address.City),
		LegalName:                 optional(entity.LegalName),
		LegalNumber:               optional(entity.LegalNumber),
		TaxIdentificationNumber:   optional(entity.TaxIdentificationNumber),
		NetPaymentTerm:            &entity.NetPaymentTerm,
		EmailSettings:             &emails,
		DocumentNumbering:         gen.OrganizationObjectDocumentNumbering(numbering),
		DocumentNumberPrefix:      row.DocumentNumberPrefix,
		FinalizeZeroAmountInvoice: &entity.FinalizeZeroAmountInvoice,
		EventsStore:               some(gen.OrganizationObjectEventsStorePostgres),
		Taxes:                     &taxes,
		BillingConfiguration: nullable.NewNullableWithValue(gen.OrganizationBillingConfiguration{
			InvoiceFooter:      optional(entity.InvoiceFooter),
			DocumentLocale:     optional(&entity.DocumentLocale),
			InvoiceGracePeriod: &entity.InvoiceGracePeriod,
		}),
	}
}
