package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/wire"
)

// UpdateOrganization changes the organization's settings.
func (s *Server) UpdateOrganization(ctx context.Context, request gen.UpdateOrganizationRequestObject) (gen.UpdateOrganizationResponseObject, error) {
	settings, err := engine.UpdateOrganizationSettings(txFrom(ctx), organizationSettingsInput(request.Body.Organization))
	if err != nil {
		return nil, err
	}
	return gen.UpdateOrganization200JSONResponse{Organization: wire.OrganizationSettings(settings)}, nil
}

func organizationSettingsInput(body gen.OrganizationUpdateInput_Organization) engine.OrganizationSettingsInput {
	entity := engine.BillingEntityInput{
		LegalName:                 body.LegalName,
		LegalNumber:               body.LegalNumber,
		TaxIdentificationNumber:   body.TaxIdentificationNumber,
		Email:                     body.Email,
		DefaultCurrency:           given(body.DefaultCurrency),
		Timezone:                  words(given(body.Timezone)),
		DocumentNumbering:         words(given(body.DocumentNumbering)),
		DocumentNumberPrefix:      body.DocumentNumberPrefix,
		NetPaymentTerm:            given(body.NetPaymentTerm),
		FinalizeZeroAmountInvoice: given(body.FinalizeZeroAmountInvoice),
		EmailSettings:             mappedList(body.EmailSettings, word),
	}
	entity.Address = addressInput(gen.AddressInput{
		AddressLine1: body.AddressLine1, AddressLine2: body.AddressLine2, City: body.City,
		State: body.State, Zipcode: body.Zipcode, Country: body.Country,
	})
	if billing, err := body.BillingConfiguration.Get(); err == nil {
		entity.Billing = engine.BillingEntityBillingInput{
			InvoiceFooter:      billing.InvoiceFooter,
			DocumentLocale:     billing.DocumentLocale,
			InvoiceGracePeriod: given(billing.InvoiceGracePeriod),
		}
	}
	return engine.OrganizationSettingsInput{Slug: body.Slug, WebhookURL: body.WebhookURL, BillingEntity: entity}
}
