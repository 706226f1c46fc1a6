package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/server/edge"
	"tarn/wire"
)

// FindAllCustomers lists the customers that the filters leave.
func (s *Server) FindAllCustomers(ctx context.Context, request gen.FindAllCustomersRequestObject) (gen.FindAllCustomersResponseObject, error) {
	tx := txFrom(ctx)
	filter, err := customerFilter(tx, request.Params, edge.From(ctx).Query())
	if err != nil {
		return nil, err
	}
	customers, err := tx.Customers(filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomers200JSONResponse{Customers: wire.Each(customers.Rows, wire.ListedCustomer), Meta: wire.Meta(customers)}, nil
}

// CreateCustomer adds a customer, or changes the one with the external id.
func (s *Server) CreateCustomer(ctx context.Context, request gen.CreateCustomerRequestObject) (gen.CreateCustomerResponseObject, error) {
	customer, err := engine.UpsertCustomer(txFrom(ctx), customerInput(request.Body.Customer))
	if err != nil {
		return nil, err
	}
	return gen.CreateCustomer200JSONResponse{Customer: wire.Customer(customer)}, nil
}

// FindCustomer shows a customer.
func (s *Server) FindCustomer(ctx context.Context, request gen.FindCustomerRequestObject) (gen.FindCustomerResponseObject, error) {
	customer, err := txFrom(ctx).Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	return gen.FindCustomer200JSONResponse{Customer: wire.Customer(customer)}, nil
}

// DestroyCustomer deletes a customer.
func (s *Server) DestroyCustomer(ctx context.Context, request gen.DestroyCustomerRequestObject) (gen.DestroyCustomerResponseObject, error) {
	customer, err := engine.DeleteCustomer(txFrom(ctx), request.ExternalCustomerID)
	if err != nil {
		return nil, err
	}
	return gen.DestroyCustomer200JSONResponse{Customer: wire.Customer(customer)}, nil
}

func customerInput(body gen.CustomerCreateInput_Customer) engine.CustomerInput {
	in := engine.CustomerInput{
		ExternalID:                body.ExternalID,
		BillingEntityCode:         body.BillingEntityCode,
		CustomerType:              words(body.CustomerType),
		AccountType:               words(body.AccountType),
		Name:                      body.Name,
		Firstname:                 body.Firstname,
		Lastname:                  body.Lastname,
		Email:                     body.Email,
		Phone:                     body.Phone,
		URL:                       body.URL,
		LogoURL:                   body.LogoURL,
		LegalName:                 body.LegalName,
		LegalNumber:               body.LegalNumber,
		TaxIdentificationNumber:   body.TaxIdentificationNumber,
		ExternalSalesforceID:      body.ExternalSalesforceID,
		Currency:                  words(body.Currency),
		Timezone:                  words(body.Timezone),
		NetPaymentTerm:            body.NetPaymentTerm,
		FinalizeZeroAmountInvoice: words(body.FinalizeZeroAmountInvoice),
		TaxCodes:                  body.TaxCodes,
		Metadata:                  mappedList(body.Metadata, customerMetadataInput),
		SkipInvoiceCustomSections: body.SkipInvoiceCustomSections,
		InvoiceCustomSectionCodes: body.InvoiceCustomSectionCodes,
		IntegrationTypes:          integrationTypes(body),
	}
	in.Address = addressInput(gen.AddressInput{
		AddressLine1: body.AddressLine1, AddressLine2: body.AddressLine2, City: body.City,
		State: body.State, Zipcode: body.Zipcode, Country: body.Country,
	})
	if shipping, err := body.ShippingAddress.Get(); err == nil {
		in.ShippingAddress = addressInput(shipping)
	}
	if billing, err := body.BillingConfiguration.Get(); err == nil {
		in.Billing = customerBillingInput(billing)
	}
	return in
}

func addressInput(body gen.AddressInput) engine.AddressInput {
	return engine.AddressInput{
		AddressLine1: body.AddressLine1,
		AddressLine2: body.AddressLine2,
		City:         body.City,
		State:        body.State,
		Zipcode:      body.Zipcode,
		Country:      body.Country,
	}
}

func customerBillingInput(body gen.CustomerBillingConfiguration) engine.CustomerBillingInput {
	return engine.CustomerBillingInput{
		InvoiceGracePeriod:    body.InvoiceGracePeriod,
		DocumentLocale:        body.DocumentLocale,
		IssuingDateAnchor:     words(body.SubscriptionInvoiceIssuingDateAnchor),
		IssuingDateAdjustment: words(body.SubscriptionInvoiceIssuingDateAdjustment),

		PaymentProvider:        words(body.PaymentProvider),
		PaymentProviderCode:    body.PaymentProviderCode,
		ProviderCustomerID:     body.ProviderCustomerID,
		SyncWithProvider:       body.SyncWithProvider,
		ProviderPaymentMethods: body.ProviderPaymentMethods,
	}
}

func customerMetadataInput(body gen.CustomerCreateInput_Customer_Metadata) engine.CustomerMetadataInput {
	return engine.CustomerMetadataInput{
		Pair: form.Pair{ID: body.ID, Key: body.Key, Value: body.Value}, DisplayInInvoice: body.DisplayInInvoice,
	}
}

// integrationTypes are the types of the integration customers that name one.
func integrationTypes(body gen.CustomerCreateInput_Customer) []string {
	integrations, _ := body.IntegrationCustomers.Get()
	var types []string
	for _, integration := range integrations {
		if integration.IntegrationType != nil {
			types = append(types, string(*integration.IntegrationType))
		}
	}
	return types
}
