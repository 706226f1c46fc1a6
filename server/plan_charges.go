package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// FindAllPlanCharges lists the charges of a plan.
func (s *Server) FindAllPlanCharges(ctx context.Context, request gen.FindAllPlanChargesRequestObject) (gen.FindAllPlanChargesResponseObject, error) {
	plan, err := txFrom(ctx).PlanID(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	charges, err := txFrom(ctx).Charges(plan, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllPlanCharges200JSONResponse{Charges: wire.Each(charges.Rows, wire.Charge), Meta: wire.Meta(charges)}, nil
}

// CreatePlanCharge adds a charge to a plan.
func (s *Server) CreatePlanCharge(ctx context.Context, request gen.CreatePlanChargeRequestObject) (gen.CreatePlanChargeResponseObject, error) {
	body := gen.ChargeUpdateInput_Charge(request.Body.Charge)
	row, err := engine.CreateCharge(txFrom(ctx), request.Code, nestedChargeInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.CreatePlanCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// FindPlanCharge shows a charge of a plan.
func (s *Server) FindPlanCharge(ctx context.Context, request gen.FindPlanChargeRequestObject) (gen.FindPlanChargeResponseObject, error) {
	row, err := planCharge(ctx, request.Code, request.ChargeCode)
	if err != nil {
		return nil, err
	}
	return gen.FindPlanCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// UpdatePlanCharge changes a charge of a plan.
func (s *Server) UpdatePlanCharge(ctx context.Context, request gen.UpdatePlanChargeRequestObject) (gen.UpdatePlanChargeResponseObject, error) {
	body := request.Body.Charge
	row, err := engine.UpdateCharge(txFrom(ctx), request.Code, request.ChargeCode, nestedChargeInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.UpdatePlanCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// DestroyPlanCharge deletes a charge of a plan.
func (s *Server) DestroyPlanCharge(ctx context.Context, request gen.DestroyPlanChargeRequestObject) (gen.DestroyPlanChargeResponseObject, error) {
	cascade := request.Body != nil && request.Body.Charge != nil && isSet(request.Body.Charge.CascadeUpdates)
	row, err := engine.DeleteCharge(txFrom(ctx), request.Code, request.ChargeCode, cascade)
	if err != nil {
		return nil, err
	}
	return gen.DestroyPlanCharge200JSONResponse{Charge: wire.Charge(row)}, nil
}

// isSet reads a switch that may be absent.
func isSet(value *bool) bool { return value != nil && *value }

// nestedChargeInput maps the body of the endpoints for one charge.
func nestedChargeInput(body gen.ChargeUpdateInput_Charge) engine.ChargeInput {
	return engine.ChargeInput{
		BillableMetricID:    body.BillableMetricID,
		Code:                body.Code,
		ChargeModel:         words(given(body.ChargeModel)),
		InvoiceDisplayName:  body.InvoiceDisplayName,
		PayInAdvance:        body.PayInAdvance,
		Prorated:            body.Prorated,
		Invoiceable:         body.Invoiceable,
		RegroupPaidFees:     body.RegroupPaidFees,
		AcceptsTargetWallet: body.AcceptsTargetWallet,
		MinAmountCents:      cents(body.MinAmountCents),
		AppliedPricingUnit:  mapped(body.AppliedPricingUnit, pricingUnitInput),
		Properties:          body.Properties,
		Filters:             mappedList(body.Filters, chargeFilterInput),
		TaxCodes:            body.TaxCodes,
	}
}

// newChargeInput maps a charge in the body of a new plan.
func newChargeInput(body gen.ChargeInput) engine.ChargeInput {
	return engine.ChargeInput{
		BillableMetricID:    body.BillableMetricID,
		Code:                body.Code,
		ChargeModel:         words(given(body.ChargeModel)),
		InvoiceDisplayName:  body.InvoiceDisplayName,
		PayInAdvance:        body.PayInAdvance,
		Prorated:            body.Prorated,
		Invoiceable:         body.Invoiceable,
		RegroupPaidFees:     body.RegroupPaidFees,
		AcceptsTargetWallet: body.AcceptsTargetWallet,
		MinAmountCents:      cents(body.MinAmountCents),
		AppliedPricingUnit:  mapped(body.AppliedPricingUnit, pricingUnitInput),
		Properties:          body.Properties,
		Filters:             mappedList(body.Filters, chargeFilterInput),
		TaxCodes:            body.TaxCodes,
	}
}

// chargeInput maps a charge in the body of a plan that is changed.
func chargeInput(body gen.PlanUpdateInput_Plan_Charges) engine.ChargeInput {
	return engine.ChargeInput{
		ID:                  body.ID,
		BillableMetricID:    body.BillableMetricID,
		Code:                body.Code,
		ChargeModel:         words(given(body.ChargeModel)),
		InvoiceDisplayName:  body.InvoiceDisplayName,
		PayInAdvance:        body.PayInAdvance,
		Prorated:            body.Prorated,
		Invoiceable:         body.Invoiceable,
		RegroupPaidFees:     body.RegroupPaidFees,
		AcceptsTargetWallet: body.AcceptsTargetWallet,
		MinAmountCents:      cents(body.MinAmountCents),
		AppliedPricingUnit:  mapped(body.AppliedPricingUnit, pricingUnitInput),
		Properties:          body.Properties,
		Filters:             mappedList(body.Filters, chargeFilterInput),
		TaxCodes:            body.TaxCodes,
	}
}

func pricingUnitInput(body gen.AppliedPricingUnitInput) engine.PricingUnitInput {
	return engine.PricingUnitInput{Code: given(body.Code), ConversionRate: given(body.ConversionRate)}
}

func chargeFilterInput(body gen.ChargeFilterInput) engine.ChargeFilterInput {
	return engine.ChargeFilterInput{
		InvoiceDisplayName: body.InvoiceDisplayName, Properties: body.Properties, Values: filterValues(body.Values),
	}
}

// filterValues are the values of a filter; none where they are absent.
func filterValues(values *map[string][]string) map[string][]string {
	if values == nil {
		return nil
	}
	return *values
}
