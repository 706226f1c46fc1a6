package server

import (
	"context"

	"github.com/google/uuid"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllPlanChargeFilters lists the filters of a charge of a plan.
func (s *Server) FindAllPlanChargeFilters(ctx context.Context, request gen.FindAllPlanChargeFiltersRequestObject) (gen.FindAllPlanChargeFiltersResponseObject, error) {
	row, err := planCharge(ctx, request.Code, request.ChargeCode)
	if err != nil {
		return nil, err
	}
	filters, err := txFrom(ctx).ChargeFilters(row, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllPlanChargeFilters200JSONResponse{
		Filters: wire.Each(filters.Rows, wire.ChargeFilter), Meta: wire.Meta(filters),
	}, nil
}

// CreatePlanChargeFilter adds a filter to a charge of a plan.
func (s *Server) CreatePlanChargeFilter(ctx context.Context, request gen.CreatePlanChargeFilterRequestObject) (gen.CreatePlanChargeFilterResponseObject, error) {
	body, find := request.Body.Filter, engine.ChargeOfPlan(request.Code, request.ChargeCode)
	filter, err := engine.CreateChargeFilter(txFrom(ctx), find, newFilterInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.CreatePlanChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// FindPlanChargeFilter shows a filter of a charge of a plan.
func (s *Server) FindPlanChargeFilter(ctx context.Context, request gen.FindPlanChargeFilterRequestObject) (gen.FindPlanChargeFilterResponseObject, error) {
	row, err := planCharge(ctx, request.Code, request.ChargeCode)
	if err != nil {
		return nil, err
	}
	filter, err := filterOf(row, request.FilterID)
	if err != nil {
		return nil, err
	}
	return gen.FindPlanChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// UpdatePlanChargeFilter changes a filter of a charge of a plan.
func (s *Server) UpdatePlanChargeFilter(ctx context.Context, request gen.UpdatePlanChargeFilterRequestObject) (gen.UpdatePlanChargeFilterResponseObject, error) {
	body, find := request.Body.Filter, engine.ChargeOfPlan(request.Code, request.ChargeCode)
	filter, err := engine.UpdateChargeFilter(txFrom(ctx), find, request.FilterID, filterChangeInput(body), isSet(body.CascadeUpdates))
	if err != nil {
		return nil, err
	}
	return gen.UpdatePlanChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// DestroyPlanChargeFilter deletes a filter of a charge of a plan.
func (s *Server) DestroyPlanChargeFilter(ctx context.Context, request gen.DestroyPlanChargeFilterRequestObject) (gen.DestroyPlanChargeFilterResponseObject, error) {
	cascade := request.Body != nil && request.Body.Filter != nil && isSet(request.Body.Filter.CascadeUpdates)
	find := engine.ChargeOfPlan(request.Code, request.ChargeCode)
	filter, err := engine.DeleteChargeFilter(txFrom(ctx), find, request.FilterID, cascade)
	if err != nil {
		return nil, err
	}
	return gen.DestroyPlanChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// newFilterInput maps the body of a new filter.
func newFilterInput(body gen.ChargeFilterCreateInput_Filter) engine.ChargeFilterInput {
	return engine.ChargeFilterInput{
		InvoiceDisplayName: body.InvoiceDisplayName, Properties: body.Properties, Values: filterValues(body.Values),
	}
}

// filterChangeInput maps the body of a filter that is changed; its values never
// are.
func filterChangeInput(body gen.ChargeFilterUpdateInput_Filter) engine.ChargeFilterInput {
	return engine.ChargeFilterInput{InvoiceDisplayName: body.InvoiceDisplayName, Properties: body.Properties}
}

// planCharge finds a charge of a plan: first the plan, then the charge.
func planCharge(ctx context.Context, planCode, code string) (store.Charge, error) {
	plan, err := txFrom(ctx).PlanID(planCode)
	if err != nil {
		return store.Charge{}, form.NotFound(err, "plan")
	}
	row, err := txFrom(ctx).Charge(plan, code)
	return row, form.NotFound(err, "charge")
}

// filterOf finds a filter of a charge.
func filterOf(row store.Charge, id uuid.UUID) (store.ChargeFilter, error) {
	for _, filter := range row.Filters {
		if filter.ID == id {
			return filter, nil
		}
	}
	return store.ChargeFilter{}, fault.Missing("charge_filter")
}
