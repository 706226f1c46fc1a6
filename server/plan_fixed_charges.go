package server

import (
	"context"
	"encoding/json"

	"github.com/shopspring/decimal"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wire"
)

// FindAllPlanFixedCharges lists the fixed charges of a plan.
func (s *Server) FindAllPlanFixedCharges(ctx context.Context, request gen.FindAllPlanFixedChargesRequestObject) (gen.FindAllPlanFixedChargesResponseObject, error) {
	plan, err := txFrom(ctx).PlanID(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	charges, err := txFrom(ctx).FixedCharges(plan, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllPlanFixedCharges200JSONResponse{
		FixedCharges: wire.Each(charges.Rows, wire.FixedCharge), Meta: wire.Meta(charges),
	}, nil
}

// CreatePlanFixedCharge adds a fixed charge to a plan.
func (s *Server) CreatePlanFixedCharge(ctx context.Context, request gen.CreatePlanFixedChargeRequestObject) (gen.CreatePlanFixedChargeResponseObject, error) {
	body := gen.FixedChargeUpdateInput_FixedCharge(request.Body.FixedCharge)
	row, err := engine.CreateFixedCharge(txFrom(ctx), request.Code, nestedFixedChargeInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.CreatePlanFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}

// FindPlanFixedCharge shows a fixed charge of a plan.
func (s *Server) FindPlanFixedCharge(ctx context.Context, request gen.FindPlanFixedChargeRequestObject) (gen.FindPlanFixedChargeResponseObject, error) {
	plan, err := txFrom(ctx).PlanID(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	row, err := txFrom(ctx).FixedCharge(plan, request.FixedChargeCode)
	if err != nil {
		return nil, form.NotFound(err, "fixed_charge")
	}
	return gen.FindPlanFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}

// UpdatePlanFixedCharge changes a fixed charge of a plan.
func (s *Server) UpdatePlanFixedCharge(ctx context.Context, request gen.UpdatePlanFixedChargeRequestObject) (gen.UpdatePlanFixedChargeResponseObject, error) {
	body := request.Body.FixedCharge
	row, err := engine.UpdateFixedCharge(
		txFrom(ctx), request.Code, request.FixedChargeCode, nestedFixedChargeInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.UpdatePlanFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}

// DestroyPlanFixedCharge deletes a fixed charge of a plan.
func (s *Server) DestroyPlanFixedCharge(ctx context.Context, request gen.DestroyPlanFixedChargeRequestObject) (gen.DestroyPlanFixedChargeResponseObject, error) {
	cascade := request.Body != nil && request.Body.FixedCharge != nil && isSet(request.Body.FixedCharge.CascadeUpdates)
	row, err := engine.DeleteFixedCharge(txFrom(ctx), request.Code, request.FixedChargeCode, cascade)
	if err != nil {
		return nil, err
	}
	return gen.DestroyPlanFixedCharge200JSONResponse{FixedCharge: wire.FixedCharge(row)}, nil
}

// nestedFixedChargeInput maps the body of the endpoints for one fixed charge.
func nestedFixedChargeInput(body gen.FixedChargeUpdateInput_FixedCharge) engine.FixedChargeInput {
	return engine.FixedChargeInput{
		AddOnID:               body.AddOnID,
		AddOnCode:             body.AddOnCode,
		Code:                  body.Code,
		ChargeModel:           words(given(body.ChargeModel)),
		InvoiceDisplayName:    body.InvoiceDisplayName,
		PayInAdvance:          body.PayInAdvance,
		Prorated:              body.Prorated,
		Units:                 units(body.Units),
		ApplyUnitsImmediately: isSet(body.ApplyUnitsImmediately),
		Properties:            body.Properties,
		TaxCodes:              body.TaxCodes,
	}
}

// newFixedChargeInput maps a fixed charge in the body of a new plan.
func newFixedChargeInput(body gen.PlanCreateInput_Plan_FixedCharges) engine.FixedChargeInput {
	return engine.FixedChargeInput{
		AddOnID:            body.AddOnID,
		Code:               body.Code,
		ChargeModel:        words(given(body.ChargeModel)),
		InvoiceDisplayName: body.InvoiceDisplayName,
		PayInAdvance:       body.PayInAdvance,
		Prorated:           body.Prorated,
		Units:              units(body.Units),
		Properties:         body.Properties,
		TaxCodes:           body.TaxCodes,
	}
}

// fixedChargeInput maps a fixed charge in the body of a plan that is changed.
func fixedChargeInput(body gen.PlanUpdateInput_Plan_FixedCharges) engine.FixedChargeInput {
	return engine.FixedChargeInput{
		ID:                    body.ID,
		AddOnID:               body.AddOnID,
		Code:                  body.Code,
		ChargeModel:           words(given(body.ChargeModel)),
		InvoiceDisplayName:    body.InvoiceDisplayName,
		PayInAdvance:          body.PayInAdvance,
		Prorated:              body.Prorated,
		Units:                 units(body.Units),
		ApplyUnitsImmediately: isSet(body.ApplyUnitsImmediately),
		Properties:            body.Properties,
		TaxCodes:              body.TaxCodes,
	}
}

// units reads a number of units. One that is no decimal counts as null; the
// validation has refused all but those with an immense exponent.
func units(input nullable.Nullable[json.Number]) nullable.Nullable[decimal.Decimal] {
	number, err := input.Get()
	if err != nil {
		return mapped(input, func(json.Number) decimal.Decimal { return decimal.Decimal{} })
	}
	value, err := decimal.NewFromString(number.String())
	if err != nil {
		return nullable.NewNullNullable[decimal.Decimal]()
	}
	return nullable.NewNullableWithValue(value)
}
