package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllSubscriptionEntitlements lists the features that a subscription has.
func (s *Server) FindAllSubscriptionEntitlements(ctx context.Context, request gen.FindAllSubscriptionEntitlementsRequestObject) (gen.FindAllSubscriptionEntitlementsResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	row, err := engine.FindSubscription(txFrom(ctx), ref)
	if err != nil {
		return nil, err
	}
	return gen.FindAllSubscriptionEntitlements200JSONResponse{
		Entitlements: wire.Each(row.Entitlements(), wire.SubscriptionEntitlement),
	}, nil
}

// UpdateSubscriptionEntitlements adds the body to what a subscription has.
func (s *Server) UpdateSubscriptionEntitlements(ctx context.Context, request gen.UpdateSubscriptionEntitlementsRequestObject) (gen.UpdateSubscriptionEntitlementsResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	rows, err := engine.MergeSubscriptionEntitlements(txFrom(ctx), ref, entitlementsInput(request.Body))
	return gen.UpdateSubscriptionEntitlements200JSONResponse{Entitlements: wire.Each(rows, wire.SubscriptionEntitlement)}, err
}

// DestroySubscriptionEntitlement takes a feature from a subscription.
func (s *Server) DestroySubscriptionEntitlement(ctx context.Context, request gen.DestroySubscriptionEntitlementRequestObject) (gen.DestroySubscriptionEntitlementResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	removed, left, err := engine.DeleteSubscriptionEntitlement(txFrom(ctx), ref, request.FeatureCode)
	return gen.DestroySubscriptionEntitlement200JSONResponse(entitlementRemoved(removed, left)), err
}

// DestroySubscriptionEntitlementPrivilege takes a privilege from a feature of a
// subscription.
func (s *Server) DestroySubscriptionEntitlementPrivilege(ctx context.Context, request gen.DestroySubscriptionEntitlementPrivilegeRequestObject) (gen.DestroySubscriptionEntitlementPrivilegeResponseObject, error) {
	ref := subscriptionRef(request.ExternalID, request.Params.SubscriptionStatus, request.Params.Status)
	changed, left, err := engine.DeleteSubscriptionEntitlementPrivilege(txFrom(ctx), ref, request.FeatureCode, request.PrivilegeCode)
	return gen.DestroySubscriptionEntitlementPrivilege200JSONResponse(entitlementRemoved(changed, left)), err
}

// entitlementRemoved is the answer to a removal: the one entitlement, as the
// document has it, and all that are left, as Lago's own server sends it.
func entitlementRemoved(one store.SubscriptionEntitlement, left []store.SubscriptionEntitlement) gen.SubscriptionEntitlementRemoved {
	entitlements := wire.Each(left, wire.SubscriptionEntitlement)
	return gen.SubscriptionEntitlementRemoved{Entitlement: wire.SubscriptionEntitlement(one), Entitlements: &entitlements}
}
