package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// FindAllAddOns lists the add-ons.
func (s *Server) FindAllAddOns(ctx context.Context, request gen.FindAllAddOnsRequestObject) (gen.FindAllAddOnsResponseObject, error) {
	addOns, err := txFrom(ctx).AddOns(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllAddOns200JSONResponse{AddOns: wire.Each(addOns.Rows, wire.AddOn), Meta: wire.Meta(addOns)}, nil
}

// CreateAddOn adds an add-on.
func (s *Server) CreateAddOn(ctx context.Context, request gen.CreateAddOnRequestObject) (gen.CreateAddOnResponseObject, error) {
	body := request.Body.AddOn
	addOn, err := engine.CreateAddOn(txFrom(ctx), addOnInput(gen.AddOnBaseInput{
		Name: &body.Name, Code: &body.Code, AmountCents: &body.AmountCents, AmountCurrency: &body.AmountCurrency,
		InvoiceDisplayName: body.InvoiceDisplayName, Description: body.Description, TaxCodes: body.TaxCodes,
	}))
	if err != nil {
		return nil, err
	}
	return gen.CreateAddOn200JSONResponse{AddOn: wire.AddOn(addOn)}, nil
}

// FindAddOn shows an add-on.
func (s *Server) FindAddOn(ctx context.Context, request gen.FindAddOnRequestObject) (gen.FindAddOnResponseObject, error) {
	addOn, err := txFrom(ctx).AddOn(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "add_on")
	}
	return gen.FindAddOn200JSONResponse{AddOn: wire.AddOn(addOn)}, nil
}

// UpdateAddOn changes an add-on.
func (s *Server) UpdateAddOn(ctx context.Context, request gen.UpdateAddOnRequestObject) (gen.UpdateAddOnResponseObject, error) {
	addOn, err := engine.UpdateAddOn(txFrom(ctx), request.Code, addOnInput(request.Body.AddOn))
	if err != nil {
		return nil, err
	}
	return gen.UpdateAddOn200JSONResponse{AddOn: wire.AddOn(addOn)}, nil
}

// DestroyAddOn deletes an add-on.
func (s *Server) DestroyAddOn(ctx context.Context, request gen.DestroyAddOnRequestObject) (gen.DestroyAddOnResponseObject, error) {
	addOn, err := engine.DeleteAddOn(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyAddOn200JSONResponse{AddOn: wire.AddOn(addOn)}, nil
}

func addOnInput(body gen.AddOnBaseInput) engine.AddOnInput {
	return engine.AddOnInput{
		Name:               given(body.Name),
		Code:               given(body.Code),
		InvoiceDisplayName: body.InvoiceDisplayName,
		Description:        body.Description,
		AmountCents:        cents(given(body.AmountCents)),
		AmountCurrency:     words(given(body.AmountCurrency)),
		TaxCodes:           body.TaxCodes,
	}
}
