package server

import (
	"context"
	"encoding/json"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// FindAllEntitlements lists what a plan grants.
func (s *Server) FindAllEntitlements(ctx context.Context, request gen.FindAllEntitlementsRequestObject) (gen.FindAllEntitlementsResponseObject, error) {
	plan, err := txFrom(ctx).PlanID(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	granted, err := txFrom(ctx).PlanEntitlements(plan)
	return gen.FindAllEntitlements200JSONResponse{Entitlements: wire.Each(granted, wire.PlanEntitlement)}, err
}

// CreateEntitlement makes the body all that a plan grants.
func (s *Server) CreateEntitlement(ctx context.Context, request gen.CreateEntitlementRequestObject) (gen.CreateEntitlementResponseObject, error) {
	granted, err := engine.ReplacePlanEntitlements(txFrom(ctx), request.Code, entitlementsInput(request.Body))
	return gen.CreateEntitlement200JSONResponse{Entitlements: wire.Each(granted, wire.PlanEntitlement)}, err
}

// UpdateEntitlement adds the body to what a plan grants.
func (s *Server) UpdateEntitlement(ctx context.Context, request gen.UpdateEntitlementRequestObject) (gen.UpdateEntitlementResponseObject, error) {
	granted, err := engine.MergePlanEntitlements(txFrom(ctx), request.Code, entitlementsInput(request.Body))
	return gen.UpdateEntitlement200JSONResponse{Entitlements: wire.Each(granted, wire.PlanEntitlement)}, err
}

// FindEntitlement shows a feature that a plan grants.
func (s *Server) FindEntitlement(ctx context.Context, request gen.FindEntitlementRequestObject) (gen.FindEntitlementResponseObject, error) {
	plan, err := txFrom(ctx).PlanID(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	granted, err := txFrom(ctx).PlanEntitlements(plan)
	if err != nil {
		return nil, err
	}
	entitlement, err := engine.EntitlementTo(granted, request.FeatureCode)
	return gen.FindEntitlement200JSONResponse{Entitlement: wire.PlanEntitlement(entitlement)}, err
}

// DestroyEntitlement takes a feature from a plan.
func (s *Server) DestroyEntitlement(ctx context.Context, request gen.DestroyEntitlementRequestObject) (gen.DestroyEntitlementResponseObject, error) {
	removed, err := engine.DeletePlanEntitlement(txFrom(ctx), request.Code, request.FeatureCode)
	return gen.DestroyEntitlement200JSONResponse{Entitlement: wire.PlanEntitlement(removed)}, err
}

// RemoveEntitlementPrivilege takes the value of a privilege from what a plan
// grants.
func (s *Server) RemoveEntitlementPrivilege(ctx context.Context, request gen.RemoveEntitlementPrivilegeRequestObject) (gen.RemoveEntitlementPrivilegeResponseObject, error) {
	left, err := engine.DeletePlanEntitlementPrivilege(txFrom(ctx), request.Code, request.FeatureCode, request.PrivilegeCode)
	return gen.RemoveEntitlementPrivilege200JSONResponse{Entitlement: wire.PlanEntitlement(left)}, err
}

// entitlementsInput reads the entitlements of a body; absent and null are none.
func entitlementsInput(body *gen.EntitlementUpdateInput) engine.EntitlementsInput {
	features, _ := body.Entitlements.Get()
	in := make(engine.EntitlementsInput, len(features))
	for feature, privileges := range features {
		in[feature] = make(map[string]json.RawMessage, len(privileges))
		for privilege, value := range privileges {
			in[feature][privilege] = nil
			if value != nil {
				in[feature][privilege] = *value
			}
		}
	}
	return in
}
