package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/wire"
)

// ReplacePlanMetadata makes the body the metadata of a plan.
func (s *Server) ReplacePlanMetadata(ctx context.Context, request gen.ReplacePlanMetadataRequestObject) (gen.ReplacePlanMetadataResponseObject, error) {
	metadata, err := changePlanMetadata(ctx, request.Code, replacedMetadata(request.Body))
	return gen.ReplacePlanMetadata200JSONResponse(metadata), err
}

// MergePlanMetadata adds keys to the metadata of a plan, or changes them.
func (s *Server) MergePlanMetadata(ctx context.Context, request gen.MergePlanMetadataRequestObject) (gen.MergePlanMetadataResponseObject, error) {
	metadata, err := changePlanMetadata(ctx, request.Code, mergedMetadata(request.Body))
	return gen.MergePlanMetadata200JSONResponse(metadata), err
}

// DeleteAllPlanMetadata takes the metadata of a plan away.
func (s *Server) DeleteAllPlanMetadata(ctx context.Context, request gen.DeleteAllPlanMetadataRequestObject) (gen.DeleteAllPlanMetadataResponseObject, error) {
	metadata, err := changePlanMetadata(ctx, request.Code, form.RemoveItemMetadata())
	return gen.DeleteAllPlanMetadata200JSONResponse(metadata), err
}

// DeletePlanMetadataKey takes one key of the metadata of a plan away.
func (s *Server) DeletePlanMetadataKey(ctx context.Context, request gen.DeletePlanMetadataKeyRequestObject) (gen.DeletePlanMetadataKeyResponseObject, error) {
	metadata, err := changePlanMetadata(ctx, request.Code, form.RemoveItemMetadataKey(request.Key))
	return gen.DeletePlanMetadataKey200JSONResponse(metadata), err
}

func changePlanMetadata(ctx context.Context, code string, change form.ItemMetadataChange) (gen.PlanMetadataResponse, error) {
	metadata, err := engine.ChangePlanMetadata(txFrom(ctx), code, change)
	return gen.PlanMetadataResponse{Metadata: wire.ItemMetadata(metadata)}, err
}
