package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/wire"
)

// FindAllSubscriptionChargeFilters lists the filters of a charge that applies to
// a subscription.
func (s *Server) FindAllSubscriptionChargeFilters(ctx context.Context, request gen.FindAllSubscriptionChargeFiltersRequestObject) (gen.FindAllSubscriptionChargeFiltersResponseObject, error) {
	params := request.Params
	row, err := subscriptionCharge(ctx, subscriptionRef(request.ExternalID, params.SubscriptionStatus, params.Status), request.ChargeCode)
	if err != nil {
		return nil, err
	}
	filters, err := txFrom(ctx).ChargeFilters(row, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllSubscriptionChargeFilters200JSONResponse{
		Filters: wire.Each(filters.Rows, wire.ChargeFilter), Meta: wire.Meta(filters),
	}, nil
}

// CreateSubscriptionChargeFilter adds a filter to a charge for one subscription.
func (s *Server) CreateSubscriptionChargeFilter(ctx context.Context, request gen.CreateSubscriptionChargeFilterRequestObject) (gen.CreateSubscriptionChargeFilterResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	input := newFilterInput(request.Body.Filter)
	filter, err := engine.CreateSubscriptionChargeFilter(txFrom(ctx), ref, request.ChargeCode, input)
	if err != nil {
		return nil, err
	}
	return gen.CreateSubscriptionChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// FindSubscriptionChargeFilter shows a filter of a charge that applies to a
// subscription.
func (s *Server) FindSubscriptionChargeFilter(ctx context.Context, request gen.FindSubscriptionChargeFilterRequestObject) (gen.FindSubscriptionChargeFilterResponseObject, error) {
	row, err := subscriptionCharge(ctx, subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status), request.ChargeCode)
	if err != nil {
		return nil, err
	}
	filter, err := filterOf(row, request.FilterID)
	if err != nil {
		return nil, err
	}
	return gen.FindSubscriptionChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// UpdateSubscriptionChargeFilter changes a filter of a charge for one
// subscription.
func (s *Server) UpdateSubscriptionChargeFilter(ctx context.Context, request gen.UpdateSubscriptionChargeFilterRequestObject) (gen.UpdateSubscriptionChargeFilterResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	input := filterChangeInput(request.Body.Filter)
	filter, err := engine.UpdateSubscriptionChargeFilter(txFrom(ctx), ref, request.ChargeCode, request.FilterID, input)
	if err != nil {
		return nil, err
	}
	return gen.UpdateSubscriptionChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}

// DestroySubscriptionChargeFilter deletes a filter of a charge for one
// subscription.
func (s *Server) DestroySubscriptionChargeFilter(ctx context.Context, request gen.DestroySubscriptionChargeFilterRequestObject) (gen.DestroySubscriptionChargeFilterResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	filter, err := engine.DeleteSubscriptionChargeFilter(txFrom(ctx), ref, request.ChargeCode, request.FilterID)
	if err != nil {
		return nil, err
	}
	return gen.DestroySubscriptionChargeFilter200JSONResponse{Filter: wire.ChargeFilter(filter)}, nil
}
