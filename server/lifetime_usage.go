package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/wire"
)

// GetSubscriptionLifetimeUsage shows all usage of a subscription.
func (s *Server) GetSubscriptionLifetimeUsage(ctx context.Context, request gen.GetSubscriptionLifetimeUsageRequestObject) (gen.GetSubscriptionLifetimeUsageResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	row, err := engine.LifetimeUsage(txFrom(ctx), ref)
	if err != nil {
		return nil, err
	}
	return gen.GetSubscriptionLifetimeUsage200JSONResponse{LifetimeUsage: wire.LifetimeUsage(row)}, nil
}

// UpdateSubscriptionLifetimeUsage sets what a subscription used elsewhere.
func (s *Server) UpdateSubscriptionLifetimeUsage(ctx context.Context, request gen.UpdateSubscriptionLifetimeUsageRequestObject) (gen.UpdateSubscriptionLifetimeUsageResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	row, err := engine.UpdateLifetimeUsage(txFrom(ctx), ref, int64(request.Body.LifetimeUsage.ExternalHistoricalUsageAmountCents))
	if err != nil {
		return nil, err
	}
	return gen.UpdateSubscriptionLifetimeUsage200JSONResponse{LifetimeUsage: wire.LifetimeUsage(row)}, nil
}
