package server

import (
	"context"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/wire"
)

// ReplaceCreditNoteMetadata makes the body the metadata of a credit note.
func (s *Server) ReplaceCreditNoteMetadata(ctx context.Context, request gen.ReplaceCreditNoteMetadataRequestObject) (gen.ReplaceCreditNoteMetadataResponseObject, error) {
	metadata, err := changeCreditNoteMetadata(ctx, request.LagoID, replacedMetadata(request.Body))
	return gen.ReplaceCreditNoteMetadata200JSONResponse(metadata), err
}

// MergeCreditNoteMetadata adds keys to the metadata of a credit note, or changes
// them.
func (s *Server) MergeCreditNoteMetadata(ctx context.Context, request gen.MergeCreditNoteMetadataRequestObject) (gen.MergeCreditNoteMetadataResponseObject, error) {
	metadata, err := changeCreditNoteMetadata(ctx, request.LagoID, mergedMetadata(request.Body))
	return gen.MergeCreditNoteMetadata200JSONResponse(metadata), err
}

// DeleteAllCreditNoteMetadata takes the metadata of a credit note away.
func (s *Server) DeleteAllCreditNoteMetadata(ctx context.Context, request gen.DeleteAllCreditNoteMetadataRequestObject) (gen.DeleteAllCreditNoteMetadataResponseObject, error) {
	metadata, err := changeCreditNoteMetadata(ctx, request.LagoID, form.RemoveItemMetadata())
	return gen.DeleteAllCreditNoteMetadata200JSONResponse(metadata), err
}

// DeleteCreditNoteMetadataKey takes one key of the metadata of a credit note away.
func (s *Server) DeleteCreditNoteMetadataKey(ctx context.Context, request gen.DeleteCreditNoteMetadataKeyRequestObject) (gen.DeleteCreditNoteMetadataKeyResponseObject, error) {
	metadata, err := changeCreditNoteMetadata(ctx, request.LagoID, form.RemoveItemMetadataKey(request.Key))
	return gen.DeleteCreditNoteMetadataKey200JSONResponse(metadata), err
}

func changeCreditNoteMetadata(ctx context.Context, id uuid.UUID, change form.ItemMetadataChange) (gen.CreditNoteMetadataResponse, error) {
	metadata, err := invoicing.ChangeCreditNoteMetadata(txFrom(ctx), id, change)
	return gen.CreditNoteMetadataResponse{Metadata: wire.ItemMetadata(metadata)}, err
}
