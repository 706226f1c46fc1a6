package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// FindAllTaxes lists the taxes.
func (s *Server) FindAllTaxes(ctx context.Context, request gen.FindAllTaxesRequestObject) (gen.FindAllTaxesResponseObject, error) {
	taxes, err := txFrom(ctx).Taxes(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllTaxes200JSONResponse{Taxes: wire.Each(taxes.Rows, wire.Tax), Meta: wire.Meta(taxes)}, nil
}

// CreateTax adds a tax.
func (s *Server) CreateTax(ctx context.Context, request gen.CreateTaxRequestObject) (gen.CreateTaxResponseObject, error) {
	body := request.Body.Tax
	tax, err := engine.CreateTax(txFrom(ctx), taxInput(gen.TaxBaseInput{
		Name: &body.Name, Code: &body.Code, Rate: &body.Rate,
		Description: body.Description, AppliedToOrganization: body.AppliedToOrganization,
	}))
	if err != nil {
		return nil, err
	}
	return gen.CreateTax200JSONResponse{Tax: wire.Tax(tax)}, nil
}

// FindTax shows a tax.
func (s *Server) FindTax(ctx context.Context, request gen.FindTaxRequestObject) (gen.FindTaxResponseObject, error) {
	tax, err := txFrom(ctx).Tax(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "tax")
	}
	return gen.FindTax200JSONResponse{Tax: wire.Tax(tax)}, nil
}

// UpdateTax changes a tax.
func (s *Server) UpdateTax(ctx context.Context, request gen.UpdateTaxRequestObject) (gen.UpdateTaxResponseObject, error) {
	tax, err := engine.UpdateTax(txFrom(ctx), request.Code, taxInput(request.Body.Tax))
	if err != nil {
		return nil, err
	}
	return gen.UpdateTax200JSONResponse{Tax: wire.Tax(tax)}, nil
}

// DestroyTax deletes a tax.
func (s *Server) DestroyTax(ctx context.Context, request gen.DestroyTaxRequestObject) (gen.DestroyTaxResponseObject, error) {
	tax, err := engine.DeleteTax(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyTax200JSONResponse{Tax: wire.Tax(tax)}, nil
}

func taxInput(body gen.TaxBaseInput) engine.TaxInput {
	return engine.TaxInput{
		Name:                  given(body.Name),
		Code:                  given(body.Code),
		Description:           body.Description,
		Rate:                  given(body.Rate),
		AppliedToOrganization: given(body.AppliedToOrganization),
	}
}
