package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wire"
)

// ListBillingEntities lists all billing entities; there are no pages.
func (s *Server) ListBillingEntities(ctx context.Context, _ gen.ListBillingEntitiesRequestObject) (gen.ListBillingEntitiesResponseObject, error) {
	entities, err := txFrom(ctx).BillingEntities()
	if err != nil {
		return nil, err
	}
	return gen.ListBillingEntities200JSONResponse{BillingEntities: wire.Each(entities, wire.BillingEntity)}, nil
}

// CreateBillingEntity adds a billing entity.
func (s *Server) CreateBillingEntity(ctx context.Context, request gen.CreateBillingEntityRequestObject) (gen.CreateBillingEntityResponseObject, error) {
	entity, err := engine.CreateBillingEntity(txFrom(ctx), newBillingEntityInput(request.Body.BillingEntity))
	if err != nil {
		return nil, err
	}
	object := wire.BillingEntity(entity)
	return createdBillingEntity{BillingEntityObject: object, BillingEntity: object}, nil
}

// GetBillingEntity shows a billing entity.
func (s *Server) GetBillingEntity(ctx context.Context, request gen.GetBillingEntityRequestObject) (gen.GetBillingEntityResponseObject, error) {
	entity, err := txFrom(ctx).ShownBillingEntity(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "billing_entity")
	}
	return foundBillingEntity{BillingEntity: wire.ShownBillingEntity(entity)}, nil
}

// UpdateBillingEntity changes a billing entity. The edge has taken the body out
// of its wrapper, if it had one.
func (s *Server) UpdateBillingEntity(ctx context.Context, request gen.UpdateBillingEntityRequestObject) (gen.UpdateBillingEntityResponseObject, error) {
	entity, err := engine.UpdateBillingEntity(txFrom(ctx), request.Code, billingEntityInput(*request.Body))
	if err != nil {
		return nil, err
	}
	object := wire.ShownBillingEntity(entity)
	return updatedBillingEntity{ShownEntity: object, BillingEntity: object}, nil
}

// The answers of creation and update are bare objects in the document and
// wrapped ones on Lago's own wire; ours are both at once. The generated types
// have the members of all schemas flattened into one struct, with enumerations
// of its own each, so these stand in for them. The interfaces in them say whose
// answers they are, and have no value.
type (
	createdBillingEntity struct {
		gen.CreateBillingEntityResponseObject `json:"-"`
		gen.BillingEntityObject

		BillingEntity gen.BillingEntityObject `json:"billing_entity"`
	}
	foundBillingEntity struct {
		gen.GetBillingEntityResponseObject `json:"-"`

		BillingEntity wire.ShownEntity `json:"billing_entity"`
	}
	updatedBillingEntity struct {
		gen.UpdateBillingEntityResponseObject `json:"-"`
		wire.ShownEntity

		BillingEntity wire.ShownEntity `json:"billing_entity"`
	}
)

func newBillingEntityInput(body gen.BillingEntityCreateInput_BillingEntity) engine.BillingEntityInput {
	in := engine.BillingEntityInput{
		Code:                      nullable.NewNullableWithValue(body.Code),
		Name:                      nullable.NewNullableWithValue(body.Name),
		LegalName:                 body.LegalName,
		LegalNumber:               body.LegalNumber,
		TaxIdentificationNumber:   body.TaxIdentificationNumber,
		Email:                     body.Email,
		Phone:                     body.Phone,
		DefaultCurrency:           given(body.DefaultCurrency),
		Timezone:                  words(given(body.Timezone)),
		DocumentNumbering:         words(given(body.DocumentNumbering)),
		DocumentNumberPrefix:      body.DocumentNumberPrefix,
		NetPaymentTerm:            given(body.NetPaymentTerm),
		FinalizeZeroAmountInvoice: given(body.FinalizeZeroAmountInvoice),
		EmailSettings:             mappedList(body.EmailSettings, word),
		Einvoicing:                given(body.Einvoicing),
		EUTaxManagement:           given(body.EuTaxManagement),
		Logo:                      body.Logo,
	}
	in.Address = addressInput(gen.AddressInput{
		AddressLine1: body.AddressLine1, AddressLine2: body.AddressLine2, City: body.City,
		State: body.State, Zipcode: body.Zipcode, Country: body.Country,
	})
	if billing, err := body.BillingConfiguration.Get(); err == nil {
		in.Billing = engine.BillingEntityBillingInput{
			InvoiceFooter:         billing.InvoiceFooter,
			DocumentLocale:        billing.DocumentLocale,
			InvoiceGracePeriod:    given(billing.InvoiceGracePeriod),
			IssuingDateAnchor:     words(given(billing.SubscriptionInvoiceIssuingDateAnchor)),
			IssuingDateAdjustment: words(given(billing.SubscriptionInvoiceIssuingDateAdjustment)),
		}
	}
	return in
}

func billingEntityInput(body gen.BillingEntityUpdateInput) engine.BillingEntityInput {
	in := engine.BillingEntityInput{
		Name:                      given(body.Name),
		LegalName:                 body.LegalName,
		LegalNumber:               body.LegalNumber,
		TaxIdentificationNumber:   body.TaxIdentificationNumber,
		Email:                     body.Email,
		Phone:                     body.Phone,
		DefaultCurrency:           given(body.DefaultCurrency),
		Timezone:                  words(given(body.Timezone)),
		DocumentNumbering:         given(body.DocumentNumbering),
		DocumentNumberPrefix:      body.DocumentNumberPrefix,
		NetPaymentTerm:            given(body.NetPaymentTerm),
		FinalizeZeroAmountInvoice: given(body.FinalizeZeroAmountInvoice),
		EmailSettings:             mappedList(body.EmailSettings, word),
		Einvoicing:                given(body.Einvoicing),
		EUTaxManagement:           given(body.EuTaxManagement),
		Logo:                      body.Logo,
		TaxCodes:                  body.TaxCodes,
		InvoiceCustomSectionCodes: body.InvoiceCustomSectionCodes,
	}
	in.Address = addressInput(gen.AddressInput{
		AddressLine1: body.AddressLine1, AddressLine2: body.AddressLine2, City: body.City,
		State: body.State, Zipcode: body.Zipcode, Country: body.Country,
	})
	if billing, err := body.BillingConfiguration.Get(); err == nil {
		in.Billing = engine.BillingEntityBillingInput{
			InvoiceFooter:         billing.InvoiceFooter,
			DocumentLocale:        billing.DocumentLocale,
			InvoiceGracePeriod:    given(billing.InvoiceGracePeriod),
			IssuingDateAnchor:     words(given(billing.SubscriptionInvoiceIssuingDateAnchor)),
			IssuingDateAdjustment: words(given(billing.SubscriptionInvoiceIssuingDateAdjustment)),
		}
	}
	return in
}

// word is a generated enumeration's value as text.
func word[Word ~string](value Word) string { return string(value) }
