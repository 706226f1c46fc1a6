package server

import (
	"context"

	"github.com/shopspring/decimal"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wire"
)

// FindAllPlans lists the plans of the catalogue.
func (s *Server) FindAllPlans(ctx context.Context, request gen.FindAllPlansRequestObject) (gen.FindAllPlansResponseObject, error) {
	plans, err := txFrom(ctx).Plans(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllPlans200JSONResponse{Plans: wire.Each(plans.Rows, wire.ListedPlan), Meta: wire.Meta(plans)}, nil
}

// CreatePlan adds a plan.
func (s *Server) CreatePlan(ctx context.Context, request gen.CreatePlanRequestObject) (gen.CreatePlanResponseObject, error) {
	plan, err := engine.CreatePlan(txFrom(ctx), newPlanInput(request.Body.Plan))
	if err != nil {
		return nil, err
	}
	return gen.CreatePlan200JSONResponse{Plan: wire.Plan(plan)}, nil
}

// FindPlan shows a plan.
func (s *Server) FindPlan(ctx context.Context, request gen.FindPlanRequestObject) (gen.FindPlanResponseObject, error) {
	plan, err := txFrom(ctx).Plan(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	return gen.FindPlan200JSONResponse{Plan: wire.Plan(plan)}, nil
}

// UpdatePlan changes a plan.
func (s *Server) UpdatePlan(ctx context.Context, request gen.UpdatePlanRequestObject) (gen.UpdatePlanResponseObject, error) {
	plan, err := engine.UpdatePlan(txFrom(ctx), request.Code, planInput(request.Body.Plan))
	if err != nil {
		return nil, err
	}
	return gen.UpdatePlan200JSONResponse{Plan: wire.Plan(plan)}, nil
}

// DestroyPlan deletes a plan.
func (s *Server) DestroyPlan(ctx context.Context, request gen.DestroyPlanRequestObject) (gen.DestroyPlanResponseObject, error) {
	plan, err := engine.DeletePlan(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyPlan200JSONResponse{Plan: wire.Plan(plan)}, nil
}

func newPlanInput(body gen.PlanCreateInput_Plan) engine.PlanInput {
	return engine.PlanInput{
		Name:                    nullable.NewNullableWithValue(body.Name),
		Code:                    nullable.NewNullableWithValue(body.Code),
		InvoiceDisplayName:      body.InvoiceDisplayName,
		Description:             body.Description,
		Interval:                nullable.NewNullableWithValue(string(body.Interval)),
		AmountCents:             nullable.NewNullableWithValue(int64(body.AmountCents)),
		AmountCurrency:          nullable.NewNullableWithValue(string(body.AmountCurrency)),
		PayInAdvance:            nullable.NewNullableWithValue(body.PayInAdvance),
		TrialPeriod:             mapped(body.TrialPeriod, decimal.NewFromFloat), //nolint:forbidigo // days, a float in the contract
		BillChargesMonthly:      body.BillChargesMonthly,
		BillFixedChargesMonthly: body.BillFixedChargesMonthly,
		Metadata:                itemMetadata(body.Metadata),
		TaxCodes:                body.TaxCodes,
		UsageThresholds:         mappedList(body.UsageThresholds, usageThresholdInput),
		MinimumCommitment:       mapped(body.MinimumCommitment, minimumCommitmentInput),
		Charges:                 mappedList(body.Charges, newChargeInput),
		FixedCharges:            mappedList(body.FixedCharges, newFixedChargeInput),
	}
}

func planInput(body gen.PlanUpdateInput_Plan) engine.PlanInput {
	return engine.PlanInput{
		Name:                    given(body.Name),
		Code:                    given(body.Code),
		InvoiceDisplayName:      body.InvoiceDisplayName,
		Description:             body.Description,
		Interval:                words(given(body.Interval)),
		AmountCents:             cents(given(body.AmountCents)),
		AmountCurrency:          words(given(body.AmountCurrency)),
		PayInAdvance:            given(body.PayInAdvance),
		TrialPeriod:             mapped(body.TrialPeriod, decimal.NewFromFloat), //nolint:forbidigo // days, a float in the contract
		BillChargesMonthly:      body.BillChargesMonthly,
		BillFixedChargesMonthly: body.BillFixedChargesMonthly,
		Metadata:                itemMetadata(body.Metadata),
		TaxCodes:                body.TaxCodes,
		UsageThresholds:         mappedList(body.UsageThresholds, usageThresholdInput),
		MinimumCommitment:       mapped(body.MinimumCommitment, minimumCommitmentInput),
		Charges:                 mappedList(body.Charges, chargeInput),
		FixedCharges:            mappedList(body.FixedCharges, fixedChargeInput),
		CascadeUpdates:          isSet(body.CascadeUpdates),
	}
}

func usageThresholdInput(body gen.UsageThresholdInput) engine.UsageThresholdInput {
	return engine.UsageThresholdInput{
		ThresholdDisplayName: body.ThresholdDisplayName,
		AmountCents:          cents(body.AmountCents),
		Recurring:            isSet(body.Recurring),
	}
}

func minimumCommitmentInput(body gen.MinimumCommitmentInput) engine.MinimumCommitmentInput {
	return engine.MinimumCommitmentInput{
		AmountCents:        cents(body.AmountCents),
		InvoiceDisplayName: body.InvoiceDisplayName,
		TaxCodes:           body.TaxCodes,
	}
}
